"""AIGC metadata label in MP4 files (TC260-PG-20257A): key and value in moov.udta.meta.

A box has a size (4 bytes, or 8 more), a type and a body (ISO/IEC 14496-12). The label is an item of
`ilst` that refers to a row of `keys` by number. Growing boxes before the media shift it, so the
offset tables are adjusted.
"""

import struct
from collections.abc import Iterator

NAME = b"AIGC"
OFFSETS = {b"stco": ">I", b"co64": ">Q"}  # tables of chunk offsets
OFFSET_PATH = (b"trak", b"mdia", b"minf", b"stbl")
TAGS = b"mdirappl"  # handler of iTunes tags, such as title and author
UTF8 = 1  # QuickTime type of a value


def write_mp4(data: bytes, value: str) -> bytes:
    """Return the file with the label; other tags are kept. Raises ValueError for damage."""
    start, size, moov = next(row for row in _locate_boxes(data) if row[2][4:8] == b"moov")
    parts = [(name, body) for name, body in boxes(_body(moov)) if name != b"udta"]
    udta_parts = list(_udta(_body(moov)))
    kept = [_box(name, body) for name, body in udta_parts if name != b"meta" or TAGS in body]
    udta = _box(b"udta", b"".join(kept) + _meta(value))
    body = b"".join(_box(name, part) for name, part in parts) + udta
    shift = len(_box(b"moov", body)) - size
    media_follows = any(row[0] > start and row[2][4:8] == b"mdat" for row in _locate_boxes(data))
    if media_follows and shift:
        body = b"".join(_shift_offsets(name, part, shift) for name, part in boxes(body))
    return data[:start] + _box(b"moov", body) + data[start + size :]


def read_mp4(data: bytes) -> list[str]:
    """Return all labels in the file."""
    out = []
    for name, moov in boxes(data):
        if name != b"moov":
            continue
        for inner, meta in _udta(moov):
            if inner == b"meta":
                out += _values(meta[4:])
    return out


def boxes(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Yield (type, body) of consecutive boxes. Raises ValueError for damage."""
    for _, _, box in _locate_boxes(data):
        yield box[4:8], _body(box)


def _locate_boxes(data: bytes) -> Iterator[tuple[int, int, bytes]]:
    """Yield (offset, size, bytes) of each box. Raises ValueError for damage."""
    offset = 0
    while offset < len(data):
        if offset + 8 > len(data):
            raise ValueError("a box is cut off")
        size = int.from_bytes(data[offset : offset + 4], "big")
        if size == 1:
            size = int.from_bytes(data[offset + 8 : offset + 16], "big")
        elif size == 0:  # up to the end
            size = len(data) - offset
        if size < 8 or offset + size > len(data):
            raise ValueError("a box is cut off")
        yield offset, size, data[offset : offset + size]
        offset += size


def _body(box: bytes) -> bytes:
    return box[16 if box[:4] == b"\0\0\0\1" else 8 :]


def _box(name: bytes, body: bytes) -> bytes:
    if len(body) + 8 < 1 << 32:
        return struct.pack(">I4s", len(body) + 8, name) + body
    return struct.pack(">I4sQ", 1, name, len(body) + 16) + body


def _udta(moov: bytes) -> Iterator[tuple[bytes, bytes]]:
    for name, body in boxes(moov):
        if name == b"udta":
            # QuickTime may end the list with four zero bytes
            yield from boxes(body[:-4] if body.endswith(b"\0" * 4) and len(body) % 8 == 4 else body)


def _meta(value: str) -> bytes:
    handler = _box(b"hdlr", struct.pack(">II4s12s", 0, 0, b"mdta", b"") + b"\0")
    key = struct.pack(">I4s", 8 + len(NAME), b"mdta") + NAME
    keys = _box(b"keys", struct.pack(">II", 0, 1) + key)
    content = _box(b"data", struct.pack(">II", UTF8, 0) + value.encode())
    items = _box(b"ilst", _box(struct.pack(">I", 1), content))
    return _box(b"meta", struct.pack(">I", 0) + handler + keys + items)


def _values(meta: bytes) -> list[str]:
    """Return the values of the key AIGC."""
    parts = dict(boxes(meta))
    if b"keys" not in parts or b"ilst" not in parts:
        return []
    names = [body for _, body in boxes(parts[b"keys"][8:])]
    numbers = [number for number, name in enumerate(names, 1) if name == NAME]
    out = []
    for name, item in boxes(parts[b"ilst"]):
        if int.from_bytes(name, "big") in numbers:
            out += [body[8:].decode("utf-8") for inner, body in boxes(item) if inner == b"data"]
    return out


def _shift_offsets(name: bytes, body: bytes, shift: int) -> bytes:
    """Return a box with all chunk offsets inside it shifted."""
    if name in OFFSET_PATH:
        return _box(
            name, b"".join(_shift_offsets(inner, part, shift) for inner, part in boxes(body))
        )
    if name in OFFSETS:
        layout = OFFSETS[name]
        head, table = body[:8], body[8:]
        offsets = (row[0] + shift for row in struct.iter_unpack(layout, table))
        return _box(name, head + b"".join(struct.pack(layout, offset) for offset in offsets))
    return _box(name, body)
