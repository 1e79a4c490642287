"""Building sites, launch pads and fires."""

from miaobi.drawing.canvas import Stop, radial
from miaobi.drawing.color import Color, shade, tint
from miaobi.drawing.path import Path, ellipse, rectangle
from miaobi.places.conditions import Conditions, palette
from miaobi.places.place import LEFT, RIGHT, Light, Place
from miaobi.places.towns import buildings, pavements, street_pieces, streets
from miaobi.places.towns.buildings import CREAMY, GOLD, RED
from miaobi.places.towns.pavements import CONCRETE, YELLOW
from miaobi.places.towns.site import Part, Plan, Site, build
from miaobi.places.towns.stations import work_place
from miaobi.places.towns.street_pieces import METAL
from miaobi.places.towns.vehicles import excavator

FLAME: Color = (255.0, 130.0, 40.0)


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


def construction_site(when: Conditions) -> Place:
    """Paint a building site with a crane, an unfinished building and an excavator."""

    return work_place(when, streets.skyline, _construction_site_near)


def _construction_site_near(site: Site) -> None:
    pavements.dirt(site, 594, (198.0, 160.0, 116.0))
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
    excavator(site, 1130, 632, 250, -1)
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

    return work_place(when, streets.hills, _launch_pad_near)


def _launch_pad_near(site: Site) -> None:
    far = site.at(0.12)
    site.ground(590, tint(CONCRETE, 0.1), shade(CONCRETE, 0.3))
    far.box(400, 570, 880, 606, CONCRETE, soft=0.3)
    for k in range(14):  # the tower beside the rocket
        y = 570 - k * 34
        far.line((196.0, 84.0, 70.0), 4, (470, y), (540, y))
        far.line((196.0, 84.0, 70.0), 3, (470, y), (540, y - 34))
    for x in (470.0, 540):
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
    pavements.road(site, 596, crossing=False)
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
