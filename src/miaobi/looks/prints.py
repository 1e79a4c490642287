"""Styles of print and craft: cut paper, woodcut, stained glass, comic, pixels, points, lines.

Same interface as looks.py: picture (H, W, 3) in [0, 1], detail map, seed.
"""

import numpy as np

from miaobi.core.arrays import FloatArray
from miaobi.looks import filters
from miaobi.looks.filters import luma, mix

BAYER = np.array([[0, 8, 2, 10], [12, 4, 14, 6], [3, 11, 1, 9], [15, 7, 13, 5]], np.float32) / 16
LEAD = np.array([0.07, 0.06, 0.09], np.float32)
INK = np.array([0.09, 0.08, 0.11], np.float32)


def paper_cut(picture: FloatArray, detail: FloatArray, seed: int) -> FloatArray:
    """Cut from colored paper: flat sheets with lit edges that throw shadows on one another."""
    height, width = picture.shape[:2]
    unit = min(height, width) / 720
    calm = mix(
        filters.kuwahara(picture, max(2, round(6 * unit))),
        filters.kuwahara(picture, max(1, round(2 * unit))),
        detail,
    )
    sheets, labels = filters.posterize(calm, 16)
    sheets = mix(sheets, calm, detail * 0.55)
    step = max(1, round(3 * unit))
    height_map = luma(sheets)
    edge = (labels != filters.shift(labels, -step, -step)).astype(np.float32)
    higher = np.clip((filters.shift(height_map, -step, -step) - height_map) * 8, -1, 1)
    shadow = filters.gaussian(edge * np.maximum(higher, 0.25), 2.4 * unit)
    lit = (labels != filters.shift(labels, step, step)) & (labels == filters.shift(labels, -1, -1))
    tooth = filters.grain(height, width, seed) * 0.03
    cut = sheets * (1 - np.clip(shadow, 0, 1)[..., None] * 0.5)
    return cut + (filters.gaussian(lit.astype(np.float32), 0.7 * unit) * 0.09 + tooth)[..., None]


def pixel_art(picture: FloatArray, detail: FloatArray, seed: int) -> FloatArray:
    """Draw in large pixels and 40 colors, dithered by an ordered matrix."""
    from PIL import Image

    height, width = picture.shape[:2]
    rows = min(180, height)
    columns = max(1, round(width * rows / height))
    image = Image.fromarray((picture * 255).astype(np.uint8)).resize(
        (columns, rows), Image.Resampling.BOX
    )
    small = np.asarray(image, np.float32) / 255
    pattern = np.tile(BAYER, (rows // 4 + 1, columns // 4 + 1))[:rows, :columns] - 0.5
    dithered = np.clip((small - 0.5) * 1.12 + 0.5 + pattern[..., None] * 0.06, 0, 1)
    flat, _ = filters.posterize(dithered, 40)
    large = Image.fromarray((flat * 255).astype(np.uint8)).resize(
        (width, height), Image.Resampling.NEAREST
    )
    return np.asarray(large, np.float32) / 255


def woodcut(picture: FloatArray, detail: FloatArray, seed: int) -> FloatArray:
    """Cut in wood: black lines that swell with darkness, and a few flat colors under them."""
    height, width = picture.shape[:2]
    unit = min(height, width) / 720
    gray = luma(filters.gaussian(picture, 1.2 * unit))
    y, x = np.mgrid[:height, :width].astype(np.float32) / max(unit, 0.35)
    bend = filters.noise(height, width, 70 * unit, seed) * 14
    lines = np.sin((y + bend + x * 0.12) * 0.72) * 0.5 + 0.5
    carved = np.clip((lines - (gray * 1.15 - 0.06)) * 7, 0, 1) * (1 - detail * 0.35)
    outline = np.clip(filters.edges(luma(picture), 1.5 * unit) * 1.5, 0, 1)
    flat, _ = filters.posterize(filters.kuwahara(picture, max(2, round(4 * unit))), 7)
    paper = np.array([0.95, 0.9, 0.78], np.float32)
    colored = mix(np.broadcast_to(paper, picture.shape), flat, 0.62)
    return mix(colored, np.broadcast_to(INK, picture.shape), np.maximum(carved * 0.92, outline))


def stained_glass(picture: FloatArray, detail: FloatArray, seed: int) -> FloatArray:
    """Lay out in pieces of colored glass between lines of lead, smaller ones on the figures."""
    height, width = picture.shape[:2]
    unit = min(height, width) / 720
    coarse = _cells(height, width, 54 * unit, seed)
    fine = _cells(height, width, 17 * unit, seed + 1)
    on_figure = detail > 0.5
    labels = np.where(on_figure, fine + coarse.max() + 1, coarse)
    glass = _cell_means(picture, labels)
    glass = mix(glass, picture, detail * 0.6)
    step = max(1, round(1.6 * unit))
    seam = (labels != filters.shift(labels, step, 0)) | (labels != filters.shift(labels, 0, step))
    lead = filters.gaussian(seam.astype(np.float32), 0.8 * unit)
    lead = np.clip(lead * np.where(on_figure, 0.45, 1.5), 0, 1)
    lead = np.maximum(lead, np.clip(filters.outlines(detail[..., None], 1.2 * unit) * 1.4, 0, 1))
    glow = 0.88 + 0.16 * filters.noise(height, width, 30 * unit, seed + 2)
    vivid = np.clip((glass - 0.5) * 1.35 + 0.52, 0, 1) * glow[..., None]
    return mix(vivid, np.broadcast_to(LEAD, picture.shape), lead)


def pointillist(picture: FloatArray, detail: FloatArray, seed: int) -> FloatArray:
    """Paint in points of pure color: large ones first, small ones on the figures last."""
    unit = min(picture.shape[:2]) / 720
    rng = np.random.default_rng(seed)
    soft = filters.gaussian(picture, 2 * unit)
    result = mix(
        np.broadcast_to(np.array([0.96, 0.94, 0.88], np.float32), picture.shape), soft, 0.75
    )
    for size, only in ((13.0, False), (8.0, False), (4.6, True), (3.4, True)):
        points = _points(picture, max(2.2, size * unit), rng)
        covered = points[..., 3:] * (detail[..., None] if only else 1.0)
        result = result * (1 - covered) + points[..., :3] * covered
    return mix(result, picture, detail * 0.25)


def _points(picture: FloatArray, size: float, rng: np.random.Generator) -> FloatArray:
    """Return one layer of round points on a jittered grid: (H, W, 4), color and coverage."""
    height, width = picture.shape[:2]
    rows, columns = int(height / size) + 2, int(width / size) + 2
    jitter = rng.uniform(0.15, 0.85, (rows, columns, 2))
    cy = ((np.arange(rows)[:, None] - 0.5 + jitter[..., 0]) * size).clip(0, height - 1)
    cx = ((np.arange(columns)[None] - 0.5 + jitter[..., 1]) * size).clip(0, width - 1)
    colors = picture[cy.astype(int), cx.astype(int)]
    colors = np.clip((colors - 0.5) * 1.25 + 0.5 + rng.normal(0, 0.07, colors.shape), 0, 1)
    y, x = np.mgrid[:height, :width]
    row, column = (y / size + 0.5).astype(int), (x / size + 0.5).astype(int)
    distance = np.hypot(y - cy[row, column], x - cx[row, column])
    cover = np.clip(size * 0.52 - distance, 0, 1) * 0.92
    return np.concatenate([colors[row, column], cover[..., None]], 2).astype(np.float32)


def comic(picture: FloatArray, detail: FloatArray, seed: int) -> FloatArray:
    """Print as a comic: few bright colors, ink lines, and dots in the shadows."""
    height, width = picture.shape[:2]
    unit = min(height, width) / 720
    calm = filters.kuwahara(picture, max(1, round(2.4 * unit)))
    flat, _ = filters.posterize(np.clip((calm - 0.5) * 1.3 + 0.55, 0, 1), 18)
    gray = luma(picture)
    pitch = max(4.0, 7 * unit)
    y, x = np.mgrid[:height, :width].astype(np.float32)
    u, v = (x + y) / pitch, (x - y) / pitch
    dots = np.hypot(u % 1 - 0.5, v % 1 - 0.5)
    radius = np.clip(0.62 - gray, 0, 0.5) * (1 - detail * 0.7)
    shaded = flat * (1 - np.clip((radius - dots) * pitch, 0, 1)[..., None] * 0.3)
    lines = np.clip(filters.edges(gray, 1.5 * unit) * 1.7, 0, 1)
    return mix(shaded, np.broadcast_to(INK, picture.shape), lines)


def line_art(picture: FloatArray, detail: FloatArray, seed: int) -> FloatArray:
    """Draw in black lines on white, to be colored in."""
    unit = min(picture.shape[:2]) / 720
    calm = filters.kuwahara(picture, max(1, round(2 * unit)))
    lines = np.clip(filters.outlines(calm, 1.1 * unit) * 1.5 - 0.12, 0, 1)
    lines = np.maximum(lines, np.clip(filters.edges(luma(calm), 1.2 * unit) * 1.4, 0, 1))
    return mix(np.ones_like(picture), np.broadcast_to(INK, picture.shape), lines)


def blueprint(picture: FloatArray, detail: FloatArray, seed: int) -> FloatArray:
    """Draw in white lines on a blue sheet with a grid."""
    height, width = picture.shape[:2]
    unit = min(height, width) / 720
    drawn = 1 - luma(line_art(picture, detail, seed))
    y, x = np.mgrid[:height, :width]
    pitch = max(8, round(40 * unit))
    grid = ((y % pitch == 0) | (x % pitch == 0)).astype(np.float32) * 0.14
    sheet = np.array([0.1, 0.27, 0.55], np.float32) * (
        1 + filters.noise(height, width, 120 * unit, seed)[..., None] * 0.07
    )
    white = np.clip(drawn * 0.95 + grid, 0, 1)
    return mix(sheet, np.broadcast_to(np.array([0.9, 0.95, 1.0], np.float32), picture.shape), white)


def silhouette(picture: FloatArray, detail: FloatArray, seed: int) -> FloatArray:
    """Show the figures as dark shapes before a glowing background."""
    gray = luma(filters.kuwahara(picture, max(2, round(6 * min(picture.shape[:2]) / 720))))[
        ..., None
    ]
    warm = np.array([1.0, 0.72, 0.42], np.float32) * (0.35 + gray * 0.8)
    high = np.linspace(0, 1, picture.shape[0], dtype=np.float32)[:, None, None]
    sky = warm * (0.55 + 0.45 * high) + np.array([0.28, 0.1, 0.32], np.float32) * (1 - high) * 0.5
    return mix(
        sky,
        np.broadcast_to(np.array([0.06, 0.04, 0.09], np.float32), picture.shape),
        np.clip(detail * 1.4, 0, 1),
    )


def _cells(height: int, width: int, size: float, seed: int) -> np.ndarray:
    """Return the number of the nearest of points on a jittered grid, for every pixel."""
    rng = np.random.default_rng(seed)
    rows, columns = int(height / size) + 2, int(width / size) + 2
    jitter = rng.uniform(0.1, 0.9, (rows, columns, 2))
    cy = (np.arange(rows)[:, None] + jitter[..., 0]) * size
    cx = (np.arange(columns)[None] + jitter[..., 1]) * size
    y, x = np.mgrid[:height, :width]
    row, column = (y / size).astype(int), (x / size).astype(int)
    best = np.full((height, width), np.inf)
    labels = np.zeros((height, width), np.int64)
    for dr in (-1, 0, 1):
        for dc in (-1, 0, 1):
            r, c = np.clip(row + dr, 0, rows - 1), np.clip(column + dc, 0, columns - 1)
            distance = (y - cy[r, c]) ** 2 + (x - cx[r, c]) ** 2
            nearer = distance < best
            best = np.where(nearer, distance, best)
            labels = np.where(nearer, r * columns + c, labels)
    return labels


def _cell_means(picture: FloatArray, labels: np.ndarray) -> FloatArray:
    """Return the mean color of every cell at its pixels."""
    flat = labels.ravel()
    counts = np.maximum(np.bincount(flat), 1)
    means = [np.bincount(flat, picture[..., k].ravel()) / counts for k in range(3)]
    result: FloatArray = np.stack(means, 1)[labels].astype(np.float32)
    return result
