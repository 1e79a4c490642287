"""Stations, airports, car parks and roads."""

from miaobi.drawing.canvas import linear
from miaobi.drawing.color import Color, mix, shade, tint
from miaobi.drawing.path import Path, rectangle
from miaobi.places import brushes
from miaobi.places.conditions import Conditions, palette
from miaobi.places.place import BOTTOM, LEFT, RIGHT, Light, Place
from miaobi.places.towns import buildings, pavements, street_pieces, streets, vehicles
from miaobi.places.towns.buildings import CREAMY, RED, SNOW, WOOD
from miaobi.places.towns.pavements import CONCRETE, YELLOW
from miaobi.places.towns.site import WARM, Painting, Part, Plan, Site, build, spread
from miaobi.places.towns.street_pieces import ASPHALT, METAL
from miaobi.places.towns.vehicles import plane, train


def work_place(when: Conditions, far: Painting, near: Painting, depth: float = 1.4) -> Place:
    """Return a place of work with lamps at both sides."""
    lamps = (Light(260, 400, 560, WARM, 0.28), Light(1020, 400, 560, WARM, 0.28))
    parts = (Part(4, 0.55, far), Part(depth, 0.08, near))
    return build(Plan(parts, 598, 668, lamps=lamps), when, palette(when))


def train_station(when: Conditions) -> Place:
    """Paint a railway platform with a train, a roof, a clock and benches."""

    return work_place(when, streets.skyline, _train_station_near)


def _train_station_near(site: Site) -> None:
    site.ground(580, (120.0, 112.0, 110.0), (90.0, 84.0, 86.0))
    hue = site.rng.choice((RED, (60.0, 120.0, 180.0), (70.0, 140.0, 110.0)))
    for x in (-330.0, 180, 690, 1200, 1710):
        train(site, x, 604, 500, hue)
    for x in spread(site.rng, 60, 0):
        site.box(x, 604, x + 34, 610, WOOD)
    site.box(LEFT, 600, RIGHT, 605, (170.0, 170.0, 180.0))
    pavements.paving(site, 616, CONCRETE)
    site.box(LEFT, 616, RIGHT, 626, (250.0, 244.0, 234.0))
    site.box(LEFT, 632, RIGHT, 640, YELLOW)
    for x in (-120, 210, 1070, 1400):
        site.tube(x - 11, 130, x + 11, 640, (86.0, 112.0, 122.0))
        site.line((86.0, 112.0, 122.0), 9, (x - 90, 140), (x, 220), (x + 90, 140))
    roof_color: Color = (98.0, 118.0, 128.0)
    site.poly(
        SNOW if site.snowy else roof_color, (LEFT, 60), (RIGHT, 60), (RIGHT, 118), (LEFT, 118)
    )
    site.box(LEFT, 116, RIGHT, 142, shade(roof_color, 0.3))
    for k in range(46):
        site.poly(
            roof_color,
            (LEFT + k * 44, 142),
            (LEFT + k * 44 + 44, 142),
            (LEFT + k * 44 + 22, 160),
        )
    site.line(METAL, 6, (640, 140), (640, 190))
    site.disc(640, 222, 44, METAL)
    site.disc(640, 222, 37, (252.0, 250.0, 240.0))
    site.line((50.0, 50.0, 60.0), 5, (640, 196), (640, 222), (658, 232))
    for x in (395, 885):
        site.line(METAL, 3, (x, 140), (x, 196))
        site.box(x - 80, 196, x + 80, 244, (44.0, 92.0, 150.0), 6)
        site.poly(CREAMY, (x - 60, 220), (x - 40, 206), (x - 40, 234))
        for k in range(4):
            site.box(x - 20 + k * 22, 212, x - 5 + k * 22, 228, CREAMY, 3)
        if site.lit:
            site.shine(x, 150, 170, WARM, 0.5)
    for x in (90, 1190):
        street_pieces.bench(site, x, 640, 150)


def airport(when: Conditions) -> Place:
    """Paint an airfield with planes, a terminal and a control tower."""

    return work_place(when, _airport_far, _airport_near)


def _airport_far(site: Site) -> None:
    streets.hills(site)
    with site.canvas.transformed(690, 230, -14):
        plane(site.at(0.1), 0, 0, 330, site.rng.choice((RED, (50.0, 110.0, 190.0))))


def _airport_near(site: Site) -> None:
    away = site.at(0.22)
    wall: Color = (206.0, 214.0, 224.0)
    away.fill(
        Path()
        .move(360, 596)
        .line((360, 486))
        .quad((700, 410), (1700, 470))
        .line((1700, 596))
        .close(),
        wall,
    )
    buildings.windows(away, (380, 500, 1690, 584), 44, 2, 0.9, 0.84)
    away.poly((190.0, 196.0, 206.0), (226, 596), (240, 300), (284, 300), (298, 596))
    away.poly((120.0, 170.0, 200.0), (200, 240), (324, 240), (304, 302), (220, 302))
    away.box(194, 226, 330, 242, wall, 4)
    away.line(METAL, 4, (262, 226), (262, 160))
    green = site.colors.grass
    site.canvas.fill(
        rectangle(LEFT, 592, RIGHT, 640),
        linear((0, 592), (0, 640), tint(green, 0.1), shade(green, 0.1)),
    )
    plane(away, 690, 600, 400, RED if site.rng.random() < 0.5 else (50.0, 110.0, 190.0))
    tar = mix(ASPHALT, SNOW, 0.3) if site.snowy else ASPHALT
    site.ground(616, tint(tar, 0.1), shade(tar, 0.25))
    for k in range(-3, 14):
        site.poly(
            (246.0, 242.0, 226.0),
            (k * 130, 648),
            (k * 130 + 70, 648),
            (k * 130 + 66, 656),
            (k * 130 - 6, 656),
        )
    for k in range(22):
        if site.lit:
            site.shine(LEFT + k * 94, 616, 22, (120.0, 190.0, 255.0), 0.8)
    plane(site, 30, 640, 400, (60.0, 140.0, 150.0))
    plane(site, 1370, 640, 400, (240.0, 150.0, 60.0))


def parking_lot(when: Conditions) -> Place:
    """Paint a car park beside a petrol station."""

    return work_place(when, streets.skyline, _parking_lot_near)


def _parking_lot_near(site: Site) -> None:
    tar = mix(ASPHALT, SNOW, 0.3) if site.snowy else ASPHALT
    site.ground(592, tint(tar, 0.16), shade(tar, 0.3))
    for k in range(-6, 16):
        x = 640 + (k - 4.5) * 150
        site.poly(
            (240.0, 236.0, 226.0),
            (x - 3, 600),
            (x + 3, 600),
            (640 + (x - 640) * 1.5 + 6, BOTTOM),
            (640 + (x - 640) * 1.5 - 6, BOTTOM),
        )
    shop: Color = (232.0, 226.0, 216.0)
    site.at(0.2).box(420, 440, 860, 600, shop)
    buildings.shop(site.at(0.2), 640, 600, 420, 150, RED)
    for x in (340, 600, 680, 940):
        site.tube(x - 9, 320, x + 9, 606, CONCRETE)
    site.box(290, 262, 990, 330, SNOW if site.snowy else (246.0, 246.0, 246.0), 6)
    site.box(290, 290, 990, 322, RED, 2)
    if site.lit:
        for x in (420, 640, 860):
            site.shine(x, 334, 170, (255.0, 246.0, 220.0), 0.55)
    for x in (400, 880):
        site.box(x - 30, 490, x + 30, 608, RED, 6)
        site.box(x - 22, 502, x + 22, 534, (60.0, 80.0, 90.0), 3)
        site.line((50.0, 50.0, 60.0), 5, (x + 30, 520), (x + 44, 540), (x + 34, 580))
    hues = list(streets.CANVASES)
    site.rng.shuffle(hues)
    for k, x in enumerate((-230, 30, 170, 1110, 1250, 1500)):
        vehicles.car(site, x, 622 + 10 * (k % 2), 200, hues[k % 5], 1 if x < 640 else -1)
    for x in (245, 1035):
        site.tube(x - 5, 380, x + 5, 612, METAL)
        site.box(x - 34, 330, x + 34, 400, (44.0, 100.0, 190.0), 8)
        site.canvas.stroke(
            Path()
            .move(x - 11, 388)
            .line((x - 11, 344), (x + 4, 344))
            .quad((x + 22, 356), (x + 4, 368))
            .line((x - 11, 368)),
            site.color((252.0, 252.0, 252.0)),
            7,
        )


def highway(when: Conditions) -> Place:
    """Paint a road through hills, toward the horizon."""

    return work_place(when, _highway_far, _highway_near, 1.2)


def _highway_near(site: Site) -> None:
    c, green = site.colors, site.colors.grass
    site.canvas.fill(
        rectangle(LEFT, 520, RIGHT, BOTTOM),
        linear((0, 520), (0, BOTTOM), mix(green, c.haze, 0.3), shade(green, 0.3)),
    )
    tar = mix(ASPHALT, SNOW, 0.3) if site.snowy else ASPHALT
    site.poly(tar, (622, 520), (658, 520), (1460, BOTTOM), (-180, BOTTOM), soft=0.24)
    for sign in (-1, 1):
        site.poly(
            (246.0, 242.0, 230.0),
            (640 + sign * 16, 520),
            (640 + sign * 17, 520),
            (640 + sign * 780, BOTTOM),
            (640 + sign * 750, BOTTOM),
        )
    t = 0.05
    while t < 1:
        y0, y1 = 520 + 290 * t, 520 + 290 * min(1, t * 1.3)
        site.poly(
            YELLOW,
            (640 - t * 10, y0),
            (640 + t * 10, y0),
            (640 + t * 13, y1),
            (640 - t * 13, y1),
        )
        t *= 1.75
    for k in range(16):
        t = 0.04 * 1.24**k
        for sign in (-1, 1):
            x, y = 640 + sign * (30 + 860 * t), 520 + 290 * t
            site.box(x - 5 * t - 1, y - 70 * t, x + 5 * t + 1, y, (214.0, 218.0, 224.0))
    for sign in (-1, 1):
        rail = [(640 + sign * (30 + 860 * t), 520 + 290 * t - 50 * t) for t in (0.02, 1.2)]
        wide = [(x, y - (30 if k else 1)) for k, (x, y) in enumerate(rail)]
        site.poly((196.0, 202.0, 210.0), *rail, *reversed(wide), soft=0.2)
    for x, w in ((330, 150), (950, 150)):
        site.tube(x - 5, 340, x + 5, 580, METAL)
        site.box(x - w / 2, 300, x + w / 2, 384, (40.0, 130.0, 90.0), 8)
        site.box(x - w / 2 + 12, 318, x + w / 2 - 44, 330, CREAMY, 4)
        site.box(x - w / 2 + 12, 346, x + w / 2 - 60, 358, CREAMY, 4)
        site.line(CREAMY, 6, (x + w / 2 - 24, 366), (x + w / 2 - 24, 322))
        site.poly(CREAMY, (x + w / 2 - 36, 330), (x + w / 2 - 24, 312), (x + w / 2 - 12, 330))
    for x in (80, 1200, -210, 1500):
        street_pieces.planter(site, x, 600, 190)


def _highway_far(site: Site) -> None:
    blue = mix((110.0, 130.0, 170.0), site.colors.haze, 0.5)
    brushes.mountains(site.canvas, 540, 240, blue, 0.3 if not site.snowy else 0.6, site.rng)
    brushes.land(
        site.canvas,
        brushes.ridge(500, 26, site.rng),
        mix(site.colors.grass, site.colors.haze, 0.5),
        mix(site.colors.grass, site.colors.haze, 0.3),
    )
