"""Walls, floors and ceilings of rooms."""

from random import Random

from miaobi.drawing.canvas import Canvas, linear
from miaobi.drawing.color import BLACK, Color, shade, tint
from miaobi.drawing.path import Path, ellipse, polygon, rectangle
from miaobi.places.place import BOTTOM, LEFT, RIGHT, TOP
from miaobi.places.windows import Window


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
    dark, light = shade(color, 0.2), tint(color, 0.25)
    depth = BOTTOM - floor
    rows = [floor + depth * (k / 6) ** 1.6 for k in range(7)]
    spread = {"wood": 66, "planks": 90, "checks": 92, "tiles": 92, "stone": 130, "metal": 150}.get(
        kind
    )
    if spread is None:
        return

    def line_x(column: float, y: float) -> float:
        return 640 + column * spread * (0.62 + 0.75 * (y - floor) / depth)

    count = round(1700 / spread)
    if kind == "checks":
        for k, (top, low) in enumerate(zip(rows, rows[1:], strict=False)):
            for c in range(-count, count):
                if (c + k) % 2:
                    cell = [
                        (line_x(c, top), top),
                        (line_x(c + 1, top), top),
                        (line_x(c + 1, low), low),
                        (line_x(c, low), low),
                    ]
                    canvas.fill(polygon(cell), light, alpha=0.8)
        return
    lines = Path()
    for c in range(-count, count + 1):
        lines.move(line_x(c, floor), floor).line((line_x(c, BOTTOM), BOTTOM))
    if kind != "wood" and kind != "planks":
        for y in rows[1:]:
            lines.move(LEFT, y).line((RIGHT, y))
    canvas.stroke(lines, dark, 2.2, alpha=0.6)
    if kind in ("wood", "planks"):
        rng = Random(3)
        ends = Path()
        for c in range(-count, count):
            y = rng.uniform(floor + 10, BOTTOM)
            ends.move(line_x(c, y), y).line((line_x(c + 1, y), y))
        canvas.stroke(ends, dark, 2.2, alpha=0.55)


def paint_ceiling(canvas: Canvas, kind: str, color: Color) -> None:
    """Paint beams, a roof, an arch, the cloth of a tent or a plain ceiling with its lamps."""
    soft = linear((0, TOP), (0, 90), shade(color, 0.3), color)
    if kind == "plain":
        canvas.fill(rectangle(LEFT, TOP, RIGHT, 26), soft)
        canvas.fill(rectangle(LEFT, 26, RIGHT, 36), tint(color, 0.35))
    elif kind == "beams":
        canvas.fill(rectangle(LEFT, TOP, RIGHT, 34), soft)
        for x in range(-320, 1700, 210):
            beam = linear((x, 0), (x + 46, 0), tint(color, 0.1), shade(color, 0.3))
            canvas.fill(rectangle(x, TOP, x + 44, 62, 3), beam)
    elif kind == "roof":
        for side in (-1, 1):
            slope = [
                (640 + side * 190, TOP),
                (640 + side * 1010, TOP),
                (640 + side * 1010, 560),
                (640 + side * 700, 470),
            ]
            canvas.fill(
                polygon(slope),
                linear((640, 0), (640 + side * 900, 0), tint(color, 0.1), shade(color, 0.35)),
            )
            for k in range(6):
                x = 640 + side * (250 + k * 110)
                canvas.stroke(
                    Path().move(x, TOP).line((x + side * 510, 560)), shade(color, 0.35), 5, 0.6
                )
            edge = Path().move(640 + side * 190, TOP).line((640 + side * 700, 470))
            canvas.stroke(edge, shade(color, 0.2), 26)
            canvas.stroke(edge, tint(color, 0.15), 14)
    elif kind == "tent":
        for k in range(-9, 9):
            cloth = tint(color, 0.1) if k % 2 else (250.0, 236.0, 208.0)
            strip = [
                (640 + k * 22, TOP - 60),
                (640 + (k + 1) * 22, TOP - 60),
                (640 + (k + 1) * 150, 300),
                (640 + k * 150, 300),
            ]
            canvas.fill(polygon(strip), linear((0, TOP), (0, 300), shade(cloth, 0.3), cloth))
    elif kind == "glass":
        bars = Path()
        for k in range(-14, 15):
            bars.move(640 + k * 40, TOP).line((640 + k * 110, 190))
        bars.move(LEFT, 60).line((RIGHT, 60)).move(LEFT, 190).line((RIGHT, 190))
        canvas.stroke(bars, color, 7)
    elif kind == "pipes":
        for y, width in ((6, 26), (48, 16), (78, 10)):
            pipe = linear(
                (0, y - width / 2), (0, y + width / 2), tint(color, 0.3), shade(color, 0.4)
            )
            canvas.fill(rectangle(LEFT, y - width / 2, RIGHT, y + width / 2), pipe)
            for x in range(-300, 1640, 240):
                canvas.fill(
                    rectangle(x, y - width * 0.66, x + 16, y + width * 0.66, 3), shade(color, 0.25)
                )
