"""Paths: sequences of lines and cubic Bézier curves, in units of the drawing, y down."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

Point = tuple[float, float]

CIRCLE = 0.5522847498  # length of the handles of a quarter circle with radius 1


@dataclass
class Path:
    """A path as commands ("M", "L", "C", "Z") and the points they take: 1, 1, 3 and 0."""

    commands: list[str] = field(default_factory=list)
    points: list[Point] = field(default_factory=list)

    def move(self, x: float, y: float) -> "Path":
        """Start a contour at (x, y)."""
        self.commands.append("M")
        self.points.append((x, y))
        return self

    def line(self, *points: Point) -> "Path":
        """Add straight lines to the points, one after the other."""
        for point in points:
            self.commands.append("L")
            self.points.append(point)
        return self

    def cubic(self, first: Point, second: Point, end: Point) -> "Path":
        """Add a cubic curve with two control points."""
        self.commands.append("C")
        self.points += [first, second, end]
        return self

    def quad(self, control: Point, end: Point) -> "Path":
        """Add a quadratic curve, as the cubic one that is equal to it."""
        x, y = self.points[-1]
        first = x + (control[0] - x) * 2 / 3, y + (control[1] - y) * 2 / 3
        second = end[0] + (control[0] - end[0]) * 2 / 3, end[1] + (control[1] - end[1]) * 2 / 3
        return self.cubic(first, second, end)

    def close(self) -> "Path":
        """Close the contour."""
        self.commands.append("Z")
        return self

    def bounds(self) -> tuple[float, float, float, float]:
        """Return (left, top, right, bottom) of all points, control points included."""
        xs = [x for x, _ in self.points]
        ys = [y for _, y in self.points]
        return min(xs), min(ys), max(xs), max(ys)


def polygon(points: Iterable[Point]) -> Path:
    """Return a closed path of straight lines."""
    first, *rest = points
    return Path().move(*first).line(*rest).close()


def smooth(points: Sequence[Point], closed: bool = False) -> Path:
    """Return a smooth path through the middles of the lines between the points."""
    if closed:
        middles = [_middle(a, b) for a, b in zip(points, [*points[1:], points[0]], strict=True)]
        path = Path().move(*middles[-1])
        for point, end in zip(points, middles, strict=True):
            path.quad(point, end)
        return path.close()
    path = Path().move(*points[0])
    for point, following in zip(points[1:-1], points[2:], strict=False):
        path.quad(point, _middle(point, following))
    return path.line(points[-1])


def ellipse(x: float, y: float, rx: float, ry: float | None = None) -> Path:
    """Return an ellipse about (x, y); a circle where only one radius is given."""
    ry = rx if ry is None else ry
    kx, ky = rx * CIRCLE, ry * CIRCLE
    return (
        Path()
        .move(x + rx, y)
        .cubic((x + rx, y + ky), (x + kx, y + ry), (x, y + ry))
        .cubic((x - kx, y + ry), (x - rx, y + ky), (x - rx, y))
        .cubic((x - rx, y - ky), (x - kx, y - ry), (x, y - ry))
        .cubic((x + kx, y - ry), (x + rx, y - ky), (x + rx, y))
        .close()
    )


def rectangle(left: float, top: float, right: float, bottom: float, radius: float = 0.0) -> Path:
    """Return a rectangle, with round corners where a radius is given."""
    r = min(radius, (right - left) / 2, (bottom - top) / 2)
    if r <= 0:
        return polygon([(left, top), (right, top), (right, bottom), (left, bottom)])
    k = r * (1 - CIRCLE)
    return (
        Path()
        .move(left + r, top)
        .line((right - r, top))
        .cubic((right - k, top), (right, top + k), (right, top + r))
        .line((right, bottom - r))
        .cubic((right, bottom - k), (right - k, bottom), (right - r, bottom))
        .line((left + r, bottom))
        .cubic((left + k, bottom), (left, bottom - k), (left, bottom - r))
        .line((left, top + r))
        .cubic((left, top + k), (left + k, top), (left + r, top))
        .close()
    )


def star(x: float, y: float, radius: float, points: int = 5, inner: float = 0.48) -> Path:
    """Return a star with its first point up; inner: radius of the notches, of the whole."""
    corners = []
    for number in range(points * 2):
        angle = math.pi * (number / points - 0.5)
        length = radius if number % 2 == 0 else radius * inner
        corners.append((x + length * math.cos(angle), y + length * math.sin(angle)))
    return polygon(corners)


def _middle(a: Point, b: Point) -> Point:
    return (a[0] + b[0]) / 2, (a[1] + b[1]) / 2
