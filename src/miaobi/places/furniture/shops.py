"""Furniture of shops, cafes and bars: counters and shelves of goods."""

from miaobi.drawing.color import BLACK, WHITE, Color, mix, shade, tint
from miaobi.places.interiors.pieces import (
    BRIGHT,
    DARK,
    FLAME,
    GOLD,
    LAMPLIGHT,
    STEEL,
    WOOD,
    Pen,
    Piece,
    pale,
)

CHINA: Color = (246.0, 246.0, 244.0)
BREAD: Color = (214.0, 152.0, 84.0)


def draw_goods(pen: Pen) -> None:
    """Draw one kind of goods in a row: tins, boxes, bottles or fruit."""
    kind, color = pen.rng.randrange(4), pen.pick()
    count = max(2, round(pen.width / 26))
    for k in range(count):
        u, w = k / count, 0.88 / count
        if kind == 0:
            pen.box(u, 0, u + w, 0.62, color, 3)
            pen.flat(u, 0.16, u + w, 0.44, pale(color, 0.75))
        elif kind == 1:
            pen.box(u, 0, u + w, 0.84, color, 1)
            pen.spot(u + w / 2, 0.5, w * 0.3, pale(pen.pick(), 0.3))
        elif kind == 2:
            pen.box(u + w * 0.1, 0, u + w * 0.9, 0.56, color, 5)
            pen.box(u + w * 0.35, 0.5, u + w * 0.65, 0.86, color, 2)
        else:
            pen.ball(u + w / 2, 0.2, w * 0.52, color)
            pen.ball(u + w, 0.46, w * 0.52, color)


def draw_goods_shelf(pen: Pen) -> None:
    """Draw a shelf of a shop, full of goods, with a sign above."""
    pen.shadow()
    rows = max(3, round(pen.height / 74))
    pen.box(0, 0, 1, 1, shade(pen.color, 0.12), 4)
    for k in range(rows):
        v = 0.05 + k * 0.86 / rows
        pen.flat(0.03, v, 0.97, v + 0.8 / rows, shade(pen.color, 0.4), 0.5)
        for c in range(max(1, round(pen.width / 110))):
            n = max(1, round(pen.width / 110))
            u = 0.05 + c * 0.92 / n
            draw_goods(pen.part((u, v, u + 0.84 / n, v + 0.76 / rows)))
        pen.box(0.01, v - 0.022, 0.99, v, pale(pen.color, 0.6), 1)
        for c in range(5):
            pen.flat(0.1 + c * 0.18, v - 0.02, 0.16 + c * 0.18, v - 0.003, (250.0, 220.0, 90.0))
    pen.box(0, 0.93, 1, 1.02, pen.color, 4)


def draw_bread_shelf(pen: Pen) -> None:
    """Draw shelves of loaves, buns and cakes."""
    pen.shadow()
    rows = max(2, round(pen.height / 90))
    pen.box(0, 0, 1, 1, pen.color, 6)
    for k in range(rows):
        v = 0.05 + k * 0.92 / rows
        pen.flat(0.04, v, 0.96, v + 0.84 / rows, shade(pen.color, 0.5))
        count = max(2, round(pen.width / 62))
        for c in range(count):
            u, w = 0.06 + c * 0.9 / count, 0.8 / count
            _draw_bread(
                pen.part((u, v, u + w, v + 0.56 / rows), mix(BREAD, pen.pick(), 0.12)), k + c
            )
        pen.box(0.02, v - 0.02, 0.98, v + 0.005, tint(pen.color, 0.2))


def _draw_bread(pen: Pen, kind: int) -> None:
    """Draw a loaf, two buns, rolls or a cake."""
    if kind % 4 == 0:
        pen.blob([(0, 0), (-0.04, 0.6), (0.3, 0.96), (0.7, 0.96), (1.04, 0.6), (1, 0)], pen.color)
        for k in range(3):
            pen.line([(0.25 + k * 0.2, 0.74), (0.36 + k * 0.2, 0.5)], tint(pen.color, 0.5), 4)
    elif kind % 4 == 1:
        for u in (0.26, 0.74):
            pen.ball(u, 0.3, 0.26, pen.color)
            pen.spot(u, 0.56, 0.09, BRIGHT[0])
    elif kind % 4 == 2:
        for k in range(4):
            pen.line([(0.1 + k * 0.26, 0.04), (0.02 + k * 0.3, 1.1)], shade(pen.color, 0.1), 11)
            pen.line([(0.1 + k * 0.26, 0.1), (0.02 + k * 0.3, 1.05)], tint(pen.color, 0.2), 4)
    else:
        pen.box(0.08, 0.06, 0.92, 0.6, pale(BRIGHT[6], 0.5), 8)
        pen.box(0.08, 0.48, 0.92, 0.78, CHINA, 10)
        for k in range(3):
            pen.ball(0.26 + k * 0.24, 0.86, 0.08, BRIGHT[0])
        pen.box(0, 0, 1, 0.07, STEEL)


def draw_glass_case(pen: Pen) -> None:
    """Draw a counter of glass with cakes in it."""
    pen.shadow()
    pen.box(0, 0, 1, 1, pen.color, 8)
    pen.box(0.03, 0.34, 0.97, 0.92, (255.0, 240.0, 208.0), 6)
    count = max(3, round(pen.width / 66))
    for k in range(count):
        u = 0.06 + k * 0.9 / count
        _draw_bread(
            pen.part((u, 0.37, u + 0.7 / count, 0.68), mix(BREAD, BRIGHT[5], 0.2)), 3 - k % 2 * 2
        )
    pen.shape([(0.1, 0.34), (0.2, 0.34), (0.34, 0.92), (0.24, 0.92)], WHITE, 0.35)
    pen.box(-0.01, 0.93, 1.01, 1.02, tint(WOOD, 0.2), 4)


def draw_till(pen: Pen) -> None:
    """Draw a shop's counter with a till on it."""
    pen.shadow()
    pen.box(0, 0, 1, 0.94, pen.color, 4)
    for k in range(max(2, round(pen.width / 60))):
        n = max(2, round(pen.width / 60))
        pen.box((k + 0.1) / n, 0.1, (k + 0.9) / n, 0.82, tint(pen.color, 0.13), 4)
    pen.box(-0.02, 0.92, 1.02, 1.02, tint(WOOD, 0.25), 4)
    pen.shape([(0.5, 1.02), (0.86, 1.02), (0.82, 1.34), (0.54, 1.34)], DARK)
    pen.box(0.56, 1.36, 0.8, 1.6, STEEL, 4)
    pen.box(0.58, 1.4, 0.78, 1.56, (170.0, 226.0, 190.0))
    for k in range(8):
        pen.flat(
            0.57 + k % 4 * 0.06, 1.1 + k // 4 * 0.1, 0.61 + k % 4 * 0.06, 1.16 + k // 4 * 0.1, CHINA
        )
    pen.blob([(0.12, 1.02), (0.1, 1.4), (0.3, 1.4), (0.3, 1.02)], pen.pick())
    pen.curve([(0.15, 1.4), (0.16, 1.56), (0.24, 1.56), (0.25, 1.4)], DARK, 3)


def draw_clothes(pen: Pen) -> None:
    """Draw a rail with clothes on hangers."""
    pen.shadow()
    for u in (0.03, 0.97):
        pen.line([(u, 0), (u, 0.97)], STEEL, 6)
    pen.line([(0.03, 0.97), (0.97, 0.97)], STEEL, 6)
    count = max(3, round(pen.width / 46))
    for k in range(count):
        u, w, color = 0.1 + k * 0.82 / count, 0.86 / count, pen.pick()
        low = pen.rng.uniform(0.16, 0.4)
        pen.line([(u + w / 2, 0.97), (u + w / 2, 0.88)], DARK, 2)
        pen.shape(
            [
                (u, 0.78),
                (u + w * 0.4, 0.89),
                (u + w * 0.6, 0.89),
                (u + w, 0.78),
                (u + w * 1.06, low),
                (u - w * 0.06, low),
            ],
            color,
        )
        pen.flat(u, low + 0.1, u + w, low + 0.14, pale(color, 0.5), 0.7)


def draw_bottles(pen: Pen) -> None:
    """Draw lit shelves of bottles and glasses."""
    rows = max(2, round(pen.height / 84))
    pen.box(0, 0, 1, 1, pen.color, 5)
    for k in range(rows):
        v = 0.05 + k * 0.92 / rows
        pen.box(0.03, v, 0.97, v + 0.82 / rows, mix(shade(pen.color, 0.4), FLAME, 0.25))
        for c in range(round(pen.width / 24)):
            u, w = 0.05 + c * 22 / pen.width, 14 / pen.width
            color = mix(pen.pick(), BLACK, 0.1)
            tall = pen.rng.uniform(0.3, 0.46) / rows
            pen.box(u, v, u + w, v + tall, color, 4)
            pen.box(u + w * 0.32, v + tall, u + w * 0.68, v + tall + 0.2 / rows, color, 1)
            pen.flat(u, v + tall * 0.3, u + w, v + tall * 0.7, CHINA, 0.75)
        pen.box(0.01, v - 0.015, 0.99, v + 0.004, tint(pen.color, 0.3), 1)


def draw_stools(pen: Pen) -> None:
    """Draw a row of high stools."""
    count = max(1, round(pen.width / 70))
    for k in range(count):
        u = (k + 0.5) / count
        pen.line([(u, 0.9), (u, 0.05)], STEEL, 7)
        pen.spot(u, 0.03, 0.3 / count, STEEL, 0.25)
        pen.box(u - 0.32 / count, 0.86, u + 0.32 / count, 1, pen.color, 7)


def draw_menu(pen: Pen) -> None:
    """Draw a board with a menu in chalk."""
    pen.box(0, 0, 1, 1, WOOD, 6)
    pen.box(0.04, 0.06, 0.96, 0.94, (50.0, 58.0, 56.0), 3)
    pen.curve(
        [(0.3, 0.82), (0.4, 0.9), (0.5, 0.78), (0.6, 0.88), (0.7, 0.82)], (250.0, 220.0, 120.0), 4
    )
    for k in range(5):
        v = 0.68 - k * 0.12
        for left, right in (
            (0.1, 0.3 + pen.rng.random() * 0.12),
            (0.56, 0.72 + pen.rng.random() * 0.14),
        ):
            pen.line([(left, v), (right, v)], pale(pen.pick(), 0.75), 3.4)


def draw_coffee_bar(pen: Pen) -> None:
    """Draw a counter with a coffee machine and cups."""
    pen.shadow()
    pen.box(0, 0, 1, 0.94, pen.color)
    n = max(3, round(pen.width / 40))
    for k in range(n):
        pen.box((k + 0.08) / n, 0.04, (k + 0.92) / n, 0.88, tint(pen.color, 0.1), 2)
    pen.box(-0.01, 0.92, 1.01, 1.02, tint(WOOD, 0.3), 4)
    machine = pen.part((0.5, 1.02, 0.82, 1.9))
    machine.box(0, 0.1, 1, 1, BRIGHT[0], 10)
    machine.box(0.06, 0.14, 0.94, 0.5, DARK, 4)
    machine.box(0.04, 0, 0.96, 0.12, STEEL)
    for u in (0.28, 0.7):
        machine.box(u - 0.08, 0.46, u + 0.08, 0.56, STEEL)
        machine.box(u - 0.09, 0.12, u + 0.07, 0.3, CHINA, 4)
    for k in range(6):
        machine.box(0.06 + k * 0.15, 1, 0.18 + k * 0.15, 1.16, CHINA, 3)
    for k in range(3):
        pen.box(0.08 + k * 0.12, 1.02, 0.16 + k * 0.12, 1.34, (224.0, 236.0, 240.0), 6)
        pen.box(
            0.085 + k * 0.12,
            1.02,
            0.155 + k * 0.12,
            1.22,
            (BREAD, (110.0, 72.0, 52.0), BRIGHT[0])[k],
            4,
        )
    pen.shine(0.42, 1.5, 26, WHITE, 0.3)
    pen.box(0.88, 1.02, 0.95, 1.2, LAMPLIGHT, 4)
    pen.flat(0.7, 1.75, 0.72, 1.78, GOLD)


PIECES: dict[str, Piece] = {
    "bottles": draw_bottles,
    "bread_shelf": draw_bread_shelf,
    "clothes": draw_clothes,
    "coffee_bar": draw_coffee_bar,
    "glass_case": draw_glass_case,
    "goods_shelf": draw_goods_shelf,
    "menu": draw_menu,
    "stools": draw_stools,
    "till": draw_till,
}
