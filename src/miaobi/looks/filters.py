"""Image filters of the styles: edge-preserving smoothing, edges, noise and textures, in NumPy.

Pictures are float32 (H, W, 3) in [0, 1]; maps are float32 (H, W). Borders are replicated.
"""

import numpy as np

from miaobi.core.arrays import FloatArray

LUMA = np.array([0.299, 0.587, 0.114], np.float32)


def luma(picture: FloatArray) -> FloatArray:
    """Return the luma (H, W) of a picture."""
    result: FloatArray = picture @ LUMA
    return result


def gaussian(values: FloatArray, sigma: float) -> FloatArray:
    """Return values (H, W) or (H, W, C) blurred by three box filters (near a Gaussian)."""
    if sigma < 0.3:
        return values
    radius = max(1, round(sigma * 0.95))
    for _ in range(3):
        values = box(values, radius)
    return values


def box(values: FloatArray, radius: int) -> FloatArray:
    """Return the mean over squares of 2 * radius + 1."""
    size = 2 * radius + 1
    for axis in (0, 1):
        width = [(0, 0)] * values.ndim
        width[axis] = (radius + 1, radius)
        padded = np.pad(values, width, "edge")
        sums = np.cumsum(padded, axis=axis, dtype=np.float64)
        front = np.take(sums, range(size, sums.shape[axis]), axis)
        back = np.take(sums, range(sums.shape[axis] - size), axis)
        values = ((front - back) / size).astype(np.float32)
    return values


def kuwahara(picture: FloatArray, radius: int) -> FloatArray:
    """Return a picture in brush-like patches: each pixel takes the calmest of four neighborhoods.

    Kuwahara et al., Processing of RI-angiocardiographic images (1976).
    """
    means = box(picture, radius)
    gray = luma(picture)
    variance = np.maximum(box(gray * gray, radius) - box(gray, radius) ** 2, 0)
    best = np.full(gray.shape, np.inf, np.float32)
    result = picture.copy()
    for dy in (-radius, radius):
        for dx in (-radius, radius):
            moved = shift(variance, dx, dy)
            calmer = moved < best
            best = np.where(calmer, moved, best)
            result[calmer] = shift(means, dx, dy)[calmer]
    return result


def shift(values: FloatArray, dx: int, dy: int) -> FloatArray:
    """Return values read from (y + dy, x + dx), with replicated borders."""
    height, width = values.shape[:2]
    rows = np.clip(np.arange(height) + dy, 0, height - 1)
    columns = np.clip(np.arange(width) + dx, 0, width - 1)
    return values[rows][:, columns]


def edges(gray: FloatArray, sigma: float) -> FloatArray:
    """Return the strength of dark lines in [0, 1], by a difference of Gaussians."""
    difference = gaussian(gray, sigma * 1.6) - gaussian(gray, sigma)
    return _unit(difference * 14)


def outlines(picture: FloatArray, sigma: float = 1.0) -> FloatArray:
    """Return how much colors change at every pixel, in [0, 1]."""
    soft = gaussian(picture, sigma)
    dx = soft - shift(soft, 1, 0)
    dy = soft - shift(soft, 0, 1)
    return _unit(np.sqrt((dx**2 + dy**2).sum(2)) * 6)


def noise(height: int, width: int, cell: float, seed: int) -> FloatArray:
    """Return smooth noise in [-1, 1] with features of about `cell` pixels; fixed to the paper."""
    from PIL import Image

    rng = np.random.default_rng(seed)
    rows, columns = max(2, round(height / cell) + 1), max(2, round(width / cell) + 1)
    small = Image.fromarray(rng.standard_normal((rows, columns)).astype(np.float32), "F")
    large = small.resize((width, height), Image.Resampling.BICUBIC)
    result: FloatArray = np.clip(np.asarray(large) / 1.6, -1, 1)
    return result


def grain(height: int, width: int, seed: int) -> FloatArray:
    """Return the tooth of paper in [-1, 1]: noise of several sizes."""
    layers = ((1.0, 0.35), (2.2, 0.4), (7.0, 0.35))
    total = sum(
        noise(height, width, cell, seed + k) * part for k, (cell, part) in enumerate(layers)
    )
    return np.asarray(total, np.float32)


def warp(picture: FloatArray, amount: float, cell: float, seed: int) -> FloatArray:
    """Return a picture whose pixels are moved by smooth noise of `amount` pixels."""
    height, width = picture.shape[:2]
    dy, dx = (noise(height, width, cell, seed + k) * amount for k in (0, 1))
    rows = np.clip(np.arange(height)[:, None] + dy, 0, height - 1).astype(np.intp)
    columns = np.clip(np.arange(width)[None] + dx, 0, width - 1).astype(np.intp)
    return picture[rows, columns]


def posterize(picture: FloatArray, colors: int) -> tuple[FloatArray, np.ndarray]:
    """Return a picture in few colors, and the number of the color of every pixel."""
    from PIL import Image

    image = Image.fromarray((np.clip(picture, 0, 1) * 255).astype(np.uint8))
    quantized = image.quantize(colors, Image.Quantize.MEDIANCUT, kmeans=2, dither=Image.Dither.NONE)
    flat = np.asarray(quantized.convert("RGB"), np.float32) / 255
    return flat, np.asarray(quantized)


def _unit(values: FloatArray) -> FloatArray:
    result: FloatArray = np.clip(values, 0, 1)
    return result


def mix(first: FloatArray, second: FloatArray, amount: FloatArray | float) -> FloatArray:
    """Return first where amount is 0, second where it is 1."""
    weight = amount[..., None] if isinstance(amount, np.ndarray) and amount.ndim == 2 else amount
    result: FloatArray = first + (second - first) * weight
    return result
