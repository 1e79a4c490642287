"""Woods, groves and the jungle."""

from miaobi.drawing.canvas import linear, radial
from miaobi.drawing.color import Color, mix, shade, tint
from miaobi.drawing.path import Path, ellipse
from miaobi.places import brushes, greenery
from miaobi.places.conditions import Conditions
from miaobi.places.lands.springs import MAPLES
from miaobi.places.place import LEFT, RIGHT, TOP, Place
from miaobi.places.towns.site import Part, Plan, Site
from miaobi.places.wild import plants, rocks, trees
from miaobi.places.wild import scenery as s
from miaobi.places.wild.trees import fallen, giant, trunks

PINK: Color = (252.0, 182.0, 204.0)
PETALS: Color = (255.0, 200.0, 218.0)
WAY: Color = (206.0, 180.0, 140.0)


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
        trees.bamboo(site, x, y, size)

    parts = (
        Part(6, 0.62, s.row(stalk, 560, 620, 64, 0.1)),
        Part(4, 0.44, s.together(s.row(stalk, 580, 660, 84, 0.1), s.mist(540, 70, 0.5))),
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
                s.put(rocks.stone(), (240, 650, 26), (1060, 656, 32)),
            ),
        ),
    )
    front = (Part(0.62, 0, s.together(s.ferns, s.hanging), 4),)
    return s.outdoors(when, Plan(parts, 606, 670, front, sky=veil))


def autumn_forest(when: Conditions) -> Place:
    """Paint a wood of red and golden maples with fallen leaves."""
    maple = trees.colored_tree(*MAPLES)
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
                fallen(*MAPLES),
                s.put(plants.mushroom, (150, 668, 44), (186, 676, 30), (1100, 662, 36)),
            ),
        ),
    )
    front = (Part(0.62, 0, s.ferns, 4),)
    return s.outdoors(when, Plan(parts, 606, 670, front))


def birch_forest(when: Conditions) -> Place:
    """Paint a wood of white birches."""
    parts = (
        Part(6, 0.7, s.together(s.hills(470, 30), s.row(trees.fir, 500, 130, 52))),
        Part(4, 0.5, s.row(trees.birch, 572, 720, 74)),
        Part(2.4, 0.24, s.together(s.row(trees.birch, 596, 760, 128, 0.1), s.hills(590, 8))),
        Part(
            1.4,
            0.04,
            s.together(
                s.row(trees.birch, 622, 820, 190, 0.1, (350, 930)),
                s.row(trees.bush, 622, 110, 230, clear=(380, 900)),
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
    cherry = trees.colored_tree((252, 182, 204), (255, 206, 222), (244, 160, 190))
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
                fallen(PETALS, PINK),
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
            greenery.tree(site.canvas, 250, 640, 620, site.color((120, 96, 86)), site.rng, True)
            return
        leaves = s.leafy(site)
        puffs = [(site.rng.uniform(-340, 660), site.rng.uniform(-60, 230)) for _ in range(46)]
        for x, y in sorted(puffs, key=lambda p: p[1]):
            y -= abs(x - 200) * 0.04
            r = site.rng.uniform(70, 120)
            light = radial(
                (x - r * 0.3, y - r * 0.5), r * 1.5, tint(leaves, 0.3), leaves, shade(leaves, 0.32)
            )
            site.canvas.fill(ellipse(x, y, r, r * 0.86), light)

    parts = (
        Part(6, 0.6, s.together(s.hills(460, 50), s.row(trees.leaf_tree, 500, 70, 90))),
        Part(3, 0.3, s.hills(550, 30)),
        Part(1.4, 0.02, great),
        Part(
            1,
            0,
            s.together(
                s.floor(610, None, 260, 40),
                lambda site: site.shadow(330, 664, 560, 54, 0.36),
                s.put(rocks.stone(), (90, 672, 34)),
            ),
        ),
    )
    return s.outdoors(when, Plan(parts, 610, 670))


def jungle(when: Conditions) -> Place:
    """Paint a jungle with giant leaves, vines and a distant waterfall of light."""

    parts = (
        Part(6, 0.62, s.together(s.row(trees.palm, 560, 330, 90), s.row(trees.bush, 580, 180, 80))),
        Part(
            4, 0.4, s.together(s.row(trees.palm, 580, 420, 160), s.row(trees.bush, 600, 170, 110))
        ),
        Part(
            2.4,
            0.14,
            s.together(
                trunks(700, 46, (96, 84, 66), 260, (480, 800)),
                _vines,
                s.row(trees.bush, 612, 150, 130, clear=(420, 860)),
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
                s.put(rocks.stone((110, 124, 110)), (150, 680, 30), (1130, 676, 34)),
            ),
        ),
    )
    front = (Part(0.62, 0, s.together(s.ferns, s.hanging), 4),)
    return s.outdoors(when, Plan(parts, 606, 670, front, sky=_veil))


def _veil(site: Site) -> None:
    green = site.color((130, 196, 130))
    brushes.backdrop(
        site.canvas,
        mix(green, site.colors.sky_middle, 0.3),
        tint(green, 0.55 * site.tone[0]),
        site.color((90, 160, 110)),
        bottom=600,
    )


def _vines(site: Site) -> None:
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
