"""AIGC metadata label in WebM and Matroska files (TC260-PG-20257A): a simple tag.

An EBML element has an id, a size and a body (RFC 8794). The label is written with ffmpeg, which
updates the index of the file, and read without it.
"""

import tempfile
from collections.abc import Iterator
from pathlib import Path

NAME = "AIGC"
SEGMENT, TAGS, TAG, SIMPLE = 0x18538067, 0x1254C367, 0x7373, 0x67C8
TAG_NAME, TAG_STRING = 0x45A3, 0x4487


def write_webm(data: bytes, value: str) -> bytes:
    """Return the file with the label, replacing an existing one. Raises EngineError."""
    from miaobi.media import video

    with tempfile.TemporaryDirectory(prefix="miaobi-") as folder:
        source, target = Path(folder) / "a.webm", Path(folder) / "b.webm"
        source.write_bytes(data)
        video.add_tag(source, target, NAME, value)
        return target.read_bytes()


def read_webm(data: bytes) -> list[str]:
    """Return all labels in the file. Raises ValueError for damage."""
    out = []
    for tag in _descend(data, (SEGMENT, TAGS, TAG)):
        for id, simple in elements(tag):
            parts = dict(elements(simple)) if id == SIMPLE else {}
            if parts.get(TAG_NAME, b"").decode("utf-8", "replace").upper() == NAME:
                out.append(parts.get(TAG_STRING, b"").rstrip(b"\0").decode("utf-8"))
    return out


def elements(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield (id, body) of consecutive elements. Raises ValueError for damage."""
    offset = 0
    while offset < len(data):
        id, id_width = _read_vint(data, offset, keep_marker=True)
        size, size_width = _read_vint(data, offset + id_width)
        start = offset + id_width + size_width
        if size == (1 << 7 * size_width) - 1:  # unknown size of a live stream
            size = len(data) - start
        if start + size > len(data):
            raise ValueError("an element is cut off")
        yield id, data[start : start + size]
        offset = start + size


def _descend(data: bytes, path: tuple[int, ...]) -> Iterator[bytes]:
    """Yield the bodies of all elements at a path of ids."""
    for id, body in elements(data):
        if id == path[0]:
            yield from _descend(body, path[1:]) if path[1:] else (body,)


def _read_vint(data: bytes, offset: int, keep_marker: bool = False) -> tuple[int, int]:
    """Read a variable-size integer (RFC 8794, 4): (value, width in bytes)."""
    first = data[offset] if offset < len(data) else 0
    width = 9 - first.bit_length()
    if not first or offset + width > len(data):
        raise ValueError("an element is cut off")
    value = int.from_bytes(data[offset : offset + width], "big")
    return (value if keep_marker else value & ((1 << 7 * width) - 1)), width
