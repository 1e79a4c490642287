"""Pieces of yards, farms, camps and playgrounds, and of ruins."""

import math

from miaobi.drawing.canvas import linear
from miaobi.drawing.color import WHITE, Color, mix, shade, tint
from miaobi.drawing.path import Path, ellipse, polygon, rectangle
from miaobi.places import scenery as s
from miaobi.places.site import WARM, Site

WOOD: Color = (170, 120, 78)
BARN: Color = (196, 66, 56)
MARBLE: Color = (240, 234, 224)
STEEL: Color = (150, 160, 176)


def picket(color: Color = WHITE, high: float = 60.0) -> s.Piece:
    """Return a piece of a picket fence, as wide as its size."""

    def draw(site: Site, x: float, y: float, size: float) -> None:
        for k in (0.35, 0.72):
            site.box(x - size / 2, y - high * k - 4, x + size / 2, y - high * k + 4, shade(color, 0.08))
        for k in range(4):
            px, w = x - size / 2 + size * (k + 0.5) / 4, size * 0.075
            site.poly(color, (px - w, y), (px - w, y - high * 0.86), (px, y - high), (px + w, y - high * 0.86), (px + w, y), soft=0.1)

    return draw


def rails(site: Site, x: float, y: float, size: float) -> None:
    """Draw a piece of a ranch fence, as wide as its size."""
    for k in (0.2, 0.42):
        site.box(x - size / 2, y - size * k - 6, x + size / 2, y - size * k + 4, WOOD)
    site.tube(x - 7, y - size * 0.54, x + 7, y, shade(WOOD, 0.1))


def barn(site: Site, x: float, y: float, size: float) -> None:
    """Draw a red barn with a silo."""
    w, h = size * 0.62, size * 0.56
    site.tube(x + w * 1.08, y - size * 0.94, x + w * 1.6, y, (206, 206, 214))
    site.disc(x + w * 1.34, y - size * 0.94, w * 0.26, (170, 176, 190), w * 0.2)
    site.poly(BARN, (x - w, y), (x - w, y - h), (x - w * 0.66, y - size * 0.86), (x, y - size), (x + w * 0.66, y - size * 0.86), (x + w, y - h), (x + w, y))
    roof = [(x - w * 1.1, y - h + 4), (x - w * 0.7, y - size * 0.9), (x, y - size * 1.05), (x + w * 0.7, y - size * 0.9), (x + w * 1.1, y - h + 4)]
    site.line((110, 100, 112), size * 0.045, *roof)
    for k in range(-5, 6):
        site.line(shade(BARN, 0.2), 1.6, (x + k * w * 0.18, y - h), (x + k * w * 0.18, y), alpha=0.5)
    white: Color = (250, 246, 240)
    for l, t, r, b in ((-0.42, -h * 0.76, 0.42, 0.0), (-0.2, -size * 0.84, 0.2, -size * 0.66)):
        box = rectangle(x + l * w, y + t, x + r * w, y + b)
        site.canvas.fill(box, site.color(shade(BARN, 0.22)))
        site.line(white, size * 0.022, (x + l * w, y + t), (x + r * w, y + b))
        site.line(white, size * 0.022, (x + l * w, y + b), (x + r * w, y + t))
        site.canvas.stroke(box, site.color(white), size * 0.022)
    site.line(white, size * 0.018, (x, y - h * 0.76), (x, y))


def windmill(site: Site, x: float, y: float, size: float) -> None:
    """Draw a white windmill."""
    site.poly((244, 236, 222), (x - size * 0.15, y), (x - size * 0.1, y - size * 0.7), (x + size * 0.1, y - size * 0.7), (x + size * 0.15, y))
    site.poly((150, 90, 70), (x - size * 0.12, y - size * 0.7), (x, y - size * 0.84), (x + size * 0.12, y - size * 0.7))
    for k in range(4):
        with site.canvas.transformed(x, y - size * 0.7, k * 90 + 24):
            site.line((110, 84, 66), 4, (0, 0), (0, -size * 0.46))
            site.box(0, -size * 0.45, size * 0.11, -size * 0.1, (250, 244, 230))


def turbine(site: Site, x: float, y: float, size: float) -> None:
    """Draw a wind turbine."""
    c: Color = (246, 248, 252)
    site.poly(c, (x - size * 0.02, y), (x - size * 0.01, y - size), (x + size * 0.01, y - size), (x + size * 0.02, y))
    turn = site.rng.uniform(0, 120)
    for k in range(3):
        with site.canvas.transformed(x, y - size, turn + k * 120):
            blade = Path().move(-size * 0.01, 0).quad((size * 0.05, -size * 0.14), (0, -size * 0.5)).line((size * 0.012, 0)).close()
            site.fill(blade, c, 0.1)
    site.disc(x, y - size, size * 0.026, (220, 226, 236))


def panel(site: Site, x: float, y: float, size: float) -> None:
    """Draw a solar panel on its stand."""
    h = size * 0.46
    for k in (-0.3, 0.3):
        site.line(STEEL, size * 0.03, (x + k * size, y), (x + k * size, y - h * 0.6))
    box = [(x - size * 0.42, y - h * 1.2), (x + size * 0.58, y - h * 1.2), (x + size * 0.46, y - h * 0.24), (x - size * 0.54, y - h * 0.24)]
    shine = mix(site.color((40, 80, 160)), site.colors.sky_bottom, 0.45)
    site.canvas.fill(polygon(box), linear((x - size * 0.4, y - h), (x + size * 0.5, y), shine, site.color((26, 54, 124))))
    for k in range(1, 6):
        t = k / 6
        site.line((190, 210, 236), 1.2, (box[0][0] + size * t, box[0][1]), (box[3][0] + size * t, box[3][1]), alpha=0.7)
    site.line((190, 210, 236), 1.2, (x - size * 0.48, y - h * 0.72), (x + size * 0.52, y - h * 0.72), alpha=0.7)
    site.canvas.stroke(polygon(box), site.color((220, 226, 236)), 2)


def tent(color: Color) -> s.Piece:
    """Return a tent with an open front."""

    def draw(site: Site, x: float, y: float, size: float) -> None:
        w = size * 0.7
        site.shadow(x + w * 0.2, y, w * 1.5, size * 0.1)
        site.poly(shade(color, 0.16), (x - w * 0.1, y - size), (x + w * 0.8, y - size * 0.92), (x + w * 1.5, y - 6), (x + w * 0.8, y))
        site.poly(color, (x - w, y), (x - w * 0.1, y - size), (x + w * 0.8, y))
        inside: Color = (255, 206, 120) if site.lit else (90, 70, 70)
        hole = polygon([(x - w * 0.44, y), (x - w * 0.1, y - size * 0.74), (x + w * 0.26, y)])
        site.canvas.fill(hole, inside if site.lit else site.color(inside))
        if site.lit:
            site.shine(x - w * 0.1, y - size * 0.3, size * 0.8, WARM, 0.5)
        site.poly(tint(color, 0.3), (x - w * 0.1, y - size * 0.74), (x - w * 0.5, y), (x - w * 0.62, y), soft=0.1)
        site.poly(tint(color, 0.3), (x - w * 0.1, y - size * 0.74), (x + w * 0.3, y), (x + w * 0.44, y), soft=0.1)

    return draw


def campfire(site: Site, x: float, y: float, size: float) -> None:
    """Draw a fire of logs in a ring of stones."""
    s.halo(site, x, y - size * 0.3, size * 2.6, (255, 170, 70), 0.5 if site.lit else 0.24)
    for k in range(9):
        turn = k / 9 * math.tau
        site.disc(x + size * 0.62 * math.cos(turn), y + size * 0.17 * math.sin(turn), size * 0.12, (130, 126, 130), size * 0.09)
    for a, b in ((-0.5, 0.4), (0.5, -0.4)):
        site.line((110, 72, 50), size * 0.13, (x + a * size, y), (x + b * size, y - size * 0.16))
    for scale, color in ((1.0, (250, 120, 50)), (0.72, (255, 180, 70)), (0.42, (255, 240, 170))):
        h, w = size * scale, size * 0.36 * scale
        flame = Path().move(x - w, y - 8).cubic((x - w * 1.3, y - h * 0.5), (x - w * 0.2, y - h * 0.6), (x - w * 0.1, y - h))
        flame.cubic((x + w * 0.5, y - h * 0.7), (x + w * 1.4, y - h * 0.5), (x + w, y - 8)).quad((x, y + 4), (x - w, y - 8)).close()
        site.canvas.fill(flame, color, 0.95)


def log(site: Site, x: float, y: float, size: float) -> None:
    """Draw a log to sit on."""
    site.shadow(x, y, size * 0.66, size * 0.1)
    site.box(x - size * 0.5, y - size * 0.3, x + size * 0.5, y, (132, 92, 64), size * 0.15, 0.3)
    site.disc(x + size * 0.5, y - size * 0.15, size * 0.1, (220, 178, 124), size * 0.15)


def swing(site: Site, x: float, y: float, size: float) -> None:
    """Draw two swings on their frame."""
    w = size * 0.7
    for side in (-1, 1):
        for foot in (-0.2, 0.2):
            site.line((230, 90, 80), size * 0.05, (x + side * w, y - size), (x + side * w + foot * size, y))
    site.line((250, 196, 70), size * 0.06, (x - w, y - size), (x + w, y - size))
    for k in (-0.45, 0.4):
        for side in (-1, 1):
            site.line(STEEL, 2.4, (x + k * w + side * 14, y - size), (x + k * w + side * 14, y - size * 0.24))
        site.box(x + k * w - 22, y - size * 0.26, x + k * w + 22, y - size * 0.21, (80, 130, 200), 4)


def slide(site: Site, x: float, y: float, size: float) -> None:
    """Draw a playground tower with a slide."""
    for k in (-0.2, 0.2):
        site.box(x + k * size - 6, y - size * 0.8, x + k * size + 6, y, (90, 150, 210), 4)
    chute = Path().move(x - size * 0.16, y - size * 0.56).cubic((x - size * 0.5, y - size * 0.5), (x - size * 0.7, y - size * 0.1), (x - size * 1.0, y - size * 0.06))
    site.canvas.stroke(chute, site.color((214, 150, 30)), size * 0.15)
    site.canvas.stroke(chute, site.color((252, 206, 80)), size * 0.09)
    site.box(x - size * 0.26, y - size * 0.58, x + size * 0.26, y - size * 0.5, (240, 120, 90), 4)
    for k in range(1, 6):
        site.line((240, 120, 90), 5, (x + size * 0.2, y - size * 0.1 * k), (x + size * 0.36, y - size * 0.1 * k + 8))
    site.line((90, 150, 210), 6, (x + size * 0.36, y), (x + size * 0.24, y - size * 0.5))
    site.poly((226, 84, 84), (x - size * 0.32, y - size * 0.8), (x, y - size * 1.06), (x + size * 0.32, y - size * 0.8))


def seesaw(site: Site, x: float, y: float, size: float) -> None:
    """Draw a seesaw."""
    site.poly((80, 150, 120), (x - size * 0.12, y), (x, y - size * 0.26), (x + size * 0.12, y))
    site.line((240, 150, 70), size * 0.06, (x - size * 0.6, y - size * 0.1), (x + size * 0.6, y - size * 0.4))
    for t, dy in ((-0.46, 0.14), (0.46, 0.36)):
        site.line((90, 100, 120), 4, (x + t * size, y - dy * size), (x + t * size, y - dy * size - size * 0.16))


def goal(site: Site, x: float, y: float, size: float) -> None:
    """Draw a goal with its net."""
    w = size * 0.9
    for k in range(-8, 9):
        site.line((236, 240, 246), 1.2, (x + k * w / 8, y - size * 0.6), (x + k * w / 8.4, y), alpha=0.6)
    for k in range(1, 7):
        site.line((236, 240, 246), 1.2, (x - w, y - k * size * 0.09), (x + w, y - k * size * 0.09), alpha=0.6)
    site.line(WHITE, size * 0.05, (x - w, y), (x - w, y - size * 0.6), (x + w, y - size * 0.6), (x + w, y))


def column(broken: bool = False, color: Color = MARBLE) -> s.Piece:
    """Return a fluted column, whole or broken off."""

    def draw(site: Site, x: float, y: float, size: float) -> None:
        h = size * (site.rng.uniform(0.4, 0.85) if broken else 1.0)
        w = size * 0.085
        site.shadow(x, y, w * 2.4, w * 0.6)
        site.box(x - w * 1.7, y - w * 0.8, x + w * 1.7, y, color, 3)
        site.tube(x - w, y - h, x + w, y - w * 0.8, color)
        for k in (-0.55, -0.15, 0.25, 0.65):
            site.line(shade(color, 0.26), 2, (x + k * w, y - h + 6), (x + k * w, y - w), alpha=0.5)
        if broken:
            site.poly(tint(color, 0.3), (x - w, y - h + 4), (x - w * 0.5, y - h - 9), (x, y - h - 2), (x + w * 0.5, y - h - 13), (x + w, y - h + 4))
        else:
            site.box(x - w * 1.2, y - h - w * 0.5, x + w * 1.2, y - h, color, 4)
            site.box(x - w * 1.7, y - h - w * 1.1, x + w * 1.7, y - h - w * 0.5, color, 3)

    return draw


def greek_temple(site: Site, x: float, y: float, size: float) -> None:
    """Draw a temple with columns and a gable."""
    w, h = size * 0.95, size * 0.56
    for k in range(3):
        site.box(x - w * (1.14 - k * 0.05), y - 12 * (k + 1), x + w * (1.14 - k * 0.05), y - 12 * k, tint(MARBLE, 0.1 * k))
    site.box(x - w, y - h, x + w, y - 36, shade(MARBLE, 0.4))
    for k in range(8):
        column()(site, x - w * 0.94 + k * w * 0.269, y - 36, h - 44)
    site.box(x - w * 1.06, y - h - size * 0.1, x + w * 1.06, y - h, MARBLE)
    site.poly(MARBLE, (x - w * 1.1, y - h - size * 0.1), (x, y - size), (x + w * 1.1, y - h - size * 0.1))
    site.poly(shade(MARBLE, 0.16), (x - w * 0.86, y - h - size * 0.13), (x, y - size * 0.93), (x + w * 0.86, y - h - size * 0.13))
    for k in range(-9, 10):
        site.line(shade(MARBLE, 0.24), 4, (x + k * w * 0.11, y - h - size * 0.08), (x + k * w * 0.11, y - h - size * 0.02))


def arch(site: Site, x: float, y: float, size: float) -> None:
    """Draw a broken stone arch, overgrown."""
    c: Color = (176, 168, 152)
    w = size * 0.5
    wall = Path().move(x - w, y).line((x - w, y - size * 0.9), (x - w * 0.5, y - size), (x - w * 0.1, y - size * 0.92), (x + w * 0.4, y - size * 0.98), (x + w * 0.7, y - size * 0.7), (x + w, y - size * 0.62), (x + w, y))
    wall.line((x + w * 0.5, y)).line((x + w * 0.5, y - size * 0.46)).cubic((x + w * 0.5, y - size * 0.8), (x - w * 0.5, y - size * 0.8), (x - w * 0.5, y - size * 0.46)).line((x - w * 0.5, y)).close()
    site.fill(wall, c, 0.28)
    with site.canvas.grouped(clip=wall):
        for k in range(1, 9):
            py = y - k * size * 0.115
            site.line(shade(c, 0.26), 2, (x - w, py), (x + w, py), alpha=0.6)
            for j in range(-4, 5):
                px = x + (j + k % 2 * 0.5) * w * 0.3
                site.line(shade(c, 0.26), 2, (px, py), (px, py + size * 0.115), alpha=0.6)
    for _ in range(16):
        side = site.rng.choice((-1, 1))
        px, py = x + side * w * site.rng.uniform(0.5, 1), y - size * site.rng.uniform(0.3, 0.95)
        site.canvas.fill(ellipse(px, py, size * 0.035), s.leafy(site, site.rng.uniform(0, 0.3)))
