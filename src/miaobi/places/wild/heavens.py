"""Clouds and planets."""

from miaobi.drawing.canvas import Stop, linear, radial
from miaobi.drawing.color import WHITE, Color, mix, shade, tint
from miaobi.drawing.path import Path, ellipse, rectangle
from miaobi.places import brushes
from miaobi.places.place import BOTTOM, LEFT, RIGHT
from miaobi.places.towns.site import Painting, Site
from miaobi.places.wild.scenery import Piece, halo


def cloud(site: Site, x: float, y: float, size: float) -> None:
    """Draw a cloud whose base is at y."""
    white = mix(
        WHITE,
        site.colors.sky_middle,
        {"night": 0.6, "dusk": 0.35, "dawn": 0.22}.get(site.when.hour, 0.04),
    )
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
        arc = (
            Path()
            .move(-q * 1.85, 0)
            .cubic((-q * 1.85, q * 0.55), (q * 1.85, q * 0.55), (q * 1.85, 0))
        )
        back = (
            Path()
            .move(-q * 1.85, 0)
            .cubic((-q * 1.85, -q * 0.55), (q * 1.85, -q * 0.55), (q * 1.85, 0))
        )
        with c.transformed(x, y, -18):
            if ring:
                c.stroke(back, shade(ring, 0.3), q * 0.16, 0.8)
            ball = radial(
                (-q * 0.5, -q * 0.4), q * 1.7, tint(color, 0.45), color, shade(color, 0.8)
            )
            c.fill(ellipse(0, 0, q), ball)
            with c.grouped(clip=ellipse(0, 0, q), alpha=0.32):
                for k, band in enumerate((-0.62, -0.3, 0.02, 0.3, 0.58)):
                    shape = ellipse(0, q * band, q * 1.1, q * site.rng.uniform(0.04, 0.1))
                    c.fill(shape, tint(color, 0.6) if k % 2 else shade(color, 0.4))
            if ring:
                c.stroke(arc, ring, q * 0.16, 0.95)
                c.stroke(arc, tint(ring, 0.5), q * 0.04, 0.8)

    return draw
