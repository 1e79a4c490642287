"""Lakes, ponds and swamps."""

from miaobi.drawing.canvas import Stop, linear
from miaobi.drawing.color import Color, mix, shade, tint
from miaobi.drawing.path import Path, rectangle
from miaobi.places.conditions import Conditions
from miaobi.places.place import LEFT, RIGHT, Place
from miaobi.places.towns.site import Part, Plan, Site
from miaobi.places.wild import boats, plants, rocks, trees
from miaobi.places.wild import scenery as s
from miaobi.places.wild.trees import willow


def lake(when: Conditions) -> Place:
    """Paint a lake before mountains, with a rowing boat and reeds."""
    parts = (
        Part(7, 0.62, s.peaks(440, 250, (110, 126, 168), 0.34)),
        Part(5, 0.42, s.together(s.hills(424, 22), s.row(trees.fir, 446, 74, 30))),
        Part(
            4,
            0.05,
            s.together(
                s.water(444, 640, s.LAKE, 130), mirror, s.put(boats.rowboat, (350, 548, 120))
            ),
        ),
        Part(
            1.4,
            0,
            s.together(
                s.shore(606, None, foam=False),
                s.put(
                    plants.reed,
                    (30, 630, 150),
                    (110, 640, 120),
                    (1150, 636, 140),
                    (1230, 640, 170),
                    (-160, 640, 150),
                    (1440, 640, 150),
                ),
            ),
        ),
        Part(
            1,
            0,
            s.together(
                s.floor(618, None, 170, 26), s.put(rocks.stone(), (160, 666, 30), (1120, 660, 36))
            ),
        ),
    )
    front = (Part(0.62, 0, s.ferns, 4),)
    return s.outdoors(when, Plan(parts, 612, 672, front, sky=s.sky_to(440)))


def mirror(site: Site) -> None:
    """Draw the dark mirror image of a far shore on the water."""
    dark = mix(site.colors.foliage, site.colors.haze, 0.45)
    box = rectangle(LEFT, 444, RIGHT, 520)
    site.canvas.fill(box, linear((0, 444), (0, 520), Stop(0, dark, 0.65), Stop(1, dark, 0)))


def pond(when: Conditions) -> Place:
    """Paint a lotus pond with a willow and a small bridge."""
    parts = (
        Part(6, 0.6, s.together(s.hills(430, 30), s.row(trees.leaf_tree, 468, 90, 70))),
        Part(
            4,
            0.05,
            s.together(
                s.water(470, 640, (70, 146, 140), 70), s.scatter(plants.lotus, 30, 492, 540, 34)
            ),
        ),
        Part(2.4, 0.06, s.put(moon_bridge, (880, 506, 220))),
        Part(1.8, 0, s.scatter(plants.lotus, 20, 548, 606, 62)),
        Part(
            1.4,
            0,
            s.together(
                s.put(willow, (110, 640, 520), (-260, 640, 480), (1500, 640, 500)),
                s.put(plants.reed, (1150, 634, 150), (1240, 636, 180), (240, 632, 110)),
            ),
        ),
        Part(
            1,
            0,
            s.together(
                s.shore(612, None, foam=False),
                s.floor(622, None, 170, 26),
                s.put(rocks.stone(), (160, 668, 34), (1120, 664, 44), (1180, 676, 28)),
            ),
        ),
    )
    front = (Part(0.62, 0, s.ferns, 4),)
    return s.outdoors(when, Plan(parts, 614, 672, front, sky=s.sky_to(450)))


def moon_bridge(site: Site, x: float, y: float, size: float) -> None:
    """Draw an arched stone bridge over water."""
    c: Color = (196, 190, 184)
    body = (
        Path()
        .move(x - size, y + 20)
        .quad((x, y - size * 0.9), (x + size, y + 20))
        .line((x + size * 0.5, y + 20))
    )
    site.fill(body.quad((x, y - size * 0.6), (x - size * 0.5, y + 20)).close(), c, 0.26)
    rail = Path().move(x - size, y - 4).quad((x, y - size * 1.06), (x + size, y - 4))
    site.canvas.stroke(rail, site.color(tint(c, 0.4)), 6)
    for k in range(-5, 6):
        t = k / 6
        py = y + 8 - size * 0.46 * (1 - t * t)
        site.line(tint(c, 0.3), 5, (x + t * size, py + 4), (x + t * size, py - size * 0.1))


def swamp(when: Conditions) -> Place:
    """Paint a swamp with crooked trees, moss, lily pads and mist."""

    murk: Color = (70, 104, 84)
    parts = (
        Part(6, 0.7, s.together(s.hills(470, 20, (90, 120, 90)), s.row(_crooked, 520, 300, 120))),
        Part(4, 0.2, s.together(s.water(500, 640, murk, 90), s.mist(510, 40, 0.6))),
        Part(
            2.2,
            0.2,
            s.together(
                s.row(_crooked, 590, 460, 300, 0.15, (480, 800)),
                s.scatter(plants.lotus, 16, 548, 612, 40),
            ),
        ),
        Part(
            1.4,
            0,
            s.together(
                s.put(
                    _crooked, (90, 640, 620), (1210, 640, 640), (-260, 640, 600), (1540, 640, 600)
                ),
                s.row(plants.reed, 632, 130, 110, clear=(300, 980)),
                s.mist(590, 30, 0.34),
            ),
        ),
        Part(
            1,
            0,
            s.together(
                s.shore(612, (104, 112, 74), foam=False),
                s.floor(624, (104, 116, 74), 170),
                s.put(plants.mushroom, (210, 680, 40)),
                s.put(rocks.stone((96, 108, 98)), (1080, 684, 40)),
            ),
        ),
    )
    front = (Part(0.62, 0, s.ferns, 4),)
    return s.outdoors(when, Plan(parts, 616, 672, front, sky=s.sky_to(480)))


def _crooked(site: Site, x: float, y: float, size: float) -> None:
    bark = site.color((92, 84, 72))
    trunk = (
        Path()
        .move(x - size * 0.16, y)
        .cubic(
            (x - size * 0.02, y - size * 0.1),
            (x - size * 0.12, y - size * 0.5),
            (x + size * 0.02, y - size),
        )
    )
    trunk.line((x + size * 0.08, y - size)).cubic(
        (x + size * 0.02, y - size * 0.5),
        (x + size * 0.06, y - size * 0.1),
        (x + size * 0.18, y),
    ).close()
    site.canvas.fill(
        trunk,
        linear((x - size * 0.1, 0), (x + size * 0.1, 0), tint(bark, 0.16), bark, shade(bark, 0.4)),
    )
    for side, up in ((1, 0.62), (-1, 0.74), (1, 0.86)):
        limb = (
            Path()
            .move(x, y - size * up)
            .quad(
                (x + side * size * 0.2, y - size * (up + 0.1)),
                (x + side * size * 0.42, y - size * (up - 0.02)),
            )
        )
        site.canvas.stroke(limb, bark, size * 0.03)
        for k in range(6):
            mx = x + side * size * (0.1 + 0.06 * k)
            site.line(
                (110, 140, 100),
                3,
                (mx, y - size * (up + 0.04)),
                (mx + 3, y - size * (up - 0.14 - 0.05 * (k % 3))),
                alpha=0.75,
            )
