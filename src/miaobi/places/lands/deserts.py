"""Deserts, pyramids and volcanoes."""

from dataclasses import replace

from miaobi.drawing.canvas import radial
from miaobi.drawing.color import Color, mix, shade
from miaobi.drawing.path import Path, ellipse
from miaobi.places import greenery
from miaobi.places.conditions import Conditions, palette
from miaobi.places.place import LEFT, RIGHT, Light, Place
from miaobi.places.towns.site import Part, Plan, Site
from miaobi.places.wild import plants, rocks, trees
from miaobi.places.wild import scenery as s

BLACK: Color = (84.0, 70.0, 78.0)  # cold lava
DUNES: Color = (236.0, 190.0, 120.0)
LAVA: Color = (255.0, 120.0, 40.0)


def desert(when: Conditions) -> Place:
    """Paint dunes with cactuses and an oasis far away."""
    parts = (
        Part(7, 0.5, rocks.dune(500, 90, DUNES)),
        Part(4, 0.28, s.together(rocks.dune(560, 70, DUNES), oasis)),
        Part(
            2,
            0.1,
            s.together(
                rocks.dune(604, 44, (240, 196, 128)),
                s.put(plants.cactus, (520, 606, 110), (770, 600, 84)),
            ),
        ),
        Part(
            1,
            0,
            s.together(
                s.floor(606, (244, 204, 138), bumps=8, low=0.2),
                ripples,
                s.put(
                    plants.cactus,
                    (130, 660, 210),
                    (1150, 664, 180),
                    (-170, 660, 200),
                    (1420, 660, 220),
                ),
                s.put(rocks.stone((196, 150, 110)), (220, 680, 26), (1060, 684, 30)),
            ),
        ),
    )
    return s.outdoors(when, Plan(parts, 606, 670))


def oasis(site: Site) -> None:
    """Draw palms about a small pond far away."""
    for x, size in ((860, 96), (900, 120), (940, 100), (980, 84)):
        greenery.palm(site.canvas, x, 560, size, site.color((80, 160, 96)), site.rng)
    site.canvas.fill(
        ellipse(920, 566, 90, 8), mix(site.colors.sky_middle, site.color((70, 170, 200)), 0.5)
    )


def ripples(site: Site) -> None:
    """Draw ripples of wind in the sand."""
    for _ in range(26):
        x, y, w = (
            site.rng.uniform(LEFT, RIGHT),
            site.rng.uniform(624, 740),
            site.rng.uniform(60, 150),
        )
        line = (
            Path()
            .move(x - w, y)
            .quad((x - w * 0.4, y - 8), (x, y))
            .quad((x + w * 0.4, y + 6), (x + w, y - 2))
        )
        site.canvas.stroke(line, site.color((206, 158, 100)), 2, 0.5)


def egypt(when: Conditions) -> Place:
    """Paint pyramids and a sphinx in the desert."""

    def pyramids(site: Site) -> None:
        for x, h, t in ((1010, 210, 0.3), (330, 260, 0.22), (700, 330, 0.1)):
            far, w = site.at(t), h * 0.86
            y, color = 584, (232, 188, 118)
            far.poly(color, (x - w, y), (x, y - h), (x + w * 0.3, y))
            far.poly(shade(color, 0.26), (x, y - h), (x + w, y), (x + w * 0.3, y))
            for k in range(1, 12):
                u = k / 12
                far.line(
                    shade(color, 0.3),
                    1.4,
                    (x - w * u, y - h * (1 - u)),
                    (x + w * 0.3 * u, y - h * (1 - u)),
                    alpha=0.4,
                )

    parts = (
        Part(7, 0.5, rocks.dune(520, 60, DUNES)),
        Part(4, 0.1, s.together(pyramids)),
        Part(2, 0.08, rocks.dune(604, 34, (240, 196, 128))),
        Part(
            1.4,
            0,
            s.put(trees.palm, (90, 640, 380), (190, 636, 260), (-220, 640, 340), (1500, 640, 360)),
        ),
        Part(1.3, 0, s.put(sphinx, (1120, 636, 150))),
        Part(
            1,
            0,
            s.together(
                s.floor(606, (244, 204, 138), bumps=7, low=0.2),
                ripples,
                s.put(rocks.stone((206, 164, 112)), (230, 690, 26)),
            ),
        ),
    )
    return s.outdoors(when, Plan(parts, 606, 670))


def sphinx(site: Site, x: float, y: float, size: float) -> None:
    """Draw a lying sphinx that faces the left."""
    u, c = size / 100, (222, 176, 112)
    site.shadow(x, y, 110 * u, 10 * u)
    body = (
        Path()
        .move(x - 70 * u, y - 60 * u)
        .cubic((x, y - 76 * u), (x + 90 * u, y - 76 * u), (x + 104 * u, y))
        .line((x - 76 * u, y))
        .close()
    )
    site.fill(body, c, 0.26)
    site.box(x - 124 * u, y - 20 * u, x - 30 * u, y, c, 9 * u)
    site.disc(x + 74 * u, y - 24 * u, 32 * u, c, 26 * u)
    hood = (
        Path()
        .move(x - 56 * u, y - 122 * u)
        .cubic((x - 100 * u, y - 124 * u), (x - 100 * u, y - 60 * u), (x - 108 * u, y - 44 * u))
    )
    site.fill(
        hood.line((x - 20 * u, y - 44 * u))
        .cubic((x - 26 * u, y - 70 * u), (x - 20 * u, y - 120 * u), (x - 56 * u, y - 122 * u))
        .close(),
        (196, 144, 84),
        0.2,
    )
    for k in range(5):
        site.line(
            (90, 130, 170),
            3 * u,
            (x - (98 - k) * u, y - (54 + k * 13) * u),
            (x - 26 * u, y - (54 + k * 13) * u),
            alpha=0.55,
        )
    site.disc(x - 66 * u, y - 86 * u, 24 * u, c, 29 * u)
    for k in (-1, 1):
        site.canvas.fill(
            ellipse(x - 68 * u + k * 10 * u, y - 90 * u, 2.6 * u), site.color((70, 46, 40))
        )
    site.line((110, 70, 56), 2.4 * u, (x - 74 * u, y - 72 * u), (x - 60 * u, y - 72 * u))


def volcano(when: Conditions) -> Place:
    """Paint a volcano that spits lava, with glowing streams and black rock."""
    base = palette(when)
    colors = replace(
        base,
        sky_top=mix(base.sky_top, (70, 40, 60), 0.66),
        sky_middle=mix(base.sky_middle, (170, 80, 70), 0.66),
        sky_bottom=mix(base.sky_bottom, (255, 150, 90), 0.66),
        haze=mix(base.haze, (200, 110, 90), 0.7),
        ambient=mix(base.ambient, (255, 214, 196), 0.6),
        key=(255, 180, 110),
    )

    parts = (
        Part(7, 0.55, s.peaks(540, 200, (110, 76, 84))),
        Part(4.5, 0.14, _cone),
        Part(
            1.6,
            0.05,
            s.put(
                rocks.crag(BLACK),
                (60, 640, 240),
                (190, 636, 150),
                (1130, 636, 160),
                (1250, 640, 260),
                (-170, 640, 240),
                (1450, 640, 240),
            ),
        ),
        Part(
            1,
            0,
            s.together(
                s.floor(606, (108, 86, 90), low=0.44),
                _pools,
                s.scatter(rocks.stone((92, 78, 86)), 14, 620, 730, 24, True),
            ),
        ),
    )
    front = (Part(0.8, 0, _sparks),)
    lights = (Light(640, 300, 760, (255, 140, 60), 0.3),)
    return s.outdoors(when, Plan(parts, 606, 668, front, lights=lights), colors)


def _cone(site: Site) -> None:
    for k in range(9):
        x, y, r = 640 + site.rng.uniform(-60, 60) + k * 26, 150 - k * 28, 50 + k * 16
        site.disc(x, y, r, (110, 92, 100))
    s.halo(site, 640, 210, 320, (255, 140, 60), 0.75)
    for k in range(-6, 7):
        jet = (
            Path()
            .move(640 + k * 6, 236)
            .quad((640 + k * 22, 60 + abs(k) * 12), (640 + k * 40, 190 + abs(k) * 14))
        )
        site.canvas.stroke(
            jet, mix((255, 220, 110), (240, 80, 40), abs(k) / 7), 7 - abs(k) * 0.6, 0.9
        )
    body = (
        Path()
        .move(160, 600)
        .cubic((380, 540), (480, 380), (560, 230))
        .line((600, 246), (650, 232), (720, 236))
    )
    site.fill(body.cubic((800, 380), (900, 540), (1120, 600)).close(), BLACK, 0.2)
    dark = (
        Path()
        .move(650, 232)
        .line((720, 236))
        .cubic((800, 380), (900, 540), (1120, 600))
        .line((700, 600))
        .close()
    )
    site.fill(dark, shade(BLACK, 0.3), 0.2)
    for dx, bend, w in ((0, -30, 15), (-30, -150, 10), (40, 110, 11)):
        stream = (
            Path()
            .move(636 + dx, 240)
            .cubic((630 + dx, 330), (640 + dx + bend, 400), (640 + dx + bend * 1.6, 590))
        )
        site.canvas.stroke(stream, (220, 60, 30), w + 5)
        site.canvas.stroke(stream, LAVA, w)
        site.canvas.stroke(stream, (255, 226, 130), w * 0.35)


def _pools(site: Site) -> None:
    for x, y, w in (
        (210, 650, 170),
        (1080, 646, 190),
        (640, 730, 210),
        (-180, 690, 150),
        (1460, 700, 160),
    ):
        s.halo(site, x, y, w * 1.1, LAVA, 0.4)
        site.canvas.fill(ellipse(x, y, w, w * 0.13), (60, 34, 40))
        hot = radial((x, y), w, (255, 240, 150), (255, 150, 50), (220, 60, 30))
        site.canvas.fill(ellipse(x, y + 2, w * 0.93, w * 0.11), hot)


def _sparks(site: Site) -> None:
    for _ in range(60):
        x, y = site.rng.uniform(LEFT, RIGHT), site.rng.uniform(60, 700)
        site.canvas.fill(
            ellipse(x, y, site.rng.uniform(1.2, 3.6)), (255, 190, 90), site.rng.uniform(0.4, 1)
        )
