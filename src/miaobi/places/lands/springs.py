"""Hot springs and swimming pools."""

import math

from miaobi.drawing.canvas import linear
from miaobi.drawing.color import WHITE, Color, shade, tint
from miaobi.drawing.path import Path, ellipse, rectangle
from miaobi.places.conditions import Conditions
from miaobi.places.lands.beaches import parasol
from miaobi.places.place import BOTTOM, LEFT, RIGHT, Light, Place
from miaobi.places.towns import chinese
from miaobi.places.towns.site import Part, Plan, Site
from miaobi.places.wild import rocks, trees
from miaobi.places.wild import scenery as s

MAPLES: tuple[Color, ...] = ((226.0, 98.0, 48.0), (240.0, 160.0, 58.0), (204.0, 64.0, 52.0))
TILE: Color = (226, 232, 236)


def hot_spring(when: Conditions) -> Place:
    """Paint a steaming pool between rocks, with a bamboo fence, a lantern and a bath house."""

    parts = (
        Part(
            7,
            0.6,
            s.together(s.peaks(430, 210, (120, 134, 170), 0.34), s.row(trees.fir, 440, 130, 60)),
        ),
        Part(
            3,
            0.06,
            s.together(
                _fence,
                lambda site: chinese.hall(
                    site, 1000, 556, 300, 210, (84, 88, 110), (170, 120, 84), 1
                ),
            ),
        ),
        Part(
            2,
            0,
            s.together(
                s.hills(556, 5, (170, 160, 150)),
                s.put(stone_lantern, (250, 560, 130)),
                s.put(
                    trees.colored_tree(*MAPLES),
                    (90, 566, 300),
                    (-160, 566, 280),
                    (1420, 566, 300),
                ),
                _spring,
                _steam,
            ),
        ),
        Part(
            1,
            0,
            s.together(
                s.floor(636, (170, 164, 160), bumps=4),
                s.scatter(rocks.stone((140, 138, 142)), 18, 646, 735, 20, True),
            ),
        ),
    )
    lamps = (Light(250, 500, 420, (255, 200, 120), 0.35),)
    return s.outdoors(when, Plan(parts, 638, 676, lamps=lamps, sky=s.sky_to(430)))


def _spring(site: Site) -> None:
    for k in range(3):
        water = ellipse(640, 590 - k * 3, 640 - k * 26, 58 - k * 7)
        c = site.color(((70, 150, 160), (110, 196, 200), (140, 214, 214))[k])
        site.canvas.fill(water, linear((0, 540), (0, 640), tint(c, 0.25), c))
    for k in range(26):
        turn = k / 26 * 6.283
        x, y = 640 + 650 * math.cos(turn), 588 + 54 * math.sin(turn)
        if y < 600 or not 300 < x < 980:
            rocks.stone((126, 124, 128))(site, x, y + 10, site.rng.uniform(26, 44))


def _steam(site: Site) -> None:
    for _ in range(24):
        x, y, r = (
            site.rng.uniform(60, 1220),
            site.rng.uniform(330, 590),
            site.rng.uniform(50, 120),
        )
        s.halo(site, x, y, r, site.color(WHITE), 0.26)


def _fence(site: Site) -> None:
    for x in range(int(LEFT), int(RIGHT), 17):
        site.tube(x, 396 + (x // 17 % 3) * 4, x + 15, 556, (196, 174, 106))
    for y in (430, 516):
        site.box(LEFT, y, RIGHT, y + 10, (120, 90, 62), 4)


def stone_lantern(site: Site, x: float, y: float, size: float) -> None:
    """Draw a stone lantern."""
    u, c = size / 100, (160, 158, 160)
    site.box(x - 22 * u, y - 10 * u, x + 22 * u, y, c, 3)
    site.tube(x - 8 * u, y - 52 * u, x + 8 * u, y - 10 * u, c)
    site.box(x - 20 * u, y - 60 * u, x + 20 * u, y - 52 * u, c, 3)
    site.box(
        x - 15 * u,
        y - 80 * u,
        x + 15 * u,
        y - 60 * u,
        (255, 220, 140) if site.lit else (90, 88, 92),
    )
    if site.lit:
        site.shine(x, y - 70 * u, 90 * u)
    for k in (-15, 0, 15):
        site.box(x + (k - 2) * u, y - 80 * u, x + (k + 2) * u, y - 60 * u, c)
    roof = (
        Path()
        .move(x - 32 * u, y - 78 * u)
        .quad((x - 10 * u, y - 84 * u), (x, y - 100 * u))
        .quad((x + 10 * u, y - 84 * u), (x + 32 * u, y - 78 * u))
        .close()
    )
    site.fill(roof, shade(c, 0.1), 0.2)


def swimming_pool(when: Conditions) -> Place:
    """Paint a swimming pool with lanes, a slide, loungers and a parasol."""

    parts = (
        Part(6, 0.5, s.together(s.hills(440, 26), s.row(trees.leaf_tree, 476, 110, 90))),
        Part(
            3,
            0.05,
            s.together(
                s.row(trees.hedge, 480, 90, 96, 0.1),
                s.put(slide, (1030, 500, 250)),
                s.put(
                    trees.palm,
                    (120, 480, 300),
                    (330, 480, 240),
                    (-200, 480, 280),
                    (1420, 480, 280),
                ),
            ),
        ),
        Part(1.6, 0, _pool),
        Part(
            1,
            0,
            s.together(
                _deck,
                s.put(parasol, (120, 664, 240)),
                s.put(lounger, (1140, 672, 150), (1480, 672, 150)),
            ),
        ),
    )
    return s.outdoors(when, Plan(parts, 622, 670, sky=s.sky_to(440)))


def _pool(site: Site) -> None:
    site.box(LEFT, 470, RIGHT, 500, TILE)
    water = linear((0, 496), (0, 616), site.color((150, 230, 246)), site.color((40, 168, 220)))
    site.canvas.fill(rectangle(LEFT, 496, RIGHT, 616), water)
    for _ in range(70):
        y = site.rng.uniform(502, 606)
        wave, w = (
            ellipse(site.rng.uniform(LEFT, RIGHT), y, site.rng.uniform(14, 44), 1.6),
            WHITE,
        )
        site.canvas.fill(wave, site.color(w), 0.4)
    for y, r in ((526, 4.5), (562, 6.5)):
        for k, x in enumerate(range(int(LEFT), int(RIGHT), int(r * 3.4))):
            site.canvas.fill(
                ellipse(x, y, r * 1.3, r),
                site.color((232, 80, 76) if k // 6 % 2 else (250, 250, 250)),
            )
    ring(site, 390, 548, 46)
    duck(site, 880, 550, 44)


def _deck(site: Site) -> None:
    site.box(LEFT, 606, RIGHT, 622, (250, 252, 252))
    site.ground(620, (232, 222, 206), (176, 160, 148))
    for k in range(-12, 30):
        site.line(
            (200, 186, 170),
            1.8,
            (640 + (k - 9) * 70, 620),
            (640 + (k - 9) * 150, BOTTOM),
            alpha=0.7,
        )
    for y in (646, 686, 740):
        site.line((200, 186, 170), 1.8, (LEFT, y), (RIGHT, y), alpha=0.7)


def ring(site: Site, x: float, y: float, size: float) -> None:
    """Draw a swimming ring on the water."""
    site.shadow(x, y + size * 0.2, size * 1.1, size * 0.3, 0.25)
    for width, color in ((size * 0.5, (244, 110, 120)), (size * 0.16, (255, 244, 236))):
        site.canvas.stroke(ellipse(x, y, size * 0.7, size * 0.3), site.color(color), width)


def duck(site: Site, x: float, y: float, size: float) -> None:
    """Draw a rubber duck."""
    site.disc(x, y, size * 0.6, (255, 214, 70), size * 0.4)
    site.disc(x - size * 0.36, y - size * 0.6, size * 0.36, (255, 214, 70))
    site.disc(x - size * 0.76, y - size * 0.54, size * 0.16, (250, 140, 50), size * 0.09)
    site.canvas.fill(ellipse(x - size * 0.46, y - size * 0.68, size * 0.06), (40, 36, 40))


def slide(site: Site, x: float, y: float, size: float) -> None:
    """Draw a water slide with its tower."""
    for k in (0, 0.26):
        site.line((170, 180, 196), 8, (x + size * k, y), (x + size * k, y - size * 0.9))
    for k in range(1, 8):
        site.line(
            (170, 180, 196), 5, (x, y - size * 0.11 * k), (x + size * 0.26, y - size * 0.11 * k)
        )
    chute = (
        Path()
        .move(x + size * 0.1, y - size * 0.9)
        .cubic(
            (x - size * 0.5, y - size * 0.9), (x + size * 0.1, y - size * 0.3), (x - size * 0.8, y)
        )
    )
    for width, color in ((44, (60, 150, 226)), (26, (140, 210, 250))):
        site.canvas.stroke(chute, site.color(color), width)
    site.poly(
        (246, 120, 90),
        (x - size * 0.12, y - size * 1.06),
        (x + size * 0.13, y - size * 1.26),
        (x + size * 0.38, y - size * 1.06),
    )


def lounger(site: Site, x: float, y: float, size: float) -> None:
    """Draw a deck chair."""
    site.shadow(x, y, size * 0.6, size * 0.07)
    for k in (-0.4, 0.3):
        site.line((240, 240, 240), 6, (x + k * size, y), (x + k * size, y - size * 0.2))
    site.line(
        (84, 170, 214),
        size * 0.1,
        (x - size * 0.5, y - size * 0.22),
        (x + size * 0.2, y - size * 0.22),
        (x + size * 0.52, y - size * 0.6),
    )
