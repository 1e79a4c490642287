"""Layout of the subjects in a picture; all lengths are fractions of its side."""

import random
from collections.abc import Callable
from dataclasses import dataclass

Box = tuple[float, float, float, float]  # left, top, right, bottom
Range = tuple[float, float]

# longer side of a subject by its size, where it is the only one and where several share the picture
ALONE_SIDES: dict[str, Range] = {
    "tiny": (0.15, 0.2),
    "small": (0.3, 0.4),
    "": (0.68, 0.78),
    "big": (0.84, 0.92),
    "huge": (1, 1.2),
}
SHARED_SIDES: dict[str, Range] = {
    "tiny": (0.13, 0.16),
    "small": (0.22, 0.28),
    "": (0.36, 0.44),
    "big": (0.48, 0.54),
    "huge": (0.58, 0.64),
}
PORTRAIT_SIDES: Range = (0.74, 0.8)
CROWD_FACTOR = 0.72  # scale of three or four subjects
MAX_ROW_WIDTH = 0.94
SEAT_OVERLAP = 0.1  # overlap of a subject with the one it stands on


@dataclass(frozen=True)
class Shape:
    """Proportions of a subject, with the longer side 1, its size word, and whether it floats."""

    height: float
    width: float
    size: str = ""
    floats: bool = False


def arrange(kind: str, shapes: list[Shape], ground: float | None, rng: random.Random) -> list[Box]:
    """Return a box for every shape; `kind` is "portrait", "alone", "row" or a relation of two.

    `ground` is the y of the ground as a fraction of the height; None: nothing can stand.
    """
    if kind == "portrait":
        side = rng.uniform(*PORTRAIT_SIDES)
        return [_centered(0.5, 0.5, shapes[0].height * side, shapes[0].width * side)]
    if kind == "alone":
        return [_alone(shapes[0], ground, rng)]
    if kind == "row":
        if len(shapes) == 4 and rng.random() < 0.6:
            return _grid(shapes, rng)
        return _row(shapes, ground, rng)
    return ARRANGEMENTS[kind](shapes, ground, rng)


def _alone(shape: Shape, ground: float | None, rng: random.Random) -> Box:
    side = rng.uniform(*ALONE_SIDES[shape.size])
    height, width = shape.height * side, shape.width * side
    free = max(0.0, 1 - width)
    # near the middle: captions do not name the position, and small models learn it faster
    x = 0.5 + rng.uniform(-0.12, 0.12) * free
    if shape.floats or ground is None:
        return _centered(x, 0.5 + rng.uniform(-0.12, 0.12) * max(0.0, 1 - height), height, width)
    foot = rng.uniform(ground - 0.06, ground + 0.04)
    centered = 0.5 + height / 2
    if height > 0.55:  # keep large subjects near the middle
        foot = min(max(foot, centered - 0.05), centered + 0.05)
    return _standing(x, foot, height, width)


def _row(shapes: list[Shape], ground: float | None, rng: random.Random) -> list[Box]:
    """Place shapes from left to right without overlap."""
    sides = _sides(shapes, rng, CROWD_FACTOR if len(shapes) > 2 else 1.0)
    sides = _fit(sides, [shape.width for shape in shapes])
    widths = [shape.width * side for shape, side in zip(shapes, sides, strict=True)]
    left, gap = _distribute(widths, rng)
    foot = rng.uniform(0.78, 0.88) if ground is not None else 0.0
    boxes = []
    for shape, side, width in zip(shapes, sides, widths, strict=True):
        height, x = shape.height * side, left + width / 2
        left += width + gap
        if ground is None or shape.floats:
            boxes.append(_centered(x, rng.uniform(0.42, 0.56), height, width))
        else:
            boxes.append(_standing(x, foot + rng.uniform(-0.03, 0.03), height, width))
    return boxes


def _grid(shapes: list[Shape], rng: random.Random) -> list[Box]:
    """Place four shapes two by two in reading order."""
    sides = _sides(shapes, rng, CROWD_FACTOR * 1.1)
    centers = ((0.28, 0.28), (0.72, 0.28), (0.28, 0.74), (0.72, 0.74))
    return [
        _centered(
            x + rng.uniform(-0.04, 0.04),
            y + rng.uniform(-0.04, 0.04),
            shape.height * min(side, 0.42),
            shape.width * min(side, 0.42),
        )
        for (x, y), shape, side in zip(centers, shapes, sides, strict=True)
    ]


def _left_of(shapes: list[Shape], ground: float | None, rng: random.Random) -> list[Box]:
    return _row(shapes, ground, rng)


def _right_of(shapes: list[Shape], ground: float | None, rng: random.Random) -> list[Box]:
    return _row(shapes[::-1], ground, rng)[::-1]


def _above(shapes: list[Shape], ground: float | None, rng: random.Random) -> list[Box]:
    sides = _fit(_sides(shapes, rng), [shape.height for shape in shapes])
    heights = [shape.height * side for shape, side in zip(shapes, sides, strict=True)]
    top, gap = _distribute(heights, rng)
    x = rng.uniform(0.42, 0.58)
    boxes = []
    for shape, side, height in zip(shapes, sides, heights, strict=True):
        middle, width = top + height / 2, shape.width * side
        top += height + gap
        boxes.append(_centered(x + rng.uniform(-0.06, 0.06), middle, height, width))
    return boxes


def _below(shapes: list[Shape], ground: float | None, rng: random.Random) -> list[Box]:
    return _above(shapes[::-1], ground, rng)[::-1]


def _on(shapes: list[Shape], ground: float | None, rng: random.Random) -> list[Box]:
    upper, lower = shapes
    sides = _sides(shapes, rng)
    if not upper.size and not lower.size:
        sides = [sides[0] * 0.9, sides[1] * 1.25]
    sides = _fit(sides, [upper.height, lower.height])
    height, width = lower.height * sides[1], lower.width * sides[1]
    above = upper.height * sides[0]
    x = rng.uniform(0.44, 0.56)
    foot = max(rng.uniform(0.84, 0.94), min(0.97, height + above + 0.03))
    seat = _standing(x, foot, height, width)
    sideways = rng.uniform(-0.1, 0.1) * width
    return [
        _standing(x + sideways, seat[1] + SEAT_OVERLAP * height, above, upper.width * sides[0]),
        seat,
    ]


def _in_front(shapes: list[Shape], ground: float | None, rng: random.Random) -> list[Box]:
    front, back = shapes
    sides = _sides(shapes, rng)
    if not front.size and not back.size:
        sides = [sides[0] * 0.95, sides[1] * 1.4]
    height, width = back.height * sides[1], back.width * sides[1]
    x = rng.uniform(0.44, 0.56)
    behind = _standing(x, rng.uniform(0.74, 0.8), height, width)
    aside = rng.choice((-1, 1)) * rng.uniform(0.2, 0.38) * width
    foot = rng.uniform(0.9, 0.95)
    return [_standing(x + aside, foot, front.height * sides[0], front.width * sides[0]), behind]


def _sides(shapes: list[Shape], rng: random.Random, factor: float = 1.0) -> list[float]:
    return [rng.uniform(*SHARED_SIDES[shape.size]) * factor for shape in shapes]


def _fit(sides: list[float], extents: list[float]) -> list[float]:
    """Scale sides down together if their sum along one direction exceeds MAX_ROW_WIDTH."""
    total = sum(side * extent for side, extent in zip(sides, extents, strict=True))
    return [side * min(1.0, MAX_ROW_WIDTH / total) for side in sides]


def _distribute(extents: list[float], rng: random.Random) -> tuple[float, float]:
    """Return the start of the first extent and the gap between neighbors, on a side of length 1."""
    free = 1 - sum(extents)
    edge = rng.uniform(0.5, 0.9)  # margin as a fraction of a gap
    gap = free / (len(extents) - 1 + 2 * edge)
    return edge * gap + rng.uniform(-0.3, 0.3) * edge * gap, gap


def _centered(x: float, y: float, height: float, width: float) -> Box:
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
