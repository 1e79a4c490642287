"""Pieces of yards, farms and camps."""

import math

from miaobi.drawing.canvas import linear
from miaobi.drawing.color import WHITE, Color, mix, shade, tint
from miaobi.drawing.path import Path, polygon, rectangle
from miaobi.places.towns.site import WARM, Site
from miaobi.places.wild import scenery as s

WOOD: Color = (170, 120, 78)
BARN: Color = (196, 66, 56)
STEEL: Color = (150, 160, 176)


def picket(color: Color = WHITE, high: float = 60.0) -> s.Piece:
    """Return a piece of a picket fence, as wide as its size."""

    def draw(site: Site, x: float, y: float, size: float) -> None:
        for k in (0.35, 0.72):
            site.box(
                x - size / 2, y - high * k - 4, x + size / 2, y - high * k + 4, shade(color, 0.08)
            )
        for k in range(4):
            px, w = x - size / 2 + size * (k + 0.5) / 4, size * 0.075
            site.poly(
                color,
                (px - w, y),
                (px - w, y - high * 0.86),
                (px, y - high),
                (px + w, y - high * 0.86),
                (px + w, y),
                soft=0.1,
            )

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
    site.poly(
        BARN,
        (x - w, y),
        (x - w, y - h),
        (x - w * 0.66, y - size * 0.86),
        (x, y - size),
        (x + w * 0.66, y - size * 0.86),
        (x + w, y - h),
        (x + w, y),
    )
    roof = [
        (x - w * 1.1, y - h + 4),
        (x - w * 0.7, y - size * 0.9),
        (x, y - size * 1.05),
        (x + w * 0.7, y - size * 0.9),
        (x + w * 1.1, y - h + 4),
    ]
    site.line((110, 100, 112), size * 0.045, *roof)
    for k in range(-5, 6):
        site.line(
            shade(BARN, 0.2), 1.6, (x + k * w * 0.18, y - h), (x + k * w * 0.18, y), alpha=0.5
        )
    white: Color = (250, 246, 240)
    for left, top, right, low in (
        (-0.42, -h * 0.76, 0.42, 0.0),
        (-0.2, -size * 0.84, 0.2, -size * 0.66),
    ):
        box = rectangle(x + left * w, y + top, x + right * w, y + low)
        site.canvas.fill(box, site.color(shade(BARN, 0.22)))
        site.line(white, size * 0.022, (x + left * w, y + top), (x + right * w, y + low))
        site.line(white, size * 0.022, (x + left * w, y + low), (x + right * w, y + top))
        site.canvas.stroke(box, site.color(white), size * 0.022)
    site.line(white, size * 0.018, (x, y - h * 0.76), (x, y))


def windmill(site: Site, x: float, y: float, size: float) -> None:
    """Draw a white windmill."""
    site.poly(
        (244, 236, 222),
        (x - size * 0.15, y),
        (x - size * 0.1, y - size * 0.7),
        (x + size * 0.1, y - size * 0.7),
        (x + size * 0.15, y),
    )
    site.poly(
        (150, 90, 70),
        (x - size * 0.12, y - size * 0.7),
        (x, y - size * 0.84),
        (x + size * 0.12, y - size * 0.7),
    )
    for k in range(4):
        with site.canvas.transformed(x, y - size * 0.7, k * 90 + 24):
            site.line((110, 84, 66), 4, (0, 0), (0, -size * 0.46))
            site.box(0, -size * 0.45, size * 0.11, -size * 0.1, (250, 244, 230))


def turbine(site: Site, x: float, y: float, size: float) -> None:
    """Draw a wind turbine."""
    c: Color = (246, 248, 252)
    site.poly(
        c,
        (x - size * 0.02, y),
        (x - size * 0.01, y - size),
        (x + size * 0.01, y - size),
        (x + size * 0.02, y),
    )
    turn = site.rng.uniform(0, 120)
    for k in range(3):
        with site.canvas.transformed(x, y - size, turn + k * 120):
            blade = (
                Path()
                .move(-size * 0.01, 0)
                .quad((size * 0.05, -size * 0.14), (0, -size * 0.5))
                .line((size * 0.012, 0))
                .close()
            )
            site.fill(blade, c, 0.1)
    site.disc(x, y - size, size * 0.026, (220, 226, 236))


def panel(site: Site, x: float, y: float, size: float) -> None:
    """Draw a solar panel on its stand."""
    h = size * 0.46
    for k in (-0.3, 0.3):
        site.line(STEEL, size * 0.03, (x + k * size, y), (x + k * size, y - h * 0.6))
    box = [
        (x - size * 0.42, y - h * 1.2),
        (x + size * 0.58, y - h * 1.2),
        (x + size * 0.46, y - h * 0.24),
        (x - size * 0.54, y - h * 0.24),
    ]
    shine = mix(site.color((40, 80, 160)), site.colors.sky_bottom, 0.45)
    site.canvas.fill(
        polygon(box),
        linear((x - size * 0.4, y - h), (x + size * 0.5, y), shine, site.color((26, 54, 124))),
    )
    for k in range(1, 6):
        t = k / 6
        site.line(
            (190, 210, 236),
            1.2,
            (box[0][0] + size * t, box[0][1]),
            (box[3][0] + size * t, box[3][1]),
            alpha=0.7,
        )
    site.line(
        (190, 210, 236),
        1.2,
        (x - size * 0.48, y - h * 0.72),
        (x + size * 0.52, y - h * 0.72),
        alpha=0.7,
    )
    site.canvas.stroke(polygon(box), site.color((220, 226, 236)), 2)


def tent(color: Color) -> s.Piece:
    """Return a tent with an open front."""

    def draw(site: Site, x: float, y: float, size: float) -> None:
        w = size * 0.7
        site.shadow(x + w * 0.2, y, w * 1.5, size * 0.1)
        site.poly(
            shade(color, 0.16),
            (x - w * 0.1, y - size),
            (x + w * 0.8, y - size * 0.92),
            (x + w * 1.5, y - 6),
            (x + w * 0.8, y),
        )
        site.poly(color, (x - w, y), (x - w * 0.1, y - size), (x + w * 0.8, y))
        inside: Color = (255, 206, 120) if site.lit else (90, 70, 70)
        hole = polygon([(x - w * 0.44, y), (x - w * 0.1, y - size * 0.74), (x + w * 0.26, y)])
        site.canvas.fill(hole, inside if site.lit else site.color(inside))
        if site.lit:
            site.shine(x - w * 0.1, y - size * 0.3, size * 0.8, WARM, 0.5)
        site.poly(
            tint(color, 0.3),
            (x - w * 0.1, y - size * 0.74),
            (x - w * 0.5, y),
            (x - w * 0.62, y),
            soft=0.1,
        )
        site.poly(
            tint(color, 0.3),
            (x - w * 0.1, y - size * 0.74),
            (x + w * 0.3, y),
            (x + w * 0.44, y),
            soft=0.1,
        )

    return draw


def campfire(site: Site, x: float, y: float, size: float) -> None:
    """Draw a fire of logs in a ring of stones."""
    s.halo(site, x, y - size * 0.3, size * 2.6, (255, 170, 70), 0.5 if site.lit else 0.24)
    for k in range(9):
        turn = k / 9 * math.tau
        site.disc(
            x + size * 0.62 * math.cos(turn),
            y + size * 0.17 * math.sin(turn),
            size * 0.12,
            (130, 126, 130),
            size * 0.09,
        )
    for a, b in ((-0.5, 0.4), (0.5, -0.4)):
        site.line((110, 72, 50), size * 0.13, (x + a * size, y), (x + b * size, y - size * 0.16))
    for scale, color in ((1.0, (250, 120, 50)), (0.72, (255, 180, 70)), (0.42, (255, 240, 170))):
        h, w = size * scale, size * 0.36 * scale
        flame = (
            Path()
            .move(x - w, y - 8)
            .cubic((x - w * 1.3, y - h * 0.5), (x - w * 0.2, y - h * 0.6), (x - w * 0.1, y - h))
        )
        flame.cubic((x + w * 0.5, y - h * 0.7), (x + w * 1.4, y - h * 0.5), (x + w, y - 8)).quad(
            (x, y + 4), (x - w, y - 8)
        ).close()
        site.canvas.fill(flame, color, 0.95)


def log(site: Site, x: float, y: float, size: float) -> None:
    """Draw a log to sit on."""
    site.shadow(x, y, size * 0.66, size * 0.1)
    site.box(x - size * 0.5, y - size * 0.3, x + size * 0.5, y, (132, 92, 64), size * 0.15, 0.3)
    site.disc(x + size * 0.5, y - size * 0.15, size * 0.1, (220, 178, 124), size * 0.15)
