"""Decoration: pictures, clocks, flags, balloons, doors and what else hangs on walls."""

import math

from miaobi.drawing.color import BLACK, WHITE, Color, mix, shade, tint
from miaobi.places.interiors.pieces import (
    BRIGHT,
    DARK,
    FLAME,
    GOLD,
    LEAF,
    STEEL,
    WOOD,
    Pen,
    Piece,
    pale,
)

CHINA: Color = (246.0, 246.0, 244.0)


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
            inner.ball(0.5, 0.1, 0.36, pen.pick())
            fur = mix((236.0, 176.0, 110.0), pen.pick(), 0.25)
            for u in (0.3, 0.7):
                inner.ball(u, 0.74, 0.1, fur)
            inner.ball(0.5, 0.56, 0.27, fur)
            for u in (0.4, 0.6):
                inner.spot(u, 0.6, 0.032, DARK)
            inner.spot(0.5, 0.48, 0.1, tint(fur, 0.5))
            inner.spot(0.5, 0.51, 0.035, DARK)
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
    wave = [(0.32, 0.97), (0.5, 0.99), (0.66, 0.93), (0.84, 0.9), (1, 0.93)]
    cloth = [*wave, *((u - 0.02, v - 0.4) for u, v in reversed(wave))]
    pen.shape(cloth, pen.color)
    for k in (1, 3):
        (u, v), (w, x) = wave[k], wave[k + 1]
        pen.shape(
            [(u, v), (w, x), (w - 0.02, x - 0.4), (u - 0.02, v - 0.4)], shade(pen.color, 0.2), 0.6
        )
    pen.spot(0.64, 0.74, 0.09, (255.0, 226.0, 120.0))
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
    """Draw a rack with coats, a scarf and a hat."""
    pen.box(0, 0.86, 1, 0.96, WOOD)
    for k in range(3):
        u, color, low = 0.2 + k * 0.3, pen.pick(), 0.06 + k % 2 * 0.12
        pen.spot(u, 0.9, 0.025, GOLD)
        for side in (-1, 1):
            sleeve = [
                (u + side * 0.07, 0.8),
                (u + side * 0.15, 0.7),
                (u + side * 0.17, 0.34),
                (u + side * 0.11, 0.34),
            ]
            pen.shape(sleeve, shade(color, 0.14))
        pen.shape(
            [
                (u - 0.04, 0.86),
                (u + 0.04, 0.86),
                (u + 0.11, 0.76),
                (u + 0.13, low),
                (u - 0.13, low),
                (u - 0.11, 0.76),
            ],
            color,
        )
        pen.line([(u, 0.84), (u, low)], shade(color, 0.35), 2)
        for c in range(3):
            pen.spot(u + 0.03, 0.66 - c * 0.14, 0.014, tint(color, 0.6))
    pen.blob([(0.38, 0.96), (0.4, 1.1), (0.56, 1.1), (0.6, 0.96)], pen.pick())


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


def draw_cake_table(pen: Pen) -> None:
    """Draw a table with a birthday cake and drinks."""
    pen.shadow()
    pen.shape(
        [
            (0, 0.5),
            (1, 0.5),
            (1, 0.04),
            (0.84, 0),
            (0.67, 0.05),
            (0.5, 0),
            (0.33, 0.05),
            (0.16, 0),
            (0, 0.04),
        ],
        pen.color,
    )
    pen.box(-0.02, 0.48, 1.02, 0.54, tint(pen.color, 0.4), 4)
    for u, v, w, color in (
        (0.5, 0.54, 0.2, BRIGHT[6]),
        (0.5, 0.7, 0.15, CHINA),
        (0.5, 0.84, 0.1, BRIGHT[6]),
    ):
        pen.box(u - w, v, u + w, v + 0.17, pale(color, 0.25), 6)
        for k in range(7):
            pen.spot(
                u - w + (k + 0.5) * w * 2 / 7,
                v + 0.155,
                w * 0.15,
                CHINA if color is not CHINA else BRIGHT[5],
            )
    for k in range(4):
        u = 0.44 + k * 0.04
        pen.line([(u, 1.0), (u, 1.12)], BRIGHT[k], 4)
        pen.shine(u, 1.17, 24, FLAME, 0.9)
        pen.spot(u, 1.16, 0.008, (255.0, 240.0, 180.0), 2)
    for k, u in enumerate((0.08, 0.17, 0.8, 0.9)):
        pen.box(u, 0.54, u + 0.05, 0.7, BRIGHT[(k + 1) % 7], 3)
        pen.line([(u + 0.025, 0.68), (u + 0.05, 0.8)], WHITE, 3)


def draw_gifts(pen: Pen) -> None:
    """Draw presents with ribbons."""
    pen.shadow()
    for u, v, w, t in (
        (0, 0, 0.5, 0.5),
        (0.5, 0, 0.48, 0.38),
        (0.14, 0.5, 0.34, 0.34),
        (0.56, 0.38, 0.36, 0.3),
    ):
        color, ribbon = pen.pick(), pen.pick((GOLD, CHINA, BRIGHT[6]))
        pen.box(u, v, u + w, v + t, color, 3)
        pen.flat(u + w * 0.42, v, u + w * 0.58, v + t, ribbon)
        for d in (-1, 1):
            pen.blob(
                [
                    (u + w / 2, v + t),
                    (u + w / 2 + d * 0.12, v + t + 0.12),
                    (u + w / 2 + d * 0.16, v + t + 0.02),
                ],
                ribbon,
            )


PIECES: dict[str, Piece] = {
    "cake_table": draw_cake_table,
    "gifts": draw_gifts,
    "balloons": draw_balloons,
    "banner": draw_banner,
    "bunting": draw_bunting,
    "clock": draw_clock,
    "coats": draw_coats,
    "cobweb": draw_cobweb,
    "door": draw_door,
    "flag": draw_flag,
    "mirror": draw_mirror,
    "picture": draw_picture,
    "sign": draw_sign,
    "stairs": draw_stairs,
}
