"""Orchards and fields of flowers, tea, rice and wheat."""

import math

from miaobi.drawing.color import Color, mix, shade, tint
from miaobi.drawing.path import Path, ellipse, smooth
from miaobi.places import brushes
from miaobi.places.conditions import Conditions
from miaobi.places.place import LEFT, RIGHT, Place
from miaobi.places.towns.site import Painting, Part, Plan, Site, join
from miaobi.places.wild import plants, trees
from miaobi.places.wild import scenery as s


def rows_of(
    piece: s.Piece, hue: Color, size: float, top: float = 500, count: int = 8, clear: bool = True
) -> Painting:
    """Return rows of plants which grow larger toward the viewer and leave room for figures."""

    def paint(site: Site) -> None:
        for k in range(count):
            t = (k / (count - 1)) ** 1.6
            y, big = top + (640 - top) * t, size * (0.16 + 0.84 * t)
            far = site.at(0.5 * (1 - t))
            if big < size * 0.4:
                dots = [ellipse(x, y - big * 0.8, big * 0.3, big * 0.4) for x in _along(far, big)]
                site.canvas.fill(join(dots), far.color(hue))
                continue
            for x in _along(far, big):
                if not (clear and y > 596 and 290 < x < 990):
                    piece(far, x, y, big * far.rng.uniform(0.85, 1.15))

    return paint


def _along(site: Site, size: float) -> list[float]:
    step = size * 0.7 + 5
    count = int((RIGHT - LEFT) / step)
    return [LEFT + (k + site.rng.uniform(-0.3, 0.3)) * step for k in range(count)]


def flower_field(when: Conditions) -> Place:
    """Paint a field of sunflowers, lavender or tulips, by the seed."""
    kinds = (
        (plants.stalks((252, 200, 50), round_head=True), 76.0, (226, 190, 80)),
        (plants.stalks((160, 116, 216)), 48.0, (160, 126, 206)),
        (plants.tulip, 44.0, (226, 120, 120)),
    )
    piece, size, hue = kinds[when.seed % 3]
    parts = (
        Part(6, 0.6, s.together(s.hills(440, 50), s.row(trees.leaf_tree, 486, 60, 110))),
        Part(3, 0.3, s.together(s.hills(492, 12, mix(hue, (110, 170, 90), 0.3)))),
        Part(
            1.5,
            0.1,
            s.together(
                s.floor(520, mix(hue, (130, 180, 84), 0.3), bumps=4, low=0.16),
                rows_of(piece, hue, size, 522),
            ),
        ),
        Part(
            1,
            0,
            s.together(
                s.path_to(640, 560, (214, 190, 146), 120, 60),
                s.scatter(piece, 26, 660, 740, size * 0.9, True),
            ),
        ),
    )
    front = (
        Part(
            0.7,
            0,
            s.put(
                piece, *[(x, 770, size * 2.4) for x in (-120, -50, 30, 90, 1190, 1250, 1320, 1400)]
            ),
            3,
        ),
    )
    return s.outdoors(when, Plan(parts, 606, 672, front))


def tea_field(when: Conditions) -> Place:
    """Paint terraced rows of tea on misty hills."""

    def terraces(site: Site) -> None:
        for k in range(8):
            t = k / 7
            y, far = 446 + 158 * t**1.2, site.at(0.42 * (1 - t))
            green = s.leafy(far, 0.05)
            line = [
                (x, py + 16 * math.sin(x / 300 + k * 0.8))
                for x, py in brushes.ridge(y, 7, site.rng, 40)
            ]
            brushes.land(site.canvas, line, shade(green, 0.34), shade(green, 0.4), 60)
            r = 10 + 15 * t
            tops = [
                ellipse(x, py + r * 0.3, r * 1.5, r * 0.72) for x, py in smoothed(line, r * 1.5)
            ]
            site.canvas.fill(join(tops), green)
            lights = [
                ellipse(x - r * 0.3, py, r * 1.0, r * 0.34) for x, py in smoothed(line, r * 1.5)
            ]
            site.canvas.fill(join(lights), tint(green, 0.3))

    parts = (
        Part(7, 0.7, s.together(s.peaks(440, 190, (110, 150, 150)), s.mist(430, 40, 0.6))),
        Part(4, 0.45, s.together(s.hills(430, 44), s.mist(470, 34, 0.5))),
        Part(1.8, 0, s.together(terraces)),
        Part(
            1,
            0,
            s.together(
                s.floor(616, (190, 160, 110), 60),
                s.row(trees.hedge, 640, 96, 92, 0.1, (250, 1030)),
            ),
        ),
    )
    front = (Part(0.66, 0, s.row(trees.hedge, 810, 190, 170, 0.1, (140, 1140)), 3),)
    return s.outdoors(when, Plan(parts, 616, 672, front))


def smoothed(line: list[tuple[float, float]], step: float) -> list[tuple[float, float]]:
    """Return points along a line, at equal steps of x."""
    points, x, k = [], line[0][0], 0
    while x < line[-1][0]:
        while line[k + 1][0] < x:
            k += 1
        (x0, y0), (x1, y1) = line[k], line[k + 1]
        points.append((x, y0 + (y1 - y0) * (x - x0) / (x1 - x0)))
        x += step
    return points


def rice_field(when: Conditions) -> Place:
    """Paint rice terraces filled with water, with a farm hut and mountains."""
    gold = when.season == "autumn"

    def terraces(site: Site) -> None:
        for k in range(7):
            t = k / 6
            y = 452 + 150 * t**1.25
            line = [
                (x, py + 10 * math.sin(x / 190 + k * 1.7))
                for x, py in brushes.ridge(y, 7, site.rng, 44)
            ]
            pool = mix(site.colors.sky_bottom, site.color((150, 190, 170)), 0.3 + 0.2 * t)
            brushes.land(site.canvas, line, tint(pool, 0.2), pool, 60)
            bank = s.earth(site.at(0.4 * (1 - t)), (212, 180, 84) if gold else (116, 170, 80))
            site.canvas.stroke(smooth(line), shade(bank, 0.3), 9 + 8 * t)
            site.canvas.stroke(smooth([(x, py - 3) for x, py in line]), bank, 7 + 6 * t)
            blades = [p for x, py in line for p in sprouts(site, x, py + 8 + 16 * t, 6 + 12 * t)]
            site.canvas.fill(join(blades), bank)

    parts = (
        Part(7, 0.66, s.together(s.peaks(450, 210, (110, 140, 160)), s.mist(440, 40, 0.5))),
        Part(4, 0.36, s.together(s.hills(440, 34), s.row(trees.leaf_tree, 466, 56, 150))),
        Part(1.8, 0, terraces),
        Part(
            1,
            0,
            s.together(
                s.floor(614, (196, 168, 110) if gold else (136, 176, 88), 180),
                s.scatter(plants.tuft, 30, 640, 735, 34, True),
            ),
        ),
    )
    front = (Part(0.66, 0, s.ferns, 4),)
    return s.outdoors(when, Plan(parts, 614, 672, front))


def sprouts(site: Site, x: float, y: float, size: float) -> list[Path]:
    """Return a clump of young rice as paths."""
    clump = []
    for k in (-2, -1, 0, 1, 2):
        left = x + k * size * 1.1 + site.rng.uniform(-3, 3)
        tip = (left + k * 2, y - size)
        clump.append(Path().move(left - 1.4, y).line(tip, (left + 1.4, y)).close())
    return clump


def field(when: Conditions) -> Place:
    """Paint a field of ripe wheat with hay bales."""
    wheat = plants.wheat
    gold: Color = (232, 190, 92)
    parts = (
        Part(6, 0.56, s.together(s.hills(450, 44), s.row(trees.leaf_tree, 490, 60, 120))),
        Part(
            3.4,
            0.22,
            s.together(
                s.hills(506, 14, gold), s.put(bale, (330, 556, 50), (880, 548, 44), (1180, 566, 60))
            ),
        ),
        Part(1.5, 0.06, s.together(s.floor(560, gold, bumps=5), rows_of(wheat, gold, 72, 552, 6))),
        Part(
            1,
            0,
            s.together(
                s.path_to(640, 566, (214, 178, 120), 200, 90),
                s.scatter(wheat, 50, 640, 740, 80, True),
            ),
        ),
    )
    front = (
        Part(
            0.7,
            0,
            s.put(
                wheat,
                *[(x, 800, 210) for x in (-130, -80, -20, 30, 80, 1190, 1240, 1290, 1350, 1410)],
            ),
            3,
        ),
    )
    return s.outdoors(when, Plan(parts, 606, 672, front))


def bale(site: Site, x: float, y: float, size: float) -> None:
    """Draw a round bale of hay."""
    site.shadow(x, y, size * 0.9, size * 0.12)
    site.box(x - size * 0.2, y - size, x + size * 0.9, y, (220, 176, 86), size * 0.4)
    site.disc(x - size * 0.2, y - size * 0.5, size * 0.46, (240, 204, 118), size * 0.5)
    for q in (0.32, 0.18):
        site.canvas.stroke(
            ellipse(x - size * 0.2, y - size * 0.5, size * q, size * q * 1.08),
            site.color((196, 150, 70)),
            2,
        )


def orchard(when: Conditions) -> Place:
    """Paint rows of apple trees with baskets and a ladder."""
    parts = (
        Part(6, 0.6, s.hills(480, 46)),
        Part(4, 0.4, s.row(apple_tree, 536, 120, 96)),
        Part(2.2, 0.16, s.together(s.hills(560, 8), s.row(apple_tree, 588, 240, 210, 0.1))),
        Part(
            1.4,
            0,
            s.put(
                apple_tree, (100, 640, 430), (1190, 640, 440), (-260, 640, 430), (1540, 640, 430)
            ),
        ),
        Part(
            1,
            0,
            s.together(s.floor(608, None, 220, 20), s.put(basket, (190, 672, 74), (1090, 668, 84))),
        ),
    )
    return s.outdoors(when, Plan(parts, 608, 670))


def apple_tree(site: Site, x: float, y: float, size: float) -> None:
    """Draw a tree full of apples; in blossom in spring, bare in winter."""
    if site.when.season == "spring":
        trees.colored_tree((255, 226, 234), (252, 204, 220))(site, x, y, size)
        return
    trees.leaf_tree(site, x, y, size)
    if site.when.season == "winter":
        return
    for _ in range(15):
        turn, far = site.rng.uniform(0, math.tau), size * 0.32 * site.rng.random() ** 0.5
        site.disc(
            x + far * math.cos(turn),
            y - size * 0.72 + far * 0.8 * math.sin(turn),
            size * 0.026,
            (224, 58, 54),
        )


def basket(site: Site, x: float, y: float, size: float) -> None:
    """Draw a basket of apples."""
    site.shadow(x, y, size * 0.66, size * 0.12)
    for k in range(7):
        site.disc(
            x + (k - 3) * size * 0.13,
            y - size * 0.5 - (k % 2) * size * 0.1,
            size * 0.12,
            (226, 64, 56),
        )
    site.poly(
        (196, 146, 88),
        (x - size * 0.5, y - size * 0.5),
        (x - size * 0.38, y),
        (x + size * 0.38, y),
        (x + size * 0.5, y - size * 0.5),
    )
    for up in (0.16, 0.32):
        site.line(
            (150, 104, 62), 2, (x - size * 0.46, y - size * up), (x + size * 0.46, y - size * up)
        )
