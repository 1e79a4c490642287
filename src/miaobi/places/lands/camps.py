"""Temples, treehouses, camps and bridges."""

from miaobi.drawing.canvas import linear, radial
from miaobi.drawing.color import Color, shade, tint
from miaobi.drawing.path import Path, ellipse
from miaobi.places.conditions import Conditions, palette
from miaobi.places.lands.lakes import moon_bridge
from miaobi.places.lands.springs import stone_lantern
from miaobi.places.place import BOTTOM, LEFT, RIGHT, Light, Place
from miaobi.places.towns import buildings, chinese
from miaobi.places.towns import street_pieces as street
from miaobi.places.towns.site import Part, Plan, Site
from miaobi.places.wild import boats, rocks, trees, yards
from miaobi.places.wild import scenery as s

TILES: Color = (84, 92, 116)


def temple(when: Conditions) -> Place:
    """Paint a temple with curved roofs between pines, a censer and steps."""

    parts = (
        Part(7, 0.6, s.together(s.peaks(470, 240, (116, 138, 150)), s.mist(470, 50, 0.6))),
        Part(
            5,
            0.4,
            s.together(
                s.row(trees.fir, 540, 190, 60),
                lambda site: chinese.pagoda(site, 1050, 560, 130, 400, 6, TILES),
            ),
        ),
        Part(2.2, 0.1, _shrine),
        Part(
            1.4,
            0,
            s.put(
                stone_lantern, (200, 636, 190), (1080, 636, 190), (-120, 636, 190), (1400, 636, 190)
            ),
        ),
        Part(
            1.3,
            0,
            s.put(trees.fir, (60, 640, 380), (1220, 640, 400), (-250, 640, 380), (1530, 640, 380)),
        ),
        Part(
            1,
            0,
            s.together(
                s.floor(606, (204, 198, 190), bumps=0.5),
                s.path_to(640, 606, (226, 220, 210), 200, 110),
            ),
        ),
    )
    lamps = (
        Light(200, 520, 420, (255, 200, 120), 0.34),
        Light(1080, 520, 420, (255, 200, 120), 0.34),
    )
    return s.outdoors(when, Plan(parts, 606, 668, lamps=lamps))


def _shrine(site: Site) -> None:
    site.box(250, 566, 1030, 604, (190, 186, 180))
    chinese.hall(site, 640, 570, 620, 340, TILES, tiers=2)
    for k in range(4):
        site.box(
            540 - k * 14,
            566 + k * 10,
            740 + k * 14,
            578 + k * 10,
            tint((190, 186, 180), 0.1 * k),
        )


def treehouse(when: Conditions) -> Place:
    """Paint a wooden house in a great tree, with a ladder and a rope swing."""

    parts = (
        Part(6, 0.6, s.together(s.hills(460, 40), s.row(trees.leaf_tree, 500, 110, 70))),
        Part(
            3.4,
            0.34,
            s.together(s.hills(560, 14), s.row(trees.leaf_tree, 590, 210, 170, clear=(420, 860))),
        ),
        Part(1.7, 0.03, _tree),
        Part(
            1,
            0,
            s.together(
                s.floor(608, None, 220, 30), s.row(trees.bush, 624, 100, 240, clear=(260, 1020))
            ),
        ),
    )
    lamps = (Light(600, 320, 500, (255, 210, 130), 0.3),)
    return s.outdoors(when, Plan(parts, 608, 670, (Part(0.62, 0, s.ferns, 4),), lamps=lamps))


def _tree(site: Site) -> None:
    bark = site.color((122, 86, 62))
    _crown(site, (240, 1060), (-40, 170), 34, 0.16)
    trunk = (
        Path()
        .move(520, 616)
        .cubic((580, 580), (566, 460), (570, 330))
        .line(
            (490, 180),
            (530, 170),
            (610, 280),
            (650, 120),
            (690, 126),
            (690, 300),
            (800, 170),
            (834, 190),
            (716, 360),
        )
    )
    trunk.cubic((716, 470), (706, 580), (776, 616)).line((700, 608), (640, 622), (590, 606)).close()
    site.canvas.fill(trunk, linear((560, 0), (730, 0), tint(bark, 0.2), bark, shade(bark, 0.42)))
    _cabin(site)
    _crown(site, (200, 440), (60, 250), 10, 0.0)
    _crown(site, (850, 1090), (60, 250), 10, 0.0)
    for side in (-15, 15):
        site.line((190, 140, 90), 6, (770 + side, 384), (790 + side, 616))
    for k in range(10):
        site.line((190, 140, 90), 6, (756 + k * 2, 404 + k * 22), (786 + k * 2, 404 + k * 22))
    for side in (-24, 24):
        site.line((206, 180, 130), 3, (340 + side, 220), (340 + side, 520))
    site.box(304, 516, 376, 526, (180, 124, 78), 3)


def _crown(
    site: Site, across: tuple[float, float], down: tuple[float, float], count: int, darker: float
) -> None:
    """Draw round tufts of leaves within a box; none in winter."""
    if site.when.season == "winter":
        return
    leaves = s.leafy(site, darker)
    for _ in range(count):
        x, y, r = site.rng.uniform(*across), site.rng.uniform(*down), site.rng.uniform(70, 116)
        light = tint(leaves, 0.3 - darker)
        puff = radial((x - r * 0.3, y - r * 0.5), r * 1.5, light, leaves, shade(leaves, 0.34))
        site.canvas.fill(ellipse(x, y, r, r * 0.85), puff)


def _cabin(site: Site) -> None:
    site.box(440, 372, 860, 390, (150, 104, 66))
    site.box(500, 220, 770, 374, (206, 152, 98))
    for k in range(1, 7):
        site.line((160, 112, 70), 2, (500, 220 + k * 22), (770, 220 + k * 22), alpha=0.7)
    site.poly((170, 84, 66), (470, 226), (560, 126), (710, 126), (800, 226))
    buildings.window(site, 580, 330, 64, 64)
    site.box(676, 262, 734, 374, (126, 82, 54), 26)
    for k in range(14):
        site.line((176, 124, 80), 5, (446 + k * 31, 372), (446 + k * 31, 330))
    site.line((190, 138, 90), 7, (444, 330), (856, 330))


def tent_camp(when: Conditions) -> Place:
    """Paint a camp with tents, a fire, logs and firs."""
    parts = (
        Part(7, 0.6, s.peaks(470, 220, (110, 130, 170), 0.3)),
        Part(5, 0.45, s.together(s.hills(470, 30), s.row(trees.fir, 510, 130, 44))),
        Part(
            2.6,
            0.2,
            s.together(s.row(trees.fir, 590, 280, 100, clear=(480, 800)), s.hills(584, 8)),
        ),
        Part(
            1.4,
            0,
            s.together(
                s.put(yards.tent((240, 150, 60)), (170, 640, 210), (-240, 640, 200)),
                s.put(yards.tent((80, 160, 190)), (1080, 634, 190), (1480, 640, 200)),
            ),
        ),
        Part(
            1,
            0,
            s.together(
                s.floor(608, None, 180, 16),
                s.put(yards.log, (330, 656, 110), (950, 654, 110)),
                s.put(yards.campfire, (640, 640, 84)),
                s.put(rocks.stone(), (120, 690, 26)),
            ),
        ),
    )
    lights = (Light(640, 600, 480, (255, 170, 80), 0.46 if palette(when).lit else 0.16),)
    return s.outdoors(when, Plan(parts, 608, 674, (Part(0.62, 0, s.ferns, 4),), lights=lights))


def bridge(when: Conditions) -> Place:
    """Paint the deck of a stone bridge over a river, before hills and another bridge."""

    def deck(site: Site) -> None:
        c: Color = (196, 188, 178)
        site.ground(612, tint(c, 0.1), shade(c, 0.36))
        for y in (634, 664, 704, 760):
            site.line(shade(c, 0.3), 2, (LEFT, y), (RIGHT, y), alpha=0.55)
        for k in range(-14, 32):
            site.line(
                shade(c, 0.3),
                2,
                (640 + (k - 9) * 76, 612),
                (640 + (k - 9) * 160, BOTTOM),
                alpha=0.4,
            )
        site.box(LEFT, 596, RIGHT, 616, shade(c, 0.1))
        x = LEFT + 30
        while x < RIGHT:
            site.box(x, 536, x + 128, 598, tint(c, 0.06), 4)
            site.box(x + 16, 550, x + 112, 586, shade(c, 0.18), 18)
            site.tube(x + 128, 512, x + 160, 612, c)
            site.disc(x + 144, 506, 17, c, 16)
            x += 160
        site.box(LEFT, 526, RIGHT, 540, tint(c, 0.2))

    parts = (
        Part(7, 0.6, s.peaks(440, 200, (116, 134, 166), 0.16)),
        Part(5, 0.42, s.together(s.hills(430, 26), s.row(trees.leaf_tree, 452, 80, 56))),
        Part(
            4,
            0.06,
            s.together(
                s.water(456, 640, s.LAKE, 140),
                s.put(moon_bridge, (640, 486, 300)),
                s.put(boats.rowboat, (300, 530, 80), (1010, 520, 70)),
            ),
        ),
        Part(1.3, 0, deck),
        Part(
            1.2,
            0,
            _lamps,
        ),
    )
    lamps = (
        Light(110, 330, 520, (255, 206, 130), 0.34),
        Light(1170, 330, 520, (255, 206, 130), 0.34),
    )
    return s.outdoors(when, Plan(parts, 612, 670, lamps=lamps, sky=s.sky_to(440)))


def _lamps(site: Site) -> None:
    for x in (110, 1170, -260, 1540):
        street.lamp(site, x, 606, 300)
