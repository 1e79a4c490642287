"""Lamps, candles, torches, fireplaces and Christmas trees: what lights a room."""

import math

from miaobi.drawing.color import WHITE, Color, mix, shade, tint
from miaobi.places.interiors.pieces import (
    BRIGHT,
    DARK,
    FLAME,
    GOLD,
    LAMPLIGHT,
    WOOD,
    Pen,
    Piece,
)

STONE: Color = (150.0, 144.0, 150.0)


def draw_pendant(pen: Pen) -> None:
    """Draw a lamp with a shade that hangs from above."""
    pen.line([(0.5, 1), (0.5, 6)], DARK, 3)
    pen.spot(0.5, 0.08, 0.2, (255.0, 246.0, 206.0))
    pen.blob(
        [(0, 0.06), (0.1, 0.6), (0.4, 1), (0.6, 1), (0.9, 0.6), (1, 0.06), (0.5, 0.14)], pen.color
    )


def draw_lantern(pen: Pen) -> None:
    """Draw a red paper lantern that hangs from above."""
    pen.line([(0.5, 1), (0.5, 5)], DARK, 2.5)
    pen.ball(0.5, 0.54, 0.5, pen.color, 0.82)
    for u in (0.24, 0.5, 0.76):
        pen.curve([(0.5, 0.94), (u - (0.5 - u) * 0.4, 0.54), (0.5, 0.14)], tint(pen.color, 0.35), 2)
    pen.box(0.3, 0.9, 0.7, 1, GOLD)
    pen.box(0.3, 0.08, 0.7, 0.18, GOLD)
    for u in (0.42, 0.5, 0.58):
        pen.line([(u, 0.08), (u, -0.3)], GOLD, 2.5)


def draw_chandelier(pen: Pen) -> None:
    """Draw a chandelier with candles."""
    pen.line([(0.5, 1), (0.5, 5)], GOLD, 4)
    pen.blob([(0.44, 1), (0.4, 0.4), (0.5, 0.2), (0.6, 0.4), (0.56, 1)], GOLD)
    for u in (0.04, 0.22, 0.4, 0.6, 0.78, 0.96):
        pen.curve([(0.5, 0.5), ((0.5 + u) / 2, 0.08), (u, 0.2), (u, 0.4)], GOLD, 5)
        pen.box(u - 0.022, 0.4, u + 0.022, 0.64, (252.0, 244.0, 226.0), 2)
        pen.shine(u, 0.74, 34, FLAME, 0.9)
        pen.spot(u, 0.72, 0.018, (255.0, 240.0, 190.0), 1.8)
        pen.ball((0.5 + u) / 2, 0.1, 0.016, (220.0, 236.0, 250.0))


def draw_torch(pen: Pen) -> None:
    """Draw a torch on the wall."""
    pen.shine(0.5, 0.8, pen.height * 1.2, FLAME, 0.6)
    pen.shape([(0.32, 0.5), (0.68, 0.5), (0.58, 0), (0.42, 0)], WOOD)
    pen.box(0.24, 0.42, 0.76, 0.54, DARK)
    pen.blob(
        [(0.28, 0.52), (0.2, 0.74), (0.5, 1.14), (0.8, 0.74), (0.72, 0.52)], (250.0, 140.0, 60.0)
    )
    pen.blob(
        [(0.38, 0.52), (0.34, 0.68), (0.5, 0.92), (0.66, 0.68), (0.62, 0.52)], (255.0, 226.0, 130.0)
    )


def draw_bulb(pen: Pen) -> None:
    """Draw a bare bulb on a wire."""
    pen.line([(0.5, 0.9), (0.5, 8)], DARK, 2.5)
    pen.box(0.3, 0.66, 0.7, 1, DARK, 2)
    pen.spot(0.5, 0.36, 0.46, (255.0, 240.0, 190.0))


def draw_neon(pen: Pen) -> None:
    """Draw a tube of light, straight and long."""
    pen.box(0, 0.2, 1, 1, pen.color, 6)
    pen.box(0.03, 0, 0.97, 0.5, (252.0, 252.0, 246.0), 6)


def draw_floor_lamp(pen: Pen) -> None:
    """Draw a lamp that stands on the floor."""
    pen.shadow(0.2, 0.8)
    pen.box(0.47, 0.02, 0.53, 0.8, GOLD)
    pen.spot(0.5, 0.01, 0.3, GOLD, 0.2)
    color = LAMPLIGHT if pen.lit else tint(pen.color, 0.4)
    pen.shape([(0, 0.74), (1, 0.74), (0.76, 1), (0.24, 1)], color)


def draw_candles(pen: Pen) -> None:
    """Draw three candles on a stand."""
    pen.box(0.46, 0, 0.54, 0.6, GOLD)
    pen.spot(0.5, 0.02, 0.3, GOLD, 0.3)
    pen.curve([(0.1, 0.6), (0.1, 0.42), (0.5, 0.3), (0.9, 0.42), (0.9, 0.6)], GOLD, 5)
    for u in (0.1, 0.5, 0.9):
        pen.box(u - 0.07, 0.6, u + 0.07, 0.86, (252.0, 244.0, 226.0))
        pen.shine(u, 0.95, 40, FLAME, 0.9)
        pen.spot(u, 0.93, 0.05, (255.0, 240.0, 190.0), 1.8)


def draw_fireplace(pen: Pen) -> None:
    """Draw a fireplace of stones with a burning fire."""
    pen.shadow()
    pen.box(0.12, 0.6, 0.88, 3.4, STONE, 0)
    pen.box(0, 0, 1, 0.9, STONE, 4)
    for k in range(24):
        u, v = 0.14 + k % 6 * 0.12 + (k // 6 % 2) * 0.03, 1.04 + k // 6 * 0.36
        u, v = u + pen.rng.uniform(-0.02, 0.02), v + pen.rng.uniform(0, 0.2)
        pen.box(
            u, v, u + 0.11, v + 0.13, mix(STONE, (204.0, 190.0, 178.0), pen.rng.random() * 0.7), 8
        )
    for _ in range(26):
        u, v = pen.rng.uniform(0.02, 0.86), pen.rng.uniform(0.02, 0.82)
        pen.box(u, v, u + 0.12, v + 0.08, mix(STONE, (204.0, 190.0, 178.0), pen.rng.random()), 6)
    pen.canvas.fill(pen.path(0.2, 0, 0.8, 0.66, 40), (46.0, 30.0, 34.0))
    pen.box(0.2, 0, 0.8, 0.2, (46.0, 30.0, 34.0))
    pen.shine(0.5, 0.24, pen.width * 0.6, FLAME, 0.8)
    for u, size, color in (
        (0.5, 1.0, (246.0, 116.0, 50.0)),
        (0.38, 0.7, (246.0, 136.0, 60.0)),
        (0.62, 0.74, (246.0, 130.0, 60.0)),
        (0.5, 0.62, (255.0, 214.0, 110.0)),
    ):
        pen.blob(
            [
                (u - 0.1 * size, 0.1),
                (u - 0.11 * size, 0.26),
                (u, 0.14 + 0.44 * size),
                (u + 0.11 * size, 0.26),
                (u + 0.1 * size, 0.1),
            ],
            color,
        )
    pen.line([(0.3, 0.06), (0.7, 0.13)], WOOD, 14)
    pen.line([(0.3, 0.13), (0.7, 0.06)], shade(WOOD, 0.2), 14)
    pen.box(-0.06, 0.88, 1.06, 0.98, WOOD, 4)
    for k, u in enumerate((0.06, 0.3, 0.78)):
        pen.box(u, 0.98, u + 0.1, 1.14 + k % 2 * 0.08, pen.pick(), 5)


def draw_christmas_tree(pen: Pen) -> None:
    """Draw a Christmas tree with balls, lights and a star."""
    pen.shadow(0.2, 0.8)
    pen.box(0.42, 0, 0.58, 0.14, WOOD)
    for k in range(4):
        low, wide = 0.1 + k * 0.2, 0.5 - k * 0.1
        color = mix((52.0, 122.0, 84.0), WHITE, k * 0.05)
        points = [(0.5 - wide, low), (0.5, low + 0.38), (0.5 + wide, low), (0.5, low - 0.04)]
        pen.shape(points, color)
    for k in range(22):
        v = 0.14 + k * 0.034
        u = 0.5 + math.sin(k * 2.4) * 0.42 * (1 - v) * 1.05
        pen.ball(u, v, 0.03, BRIGHT[k % 7])
        pen.spot(1 - u, v + 0.02, 0.014, (255.0, 240.0, 170.0))
    pen.shine(0.5, 0.96, pen.width * 0.4, FLAME, 0.6)
    points = []
    for k in range(10):
        a, r = k * math.pi / 5, 0.12 if k % 2 == 0 else 0.05
        points.append((0.5 + math.sin(a) * r, 0.97 + math.cos(a) * r * pen.width / pen.height))
    pen.shape(points, GOLD)


PIECES: dict[str, Piece] = {
    "christmas_tree": draw_christmas_tree,
    "bulb": draw_bulb,
    "candles": draw_candles,
    "chandelier": draw_chandelier,
    "fireplace": draw_fireplace,
    "floor_lamp": draw_floor_lamp,
    "lantern": draw_lantern,
    "neon": draw_neon,
    "pendant": draw_pendant,
    "torch": draw_torch,
}
