"""Furniture of schools, offices and sports halls."""

import math

from miaobi.drawing.color import WHITE, Color, mix, shade, tint
from miaobi.places.interiors.pieces import (
    BRIGHT,
    DARK,
    GOLD,
    LEAF,
    STEEL,
    WOOD,
    Pen,
    Piece,
    draw_books,
    pale,
)

CHALK: Color = (238.0, 242.0, 232.0)
SCREEN: Color = (96.0, 190.0, 220.0)


def draw_blackboard(pen: Pen) -> None:
    """Draw a blackboard with sums, a sun and a tree in chalk."""
    pen.box(0, 0, 1, 1, WOOD, 5)
    pen.box(0.02, 0.05, 0.98, 0.95, (58.0, 104.0, 84.0), 3)
    for k, (first, second) in enumerate(((1, 2), (2, 1), (3, 1))):
        v = 0.78 - k * 0.24
        for c in range(first):
            pen.spot(0.08 + c * 0.035, v, 0.013, CHALK)
        pen.line([(0.2, v), (0.24, v)], CHALK, 3)
        pen.line([(0.22, v - 0.05), (0.22, v + 0.05)], CHALK, 3)
        for c in range(second):
            pen.spot(0.28 + c * 0.035, v, 0.013, CHALK)
        pen.line([(0.36, v + 0.02), (0.4, v + 0.02)], CHALK, 3)
        pen.line([(0.36, v - 0.02), (0.4, v - 0.02)], CHALK, 3)
    pen.spot(0.86, 0.74, 0.035, (252.0, 226.0, 130.0))
    for k in range(8):
        a = k * math.pi / 4
        ray = [
            (0.86 + math.cos(a) * r, 0.74 + math.sin(a) * r * pen.width / pen.height)
            for r in (0.05, 0.07)
        ]
        pen.line(ray, (252.0, 226.0, 130.0), 3)
    pen.shape([(0.6, 0.3), (0.7, 0.3), (0.65, 0.7)], (150.0, 214.0, 150.0), 0.8)
    pen.line([(0.65, 0.3), (0.65, 0.18)], CHALK, 4)
    pen.curve([(0.52, 0.18), (0.7, 0.2), (0.8, 0.16), (0.94, 0.18)], CHALK, 3)
    pen.box(0, -0.04, 1, 0.02, tint(WOOD, 0.2))
    pen.box(0.12, 0.02, 0.2, 0.07, BRIGHT[0])
    for k in range(3):
        pen.box(0.7 + k * 0.06, 0.02, 0.74 + k * 0.06, 0.05, (CHALK, BRIGHT[1], BRIGHT[6])[k])


def draw_whiteboard(pen: Pen) -> None:
    """Draw a whiteboard with a chart and notes."""
    pen.box(0, 0, 1, 1, STEEL, 6)
    pen.flat(0.02, 0.04, 0.98, 0.96, (250.0, 252.0, 253.0))
    for k, tall in enumerate((0.24, 0.4, 0.34, 0.6)):
        pen.box(0.08 + k * 0.09, 0.14, 0.14 + k * 0.09, 0.14 + tall, BRIGHT[k])
    pen.line([(0.06, 0.86), (0.06, 0.13), (0.46, 0.13)], DARK, 3)
    pen.line([(0.09, 0.5), (0.2, 0.62), (0.3, 0.58), (0.44, 0.86)], BRIGHT[0], 3.5)
    for k in range(6):
        u, v = 0.56 + k % 3 * 0.13, 0.52 - k // 3 * 0.34
        pen.box(u, v, u + 0.1, v + 0.26, pale(BRIGHT[(k + 1) % 7], 0.4), 1)


def draw_map(pen: Pen) -> None:
    """Draw a map of the world on the wall."""
    pen.box(0, 0, 1, 1, (176.0, 214.0, 232.0), 2)
    for u, v, w in (
        (0.2, 0.68, 0.13),
        (0.3, 0.3, 0.08),
        (0.52, 0.66, 0.09),
        (0.54, 0.38, 0.1),
        (0.74, 0.66, 0.16),
        (0.84, 0.28, 0.07),
    ):
        pen.blob(
            [
                (u - w, v),
                (u - w * 0.4, v + 0.16),
                (u + w, v + 0.1),
                (u + w * 0.6, v - 0.14),
                (u - w * 0.2, v - 0.18),
            ],
            mix(LEAF, GOLD, pen.rng.random() * 0.6),
        )
    pen.box(-0.02, 0.97, 1.02, 1.04, WOOD)
    pen.box(-0.02, -0.04, 1.02, 0.03, WOOD)


def draw_school_desk(pen: Pen) -> None:
    """Draw a pupil's desk with a chair, a book and an apple."""
    pen.shadow()
    for u in (0.1, 0.84):
        pen.box(u, 0, u + 0.05, 0.7, STEEL)
    pen.box(0.3, 0.3, 0.7, 0.5, shade(pen.color, 0.25))
    pen.box(0.02, 0.52, 0.98, 0.66, shade(pen.color, 0.14))
    pen.shape([(0, 0.66), (1, 0.66), (0.92, 0.84), (0.08, 0.84)], pen.color)
    pen.shape([(0.28, 0.7), (0.64, 0.7), (0.6, 0.82), (0.32, 0.82)], pale(pen.pick(), 0.3))
    pen.ball(0.78, 0.86, 0.06, BRIGHT[0])
    pen.line([(0.78, 0.94), (0.8, 1.0)], WOOD, 3)


def draw_globe(pen: Pen) -> None:
    """Draw a globe on a stand."""
    pen.box(0.3, 0, 0.7, 0.08, WOOD)
    pen.line([(0.5, 0.05), (0.5, 0.2)], WOOD, 6)
    pen.ball(0.5, 0.58, 0.4, BRIGHT[3])
    for u, v, r in ((0.36, 0.7, 0.14), (0.62, 0.52, 0.16), (0.44, 0.4, 0.1)):
        pen.spot(u, v, r, LEAF)
    pen.curve([(0.5, 0.14), (0.96, 0.3), (0.96, 0.86), (0.6, 1.02)], GOLD, 4)


def draw_lectern(pen: Pen) -> None:
    """Draw a speaker's desk with microphones and a star."""
    pen.shadow()
    pen.shape([(0.1, 0), (0.9, 0), (0.98, 0.8), (0.02, 0.8)], pen.color)
    pen.box(-0.04, 0.78, 1.04, 0.9, tint(pen.color, 0.2), 4)
    pen.spot(0.5, 0.46, 0.2, GOLD)
    pen.spot(0.5, 0.46, 0.14, tint(GOLD, 0.5))
    for u in (0.36, 0.64):
        pen.line([(u, 0.9), (0.5 + (u - 0.5) * 0.6, 1.08)], DARK, 4)
        pen.ball(0.5 + (u - 0.5) * 0.6, 1.1, 0.06, DARK)


def draw_office_desk(pen: Pen) -> None:
    """Draw a desk with a computer, papers and an office chair."""
    pen.shadow()
    pen.box(0.04, 0, 0.3, 0.6, shade(pen.color, 0.1))
    for v in (0.06, 0.32):
        pen.box(0.06, v, 0.28, v + 0.22, tint(pen.color, 0.1))
    pen.box(0.92, 0, 0.96, 0.6, STEEL)
    pen.box(0.5, 0.14, 0.74, 0.88, (84.0, 98.0, 120.0), 14)
    pen.line([(0.62, 0.14), (0.62, 0.02)], DARK, 6)
    pen.box(0, 0.58, 1, 0.66, pen.color, 3)
    pen.box(0.16, 0.72, 0.5, 1.04, DARK, 5)
    pen.box(0.18, 0.75, 0.48, 1.01, SCREEN, 2)
    for k in range(3):
        pen.line(
            [(0.21, 0.94 - k * 0.07), (0.3 + pen.rng.random() * 0.14, 0.94 - k * 0.07)], WHITE, 3
        )
    pen.box(0.31, 0.64, 0.35, 0.73, STEEL)
    pen.box(0.78, 0.66, 0.84, 0.8, pen.pick(), 3)
    draw_books(pen.part((0.86, 0.66, 0.99, 0.92)))


def draw_cooler(pen: Pen) -> None:
    """Draw a water cooler."""
    pen.shadow()
    pen.box(0.1, 0, 0.9, 0.66, (236.0, 240.0, 242.0), 8)
    pen.box(0.24, 0.4, 0.76, 0.56, STEEL)
    pen.box(0.16, 0.68, 0.84, 1, (150.0, 206.0, 240.0), 18)
    for u, color in ((0.36, BRIGHT[3]), (0.64, BRIGHT[0])):
        pen.spot(u, 0.52, 0.06, color)


def draw_wall_bars(pen: Pen) -> None:
    """Draw bars for climbing on the wall."""
    for k in range(12):
        pen.box(0, 0.04 + k * 0.08, 1, 0.06 + k * 0.08, tint(pen.color, 0.2))
    for u in (0, 0.48, 0.95):
        pen.box(u, 0, u + 0.05, 1, pen.color)


def draw_hoop(pen: Pen) -> None:
    """Draw a basketball hoop."""
    pen.box(0, 0.36, 1, 1, (252.0, 250.0, 246.0), 5)
    pen.canvas.stroke(pen.path(0.34, 0.44, 0.66, 0.74), BRIGHT[0], 5)
    pen.canvas.stroke(pen.path(0.01, 0.37, 0.99, 0.99, 4), BRIGHT[0], 4)
    for k in range(6):
        pen.line([(0.3 + k * 0.08, 0.36), (0.38 + k * 0.048, 0)], WHITE, 2.2)
    pen.line([(0.28, 0.36), (0.72, 0.36)], (240.0, 110.0, 60.0), 7)


def draw_weights(pen: Pen) -> None:
    """Draw a rack of dumbbells."""
    pen.shadow()
    for k in range(3):
        v = 0.1 + k * 0.32
        pen.box(0, v - 0.05, 1, v, STEEL)
        for c in range(5):
            u = 0.04 + c * 0.195
            pen.box(u + 0.03, v + 0.06, u + 0.12, v + 0.1, STEEL)
            for w in (0, 0.105):
                pen.box(u + w, v, u + w + 0.05, v + 0.17, BRIGHT[(c + k) % 7] if k else DARK, 3)
    for u in (0, 0.95):
        pen.box(u, 0, u + 0.05, 0.9, DARK)


def draw_treadmill(pen: Pen) -> None:
    """Draw a treadmill."""
    pen.shadow()
    pen.shape([(0, 0), (1, 0), (0.96, 0.14), (0.04, 0.1)], DARK)
    pen.line([(0.84, 0.1), (0.94, 0.9)], STEEL, 9)
    pen.line([(0.94, 0.78), (0.6, 0.66)], DARK, 8)
    pen.shape([(0.76, 0.84), (1.02, 0.84), (1.0, 1.02), (0.84, 1.02)], DARK)
    pen.flat(0.84, 0.88, 0.96, 0.97, SCREEN)


def draw_punch_bag(pen: Pen) -> None:
    """Draw a punching bag which hangs from above."""
    pen.line([(0.5, 1), (0.5, 4)], DARK, 4)
    pen.pillar(0.1, 0, 0.9, 1, pen.color)
    pen.flat(0.1, 0.3, 0.9, 0.36, (250.0, 250.0, 246.0), 0.7)


PIECES: dict[str, Piece] = {
    "blackboard": draw_blackboard,
    "cooler": draw_cooler,
    "globe": draw_globe,
    "hoop": draw_hoop,
    "lectern": draw_lectern,
    "map": draw_map,
    "office_desk": draw_office_desk,
    "punch_bag": draw_punch_bag,
    "school_desk": draw_school_desk,
    "treadmill": draw_treadmill,
    "wall_bars": draw_wall_bars,
    "weights": draw_weights,
    "whiteboard": draw_whiteboard,
}
