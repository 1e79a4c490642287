"""Brushes of places: ridges, clouds, stars, trees, bushes, grass and rocks as vectors."""

import math
from random import Random

from miaobi.drawing.canvas import Canvas, Stop, glow, linear, radial
from miaobi.drawing.color import WHITE, Color, mix, shade, tint
from miaobi.drawing.path import Path, Point, ellipse, polygon, rectangle, smooth
from miaobi.places.conditions import Palette
from miaobi.places.place import BOTTOM, LEFT, RIGHT, TOP

MOON: Color = (255.0, 246.0, 214.0)
BARK: Color = (112.0, 78.0, 60.0)


def backdrop(canvas: Canvas, *colors: Color, bottom: float = 560.0) -> None:
    """Fill everything with a vertical gradient."""
    canvas.fill(rectangle(LEFT, TOP, RIGHT, BOTTOM), linear((0, TOP), (0, bottom), *colors))


def ridge(y: float, height: float, rng: Random, step: float = 28.0) -> list[Point]:
    """Return an outline of hills about y, as points from left to right."""
    waves = [(rng.uniform(0, 6.28), rng.uniform(0.6, 1.6)) for _ in range(4)]
    points = []
    x = LEFT - step
    while x <= RIGHT + step:
        rise = sum(
            math.sin(x / (height * 9 / (k + 1) + 40) * f + p) * height / (k + 1)
            for k, (p, f) in enumerate(waves)
        )
        points.append((x, y + rise * 0.6 + rng.uniform(-0.1, 0.1) * height))
        x += step
    return points


def land(
    canvas: Canvas, outline: list[Point], top: Color, low: Color, depth: float = 180.0
) -> Path:
    """Fill the land below an outline and return its path."""
    path = smooth(outline)
    path.line((RIGHT + 40, BOTTOM), (LEFT - 40, BOTTOM)).close()
    y = min(point[1] for point in outline)
    canvas.fill(path, linear((0, y), (0, y + depth), top, low))
    return path


def mountains(
    canvas: Canvas, y: float, height: float, color: Color, snow: float, rng: Random
) -> None:
    """Draw a range of mountains that stands on y, with snow on their upper part (0 to 1)."""
    x = LEFT - 100
    while x < RIGHT + 100:
        h, w = height * rng.uniform(0.55, 1.0), height * rng.uniform(0.9, 1.3)
        peak = x + w * rng.uniform(0.42, 0.58)
        outline = [
            (x, y),
            (x + w * 0.2, y - h * 0.36),
            (x + w * 0.3, y - h * 0.44),
            (peak, y - h),
            (x + w * 0.68, y - h * 0.5),
            (x + w * 0.82, y - h * 0.3),
            (x + w, y),
        ]
        path = polygon(outline)
        canvas.fill(
            path, linear((x, y - h), (x + w, y), tint(color, 0.2), color, shade(color, 0.22))
        )
        with canvas.grouped(clip=path):
            side = [
                (peak, y - h),
                (x + w * 0.68, y - h * 0.5),
                (x + w, y),
                (peak + w * 0.06, y),
                (peak - w * 0.04, y - h * 0.5),
            ]
            canvas.fill(polygon(side), shade(color, 0.3), alpha=0.45)
            if snow:
                low = y - h * (1 - snow)
                zigzag = [
                    (x + w * (0.1 + 0.1 * k), low + (h * 0.09 if k % 2 else -h * 0.05))
                    for k in range(9)
                ]
                canvas.fill(
                    polygon([(x, y - h * 1.1), *zigzag, (x + w, y - h * 1.1)]),
                    mix(WHITE, color, 0.12),
                )
        x += w * rng.uniform(0.45, 0.75)


def stars(canvas: Canvas, count: int, bottom: float, rng: Random) -> None:
    """Scatter stars over the sky above `bottom`."""
    for _ in range(count):
        x, y = rng.uniform(LEFT, RIGHT), rng.uniform(TOP, bottom)
        canvas.fill(
            ellipse(x, y, rng.uniform(0.6, 2.0)), (255.0, 250.0, 225.0), alpha=rng.uniform(0.3, 1.0)
        )


def sun(canvas: Canvas, x: float, y: float, radius: float, color: Color) -> None:
    """Draw the sun with its glow."""
    canvas.fill(ellipse(x, y, radius * 9), glow((x, y), radius * 9, color, 0.55))
    canvas.fill(ellipse(x, y, radius), tint(color, 0.6))


def moon(canvas: Canvas, x: float, y: float, radius: float) -> None:
    """Draw the full moon with its glow."""
    canvas.fill(
        ellipse(x, y, radius * 5.5), glow((x, y), radius * 5.5, (170.0, 190.0, 255.0), 0.45)
    )
    canvas.fill(ellipse(x, y, radius * 2.2), glow((x, y), radius * 2.2, MOON, 0.5))
    face = radial(
        (x - radius * 0.3, y - radius * 0.3),
        radius * 1.6,
        (255.0, 252.0, 236.0),
        MOON,
        (220.0, 205.0, 190.0),
    )
    canvas.fill(ellipse(x, y, radius), face)
    for dx, dy, size in (
        (-0.3, -0.1, 0.2),
        (0.25, 0.3, 0.26),
        (0.2, -0.4, 0.14),
        (-0.2, 0.45, 0.12),
    ):
        canvas.fill(
            ellipse(x + dx * radius, y + dy * radius, size * radius),
            (226.0, 212.0, 190.0),
            alpha=0.45,
        )


def cloud(canvas: Canvas, x: float, y: float, width: float, color: Color, rng: Random) -> None:
    """Draw a cloud of puffs with a flat base at y."""
    low = mix(color, (150.0, 170.0, 205.0), 0.35)
    with canvas.grouped(alpha=0.94):
        for k in range(7):
            t = (k - 3) / 3.2
            r = width * (0.2 - 0.09 * abs(t)) * rng.uniform(0.85, 1.15)
            cx, cy = x + t * width * 0.42, y - r * 0.55 - width * 0.03
            canvas.fill(
                ellipse(cx, cy, r, r * 0.86),
                linear((cx, cy - r), (cx, cy + r), tint(color, 0.5), color, low),
            )
        canvas.fill(
            rectangle(x - width * 0.42, y - width * 0.09, x + width * 0.42, y, width * 0.045), low
        )


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
        _branch(canvas, x, y - height * 0.5, height * 0.26, -90, w, trunk, rng, 0)
        return
    crowns = [
        (0, 0.72, 0.26),
        (-0.2, 0.62, 0.2),
        (0.2, 0.62, 0.2),
        (-0.1, 0.86, 0.18),
        (0.12, 0.84, 0.19),
    ]
    for dx, up, size in crowns:
        r = height * size * rng.uniform(0.9, 1.1)
        cx, cy = x + dx * height + rng.uniform(-4, 4), y - up * height
        canvas.fill(
            ellipse(cx, cy, r, r * 0.9),
            radial(
                (cx - r * 0.35, cy - r * 0.5),
                r * 1.5,
                tint(leaves, 0.3),
                leaves,
                shade(leaves, 0.34),
            ),
        )


def _branch(
    canvas: Canvas,
    x: float,
    y: float,
    length: float,
    degrees: float,
    width: float,
    color: Color,
    rng: Random,
    level: int,
) -> None:
    angle = math.radians(degrees)
    ex, ey = x + length * math.cos(angle), y + length * math.sin(angle)
    canvas.stroke(Path().move(x, y).line((ex, ey)), color, max(width, 0.8))
    if level < 4:
        for sign in (-1, 1):
            turn = degrees + sign * rng.uniform(16, 38)
            _branch(
                canvas,
                ex,
                ey,
                length * rng.uniform(0.62, 0.78),
                turn,
                width * 0.6,
                color,
                rng,
                level + 1,
            )


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


def rock(canvas: Canvas, x: float, y: float, size: float, color: Color, rng: Random) -> None:
    """Draw a rock that lies on y."""
    points = []
    for k in range(8):
        angle = math.pi + math.pi * k / 7
        r = size * rng.uniform(0.82, 1.1)
        points.append((x + r * math.cos(angle), y + r * 0.7 * math.sin(angle)))
    path = smooth([(x - size, y + 4), *points, (x + size, y + 4)], closed=True)
    canvas.fill(
        path,
        radial(
            (x - size * 0.4, y - size * 0.7),
            size * 1.9,
            tint(color, 0.35),
            color,
            shade(color, 0.4),
        ),
    )


def mist(canvas: Canvas, y: float, height: float, color: Color, alpha: float, rng: Random) -> None:
    """Draw soft banks of mist about y."""
    for _ in range(7):
        x, w = rng.uniform(LEFT, RIGHT), rng.uniform(260, 560)
        bank = ellipse(x, y, w, height * rng.uniform(0.4, 1.0))
        fading = radial(
            (x, y), w, Stop(0.0, color, alpha * rng.uniform(0.5, 1)), Stop(1.0, color, 0.0)
        )
        canvas.fill(bank, fading)


def lamp_glow(
    canvas: Canvas, x: float, y: float, radius: float, color: Color, alpha: float = 0.6
) -> None:
    """Draw the light around a lamp, added to what is behind it."""
    with canvas.grouped(blend="screen"):
        canvas.fill(ellipse(x, y, radius), glow((x, y), radius, color, alpha))


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
