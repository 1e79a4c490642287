"""Walls, floors and ceilings of rooms."""

from collections.abc import Callable
from random import Random

from miaobi.drawing.canvas import Canvas, linear
from miaobi.drawing.color import BLACK, Color, shade, tint
from miaobi.drawing.path import Path, Point, ellipse, polygon, rectangle
from miaobi.places.interiors.windows import Window
from miaobi.places.place import BOTTOM, LEFT, RIGHT, TOP

SPREADS = {"wood": 66, "planks": 90, "checks": 92, "tiles": 92, "stone": 130, "metal": 150}


def paint_wall(
    canvas: Canvas, windows: list[Window], floor: float, wall: Color, low: Color | None, kind: str
) -> None:
    """Paint the back wall down to the floor, with holes for the windows."""
    hole = rectangle(LEFT - 20, TOP - 20, RIGHT + 20, floor + 6)
    for window in windows:
        outline = window.outline()
        hole.commands += outline.commands
        hole.points += outline.points
    soft = linear((0, 0), (0, floor), shade(wall, 0.1), tint(wall, 0.08), shade(wall, 0.04))
    canvas.fill(hole, soft, even_odd=True)
    with canvas.grouped(alpha=0.5):
        _paint_pattern(canvas, windows, floor, wall, kind)
    if low is not None:
        canvas.fill(
            rectangle(LEFT, floor - 118, RIGHT, floor),
            linear((0, floor - 118), (0, floor), tint(low, 0.1), shade(low, 0.12)),
        )
        canvas.fill(rectangle(LEFT, floor - 124, RIGHT, floor - 112), tint(low, 0.25))
        x = LEFT
        while x < RIGHT:
            canvas.stroke(
                rectangle(x + 10, floor - 100, x + 100, floor - 24, 3), shade(low, 0.18), 2, 0.6
            )
            x += 110
    if kind not in ("stone", "rock", "tent", "metal", "glass"):
        base = tint(low or wall, 0.3) if low is None else shade(low, 0.15)
        canvas.fill(rectangle(LEFT, floor - 15, RIGHT, floor + 4), base)
        canvas.fill(rectangle(LEFT, floor - 1, RIGHT, floor + 4), BLACK, alpha=0.25)


def _paint_pattern(
    canvas: Canvas, windows: list[Window], floor: float, wall: Color, kind: str
) -> None:
    dark, light = shade(wall, 0.16), tint(wall, 0.3)
    sizes = {"bricks": (58, 26), "stone": (120, 62), "tiles": (46, 46), "metal": (170, 120)}
    if kind in sizes:
        _paint_blocks(
            canvas, windows, floor, sizes[kind], dark, 0 if kind in ("tiles", "metal") else 1
        )
        return
    rng = Random(5)
    step = {"stripes": 44, "planks": 66, "panels": 130, "dots": 62, "flowers": 82, "stars": 88}.get(
        kind
    )
    x = LEFT
    while step and x < RIGHT:
        if kind == "stripes":
            _fill_clear(canvas, windows, (x, TOP, x + 20, floor), light)
        elif kind in ("planks", "panels"):
            _fill_clear(canvas, windows, (x, TOP, x + 3, floor), dark)
        else:
            for k in range(8):
                cx, cy = x + (k % 2) * step / 2, k * step * 0.9
                if any(
                    abs(cx - w.x) < w.width / 2 + 12 and abs(cy - w.y) < w.height / 2 + 12
                    for w in windows
                ):
                    continue
                canvas.fill(
                    ellipse(cx, cy, 5 if kind == "dots" else 8 * rng.uniform(0.6, 1)), light
                )
        x += step


def _paint_blocks(
    canvas: Canvas,
    windows: list[Window],
    floor: float,
    size: tuple[int, int],
    dark: Color,
    shift: int,
) -> None:
    wide, tall = size
    row, y = 0, TOP
    while y < floor:
        _fill_clear(canvas, windows, (LEFT, y, RIGHT, y + 2.4), dark)
        x = LEFT - (row % 2) * shift * wide / 2
        while x < RIGHT:
            _fill_clear(canvas, windows, (x, y, x + 2.4, min(y + tall, floor)), dark)
            x += wide
        row, y = row + 1, y + tall


def _fill_clear(
    canvas: Canvas, windows: list[Window], box: tuple[float, float, float, float], color: Color
) -> None:
    """Fill a thin box except where windows are."""
    left, top, right, low = box
    for window in windows:
        w, h = window.width / 2 + 4, window.height / 2 + 4
        inside_x = left < window.x + w and right > window.x - w
        inside_y = top < window.y + h and low > window.y - h
        if not (inside_x and inside_y):
            continue
        rest = [other for other in windows if other is not window]
        if right - left > low - top:
            pieces = [(left, top, window.x - w, low), (window.x + w, top, right, low)]
        else:
            pieces = [(left, top, right, window.y - h), (left, window.y + h, right, low)]
        for piece in pieces:
            if piece[2] > piece[0] and piece[3] > piece[1]:
                _fill_clear(canvas, rest, piece, color)
        return
    canvas.fill(rectangle(left, top, right, low), color)


def paint_floor(canvas: Canvas, floor: float, color: Color, kind: str) -> None:
    """Paint the floor from the wall to the bottom edge, with lines that run away from us."""
    whole = rectangle(LEFT, floor, RIGHT, BOTTOM)
    canvas.fill(whole, linear((0, floor), (0, BOTTOM), shade(color, 0.2), color, tint(color, 0.1)))
    spread = SPREADS.get(kind)
    if spread is None:
        return
    depth = BOTTOM - floor
    rows = [floor + depth * (k / 6) ** 1.6 for k in range(7)]

    def at(column: float, y: float) -> Point:
        return 640 + column * spread * (0.62 + 0.75 * (y - floor) / depth), y

    count = round(1700 / spread)
    if kind == "checks":
        for k, (top, low) in enumerate(zip(rows, rows[1:], strict=False)):
            for c in range(-count + k % 2, count, 2):
                cell = [at(c, top), at(c + 1, top), at(c + 1, low), at(c, low)]
                canvas.fill(polygon(cell), tint(color, 0.25), alpha=0.8)
        return
    lines = Path()
    for c in range(-count, count + 1):
        lines.move(*at(c, floor)).line(at(c, BOTTOM))
    rng = Random(3)
    if kind in ("wood", "planks"):
        for c in range(-count, count):
            y = rng.uniform(floor + 10, BOTTOM)
            lines.move(*at(c, y)).line(at(c + 1, y))
    else:
        for y in rows[1:]:
            lines.move(LEFT, y).line((RIGHT, y))
    canvas.stroke(lines, shade(color, 0.2), 2.2, alpha=0.6)


def paint_ceiling(canvas: Canvas, kind: str, color: Color) -> None:
    """Paint a plain ceiling, beams, a roof, the cloth of a tent, glass or pipes; or nothing."""
    paint = CEILINGS.get(kind)
    if paint is not None:
        paint(canvas, color)


def _plain(canvas: Canvas, color: Color) -> None:
    soft = linear((0, TOP), (0, 90), shade(color, 0.3), color)
    canvas.fill(rectangle(LEFT, TOP, RIGHT, 26), soft)
    canvas.fill(rectangle(LEFT, 26, RIGHT, 36), tint(color, 0.35))


def _beams(canvas: Canvas, color: Color) -> None:
    soft = linear((0, TOP), (0, 90), shade(color, 0.3), color)
    canvas.fill(rectangle(LEFT, TOP, RIGHT, 34), soft)
    for x in range(-320, 1700, 210):
        beam = linear((x, 0), (x + 46, 0), tint(color, 0.1), shade(color, 0.3))
        canvas.fill(rectangle(x, TOP, x + 44, 62, 3), beam)


def _roof(canvas: Canvas, color: Color) -> None:
    for side in (-1, 1):
        x = [640 + side * distance for distance in (190, 1010, 700, 900)]
        slope = polygon([(x[0], TOP), (x[1], TOP), (x[1], 560), (x[2], 470)])
        soft = linear((640, 0), (x[3], 0), tint(color, 0.1), shade(color, 0.35))
        canvas.fill(slope, soft)
        for k in range(6):
            start = 640 + side * (250 + k * 110)
            board = Path().move(start, TOP).line((start + side * 510, 560))
            canvas.stroke(board, shade(color, 0.35), 5, 0.6)
        edge = Path().move(x[0], TOP).line((x[2], 470))
        canvas.stroke(edge, shade(color, 0.2), 26)
        canvas.stroke(edge, tint(color, 0.15), 14)


def _tent(canvas: Canvas, color: Color) -> None:
    for k in range(-9, 9):
        cloth = tint(color, 0.1) if k % 2 else (250.0, 236.0, 208.0)
        top, low = [640 + n * 22 for n in (k, k + 1)], [640 + n * 150 for n in (k + 1, k)]
        strip = polygon([(top[0], TOP - 60), (top[1], TOP - 60), (low[0], 300), (low[1], 300)])
        canvas.fill(strip, linear((0, TOP), (0, 300), shade(cloth, 0.3), cloth))


def _glass(canvas: Canvas, color: Color) -> None:
    bars = Path()
    for k in range(-14, 15):
        bars.move(640 + k * 40, TOP).line((640 + k * 110, 190))
    bars.move(LEFT, 60).line((RIGHT, 60)).move(LEFT, 190).line((RIGHT, 190))
    canvas.stroke(bars, color, 7)


def _pipes(canvas: Canvas, color: Color) -> None:
    for y, width in ((6, 26), (48, 16), (78, 10)):
        top, low = y - width / 2, y + width / 2
        pipe = linear((0, top), (0, low), tint(color, 0.3), shade(color, 0.4))
        canvas.fill(rectangle(LEFT, top, RIGHT, low), pipe)
        for x in range(-300, 1640, 240):
            ring = rectangle(x, y - width * 0.66, x + 16, y + width * 0.66, 3)
            canvas.fill(ring, shade(color, 0.25))


CEILINGS: dict[str, Callable[[Canvas, Color], None]] = {
    "plain": _plain,
    "beams": _beams,
    "roof": _roof,
    "tent": _tent,
    "glass": _glass,
    "pipes": _pipes,
}
