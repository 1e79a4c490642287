"""Canvas: a display list of vector shapes, in the order they are painted.

Drawing code fills a canvas; raster.py renders it to pixels, svg.py writes it as SVG.
"""

import math
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from miaobi.core.arrays import Pixels
from miaobi.drawing.color import Color
from miaobi.drawing.path import Path

Matrix = tuple[float, float, float, float, float, float]  # a b c d e f, as in SVG

IDENTITY: Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
BLENDS = ("normal", "multiply", "screen", "add")


@dataclass(frozen=True)
class Stop:
    """Color of a gradient at an offset in [0, 1]; alpha in [0, 1]."""

    offset: float
    color: Color
    alpha: float = 1.0


@dataclass(frozen=True)
class LinearGradient:
    """Gradient along the line from start to end."""

    start: tuple[float, float]
    end: tuple[float, float]
    stops: tuple[Stop, ...]


@dataclass(frozen=True)
class RadialGradient:
    """Gradient from a center to a circle around it."""

    center: tuple[float, float]
    radius: float
    stops: tuple[Stop, ...]


Paint = Color | LinearGradient | RadialGradient


@dataclass(frozen=True)
class Shape:
    """A path with its fill and stroke, and the matrix it is drawn with."""

    path: Path
    matrix: Matrix
    fill: Paint | None
    stroke: Color | None
    width: float
    alpha: float
    even_odd: bool


@dataclass(frozen=True)
class Bitmap:
    """Pixels (H, W, 4), premultiplied RGBA, drawn into the unit square of a matrix."""

    pixels: Pixels
    matrix: Matrix
    alpha: float


@dataclass
class Group:
    """Shapes drawn as one picture: clipped, blurred, blended or made transparent together."""

    items: "list[Shape | Bitmap | Group]" = field(default_factory=list)
    alpha: float = 1.0
    clip: Path | None = None
    clip_matrix: Matrix = IDENTITY
    blur: float = 0.0  # standard deviation in units of the drawing outside of all matrices
    blend: str = "normal"


class Canvas:
    """A display list. Methods add to it under the current matrix; units are those of the caller."""

    def __init__(self) -> None:
        self.root = Group()
        self._groups = [self.root]
        self._matrices: list[Matrix] = [IDENTITY]

    @property
    def matrix(self) -> Matrix:
        """The current matrix."""
        return self._matrices[-1]

    @contextmanager
    def transformed(
        self,
        x: float = 0.0,
        y: float = 0.0,
        degrees: float = 0.0,
        scale: float | tuple[float, float] = 1.0,
    ) -> Iterator[None]:
        """Move the origin to (x, y), rotate clockwise and scale, until the block ends."""
        sx, sy = (scale, scale) if isinstance(scale, int | float) else scale
        cos, sin = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
        self._matrices.append(compose(self.matrix, (cos * sx, sin * sx, -sin * sy, cos * sy, x, y)))
        try:
            yield
        finally:
            self._matrices.pop()

    @contextmanager
    def grouped(
        self,
        alpha: float = 1.0,
        clip: Path | None = None,
        blur: float = 0.0,
        blend: str = "normal",
    ) -> Iterator[None]:
        """Draw what the block adds as one picture; blur in units of the current matrix."""
        sigma = blur * scale_of(self.matrix)
        group = Group([], alpha, clip, self.matrix, sigma, blend)
        self._groups[-1].items.append(group)
        self._groups.append(group)
        try:
            yield
        finally:
            self._groups.pop()

    def fill(
        self,
        path: Path,
        paint: Paint,
        alpha: float = 1.0,
        blur: float = 0.0,
        even_odd: bool = False,
    ) -> None:
        """Fill a path; a blur softens its outline."""
        shape = Shape(path, self.matrix, paint, None, 0.0, alpha, even_odd)
        self._add(shape, blur)

    def stroke(
        self, path: Path, color: Color, width: float, alpha: float = 1.0, blur: float = 0.0
    ) -> None:
        """Draw a path with round caps and joins."""
        self._add(Shape(path, self.matrix, None, color, width, alpha, False), blur)

    def bitmap(
        self,
        pixels: Pixels,
        left: float,
        top: float,
        width: float,
        height: float,
        alpha: float = 1.0,
    ) -> None:
        """Draw premultiplied RGBA pixels (H, W, 4) into a rectangle."""
        matrix = compose(self.matrix, (width, 0.0, 0.0, height, left, top))
        self._groups[-1].items.append(Bitmap(pixels, matrix, alpha))

    def _add(self, shape: Shape, blur: float) -> None:
        if blur:
            with self.grouped(blur=blur):
                self._groups[-1].items.append(shape)
        else:
            self._groups[-1].items.append(shape)


def compose(outer: Matrix, inner: Matrix) -> Matrix:
    """Return the matrix that applies inner, then outer."""
    a, b, c, d, e, f = outer
    p, q, r, s, t, u = inner
    return (
        a * p + c * q,
        b * p + d * q,
        a * r + c * s,
        b * r + d * s,
        a * t + c * u + e,
        b * t + d * u + f,
    )


def scale_of(matrix: Matrix) -> float:
    """Return the mean scale of a matrix."""
    a, b, c, d, _, _ = matrix
    return math.sqrt(abs(a * d - b * c))


def linear(
    start: tuple[float, float], end: tuple[float, float], *colors: Color | Stop
) -> LinearGradient:
    """Return a linear gradient; colors without a stop are spaced evenly."""
    return LinearGradient(start, end, _stops(colors))


def radial(center: tuple[float, float], radius: float, *colors: Color | Stop) -> RadialGradient:
    """Return a radial gradient; colors without a stop are spaced evenly."""
    return RadialGradient(center, radius, _stops(colors))


def glow(center: tuple[float, float], radius: float, color: Color, alpha: float) -> RadialGradient:
    """Return a radial gradient that fades to nothing, as the light around a lamp."""
    fading = Stop(0.0, color, alpha), Stop(0.35, color, alpha * 0.35), Stop(1.0, color, 0.0)
    return RadialGradient(center, radius, fading)


def _stops(colors: tuple[Color | Stop, ...]) -> tuple[Stop, ...]:
    last = max(len(colors) - 1, 1)
    return tuple(
        color if isinstance(color, Stop) else Stop(number / last, color)
        for number, color in enumerate(colors)
    )
