"""Pieces of streets: lamps, lanterns, stalls, banners, flags, benches and fountains.

Every piece stands on y and is centered on x.
"""

import math

from miaobi.drawing.canvas import linear
from miaobi.drawing.color import CREAM, Color, mix, shade, tint
from miaobi.drawing.path import Path, ellipse, polygon, rectangle, smooth
from miaobi.places import greenery
from miaobi.places.place import LEFT, RIGHT
from miaobi.places.towns.buildings import CREAMY, GOLD, RED, SNOW, STONE, WOOD, awning
from miaobi.places.towns.site import WARM, Site

ASPHALT: Color = (104.0, 108.0, 120.0)
SCARLET: Color = (224.0, 52.0, 44.0)
METAL: Color = (74.0, 82.0, 96.0)
FRUITS: tuple[Color, ...] = (
    (226.0, 66.0, 58.0),
    (250.0, 160.0, 50.0),
    (250.0, 214.0, 80.0),
    (120.0, 180.0, 76.0),
    (150.0, 84.0, 150.0),
)


def lamp(site: Site, x: float, y: float, h: float) -> None:
    """Draw a street lamp with a lantern."""
    w = h * 0.1
    site.tube(x - h * 0.014, y - h * 0.82, x + h * 0.014, y, METAL)
    site.box(x - h * 0.035, y - h * 0.08, x + h * 0.035, y, METAL, 3)
    site.line(METAL, h * 0.016, (x - w * 0.8, y - h * 0.74), (x + w * 0.8, y - h * 0.74))
    glass = polygon(
        [
            (x - w * 0.42, y - h * 0.82),
            (x - w * 0.66, y - h * 0.96),
            (x + w * 0.66, y - h * 0.96),
            (x + w * 0.42, y - h * 0.82),
        ]
    )
    if site.lit:
        site.canvas.fill(glass, linear((x, y - h * 0.96), (x, y - h * 0.82), CREAM, WARM))
        site.shine(x, y - h * 0.89, h * 0.55, WARM, 0.62)
    else:
        site.fill(glass, (226.0, 234.0, 236.0))
    site.poly(METAL, (x - w * 0.8, y - h * 0.955), (x, y - h * 1.04), (x + w * 0.8, y - h * 0.955))


def lantern(site: Site, x: float, y: float, size: float, color: Color = SCARLET) -> None:
    """Draw a round paper lantern that hangs from (x, y)."""
    cy = y + size * 0.7
    site.line(GOLD, size * 0.07, (x, y - size * 0.1), (x, y + size * 1.9))
    if site.lit:
        site.shine(x, cy, size * 2.2, mix(color, WARM, 0.5), 0.55)
        shading = linear(
            (x, cy - size * 0.5),
            (x, cy + size * 0.5),
            mix(color, WARM, 0.3),
            mix(color, WARM, 0.62),
            color,
        )
        site.canvas.fill(ellipse(x, cy, size * 0.62, size * 0.52), shading)
    else:
        site.disc(x, cy, size * 0.62, color, size * 0.52)
    for dx in (-0.3, 0.3) if size > 24 else ():
        rib = Path().move(x, cy - size * 0.5).quad((x + dx * size * 1.9, cy), (x, cy + size * 0.5))
        site.canvas.stroke(rib, site.color(shade(color, 0.2)), size * 0.04, 0.6)
    for dy in (-0.52, 0.46):
        site.box(x - size * 0.24, cy + dy * size, x + size * 0.24, cy + (dy + 0.1) * size, GOLD)


def string_lights(
    site: Site,
    a: tuple[float, float],
    b: tuple[float, float],
    sag: float,
    size: float,
    round: bool = False,
) -> None:  # noqa: PLR0913
    """Draw a wire from a to b with bulbs, or with paper lanterns where round."""
    middle = (a[0] + b[0]) / 2, (a[1] + b[1]) / 2 + sag * 2
    site.canvas.stroke(Path().move(*a).quad(middle, b), site.color((60.0, 50.0, 60.0)), 1.6)
    count = max(3, int((b[0] - a[0]) / (size * (3.6 if round else 5.0))))
    hues = (
        (255.0, 214.0, 120.0),
        (255.0, 120.0, 100.0),
        (140.0, 220.0, 255.0),
        (190.0, 240.0, 140.0),
    )
    for k in range(1, count):
        t = k / count
        x = (1 - t) ** 2 * a[0] + 2 * t * (1 - t) * middle[0] + t * t * b[0]
        y = (1 - t) ** 2 * a[1] + 2 * t * (1 - t) * middle[1] + t * t * b[1]
        if round:
            lantern(site, x, y, size, site.rng.choice(((226.0, 52.0, 44.0), (238.0, 140.0, 50.0))))
        else:
            hue = hues[k % 4]
            if site.lit:
                site.shine(x, y + size * 0.5, size * 3, hue, 0.5)
                site.canvas.fill(ellipse(x, y + size * 0.6, size * 0.5, size * 0.7), tint(hue, 0.4))
            else:
                site.disc(x, y + size * 0.6, size * 0.5, hue, size * 0.7)


def stall(site: Site, x: float, y: float, w: float, color: Color, food: bool = False) -> None:
    """Draw a market stall with a striped roof, crates of fruit, or pots of hot food."""
    h = w * 0.86
    site.shadow(x, y + 2, w * 0.62, w * 0.06)
    if site.lit:
        back = rectangle(x - w * 0.44, y - h * 0.7, x + w * 0.44, y - h * 0.2)
        site.canvas.fill(
            back,
            linear(
                (0, y - h * 0.7),
                (0, y),
                mix((255.0, 200.0, 110.0), site.colors.haze, site.distance * 0.4),
                site.color((130.0, 70.0, 50.0)),
            ),
        )
    else:
        site.box(x - w * 0.44, y - h * 0.7, x + w * 0.44, y - h * 0.2, (130.0, 92.0, 72.0))
    for dx in (-0.45, 0.45):
        site.tube(x + dx * w - w * 0.02, y - h * 0.9, x + dx * w + w * 0.02, y, WOOD)
    if food:
        _pots(site, x, y - h * 0.36, w)
    else:
        _fruit(site, x, y - h * 0.36, w)
    site.box(x - w * 0.5, y - h * 0.37, x + w * 0.5, y - h * 0.3, tint(WOOD, 0.2), 3)
    site.box(x - w * 0.48, y - h * 0.3, x + w * 0.48, y, mix(color, WOOD, 0.55))
    for k in range(1, 6):
        px = x - w * 0.48 + k * w * 0.16
        site.line(shade(WOOD, 0.2), 1.6, (px, y - h * 0.3), (px, y), alpha=0.5)
    site.poly(
        color,
        (x - w * 0.52, y - h * 0.88),
        (x - w * 0.4, y - h * 1.08),
        (x + w * 0.4, y - h * 1.08),
        (x + w * 0.52, y - h * 0.88),
    )
    awning(site, x - w * 0.53, y - h * 0.9, x + w * 0.53, h * 0.2, color, 9)
    if site.snowy:
        site.box(x - w * 0.42, y - h * 1.12, x + w * 0.42, y - h * 1.04, SNOW, 6)
    if site.lit:
        site.shine(x, y - h * 0.52, w * 0.7, WARM, 0.45)


def _fruit(site: Site, x: float, y: float, w: float) -> None:
    for crate in range(4):
        cx, hue = x + (crate - 1.5) * w * 0.23, site.rng.choice(FRUITS)
        for k in range(7):
            dx = (k - (1.5 if k < 4 else 5)) * w * 0.052
            site.disc(cx + dx, y - w * (0.05 if k < 4 else 0.09), w * 0.034, hue)
        site.box(cx - w * 0.105, y - w * 0.04, cx + w * 0.105, y, tint(WOOD, 0.3), 2)


def _pots(site: Site, x: float, y: float, w: float) -> None:
    for k in range(3):
        cx = x + (k - 1) * w * 0.29
        if k == 1:
            for level in range(3):
                top = y - w * 0.07 * (level + 1)
                site.box(cx - w * 0.1, top, cx + w * 0.1, top + w * 0.065, (222.0, 186.0, 128.0), 3)
        else:
            site.box(cx - w * 0.09, y - w * 0.1, cx + w * 0.09, y, METAL, 8)
            for j in range(4):
                skewer = cx - w * 0.06 + j * w * 0.04
                site.line(
                    tint(WOOD, 0.4), 2, (skewer, y - w * 0.08), (skewer + w * 0.02, y - w * 0.2)
                )
                for b in range(3):
                    site.disc(
                        skewer + w * 0.012 + b * w * 0.003,
                        y - w * (0.11 + b * 0.035),
                        w * 0.02,
                        site.rng.choice(FRUITS),
                    )
        for s in range(3):
            puff = ellipse(
                cx + s * w * 0.02, y - w * (0.22 + 0.07 * s), w * (0.05 + 0.02 * s), w * 0.035
            )
            site.canvas.fill(puff, (255.0, 240.0, 226.0), 0.16 - s * 0.04)


def bench(site: Site, x: float, y: float, w: float) -> None:
    """Draw a bench."""
    for dy in (0.24, 0.34, 0.46):
        site.box(x - w / 2, y - w * dy - w * 0.07, x + w / 2, y - w * dy, tint(WOOD, 0.16), 2)
    for dx in (-0.4, 0.4):
        site.box(x + dx * w - 3, y - w * 0.24, x + dx * w + 3, y, METAL)


def planter(site: Site, x: float, y: float, h: float) -> None:
    """Draw a street tree with a round crown in a box."""
    leaves = (
        site.color(mix(site.colors.foliage, (90.0, 150.0, 90.0), 0.2))
        if site.when.hour == "day"
        else air_foliage(site)
    )
    greenery.tree(site.canvas, x, y - h * 0.06, h, leaves, site.rng, site.when.season == "winter")
    site.box(x - h * 0.13, y - h * 0.1, x + h * 0.13, y, tint(WOOD, 0.1), 3)


def air_foliage(site: Site) -> Color:
    """Return the color of leaves at this distance."""
    return mix(site.colors.foliage, site.colors.haze, site.distance)


def banner(site: Site, x: float, y: float, w: float, h: float, color: Color) -> None:
    """Draw a shop's banner on a pole that stands on y, waving a little."""
    site.tube(x - 2.5, y - h, x + 2.5, y, WOOD)
    cloth = smooth(
        [
            (x + 3, y - h * 0.96),
            (x + w * 0.6, y - h * 0.98),
            (x + w, y - h * 0.95),
            (x + w * 0.96, y - h * 0.7),
            (x + w, y - h * 0.42),
            (x + w * 0.5, y - h * 0.46),
            (x + 3, y - h * 0.42),
        ],
        True,
    )
    site.fill(cloth, color, 0.2)
    site.disc(x + w * 0.5, y - h * 0.7, w * 0.26, CREAMY)


def flag(site: Site, x: float, y: float, h: float, color: Color = RED) -> None:
    """Draw a flag on a tall pole."""
    site.tube(x - h * 0.008, y - h, x + h * 0.008, y, (200.0, 204.0, 212.0))
    top, w = y - h * 0.98, h * 0.26
    wave = (
        Path()
        .move(x, top)
        .cubic((x + w * 0.3, top - h * 0.03), (x + w * 0.6, top + h * 0.03), (x + w, top))
        .line((x + w, top + h * 0.16))
    )
    wave.cubic(
        (x + w * 0.6, top + h * 0.19), (x + w * 0.3, top + h * 0.13), (x, top + h * 0.16)
    ).close()
    site.fill(wave, color, 0.2)
    site.disc(x, y - h, h * 0.014, GOLD)


def fountain(site: Site, x: float, y: float, w: float) -> None:
    """Draw a fountain with two basins."""
    water: Color = (150.0, 206.0, 236.0)
    site.shadow(x, y, w * 0.6, w * 0.08)
    site.box(x - w / 2, y - w * 0.13, x + w / 2, y, STONE, 8)
    site.disc(x, y - w * 0.13, w * 0.5, water, w * 0.05)
    site.tube(x - w * 0.05, y - w * 0.5, x + w * 0.05, y - w * 0.12, STONE)
    site.fill(
        Path()
        .move(x - w * 0.26, y - w * 0.46)
        .quad((x, y - w * 0.3), (x + w * 0.26, y - w * 0.46))
        .close(),
        STONE,
    )
    site.disc(x, y - w * 0.46, w * 0.26, water, w * 0.03)
    for k in range(9):
        dx = (k - 4) * w * 0.1
        top = y - w * (0.86 - abs(k - 4) * 0.03)
        jet = (
            Path()
            .move(x, y - w * 0.48)
            .cubic((x + dx * 0.3, top), (x + dx, top), (x + dx, y - w * 0.14))
        )
        site.canvas.stroke(
            jet, mix((232.0, 246.0, 255.0), site.colors.haze, site.distance), 2.6, 0.6
        )


def fence(
    site: Site,
    y: float,
    h: float,
    color: Color,
    left: float = LEFT,
    right: float = RIGHT,
    gap: float = 26.0,
) -> None:  # noqa: PLR0913
    """Draw a fence of upright bars."""
    x = left
    while x <= right:
        site.line(color, h * 0.06, (x, y), (x, y - h))
        x += gap
    for dy in (0.22, 0.82):
        site.line(color, h * 0.06, (left, y - h * dy), (right, y - h * dy))


def smoke(
    site: Site, x: float, y: float, size: float, height: float, color: Color, lean: float = 0.3
) -> None:
    """Draw a column of smoke that rises from (x, y)."""
    for k in range(16):
        t = k / 16
        r = size * (0.4 + t * 1.3) * site.rng.uniform(0.8, 1.2)
        cx = x + lean * height * t + math.sin(k * 1.9) * size * 0.5
        puff = ellipse(cx, y - t * height, r, r * 0.85)
        site.fill(puff, color, 0.3, 0.85 * (1 - t * 0.7))
