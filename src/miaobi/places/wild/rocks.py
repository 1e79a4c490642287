"""Rocks, crystals, ice, the mouths of caves and dunes."""

import math

from miaobi.drawing.canvas import linear, radial
from miaobi.drawing.color import WHITE, Color, mix, shade, tint
from miaobi.drawing.path import Path, Point, polygon, rectangle
from miaobi.places import brushes
from miaobi.places.place import BOTTOM, LEFT, RIGHT, TOP
from miaobi.places.towns.site import Painting, Site
from miaobi.places.wild.scenery import STONE, Piece, halo

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
        left = [
            (x - w, y),
            (x - w * 0.8 * a, y - size * 0.45),
            (x - w * 0.3, y - size * 0.86 * b),
            peak,
        ]
        middle = (x + w * 0.15, y - size * 0.5 * c)
        right = [
            peak,
            (x + w * 0.62, y - size * 0.72 * c),
            (x + w * 0.9 * b, y - size * 0.3),
            (x + w, y),
        ]
        site.poly(color, *left, middle, (x, y))
        site.poly(shade(color, 0.24), *right, (x, y), middle)
        if site.snowy:
            site.poly(
                WHITE, left[2], peak, right[1], (x + w * 0.2, y - size * 0.76), (x, y - size * 0.82)
            )

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
                left = polygon(
                    [
                        (-w, 0),
                        (-w * 0.9, -long + w * 1.7),
                        tip,
                        (w * 0.1, -long + w * 2),
                        (w * 0.1, 0),
                    ]
                )
                right = polygon(
                    [
                        (w, 0),
                        (w * 0.9, -long + w * 1.7),
                        tip,
                        (w * 0.1, -long + w * 2),
                        (w * 0.1, 0),
                    ]
                )
                site.canvas.fill(
                    left, linear((0, -long), (0, 0), tint(color, 0.75), tint(color, 0.2))
                )
                site.canvas.fill(
                    right, linear((0, -long), (0, 0), tint(color, 0.2), shade(color, 0.4))
                )

    return draw


def iceberg(site: Site, x: float, y: float, size: float) -> None:
    """Draw an iceberg."""
    w = size * 1.2
    top = [
        (x - w * 0.5, y),
        (x - w * 0.42, y - size * 0.4),
        (x - w * 0.2, y - size * 0.62),
        (x - w * 0.05, y - size),
        (x + w * 0.16, y - size * 0.78),
        (x + w * 0.3, y - size * 0.4),
        (x + w * 0.52, y),
    ]
    site.poly((226.0, 244.0, 252.0), *top)
    site.poly(
        ICE,
        (x - w * 0.05, y - size),
        (x + w * 0.16, y - size * 0.78),
        (x + w * 0.3, y - size * 0.4),
        (x + w * 0.52, y),
        (x + w * 0.1, y),
        (x + w * 0.02, y - size * 0.5),
    )
    site.shadow(x, y + 4, w * 0.6, size * 0.06, 0.25)


def rim(
    hole: tuple[float, float, float, float], color: Color, floor: float, teeth: float
) -> Painting:
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
            out = (
                a[0] + (a[0] - x) * site.rng.uniform(0.25, 0.6),
                a[1] + (a[1] - y) * site.rng.uniform(0.3, 0.7),
            )
            site.canvas.fill(
                polygon([a, b, out]), tint(color, 0.5) if k % 2 else shade(color, 0.3), 0.3
            )

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
            dark = (
                Path()
                .move(*peak)
                .cubic((peak[0] + w * 0.1, y - h * 0.9), (x + w * 0.85, y), (x + w, y + 60))
            )
            dark.line((peak[0] - w * 0.08, y + 60)).cubic(
                (peak[0] + w * 0.1, y - h * 0.1), (peak[0] - w * 0.1, y - h * 0.4), peak
            ).close()
            site.fill(dark, shade(color, 0.2), 0.1)
            x += w * site.rng.uniform(0.45, 0.65)
        site.canvas.fill(rectangle(LEFT, y + 50, RIGHT, BOTTOM), site.color(color))

    return paint
