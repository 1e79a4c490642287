"""Worlds below the sea, other planets and amusement parks."""

from dataclasses import replace

from miaobi.drawing.canvas import radial
from miaobi.drawing.color import WHITE, Color, mix, shade, tint
from miaobi.drawing.path import Path, ellipse
from miaobi.places import brushes
from miaobi.places.conditions import Conditions, palette
from miaobi.places.fantasy import fairy_buildings
from miaobi.places.fantasy import tale_pieces as fantasy_pieces
from miaobi.places.fantasy.tale_pieces import RAINBOW
from miaobi.places.place import LEFT, RIGHT, Light, Place
from miaobi.places.towns import chinese, pavements, street_pieces
from miaobi.places.towns.site import WARM, Part, Plan, Site, bright_tone, build


def underwater_palace(when: Conditions) -> Place:
    """Paint a palace on the ground of the sea, among corals and beams of light."""
    base = palette(when)
    dark = 0.5 if base.stars else 0.24 if base.lit else 0.0
    deep, bright = (
        mix((16.0, 84.0, 150.0), (6.0, 14.0, 56.0), dark),
        mix((110.0, 214.0, 232.0), (20.0, 60.0, 130.0), dark),
    )
    colors = replace(
        base,
        sky_top=bright,
        sky_middle=deep,
        sky_bottom=deep,
        haze=mix(deep, bright, 0.35),
        ambient=mix((214.0, 236.0, 255.0), base.ambient, 0.4),
        key=(190.0, 240.0, 255.0),
        lit=True,
        stars=False,
    )

    parts = (Part(2.4, 0.34, _underwater_palace_middle), Part(1.2, 0.05, _underwater_palace_near))
    lights = (Light(640, 420, 620, (255.0, 224.0, 160.0), 0.22),)
    return build(
        Plan(
            parts,
            604,
            668,
            lights=lights,
            sky=_underwater_palace_back,
            weather=False,
            tone=bright_tone(when),
        ),
        when,
        colors,
    )


def _underwater_palace_back(site: Site) -> None:
    fantasy_pieces.sky(
        site,
        site.colors.sky_top,
        mix(site.colors.sky_top, site.colors.sky_bottom, 0.6),
        site.colors.sky_bottom,
    )
    fantasy_pieces.rays(site, 640, (210.0, 250.0, 255.0), 0.3)


def _underwater_palace_middle(site: Site) -> None:
    jade: Color = (60.0, 170.0, 170.0)
    for x, h in ((380, 320), (900, 320), (150, 240), (1130, 240)):
        chinese.pagoda(site, x, 590, 150, h, 4, jade, (230.0, 120.0, 120.0))
    chinese.hall(site, 640, 590, 500, 330, jade, (220.0, 96.0, 100.0))
    site.shine(640, 440, 330, (255.0, 220.0, 150.0), 0.4)
    site.disc(640, 232, 26, (255.0, 244.0, 240.0))
    site.shine(640, 232, 110, (255.0, 240.0, 230.0), 0.8)


def _underwater_palace_near(site: Site) -> None:
    sand = mix((240.0, 220.0, 170.0), site.colors.sky_bottom, 0.3 + 0.1 * 0.6)
    brushes.land(
        site.canvas, brushes.ridge(604, 6, site.rng), tint(sand, 0.12), shade(sand, 0.4), 200
    )
    for k, x in enumerate((-280.0, -160, -30, 70, 170, 1110, 1210, 1310, 1420, 1540)):
        coral(site, x, 640 - abs(k - 4.5) * 2, site.rng.uniform(90, 190), RAINBOW[(k * 5) % 6])
    for _ in range(60):
        x, y, r = (
            site.rng.uniform(LEFT, RIGHT),
            site.rng.uniform(60, 640),
            site.rng.uniform(2, 9),
        )
        site.canvas.stroke(ellipse(x, y, r), (225.0, 250.0, 255.0), 1.4, 0.55)
    for k in range(9):
        fish(
            site,
            site.rng.uniform(60, 1220),
            site.rng.uniform(130, 420),
            site.rng.uniform(14, 26),
            RAINBOW[k % 6],
            site.rng.choice((-1, 1)),
        )


def coral(site: Site, x: float, y: float, h: float, color: Color) -> None:
    """Draw a branching coral."""
    c = site.color(color)
    for k in range(7):
        a = (k - 3) * 0.24
        ex, ey = x + h * a * 0.9, y - h * (1 - abs(a) * 0.5) * site.rng.uniform(0.8, 1)
        site.canvas.stroke(
            Path().move(x, y).cubic((x + a * h * 0.1, y - h * 0.4), (ex, ey + h * 0.4), (ex, ey)),
            c if k % 2 else shade(c, 0.14),
            h * 0.085,
        )
        site.canvas.fill(ellipse(ex, ey, h * 0.055), tint(c, 0.3))


def fish(site: Site, x: float, y: float, r: float, color: Color, facing: int) -> None:
    """Draw a small fish."""
    with site.canvas.transformed(x, y, scale=(facing, 1)):
        site.poly(shade(color, 0.1), (-r * 0.7, 0), (-r * 1.5, -r * 0.6), (-r * 1.5, r * 0.6))
        site.disc(0, 0, r, color, r * 0.62)
        site.disc(r * 0.5, -r * 0.14, r * 0.16, (30.0, 30.0, 50.0))


def mars(when: Conditions) -> Place:
    """Paint a red planet with a base of domes, craters and other worlds in the sky."""
    base = palette(when)
    night = base.stars
    top: Color = (30.0, 14.0, 44.0) if night else (130.0, 62.0, 66.0)
    low: Color = (140.0, 60.0, 70.0) if night else (246.0, 176.0, 130.0)
    colors = replace(
        base,
        sky_top=top,
        sky_middle=mix(top, low, 0.5),
        sky_bottom=low,
        haze=low,
        ambient=mix(base.ambient, (255.0, 220.0, 200.0), 0.5),
    )

    parts = (Part(4, 0.4, _mars_far), Part(1.2, 0.03, _mars_near))
    return build(Plan(parts, 600, 668, sky=_mars_back, weather=False), when, colors)


def _mars_back(site: Site) -> None:
    fantasy_pieces.sky(
        site,
        site.colors.sky_top,
        mix(site.colors.sky_top, site.colors.sky_bottom, 0.55),
        site.colors.sky_bottom,
        stars=140 if site.colors.stars else 50,
    )
    planet(site, site.rng.uniform(720, 820), 150, 78, (226.0, 170.0, 120.0), True)
    planet(site, site.rng.uniform(470, 560), 150, 36, (130.0, 180.0, 220.0))


def _mars_far(site: Site) -> None:
    red: Color = (190.0, 92.0, 64.0)
    brushes.mountains(site.canvas, 600, 210, site.color(red), 0, site.rng)
    near = site.at(0.16)
    for x, r in ((640, 130), (450, 84), (840, 90)):
        dome = (
            Path()
            .move(x - r, 596)
            .cubic((x - r, 596 - r * 1.35), (x + r, 596 - r * 1.35), (x + r, 596))
            .close()
        )
        near.fill(dome, (206.0, 224.0, 236.0), 0.3)
        for k in (-0.5, 0.0, 0.5):
            near.canvas.stroke(
                Path()
                .move(x + k * r * 1.6, 596)
                .quad((x + k * r * 1.3, 596 - r * 0.8), (x, 596 - r)),
                near.color(WHITE),
                3,
                0.7,
            )
        near.box(x - r, 584, x + r, 598, (150.0, 156.0, 170.0))
        near.box(x - 20, 548, x + 20, 598, (90.0, 110.0, 130.0), 8)
        if site.lit:
            near.shine(x, 560, r * 1.2, WARM, 0.7)
    near.line((200.0, 206.0, 216.0), 5, (1000, 596), (1000, 440))
    near.disc(1000, 436, 34, (226.0, 230.0, 236.0), 22)


def _mars_near(site: Site) -> None:
    red: Color = (206.0, 106.0, 70.0)
    site.ground(594, tint(red, 0.16), shade(red, 0.3))
    for x, y, r in (
        (200, 640, 70),
        (1080, 650, 84),
        (-160, 650, 90),
        (1450, 650, 90),
        (420, 612, 40),
        (840, 610, 34),
    ):
        site.canvas.fill(ellipse(x, y, r, r * 0.26), site.color(shade(red, 0.4)), 0.8)
        site.canvas.fill(ellipse(x, y + r * 0.06, r * 0.88, r * 0.2), site.color(shade(red, 0.16)))
    for _ in range(16):
        brushes.rock(
            site.canvas,
            site.rng.choice((site.rng.uniform(LEFT, 240), site.rng.uniform(1040, RIGHT))),
            site.rng.uniform(604, 650),
            site.rng.uniform(8, 30),
            site.color(shade(red, 0.12)),
            site.rng,
        )
    x, y = 1150, 640  # a rover
    for k in (-70, -14, 56):
        site.disc(x + k, y - 18, 20, (70.0, 70.0, 84.0))
    site.box(x - 90, y - 74, x + 80, y - 34, (236.0, 238.0, 244.0), 10)
    site.poly(
        (50.0, 90.0, 160.0),
        (x - 110, y - 88),
        (x + 40, y - 88),
        (x + 24, y - 76),
        (x - 94, y - 76),
    )
    site.line((180.0, 186.0, 196.0), 6, (x + 60, y - 74), (x + 60, y - 130))
    site.box(x + 40, y - 150, x + 84, y - 126, (236.0, 238.0, 244.0), 6)
    site.disc(x + 72, y - 138, 7, (40.0, 60.0, 90.0))


def amusement_park(when: Conditions) -> Place:
    """Paint a fair with a ferris wheel, a roller coaster, tents and balloons."""

    lamps = (
        Light(300, 330, 560, (255.0, 190.0, 150.0), 0.3),
        Light(980, 330, 560, (180.0, 200.0, 255.0), 0.3),
    )
    parts = (Part(3, 0.26, _amusement_park_far), Part(1.3, 0.04, _amusement_park_near))
    return build(Plan(parts, 600, 668, lamps=lamps, tone=bright_tone(when)), when, palette(when))


def _amusement_park_far(site: Site) -> None:
    for x in (-190, 1180):
        track = Path().move(x - 260, 590)
        for k, top in enumerate((300, 540, 360, 560)):
            track.cubic(
                (x - 200 + k * 150, 590 if k == 0 else 500),
                (x - 200 + k * 150, top),
                (x - 110 + k * 150, top),
            )
        for k in range(16):
            site.line(
                (180.0, 190.0, 206.0),
                3,
                (x - 250 + k * 36, 600),
                (x - 250 + k * 36, 470 + 60 * (k % 3)),
                alpha=0.8,
            )
        site.canvas.stroke(track, site.color((230.0, 90.0, 110.0)), 10)
        site.canvas.stroke(track, site.color((255.0, 220.0, 130.0)), 3)
    fairy_buildings.ferris_wheel(site, 640, 600, 205)
    for k, x in enumerate((200, 960, 330)):
        fairy_buildings.balloon(site, x, 130 + 50 * k, 44 - 8 * k, RAINBOW[k * 2])


def _amusement_park_near(site: Site) -> None:
    pavements.paving(site, 596, (226.0, 200.0, 176.0))
    for k, (x, w) in enumerate(((110, 300), (1170, 300), (-220, 280), (1500, 280))):
        fairy_buildings.tent(
            site, x, 622, w, 260, ((226.0, 66.0, 80.0), (70.0, 130.0, 200.0))[k % 2]
        )
    for x, food in ((390, True), (890, True)):
        street_pieces.stall(site.at(0.16), x, 606, 150, RAINBOW[0 if x < 600 else 4], food)
    for left, right in ((-300, 260), (260, 1020), (1020, 1580)):
        street_pieces.string_lights(site, (left, 250), (right, 250), 50, 10)


def planet(site: Site, x: float, y: float, r: float, color: Color, ring: bool = False) -> None:
    """Draw a planet in the sky."""
    ball = radial((x - r * 0.4, y - r * 0.4), r * 1.7, tint(color, 0.5), color, shade(color, 0.6))
    site.canvas.fill(ellipse(x, y, r), ball)
    if ring:
        with site.canvas.transformed(x, y, -18):
            lower = (
                Path()
                .move(-r * 1.8, 0)
                .cubic((-r * 1.5, r * 0.6), (r * 1.5, r * 0.6), (r * 1.8, 0))
            )
            site.canvas.stroke(lower, tint(color, 0.5), r * 0.14, 0.9)
            for sign in (-1, 1):
                side = (
                    Path()
                    .move(sign * r * 1.8, 0)
                    .cubic(
                        (sign * r * 1.75, -r * 0.2),
                        (sign * r * 1.3, -r * 0.3),
                        (sign * r * 0.98, -r * 0.32),
                    )
                )
                site.canvas.stroke(side, tint(color, 0.5), r * 0.12, 0.7)
