"""Pavements of streets: round stones, slabs, roads and earth."""

from miaobi.drawing.color import Color, mix, shade, tint
from miaobi.drawing.path import Path, ellipse, rectangle
from miaobi.places.place import BOTTOM, LEFT, RIGHT
from miaobi.places.towns.buildings import SNOW, STONE
from miaobi.places.towns.site import Site, join
from miaobi.places.towns.street_pieces import ASPHALT

CONCRETE: Color = (182.0, 180.0, 178.0)
YELLOW: Color = (246.0, 190.0, 56.0)


def cobbles(site: Site, y: float, color: Color) -> None:
    """Paint a ground of round stones, larger toward the front."""
    base = mix(SNOW, color, 0.15) if site.snowy else color
    site.ground(y, tint(base, 0.12), shade(base, 0.3))
    row, size, number = y + 4, 7.0, 0
    while row < BOTTOM:
        wide, stones, dark = size * 2.4, [], []
        x = LEFT - wide * (number % 2) * 0.5
        while x < RIGHT:
            stone = rectangle(x + 1, row, x + wide - 2, row + size - 1.6, size * 0.36)
            pick = site.rng.random()
            if pick < 0.34:
                stones.append(stone)
            elif pick < 0.6:
                dark.append(stone)
            x += wide
        for paths, c in ((stones, tint(base, 0.2)), (dark, shade(base, 0.2))):
            site.canvas.fill(join(paths), site.color(c), 0.2 if site.snowy else 0.42)
        row, size, number = row + size, size * 1.13, number + 1


def paving(site: Site, y: float, color: Color, gap: float = 120.0) -> None:
    """Paint square slabs that run toward the middle of the horizon."""
    base = mix(SNOW, color, 0.2) if site.snowy else color
    site.ground(y, tint(base, 0.14), shade(base, 0.26))
    lines, k = Path(), -26
    while k <= 26:
        x = 640 + k * gap
        lines.move(640 + (x - 640) * 0.28, y).line((640 + (x - 640) * 2.2, BOTTOM))
        k += 1
    row, step = y + 6, 9.0
    while row < BOTTOM:
        lines.move(LEFT, row).line((RIGHT, row))
        row, step = row + step, step * 1.32
    site.canvas.stroke(lines, site.color(shade(base, 0.3)), 1.6, 0.45)


def road(site: Site, y: float, crossing: bool = True) -> None:
    """Paint a sidewalk behind, a road across with its markings, and where to cross it."""
    stone = mix(SNOW, STONE, 0.3) if site.snowy else (196.0, 190.0, 184.0)
    site.ground(y, tint(stone, 0.2), stone)
    for k in range(-12, 26):
        site.line(
            shade(stone, 0.25), 1.2, (640 + (k * 80 - 640) * 0.95, y), (k * 80, y + 22), alpha=0.5
        )
    site.box(LEFT, y + 20, RIGHT, y + 27, shade(stone, 0.22))
    tar = mix(ASPHALT, SNOW, 0.3) if site.snowy else ASPHALT
    site.ground(y + 27, tar, shade(tar, 0.3))
    for k in range(-3, 14):
        x = k * 130
        if not crossing or not 330 < x < 860:
            site.poly(
                (244.0, 236.0, 210.0),
                (x, y + 84),
                (x + 66, y + 84),
                (x + 62, y + 92),
                (x - 6, y + 92),
            )
    for k in range(9 if crossing else 0):
        x, low = 640 + (k - 4) * 50, 640 + (k - 4) * 78
        site.poly(
            (240.0, 238.0, 230.0),
            (x - 15, y + 34),
            (x + 15, y + 34),
            (low + 24, BOTTOM - 60),
            (low - 24, BOTTOM - 60),
        )


def dirt(site: Site, y: float, color: Color) -> None:
    """Paint a ground of earth with stones and tracks."""
    base = mix(SNOW, color, 0.15) if site.snowy else color
    site.ground(y, tint(base, 0.16), shade(base, 0.3))
    for _ in range(60):
        x, row = site.rng.uniform(LEFT, RIGHT), site.rng.uniform(y + 6, BOTTOM)
        size = (row - y) * 0.05 + 2
        patch = ellipse(x, row, size * site.rng.uniform(2, 7), size * 0.6)
        site.canvas.fill(patch, site.color(shade(base, 0.16)), 0.3)
    for _ in range(26):
        row = site.rng.uniform(y + 6, BOTTOM)
        site.disc(
            site.rng.uniform(LEFT, RIGHT),
            row,
            (row - y) * 0.03 + 2,
            shade(base, 0.1),
            (row - y) * 0.02 + 1.4,
        )
