"""Alleys, schools, skylines and cities of neon."""

from dataclasses import replace

from miaobi.drawing.canvas import linear
from miaobi.drawing.color import Color, mix, shade, tint
from miaobi.drawing.path import polygon, rectangle
from miaobi.places.conditions import Conditions, palette
from miaobi.places.place import LEFT, RIGHT, Light, Place
from miaobi.places.towns import buildings, pavements, street_pieces, streets, vehicles
from miaobi.places.towns.buildings import RED, STONE, WOOD
from miaobi.places.towns.site import WARM, Part, Plan, Site, build, spread
from miaobi.places.towns.streets import Street, street

NEON: tuple[Color, ...] = (
    (255.0, 70.0, 170.0),
    (60.0, 230.0, 255.0),
    (170.0, 100.0, 255.0),
    (255.0, 190.0, 70.0),
    (90.0, 255.0, 170.0),
)


BRICK: Color = (132.0, 134.0, 138.0)


def _pearl_tower(site: Site, x: float, y: float, h: float) -> None:
    rose: Color = (206.0, 110.0, 140.0)
    for dx in (-0.07, 0.0, 0.07):
        site.tube(x + dx * h - h * 0.014, y - h * 0.62, x + dx * h + h * 0.014, y, STONE)
    site.line(STONE, h * 0.02, (x, y - h * 0.6), (x, y - h))
    for up, r in ((0.24, 0.1), (0.62, 0.072), (0.8, 0.03)):
        site.disc(x, y - h * up, h * r, rose)
        if site.lit:
            site.shine(x, y - h * up, h * r * 2.2, (255.0, 130.0, 190.0), 0.5)


def _city_far(site: Site) -> None:
    streets.skyline(site)
    near = site.at(0.34)
    for x in spread(site.rng, 132, 0.25):
        if abs(x - 560) > 70:
            streets.tower(near, x, 606, site.rng.uniform(76, 112), site.rng.uniform(180, 400))
    _pearl_tower(near, 560, 606, 470)


def _promenade(site: Site) -> None:
    c = site.colors
    water = mix(c.sky_middle, (70.0, 120.0, 160.0), 0.5)
    site.canvas.fill(
        rectangle(LEFT, 568, RIGHT, 640),
        linear((0, 568), (0, 640), mix(c.haze, water, 0.4), shade(water, 0.25)),
    )
    for _ in range(90):
        x, y = site.rng.uniform(LEFT, RIGHT), site.rng.uniform(572, 626)
        hue = WARM if site.lit and site.rng.random() < 0.5 else tint(c.sky_bottom, 0.3)
        site.canvas.fill(rectangle(x, y, x + site.rng.uniform(10, 44), y + 2), hue, 0.45)
    pavements.paving(site, 626, (190.0, 182.0, 178.0))
    street_pieces.fence(site, 630, 46, street_pieces.METAL)
    for x in (130, 1150):
        street_pieces.planter(site, x, 640, 250)


city = street(
    Street(streets.tower, _promenade, _city_far, None, None, (streets.lamps(300, 980, y=634),))
)


def _neon_tower(site: Site, x: float, y: float, w: float, h: float) -> None:
    wall: Color = (58.0, 46.0, 96.0)
    c = mix(wall, site.colors.haze, site.distance)
    site.canvas.fill(
        rectangle(x - w / 2, y - h, x + w / 2, y),
        linear((x - w / 2, 0), (x + w / 2, 0), tint(c, 0.1), c, shade(c, 0.4)),
    )
    step, hue = max(22, int(w / 9)), site.rng.choice(NEON)
    for k in range(int(h / step)):
        bar = rectangle(
            x - w * 0.4,
            y - h + 14 + k * step,
            x - w * 0.4 + w * site.rng.choice((0.2, 0.5, 0.8)),
            y - h + 14 + k * step + step * 0.3,
        )
        site.canvas.fill(
            bar,
            mix(mix((255.0, 226.0, 170.0), hue, 0.6), site.colors.haze, site.distance),
            site.rng.uniform(0.3, 0.9),
        )
    sign = rectangle(x + w * 0.2, y - h * 0.8, x + w * 0.44, y - h * 0.4, 5)
    site.shine(x + w * 0.32, y - h * 0.6, h * 0.34, hue, 0.5)
    site.canvas.fill(sign, shade(hue, 0.65))
    site.canvas.stroke(sign, tint(hue, 0.2), 3)
    for k in range(4):
        ky, r = y - h * (0.75 - k * 0.1), w * 0.07
        site.canvas.stroke(
            polygon(
                [
                    (x + w * 0.32 - r, ky),
                    (x + w * 0.32 + r, ky - r * 0.4),
                    (x + w * 0.32 + r * site.rng.uniform(-1, 1), ky + r),
                ]
            ),
            tint(hue, 0.5),
            2.4,
        )


def cyberpunk_city(when: Conditions) -> Place:
    """Paint a city of neon lights above wet streets."""
    when = replace(when, hour="night" if when.hour in ("night", "day") else "dusk")
    base = palette(when)
    colors = replace(
        base,
        sky_top=(22.0, 12.0, 58.0),
        sky_middle=(84.0, 30.0, 120.0),
        sky_bottom=(240.0, 90.0, 160.0),
        haze=(136.0, 62.0, 160.0),
        key=(255.0, 120.0, 200.0),
        ambient=(206.0, 190.0, 240.0),
    )

    lights = (Light(200, 420, 560, NEON[0], 0.4), Light(1080, 420, 560, NEON[1], 0.4))
    parts = (
        Part(4, 0.4, _cyberpunk_city_far),
        Part(1.4, 0.05, _cyberpunk_city_near),
        Part(1, 0, _cyberpunk_city_ground),
    )
    return build(Plan(parts, 600, 668, lights=lights), when, colors)


def _cyberpunk_city_far(site: Site) -> None:
    for x in spread(site.rng, 110, 0.3):
        _neon_tower(site, x, 620, site.rng.uniform(70, 110), site.rng.uniform(240, 460))


def _cyberpunk_city_near(site: Site) -> None:
    streets.sides(site, _neon_tower, 620, (260, 560))
    for k in range(4):
        x, y = site.rng.uniform(250, 1030), 100 + k * 60
        site.shine(x - 30, y + 4, 46, NEON[k], 0.6)
        vehicles.car(site, x, y, 60, NEON[k], 1)


def _cyberpunk_city_ground(site: Site) -> None:
    site.canvas.fill(
        rectangle(LEFT, 600, RIGHT, 830),
        linear((0, 600), (0, 760), (92.0, 40.0, 120.0), (24.0, 16.0, 52.0)),
    )
    for _ in range(46):
        x, y = site.rng.uniform(LEFT, RIGHT), site.rng.uniform(606, 720)
        w = site.rng.uniform(8, 30)
        site.canvas.fill(
            rectangle(x, y, x + w, y + site.rng.uniform(20, 60)), site.rng.choice(NEON), 0.13
        )
    for k in range(-9, 10):
        site.canvas.stroke(polygon([(640 + k * 60, 600), (640 + k * 190, 820)]), NEON[1], 1.4, 0.3)


def _alley_walls(site: Site) -> None:
    pavements.paving(site, 570, (160.0, 156.0, 152.0), 70)
    for sign in (-1, 1):

        def at(t: float, height: float, sign: int = sign) -> tuple[float, float]:
            return 640 + sign * (110 + 890 * t * t), 572 + 190 * t * t - height * (
                0.3 + 0.95 * t * t
            )

        steps = [k / 7 for k in range(8)]
        wall = [at(t, 330) for t in steps] + [at(t, 0) for t in reversed(steps)]
        site.poly(BRICK, *wall, soft=0.3)
        for k in range(1, 13):
            site.line(shade(BRICK, 0.2), 1.5, *[at(t, k * 26) for t in steps], alpha=0.5)
        for number in range(3):
            t0, t1 = ((0.3, 0.44), (0.58, 0.66), (0.8, 0.92))[number]
            high = 180 if number != 1 else 230
            low = 0 if number != 1 else 120
            c = shade(RED, 0.2) if number != 1 else (WARM if site.lit else (110.0, 140.0, 160.0))
            site.poly(
                WOOD,
                at(t0 - 0.012, low),
                at(t0 - 0.012, high + 12),
                at(t1 + 0.012, high + 12),
                at(t1 + 0.012, low),
            )
            site.poly(c, at(t0, low), at(t0, high), at(t1, high), at(t1, low))
        edge = [at(t, 322) for t in steps] + [at(t, 392) for t in reversed(steps)]
        site.poly(buildings.SNOW if site.snowy else streets.SLATE, *edge, soft=0.3)
        for k in range(34):
            t = k / 33
            site.line(shade(streets.SLATE, 0.4), 1 + 2.4 * t, at(t, 322), at(t, 392), alpha=0.5)
        for t in (0.25, 0.5, 0.76):
            x, y = at(t, 310)
            street_pieces.lantern(site, x - sign * 20 * (0.5 + t), y, 12 + 34 * t)


def _alley_end(site: Site) -> None:
    streets.row(site, streets.chinese_house, 584, (170, 240))


def alley(when: Conditions) -> Place:
    """Paint a narrow alley between gray walls with red doors and lanterns."""
    lamps = (Light(330, 440, 460, WARM, 0.3), Light(950, 440, 460, WARM, 0.3))
    parts = (Part(3, 0.4, _alley_end), Part(1.2, 0.06, _alley_walls))
    return build(Plan(parts, 590, 672, lamps=lamps), when, palette(when))


def _school(site: Site) -> None:
    far = site.at(0.14)
    wall: Color = (236.0, 206.0, 170.0)
    far.box(180, 360, 1100, 604, wall, soft=0.2)
    buildings.roof(far, 640, 362, 980, 66, (184.0, 92.0, 76.0), 0.06)
    for row in range(2):
        for k in range(12):
            x = 230 + k * 75
            if not 560 < x < 720:
                buildings.window(far, x, 466 + row * 100, 44, 58)
    far.box(550, 320, 730, 604, (246.0, 226.0, 196.0))
    far.poly((184.0, 92.0, 76.0), (534, 322), (640, 236), (746, 322))
    far.disc(640, 356, 32, (252.0, 250.0, 240.0))
    far.line((60.0, 50.0, 60.0), 4, (640, 334), (640, 356), (656, 364))
    far.box(580, 410, 700, 442, (76.0, 128.0, 120.0), 5)
    for k in range(5):
        far.box(592 + k * 20, 418, 606 + k * 20, 434, (252.0, 240.0, 210.0), 3)
    for dx in (-42, 42):
        buildings.door(far, 640 + dx, 604, 72, 130, (96.0, 130.0, 140.0))
    street_pieces.flag(site, 330, 616, 420)
    for x in (90, 1190, -170, 1450):
        street_pieces.planter(site, x, 618, 270)


def _yard(site: Site) -> None:
    green = site.colors.grass
    site.canvas.fill(
        rectangle(LEFT, 596, RIGHT, 626),
        linear((0, 596), (0, 626), tint(green, 0.1), shade(green, 0.2)),
    )
    track: Color = (214.0, 112.0, 84.0)
    base = mix(track, buildings.SNOW, 0.75) if site.snowy else track
    site.ground(624, tint(base, 0.1), shade(base, 0.25))
    for k, y in enumerate((636, 662, 700)):
        site.box(LEFT, y, RIGHT, y + 3 + k, (250.0, 244.0, 234.0))


school = street(Street(streets.plain_house, _yard, None, None, None, (_school,)))
