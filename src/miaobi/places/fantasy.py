"""Palaces, castles, heaven, islands in the sky, worlds below the sea, other planets and parks."""

from dataclasses import replace

from miaobi.drawing.canvas import Stop, linear
from miaobi.drawing.color import WHITE, Color, mix, shade, tint
from miaobi.drawing.path import Path, ellipse, polygon, rectangle
from miaobi.places import brushes, buildings, fantasy_pieces, street_pieces, streets
from miaobi.places.buildings import GOLD, RED
from miaobi.places.conditions import Conditions, palette
from miaobi.places.fantasy_pieces import RAINBOW
from miaobi.places.place import BOTTOM, LEFT, RIGHT, Light, Place
from miaobi.places.site import WARM, Part, Plan, Site, bright_tone, build, spread

MARBLE: Color = (240.0, 236.0, 228.0)
CASTLE_WALLS: tuple[Color, ...] = (
    (206.0, 200.0, 204.0),
    (226.0, 210.0, 190.0),
    (196.0, 200.0, 216.0),
)
CASTLE_ROOFS: tuple[Color, ...] = ((96.0, 106.0, 170.0), (196.0, 92.0, 100.0), (70.0, 130.0, 150.0))
PINK: Color = (236.0, 150.0, 190.0)
NIGHT_TEAL: Color = (20.0, 60.0, 84.0)


def _meadow(site: Site, y: float, path: bool = True) -> None:
    green = site.colors.grass
    brushes.land(
        site.canvas, brushes.ridge(y, 5, site.rng), tint(green, 0.1), shade(green, 0.36), 210
    )
    if path:
        way = (
            Path()
            .move(612, y - 4)
            .cubic((600, 630), (540, 660), (380, BOTTOM))
            .line((900, BOTTOM))
            .cubic((740, 660), (680, 630), (668, y - 4))
            .close()
        )
        site.fill(way, buildings.SNOW if site.snowy else (222.0, 198.0, 160.0), 0.24)
    brushes.grass(site.canvas, y + 26, 120, 15, shade(green, 0.14), site.rng, 18)
    if not site.snowy:
        brushes.flowers(site.canvas, y + 60, 44, site.rng, site.colors, 46)


def castle(when: Conditions) -> Place:
    """Paint a castle with towers and flags above a meadow."""
    lamps = (Light(640, 480, 640, WARM, 0.25),)
    parts = (
        Part(5, 0.6, streets.hills),
        Part(2.4, 0.12, _castle_near),
        Part(1.1, 0, _castle_ground),
    )
    return build(Plan(parts, 600, 668, lamps=lamps), when, palette(when))


def _castle_near(site: Site) -> None:
    number = site.rng.randrange(3)
    green = mix(site.colors.grass, site.colors.haze, 0.2)
    hill = (
        Path()
        .move(LEFT, 604)
        .cubic((200, 590), (300, 540), (640, 540))
        .cubic((980, 540), (1080, 590), (RIGHT, 604))
        .line((RIGHT, 640), (LEFT, 640))
        .close()
    )
    site.canvas.fill(hill, linear((0, 540), (0, 640), tint(green, 0.1), shade(green, 0.2)))
    fantasy_pieces.castle(site, 640, 556, 620, 470, CASTLE_WALLS[number], CASTLE_ROOFS[number])


def _castle_ground(site: Site) -> None:
    _meadow(site, 594)
    for x in (90, -160, 1190, 1440):
        leaves = site.colors.foliage
        brushes.tree(
            site.canvas,
            x,
            626,
            site.rng.uniform(240, 320),
            leaves,
            site.rng,
            site.when.season == "winter",
        )
    for x in (230, 1050):
        brushes.bush(site.canvas, x, 624, 120, shade(site.colors.foliage, 0.1), site.rng)


def _balustrade(site: Site, y: float, left: float, right: float) -> None:
    for x in range(int(left), int(right), 40):
        site.tube(x - 5, y - 44, x + 5, y, MARBLE)
        site.disc(x, y - 46, 7, MARBLE)
    site.box(left, y - 32, right, y - 25, MARBLE)
    site.box(left, y - 8, right, y, shade(MARBLE, 0.1))


def palace(when: Conditions) -> Place:
    """Paint an imperial palace: golden roofs, red walls and terraces of marble."""

    lamps = (Light(196, 300, 560, WARM, 0.35), Light(1084, 300, 560, WARM, 0.35))
    parts = (
        Part(5, 0.6, streets.hills),
        Part(2.2, 0.12, _palace_middle),
        Part(1.25, 0, _palace_near),
    )
    return build(Plan(parts, 598, 668, lamps=lamps), when, palette(when))


def _palace_middle(site: Site) -> None:
    tiles = (232.0, 172.0, 66.0)
    for x in (-160, 1440, 150, 1130):
        buildings.hall(site, x, 590, 340, 190, tiles, tiers=1)
    site.box(LEFT, 560, RIGHT, 600, (180.0, 60.0, 54.0))
    for k, (half, y) in enumerate(((420, 596), (370, 560), (330, 524))):
        site.box(640 - half, y - 36, 640 + half, y, shade(MARBLE, 0.06 * k), soft=0.2)
        _balustrade(site, y - 36, 640 - half, 640 + half)
    buildings.hall(site, 640, 488, 640, 330, tiles)
    for k in range(12):
        site.box(
            580 - k * 2,
            488 + k * 9,
            700 + k * 2,
            496 + k * 9,
            tint(MARBLE, 0.2) if k % 2 else shade(MARBLE, 0.12),
        )


def _palace_near(site: Site) -> None:
    street_pieces.paving(site, 596, (206.0, 196.0, 184.0))
    carpet = polygon([(600, 596), (680, 596), (900, BOTTOM), (380, BOTTOM)])
    site.fill(carpet, (196.0, 52.0, 52.0), 0.2)
    for x in (110, 1170):
        site.tube(x - 24, 250, x + 24, 640, RED)
        site.tube(x - 34, 610, x + 34, 642, MARBLE)
        site.box(x - 30, 250, x + 30, 300, GOLD)
    buildings.eaves(site, 20, 250, 420, 90, (232.0, 172.0, 66.0))
    buildings.eaves(site, 1260, 250, 420, 90, (232.0, 172.0, 66.0))
    for x in (196, 1084, 30, 1250):
        street_pieces.lantern(site, x, 262, 46)


def heaven(when: Conditions) -> Place:
    """Paint a heavenly palace with a golden gate above the clouds."""
    colors = palette(when)

    parts = (Part(5, 0.42, _heaven_far), Part(2, 0.1, _heaven_gate), Part(1, 0, _heaven_ground))
    lights = (Light(640, 260, 900, (255.0, 226.0, 150.0), 0.16),)
    return build(
        Plan(
            parts,
            606,
            672,
            (Part(0.7, 0, _heaven_front, 3),),
            lights=lights,
            tone=bright_tone(when),
        ),
        when,
        colors,
    )


def _heaven_far(site: Site) -> None:
    fantasy_pieces.rays(site, 640, (255.0, 236.0, 180.0), 0.34)
    for x, y, w in ((150, 470, 320), (1130, 460, 320), (-180, 440, 300), (1460, 430, 300)):
        buildings.hall(site, x, y, w, 170, (240.0, 190.0, 90.0), (226.0, 130.0, 110.0), 2)
        brushes.cloud(site.canvas, x, y + 50, w * 1.3, fantasy_pieces.white(site), site.rng)


def _heaven_gate(site: Site) -> None:
    for dx in (-230, -90, 90, 230):
        x = 640 + dx
        site.tube(x - 19, 300, x + 19, 610, (246.0, 214.0, 130.0))
        site.tube(x - 30, 290, x + 30, 310, GOLD)
        for k in range(5):
            site.canvas.stroke(
                Path().move(x - 19, 350 + k * 52).quad((x, 372 + k * 52), (x + 19, 342 + k * 52)),
                site.color((214.0, 130.0, 70.0)),
                5,
            )
    site.box(390, 260, 890, 302, (80.0, 150.0, 170.0))
    site.box(390, 276, 890, 284, GOLD)
    buildings.eaves(site, 640, 262, 620, 100, (240.0, 186.0, 80.0))
    for x in (-60, 410, 870, 1340):
        brushes.cloud(site.canvas, x, 606, 330, fantasy_pieces.white(site), site.rng)
    if site.lit:
        site.shine(640, 420, 420, WARM, 0.5)


def _heaven_ground(site: Site) -> None:
    fantasy_pieces.cloud_bank(site, 606, 130, fantasy_pieces.white(site))
    fantasy_pieces.sparkles(site, 26, (255.0, 230.0, 150.0), 120, 620)


def _heaven_front(site: Site) -> None:
    for x in (-120, 1400):
        brushes.cloud(site.canvas, x, 780, 460, fantasy_pieces.white(site), site.rng)


def sky_island(when: Conditions) -> Place:
    """Paint islands that float in the sky, with a castle and waterfalls."""
    colors = palette(when)

    parts = (
        Part(6, 0.4, _sky_island_far),
        Part(2.6, 0.16, _sky_island_middle),
        Part(1, 0, _sky_island_ground),
    )
    return build(Plan(parts, 606, 668), when, colors)


def _sky_island_far(site: Site) -> None:
    green = site.colors.grass
    for x, y, w in (
        (160, 300, 220),
        (1110, 250, 240),
        (930, 130, 110),
        (380, 150, 100),
        (-180, 380, 240),
        (1460, 400, 240),
    ):
        fantasy_pieces.island(site, x, y, w, green)
        for k in range(3):
            brushes.tree(
                site.canvas,
                x + (k - 1) * w * 0.25,
                y + 4,
                w * site.rng.uniform(0.24, 0.4),
                mix(site.colors.foliage, site.colors.haze, site.distance),
                site.rng,
            )
    for y in (470, 560):
        for x in spread(site.rng, 330, 0.3):
            brushes.cloud(
                site.canvas,
                x,
                y,
                site.rng.uniform(240, 380),
                fantasy_pieces.white(site),
                site.rng,
            )


def _sky_island_middle(site: Site) -> None:
    fantasy_pieces.island(site, 640, 420, 560, site.colors.grass)
    fantasy_pieces.castle(site, 640, 424, 340, 330, (232.0, 220.0, 226.0), (110.0, 130.0, 200.0))
    for x in (440, 850):
        fall = rectangle(x - 12, 424, x + 12, 600)
        site.canvas.fill(
            fall,
            linear((0, 424), (0, 600), Stop(0, (214.0, 240.0, 255.0), 0.9), Stop(1, WHITE, 0.0)),
        )
    for x in (430, 470, 820, 780):
        brushes.tree(
            site.canvas,
            x,
            428,
            site.rng.uniform(70, 100),
            mix(site.colors.foliage, site.colors.haze, 0.2),
            site.rng,
        )


def _sky_island_ground(site: Site) -> None:
    edge = (
        Path()
        .move(LEFT, 640)
        .quad((100, 596), (640, 600))
        .quad((1180, 596), (RIGHT, 640))
        .line((RIGHT, BOTTOM), (LEFT, BOTTOM))
        .close()
    )
    green = site.colors.grass
    site.canvas.fill(edge, linear((0, 598), (0, BOTTOM), tint(green, 0.12), shade(green, 0.4)))
    brushes.grass(site.canvas, 640, 150, 16, shade(green, 0.14), site.rng, 26)
    if not site.snowy:
        brushes.flowers(site.canvas, 664, 40, site.rng, site.colors, 34)


def fairyland(when: Conditions) -> Place:
    """Paint a land of fairies: rainbow, pastel castle, mushroom houses and flowers."""
    weather = "rainbow" if when.weather == "clear" and when.hour == "day" else when.weather
    when = replace(when, weather=weather)
    base = palette(when)
    colors = replace(base, sky_top=mix(base.sky_top, (150.0, 130.0, 240.0), 0.4), sky_middle=mix(base.sky_middle, PINK, 0.34), sky_bottom=mix(base.sky_bottom, (255.0, 226.0, 220.0), 0.4), haze=mix(base.haze, PINK, 0.3))  # fmt: skip

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
    fantasy_pieces.castle(site, 640, 560, 380, 400, (250.0, 226.0, 236.0), (160.0, 130.0, 214.0))
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


def underwater_palace(when: Conditions) -> Place:
    """Paint a palace on the ground of the sea, among corals and beams of light."""
    base = palette(when)
    dark = 0.5 if base.stars else 0.24 if base.lit else 0.0
    deep, bright = (
        mix((16.0, 84.0, 150.0), (6.0, 14.0, 56.0), dark),
        mix((110.0, 214.0, 232.0), (20.0, 60.0, 130.0), dark),
    )
    colors = replace(base, sky_top=bright, sky_middle=deep, sky_bottom=deep, haze=mix(deep, bright, 0.35), ambient=mix((214.0, 236.0, 255.0), base.ambient, 0.4), key=(190.0, 240.0, 255.0), lit=True, stars=False)  # fmt: skip

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
        buildings.pagoda(site, x, 590, 150, h, 4, jade, (230.0, 120.0, 120.0))
    buildings.hall(site, 640, 590, 500, 330, jade, (220.0, 96.0, 100.0))
    site.shine(640, 440, 330, (255.0, 220.0, 150.0), 0.4)
    site.disc(640, 232, 26, (255.0, 244.0, 240.0))
    site.shine(640, 232, 110, (255.0, 240.0, 230.0), 0.8)


def _underwater_palace_near(site: Site) -> None:
    sand = mix((240.0, 220.0, 170.0), site.colors.sky_bottom, 0.3 + 0.1 * 0.6)
    brushes.land(
        site.canvas, brushes.ridge(604, 6, site.rng), tint(sand, 0.12), shade(sand, 0.4), 200
    )
    for k, x in enumerate((-280, -160, -30, 70, 170, 1110, 1210, 1310, 1420, 1540)):
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
    colors = replace(base, sky_top=top, sky_middle=mix(top, low, 0.5), sky_bottom=low, haze=low, ambient=mix(base.ambient, (255.0, 220.0, 200.0), 0.5))  # fmt: skip

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
    fantasy_pieces.planet(site, site.rng.uniform(860, 1040), 150, 78, (226.0, 170.0, 120.0), True)
    fantasy_pieces.planet(site, site.rng.uniform(240, 400), 130, 36, (130.0, 180.0, 220.0))


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
    fantasy_pieces.ferris_wheel(site, 640, 600, 205)
    for k, x in enumerate((200, 960, 330)):
        fantasy_pieces.balloon(site, x, 130 + 50 * k, 44 - 8 * k, RAINBOW[k * 2])


def _amusement_park_near(site: Site) -> None:
    street_pieces.paving(site, 596, (226.0, 200.0, 176.0))
    for k, (x, w) in enumerate(((110, 300), (1170, 300), (-220, 280), (1500, 280))):
        fantasy_pieces.tent(
            site, x, 622, w, 260, ((226.0, 66.0, 80.0), (70.0, 130.0, 200.0))[k % 2]
        )
    for x, food in ((390, True), (890, True)):
        street_pieces.stall(site.at(0.16), x, 606, 150, RAINBOW[0 if x < 600 else 4], food)
    for left, right in ((-300, 260), (260, 1020), (1020, 1580)):
        street_pieces.string_lights(site, (left, 250), (right, 250), 50, 10)
