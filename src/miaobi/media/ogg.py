"""Pages of Ogg files (RFC 3533): parsed, checked, laid out anew and renumbered.

A packet lies in segments of 255 bytes and a last, shorter one; a page holds up to 255 segments.
"""

import struct
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from miaobi.core.errors import MediaError

MAGIC = b"OggS"
HEAD = struct.Struct(
    "<4sBBQIIIB"
)  # magic, version, flags, granule, serial, sequence, CRC, segments
CRC = slice(22, 26)  # where the CRC stands in the header of a page
CONTINUED, FIRST, LAST = 1, 2, 4  # flags of a page
MOST_SEGMENTS = 255  # of a page
NO_POSITION = (1 << 64) - 1  # granule position of a page on which no packet ends
REVERSED = bytes(int(f"{byte:08b}"[::-1], 2) for byte in range(256))


@dataclass(frozen=True)
class Page:
    """One page, and where it lies in the file: from `start` to `end`, in bytes."""

    flags: int
    granule: int
    serial: int
    sequence: int
    lacing: bytes  # lengths of its segments
    body: bytes
    crc: int = 0
    start: int = 0
    end: int = 0

    def packed(self) -> bytes:
        """Return the page as bytes, with its CRC."""
        head = HEAD.pack(
            MAGIC, 0, self.flags, self.granule, self.serial, self.sequence, 0, len(self.lacing)
        )
        data = bytearray(head + self.lacing + self.body)
        data[CRC] = checksum(data).to_bytes(4, "little")
        return bytes(data)


def checksum(data: bytes | bytearray) -> int:
    """Return the CRC of Ogg: polynomial 0x04C11DB7, highest bit first, from 0.

    zlib's has the same polynomial, lowest bit first and inverted, so bits are reversed around it.
    """
    crc = zlib.crc32(data.translate(REVERSED), 0xFFFFFFFF) ^ 0xFFFFFFFF
    return int.from_bytes(crc.to_bytes(4, "little").translate(REVERSED))


def pages(data: bytes) -> Iterator[Page]:
    """Yield the pages of a file in order; their CRCs are left to `check`.

    Raises MediaError where something else than a whole page lies.
    """
    place = 0
    while place < len(data):
        head = data[place : place + HEAD.size]
        if len(head) < HEAD.size:
            raise damaged()
        magic, version, flags, granule, serial, sequence, crc, count = HEAD.unpack(head)
        body = place + HEAD.size + count
        lacing = data[place + HEAD.size : body]
        end = body + sum(lacing)
        if magic != MAGIC or version or end > len(data) or len(lacing) < count:
            raise damaged()
        yield Page(flags, granule, serial, sequence, lacing, data[body:end], crc, place, end)
        place = end


def check(page: Page) -> None:
    """Raises MediaError where the CRC of a page that was read does not fit its bytes."""
    if int.from_bytes(page.packed()[CRC], "little") != page.crc:
        raise damaged()


def packets(taken: Sequence[Page]) -> list[bytes]:
    """Return the packets of pages of one stream that begin and end with whole packets.

    Raises MediaError where they do not, or where a page does not continue the one before.
    """
    found: list[bytes] = []
    parts: list[bytes] = []
    for page in taken:
        if bool(page.flags & CONTINUED) != bool(parts):
            raise damaged()
        place = 0
        for length in page.lacing:
            parts.append(page.body[place : place + length])
            place += length
            if length < 255:
                found.append(b"".join(parts))
                parts.clear()
    if parts:
        raise damaged()
    return found


def lay_out(contents: Sequence[bytes], serial: int, sequence: int) -> list[Page]:
    """Return new pages for packets of a header, with granule position 0 as headers have it."""
    segments = [
        packet[start : start + 255]
        for packet in contents
        for start in range(0, len(packet) + 1, 255)
    ]  # the last of a packet is shorter than 255, if need be empty
    laid: list[Page] = []
    flags = 0
    for start in range(0, len(segments), MOST_SEGMENTS):
        part = segments[start : start + MOST_SEGMENTS]
        lacing = bytes(map(len, part))
        granule = 0 if min(lacing) < 255 else NO_POSITION
        laid.append(Page(flags, granule, serial, sequence + len(laid), lacing, b"".join(part)))
        flags = CONTINUED if lacing[-1] == 255 else 0
    return laid


def exchange(data: bytes, old: Sequence[Page], new: Sequence[Page]) -> bytes:
    """Return the file with other pages instead of some of one stream.

    The pages of this stream that follow are renumbered. Raises MediaError for a damaged page.
    """
    serial, shift = old[0].serial, len(new) - len(old)
    taken = {page.start for page in old}
    parts: list[bytes] = []
    ours = True  # until another stream begins under the same serial number
    for page in pages(data):
        if page.start in taken:
            parts += [row.packed() for row in new] if page.start == old[0].start else []
            continue
        after = page.serial == serial and page.start > old[0].start
        ours = ours and not (after and page.flags & FIRST)
        if after and ours:
            check(page)
            sequence = (page.sequence + shift) % (1 << 32)
            parts.append(replace(page, sequence=sequence).packed())
        else:
            parts.append(data[page.start : page.end])
    return b"".join(parts)


def damaged() -> MediaError:
    """Return the error that says a file's comments cannot be read."""
    return MediaError(
        "The comments in the head of this FLAC or Ogg file are damaged.",
        "Save the file again with another program.",
    )
