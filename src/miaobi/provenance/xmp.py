"""Where the label of GB 45438-2025 lies in pictures: an XMP packet (TC260-PG-20259A).

An iTXt chunk in PNG, an APP1 segment in JPEG, an "XMP " chunk in WebP, an application extension in
GIF, <metadata> in SVG.
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
XMP_FLAG, ALPHA_FLAG = 0x04, 0x10  # of a VP8X chunk
GIF_KEY = b"\x21\xff\x0bXMP DataXMP"
# a reader of sub-blocks takes the packet's letters for lengths; wherever it lands, this ends it
GIF_END = bytes([1, *range(255, -1, -1), 0])
GIF_START, GIF_EXTENSION, GIF_PICTURE = 13, 0x21, 0x2C
SVG_LABEL = re.compile(r"<x:xmpmeta\b.*?</x:xmpmeta>", re.S)


def packet(value: str) -> str:
    """The XMP that holds one label, as an element."""
    return (
        '<x:xmpmeta xmlns:x="adobe:ns:meta/">'
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        f'<rdf:Description rdf:about="" xmlns:TC260="{SPACE}">'
        f"<TC260:AIGC>{html.escape(value, quote=False)}</TC260:AIGC>"
        "</rdf:Description></rdf:RDF></x:xmpmeta>"
    )


def values(xmp: str) -> list[str]:
    """Every label in a packet, written as an element or as an attribute."""
    found = [*ELEMENT.findall(xmp), *(one or two for one, two in ATTRIBUTE.findall(xmp))]
    return [html.unescape(value) for value in found]


def write_png(data: bytes, value: str) -> bytes:
    """The label in an iTXt chunk right after the header."""
    chunks = [chunk for chunk in _png_chunks(data) if not _is_png_xmp(chunk)]
    body = b"iTXt" + PNG_KEY + packet(value).encode()
    chunk = struct.pack(">I", len(body) - 4) + body + struct.pack(">I", zlib.crc32(body))
    return data[:PNG_HEAD] + chunks[0] + chunk + b"".join(chunks[1:])


def read_png(data: bytes) -> list[str]:
    """The labels of a PNG's iTXt chunks."""
    packets = [chunk[8 + len(PNG_KEY) : -4] for chunk in _png_chunks(data) if _is_png_xmp(chunk)]
    return [value for xmp in packets for value in values(xmp.decode("utf-8", "replace"))]


def write_jpeg(data: bytes, value: str) -> bytes:
    """The label in an APP1 segment after the JFIF header."""
    segments, rest = _jpeg_segments(data)
    segments = [segment for segment in segments if not _is_jpeg_xmp(segment)]
    body = JPEG_KEY + packet(value).encode()
    at = 1 if segments and segments[0][1] == 0xE0 else 0
    segments.insert(at, b"\xff\xe1" + struct.pack(">H", len(body) + 2) + body)
    return b"\xff\xd8" + b"".join(segments) + rest


def read_jpeg(data: bytes) -> list[str]:
    """The labels of a JPEG's APP1 segments."""
    packets = [
        segment[4 + len(JPEG_KEY) :] for segment in _jpeg_segments(data)[0] if _is_jpeg_xmp(segment)
    ]
    return [value for xmp in packets for value in values(xmp.decode("utf-8", "replace"))]


def write_webp(data: bytes, value: str) -> bytes:
    """The label in an "XMP " chunk, and the VP8X chunk that announces it."""
    chunks = [chunk for chunk in riff_chunks(data) if chunk[0] != b"XMP "]
    if chunks[0][0] != b"VP8X":
        chunks.insert(0, (b"VP8X", _vp8x(data)))
    flags = bytes([chunks[0][1][0] | XMP_FLAG])
    chunks[0] = (b"VP8X", flags + chunks[0][1][1:])
    chunks.append((b"XMP ", packet(value).encode()))
    return riff(b"WEBP", chunks)


def read_webp(data: bytes) -> list[str]:
    """The labels of a WebP's "XMP " chunks."""
    packets = [body for name, body in riff_chunks(data) if name == b"XMP "]
    return [value for xmp in packets for value in values(xmp.decode("utf-8", "replace"))]


def write_gif(data: bytes, value: str) -> bytes:
    """The label in an application extension before the first block."""
    head, blocks = _gif_blocks(data)
    kept = [block for block in blocks if not block.startswith(GIF_KEY)]
    return head + GIF_KEY + packet(value).encode() + GIF_END + b"".join(kept)


def read_gif(data: bytes) -> list[str]:
    """The labels of a GIF's application extensions."""
    packets = [
        block[len(GIF_KEY) : -len(GIF_END)]
        for block in _gif_blocks(data)[1]
        if block.startswith(GIF_KEY)
    ]
    return [value for xmp in packets for value in values(xmp.decode("utf-8", "replace"))]


def write_svg(data: bytes, value: str) -> bytes:
    """The label in the picture's first <metadata>, which is made where there is none."""
    text = SVG_LABEL.sub("", data.decode("utf-8"))
    start = re.search(r"<svg\b[^>]*>", text)
    if start is None:
        raise LabelError("The file could not be signed: {reason}.", reason="<svg>")
    if (inside := re.search(r"<metadata\b[^>]*>", text)) is not None:
        at, new = inside.end(), packet(value)
    else:
        at, new = start.end(), f"<metadata>{packet(value)}</metadata>"
    return (text[:at] + new + text[at:]).encode()


def read_svg(data: bytes) -> list[str]:
    """The labels of an SVG."""
    return values(data.decode("utf-8", "replace"))


def riff_chunks(data: bytes) -> list[tuple[bytes, bytes]]:
    """The (name, body) chunks of a RIFF file, in order."""
    chunks, at = [], 12
    while at + 8 <= len(data):
        name, size = data[at : at + 4], struct.unpack_from("<I", data, at + 4)[0]
        chunks.append((name, data[at + 8 : at + 8 + size]))
        at += 8 + size + (size & 1)  # chunks start at even places
    return chunks


def riff(kind: bytes, chunks: list[tuple[bytes, bytes]]) -> bytes:
    """A RIFF file of these chunks."""
    body = b"".join(
        name + struct.pack("<I", len(chunk)) + chunk + b"\0" * (len(chunk) & 1)
        for name, chunk in chunks
    )
    return b"RIFF" + struct.pack("<I", len(body) + 4) + kind + body


def _png_chunks(data: bytes) -> list[bytes]:
    chunks, at = [], PNG_HEAD
    while at + 12 <= len(data):
        end = at + 12 + struct.unpack_from(">I", data, at)[0]
        chunks.append(data[at:end])
        at = end
    return chunks


def _is_png_xmp(chunk: bytes) -> bool:
    return chunk[4:8] == b"iTXt" and chunk[8:].startswith(PNG_KEY)


def _jpeg_segments(data: bytes) -> tuple[list[bytes], bytes]:
    """The segments before the pixels, and what follows from the scan on."""
    segments, at = [], 2
    while at + 4 <= len(data) and data[at] == 0xFF and data[at + 1] != 0xDA:
        end = at + 2 + struct.unpack_from(">H", data, at + 2)[0]
        segments.append(data[at:end])
        at = end
    return segments, data[at:]


def _is_jpeg_xmp(segment: bytes) -> bool:
    return segment[1] == 0xE1 and segment[4:].startswith(JPEG_KEY)


def _gif_blocks(data: bytes) -> tuple[bytes, list[bytes]]:
    """The header with its colors, and every block after it; the last one is the rest."""
    at = GIF_START + _gif_colors(data[10])
    head, blocks = data[:at], []
    while at + 1 < len(data) and data[at] in (GIF_EXTENSION, GIF_PICTURE):
        start = at
        at += 2 if data[at] == GIF_EXTENSION else 11 + _gif_colors(data[at + 9])
        while data[at]:  # sub-blocks, each behind its length
            at += data[at] + 1
        at += 1
        blocks.append(data[start:at])
    return head, [*blocks, data[at:]]


def _gif_colors(flags: int) -> int:
    """Bytes of the table of colors that these flags announce."""
    return 3 << ((flags & 7) + 1) if flags & 0x80 else 0


def _vp8x(data: bytes) -> bytes:
    """The body of the chunk that a simple WebP lacks: flags, and the size less one."""
    import io

    from PIL import Image

    with Image.open(io.BytesIO(data), formats=("WEBP",)) as picture:
        width, height, alpha = picture.width, picture.height, picture.mode == "RGBA"
    flags = ALPHA_FLAG if alpha else 0
    size = (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    return bytes([flags, 0, 0, 0]) + size
