"""Places at and under the water."""

from dataclasses import replace

from miaobi.drawing.canvas import Stop, linear
from miaobi.drawing.color import WHITE, Color, mix, shade, tint
from miaobi.drawing.path import Path, ellipse, rectangle
from miaobi.places import brushes, plants
from miaobi.places import scenery as s
from miaobi.places import wild_pieces as wild
from miaobi.places.conditions import Conditions, palette
from miaobi.places.place import BOTTOM, LEFT, RIGHT, Light, Place
from miaobi.places.site import Part, Plan, Site, join

BOATS = (
    wild.sailboat((200, 70, 64), (250, 242, 224)),
    wild.sailboat((44, 110, 150), (255, 216, 150)),
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
            s.put(plants.palm, (150, 634, 460), (40, 640, 360), (1390, 640, 420), (-240, 640, 400)),
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
        for k in (-0.5, 0, 0.5):
            site.line((226, 168, 150), 1.2, (x, y + size * 0.7), (x + k * size, y - size * 0.6))
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
        s.put(plants.palm, (250, 646, 440), (190, 650, 330), (1090, 648, 400)),
        s.put(chest, (990, 646, 78)),
        s.put(wild.stone(), (130, 676, 34), (1160, 676, 40)),
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
    for k in (-0.94, 0.94, 0):
        site.box(x + k * w - 4, y - h, x + k * w + 4, y, (226, 180, 80))


def sea(when: Conditions) -> Place:
    """Paint the open sea with waves, on which figures float."""

    def waves(y: float, height: float, color: Color) -> s.Painting:
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
                crest = brushes.smooth(line)
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


def underwater(when: Conditions) -> Place:
    """Paint the floor of the sea with corals, weeds, fish and light from above."""
    colors = palette(when)
    dark = {"night": 0.62, "dusk": 0.3, "dawn": 0.16}.get(when.hour, 0.0)

    def tone(color: Color) -> Color:
        return mix(color, (8, 20, 66), dark)

    deep, light = tone((14, 96, 168)), tone((120, 220, 236))
    colors = replace(
        colors,
        haze=tone((40, 150, 200)),
        key=tone((210, 250, 250)),
        ambient=mix((196, 234, 242), (110, 140, 210), dark),
        foliage=tone((30, 130, 130)),
        grass=tone((60, 150, 140)),
    )

    def sea_above(site: Site) -> None:
        brushes.backdrop(site.canvas, light, tone((36, 158, 212)), deep, bottom=640)
        s.rays(640, 9, 1500, 640, 0.22 * (1 - dark * 0.7))(site)

    def reef(site: Site) -> None:
        for y, h, t in ((500, 46, 0.75), (560, 26, 0.5)):
            line = brushes.ridge(y, h, site.rng)
            c = mix((44, 92, 140), site.colors.haze, t)
            brushes.land(site.canvas, line, tone(c), tone(shade(c, 0.2)))

    def fish(site: Site) -> None:
        for x, y, n in ((330, 250, 6), (980, 180, 7), (760, 330, 4)):
            hue = site.rng.choice(
                ((252, 180, 70), (240, 110, 110), (250, 230, 120), (120, 200, 250))
            )
            for _ in range(n):
                swim(
                    site,
                    x + site.rng.uniform(-90, 90),
                    y + site.rng.uniform(-44, 44),
                    site.rng.uniform(12, 20),
                    hue,
                )

    sand = s.together(
        s.floor(612, (236, 214, 160), bumps=9),
        caustics,
        s.scatter(shell, 14, 640, 730, 10),
        s.put(plants.coral, (120, 676, 110), (1180, 680, 120)),
    )
    parts = (
        Part(4, 0.3, reef),
        Part(3, 0.5, s.together(s.row(plants.weed, 590, 130, 90), fish)),
        Part(
            1.6,
            0.1,
            s.together(
                s.row(plants.coral, 624, 130, 170, clear=(470, 820)),
                s.row(plants.weed, 626, 190, 130, clear=(430, 860)),
            ),
        ),
        Part(1, 0, sand),
    )
    front = (
        Part(
            0.62,
            0,
            s.together(
                bubbles,
                s.put(
                    plants.weed, (-60, 810, 330), (20, 810, 240), (1270, 810, 320), (1350, 810, 420)
                ),
            ),
            2,
        ),
    )
    plan = Plan(parts, 612, 672, front, sky=sea_above, weather=False)
    return s.floats(s.outdoors(when, plan, colors))


def swim(site: Site, x: float, y: float, size: float, color: Color) -> None:
    """Draw a small fish."""
    body = ellipse(x, y, size, size * 0.58)
    tail = (
        Path()
        .move(x + size * 0.8, y)
        .line(
            (x + size * 1.5, y - size * 0.5), (x + size * 1.34, y), (x + size * 1.5, y + size * 0.5)
        )
        .close()
    )
    site.fill(join((tail,)), shade(color, 0.15))
    site.fill(body, color, 0.2)
    site.canvas.fill(ellipse(x - size * 0.5, y - size * 0.12, size * 0.14), (30, 30, 50))


def caustics(site: Site) -> None:
    """Draw the net of light on the sand under water."""
    for k in range(6):
        line = brushes.ridge(630 + k * 22, 5, site.rng, 60)
        site.canvas.stroke(brushes.smooth(line), site.colors.key, 2.4, 0.2)


def bubbles(site: Site) -> None:
    """Draw rising bubbles."""
    for _ in range(34):
        x, y, r = site.rng.uniform(LEFT, RIGHT), site.rng.uniform(0, BOTTOM), site.rng.uniform(3, 9)
        site.canvas.fill(ellipse(x, y, r), (220, 248, 255), 0.18)
        site.canvas.stroke(ellipse(x, y, r), (240, 254, 255), 1.3, 0.5)


def lake(when: Conditions) -> Place:
    """Paint a lake before mountains, with a rowing boat and reeds."""
    parts = (
        Part(7, 0.62, s.peaks(440, 250, (110, 126, 168), 0.34)),
        Part(5, 0.42, s.together(s.hills(424, 22), s.row(plants.fir, 446, 74, 30))),
        Part(
            4,
            0.05,
            s.together(
                s.water(444, 640, s.LAKE, 130), mirror, s.put(wild.rowboat, (350, 548, 120))
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
                s.floor(618, None, 170, 26), s.put(wild.stone(), (160, 666, 30), (1120, 660, 36))
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
