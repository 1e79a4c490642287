"""Stations, airports, roads, building sites, launch pads and fires."""

from miaobi.drawing.canvas import Stop, linear, radial
from miaobi.drawing.color import Color, mix, shade, tint
from miaobi.drawing.path import Path, ellipse, rectangle
from miaobi.places import brushes, buildings, street_pieces, streets
from miaobi.places.buildings import CREAMY, GOLD, RED, SNOW, STONE, WOOD
from miaobi.places.conditions import Conditions, palette
from miaobi.places.place import BOTTOM, LEFT, RIGHT, Light, Place
from miaobi.places.site import WARM, Painting, Part, Plan, Site, build, spread
from miaobi.places.street_pieces import ASPHALT, METAL

CONCRETE: Color = (182.0, 180.0, 178.0)
YELLOW: Color = (246.0, 190.0, 56.0)
FLAME: Color = (255.0, 130.0, 40.0)


def _simple(when: Conditions, far: Painting, near: Painting, depth: float = 1.4) -> Place:
    lamps = (Light(260, 400, 560, WARM, 0.28), Light(1020, 400, 560, WARM, 0.28))
    parts = (Part(4, 0.55, far), Part(depth, 0.08, near))
    return build(Plan(parts, 598, 668, lamps=lamps), when, palette(when))


def _train(site: Site, x: float, y: float, w: float, color: Color) -> None:
    h = w * 0.3
    site.box(x - w / 2, y - h, x + w / 2, y - h * 0.1, CREAMY, 12, 0.22)
    site.box(x - w / 2, y - h * 0.34, x + w / 2, y - h * 0.16, color)
    site.box(x - w / 2, y - h * 1.04, x + w / 2, y - h * 0.94, shade(STONE, 0.2), 4)
    for k in range(5):
        left = x - w * 0.44 + k * w * 0.19
        pane = rectangle(left, y - h * 0.84, left + w * 0.13, y - h * 0.42, 6)
        if site.lit:
            site.canvas.fill(pane, (255.0, 230.0, 176.0))
        else:
            site.fill(pane, (130.0, 180.0, 214.0), 0.3)
    for k in (-0.4, -0.3, 0.3, 0.4):
        site.disc(x + k * w, y - h * 0.06, h * 0.1, (60.0, 60.0, 70.0))


def train_station(when: Conditions) -> Place:
    """Paint a railway platform with a train, a roof, a clock and benches."""

    return _simple(when, streets.skyline, _train_station_near)


def _train_station_near(site: Site) -> None:
    site.ground(580, (120.0, 112.0, 110.0), (90.0, 84.0, 86.0))
    hue = site.rng.choice((RED, (60.0, 120.0, 180.0), (70.0, 140.0, 110.0)))
    for x in (-330, 180, 690, 1200, 1710):
        _train(site, x, 604, 500, hue)
    for x in spread(site.rng, 60, 0):
        site.box(x, 604, x + 34, 610, WOOD)
    site.box(LEFT, 600, RIGHT, 605, (170.0, 170.0, 180.0))
    street_pieces.paving(site, 616, CONCRETE)
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


def plane(site: Site, x: float, y: float, w: float, color: Color) -> None:
    """Draw an airplane that stands with its wheels on y and looks to the right."""
    with site.canvas.transformed(x, y, scale=w / 100):
        site.poly(color, (-44, -20), (-56, -46), (-47, -46), (-30, -22))
        body = (
            Path()
            .move(-52, -22)
            .cubic((-40, -27), (-20, -27), (20, -27))
            .cubic((40, -27), (50, -20), (51, -15))
            .cubic((50, -9), (36, -7), (20, -7))
            .line((-18, -7))
            .cubic((-36, -9), (-46, -16), (-52, -22))
            .close()
        )
        site.fill(body, (244.0, 246.0, 250.0), 0.3)
        site.line(color, 1.8, (-40, -15), (46, -13))
        for k in range(16):
            site.disc(-28 + k * 4, -20, 1.2, (110.0, 150.0, 190.0) if not site.lit else WARM, 1.6)
        site.poly((110.0, 150.0, 190.0), (40, -23), (46, -19), (38, -19))
        site.poly((214.0, 220.0, 230.0), (10, -13), (-6, -12), (-30, 4), (-20, 4))
        site.box(-14, -5, 1, 2, shade(color, 0.1), 3)
        for wx in (-10, 34):
            site.line(METAL, 1, (wx, -8), (wx, -1))
            site.disc(wx, -1, 2.4, (44.0, 44.0, 54.0))


def airport(when: Conditions) -> Place:
    """Paint an airfield with planes, a terminal and a control tower."""

    return _simple(when, _airport_far, _airport_near)


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

    return _simple(when, streets.skyline, _parking_lot_near)


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
        street_pieces.car(site, x, 622 + 10 * (k % 2), 200, hues[k % 5], 1 if x < 640 else -1)
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

    return _simple(when, _highway_far, _highway_near, 1.2)


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


def _crane(site: Site, x: float, y: float, h: float, reach: float) -> None:
    for dx in (-14, 14):
        site.line(YELLOW, 5, (x + dx, y), (x + dx, y - h))
    steps = int(h / 30)
    for k in range(steps):
        sign = 1 if k % 2 else -1
        site.line(YELLOW, 3, (x - 14 * sign, y - k * 30), (x + 14 * sign, y - k * 30 - 30))
    top = y - h
    site.line(YELLOW, 6, (x - reach * 0.4, top), (x + reach, top))
    site.line(YELLOW, 4, (x, top - 50), (x + reach * 0.9, top - 22), (x + reach, top))
    site.line(YELLOW, 3, (x, top), (x, top - 60), (x - reach * 0.36, top))
    site.box(x - reach * 0.42, top, x - reach * 0.24, top + 36, CONCRETE)
    site.box(x - 20, top, x + 16, top + 34, (210.0, 224.0, 232.0), 3)
    site.line(METAL, 2, (x + reach * 0.7, top), (x + reach * 0.7, top + 130))
    site.box(x + reach * 0.7 - 40, top + 130, x + reach * 0.7 + 40, top + 142, RED)


def _excavator(site: Site, x: float, y: float, w: float, facing: int) -> None:
    with site.canvas.transformed(x, y, scale=(w / 100 * facing, w / 100)):
        site.box(-36, -14, 22, 0, (60.0, 60.0, 70.0), 7)
        for k in range(5):
            site.disc(-29 + k * 11, -7, 4.6, (130.0, 130.0, 140.0))
        site.box(-38, -34, 14, -14, YELLOW, 5)
        site.box(-10, -56, 14, -30, YELLOW, 4)
        site.box(-4, -52, 11, -36, (150.0, 200.0, 224.0), 2)
        site.line(shade(YELLOW, 0.1), 7, (12, -28), (40, -62), (62, -38))
        site.line(METAL, 2.4, (14, -34), (36, -54))
        site.poly((90.0, 90.0, 100.0), (56, -40), (70, -36), (66, -16), (50, -20))


def construction_site(when: Conditions) -> Place:
    """Paint a building site with a crane, an unfinished building and an excavator."""

    return _simple(when, streets.skyline, _construction_site_near)


def _construction_site_near(site: Site) -> None:
    street_pieces.dirt(site, 594, (198.0, 160.0, 116.0))
    far = site.at(0.22)
    for floor in range(4):
        y = 604 - floor * 84
        far.box(400, y - 90, 900 - floor * 50, y - 78, CONCRETE)
        for k in range(6 - floor // 2):
            far.tube(410 + k * 90, y - 80, 426 + k * 90, y, CONCRETE)
    for k in range(5):
        far.line((150.0, 110.0, 90.0), 3, (420 + k * 60, 268), (420 + k * 60, 230))
    for k in range(8):
        far.line((120.0, 130.0, 150.0), 3, (400 + k * 36, 604), (400 + k * 36, 350))
    for k in range(4):
        far.line((120.0, 130.0, 150.0), 3, (400, 580 - k * 64), (652, 580 - k * 64))
    _crane(far, 250, 600, 470, 380)
    _excavator(site, 1130, 632, 250, -1)
    for x in (60, -220, 1450):
        site.fill(
            Path()
            .move(x - 130, 640)
            .cubic((x - 60, 600), (x - 30, 560), (x, 556))
            .cubic((x + 40, 560), (x + 70, 610), (x + 130, 640))
            .close(),
            (176.0, 134.0, 92.0),
            0.3,
        )
    for x in (230, 330, 960, 1040, -60, 1330):
        site.poly((240.0, 120.0, 50.0), (x - 16, 636), (x - 4, 590), (x + 4, 590), (x + 16, 636))
        site.poly(CREAMY, (x - 11, 618), (x - 7, 604), (x + 7, 604), (x + 11, 618))
        site.box(x - 22, 634, x + 22, 640, (240.0, 120.0, 50.0), 2)


def launch_pad(when: Conditions) -> Place:
    """Paint a launch pad with a rocket ready to start."""

    return _simple(when, streets.hills, _launch_pad_near)


def _launch_pad_near(site: Site) -> None:
    far = site.at(0.12)
    site.ground(590, tint(CONCRETE, 0.1), shade(CONCRETE, 0.3))
    far.box(400, 570, 880, 606, CONCRETE, soft=0.3)
    for k in range(14):  # the tower beside the rocket
        y = 570 - k * 34
        far.line((196.0, 84.0, 70.0), 4, (470, y), (540, y))
        far.line((196.0, 84.0, 70.0), 3, (470, y), (540, y - 34))
    for x in (470, 540):
        far.line((196.0, 84.0, 70.0), 7, (x, 574), (x, 90))
    for y in (200, 330, 460):
        far.box(540, y, 604, y + 10, (196.0, 84.0, 70.0))
    for dx in (-56, 56):
        far.tube(640 + dx - 17, 330, 640 + dx + 17, 560, CREAMY)
        far.poly(RED, (640 + dx - 17, 331), (640 + dx, 290), (640 + dx + 17, 331))
    far.tube(602, 170, 678, 560, (248.0, 248.0, 250.0))
    far.fill(
        Path().move(602, 171).quad((610, 90), (640, 60)).quad((670, 90), (678, 171)).close(),
        RED,
        0.3,
    )
    far.box(602, 250, 678, 268, (60.0, 110.0, 180.0))
    far.disc(640, 214, 15, (120.0, 180.0, 220.0))
    for dx in (-1, 1):
        far.poly(RED, (640 + dx * 38, 500), (640 + dx * 66, 568), (640 + dx * 38, 560))
    for k in range(12):
        side = -1 if k % 2 else 1
        x, r = 640 + side * site.rng.uniform(20, 330), site.rng.uniform(28, 54)
        puff = ellipse(x, 592 - r * 0.3, r, r * 0.7)
        site.fill(puff, (246.0, 246.0, 250.0), 0.3, 0.75)
    if site.lit:
        site.shine(640, 330, 420, (255.0, 246.0, 220.0), 0.4)
    for x in (230, 1050):
        far.line(METAL, 5, (x - 14, 600), (x, 180), (x + 14, 600))
    for x in (110, 1170):
        site.tube(x - 60, 520, x + 60, 612, (236.0, 238.0, 242.0))
        site.disc(x, 520, 60, (236.0, 238.0, 242.0), 26)
    street_pieces.fence(site, 626, 44, METAL, LEFT, 240)
    street_pieces.fence(site, 626, 44, METAL, 1040, RIGHT)


def flames(site: Site, x: float, y: float, w: float, h: float) -> None:
    """Draw a fire that burns on y."""
    site.shine(x, y - h * 0.4, h * 1.2, FLAME, 0.5)
    for scale, hue in (
        (1.0, (240.0, 84.0, 40.0)),
        (0.7, (255.0, 160.0, 50.0)),
        (0.4, (255.0, 230.0, 130.0)),
    ):
        for k in range(3):
            cx, top = x + (k - 1) * w * 0.3 * scale, y - h * scale * site.rng.uniform(0.6, 1.0)
            r = w * 0.24 * scale
            tongue = (
                Path()
                .move(cx - r, y)
                .cubic(
                    (cx - r * 1.5, y - h * 0.3 * scale),
                    (cx - r * 0.2, y - h * 0.5 * scale),
                    (cx + r * 0.2, top),
                )
                .cubic(
                    (cx + r * 0.3, y - h * 0.45 * scale),
                    (cx + r * 1.6, y - h * 0.3 * scale),
                    (cx + r, y),
                )
                .close()
            )
            site.canvas.fill(tongue, hue, 0.9)


def fire_scene(when: Conditions) -> Place:
    """Paint a burning building with smoke and a fire engine."""

    lights = (Light(640, 380, 620, FLAME, 0.4),)
    parts = (Part(2.2, 0.14, _fire_scene_middle), Part(1.2, 0.04, _fire_scene_near))
    return build(Plan(parts, 598, 670, lights=lights), when, palette(when))


def _fire_scene_middle(site: Site) -> None:
    for x in (-200, 110, 1170, 1480):
        buildings.block(site, x, 600, 240, 300, site.rng.choice(streets.FRONTS))
    for x in (520, 760):
        street_pieces.smoke(site, x, 300, 60, 400, (84.0, 78.0, 84.0))
    site.box(400, 260, 880, 602, (150.0, 104.0, 92.0), soft=0.3)
    site.box(388, 246, 892, 268, (120.0, 90.0, 86.0))
    for row in range(3):
        for k in range(5):
            x, y = 452 + k * 94, 364 + row * 94
            burning = site.rng.random() < 0.6
            site.box(x - 26, y - 58, x + 26, y, (60.0, 40.0, 46.0))
            if burning:
                pane = radial((x, y - 10), 64, Stop(0, (255.0, 220.0, 120.0)), Stop(1, FLAME))
                site.canvas.fill(rectangle(x - 26, y - 58, x + 26, y), pane)
                flames(site, x, y - 8, 60, 100)
    for x in (450, 560, 680, 800):
        flames(site, x, 262, 120, site.rng.uniform(90, 160))


def _fire_scene_near(site: Site) -> None:
    street_pieces.road(site, 596, crossing=False)
    x, y = 1130, 640
    site.box(x - 190, y - 100, x + 190, y - 18, (214.0, 44.0, 44.0), 10)
    site.box(x - 190, y - 150, x - 90, y - 90, (214.0, 44.0, 44.0), 14)
    site.box(x - 180, y - 138, x - 110, y - 98, (160.0, 206.0, 230.0), 6)
    site.box(x - 190, y - 64, x + 190, y - 52, CREAMY)
    site.line((214.0, 218.0, 224.0), 7, (x + 180, y - 118), (x - 210, y - 300))
    site.line((214.0, 218.0, 224.0), 7, (x + 180, y - 134), (x - 210, y - 316))
    for k in range(18):
        t = k / 17
        px, py = x + 180 - 390 * t, y - 118 - 182 * t
        site.line((214.0, 218.0, 224.0), 3, (px, py), (px, py - 16))
    for wx in (-120, 70, 140):
        site.disc(x + wx, y - 16, 27, (44.0, 44.0, 54.0))
        site.disc(x + wx, y - 16, 12, (190.0, 194.0, 204.0))
    site.box(x - 160, y - 162, x - 120, y - 148, (90.0, 170.0, 255.0), 5)
    site.shine(x - 140, y - 156, 70, (90.0, 170.0, 255.0), 0.7)
    jet = (
        Path()
        .move(x - 212, y - 306)
        .cubic((x - 280, y - 400), (x - 330, y - 380), (x - 380, y - 300))
    )
    site.canvas.stroke(jet, (214.0, 236.0, 255.0), 11, 0.6)
    site.box(120, 560, 150, 632, RED, 8)
    site.disc(135, 562, 19, RED)
    site.box(106, 584, 164, 602, GOLD, 5)
