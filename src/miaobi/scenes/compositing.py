"""Stamps drawings onto a picture: resized, colored, with a soft shadow."""

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from miaobi.scenes.sprites import Pixels

Box = tuple[int, int, int, int]  # left, top, right, bottom in pixels; may reach over the border

# what a recolored drawing's full color becomes, and the ink of a colored ink drawing
RECOLORS: dict[str, tuple[float, float, float]] = {
    "red": (0.93, 0.13, 0.14),
    "orange": (1.0, 0.55, 0.1),
    "yellow": (1.0, 0.87, 0.15),
    "green": (0.16, 0.72, 0.25),
    "blue": (0.15, 0.42, 0.98),
    "purple": (0.55, 0.25, 0.88),
    "pink": (1.0, 0.5, 0.74),
}
VIVID = 1.4  # a recolored drawing is so much more colorful: brown would stay dull
PAPER, DARK_PAPER = 246, 14  # gray of what ink encloses
UNCHANGED = (1.0, 1.0, 1.0)  # of the light: red, green, blue
SHADOW = 0.38  # darkness of a shadow's middle


@dataclass(frozen=True)
class Look:
    """How a drawing is stamped."""

    color: str = ""  # a key of RECOLORS, or "" for its own colors
    ink: bool = False  # it has no colors but that of its ink
    light: bool = False  # ink on a dark picture is white
    shadow: bool = False
    covers: bool = False  # ink hides what it encloses, as when something stands in front
    tone: tuple[float, float, float] = UNCHANGED  # of the light: red, green, blue


def stamp(picture: Pixels, sprite: Pixels, box: Box, look: Look) -> None:
    """Lay a premultiplied sprite (h, w, 4) into the box of a picture (H, W, 3), in place."""
    left, top, right, bottom = box
    if look.shadow:
        _cast(picture, box)
    _lay(picture, _resized(sprite, right - left, bottom - top), left, top, look)


@dataclass(frozen=True)
class Spot:
    """Where a drawing lies, between pixels."""

    x: float  # of its middle, in pixels
    y: float
    scale: float  # pixels of the picture for one of the drawing
    angle: float = 0.0  # degrees, clockwise


def lay(picture: Pixels, sprite: Pixels, spot: Spot, look: Look) -> None:
    """The same for a drawing that moves: nothing is rounded to pixels, or slow moves would tremble.

    Shadows are left out.
    """
    from PIL import Image

    image = Image.frombuffer("RGBa", sprite.shape[1::-1], sprite.tobytes(), "raw", "RGBa", 0, 1)
    if spot.angle % 360:
        image = image.rotate(-spot.angle, Image.Resampling.BILINEAR, expand=True)
    width, height = image.width * spot.scale, image.height * spot.scale
    left, top = math.floor(spot.x - width / 2), math.floor(spot.y - height / 2)
    right, bottom = math.ceil(spot.x + width / 2), math.ceil(spot.y + height / 2)
    edge = math.ceil(1 / spot.scale) + 1  # the whole pixels reach over the drawing's border
    wide = Image.new("RGBa", (image.width + 2 * edge, image.height + 2 * edge))
    wide.paste(image, (edge, edge))
    x, y = edge + (left - spot.x) / spot.scale, edge + (top - spot.y) / spot.scale
    x, y = x + image.width / 2, y + image.height / 2
    box = (x, y, x + (right - left) / spot.scale, y + (bottom - top) / spot.scale)
    whole = wide.resize((right - left, bottom - top), Image.Resampling.BILINEAR, box=box)
    _lay(picture, np.asarray(whole), left, top, look)


def _lay(picture: Pixels, whole: Pixels, left: int, top: int, look: Look) -> None:
    """Blend premultiplied pixels (h, w, 4) into a picture, their corner at (left, top)."""
    height, width = picture.shape[:2]
    inside = whole[max(0, -top) : max(0, height - top), max(0, -left) : max(0, width - left)]
    pixels = inside.astype(np.uint16)  # (h, w, 4)
    bottom, right = top + whole.shape[0], left + whole.shape[1]
    ground = picture[max(0, top) : max(0, bottom), max(0, left) : max(0, right)]
    colors, alpha = pixels[..., :3], pixels[..., 3:]
    if look.covers:
        ground[_enclosed(pixels[..., 3])] = DARK_PAPER if look.light else PAPER
    if look.color:
        colors = _recolored(colors, alpha, look)
    elif look.ink and look.light:
        colors = alpha - colors
    if look.tone != UNCHANGED:
        colors = (colors * np.array(look.tone, np.float32)).astype(np.uint16)
    ground[:] = colors + (ground * (255 - alpha) + 127) // 255


def _resized(sprite: Pixels, width: int, height: int) -> Pixels:
    from PIL import Image

    size = (sprite.shape[1], sprite.shape[0])
    # RGBa is premultiplied: Pillow resizes it as it is
    image = Image.frombuffer("RGBa", size, sprite.tobytes(), "raw", "RGBa", 0, 1)
    if image.size == (width, height):
        return np.asarray(image)
    return np.asarray(image.resize((width, height), Image.Resampling.BILINEAR))


def _recolored(
    colors: npt.NDArray[np.uint16], alpha: npt.NDArray[np.uint16], look: Look
) -> npt.NDArray[np.uint16]:
    """Every color becomes the wanted one as far as it was a color; white, gray, black stay."""
    target = np.array(RECOLORS[look.color], np.float32)
    if look.ink:
        shade = 1.0 if look.light else 0.8
        return np.asarray(alpha * (target * shade), np.uint16)
    least = colors.min(-1, keepdims=True)
    depth = np.minimum((colors.max(-1, keepdims=True) - least) * np.float32(VIVID), alpha - least)
    return np.asarray(least + depth * target, np.uint16)


def _enclosed(alpha: npt.NDArray[np.uint16]) -> npt.NDArray[np.bool_]:
    """Where there is ink on all four sides, (h, w)."""
    ink = alpha > 127
    sides = [np.logical_or.accumulate(ink[::step], 0)[::step] for step in (1, -1)]
    sides += [np.logical_or.accumulate(ink[:, ::step], 1)[:, ::step] for step in (1, -1)]
    return np.asarray(np.logical_and.reduce(sides))


def _cast(picture: Pixels, box: Box) -> None:
    """Darken the ground below the box."""
    left, _, right, bottom = box
    height, width = picture.shape[:2]
    tall = max(3, round((right - left) * 0.2))
    top = bottom - round(tall * 0.6)
    x = slice(max(0, left), min(width, right))
    y = slice(max(0, top), min(height, top + tall))
    if x.stop <= x.start or y.stop <= y.start:
        return
    blob = _blob(right - left, tall)[y.start - top : y.stop - top, x.start - left : x.stop - left]
    ground = picture[y, x]
    ground[:] = (ground * blob[..., None]).astype(np.uint8)


@lru_cache(maxsize=512)
def _blob(width: int, height: int) -> npt.NDArray[np.float32]:
    """How much light is left around the middle of a shadow, (height, width)."""
    across = np.linspace(-1, 1, width, dtype=np.float32)[None, :]
    down = np.linspace(-1, 1, height, dtype=np.float32)[:, None]
    inside = np.clip(1 - (across**2 + down**2), 0, 1)
    return np.asarray(1 - SHADOW * inside, np.float32)
