"""CBOR (RFC 8949) to JSON types, and the CBOR of an assertion in a C2PA manifest store (JUMBF).

The C2PA library turns a list of integers into base64 of their lowest bytes when it reads, so
Miaobi's own assertion is read from the stored bytes.
"""

import base64
import struct
from typing import Any

from miaobi.provenance.mp4 import boxes

LABELED = 0x02  # flag of a description box that has a label
MAX_DEPTH = 100  # of nested values
OPEN = 31  # additional information of a value whose length is not given
BREAK = object()  # its end
SIMPLE: dict[int, bool | None] = {20: False, 21: True, 22: None, 23: None}
FLOATS = {25: ">e", 26: ">f", 27: ">d"}


def find_assertion(store: bytes, manifest: str, label: str) -> Any:
    """Return an assertion of a manifest store as JSON types; None if there is none.

    Raises ValueError for damage.
    """
    content: bytes | None = store
    for name in ("c2pa", manifest, "c2pa.assertions", label):
        content = _content(content, name) if content is not None else None
    if content is None:
        return None
    return next((decode(body) for name, body in boxes(content) if name == b"cbor"), None)


def decode(data: bytes) -> Any:
    """Decode one value; byte strings become base64. Raises ValueError."""
    value, end = _value(data, 0, 0)
    if end != len(data) or value is BREAK:
        raise ValueError("no single value")
    return value


def _content(data: bytes, label: str) -> bytes | None:
    """Return the boxes in the superbox of this label; None if there is none."""
    for name, body in boxes(data):
        if name != b"jumb":
            continue
        kind, description = next(boxes(body), (b"", b""))
        named = description[16:17] and description[16] & LABELED
        if kind == b"jumd" and named and description[17:].split(b"\0")[0] == label.encode():
            return body[8 + len(description) :]
    return None


def _value(data: bytes, start: int, depth: int) -> tuple[Any, int]:
    """Return the value at an offset, and the offset after it."""
    if depth > MAX_DEPTH or start >= len(data):
        raise ValueError("a value is cut off or nested too deeply")
    kind, info = data[start] >> 5, data[start] & 31
    if kind == 7:
        return _simple(data, start, info)
    number, offset = _number(data, start + 1, info)
    if kind in (0, 1):
        return (number if kind == 0 else -1 - number), offset
    if kind in (2, 3):
        return _string(data, offset, None if info == OPEN else number, kind, depth)
    if kind == 6:  # a tag: its value alone
        return _value(data, offset, depth + 1)
    items: list[Any] = []
    count = (1 if kind == 4 else 2) * number
    while info == OPEN or len(items) < count:
        item, offset = _value(data, offset, depth + 1)
        if item is BREAK:
            if info != OPEN:
                raise ValueError("a value ends early")
            break
        items.append(item)
    if kind == 4:
        return items, offset
    return dict(zip(map(str, items[::2]), items[1::2], strict=True)), offset


def _number(data: bytes, offset: int, info: int) -> tuple[int, int]:
    """Return the number in or after the first byte of a value, and the offset after it."""
    if info < 24 or info == OPEN:
        return (info if info < 24 else 0), offset
    size = 1 << (info - 24)
    if info > 27 or offset + size > len(data):
        raise ValueError("a number is cut off")
    return int.from_bytes(data[offset : offset + size], "big"), offset + size


def _string(data: bytes, offset: int, length: int | None, kind: int, depth: int) -> tuple[str, int]:
    if length is None:  # in pieces
        text = ""
        while True:
            piece, offset = _value(data, offset, depth + 1)
            if piece is BREAK:
                return text, offset
            text += str(piece)
    end = offset + length
    if end > len(data):
        raise ValueError("a string is cut off")
    raw = data[offset:end]
    return (raw.decode() if kind == 3 else base64.b64encode(raw).decode()), end


def _simple(data: bytes, start: int, info: int) -> tuple[Any, int]:
    if info == OPEN:
        return BREAK, start + 1
    if layout := FLOATS.get(info):
        end = start + 1 + struct.calcsize(layout)
        if end > len(data):
            raise ValueError("a number is cut off")
        return struct.unpack(layout, data[start + 1 : end])[0], end
    if info not in SIMPLE:
        raise ValueError("an unknown value")
    return SIMPLE[info], start + 1
