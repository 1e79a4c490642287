"""Where the metadata label lies in an MP4 (TC260-PG-20257A): moov.udta.meta, by key and value.

A box is its size (4 bytes, or 8 more), its name and its body (ISO/IEC 14496-12). The label is an
item of `ilst` whose number names a row of `keys`. What stands before the media moves it, so the
tables of offsets move along.
"""

import struct
from collections.abc import Iterator

NAME = b"AIGC"
OFFSETS = {b"stco": ">I", b"co64": ">Q"}  # tables of where the media lies
WAY_TO_OFFSETS = (b"trak", b"mdia", b"minf", b"stbl")
UTF8 = 1  # the type of a value, as QuickTime numbers them


def write_mp4(data: bytes, value: str) -> bytes:
    """The same file with the label in it, instead of what `meta` held. Raises ValueError."""
    place, size, moov = next(row for row in _places(data) if row[2][4:8] == b"moov")
    parts = [(name, body) for name, body in boxes(_body(moov)) if name != b"udta"]
    kept = [_box(name, body) for name, body in _udta(_body(moov)) if name != b"meta"]
    udta = _box(b"udta", b"".join(kept) + _meta(value))
    body = b"".join(_box(name, part) for name, part in parts) + udta
    more = len(_box(b"moov", body)) - size
    media_follows = any(row[0] > place and row[2][4:8] == b"mdat" for row in _places(data))
    if media_follows and more:
        body = b"".join(_moved(name, part, more) for name, part in boxes(body))
    return data[:place] + _box(b"moov", body) + data[place + size :]


def read_mp4(data: bytes) -> list[str]:
    """Every label in the file."""
    out = []
    for name, moov in boxes(data):
        if name != b"moov":
            continue
        for inner, meta in _udta(moov):
            if inner == b"meta":
                out += _values(meta[4:])
    return out


def boxes(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """(name, body) of the boxes that lie one after the other. Raises ValueError for damage."""
    for _, _, box in _places(data):
        yield box[4:8], _body(box)


def _places(data: bytes) -> Iterator[tuple[int, int, bytes]]:
    """(offset, size, bytes) of each box."""
    place = 0
    while place < len(data):
        if place + 8 > len(data):
            raise ValueError("a box is cut off")
        size = int.from_bytes(data[place : place + 4], "big")
        if size == 1:
            size = int.from_bytes(data[place + 8 : place + 16], "big")
        elif size == 0:  # up to the end
            size = len(data) - place
        if size < 8 or place + size > len(data):
            raise ValueError("a box is cut off")
        yield place, size, data[place : place + size]
        place += size


def _body(box: bytes) -> bytes:
    return box[16 if box[:4] == b"\0\0\0\1" else 8 :]


def _box(name: bytes, body: bytes) -> bytes:
    if len(body) + 8 < 1 << 32:
        return struct.pack(">I4s", len(body) + 8, name) + body
    return struct.pack(">I4sQ", 1, name, len(body) + 16) + body


def _udta(moov: bytes) -> Iterator[tuple[bytes, bytes]]:
    for name, body in boxes(moov):
        if name == b"udta":
            # QuickTime may close the list with four zeros, which are no box
            yield from boxes(body[:-4] if body.endswith(b"\0" * 4) and len(body) % 8 == 4 else body)


def _meta(value: str) -> bytes:
    handler = _box(b"hdlr", struct.pack(">II4s12s", 0, 0, b"mdta", b"") + b"\0")
    key = struct.pack(">I4s", 8 + len(NAME), b"mdta") + NAME
    keys = _box(b"keys", struct.pack(">II", 0, 1) + key)
    content = _box(b"data", struct.pack(">II", UTF8, 0) + value.encode())
    items = _box(b"ilst", _box(struct.pack(">I", 1), content))
    return _box(b"meta", struct.pack(">I", 0) + handler + keys + items)


def _values(meta: bytes) -> list[str]:
    """The values of the key AIGC."""
    parts = dict(boxes(meta))
    if b"keys" not in parts or b"ilst" not in parts:
        return []
    names = [body for _, body in boxes(parts[b"keys"][8:])]
    wanted = [number for number, name in enumerate(names, 1) if name == NAME]
    out = []
    for name, item in boxes(parts[b"ilst"]):
        if int.from_bytes(name, "big") in wanted:
            out += [body[8:].decode("utf-8") for inner, body in boxes(item) if inner == b"data"]
    return out


def _moved(name: bytes, body: bytes, more: int) -> bytes:
    """A box with every offset inside it moved."""
    if name in WAY_TO_OFFSETS:
        return _box(name, b"".join(_moved(inner, part, more) for inner, part in boxes(body)))
    if name in OFFSETS:
        kind = OFFSETS[name]
        head, table = body[:8], body[8:]
        moved = (struct.pack(kind, number[0] + more) for number in struct.iter_unpack(kind, table))
        return _box(name, head + b"".join(moved))
    return _box(name, body)
