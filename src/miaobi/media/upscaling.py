"""Pictures made to fill a screen: small drawings get clear edges, photos are resampled.

A picture of another shape than the screen is cropped a little; beyond that, calm borders such as
sky and sea go on to the edge of the screen, and a busy picture stands before its own blur.
"""

from typing import Any

from miaobi.media import image

SHARP = 3.0  # a picture may grow so many times before its edges need help
COLORS, SOFT, DRAWN = 14, 260.0, 0.75  # colors; squared width of a step between two; their share
ROWS = 128  # worked on at once: memory
CROPPED = 1.4  # a picture is cropped where its shape differs by no more than this
DIM = 0.6  # brightness of the blur behind a picture
CALM = 26.0  # standard deviation along a border up to which it goes on: 0 to 255
EDGE = 0.06  # of a picture's side, that counts as its border


def filling(pixels: Any, size: tuple[int, int]) -> Any:
    """uint8 (H, W, 3 or 4) -> uint8 (height, width, 3) for size (width, height)."""
    pixels = image.opaque(pixels)
    height, width = pixels.shape[:2]
    wide, high = size
    stretch = (wide / high) / (width / height)
    if 1 / CROPPED <= stretch <= CROPPED:
        return _grown(pixels, size)
    if stretch > 1 and _is_calm(pixels):
        return _widened(pixels, size)
    if stretch < 1 and _is_calm(pixels.swapaxes(0, 1)):
        return _widened(pixels.swapaxes(0, 1), size[::-1]).swapaxes(0, 1)
    scale = min(wide / width, high / height)
    whole = _grown(pixels, (max(1, round(width * scale)), max(1, round(height * scale))))
    behind = _blurred(image.fit(pixels, size))
    top, left = (high - whole.shape[0]) // 2, (wide - whole.shape[1]) // 2
    behind[top : top + whole.shape[0], left : left + whole.shape[1]] = whole
    return behind


def _is_calm(pixels: Any) -> bool:
    """True when nothing stands at the left and right border: rows hardly change along them."""
    strip = max(2, round(EDGE * pixels.shape[1]))
    sides = (pixels[:, :strip], pixels[:, -strip:])
    return all(float(side.std(axis=1).mean(axis=1).max()) < CALM for side in sides)


def _widened(pixels: Any, size: tuple[int, int]) -> Any:
    """(H, W, 3) -> (height, width, 3): rows go on past both sides in the colors of its border."""
    import numpy as np

    height, width = pixels.shape[:2]
    wide, high = size
    whole = _grown(pixels, (max(1, round(width * high / height)), high))
    strip = max(2, round(EDGE * whole.shape[1]))
    left = (wide - whole.shape[1]) // 2
    right = wide - whole.shape[1] - left
    colors = [whole[:, :strip].mean(axis=1), whole[:, -strip:].mean(axis=1)]  # (H, 3) of each side
    out = np.empty((high, wide, 3), np.float32)
    share = np.ones((1, whole.shape[1], 1), np.float32)
    share[0, :strip, 0] = np.linspace(0, 1, strip)
    share[0, -strip:, 0] = np.linspace(1, 0, strip)
    out[:, :left], out[:, wide - right :] = colors[0][:, None], colors[1][:, None]
    place = slice(left, left + whole.shape[1])
    beneath = np.where(
        np.arange(whole.shape[1])[None, :, None] < whole.shape[1] // 2,
        colors[0][:, None],
        colors[1][:, None],
    )
    out[:, place] = whole * share + beneath * (1 - share)
    return np.round(out).astype(np.uint8)


def _grown(pixels: Any, size: tuple[int, int]) -> Any:
    """The middle of a picture at another size, with clear edges where it would be blurred."""
    if min(size[0] / pixels.shape[1], size[1] / pixels.shape[0]) <= SHARP:
        return image.fit(pixels, size)
    return _cleared(image.fit(pixels, size), pixels)


def _cleared(large: Any, small: Any) -> Any:
    """A picture grown smoothly, its colors drawn to those of the small one: (H, W, 3) uint8.

    Between two of the colors the step is short, as where paper of two colors meets; within a slow
    gradient of many colors nothing is seen of it.
    """
    import numpy as np

    colors = _palette(small)
    out = np.empty_like(large)
    for top in range(0, len(large), ROWS):
        part = large[top : top + ROWS].astype(np.float32)
        # |x - c|^2 without |x|^2, which is the same for every color
        distance = (colors**2).sum(axis=1) - 2 * part @ colors.T  # (h, W, K)
        distance -= distance.min(axis=2, keepdims=True)
        weight = np.exp(-distance / SOFT)
        mixed = weight @ colors / weight.sum(axis=2, keepdims=True)
        out[top : top + ROWS] = np.round(DRAWN * mixed + (1 - DRAWN) * part)
    return out


def _palette(pixels: Any) -> Any:
    """(K, 3) float32: the colors of a picture by Lloyd's method, from an even start."""
    import numpy as np

    flat = pixels.reshape(-1, 3).astype(np.float32)
    order = np.argsort(flat @ np.array([0.299, 0.587, 0.114], np.float32), kind="stable")
    starts = order[np.linspace(0, len(flat) - 1, COLORS).astype(int)]
    colors = flat[starts]
    for _ in range(12):
        nearest = ((colors**2).sum(axis=1) - 2 * flat @ colors.T).argmin(axis=1)
        for number in range(len(colors)):
            if (mine := nearest == number).any():
                colors[number] = flat[mine].mean(axis=0)
    return colors


def _blurred(pixels: Any) -> Any:
    import numpy as np
    from PIL import Image, ImageFilter

    radius = max(pixels.shape[:2]) / 24
    soft = Image.fromarray(pixels).filter(ImageFilter.GaussianBlur(radius))
    return (np.asarray(soft) * DIM).astype(np.uint8)
