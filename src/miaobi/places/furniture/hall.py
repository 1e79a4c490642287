"""Pieces of halls: columns, thrones, altars, stages, exhibits, courts, circuses, parties."""

import math

from miaobi.drawing.color import BLACK, WHITE, Color, mix, shade, tint
from miaobi.places.pieces import BRIGHT, DARK, FLAME, GOLD, STEEL, WOOD, Pen, Piece, pale

MARBLE: Color = (232.0, 228.0, 222.0)
VELVET: Color = (168.0, 36.0, 54.0)
BONE: Color = (238.0, 226.0, 200.0)


def draw_column(pen: Pen) -> None:
    """Draw a round column with base and head."""
    pen.pillar(0.16, 0, 0.84, 1, pen.color)
    for u in (0.32, 0.5, 0.68):
        pen.line([(u, 0.08), (u, 0.92)], shade(pen.color, 0.16), 2.5, 0.5)
    for v in (0, 0.94):
        pen.pillar(0, v, 1, v + 0.06, tint(pen.color, 0.1))
        pen.pillar(0.08, v + 0.05 - 0.09 * (v > 0), 0.92, v + 0.09 - 0.09 * (v > 0), pen.color)


def draw_throne(pen: Pen) -> None:
    """Draw a golden throne with a red cushion on steps."""
    pen.box(-0.8, 0, 1.8, 0.06, tint(VELVET, 0.1), 2)
    pen.box(-0.5, 0.05, 1.5, 0.11, VELVET, 2)
    pen.blob(
        [
            (0.06, 0.1),
            (0.06, 0.84),
            (0.3, 0.96),
            (0.5, 1.04),
            (0.7, 0.96),
            (0.94, 0.84),
            (0.94, 0.1),
        ],
        GOLD,
    )
    pen.box(0.16, 0.3, 0.84, 0.86, VELVET, 44)
    for u, v in ((0.34, 0.74), (0.66, 0.74), (0.5, 0.62), (0.34, 0.5), (0.66, 0.5)):
        pen.spot(u, v, 0.022, GOLD)
    pen.box(0.08, 0.28, 0.92, 0.42, tint(VELVET, 0.12), 14)
    for u in (0, 0.84):
        pen.box(u, 0.11, u + 0.16, 0.5, GOLD, 10)
        pen.ball(u + 0.08, 0.52, 0.09, tint(GOLD, 0.2))
    for u, r in ((0.5, 0.1), (0.14, 0.07), (0.86, 0.07)):
        pen.ball(u, 0.98 if u == 0.5 else 0.88, r, BRIGHT[0] if u == 0.5 else BRIGHT[3])


def draw_curtain(pen: Pen) -> None:
    """Draw a heavy curtain with folds and a golden hem."""
    n = max(3, round(pen.width / 34))
    for k in range(n):
        pen.pillar(k / n, 0, (k + 1) / n + 0.01, 1, pen.color)
    pen.flat(0, 0.02, 1, 0.045, GOLD)


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
    """Draw a lamp above a stage and its beam."""
    lean = -0.6 if pen.x > 640 else 0.6
    beam = [(0.4, 0.1), (0.6, 0.1), (1.6 + lean * 7, -6), (-0.6 + lean * 7, -6)]
    for alpha in (0.12, 0.1):
        pen.shape(beam, mix(pen.color, WHITE, 0.5), alpha)
        beam = [(0.45, 0.1), (0.55, 0.1), (1.0 + lean * 7, -6), (lean * 7, -6)]
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


def draw_pews(pen: Pen) -> None:
    """Draw benches of a church, one behind the other."""
    for k in range(3):
        v = 0.56 - k * 0.28
        pen.box(
            0.04 * (2 - k),
            v,
            1 - 0.04 * (2 - k),
            v + 0.36,
            mix(pen.color, BLACK, 0.2 - k * 0.08),
            4,
        )
        pen.box(
            0.04 * (2 - k) - 0.01,
            v + 0.32,
            1.01 - 0.04 * (2 - k),
            v + 0.4,
            tint(pen.color, 0.16),
            3,
        )


def draw_altar(pen: Pen) -> None:
    """Draw an altar with a white cloth, a cross and candles."""
    pen.box(-0.3, 0, 1.3, 0.14, MARBLE, 2)
    pen.box(0, 0.12, 1, 0.7, shade(MARBLE, 0.1), 2)
    pen.shape(
        [(-0.03, 0.72), (1.03, 0.72), (1.03, 0.5), (0.5, 0.34), (-0.03, 0.5)], (250.0, 248.0, 242.0)
    )
    pen.box(0.48, 0.72, 0.52, 1.5, GOLD)
    pen.box(0.4, 1.18, 0.6, 1.28, GOLD)
    for u in (0.1, 0.24, 0.76, 0.9):
        pen.box(u - 0.015, 0.72, u + 0.015, 1.05, (252.0, 246.0, 230.0))
        pen.shine(u, 1.12, 36, FLAME, 0.9)
        pen.spot(u, 1.1, 0.012, (255.0, 240.0, 190.0), 2)


def draw_arches(pen: Pen) -> None:
    """Draw pointed ribs of a vault that cross above."""
    n = max(2, round(pen.width / 330))
    for k in range(n):
        u, w = k / n, 1 / n
        rib = [
            (u, 0),
            (u, 0.5),
            (u + w * 0.2, 0.86),
            (u + w * 0.5, 1.1),
            (u + w * 0.8, 0.86),
            (u + w, 0.5),
            (u + w, 0),
        ]
        pen.curve(rib, shade(pen.color, 0.2), 20)
        pen.curve(rib, tint(pen.color, 0.12), 10)


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


CHINA: Color = (246.0, 246.0, 244.0)


def draw_judge_bench(pen: Pen) -> None:
    """Draw the high bench of a judge with a chair and a hammer."""
    pen.box(0.4, 0.4, 0.6, 1.5, VELVET, 26)
    pen.canvas.stroke(pen.path(0.4, 0.4, 0.6, 1.5, 26), GOLD, 5)
    pen.shadow()
    pen.box(0.14, 0, 0.86, 0.96, pen.color, 3)
    for u0, u1 in ((0, 0.26), (0.74, 1)):
        pen.box(u0, 0, u1, 0.66, shade(pen.color, 0.1), 3)
        pen.box(u0 - 0.01, 0.62, u1 + 0.01, 0.7, tint(pen.color, 0.16))
    for k in range(3):
        pen.box(0.2 + k * 0.21, 0.16, 0.38 + k * 0.21, 0.8, shade(pen.color, 0.12), 4)
    pen.box(0.12, 0.92, 0.88, 1.02, tint(pen.color, 0.16), 3)
    pen.box(0.66, 1.02, 0.74, 1.06, WOOD)
    pen.line([(0.68, 1.12), (0.78, 1.2)], WOOD, 6)
    pen.box(0.65, 1.06, 0.7, 1.2, shade(WOOD, 0.2))
    draw_scales(pen.part((0.44, 0.28, 0.56, 0.72), GOLD))


def draw_scales(pen: Pen) -> None:
    """Draw the scales of justice."""
    pen.line([(0.5, 0), (0.5, 0.9)], pen.color, 5)
    pen.line([(0.06, 0.78), (0.94, 0.78)], pen.color, 5)
    for u in (0.06, 0.94):
        for d in (-0.14, 0.14):
            pen.line([(u, 0.78), (u + d, 0.4)], pen.color, 2)
        pen.blob([(u - 0.2, 0.4), (u - 0.1, 0.24), (u + 0.1, 0.24), (u + 0.2, 0.4)], pen.color)
    pen.box(0.26, 0, 0.74, 0.06, pen.color)


def draw_bank_counter(pen: Pen) -> None:
    """Draw the counter of a bank with glass and lit numbers."""
    pen.shadow()
    pen.box(0, 0, 1, 0.5, pen.color, 3)
    n = max(2, round(pen.width / 120))
    for k in range(n):
        u, w = k / n, 1 / n
        pen.box(u + w * 0.1, 0.06, u + w * 0.9, 0.42, tint(pen.color, 0.12), 3)
        pen.flat(u + w * 0.08, 0.52, u + w * 0.92, 0.9, (200.0, 228.0, 238.0), 0.5)
        pen.box(u + w * 0.36, 0.52, u + w * 0.64, 0.6, DARK)
        pen.box(u + w * 0.3, 0.92, u + w * 0.7, 1.04, DARK, 3)
        for c in range(3):
            pen.flat(u + w * (0.38 + c * 0.09), 0.95, u + w * (0.43 + c * 0.09), 1.01, BRIGHT[1])
        pen.box(u - 0.008, 0.48, u + 0.008, 0.94, GOLD)
    pen.box(-0.01, 0.48, 1.01, 0.54, MARBLE, 2)


def draw_vault(pen: Pen) -> None:
    """Draw the round door of a vault."""
    pen.box(0, 0, 1, 1, shade(STEEL, 0.25), 8)
    pen.ball(0.5, 0.5, 0.44, shade(STEEL, 0.1))
    pen.ball(0.5, 0.5, 0.36, STEEL)
    for k in range(12):
        a = k * math.pi / 6
        pen.ball(0.5 + math.cos(a) * 0.4, 0.5 + math.sin(a) * 0.4, 0.022, GOLD)
    for k in range(3):
        a = k * math.pi / 3 + 0.3
        x, y = math.cos(a) * 0.2, math.sin(a) * 0.2
        pen.line([(0.5 - x, 0.5 - y), (0.5 + x, 0.5 + y)], DARK, 8)
    pen.ball(0.5, 0.5, 0.07, GOLD)


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


def draw_voting_booth(pen: Pen) -> None:
    """Draw a voting booth with a curtain."""
    pen.shadow()
    pen.box(0, 0, 1, 1, (240.0, 242.0, 246.0), 4)
    pen.box(0.08, 0.04, 0.92, 0.8, DARK, 2)
    inner = pen.part((0.08, 0.24, 0.92, 0.8), pen.color)
    draw_curtain(inner)
    pen.box(0, 0.82, 1, 1, pen.color, 4)
    pen.line([(0.4, 0.9), (0.47, 0.85), (0.62, 0.96)], WHITE, 7)


def draw_ballot_box(pen: Pen) -> None:
    """Draw a box with a slit and a ballot on a table."""
    pen.shadow()
    pen.shape([(0, 0.46), (1, 0.46), (0.98, 0), (0.02, 0)], (250.0, 250.0, 250.0))
    pen.box(-0.03, 0.43, 1.03, 0.5, BRIGHT[3], 3)
    pen.shape([(0.42, 0.9), (0.6, 0.9), (0.64, 1.16), (0.46, 1.16)], WHITE)
    pen.line([(0.49, 1.06), (0.53, 1.0), (0.59, 1.1)], BRIGHT[0], 4)
    pen.box(0.26, 0.5, 0.76, 0.96, pen.color, 4)
    pen.flat(0.36, 0.9, 0.66, 0.93, DARK)
    pen.spot(0.51, 0.7, 0.08, WHITE)
    pen.line([(0.47, 0.7), (0.5, 0.66), (0.55, 0.75)], pen.color, 5)


PIECES: dict[str, Piece] = {
    "altar": draw_altar, "arches": draw_arches, "ballot_box": draw_ballot_box,
    "bank_counter": draw_bank_counter, "cake_table": draw_cake_table,
    "circus_ring": draw_circus_ring, "column": draw_column, "crowd": draw_crowd,
    "curtain": draw_curtain, "dinosaur": draw_dinosaur, "easel": draw_easel, "gifts": draw_gifts,
    "judge_bench": draw_judge_bench, "movie_screen": draw_movie_screen, "paints": draw_paints,
    "pews": draw_pews, "podium": draw_podium, "rope": draw_rope, "scales": draw_scales,
    "seats": draw_seats, "spotlight": draw_spotlight, "stage_floor": draw_stage_floor,
    "statue": draw_statue, "swag": draw_swag, "throne": draw_throne, "vase": draw_vase,
    "vault": draw_vault, "voting_booth": draw_voting_booth,
}  # fmt: skip
