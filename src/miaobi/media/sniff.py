"""Detection of media types from content, since file extensions may be wrong."""

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
# a zip file as of torch.save, or a plain pickle of protocol 2 and later
PICKLED = (b"PK\x03\x04", b"\x80\x02", b"\x80\x03", b"\x80\x04", b"\x80\x05")


def media_type_of(data: bytes) -> str:
    """Return the media type of a file; "text/plain" for UTF-8, else "application/octet-stream"."""
    is_text = _is_utf8(data)
    if is_text and b"\0" not in data:  # text may start with "ID3" or "OggS"; audio contains zeros
        return "image/svg+xml" if SVG.match(data) else "text/plain"
    data = _skip_id3(data)
    for offset, signature, media_type in SIGNATURES:
        if data[offset : offset + len(signature)] == signature:
            return media_type
    return "text/plain" if is_text else "application/octet-stream"


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _skip_id3(data: bytes) -> bytes:
    """Skip an ID3v2 tag before a FLAC stream, where C2PA stores its manifest."""
    if data[:3] != b"ID3" or len(data) < 10:
        return data
    size = 10 + sum(byte << shift for byte, shift in zip(data[6:10], (21, 14, 7, 0), strict=True))
    return data[size:] if data[size : size + 4] == b"fLaC" else data
