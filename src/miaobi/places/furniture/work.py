"""Furniture of laboratories, hospitals, factories and warehouses."""

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
    pale,
)

CARDBOARD: Color = (202.0, 158.0, 108.0)


def draw_lab_bench(pen: Pen) -> None:
    """Draw a bench with flasks, tubes, a burner and a microscope."""
    pen.shadow()
    pen.box(0, 0, 1, 0.9, pen.color)
    n = max(2, round(pen.width / 110))
    for k in range(n):
        pen.box((k + 0.06) / n, 0.1, (k + 0.94) / n, 0.8, tint(pen.color, 0.25), 3)
        pen.box((k + 0.4) / n, 0.7, (k + 0.6) / n, 0.73, STEEL)
    pen.box(-0.01, 0.9, 1.01, 1, (70.0, 84.0, 100.0), 3)
    unit = pen.height / pen.width
    for k in range(max(2, round(pen.width / 100))):
        u, color = 0.06 + k * 96 / pen.width, pen.pick()
        if k % 3 == 0:
            _draw_flask(pen.part((u, 1, u + 0.62 * unit, 1.72), color))
        elif k % 3 == 1:
            pen.box(u, 1.12, u + 0.74 * unit, 1.2, WOOD)
            for c in range(4):
                tube = u + (0.06 + c * 0.18) * unit
                pen.box(tube, 1, tube + 0.1 * unit, 1.5, (220.0, 236.0, 242.0), 5)
                pen.box(tube, 1, tube + 0.1 * unit, 1.26, BRIGHT[(c + k) % 7], 5)
        else:
            _draw_microscope(pen.part((u, 1, u + 0.6 * unit, 1.8)))


def _draw_flask(pen: Pen) -> None:
    """Draw a flask with a colored liquid and bubbles."""
    pen.shape(
        [(0.4, 1), (0.6, 1), (0.6, 0.6), (1, 0), (0, 0), (0.4, 0.6)], (214.0, 234.0, 240.0), 0.85
    )
    pen.shape([(0.28, 0.42), (0.72, 0.42), (0.98, 0.02), (0.02, 0.02)], pen.color)
    pen.box(0.34, 0.94, 0.66, 1.02, (232.0, 244.0, 248.0))
    for k in range(4):
        pen.spot(0.36 + k * 0.1, 0.2 + k % 2 * 0.3 + k * 0.16, 0.06, pale(pen.color, 0.4), 1, 0.8)


def _draw_microscope(pen: Pen) -> None:
    """Draw a microscope."""
    pen.box(0.1, 0, 0.9, 0.1, DARK)
    pen.curve([(0.7, 0.08), (0.98, 0.3), (0.9, 0.66), (0.56, 0.74)], DARK, 10)
    pen.line([(0.24, 0.96), (0.5, 0.4)], STEEL, 15)
    pen.line([(0.2, 1.04), (0.24, 0.96)], DARK, 11)
    pen.box(0.2, 0.26, 0.74, 0.32, DARK)


def draw_element_chart(pen: Pen) -> None:
    """Draw a chart of the chemical elements."""
    pen.box(0, 0, 1, 1, (248.0, 248.0, 244.0), 3)
    for row in range(6):
        for column in range(12):
            if row < 2 and 1 < column < 8 - row:
                continue
            u, v = 0.05 + column * 0.076, 0.8 - row * 0.14
            pen.flat(u, v, u + 0.066, v + 0.12, pale(BRIGHT[(column // 2 + row // 3) % 7], 0.3))


def draw_hospital_bed(pen: Pen) -> None:
    """Draw a hospital bed on wheels with a drip and a monitor."""
    pen.shadow()
    for u in (0.1, 0.84):
        pen.line([(u, 0.3), (u, 0.08)], STEEL, 6)
        pen.ball(u, 0.06, 0.024, DARK)
    pen.box(0.02, 0.3, 0.98, 0.38, STEEL)
    pen.shape(
        [(0.04, 0.38), (0.96, 0.38), (0.96, 0.54), (0.36, 0.54), (0.1, 0.8), (0.04, 0.78)],
        (248.0, 250.0, 250.0),
    )
    pen.blob([(0.08, 0.62), (0.1, 0.84), (0.24, 0.84), (0.3, 0.64)], WHITE)
    pen.box(0.38, 0.36, 0.97, 0.6, pen.color, 10)
    pen.box(0.38, 0.5, 0.46, 0.61, WHITE, 6)
    pen.line([(0, 0.24), (0, 0.86)], STEEL, 7)
    pen.line([(1, 0.24), (1, 0.7)], STEEL, 7)
    pen.line([(-0.1, 0), (-0.1, 1.7), (-0.04, 1.7)], STEEL, 4)
    pen.box(-0.08, 1.34, -0.01, 1.66, (214.0, 236.0, 244.0), 6)
    pen.curve([(-0.045, 1.34), (-0.03, 1.0), (0.06, 1.0), (0.14, 0.7)], (190.0, 220.0, 236.0), 2)


def draw_monitor(pen: Pen) -> None:
    """Draw a monitor with the line of a heart."""
    pen.box(0, 0, 1, 1, (214.0, 220.0, 226.0), 8)
    pen.box(0.08, 0.14, 0.92, 0.9, (30.0, 50.0, 60.0), 4)
    pen.line(
        [(0.1, 0.5), (0.34, 0.5), (0.42, 0.76), (0.5, 0.24), (0.58, 0.6), (0.64, 0.5), (0.9, 0.5)],
        (110.0, 240.0, 150.0),
        3.5,
    )


def draw_cross(pen: Pen) -> None:
    """Draw the red cross of a hospital on a white sign."""
    pen.box(0, 0, 1, 1, (252.0, 252.0, 252.0), 14)
    pen.box(0.38, 0.16, 0.62, 0.84, BRIGHT[0], 3)
    pen.box(0.16, 0.38, 0.84, 0.62, BRIGHT[0], 3)


def draw_screen_curtain(pen: Pen) -> None:
    """Draw a curtain on a rail which hides a bed."""
    pen.line([(-0.1, 0.99), (1.1, 0.99)], STEEL, 6)
    n = max(3, round(pen.width / 26))
    for k in range(n):
        pen.pillar(k / n, 0.12, (k + 1) / n, 0.98, pen.color)


def draw_boxes(pen: Pen) -> None:
    """Draw a stack of boxes."""
    pen.shadow()
    rows = max(1, round(pen.height / 80))
    for k in range(rows):
        count = max(1, round(pen.width / 90) - k % 2)
        for c in range(count):
            u = (c + 0.5 * (k % 2) * 0.6) / max(1, round(pen.width / 90))
            w, v = 0.96 / max(1, round(pen.width / 90)), k / rows
            color = mix(CARDBOARD, WOOD, pen.rng.random() * 0.4)
            pen.box(u, v, u + w, v + 0.97 / rows, color, 2)
            pen.flat(u + w * 0.42, v, u + w * 0.58, v + 0.97 / rows, tint(color, 0.35))
            pen.flat(
                u + w * 0.64, v + 0.14 / rows, u + w * 0.9, v + 0.36 / rows, (250.0, 246.0, 238.0)
            )


def draw_rack(pen: Pen) -> None:
    """Draw a tall rack of steel with boxes and barrels."""
    pen.shadow()
    rows = max(2, round(pen.height / 130))
    for k in range(rows):
        v = 0.03 + k * 0.97 / rows
        draw_boxes(pen.part((0.06, v + 0.012, 0.94, v + pen.rng.uniform(0.5, 0.78) / rows)))
        pen.box(0, v - 0.018, 1, v + 0.012, (236.0, 140.0, 60.0), 2)
    for u in (0, 0.96):
        pen.box(u, 0, u + 0.04, 1, (70.0, 110.0, 160.0), 2)


def draw_conveyor(pen: Pen) -> None:
    """Draw a conveyor belt with goods on it."""
    for k in range(round(pen.width / 180)):
        u = (k + 0.4) * 180 / pen.width
        pen.box(u, 0, u + 20 / pen.width, 0.6, STEEL)
    pen.box(0, 0.52, 1, 0.9, (84.0, 92.0, 104.0), 26)
    pen.box(0, 0.86, 1, 0.98, DARK, 8)
    for k in range(round(pen.width / 60)):
        pen.spot((k + 0.5) * 60 / pen.width, 0.7, 13 / pen.width, STEEL)
    for k in range(round(pen.width / 120)):
        u = (k + 0.3) * 120 / pen.width
        pen.box(u, 0.98, u + 56 / pen.width, 1.46, mix(CARDBOARD, pen.pick(), 0.3), 3)
        pen.flat(u + 22 / pen.width, 0.98, u + 34 / pen.width, 1.46, tint(CARDBOARD, 0.4))


def draw_robot_arm(pen: Pen) -> None:
    """Draw a robot arm which reaches to one side."""
    pen.box(0, 0, 0.6, 0.14, DARK, 4)
    pen.line([(0.3, 0.14), (0.22, 0.6), (0.7, 0.9), (0.9, 0.6)], shade(pen.color, 0.2), 34)
    pen.line([(0.3, 0.14), (0.22, 0.6), (0.7, 0.9), (0.9, 0.6)], pen.color, 26)
    for u, v in ((0.22, 0.6), (0.7, 0.9), (0.3, 0.14)):
        pen.ball(u, v, 0.11, DARK)
        pen.spot(u, v, 0.05, STEEL)
    for u in (0.82, 0.98):
        pen.line([(0.9, 0.56), (u, 0.5), (u, 0.42)], DARK, 7)


def draw_machine(pen: Pen) -> None:
    """Draw a machine with dials, lamps, gears and a chimney."""
    pen.shadow()
    pen.box(0.7, 0.9, 0.86, 1.3, STEEL)
    pen.box(0, 0, 1, 0.94, pen.color, 10)
    pen.box(0.08, 0.56, 0.5, 0.84, (214.0, 224.0, 228.0), 6)
    for k in range(2):
        pen.spot(0.2 + k * 0.18, 0.7, 0.07, WHITE)
        pen.line([(0.2 + k * 0.18, 0.7), (0.16 + k * 0.26, 0.76)], BRIGHT[0], 3)
    for k in range(3):
        pen.ball(0.62 + k * 0.12, 0.78, 0.035, (BRIGHT[0], GOLD, LEAF)[k])
    for u, v, r in ((0.32, 0.28, 0.17), (0.66, 0.36, 0.12)):
        draw_gear(
            pen.part(
                (u - r, v - r * pen.width / pen.height, u + r, v + r * pen.width / pen.height),
                STEEL,
            )
        )


def draw_gear(pen: Pen) -> None:
    """Draw a gear."""
    points = []
    for k in range(40):
        a, r = k * math.pi / 20, 0.5 if k % 4 in (0, 1) else 0.4
        points.append((0.5 + math.cos(a) * r, 0.5 + math.sin(a) * r))
    pen.shape(points, pen.color)
    pen.spot(0.5, 0.5, 0.2, shade(pen.color, 0.5))
    pen.spot(0.5, 0.5, 0.1, tint(pen.color, 0.3))


def draw_tools(pen: Pen) -> None:
    """Draw a board of tools above a workbench."""
    pen.shadow()
    pen.box(0, 0.45, 1, 1, tint(WOOD, 0.3), 4)
    for k in range(6):
        u, color = 0.09 + k * 0.165, pen.pick()
        pen.line([(u, 0.62), (u, 0.8)], color, 11)
        if k % 3 == 0:
            pen.box(u - 0.05, 0.8, u + 0.05, 0.88, STEEL)
        elif k % 3 == 1:
            pen.line([(u, 0.8), (u, 0.92)], STEEL, 5)
        else:
            pen.shape([(u - 0.04, 0.8), (u + 0.04, 0.8), (u + 0.02, 0.94), (u - 0.02, 0.94)], STEEL)
    for u in (0.04, 0.88):
        pen.box(u, 0, u + 0.08, 0.34, shade(WOOD, 0.2))
    pen.box(0, 0.32, 1, 0.4, WOOD)
    pen.box(0.1, 0.4, 0.3, 0.5, BRIGHT[0], 4)
    pen.ball(0.7, 0.44, 0.05, STEEL)


PIECES: dict[str, Piece] = {
    "boxes": draw_boxes,
    "conveyor": draw_conveyor,
    "cross": draw_cross,
    "element_chart": draw_element_chart,
    "gear": draw_gear,
    "hospital_bed": draw_hospital_bed,
    "lab_bench": draw_lab_bench,
    "machine": draw_machine,
    "monitor": draw_monitor,
    "rack": draw_rack,
    "robot_arm": draw_robot_arm,
    "screen_curtain": draw_screen_curtain,
    "tools": draw_tools,
}
