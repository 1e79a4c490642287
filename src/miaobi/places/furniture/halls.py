"""Pieces of castles, churches, courts, banks and polling stations."""

import math

from miaobi.drawing.color import BLACK, WHITE, Color, mix, shade, tint
from miaobi.places.interiors.pieces import (
    BRIGHT,
    DARK,
    FLAME,
    GOLD,
    STEEL,
    WOOD,
    Pen,
    Piece,
)

MARBLE: Color = (232.0, 228.0, 222.0)
VELVET: Color = (168.0, 36.0, 54.0)


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


def draw_curtain(pen: Pen) -> None:
    """Draw a heavy curtain with folds and a golden hem."""
    n = max(3, round(pen.width / 34))
    for k in range(n):
        pen.pillar(k / n, 0, (k + 1) / n + 0.01, 1, pen.color)
    pen.flat(0, 0.02, 1, 0.045, GOLD)


PIECES: dict[str, Piece] = {
    "altar": draw_altar,
    "arches": draw_arches,
    "ballot_box": draw_ballot_box,
    "bank_counter": draw_bank_counter,
    "column": draw_column,
    "curtain": draw_curtain,
    "judge_bench": draw_judge_bench,
    "pews": draw_pews,
    "scales": draw_scales,
    "throne": draw_throne,
    "vault": draw_vault,
    "voting_booth": draw_voting_booth,
}
