"""Windows of rooms: holes in a wall, their frames and curtains, and the view through them."""

import math
from dataclasses import dataclass
from random import Random

from miaobi.drawing.canvas import Canvas, Stop, linear, radial
from miaobi.drawing.color import WHITE, Color, mix, shade, tint
from miaobi.drawing.path import Path, ellipse, polygon, rectangle
from miaobi.places import brushes
from miaobi.places.conditions import Conditions, Palette, air


@dataclass(frozen=True)
class Window:
    """A hole in the wall about (x, y) and what closes it."""

    x: float
    y: float
    width: float
    height: float
    shape: str = "plain"  # plain, arch, round, wide or stained
    curtain: Color | None = None

    def outline(self, grow: float = 0.0) -> Path:
        """Return the outline of the hole, or a larger one around it."""
        w, h = self.width / 2 + grow, self.height / 2 + grow
        left, right, top, low = self.x - w, self.x + w, self.y - h, self.y + h
        if self.shape == "round":
            return ellipse(self.x, self.y, w, h)
        if self.shape in ("arch", "stained"):
            rise = min(w, h)
            k = rise * 0.55
            start = Path().move(left, low).line((left, top + rise))
            start.cubic((left, top + rise - k), (self.x - w * 0.55, top), (self.x, top))
            start.cubic((self.x + w * 0.55, top), (right, top + rise - k), (right, top + rise))
            return start.line((right, low)).close()
        return rectangle(left, top, right, low, 26 if self.shape == "wide" else 4)


def paint_view(
    canvas: Canvas, window: Window, view: str, colors: Palette, when: Conditions, sunny: bool
) -> None:
    """Paint the view through a window; sunny: the sun or moon is seen in this one."""
    rng = Random(when.seed * 3 + round(window.x))
    w, h = window.width / 2 + 30, window.height / 2 + 20
    left, right, top, low = window.x - w, window.x + w, window.y - h, window.y + h
    whole = rectangle(left, top, right, low)
    if view == "space":
        canvas.fill(
            whole, linear((left, top), (right, low), (16.0, 14.0, 46.0), (52.0, 34.0, 96.0))
        )
        for _ in range(round(w * h / 500)):
            dot = ellipse(rng.uniform(left, right), rng.uniform(top, low), rng.uniform(0.6, 2.2))
            canvas.fill(dot, WHITE, alpha=rng.uniform(0.3, 1))
        _paint_planet(canvas, window, rng)
        return
    sky = linear((0, top), (0, low), colors.sky_top, colors.sky_middle, colors.sky_bottom)
    canvas.fill(whole, sky)
    if colors.stars:
        for _ in range(12 + round(w * h / 4000)):
            dot = ellipse(rng.uniform(left, right), rng.uniform(top, low), rng.uniform(0.7, 1.8))
            canvas.fill(dot, WHITE, alpha=0.8)
    if sunny or when.hour == "day":
        _paint_sun(canvas, window, colors, when, rng)
    base = low - h * 0.28
    for k in range(round(w / 14) + 2):
        x = left + k * 30 + rng.uniform(-8, 8)
        _paint_distance(canvas, view, (x, base, low), colors, when, rng)
    canvas.fill(rectangle(left, base, right, low), air(colors.grass, colors, 0.3))
    _paint_falling(canvas, (left, top, right, low), when, rng)


def _paint_planet(canvas: Canvas, window: Window, rng: Random) -> None:
    """Paint a planet outside, with a ring where there is room."""
    hues = (
        (236.0, 150.0, 96.0),
        (110.0, 176.0, 226.0),
        (180.0, 130.0, 216.0),
        (120.0, 200.0, 160.0),
    )
    color, r = rng.choice(hues), window.height * rng.uniform(0.2, 0.3)
    x = window.x + window.width * rng.uniform(-0.3, 0.3)
    y = window.y + window.height * rng.uniform(-0.1, 0.15)
    ball = radial((x - r * 0.4, y - r * 0.4), r * 1.7, tint(color, 0.4), color, shade(color, 0.55))
    canvas.fill(ellipse(x, y, r), ball)
    for k in (-0.3, 0.1, 0.45):
        canvas.fill(
            ellipse(x, y + r * k, r * (0.9 - abs(k) * 0.4), r * 0.08), tint(color, 0.35), alpha=0.4
        )
    if window.width > 300:
        with canvas.transformed(x, y, -14):
            arc = (
                Path()
                .move(-r * 1.5, 0)
                .cubic((-r * 1.5, r * 0.5), (r * 1.5, r * 0.5), (r * 1.5, 0))
            )
            canvas.stroke(arc, tint(color, 0.5), r * 0.12, alpha=0.8)


def _paint_sun(
    canvas: Canvas, window: Window, colors: Palette, when: Conditions, rng: Random
) -> None:
    if when.weather not in ("clear", "wind"):
        return
    x, y = window.x + window.width * 0.2, window.y - window.height * 0.2
    if when.hour == "night":
        brushes.moon(canvas, x, y, min(26.0, window.width * 0.12))
    elif when.hour == "day":
        white = mix(WHITE, colors.sky_middle, 0.1)
        for k in range(3):
            puff = ellipse(x - 40 + k * 24, y + (k % 2) * 6, 26, 15)
            canvas.fill(puff, white, alpha=0.9)
    else:
        canvas.fill(ellipse(x, window.y + window.height * 0.1, 24), tint(colors.sky_bottom, 0.5))


def _paint_distance(
    canvas: Canvas,
    view: str,
    place: tuple[float, float, float],
    colors: Palette,
    when: Conditions,
    rng: Random,
) -> None:
    x, base, low = place
    if view == "city":
        color = air((110.0, 124.0, 150.0), colors, rng.uniform(0.35, 0.6))
        top = base - rng.uniform(20, 110) * max(1.0, (low - base) / 70)
        canvas.fill(rectangle(x - 16, top, x + 14, low), color)
        for k in range(6):
            pane = rectangle(
                x - 9 + k % 2 * 10,
                top + 8 + k // 2 * 14,
                x - 4 + k % 2 * 10,
                top + 15 + k // 2 * 14,
            )
            canvas.fill(pane, (255.0, 222.0, 150.0) if colors.lit else tint(color, 0.35))
        return
    color = air(colors.foliage, colors, rng.uniform(0.25, 0.5))
    r = rng.uniform(18, 34)
    canvas.fill(ellipse(x, base - r * 0.3, r), color)


def _paint_falling(
    canvas: Canvas, box: tuple[float, float, float, float], when: Conditions, rng: Random
) -> None:
    left, top, right, low = box
    count = round((right - left) * (low - top) / 900)
    if when.weather in ("rain", "storm"):
        for _ in range(count):
            x, y = rng.uniform(left, right), rng.uniform(top, low)
            drop = Path().move(x, y).line((x - 5, y + 20))
            canvas.stroke(drop, (220.0, 232.0, 248.0), 1.6, alpha=0.6)
    elif when.weather == "snow":
        for _ in range(count):
            flake = ellipse(rng.uniform(left, right), rng.uniform(top, low), rng.uniform(1.2, 3.6))
            canvas.fill(flake, WHITE, alpha=0.9)
    elif when.weather == "fog":
        canvas.fill(rectangle(left, top, right, low), WHITE, alpha=0.4)


def paint_frame(canvas: Canvas, window: Window, color: Color, rng: Random) -> None:
    """Paint the frame, the bars and the curtains of a window."""
    w, h, x, y = window.width / 2, window.height / 2, window.x, window.y
    outline = window.outline(5)
    if window.shape == "stained":
        _paint_stained(canvas, window, rng)
    canvas.stroke(outline, shade(color, 0.2), 14)
    canvas.stroke(window.outline(4), tint(color, 0.15), 9)
    if window.shape in ("plain", "arch"):
        bars = Path().move(x, y - h).line((x, y + h))
        for bar in range(1, max(2, round(window.height / 80))):
            level = y - h + window.height * bar / max(2, round(window.height / 80))
            bars.move(x - w, level).line((x + w, level))
        canvas.stroke(bars, color, 6)
        sill = rectangle(x - w - 22, y + h + 2, x + w + 22, y + h + 16, 3)
        canvas.fill(sill, linear((0, y + h), (0, y + h + 16), tint(color, 0.3), shade(color, 0.15)))
    if window.shape != "stained" and window.width < 500:
        for k in (-0.5, 0.12):
            gleam = [
                (x + w * k, y + h * 0.8),
                (x + w * (k + 0.14), y + h * 0.8),
                (x + w * (k + 0.5), y - h * 0.8),
                (x + w * (k + 0.36), y - h * 0.8),
            ]
            canvas.fill(polygon(gleam), WHITE, alpha=0.1)
    if window.curtain is not None:
        _paint_curtains(canvas, window, window.curtain)


def _paint_curtains(canvas: Canvas, window: Window, color: Color) -> None:
    w, h, x, y = window.width / 2, window.height / 2, window.x, window.y
    top, low = y - h - 26, y + h + 44
    for side in (-1, 1):
        outer, inner = x + side * (w + 34), x + side * w * 0.5
        knot = x + side * (w + 6), y + h * 0.35
        cloth = Path().move(outer, top).line((inner, top))
        cloth.cubic((inner, y), (knot[0] - side * 14, knot[1] - 30), (knot[0] - side * 12, knot[1]))
        cloth.quad((inner + side * 12, y + h * 0.8), (inner + side * w * 0.22, low)).line(
            (outer, low)
        ).close()
        stops = [Stop(k / 6, tint(color, 0.16) if k % 2 else shade(color, 0.14)) for k in range(7)]
        canvas.fill(cloth, linear((inner, 0), (outer, 0), *stops))
        canvas.fill(
            rectangle(
                min(knot[0] - side * 16, outer),
                knot[1] - 6,
                max(knot[0] - side * 16, outer),
                knot[1] + 6,
                5,
            ),
            tint(color, 0.45),
        )
    rod = rectangle(x - w - 50, top - 7, x + w + 50, top + 2, 4)
    canvas.fill(rod, (150.0, 110.0, 76.0))


def _paint_stained(canvas: Canvas, window: Window, rng: Random) -> None:
    hues = (
        (226.0, 84.0, 84.0),
        (250.0, 196.0, 90.0),
        (84.0, 150.0, 220.0),
        (104.0, 186.0, 130.0),
        (160.0, 110.0, 200.0),
    )
    w, h, x, y = window.width / 2, window.height / 2, window.x, window.y
    columns, rows = 3, max(4, round(window.height / 48))
    with canvas.grouped(clip=window.outline(), alpha=0.8):
        for k in range(columns * rows):
            a, b = k % columns, k // columns
            left, top = x - w + a * w * 2 / columns, y - h + b * h * 2 / rows
            pane = rectangle(
                left + 1.5, top + 1.5, left + w * 2 / columns - 1.5, top + h * 2 / rows - 1.5
            )
            canvas.fill(pane, tint(rng.choice(hues), rng.uniform(0, 0.3)))
        middle = ellipse(x, y - h * 0.3, w * 0.5)
        canvas.fill(middle, (255.0, 236.0, 170.0))
        for k in range(8):
            angle = k * math.pi / 4
            right, down = math.cos(angle) * w * 0.3, math.sin(angle) * w * 0.3
            petal = ellipse(x + right, y - h * 0.3 + down, w * 0.16)
            canvas.fill(petal, hues[k % 5])
