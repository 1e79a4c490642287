"""The layers of clips as they are learned: every drawing, and a number of grounds.

A drawing lies in the middle of a square canvas, a ground is one painting of a place. Both are
finite tables: a number says which, its labels say what it is.
"""

import random
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

from miaobi.core.checks import check_range, check_whole
from miaobi.scenes.backgrounds import PLACES, TINTS, paint
from miaobi.scenes.sprites import STYLES, Pixels, open_art, subjects

LAYERS = "layers"  # the folder of them beside a network that moves them
NAMES = "layers.json"  # in it: which drawing and which ground has which number
LOOKS = 16  # paintings of a place, in each manner
FILLED = 0.94  # of the side of a canvas: the longer side of its drawing
MANNERS = ("3d", "flat", "ink")  # the styles that stand for a way to paint: shaded, plain, ink


@dataclass(frozen=True)
class LayerConfig:
    """How layers become batches."""

    rows: int = 32  # drawings in a batch
    grounds: int = 8  # grounds in a batch
    license: str = ""  # of the data, for the model card

    def __post_init__(self) -> None:
        check_range("rows", self.rows, 1, 100_000)
        check_whole("grounds", self.grounds, 1, 100_000)


@dataclass(frozen=True)
class Ground:
    """One painting."""

    place: str  # a key of PLACES
    manner: str  # of MANNERS
    look: str  # a color of TINTS where the place is plain, otherwise a number


@cache
def grounds() -> tuple[Ground, ...]:
    """Every painting, in the order of its number."""
    return tuple(
        Ground(place, manner, look)
        for place in PLACES
        for manner in MANNERS
        for look in (TINTS if place == "plain" else map(str, range(LOOKS)))
    )


def manner_of(style: str) -> str:
    """The manner in which grounds of a style are painted."""
    return style if style in MANNERS else MANNERS[0]


def drawings() -> int:
    """How many drawings there are: all subjects in all styles, style by style of each."""
    return len(subjects()) * len(STYLES)


def drawing_classes() -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The names behind the labels of drawings."""
    return tuple(subject.name for subject in subjects()), STYLES


def drawing_labels(number: int) -> tuple[int, int]:
    """Subject and style of a drawing."""
    return divmod(number, len(STYLES))


def ground_classes() -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The names behind the labels of grounds."""
    return tuple(PLACES), MANNERS


def ground_labels(number: int) -> tuple[int, int]:
    """Place and manner of a ground."""
    ground = grounds()[number]
    return tuple(PLACES).index(ground.place), MANNERS.index(ground.manner)


def canvas(number: int, side: int) -> Pixels:
    """A drawing in the middle of (side, side, 4), premultiplied. Raises MissingAsset."""
    from PIL import Image

    sprite = np.ascontiguousarray(open_art().sprite(*drawing_labels(number)))
    height, width = sprite.shape[:2]
    scale = FILLED * side / max(height, width)
    size = max(1, round(width * scale)), max(1, round(height * scale))
    drawing = Image.frombuffer("RGBa", (width, height), sprite.tobytes(), "raw", "RGBa", 0, 1)
    whole = Image.new("RGBa", (side, side))
    whole.paste(
        drawing.resize(size, Image.Resampling.BOX), ((side - size[0]) // 2, (side - size[1]) // 2)
    )
    return np.asarray(whole)


def painting(number: int, side: int) -> Pixels:
    """A ground as (side, side, 3)."""
    ground = grounds()[number]
    tint = ground.look if ground.place == "plain" else ""
    draw = random.Random(f"ground {ground.place} {ground.manner} {ground.look}")
    pixels: Any = paint(ground.place, ground.manner, side, draw, tint)
    return np.asarray(pixels.clip(0, 255), np.uint8)
