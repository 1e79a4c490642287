"""Flat roofs above a city."""

from miaobi.drawing.color import mix
from miaobi.drawing.path import Path, ellipse, rectangle
from miaobi.places import greenery
from miaobi.places.conditions import Conditions
from miaobi.places.place import BOTTOM, LEFT, RIGHT, Light, Place
from miaobi.places.towns.site import Part, Plan, Site, join
from miaobi.places.wild import scenery as s


def rooftop(when: Conditions) -> Place:
    """Paint a flat roof above the city, with a parapet, a water tank, plants and lamps."""

    parts = (Part(4, 0.3, _city), Part(1.4, 0.04, _wall), Part(1, 0, _roof))
    lamps = (Light(640, 360, 560, (255, 206, 130), 0.3),)
    return s.outdoors(when, Plan(parts, 612, 668, lamps=lamps, sky=s.sky_to(560)))


def _city(site: Site) -> None:
    for y, low, high, wide in ((560, 120, 260, 90), (640, 90, 200, 120)):
        x, far = LEFT, site.at(site.distance if y > 600 else 0.55)
        while x < RIGHT:
            w, h = wide * site.rng.uniform(0.6, 1.1), site.rng.uniform(low, high)
            hue = site.rng.choice(
                ((196, 170, 160), (160, 176, 200), (206, 190, 160), (170, 150, 170))
            )
            far.box(x, y - h, x + w, y + 60, hue)
            towers(far, x, y, w, h)
            x += w * 1.04


def _roof(site: Site) -> None:
    site.ground(612, (206, 190, 176), (140, 124, 120))
    for k in range(-14, 32):
        site.line(
            (160, 142, 134),
            1.6,
            (640 + (k - 9) * 66, 612),
            (640 + (k - 9) * 150, BOTTOM),
            alpha=0.5,
        )
    for y in (632, 662, 706, 770):
        site.line((160, 142, 134), 1.6, (LEFT, y), (RIGHT, y), alpha=0.5)


def _wall(site: Site) -> None:
    site.box(LEFT, 556, RIGHT, 614, (188, 124, 100))
    for k, y in enumerate((572, 586, 600)):
        for x in range(int(LEFT) + k % 2 * 26, int(RIGHT), 52):
            site.line((154, 96, 80), 1.4, (x, y - 13), (x, y))
        site.line((154, 96, 80), 1.4, (LEFT, y), (RIGHT, y))
    site.box(LEFT, 546, RIGHT, 560, (226, 210, 194))
    tank(site, 1150, 606, 260)
    for x in (90, 190, 1010):
        site.box(x - 26, 580, x + 26, 622, (200, 106, 78), 5)
        wild_bush(site, x, 586, 84)
    for x in (30, 640, 1250):
        line = Path().move(x - 610, 330).quad((x - 305, 420), (x, 330))
        site.canvas.stroke(line, site.color((70, 60, 66)), 2)
        for k in range(1, 12):
            t = k / 12
            bx, by = x - 610 + 610 * t, 330 + 4 * 45 * t * (1 - t)
            if site.lit:
                site.shine(bx, by + 6, 30)
            site.canvas.fill(
                ellipse(bx, by + 6, 5, 6.5),
                (255, 226, 150) if site.lit else site.color((250, 236, 200)),
            )
        site.line((90, 80, 84), 5, (x, 330), (x, 550))


def wild_bush(site: Site, x: float, y: float, size: float) -> None:
    """Draw a potted bush."""
    greenery.bush(site.canvas, x, y, size, s.leafy(site), site.rng)


def towers(site: Site, x: float, y: float, w: float, h: float) -> None:
    """Draw the windows of a far building."""
    panes = [
        rectangle(
            x + w * (0.14 + 0.26 * c),
            y - h + 14 + r * 24,
            x + w * (0.3 + 0.26 * c),
            y - h + 28 + r * 24,
        )
        for c in range(3)
        for r in range(int(h / 24))
    ]
    lit = [p for p in panes if site.lit and site.rng.random() < 0.55]
    if panes:
        site.fill(join(panes), (110, 140, 176), 0.1)
    if lit:
        site.canvas.fill(join(lit), mix((255, 220, 140), site.colors.haze, site.distance * 0.5))


def tank(site: Site, x: float, y: float, size: float) -> None:
    """Draw a wooden water tank on legs."""
    w, dark = size * 0.28, (110, 84, 70)
    for k in (-1, -0.3, 0.3, 1):
        site.line(dark, 6, (x + k * w * 0.8, y), (x + k * w * 0.8, y - size * 0.4))
    site.tube(x - w, y - size * 0.82, x + w, y - size * 0.38, (168, 116, 82))
    for k in (0.5, 0.68):
        site.line(dark, 3, (x - w, y - size * k), (x + w, y - size * k))
    site.poly(
        (128, 104, 100),
        (x - w * 1.12, y - size * 0.82),
        (x, y - size),
        (x + w * 1.12, y - size * 0.82),
    )
