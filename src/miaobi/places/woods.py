"""Places among trees and plants: groves, jungle, orchards, fields of flowers, rice and tea."""

import math

from miaobi.drawing.canvas import linear
from miaobi.drawing.color import Color, mix, shade, tint
from miaobi.drawing.path import Path, ellipse, smooth
from miaobi.places import brushes, plants
from miaobi.places import scenery as s
from miaobi.places import wild_pieces as wild
from miaobi.places.conditions import Conditions
from miaobi.places.place import LEFT, RIGHT, TOP, Place
from miaobi.places.site import Part, Plan, Site, join

PETALS: Color = (255.0, 200.0, 218.0)
WAY: Color = (206.0, 180.0, 140.0)


def fallen(*colors: Color) -> s.Painting:
    """Return leaves or petals on the ground and in the air."""

    def paint(site: Site) -> None:
        for number in range(110):
            low = number % 4 > 0
            y = site.rng.uniform(616, 735) if low else site.rng.uniform(60, 600)
            with site.canvas.transformed(
                site.rng.uniform(LEFT, RIGHT), y, site.rng.uniform(0, 360)
            ):
                size = site.rng.uniform(3.4, 7)
                leaf = (
                    Path()
                    .move(-size, 0)
                    .quad((0, -size * 0.7), (size, 0))
                    .quad((0, size * 0.7), (-size, 0))
                    .close()
                )
                site.canvas.fill(leaf, site.color(site.rng.choice(colors)), 0.9)

    return paint


def trunks(
    size: float, width: float, color: Color, step: float, clear: tuple[float, float]
) -> s.Painting:
    """Return dark trunks which rise out of the picture."""

    def trunk(site: Site, x: float, y: float, big: float) -> None:
        w, c = width * big / size, site.color(color)
        body = (
            Path()
            .move(x - w * 0.42, TOP - 9)
            .cubic((x - w * 0.4, 200), (x - w * 0.46, y - 120), (x - w, y + 6))
        )
        body.line((x - w * 0.2, y - 3), (x + w * 0.2, y + 7), (x + w, y + 4))
        body.cubic((x + w * 0.46, y - 120), (x + w * 0.4, 200), (x + w * 0.42, TOP - 9)).close()
        site.canvas.fill(
            body, linear((x - w * 0.6, 0), (x + w * 0.6, 0), tint(c, 0.2), c, shade(c, 0.42))
        )

    return s.row(trunk, 616, size, step, 0.2, clear)


def bamboo_grove(when: Conditions) -> Place:
    """Paint a grove of bamboo with a path and light between the stalks."""

    def veil(site: Site) -> None:
        green = mix(site.color((150, 200, 130)), site.colors.haze, 0.4)
        brushes.backdrop(
            site.canvas,
            mix(green, site.colors.sky_middle, 0.45),
            tint(green, 0.5 * site.tone[0]),
            green,
            bottom=600,
        )

    def stalk(site: Site, x: float, y: float, size: float) -> None:
        plants.bamboo(site, x, y, size)

    parts = (
        Part(6, 0.62, s.row(stalk, 560, 620, 46, 0.1)),
        Part(4, 0.44, s.together(s.row(stalk, 580, 660, 66, 0.1), s.mist(540, 70, 0.5))),
        Part(2.4, 0.22, s.row(stalk, 600, 720, 96, 0.1, (540, 740))),
        Part(
            1.4,
            0.05,
            s.together(s.row(stalk, 620, 790, 120, 0.1, (330, 950)), s.rays(560, 5, 620, 640, 0.2)),
        ),
        Part(
            1,
            0,
            s.together(
                s.floor(606, (150, 164, 100), 150),
                s.path_to(640, 606, WAY, 220),
                s.scatter(plants.tuft, 26, 626, 720, 26, True),
                s.put(wild.stone(), (240, 650, 26), (1060, 656, 32)),
            ),
        ),
    )
    front = (Part(0.62, 0, s.together(s.ferns, s.hanging), 4),)
    return s.outdoors(when, Plan(parts, 606, 670, front, sky=veil))


def autumn_forest(when: Conditions) -> Place:
    """Paint a wood of red and golden maples with fallen leaves."""
    maple = plants.colored_tree(*plants.MAPLES)
    parts = (
        Part(6, 0.66, s.together(s.hills(440, 40, (216, 150, 90)), s.row(maple, 480, 120, 54))),
        Part(3, 0.36, s.together(s.row(maple, 568, 240, 104), s.hills(566, 12, (206, 160, 90)))),
        Part(
            1.5,
            0.06,
            s.together(
                trunks(700, 48, (112, 78, 62), 300, (330, 950)),
                s.put(maple, (60, 626, 400), (1230, 630, 430), (-240, 626, 420), (1520, 626, 400)),
            ),
        ),
        Part(
            1,
            0,
            s.together(
                s.floor(606, (204, 150, 84), 60),
                s.path_to(640, 606, (222, 188, 132), 200),
                fallen(*plants.MAPLES),
                s.put(plants.mushroom, (150, 668, 44), (186, 676, 30), (1100, 662, 36)),
            ),
        ),
    )
    front = (Part(0.62, 0, s.ferns, 4),)
    return s.outdoors(when, Plan(parts, 606, 670, front))


def birch_forest(when: Conditions) -> Place:
    """Paint a wood of white birches."""
    parts = (
        Part(6, 0.7, s.together(s.hills(470, 30), s.row(plants.fir, 500, 130, 52))),
        Part(4, 0.5, s.row(plants.birch, 572, 720, 74)),
        Part(2.4, 0.24, s.together(s.row(plants.birch, 596, 760, 128, 0.1), s.hills(590, 8))),
        Part(
            1.4,
            0.04,
            s.together(
                s.row(plants.birch, 622, 820, 190, 0.1, (350, 930)),
                s.row(plants.bush, 622, 110, 230, clear=(380, 900)),
            ),
        ),
        Part(
            1,
            0,
            s.together(
                s.floor(608, None, 200, 18), s.put(plants.mushroom, (190, 664, 40), (1080, 668, 34))
            ),
        ),
    )
    front = (Part(0.62, 0, s.ferns, 4),)
    return s.outdoors(when, Plan(parts, 608, 670, front))


def cherry_grove(when: Conditions) -> Place:
    """Paint cherry trees in blossom, with petals in the air."""
    cherry = plants.colored_tree((252, 182, 204), (255, 206, 222), (244, 160, 190))
    parts = (
        Part(6, 0.6, s.together(s.peaks(470, 190, (130, 144, 190), 0.4), s.hills(470, 30))),
        Part(4, 0.4, s.row(cherry, 520, 130, 62)),
        Part(
            2.4, 0.16, s.together(s.hills(562, 12), s.row(cherry, 586, 250, 170, 0.15, (560, 720)))
        ),
        Part(
            1.4,
            0.02,
            s.put(cherry, (90, 634, 460), (1200, 634, 480), (-260, 634, 440), (1540, 634, 440)),
        ),
        Part(
            1,
            0,
            s.together(
                s.floor(608, (150, 196, 110), 160),
                s.path_to(640, 608, (236, 214, 196), 180),
                fallen(PETALS, plants.PINK),
            ),
        ),
    )
    return s.outdoors(when, Plan(parts, 608, 670))


def under_tree(when: Conditions) -> Place:
    """Paint a meadow under one great tree."""

    def great(site: Site) -> None:
        bare = when.season == "winter"
        with site.canvas.transformed(250, 636):
            bark = site.color((120, 84, 62))
            trunk = (
                Path().move(-110, 10).cubic((-44, -30), (-50, -160), (-44, -330)).line((56, -330))
            )
            trunk.cubic((48, -160), (50, -40), (130, 10)).line((60, 2), (20, 14), (-40, 0)).close()
            site.canvas.fill(
                trunk, linear((-60, 0), (60, 0), tint(bark, 0.2), bark, shade(bark, 0.4))
            )
            for side, reach in ((1, 320), (-1, 260), (1, 180)):
                limb = (
                    Path()
                    .move(side * 20, -250)
                    .quad((side * reach * 0.4, -340), (side * reach, -390 - reach * 0.1))
                )
                site.canvas.stroke(limb, bark, 26)
        if bare:
            brushes.tree(site.canvas, 250, 640, 620, site.color((120, 96, 86)), site.rng, True)
            return
        leaves = s.leafy(site)
        puffs = [(site.rng.uniform(-340, 660), site.rng.uniform(-60, 230)) for _ in range(46)]
        for x, y in sorted(puffs, key=lambda p: p[1]):
            y -= abs(x - 200) * 0.04
            r = site.rng.uniform(70, 120)
            light = brushes.radial(
                (x - r * 0.3, y - r * 0.5), r * 1.5, tint(leaves, 0.3), leaves, shade(leaves, 0.32)
            )
            site.canvas.fill(ellipse(x, y, r, r * 0.86), light)

    parts = (
        Part(6, 0.6, s.together(s.hills(460, 50), s.row(plants.leaf_tree, 500, 70, 90))),
        Part(3, 0.3, s.hills(550, 30)),
        Part(1.4, 0.02, great),
        Part(
            1,
            0,
            s.together(
                s.floor(610, None, 260, 40),
                lambda site: site.shadow(330, 664, 560, 54, 0.36),
                s.put(wild.stone(), (90, 672, 34)),
            ),
        ),
    )
    return s.outdoors(when, Plan(parts, 610, 670))


def jungle(when: Conditions) -> Place:
    """Paint a jungle with giant leaves, vines and a distant waterfall of light."""

    def veil(site: Site) -> None:
        green = site.color((130, 196, 130))
        brushes.backdrop(
            site.canvas,
            mix(green, site.colors.sky_middle, 0.3),
            tint(green, 0.55 * site.tone[0]),
            site.color((90, 160, 110)),
            bottom=600,
        )

    def vines(site: Site) -> None:
        for _ in range(11):
            x, w, deep = (
                site.rng.uniform(LEFT, RIGHT),
                site.rng.uniform(160, 330),
                site.rng.uniform(120, 330),
            )
            vine = Path().move(x, TOP).cubic((x + w * 0.1, deep), (x + w * 0.8, deep), (x + w, TOP))
            site.canvas.stroke(vine, site.color((70, 116, 64)), site.rng.uniform(4, 8))
            for k in range(1, 8):
                t = k / 8
                px, py = x + w * t, TOP + (deep - TOP) * 3 * t * (1 - t)
                site.disc(px, py + 8, 6, (92, 150, 74), 11)

    parts = (
        Part(
            6, 0.62, s.together(s.row(plants.palm, 560, 330, 90), s.row(plants.bush, 580, 180, 80))
        ),
        Part(
            4, 0.4, s.together(s.row(plants.palm, 580, 420, 160), s.row(plants.bush, 600, 170, 110))
        ),
        Part(
            2.4,
            0.14,
            s.together(
                trunks(700, 46, (96, 84, 66), 260, (480, 800)),
                vines,
                s.row(plants.bush, 612, 150, 130, clear=(420, 860)),
            ),
        ),
        Part(
            1.4,
            0,
            s.together(
                s.rays(600, 4, 560, 640, 0.18),
                giant(
                    (60, 640, 300),
                    (240, 640, 190),
                    (1080, 640, 210),
                    (1240, 644, 310),
                    (-190, 640, 280),
                    (1460, 640, 280),
                ),
            ),
        ),
        Part(
            1,
            0,
            s.together(
                s.floor(606, (92, 136, 72), 200, 22),
                s.put(wild.stone((110, 124, 110)), (150, 680, 30), (1130, 676, 34)),
            ),
        ),
    )
    front = (Part(0.62, 0, s.together(s.ferns, s.hanging), 4),)
    return s.outdoors(when, Plan(parts, 606, 670, front, sky=veil))


def giant(*spots: tuple[float, float, float]) -> s.Painting:
    """Return plants with broad leaves."""

    def leaf(site: Site, x: float, y: float, size: float) -> None:
        green = site.color((58, 138, 74))
        for turn in (-66, 62, -40, 38, -14, 14):
            with site.canvas.transformed(x, y, turn + site.rng.uniform(-5, 5)):
                blade = (
                    Path()
                    .move(0, 0)
                    .cubic((-size * 0.34, -size * 0.3), (-size * 0.22, -size * 0.86), (0, -size))
                )
                blade.cubic((size * 0.22, -size * 0.86), (size * 0.34, -size * 0.3), (0, 0)).close()
                c = mix(green, site.color((120, 180, 80)), site.rng.random() * 0.5)
                site.canvas.fill(
                    blade, linear((-size * 0.2, 0), (size * 0.2, 0), tint(c, 0.2), c, shade(c, 0.3))
                )
                site.canvas.stroke(Path().move(0, 0).line((0, -size * 0.94)), tint(c, 0.3), 2.4)

    return s.put(leaf, *spots)


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
        plants.colored_tree((255, 226, 234), (252, 204, 220))(site, x, y, size)
        return
    plants.leaf_tree(site, x, y, size)
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
    for k in (0.16, 0.32):
        site.line(
            (150, 104, 62), 2, (x - size * 0.46, y - size * k), (x + size * 0.46, y - size * k)
        )


def rows_of(
    piece: s.Piece, hue: Color, size: float, top: float = 500, count: int = 8, clear: bool = True
) -> s.Painting:
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
        Part(6, 0.6, s.together(s.hills(440, 50), s.row(plants.leaf_tree, 486, 60, 110))),
        Part(3, 0.3, s.together(s.hills(492, 12, mix(hue, (110, 170, 90), 0.3)))),
        Part(
            1.5,
            0.1,
            s.together(
                s.floor(520, mix(hue, (130, 180, 84), 0.3), bumps=4, low=0.16), rows_of(piece, hue, size, 522)
            ),
        ),
        Part(
            1,
            0,
            s.together(
                s.path_to(640, 560, (214, 190, 146), 120, 60),
                s.scatter(piece, 36, 660, 740, size * 0.9, True),
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
            line = [(x, py + 16 * math.sin(x / 300 + k * 0.8)) for x, py in brushes.ridge(y, 7, site.rng, 40)]
            brushes.land(site.canvas, line, shade(green, 0.34), shade(green, 0.4), 60)
            r = 10 + 15 * t
            tops = [ellipse(x, py + r * 0.3, r * 1.5, r * 0.72) for x, py in smoothed(line, r * 1.5)]
            site.canvas.fill(join(tops), green)
            lights = [ellipse(x - r * 0.3, py, r * 1.0, r * 0.34) for x, py in smoothed(line, r * 1.5)]
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
                s.row(plants.hedge, 640, 96, 92, 0.1, (250, 1030)),
            ),
        ),
    )
    front = (Part(0.66, 0, s.row(plants.hedge, 810, 190, 170, 0.1, (140, 1140)), 3),)
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
        Part(4, 0.36, s.together(s.hills(440, 34), s.row(plants.leaf_tree, 466, 56, 150))),
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
    """Paint a field of ripe wheat with hay bales and a windmill."""
    wheat = plants.stalks((236, 192, 84), (206, 170, 80), leaves=False)
    gold: Color = (232, 190, 92)
    parts = (
        Part(6, 0.56, s.together(s.hills(450, 44), s.row(plants.leaf_tree, 490, 60, 120))),
        Part(
            3.4,
            0.22,
            s.together(
                s.hills(506, 14, gold), s.put(bale, (330, 556, 50), (880, 548, 44), (1180, 566, 60))
            ),
        ),
        Part(1.5, 0.06, s.together(s.floor(560, gold, bumps=5), rows_of(wheat, gold, 62, 556, 7))),
        Part(
            1,
            0,
            s.together(
                s.path_to(640, 566, (214, 178, 120), 200, 90),
                s.scatter(wheat, 60, 660, 735, 60, True),
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
