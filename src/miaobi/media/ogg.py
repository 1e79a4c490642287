"""Parse, verify, create and renumber pages of Ogg files (RFC 3533).

A packet consists of segments of 255 bytes and a last, shorter one; a page has up to 255 segments.
"""

import struct
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from miaobi.core.errors import MediaError

MAGIC = b"OggS"
# magic, version, flags, granule, serial, sequence, CRC, segments
HEAD = struct.Struct("<4sBBQIIIB")
CRC = slice(22, 26)  # position of the CRC in a page header
CONTINUED, FIRST, LAST = 1, 2, 4  # flags of a page
MOST_SEGMENTS = 255  # per page
NO_POSITION = (1 << 64) - 1  # granule position of a page without the end of a packet
REVERSED = bytes(int(f"{byte:08b}"[::-1], 2) for byte in range(256))


@dataclass(frozen=True)
class Page:
    """One page, at bytes `start` to `end` of the file."""

    flags: int
    granule: int
    serial: int
    sequence: int
    lacing: bytes  # lengths of the segments
    body: bytes
    crc: int = 0
    start: int = 0
    end: int = 0

    def to_bytes(self) -> bytes:
        """Serialize the page with its CRC."""
        head = HEAD.pack(
            MAGIC, 0, self.flags, self.granule, self.serial, self.sequence, 0, len(self.lacing)
        )
        data = bytearray(head + self.lacing + self.body)
        data[CRC] = checksum(data).to_bytes(4, "little")
        return bytes(data)


def checksum(data: bytes | bytearray) -> int:
    """Compute the CRC-32 of Ogg: polynomial 0x04C11DB7, most significant bit first, from 0.

    zlib uses the same polynomial with reversed bits and inversion, both undone here.
    """
    crc = zlib.crc32(data.translate(REVERSED), 0xFFFFFFFF) ^ 0xFFFFFFFF
    return int.from_bytes(crc.to_bytes(4, "little").translate(REVERSED))


def pages(data: bytes) -> Iterator[Page]:
    """Yield the pages of a file in order, without verifying their CRCs. Raises MediaError."""
    offset = 0
    while offset < len(data):
        head = data[offset : offset + HEAD.size]
        if len(head) < HEAD.size:
            raise damaged_error()
        magic, version, flags, granule, serial, sequence, crc, count = HEAD.unpack(head)
        body = offset + HEAD.size + count
        lacing = data[offset + HEAD.size : body]
        end = body + sum(lacing)
        if magic != MAGIC or version or end > len(data) or len(lacing) < count:
            raise damaged_error()
        yield Page(flags, granule, serial, sequence, lacing, data[body:end], crc, offset, end)
        offset = end


def verify_checksum(page: Page) -> None:
    """Verify the CRC of a page. Raises MediaError."""
    if int.from_bytes(page.to_bytes()[CRC], "little") != page.crc:
        raise damaged_error()


def packets(stream_pages: Sequence[Page]) -> list[bytes]:
    """Return the packets in pages of one stream, which must start and end with whole packets.

    Raises MediaError if they do not, or if a continuation is missing.
    """
    complete: list[bytes] = []
    parts: list[bytes] = []
    for page in stream_pages:
        if bool(page.flags & CONTINUED) != bool(parts):
            raise damaged_error()
        offset = 0
        for length in page.lacing:
            parts.append(page.body[offset : offset + length])
            offset += length
            if length < 255:
                complete.append(b"".join(parts))
                parts.clear()
    if parts:
        raise damaged_error()
    return complete


def paginate(header_packets: Sequence[bytes], serial: int, sequence: int) -> list[Page]:
    """Create pages for header packets, which have granule position 0."""
    segments = [
        packet[start : start + 255]
        for packet in header_packets
        for start in range(0, len(packet) + 1, 255)
    ]  # the last segment of a packet is shorter than 255 bytes, possibly empty
    created: list[Page] = []
    flags = 0
    for start in range(0, len(segments), MOST_SEGMENTS):
        part = segments[start : start + MOST_SEGMENTS]
        lacing = bytes(map(len, part))
        granule = 0 if min(lacing) < 255 else NO_POSITION
        created.append(
            Page(flags, granule, serial, sequence + len(created), lacing, b"".join(part))
        )
        flags = CONTINUED if lacing[-1] == 255 else 0
    return created


def replace_pages(data: bytes, old: Sequence[Page], new: Sequence[Page]) -> bytes:
    """Return the file with some pages of a stream replaced, and the following ones renumbered.

    Raises MediaError for a damaged page.
    """
    serial, shift = old[0].serial, len(new) - len(old)
    replaced = {page.start for page in old}
    parts: list[bytes] = []
    same_stream = True  # until another stream starts with the same serial number
    for page in pages(data):
        if page.start in replaced:
            parts += [row.to_bytes() for row in new] if page.start == old[0].start else []
            continue
        after = page.serial == serial and page.start > old[0].start
        same_stream = same_stream and not (after and page.flags & FIRST)
        if after and same_stream:
            verify_checksum(page)
            sequence = (page.sequence + shift) % (1 << 32)
            parts.append(replace(page, sequence=sequence).to_bytes())
        else:
            parts.append(data[page.start : page.end])
    return b"".join(parts)


def damaged_error() -> MediaError:
    """Return the error for a file with damaged comments."""
    return MediaError(
        "The comments in the head of this FLAC or Ogg file are damaged.",
        "Save the file again with another program.",
    )
