"""Fittings: lamps, pictures, clocks, doors, fireplaces, things that hang on walls."""

import math

from miaobi.drawing.color import BLACK, WHITE, Color, mix, shade, tint
from miaobi.places.pieces import (
    BRIGHT,
    DARK,
    FLAME,
    GOLD,
    LAMPLIGHT,
    LEAF,
    STEEL,
    WOOD,
    Pen,
    Piece,
    pale,
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


def draw_picture(pen: Pen) -> None:
    """Draw a framed picture of hills, a face, a boat or shapes."""
    frame = mix(GOLD, WOOD, pen.rng.random())
    border = 8 / pen.width, 8 / pen.height
    pen.box(0, 0, 1, 1, frame, 3)
    inner = pen.part((border[0], border[1], 1 - border[0], 1 - border[1]))
    sky, kind = pale(pen.pick(), 0.62), pen.rng.randrange(4)
    inner.box(0, 0, 1, 1, sky, 0)
    with pen.canvas.grouped(clip=inner.path(0, 0, 1, 1)):
        if kind == 0:
            inner.spot(0.7, 0.72, 0.12, (252.0, 226.0, 130.0))
            inner.blob([(-0.2, 0), (0.1, 0.5), (0.4, 0.6), (0.7, 0.2), (0.8, 0)], LEAF)
            inner.blob([(0.2, 0), (0.6, 0.36), (0.9, 0.5), (1.2, 0)], shade(LEAF, 0.2))
        elif kind == 1:
            inner.ball(0.5, 0.24, 0.34, pen.pick())
            inner.ball(0.5, 0.6, 0.2, (242.0, 204.0, 176.0))
            inner.spot(0.5, 0.74, 0.2, DARK, 0.5)
        elif kind == 2:
            inner.box(0, 0, 1, 0.36, BRIGHT[3], 0)
            inner.shape([(0.3, 0.34), (0.7, 0.34), (0.62, 0.22), (0.38, 0.22)], WOOD)
            inner.shape([(0.5, 0.38), (0.5, 0.84), (0.7, 0.4)], WHITE)
        else:
            for _ in range(5):
                u, v = pen.rng.uniform(0.1, 0.9), pen.rng.uniform(0.1, 0.9)
                inner.spot(u, v, pen.rng.uniform(0.1, 0.26), pen.pick(), 1, 0.85)


def draw_clock(pen: Pen) -> None:
    """Draw a round clock."""
    pen.ball(0.5, 0.5, 0.5, pen.color)
    pen.spot(0.5, 0.5, 0.41, (252.0, 250.0, 242.0))
    for k in range(12):
        a = k * math.pi / 6
        pen.spot(0.5 + math.sin(a) * 0.34, 0.5 + math.cos(a) * 0.34, 0.025, DARK)
    for length, width in ((0.2, 5.0), (0.3, 3.0)):
        a = pen.rng.uniform(0, 6.28)
        pen.line(
            [(0.5, 0.5), (0.5 + math.sin(a) * length, 0.5 + math.cos(a) * length)], DARK, width
        )


def draw_door(pen: Pen) -> None:
    """Draw a door in its frame."""
    pen.box(-0.08, 0, 1.08, 1.04, tint(pen.color, 0.35), 4)
    pen.box(0, 0, 1, 1, pen.color, 2)
    for v0, v1 in ((0.08, 0.42), (0.52, 0.92)):
        for u in (0.12, 0.54):
            pen.box(u, v0, u + 0.34, v1, shade(pen.color, 0.1), 4)
            pen.box(u + 0.03, v0 + 0.015, u + 0.31, v1 - 0.01, tint(pen.color, 0.08), 4)
    pen.ball(0.9, 0.47, 0.05, GOLD)


def draw_fireplace(pen: Pen) -> None:
    """Draw a fireplace of stones with a burning fire."""
    pen.shadow()
    pen.box(0.12, 0.6, 0.88, 3.4, STONE, 0)
    pen.box(0, 0, 1, 0.9, STONE, 4)
    for k in range(26):
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


def draw_balloons(pen: Pen) -> None:
    """Draw a bunch of balloons on strings."""
    for k in range(7):
        u, v = 0.16 + (k % 4) * 0.23, 0.6 + (k // 4) * 0.22 + pen.rng.uniform(0, 0.12)
        pen.curve([(u, v), (u * 0.8 + 0.1, v * 0.6), (0.5, 0)], pale(DARK, 0.4), 1.6)
        color = BRIGHT[(k + pen.rng.randrange(3)) % 7]
        pen.ball(u, v, 0.15, color, 1.18)
        pen.spot(u - 0.05, v + 0.06, 0.03, WHITE, 1.4, 0.6)


def draw_bunting(pen: Pen) -> None:
    """Draw a line of small flags."""
    count = max(4, round(pen.width / 44))
    sag = [
        (k / count, 1 - math.sin(math.pi * ((k / count * 3) % 1)) * 0.5) for k in range(count + 1)
    ]
    pen.line(sag, DARK, 2.5)
    for k in range(count):
        (u, v), (w, x) = sag[k], sag[k + 1]
        pen.shape([(u, v), (w, x), ((u + w) / 2, (v + x) / 2 - 0.5)], BRIGHT[k % 7])


def draw_flag(pen: Pen) -> None:
    """Draw a flag on a pole that stands on the floor."""
    pen.shadow(0.1, 0.5)
    pen.box(0.26, 0, 0.32, 1, GOLD)
    pen.ball(0.29, 1.01, 0.06, GOLD)
    pen.blob(
        [(0.32, 0.97), (0.6, 0.9), (0.96, 0.8), (0.9, 0.4), (0.7, 0.3), (0.5, 0.34), (0.32, 0.42)],
        pen.color,
    )
    pen.spot(0.58, 0.66, 0.1, (255.0, 226.0, 120.0))
    pen.spot(0.29, 0.01, 0.16, GOLD, 0.3)


def draw_banner(pen: Pen) -> None:
    """Draw a banner with a star that hangs on the wall."""
    pen.line([(-0.08, 0.99), (1.08, 0.99)], GOLD, 6)
    pen.shape([(0, 1), (1, 1), (1, 0.12), (0.5, 0), (0, 0.12)], pen.color)
    pen.line([(0.08, 0.98), (0.08, 0.16), (0.5, 0.05), (0.92, 0.16), (0.92, 0.98)], GOLD, 3)
    points = []
    for k in range(10):
        a, r = k * math.pi / 5, 0.24 if k % 2 == 0 else 0.1
        points.append((0.5 + math.sin(a) * r, 0.6 + math.cos(a) * r * pen.width / pen.height))
    pen.shape(points, GOLD)


def draw_sign(pen: Pen) -> None:
    """Draw a sign with a line of marks like writing."""
    pen.box(0, 0, 1, 1, pen.color, 8)
    pen.canvas.stroke(pen.path(0.02, 0.1, 0.98, 0.9, 6), WHITE, 2.5, 0.8)
    for k in range(6):
        u = 0.16 + k * 0.12
        pen.box(u, 0.34, u + 0.07, 0.66, WHITE, 2)


def draw_stairs(pen: Pen) -> None:
    """Draw stairs that lead up."""
    count = 9
    for k in range(count):
        u = k / count
        pen.box(u, 0, 1, (k + 1) / count, mix(pen.color, BLACK, 0.24 - k * 0.02), 0)
        pen.box(u - 0.01, (k + 0.8) / count, 1, (k + 1) / count, tint(pen.color, 0.12), 2)
    pen.line([(0.02, 0.42), (0.98, 1.4)], shade(WOOD, 0.1), 9)
    for k in range(count):
        u = (k + 0.4) / count
        pen.line([(u, (k + 1) / count), (u, 0.4 + u)], WOOD, 4)


def draw_coats(pen: Pen) -> None:
    """Draw a rack with coats and a hat."""
    pen.box(0, 0.84, 1, 0.96, WOOD)
    for k in range(3):
        u, color = 0.16 + k * 0.34, pen.pick()
        pen.spot(u, 0.88, 0.03, GOLD)
        pen.blob(
            [
                (u - 0.08, 0.84),
                (u - 0.14, 0.5),
                (u - 0.13, 0.1 + k * 0.1),
                (u + 0.13, 0.1 + k * 0.1),
                (u + 0.14, 0.5),
                (u + 0.08, 0.84),
            ],
            color,
        )
        pen.line([(u, 0.8), (u, 0.2 + k * 0.1)], shade(color, 0.3), 2)


def draw_cobweb(pen: Pen) -> None:
    """Draw a cobweb in a corner above."""
    for k in range(5):
        a = math.radians(4 + k * 21)
        pen.line([(0, 1), (math.cos(a), 1 - math.sin(a))], (236.0, 236.0, 240.0), 1.6, 0.7)
    for r in (0.3, 0.55, 0.8):
        arc = [
            (math.cos(math.radians(4 + k * 21)) * r, 1 - math.sin(math.radians(4 + k * 21)) * r)
            for k in range(5)
        ]
        pen.line(arc, (236.0, 236.0, 240.0), 1.6, 0.7)


def draw_mirror(pen: Pen) -> None:
    """Draw a tall mirror in a frame."""
    pen.canvas.fill(pen.path(0, 0, 1, 1, 60), GOLD)
    pen.canvas.fill(pen.path(0.08, 0.04, 0.92, 0.96, 54), (204.0, 224.0, 234.0))
    pen.shape([(0.2, 0.1), (0.4, 0.1), (0.8, 0.88), (0.6, 0.92)], WHITE, 0.4)
    pen.spot(0.5, 1.0, 0.08, STEEL)


PIECES: dict[str, Piece] = {
    "balloons": draw_balloons, "banner": draw_banner, "bulb": draw_bulb, "bunting": draw_bunting,
    "candles": draw_candles, "chandelier": draw_chandelier, "clock": draw_clock,
    "coats": draw_coats, "cobweb": draw_cobweb, "door": draw_door, "fireplace": draw_fireplace,
    "flag": draw_flag, "floor_lamp": draw_floor_lamp, "lantern": draw_lantern,
    "mirror": draw_mirror, "neon": draw_neon, "pendant": draw_pendant, "picture": draw_picture,
    "sign": draw_sign, "stairs": draw_stairs, "torch": draw_torch,
}  # fmt: skip
