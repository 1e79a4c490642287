"""Pieces of vehicles, stations, tunnels, dungeons, cellars, garages, greenhouses and tea houses."""

import math

from miaobi.drawing.color import BLACK, WHITE, Color, mix, shade, tint
from miaobi.drawing.path import ellipse
from miaobi.places.pieces import (
    BRIGHT,
    DARK,
    GOLD,
    LAMPLIGHT,
    LEAF,
    STEEL,
    WOOD,
    Pen,
    Piece,
    draw_pot,
    pale,
)

SCREEN: Color = (90.0, 214.0, 240.0)
STONE: Color = (110.0, 108.0, 122.0)


def draw_train_seat(pen: Pen) -> None:
    """Draw a pair of seats of a train."""
    pen.shadow()
    for u in (0, 0.52):
        pen.box(u, 0.1, u + 0.46, 1, pen.color, 24)
        pen.box(u + 0.05, 0.76, u + 0.41, 0.97, pale(pen.color, 0.7), 14)
        pen.box(u - 0.01, 0.1, u + 0.47, 0.38, tint(pen.color, 0.1), 14)
        pen.box(u + 0.16, 0, u + 0.3, 0.1, DARK)


def draw_handles(pen: Pen) -> None:
    """Draw a rail with hanging handles."""
    pen.box(0, 0.9, 1, 1, STEEL)
    for k in range(round(pen.width / 90)):
        u = (k + 0.5) * 90 / pen.width
        pen.line([(u, 0.9), (u, 0.4)], (236.0, 236.0, 230.0), 6)
        x, y = pen.at(u, 0.2)
        pen.canvas.stroke(ellipse(x, y, 15), (246.0, 190.0, 84.0), 6)


def draw_luggage_rack(pen: Pen) -> None:
    """Draw a rack with suitcases above the windows."""
    pen.box(0, 0, 1, 0.12, STEEL)
    for k in range(round(pen.width / 120)):
        u, color = (k + pen.rng.uniform(0, 0.4)) * 120 / pen.width, pen.pick()
        w = pen.rng.uniform(50, 80) / pen.width
        pen.box(u, 0.12, u + w, 0.8 + pen.rng.uniform(0, 0.2), color, 8)
        pen.box(u + w * 0.3, 0.8, u + w * 0.7, 0.96, shade(color, 0.4), 3)


def draw_suitcase(pen: Pen) -> None:
    """Draw a suitcase on wheels."""
    pen.shadow()
    pen.line([(0.3, 0.8), (0.3, 1), (0.7, 1), (0.7, 0.8)], DARK, 5)
    pen.box(0, 0.06, 1, 0.84, pen.color, 12)
    for u in (0.24, 0.5, 0.76):
        pen.line([(u, 0.14), (u, 0.76)], shade(pen.color, 0.2), 3)
    for u in (0.14, 0.86):
        pen.spot(u, 0.04, 0.08, DARK)


def draw_subway_train(pen: Pen) -> None:
    """Draw a train that stands at the platform."""
    pen.box(0, 0.05, 1, 1, (222.0, 228.0, 232.0), 30)
    pen.flat(0, 0.24, 1, 0.36, pen.color)
    n = round(pen.width / 150)
    for k in range(n):
        u, w = k / n, 1 / n
        if k % 3 == 1:
            for d in (0.06, 0.52):
                pen.box(u + w * d, 0.06, u + w * (d + 0.42), 0.88, STEEL, 4)
                pen.box(u + w * (d + 0.07), 0.46, u + w * (d + 0.35), 0.8, (250.0, 238.0, 196.0), 6)
        else:
            pen.box(u + w * 0.08, 0.46, u + w * 0.92, 0.82, (250.0, 238.0, 196.0), 10)
            pen.spot(u + w * 0.3, 0.54, w * 0.09, mix(DARK, pen.pick(), 0.3), 1.2)
    pen.flat(0, 0, 1, 0.06, DARK)


def draw_platform_edge(pen: Pen) -> None:
    """Draw the yellow line along a platform."""
    pen.flat(0, 0, 1, 1, (250.0, 206.0, 70.0))
    pen.flat(0, 0.94, 1, 1.3, DARK, 0.7)


def draw_console(pen: Pen) -> None:
    """Draw the console of a spaceship with screens, buttons and levers."""
    pen.shadow()
    pen.shape([(0.04, 0), (0.96, 0), (1, 0.6), (0, 0.6)], pen.color)
    pen.shape([(0, 0.58), (1, 0.58), (0.92, 0.92), (0.08, 0.92)], tint(pen.color, 0.2))
    n = max(2, round(pen.width / 90))
    for k in range(n):
        u = 0.1 + k * 0.82 / n
        w = 0.62 / n
        if k % 2 == 0:
            pen.box(u, 0.64, u + w, 0.86, (20.0, 44.0, 70.0), 5)
            wave = [(u + w * t / 8, 0.75 + math.sin(t * 1.7 + k) * 0.06) for t in range(9)]
            pen.line(wave, SCREEN, 3)
        else:
            for c in range(8):
                pen.spot(
                    u + w * (0.1 + c % 4 * 0.26), 0.7 + c // 4 * 0.11, w * 0.1, BRIGHT[(c + k) % 7]
                )
    for k in range(round(pen.width / 60)):
        pen.flat(
            0.06 + k * 0.9 * 60 / pen.width,
            0.3,
            0.06 + (k + 0.6) * 0.9 * 60 / pen.width,
            0.34,
            SCREEN,
            0.9,
        )


def draw_hologram(pen: Pen) -> None:
    """Draw a screen of light with a planet and lines of text."""
    pen.box(0, 0, 1, 1, (24.0, 50.0, 84.0), 12)
    pen.canvas.stroke(pen.path(0, 0, 1, 1, 12), SCREEN, 4)
    pen.ball(0.32, 0.52, 0.18, BRIGHT[pen.rng.randrange(7)])
    pen.curve([(0.06, 0.4), (0.3, 0.34), (0.58, 0.64)], SCREEN, 3)
    for k in range(5):
        pen.line(
            [(0.64, 0.78 - k * 0.14), (0.74 + pen.rng.random() * 0.16, 0.78 - k * 0.14)],
            SCREEN,
            3.5,
        )


def draw_air_lock(pen: Pen) -> None:
    """Draw the sliding door of a spaceship."""
    pen.box(-0.1, 0, 1.1, 1.06, shade(pen.color, 0.3), 22)
    pen.box(0, 0, 1, 0.98, pen.color, 16)
    pen.flat(0.49, 0, 0.51, 0.98, DARK)
    pen.box(0.3, 0.6, 0.7, 0.8, SCREEN, 12)
    for k in range(6):
        pen.shape(
            [(k / 6, 0.1), (k / 6 + 0.08, 0.1), (k / 6 + 0.14, 0.2), (k / 6 + 0.06, 0.2)], GOLD
        )


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


VELVET: Color = (150.0, 40.0, 60.0)


def draw_chest(pen: Pen) -> None:
    """Draw an old chest with iron bands."""
    pen.shadow()
    pen.box(0, 0, 1, 0.6, pen.color, 4)
    pen.box(-0.02, 0.56, 1.02, 1, tint(pen.color, 0.1), 24)
    for u in (0.1, 0.82):
        pen.box(u, 0, u + 0.08, 1, GOLD, 3)
    pen.flat(0, 0.56, 1, 0.62, shade(pen.color, 0.5))
    pen.box(0.43, 0.42, 0.57, 0.68, GOLD, 4)


def draw_car(pen: Pen) -> None:
    """Draw a car from its side."""
    pen.shadow()
    pen.blob([(0.16, 0.5), (0.28, 0.96), (0.36, 1), (0.66, 1), (0.76, 0.9), (0.86, 0.5)], pen.color)
    pen.shape([(0.26, 0.58), (0.34, 0.88), (0.5, 0.88), (0.5, 0.58)], (196.0, 226.0, 238.0))
    pen.shape([(0.53, 0.58), (0.53, 0.88), (0.68, 0.88), (0.78, 0.58)], (196.0, 226.0, 238.0))
    pen.box(0, 0.2, 1, 0.6, pen.color, 26)
    for u in (0.2, 0.8):
        pen.ball(u, 0.16, 0.1, DARK)
        pen.spot(u, 0.16, 0.05, STEEL)
    pen.spot(0.97, 0.42, 0.03, LAMPLIGHT)
    pen.flat(0.46, 0.48, 0.52, 0.51, STEEL)


def draw_tires(pen: Pen) -> None:
    """Draw a stack of tires."""
    pen.shadow()
    for k in range(4):
        pen.box(0, k / 4, 1, (k + 0.94) / 4, (64.0, 62.0, 70.0), 16)
        pen.flat(0.1, (k + 0.45) / 4, 0.9, (k + 0.52) / 4, (100.0, 98.0, 106.0))


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


def draw_tunnel(pen: Pen) -> None:
    """Draw the arches of a tunnel, one behind the other, with light at the end."""
    for k in range(7):
        grow = 1 - k * 0.135
        color = mix(
            mix(pen.color, BLACK, 0.12 + k * 0.075), (255.0, 240.0, 200.0), 0.5 if k == 6 else 0
        )
        half, top = 0.5 * grow, 0.1 + 0.9 * grow**1.2
        outline = [
            (0.5 - half, 0),
            (0.5 - half, top * 0.5),
            (0.5 - half * 0.72, top * 0.9),
            (0.5, top * 1.06),
            (0.5 + half * 0.72, top * 0.9),
            (0.5 + half, top * 0.5),
            (0.5 + half, 0),
        ]
        low = [(0.5 - half, -0.05), *outline, (0.5 + half, -0.05)]
        pen.blob(low, color)
        if 0 < k < 6:
            pen.curve(outline, tint(color, 0.16), 10 * grow)
            pen.spot(0.5, top * 0.9, 0.012 * grow, LAMPLIGHT)
    pen.shine(0.5, 0.14, 200, (255.0, 240.0, 200.0), 0.7)


def draw_rails(pen: Pen) -> None:
    """Draw rails that lead away from us."""
    for k in range(9):
        v = (k / 9) ** 0.7
        w = 0.5 - 0.42 * v
        pen.box(0.5 - w, v, 0.5 + w, v + 0.05 * (1.2 - v), shade(WOOD, 0.25))
    for side in (-1, 1):
        pen.line([(0.5 + side * 0.36, 0), (0.5 + side * 0.055, 1)], STEEL, 7)


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
    "air_lock": draw_air_lock, "barrels": draw_barrels, "bars": draw_bars,
    "big_plant": draw_big_plant, "car": draw_car, "chains": draw_chains, "chest": draw_chest,
    "console": draw_console, "handles": draw_handles, "hanging_plant": draw_hanging_plant,
    "hologram": draw_hologram, "lattice": draw_lattice, "luggage_rack": draw_luggage_rack,
    "plant_bench": draw_plant_bench, "platform_edge": draw_platform_edge, "railing": draw_railing,
    "rails": draw_rails, "scroll": draw_scroll, "straw": draw_straw,
    "subway_train": draw_subway_train, "suitcase": draw_suitcase, "tea_table": draw_tea_table,
    "tires": draw_tires, "train_seat": draw_train_seat, "tunnel": draw_tunnel,
    "wine_rack": draw_wine_rack,
}  # fmt: skip
