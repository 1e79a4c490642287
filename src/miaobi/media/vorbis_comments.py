"""Read and write Vorbis comments of FLAC, Ogg Opus and Ogg Vorbis files.

A comment is a pair (name, value) with a case-insensitive name. Everything else in the file is kept:
other comments byte for byte, pictures, padding and audio. In Ogg the pages of the header are
rewritten, and the following pages are renumbered if their count changes.
"""

import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from miaobi.core.errors import MediaError
from miaobi.media import id3, ogg

STREAMINFO, COMMENTS, FORBIDDEN = 0, 4, 127  # types of metadata blocks of FLAC
LAST_BLOCK = 0x80  # flag of the last metadata block
LARGEST_BLOCK = 1 << 24  # bytes of a metadata block of FLAC, exclusive
VENDOR = b"Miaobi"  # vendor string for files without comments
# codecs in Ogg: (start of the first packet, start of the comments, number of header packets)
CODECS = ((b"OpusHead", b"OpusTags", 2), (b"\x01vorbis", b"\x03vorbis", 3))


@dataclass(frozen=True)
class Block:
    """The comments of one stream as bytes b"NAME=value"; `rest` are the bytes after them."""

    vendor: bytes
    entries: tuple[bytes, ...]
    rest: bytes = b""


def read(data: bytes) -> list[tuple[str, str]]:
    """Return the comments of a FLAC, Ogg Opus or Ogg Vorbis file, in order.

    Raises MediaError for other and for damaged files.
    """
    blocks = [_header(data).block] if data[:4] == ogg.MAGIC else _flac_comments(data)
    pairs = (entry.partition(b"=") for block in blocks for entry in block.entries)
    return [
        (name.decode("utf-8", "replace"), value.decode("utf-8", "replace"))
        for name, _, value in pairs
    ]


def values(data: bytes, name: str) -> list[str]:
    """Return the values of all comments of a name. Raises MediaError."""
    return [value for key, value in read(data) if key.upper() == name.upper()]


def write(data: bytes, name: str, texts: Iterable[str]) -> bytes:
    """Return the file with all comments of a name replaced by new ones.

    Raises MediaError for a damaged file, or for comments that are too large.
    """
    added = tuple(f"{name}={text}".encode() for text in texts)
    if data[:4] == ogg.MAGIC:
        return _write_ogg(data, name, added)
    return _write_flac(data, name, added)


def _parse(body: bytes) -> Block:
    """Parse the comments in a block or packet, after its type."""
    vendor, offset = _text(body, 0)
    count, offset = _number(body, offset), offset + 4
    entries = []
    for _ in range(count):  # a wrong count raises at the end of the body
        entry, offset = _text(body, offset)
        entries.append(entry)
    return Block(vendor, tuple(entries), body[offset:])


def _number(body: bytes, offset: int) -> int:
    field = body[offset : offset + 4]
    if len(field) < 4:
        raise ogg.damaged_error()
    return int.from_bytes(field, "little")


def _text(body: bytes, offset: int) -> tuple[bytes, int]:
    """Read a length-prefixed text: (text, offset of its end)."""
    end = offset + 4 + _number(body, offset)
    if end > len(body):
        raise ogg.damaged_error()
    return body[offset + 4 : end], end


def _serialize(block: Block) -> bytes:
    texts = (block.vendor, *block.entries)
    vendor, *entries = (struct.pack("<I", len(text)) + text for text in texts)
    return vendor + struct.pack("<I", len(entries)) + b"".join(entries) + block.rest


def _replace_comments(block: Block, name: str, added: tuple[bytes, ...]) -> Block:
    """Return a block with the comments of a name replaced by those added."""
    key = name.upper().encode()
    kept = (entry for entry in block.entries if entry.partition(b"=")[0].upper() != key)
    return replace(block, entries=(*kept, *added))


# FLAC


def _flac_blocks(data: bytes) -> tuple[list[tuple[int, bytes]], int, int]:
    """Parse a FLAC file: ([(type, body)], offset of "fLaC", offset of the audio)."""
    start = id3.size(data)
    if data[start : start + 4] != b"fLaC":
        raise ogg.damaged_error()
    blocks: list[tuple[int, bytes]] = []
    offset, last = start + 4, False
    while not last:
        head = data[offset : offset + 4]
        end = offset + 4 + int.from_bytes(head[1:])
        if len(head) < 4 or end > len(data):
            raise ogg.damaged_error()
        kind, last = head[0] & ~LAST_BLOCK, bool(head[0] & LAST_BLOCK)
        if kind == FORBIDDEN or (kind == STREAMINFO) != (not blocks):
            raise ogg.damaged_error()
        blocks.append((kind, data[offset + 4 : end]))
        offset = end
    return blocks, start, offset


def _flac_comments(data: bytes) -> list[Block]:
    blocks, _, _ = _flac_blocks(data)
    return [_parse(body) for kind, body in blocks if kind == COMMENTS]


def _write_flac(data: bytes, name: str, added: tuple[bytes, ...]) -> bytes:
    blocks, start, sound = _flac_blocks(data)
    if all(kind != COMMENTS for kind, _ in blocks):
        blocks.insert(1, (COMMENTS, _serialize(Block(VENDOR, ()))))
    written = []
    for number, (kind, body) in enumerate(blocks):
        if kind == COMMENTS:  # of several blocks, the first one gets the new comments
            body, added = _serialize(_replace_comments(_parse(body), name, added)), ()
        if len(body) >= LARGEST_BLOCK:
            raise MediaError("The tags are too large for this kind of file.", "Leave pictures out.")
        last = LAST_BLOCK if number == len(blocks) - 1 else 0
        written.append(bytes((kind | last,)) + len(body).to_bytes(3) + body)
    return data[: start + 4] + b"".join(written) + data[sound:]


# Ogg


@dataclass(frozen=True)
class Header:
    """The header of one stream in Ogg: its comments with their packets and pages."""

    block: Block
    mark: bytes  # start of the comment packet
    packets: tuple[bytes, ...]  # the comment packet and the other header packets
    pages: tuple[ogg.Page, ...]  # pages of exactly these packets


def _header(data: bytes) -> Header:
    """Find the header of the first Opus or Vorbis stream. Raises MediaError."""
    pages = ogg.pages(data)
    for first in pages:
        if not first.flags & ogg.FIRST:
            break  # first pages of all streams precede any other page
        for start, mark, count in CODECS:
            if first.body.startswith(start):
                return _header_of(pages, first.serial, mark, count - 1)
    raise ogg.damaged_error()


def _header_of(pages: Iterator[ogg.Page], serial: int, mark: bytes, count: int) -> Header:
    """Read the header of a stream from the pages after its first one: `count` packets."""
    header_pages: list[ogg.Page] = []
    ended, whole = 0, True  # complete packets; whether the last page ends with one
    for page in pages:
        if page.serial != serial:
            continue
        if page.flags & ogg.FIRST:
            raise ogg.damaged_error()
        ogg.verify_checksum(page)
        header_pages.append(page)
        ended += sum(length < 255 for length in page.lacing)
        whole = page.lacing[-1] < 255 if page.lacing else whole
        if whole and ended >= count:
            break
    packets = ogg.packets(header_pages)
    if len(packets) != count or not packets[0].startswith(mark):
        raise ogg.damaged_error()
    return Header(_parse(packets[0][len(mark) :]), mark, tuple(packets), tuple(header_pages))


def _write_ogg(data: bytes, name: str, added: tuple[bytes, ...]) -> bytes:
    header = _header(data)
    comments = header.mark + _serialize(_replace_comments(header.block, name, added))
    first, last = header.pages[0], header.pages[-1]
    new = ogg.paginate((comments, *header.packets[1:]), first.serial, first.sequence)
    new[-1] = replace(new[-1], flags=new[-1].flags | last.flags & ogg.LAST)
    return ogg.replace_pages(data, header.pages, new)
