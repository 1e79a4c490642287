"""Scenery of outdoor places: hills, peaks, water, floors and rows of pieces, each a painting.

A piece is drawn by (site, x, y, size), stands on y and is centered on x."""

import math
from collections.abc import Callable
from dataclasses import replace

from miaobi.drawing.canvas import Stop, linear, radial
from miaobi.drawing.color import WHITE, Color, mix, shade, tint
from miaobi.drawing.path import Path, ellipse, rectangle, smooth
from miaobi.places import brushes, greenery
from miaobi.places.conditions import Conditions, Palette, air, palette
from miaobi.places.place import BOTTOM, LEFT, RIGHT, TOP, Place
from miaobi.places.sky import paint_sky
from miaobi.places.towns.site import Painting, Plan, Site, build, join, spread

Piece = Callable[[Site, float, float, float], None]
SNOW: Color = (240.0, 246.0, 253.0)
SAND: Color = (242.0, 216.0, 160.0)
STONE: Color = (140.0, 142.0, 156.0)
SEA: Color = (34.0, 132.0, 186.0)
SHALLOW: Color = (120.0, 214.0, 220.0)
LAKE: Color = (52.0, 128.0, 166.0)
EMPTY = (270.0, 1010.0)  # figures stand between these


def outdoors(when: Conditions, plan: Plan, colors: Palette | None = None) -> Place:
    """Return the place of a plan under these conditions."""
    return build(plan, when, colors or palette(when))


def floats(place: Place) -> Place:
    """Return a place in which nothing stands."""
    return replace(place, floating=True)


def leafy(site: Site, darker: float = 0.0) -> Color:
    """Return the color of leaves here and now."""
    return air(shade(site.colors.foliage, darker), site.colors, site.distance)


def grassy(site: Site, darker: float = 0.0) -> Color:
    """Return the color of grass here and now."""
    return air(shade(site.colors.grass, darker), site.colors, site.distance)


def earth(site: Site, color: Color | None, darker: float = 0.0) -> Color:
    """Return the color of a ground, under snow where it lies; None: of grass."""
    if color is None:
        return grassy(site, darker)
    now = site.color(shade(color, darker))
    return mix(now, site.color(SNOW), 0.72) if site.snowy else now


def together(*paintings: Painting) -> Painting:
    """Return a painting of several, one over the other."""

    def paint(site: Site) -> None:
        for painting in paintings:
            painting(site)

    return paint


def sky_to(horizon: float) -> Painting:
    """Return the sky of the hour, down to a horizon."""
    return lambda site: paint_sky(site.canvas, site.colors, site.when, horizon)


def hills(y: float, height: float, color: Color | None = None, low: float = 0.25) -> Painting:
    """Return hills about y, of grass or a color."""

    def paint(site: Site) -> None:
        top = earth(site, color)
        outline = brushes.ridge(y, height, site.rng)
        brushes.land(site.canvas, outline, tint(top, 0.12 * site.tone[0]), shade(top, low))

    return paint


def peaks(y: float, height: float, color: Color, snow: float = 0.0) -> Painting:
    """Return a range of mountains which stands on y, with snow on its upper part."""

    def paint(site: Site) -> None:
        white = min(0.8, snow + (0.3 if site.snowy else 0.0))
        brushes.mountains(site.canvas, y, height, site.color(color), white, site.rng)

    return paint


def row(
    piece: Piece,
    y: float,
    size: float,
    step: float,
    vary: float = 0.25,
    clear: tuple[float, float] | None = None,
) -> Painting:
    """Return a row of a piece from left to right, not within `clear`."""

    def paint(site: Site) -> None:
        for x in spread(site.rng, step, 0.28):
            big = size * site.rng.uniform(1 - vary, 1 + vary)
            if clear is None or not clear[0] < x < clear[1]:
                piece(site, x, y + site.rng.uniform(-0.02, 0.04) * size, big)

    return paint


def put(piece: Piece, *spots: tuple[float, float, float]) -> Painting:
    """Return a piece at each (x, y, size)."""

    def paint(site: Site) -> None:
        for x, y, size in spots:
            piece(site, x, y, size)

    return paint


def scatter(
    piece: Piece, count: int, top: float, bottom: float, size: float, empty: bool = False
) -> Painting:
    """Return pieces strewn over the floor, larger where it is nearer; empty: not among figures."""

    def paint(site: Site) -> None:
        for y in sorted(site.rng.uniform(top, bottom) for _ in range(count)):
            x, near = site.rng.uniform(LEFT, RIGHT), 0.6 + 0.6 * (y - top) / max(1, bottom - top)
            big = size * near * site.rng.uniform(0.8, 1.2)
            if not (empty and EMPTY[0] < x < EMPTY[1]):
                piece(site, x, y, big)

    return paint


def mist(y: float, height: float, alpha: float = 0.5) -> Painting:
    """Return banks of mist about y."""

    def paint(site: Site) -> None:
        color = tint(site.colors.haze, 0.25)
        brushes.mist(site.canvas, y, height, color, alpha, site.rng)

    return paint


def floor(
    y: float,
    color: Color | None = None,
    blades: int = 0,
    bloom: int = 0,
    bumps: float = 6.0,
    low: float = 0.34,
) -> Painting:
    """Return the ground of figures, with blades of grass and flowers on it."""

    def paint(site: Site) -> None:
        top = earth(site, color)
        outline = brushes.ridge(y, bumps, site.rng)
        brushes.land(site.canvas, outline, tint(top, 0.14 * site.tone[0]), shade(top, low), 210)
        if blades:
            greenery.grass(site.canvas, y + 14, blades, 18, grassy(site, 0.12), site.rng, 10)
            greenery.grass(site.canvas, y + 80, blades // 2, 26, grassy(site, 0.24), site.rng, 46)
        if bloom and not site.snowy:
            greenery.flowers(site.canvas, y + 58, bloom, site.rng, site.colors, 50)

    return paint


def water(top: float, bottom: float, color: Color = SEA, glints: int = 90) -> Painting:
    """Return water which mirrors the sky at `top` and is deeper toward `bottom`."""

    def paint(site: Site) -> None:
        colors = site.colors
        deep = site.color(color)
        far = mix(colors.sky_bottom, deep, 0.3)
        box = rectangle(LEFT, top, RIGHT, BOTTOM + 20)
        shading = linear((0, top), (0, bottom), far, mix(far, deep, 0.6), deep)
        site.canvas.fill(box, shading)
        light = tint(colors.sky_bottom, 0.5)
        for alpha in (0.14, 0.26, 0.42):
            waves = []
            for _ in range(glints // 3):
                t = site.rng.random() ** 1.5
                y, w = top + 3 + t * (bottom - top), 6 + 46 * t * site.rng.uniform(0.6, 1.4)
                x = site.rng.uniform(LEFT, RIGHT)
                waves.append(ellipse(x, y, w, 0.8 + 2.0 * t))
            site.canvas.fill(join(waves), light, alpha)

    return paint


def shore(y: float, color: Color | None = SAND, slope: float = 0.0, foam: bool = True) -> Painting:
    """Return a ground before water, with foam along its edge."""

    def paint(site: Site) -> None:
        outline = [(x, py + slope * (x - 640)) for x, py in brushes.ridge(y, 9, site.rng, 40)]
        if foam:
            for lift, width, alpha in ((13, 10, 0.35), (4, 9, 0.8)):
                edge = smooth([(x, py - lift) for x, py in outline])
                site.canvas.stroke(edge, site.color(WHITE), width, alpha)
        top = earth(site, color)
        wet = mix(top, site.color((150.0, 128.0, 104.0)), 0.45 if foam else 0.0)
        path = brushes.land(site.canvas, outline, wet, top, 40)
        shading = linear((0, y + 30), (0, BOTTOM), Stop(0, top, 0), Stop(1, shade(top, 0.3), 1))
        site.canvas.fill(path, shading)

    return paint


def path_to(x: float, y: float, color: Color, width: float = 300.0, far: float = 26.0) -> Painting:
    """Return a path over the floor, which winds to (x, y)."""

    def paint(site: Site) -> None:
        tone = earth(site, color)
        way = Path().move(x - far, y)
        way.cubic((x - far - 60, y + 50), (560 - width, 700), (560 - width, BOTTOM))
        way.line((720 + width, BOTTOM))
        way.cubic((720 + width, 690), (x + far + 30, y + 60), (x + far, y)).close()
        site.canvas.fill(way, linear((0, y), (0, BOTTOM), tone, shade(tone, 0.25)))

    return paint


def rays(x: float, count: int, width: float, bottom: float, alpha: float = 0.16) -> Painting:
    """Return shafts of light which fall from above x."""

    def paint(site: Site) -> None:
        light = site.colors.key
        for k in range(count):
            t = (k - (count - 1) / 2) / max(1, count - 1)
            left = x + t * width + site.rng.uniform(-20, 20)
            foot, wide = left + t * width * 0.9, site.rng.uniform(24, 60)
            shaft = Path().move(left, TOP).line((left + wide, TOP), (foot + wide * 2.6, bottom))
            shaft.line((foot - wide, bottom)).close()
            fade = Stop(0, light, alpha), Stop(1, light, 0)
            site.canvas.fill(shaft, linear((0, TOP), (0, bottom), *fade))

    return paint


def edge(color: Color, *spots: tuple[float, float, float]) -> Painting:
    """Return dark round shapes at the edges of the front."""

    def paint(site: Site) -> None:
        dark = shade(site.color(color), 0.62)
        for x, y, size in spots:
            for k in range(5):
                turn = k * 0.7 + site.rng.uniform(-0.2, 0.2)
                cx, cy = x + size * math.cos(turn) * 0.7, y - abs(size * math.sin(turn)) * 0.4
                site.canvas.fill(ellipse(cx, cy, size * 0.5, size * 0.45), dark)

    return paint


def ferns(site: Site) -> None:
    """Draw dark leaves in the lower corners of the front."""
    r, g, b = shade(site.colors.foliage, 0.5)
    color = (r * 0.7, g * 0.86, b * 0.8)
    leaves = (
        (-140, 760, 320, -52),
        (-90, 810, 310, -80),
        (1370, 780, 320, -122),
        (1420, 800, 320, -100),
    )
    for x, y, length, turn in leaves:
        greenery.fern(site.canvas, x, y, length, turn, color)


def hanging(site: Site) -> None:
    """Draw dark leaves which hang into the upper corners of the front."""
    color = shade(site.colors.foliage, 0.68)
    for x, turn in ((-220, 40), (-90, 66), (60, 84), (1500, 140), (1370, 112), (1230, 96)):
        greenery.fern(site.canvas, x, TOP - 20, site.rng.uniform(190, 270), turn, color)


def halo(site: Site, x: float, y: float, radius: float, color: Color, alpha: float) -> None:
    """Draw a soft round light without a bright middle."""
    fading = radial((x, y), radius, Stop(0, color, alpha), Stop(1, color, 0))
    site.canvas.fill(ellipse(x, y, radius), fading)
