"""What bytes really are, by their first bytes; names and endings can lie."""

import re

# (offset, bytes, media type), first match wins
SIGNATURES: tuple[tuple[int, bytes, str], ...] = (
    (8, b"WAVE", "audio/wav"),
    (0, b"fLaC", "audio/flac"),
    (0, b"OggS", "audio/ogg"),
    (0, b"ID3", "audio/mpeg"),
    (0, b"\xff\xfb", "audio/mpeg"),
    (0, b"\xff\xf3", "audio/mpeg"),
    (0, b"\xff\xf2", "audio/mpeg"),
    (0, b"\x89PNG\r\n", "image/png"),
    (0, b"\xff\xd8\xff", "image/jpeg"),
    (0, b"GIF8", "image/gif"),
    (8, b"WEBP", "image/webp"),
    (4, b"ftypM4A", "audio/mp4"),
    (4, b"ftypM4B", "audio/mp4"),
    (4, b"ftyp", "video/mp4"),
    (0, b"\x1a\x45\xdf\xa3", "video/webm"),
    (0, b"%PDF", "application/pdf"),
)

SVG = re.compile(rb"\s*(<\?xml[^>]*\?>|<!--.*?-->|<!DOCTYPE[^>]*>|\s)*<svg\b", re.S)
GGUF = b"GGUF"
# a zip (what torch.save writes) or a bare pickle of protocol 2 and later
PICKLED = (b"PK\x03\x04", b"\x80\x02", b"\x80\x03", b"\x80\x04", b"\x80\x05")


def media_type_of(data: bytes) -> str:
    """The media type of a file's bytes; "text/plain" for UTF-8, else "application/octet-stream"."""
    words = _is_utf8(data)
    if words and b"\0" not in data:  # a text may begin with "ID3" or "OggS"; no sound lacks zeros
        return "image/svg+xml" if SVG.match(data) else "text/plain"
    data = _after_id3(data)
    for offset, signature, media_type in SIGNATURES:
        if data[offset : offset + len(signature)] == signature:
            return media_type
    return "text/plain" if words else "application/octet-stream"


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _after_id3(data: bytes) -> bytes:
    """Past an ID3v2 tag when a FLAC stream follows it: C2PA puts its manifest there."""
    if data[:3] != b"ID3" or len(data) < 10:
        return data
    size = 10 + sum(byte << shift for byte, shift in zip(data[6:10], (21, 14, 7, 0), strict=True))
    return data[size:] if data[size : size + 4] == b"fLaC" else data
