"""Furniture of kitchens and bathrooms."""

from miaobi.drawing.color import WHITE, Color, shade, tint
from miaobi.places.interiors.pieces import (
    BRIGHT,
    DARK,
    GOLD,
    STEEL,
    WOOD,
    Pen,
    Piece,
    pale,
)

CHINA: Color = (246.0, 246.0, 244.0)


def draw_counter(pen: Pen) -> None:
    """Draw a kitchen counter with cupboard doors."""
    pen.shadow()
    pen.box(0.01, 0, 0.99, 0.1, DARK)
    pen.box(0, 0.08, 1, 0.92, pen.color)
    count = max(1, round(pen.width / 92))
    for k in range(count):
        u = k / count
        pen.box(u + 0.06 / count, 0.14, u + 0.94 / count, 0.66, tint(pen.color, 0.14), 4)
        pen.box(u + 0.06 / count, 0.7, u + 0.94 / count, 0.86, tint(pen.color, 0.14), 4)
        pen.box(u + 0.4 / count, 0.77, u + 0.6 / count, 0.79, STEEL)
    pen.box(-0.01, 0.9, 1.01, 1, tint(WOOD, 0.3), 3)


def draw_kitchen_sink(pen: Pen) -> None:
    """Draw a counter with a sink, a tap and plates."""
    draw_counter(pen)
    pen.line([(0.5, 1), (0.5, 1.42), (0.6, 1.46), (0.62, 1.3)], STEEL, 8)
    pen.box(0.34, 0.96, 0.72, 1.02, STEEL)
    for k in range(4):
        pen.spot(
            0.1 + k * 0.045, 1.16, 0.035, tint(BRIGHT[3], 0.6 + 0.1 * k), 4.2 * pen.width / 900
        )
    pen.box(0.84, 1, 0.93, 1.26, pen.pick(), 6)


def draw_stove(pen: Pen) -> None:
    """Draw a stove with an oven and a steaming pot."""
    pen.shadow()
    pen.box(0, 0, 1, 0.96, pen.color, 5)
    pen.box(0.1, 0.12, 0.9, 0.64, shade(DARK, 0.2), 8)
    pen.box(0.17, 0.2, 0.83, 0.54, (206.0, 120.0, 64.0) if pen.lit else (110.0, 74.0, 62.0), 6)
    pen.box(0.14, 0.66, 0.86, 0.7, STEEL)
    for k in range(4):
        pen.spot(0.2 + k * 0.2, 0.82, 0.045, DARK)
    pen.box(-0.02, 0.94, 1.02, 1, DARK)
    pen.box(0.14, 1.02, 0.56, 1.3, BRIGHT[0], 8)
    pen.box(0.1, 1.26, 0.6, 1.32, shade(BRIGHT[0], 0.1), 4)
    pen.spot(0.35, 1.36, 0.05, DARK)
    pen.box(0.64, 1.0, 0.92, 1.08, DARK)
    for k in range(3):
        pen.spot(0.3 + k * 0.07, 1.5 + k * 0.13, 0.09 + k * 0.03, WHITE, 1, 0.3)


def draw_hood(pen: Pen) -> None:
    """Draw a hood above a stove."""
    pen.box(0.34, 0.3, 0.66, 1, STEEL)
    pen.shape([(0, 0), (1, 0), (1, 0.08), (0.68, 0.5), (0.32, 0.5), (0, 0.08)], STEEL)


def draw_fridge(pen: Pen) -> None:
    """Draw a fridge with notes on its door."""
    pen.shadow()
    pen.box(0, 0.01, 1, 1, pen.color, 14)
    pen.flat(0, 0.655, 1, 0.665, shade(pen.color, 0.35))
    for v0, v1 in ((0.72, 0.86), (0.36, 0.6)):
        pen.box(0.08, v0, 0.14, v1, STEEL, 4)
    for _ in range(5):
        u, v = pen.rng.uniform(0.3, 0.8), pen.rng.uniform(0.36, 0.6)
        pen.flat(u, v, u + 0.12, v + 0.05, pale(pen.pick(), 0.4))


def draw_cabinets(pen: Pen) -> None:
    """Draw cabinets that hang on the wall, one of them open with cups."""
    pen.box(0, 0, 1, 1, shade(pen.color, 0.1))
    count = max(2, round(pen.width / 90))
    opened = pen.rng.randrange(count)
    for k in range(count):
        u = k / count
        door = u + 0.05 / count, 0.06, u + 0.95 / count, 0.94
        if k == opened:
            pen.box(*door, shade(pen.color, 0.5))
            pen.flat(door[0], 0.48, door[2], 0.52, tint(pen.color, 0.2))
            for c in range(4):
                cup = u + (0.14 + c * 0.2) / count
                pen.box(cup, 0.06, cup + 0.14 / count, 0.28, pen.pick(), 3)
                pen.box(cup, 0.52, cup + 0.14 / count, 0.78, CHINA, 3)
        else:
            pen.box(*door, tint(pen.color, 0.14), 4)
            pen.spot(u + 0.84 / count, 0.18, 0.014, STEEL)


def draw_pans(pen: Pen) -> None:
    """Draw pans, ladles and garlic that hang from a rod."""
    pen.line([(0, 0.95), (1, 0.95)], STEEL, 5)
    for k in range(6):
        u = 0.1 + k * 0.16
        pen.line([(u, 0.95), (u, 0.5)], DARK, 3)
        if k % 3 == 2:
            pen.ball(u, 0.42, 0.035, CHINA)
        else:
            pen.ball(u, 0.34, 0.06, (184.0, 112.0, 76.0) if k % 3 else DARK)


def draw_bathtub(pen: Pen) -> None:
    """Draw a bathtub full of foam."""
    pen.shadow()
    for u in (0.14, 0.8):
        pen.blob([(u, 0.2), (u + 0.07, 0.2), (u + 0.07, 0), (u - 0.01, 0)], GOLD)
    for k in range(13):
        pen.ball(0.12 + k * 0.062, 0.92 + pen.rng.uniform(0, 0.16), 0.055, (238.0, 246.0, 252.0))
    pen.blob(
        [(0, 0.98), (0.03, 0.5), (0.14, 0.1), (0.5, 0.08), (0.86, 0.1), (0.97, 0.5), (1, 0.98)],
        pen.color,
    )
    pen.box(-0.02, 0.84, 1.02, 0.96, tint(pen.color, 0.4), 12)
    pen.line([(0.9, 0.96), (0.9, 1.4), (0.83, 1.42), (0.82, 1.3)], GOLD, 8)
    pen.blob([(0.24, 1.0), (0.24, 1.16), (0.34, 1.2), (0.36, 1.0)], (252.0, 206.0, 70.0))
    pen.ball(0.35, 1.22, 0.03, (252.0, 206.0, 70.0))
    pen.spot(0.385, 1.2, 0.014, BRIGHT[5])


def draw_basin(pen: Pen) -> None:
    """Draw a wash basin with a mirror above it."""
    pen.shadow(0.2, 0.8)
    pen.canvas.fill(pen.path(0.14, 0.56, 0.86, 1, 50), shade(WOOD, 0.1))
    pen.canvas.fill(pen.path(0.19, 0.58, 0.81, 0.98, 46), (206.0, 228.0, 238.0))
    pen.shape([(0.3, 0.62), (0.4, 0.62), (0.62, 0.95), (0.52, 0.95)], WHITE, 0.4)
    pen.box(0.4, 0, 0.6, 0.3, CHINA, 6)
    pen.blob([(0, 0.42), (0.06, 0.3), (0.3, 0.24), (0.7, 0.24), (0.94, 0.3), (1, 0.42)], CHINA)
    pen.box(0, 0.38, 1, 0.43, WHITE, 8)
    pen.line([(0.5, 0.42), (0.5, 0.51), (0.6, 0.5)], STEEL, 7)
    pen.box(0.08, 0.43, 0.18, 0.5, BRIGHT[3])
    for k in range(2):
        pen.line([(0.11 + k * 0.04, 0.5), (0.1 + k * 0.06, 0.57)], BRIGHT[k], 3.5)


def draw_toilet(pen: Pen) -> None:
    """Draw a toilet."""
    pen.shadow()
    pen.box(0.1, 0.5, 0.9, 1, CHINA, 10)
    pen.box(0.05, 0.94, 0.95, 1.02, WHITE, 6)
    pen.blob([(0.24, 0), (0.3, 0.3), (0.08, 0.5), (0.92, 0.5), (0.7, 0.3), (0.76, 0)], CHINA)
    pen.box(0.06, 0.46, 0.94, 0.56, WHITE, 12)


def draw_towels(pen: Pen) -> None:
    """Draw towels on a rail."""
    pen.line([(0, 0.95), (1, 0.95)], STEEL, 6)
    for k in range(2):
        u = 0.08 + k * 0.46
        pen.box(u, 0.1 + k * 0.1, u + 0.38, 1, BRIGHT[(k * 3 + 3) % 7], 5)
        pen.flat(u, 0.24 + k * 0.08, u + 0.38, 0.3 + k * 0.08, WHITE, 0.7)


def draw_shower(pen: Pen) -> None:
    """Draw a shower of glass."""
    pen.shadow()
    pen.box(0, 0, 1, 0.06, CHINA)
    pen.line([(0.2, 0.3), (0.2, 0.92), (0.42, 0.94)], STEEL, 6)
    pen.shape([(0.32, 0.88), (0.56, 0.88), (0.47, 0.94), (0.41, 0.94)], STEEL)
    for k in range(8):
        pen.line([(0.34 + k * 0.028, 0.84), (0.3 + k * 0.04, 0.3)], (190.0, 224.0, 246.0), 2, 0.7)
    pen.flat(0, 0.05, 1, 1, (200.0, 230.0, 242.0), 0.3)
    pen.canvas.stroke(pen.path(0, 0.05, 1, 1, 3), STEEL, 6)
    pen.spot(0.9, 0.5, 0.03, STEEL, 3)


PIECES: dict[str, Piece] = {
    "basin": draw_basin,
    "bathtub": draw_bathtub,
    "cabinets": draw_cabinets,
    "counter": draw_counter,
    "fridge": draw_fridge,
    "hood": draw_hood,
    "kitchen_sink": draw_kitchen_sink,
    "pans": draw_pans,
    "shower": draw_shower,
    "stove": draw_stove,
    "toilet": draw_toilet,
    "towels": draw_towels,
}
