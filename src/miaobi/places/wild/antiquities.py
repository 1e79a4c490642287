"""Columns, temples and arches of long ago."""

from miaobi.drawing.color import Color, shade, tint
from miaobi.drawing.path import Path, ellipse
from miaobi.places.towns.site import Site
from miaobi.places.wild import scenery as s

MARBLE: Color = (240, 234, 224)


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
            site.poly(
                tint(color, 0.3),
                (x - w, y - h + 4),
                (x - w * 0.5, y - h - 9),
                (x, y - h - 2),
                (x + w * 0.5, y - h - 13),
                (x + w, y - h + 4),
            )
        else:
            site.box(x - w * 1.2, y - h - w * 0.5, x + w * 1.2, y - h, color, 4)
            site.box(x - w * 1.7, y - h - w * 1.1, x + w * 1.7, y - h - w * 0.5, color, 3)

    return draw


def greek_temple(site: Site, x: float, y: float, size: float) -> None:
    """Draw a temple with columns and a gable."""
    w, h = size * 0.95, size * 0.56
    for k in range(3):
        site.box(
            x - w * (1.14 - k * 0.05),
            y - 12 * (k + 1),
            x + w * (1.14 - k * 0.05),
            y - 12 * k,
            tint(MARBLE, 0.1 * k),
        )
    site.box(x - w, y - h, x + w, y - 36, shade(MARBLE, 0.4))
    for k in range(8):
        column()(site, x - w * 0.94 + k * w * 0.269, y - 36, h - 44)
    site.box(x - w * 1.06, y - h - size * 0.1, x + w * 1.06, y - h, MARBLE)
    site.poly(
        MARBLE, (x - w * 1.1, y - h - size * 0.1), (x, y - size), (x + w * 1.1, y - h - size * 0.1)
    )
    site.poly(
        shade(MARBLE, 0.16),
        (x - w * 0.86, y - h - size * 0.13),
        (x, y - size * 0.93),
        (x + w * 0.86, y - h - size * 0.13),
    )
    for k in range(-9, 10):
        site.line(
            shade(MARBLE, 0.24),
            4,
            (x + k * w * 0.11, y - h - size * 0.08),
            (x + k * w * 0.11, y - h - size * 0.02),
        )


def arch(site: Site, x: float, y: float, size: float) -> None:
    """Draw a broken stone arch, overgrown."""
    c: Color = (176, 168, 152)
    w = size * 0.5
    wall = (
        Path()
        .move(x - w, y)
        .line(
            (x - w, y - size * 0.9),
            (x - w * 0.5, y - size),
            (x - w * 0.1, y - size * 0.92),
            (x + w * 0.4, y - size * 0.98),
            (x + w * 0.7, y - size * 0.7),
            (x + w, y - size * 0.62),
            (x + w, y),
        )
    )
    wall.line((x + w * 0.5, y)).line((x + w * 0.5, y - size * 0.46)).cubic(
        (x + w * 0.5, y - size * 0.8), (x - w * 0.5, y - size * 0.8), (x - w * 0.5, y - size * 0.46)
    ).line((x - w * 0.5, y)).close()
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
