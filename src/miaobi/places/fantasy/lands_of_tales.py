"""Enchanted forests, lands of fairies and lands of sweets."""

from dataclasses import replace

from miaobi.drawing.canvas import linear
from miaobi.drawing.color import WHITE, Color, mix, shade, tint
from miaobi.drawing.path import Path
from miaobi.places import brushes, greenery
from miaobi.places.conditions import Conditions, Palette, palette
from miaobi.places.fantasy import fairy_buildings
from miaobi.places.fantasy import tale_pieces as fantasy_pieces
from miaobi.places.fantasy.tale_pieces import RAINBOW
from miaobi.places.fantasy.tales import PINK, _meadow
from miaobi.places.place import LEFT, RIGHT, TOP, Light, Place
from miaobi.places.towns import buildings
from miaobi.places.towns.site import Part, Plan, Site, bright_tone, build, spread

GLOWS: tuple[Color, ...] = (
    (110.0, 240.0, 255.0),
    (255.0, 140.0, 230.0),
    (170.0, 150.0, 255.0),
    (140.0, 255.0, 180.0),
)
CREAMS: tuple[Color, ...] = (
    (255.0, 186.0, 206.0),
    (255.0, 240.0, 206.0),
    (190.0, 236.0, 214.0),
    (206.0, 170.0, 140.0),
)
DARK_WOOD: Color = (74.0, 62.0, 82.0)


def _colored(when: Conditions, top: Color, low: Color, haze: Color, ambient: Color) -> Palette:
    """Return the palette of a world with a sky of its own."""
    return replace(
        palette(when),
        sky_top=top,
        sky_middle=mix(top, low, 0.5),
        sky_bottom=low,
        haze=haze,
        ambient=ambient,
    )


def _trunks(site: Site, color: Color, near: bool) -> None:
    for x in spread(site.rng, 190 if near else 120, 0.3):
        if near and 300 < x < 980:
            continue
        w = site.rng.uniform(50, 80) if near else site.rng.uniform(22, 44)
        y, bend = 616.0 if near else 592.0, site.rng.uniform(-50, 50)
        c = mix(color, site.colors.haze, site.distance)
        trunk = (
            Path()
            .move(x - w * 0.4 + bend, TOP)
            .cubic((x - w * 0.5 - bend, 150), (x - w * 0.3, 400), (x - w * 1.2, y))
            .quad((x, y - 14), (x + w * 1.2, y))
            .cubic((x + w * 0.4, 400), (x + w * 0.4 - bend, 150), (x + w * 0.5 + bend, TOP))
            .close()
        )
        site.canvas.fill(trunk, linear((x - w, 0), (x + w, 0), tint(c, 0.16), c, shade(c, 0.4)))
        for k in range(3):
            sy, sign = 120 + k * 100, -1 if k % 2 else 1
            branch = (
                Path()
                .move(x, sy + 40)
                .quad((x + sign * w, sy + 20), (x + sign * w * site.rng.uniform(1.6, 3), sy - 50))
            )
            site.canvas.stroke(branch, c, w * 0.18)


def _bark(site: Site) -> Color:
    return mix((62.0, 46.0, 104.0), site.colors.sky_bottom, 0.1)


def _moss(site: Site) -> Color:
    return mix((40.0, 110.0, 120.0), site.colors.sky_bottom, 0.14)


def magic_forest(when: Conditions) -> Place:
    """Paint an enchanted forest with glowing mushrooms, crystals and fireflies."""
    dark = {"night": 0.0, "dusk": 0.16, "dawn": 0.3}.get(when.hour, 0.36)
    top = mix((28.0, 20.0, 84.0), (130.0, 150.0, 230.0), dark)
    low = mix((70.0, 110.0, 180.0), (210.0, 230.0, 255.0), dark)
    colors = _colored(
        when, top, low, mix((60.0, 110.0, 170.0), low, 0.4), mix((196.0, 196.0, 250.0), WHITE, dark)
    )
    lights = (Light(300, 520, 480, GLOWS[0], 0.34), Light(980, 520, 480, GLOWS[1], 0.34))
    parts = (Part(2.6, 0.5, _magic_forest_far), Part(1.2, 0, _magic_forest_near))
    return build(
        Plan(parts, 602, 668, lights=lights, sky=_magic_forest_back, tone=(0.8, 0.8, 0.95)),
        when,
        colors,
    )


def _magic_forest_back(site: Site) -> None:
    fantasy_pieces.sky(
        site,
        site.colors.sky_top,
        mix(site.colors.sky_top, site.colors.sky_bottom, 0.6),
        site.colors.sky_bottom,
        stars=60,
    )
    fantasy_pieces.rays(site, 640, (200.0, 230.0, 255.0), 0.22)


def _magic_forest_far(site: Site) -> None:
    _trunks(site, _bark(site), False)
    brushes.mist(site.canvas, 540, 60, site.colors.sky_bottom, 0.5, site.rng)


def _magic_forest_near(site: Site) -> None:
    brushes.land(
        site.canvas,
        brushes.ridge(598, 8, site.rng),
        tint(_moss(site), 0.1),
        shade(_moss(site), 0.5),
        210,
    )
    for k, (x, h) in enumerate(((480, 130), (830, 150), (640, 100), (390, 90), (930, 90))):
        fantasy_pieces.mushroom(site, x, 606, h, GLOWS[k % 4], True)
    _trunks(site, _bark(site), True)
    for k, (x, h) in enumerate(
        ((60, 250), (1200, 270), (230, 120), (1060, 130), (-160, 210), (1440, 220))
    ):
        fantasy_pieces.mushroom(site, x, 640, h, GLOWS[(k + 1) % 4], True)
    for k, x in enumerate((150, 1130, -60, 1330)):
        fantasy_pieces.crystal(site, x, 646, 80, GLOWS[k % 4])
    greenery.grass(site.canvas, 630, 140, 18, shade(_moss(site), 0.1), site.rng, 26)
    fantasy_pieces.sparkles(site, 50, (255.0, 250.0, 170.0), 140, 650)


def candy_land(when: Conditions) -> Place:
    """Paint a land of sweets: gingerbread house, lollipops, canes and hills of ice cream."""
    base = palette(when)
    colors = replace(
        base,
        sky_top=mix(base.sky_top, (150.0, 190.0, 255.0), 0.4),
        sky_middle=mix(base.sky_middle, (255.0, 190.0, 226.0), 0.6),
        sky_bottom=mix(base.sky_bottom, (255.0, 232.0, 226.0), 0.6),
        haze=mix(base.haze, (255.0, 210.0, 230.0), 0.6),
    )
    parts = (
        Part(4, 0.34, _candy_land_far),
        Part(2, 0.12, _candy_land_middle),
        Part(1.1, 0, _candy_land_ground),
    )
    return build(Plan(parts, 604, 668, tone=bright_tone(when)), when, colors)


def _candy_land_far(site: Site) -> None:
    for k, x in enumerate(spread(site.rng, 190, 0.2)):
        r, c = site.rng.uniform(110, 170), CREAMS[k % 4]
        site.disc(x, 600, r, c, r * site.rng.uniform(0.8, 1.3))
        sauce = site.color((150.0, 90.0, 70.0) if k % 2 else (255.0, 120.0, 160.0))
        top = 600 - r * 0.9
        site.canvas.fill(
            Path()
            .move(x - r * 0.5, top + r * 0.3)
            .quad((x, top - r * 0.3), (x + r * 0.5, top + r * 0.3))
            .quad((x + r * 0.36, top + r * 0.6), (x + r * 0.24, top + r * 0.34))
            .quad((x, top + r * 0.7), (x - r * 0.2, top + r * 0.36))
            .quad((x - r * 0.4, top + r * 0.6), (x - r * 0.5, top + r * 0.3))
            .close(),
            mix(sauce, site.colors.haze, 0.3),
            0.8,
        )
        site.disc(x, top - r * 0.08, 15, (226.0, 50.0, 70.0))


def _candy_land_middle(site: Site) -> None:
    _gingerbread(site, 640, 602, 330, 330)
    for k, (x, h) in enumerate(((390, 240), (890, 250), (300, 170), (990, 180))):
        fantasy_pieces.lollipop(site, x, 606, h, RAINBOW[k])


def _candy_land_ground(site: Site) -> None:
    icing: Color = (255.0, 206.0, 222.0)
    brushes.land(
        site.canvas,
        brushes.ridge(602, 6, site.rng),
        site.color(tint(icing, 0.3)),
        site.color(shade(icing, 0.16)),
        180,
    )
    for _ in range(130):
        x, y = site.rng.uniform(LEFT, RIGHT), site.rng.uniform(620, 730)
        with site.canvas.transformed(x, y, site.rng.uniform(0, 180)):
            site.box(-7, -2, 7, 2, site.rng.choice(RAINBOW), 2)
    for k, (x, h) in enumerate(((110, 330), (1170, 330), (-150, 300), (1430, 300))):
        fantasy_pieces.candy_cane(site, x, 640, h, 1 if x < 640 else -1)
        fantasy_pieces.lollipop(site, x + 90, 640, 190, RAINBOW[(k + 2) % 6])
    for k in range(14):
        x = site.rng.choice((site.rng.uniform(LEFT, 270), site.rng.uniform(1010, RIGHT)))
        site.disc(x, 642, 22, RAINBOW[k % 6], 18)


def _gingerbread(site: Site, x: float, y: float, w: float, h: float) -> None:
    cookie: Color = (196.0, 132.0, 78.0)
    icing: Color = (255.0, 250.0, 244.0)
    site.box(x - w * 0.42, y - h * 0.52, x + w * 0.42, y, cookie, 6, 0.24)
    site.poly(cookie, (x - w * 0.42, y - h * 0.5), (x, y - h * 0.94), (x + w * 0.42, y - h * 0.5))
    edge = [(x - w * 0.54, y - h * 0.42), (x, y - h), (x + w * 0.54, y - h * 0.42)]
    site.line((226.0, 96.0, 130.0), h * 0.09, *edge)
    site.line(icing, h * 0.05, *[(a, b - h * 0.04) for a, b in edge])
    for k in range(11):
        t = k / 10
        px = x - w * 0.54 + t * w * 1.08
        py = y - h * 0.42 - h * 0.58 * (1 - abs(2 * t - 1))
        site.disc(px, py - h * 0.03, h * 0.035, RAINBOW[k % 6])
    for dx in (-0.26, 0.26):
        buildings.window(site, x + dx * w, y - h * 0.22, w * 0.14, h * 0.14)
    buildings.door(site, x, y, w * 0.2, h * 0.34, (140.0, 80.0, 54.0))
    site.disc(x, y - h * 0.62, h * 0.07, (226.0, 60.0, 80.0))
    site.line(icing, 6, (x - w * 0.42, y - h * 0.5), (x + w * 0.42, y - h * 0.5))
    for sign in (-1, 1):
        fantasy_pieces.candy_cane(site, x + sign * w * 0.42, y, h * 0.5, -sign)


def fairyland(when: Conditions) -> Place:
    """Paint a land of fairies: rainbow, pastel castle, mushroom houses and flowers."""
    weather = "rainbow" if when.weather == "clear" and when.hour == "day" else when.weather
    when = replace(when, weather=weather)
    base = palette(when)
    colors = replace(
        base,
        sky_top=mix(base.sky_top, (150.0, 130.0, 240.0), 0.4),
        sky_middle=mix(base.sky_middle, PINK, 0.34),
        sky_bottom=mix(base.sky_bottom, (255.0, 226.0, 220.0), 0.4),
        haze=mix(base.haze, PINK, 0.3),
    )

    parts = (Part(3, 0.26, _fairyland_middle), Part(1.1, 0, _fairyland_ground))
    lights = (Light(640, 300, 900, (255.0, 220.0, 240.0), 0.12),)
    return build(Plan(parts, 600, 668, lights=lights, tone=bright_tone(when)), when, colors)


def _fairyland_middle(site: Site) -> None:
    brushes.land(
        site.canvas,
        brushes.ridge(540, 26, site.rng),
        mix(site.colors.grass, site.colors.haze, 0.4),
        mix(site.colors.grass, site.colors.haze, 0.2),
    )
    fairy_buildings.castle(site, 640, 560, 380, 400, (250.0, 226.0, 236.0), (160.0, 130.0, 214.0))
    for k, x in enumerate((250, 1020, -120, 1420)):
        _mushroom_house(site, x, 604, 210, RAINBOW[(k * 2) % 6])


def _fairyland_ground(site: Site) -> None:
    _meadow(site, 600)
    for k, x in enumerate((-270, -40, 60, 120, 1150, 1230, 1300, 1560)):
        fantasy_pieces.mushroom(site, x, 636, site.rng.uniform(50, 120), RAINBOW[k % 6])
    fantasy_pieces.sparkles(site, 44, (255.0, 240.0, 170.0), 160, 640)


def _mushroom_house(site: Site, x: float, y: float, h: float, color: Color) -> None:
    site.fill(buildings.arch(x, y, h * 0.56, h * 0.7), (250.0, 238.0, 216.0), 0.26)
    fantasy_pieces.mushroom(site, x, y + h * 0.06, h * 1.06, color)
    site.fill(buildings.arch(x, y, h * 0.56, h * 0.5), (250.0, 238.0, 216.0), 0.26)
    buildings.door(site, x - h * 0.06, y, h * 0.2, h * 0.32, (150.0, 96.0, 70.0))
    buildings.window(site, x + h * 0.16, y - h * 0.2, h * 0.12, h * 0.14, True)
