"""Table of the styles of finished pictures, and each as a function of a picture.

A look takes a picture (H, W, 3) in [0, 1], a map of figures, where small things must stay readable
(1 there), and a seed, and returns a picture of the same size. Strokes scale with the height.
"""

from collections.abc import Callable

import numpy as np

from miaobi.core.arrays import FloatArray, Pixels
from miaobi.looks import filters, prints
from miaobi.looks.filters import luma, mix

Look = Callable[[FloatArray, FloatArray, int], FloatArray]
PAPER = np.array([0.97, 0.95, 0.9], np.float32)


def apply_look(pixels: Pixels, look: str, figures: Pixels | None = None, seed: int = 0) -> Pixels:
    """Return a picture (H, W, 3) redrawn in a style of the table. Raises KeyError."""
    draw = LOOKS[look]
    if draw is None:
        return pixels
    picture = pixels[..., :3].astype(np.float32) / 255
    height, width = picture.shape[:2]
    detail = np.zeros((height, width), np.float32)
    if figures is not None:
        detail = np.clip(
            filters.gaussian(figures.astype(np.float32) / 255, height / 240) * 1.2, 0, 1
        )
    drawn = draw(picture, detail, seed)
    return (np.clip(drawn, 0, 1) * 255 + 0.5).astype(np.uint8)


def unit_of(picture: FloatArray) -> float:
    """Return the pixels of one 720th of the shorter side."""
    return float(min(picture.shape[:2])) / 720


def _brushed(picture: FloatArray, detail: FloatArray, coarse: float, fine: float) -> FloatArray:
    """Return brush patches: coarse ones in the background, fine ones on the figures."""
    unit = unit_of(picture)
    large = filters.kuwahara(picture, max(2, round(coarse * unit)))
    if not detail.any():
        return large
    small = filters.kuwahara(picture, max(1, round(fine * unit)))
    return mix(large, small, detail)


def watercolor(picture: FloatArray, detail: FloatArray, seed: int) -> FloatArray:
    """Paint in watercolor: soft washes with dark rims, granulation and a ragged white border."""
    height, width = picture.shape[:2]
    unit = unit_of(picture)
    warped = mix(filters.warp(picture, 5 * unit, 38 * unit, seed), picture, detail * 0.85)
    washes = _brushed(warped, detail, 8, 2.6)
    light = mix(washes, np.ones_like(washes), 0.14)
    rims = filters.outlines(washes, 1.2 * unit)
    blooms = filters.noise(height, width, 90 * unit, seed + 3) * 0.06
    tooth = filters.grain(height, width, seed + 5) * 0.035
    painted = light * (1 - rims[..., None] * 0.38) + (blooms + tooth)[..., None]
    border = _border(height, width, 26 * unit, seed + 9)
    return mix(np.broadcast_to(PAPER, picture.shape) + tooth[..., None], painted, border)


def ink_wash(picture: FloatArray, detail: FloatArray, seed: int) -> FloatArray:
    """Paint in ink: gray washes, lines of varying width, reds kept, and a seal on warm paper."""
    height, width = picture.shape[:2]
    unit = unit_of(picture)
    washes = _brushed(picture, detail, 7, 2.2)
    gray = luma(washes) ** 0.85
    steps = np.round(gray * 7) / 7 * 0.55 + gray * 0.45
    lines = filters.edges(luma(picture), 1.3 * unit) * (
        0.75 + 0.25 * filters.noise(height, width, 24 * unit, seed)
    )
    ink = np.clip(steps * 1.08 + 0.06 - lines * 0.75, 0, 1)
    tooth = filters.grain(height, width, seed + 5) * 0.03
    paper = np.array([0.955, 0.925, 0.86], np.float32)
    dark = np.array([0.09, 0.09, 0.12], np.float32)
    painted = mix(np.broadcast_to(dark, picture.shape), np.broadcast_to(paper, picture.shape), ink)
    red = np.clip(
        (picture[..., 0] - np.maximum(picture[..., 1], picture[..., 2]) - 0.18) * 3.4, 0, 1
    )
    painted = mix(
        painted,
        np.array([0.74, 0.16, 0.13], np.float32) * (0.45 + 0.55 * gray[..., None]),
        red * 0.85,
    )
    border = _border(height, width, 30 * unit, seed + 9)
    painted = mix(np.broadcast_to(paper, picture.shape), painted, border) + tooth[..., None]
    return _seal(painted, unit)


def _seal(picture: FloatArray, unit: float) -> FloatArray:
    """Draw a red seal into the lower right corner."""
    height, width = picture.shape[:2]
    side = round(44 * unit)
    top, left = height - side - round(40 * unit), width - side - round(46 * unit)
    if side < 8 or top < 0 or left < 0:
        return picture
    stamp = np.zeros((6, 6), bool)
    stamp[1, 1:5] = stamp[4, 1:5] = stamp[1:5, 3] = stamp[2, 1] = stamp[3, 4] = True
    cells = np.minimum(np.arange(side) * 6 // side, 5)
    marks = stamp[cells][:, cells]
    result = picture.copy()
    red = np.array([0.72, 0.14, 0.12], np.float32)
    area = result[top : top + side, left : left + side]
    area[~marks] = area[~marks] * 0.12 + red * 0.88
    return result


def oil(picture: FloatArray, detail: FloatArray, seed: int) -> FloatArray:
    """Paint in oil: thick patches whose ridges catch the light."""
    height, width = picture.shape[:2]
    unit = unit_of(picture)
    strokes = filters.noise(height, width, 5 * unit, seed) * 0.05
    patches = _brushed(np.clip(picture + strokes[..., None], 0, 1), detail, 9, 2.8)
    patches = _brushed(patches, detail, 5, 1.6)
    ridges = luma(patches) + filters.noise(height, width, 3.2 * unit, seed + 2) * 0.09
    relief = ridges - filters.shift(ridges, round(1.6 * unit) or 1, round(1.6 * unit) or 1)
    rich = np.clip((patches - 0.5) * 1.12 + 0.5, 0, 1)
    result: FloatArray = rich + (relief * (0.9 - 0.55 * detail))[..., None]
    return result


def pencil(picture: FloatArray, detail: FloatArray, seed: int) -> FloatArray:
    """Draw in colored pencil: hatching by darkness, outlines, and the tooth of the paper."""
    height, width = picture.shape[:2]
    unit = unit_of(picture)
    gray = luma(picture)
    lines = filters.edges(gray, 1.0 * unit)
    y, x = np.mgrid[:height, :width].astype(np.float32) / max(unit, 0.35)
    wobble = filters.noise(height, width, 30 * unit, seed) * 5
    hatch = np.zeros_like(gray)
    for angle, limit in ((0.7, 0.86), (2.2, 0.55), (1.4, 0.32)):
        wave = np.sin((x * np.cos(angle) + y * np.sin(angle) + wobble) * 1.35) * 0.5 + 0.5
        hatch += wave * np.clip((limit - gray) * 2.2, 0, 1) * 0.42
    tooth = filters.grain(height, width, seed + 4)
    covered = np.clip(0.5 + hatch + tooth * 0.3 + detail * 0.18, 0, 1)
    colored = mix(
        np.broadcast_to(PAPER, picture.shape), filters.gaussian(picture, 1.2 * unit), covered * 0.86
    )
    result: FloatArray = colored * (1 - np.clip(lines * 0.85, 0, 1)[..., None] * 0.8)
    return result


def crayon(picture: FloatArray, detail: FloatArray, seed: int) -> FloatArray:
    """Draw in wax crayon: rough strokes that leave the paper's valleys white."""
    height, width = picture.shape[:2]
    unit = unit_of(picture)
    soft = mix(filters.warp(picture, 4 * unit, 20 * unit, seed), picture, detail * 0.8)
    flat = _brushed(soft, detail, 6, 2)
    tooth = (
        filters.grain(height, width, seed + 4) * 0.75
        + filters.noise(height, width, 2.4 * unit, seed) * 0.4
    )
    wax = np.clip(0.92 - np.maximum(tooth - 0.15, 0) * 1.2 + detail * 0.1, 0, 1)
    bright = np.clip((flat - 0.5) * 1.25 + 0.55, 0, 1)
    return mix(np.broadcast_to(PAPER, picture.shape), bright, wax)


def neon(picture: FloatArray, detail: FloatArray, seed: int) -> FloatArray:
    """Draw glowing tubes along the outlines over a dark picture."""
    unit = unit_of(picture)
    lines = filters.outlines(picture, 1.0 * unit)
    hue = np.clip((picture - picture.min(2, keepdims=True)) * 2.6 + 0.2, 0, 1)
    glow = filters.gaussian(lines, 7 * unit)[..., None]
    base = picture * np.array([0.13, 0.1, 0.24], np.float32)
    result: FloatArray = (
        base + hue * (lines[..., None] * 0.95 + glow * 1.1) + (lines**2)[..., None] * 0.4
    )
    return result


def vintage(picture: FloatArray, detail: FloatArray, seed: int) -> FloatArray:
    """Print as an old photograph: sepia, soft, with grain and dark corners."""
    height, width = picture.shape[:2]
    gray = luma(filters.gaussian(picture, 0.8 * unit_of(picture)))[..., None]
    sepia = gray * np.array([1.05, 0.9, 0.68], np.float32) + np.array([0.06, 0.03, 0.0], np.float32)
    toned = mix(picture, sepia, 0.86)
    y, x = np.mgrid[:height, :width].astype(np.float32)
    distance = ((x / width - 0.5) ** 2 + (y / height - 0.5) ** 2) * 2
    result: FloatArray = (
        toned * (1 - distance[..., None] * 0.6)
        + filters.grain(height, width, seed)[..., None] * 0.05
    )
    return result


def _border(height: int, width: int, margin: float, seed: int) -> FloatArray:
    """Return 1 inside a ragged border and 0 at the edge of the paper."""
    y = np.minimum(np.arange(height), np.arange(height)[::-1])[:, None].astype(np.float32)
    x = np.minimum(np.arange(width), np.arange(width)[::-1])[None].astype(np.float32)
    ragged = filters.noise(height, width, margin * 1.1, seed) * margin * 0.6
    ragged += filters.noise(height, width, margin * 0.25, seed + 1) * margin * 0.2
    result: FloatArray = np.clip((np.minimum(x, y) + ragged - margin) / (margin * 0.12), 0, 1)
    return result


LOOKS: dict[str, Look | None] = {
    "vector": None,
    "paper-cut": prints.paper_cut,
    "watercolor": watercolor,
    "ink-wash": ink_wash,
    "oil": oil,
    "pixel-art": prints.pixel_art,
    "pencil": pencil,
    "woodcut": prints.woodcut,
    "stained-glass": prints.stained_glass,
    "comic": prints.comic,
    "pointillist": prints.pointillist,
    "crayon": crayon,
    "neon": neon,
    "vintage": vintage,
    "line-art": prints.line_art,
    "blueprint": prints.blueprint,
    "silhouette": prints.silhouette,
}
# other words for looks, as prompts use them
ALIASES = {
    "gongbi": "ink-wash",
    "impressionist": "pointillist",
    "cartoon": "vector",
    "3d": "vector",
    "photo": "vector",
    "embroidery": "pointillist",
    "abstract": "stained-glass",
}
