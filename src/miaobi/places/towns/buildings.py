"""Pieces of buildings: windows, doors, roofs, houses, shops, blocks and towers.

Every piece stands on y and is centered on x.
"""

from miaobi.drawing.canvas import linear
from miaobi.drawing.color import Color, mix, shade, tint
from miaobi.drawing.path import Path, ellipse, polygon, rectangle
from miaobi.places.towns.site import WARM, Site, join

SNOW: Color = (246.0, 250.0, 255.0)
WOOD: Color = (118.0, 78.0, 54.0)
STONE: Color = (172.0, 166.0, 162.0)
CREAMY: Color = (248.0, 240.0, 222.0)
RED: Color = (196.0, 52.0, 48.0)
GOLD: Color = (236.0, 186.0, 76.0)


def arch(x: float, y: float, w: float, h: float) -> Path:
    """Return a window or door with a round top, which stands on y."""
    r = min(w / 2, h)
    top = Path().move(x - w / 2, y).line((x - w / 2, y - h + r))
    top.cubic((x - w / 2, y - h + r * 0.45), (x - w * 0.28, y - h), (x, y - h))
    top.cubic((x + w * 0.28, y - h), (x + w / 2, y - h + r * 0.45), (x + w / 2, y - h + r))
    return top.line((x + w / 2, y)).close()


def window(site: Site, x: float, y: float, w: float, h: float, round: bool = False) -> None:
    """Draw a window with a frame, light at night."""

    def shape(grow: float) -> Path:
        if round:
            return arch(x, y + grow, w + 2 * grow, h + 2 * grow)
        return rectangle(x - w / 2 - grow, y - h - grow, x + w / 2 + grow, y + grow)

    lit = site.lit and site.rng.random() < 0.8
    site.fill(shape(w * 0.09), CREAMY)
    if lit:
        warm = mix(WARM, site.colors.haze, site.distance * 0.5)
        site.canvas.fill(shape(0), linear((x, y - h), (x, y), tint(warm, 0.5), warm))
        site.shine(x, y - h / 2, max(w, h) * 1.3, WARM, 0.3)
    else:
        site.fill(shape(0), (112.0, 160.0, 196.0), 0.3)
    site.line(CREAMY, w * 0.06, (x, y), (x, y - h))
    site.line(CREAMY, w * 0.06, (x - w / 2, y - h * 0.5), (x + w / 2, y - h * 0.5))
    site.box(x - w * 0.66, y, x + w * 0.66, y + w * 0.12, STONE)


def windows(
    site: Site,
    box: tuple[float, float, float, float],
    columns: int,
    rows: int,
    lit: float = 0.55,
    filled: float = 0.6,
) -> None:
    """Draw a grid of simple windows over (left, top, right, bottom)."""
    left, top, right, bottom = box
    dx, dy = (right - left) / columns, (bottom - top) / rows
    dark: list[Path] = []
    bright: list[Path] = []
    for number in range(columns * rows):
        x, y = left + number % columns * dx, top + number // columns * dy
        pane = rectangle(
            x + dx * (1 - filled) / 2, y + dy * 0.2, x + dx * (1 + filled) / 2, y + dy * 0.8
        )
        on = site.lit and site.rng.random() < lit
        (bright if on else dark).append(pane)
    if dark:
        site.fill(join(dark), (104.0, 148.0, 186.0), 0.2)
    if bright:
        warm = mix((255.0, 220.0, 150.0), site.colors.haze, site.distance * 0.45)
        site.canvas.fill(join(bright), warm)


def door(site: Site, x: float, y: float, w: float, h: float, color: Color) -> None:
    """Draw a door with a round top."""
    site.fill(arch(x, y, w * 1.24, h * 1.08), shade(STONE, 0.1))
    site.fill(arch(x, y, w, h), color, 0.3)
    site.line(shade(color, 0.4), w * 0.04, (x, y), (x, y - h * 0.96))
    site.disc(x + w * 0.14, y - h * 0.42, w * 0.06, GOLD)


def roof(
    site: Site, x: float, y: float, w: float, h: float, color: Color, slope: float = 0.2
) -> None:
    """Draw a tiled roof, w wide at its eaves; slope: of its width, at each end (0.5: a gable)."""
    s = w * slope
    path = polygon([(x - w / 2, y), (x - w / 2 + s, y - h), (x + w / 2 - s, y - h), (x + w / 2, y)])
    site.fill(path, SNOW if site.snowy else color, 0.2)
    with site.canvas.grouped(clip=path):
        for k in range(1, 6):
            ly = y - h + h * k / 5.6
            site.line(
                shade(color, 0.22),
                1.6,
                (x - w / 2, ly),
                (x + w / 2, ly),
                alpha=0.2 if site.snowy else 0.55,
            )
    site.line(shade(color, 0.3), max(2.0, h * 0.045), (x - w / 2 - 2, y), (x + w / 2 + 2, y))
    if site.snowy:
        site.box(x - w / 2 - 3, y - h * 0.07, x + w / 2 + 3, y + h * 0.03, SNOW, 4)


def chimney(site: Site, x: float, y: float, w: float, h: float) -> None:
    """Draw a chimney of bricks with its smoke."""
    site.box(x - w / 2, y - h, x + w / 2, y, (158.0, 92.0, 76.0))
    site.box(x - w * 0.66, y - h - w * 0.2, x + w * 0.66, y - h, SNOW if site.snowy else STONE)
    for k in range(4 if site.snowy or site.when.hour in ("dusk", "dawn") else 0):
        puff = ellipse(x + k * w * 0.5, y - h - w * (0.8 + k * 1.1), w * (0.4 + 0.22 * k))
        site.fill(puff, (236.0, 232.0, 232.0), 0.1, 0.4 - 0.08 * k)


def house(
    site: Site,
    x: float,
    y: float,
    w: float,
    h: float,
    wall: Color,
    tiles: Color,
    timber: bool = True,
) -> None:
    """Draw a house of two floors with a tiled roof, timbers and a door."""
    top, gable = y - h * 0.58, site.rng.random() < 0.45
    site.shadow(x, y + 2, w * 0.62, h * 0.05)
    chimney(site, x + w * site.rng.choice((-0.26, 0.26)), top - h * 0.16, w * 0.1, h * 0.26)
    site.box(x - w / 2, top, x + w / 2, y, wall, soft=0.2)
    site.box(x - w / 2, y - h * 0.05, x + w / 2, y, STONE)
    if gable:
        site.poly(wall, (x - w / 2, top), (x, y - h * 0.95), (x + w / 2, top))
    if timber:
        _timbers(site, x, y, w, h, top)
    if gable:
        edge = [(x - w * 0.6, top + h * 0.06), (x, y - h), (x + w * 0.6, top + h * 0.06)]
        site.line(shade(tiles, 0.2), h * 0.06, *edge)
        site.line(SNOW if site.snowy else tiles, h * 0.04, *[(a, b - 3) for a, b in edge])
        window(site, x, top - h * 0.06, w * 0.17, h * 0.13, True)
    else:
        roof(site, x, top + 2, w * 1.18, h * 0.42, tiles)
        window(site, x, top - h * 0.1, w * 0.15, h * 0.12, True)
    for dx in (-0.27, 0.27):
        window(site, x + dx * w, top + h * 0.21, w * 0.2, h * 0.14)
    side = site.rng.choice((-1, 1))
    door(site, x - side * w * 0.22, y, w * 0.22, h * 0.23, site.rng.choice(DOORS))
    window(site, x + side * w * 0.22, y - h * 0.1, w * 0.24, h * 0.13)
    if not site.snowy:
        flower_box(site, x + side * w * 0.22, y - h * 0.1 + w * 0.05, w * 0.3)


DOORS: tuple[Color, ...] = (
    (150.0, 62.0, 56.0),
    (58.0, 104.0, 122.0),
    (84.0, 112.0, 70.0),
    (122.0, 78.0, 50.0),
)


def _timbers(site: Site, x: float, y: float, w: float, h: float, top: float) -> None:
    beam, middle = WOOD, top + h * 0.27
    for ly in (top + 2, middle):
        site.line(beam, w * 0.035, (x - w / 2, ly), (x + w / 2, ly))
    for dx in (-0.48, -0.1, 0.1, 0.48):
        site.line(beam, w * 0.03, (x + dx * w, top), (x + dx * w, y - h * 0.05))
    for a, b in ((-0.46, -0.4), (0.46, 0.4)):
        site.line(beam, w * 0.025, (x + a * w, middle - 4), (x + b * w, top + 4))


def flower_box(site: Site, x: float, y: float, w: float) -> None:
    """Draw a box with flowers under a window."""
    site.box(x - w / 2, y, x + w / 2, y + w * 0.18, WOOD)
    hues = ((240.0, 96.0, 116.0), (250.0, 200.0, 90.0), (240.0, 240.0, 250.0))
    for k in range(7):
        site.disc(
            x - w * 0.43 + k * w * 0.143,
            y - site.rng.uniform(0, w * 0.06),
            w * 0.08,
            (98.0, 152.0, 84.0),
        )
    for k in range(5):
        site.disc(x - w * 0.38 + k * w * 0.19, y - w * 0.07, w * 0.055, site.rng.choice(hues))


def awning(
    site: Site, left: float, y: float, right: float, h: float, color: Color, stripes: int = 8
) -> None:
    """Draw a striped awning from left to right, hanging from y."""
    step, grow = (right - left) / stripes, h * 0.14
    for k in range(stripes):
        a, b = left + k * step, left + (k + 1) * step
        c = color if k % 2 == 0 else CREAMY
        c2 = (c[0] * 0.94, c[1] * 0.94, c[2] * 0.94)
        low = (
            Path()
            .move(a + grow * (k / stripes - 0.5), y)
            .line((b + grow * ((k + 1) / stripes - 0.5), y))
        )
        low.line((b, y + h * 0.7)).quad(((a + b) / 2, y + h * 1.3), (a, y + h * 0.7)).close()
        site.fill(low, c2, 0.2)


def shop(site: Site, x: float, y: float, w: float, h: float, color: Color) -> None:
    """Draw the front of a shop: sign, awning, show window and door."""
    site.box(x - w / 2, y - h, x + w / 2, y, shade(color, 0.45))
    warm = site.lit
    glass = (255.0, 226.0, 164.0) if warm else (150.0, 196.0, 220.0)
    pane = rectangle(x - w * 0.44, y - h * 0.68, x + w * 0.14, y - h * 0.1)
    leaf = rectangle(x + w * 0.22, y - h * 0.68, x + w * 0.42, y - 2)
    for path in (pane, leaf):
        if warm:
            site.canvas.fill(path, mix(glass, site.colors.haze, site.distance * 0.4))
        else:
            site.fill(path, glass, 0.3)
    hues = (
        (230.0, 110.0, 90.0),
        (240.0, 190.0, 90.0),
        (110.0, 170.0, 140.0),
        (130.0, 130.0, 200.0),
    )
    for k in range(6):
        px, ph = x - w * 0.4 + k * w * 0.095, h * site.rng.uniform(0.12, 0.3)
        site.box(
            px - w * 0.032, y - h * 0.12 - ph, px + w * 0.032, y - h * 0.1, site.rng.choice(hues), 3
        )
    site.box(x - w * 0.48, y - h, x + w * 0.48, y - h * 0.8, color, 3)
    site.box(x - w * 0.2, y - h * 0.94, x + w * 0.2, y - h * 0.86, CREAMY, 3)
    awning(site, x - w * 0.48, y - h * 0.8, x + w * 0.48, h * 0.2, color)
    if warm:
        site.shine(x - w * 0.1, y - h * 0.4, w * 0.7, WARM, 0.3)


def block(
    site: Site, x: float, y: float, w: float, h: float, wall: Color, shopped: bool = True
) -> None:
    """Draw a city house of several floors with a shop below."""
    low = min(h * 0.34, w * 0.55) if shopped else 0.0
    site.box(x - w / 2, y - h, x + w / 2, y, wall, soft=0.22)
    site.box(x - w * 0.53, y - h - w * 0.05, x + w * 0.53, y - h + w * 0.03, tint(wall, 0.3))
    rows = max(1, int((h - low) / (w * 0.34)))
    step = (h - low - w * 0.06) / rows
    for row in range(rows):
        for column in range(3):
            wx, wy = x + (column - 1) * w * 0.3, y - low - row * step - step * 0.22
            window(site, wx, wy, w * 0.15, step * 0.55)
    site.box(x - w * 0.51, y - low - 4, x + w * 0.51, y - low, tint(wall, 0.3))
    if shopped:
        shop(site, x, y, w, low, site.rng.choice(SHOPS))
    if site.snowy:
        site.box(x - w * 0.54, y - h - w * 0.09, x + w * 0.54, y - h - w * 0.03, SNOW, 5)


SHOPS: tuple[Color, ...] = (
    (206.0, 74.0, 70.0),
    (64.0, 128.0, 132.0),
    (230.0, 160.0, 70.0),
    (96.0, 104.0, 170.0),
    (110.0, 150.0, 90.0),
)
GLASS: tuple[Color, ...] = (
    (96.0, 134.0, 176.0),
    (126.0, 150.0, 180.0),
    (150.0, 158.0, 176.0),
    (90.0, 120.0, 150.0),
    (168.0, 150.0, 148.0),
)


def skyscraper(
    site: Site, x: float, y: float, w: float, h: float, color: Color, kind: int = 0
) -> None:
    """Draw a tower; kind: 0 flat, 1 stepped, 2 with a spire, 3 slanted, 4 round above."""
    top = y - h
    if kind == 1:
        site.box(x - w * 0.3, top - h * 0.12, x + w * 0.3, top + 4, color)
        site.box(x - w * 0.12, top - h * 0.2, x + w * 0.12, top - h * 0.1, color)
        site.line(color, 2, (x, top - h * 0.2), (x, top - h * 0.32))
    elif kind == 2:
        site.poly(color, (x - w / 2, top + 1), (x, top - h * 0.2), (x + w / 2, top + 1))
        site.line(color, 2.4, (x, top - h * 0.18), (x, top - h * 0.34))
    elif kind == 3:
        site.poly(color, (x - w / 2, top + 1), (x + w / 2, top - w * 0.5), (x + w / 2, top + 1))
    elif kind == 4:
        site.fill(arch(x, top + 1, w, w * 0.5), color)
    site.box(x - w / 2, top, x + w / 2, y, color, soft=0.24)
    site.poly(
        shade(color, 0.1), (x + w * 0.2, top), (x + w / 2, top), (x + w / 2, y), (x + w * 0.2, y)
    )
    windows(
        site,
        (x - w * 0.44, top + 8, x + w * 0.44, y - 14),
        max(3, int(w / 15)),
        max(4, int(h / 20)),
    )
