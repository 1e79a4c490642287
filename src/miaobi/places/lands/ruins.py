"""Ruins, battlefields and ancient Greece."""

from dataclasses import replace

from miaobi.drawing.color import Color, mix, shade
from miaobi.drawing.path import Path
from miaobi.places.conditions import Conditions, palette
from miaobi.places.place import Place
from miaobi.places.towns.site import Part, Plan, Site
from miaobi.places.wild import antiquities, rocks, trees
from miaobi.places.wild import scenery as s


def ruins(when: Conditions) -> Place:
    """Paint overgrown ruins with arches, broken columns and trees."""
    old: Color = (184, 174, 156)
    broken = antiquities.column(True, old)
    parts = (
        Part(6, 0.6, s.together(s.hills(450, 40), s.row(trees.leaf_tree, 490, 120, 80))),
        Part(
            4,
            0.4,
            s.together(
                s.hills(530, 14),
                s.put(antiquities.arch, (300, 560, 240), (980, 556, 260)),
                s.row(broken, 560, 200, 170),
            ),
        ),
        Part(
            2.2,
            0.14,
            s.together(
                s.hills(586, 6),
                s.put(antiquities.arch, (640, 598, 330)),
                s.put(broken, (330, 600, 330), (960, 600, 300)),
                s.row(trees.bush, 604, 90, 190),
            ),
        ),
        Part(
            1.4,
            0,
            s.together(
                s.put(broken, (90, 640, 520), (1200, 640, 560), (-220, 640, 480), (1500, 640, 480)),
                s.put(trees.bush, (200, 640, 130), (1080, 636, 120)),
            ),
        ),
        Part(
            1,
            0,
            s.together(
                s.floor(606, None, 200, 16),
                s.path_to(640, 606, (200, 190, 172), 200, 90),
                s.put(block, (230, 672, 80), (1090, 676, 90), (140, 694, 50)),
            ),
        ),
    )
    return s.outdoors(
        when, Plan(parts, 606, 670, (Part(0.62, 0, s.together(s.ferns, s.hanging), 4),))
    )


def block(site: Site, x: float, y: float, size: float) -> None:
    """Draw a fallen block of stone."""
    c: Color = (184, 174, 156)
    site.shadow(x, y, size * 0.8, size * 0.14)
    site.poly(
        c,
        (x - size * 0.5, y),
        (x - size * 0.44, y - size * 0.46),
        (x + size * 0.3, y - size * 0.52),
        (x + size * 0.34, y),
    )
    site.poly(
        shade(c, 0.26),
        (x + size * 0.3, y - size * 0.52),
        (x + size * 0.56, y - size * 0.4),
        (x + size * 0.56, y - 6),
        (x + size * 0.34, y),
    )


def battlefield(when: Conditions) -> Place:
    """Paint a field of battle with banners, trenches, sandbags, smoke and broken trees."""
    base = palette(when)
    dust: Color = (196, 160, 120)
    colors = replace(
        base,
        sky_top=mix(base.sky_top, (120, 110, 120), 0.5),
        sky_middle=mix(base.sky_middle, (200, 160, 130), 0.5),
        sky_bottom=mix(base.sky_bottom, (240, 190, 130), 0.5),
        haze=mix(base.haze, (206, 170, 140), 0.7),
        ambient=mix(base.ambient, (255, 230, 206), 0.4),
    )

    parts = (
        Part(7, 0.6, s.peaks(500, 140, (130, 116, 116))),
        Part(5, 0.4, s.together(s.hills(490, 26, dust), _smoke, s.row(_banner, 510, 110, 150))),
        Part(
            2.4,
            0.16,
            s.together(
                s.hills(570, 12, dust),
                s.row(stake, 590, 110, 130, clear=(470, 810)),
                s.row(_banner, 590, 210, 330, clear=(450, 830)),
            ),
        ),
        Part(
            1.4,
            0,
            s.together(
                s.put(_bags, (130, 640, 200), (1160, 640, 210), (-200, 640, 200), (1480, 640, 200)),
                s.put(_banner, (240, 636, 330), (1040, 632, 300)),
            ),
        ),
        Part(
            1,
            0,
            s.together(
                s.floor(606, (186, 148, 108), 40, bumps=9),
                s.scatter(rocks.stone((150, 124, 100)), 16, 630, 735, 18, True),
            ),
        ),
    )
    return s.outdoors(when, Plan(parts, 606, 670), colors)


def _smoke(site: Site) -> None:
    for x, y in ((250, 470), (1010, 480), (-140, 460), (1400, 470)):
        for k in range(9):
            r = 24 + k * 11
            s.halo(
                site,
                x + site.rng.uniform(-20, 20) + k * 9,
                y - k * 38,
                r * 1.5,
                site.color((96, 88, 92)),
                0.5,
            )
        s.halo(site, x, y, 90, (255, 150, 60), 0.7)


def _banner(site: Site, x: float, y: float, size: float) -> None:
    hue = site.rng.choice(((206, 60, 60), (60, 90, 180), (230, 170, 60)))
    lean = site.rng.uniform(-0.1, 0.1) * size
    site.line((110, 80, 60), size * 0.03, (x, y), (x + lean, y - size))
    cloth = (
        Path()
        .move(x + lean, y - size)
        .cubic(
            (x + size * 0.2, y - size * 1.06),
            (x + size * 0.3, y - size * 0.9),
            (x + size * 0.56, y - size * 0.96),
        )
    )
    cloth.line((x + size * 0.46, y - size * 0.8), (x + size * 0.54, y - size * 0.62)).cubic(
        (x + size * 0.3, y - size * 0.58),
        (x + size * 0.2, y - size * 0.74),
        (x + lean * 0.6, y - size * 0.6),
    ).close()
    site.fill(cloth, hue, 0.2)


def _bags(site: Site, x: float, y: float, size: float) -> None:
    for r in range(3):
        for k in range(4 - r):
            bx = x + (k - (3 - r) / 2) * size * 0.3
            site.box(
                bx - size * 0.16,
                y - (r + 1) * size * 0.14,
                bx + size * 0.16,
                y - r * size * 0.14,
                (206, 178, 132),
                size * 0.06,
            )


def stake(site: Site, x: float, y: float, size: float) -> None:
    """Draw crossed pointed stakes."""
    for side in (-1, 1):
        site.line(
            (124, 88, 62),
            size * 0.1,
            (x - side * size * 0.4, y),
            (x + side * size * 0.4, y - size * 0.7),
        )
    site.line(
        (110, 78, 56),
        size * 0.08,
        (x - size * 0.7, y - size * 0.34),
        (x + size * 0.7, y - size * 0.34),
    )


def ancient_greece(when: Conditions) -> Place:
    """Paint a Greek temple on a hill, columns, olive trees and the sea."""
    olive = trees.colored_tree((140, 160, 110), (156, 174, 122))
    parts = (
        Part(
            7,
            0.4,
            s.together(s.water(470, 560, (40, 130, 190), 60), s.hills(480, 16, (190, 176, 140))),
        ),
        Part(4, 0.14, s.together(acropolis, s.put(antiquities.greek_temple, (640, 460, 300)))),
        Part(
            2.2,
            0.08,
            s.together(
                s.hills(580, 8, (210, 196, 140)), s.row(olive, 596, 170, 190, clear=(430, 850))
            ),
        ),
        Part(
            1.4,
            0,
            s.put(
                antiquities.column(),
                (90, 640, 470),
                (1200, 640, 470),
                (-220, 640, 470),
                (1500, 640, 470),
            ),
        ),
        Part(1.3, 0, s.put(antiquities.column(True), (230, 640, 330), (1060, 640, 300))),
        Part(
            1,
            0,
            s.together(
                s.floor(606, (232, 218, 186), 50, bumps=2),
                s.path_to(640, 606, (244, 236, 216), 200, 100),
                s.put(trees.bush, (30, 650, 110), (1260, 650, 110)),
            ),
        ),
    )
    return s.outdoors(when, Plan(parts, 606, 670))


def acropolis(site: Site) -> None:
    """Draw a steep hill with a flat top."""
    c: Color = (206, 184, 146)
    site.poly(
        c,
        (120, 600),
        (240, 500),
        (300, 470),
        (420, 456),
        (860, 456),
        (980, 474),
        (1050, 510),
        (1170, 600),
    )
    site.poly(
        shade(c, 0.2), (700, 600), (760, 500), (860, 456), (980, 474), (1050, 510), (1170, 600)
    )
