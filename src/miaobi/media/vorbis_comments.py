"""Vorbis comments in FLAC files and in Ogg files that hold Opus or Vorbis.

A comment is a pair (name, value); names are compared without regard to case. Everything else in the
file is kept: other comments byte for byte, pictures, padding, sound. In Ogg the pages of the header
are laid out anew, and the pages after them are renumbered when their count changes.
"""

import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from miaobi.core.errors import MediaError
from miaobi.media import id3, ogg

STREAMINFO, COMMENTS, FORBIDDEN = 0, 4, 127  # types of metadata blocks of FLAC
LAST_BLOCK = 0x80  # flag beside the type of the last one
LARGEST_BLOCK = 1 << 24  # bytes of a metadata block of FLAC, exclusive
VENDOR = b"Miaobi"  # who wrote the comments of a file that had none
# codec in Ogg: (how its first packet starts, how its comments start, how many header packets)
CODECS = ((b"OpusHead", b"OpusTags", 2), (b"\x01vorbis", b"\x03vorbis", 3))


@dataclass(frozen=True)
class Block:
    """The comments of one stream as bytes: b"NAME=value" each; `rest` is what follows them."""

    vendor: bytes
    entries: tuple[bytes, ...]
    rest: bytes = b""


def read(data: bytes) -> list[tuple[str, str]]:
    """Return the comments of a FLAC, Ogg Opus or Ogg Vorbis file, in order.

    Raises MediaError for another file, and for one whose head is damaged.
    """
    blocks = [_header(data).block] if data[:4] == ogg.MAGIC else _flac_comments(data)
    pairs = (entry.partition(b"=") for block in blocks for entry in block.entries)
    return [
        (name.decode("utf-8", "replace"), value.decode("utf-8", "replace"))
        for name, _, value in pairs
    ]


def values(data: bytes, name: str) -> list[str]:
    """Return the values of the comments of this name. Raises MediaError as `read` does."""
    return [value for key, value in read(data) if key.upper() == name.upper()]


def write(data: bytes, name: str, texts: Iterable[str]) -> bytes:
    """Return the file with these comments instead of those of the same name.

    Raises MediaError for a file that cannot be read, or that has no room for so much.
    """
    added = tuple(f"{name}={text}".encode() for text in texts)
    if data[:4] == ogg.MAGIC:
        return _write_ogg(data, name, added)
    return _write_flac(data, name, added)


def _parsed(body: bytes) -> Block:
    """The comments in a block or packet, without what marks its type."""
    vendor, place = _text(body, 0)
    count, place = _number(body, place), place + 4
    entries = []
    for _ in range(count):  # ends at the latest where the body does
        entry, place = _text(body, place)
        entries.append(entry)
    return Block(vendor, tuple(entries), body[place:])


def _number(body: bytes, place: int) -> int:
    field = body[place : place + 4]
    if len(field) < 4:
        raise ogg.damaged()
    return int.from_bytes(field, "little")


def _text(body: bytes, place: int) -> tuple[bytes, int]:
    """(text, where it ends) of a text preceded by its length."""
    end = place + 4 + _number(body, place)
    if end > len(body):
        raise ogg.damaged()
    return body[place + 4 : end], end


def _serialized(block: Block) -> bytes:
    texts = (block.vendor, *block.entries)
    vendor, *entries = (struct.pack("<I", len(text)) + text for text in texts)
    return vendor + struct.pack("<I", len(entries)) + b"".join(entries) + block.rest


def _without(block: Block, name: str, added: tuple[bytes, ...] = ()) -> Block:
    """A block without the comments of a name, then with those that are added."""
    wanted = name.upper().encode()
    kept = (entry for entry in block.entries if entry.partition(b"=")[0].upper() != wanted)
    return replace(block, entries=(*kept, *added))


# FLAC


def _flac_blocks(data: bytes) -> tuple[list[tuple[int, bytes]], int, int]:
    """([(type, body)], where "fLaC" stands, where the sound begins) of a FLAC file."""
    start = id3.size(data)
    if data[start : start + 4] != b"fLaC":
        raise ogg.damaged()
    blocks: list[tuple[int, bytes]] = []
    place, last = start + 4, False
    while not last:
        head = data[place : place + 4]
        end = place + 4 + int.from_bytes(head[1:])
        if len(head) < 4 or end > len(data):
            raise ogg.damaged()
        kind, last = head[0] & ~LAST_BLOCK, bool(head[0] & LAST_BLOCK)
        if kind == FORBIDDEN or (kind == STREAMINFO) != (not blocks):
            raise ogg.damaged()
        blocks.append((kind, data[place + 4 : end]))
        place = end
    return blocks, start, place


def _flac_comments(data: bytes) -> list[Block]:
    blocks, _, _ = _flac_blocks(data)
    return [_parsed(body) for kind, body in blocks if kind == COMMENTS]


def _write_flac(data: bytes, name: str, added: tuple[bytes, ...]) -> bytes:
    blocks, start, sound = _flac_blocks(data)
    if all(kind != COMMENTS for kind, _ in blocks):
        blocks.insert(1, (COMMENTS, _serialized(Block(VENDOR, ()))))
    written = []
    for number, (kind, body) in enumerate(blocks):
        if kind == COMMENTS:  # all are added to the first, should there be several
            body, added = _serialized(_without(_parsed(body), name, added)), ()
        if len(body) >= LARGEST_BLOCK:
            raise MediaError("The tags are too large for this kind of file.", "Leave pictures out.")
        last = LAST_BLOCK if number == len(blocks) - 1 else 0
        written.append(bytes((kind | last,)) + len(body).to_bytes(3) + body)
    return data[: start + 4] + b"".join(written) + data[sound:]


# Ogg


@dataclass(frozen=True)
class Header:
    """The header of one stream in Ogg: its comments, the packets and pages they lie in."""

    block: Block
    mark: bytes  # how the packet of comments starts
    packets: tuple[bytes, ...]  # of comments, then those after it
    pages: tuple[ogg.Page, ...]  # that hold these packets and nothing else


def _header(data: bytes) -> Header:
    """The header of the first stream of Opus or Vorbis."""
    pages = ogg.pages(data)
    for first in pages:
        if not first.flags & ogg.FIRST:
            break  # all streams begin before any goes on
        for start, mark, count in CODECS:
            if first.body.startswith(start):
                return _header_of(pages, first.serial, mark, count - 1)
    raise ogg.damaged()


def _header_of(pages: Iterator[ogg.Page], serial: int, mark: bytes, count: int) -> Header:
    """The header of a stream from the pages after its first: `count` packets, one of comments."""
    taken: list[ogg.Page] = []
    ended, whole = 0, True  # packets; if the last page ends with a whole one
    for page in pages:
        if page.serial != serial:
            continue
        if page.flags & ogg.FIRST:
            raise ogg.damaged()
        ogg.check(page)
        taken.append(page)
        ended += sum(length < 255 for length in page.lacing)
        whole = page.lacing[-1] < 255 if page.lacing else whole
        if whole and ended >= count:
            break
    packets = ogg.packets(taken)
    if len(packets) != count or not packets[0].startswith(mark):
        raise ogg.damaged()
    return Header(_parsed(packets[0][len(mark) :]), mark, tuple(packets), tuple(taken))


def _write_ogg(data: bytes, name: str, added: tuple[bytes, ...]) -> bytes:
    header = _header(data)
    comments = header.mark + _serialized(_without(header.block, name, added))
    first, last = header.pages[0], header.pages[-1]
    new = ogg.lay_out((comments, *header.packets[1:]), first.serial, first.sequence)
    new[-1] = replace(new[-1], flags=new[-1].flags | last.flags & ogg.LAST)
    return ogg.exchange(data, header.pages, new)
