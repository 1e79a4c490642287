"""Where things stand in a composed picture; all lengths are shares of its side."""

import random
from collections.abc import Callable
from dataclasses import dataclass

Box = tuple[float, float, float, float]  # left, top, right, bottom
Range = tuple[float, float]

# the longer side of a thing, by its size word and by how many share the picture
ALONE: dict[str, Range] = {
    "tiny": (0.15, 0.2),
    "small": (0.3, 0.4),
    "": (0.68, 0.78),
    "big": (0.84, 0.92),
    "huge": (1, 1.2),
}
SHARED: dict[str, Range] = {
    "tiny": (0.13, 0.16),
    "small": (0.22, 0.28),
    "": (0.36, 0.44),
    "big": (0.48, 0.54),
    "huge": (0.58, 0.64),
}
PORTRAIT: Range = (0.74, 0.8)  # of the one thing of a portrait
CROWDED = 0.72  # three or four things are smaller by this
FILLED = 0.94  # the most of a side that things in a row may fill
SEAT = 0.1  # how deep a thing sits in the one it stands on


@dataclass(frozen=True)
class Shape:
    """A thing to place: its height and width with the longer one 1, its size word, if it floats."""

    height: float
    width: float
    size: str = ""
    floats: bool = False


def arrange(kind: str, shapes: list[Shape], ground: float | None, draw: random.Random) -> list[Box]:
    """A box for every shape. `kind` is "portrait", "alone", "row" or how two of them relate.

    `ground` is how far down things stand, or None where all of them float.
    """
    if kind == "portrait":
        side = draw.uniform(*PORTRAIT)
        return [_around(0.5, 0.5, shapes[0].height * side, shapes[0].width * side)]
    if kind == "alone":
        return [_alone(shapes[0], ground, draw)]
    if kind == "row":
        if len(shapes) == 4 and draw.random() < 0.6:
            return _grid(shapes, draw)
        return _row(shapes, ground, draw)
    return ARRANGEMENTS[kind](shapes, ground, draw)


def _alone(shape: Shape, ground: float | None, draw: random.Random) -> Box:
    side = draw.uniform(*ALONE[shape.size])
    height, width = shape.height * side, shape.width * side
    free = max(0.0, 1 - width)
    # nothing is said of its place: the nearer the middle, the sooner a small model has learned it
    x = 0.5 + draw.uniform(-0.12, 0.12) * free
    if shape.floats or ground is None:
        return _around(x, 0.5 + draw.uniform(-0.12, 0.12) * max(0.0, 1 - height), height, width)
    foot = draw.uniform(ground - 0.06, ground + 0.04)
    centered = 0.5 + height / 2
    if height > 0.55:  # a large thing is rather in the middle
        foot = min(max(foot, centered - 0.05), centered + 0.05)
    return _standing(x, foot, height, width)


def _row(shapes: list[Shape], ground: float | None, draw: random.Random) -> list[Box]:
    """From left to right, not touching."""
    sides = _sides(shapes, draw, CROWDED if len(shapes) > 2 else 1.0)
    sides = _fit(sides, [shape.width for shape in shapes])
    widths = [shape.width * side for shape, side in zip(shapes, sides, strict=True)]
    left, gap = _spread(widths, draw)
    foot = draw.uniform(0.78, 0.88) if ground is not None else 0.0
    boxes = []
    for shape, side, width in zip(shapes, sides, widths, strict=True):
        height, x = shape.height * side, left + width / 2
        left += width + gap
        if ground is None or shape.floats:
            boxes.append(_around(x, draw.uniform(0.42, 0.56), height, width))
        else:
            boxes.append(_standing(x, foot + draw.uniform(-0.03, 0.03), height, width))
    return boxes


def _grid(shapes: list[Shape], draw: random.Random) -> list[Box]:
    """Four, two by two, read as one reads a page."""
    sides = _sides(shapes, draw, CROWDED * 1.1)
    centers = ((0.28, 0.28), (0.72, 0.28), (0.28, 0.74), (0.72, 0.74))
    return [
        _around(
            x + draw.uniform(-0.04, 0.04),
            y + draw.uniform(-0.04, 0.04),
            shape.height * min(side, 0.42),
            shape.width * min(side, 0.42),
        )
        for (x, y), shape, side in zip(centers, shapes, sides, strict=True)
    ]


def _left_of(shapes: list[Shape], ground: float | None, draw: random.Random) -> list[Box]:
    return _row(shapes, ground, draw)


def _right_of(shapes: list[Shape], ground: float | None, draw: random.Random) -> list[Box]:
    return _row(shapes[::-1], ground, draw)[::-1]


def _above(shapes: list[Shape], ground: float | None, draw: random.Random) -> list[Box]:
    sides = _fit(_sides(shapes, draw), [shape.height for shape in shapes])
    heights = [shape.height * side for shape, side in zip(shapes, sides, strict=True)]
    top, gap = _spread(heights, draw)
    x = draw.uniform(0.42, 0.58)
    boxes = []
    for shape, side, height in zip(shapes, sides, heights, strict=True):
        middle, width = top + height / 2, shape.width * side
        top += height + gap
        boxes.append(_around(x + draw.uniform(-0.06, 0.06), middle, height, width))
    return boxes


def _below(shapes: list[Shape], ground: float | None, draw: random.Random) -> list[Box]:
    return _above(shapes[::-1], ground, draw)[::-1]


def _on(shapes: list[Shape], ground: float | None, draw: random.Random) -> list[Box]:
    upper, lower = shapes
    sides = _sides(shapes, draw)
    if not upper.size and not lower.size:
        sides = [sides[0] * 0.9, sides[1] * 1.25]
    sides = _fit(sides, [upper.height, lower.height])
    height, width = lower.height * sides[1], lower.width * sides[1]
    above = upper.height * sides[0]
    x = draw.uniform(0.44, 0.56)
    foot = max(draw.uniform(0.84, 0.94), min(0.97, height + above + 0.03))
    seat = _standing(x, foot, height, width)
    sideways = draw.uniform(-0.1, 0.1) * width
    return [
        _standing(x + sideways, seat[1] + SEAT * height, above, upper.width * sides[0]),
        seat,
    ]


def _in_front(shapes: list[Shape], ground: float | None, draw: random.Random) -> list[Box]:
    front, back = shapes
    sides = _sides(shapes, draw)
    if not front.size and not back.size:
        sides = [sides[0] * 0.95, sides[1] * 1.4]
    height, width = back.height * sides[1], back.width * sides[1]
    x = draw.uniform(0.44, 0.56)
    behind = _standing(x, draw.uniform(0.74, 0.8), height, width)
    aside = draw.choice((-1, 1)) * draw.uniform(0.2, 0.38) * width
    foot = draw.uniform(0.9, 0.95)
    return [_standing(x + aside, foot, front.height * sides[0], front.width * sides[0]), behind]


def _sides(shapes: list[Shape], draw: random.Random, factor: float = 1.0) -> list[float]:
    return [draw.uniform(*SHARED[shape.size]) * factor for shape in shapes]


def _fit(sides: list[float], extents: list[float]) -> list[float]:
    """The sides, smaller together where their sum along one direction is too much."""
    total = sum(side * extent for side, extent in zip(sides, extents, strict=True))
    return [side * min(1.0, FILLED / total) for side in sides]


def _spread(extents: list[float], draw: random.Random) -> tuple[float, float]:
    """(where the first begins, the gap between neighbors) along a side of length 1."""
    free = 1 - sum(extents)
    edge = draw.uniform(0.5, 0.9)  # a margin is smaller than a gap
    gap = free / (len(extents) - 1 + 2 * edge)
    return edge * gap + draw.uniform(-0.3, 0.3) * edge * gap, gap


def _around(x: float, y: float, height: float, width: float) -> Box:
    return x - width / 2, y - height / 2, x + width / 2, y + height / 2


def _standing(x: float, foot: float, height: float, width: float) -> Box:
    return x - width / 2, foot - height, x + width / 2, foot


Arrangement = Callable[[list[Shape], float | None, random.Random], list[Box]]
ARRANGEMENTS: dict[str, Arrangement] = {
    "left of": _left_of,
    "right of": _right_of,
    "above": _above,
    "below": _below,
    "on": _on,
    "in front of": _in_front,
}
