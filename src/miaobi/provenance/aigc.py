"""AIGC metadata label of GB 45438-2025, Annex E: a JSON string of seven keys with ASCII values.

Stored as in TC260-PG-202510A (audio): a RIFF chunk of WAV, an ID3v2 TXXX frame of MP3, a Vorbis
comment of FLAC and Ogg; xmp.py has the pictures, mp4.py and webm.py the videos. A file has exactly
one label.
"""

import json
from collections.abc import Callable
from typing import Any

from miaobi.core.errors import LabelError
from miaobi.media import id3, vorbis_comments
from miaobi.provenance import mp4, webm, xmp
from miaobi.provenance.xmp import riff, riff_chunks

KEYS = (
    "Label",
    "ContentProducer",
    "ProduceID",
    "ReservedCode1",
    "ContentPropagator",
    "PropagateID",
    "ReservedCode2",
)
ALLOWED = {0x21, *range(0x23, 0x5C), *range(0x5D, 0x7F)}  # Annex E j): no space, quote, backslash
NAME = "AIGC"


def label(producer: str, produce_id: str) -> str:
    """Return the label of generated content ("Label" is "1"), with the producer as propagator.

    Raises LabelError for characters not allowed by Annex E.
    """
    values = ("1", producer, produce_id, "", producer, produce_id, "")
    for name, value in zip(KEYS, values, strict=True):
        invalid = [char for char in value if ord(char) not in ALLOWED]
        if invalid:
            raise LabelError(
                "The label field {name} may not hold {wrong!r}.",
                "Set MIAOBI_PRODUCER to a name or code of plain ASCII letters, digits and signs.",
                name=name,
                wrong="".join(invalid),
            )
    return json.dumps(dict(zip(KEYS, values, strict=True)), separators=(",", ":"))


def parse(value: str) -> dict[str, str] | None:
    """Parse a label, also wrapped in {"AIGC": …}; return None if it is not one."""
    try:
        fields: Any = json.loads(value)
    except ValueError:
        return None
    fields = fields.get(NAME, fields) if isinstance(fields, dict) else None
    return fields if isinstance(fields, dict) and "Label" in fields else None


def embed(data: bytes, media_type: str, value: str) -> bytes:
    """Return the file with the label, replacing an existing one; media types of WRITERS."""
    return WRITERS[media_type](data, value)


def read(data: bytes, media_type: str) -> list[str]:
    """Return all labels in the file; a valid file has exactly one."""
    reader = READERS.get(media_type)
    return reader(data) if reader else []


def _write_wav(data: bytes, value: str) -> bytes:
    chunks = [chunk for chunk in riff_chunks(data) if chunk[0] != NAME.encode()]
    chunks.append((NAME.encode(), value.encode()))
    return riff(b"WAVE", chunks)


def _read_wav(data: bytes) -> list[str]:
    return [body.decode("latin-1") for name, body in riff_chunks(data) if name == NAME.encode()]


def _write_mp3(data: bytes, value: str) -> bytes:
    tag, sound = id3.read(data)
    others = id3.without_user_text(tag, NAME)
    frame = id3.user_text(NAME, value, tag.version)
    return id3.write(id3.Tag(tag.version, (*others.frames, frame)), sound)


def _read_mp3(data: bytes) -> list[str]:
    tag, _ = id3.read(data)
    return id3.user_texts(tag, NAME)


def _write_vorbis(data: bytes, value: str) -> bytes:
    return vorbis_comments.write(data, NAME, [value])


def _read_vorbis(data: bytes) -> list[str]:
    return vorbis_comments.values(data, NAME)


WRITERS: dict[str, Callable[[bytes, str], bytes]] = {
    "audio/wav": _write_wav,
    "audio/mpeg": _write_mp3,
    "audio/flac": _write_vorbis,
    "audio/ogg": _write_vorbis,
    "image/png": xmp.write_png,
    "image/jpeg": xmp.write_jpeg,
    "image/webp": xmp.write_webp,
    "image/gif": xmp.write_gif,
    "image/svg+xml": xmp.write_svg,
    "audio/mp4": mp4.write_mp4,
    "video/mp4": mp4.write_mp4,
    "video/webm": webm.write_webm,
}
READERS: dict[str, Callable[[bytes], list[str]]] = {
    "audio/wav": _read_wav,
    "audio/mpeg": _read_mp3,
    "audio/flac": _read_vorbis,
    "audio/ogg": _read_vorbis,
    "image/png": xmp.read_png,
    "image/jpeg": xmp.read_jpeg,
    "image/webp": xmp.read_webp,
    "image/gif": xmp.read_gif,
    "image/svg+xml": xmp.read_svg,
    "audio/mp4": mp4.read_mp4,
    "video/mp4": mp4.read_mp4,
    "video/quicktime": mp4.read_mp4,
    "video/webm": webm.read_webm,
    "video/x-matroska": webm.read_webm,
}
