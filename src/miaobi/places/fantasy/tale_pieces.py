"""Pieces of fairy tales: mushrooms, bare trees, islands, clouds, tombs, sweets and crystals.

Every piece stands on y and is centered on x.
"""

import math

from miaobi.drawing.canvas import Stop, linear
from miaobi.drawing.color import WHITE, Color, mix, shade, tint
from miaobi.drawing.path import Path, ellipse, polygon, rectangle, smooth, star
from miaobi.places import brushes
from miaobi.places.place import BOTTOM, LEFT, RIGHT, TOP
from miaobi.places.towns.buildings import STONE, arch
from miaobi.places.towns.site import Site, spread

RAINBOW: tuple[Color, ...] = (
    (255.0, 120.0, 130.0),
    (255.0, 190.0, 100.0),
    (255.0, 232.0, 130.0),
    (140.0, 220.0, 150.0),
    (120.0, 190.0, 255.0),
    (190.0, 150.0, 240.0),
)


def sky(site: Site, *colors: Color, stars: int = 0) -> None:
    """Paint a sky of these colors, whatever the hour."""
    brushes.backdrop(site.canvas, *colors)
    if stars:
        brushes.stars(site.canvas, stars, 480, site.rng)


def mushroom(site: Site, x: float, y: float, h: float, color: Color, glowing: bool = False) -> None:
    """Draw a mushroom with spots; glowing ones give light."""
    w = h * 0.9
    stem = (
        Path()
        .move(x - h * 0.12, y)
        .cubic(
            (x - h * 0.06, y - h * 0.3), (x - h * 0.08, y - h * 0.5), (x - h * 0.09, y - h * 0.6)
        )
        .line((x + h * 0.09, y - h * 0.6))
        .cubic((x + h * 0.08, y - h * 0.5), (x + h * 0.06, y - h * 0.3), (x + h * 0.13, y))
        .close()
    )
    site.fill(stem, (244.0, 232.0, 214.0), 0.3)
    cap = (
        Path()
        .move(x - w / 2, y - h * 0.52)
        .cubic((x - w * 0.5, y - h * 0.86), (x - w * 0.2, y - h), (x, y - h))
        .cubic((x + w * 0.2, y - h), (x + w * 0.5, y - h * 0.86), (x + w / 2, y - h * 0.52))
        .quad((x, y - h * 0.4), (x - w / 2, y - h * 0.52))
        .close()
    )
    if glowing:
        site.shine(x, y - h * 0.6, h * 1.1, color, 0.5)
        site.canvas.fill(
            cap, linear((x, y - h), (x, y - h * 0.45), tint(color, 0.1), color, tint(color, 0.6))
        )
    else:
        site.fill(cap, color, 0.3)
    for dx, up, r in (
        (-0.26, 0.68, 0.06),
        (0.02, 0.84, 0.075),
        (0.27, 0.66, 0.055),
        (0.02, 0.6, 0.045),
        (-0.13, 0.9, 0.035),
    ):
        site.canvas.fill(
            ellipse(x + dx * w, y - up * h, r * w, r * w * 0.8), (255.0, 248.0, 236.0), 0.85
        )


def twisted_tree(site: Site, x: float, y: float, h: float, color: Color) -> None:
    """Draw a bare, bent tree."""
    w, lean = h * 0.09, site.rng.uniform(-0.1, 0.1) * h
    trunk = (
        Path()
        .move(x - w * 1.8, y + 4)
        .cubic(
            (x - w * 0.5, y - h * 0.15),
            (x - w + lean, y - h * 0.3),
            (x - w * 0.4 + lean, y - h * 0.62),
        )
        .line((x + w * 0.4 + lean, y - h * 0.62))
        .cubic((x + w + lean, y - h * 0.3), (x + w * 0.6, y - h * 0.15), (x + w * 1.8, y + 4))
        .close()
    )
    c = site.color(color)
    site.canvas.fill(trunk, linear((x - w, 0), (x + w, 0), tint(c, 0.1), c, shade(c, 0.35)))
    for k in range(7):
        sign, up = (-1 if k % 2 else 1), 0.34 + k * 0.045
        sx, sy, length = x + lean * up * 1.5, y - h * up, h * site.rng.uniform(0.22, 0.42)
        ex, ey = sx + sign * length * 0.9, sy - length * site.rng.uniform(0.3, 0.9)
        site.canvas.stroke(
            Path().move(sx, sy).quad((sx + sign * length * 0.5, sy - length * 0.05), (ex, ey)),
            c,
            w * (0.5 - k * 0.04),
        )
        for j in (0.5, 0.8):
            bx, by = sx + (ex - sx) * j, sy + (ey - sy) * j
            site.canvas.stroke(
                Path()
                .move(bx, by)
                .quad(
                    (bx + sign * 8, by - length * 0.2),
                    (bx + sign * length * 0.3, by - length * 0.3 * site.rng.uniform(0.4, 1.2)),
                ),
                c,
                w * 0.18,
            )


def sparkles(site: Site, count: int, color: Color, top: float = 200, low: float = 640) -> None:
    """Scatter points of light."""
    for _ in range(count):
        x, y, r = (
            site.rng.uniform(LEFT, RIGHT),
            site.rng.uniform(top, low),
            site.rng.uniform(1.6, 4),
        )
        site.shine(x, y, r * 5, color, 0.6)
        site.canvas.fill(ellipse(x, y, r * 0.6), tint(color, 0.7))


def island(site: Site, x: float, y: float, w: float, grassy: Color) -> None:
    """Draw a floating island with grass above and rock below; y: its surface."""
    rock: Color = (150.0, 122.0, 112.0)
    points = [
        (x - w / 2, y),
        (x - w * 0.4, y + w * 0.16),
        (x - w * 0.2, y + w * 0.3),
        (x - w * 0.06, y + w * 0.5),
        (x + w * 0.06, y + w * 0.4),
        (x + w * 0.22, y + w * 0.28),
        (x + w * 0.42, y + w * 0.13),
        (x + w / 2, y),
    ]
    site.fill(smooth([*points, (x, y - 6)], True), rock, 0.36)
    for k in (-0.2, 0.0, 0.2):
        site.line(
            shade(rock, 0.3),
            3,
            (x + k * w, y + w * 0.06),
            (x + k * w * 0.6, y + w * (0.3 - abs(k) * 0.3)),
            alpha=0.4,
        )
    top = mix(grassy, site.colors.haze, site.distance)
    site.canvas.fill(
        ellipse(x, y + w * 0.02, w * 0.49, w * 0.055),
        linear((0, y - w * 0.05), (0, y + w * 0.08), tint(top, 0.2), shade(top, 0.2)),
    )
    for k in range(9):
        site.canvas.fill(
            ellipse(x + (k - 4) * w * 0.11, y + w * 0.05, w * 0.05, w * 0.04), shade(top, 0.14)
        )


def cloud_bank(site: Site, y: float, size: float, color: Color) -> None:
    """Draw a floor of clouds about y."""
    low = mix(color, (170.0, 170.0, 215.0), 0.4)
    for x in spread(site.rng, size * 0.62):
        r = size * site.rng.uniform(0.4, 0.62)
        cy = y + site.rng.uniform(0, size * 0.16)
        site.canvas.fill(
            ellipse(x, cy, r * 1.2, r * 0.7),
            linear((0, cy - r * 0.7), (0, cy + r * 0.6), tint(color, 0.6), color, low),
        )
    site.canvas.fill(
        rectangle(LEFT, y + size * 0.1, RIGHT, BOTTOM), linear((0, y), (0, BOTTOM), color, low)
    )


def tombstone(site: Site, x: float, y: float, h: float) -> None:
    """Draw a tombstone that leans a little, or a cross."""
    with site.canvas.transformed(x, y, site.rng.uniform(-7, 7)):
        if site.rng.random() < 0.3:
            site.box(-h * 0.09, -h, h * 0.09, 4, STONE, 3, 0.3)
            site.box(-h * 0.3, -h * 0.76, h * 0.3, -h * 0.58, STONE, 3, 0.3)
        else:
            site.fill(arch(0, 4, h * 0.72, h), shade(STONE, 0.2), 0.34)
            site.canvas.stroke(
                arch(0, -h * 0.06, h * 0.54, h * 0.8), site.color(shade(STONE, 0.3)), 2, 0.6
            )
            for k in range(3):
                site.line(
                    shade(STONE, 0.35),
                    3,
                    (-h * 0.16, -h * (0.62 - k * 0.13)),
                    (h * 0.16, -h * (0.62 - k * 0.13)),
                    alpha=0.7,
                )


def lollipop(site: Site, x: float, y: float, h: float, color: Color) -> None:
    """Draw a lollipop with a spiral."""
    r = h * 0.27
    site.tube(x - h * 0.02, y - h * 0.6, x + h * 0.02, y, (252.0, 248.0, 240.0))
    site.disc(x, y - h + r, r, color)
    spiral = Path().move(x, y - h + r)
    for k in range(1, 40):
        a = k * 0.42
        spiral.line((x + r * k / 41 * math.cos(a), y - h + r + r * k / 41 * math.sin(a)))
    site.canvas.stroke(spiral, site.color((255.0, 250.0, 246.0)), r * 0.13, 0.9)


def candy_cane(site: Site, x: float, y: float, h: float, side: int = 1) -> None:
    """Draw a cane of sugar, bent to a side."""
    w, r = h * 0.1, h * 0.17
    points = [(x, y - k * h / 14) for k in range(12)]
    points += [
        (x + side * (r - r * math.cos(a)), y - h * 11 / 14 - r * math.sin(a))
        for a in (0.4, 0.8, 1.2, 1.6, 2.0, 2.4, 2.8, 3.2)
    ]
    site.line((252.0, 248.0, 244.0), w, *points)
    for k in range(0, len(points) - 1, 2):
        site.line((230.0, 60.0, 76.0), w * 0.94, points[k], points[k + 1])
    site.line(
        (255.0, 255.0, 255.0), w * 0.2, *[(a - w * 0.22, b) for a, b in points[:12]], alpha=0.5
    )


def toy_block(site: Site, x: float, y: float, s: float, color: Color) -> None:
    """Draw a wooden block with a shape on it."""
    site.box(x - s / 2, y - s, x + s / 2, y, color, s * 0.07, 0.24)
    site.box(x - s * 0.38, y - s * 0.88, x + s * 0.38, y - s * 0.12, tint(color, 0.55), s * 0.05)
    kind = site.rng.randrange(3)
    if kind == 0:
        site.fill(star(x, y - s * 0.48, s * 0.28), color, 0.2)
    elif kind == 1:
        site.disc(x, y - s * 0.5, s * 0.24, color)
    else:
        site.poly(
            color, (x - s * 0.24, y - s * 0.28), (x, y - s * 0.74), (x + s * 0.24, y - s * 0.28)
        )


def crystal(site: Site, x: float, y: float, h: float, color: Color) -> None:
    """Draw a group of glowing crystals."""
    site.shine(x, y - h * 0.4, h * 1.1, color, 0.4)
    for dx, lean, size in ((-0.25, -0.3, 0.65), (0.28, 0.34, 0.6), (0.0, 0.03, 1.0)):
        px, hh, w = x + dx * h, h * size, h * size * 0.16
        tip = (px + lean * hh * 0.5, y - hh)
        left, right = (
            (px - w + lean * hh * 0.3, y - hh * 0.72),
            (px + w + lean * hh * 0.3, y - hh * 0.72),
        )
        site.canvas.fill(polygon([(px - w, y), left, tip, (px, y)]), tint(color, 0.5), 0.92)
        site.canvas.fill(polygon([(px, y), tip, right, (px + w, y)]), shade(color, 0.1), 0.92)


def rays(site: Site, x: float, color: Color, alpha: float, count: int = 9) -> None:
    """Draw beams of light that fall from above."""
    for k in range(count):
        a = x + (k - count / 2) * 150 + site.rng.uniform(-40, 40)
        w = site.rng.uniform(26, 80)
        beam = polygon(
            [
                (a, TOP),
                (a + w * 0.6, TOP),
                (a + w * 2 + (k - count / 2) * 40, 640),
                (a - w + (k - count / 2) * 40, 640),
            ]
        )
        site.canvas.fill(beam, linear((0, TOP), (0, 640), Stop(0, color, alpha), Stop(1, color, 0)))


def white(site: Site) -> Color:
    """Return the white of clouds at this hour."""
    return mix(
        WHITE,
        site.colors.sky_middle,
        {"night": 0.62, "dusk": 0.36, "dawn": 0.24}.get(site.when.hour, 0.05),
    )
