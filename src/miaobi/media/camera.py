"""A still picture seen by a moving camera: windows on it, whose corners lie between pixels.

A window is (left, top, right, bottom) as shares of the picture. It always has the picture's shape,
so nothing is stretched. Moves begin and end softly, and their corners are never rounded to pixels:
that is what makes slow moves tremble.
"""

import math
from typing import Any

Window = tuple[float, float, float, float]

NEAR = 0.86  # the side of the closest window, as a share of the picture's
PAN = 0.9  # the side of a window that slides


def window(motion: str, share: float) -> Window:
    """Where the camera looks at `share` (0 to 1) of a move."""
    eased = 0.5 - 0.5 * math.cos(math.pi * min(1.0, max(0.0, share)))
    way = 0.25 * eased + 0.75 * min(1.0, max(0.0, share))  # nearly even, soft at its ends
    if motion == "zoom in":
        return _around(1 - (1 - NEAR) * way, 0.5, 0.5)
    if motion == "zoom out":
        return _around(NEAR + (1 - NEAR) * way, 0.5, 0.5)
    slides = {
        "pan left": (1 - way, 0.5),
        "pan right": (way, 0.5),
        "pan up": (0.5, 1 - way),
        "pan down": (0.5, way),
    }
    if motion in slides:
        return _around(PAN, *slides[motion])
    return _around(1.0, 0.5, 0.5)


def seen(picture: Any, motion: str, share: float, size: tuple[int, int]) -> Any:
    """A Pillow picture through the window -> a Pillow picture of `size` (width, height)."""
    from PIL import Image

    left, top, right, bottom = window(motion, share)
    width, height = picture.size
    box = (left * width, top * height, right * width, bottom * height)
    return picture.resize(size, Image.Resampling.BICUBIC, box=box)


def _around(side: float, x: float, y: float) -> Window:
    """A window of this side; x and y say how far it is moved: 0 to one border, 1 to the other."""
    left, top = (1 - side) * x, (1 - side) * y
    return left, top, left + side, top + side
