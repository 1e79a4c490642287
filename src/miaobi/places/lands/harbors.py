"""Harbors, ships and shipyards."""

from miaobi.drawing.canvas import linear
from miaobi.drawing.color import Color, shade, tint
from miaobi.drawing.path import Path, ellipse, rectangle
from miaobi.places.conditions import Conditions
from miaobi.places.lands.beaches import island_far
from miaobi.places.place import BOTTOM, LEFT, RIGHT, TOP, Place
from miaobi.places.towns.site import Painting, Part, Plan, Site
from miaobi.places.wild import boats
from miaobi.places.wild import scenery as s

PLANK: Color = (196, 148, 104)


def planks(y: float, color: Color = PLANK) -> Painting:
    """Return a floor of boards which run away from the viewer."""

    def paint(site: Site) -> None:
        site.ground(y, tint(color, 0.12), shade(color, 0.4))
        for k in range(-16, 34):
            far, near = 640 + (k - 9) * 58, 640 + (k - 9) * 132
            site.line(shade(color, 0.4), 2.2, (far, y), (near, BOTTOM), alpha=0.55)
        site.box(LEFT, y - 3, RIGHT, y + 6, tint(color, 0.25))

    return paint


def posts(y: float, top: float, step: float, rail: bool = False) -> Painting:
    """Return posts along the far edge of a floor, joined by ropes or rails."""

    def paint(site: Site) -> None:
        x = LEFT + 40
        while x < RIGHT:
            if rail:
                site.box(x, top + 8, x + step, top + 20, tint(PLANK, 0.1))
                site.box(x, (y + top) / 2, x + step, (y + top) / 2 + 9, PLANK)
            else:
                rope = Path().move(x, top + 24).quad((x + step / 2, y + 6), (x + step, top + 24))
                site.canvas.stroke(rope, site.color((222, 196, 150)), 6)
            site.tube(x - 13, top, x + 13, y + 16, (150, 104, 74))
            site.disc(x, top, 13, (196, 150, 110), 6)
            x += step

    return paint


def harbor(when: Conditions) -> Place:
    """Paint a harbor with boats, a lighthouse and a pier with crates."""
    red, blue, green = (
        boats.sailboat(c, d)
        for c, d in (
            ((204, 70, 64), (250, 242, 224)),
            ((44, 110, 160), (255, 216, 150)),
            ((60, 136, 112), (244, 236, 226)),
        )
    )
    head = s.together(s.put(island_far, (210, 424, 240)), s.put(boats.lighthouse, (190, 362, 150)))
    ships = s.together(
        s.put(red, (330, 512, 190)),
        s.put(blue, (1040, 500, 170)),
        s.put(green, (-160, 520, 200), (1440, 520, 200)),
        s.put(blue, (700, 456, 60)),
    )
    parts = (
        Part(5, 0.4, head),
        Part(4, 0.05, s.water(420, 620, (28, 116, 166), 140)),
        Part(2, 0.04, ships),
        Part(1.3, 0, s.together(planks(602), posts(602, 530, 250))),
        Part(
            1,
            0,
            s.together(
                s.put(crate, (1130, 660, 84), (1214, 664, 74), (1170, 580, 70), (80, 664, 80)),
                s.put(barrel, (170, 662, 80)),
            ),
        ),
    )
    front = (Part(0.62, 0, s.put(barrel, (-60, 800, 300)), 4),)
    return s.outdoors(when, Plan(parts, 604, 668, front, sky=s.sky_to(420)))


def crate(site: Site, x: float, y: float, size: float) -> None:
    """Draw a wooden crate."""
    c, h = (190, 136, 86), size / 2
    site.shadow(x, y, size * 0.7, size * 0.1)
    site.box(x - h, y - size, x + h, y, c)
    for a, b in (((x - h, y - size), (x + h, y)), ((x - h, y), (x + h, y - size))):
        site.line(shade(c, 0.35), size * 0.07, a, b)
    site.canvas.stroke(
        rectangle(x - h, y - size, x + h, y), site.color(shade(c, 0.35)), size * 0.07
    )


def barrel(site: Site, x: float, y: float, size: float) -> None:
    """Draw a barrel."""
    w = size * 0.36
    site.shadow(x, y, w * 1.4, size * 0.1)
    body = (
        Path()
        .move(x - w * 0.8, y)
        .quad((x - w * 1.3, y - size / 2), (x - w * 0.8, y - size))
        .line((x + w * 0.8, y - size))
        .quad((x + w * 1.3, y - size / 2), (x + w * 0.8, y))
        .close()
    )
    c = site.color((160, 104, 66))
    site.canvas.fill(
        body, linear((x - w, 0), (x + w, 0), shade(c, 0.1), tint(c, 0.24), c, shade(c, 0.42))
    )
    for k in (0.2, 0.8):
        site.line(
            (84, 84, 96), size * 0.06, (x - w * 0.96, y - size * k), (x + w * 0.96, y - size * k)
        )
    site.disc(x, y - size, w * 0.8, (190, 140, 92), w * 0.2)


def ship_deck(when: Conditions) -> Place:
    """Paint the deck of a sailing ship with mast, sail, wheel and the open sea."""

    parts = (
        Part(
            5,
            0.1,
            s.together(s.water(430, 640, (24, 110, 170), 150), s.put(island_far, (1010, 434, 170))),
        ),
        Part(1.5, 0.02, _rig),
        Part(1.3, 0, s.together(posts(600, 520, 150, rail=True), planks(604))),
        Part(
            1,
            0,
            s.together(
                s.put(_wheel, (1130, 660, 190)), s.put(barrel, (90, 664, 100), (170, 674, 84))
            ),
        ),
    )
    return s.outdoors(when, Plan(parts, 606, 668, sky=s.sky_to(430)))


def _rig(site: Site) -> None:
    site.tube(620, TOP, 660, 606, (140, 96, 66))
    sail = (
        Path()
        .move(300, 10)
        .line((980, 10))
        .cubic((1020, 130), (1000, 220), (940, 290))
        .cubic((800, 250), (480, 250), (340, 290))
        .cubic((280, 220), (260, 130), (300, 10))
        .close()
    )
    site.fill(sail, (250, 240, 220), 0.2)
    for x in (440, 640, 840):
        seam = Path().move(x, 10).quad((x + (x - 640) * 0.3, 140), (x, 266))
        site.canvas.stroke(seam, site.color((214, 196, 168)), 2, 0.7)
    site.box(270, 0, 1010, 16, (120, 82, 58), 8)
    for side in (-1, 1):
        for k in range(5):
            site.line((110, 84, 66), 2.4, (640 + side * 30, 20), (640 + side * (400 + k * 50), 560))
        for k in range(1, 9):
            t = k / 9
            a, b = 640 + side * (30 + 370 * t), 640 + side * (30 + 570 * t)
            site.line((110, 84, 66), 2, (a, 20 + 540 * t), (b, 20 + 540 * t))


def _wheel(site: Site, x: float, y: float, size: float) -> None:
    site.box(x - size * 0.1, y - size * 0.6, x + size * 0.1, y, (130, 88, 60), 4)
    hub = (x, y - size * 0.74)
    for k in range(8):
        with site.canvas.transformed(*hub, degrees=k * 45):
            site.line((150, 100, 64), size * 0.06, (0, 0), (0, -size * 0.52))
    site.canvas.stroke(ellipse(*hub, size * 0.36), site.color((170, 116, 74)), size * 0.09)
    site.disc(*hub, size * 0.1, (226, 180, 90))


def shipyard(when: Conditions) -> Place:
    """Paint a shipyard with a ship in dry dock, cranes and stacks of steel."""

    parts = (
        Part(
            6,
            0.5,
            s.together(
                s.water(500, 600, (50, 116, 156), 60),
                s.put(_crane, (120, 540, 330), (1180, 540, 360)),
            ),
        ),
        Part(3, 0.12, _hull),
        Part(2, 0.04, s.put(_crane, (130, 604, 460), (-260, 604, 400), (1480, 604, 440))),
        Part(
            1,
            0,
            s.together(
                s.floor(602, (176, 172, 168), bumps=0.5),
                s.put(crate, (1110, 660, 90), (1200, 664, 76)),
                s.put(barrel, (180, 660, 80), (110, 670, 86)),
            ),
        ),
    )
    return s.outdoors(when, Plan(parts, 604, 668, sky=s.sky_to(500)))


def _hull(site: Site) -> None:
    body = (
        Path()
        .move(230, 330)
        .line((1010, 330), (1150, 300))
        .cubic((1120, 420), (1060, 520), (1000, 560))
        .line((320, 560))
        .cubic((260, 520), (236, 420), (230, 330))
        .close()
    )
    site.fill(body, (60, 90, 130), 0.3)
    with site.canvas.grouped(clip=body):
        site.box(200, 466, 1180, 570, (186, 66, 58))
        site.box(200, 456, 1180, 468, (246, 244, 238))
        for x in range(300, 1100, 90):
            site.line((44, 66, 100), 2, (x, 320), (x, 560), alpha=0.5)
    site.box(330, 230, 560, 332, (240, 240, 236), 6)
    site.box(370, 160, 520, 232, (240, 240, 236), 6)
    site.tube(430, 96, 480, 162, (226, 110, 60))
    for x in range(350, 540, 40):
        site.box(x, 262, x + 22, 286, (90, 140, 180) if not site.lit else (255, 220, 140), 4)
    for x in range(300, 1010, 60):
        site.poly(
            (150, 110, 70), (x, 560), (x + 12, 540), (x + 30, 540), (x + 42, 600), (x - 8, 600)
        )


def _crane(site: Site, x: float, y: float, size: float) -> None:
    c, w = (240, 170, 50), size * 0.06
    for side in (-1, 1):
        site.line(c, size * 0.025, (x + side * w, y), (x + side * w, y - size))
    for k in range(10):
        a, b = y - size * k / 10, y - size * (k + 1) / 10
        site.line(c, size * 0.012, (x - w, a), (x + w, b))
    site.box(x - size * 0.3, y - size - 12, x + size * 0.62, y - size + 4, c)
    site.line(c, 3, (x, y - size * 1.2), (x + size * 0.6, y - size))
    site.line(c, 3, (x, y - size * 1.2), (x - size * 0.28, y - size))
    site.box(x - w, y - size * 1.2, x + w, y - size, c)
    site.line((60, 60, 70), 2, (x + size * 0.5, y - size), (x + size * 0.5, y - size * 0.62))
    site.box(x - size * 0.3, y - size + 4, x - size * 0.16, y - size * 0.9, (110, 110, 120))
