"""Pieces of greenhouses, balconies and tea houses."""

import math

from miaobi.drawing.color import BLACK, WHITE, Color, mix, shade
from miaobi.places.interiors.pieces import (
    BRIGHT,
    DARK,
    LEAF,
    WOOD,
    Pen,
    Piece,
    draw_pot,
    pale,
)


def draw_plant_bench(pen: Pen) -> None:
    """Draw a bench with many plants in pots."""
    pen.shadow()
    for u in (0.04, 0.9):
        pen.box(u, 0, u + 0.05, 0.4, shade(WOOD, 0.2))
    pen.box(0, 0.36, 1, 0.44, WOOD)
    n = max(3, round(pen.width / 62))
    for k in range(n):
        u = (k + 0.05) / n
        top = pen.rng.uniform(0.8, 1.08)
        draw_pot(pen.part((u, 0.44, u + 0.92 / n, top), mix(BRIGHT[5], WOOD, 0.4)))
        for _ in range(4):
            bloom = u + pen.rng.uniform(0.1, 0.8) / n, pen.rng.uniform(0.7, top)
            pen.spot(*bloom, 7 / pen.width, BRIGHT[(k * 2) % 7])
    for k in range(n - 1):
        draw_pot(pen.part(((k + 0.4) / n, 0.0, (k + 1) / n, 0.32), shade(WOOD, 0.1)))


def draw_big_plant(pen: Pen) -> None:
    """Draw a tall plant with long hanging leaves."""
    pen.shape([(0.36, 0.22), (0.64, 0.22), (0.58, 0), (0.42, 0)], pen.color)
    for k in range(9):
        a = math.radians(20 + k * 17.5)
        tip = 0.5 + math.cos(a) * 0.5, 0.4 + math.sin(a) * 0.6
        middle = 0.5 + math.cos(a) * 0.3, 0.34 + math.sin(a) * 0.56
        leaf = mix(LEAF, WHITE if k % 2 else BLACK, 0.12)
        pen.blob(
            [
                (0.5, 0.22),
                (middle[0] - 0.07, middle[1]),
                tip,
                tip,
                (middle[0] + 0.07, middle[1] - 0.06),
            ],
            leaf,
        )


def draw_hanging_plant(pen: Pen) -> None:
    """Draw a basket with plants that hang down."""
    for u in (0.2, 0.8):
        pen.line([(0.5, 3), (u, 0.8)], DARK, 2)
    for k in range(7):
        u = 0.1 + k * 0.13
        low = pen.rng.uniform(-0.5, 0.2)
        pen.curve([(0.5, 0.8), (u, 0.9), (u, 0.4), (u + 0.04, low)], shade(LEAF, 0.1), 3)
        for c in range(4):
            pen.spot(u, 0.7 - c * (0.7 - low) / 4, 0.07, mix(LEAF, WHITE, 0.1 * (c % 2)))
    pen.blob([(0.16, 0.86), (0.22, 0.5), (0.78, 0.5), (0.84, 0.86)], WOOD)


def draw_lattice(pen: Pen) -> None:
    """Draw a Chinese lattice screen of dark wood with paper."""
    pen.box(0, 0, 1, 1, pen.color, 3)
    pen.box(0.06, 0.03, 0.94, 0.97, (252.0, 240.0, 212.0), 1)
    cells = max(2, round(pen.height / 62))
    for k in range(cells):
        v, t = 0.03 + k * 0.94 / cells, 0.94 / cells
        pen.canvas.stroke(pen.path(0.06, v, 0.94, v + t), pen.color, 4)
        pen.canvas.stroke(pen.path(0.28, v + t * 0.25, 0.72, v + t * 0.75), pen.color, 4)
        for u0, u1 in ((0.06, 0.28), (0.72, 0.94)):
            pen.line([(u0, v + t / 2), (u1, v + t / 2)], pen.color, 4)
        for v0, v1 in ((v, v + t * 0.25), (v + t * 0.75, v + t)):
            pen.line([(0.5, v0), (0.5, v1)], pen.color, 4)


def draw_scroll(pen: Pen) -> None:
    """Draw a hanging scroll with mountains, bamboo or a branch in ink."""
    pen.box(0, 0.02, 1, 0.98, pen.color, 1)
    pen.flat(0.12, 0.14, 0.88, 0.86, (250.0, 244.0, 228.0))
    ink: Color = (70.0, 80.0, 84.0)
    if pen.rng.random() < 0.5:
        for k in range(3):
            u = 0.2 + k * 0.22
            pen.blob(
                [
                    (u - 0.1, 0.3),
                    (u + 0.04, 0.66 - k * 0.1),
                    (u + 0.08, 0.66 - k * 0.1),
                    (u + 0.2, 0.3),
                ],
                pale(ink, 0.2 + k * 0.2),
            )
        pen.spot(0.7, 0.72, 0.08, BRIGHT[0])
    else:
        for u in (0.36, 0.6):
            pen.line([(u, 0.18), (u + 0.04, 0.82)], (96.0, 140.0, 96.0), 4)
            for k in range(4):
                v = 0.34 + k * 0.12
                pen.shape([(u, v), (u + 0.2, v - 0.06), (u + 0.1, v + 0.03)], (96.0, 140.0, 96.0))
    for v in (0, 0.97):
        pen.box(-0.06, v, 1.06, v + 0.03, shade(WOOD, 0.2))


def draw_tea_table(pen: Pen) -> None:
    """Draw a low table with a teapot and cups, and stools."""
    pen.shadow()
    for u in (0.06, 0.86):
        pen.box(u, 0, u + 0.08, 0.56, shade(pen.color, 0.2))
    pen.box(0, 0.52, 1, 0.66, pen.color, 3)
    pot: Color = (150.0, 84.0, 62.0)
    pen.curve([(0.36, 0.8), (0.26, 0.84), (0.24, 1.02)], pot, 8)
    pen.ball(0.48, 0.84, 0.14, pot, 0.86 * 0.9)
    pen.ball(0.48, 1.06, 0.03, pot)
    pen.curve([(0.6, 0.98), (0.72, 0.94), (0.7, 0.76), (0.6, 0.74)], pot, 6)
    for u in (0.1, 0.78, 0.9):
        pen.box(u, 0.66, u + 0.07, 0.8, (220.0, 232.0, 224.0), 5)
    for k in range(3):
        pen.spot(0.22 + k * 0.02, 1.18 + k * 0.12, 0.03 + k * 0.012, WHITE, 1, 0.35)


def draw_railing(pen: Pen) -> None:
    """Draw the railing of a balcony with flower boxes."""
    pen.box(0, 0.88, 1, 1, pen.color, 6)
    pen.box(0, 0.06, 1, 0.14, pen.color)
    n = round(pen.width / 30)
    for k in range(n):
        pen.pillar((k + 0.3) / n, 0.1, (k + 0.7) / n, 0.9, pen.color)
    for k in range(round(pen.width / 420)):
        u = (k + 0.25) * 420 / pen.width
        for c in range(14):
            x = u + (c * 11 + pen.rng.uniform(-4, 4)) / pen.width
            pen.spot(x, 1.1 + pen.rng.uniform(0, 0.16), 13 / pen.width, LEAF)
            pen.spot(x, 1.16 + pen.rng.uniform(0, 0.18), 7 / pen.width, BRIGHT[(c + k) % 7])
        pen.box(u - 10 / pen.width, 0.78, u + 160 / pen.width, 1.08, BRIGHT[5], 4)


PIECES: dict[str, Piece] = {
    "big_plant": draw_big_plant,
    "hanging_plant": draw_hanging_plant,
    "lattice": draw_lattice,
    "plant_bench": draw_plant_bench,
    "railing": draw_railing,
    "scroll": draw_scroll,
    "tea_table": draw_tea_table,
}
