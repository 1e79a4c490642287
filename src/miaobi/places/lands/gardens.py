"""Yards, gardens and parks."""

import math

from miaobi.drawing.color import WHITE, Color
from miaobi.drawing.path import Path, ellipse, polygon, rectangle
from miaobi.places.conditions import Conditions
from miaobi.places.lands.fields import basket
from miaobi.places.place import LEFT, RIGHT, Light, Place
from miaobi.places.towns import buildings
from miaobi.places.towns import street_pieces as street
from miaobi.places.towns.site import Painting, Part, Plan, Site
from miaobi.places.wild import plants, rocks, trees, yards
from miaobi.places.wild import scenery as s

PATH: Color = (220, 200, 164)


def backyard(when: Conditions) -> Place:
    """Paint a yard with a house, a fence, a tree with a swing, and laundry."""

    def laundry(site: Site) -> None:
        for x in (520, 800):
            site.line((150, 110, 76), 7, (x, 590), (x, 430))
        rope = Path().move(520, 440).quad((660, 462), (800, 440))
        site.canvas.stroke(rope, site.color((236, 230, 220)), 2.4)
        for k, hue in enumerate(
            ((236, 110, 110), (250, 246, 236), (110, 170, 220), (250, 206, 100))
        ):
            x, y = 560 + k * 56, 450 - abs(k - 1.5) * 2
            site.poly(hue, (x - 19, y), (x + 19, y), (x + 22, y + 58), (x - 17, y + 54))

    parts = (
        Part(6, 0.5, s.together(s.hills(450, 30), s.row(trees.leaf_tree, 500, 130, 80))),
        Part(
            2.4,
            0.08,
            s.together(
                house_at(1090, 594, 330, 300, (250, 232, 200), (190, 92, 76)),
                s.hills(592, 3),
                s.row(yards.picket(), 598, 88, 84, 0.0, (930, 1260)),
                laundry,
            ),
        ),
        Part(
            1.4,
            0,
            s.together(
                s.put(trees.leaf_tree, (110, 634, 470), (-260, 634, 400)),
                s.put(trees.bush, (290, 626, 110), (930, 622, 100), (1230, 626, 120)),
            ),
        ),
        Part(1, 0, s.together(s.floor(608, None, 230, 30), s.put(rocks.stone(), (1120, 674, 26)))),
    )
    lamps = (Light(1090, 470, 460, (255, 210, 130), 0.3),)
    return s.outdoors(when, Plan(parts, 608, 670, (Part(0.62, 0, s.ferns, 4),), lamps=lamps))


def garden(when: Conditions) -> Place:
    """Paint a garden with flower beds, a rose arch, hedges and a path."""
    rose = plants.stalks((236, 90, 120), round_head=True, heart=(250, 160, 180))

    parts = (
        Part(6, 0.5, s.together(s.hills(460, 30), s.row(trees.leaf_tree, 510, 150, 80))),
        Part(
            3,
            0.12,
            s.together(
                s.row(trees.hedge, 586, 130, 130, 0.05),
                s.row(
                    trees.colored_tree((252, 182, 204), (255, 206, 222), (120, 180, 100)),
                    580,
                    230,
                    260,
                    clear=(440, 840),
                ),
            ),
        ),
        Part(1.8, 0.02, s.together(s.hills(594, 3), _rose_arch)),
        Part(
            1.4,
            0,
            s.together(
                s.row(plants.tulip, 636, 62, 34, clear=(330, 950)),
                s.put(rose, *[(x, 640, 110) for x in (60, 110, 170, 230, 1060, 1110, 1170, 1220)]),
            ),
        ),
        Part(1, 0, s.together(s.floor(608, None, 180, 46), s.path_to(640, 606, PATH, 190, 70))),
    )
    front = (
        Part(
            0.66,
            0,
            s.put(
                plants.tulip, *[(x, 800, 170) for x in (-110, -50, 20, 70, 1210, 1270, 1330, 1400)]
            ),
            3,
        ),
    )
    return s.outdoors(when, Plan(parts, 608, 670, front))


def _rose_arch(site: Site) -> None:
    bow = (
        Path()
        .move(520, 606)
        .line((520, 420))
        .cubic((520, 260), (760, 260), (760, 420))
        .line((760, 606))
    )
    for width, color in ((26, WHITE), (10, (206, 214, 220))):
        site.canvas.stroke(bow, site.color(color), width)
    for k in range(60):
        t = k / 59
        x, y = (
            (520, 600 - t * 3 * 180)
            if t < 0.33
            else (760, 600 - (1 - t) * 3 * 180)
            if t > 0.67
            else (
                640 - 120 * math.cos((t - 0.33) / 0.34 * 3.14),
                420 - 118 * math.sin((t - 0.33) / 0.34 * 3.14),
            )
        )
        r = site.rng.uniform(11, 19)
        x, y = x + site.rng.uniform(-16, 16), y + site.rng.uniform(-12, 12)
        site.canvas.fill(ellipse(x, y, r), s.leafy(site, site.rng.uniform(0, 0.2)))
        if k % 2 and site.when.season != "winter":
            hue = site.rng.choice(((240, 100, 130), (252, 170, 190), (255, 240, 240)))
            site.disc(x, y, r * 0.55, hue)


def house_at(x: float, y: float, w: float, h: float, wall: Color, tiles: Color) -> Painting:
    """Return a house with a tiled roof."""
    return lambda site: buildings.house(site, x, y, w, h, wall, tiles)


def picnic(when: Conditions) -> Place:
    """Paint a picnic: a checked blanket, a basket, food, a tree and a lake."""

    def blanket(site: Site) -> None:
        cloth = polygon([(330, 640), (950, 640), (1090, 726), (190, 726)])
        site.canvas.fill(cloth, site.color((250, 244, 236)))
        with site.canvas.grouped(clip=cloth):
            for k in range(13):
                a, b = 330 + k * 52, 190 + k * 75
                site.poly((236, 96, 90), (a, 640), (a + 26, 640), (b + 37, 726), (b, 726), soft=0)
            for y in (648, 672, 700):
                red = site.color((236, 96, 90))
                site.canvas.fill(rectangle(150, y, 1100, y + 12), red, 0.45)

    def food(site: Site) -> None:
        basket(site, 290, 672, 110)
        for x, y, hue in (
            (1000, 676, (226, 60, 56)),
            (1026, 682, (240, 190, 70)),
            (980, 684, (130, 190, 80)),
        ):
            site.disc(x, y - 12, 13, hue)
        slice_ = Path().move(880, 700).quad((925, 730), (970, 700)).close()
        site.fill(slice_, (236, 84, 90), 0.1)
        site.line((90, 170, 90), 5, (880, 701), (925, 716), (970, 701))

    parts = (
        Part(6, 0.55, s.together(s.peaks(450, 150, (120, 138, 176), 0.2), s.hills(440, 30))),
        Part(4, 0.1, s.together(s.water(480, 600, s.LAKE, 60), s.hills(540, 8))),
        Part(
            2.2,
            0.08,
            s.together(
                s.hills(570, 10),
                s.put(
                    trees.leaf_tree,
                    (300, 590, 230),
                    (1060, 586, 250),
                    (-200, 590, 240),
                    (1480, 590, 240),
                ),
            ),
        ),
        Part(1.4, 0, s.put(trees.leaf_tree, (60, 636, 480), (1330, 640, 430))),
        Part(1, 0, s.together(s.floor(606, None, 220, 44), blanket, food)),
    )
    return s.outdoors(when, Plan(parts, 606, 684, (Part(0.62, 0, s.ferns, 4),), sky=s.sky_to(460)))


def park(when: Conditions) -> Place:
    """Paint a city park with a fountain, benches, lamps and trees."""

    def towers(site: Site) -> None:
        for k, x in enumerate(range(int(LEFT), int(RIGHT), 150)):
            buildings.skyscraper(
                site,
                x + site.rng.uniform(0, 50),
                520,
                site.rng.uniform(70, 110),
                site.rng.uniform(120, 260),
                (170, 184, 206),
                k % 4,
            )

    def furniture(site: Site) -> None:
        street.fountain(site, 640, 606, 230)
        for x in (90, 1190):
            street.lamp(site, x, 622, 260)
        for x in (220, 1060):
            street.bench(site, x, 628, 150)

    parts = (
        Part(7, 0.6, towers),
        Part(4, 0.34, s.together(s.hills(520, 16), s.row(trees.leaf_tree, 552, 140, 80))),
        Part(
            2.2,
            0.08,
            s.together(s.hills(576, 4), s.row(trees.leaf_tree, 596, 270, 230, 0.15, (420, 860))),
        ),
        Part(
            1.4,
            0,
            s.together(furniture, s.put(trees.leaf_tree, (-40, 636, 420), (1330, 636, 430))),
        ),
        Part(1, 0, s.together(s.floor(612, None, 180, 30), s.path_to(640, 612, PATH, 260, 130))),
    )
    lamps = (
        Light(90, 400, 460, (255, 206, 130), 0.34),
        Light(1190, 400, 460, (255, 206, 130), 0.34),
    )
    return s.outdoors(when, Plan(parts, 612, 670, (Part(0.62, 0, s.ferns, 4),), lamps=lamps))
