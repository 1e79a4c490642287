"""Cars, buses, trains and airplanes."""

from miaobi.drawing.color import Color, mix, shade
from miaobi.drawing.path import Path, ellipse, rectangle
from miaobi.places.fantasy.tale_pieces import RAINBOW
from miaobi.places.towns.buildings import CREAMY, STONE, WOOD
from miaobi.places.towns.pavements import YELLOW
from miaobi.places.towns.site import WARM, Site
from miaobi.places.towns.street_pieces import METAL

BRICKS: tuple[Color, ...] = (
    (226.0, 70.0, 70.0),
    (60.0, 130.0, 210.0),
    (250.0, 200.0, 70.0),
    (90.0, 180.0, 110.0),
)


def car(site: Site, x: float, y: float, w: float, color: Color, facing: int = 1) -> None:
    """Draw a car."""
    site.shadow(x, y, w * 0.56, w * 0.05, 0.5)
    with site.canvas.transformed(x, y, scale=(w / 100 * facing, w / 100)):
        body = (
            Path()
            .move(-50, -8)
            .cubic((-52, -26), (-40, -26), (-32, -27))
            .cubic((-20, -46), (-12, -46), (2, -46))
            .cubic((16, -46), (22, -36), (28, -28))
            .cubic((44, -26), (50, -22), (50, -8))
            .close()
        )
        site.fill(body, color, 0.24)
        glass = (
            (255.0, 226.0, 170.0) if site.lit and site.rng.random() < 0.3 else (160.0, 200.0, 224.0)
        )
        site.fill(
            Path().move(-27, -28).cubic((-18, -42), (-12, -42), (-3, -42)).line((-3, -28)).close(),
            glass,
        )
        site.fill(
            Path().move(1, -28).line((1, -42)).cubic((14, -42), (18, -34), (22, -28)).close(), glass
        )
        site.line(shade(color, 0.3), 1, (-1, -44), (-1, -10))
        site.box(4, -22, 10, -20, shade(color, 0.4))
        for wx in (-29, 29):
            site.disc(wx, -8, 10.5, (44.0, 44.0, 54.0))
            site.disc(wx, -8, 5, (190.0, 194.0, 204.0))
        site.disc(46, -18, 3.6, (255.0, 246.0, 200.0))
        site.disc(-47, -18, 3, (220.0, 60.0, 50.0))
        if site.lit:
            site.shine(48, -18, 26, WARM, 0.6)


def bus(site: Site, x: float, y: float, w: float, color: Color) -> None:
    """Draw a bus."""
    site.shadow(x, y, w * 0.54, w * 0.04, 0.5)
    site.box(x - w / 2, y - w * 0.44, x + w / 2, y - w * 0.06, color, w * 0.05)
    site.box(x - w * 0.5, y - w * 0.2, x + w * 0.5, y - w * 0.16, CREAMY)
    for k in range(6):
        left = x - w * 0.46 + k * w * 0.155
        pane = rectangle(left, y - w * 0.38, left + w * 0.13, y - w * 0.22, 4)
        if site.lit:
            site.canvas.fill(
                pane, mix((255.0, 228.0, 170.0), site.colors.haze, site.distance * 0.4)
            )
        else:
            site.fill(pane, (160.0, 200.0, 224.0))
    for dx in (-0.3, 0.3):
        site.disc(x + dx * w, y - w * 0.06, w * 0.065, (44.0, 44.0, 54.0))
        site.disc(x + dx * w, y - w * 0.06, w * 0.03, (190.0, 194.0, 204.0))


def train(site: Site, x: float, y: float, w: float, color: Color) -> None:
    """Draw a wagon of a train."""
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
    for dx in (-0.4, -0.3, 0.3, 0.4):
        site.disc(x + dx * w, y - h * 0.06, h * 0.1, (60.0, 60.0, 70.0))


def plane(site: Site, x: float, y: float, w: float, color: Color) -> None:
    """Draw an airplane that stands with its wheels on y and faces right."""
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


def excavator(site: Site, x: float, y: float, w: float, facing: int) -> None:
    """Draw an excavator on its tracks."""
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


def traffic_light(site: Site, x: float, y: float, h: float) -> None:
    """Draw a traffic light on its pole."""
    site.tube(x - h * 0.016, y - h * 0.8, x + h * 0.016, y, METAL)
    site.box(x - h * 0.06, y - h, x + h * 0.06, y - h * 0.68, (52.0, 58.0, 68.0), 6)
    on = site.rng.randrange(3)
    for k, hue in enumerate(((240.0, 70.0, 60.0), (250.0, 190.0, 60.0), (80.0, 210.0, 120.0))):
        cy = y - h * (0.95 - k * 0.1)
        if k == on:
            site.canvas.fill(ellipse(x, cy, h * 0.036), hue)
            site.shine(x, cy, h * 0.2, hue, 0.6)
        else:
            site.disc(x, cy, h * 0.036, shade(hue, 0.6))


def toy_train(site: Site, x: float, y: float) -> None:
    """Draw a toy train, from its engine to the left."""
    for k, c in enumerate((BRICKS[0], BRICKS[1], BRICKS[2])):
        left = x - k * 92
        site.box(left - 40, y - 50, left + 40, y - 12, c, 6)
        if k:
            for dx in (-20, 6, 26):
                site.disc(left + dx, y - 54, 14, RAINBOW[(k * 2 + int(dx)) % 6])
            site.line(WOOD, 5, (left + 40, y - 20), (left + 54, y - 20))
        else:
            site.box(left - 40, y - 94, left - 4, y - 44, BRICKS[1], 5)
            site.box(left - 34, y - 86, left - 12, y - 62, (214.0, 236.0, 246.0), 3)
            site.box(left + 12, y - 80, left + 28, y - 46, (70.0, 70.0, 80.0), 3)
        for dx in (-22, 22):
            site.disc(left + dx, y - 10, 14, BRICKS[2])
            site.disc(left + dx, y - 10, 5, WOOD)
