"""Pieces of wild places and waters: rocks, crystals, ice, boats, planets, clouds, caves, dunes."""

import math

from miaobi.drawing.canvas import Stop, linear, radial
from miaobi.drawing.color import WHITE, Color, mix, shade, tint
from miaobi.drawing.path import Path, Point, ellipse, polygon, rectangle, smooth
from miaobi.places import brushes
from miaobi.places.place import BOTTOM, LEFT, RIGHT, TOP
from miaobi.places.scenery import STONE, Piece, halo
from miaobi.places.site import WARM, Painting, Site

WOOD: Color = (150.0, 102.0, 66.0)
CREAM: Color = (250.0, 244.0, 230.0)
RED: Color = (210.0, 68.0, 62.0)
ICE: Color = (176.0, 220.0, 242.0)


def stone(color: Color = STONE) -> Piece:
    """Return a rock of a color."""

    def draw(site: Site, x: float, y: float, size: float) -> None:
        site.shadow(x, y + size * 0.06, size * 1.25, size * 0.2, 0.3)
        c = mix(site.color(color), site.color(WHITE), 0.5 if site.snowy else 0.0)
        brushes.rock(site.canvas, x, y, size, c, site.rng)

    return draw


def crag(color: Color) -> Piece:
    """Return a steep rock of facets."""

    def draw(site: Site, x: float, y: float, size: float) -> None:
        w = size * site.rng.uniform(0.4, 0.55)
        a, b, c = (site.rng.uniform(0.8, 1.1) for _ in range(3))
        peak = (x + w * 0.1 * a, y - size)
        left = [(x - w, y), (x - w * 0.8 * a, y - size * 0.45), (x - w * 0.3, y - size * 0.86 * b), peak]
        middle = (x + w * 0.15, y - size * 0.5 * c)
        right = [peak, (x + w * 0.62, y - size * 0.72 * c), (x + w * 0.9 * b, y - size * 0.3), (x + w, y)]
        site.poly(color, *left, middle, (x, y))
        site.poly(shade(color, 0.24), *right, (x, y), middle)
        if site.snowy:
            site.poly(WHITE, left[2], peak, right[1], (x + w * 0.2, y - size * 0.76), (x, y - size * 0.82))

    return draw


def crystal(color: Color) -> Piece:
    """Return a cluster of glowing crystals."""

    def draw(site: Site, x: float, y: float, size: float) -> None:
        halo(site, x, y - size * 0.3, size * 1.6, color, 0.42)
        count = 7
        for k in sorted(range(count), key=lambda n: -abs(n - 3)):
            away = k - (count - 1) / 2
            long = size * (1 - 0.17 * abs(away)) * site.rng.uniform(0.75, 1)
            w = size * 0.085
            with site.canvas.transformed(x + away * size * 0.11, y + 4, away * 15):
                tip = (0.0, -long)
                left = polygon([(-w, 0), (-w * 0.9, -long + w * 1.7), tip, (w * 0.1, -long + w * 2), (w * 0.1, 0)])
                right = polygon([(w, 0), (w * 0.9, -long + w * 1.7), tip, (w * 0.1, -long + w * 2), (w * 0.1, 0)])
                site.canvas.fill(left, linear((0, -long), (0, 0), tint(color, 0.75), tint(color, 0.2)))
                site.canvas.fill(right, linear((0, -long), (0, 0), tint(color, 0.2), shade(color, 0.4)))

    return draw


def iceberg(site: Site, x: float, y: float, size: float) -> None:
    """Draw an iceberg."""
    w = size * 1.2
    top = [(x - w * 0.5, y), (x - w * 0.42, y - size * 0.4), (x - w * 0.2, y - size * 0.62), (x - w * 0.05, y - size), (x + w * 0.16, y - size * 0.78), (x + w * 0.3, y - size * 0.4), (x + w * 0.52, y)]
    site.poly((226.0, 244.0, 252.0), *top)
    site.poly(ICE, (x - w * 0.05, y - size), (x + w * 0.16, y - size * 0.78), (x + w * 0.3, y - size * 0.4), (x + w * 0.52, y), (x + w * 0.1, y), (x + w * 0.02, y - size * 0.5))
    site.shadow(x, y + 4, w * 0.6, size * 0.06, 0.25)


def sailboat(hull: Color, sail: Color) -> Piece:
    """Return a sailing boat on the water."""

    def draw(site: Site, x: float, y: float, size: float) -> None:
        s = size / 100
        site.shadow(x, y + 2 * s, 62 * s, 9 * s, 0.4)
        site.line(WOOD, 3.4 * s, (x, y - 100 * s), (x, y - 8 * s))
        for side, top, wide in ((1, 98, 44), (-1, 88, 32)):
            cloth = Path().move(x + side * 4 * s, y - top * s)
            cloth.quad((x + side * wide * 0.9 * s, y - top * 0.5 * s), (x + side * wide * s, y - 24 * s))
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
        rim = Path().move(x - (50 - up) * s, y - (20 - up * 1.4) * s).quad((x, y - (6 - up * 1.2) * s), (x + (50 - up) * s, y - (20 - up * 1.4) * s))
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
        site.poly(shade(color, 0.22), (x + a * 0.35, y0), (x + b * 0.35, y1), (x + b, y1), (x + a, y0), soft=0.05)
    top = y - size * 0.8
    site.box(x - w * 0.85, top - 3, x + w * 0.85, top + 2, (70.0, 74.0, 90.0))
    site.box(x - w * 0.5, top - size * 0.11, x + w * 0.5, top - 3, (250.0, 224.0, 140.0))
    site.poly(RED, (x - w * 0.7, top - size * 0.11), (x, top - size * 0.2), (x + w * 0.7, top - size * 0.11))
    if site.lit:
        site.shine(x, top - size * 0.06, size * 0.6, WARM, 0.8)


def cloud(site: Site, x: float, y: float, size: float) -> None:
    """Draw a cloud whose base is at y."""
    white = mix(WHITE, site.colors.sky_middle, {"night": 0.6, "dusk": 0.35, "dawn": 0.22}.get(site.when.hour, 0.04))
    if site.when.weather in ("storm", "rain"):
        white = mix(white, site.colors.shadow, 0.4)
    brushes.cloud(site.canvas, x, y, size, mix(white, site.colors.haze, site.distance), site.rng)


def cloud_bank(y: float, size: float) -> Painting:
    """Return a floor of billowing cloud from y down."""

    def paint(site: Site) -> None:
        hour = {"night": 0.62, "dusk": 0.4, "dawn": 0.24}.get(site.when.hour, 0.03)
        white = mix(mix(WHITE, site.colors.sky_middle, hour), site.colors.haze, site.distance)
        low = mix(white, mix(site.colors.sky_top, (150.0, 160.0, 205.0), 0.5), 0.34)
        x = LEFT - size
        while x < RIGHT + size:
            r = size * site.rng.uniform(0.55, 1.0)
            cy = y + r * site.rng.uniform(0.55, 0.9)
            puff = radial((x - r * 0.25, cy - r * 0.55), r * 1.5, tint(white, 0.6), white, low)
            site.canvas.fill(ellipse(x, cy, r * 1.1, r), puff)
            x += r * 0.95
        base = rectangle(LEFT, y + size * 0.9, RIGHT, BOTTOM + 9)
        fade = Stop(0, white, 0), Stop(0.3, low, 1), Stop(1, shade(low, 0.12), 1)
        site.canvas.fill(base, linear((0, y + size * 0.9), (0, BOTTOM), *fade))

    return paint


def planet(color: Color, ring: Color | None = None) -> Piece:
    """Return a planet about (x, y) with a radius, with bands and maybe a ring."""

    def draw(site: Site, x: float, y: float, size: float) -> None:
        c, q = site.canvas, size
        halo(site, x, y, q * 1.7, color, 0.34)
        arc = Path().move(-q * 1.85, 0).cubic((-q * 1.85, q * 0.55), (q * 1.85, q * 0.55), (q * 1.85, 0))
        back = Path().move(-q * 1.85, 0).cubic((-q * 1.85, -q * 0.55), (q * 1.85, -q * 0.55), (q * 1.85, 0))
        with c.transformed(x, y, -18):
            if ring:
                c.stroke(back, shade(ring, 0.3), q * 0.16, 0.8)
            ball = radial((-q * 0.5, -q * 0.4), q * 1.7, tint(color, 0.45), color, shade(color, 0.8))
            c.fill(ellipse(0, 0, q), ball)
            with c.grouped(clip=ellipse(0, 0, q), alpha=0.32):
                for k, band in enumerate((-0.62, -0.3, 0.02, 0.3, 0.58)):
                    shape = ellipse(0, q * band, q * 1.1, q * site.rng.uniform(0.04, 0.1))
                    c.fill(shape, tint(color, 0.6) if k % 2 else shade(color, 0.4))
            if ring:
                c.stroke(arc, ring, q * 0.16, 0.95)
                c.stroke(arc, tint(ring, 0.5), q * 0.04, 0.8)

    return draw


def rim(hole: tuple[float, float, float, float], color: Color, floor: float, teeth: float) -> Painting:
    """Return the rocky mouth of a cave around a hole (x, y, rx, ry) down to its floor."""

    def paint(site: Site) -> None:
        x, y, rx, ry = hole
        inner: list[Point] = []
        for k in range(34):
            turn = math.tau * k / 34
            grow = 1 + site.rng.uniform(-0.08, 0.1)
            px, py = x + rx * grow * math.cos(turn), y + ry * grow * math.sin(turn)
            if math.sin(turn) < -0.2 and k % 2:
                py += site.rng.uniform(0.2, 1) * teeth
            inner.append((px, min(py, floor)))
        path = rectangle(LEFT - 60, TOP - 60, RIGHT + 60, BOTTOM + 60)
        path.move(*inner[0]).line(*inner[1:]).close()
        light = tint(color, 0.34)
        shading = radial((x, y), rx * 1.9, light, light, color, shade(color, 0.55))
        site.canvas.fill(path, shading, even_odd=True)
        for k in range(1, 34, 3):
            a, b = inner[k], inner[(k + 1) % 34]
            out = (a[0] + (a[0] - x) * site.rng.uniform(0.25, 0.6), a[1] + (a[1] - y) * site.rng.uniform(0.3, 0.7))
            site.canvas.fill(polygon([a, b, out]), tint(color, 0.5) if k % 2 else shade(color, 0.3), 0.3)

    return paint


def dune(y: float, height: float, color: Color) -> Painting:
    """Return dunes with a bright and a dark side."""

    def paint(site: Site) -> None:
        x = LEFT - 200
        while x < RIGHT + 200:
            w = height * site.rng.uniform(4.5, 7)
            h = height * site.rng.uniform(0.6, 1.1)
            peak = (x + w * site.rng.uniform(0.4, 0.6), y - h)
            body = Path().move(x, y + 60).cubic((x + w * 0.2, y), (peak[0] - w * 0.14, y - h), peak)
            body.cubic((peak[0] + w * 0.1, y - h * 0.9), (x + w * 0.85, y), (x + w, y + 60)).close()
            site.fill(body, color, 0.14)
            dark = Path().move(*peak).cubic((peak[0] + w * 0.1, y - h * 0.9), (x + w * 0.85, y), (x + w, y + 60))
            dark.line((peak[0] - w * 0.08, y + 60)).cubic((peak[0] + w * 0.1, y - h * 0.1), (peak[0] - w * 0.1, y - h * 0.4), peak).close()
            site.fill(dark, shade(color, 0.2), 0.1)
            x += w * site.rng.uniform(0.45, 0.65)
        site.canvas.fill(rectangle(LEFT, y + 50, RIGHT, BOTTOM), site.color(color))

    return paint


def blanket(points: list[Point], color: Color, site: Site) -> None:
    """Fill a smooth closed shape through points."""
    site.fill(smooth(points, closed=True), color, 0.2)
