"""Farms, zoos and solar farms."""

from miaobi.drawing.color import shade
from miaobi.drawing.path import Path, ellipse
from miaobi.places.conditions import Conditions
from miaobi.places.lands.gardens import PATH
from miaobi.places.place import Place
from miaobi.places.towns.site import Part, Plan, Site
from miaobi.places.wild import plants, trees, yards
from miaobi.places.wild import scenery as s


def farm(when: Conditions) -> Place:
    """Paint a farmyard with a red barn, a silo, fences, hay and a windmill."""
    parts = (
        Part(
            6,
            0.5,
            s.together(
                s.hills(440, 46),
                s.row(trees.leaf_tree, 488, 60, 130),
                s.put(yards.windmill, (200, 490, 150)),
            ),
        ),
        Part(4, 0.3, s.together(s.hills(500, 22), s.hills(524, 8, (226, 196, 110)))),
        Part(
            2.2,
            0.06,
            s.together(
                s.hills(570, 5),
                s.put(yards.barn, (740, 590, 350)),
                s.put(trees.leaf_tree, (60, 590, 280), (1270, 590, 260)),
                s.row(yards.rails, 606, 130, 128, 0.0, (480, 1100)),
            ),
        ),
        Part(
            1.4, 0, s.together(s.put(haystack, (180, 640, 170), (-200, 640, 190), (1440, 640, 190)))
        ),
        Part(
            1,
            0,
            s.together(
                s.floor(608, None, 180, 22),
                s.path_to(740, 606, PATH, 200, 60),
                s.put(plants.tuft, (120, 690, 40), (1180, 680, 44)),
            ),
        ),
    )
    return s.outdoors(when, Plan(parts, 608, 670, (Part(0.62, 0, s.ferns, 4),)))


def haystack(site: Site, x: float, y: float, size: float) -> None:
    """Draw a stack of hay."""
    site.shadow(x, y, size * 0.7, size * 0.08)
    heap = (
        Path()
        .move(x - size * 0.56, y)
        .cubic((x - size * 0.6, y - size * 0.5), (x - size * 0.2, y - size), (x, y - size))
    )
    site.fill(
        heap.cubic(
            (x + size * 0.2, y - size), (x + size * 0.6, y - size * 0.5), (x + size * 0.56, y)
        ).close(),
        (236, 194, 96),
        0.28,
    )
    for _ in range(46):
        a, t = site.rng.uniform(-0.9, 0.9), site.rng.random()
        px, py = x + a * size * 0.56 * (1 - 0.8 * t * t), y - t * size * 0.9
        site.line(
            (206, 158, 70),
            2,
            (px, py),
            (px + site.rng.uniform(-12, 12), py + site.rng.uniform(4, 12)),
            alpha=0.8,
        )


def zoo(when: Conditions) -> Place:
    """Paint a zoo with a gate, enclosures, a giraffe and an elephant behind fences."""

    parts = (
        Part(6, 0.5, s.together(s.hills(450, 30), s.row(trees.leaf_tree, 500, 140, 90))),
        Part(
            3,
            0.12,
            s.together(
                s.hills(560, 6),
                s.put(giraffe, (230, 590, 330)),
                s.put(elephant, (1080, 592, 190)),
                s.put(trees.palm, (60, 580, 300), (1250, 580, 280)),
                s.put(trees.bush, (350, 594, 90), (960, 594, 90)),
            ),
        ),
        Part(
            2,
            0.04,
            s.together(s.hills(596, 2), s.row(_cage, 606, 210, 196, 0.0, (380, 900)), _gate),
        ),
        Part(
            1,
            0,
            s.together(
                s.floor(608, (222, 204, 172), bumps=2),
                s.row(trees.bush, 626, 90, 180, clear=(220, 1060)),
            ),
        ),
    )
    return s.outdoors(when, Plan(parts, 608, 670, (Part(0.62, 0, s.ferns, 4),)))


def _gate(site: Site) -> None:
    for x in (420.0, 860):
        site.box(x - 26, 390, x + 26, 600, (196, 140, 92))
        site.disc(x, 380, 30, (110, 170, 90), 26)
    site.box(400, 340, 880, 402, (110, 160, 84), 20)
    for k, hue in enumerate(((250, 210, 80), (240, 110, 90), (120, 200, 240))):
        x = 550 + k * 90
        site.disc(x, 371, 22, hue)
        for side in (-1, 1):
            site.disc(x + side * 17, 353, 9, hue)
        for side in (-1, 1):
            site.canvas.fill(ellipse(x + side * 7, 368, 2.8), (50, 40, 40))


def _cage(site: Site, x: float, y: float, size: float) -> None:
    for k in range(9):
        site.line(
            (120, 104, 90),
            5,
            (x + (k - 4) * size * 0.11, y),
            (x + (k - 4) * size * 0.11, y - size * 0.42),
        )
    for up in (0.1, 0.38):
        site.line(
            (120, 104, 90), 6, (x - size * 0.48, y - size * up), (x + size * 0.48, y - size * up)
        )


def giraffe(site: Site, x: float, y: float, size: float) -> None:
    """Draw a giraffe that faces the right."""
    u, c = size / 100, (246, 200, 110)
    for k in (-20, -11, 8, 17):
        site.box(x + (k - 2.6) * u, y - 44 * u, x + (k + 2.6) * u, y, shade(c, 0.08), 2 * u)
    site.fill(ellipse(x - 2 * u, y - 47 * u, 26 * u, 12 * u), c, 0.2)
    neck = (
        Path()
        .move(x + 8 * u, y - 44 * u)
        .line((x + 22 * u, y - 98 * u), (x + 30 * u, y - 98 * u), (x + 26 * u, y - 44 * u))
        .close()
    )
    site.fill(neck, c, 0.16)
    site.fill(ellipse(x + 33 * u, y - 99 * u, 10 * u, 5.4 * u), c, 0.16)
    for k in (24, 28):
        site.line((150, 100, 60), 1.8 * u, (x + k * u, y - 102 * u), (x + (k - 1) * u, y - 110 * u))
    site.canvas.fill(ellipse(x + 32 * u, y - 101 * u, 1.3 * u), (50, 36, 30))
    for dx, dy, r in (
        (-16, 50, 4),
        (-6, 44, 4.6),
        (6, 52, 4),
        (14, 46, 3.6),
        (18, 60, 3),
        (21, 72, 3),
        (24, 84, 2.6),
        (-20, 43, 3),
        (-2, 53, 3),
    ):
        site.canvas.fill(
            ellipse(x + dx * u, y - dy * u, r * u, r * 0.8 * u), site.color((190, 120, 60))
        )


def elephant(site: Site, x: float, y: float, size: float) -> None:
    """Draw an elephant that faces the left."""
    u, c = size / 100, (156, 164, 182)
    for k in (-34, -12, 22, 42):
        site.box(x + (k - 9) * u, y - 40 * u, x + (k + 9) * u, y, shade(c, 0.08), 5 * u)
    site.fill(ellipse(x + 6 * u, y - 58 * u, 54 * u, 36 * u), c, 0.22)
    trunk = (
        Path()
        .move(x - 62 * u, y - 66 * u)
        .cubic((x - 84 * u, y - 50 * u), (x - 70 * u, y - 20 * u), (x - 88 * u, y - 12 * u))
    )
    site.canvas.stroke(trunk, site.color(c), 12 * u)
    site.fill(ellipse(x - 48 * u, y - 74 * u, 27 * u, 25 * u), c, 0.16)
    site.fill(ellipse(x - 28 * u, y - 72 * u, 19 * u, 25 * u), shade(c, 0.1), 0.16)
    site.canvas.fill(ellipse(x - 60 * u, y - 78 * u, 2.8 * u), (40, 36, 46))
    site.line((250, 246, 236), 4 * u, (x - 60 * u, y - 58 * u), (x - 74 * u, y - 48 * u))


def solar_farm(when: Conditions) -> Place:
    """Paint rows of solar panels and wind turbines on green hills."""
    parts = (
        Part(
            6,
            0.5,
            s.together(
                s.hills(450, 40),
                s.put(
                    yards.turbine,
                    (160, 470, 230),
                    (420, 450, 200),
                    (860, 450, 220),
                    (1130, 466, 250),
                    (-120, 470, 230),
                    (1420, 460, 230),
                ),
            ),
        ),
        Part(4, 0.22, s.together(s.hills(500, 8), s.row(yards.panel, 530, 60, 74, 0.0))),
        Part(3, 0.12, s.row(yards.panel, 566, 86, 104, 0.0)),
        Part(
            2,
            0.04,
            s.together(
                s.put(yards.turbine, (1000, 600, 430), (-220, 600, 420)),
                s.row(yards.panel, 608, 128, 150, 0.0, (480, 800)),
            ),
        ),
        Part(
            1,
            0,
            s.together(
                s.floor(612, None, 220, 30),
                s.put(
                    yards.panel,
                    (80, 668, 200),
                    (1200, 668, 200),
                    (-220, 668, 200),
                    (1500, 668, 200),
                ),
            ),
        ),
    )
    return s.outdoors(when, Plan(parts, 612, 672))
