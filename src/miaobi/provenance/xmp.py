"""AIGC metadata label of GB 45438-2025 in pictures: an XMP packet (TC260-PG-20259A).

Stored in an iTXt chunk of PNG, an APP1 segment of JPEG, an "XMP " chunk of WebP, an application
extension of GIF, or <metadata> of SVG.
"""

import html
import re
import struct
import zlib

from miaobi.core.errors import LabelError

SPACE = "http://www.tc260.org.cn/ns/AIGC/1.0/"
ELEMENT = re.compile(r"<TC260:AIGC>(.*?)</TC260:AIGC>", re.S)
ATTRIBUTE = re.compile(r"""TC260:AIGC=(?:"([^"]*)"|'([^']*)')""")
PNG_HEAD, PNG_KEY = 8, b"XML:com.adobe.xmp\0\0\0\0\0"
JPEG_KEY = b"http://ns.adobe.com/xap/1.0/\0"
XMP_FLAG, ALPHA_FLAG = 0x04, 0x10  # flags of a VP8X chunk
GIF_KEY = b"\x21\xff\x0bXMP DataXMP"
# decoders read bytes of the packet as lengths of sub-blocks; this trailer ends them at any offset
GIF_END = bytes([1, *range(255, -1, -1), 0])
GIF_START, GIF_EXTENSION, GIF_PICTURE = 13, 0x21, 0x2C
SVG_LABEL = re.compile(r"<x:xmpmeta\b.*?</x:xmpmeta>", re.S)


def packet(value: str) -> str:
    """Return an XMP packet with the label as an element."""
    return (
        '<x:xmpmeta xmlns:x="adobe:ns:meta/">'
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        f'<rdf:Description rdf:about="" xmlns:TC260="{SPACE}">'
        f"<TC260:AIGC>{html.escape(value, quote=False)}</TC260:AIGC>"
        "</rdf:Description></rdf:RDF></x:xmpmeta>"
    )


def values(xmp: str) -> list[str]:
    """Return all labels of a packet, from elements and attributes."""
    attributes = (double or single for double, single in ATTRIBUTE.findall(xmp))
    return [html.unescape(value) for value in (*ELEMENT.findall(xmp), *attributes)]


def write_png(data: bytes, value: str) -> bytes:
    """Write the label in an iTXt chunk right after the header."""
    chunks = [chunk for chunk in _png_chunks(data) if not _is_png_xmp(chunk)]
    body = b"iTXt" + PNG_KEY + packet(value).encode()
    chunk = struct.pack(">I", len(body) - 4) + body + struct.pack(">I", zlib.crc32(body))
    return data[:PNG_HEAD] + chunks[0] + chunk + b"".join(chunks[1:])


def read_png(data: bytes) -> list[str]:
    """Read the labels in the iTXt chunks of a PNG."""
    packets = [chunk[8 + len(PNG_KEY) : -4] for chunk in _png_chunks(data) if _is_png_xmp(chunk)]
    return [value for xmp in packets for value in values(xmp.decode("utf-8", "replace"))]


def write_jpeg(data: bytes, value: str) -> bytes:
    """Write the label in an APP1 segment after the JFIF header."""
    segments, rest = _jpeg_segments(data)
    segments = [segment for segment in segments if not _is_jpeg_xmp(segment)]
    body = JPEG_KEY + packet(value).encode()
    index = 1 if segments and segments[0][1] == 0xE0 else 0
    segments.insert(index, b"\xff\xe1" + struct.pack(">H", len(body) + 2) + body)
    return b"\xff\xd8" + b"".join(segments) + rest


def read_jpeg(data: bytes) -> list[str]:
    """Read the labels in the APP1 segments of a JPEG."""
    packets = [
        segment[4 + len(JPEG_KEY) :] for segment in _jpeg_segments(data)[0] if _is_jpeg_xmp(segment)
    ]
    return [value for xmp in packets for value in values(xmp.decode("utf-8", "replace"))]


def write_webp(data: bytes, value: str) -> bytes:
    """Write the label in an "XMP " chunk, with the flag of the VP8X chunk."""
    chunks = [chunk for chunk in riff_chunks(data) if chunk[0] != b"XMP "]
    if chunks[0][0] != b"VP8X":
        chunks.insert(0, (b"VP8X", _vp8x(data)))
    flags = bytes([chunks[0][1][0] | XMP_FLAG])
    chunks[0] = (b"VP8X", flags + chunks[0][1][1:])
    chunks.append((b"XMP ", packet(value).encode()))
    return riff(b"WEBP", chunks)


def read_webp(data: bytes) -> list[str]:
    """Read the labels in the "XMP " chunks of a WebP."""
    packets = [body for name, body in riff_chunks(data) if name == b"XMP "]
    return [value for xmp in packets for value in values(xmp.decode("utf-8", "replace"))]


def write_gif(data: bytes, value: str) -> bytes:
    """Write the label in an application extension before the first block."""
    head, blocks = _gif_blocks(data)
    kept = [block for block in blocks if not block.startswith(GIF_KEY)]
    return head + GIF_KEY + packet(value).encode() + GIF_END + b"".join(kept)


def read_gif(data: bytes) -> list[str]:
    """Read the labels in the application extensions of a GIF."""
    packets = [
        block[len(GIF_KEY) : -len(GIF_END)]
        for block in _gif_blocks(data)[1]
        if block.startswith(GIF_KEY)
    ]
    return [value for xmp in packets for value in values(xmp.decode("utf-8", "replace"))]


def write_svg(data: bytes, value: str) -> bytes:
    """Write the label in the first <metadata>, created if missing. Raises LabelError."""
    text = SVG_LABEL.sub("", data.decode("utf-8"))
    start = re.search(r"<svg\b[^>]*>", text)
    if start is None:
        raise LabelError("The file could not be signed: {reason}.", reason="<svg>")
    if (inside := re.search(r"<metadata\b[^>]*>", text)) is not None:
        index, new = inside.end(), packet(value)
    else:
        index, new = start.end(), f"<metadata>{packet(value)}</metadata>"
    return (text[:index] + new + text[index:]).encode()


def read_svg(data: bytes) -> list[str]:
    """Read the labels of an SVG."""
    return values(data.decode("utf-8", "replace"))


def riff_chunks(data: bytes) -> list[tuple[bytes, bytes]]:
    """Return the chunks (name, body) of a RIFF file, in order."""
    chunks, offset = [], 12
    while offset + 8 <= len(data):
        name, size = data[offset : offset + 4], struct.unpack_from("<I", data, offset + 4)[0]
        chunks.append((name, data[offset + 8 : offset + 8 + size]))
        offset += 8 + size + (size & 1)  # chunks start at even offsets
    return chunks


def riff(kind: bytes, chunks: list[tuple[bytes, bytes]]) -> bytes:
    """Build a RIFF file of chunks (name, body)."""
    body = b"".join(
        name + struct.pack("<I", len(chunk)) + chunk + b"\0" * (len(chunk) & 1)
        for name, chunk in chunks
    )
    return b"RIFF" + struct.pack("<I", len(body) + 4) + kind + body


def _png_chunks(data: bytes) -> list[bytes]:
    chunks, offset = [], PNG_HEAD
    while offset + 12 <= len(data):
        end = offset + 12 + struct.unpack_from(">I", data, offset)[0]
        chunks.append(data[offset:end])
        offset = end
    return chunks


def _is_png_xmp(chunk: bytes) -> bool:
    return chunk[4:8] == b"iTXt" and chunk[8:].startswith(PNG_KEY)


def _jpeg_segments(data: bytes) -> tuple[list[bytes], bytes]:
    """Return the segments before the scan, and the rest of the file."""
    segments, offset = [], 2
    while offset + 4 <= len(data) and data[offset] == 0xFF and data[offset + 1] != 0xDA:
        end = offset + 2 + struct.unpack_from(">H", data, offset + 2)[0]
        segments.append(data[offset:end])
        offset = end
    return segments, data[offset:]


def _is_jpeg_xmp(segment: bytes) -> bool:
    return segment[1] == 0xE1 and segment[4:].startswith(JPEG_KEY)


def _gif_blocks(data: bytes) -> tuple[bytes, list[bytes]]:
    """Return the header with the color table, and all blocks; the last one is the rest."""
    offset = GIF_START + _gif_color_bytes(data[10])
    head, blocks = data[:offset], []
    while offset + 1 < len(data) and data[offset] in (GIF_EXTENSION, GIF_PICTURE):
        start = offset
        is_extension = data[offset] == GIF_EXTENSION
        offset += 2 if is_extension else 11 + _gif_color_bytes(data[offset + 9])
        while data[offset]:  # sub-blocks, each after its length
            offset += data[offset] + 1
        offset += 1
        blocks.append(data[start:offset])
    return head, [*blocks, data[offset:]]


def _gif_color_bytes(flags: int) -> int:
    """Return the size in bytes of the color table of these flags."""
    return 3 << ((flags & 7) + 1) if flags & 0x80 else 0


def _vp8x(data: bytes) -> bytes:
    """Build the body of the VP8X chunk that a simple WebP lacks: flags, and the size minus one."""
    import io

    from PIL import Image

    with Image.open(io.BytesIO(data), formats=("WEBP",)) as picture:
        width, height, alpha = picture.width, picture.height, picture.mode == "RGBA"
    flags = ALPHA_FLAG if alpha else 0
    size = (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    return bytes([flags, 0, 0, 0]) + size
