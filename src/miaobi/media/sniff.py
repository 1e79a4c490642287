"""Detection of media types from content, since file extensions may be wrong."""

import re

# (offset, bytes, media type), first match wins
SIGNATURES: tuple[tuple[int, bytes, str], ...] = (
    (8, b"WAVE", "audio/wav"),
    (0, b"fLaC", "audio/flac"),
    (0, b"OggS", "audio/ogg"),
    (0, b"ID3", "audio/mpeg"),
    (0, b"\x89PNG\r\n", "image/png"),
    (0, b"\xff\xd8\xff", "image/jpeg"),
    (0, b"GIF8", "image/gif"),
    (8, b"WEBP", "image/webp"),
    (8, b"AVI ", "video/x-msvideo"),
    (0, b"riff\x2e\x91\xcf\x11", "audio/x-w64"),
    (8, b"AIFF", "audio/aiff"),
    (8, b"AIFC", "audio/aiff"),
    (4, b"ftypM4A", "audio/mp4"),
    (4, b"ftypM4B", "audio/mp4"),
    (4, b"ftypheic", "image/heic"),
    (4, b"ftypheix", "image/heic"),
    (4, b"ftypmif1", "image/heif"),
    (4, b"ftypavif", "image/avif"),
    (4, b"ftypqt", "video/quicktime"),
    (4, b"ftyp", "video/mp4"),
    *((4, atom, "video/quicktime") for atom in (b"moov", b"mdat", b"wide", b"pnot")),
    (0, b"#!AMR", "audio/amr"),
    (0, b"caff\0\1", "audio/x-caf"),
    (0, b".snd\0\0", "audio/basic"),
    (0, b"\x0b\x77", "audio/ac3"),
    (0, b"\x7f\xfe\x80\x01", "audio/vnd.dts"),
    (0, b"MAC \x96\x0f", "audio/x-ape"),
    (0, b"wvpk", "audio/x-wavpack"),
    (0, b"TTA1", "audio/x-tta"),
    (0, b"tBaK", "audio/x-tak"),
    (0, b"MPCK", "audio/x-musepack"),
    (0, b"MP+", "audio/x-musepack"),
    (0, b"DSD ", "audio/x-dsf"),
    (0, b"Creative Voice File\x1a", "audio/x-voc"),
    (0, b".RMF\0", "video/x-realmedia"),
    (0, b".ra\xfd", "audio/x-realaudio"),
    (0, b"FLV\1", "video/x-flv"),
    (0, b"\0\0\1\xba", "video/mpeg"),
    (0, b"\0\0\1\xb3", "video/mpeg"),
    (0, b"%PDF", "application/pdf"),
)
EBML = b"\x1a\x45\xdf\xa3"
ASF = bytes.fromhex("3026b2758e66cf11a6d900aa0062ce6c")
ASF_VIDEO = bytes.fromhex("c0ef19bc4d5bcf11a8fd00805f5c442b")  # the type of a video stream
ASF_HEADER = 65_536  # bytes in which the streams are listed
TRANSPORT_PACKET, TRANSPORT_SYNC = 188, 0x47
# bitrates in kbit/s of MPEG audio by version 1 or not, and by layer III, II, I
BITRATES = {
    True: (
        (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
        (0, 32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384),
        (0, 32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448),
    ),
    False: (
        (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
        (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
        (0, 32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256),
    ),
}
RATES = (44_100, 48_000, 32_000)  # Hz of version 1; half of it in version 2, a quarter in 2.5

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
    for find in (_matroska_type, _asf_type, _mpeg_type, _transport_type):
        if media_type := find(data):
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


def _matroska_type(data: bytes) -> str:
    """Return the type of an EBML file by its DocType, or ""."""
    if not data.startswith(EBML):
        return ""
    return "video/x-matroska" if b"\x42\x82\x88matroska" in data[:100] else "video/webm"


def _asf_type(data: bytes) -> str:
    if not data.startswith(ASF):
        return ""
    return "video/x-ms-wmv" if ASF_VIDEO in data[:ASF_HEADER] else "audio/x-ms-wma"


def _transport_type(data: bytes) -> str:
    """Return the type of an MPEG transport stream: a sync byte in each of five packets."""
    syncs = data[: 5 * TRANSPORT_PACKET : TRANSPORT_PACKET]
    return "video/mp2t" if syncs == bytes([TRANSPORT_SYNC] * 5) else ""


def _mpeg_type(data: bytes) -> str:
    """Return the type of a stream that begins with a frame of MPEG audio or AAC (ADTS)."""
    if len(data) < 4 or data[0] != 0xFF or data[1] & 0xE0 != 0xE0:
        return ""
    if data[1] & 0xF6 == 0xF0:  # layer 0 is ADTS
        return "audio/aac" if data[2] >> 2 & 15 < 13 else ""
    size = _frame_bytes(data)
    if size is None:
        return ""
    following = data[size : size + 4]
    if size and len(following) == 4:  # both headers agree in version, layer and sample rate
        same = following[0] == 0xFF and following[1] & 0xFE == data[1] & 0xFE
        return "audio/mpeg" if same and following[2] & 0x0C == data[2] & 0x0C else ""
    return "" if data[1] & 6 == 6 else "audio/mpeg"  # FF FE also begins text in UTF-16


def _frame_bytes(header: bytes) -> int | None:
    """Return the size of a frame of MPEG audio; 0: free format; None: no valid header."""
    version, layer = header[1] >> 3 & 3, header[1] >> 1 & 3
    bitrate, rate = header[2] >> 4, header[2] >> 2 & 3
    if version == 1 or layer == 0 or bitrate == 15 or rate == 3:
        return None
    kilobits = BITRATES[version == 3][layer - 1][bitrate]
    hertz = RATES[rate] // (1, 2, 4)[(3, 2, 0).index(version)]
    padding = header[2] >> 1 & 1
    if layer == 3:
        return (12_000 * kilobits // hertz + padding) * 4 if kilobits else 0
    samples = 72_000 if layer == 1 and version != 3 else 144_000
    return samples * kilobits // hertz + padding if kilobits else 0
