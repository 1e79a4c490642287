"""Enchanted and haunted forests, lands of sweets and toys, dreams, the underworld and worlds of computers."""

from dataclasses import replace

from miaobi.drawing.canvas import linear
from miaobi.drawing.color import WHITE, Color, mix, shade, tint
from miaobi.drawing.path import Path, ellipse, polygon
from miaobi.places import brushes, buildings, fantasy_pieces, street_pieces
from miaobi.places.conditions import Conditions, Palette, palette
from miaobi.places.fantasy_pieces import RAINBOW
from miaobi.places.place import LEFT, RIGHT, TOP, Light, Place
from miaobi.places.site import Part, Plan, Site, bright_tone, build, spread

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
    return replace(palette(when), sky_top=top, sky_middle=mix(top, low, 0.5), sky_bottom=low, haze=haze, ambient=ambient)  # fmt: skip


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
    brushes.grass(site.canvas, 630, 140, 18, shade(_moss(site), 0.1), site.rng, 26)
    fantasy_pieces.sparkles(site, 50, (255.0, 250.0, 170.0), 140, 650)


def _spooky(when: Conditions) -> Palette:
    night = when.hour in ("night", "dusk")
    top: Color = (18.0, 16.0, 44.0) if night else (92.0, 98.0, 122.0)
    low: Color = (84.0, 78.0, 130.0) if night else (190.0, 186.0, 190.0)
    ambient: Color = (182.0, 180.0, 226.0) if night else (232.0, 230.0, 236.0)
    return replace(_colored(when, top, low, low, ambient), lit=True, grass=(70.0, 80.0, 84.0) if night else (116.0, 124.0, 106.0))  # fmt: skip


def _spooky_sky(site: Site) -> None:
    c = site.colors
    fantasy_pieces.sky(site, c.sky_top, c.sky_middle, c.sky_bottom, stars=50 if c.stars else 0)
    brushes.moon(site.canvas, site.rng.choice((330, 940)), 150, 66)
    for _ in range(6):
        x, y = site.rng.uniform(LEFT, RIGHT), site.rng.uniform(90, 260)
        brushes.cloud(site.canvas, x, y, 300, mix(c.sky_middle, c.sky_top, 0.4), site.rng)
    for _ in range(7):
        bat(site, site.rng.uniform(200, 1080), site.rng.uniform(90, 330), site.rng.uniform(12, 24))


def bat(site: Site, x: float, y: float, r: float) -> None:
    """Draw a bat that flies."""
    wings = (
        Path()
        .move(x, y - r * 0.2)
        .cubic((x - r * 0.4, y - r * 0.9), (x - r * 1.2, y - r), (x - r * 1.8, y - r * 0.3))
        .quad((x - r * 1.2, y - r * 0.2), (x - r, y + r * 0.3))
        .quad((x - r * 0.5, y), (x, y + r * 0.6))
        .quad((x + r * 0.5, y), (x + r, y + r * 0.3))
        .quad((x + r * 1.2, y - r * 0.2), (x + r * 1.8, y - r * 0.3))
        .cubic((x + r * 1.2, y - r), (x + r * 0.4, y - r * 0.9), (x, y - r * 0.2))
        .close()
    )
    site.canvas.fill(wings, (28.0, 22.0, 44.0))


def _spooky_ground(site: Site) -> None:
    green = site.colors.grass
    brushes.land(
        site.canvas, brushes.ridge(598, 8, site.rng), tint(green, 0.1), shade(green, 0.5), 210
    )
    brushes.grass(site.canvas, 630, 160, 20, shade(green, 0.24), site.rng, 30)


def _mist(site: Site) -> None:
    brushes.mist(site.canvas, 610, 40, tint(site.colors.haze, 0.2), 0.4, site.rng)


def dark_forest(when: Conditions) -> Place:
    """Paint a dark forest of bare trees with eyes that watch."""
    colors = _spooky(when)

    parts = (Part(2.4, 0.5, _dark_forest_far), Part(1.25, 0.02, _dark_forest_near))
    return build(Plan(parts, 602, 668, sky=_spooky_sky), when, colors)


def _dark_forest_far(site: Site) -> None:
    for x in spread(site.rng, 105, 0.3):
        fantasy_pieces.twisted_tree(site, x, 596, site.rng.uniform(280, 440), DARK_WOOD)
    brushes.mist(site.canvas, 540, 60, site.colors.haze, 0.6, site.rng)


def _dark_forest_near(site: Site) -> None:
    _spooky_ground(site)
    for x in (-260, -90, 90, 1180, 1360, 1530):
        fantasy_pieces.twisted_tree(site, x, 624, site.rng.uniform(480, 580), shade(DARK_WOOD, 0.3))
    for x, y in (
        (60, 420),
        (1220, 380),
        (330, 520),
        (960, 530),
        (500, 470),
        (780, 450),
        (-120, 470),
        (1400, 480),
    ):
        for dx in (-9, 9):
            site.shine(x + dx, y, 16, (255.0, 220.0, 90.0), 0.6)
            site.canvas.fill(ellipse(x + dx, y, 5, 7), (255.0, 230.0, 120.0))
            site.canvas.fill(ellipse(x + dx, y, 1.6, 6), (40.0, 20.0, 30.0))
    _mist(site)


def _mansion(site: Site, x: float, y: float, w: float, h: float) -> None:
    wall: Color = (112.0, 98.0, 126.0)
    tiles: Color = (72.0, 62.0, 92.0)
    for dx, width, height in ((-0.34, 0.24, 0.86), (0.32, 0.28, 0.74)):
        cx, tw = x + dx * w, width * w
        site.box(cx - tw / 2, y - h * height * 0.7, cx + tw / 2, y, shade(wall, 0.1), soft=0.3)
        site.poly(
            tiles,
            (cx - tw * 0.66, y - h * height * 0.69),
            (cx + tw * 0.06, y - h * height * 1.1),
            (cx + tw * 0.66, y - h * height * 0.69),
        )
        for k in range(2):
            buildings.window(site, cx, y - h * (0.16 + k * 0.25), tw * 0.26, h * 0.13, True)
    site.box(x - w * 0.2, y - h * 0.7, x + w * 0.2, y, wall, soft=0.3)
    site.poly(
        tiles, (x - w * 0.27, y - h * 0.68), (x - w * 0.02, y - h), (x + w * 0.27, y - h * 0.68)
    )
    for dx in (-0.11, 0.11):
        buildings.window(site, x + dx * w, y - h * 0.42, w * 0.08, h * 0.15, True)
    buildings.window(site, x, y - h * 0.72, w * 0.06, h * 0.1, True)
    site.poly(tiles, (x - w * 0.2, y - h * 0.3), (x, y - h * 0.37), (x + w * 0.2, y - h * 0.3))
    buildings.door(site, x, y, w * 0.12, h * 0.24, (84.0, 56.0, 60.0))
    for _ in range(10):  # loose boards and cracks
        cx, cy = x + site.rng.uniform(-0.4, 0.4) * w, y - site.rng.uniform(0.05, 0.6) * h
        site.line(
            shade(wall, 0.4),
            2.4,
            (cx, cy),
            (cx + site.rng.uniform(-14, 14), cy + 16),
            (cx + site.rng.uniform(-20, 20), cy + 30),
            alpha=0.6,
        )


def haunted_house(when: Conditions) -> Place:
    """Paint a haunted mansion on a hill with dead trees, bats and pumpkins."""
    colors = _spooky(when)

    lights = (Light(640, 420, 600, (255.0, 190.0, 110.0), 0.2),)
    parts = (Part(2.4, 0.14, _haunted_house_middle), Part(1.25, 0.02, _haunted_house_near))
    return build(Plan(parts, 602, 668, lights=lights, sky=_spooky_sky), when, colors)


def _haunted_house_middle(site: Site) -> None:
    hill = (
        Path()
        .move(LEFT, 606)
        .cubic((260, 600), (330, 520), (640, 520))
        .cubic((950, 520), (1020, 600), (RIGHT, 606))
        .line((RIGHT, 650), (LEFT, 650))
        .close()
    )
    site.canvas.fill(
        hill,
        linear(
            (0, 520),
            (0, 640),
            mix(site.colors.grass, site.colors.haze, 0.2),
            shade(site.colors.grass, 0.4),
        ),
    )
    _mansion(site, 640, 536, 500, 430)


def _haunted_house_near(site: Site) -> None:
    _spooky_ground(site)
    for x in (70, 1220, -230, 1500):
        fantasy_pieces.twisted_tree(site, x, 622, 430, shade(DARK_WOOD, 0.3))
    street_pieces.fence(site, 626, 74, (46.0, 42.0, 60.0), LEFT, 300, 22)
    street_pieces.fence(site, 626, 74, (46.0, 42.0, 60.0), 980, RIGHT, 22)
    for x in (180, 250, 1040, 1130):
        pumpkin(site, x, 642, site.rng.uniform(24, 34))
    _mist(site)


def pumpkin(site: Site, x: float, y: float, r: float) -> None:
    """Draw a pumpkin with a face of light."""
    for dx in (-0.5, 0.5, 0.0):
        site.disc(x + dx * r, y - r * 0.7, r * 0.66, (240.0, 130.0, 40.0), r * 0.72)
    site.line((90.0, 120.0, 70.0), r * 0.2, (x, y - r * 1.3), (x + r * 0.16, y - r * 1.64))
    site.shine(x, y - r * 0.7, r * 2, (255.0, 170.0, 60.0), 0.5)
    for dx in (-0.36, 0.36):
        site.canvas.fill(
            polygon(
                [
                    (x + dx * r - r * 0.2, y - r * 0.74),
                    (x + dx * r, y - r * 1.06),
                    (x + dx * r + r * 0.2, y - r * 0.74),
                ]
            ),
            (255.0, 230.0, 120.0),
        )
    site.canvas.fill(
        Path()
        .move(x - r * 0.6, y - r * 0.56)
        .quad((x, y - r * 0.3), (x + r * 0.6, y - r * 0.56))
        .quad((x, y + r * 0.1), (x - r * 0.6, y - r * 0.56))
        .close(),
        (255.0, 230.0, 120.0),
    )


def graveyard(when: Conditions) -> Place:
    """Paint a graveyard with tombstones, an iron gate and a chapel in the mist."""
    colors = _spooky(when)

    parts = (Part(2.2, 0.3, _graveyard_far), Part(1.2, 0.02, _graveyard_near))
    return build(Plan(parts, 602, 668, sky=_spooky_sky), when, colors)


def _graveyard_far(site: Site) -> None:
    brushes.land(
        site.canvas,
        brushes.ridge(560, 16, site.rng),
        mix(site.colors.grass, site.colors.haze, 0.5),
        mix(site.colors.grass, site.colors.haze, 0.3),
    )
    stone: Color = (140.0, 132.0, 146.0)
    site.box(560, 430, 760, 590, stone, soft=0.3)
    buildings.roof(site, 660, 432, 230, 70, (82.0, 74.0, 98.0), 0.5)
    site.box(520, 350, 590, 590, stone, soft=0.3)
    site.poly((82.0, 74.0, 98.0), (510, 352), (555, 220), (600, 352))
    site.line((60.0, 54.0, 70.0), 5, (555, 224), (555, 176))
    site.line((60.0, 54.0, 70.0), 5, (540, 194), (570, 194))
    for x in (555, 640, 710):
        buildings.window(site, x, 520, 24, 56, True)
    for x in (300, 930, 60, 1180):
        fantasy_pieces.twisted_tree(site, x, 590, 300, DARK_WOOD)
    for x in spread(site.rng, 92, 0.3):
        fantasy_pieces.tombstone(site, x, 598, site.rng.uniform(50, 74))
    brushes.mist(site.canvas, 570, 40, site.colors.haze, 0.4, site.rng)


def _graveyard_near(site: Site) -> None:
    _spooky_ground(site)
    street_pieces.fence(site, 620, 90, (46.0, 42.0, 60.0), LEFT, 190, 24)
    street_pieces.fence(site, 620, 90, (46.0, 42.0, 60.0), 1090, RIGHT, 24)
    for x in (20, 130, 250, 340, 950, 1040, 1160, 1270, -110, -240, 1400, 1530):
        fantasy_pieces.tombstone(site, x, 640 - abs(x - 640) * 0.01, site.rng.uniform(84, 124))
    _mist(site)


def candy_land(when: Conditions) -> Place:
    """Paint a land of sweets: gingerbread house, lollipops, canes and hills of ice cream."""
    base = palette(when)
    colors = replace(base, sky_top=mix(base.sky_top, (150.0, 190.0, 255.0), 0.4), sky_middle=mix(base.sky_middle, (255.0, 190.0, 226.0), 0.6), sky_bottom=mix(base.sky_bottom, (255.0, 232.0, 226.0), 0.6), haze=mix(base.haze, (255.0, 210.0, 230.0), 0.6))  # fmt: skip
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
