"""Read and write ID3v2.2, 2.3 and 2.4 tags of MP3 files, with chapters.

A tag is written in the version it was read in, so that all frames keep their bytes and flags; a
file without a tag gets ID3v2.4. Padding, footer, extended header (its CRC would be wrong) and
unsynchronisation are dropped. Chapters follow the ID3v2 Chapter Frame Addendum 1.0.
"""

import re
import struct
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from miaobi.core.errors import MediaError

HEAD = 10  # bytes of the header and of the footer
UNSYNCHRONISED, EXTENDED, FOOTER = 0x80, 0x40, 0x10  # flags of a tag
COMPRESSED_TAG = 0x40  # flag of ID3v2.2, whose scheme was never defined
FRAME_HEAD = {2: 6, 3: 10, 4: 10}  # version -> bytes of a frame header
FRAME_NAME = {2: re.compile(rb"[A-Z0-9]{3}"), 3: re.compile(rb"[A-Z0-9]{3}[A-Z0-9 \0]")}
FRAME_NAME[4] = FRAME_NAME[3]
# version -> flags (grouped, compressed, encrypted, unsynchronised, with data length)
FRAME_FLAGS = {2: (0, 0, 0, 0, 0), 3: (0x20, 0x80, 0x40, 0, 0x80), 4: (0x40, 8, 4, 2, 1)}
SHORT_NAMES = {"TXXX": "TXX", "TIT2": "TT2", "TPE1": "TP1"}  # names in ID3v2.2
FALSE_SYNC = re.compile(rb"\xff[\xe0-\xff]")  # never occurs in unsynchronised data
LARGEST = 1 << 28  # bytes of a tag, exclusive: 4 x 7 bits
LARGEST_FRAME = {2: 1 << 24, 3: 1 << 32, 4: 1 << 28}
LARGEST_TEXT = 1 << 24  # bytes of a text frame once decompressed
ENCODINGS = ("latin-1", "utf-16", "utf-16-be", "utf-8")  # by the first byte of a text frame
TOP_LEVEL, ORDERED = 2, 1  # flags of a table of contents
MOST_CHILDREN = 255  # per table of contents
NO_OFFSET = 0xFFFFFFFF  # unset byte offset of a chapter


@dataclass(frozen=True)
class Frame:
    """One frame: its id of 3 or 4 characters, its raw body and its flags."""

    name: str
    body: bytes
    flags: int = 0


@dataclass(frozen=True)
class Tag:
    """The frames of a tag in order, and its version: 2, 3 or 4 for ID3v2.2 to ID3v2.4."""

    version: int = 4
    frames: tuple[Frame, ...] = ()


def size(data: bytes) -> int:
    """Return the size in bytes of the tag at the start of a file; 0 without a tag.

    Raises MediaError for a truncated tag or an unknown version.
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
    """Split an MP3 file into its tag, empty without one, and the audio after it.

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
        body = _synchronise(body)
    if version > 2 and flags & EXTENDED:
        body = body[_extended_header(body, version) :]
    if version < 4:
        return Tag(version, _frames(body, version)), data[end:]
    all_frames = bool(flags & UNSYNCHRONISED)
    try:
        frames = _frames(body, 4)
    except MediaError:  # some programs write plain sizes, as in ID3v2.3
        frames = _frames(body, 4, plain=True)
    return Tag(4, tuple(_synchronise_frame(frame, all_frames) for frame in frames)), data[end:]


def write(tag: Tag, sound: bytes) -> bytes:
    """Return an MP3 file of a tag, omitted without frames, and the audio.

    Raises MediaError for a tag of 256 MiB or more.
    """
    body = b"".join(_pack(frame, tag.version) for frame in tag.frames)
    if not body:
        return sound
    if len(body) >= LARGEST:
        raise _too_large()
    return b"ID3" + bytes((tag.version, 0, 0)) + _as_synchsafe(len(body)) + body + sound


def text(name: str, value: str, version: int = 4) -> Frame:
    """Return a text frame of this version, such as TIT2 (title) or TPE1 (artist)."""
    code, encoded, _ = _encode(value, version)
    return Frame(SHORT_NAMES.get(name, name) if version == 2 else name, code + encoded)


def user_text(description: str, value: str, version: int = 4) -> Frame:
    """Return a TXXX frame (TXX in ID3v2.2): a value with a user-defined description."""
    code, _, end = _encode(description + value, version)  # same encoding for both
    first, second = (part.encode(ENCODINGS[code[0]]) for part in (description, value))
    return Frame("TXX" if version == 2 else "TXXX", code + first + end + second)


def user_texts(tag: Tag, description: str) -> list[str]:
    """Return the values of all TXXX frames with this description, in order."""
    rows = (_user_text(frame, tag.version) for frame in tag.frames)
    return [value for row in rows if row and row[0] == description for value in row[1:]]


def without_user_text(tag: Tag, description: str) -> Tag:
    """Return the tag without its TXXX frames of this description."""
    rows = ((frame, _user_text(frame, tag.version)) for frame in tag.frames)
    kept = (frame for frame, row in rows if not row or row[0] != description)
    return Tag(tag.version, tuple(kept))


def chapter(element: str, start: int, end: int, frames: Iterable[Frame]) -> Frame:
    """Return a CHAP frame of ID3v2.4 from `start` to `end` milliseconds, with embedded frames."""
    times = struct.pack(">4I", start, end, NO_OFFSET, NO_OFFSET)
    inner = b"".join(_pack(frame, 4) for frame in frames)
    return Frame("CHAP", element.encode("latin-1") + b"\0" + times + inner)


def contents(children: Sequence[str], element: str = "toc", flags: int = TOP_LEVEL) -> list[Frame]:
    """Return the CTOC frames of ID3v2.4 that list chapters by their element ids, in order.

    A frame holds up to 255 ids; more chapters need a tree of tables.
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
    """Parse the frames in the body of a tag, up to its padding. Raises MediaError."""
    frames: list[Frame] = []
    head, offset = FRAME_HEAD[version], 0
    while offset < len(body) and body[offset]:
        name = body[offset : offset + (3 if version == 2 else 4)]
        if offset + head > len(body) or not FRAME_NAME[version].fullmatch(name):
            raise _damaged()
        field = body[offset + len(name) : offset + 2 * len(name)]
        length = int.from_bytes(field) if version < 4 or plain else _synchsafe(field)
        flags = int.from_bytes(body[offset + 2 * len(name) : offset + head])
        offset += head + length
        if offset > len(body):
            raise _damaged()
        frames.append(Frame(name.decode("ascii"), body[offset - length : offset], flags))
    if body[offset:].strip(b"\0"):  # padding is zeros; other bytes may be frames
        raise _damaged()
    return tuple(frames)


def _pack(frame: Frame, version: int) -> bytes:
    """Serialize a frame with its header. Raises MediaError for a body that is too large."""
    length = len(frame.body)
    if length >= LARGEST_FRAME[version]:
        raise _too_large()
    name = frame.name.encode("ascii")
    if version == 2:
        return name + length.to_bytes(3) + frame.body
    field = length.to_bytes(4) if version == 3 else _as_synchsafe(length)
    return name + field + frame.flags.to_bytes(2) + frame.body


def _extended_header(body: bytes, version: int) -> int:
    """Return the size in bytes of the extended header. Raises MediaError."""
    field = body[:4]
    if len(field) < 4:
        raise _damaged()
    length = _synchsafe(field) if version == 4 else 4 + int.from_bytes(field)
    if not 6 <= length <= len(body):
        raise _damaged()
    return length


def _synchronise_frame(frame: Frame, all_frames: bool) -> Frame:
    """Undo the unsynchronisation of a frame of ID3v2.4.

    Also removes its data length, unless compression or encryption needs it.
    """
    grouped, compressed, encrypted, flag, has_length = FRAME_FLAGS[4]
    if not (all_frames or frame.flags & flag):
        return frame
    body, flags = _synchronise(frame.body), frame.flags & ~flag
    if flags & has_length and not flags & (compressed | encrypted):
        start = 1 if flags & grouped else 0
        body, flags = body[:start] + body[start + 4 :], flags & ~has_length
    return Frame(frame.name, body, flags)


def _synchronise(data: bytes) -> bytes:
    """Undo unsynchronisation; unchanged if the data were only flagged as unsynchronised."""
    return data if FALSE_SYNC.search(data) else data.replace(b"\xff\0", b"\xff")


def _content(frame: Frame, version: int) -> bytes | None:
    """Return the decompressed content of a frame; None if encrypted or damaged."""
    grouped, compressed, encrypted, _, has_length = FRAME_FLAGS[version]
    if frame.flags & encrypted:
        return None
    body = frame.body
    extra = (1 if frame.flags & grouped else 0) + (4 if frame.flags & has_length else 0)
    body = body[extra:]
    if not frame.flags & compressed:
        return body
    try:
        return zlib.decompressobj().decompress(body, LARGEST_TEXT)
    except zlib.error:
        return None


def _user_text(frame: Frame, version: int) -> list[str] | None:
    """Return [description, value, …] of a TXXX frame; None for other frames."""
    if frame.name != ("TXX" if version == 2 else "TXXX"):
        return None
    body = _content(frame, version)
    if not body or body[0] >= len(ENCODINGS):
        return None
    unit = 2 if body[0] in (1, 2) else 1
    parts = [part.decode(ENCODINGS[body[0]], "replace") for part in _split_strings(body[1:], unit)]
    return parts if len(parts) < 3 or parts[-1] else parts[:-1]


def _split_strings(body: bytes, unit: int) -> list[bytes]:
    """Split strings at aligned terminators of `unit` zero bytes."""
    parts, start, offset = [], 0, 0
    end = bytes(unit)
    while (offset := body.find(end, offset)) >= 0:
        if (offset - start) % unit:
            offset += 1
            continue
        parts.append(body[start:offset])
        start = offset = offset + unit
    return [*parts, body[start:]]


def _encode(value: str, version: int) -> tuple[bytes, bytes, bytes]:
    """Encode a text for a version: (encoding byte, encoded text, terminator)."""
    code = b"\3" if version == 4 else b"\0" if value.isascii() else b"\1"
    return code, value.encode(ENCODINGS[code[0]]), b"\0\0" if code == b"\1" else b"\0"


def _synchsafe(field: bytes) -> int:
    """Decode a number with 7 bits per byte. Raises MediaError."""
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
