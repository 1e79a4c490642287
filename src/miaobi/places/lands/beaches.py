"""Beaches, islands and the open sea."""

from miaobi.drawing.color import WHITE, Color, mix, shade, tint
from miaobi.drawing.path import Path, ellipse, smooth
from miaobi.places import brushes
from miaobi.places.conditions import Conditions
from miaobi.places.place import BOTTOM, Place
from miaobi.places.towns.site import Painting, Part, Plan, Site
from miaobi.places.wild import boats, rocks, trees
from miaobi.places.wild import scenery as s

BOATS = (
    boats.sailboat((200, 70, 64), (250, 242, 224)),
    boats.sailboat((44, 110, 150), (255, 216, 150)),
)


def beach(when: Conditions) -> Place:
    """Paint a sandy beach with palms, a parasol, shells and the sea."""
    sea = s.together(
        s.water(416, 640, (26, 142, 190), 120), s.put(BOATS[0], (520, 446, 60), (1240, 440, 46))
    )
    sand = s.together(
        s.shore(596, s.SAND),
        s.scatter(shell, 16, 640, 740, 9),
        s.put(parasol, (1150, 650, 250), (-110, 650, 230)),
    )
    parts = (
        Part(5, 0.55, s.together(s.put(island_far, (930, 420, 220), (-60, 420, 320)))),
        Part(4, 0.1, sea),
        Part(
            1.5,
            0.06,
            s.put(trees.palm, (150, 634, 460), (40, 640, 360), (1390, 640, 420), (-240, 640, 400)),
        ),
        Part(1, 0, sand),
    )
    front = (Part(0.62, 0, s.ferns, 4),)
    return s.outdoors(when, Plan(parts, 600, 672, front, sky=s.sky_to(416)))


def shell(site: Site, x: float, y: float, size: float) -> None:
    """Draw a shell, a starfish or a pebble on the sand."""
    kind = site.rng.randrange(3)
    if kind == 0:
        for k in range(5):
            with site.canvas.transformed(x, y, k * 72):
                site.canvas.fill(
                    ellipse(0, -size * 0.7, size * 0.34, size * 0.8), site.color((244, 128, 92))
                )
    elif kind == 1:
        site.disc(x, y, size, (252, 226, 214), size * 0.8)
        for way in (-0.5, 0, 0.5):
            site.line((226, 168, 150), 1.2, (x, y + size * 0.7), (x + way * size, y - size * 0.6))
    else:
        site.disc(x, y, size * 0.7, (196, 180, 164), size * 0.4)


def parasol(site: Site, x: float, y: float, size: float) -> None:
    """Draw a striped parasol with a towel below."""
    site.shadow(x, y + 6, size * 0.5, size * 0.09)
    site.poly(
        (236, 96, 92),
        (x - size * 0.42, y + 12),
        (x - size * 0.3, y - 10),
        (x + size * 0.26, y - 10),
        (x + size * 0.3, y + 12),
    )
    site.line((240, 234, 224), size * 0.025, (x, y), (x + size * 0.08, y - size))
    with site.canvas.transformed(x + size * 0.08, y - size * 0.98, 6):
        r, colors = size * 0.62, ((238, 92, 86), (252, 246, 234))
        for k in range(7):
            a, b = -1 + 2 * k / 7, -1 + 2 * (k + 1) / 7
            part = Path().move(0, -r * 0.12).quad((a * r * 0.8, -r * 0.05), (a * r, r * 0.5))
            part.quad(((a + b) / 2 * r, r * 0.4), (b * r, r * 0.5)).quad(
                (b * r * 0.8, -r * 0.05), (0, -r * 0.12)
            ).close()
            site.fill(part, colors[k % 2], 0.16)


def island_far(site: Site, x: float, y: float, size: float) -> None:
    """Draw a wooded island on the horizon."""
    land = (
        Path()
        .move(x - size, y + 4)
        .cubic(
            (x - size * 0.5, y - size * 0.3),
            (x - size * 0.1, y - size * 0.36),
            (x + size * 0.2, y - size * 0.2),
        )
    )
    land.cubic((x + size * 0.5, y - size * 0.16), (x + size * 0.8, y), (x + size, y + 4)).close()
    site.fill(land, (96, 156, 120), 0.2)


def island(when: Conditions) -> Place:
    """Paint a small island with palms and a treasure chest, in the open sea."""

    def sand(site: Site) -> None:
        mound = (
            Path()
            .move(-120, BOTTOM)
            .cubic((40, 600), (300, 604), (640, 606))
            .cubic((980, 602), (1240, 600), (1400, BOTTOM))
            .close()
        )
        foam = (
            Path()
            .move(-170, BOTTOM)
            .cubic((10, 588), (300, 590), (640, 592))
            .cubic((980, 590), (1270, 590), (1450, BOTTOM))
            .close()
        )
        site.canvas.fill(foam, site.color(WHITE), 0.7)
        site.fill(mound, s.SAND, 0.2)

    things = s.together(
        s.put(trees.palm, (250, 646, 440), (190, 650, 330), (1090, 648, 400)),
        s.put(chest, (990, 646, 78)),
        s.put(rocks.stone(), (130, 676, 34), (1160, 676, 40)),
        s.scatter(shell, 8, 650, 720, 8, True),
    )
    parts = (
        Part(5, 0.6, s.put(island_far, (1250, 420, 160))),
        Part(
            4,
            0.1,
            s.together(s.water(416, 650, (22, 140, 196), 160), s.put(BOATS[1], (560, 452, 62))),
        ),
        Part(1.3, 0, sand),
        Part(1, 0, things),
    )
    return s.outdoors(when, Plan(parts, 606, 672, sky=s.sky_to(416)))


def chest(site: Site, x: float, y: float, size: float) -> None:
    """Draw a treasure chest full of gold."""
    w, h = size * 0.62, size * 0.4
    site.shadow(x, y, w * 1.3, h * 0.3)
    lid = (
        Path()
        .move(x - w, y - h)
        .cubic((x - w, y - h * 2.3), (x + w, y - h * 2.3), (x + w, y - h))
        .close()
    )
    site.fill(lid, (122, 74, 46), 0.3)
    for k in range(9):
        site.disc(x + (k - 4) * w * 0.2, y - h - (k % 3) * 5, w * 0.15, (252, 206, 80))
    site.box(x - w, y - h, x + w, y, (150, 92, 54))
    for way in (-0.94, 0.94, 0):
        site.box(x + way * w - 4, y - h, x + way * w + 4, y, (226, 180, 80))


def sea(when: Conditions) -> Place:
    """Paint the open sea with waves, on which figures float."""

    def waves(y: float, height: float, color: Color) -> Painting:
        def paint(site: Site) -> None:
            c = site.color(color)
            for k in range(3):
                line = brushes.ridge(y + k * height * 1.5, height * (0.6 + 0.3 * k), site.rng)
                top = tint(c, 0.34 - 0.1 * k)
                brushes.land(
                    site.canvas,
                    line,
                    mix(top, site.colors.sky_bottom, 0.24),
                    shade(c, 0.14 * k),
                    120,
                )
                crest = smooth(line)
                site.canvas.stroke(crest, site.color(WHITE), 2 + k, 0.5)

        return paint

    rough = 2.0 if when.weather in ("storm", "wind") else 1.0
    parts = (
        Part(
            5,
            0.1,
            s.together(
                s.water(410, 600, (24, 110, 170), 120),
                s.put(BOATS[0], (300, 440, 56), (1010, 452, 84)),
            ),
        ),
        Part(2, 0, waves(520, 9 * rough, (24, 112, 176))),
        Part(1, 0, waves(600, 13 * rough, (16, 92, 158))),
    )
    front = (Part(0.9, 0, waves(662, 11 * rough, (12, 78, 142))),)
    return s.outdoors(when, Plan(parts, 600, 668, front, sky=s.sky_to(410)))
