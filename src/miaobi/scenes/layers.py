"""Catalog of sprites and backgrounds that networks learn to draw as layers of clips.

A sprite lies in the middle of a square canvas; a background is one painting. Both are finite tables
by index, with class labels.
"""

import random
from dataclasses import dataclass
from functools import cache

import numpy as np

from miaobi.core.arrays import Pixels
from miaobi.core.checks import check_integer, check_range
from miaobi.scenes.backgrounds import BACKGROUND_TABLE, TINTS, paint_background
from miaobi.scenes.sprites import STYLES, open_atlas, subjects

LAYERS = "layers"  # subfolder of a network of poses that holds its layers
NAMES = "layers.json"  # names of sprites and backgrounds by index
VARIANTS = 16  # paintings of a background in each rendering
CANVAS_FILL = 0.94  # longer side of a sprite as a fraction of the side of its canvas
RENDERINGS = ("3d", "flat", "ink")  # styles of backgrounds: shaded, plain, ink


@dataclass(frozen=True)
class LayerConfig:
    """Batch sizes of layers."""

    rows: int = 32  # sprites in a batch
    grounds: int = 8  # backgrounds in a batch
    license: str = ""  # of the data, for the model card

    def __post_init__(self) -> None:
        check_range("rows", self.rows, 1, 100_000)
        check_integer("grounds", self.grounds, 1, 100_000)


@dataclass(frozen=True)
class BackgroundVariant:
    """One painting of a background."""

    background: str  # a key of BACKGROUND_TABLE
    rendering: str  # one of RENDERINGS
    variant: str  # a color of TINTS if the background is plain, else a number


@cache
def background_variants() -> tuple[BackgroundVariant, ...]:
    """Return every painting in the order of its index."""
    return tuple(
        BackgroundVariant(background, rendering, variant)
        for background in BACKGROUND_TABLE
        for rendering in RENDERINGS
        for variant in (TINTS if background == "plain" else map(str, range(VARIANTS)))
    )


def rendering_of_style(style: str) -> str:
    """Return the rendering of backgrounds for a style."""
    return style if style in RENDERINGS else RENDERINGS[0]


def sprite_count() -> int:
    """Return the number of sprites: every subject in every style, styles varying fastest."""
    return len(subjects()) * len(STYLES)


def sprite_classes() -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the class names of sprites: subjects, then styles."""
    return tuple(subject.name for subject in subjects()), STYLES


def sprite_labels(index: int) -> tuple[int, int]:
    """Return (subject, style) of a sprite."""
    return divmod(index, len(STYLES))


def background_classes() -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the class names of backgrounds: places, then renderings."""
    return tuple(BACKGROUND_TABLE), RENDERINGS


def background_labels(index: int) -> tuple[int, int]:
    """Return (place, rendering) of a background."""
    painting = background_variants()[index]
    return tuple(BACKGROUND_TABLE).index(painting.background), RENDERINGS.index(painting.rendering)


def sprite_canvas(index: int, side: int) -> Pixels:
    """Return a sprite centered on a canvas (side, side, 4), premultiplied. Raises MissingAsset."""
    from PIL import Image

    sprite = np.ascontiguousarray(open_atlas().sprite(*sprite_labels(index)))
    height, width = sprite.shape[:2]
    scale = CANVAS_FILL * side / max(height, width)
    size = max(1, round(width * scale)), max(1, round(height * scale))
    drawing = Image.frombuffer("RGBa", (width, height), sprite.tobytes(), "raw", "RGBa", 0, 1)
    canvas = Image.new("RGBa", (side, side))
    canvas.paste(
        drawing.resize(size, Image.Resampling.BOX), ((side - size[0]) // 2, (side - size[1]) // 2)
    )
    return np.asarray(canvas)


def background_image(index: int, side: int) -> Pixels:
    """Return a background (side, side, 3), uint8."""
    painting = background_variants()[index]
    tint = painting.variant if painting.background == "plain" else ""
    rng = random.Random(f"ground {painting.background} {painting.rendering} {painting.variant}")
    pixels = paint_background(painting.background, painting.rendering, side, rng, tint)
    return np.asarray(pixels.clip(0, 255), np.uint8)
