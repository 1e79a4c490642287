"""Light on figures: ambient color from above to below, lamps, a bright rim, and contact shadows."""

import numpy as np

from miaobi.core.arrays import FloatArray, Pixels
from miaobi.drawing.canvas import Canvas
from miaobi.drawing.color import Color, mix
from miaobi.drawing.compositing import add_light, blur_mask, multiply, shift_mask
from miaobi.drawing.path import ellipse
from miaobi.places.place import Light, Place

RIM_STRENGTH = 0.5
COARSE = 4  # pixels of a step of the light of lamps


def light_figure(
    pixels: Pixels, place: Place, left: float, top: float, scale: float, size: float
) -> Pixels:
    """Return a figure (H, W, 4) in the light of a place.

    (left, top): the units of the world at its corner; scale: pixels of a unit; size: pixels of a
    hundredth of the figure's height, by which the rim is measured.
    """
    lit = multiply(pixels, _ambient(place.colors.ambient, pixels.shape[0]))
    rim = _rim(pixels, place.key_side, size)
    color = np.array(mix(place.colors.key, (255.0, 255.0, 255.0), 0.2), np.float32)
    light = rim[..., None] * color * np.float32(RIM_STRENGTH)
    glows = [_falloff(lamp, pixels, left, top, scale) for lamp in place.lights]
    reaching = [glow for glow in glows if glow is not None]
    if reaching:
        glow = (sum(reaching) * np.float32(1 / 255)).repeat(COARSE, 0).repeat(COARSE, 1)
        light += pixels[..., :3] * glow[: pixels.shape[0], : pixels.shape[1]]
    return add_light(lit, light)


def draw_shadow(canvas: Canvas, place: Place, x: float, y: float, unit: float, lift: float) -> None:
    """Draw the contact shadow of a figure that stands at (x, y); unit: its hundredth in units."""
    nearness = 1 - min(0.6, lift / 90)
    color = mix(place.colors.shadow, place.colors.haze, 0.1)
    wide = ellipse(x, y, 26 * unit * nearness, 5.4 * unit * nearness)
    canvas.fill(wide, color, alpha=0.42 * nearness, blur=2.6 * unit)
    canvas.fill(
        ellipse(x, y, 13 * unit * nearness, 2.7 * unit), color, alpha=0.4 * nearness, blur=unit
    )


def _ambient(color: Color, height: int) -> FloatArray:
    """Return factors (H, 1, 3): a little lighter above, darker toward the ground."""
    above = np.array(mix(color, (255.0, 255.0, 255.0), 0.2), np.float32) / 255
    below = np.array(mix(color, (20.0, 10.0, 50.0), 0.14), np.float32) / 255
    t = np.linspace(0, 1, height, dtype=np.float32)[:, None, None]
    return above * (1 - t) + below * t


def _falloff(
    lamp: Light, pixels: Pixels, left: float, top: float, scale: float
) -> FloatArray | None:
    """Return the light of a lamp in [0, 255], or None where it does not reach.

    It is smooth, so that only every COARSE-th pixel of both sides is computed.
    """
    height, width = pixels.shape[:2]
    middle = COARSE / 2
    xs = ((np.arange(0, width, COARSE) + middle) / scale + left - lamp.x) / lamp.radius
    ys = ((np.arange(0, height, COARSE) + middle) / scale + top - lamp.y) / lamp.radius
    distance = xs[None] ** 2 + ys[:, None] ** 2
    if distance.min() >= 1:
        return None
    near = np.maximum(0, 1 - distance).astype(np.float32)
    amount = near * np.sqrt(near) * np.float32(lamp.strength)
    result: FloatArray = amount[..., None] * np.array(lamp.color, np.float32)
    return result


def _rim(pixels: Pixels, side: int, size: float) -> FloatArray:
    """Return how much of the rim light every pixel gets, (H, W) in [0, 1]."""
    alpha = pixels[..., 3]
    step = max(1, round(1.1 * size))
    moved = blur_mask(shift_mask(alpha, -side * step, step), step * 0.5)
    edge = np.maximum(0, alpha.astype(np.int16) - moved)
    result: FloatArray = edge.astype(np.float32) / 255
    return result
