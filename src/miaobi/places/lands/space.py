"""Space and the moon."""

import math
from dataclasses import replace

from miaobi.drawing.canvas import Stop, linear, radial
from miaobi.drawing.color import Color, mix, shade, tint
from miaobi.drawing.path import Path, ellipse, rectangle, smooth, star
from miaobi.places import brushes
from miaobi.places.conditions import Conditions, palette
from miaobi.places.place import BOTTOM, LEFT, RIGHT, Light, Place
from miaobi.places.towns.site import Part, Plan, Site
from miaobi.places.wild import heavens, rocks
from miaobi.places.wild import scenery as s

NEBULAE: tuple[Color, ...] = ((140, 60, 190), (50, 100, 210), (226, 80, 160), (40, 170, 190))


def galaxy(site: Site) -> None:
    """Paint dark space with nebulae and many stars."""
    brushes.backdrop(site.canvas, (12, 8, 40), (34, 16, 78), (62, 28, 108), bottom=BOTTOM)
    for _ in range(11):
        hue, r = site.rng.choice(NEBULAE), site.rng.uniform(180, 380)
        x, y = site.rng.uniform(LEFT, RIGHT), site.rng.uniform(40, 560)
        with site.canvas.transformed(x, y, site.rng.uniform(-40, 10), (1.5, 0.7)):
            fading = radial((0, 0), r, Stop(0, hue, 0.3), Stop(0.5, hue, 0.12), Stop(1, hue, 0))
            site.canvas.fill(ellipse(0, 0, r), fading)
    brushes.stars(site.canvas, 300, BOTTOM, site.rng)
    for _ in range(12):
        twinkle(
            site, site.rng.uniform(LEFT, RIGHT), site.rng.uniform(20, 560), site.rng.uniform(5, 11)
        )


def twinkle(site: Site, x: float, y: float, size: float) -> None:
    """Draw a star with four rays."""
    q, white = size * 0.13, (255, 250, 226)
    s.halo(site, x, y, size * 1.7, (190, 210, 255), 0.4)
    rays = (
        Path().move(x, y - size).line((x + q, y - q), (x + size, y), (x + q, y + q), (x, y + size))
    )
    site.canvas.fill(rays.line((x - q, y + q), (x - size, y), (x - q, y - q)).close(), white)


def asteroid(site: Site, x: float, y: float, size: float) -> None:
    """Draw a drifting rock with craters."""
    points = []
    for k in range(9):
        with_r = size * site.rng.uniform(0.78, 1.1)
        points.append((x + with_r * math.cos(k * 0.698), y + 0.8 * with_r * math.sin(k * 0.698)))
    c = (134, 116, 148)
    light = radial((x - size * 0.5, y - size * 0.5), size * 1.8, tint(c, 0.4), c, shade(c, 0.6))
    site.canvas.fill(smooth(points, closed=True), light)
    for dx, dy, q in ((-0.3, -0.1, 0.2), (0.3, 0.2, 0.26), (0.12, -0.4, 0.13)):
        site.canvas.fill(
            ellipse(x + dx * size, y + dy * size, q * size, q * size * 0.8), shade(c, 0.3), 0.7
        )


def space(when: Conditions) -> Place:
    """Paint space with planets, nebulae and asteroids, in which figures float."""
    colors = replace(
        palette(when),
        ambient=(216, 208, 250),
        key=(255, 236, 226),
        haze=(70, 50, 130),
        shadow=(14, 8, 40),
        lit=True,
    )

    def planets(site: Site) -> None:
        hues = [(240, 160, 96), (110, 190, 224), (222, 120, 156), (150, 200, 130), (170, 140, 230)]
        site.rng.shuffle(hues)
        side = site.rng.choice((-1, 1))
        heavens.planet(hues[0], (244, 216, 172))(site, 640 + side * 330, 180, 112)
        heavens.planet(hues[1])(site, 640 - side * 380, 150, 62)
        heavens.planet(hues[2])(site, 640 - side * 70, 96, 26)
        heavens.planet(hues[3])(site, 640 - side * 900, 280, 80)
        heavens.planet(hues[4])(site, 640 + side * 860, 330, 60)

    earth = s.together(
        globe,
        s.put(
            asteroid,
            (110, 470, 34),
            (1190, 430, 42),
            (300, 560, 20),
            (1010, 590, 24),
            (-160, 380, 46),
            (1460, 520, 40),
        ),
    )
    parts = (Part(6, 0, planets), Part(2.4, 0, earth))
    front = (Part(0.62, 0, s.put(asteroid, (-70, 730, 120), (1360, 740, 130)), 4),)
    lights = (Light(640, 900, 620, (90, 160, 255), 0.25),)
    plan = Plan(parts, 640, 640, front, lights=lights, sky=galaxy, weather=False)
    return s.floats(s.outdoors(when, plan, colors))


def globe(site: Site) -> None:
    """Draw the curve of the earth below, with land, clouds and its thin air."""
    x, y, r = 640, 1560, 960
    site.canvas.fill(
        ellipse(x, y, r + 70),
        radial(
            (x, y),
            r + 70,
            Stop(0, (120, 200, 255), 0.9),
            Stop(0.93, (120, 200, 255), 0.5),
            Stop(1, (120, 200, 255), 0),
        ),
    )
    ball = ellipse(x, y, r)
    site.canvas.fill(
        ball, linear((0, y - r), (0, BOTTOM), (120, 206, 250), (30, 110, 200), (16, 60, 140))
    )
    with site.canvas.grouped(clip=ball):
        for _ in range(7):
            cx, cy = site.rng.uniform(LEFT, RIGHT), site.rng.uniform(640, 800)
            line = [
                (
                    cx + site.rng.uniform(60, 150) * math.cos(k * 0.785),
                    cy + site.rng.uniform(16, 34) * math.sin(k * 0.785),
                )
                for k in range(8)
            ]
            site.canvas.fill(smooth(line, closed=True), (104, 176, 108), 0.9)
        for _ in range(14):
            cx, cy = site.rng.uniform(LEFT, RIGHT), site.rng.uniform(620, 800)
            site.canvas.fill(
                ellipse(cx, cy, site.rng.uniform(50, 130), site.rng.uniform(3, 8)),
                (255, 255, 255),
                0.55,
            )


def moon(when: Conditions) -> Place:
    """Paint the surface of the moon with craters, a lander's flag and the earth above."""
    colors = replace(
        palette(when),
        ambient=(220, 216, 250),
        key=(255, 250, 236),
        haze=(64, 56, 110),
        shadow=(14, 10, 40),
        grass=(180, 176, 204),
        foliage=(90, 86, 120),
    )

    gray: Color = (186, 180, 206)

    def ground(site: Site) -> None:
        brushes.land(site.canvas, brushes.ridge(604, 9, site.rng), gray, shade(gray, 0.5), 220)
        for _ in range(15):
            x, y = site.rng.uniform(LEFT, RIGHT), site.rng.uniform(622, 730)
            w = site.rng.uniform(26, 84) * (y - 520) / 130
            dish = linear((0, y - w * 0.2), (0, y + w * 0.2), shade(gray, 0.5), shade(gray, 0.12))
            site.canvas.fill(ellipse(x, y, w, w * 0.21), tint(gray, 0.35))
            site.canvas.fill(ellipse(x, y - w * 0.03, w * 0.92, w * 0.18), dish)

    def far(site: Site) -> None:
        for y, height, t in ((540, 44, 0.5), (580, 22, 0.25)):
            c = mix(gray, site.colors.haze, t)
            brushes.land(
                site.canvas, brushes.ridge(y, height, site.rng, 40), tint(c, 0.1), shade(c, 0.3)
            )

    parts = (
        Part(3, 0, far),
        Part(1.4, 0, s.put(lander, (1120, 626, 210))),
        Part(
            1,
            0,
            s.together(
                ground,
                s.put(flag, (160, 660, 170)),
                s.put(rocks.stone((150, 146, 172)), (90, 690, 26), (1180, 680, 30)),
            ),
        ),
    )
    front = (Part(0.62, 0, s.put(rocks.stone((60, 54, 90)), (-60, 790, 150), (1350, 790, 140)), 4),)
    plan = Plan(parts, 604, 668, front, sky=_above, weather=False)
    return s.outdoors(when, plan, colors)


def _above(site: Site) -> None:
    brushes.backdrop(site.canvas, (8, 8, 34), (22, 18, 66), (50, 36, 104), bottom=600)
    brushes.stars(site.canvas, 320, 560, site.rng)
    for _ in range(10):
        twinkle(
            site,
            site.rng.uniform(LEFT, RIGHT),
            site.rng.uniform(20, 440),
            site.rng.uniform(5, 11),
        )
    earth_disc(site, 640 + site.rng.choice((-1, 1)) * 290, 170, 92)


def earth_disc(site: Site, x: float, y: float, r: float) -> None:
    """Draw the earth as it is seen from the moon."""
    s.halo(site, x, y, r * 1.7, (110, 180, 255), 0.5)
    disc = ellipse(x, y, r)
    ball = radial(
        (x - r * 0.4, y - r * 0.4), r * 1.6, (150, 222, 255), (48, 136, 220), (14, 34, 96)
    )
    site.canvas.fill(disc, ball)
    with site.canvas.grouped(clip=disc):
        for dx, dy, w, h in (
            (-0.4, -0.2, 0.34, 0.3),
            (-0.2, 0.4, 0.2, 0.34),
            (0.4, -0.4, 0.4, 0.24),
            (0.5, 0.3, 0.26, 0.26),
        ):
            line = [
                (
                    x + (dx + w * site.rng.uniform(0.7, 1.2) * math.cos(k * 0.785)) * r,
                    y + (dy + h * site.rng.uniform(0.7, 1.2) * math.sin(k * 0.785)) * r,
                )
                for k in range(8)
            ]
            site.canvas.fill(smooth(line, closed=True), (112, 180, 104), 0.85)
        for dx, dy, w in ((-0.1, -0.6, 0.5), (0.2, 0, 0.6), (-0.5, 0.2, 0.4), (0.1, 0.66, 0.5)):
            site.canvas.fill(ellipse(x + dx * r, y + dy * r, w * r, r * 0.06), (255, 255, 255), 0.7)
        night = linear(
            (x - r * 0.2, y),
            (x + r, y + r * 0.5),
            Stop(0, (6, 8, 40), 0),
            Stop(1, (6, 8, 40), 0.85),
        )
        site.canvas.fill(disc, night)


def flag(site: Site, x: float, y: float, size: float) -> None:
    """Draw a flag with a star on a pole."""
    c = site.canvas
    c.stroke(Path().move(x, y).line((x, y - size)), (226, 226, 240), 4)
    cloth = (
        Path()
        .move(x, y - size)
        .cubic((x + 40, y - size - 14), (x + 60, y - size + 14), (x + 96, y - size))
        .line((x + 96, y - size * 0.64))
    )
    cloth.cubic(
        (x + 60, y - size * 0.64 + 14), (x + 40, y - size * 0.64 - 14), (x, y - size * 0.64)
    ).close()
    c.fill(cloth, linear((x, 0), (x + 96, 0), (70, 150, 220), (44, 110, 190), (84, 164, 230)))
    c.fill(star(x + 34, y - size * 0.82, 17), (255, 226, 120))


def lander(site: Site, x: float, y: float, size: float) -> None:
    """Draw a lander on four legs."""
    u = size / 100
    gold, silver = (226, 178, 88), (206, 210, 226)
    for side in (-1, 1):
        for far in (24, 48):
            site.canvas.stroke(
                Path().move(x + side * 18 * u, y - 34 * u).line((x + side * far * u, y - 2)),
                shade(silver, 0.4),
                2.6 * u,
            )
            site.canvas.fill(ellipse(x + side * far * u, y, 7 * u, 2 * u), silver)
    body = rectangle(x - 32 * u, y - 52 * u, x + 32 * u, y - 26 * u, 5 * u)
    site.canvas.fill(
        body, linear((x - 32 * u, 0), (x + 32 * u, 0), tint(gold, 0.4), gold, shade(gold, 0.45))
    )
    cabin = (
        Path()
        .move(x - 26 * u, y - 52 * u)
        .line(
            (x - 30 * u, y - 70 * u),
            (x - 16 * u, y - 90 * u),
            (x + 16 * u, y - 90 * u),
            (x + 30 * u, y - 70 * u),
            (x + 26 * u, y - 52 * u),
        )
        .close()
    )
    site.canvas.fill(
        cabin,
        linear((x - 30 * u, 0), (x + 30 * u, 0), tint(silver, 0.5), silver, shade(silver, 0.45)),
    )
    for side in (-1, 1):
        site.canvas.fill(
            ellipse(x + side * 11 * u, y - 71 * u, 7 * u),
            radial((x + side * 11 * u - 3, y - 74 * u), 9 * u, (255, 240, 180), (250, 190, 90)),
        )
    site.canvas.stroke(Path().move(x, y - 90 * u).line((x, y - 108 * u)), silver, 1.6 * u)
    site.canvas.fill(ellipse(x, y - 108 * u, 3 * u), (250, 90, 90))
