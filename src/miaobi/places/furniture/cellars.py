"""Pieces of dungeons and cellars."""

from miaobi.drawing.color import Color, mix, shade, tint
from miaobi.drawing.path import ellipse
from miaobi.places.interiors.pieces import DARK, GOLD, Pen, Piece

STONE: Color = (110.0, 108.0, 122.0)
VELVET: Color = (150.0, 40.0, 60.0)


def draw_bars(pen: Pen) -> None:
    """Draw the iron bars of a cell, dark behind."""
    pen.canvas.fill(pen.path(-0.04, 0, 1.04, 1.03, 12), shade(STONE, 0.4))
    pen.canvas.fill(pen.path(0, 0, 1, 1, 8), (26.0, 22.0, 34.0))
    n = max(3, round(pen.width / 34))
    for k in range(n + 1):
        pen.pillar(k / n - 0.018, 0, k / n + 0.018, 1, (120.0, 124.0, 136.0))
    for v in (0.1, 0.52, 0.92):
        pen.box(0, v, 1, v + 0.03, (100.0, 104.0, 118.0))
    pen.box(0.44, 0.44, 0.56, 0.6, GOLD, 4)
    pen.spot(0.5, 0.53, 0.02, DARK)


def draw_chains(pen: Pen) -> None:
    """Draw chains on the wall with rings."""
    for u in (0.2, 0.8):
        n = round(pen.height / 15)
        for k in range(n):
            x, y = pen.at(u, 1 - k / n)
            flat = (4.0, 8.0) if k % 2 else (6.0, 8.0)
            pen.canvas.stroke(ellipse(x, y, *flat), (136.0, 140.0, 150.0), 3)
        pen.canvas.stroke(ellipse(*pen.at(u, -0.08), 14), (136.0, 140.0, 150.0), 6)


def draw_straw(pen: Pen) -> None:
    """Draw a heap of straw."""
    pen.blob(
        [(0, 0), (0.1, 0.5), (0.4, 0.9), (0.7, 0.8), (0.95, 0.4), (1, 0)], (206.0, 168.0, 92.0)
    )
    for _ in range(40):
        u, v = pen.rng.uniform(0.05, 0.95), pen.rng.uniform(0.05, 0.6)
        end = u + pen.rng.uniform(-0.12, 0.12), v + pen.rng.uniform(0.1, 0.4)
        pen.line([(u, v), end], tint((206.0, 168.0, 92.0), pen.rng.random() * 0.4), 2)


def draw_barrels(pen: Pen) -> None:
    """Draw barrels that lie on top of each other."""
    pen.shadow()
    tall = pen.width / pen.height
    for u, v in (
        (0.18, 0.16 * tall),
        (0.5, 0.16 * tall),
        (0.82, 0.16 * tall),
        (0.34, 0.44 * tall),
        (0.66, 0.44 * tall),
    ):
        pen.ball(u, v, 0.16, shade(pen.color, 0.25))
        pen.ball(u, v, 0.14, pen.color)
        for d in (-0.07, 0, 0.07):
            pen.line([(u + d, v - 0.11 * tall), (u + d, v + 0.11 * tall)], shade(pen.color, 0.3), 2)
        pen.spot(u, v, 0.022, DARK)


def draw_wine_rack(pen: Pen) -> None:
    """Draw a rack of wine bottles."""
    pen.shadow()
    pen.box(0, 0, 1, 1, pen.color, 3)
    columns, rows = round(pen.width / 40), round(pen.height / 40)
    for k in range(columns * rows):
        u, v = (k % columns + 0.5) / columns, (k // columns + 0.5) / rows
        pen.spot(
            u, v, 0.42 / columns, (44.0, 28.0, 34.0), pen.width * rows / pen.height / columns * 1.0
        )
        if pen.rng.random() < 0.8:
            pen.ball(u, v, 0.24 / columns, mix((70.0, 110.0, 80.0), VELVET, pen.rng.random()))


def draw_chest(pen: Pen) -> None:
    """Draw an old chest with iron bands."""
    pen.shadow()
    pen.box(0, 0, 1, 0.6, pen.color, 4)
    pen.box(-0.02, 0.56, 1.02, 1, tint(pen.color, 0.1), 24)
    for u in (0.1, 0.82):
        pen.box(u, 0, u + 0.08, 1, GOLD, 3)
    pen.flat(0, 0.56, 1, 0.62, shade(pen.color, 0.5))
    pen.box(0.43, 0.42, 0.57, 0.68, GOLD, 4)


PIECES: dict[str, Piece] = {
    "barrels": draw_barrels,
    "bars": draw_bars,
    "chains": draw_chains,
    "chest": draw_chest,
    "straw": draw_straw,
    "wine_rack": draw_wine_rack,
}
