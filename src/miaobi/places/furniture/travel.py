"""Pieces of trains, stations, tunnels and spaceships."""

import math

from miaobi.drawing.color import BLACK, Color, mix, shade, tint
from miaobi.drawing.path import ellipse
from miaobi.places.interiors.pieces import (
    BRIGHT,
    DARK,
    GOLD,
    LAMPLIGHT,
    STEEL,
    WOOD,
    Pen,
    Piece,
    pale,
)

SCREEN: Color = (90.0, 214.0, 240.0)


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
            seen = u + w * pen.rng.uniform(0.26, 0.7)
            color = mix((120.0, 104.0, 110.0), pen.pick(), 0.35)
            pen.box(seen - w * 0.13, 0.46, seen + w * 0.13, 0.58, color, 12)
            pen.spot(seen, 0.62, w * 0.085, mix(color, (230.0, 184.0, 150.0), 0.6))
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


def draw_shutter(pen: Pen) -> None:
    """Draw a closed shutter of slats, the gate of a garage."""
    pen.box(-0.03, 0, 1.03, 1.04, shade(pen.color, 0.3), 4)
    count = round(pen.height / 32)
    for k in range(count):
        pen.box(0, k / count, 1, (k + 0.93) / count, pen.color, 2)
    pen.box(0.44, 0.06, 0.56, 0.1, DARK)


def draw_tires(pen: Pen) -> None:
    """Draw a stack of tires."""
    pen.shadow()
    for k in range(4):
        pen.box(0, k / 4, 1, (k + 0.94) / 4, (64.0, 62.0, 70.0), 16)
        pen.flat(0.1, (k + 0.45) / 4, 0.9, (k + 0.52) / 4, (100.0, 98.0, 106.0))


PIECES: dict[str, Piece] = {
    "air_lock": draw_air_lock,
    "car": draw_car,
    "console": draw_console,
    "handles": draw_handles,
    "hologram": draw_hologram,
    "luggage_rack": draw_luggage_rack,
    "platform_edge": draw_platform_edge,
    "rails": draw_rails,
    "shutter": draw_shutter,
    "subway_train": draw_subway_train,
    "suitcase": draw_suitcase,
    "tires": draw_tires,
    "train_seat": draw_train_seat,
    "tunnel": draw_tunnel,
}
