"""Pieces of rooms are drawn with a pen, which measures in parts of the piece's own rectangle."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random

from miaobi.drawing.canvas import Canvas, LinearGradient, glow, linear, radial
from miaobi.drawing.color import BLACK, WHITE, Color, mix, shade, tint
from miaobi.drawing.path import Path, Point, ellipse, polygon, rectangle, smooth

WOOD: Color = (156.0, 104.0, 66.0)
STEEL: Color = (176.0, 188.0, 200.0)
GOLD: Color = (232.0, 184.0, 84.0)
LEAF: Color = (92.0, 160.0, 92.0)
FLAME: Color = (255.0, 178.0, 74.0)
LAMPLIGHT: Color = (255.0, 224.0, 160.0)
DARK: Color = (58.0, 48.0, 62.0)
BRIGHT: tuple[Color, ...] = (
    (226.0, 92.0, 90.0),
    (246.0, 190.0, 84.0),
    (110.0, 178.0, 120.0),
    (96.0, 156.0, 216.0),
    (170.0, 120.0, 200.0),
    (240.0, 146.0, 110.0),
    (244.0, 150.0, 180.0),
)


@dataclass(frozen=True)
class Pen:
    """Draws one piece: u from 0 at its left to 1 at its right, v from 0 where it stands up to 1."""

    canvas: Canvas
    x: float  # the left side
    y: float  # where it stands
    width: float
    height: float
    color: Color
    rng: Random
    lit: bool = False
    side: int = 1  # which way it faces: 1 right, -1 left

    def at(self, u: float, v: float) -> Point:
        """Return the point at (u, v) in units of the place."""
        u = u if self.side > 0 else 1 - u
        return self.x + u * self.width, self.y - v * self.height

    def part(self, box: tuple[float, float, float, float], color: Color | None = None) -> "Pen":
        """Return a pen for the part (u, v, u, v) of this piece."""
        (x0, y0), (x1, y1) = self.at(box[0], box[1]), self.at(box[2], box[3])
        shown = self.color if color is None else color
        place = min(x0, x1), max(y0, y1), abs(x1 - x0), abs(y1 - y0)
        return Pen(self.canvas, *place, shown, self.rng, self.lit, self.side)

    def path(self, u0: float, v0: float, u1: float, v1: float, radius: float = 0.0) -> Path:
        """Return a rectangle; its radius is in units of the place."""
        (x0, y0), (x1, y1) = self.at(u0, v0), self.at(u1, v1)
        return rectangle(min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1), radius)

    def box(
        self, u0: float, v0: float, u1: float, v1: float, color: Color, radius: float = 3.0
    ) -> None:
        """Fill a rectangle, lighter above than below."""
        top, low = self.at(u0, max(v0, v1)), self.at(u0, min(v0, v1))
        soft = linear((0, top[1]), (0, low[1]), tint(color, 0.16), color, shade(color, 0.16))
        self.canvas.fill(self.path(u0, v0, u1, v1, radius), soft)

    def flat(
        self, u0: float, v0: float, u1: float, v1: float, color: Color, alpha: float = 1.0
    ) -> None:
        """Fill a rectangle evenly."""
        self.canvas.fill(self.path(u0, v0, u1, v1), color, alpha=alpha)

    def pillar(self, u0: float, v0: float, u1: float, v1: float, color: Color) -> None:
        """Fill a rectangle as a round column, dark at its sides."""
        left, right = sorted((self.at(u0, 0)[0], self.at(u1, 0)[0]))
        dark = shade(color, 0.3)
        soft = linear((left, 0), (right, 0), shade(color, 0.16), tint(color, 0.3), color, dark)
        self.canvas.fill(self.path(u0, v0, u1, v1, 2.0), soft)

    def ball(self, u: float, v: float, radius: float, color: Color, tall: float = 1.0) -> None:
        """Fill a circle shaded as a ball; its radius is a part of the width."""
        x, y = self.at(u, v)
        r = radius * self.width
        soft = radial(
            (x - r * 0.3, y - r * tall * 0.4), r * 1.6, tint(color, 0.4), color, shade(color, 0.3)
        )
        self.canvas.fill(ellipse(x, y, r, r * tall), soft)

    def spot(
        self, u: float, v: float, radius: float, color: Color, tall: float = 1.0, alpha: float = 1.0
    ) -> None:
        """Fill a circle evenly; its radius is a part of the width."""
        x, y = self.at(u, v)
        self.canvas.fill(
            ellipse(x, y, radius * self.width, radius * self.width * tall), color, alpha
        )

    def shape(self, points: Sequence[Point], color: Color, alpha: float = 1.0) -> None:
        """Fill a polygon, lighter above than below."""
        corners = [self.at(u, v) for u, v in points]
        self.canvas.fill(polygon(corners), _soft(corners, color), alpha)

    def blob(self, points: Sequence[Point], color: Color, alpha: float = 1.0) -> None:
        """Fill a smooth closed outline, lighter above than below."""
        corners = [self.at(u, v) for u, v in points]
        self.canvas.fill(smooth(corners, closed=True), _soft(corners, color), alpha)

    def line(
        self, points: Sequence[Point], color: Color, width: float = 3.0, alpha: float = 1.0
    ) -> None:
        """Draw straight lines; the width is in units of the place."""
        first, *rest = (self.at(u, v) for u, v in points)
        self.canvas.stroke(Path().move(*first).line(*rest), color, width, alpha)

    def curve(self, points: Sequence[Point], color: Color, width: float = 3.0) -> None:
        """Draw a smooth line."""
        self.canvas.stroke(smooth([self.at(u, v) for u, v in points]), color, width)

    def shine(self, u: float, v: float, radius: float, color: Color, alpha: float = 0.5) -> None:
        """Draw the light around a lamp or flame; its radius is in units of the place."""
        center = self.at(u, v)
        self.canvas.fill(ellipse(*center, radius), glow(center, radius, color, alpha))

    def shadow(self, u0: float = 0.0, u1: float = 1.0) -> None:
        """Shade the floor below the piece."""
        (x0, y), (x1, _) = self.at(u0, 0), self.at(u1, 0)
        middle, half = (x0 + x1) / 2, abs(x1 - x0) / 2
        flat = ellipse(middle, y + 2, half * 1.06, min(14.0, 4 + half * 0.08))
        self.canvas.fill(flat, BLACK, alpha=0.22)

    def pick(self, colors: Sequence[Color] = BRIGHT) -> Color:
        """Return one of the colors by chance."""
        return self.rng.choice(colors)


Piece = Callable[[Pen], None]


def _soft(corners: Sequence[Point], color: Color) -> LinearGradient:
    ys = [y for _, y in corners]
    return linear((0, min(ys)), (0, max(ys)), tint(color, 0.16), color, shade(color, 0.18))


def pale(color: Color, amount: float = 0.5) -> Color:
    """Return a color mixed with white."""
    return mix(color, WHITE, amount)


def draw_books(pen: Pen) -> None:
    """Draw a row of books which stands on a board."""
    u = 0.0
    inks: tuple[Color, ...] = (
        (156.0, 62.0, 64.0),
        (66.0, 92.0, 136.0),
        (84.0, 116.0, 84.0),
        (186.0, 150.0, 92.0),
        (112.0, 76.0, 118.0),
        (150.0, 98.0, 66.0),
        (204.0, 190.0, 160.0),
    )
    while True:
        wide = pen.rng.uniform(9, 17) / pen.width
        if u + wide > 1:
            return
        tall = pen.rng.uniform(0.66, 0.92)
        if pen.rng.random() < 0.06:
            u += wide * 1.5
            continue
        color = pen.pick(inks)
        pen.box(u, 0, u + wide * 0.94, tall, color, 1.5)
        v = tall * pen.rng.choice((0.16, 0.5, 0.78))
        pen.flat(u, v, u + wide * 0.94, v + 0.06, tint(color, 0.5), 0.75)
        u += wide


def draw_pot(pen: Pen) -> None:
    """Draw a plant in a pot."""
    for _ in range(9):
        u, v = pen.rng.uniform(0.05, 0.95), pen.rng.uniform(0.55, 1.0)
        leaf = mix(LEAF, WHITE, pen.rng.uniform(0, 0.2))
        base, tip = (0.5, 0.3), (u, v)
        middle = (0.5 + (u - 0.5) * 0.4, 0.3 + (v - 0.3) * 0.7)
        pen.blob(
            [base, (middle[0] - 0.1, middle[1]), tip, tip, (middle[0] + 0.1, middle[1] - 0.1)], leaf
        )
    pen.shape([(0.24, 0.36), (0.76, 0.36), (0.68, 0), (0.32, 0)], pen.color)
    pen.box(0.2, 0.3, 0.8, 0.4, tint(pen.color, 0.12))
