"""Enlarge pictures to fill a frame: drawings with sharp edges, photos by resampling.

Slightly different aspect ratios are cropped. Otherwise a picture with plain side borders, such as
sky and sea, is extended, and a busy one is placed on its own blurred copy.
"""

from miaobi.core.arrays import FloatArray, Pixels
from miaobi.media import image

MAX_PLAIN_SCALE = 3.0  # larger scales are sharpened
# sharpening: palette size, squared width of the steps between colors, and strength (0 to 1)
COLORS, SOFTNESS, STRENGTH = 14, 260.0, 0.75
ROWS = 128  # processed at a time, to save memory
MAX_CROP = 1.4  # ratio of aspect ratios up to which a picture is cropped
DIM = 0.6  # brightness of the blurred background
MAX_DEVIATION = 26.0  # standard deviation (0 to 255) along a border that counts as plain
BORDER = 0.06  # width of a border as a fraction of the picture


def fill_frame(pixels: Pixels, size: tuple[int, int]) -> Pixels:
    """Enlarge uint8 (H, W, 3 or 4) to size (width, height): uint8 (height, width, 3)."""
    pixels = image.flatten_alpha(pixels)
    height, width = pixels.shape[:2]
    wide, high = size
    ratio = (wide / high) / (width / height)
    if 1 / MAX_CROP <= ratio <= MAX_CROP:
        return _fit_sharp(pixels, size)
    if ratio > 1 and _has_plain_sides(pixels):
        return _extend_sides(pixels, size)
    if ratio < 1 and _has_plain_sides(pixels.swapaxes(0, 1)):
        return _extend_sides(pixels.swapaxes(0, 1), size[::-1]).swapaxes(0, 1)
    scale = min(wide / width, high / height)
    scaled = _fit_sharp(pixels, (max(1, round(width * scale)), max(1, round(height * scale))))
    output = _blurred(image.fit(pixels, size))
    top, left = (high - scaled.shape[0]) // 2, (wide - scaled.shape[1]) // 2
    output[top : top + scaled.shape[0], left : left + scaled.shape[1]] = scaled
    return output


def _has_plain_sides(pixels: Pixels) -> bool:
    """Return True if rows hardly change within the left and the right border."""
    strip = max(2, round(BORDER * pixels.shape[1]))
    sides = (pixels[:, :strip], pixels[:, -strip:])
    return all(float(side.std(axis=1).mean(axis=1).max()) < MAX_DEVIATION for side in sides)


def _extend_sides(pixels: Pixels, size: tuple[int, int]) -> Pixels:
    """Extend both sides with the border color of each row: (H, W, 3) -> (height, width, 3)."""
    import numpy as np

    height, width = pixels.shape[:2]
    wide, high = size
    scaled = _fit_sharp(pixels, (max(1, round(width * high / height)), high))
    strip = max(2, round(BORDER * scaled.shape[1]))
    left = (wide - scaled.shape[1]) // 2
    right = wide - scaled.shape[1] - left
    colors = [scaled[:, :strip].mean(axis=1), scaled[:, -strip:].mean(axis=1)]  # (H, 3) per side
    out = np.empty((high, wide, 3), np.float32)
    alpha = np.ones((1, scaled.shape[1], 1), np.float32)
    alpha[0, :strip, 0] = np.linspace(0, 1, strip)
    alpha[0, -strip:, 0] = np.linspace(1, 0, strip)
    out[:, :left], out[:, wide - right :] = colors[0][:, None], colors[1][:, None]
    background = np.where(
        np.arange(scaled.shape[1])[None, :, None] < scaled.shape[1] // 2,
        colors[0][:, None],
        colors[1][:, None],
    )
    out[:, left : left + scaled.shape[1]] = scaled * alpha + background * (1 - alpha)
    output: Pixels = np.round(out).astype(np.uint8)
    return output


def _fit_sharp(pixels: Pixels, size: tuple[int, int]) -> Pixels:
    """Crop to the aspect ratio and resize; sharpen edges above MAX_PLAIN_SCALE."""
    if min(size[0] / pixels.shape[1], size[1] / pixels.shape[0]) <= MAX_PLAIN_SCALE:
        return image.fit(pixels, size)
    return _sharpen(image.fit(pixels, size), pixels)


def _sharpen(large: Pixels, small: Pixels) -> Pixels:
    """Pull the colors of the enlarged picture towards the palette of the small one: (H, W, 3).

    Shortens the transition between two colors of the palette; slow gradients are unaffected.
    """
    import numpy as np

    colors = _palette(small)
    out = np.empty_like(large)
    for top in range(0, len(large), ROWS):
        part = large[top : top + ROWS].astype(np.float32)
        # |x - c|^2 without |x|^2, which is constant over the palette
        distance = (colors**2).sum(axis=1) - 2 * part @ colors.T  # (h, W, K)
        distance -= distance.min(axis=2, keepdims=True)
        weight = np.exp(-distance / SOFTNESS)
        mixed = weight @ colors / weight.sum(axis=2, keepdims=True)
        out[top : top + ROWS] = np.round(STRENGTH * mixed + (1 - STRENGTH) * part)
    return out


def _palette(pixels: Pixels) -> FloatArray:
    """Compute a palette (K, 3) float32 by k-means, started at quantiles of the brightness."""
    import numpy as np

    flat = pixels.reshape(-1, 3).astype(np.float32)
    order = np.argsort(flat @ np.array([0.299, 0.587, 0.114], np.float32), kind="stable")
    starts = order[np.linspace(0, len(flat) - 1, COLORS).astype(int)]
    colors: FloatArray = flat[starts]
    for _ in range(12):
        nearest = ((colors**2).sum(axis=1) - 2 * flat @ colors.T).argmin(axis=1)
        for number in range(len(colors)):
            if (members := nearest == number).any():
                colors[number] = flat[members].mean(axis=0)
    return colors


def _blurred(pixels: Pixels) -> Pixels:
    import numpy as np
    from PIL import Image, ImageFilter

    radius = max(pixels.shape[:2]) / 24
    soft = Image.fromarray(pixels).filter(ImageFilter.GaussianBlur(radius))
    return (np.asarray(soft) * DIM).astype(np.uint8)
