"""Boats and lighthouses."""

from miaobi.drawing.color import Color, shade
from miaobi.drawing.path import Path, ellipse
from miaobi.places.towns.site import WARM, Site
from miaobi.places.wild.scenery import Piece

WOOD: Color = (150.0, 102.0, 66.0)
CREAM: Color = (250.0, 244.0, 230.0)
RED: Color = (210.0, 68.0, 62.0)


def sailboat(hull: Color, sail: Color) -> Piece:
    """Return a sailing boat on the water."""

    def draw(site: Site, x: float, y: float, size: float) -> None:
        s = size / 100
        site.shadow(x, y + 2 * s, 62 * s, 9 * s, 0.4)
        site.line(WOOD, 3.4 * s, (x, y - 100 * s), (x, y - 8 * s))
        for side, top, wide in ((1, 98, 44), (-1, 88, 32)):
            cloth = Path().move(x + side * 4 * s, y - top * s)
            cloth.quad(
                (x + side * wide * 0.9 * s, y - top * 0.5 * s), (x + side * wide * s, y - 24 * s)
            )
            site.fill(cloth.line((x + side * 4 * s, y - 20 * s)).close(), sail, 0.14)
        body = Path().move(x - 54 * s, y - 16 * s).quad((x, y - 8 * s), (x + 58 * s, y - 18 * s))
        body.quad((x + 44 * s, y + 5 * s), (x + 28 * s, y + 6 * s)).line((x - 28 * s, y + 6 * s))
        body.quad((x - 46 * s, y + 4 * s), (x - 54 * s, y - 16 * s)).close()
        site.fill(body, hull, 0.3)
        with site.canvas.grouped(clip=body):
            site.box(x - 60 * s, y - 9 * s, x + 60 * s, y - 5 * s, CREAM)

    return draw


def rowboat(site: Site, x: float, y: float, size: float) -> None:
    """Draw a small wooden boat."""
    s = size / 100
    site.shadow(x, y + 2 * s, 60 * s, 9 * s, 0.4)
    inside = ellipse(x, y - 20 * s, 50 * s, 7 * s)
    site.fill(inside, shade(WOOD, 0.45))
    body = Path().move(x - 54 * s, y - 23 * s).quad((x, y - 10 * s), (x + 54 * s, y - 23 * s))
    body.quad((x + 38 * s, y + 7 * s), (x + 22 * s, y + 7 * s)).line((x - 22 * s, y + 7 * s))
    site.fill(body.quad((x - 38 * s, y + 7 * s), (x - 54 * s, y - 23 * s)).close(), WOOD, 0.3)
    for up in (4, 11):
        rim = (
            Path()
            .move(x - (50 - up) * s, y - (20 - up * 1.4) * s)
            .quad((x, y - (6 - up * 1.2) * s), (x + (50 - up) * s, y - (20 - up * 1.4) * s))
        )
        site.canvas.stroke(rim, site.color(shade(WOOD, 0.3)), 1.4 * s, 0.6)


def lighthouse(site: Site, x: float, y: float, size: float) -> None:
    """Draw a lighthouse with red and white bands."""
    w = size * 0.1
    for k in range(6):
        t, u = k / 6, (k + 1) / 6
        a, b = w * (1 - 0.4 * t), w * (1 - 0.4 * u)
        y0, y1 = y - size * 0.8 * t, y - size * 0.8 * u
        color = RED if k % 2 else CREAM
        site.poly(color, (x - a, y0), (x - b, y1), (x + b, y1), (x + a, y0), soft=0.05)
        site.poly(
            shade(color, 0.22),
            (x + a * 0.35, y0),
            (x + b * 0.35, y1),
            (x + b, y1),
            (x + a, y0),
            soft=0.05,
        )
    top = y - size * 0.8
    site.box(x - w * 0.85, top - 3, x + w * 0.85, top + 2, (70.0, 74.0, 90.0))
    site.box(x - w * 0.5, top - size * 0.11, x + w * 0.5, top - 3, (250.0, 224.0, 140.0))
    site.poly(
        RED,
        (x - w * 0.7, top - size * 0.11),
        (x, top - size * 0.2),
        (x + w * 0.7, top - size * 0.11),
    )
    if site.lit:
        site.shine(x, top - size * 0.06, size * 0.6, WARM, 0.8)
