"""ID3v2 tags at the head of MP3 files, read and written: versions 2.2, 2.3 and 2.4; chapters.

A tag is written back in the version it was read in, so every frame keeps its bytes and its flags
and none has to be converted; a file without a tag gets ID3v2.4. What is not frames is left out:
padding, the extended header (its CRC would no longer hold), the footer, and unsynchronisation,
which is undone when a tag is read. Chapters follow the ID3v2 Chapter Frame Addendum 1.0.
"""

import re
import struct
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from miaobi.core.errors import MediaError

HEAD = 10  # bytes of the header, and of the footer
UNSYNCHRONISED, EXTENDED, FOOTER = 0x80, 0x40, 0x10  # flags of a tag
COMPRESSED_TAG = 0x40  # flag of ID3v2.2 for a scheme that was never defined
FRAME_HEAD = {2: 6, 3: 10, 4: 10}  # version: bytes of the header of a frame
FRAME_NAME = {2: re.compile(rb"[A-Z0-9]{3}"), 3: re.compile(rb"[A-Z0-9]{3}[A-Z0-9 \0]")}
FRAME_NAME[4] = FRAME_NAME[3]
# version: (grouped, compressed, encrypted, unsynchronised, preceded by its length)
FRAME_FLAGS = {2: (0, 0, 0, 0, 0), 3: (0x20, 0x80, 0x40, 0, 0x80), 4: (0x40, 8, 4, 2, 1)}
SHORT_NAMES = {"TXXX": "TXX", "TIT2": "TT2", "TPE1": "TP1"}  # frames as ID3v2.2 calls them
FALSE_SYNC = re.compile(rb"\xff[\xe0-\xff]")  # what unsynchronisation leaves nowhere
LARGEST = 1 << 28  # bytes of a tag, exclusive: 4 x 7 bits
LARGEST_FRAME = {2: 1 << 24, 3: 1 << 32, 4: 1 << 28}
LARGEST_TEXT = 1 << 24  # bytes of a text frame once decompressed
ENCODINGS = ("latin-1", "utf-16", "utf-16-be", "utf-8")  # by the first byte of a text frame
TOP_LEVEL, ORDERED = 2, 1  # flags of a table of contents
MOST_CHILDREN = 255  # of one table of contents
NOWHERE = 0xFFFFFFFF  # a byte offset that is not given


@dataclass(frozen=True)
class Frame:
    """One frame: its id (3 or 4 characters), its body as it lies in the file, its flags."""

    name: str
    body: bytes
    flags: int = 0


@dataclass(frozen=True)
class Tag:
    """The frames of a tag, in order, and its version: 2, 3 or 4 for ID3v2.2 to ID3v2.4."""

    version: int = 4
    frames: tuple[Frame, ...] = ()


def size(data: bytes) -> int:
    """Return how many bytes the tag at the head takes; 0 where there is none.

    Raises MediaError for a tag that is cut off or of an unknown version.
    """
    if data[:3] != b"ID3":
        return 0
    if len(data) < HEAD or data[3] not in FRAME_HEAD or data[4] == 0xFF:
        raise _damaged()
    footer = HEAD if data[3] == 4 and data[5] & FOOTER else 0
    end = HEAD + _synchsafe(data[6:HEAD]) + footer
    if end > len(data):
        raise _damaged()
    return end


def read(data: bytes) -> tuple[Tag, bytes]:
    """Split an MP3 file into its tag and the sound after it; an empty tag where there is none.

    Raises MediaError for a damaged tag.
    """
    end = size(data)
    if not end:
        return Tag(), data
    version, flags = data[3], data[5]
    body = data[HEAD : HEAD + _synchsafe(data[6:HEAD])]
    if version == 2 and flags & COMPRESSED_TAG:
        raise _damaged()
    if version < 4 and flags & UNSYNCHRONISED:
        body = _synchronised(body)
    if version > 2 and flags & EXTENDED:
        body = body[_extended_header(body, version) :]
    if version < 4:
        return Tag(version, _frames(body, version)), data[end:]
    everywhere = bool(flags & UNSYNCHRONISED)
    try:
        frames = _frames(body, 4)
    except MediaError:  # some programs wrote plain sizes, as ID3v2.3 has them
        frames = _frames(body, 4, plain=True)
    return Tag(4, tuple(_frame_synchronised(frame, everywhere) for frame in frames)), data[end:]


def write(tag: Tag, sound: bytes) -> bytes:
    """Return an MP3 file: the tag, then the sound. A tag without frames is left out.

    Raises MediaError for a tag of 256 MiB or more.
    """
    body = b"".join(_packed(frame, tag.version) for frame in tag.frames)
    if not body:
        return sound
    if len(body) >= LARGEST:
        raise _too_large()
    return b"ID3" + bytes((tag.version, 0, 0)) + _as_synchsafe(len(body)) + body + sound


def text(name: str, value: str, version: int = 4) -> Frame:
    """Return a text frame, such as TIT2 (title) or TPE1 (artist), as this version writes it."""
    code, encoded, _ = _encoded(value, version)
    return Frame(SHORT_NAMES.get(name, name) if version == 2 else name, code + encoded)


def user_text(description: str, value: str, version: int = 4) -> Frame:
    """Return a TXXX frame (TXX in ID3v2.2): a value under a description of one's own."""
    code, _, end = _encoded(description + value, version)  # one encoding for both
    first, second = (part.encode(ENCODINGS[code[0]]) for part in (description, value))
    return Frame("TXX" if version == 2 else "TXXX", code + first + end + second)


def user_texts(tag: Tag, description: str) -> list[str]:
    """Return the values of every TXXX frame with this description, in order."""
    found = (_user_text(frame, tag.version) for frame in tag.frames)
    return [value for row in found if row and row[0] == description for value in row[1:]]


def without_user_text(tag: Tag, description: str) -> Tag:
    """Return the tag without its TXXX frames of this description."""
    rows = ((frame, _user_text(frame, tag.version)) for frame in tag.frames)
    kept = (frame for frame, row in rows if not row or row[0] != description)
    return Tag(tag.version, tuple(kept))


def chapter(element: str, start: int, end: int, frames: Iterable[Frame]) -> Frame:
    """Return a CHAP frame of ID3v2.4 from `start` to `end` in milliseconds, described by frames."""
    times = struct.pack(">4I", start, end, NOWHERE, NOWHERE)
    inner = b"".join(_packed(frame, 4) for frame in frames)
    return Frame("CHAP", element.encode("latin-1") + b"\0" + times + inner)


def contents(children: Sequence[str], element: str = "toc", flags: int = TOP_LEVEL) -> list[Frame]:
    """Return the CTOC frames of ID3v2.4 that list chapters by their element ids, in order.

    One frame holds up to 255 ids; where there are more, tables of their own stand between.
    """
    parts = [
        children[start : start + MOST_CHILDREN] for start in range(0, len(children), MOST_CHILDREN)
    ]
    if len(parts) > 1:
        names = [f"{element}-{number}" for number in range(len(parts))]
        inner = (contents(part, name, 0) for name, part in zip(names, parts, strict=True))
        return [*contents(names, element, flags), *(frame for frames in inner for frame in frames)]
    listed = b"".join(name.encode("latin-1") + b"\0" for name in children)
    head = element.encode("latin-1") + b"\0" + bytes((flags | ORDERED, len(children)))
    return [Frame("CTOC", head + listed)]


def _frames(body: bytes, version: int, plain: bool = False) -> tuple[Frame, ...]:
    """The frames of a tag's body, up to its end or its padding."""
    frames: list[Frame] = []
    head, place = FRAME_HEAD[version], 0
    while place < len(body) and body[place]:
        name = body[place : place + (3 if version == 2 else 4)]
        if place + head > len(body) or not FRAME_NAME[version].fullmatch(name):
            raise _damaged()
        field = body[place + len(name) : place + 2 * len(name)]
        length = int.from_bytes(field) if version < 4 or plain else _synchsafe(field)
        flags = int.from_bytes(body[place + 2 * len(name) : place + head])
        place += head + length
        if place > len(body):
            raise _damaged()
        frames.append(Frame(name.decode("ascii"), body[place - length : place], flags))
    if body[place:].strip(b"\0"):  # padding is zeros; anything else may be lost frames
        raise _damaged()
    return tuple(frames)


def _packed(frame: Frame, version: int) -> bytes:
    """A frame with its header."""
    length = len(frame.body)
    if length >= LARGEST_FRAME[version]:
        raise _too_large()
    name = frame.name.encode("ascii")
    if version == 2:
        return name + length.to_bytes(3) + frame.body
    field = length.to_bytes(4) if version == 3 else _as_synchsafe(length)
    return name + field + frame.flags.to_bytes(2) + frame.body


def _extended_header(body: bytes, version: int) -> int:
    """How many bytes the extended header takes."""
    field = body[:4]
    if len(field) < 4:
        raise _damaged()
    length = _synchsafe(field) if version == 4 else 4 + int.from_bytes(field)
    if not 6 <= length <= len(body):
        raise _damaged()
    return length


def _frame_synchronised(frame: Frame, everywhere: bool) -> Frame:
    """A frame of ID3v2.4 whose unsynchronisation is undone.

    The length that comes with it goes as well, unless compression or encryption needs it.
    """
    grouped, compressed, encrypted, flag, preceded = FRAME_FLAGS[4]
    if not (everywhere or frame.flags & flag):
        return frame
    body, flags = _synchronised(frame.body), frame.flags & ~flag
    if flags & preceded and not flags & (compressed | encrypted):
        start = 1 if flags & grouped else 0
        body, flags = body[:start] + body[start + 4 :], flags & ~preceded
    return Frame(frame.name, body, flags)


def _synchronised(data: bytes) -> bytes:
    """Bytes whose unsynchronisation is undone; as they are where it was only announced."""
    return data if FALSE_SYNC.search(data) else data.replace(b"\xff\0", b"\xff")


def _content(frame: Frame, version: int) -> bytes | None:
    """What a frame says, unpacked; None for one that is encrypted or damaged."""
    grouped, compressed, encrypted, _, preceded = FRAME_FLAGS[version]
    if frame.flags & encrypted:
        return None
    body = frame.body
    extra = (1 if frame.flags & grouped else 0) + (4 if frame.flags & preceded else 0)
    body = body[extra:]
    if not frame.flags & compressed:
        return body
    try:
        return zlib.decompressobj().decompress(body, LARGEST_TEXT)
    except zlib.error:
        return None


def _user_text(frame: Frame, version: int) -> list[str] | None:
    """[description, value, …] of a TXXX frame; None of any other."""
    if frame.name != ("TXX" if version == 2 else "TXXX"):
        return None
    body = _content(frame, version)
    if not body or body[0] >= len(ENCODINGS):
        return None
    unit = 2 if body[0] in (1, 2) else 1
    parts = [part.decode(ENCODINGS[body[0]], "replace") for part in _separated(body[1:], unit)]
    return parts if len(parts) < 3 or parts[-1] else parts[:-1]


def _separated(body: bytes, unit: int) -> list[bytes]:
    """Strings between zeros of `unit` bytes that lie on whole characters."""
    parts, start, place = [], 0, 0
    end = bytes(unit)
    while (place := body.find(end, place)) >= 0:
        if (place - start) % unit:
            place += 1
            continue
        parts.append(body[start:place])
        start = place = place + unit
    return [*parts, body[start:]]


def _encoded(value: str, version: int) -> tuple[bytes, bytes, bytes]:
    """(byte that names the encoding, the text in it, what ends a text in it)."""
    code = b"\3" if version == 4 else b"\0" if value.isascii() else b"\1"
    return code, value.encode(ENCODINGS[code[0]]), b"\0\0" if code == b"\1" else b"\0"


def _synchsafe(field: bytes) -> int:
    """A number of 7 bits a byte."""
    number = 0
    for byte in field:
        if byte & 0x80:
            raise _damaged()
        number = number << 7 | byte
    return number


def _as_synchsafe(number: int) -> bytes:
    return bytes(number >> shift & 0x7F for shift in (21, 14, 7, 0))


def _damaged() -> MediaError:
    return MediaError(
        "The ID3 tag at the head of this file is damaged.", "Save the file again, without tags."
    )


def _too_large() -> MediaError:
    return MediaError("The tags are too large for this kind of file.", "Leave pictures out.")
