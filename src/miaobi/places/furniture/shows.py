"""Pieces of stages, theaters, circuses, museums and studios."""

import math

from miaobi.drawing.canvas import Stop, linear
from miaobi.drawing.color import BLACK, WHITE, Color, mix, shade, tint
from miaobi.drawing.path import polygon
from miaobi.places.interiors.pieces import (
    BRIGHT,
    DARK,
    GOLD,
    WOOD,
    Pen,
    Piece,
    pale,
)

MARBLE: Color = (232.0, 228.0, 222.0)
VELVET: Color = (168.0, 36.0, 54.0)
BONE: Color = (238.0, 226.0, 200.0)
CHINA: Color = (246.0, 246.0, 244.0)


def draw_swag(pen: Pen) -> None:
    """Draw the short curtain that hangs above a stage."""
    n = max(3, round(pen.width / 170))
    for k in range(n):
        u, w = k / n, 1 / n
        pen.blob(
            [(u, 1.2), (u - 0.01, 0.3), (u + w * 0.5, -0.3), (u + w + 0.01, 0.3), (u + w, 1.2)],
            pen.color,
        )
        for c in (0.2, 0.0):
            pen.curve(
                [(u, 0.6 + c), (u + w * 0.5, 0.02 + c), (u + w, 0.6 + c)], shade(pen.color, 0.25), 4
            )
        pen.curve(
            [
                (u, 0.36),
                (u + w * 0.2, 0.14),
                (u + w * 0.5, -0.05),
                (u + w * 0.8, 0.14),
                (u + w, 0.36),
            ],
            GOLD,
            6,
        )


def draw_stage_floor(pen: Pen) -> None:
    """Draw the boards of a stage with lamps along its edge."""
    pen.box(0, 0, 1, 1, pen.color, 0)
    pen.flat(0, 0.8, 1, 1, tint(pen.color, 0.3))
    for k in range(round(pen.width / 80)):
        u = (k + 0.5) * 80 / pen.width
        pen.shine(u, 1, 30, (255.0, 240.0, 190.0), 0.8)
        pen.spot(u, 1, 8 / pen.width, (255.0, 248.0, 220.0))


def draw_spotlight(pen: Pen) -> None:
    """Draw a lamp above a stage and its beam, which leans to the middle and fades."""
    x, y = pen.at(0.5, 0.1)
    low = min(y + pen.height * 9, 672)
    target = x + (640 - x) * 0.62 * (low - y) / 520
    color = mix(pen.color, WHITE, 0.4)
    for wide in (1.9, 1.2):
        half = pen.width * wide
        beam = [
            (x - pen.width * 0.3, y),
            (x + pen.width * 0.3, y),
            (target + half, low),
            (target - half, low),
        ]
        fading = linear((0, y), (0, low), Stop(0, color, 0.34), Stop(1, color, 0.03))
        pen.canvas.fill(polygon(beam), fading)
    pen.shape([(0.2, 1), (0.8, 1), (0.96, 0.1), (0.04, 0.1)], DARK)
    pen.spot(0.5, 0.1, 0.42, mix(pen.color, WHITE, 0.7), 0.3)


def draw_seats(pen: Pen) -> None:
    """Draw rows of velvet seats."""
    rows = max(1, round(pen.height / 52))
    for r in range(rows):
        v = (rows - 1 - r) / rows
        n = round(pen.width / 62)
        for k in range(-1, n):
            u = (k + 0.5 * (r % 2)) / n
            pen.box(
                u + 0.06 / n,
                v - 0.1,
                u + 0.94 / n,
                v + 1 / rows,
                mix(pen.color, BLACK, 0.3 - 0.2 * r / rows),
                16,
            )
            pen.box(u + 0.12 / n, v, u + 0.88 / n, v + 0.4 / rows, shade(pen.color, 0.25), 8)


def draw_movie_screen(pen: Pen) -> None:
    """Draw a bright screen with a picture."""
    pen.shine(0.5, 0.5, pen.width * 0.8, (190.0, 214.0, 255.0), 0.4)
    pen.box(0, 0, 1, 1, DARK, 4)
    inner = pen.part((0.015, 0.03, 0.985, 0.97))
    inner.box(0, 0, 1, 1, (150.0, 200.0, 236.0), 0)
    with pen.canvas.grouped(clip=inner.path(0, 0, 1, 1)):
        inner.spot(0.72, 0.66, 0.09, (255.0, 236.0, 170.0))
        inner.blob(
            [(-0.2, 0), (0.1, 0.5), (0.35, 0.7), (0.6, 0.3), (0.9, 0)], (120.0, 140.0, 190.0)
        )
        inner.blob([(0.3, 0), (0.6, 0.4), (0.9, 0.5), (1.2, 0)], (90.0, 120.0, 160.0))
        inner.box(-0.1, -0.1, 1.1, 0.14, (96.0, 150.0, 110.0), 0)


def draw_statue(pen: Pen) -> None:
    """Draw a bust of marble on a pedestal."""
    pen.shadow()
    pen.pillar(0.18, 0, 0.82, 0.52, shade(MARBLE, 0.06))
    for v in (0, 0.49):
        pen.box(0.08, v, 0.92, v + 0.06, MARBLE, 2)
    pen.blob(
        [(0.16, 0.55), (0.2, 0.68), (0.42, 0.74), (0.58, 0.74), (0.8, 0.68), (0.84, 0.55)], MARBLE
    )
    pen.box(0.42, 0.66, 0.58, 0.8, shade(MARBLE, 0.1))
    pen.ball(0.5, 0.86, 0.22, MARBLE, 1.1)
    for k in range(7):
        a = math.pi * k / 6
        pen.ball(0.5 + math.cos(a) * 0.2, 0.9 + math.sin(a) * 0.06, 0.075, shade(MARBLE, 0.06))


def draw_vase(pen: Pen) -> None:
    """Draw a painted vase on a pedestal under glass."""
    pen.shadow()
    pen.box(0.1, 0, 0.9, 0.44, MARBLE, 2)
    pen.box(0.04, 0.42, 0.96, 0.47, shade(MARBLE, 0.1), 2)
    hue = pen.color
    pen.blob(
        [
            (0.36, 0.47),
            (0.22, 0.62),
            (0.44, 0.78),
            (0.36, 0.88),
            (0.64, 0.88),
            (0.56, 0.78),
            (0.78, 0.62),
            (0.64, 0.47),
        ],
        hue,
    )
    for v in (0.57, 0.64):
        pen.line([(0.31, v), (0.69, v)], pale(hue, 0.8), 4)
    pen.canvas.stroke(pen.path(0.12, 0.47, 0.88, 0.97, 3), (226.0, 240.0, 248.0), 3, 0.8)
    pen.shape([(0.2, 0.5), (0.3, 0.5), (0.5, 0.94), (0.4, 0.94)], WHITE, 0.3)


def draw_dinosaur(pen: Pen) -> None:
    """Draw the skeleton of a dinosaur on a platform."""
    pen.box(0, 0, 1, 0.1, shade(WOOD, 0.1), 3)
    spine = [(0.02, 0.5), (0.2, 0.42), (0.4, 0.58), (0.56, 0.64), (0.68, 0.8), (0.76, 0.96)]
    pen.curve(spine, BONE, 10)
    for k in range(7):
        u = 0.36 + k * 0.035
        pen.curve([(u, 0.58 + k * 0.014), (u + 0.05, 0.44), (u + 0.02, 0.32)], BONE, 5)
    for u in (0.36, 0.44):
        pen.line([(u, 0.54), (u + 0.06, 0.32), (u, 0.12), (u + 0.06, 0.11)], BONE, 9)
    pen.line([(0.6, 0.6), (0.68, 0.48), (0.64, 0.42)], BONE, 6)
    pen.blob([(0.7, 0.9), (0.74, 1.02), (0.84, 1.0), (0.97, 0.92), (0.96, 0.84), (0.8, 0.84)], BONE)
    pen.line([(0.78, 0.82), (0.94, 0.79)], BONE, 9)
    for k in range(5):
        pen.shape(
            [(0.83 + k * 0.028, 0.86), (0.85 + k * 0.028, 0.86), (0.84 + k * 0.028, 0.8)], WHITE
        )
    pen.spot(0.79, 0.94, 0.016, DARK)


def draw_rope(pen: Pen) -> None:
    """Draw posts with a red rope."""
    n = max(1, round(pen.width / 150))
    for k in range(n):
        pen.curve([(k / n, 0.86), ((k + 0.5) / n, 0.3), ((k + 1) / n, 0.86)], VELVET, 8)
    for k in range(n + 1):
        u = k / n
        pen.line([(u, 0.04), (u, 0.9)], GOLD, 8)
        pen.ball(u, 0.95, 9 / pen.width, GOLD)
        pen.spot(u, 0.02, 18 / pen.width, shade(GOLD, 0.2), 0.3)


def draw_easel(pen: Pen) -> None:
    """Draw an easel with a half-painted picture."""
    pen.shadow()
    for points in ([(0.14, 0), (0.48, 1)], [(0.86, 0), (0.52, 1)], [(0.5, 0.1), (0.5, 1)]):
        pen.line(points, WOOD, 8)
    pen.box(0.1, 0.34, 0.9, 0.88, (252.0, 250.0, 244.0), 2)
    for _ in range(9):
        u, v = pen.rng.uniform(0.24, 0.76), pen.rng.uniform(0.44, 0.78)
        pen.spot(u, v, pen.rng.uniform(0.05, 0.13), pen.pick(), 0.9, 0.85)
    pen.box(0.06, 0.3, 0.94, 0.35, WOOD)


def draw_paints(pen: Pen) -> None:
    """Draw a table with pots of paint, brushes and a palette."""
    pen.shadow()
    for u in (0.06, 0.88):
        pen.box(u, 0, u + 0.06, 0.6, shade(WOOD, 0.2))
    pen.box(0, 0.56, 1, 0.66, WOOD)
    for k in range(5):
        u = 0.06 + k * 0.13
        pen.box(u, 0.66, u + 0.1, 0.82, CHINA, 3)
        pen.box(u, 0.76, u + 0.1, 0.86, BRIGHT[k])
        pen.line([(u + 0.05, 0.84), (u + 0.02 + k * 0.015, 1.1)], WOOD, 3)
    pen.blob([(0.72, 0.68), (0.7, 0.82), (0.86, 0.9), (1, 0.8), (0.96, 0.68)], tint(WOOD, 0.3))
    for k in range(4):
        pen.spot(0.77 + k * 0.055, 0.77 + k % 2 * 0.05, 0.02, BRIGHT[k])


def draw_circus_ring(pen: Pen) -> None:
    """Draw the wall around the ring of a circus."""
    n = round(pen.width / 90)
    for k in range(n):
        color = pen.color if k % 2 else (250.0, 240.0, 220.0)
        pen.box(k / n, 0, (k + 1) / n, 1, color, 0)
        pen.spot((k + 0.5) / n, 0.5, 0.16 / n, GOLD)
    pen.box(0, 0.88, 1, 1.06, GOLD, 4)


def draw_crowd(pen: Pen) -> None:
    """Draw rows of round heads that watch."""
    for row in range(3):
        for k in range(round(pen.width / 44)):
            u = (k + 0.5 * (row % 2) + pen.rng.uniform(-0.1, 0.1)) * 44 / pen.width
            v = 0.7 - row * 0.3
            color = mix(pen.color, pen.pick(), 0.3 + 0.1 * row)
            pen.box(u - 17 / pen.width, v - 0.5, u + 17 / pen.width, v, mix(color, BLACK, 0.3), 14)
            pen.spot(u, v + 0.05, 15 / pen.width, mix(color, (220.0, 170.0, 140.0), 0.35))


def draw_podium(pen: Pen) -> None:
    """Draw a round podium with stars, for an animal to stand on."""
    pen.shadow()
    pen.shape([(0.1, 1), (0.9, 1), (1, 0), (0, 0)], pen.color)
    for u in (0.26, 0.5, 0.74):
        pen.spot(u, 0.5, 0.08, GOLD)
    pen.spot(0.5, 1, 0.41, tint(pen.color, 0.45), 0.2)


PIECES: dict[str, Piece] = {
    "circus_ring": draw_circus_ring,
    "crowd": draw_crowd,
    "dinosaur": draw_dinosaur,
    "easel": draw_easel,
    "movie_screen": draw_movie_screen,
    "paints": draw_paints,
    "podium": draw_podium,
    "rope": draw_rope,
    "seats": draw_seats,
    "spotlight": draw_spotlight,
    "stage_floor": draw_stage_floor,
    "statue": draw_statue,
    "swag": draw_swag,
    "vase": draw_vase,
}
