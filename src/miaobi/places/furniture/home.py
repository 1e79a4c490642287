"""Furniture of homes: beds, seats, tables, shelves, the kitchen, the bathroom and lamps."""

from miaobi.drawing.color import BLACK, Color, mix, shade, tint
from miaobi.places.interiors.pieces import (
    BRIGHT,
    DARK,
    FLAME,
    GOLD,
    LAMPLIGHT,
    WOOD,
    Pen,
    Piece,
    draw_books,
    draw_pot,
    pale,
)

CHINA: Color = (246.0, 246.0, 244.0)


def draw_bed(pen: Pen) -> None:
    """Draw a bed seen from its side, with pillow and blanket."""
    pen.shadow()
    frame = WOOD
    pen.box(0, 0, 0.05, 1, frame, 8)
    pen.box(0.95, 0, 1, 0.62, frame, 8)
    pen.box(0.03, 0.12, 0.97, 0.34, shade(frame, 0.12))
    pen.box(0.04, 0.3, 0.96, 0.52, CHINA, 10)
    pen.blob([(0.06, 0.5), (0.08, 0.82), (0.2, 0.84), (0.27, 0.74), (0.28, 0.5)], CHINA)
    pen.box(0.26, 0.2, 0.97, 0.64, pen.color, 18)
    pen.box(0.26, 0.2, 0.38, 0.66, tint(pen.color, 0.5), 12)
    for k in range(5):
        u = 0.46 + k * 0.105
        pen.spot(u, 0.42 + (k % 2) * 0.1, 0.017, tint(pen.color, 0.55))


def draw_big_bed(pen: Pen) -> None:
    """Draw a wide bed seen from its foot."""
    pen.shadow()
    pen.box(0, 0, 1, 1, WOOD, 26)
    pen.box(0.05, 0.3, 0.95, 0.93, tint(WOOD, 0.12), 18)
    for u in (0.1, 0.54):
        pen.box(u, 0.48, u + 0.36, 0.8, CHINA, 22)
    pen.box(-0.02, 0.04, 1.02, 0.56, pen.color, 22)
    pen.box(-0.02, 0.44, 1.02, 0.57, pale(pen.color, 0.6), 14)
    for u in (0.2, 0.4, 0.6, 0.8):
        pen.line([(u, 0.42), (u * 1.04 - 0.02, 0.06)], shade(pen.color, 0.16), 2.5)
    for u in (0.0, 0.92):
        pen.box(u, -0.04, u + 0.08, 0.06, shade(WOOD, 0.3))


def draw_crib(pen: Pen) -> None:
    """Draw a baby's crib with bars."""
    pen.shadow()
    pen.box(0.04, 0.2, 0.96, 0.42, pen.color, 8)
    for k in range(11):
        pen.box(0.04 + k * 0.09, 0.18, 0.06 + k * 0.09, 0.9, CHINA)
    pen.box(0, 0.88, 1, 0.97, CHINA, 6)
    pen.box(0, 0.12, 1, 0.2, CHINA, 6)
    for u in (0, 0.95):
        pen.box(u, 0, u + 0.05, 1, CHINA, 6)


def draw_sofa(pen: Pen) -> None:
    """Draw a sofa with cushions."""
    pen.shadow()
    for u in (0.08, 0.86):
        pen.box(u, 0, u + 0.05, 0.14, shade(WOOD, 0.3))
    pen.box(0.06, 0.3, 0.94, 1, shade(pen.color, 0.06), 24)
    pen.box(0.04, 0.1, 0.96, 0.36, shade(pen.color, 0.14), 12)
    for u in (0.12, 0.5):
        pen.box(u, 0.32, u + 0.38, 0.54, tint(pen.color, 0.1), 14)
    for u in (0, 0.88):
        pen.box(u, 0.1, u + 0.12, 0.66, tint(pen.color, 0.04), 18)
    for u in (0.2, 0.74):
        cushion = pen.pick()
        pen.blob(
            [(u - 0.08, 0.5), (u - 0.07, 0.84), (u + 0.08, 0.86), (u + 0.09, 0.52)],
            tint(cushion, 0.2),
        )


def draw_armchair(pen: Pen) -> None:
    """Draw an armchair."""
    pen.shadow()
    for u in (0.14, 0.78):
        pen.box(u, 0, u + 0.08, 0.14, shade(WOOD, 0.3))
    pen.box(0.12, 0.2, 0.88, 1, pen.color, 34)
    for u, v in ((0.35, 0.8), (0.65, 0.8), (0.5, 0.68)):
        pen.spot(u, v, 0.02, shade(pen.color, 0.3))
    pen.box(0.1, 0.12, 0.9, 0.44, tint(pen.color, 0.12), 14)
    for u in (0, 0.8):
        pen.box(u, 0.1, u + 0.2, 0.58, shade(pen.color, 0.08), 18)


def draw_table(pen: Pen) -> None:
    """Draw a table with four legs and a bowl of fruit."""
    pen.shadow()
    for u in (0.06, 0.88):
        pen.box(u, 0, u + 0.06, 0.9, shade(pen.color, 0.2))
    pen.box(0.04, 0.76, 0.96, 0.88, shade(pen.color, 0.12))
    pen.box(0, 0.86, 1, 1, pen.color, 5)
    for k, u in enumerate((0.44, 0.52, 0.48)):
        pen.ball(u, 1.22 + (k == 2) * 0.1, 0.045, BRIGHT[k])
    pen.blob([(0.38, 1.2), (0.42, 1.0), (0.56, 1.0), (0.6, 1.2)], pale(BRIGHT[3], 0.3))


def draw_laid_table(pen: Pen) -> None:
    """Draw a table with a cloth, plates and glasses."""
    pen.shadow()
    pen.shape(
        [(0.02, 1), (0.98, 1), (1, 0.3), (0.75, 0.24), (0.5, 0.3), (0.25, 0.24), (0, 0.3)],
        pen.color,
    )
    for u in (0.08, 0.86):
        pen.box(u, 0, u + 0.05, 0.3, shade(WOOD, 0.2))
    pen.box(0, 0.94, 1, 1.02, tint(pen.color, 0.3), 5)
    for k in range(3):
        u = 0.18 + k * 0.32
        pen.spot(u, 1.05, 0.1, CHINA, 0.22)
        pen.spot(u, 1.07, 0.06, pen.pick(), 0.4)
        pen.box(u + 0.12, 1.02, u + 0.15, 1.26, pale(BRIGHT[3], 0.6), 3)
    pen.box(0.485, 1.02, 0.515, 1.4, CHINA)
    pen.shine(0.5, 1.46, 30, FLAME, 0.8)


def draw_chair(pen: Pen) -> None:
    """Draw a chair from the front."""
    pen.shadow()
    for u in (0.08, 0.8):
        pen.box(u, 0, u + 0.12, 0.5, shade(pen.color, 0.2))
        pen.box(u, 0.45, u + 0.1, 1, pen.color, 5)
    for v in (0.6, 0.84):
        pen.box(0.08, v, 0.92, v + 0.12, tint(pen.color, 0.1), 4)
    pen.box(0.02, 0.42, 0.98, 0.52, tint(pen.color, 0.12), 5)


def draw_bookcase(pen: Pen) -> None:
    """Draw a bookcase full of books."""
    _draw_case(pen, max(2, round(pen.height / 78)))
    rows = max(2, round(pen.height / 78))
    for k in range(rows):
        low = 0.05 + k * 0.92 / rows
        shelf = pen.part((0.07, low + 0.008, 0.93, low + 0.84 / rows))
        if pen.rng.random() < 0.3:
            draw_books(shelf.part((0, 0, 0.62, 1)))
            _draw_trinket(shelf.part((0.68, 0, 0.96, 0.9)))
        else:
            draw_books(shelf)


def _draw_case(pen: Pen, rows: int) -> None:
    """Draw an empty case with boards."""
    pen.shadow()
    pen.box(0, 0, 1, 1, pen.color, 4)
    pen.flat(0.06, 0.05, 0.94, 0.97, mix(shade(pen.color, 0.55), BLACK, 0.2))
    for k in range(rows):
        low = 0.05 + k * 0.92 / rows
        pen.box(0.05, low - 0.018, 0.95, low + 0.008, tint(pen.color, 0.1), 1)
        pen.flat(0.06, low + 0.72 / rows, 0.94, low + 0.9 / rows, BLACK, 0.18)
    pen.box(-0.03, 0.97, 1.03, 1.01, tint(pen.color, 0.16))
    pen.box(-0.02, 0, 1.02, 0.035, shade(pen.color, 0.16))


def _draw_trinket(pen: Pen) -> None:
    """Draw a globe, a plant or a vase on a shelf."""
    kind = pen.rng.randrange(3)
    if kind == 0:
        radius = min(0.48, 0.36 * pen.height / pen.width)
        pen.box(0.3, 0, 0.7, 0.1, WOOD)
        pen.ball(0.5, 0.5, radius, BRIGHT[3])
        pen.spot(0.44, 0.56, radius * 0.4, BRIGHT[2])
    elif kind == 1:
        draw_pot(Pen(pen.canvas, pen.x, pen.y, pen.width, pen.height, BRIGHT[5], pen.rng))
    else:
        hue = pen.pick()
        pen.blob(
            [
                (0.3, 0),
                (0.1, 0.4),
                (0.42, 0.62),
                (0.4, 0.85),
                (0.6, 0.85),
                (0.58, 0.62),
                (0.9, 0.4),
                (0.7, 0),
            ],
            hue,
        )


def draw_toy_shelf(pen: Pen) -> None:
    """Draw shelves of toys: bears, balls, blocks, cars."""
    rows = max(2, round(pen.height / 84))
    _draw_case(pen, rows)
    for k in range(rows):
        low = 0.05 + k * 0.92 / rows
        count = max(2, round(pen.width / 62))
        for c in range(count):
            u = 0.1 + c * 0.82 / count
            draw_toy(pen.part((u, low + 0.008, u + 0.66 / count, low + 0.68 / rows), pen.pick()))


def draw_toy(pen: Pen) -> None:
    """Draw one toy: a bear, a ball, blocks or a car."""
    kind = pen.rng.randrange(4)
    color, tall = pen.color, pen.width / max(1.0, pen.height)
    if kind == 0:
        fur: Color = (190.0, 138.0, 92.0)
        for u in (0.28, 0.72):
            pen.ball(u, 0.92, 0.14, fur)
            pen.ball(u, 0.12, 0.17, fur)
        pen.ball(0.5, 0.3, 0.3, fur)
        pen.ball(0.5, 0.72, 0.3, fur)
        pen.spot(0.5, 0.66, 0.13, tint(fur, 0.5))
        for u in (0.4, 0.6):
            pen.spot(u, 0.78, 0.035, DARK)
        pen.spot(0.5, 0.7, 0.04, DARK)
    elif kind == 1:
        pen.ball(0.5, 0.45 * tall, 0.45, color)
        pen.spot(0.5, 0.45 * tall, 0.2, pale(color, 0.6))
    elif kind == 2:
        pen.box(0, 0, 0.48, 0.44, color)
        pen.box(0.52, 0, 1, 0.44, pen.pick())
        pen.box(0.26, 0.46, 0.74, 0.9, pen.pick())
    else:
        pen.box(0.22, 0.3, 0.74, 0.68, pale(color, 0.4), 8)
        pen.box(0, 0.12, 1, 0.42, color, 8)
        for u in (0.24, 0.76):
            pen.ball(u, 0.12, 0.12, DARK)


def draw_wardrobe(pen: Pen) -> None:
    """Draw a wardrobe with two doors."""
    pen.shadow()
    pen.box(0, 0.02, 1, 1, pen.color, 6)
    for u in (0.05, 0.52):
        pen.box(u, 0.2, u + 0.43, 0.94, tint(pen.color, 0.1), 5)
        pen.canvas.stroke(pen.path(u + 0.06, 0.28, u + 0.37, 0.88, 4), shade(pen.color, 0.16), 2.5)
        pen.box(u, 0.05, u + 0.43, 0.17, tint(pen.color, 0.06), 4)
        pen.spot(u + 0.215, 0.11, 0.02, GOLD)
    for u in (0.45, 0.55):
        pen.spot(u, 0.56, 0.022, GOLD)
    pen.box(-0.03, 0.97, 1.03, 1.02, tint(pen.color, 0.16))


def draw_dresser(pen: Pen) -> None:
    """Draw a chest of drawers with a lamp on it."""
    pen.shadow()
    pen.box(0, 0.04, 1, 0.96, pen.color, 5)
    for k in range(3):
        low = 0.1 + k * 0.28
        pen.box(0.06, low, 0.94, low + 0.23, tint(pen.color, 0.12), 4)
        for u in (0.3, 0.7):
            pen.spot(u, low + 0.12, 0.025, GOLD)
    pen.box(-0.04, 0.94, 1.04, 1, tint(pen.color, 0.16))
    pen.box(0.46, 1, 0.54, 1.3, GOLD)
    pen.shape([(0.3, 1.28), (0.7, 1.28), (0.62, 1.66), (0.38, 1.66)], LAMPLIGHT)
    if pen.lit:
        pen.shine(0.5, 1.4, pen.width * 1.5, LAMPLIGHT, 0.6)


def draw_desk(pen: Pen) -> None:
    """Draw a desk with books, a lamp and a cup of pens."""
    pen.shadow()
    pen.box(0.03, 0, 0.32, 0.92, shade(pen.color, 0.06), 4)
    for v in (0.08, 0.36, 0.64):
        pen.box(0.06, v, 0.29, v + 0.22, tint(pen.color, 0.12))
        pen.spot(0.175, v + 0.11, 0.014, GOLD)
    pen.box(0.9, 0, 0.96, 0.92, shade(pen.color, 0.2))
    pen.box(0, 0.9, 1, 1, pen.color, 4)
    pen.line([(0.2, 1), (0.2, 1.5), (0.32, 1.75)], DARK, 5)
    pen.shape([(0.25, 1.78), (0.37, 1.86), (0.44, 1.6), (0.28, 1.52)], BRIGHT[2])
    draw_books(pen.part((0.62, 1, 0.9, 1.5)))
    pen.box(0.5, 1, 0.56, 1.2, BRIGHT[3])
    for k in range(3):
        pen.line([(0.51 + k * 0.02, 1.2), (0.5 + k * 0.03, 1.4)], BRIGHT[k], 3)
    if pen.lit:
        pen.shine(0.36, 1.5, pen.width * 0.4, LAMPLIGHT, 0.6)


PIECES: dict[str, Piece] = {
    "armchair": draw_armchair,
    "bed": draw_bed,
    "big_bed": draw_big_bed,
    "bookcase": draw_bookcase,
    "chair": draw_chair,
    "crib": draw_crib,
    "desk": draw_desk,
    "dresser": draw_dresser,
    "laid_table": draw_laid_table,
    "plant": draw_pot,
    "sofa": draw_sofa,
    "table": draw_table,
    "toy": draw_toy,
    "toy_shelf": draw_toy_shelf,
    "wardrobe": draw_wardrobe,
}
