"""Where the metadata label lies in WebM and Matroska (TC260-PG-20257A): a tag of its own name.

An element is its id, its size and its body (RFC 8794). ffmpeg writes the tag, since it keeps the
index of the file right; reading needs no program.
"""

import tempfile
from collections.abc import Iterator
from pathlib import Path

NAME = "AIGC"
SEGMENT, TAGS, TAG, SIMPLE = 0x18538067, 0x1254C367, 0x7373, 0x67C8
TAG_NAME, TAG_STRING = 0x45A3, 0x4487


def write_webm(data: bytes, value: str) -> bytes:
    """The same film with the label in it, replacing one that is there. Raises EngineError."""
    from miaobi.media import video

    with tempfile.TemporaryDirectory(prefix="miaobi-") as place:
        source, target = Path(place) / "a.webm", Path(place) / "b.webm"
        source.write_bytes(data)
        video.tag(source, target, NAME, value)
        return target.read_bytes()


def read_webm(data: bytes) -> list[str]:
    """Every label in the file. Raises ValueError for damage."""
    out = []
    for path in _inside(data, (SEGMENT, TAGS, TAG)):
        for id, simple in elements(path):
            parts = dict(elements(simple)) if id == SIMPLE else {}
            if parts.get(TAG_NAME, b"").decode("utf-8", "replace").upper() == NAME:
                out.append(parts.get(TAG_STRING, b"").rstrip(b"\0").decode("utf-8"))
    return out


def elements(data: bytes) -> Iterator[tuple[int, bytes]]:
    """(id, body) of the elements that lie one after the other. Raises ValueError for damage."""
    place = 0
    while place < len(data):
        id, width = _number(data, place, keep=True)
        size, wide = _number(data, place + width)
        start = place + width + wide
        if size == (1 << 7 * wide) - 1:  # of a stream whose end was not known
            size = len(data) - start
        if start + size > len(data):
            raise ValueError("an element is cut off")
        yield id, data[start : start + size]
        place = start + size


def _inside(data: bytes, path: tuple[int, ...]) -> Iterator[bytes]:
    for id, body in elements(data):
        if id == path[0]:
            yield from _inside(body, path[1:]) if path[1:] else (body,)


def _number(data: bytes, place: int, keep: bool = False) -> tuple[int, int]:
    """A number of one to eight bytes, and how many: zeros before its first bit count them."""
    first = data[place] if place < len(data) else 0
    width = 9 - first.bit_length()
    if not first or place + width > len(data):
        raise ValueError("an element is cut off")
    value = int.from_bytes(data[place : place + width], "big")
    return (value if keep else value & ((1 << 7 * width) - 1)), width
