"""Buildings of fairy tales and parks: castles, towers, wheels, tents and balloons."""

import math

from miaobi.drawing.canvas import linear
from miaobi.drawing.color import Color, mix, shade, tint
from miaobi.drawing.path import Path, ellipse, rectangle
from miaobi.places.fantasy.tale_pieces import RAINBOW
from miaobi.places.towns import buildings
from miaobi.places.towns.buildings import GOLD, SNOW, WOOD, arch
from miaobi.places.towns.site import WARM, Site


def turret(site: Site, x: float, y: float, w: float, h: float, wall: Color, tiles: Color) -> None:
    """Draw a round tower with battlements, a pointed roof and a flag."""
    top, cone = y - h * 0.68, h * 0.32
    site.tube(x - w / 2, top, x + w / 2, y, wall)
    site.tube(x - w * 0.6, top - w * 0.08, x + w * 0.6, top + w * 0.2, tint(wall, 0.12))
    rows = max(1, int(h * 0.62 / (w * 1.3)))
    for k in range(rows):
        buildings.window(site, x, top + w * 0.9 + k * w * 1.3, w * 0.24, w * 0.46, True)
    roof = (
        Path()
        .move(x - w * 0.72, top)
        .quad((x - w * 0.2, top - cone * 0.4), (x, top - cone))
        .quad((x + w * 0.2, top - cone * 0.4), (x + w * 0.72, top))
        .quad((x, top + w * 0.14), (x - w * 0.72, top))
        .close()
    )
    c = site.color(SNOW if site.snowy else tiles)
    site.canvas.fill(
        roof,
        linear((x - w * 0.6, 0), (x + w * 0.6, 0), tint(c, 0.24 * site.tone[0]), c, shade(c, 0.36)),
    )
    site.line(GOLD, 2.4, (x, top - cone), (x, top - cone - w * 0.5))
    fy = top - cone - w * 0.5
    site.poly(mix(tiles, GOLD, 0.5), (x, fy), (x + w * 0.46, fy + w * 0.13), (x, fy + w * 0.26))


def battlement(site: Site, left: float, y: float, right: float, h: float, wall: Color) -> None:
    """Draw a wall of stones with battlements from left to r."""
    site.box(left, y - h, right, y, wall, soft=0.26)
    step = h * 0.16
    for k in range(int((right - left) / step / 2) + 1):
        site.box(
            left + k * step * 2,
            y - h - step,
            min(right, left + k * step * 2 + step),
            y - h + 1,
            wall,
        )
    for _ in range(int((right - left) * h / 2600)):
        x, by = site.rng.uniform(left + 4, right - 30), site.rng.uniform(y - h * 0.92, y - 12)
        site.canvas.fill(rectangle(x, by, x + 24, by + 10, 3), site.color(shade(wall, 0.2)), 0.4)


def castle(site: Site, x: float, y: float, w: float, h: float, wall: Color, tiles: Color) -> None:
    """Draw a castle with a gate and many towers."""
    for dx, size, up in ((-0.2, 0.1, 0.86), (0.2, 0.1, 0.82), (0.0, 0.14, 1.0)):
        turret(site, x + dx * w, y - h * 0.1, w * size, h * up, tint(wall, 0.1), tiles)
    battlement(site, x - w * 0.28, y, x + w * 0.28, h * 0.46, tint(wall, 0.06))
    for dx in (-0.18, 0.0, 0.18):
        buildings.window(site, x + dx * w, y - h * 0.3, w * 0.035, h * 0.07, True)
    for dx, up in ((-0.3, 0.66), (0.3, 0.7)):
        turret(site, x + dx * w, y, w * 0.12, h * up, wall, tiles)
    battlement(site, x - w * 0.5, y, x + w * 0.5, h * 0.24, wall)
    for dx in (-0.5, 0.5):
        turret(site, x + dx * w, y, w * 0.11, h * 0.5, wall, tiles)
    site.fill(arch(x, y, w * 0.17, h * 0.24), shade(wall, 0.3))
    site.fill(arch(x, y, w * 0.13, h * 0.2), WOOD, 0.3)
    for k in range(-2, 3):
        site.line(shade(WOOD, 0.4), 2, (x + k * w * 0.024, y), (x + k * w * 0.024, y - h * 0.17))
    if site.lit:
        site.shine(x, y - h * 0.1, w * 0.2, WARM, 0.5)


def ferris_wheel(site: Site, x: float, y: float, r: float) -> None:
    """Draw a ferris wheel that stands on y."""
    cy, steel = y - r * 1.2, (236.0, 240.0, 246.0)
    for sign in (-1, 1):
        site.line((150.0, 160.0, 180.0), r * 0.05, (x, cy), (x + sign * r * 0.5, y))
    for ring in (1.0, 0.92, 0.3):
        site.canvas.stroke(ellipse(x, cy, r * ring), site.color(steel), r * 0.024)
    for k in range(12):
        a = k * math.pi / 6 + 0.2
        gx, gy = x + r * math.cos(a), cy + r * math.sin(a)
        site.line(steel, r * 0.014, (x, cy), (gx, gy))
        hue = RAINBOW[k % 6]
        site.fill(
            Path()
            .move(gx - r * 0.1, gy + r * 0.06)
            .quad((gx, gy - r * 0.06), (gx + r * 0.1, gy + r * 0.06))
            .close(),
            tint(hue, 0.3),
        )
        site.box(gx - r * 0.09, gy + r * 0.1, gx + r * 0.09, gy + r * 0.2, hue, r * 0.05)
        site.line(hue, r * 0.014, (gx - r * 0.08, gy + r * 0.06), (gx - r * 0.08, gy + r * 0.12))
        site.line(hue, r * 0.014, (gx + r * 0.08, gy + r * 0.06), (gx + r * 0.08, gy + r * 0.12))
        if site.lit:
            site.shine(gx, gy, r * 0.2, hue, 0.7)
    site.disc(x, cy, r * 0.09, GOLD)


def tent(site: Site, x: float, y: float, w: float, h: float, color: Color) -> None:
    """Draw a striped circus tent."""
    for k in range(8):
        a, b = x - w / 2 + k * w / 8, x - w / 2 + (k + 1) * w / 8
        c = color if k % 2 == 0 else (252.0, 246.0, 234.0)
        site.poly(
            c,
            (x + (a - x) * 0.86, y),
            (a, y - h * 0.42),
            (b, y - h * 0.42),
            (x + (b - x) * 0.86, y),
        )
        roof = (
            Path()
            .move(a, y - h * 0.4)
            .quad((x + (a - x) * 0.4, y - h * 0.58), (x, y - h))
            .quad((x + (b - x) * 0.4, y - h * 0.58), (b, y - h * 0.4))
            .quad(((a + b) / 2, y - h * 0.32), (a, y - h * 0.4))
            .close()
        )
        site.fill(roof, c, 0.2)
    site.fill(
        arch(x, y, w * 0.2, h * 0.32), (90.0, 40.0, 60.0) if not site.lit else (255.0, 220.0, 150.0)
    )
    site.line(GOLD, 3, (x, y - h), (x, y - h * 1.16))
    site.poly(color, (x, y - h * 1.16), (x + w * 0.1, y - h * 1.11), (x, y - h * 1.06))


def balloon(site: Site, x: float, y: float, r: float, color: Color) -> None:
    """Draw a hot-air balloon about (x, y)."""
    envelope = (
        Path()
        .move(x - r * 0.2, y + r * 1.2)
        .cubic((x - r * 0.5, y + r * 0.8), (x - r, y + r * 0.5), (x - r, y))
        .cubic((x - r, y - r * 1.3), (x + r, y - r * 1.3), (x + r, y))
        .cubic((x + r, y + r * 0.5), (x + r * 0.5, y + r * 0.8), (x + r * 0.2, y + r * 1.2))
        .close()
    )
    site.fill(envelope, color, 0.24)
    with site.canvas.grouped(clip=envelope):
        for width in (0.72, 0.24):
            band = ellipse(x, y, r * width, r * 1.4)
            site.fill(band, tint(color, 0.5) if width > 0.5 else color, 0.24)
    for sign in (-1, 1):
        site.line(WOOD, 1.4, (x + sign * r * 0.2, y + r * 1.2), (x + sign * r * 0.16, y + r * 1.46))
    site.box(x - r * 0.2, y + r * 1.44, x + r * 0.2, y + r * 1.72, (176.0, 124.0, 76.0), 4)
