"""Drawings of the catalog as pixels at any size, cropped to their outline and recolored."""

import functools
import io
import zlib

import numpy as np

from miaobi.catalog.pictograms import PREFIX, SIDE, pictograms
from miaobi.core.arrays import Pixels
from miaobi.drawing.color import Color, shade, tint
from miaobi.drawing.compositing import recolor
from miaobi.drawing.icons import as_svg, drawing_svg

PICTOGRAM_COLORS: tuple[Color, ...] = (
    (142.0, 98.0, 72.0),
    (94.0, 110.0, 148.0),
    (176.0, 92.0, 84.0),
    (92.0, 130.0, 112.0),
    (150.0, 112.0, 160.0),
    (190.0, 142.0, 72.0),
)
VISIBLE = 8  # alpha above this is the outline


def sprite(name: str, side: int, color: Color | None = None) -> Pixels:
    """Return a drawing, premultiplied RGBA, whose longer side is `side` pixels. Raises KeyError."""
    step = max(16, 1 << max(4, (side - 1).bit_length()))  # few sizes are rendered, others scaled
    pixels = _rendered(name, min(step, 1024))
    if name.startswith(PREFIX):
        pixels = _shaded(pixels, color or _own_color(name))
    elif color is not None:
        pixels = recolor(pixels, color)
    return _resized(pixels, side)


def drawing(name: str) -> str:
    """Return the SVG of a drawing of the catalog; a pictogram is white. Raises KeyError."""
    if name.startswith(PREFIX):
        return as_svg(pictograms()[name.removeprefix(PREFIX)], SIDE, SIDE, "#fff")
    return drawing_svg(name)


@functools.lru_cache(maxsize=96)
def _rendered(name: str, side: int) -> Pixels:
    import resvg_py
    from PIL import Image

    svg = drawing(name).replace("<svg ", f'<svg width="{side}" height="{side}" ', 1)
    data = bytes(resvg_py.svg_to_bytes(svg_string=svg))
    pixels = np.asarray(Image.open(io.BytesIO(data)).convert("RGBA"))
    ys, xs = np.nonzero(pixels[..., 3] > VISIBLE)
    cut = pixels[ys.min() : ys.max() + 1, xs.min() : xs.max() + 1]
    alpha = cut[..., 3:].astype(np.uint16)
    return np.concatenate([(cut[..., :3] * alpha // 255).astype(np.uint8), cut[..., 3:]], 2)


def _resized(pixels: Pixels, side: int) -> Pixels:
    from PIL import Image

    height, width = pixels.shape[:2]
    scale = side / max(height, width)
    size = max(1, round(width * scale)), max(1, round(height * scale))
    if size == (width, height):
        return pixels
    bands = [Image.fromarray(pixels[..., k]) for k in range(4)]
    filtered = [
        band.resize(size, Image.Resampling.LANCZOS if scale < 1 else Image.Resampling.BICUBIC)
        for band in bands
    ]
    result = np.stack([np.asarray(band) for band in filtered], 2)
    result[..., :3] = np.minimum(result[..., :3], result[..., 3:])
    return result


def _own_color(name: str) -> Color:
    """Return the color of a pictogram for which none is named; the same one every time."""
    return PICTOGRAM_COLORS[zlib.crc32(name.encode()) % len(PICTOGRAM_COLORS)]


def _shaded(pixels: Pixels, color: Color) -> Pixels:
    """Return a white pictogram in a color, lit from above, with a darker side below."""
    height = len(pixels)
    t = np.linspace(0, 1, height, dtype=np.float32)[:, None, None]
    above, below = np.array(tint(color, 0.28), np.float32), np.array(shade(color, 0.3), np.float32)
    alpha = pixels[..., 3:]
    result = pixels.copy()
    result[..., :3] = (above * (1 - t) + below * t) * (alpha / 255.0)
    return result
