"""Brushes of places: ridges, clouds, stars, mist and rocks as vectors."""

import math
from random import Random

from miaobi.drawing.canvas import Canvas, Stop, glow, linear, radial
from miaobi.drawing.color import WHITE, Color, mix, shade, tint
from miaobi.drawing.path import Path, Point, ellipse, polygon, rectangle, smooth
from miaobi.places.place import BOTTOM, LEFT, RIGHT, TOP

MOON: Color = (255.0, 246.0, 214.0)


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
    """Draw the light around a lamp, added to the picture behind it."""
    with canvas.grouped(blend="screen"):
        canvas.fill(ellipse(x, y, radius), glow((x, y), radius, color, alpha))
