"""Pieces of playgrounds and sports grounds."""

from miaobi.drawing.color import WHITE
from miaobi.drawing.path import Path
from miaobi.places.towns.site import Site
from miaobi.places.wild.yards import STEEL


def swing(site: Site, x: float, y: float, size: float) -> None:
    """Draw two swings on their frame."""
    w = size * 0.7
    for side in (-1, 1):
        for foot in (-0.2, 0.2):
            site.line(
                (230, 90, 80),
                size * 0.05,
                (x + side * w, y - size),
                (x + side * w + foot * size, y),
            )
    site.line((250, 196, 70), size * 0.06, (x - w, y - size), (x + w, y - size))
    for k in (-0.45, 0.4):
        for side in (-1, 1):
            site.line(
                STEEL,
                2.4,
                (x + k * w + side * 14, y - size),
                (x + k * w + side * 14, y - size * 0.24),
            )
        site.box(
            x + k * w - 22, y - size * 0.26, x + k * w + 22, y - size * 0.21, (80, 130, 200), 4
        )


def slide(site: Site, x: float, y: float, size: float) -> None:
    """Draw a playground tower with a slide."""
    for k in (-0.2, 0.2):
        site.box(x + k * size - 6, y - size * 0.8, x + k * size + 6, y, (90, 150, 210), 4)
    chute = (
        Path()
        .move(x - size * 0.16, y - size * 0.56)
        .cubic(
            (x - size * 0.5, y - size * 0.5),
            (x - size * 0.7, y - size * 0.1),
            (x - size * 1.0, y - size * 0.06),
        )
    )
    site.canvas.stroke(chute, site.color((214, 150, 30)), size * 0.15)
    site.canvas.stroke(chute, site.color((252, 206, 80)), size * 0.09)
    site.box(x - size * 0.26, y - size * 0.58, x + size * 0.26, y - size * 0.5, (240, 120, 90), 4)
    for k in range(1, 6):
        site.line(
            (240, 120, 90),
            5,
            (x + size * 0.2, y - size * 0.1 * k),
            (x + size * 0.36, y - size * 0.1 * k + 8),
        )
    site.line((90, 150, 210), 6, (x + size * 0.36, y), (x + size * 0.24, y - size * 0.5))
    site.poly(
        (226, 84, 84),
        (x - size * 0.32, y - size * 0.8),
        (x, y - size * 1.06),
        (x + size * 0.32, y - size * 0.8),
    )


def seesaw(site: Site, x: float, y: float, size: float) -> None:
    """Draw a seesaw."""
    site.poly((80, 150, 120), (x - size * 0.12, y), (x, y - size * 0.26), (x + size * 0.12, y))
    site.line(
        (240, 150, 70),
        size * 0.06,
        (x - size * 0.6, y - size * 0.1),
        (x + size * 0.6, y - size * 0.4),
    )
    for t, dy in ((-0.46, 0.14), (0.46, 0.36)):
        site.line(
            (90, 100, 120),
            4,
            (x + t * size, y - dy * size),
            (x + t * size, y - dy * size - size * 0.16),
        )


def goal(site: Site, x: float, y: float, size: float) -> None:
    """Draw a goal with its net."""
    w = size * 0.9
    for k in range(-8, 9):
        site.line(
            (236, 240, 246), 1.2, (x + k * w / 8, y - size * 0.6), (x + k * w / 8.4, y), alpha=0.6
        )
    for k in range(1, 7):
        site.line(
            (236, 240, 246),
            1.2,
            (x - w, y - k * size * 0.09),
            (x + w, y - k * size * 0.09),
            alpha=0.6,
        )
    site.line(
        WHITE, size * 0.05, (x - w, y), (x - w, y - size * 0.6), (x + w, y - size * 0.6), (x + w, y)
    )
