"""Greenery: trees, bushes, grass, flowers and ferns as vectors."""

import math
from random import Random

from miaobi.drawing.canvas import Canvas, linear, radial
from miaobi.drawing.color import WHITE, Color, mix, shade, tint
from miaobi.drawing.path import Path, Point, ellipse, polygon, rectangle
from miaobi.places.conditions import Palette
from miaobi.places.place import LEFT, RIGHT

BARK: Color = (112.0, 78.0, 60.0)
# tufts of a crown, the lower ones first: (x, height, radius) as fractions of the tree's height
CROWN = (
    (-0.22, 0.55, 0.13),
    (0.22, 0.55, 0.13),
    (0.0, 0.57, 0.17),
    (-0.25, 0.68, 0.14),
    (0.25, 0.67, 0.14),
    (-0.11, 0.68, 0.16),
    (0.12, 0.69, 0.16),
    (-0.18, 0.8, 0.13),
    (0.18, 0.8, 0.13),
    (0.0, 0.8, 0.17),
    (-0.07, 0.91, 0.11),
    (0.08, 0.9, 0.1),
)
THINNEST_TWIG = 0.118  # width of a branch, of its length, below which nothing grows on it


def bush(canvas: Canvas, x: float, y: float, width: float, color: Color, rng: Random) -> None:
    """Draw a bush of round tufts that stands on y."""
    for _ in range(8):
        a, r = rng.uniform(-1, 1), width * rng.uniform(0.16, 0.26)
        cx, cy = x + a * width * 0.4, y - r * 0.7 - (1 - a * a) * width * 0.14 * rng.random()
        canvas.fill(
            ellipse(cx, cy, r),
            radial(
                (cx - r * 0.3, cy - r * 0.5), r * 1.4, tint(color, 0.28), color, shade(color, 0.3)
            ),
        )


def tree(
    canvas: Canvas,
    x: float,
    y: float,
    height: float,
    leaves: Color,
    rng: Random,
    bare: bool = False,
) -> None:
    """Draw a broad-leaved tree that stands on y, or its bare branches."""
    trunk = mix(BARK, leaves, 0.12)
    w = height * 0.055
    path = (
        Path()
        .move(x - w * 1.5, y)
        .cubic(
            (x - w * 0.6, y - height * 0.1),
            (x - w * 0.6, y - height * 0.3),
            (x - w * 0.5, y - height * 0.55),
        )
        .line((x + w * 0.5, y - height * 0.55))
        .cubic((x + w * 0.6, y - height * 0.3), (x + w * 0.6, y - height * 0.1), (x + w * 1.5, y))
        .close()
    )
    canvas.fill(path, linear((x - w, 0), (x + w, 0), tint(trunk, 0.2), trunk, shade(trunk, 0.35)))
    if bare:
        _branch(canvas, (x, y - height * 0.5), height * 0.26, -90, w, trunk, rng)
        return
    for dx, up, size in CROWN:
        r = height * size * rng.uniform(0.88, 1.12)
        cx = x + dx * height + rng.uniform(-0.02, 0.02) * height
        cy = y - up * height + rng.uniform(-0.015, 0.015) * height
        _tuft(canvas, cx, cy, r, leaves)


def _tuft(canvas: Canvas, x: float, y: float, r: float, color: Color) -> None:
    """Draw a round tuft of leaves, lit from the upper left, with a few leaves at its rim."""
    light = radial(
        (x - r * 0.35, y - r * 0.5), r * 1.6, tint(color, 0.26), color, shade(color, 0.3)
    )
    canvas.fill(ellipse(x, y, r, r * 0.88), light)
    for k in range(5):
        angle = 2.4 + k * 0.75
        dot = ellipse(x + r * 0.8 * math.cos(angle), y + r * 0.7 * math.sin(angle), r * 0.26)
        canvas.fill(dot, light)


def _branch(
    canvas: Canvas,
    start: Point,
    length: float,
    degrees: float,
    width: float,
    color: Color,
    rng: Random,
) -> None:
    """Draw a branch and its twigs, until they are thinner than a line."""
    angle = math.radians(degrees)
    end = start[0] + length * math.cos(angle), start[1] + length * math.sin(angle)
    canvas.stroke(Path().move(*start).line(end), color, max(width, 0.8))
    if width > THINNEST_TWIG * length:
        for sign in (-1, 1):
            turn = degrees + sign * rng.uniform(16, 38)
            _branch(canvas, end, length * rng.uniform(0.62, 0.78), turn, width * 0.6, color, rng)


def fir(
    canvas: Canvas, x: float, y: float, height: float, color: Color, rng: Random, snow: float = 0.0
) -> None:
    """Draw a fir that stands on y, with snow on its branches (0 to 1)."""
    w, levels = height * 0.42, 6
    right, left = [], []
    for level in range(1, levels + 1):
        t = level / levels
        half, ly = w * t**0.85 * 0.5, y - height + height * 0.93 * t
        right += [(x + half + rng.uniform(-2, 2), ly), (x + half * 0.55, ly - height * 0.03)]
        left += [(x - half + rng.uniform(-2, 2), ly), (x - half * 0.55, ly - height * 0.03)]
    canvas.fill(
        rectangle(x - height * 0.022, y - height * 0.12, x + height * 0.022, y + 3),
        shade(color, 0.4),
    )
    path = polygon([(x, y - height), *right, (x, y - height * 0.04), *reversed(left)])
    canvas.fill(
        path,
        linear(
            (x - w * 0.5, y - height),
            (x + w * 0.5, y),
            tint(color, 0.16),
            color,
            shade(color, 0.28),
        ),
    )
    if snow:
        with canvas.grouped(clip=path, alpha=snow):
            for level in range(1, levels):
                t = level / levels
                ly = y - height + height * 0.93 * t
                canvas.fill(
                    ellipse(x - w * t * 0.1, ly - height * 0.05, w * t * 0.5, height * 0.045),
                    WHITE,
                    alpha=0.9,
                )


def palm(canvas: Canvas, x: float, y: float, height: float, color: Color, rng: Random) -> None:
    """Draw a palm that leans and stands on y."""
    lean = rng.uniform(0.08, 0.22) * rng.choice((-1, 1)) * height
    top = (x + lean, y - height * 0.78)
    trunk = (160.0, 118.0, 80.0)
    canvas.stroke(
        Path().move(x, y).quad((x + lean * 0.2, y - height * 0.45), top), trunk, height * 0.05
    )
    canvas.stroke(
        Path().move(x - 2, y).quad((x + lean * 0.2 - 2, y - height * 0.45), (top[0] - 2, top[1])),
        tint(trunk, 0.25),
        height * 0.016,
    )
    for k in range(8):
        angle = math.radians(-160 + k * 20 + rng.uniform(-6, 6))
        length = height * rng.uniform(0.34, 0.44)
        ex, ey = (
            top[0] + length * math.cos(angle),
            top[1] + length * math.sin(angle) * 0.5 + length * 0.35,
        )
        mx, my = (
            top[0] + length * 0.6 * math.cos(angle),
            top[1] + length * 0.6 * math.sin(angle) - length * 0.22,
        )
        leaf = Path().move(*top).quad((mx, my), (ex, ey)).quad((mx, my + length * 0.2), top).close()
        canvas.fill(leaf, mix(color, (30.0, 60.0, 30.0), 0.1 * (k % 3)))


def grass(
    canvas: Canvas,
    y: float,
    count: int,
    height: float,
    color: Color,
    rng: Random,
    spread: float = 14.0,
) -> None:
    """Scatter blades of grass about y."""
    for _ in range(count):
        x, base = rng.uniform(LEFT, RIGHT), y + rng.uniform(-spread, spread)
        h = height * rng.uniform(0.5, 1.2)
        lean = rng.uniform(-0.5, 0.5) * h
        blade = (
            Path()
            .move(x - h * 0.09, base)
            .quad((x + lean * 0.2, base - h * 0.6), (x + lean, base - h))
            .quad((x + lean * 0.3 + h * 0.06, base - h * 0.5), (x + h * 0.09, base))
            .close()
        )
        canvas.fill(blade, mix(color, (0.0, 0.0, 0.0), rng.uniform(0, 0.2)))


def flowers(
    canvas: Canvas, y: float, count: int, rng: Random, palette: Palette, spread: float = 30.0
) -> None:
    """Scatter small flowers about y."""
    hues = (
        (240.0, 90.0, 110.0),
        (250.0, 200.0, 80.0),
        (250.0, 250.0, 250.0),
        (170.0, 120.0, 220.0),
    )
    for _ in range(count):
        x, cy = rng.uniform(LEFT, RIGHT), y + rng.uniform(-spread, spread)
        size = rng.uniform(2.6, 4.6) * (1 + (cy - 600) / 160)
        hue = mix(rng.choice(hues), palette.shadow, 0.35 if palette.stars else 0.0)
        canvas.stroke(Path().move(x, cy).line((x, cy + size * 3)), palette.grass, 1.4)
        for k in range(5):
            angle = k * 1.2566
            canvas.fill(
                ellipse(x + size * math.cos(angle), cy + size * math.sin(angle), size * 0.72), hue
            )
        canvas.fill(ellipse(x, cy, size * 0.6), (250.0, 220.0, 110.0))


def fern(canvas: Canvas, x: float, y: float, length: float, degrees: float, color: Color) -> None:
    """Draw a fern leaf that grows from (x, y) at an angle; for the front of a picture."""
    with canvas.transformed(x, y, degrees):
        for k in range(13):
            t = k / 13
            px, py = length * t, -length * 0.16 * math.sin(t * 2.6)
            q = length * 0.3 * math.sin(math.pi * min(1, 0.16 + t * 0.9))
            for sign in (-1, 1):
                leaf = (
                    Path()
                    .move(px, py)
                    .quad((px + q * 0.5, py + sign * q * 0.3), (px + q * 0.55, py + sign * q))
                    .quad((px + q * 0.1, py + sign * q * 0.75), (px, py))
                    .close()
                )
                canvas.fill(leaf, mix(color, (0.0, 0.0, 0.0), 0.12 if sign > 0 else 0.0))
