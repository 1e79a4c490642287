"""Pieces of old Chinese buildings: roofs with turned-up corners, halls, pagodas, columns."""

from miaobi.drawing.color import Color, mix, shade
from miaobi.drawing.path import Path, rectangle
from miaobi.places.towns.buildings import GOLD, RED, SNOW, STONE, WOOD, window
from miaobi.places.towns.site import Site


def eaves(
    site: Site, x: float, y: float, w: float, h: float, color: Color, trim: Color = GOLD
) -> None:
    """Draw a Chinese roof with turned-up corners, w wide."""
    left, right, ridge = x - w / 2, x + w / 2, w * 0.3
    path = (
        Path()
        .move(left, y - h * 0.2)
        .cubic((left + w * 0.1, y - h * 0.1), (x - ridge, y - h * 0.5), (x - ridge, y - h))
    )
    path.line((x + ridge, y - h)).cubic(
        (x + ridge, y - h * 0.5), (right - w * 0.1, y - h * 0.1), (right, y - h * 0.2)
    )
    path.quad((right - w * 0.06, y + h * 0.06), (right - w * 0.16, y + h * 0.06)).line(
        (left + w * 0.16, y + h * 0.06)
    ).quad((left + w * 0.06, y + h * 0.06), (left, y - h * 0.2)).close()
    site.fill(path, SNOW if site.snowy else color, 0.24)
    with site.canvas.grouped(clip=path):
        for k in range(-11, 12):
            top, low = x + k * ridge / 11, x + k * w * 0.45 / 11
            site.line(
                shade(color, 0.3),
                1.8,
                (top, y - h),
                ((top + low) / 2 - k * 0.2, y - h * 0.45),
                (low, y + h * 0.1),
                alpha=0.22 if site.snowy else 0.5,
            )
    under = (
        Path()
        .move(left, y - h * 0.2)
        .quad((left + w * 0.06, y + h * 0.06), (left + w * 0.16, y + h * 0.06))
        .line((right - w * 0.16, y + h * 0.06))
        .quad((right - w * 0.06, y + h * 0.06), (right, y - h * 0.2))
    )
    site.canvas.stroke(under, site.color(trim), max(1.6, h * 0.06))
    site.box(
        x - ridge - w * 0.01,
        y - h * 1.08,
        x + ridge + w * 0.01,
        y - h * 0.96,
        shade(color, 0.25),
        2,
    )
    for sign in (-1, 1):
        site.disc(x + sign * ridge, y - h * 1.1, h * 0.08, trim)


def columns(
    site: Site, left: float, y: float, right: float, h: float, color: Color, count: int
) -> None:
    """Draw a row of round columns from left to r."""
    w = (right - left) / count * 0.16
    for k in range(count):
        x = left + (right - left) * k / (count - 1)
        site.tube(x - w, y - h, x + w, y, color)
        site.box(x - w * 1.4, y - h * 0.06, x + w * 1.4, y, STONE)
        site.box(x - w * 1.3, y - h, x + w * 1.3, y - h * 0.94, GOLD)


def hall(
    site: Site,
    x: float,
    y: float,
    w: float,
    h: float,
    tiles: Color,
    wall: Color = RED,
    tiers: int = 2,
) -> None:
    """Draw a Chinese hall with columns and a roof of one or more tiers."""
    body = h * (0.42 if tiers > 1 else 0.55)
    site.box(x - w * 0.38, y - body, x + w * 0.38, y, wall, soft=0.24)
    _lattices(site, x, y, w * 0.7, body * 0.8)
    columns(site, x - w * 0.38, y, x + w * 0.38, body, shade(wall, 0.06), 6)
    site.box(x - w * 0.4, y - body * 1.04, x + w * 0.4, y - body * 0.88, (60.0, 116.0, 130.0))
    site.box(x - w * 0.4, y - body * 0.98, x + w * 0.4, y - body * 0.95, GOLD)
    rise = (h - body) / tiers
    for tier in range(tiers):
        width, base = w * (1 - tier * 0.2), y - body - tier * rise
        if tier:
            site.box(x - width * 0.4, base - 2, x + width * 0.4, base + rise * 0.26, wall)
        eaves(site, x, base, width, rise * 0.86, tiles)


def _lattices(site: Site, x: float, y: float, w: float, h: float) -> None:
    for k in range(5):
        cx = x + (k - 2) * w * 0.21
        if site.lit:
            site.canvas.fill(
                rectangle(cx - w * 0.08, y - h, cx + w * 0.08, y - h * 0.3),
                mix((255.0, 206.0, 120.0), site.colors.haze, site.distance * 0.4),
            )
        else:
            site.box(cx - w * 0.08, y - h, cx + w * 0.08, y - h * 0.3, (226.0, 190.0, 130.0))
        for j in range(1, 4):
            lx = cx - w * 0.08 + j * w * 0.04
            site.line(WOOD, 1.6, (lx, y - h), (lx, y - h * 0.3))
        for j in range(1, 4):
            ly = y - h + j * h * 0.175
            site.line(WOOD, 1.6, (cx - w * 0.08, ly), (cx + w * 0.08, ly))
        site.box(cx - w * 0.08, y - h * 0.3, cx + w * 0.08, y, shade(RED, 0.2))


def pagoda(
    site: Site, x: float, y: float, w: float, h: float, tiers: int, tiles: Color, wall: Color = RED
) -> None:
    """Draw a pagoda of several tiers."""
    rise = h * 0.88 / tiers
    for tier in range(tiers):
        width, base = w * (1 - tier * 0.6 / tiers), y - tier * rise
        site.tube(x - width * 0.32, base - rise * 0.7, x + width * 0.32, base, wall)
        window(site, x, base - rise * 0.14, width * 0.14, rise * 0.4, True)
        eaves(site, x, base - rise * 0.6, width, rise * 0.44, tiles)
    site.line(GOLD, w * 0.03, (x, y - h * 0.86), (x, y - h))
    site.disc(x, y - h * 0.94, w * 0.04, GOLD)
