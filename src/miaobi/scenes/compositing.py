"""Alpha compositing of sprites onto a picture: resized, recolored, with a soft shadow."""

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from miaobi.core.arrays import Pixels

Box = tuple[int, int, int, int]  # left, top, right, bottom in pixels; may cross the border

# red, green and blue in [0, 1] of a recolored sprite at full saturation
RECOLORS: dict[str, tuple[float, float, float]] = {
    "red": (0.93, 0.13, 0.14),
    "orange": (1.0, 0.55, 0.1),
    "yellow": (1.0, 0.87, 0.15),
    "green": (0.16, 0.72, 0.25),
    "blue": (0.15, 0.42, 0.98),
    "purple": (0.55, 0.25, 0.88),
    "pink": (1.0, 0.5, 0.74),
}
SATURATION = 1.4  # of recolored sprites: brown would stay dull
PAPER_GRAY, DARK_PAPER_GRAY = 246, 14  # fill of what ink encloses
NEUTRAL = (1.0, 1.0, 1.0)  # factors of red, green and blue
SHADOW = 0.38  # darkness of a shadow in its middle


@dataclass(frozen=True)
class SpriteStyle:
    """Rendering options of a sprite."""

    color: str = ""  # a key of RECOLORS; "": its own colors
    ink: bool = False  # an ink drawing: one color
    light: bool = False  # white ink, on a dark picture
    shadow: bool = False
    covers: bool = False  # fill what ink encloses, so that it hides what is behind
    tone: tuple[float, float, float] = NEUTRAL  # factors of red, green and blue


def alpha_composite(picture: Pixels, sprite: Pixels, box: Box, style: SpriteStyle) -> None:
    """Composite a premultiplied sprite (h, w, 4) into the box of a picture (H, W, 3), in place."""
    left, top, right, bottom = box
    if style.shadow:
        _cast_shadow(picture, box)
    _blend(picture, _resized(sprite, right - left, bottom - top), left, top, style)


@dataclass(frozen=True)
class SpriteTransform:
    """Position, scale and rotation of a sprite, with subpixel precision."""

    x: float  # of the center, in pixels
    y: float
    scale: float  # pixels of the picture per pixel of the sprite
    angle: float = 0.0  # degrees, clockwise


def composite_transformed(
    picture: Pixels, sprite: Pixels, transform: SpriteTransform, style: SpriteStyle
) -> None:
    """Composite a sprite of a clip without a shadow, in place; subpixel positions avoid jitter."""
    from PIL import Image

    image = Image.frombuffer("RGBa", sprite.shape[1::-1], sprite.tobytes(), "raw", "RGBa", 0, 1)
    if transform.angle % 360:
        image = image.rotate(-transform.angle, Image.Resampling.BILINEAR, expand=True)
    width, height = image.width * transform.scale, image.height * transform.scale
    left, top = math.floor(transform.x - width / 2), math.floor(transform.y - height / 2)
    right, bottom = math.ceil(transform.x + width / 2), math.ceil(transform.y + height / 2)
    edge = math.ceil(1 / transform.scale) + 1  # whole pixels reach over the border of the sprite
    padded = Image.new("RGBa", (image.width + 2 * edge, image.height + 2 * edge))
    padded.paste(image, (edge, edge))
    x, y = (
        edge + (left - transform.x) / transform.scale,
        edge + (top - transform.y) / transform.scale,
    )
    x, y = x + image.width / 2, y + image.height / 2
    box = (x, y, x + (right - left) / transform.scale, y + (bottom - top) / transform.scale)
    sprite_pixels = padded.resize((right - left, bottom - top), Image.Resampling.BILINEAR, box=box)
    _blend(picture, np.asarray(sprite_pixels), left, top, style)


def _blend(picture: Pixels, sprite_pixels: Pixels, left: int, top: int, style: SpriteStyle) -> None:
    """Blend premultiplied pixels (h, w, 4) into a picture at their upper left corner."""
    height, width = picture.shape[:2]
    inside = sprite_pixels[
        max(0, -top) : max(0, height - top), max(0, -left) : max(0, width - left)
    ]
    pixels = inside.astype(np.uint16)  # (h, w, 4)
    bottom, right = top + sprite_pixels.shape[0], left + sprite_pixels.shape[1]
    area = picture[max(0, top) : max(0, bottom), max(0, left) : max(0, right)]
    colors, alpha = pixels[..., :3], pixels[..., 3:]
    if style.covers:
        area[_enclosed(pixels[..., 3])] = DARK_PAPER_GRAY if style.light else PAPER_GRAY
    if style.color:
        colors = _recolored(colors, alpha, style)
    elif style.ink and style.light:
        colors = alpha - colors
    if style.tone != NEUTRAL:
        colors = (colors * np.array(style.tone, np.float32)).astype(np.uint16)
    area[:] = colors + (area * (255 - alpha) + 127) // 255


def _resized(sprite: Pixels, width: int, height: int) -> Pixels:
    from PIL import Image

    size = (sprite.shape[1], sprite.shape[0])
    # Pillow resizes RGBa, which is premultiplied, without conversion
    image = Image.frombuffer("RGBa", size, sprite.tobytes(), "raw", "RGBa", 0, 1)
    if image.size == (width, height):
        return np.asarray(image)
    return np.asarray(image.resize((width, height), Image.Resampling.BILINEAR))


def _recolored(
    colors: npt.NDArray[np.uint16], alpha: npt.NDArray[np.uint16], style: SpriteStyle
) -> npt.NDArray[np.uint16]:
    """Replace all hues by the target color; white, gray and black stay."""
    target = np.array(RECOLORS[style.color], np.float32)
    if style.ink:
        shade = 1.0 if style.light else 0.8
        return np.asarray(alpha * (target * shade), np.uint16)
    minimum = colors.min(-1, keepdims=True)
    depth = np.minimum(
        (colors.max(-1, keepdims=True) - minimum) * np.float32(SATURATION), alpha - minimum
    )
    return np.asarray(minimum + depth * target, np.uint16)


def _enclosed(alpha: npt.NDArray[np.uint16]) -> npt.NDArray[np.bool_]:
    """Return a mask (h, w) of pixels with ink on all four sides."""
    ink = alpha > 127
    sides = [np.logical_or.accumulate(ink[::step], 0)[::step] for step in (1, -1)]
    sides += [np.logical_or.accumulate(ink[:, ::step], 1)[:, ::step] for step in (1, -1)]
    return np.asarray(np.logical_and.reduce(sides))


def _cast_shadow(picture: Pixels, box: Box) -> None:
    """Draw a soft shadow on the ground below the box, in place."""
    left, _, right, bottom = box
    height, width = picture.shape[:2]
    shadow_height = max(3, round((right - left) * 0.2))
    top = bottom - round(shadow_height * 0.6)
    x = slice(max(0, left), min(width, right))
    y = slice(max(0, top), min(height, top + shadow_height))
    if x.stop <= x.start or y.stop <= y.start:
        return
    factors = _shadow_factors(right - left, shadow_height)[
        y.start - top : y.stop - top, x.start - left : x.stop - left
    ]
    area = picture[y, x]
    area[:] = (area * factors[..., None]).astype(np.uint8)


@lru_cache(maxsize=512)
def _shadow_factors(width: int, height: int) -> npt.NDArray[np.float32]:
    """Return the factors (height, width) of light in a shadow, darkest in the middle."""
    across = np.linspace(-1, 1, width, dtype=np.float32)[None, :]
    down = np.linspace(-1, 1, height, dtype=np.float32)[:, None]
    inside = np.clip(1 - (across**2 + down**2), 0, 1)
    return np.asarray(1 - SHADOW * inside, np.float32)
