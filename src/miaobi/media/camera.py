"""Camera motions over a still picture: windows with subpixel corners.

A window is (left, top, right, bottom) as fractions of the picture, with its aspect ratio. Corners
are never rounded to pixels, since that would make slow motions jitter.
"""

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL.Image import Image

Window = tuple[float, float, float, float]

NEAR_SIZE = 0.86  # side of the closest window of a zoom in a film, as a fraction of the picture's
PAN_SIZE = 0.9  # side of the window of a pan in a film


def film_window(motion: str, t: float) -> Window:
    """Return the window at time t in [0, 1] of a shot; the motion is eased at both ends."""
    t = min(1.0, max(0.0, t))
    eased = 0.5 - 0.5 * math.cos(math.pi * t)
    return camera_window(motion, 0.25 * eased + 0.75 * t, NEAR_SIZE, PAN_SIZE)


def camera_window(
    motion: str, t: float, near: float, pan: float, *, geometric: bool = False
) -> Window:
    """Return the window of a zoom or pan at eased time t in [0, 1]; the whole picture otherwise.

    `near` is the smallest side of a zoom, interpolated linearly or geometrically; `pan` the side of
    a pan.
    """
    if motion == "zoom in":
        return window_at(near**t if geometric else 1 - (1 - near) * t, 0.5, 0.5)
    if motion == "zoom out":
        return window_at(near ** (1 - t) if geometric else near + (1 - near) * t, 0.5, 0.5)
    pans = {
        "pan left": (1 - t, 0.5),
        "pan right": (t, 0.5),
        "pan up": (0.5, 1 - t),
        "pan down": (0.5, t),
    }
    if motion in pans:
        return window_at(pan, *pans[motion])
    return window_at(1.0, 0.5, 0.5)


def window_at(side: float, x: float, y: float) -> Window:
    """Return a window of this side; x and y in [0, 1] place it from one border to the other."""
    left, top = (1 - side) * x, (1 - side) * y
    return left, top, left + side, top + side


def apply_camera(picture: "Image", motion: str, t: float, size: tuple[int, int]) -> "Image":
    """Crop a picture to the window of a film at time t and resize it to (width, height)."""
    from PIL import Image

    left, top, right, bottom = film_window(motion, t)
    width, height = picture.size
    box = (left * width, top * height, right * width, bottom * height)
    return picture.resize(size, Image.Resampling.BICUBIC, box=box)
