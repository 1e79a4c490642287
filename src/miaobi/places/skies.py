"""Places in the sky and beyond: clouds, night sky, storm, space, the moon; and a plain studio."""

import math
from dataclasses import replace

from miaobi.drawing.canvas import Stop, linear, radial
from miaobi.drawing.color import Color, mix, shade, tint
from miaobi.drawing.path import Path, ellipse, rectangle, star
from miaobi.places import brushes
from miaobi.places import scenery as s
from miaobi.places import wild_pieces as wild
from miaobi.places.conditions import Conditions, palette
from miaobi.places.place import BOTTOM, LEFT, RIGHT, TOP, Light, Place
from miaobi.places.site import Part, Plan, Site, join
from miaobi.places.sky import paint_sky

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
    site.canvas.fill(brushes.smooth(points, closed=True), light)
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
        wild.planet(hues[0], (244, 216, 172))(site, 640 + side * 330, 180, 112)
        wild.planet(hues[1])(site, 640 - side * 380, 150, 62)
        wild.planet(hues[2])(site, 640 - side * 70, 96, 26)
        wild.planet(hues[3])(site, 640 - side * 900, 280, 80)
        wild.planet(hues[4])(site, 640 + side * 860, 330, 60)

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
            site.canvas.fill(brushes.smooth(line, closed=True), (104, 176, 108), 0.9)
        for _ in range(14):
            cx, cy = site.rng.uniform(LEFT, RIGHT), site.rng.uniform(620, 800)
            site.canvas.fill(
                ellipse(cx, cy, site.rng.uniform(50, 130), site.rng.uniform(3, 8)),
                (255, 255, 255),
                0.55,
            )


def night_sky(when: Conditions) -> Place:
    """Paint a hill under the Milky Way, a moon and shooting stars."""
    when = replace(
        when,
        hour="night",
        weather="clear" if when.weather in ("cloudy", "rainbow") else when.weather,
    )
    colors = palette(when)

    def heaven(site: Site) -> None:
        paint_sky(
            site.canvas,
            site.colors,
            replace(when, weather="fog" if when.weather == "snow" else when.weather),
            520,
        )
        with site.canvas.transformed(700, 250, -32):
            for k, hue in enumerate(((150, 120, 220), (120, 160, 240), (230, 190, 240))):
                wide, high = 1000 - k * 130, 150 - k * 42
                with site.canvas.transformed(0, 0, scale=(1.0, high / wide)):
                    fading = radial(
                        (0, 0), wide, Stop(0, hue, 0.34), Stop(0.6, hue, 0.16), Stop(1, hue, 0)
                    )
                    site.canvas.fill(ellipse(0, 0, wide), fading)
            for _ in range(150):
                x, y = site.rng.uniform(-900, 900), site.rng.gauss(0, 46)
                site.canvas.fill(
                    ellipse(x, y, site.rng.uniform(0.6, 2)),
                    (255, 248, 230),
                    site.rng.uniform(0.4, 1),
                )
        for _ in range(9):
            twinkle(
                site, site.rng.uniform(0, 1280), site.rng.uniform(20, 380), site.rng.uniform(6, 13)
            )
        for _ in range(2):
            meteor(site, site.rng.uniform(200, 1100), site.rng.uniform(60, 260))

    parts = (
        Part(5, 0.5, s.hills(520, 40)),
        Part(2.4, 0.25, s.hills(572, 18)),
        Part(1, 0, s.floor(610, None, 240, 34)),
    )
    return s.outdoors(when, Plan(parts, 610, 670, (Part(0.62, 0, s.ferns, 4),), sky=heaven), colors)


def meteor(site: Site, x: float, y: float) -> None:
    """Draw a shooting star."""
    tail = Path().move(x, y).line((x + 150, y - 64), (x + 3, y + 4)).close()
    fade = Stop(0, (255, 255, 240), 0.95), Stop(1, (255, 255, 255), 0)
    site.canvas.fill(tail, linear((x, y), (x + 150, y - 64), *fade))
    twinkle(site, x, y, 7)


def sky(when: Conditions) -> Place:
    """Paint the sky high above the land, in which figures float."""
    parts = (
        Part(6, 0.5, s.together(s.hills(664, 26), s.hills(700, 16))),
        Part(4, 0.3, s.scatter(wild.cloud, 8, 120, 600, 190)),
        Part(
            2,
            0.06,
            s.together(
                s.put(
                    wild.cloud,
                    (150, 250, 330),
                    (1120, 330, 380),
                    (420, 640, 420),
                    (900, 690, 480),
                    (-180, 560, 420),
                    (1480, 600, 420),
                )
            ),
        ),
    )
    front = (Part(0.7, 0, s.put(wild.cloud, (-40, 740, 420), (1330, 752, 460)), 3),)
    return s.floats(s.outdoors(when, Plan(parts, 640, 610, front, sky=s.sky_to(640))))


def clouds(when: Conditions) -> Place:
    """Paint a sea of clouds on which figures stand, with towers of cloud behind."""
    parts = (
        Part(6, 0.35, wild.cloud_bank(520, 60)),
        Part(
            4,
            0.14,
            s.put(wild.cloud, (200, 440, 420), (1090, 400, 460), (640, 330, 240), (-200, 460, 460)),
        ),
        Part(3, 0.16, wild.cloud_bank(546, 84)),
        Part(1.5, 0.04, s.together(s.put(wild.cloud, (60, 640, 420), (1240, 640, 440)))),
        Part(1, 0, wild.cloud_bank(600, 110)),
    )
    front = (Part(0.62, 0, s.put(wild.cloud, (-60, 770, 420), (1350, 780, 480)), 3),)
    return s.outdoors(when, Plan(parts, 610, 668, front, sky=s.sky_to(560)))


def sunset_sky(when: Conditions) -> Place:
    """Paint a low sun between glowing clouds over dark hills."""
    when = replace(when, hour="dusk" if when.hour in ("day", "night") else when.hour)
    colors = palette(when)

    def glow_sky(site: Site) -> None:
        top, middle = site.colors.sky_top, site.colors.sky_middle
        brushes.backdrop(
            site.canvas, top, mix(top, middle, 0.6), (250, 130, 110), (255, 196, 110), bottom=560
        )
        brushes.sun(site.canvas, 640, 430, 84, (255, 206, 116))
        for _ in range(24):
            x, y = site.rng.uniform(LEFT, RIGHT), site.rng.uniform(70, 470)
            hue = mix((255, 190, 140), (196, 96, 150), site.rng.random() * (1 - y / 560))
            w, h = site.rng.uniform(120, 320), site.rng.uniform(5, 15)
            site.canvas.fill(ellipse(x, y, w, h), hue, 0.5)
            site.canvas.fill(ellipse(x + w * 0.2, y - h, w * 0.5, h), tint(hue, 0.3), 0.45)
        for k in range(7):
            x, y, q = 420 + k * 34 + site.rng.uniform(-8, 8), 170 + abs(k - 2) * 17, 12
            wings = (
                Path()
                .move(x - q, y - 4)
                .quad((x - q * 0.4, y - 8), (x, y))
                .quad((x + q * 0.4, y - 8), (x + q, y - 4))
            )
            site.canvas.stroke(wings, (74, 40, 76), 2.6)

    parts = (
        Part(5, 0.4, s.hills(500, 42, (120, 70, 110))),
        Part(2.6, 0.2, s.together(s.hills(560, 26, (92, 56, 96)))),
        Part(1, 0, s.floor(612, None, 240, 26)),
    )
    lights = (Light(640, 430, 900, (255, 180, 100), 0.28),)
    front = (Part(0.62, 0, s.ferns, 4),)
    return s.outdoors(when, Plan(parts, 610, 670, front, lights=lights, sky=glow_sky), colors)


def storm_sky(when: Conditions) -> Place:
    """Paint black clouds and lightning over bending grass."""
    when = replace(when, weather="storm")
    colors = palette(when)

    def dark(site: Site) -> None:
        top = mix(site.colors.sky_top, (26, 28, 52), 0.6)
        brushes.backdrop(
            site.canvas,
            top,
            mix(site.colors.sky_middle, (52, 56, 86), 0.5),
            site.colors.sky_bottom,
            bottom=600,
        )
        for y, size, tone in ((300, 420, 0.25), (200, 520, 0.5), (80, 560, 0.75)):
            for k in range(7):
                x = LEFT + k * 300 + site.rng.uniform(-80, 80)
                hue = mix(site.colors.sky_middle, (30, 32, 56), tone)
                brushes.cloud(site.canvas, x, y + site.rng.uniform(-30, 30), size, hue, site.rng)
        for x in (330, 940):
            bolt(site, x + site.rng.uniform(-50, 50), 250, 470)

    parts = (
        Part(5, 0.4, s.hills(500, 40)),
        Part(2.4, 0.2, s.hills(566, 18)),
        Part(1, 0, s.floor(610, None, 300, 0)),
    )
    return s.outdoors(when, Plan(parts, 610, 670, (Part(0.62, 0, s.ferns, 4),), sky=dark), colors)


def bolt(site: Site, x: float, top: float, bottom: float) -> None:
    """Draw a forked flash of lightning."""
    s.halo(site, x, top + 60, 260, (200, 210, 255), 0.5)
    for fork in range(2):
        px, py = x, top
        line = Path().move(px, py)
        while py < bottom - fork * 70:
            px, py = px + site.rng.uniform(-30, 30) + fork * 16, py + site.rng.uniform(22, 46)
            line.line((px, py))
        site.canvas.stroke(line, (180, 190, 255), 12, 0.25)
        site.canvas.stroke(line, (250, 250, 255), 4 - fork * 2)


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

    def above(site: Site) -> None:
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
                s.put(wild.stone((150, 146, 172)), (90, 690, 26), (1180, 680, 30)),
            ),
        ),
    )
    front = (Part(0.62, 0, s.put(wild.stone((60, 54, 90)), (-60, 790, 150), (1350, 790, 140)), 4),)
    plan = Plan(parts, 604, 668, front, sky=above, weather=False)
    return s.outdoors(when, plan, colors)


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
            site.canvas.fill(brushes.smooth(line, closed=True), (112, 180, 104), 0.85)
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


def plain_background(when: Conditions) -> Place:
    """Paint a soft studio backdrop which curves into its floor."""
    base = palette(when)
    hues = ((244, 240, 234), (232, 240, 246), (248, 236, 232), (236, 244, 234), (240, 236, 248))
    tone = {"night": (120, 126, 170), "dusk": (236, 206, 198)}.get(when.hour, (255, 255, 255))
    hue = hues[when.seed % len(hues)]
    wall: Color = (hue[0] * tone[0] / 255, hue[1] * tone[1] / 255, hue[2] * tone[2] / 255)
    colors = replace(
        base,
        ambient=mix(base.ambient, (255, 255, 255), 0.6),
        haze=wall,
        shadow=shade(wall, 0.65),
        key=(255, 250, 240),
    )

    def backdrop(site: Site) -> None:
        light = radial((640, 330), 900, tint(wall, 0.7), wall, shade(wall, 0.14))
        site.canvas.fill(rectangle(LEFT, TOP, RIGHT, BOTTOM), light)
        fade = linear(
            (0, 560),
            (0, BOTTOM),
            Stop(0, shade(wall, 0.1), 0),
            Stop(0.35, shade(wall, 0.08), 0.55),
            Stop(1, tint(wall, 0.2), 0.7),
        )
        site.canvas.fill(rectangle(LEFT, 560, RIGHT, BOTTOM), fade)
        spot = radial((0, 0), 520, Stop(0, tint(wall, 0.9), 0.9), Stop(1, wall, 0))
        with site.canvas.transformed(640, 676, scale=(1.0, 0.13)):
            site.canvas.fill(ellipse(0, 0, 520), spot)

    return s.outdoors(when, Plan((), 600, 668, sky=backdrop, weather=False), colors)


def rooftop(when: Conditions) -> Place:
    """Paint a flat roof above the city, with a parapet, a water tank, plants and a string of lamps."""

    def city(site: Site) -> None:
        for y, low, high, wide in ((560, 120, 260, 90), (640, 90, 200, 120)):
            x, far = LEFT, site.at(site.distance if y > 600 else 0.55)
            while x < RIGHT:
                w, h = wide * site.rng.uniform(0.6, 1.1), site.rng.uniform(low, high)
                hue = site.rng.choice(
                    ((196, 170, 160), (160, 176, 200), (206, 190, 160), (170, 150, 170))
                )
                far.box(x, y - h, x + w, y + 60, hue)
                towers(far, x, y, w, h)
                x += w * 1.04

    def roof(site: Site) -> None:
        site.ground(612, (206, 190, 176), (140, 124, 120))
        for k in range(-14, 32):
            site.line(
                (160, 142, 134),
                1.6,
                (640 + (k - 9) * 66, 612),
                (640 + (k - 9) * 150, BOTTOM),
                alpha=0.5,
            )
        for y in (632, 662, 706, 770):
            site.line((160, 142, 134), 1.6, (LEFT, y), (RIGHT, y), alpha=0.5)

    def wall(site: Site) -> None:
        site.box(LEFT, 556, RIGHT, 614, (188, 124, 100))
        for k, y in enumerate((572, 586, 600)):
            for x in range(int(LEFT) + k % 2 * 26, int(RIGHT), 52):
                site.line((154, 96, 80), 1.4, (x, y - 13), (x, y))
            site.line((154, 96, 80), 1.4, (LEFT, y), (RIGHT, y))
        site.box(LEFT, 546, RIGHT, 560, (226, 210, 194))
        tank(site, 1150, 606, 260)
        for x in (90, 190, 1010):
            site.box(x - 26, 580, x + 26, 622, (200, 106, 78), 5)
            wild_bush(site, x, 586, 84)
        for x in (30, 640, 1250):
            line = Path().move(x - 610, 330).quad((x - 305, 420), (x, 330))
            site.canvas.stroke(line, site.color((70, 60, 66)), 2)
            for k in range(1, 12):
                t = k / 12
                bx, by = x - 610 + 610 * t, 330 + 4 * 45 * t * (1 - t)
                if site.lit:
                    site.shine(bx, by + 6, 30)
                site.canvas.fill(
                    ellipse(bx, by + 6, 5, 6.5),
                    (255, 226, 150) if site.lit else site.color((250, 236, 200)),
                )
            site.line((90, 80, 84), 5, (x, 330), (x, 550))

    parts = (Part(4, 0.3, city), Part(1.4, 0.04, wall), Part(1, 0, roof))
    lamps = (Light(640, 360, 560, (255, 206, 130), 0.3),)
    return s.outdoors(when, Plan(parts, 612, 668, lamps=lamps, sky=s.sky_to(560)))


def wild_bush(site: Site, x: float, y: float, size: float) -> None:
    """Draw a potted bush."""
    brushes.bush(site.canvas, x, y, size, s.leafy(site), site.rng)


def towers(site: Site, x: float, y: float, w: float, h: float) -> None:
    """Draw the windows of a far building."""
    panes = [
        rectangle(
            x + w * (0.14 + 0.26 * c),
            y - h + 14 + r * 24,
            x + w * (0.3 + 0.26 * c),
            y - h + 28 + r * 24,
        )
        for c in range(3)
        for r in range(int(h / 24))
    ]
    lit = [p for p in panes if site.lit and site.rng.random() < 0.55]
    if panes:
        site.fill(join(panes), (110, 140, 176), 0.1)
    if lit:
        site.canvas.fill(join(lit), mix((255, 220, 140), site.colors.haze, site.distance * 0.5))


def tank(site: Site, x: float, y: float, size: float) -> None:
    """Draw a wooden water tank on legs."""
    w, dark = size * 0.28, (110, 84, 70)
    for k in (-1, -0.3, 0.3, 1):
        site.line(dark, 6, (x + k * w * 0.8, y), (x + k * w * 0.8, y - size * 0.4))
    site.tube(x - w, y - size * 0.82, x + w, y - size * 0.38, (168, 116, 82))
    for k in (0.5, 0.68):
        site.line(dark, 3, (x - w, y - size * k), (x + w, y - size * k))
    site.poly(
        (128, 104, 100),
        (x - w * 1.12, y - size * 0.82),
        (x, y - size),
        (x + w * 1.12, y - size * 0.82),
    )
