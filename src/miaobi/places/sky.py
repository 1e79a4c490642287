"""The sky of outdoor places: sun or moon, stars, clouds; and the rain and snow that fall."""

from random import Random

from miaobi.drawing.canvas import Canvas
from miaobi.drawing.color import WHITE, Color, mix
from miaobi.drawing.path import Path, ellipse
from miaobi.places import brushes
from miaobi.places.conditions import Conditions, Palette
from miaobi.places.place import BOTTOM, LEFT, RIGHT, TOP, Layer

RAINBOW: tuple[Color, ...] = (
    (240.0, 90.0, 90.0),
    (250.0, 170.0, 80.0),
    (250.0, 230.0, 110.0),
    (120.0, 210.0, 120.0),
    (100.0, 180.0, 240.0),
    (150.0, 120.0, 220.0),
)


def paint_sky(canvas: Canvas, colors: Palette, when: Conditions, horizon: float = 460.0) -> None:
    """Paint the sky down to the horizon."""
    rng = Random(when.seed * 7 + 1)
    brushes.backdrop(
        canvas, colors.sky_top, colors.sky_middle, colors.sky_bottom, bottom=horizon + 60
    )
    if colors.stars:
        brushes.stars(canvas, 130, horizon - 60, rng)
    clear = when.weather in ("clear", "wind", "rainbow")
    x = rng.choice((rng.uniform(180, 420), rng.uniform(860, 1100)))
    if clear and when.hour == "night":
        brushes.moon(canvas, x, rng.uniform(100, 170), 46)
    elif clear and when.hour == "day":
        brushes.sun(canvas, x, rng.uniform(90, 150), 38, (255.0, 240.0, 190.0))
    elif clear:
        brushes.sun(canvas, x, horizon - 60, 48, colors.sky_bottom)
    _paint_clouds(canvas, colors, when, horizon, rng)
    if when.weather == "rainbow":
        for number, hue in enumerate(RAINBOW):
            arc = Path().move(150.0 - number * -12, horizon + 40)
            r = 520.0 - number * 13
            arc = (
                Path()
                .move(640 - r, horizon + 30)
                .cubic(
                    (640 - r, horizon + 30 - r * 1.05),
                    (640 + r, horizon + 30 - r * 1.05),
                    (640 + r, horizon + 30),
                )
            )
            canvas.stroke(arc, hue, 13.5, alpha=0.42)


def _paint_clouds(
    canvas: Canvas, colors: Palette, when: Conditions, horizon: float, rng: Random
) -> None:
    count = {
        "clear": 3,
        "wind": 5,
        "rainbow": 4,
        "cloudy": 11,
        "rain": 13,
        "storm": 15,
        "snow": 10,
        "fog": 4,
    }
    color = mix(
        WHITE, colors.sky_middle, {"night": 0.72, "dusk": 0.45, "dawn": 0.3}.get(when.hour, 0.06)
    )
    if when.weather in ("rain", "storm", "cloudy"):
        color = mix(
            color, colors.shadow, {"cloudy": 0.12, "rain": 0.32, "storm": 0.55}[when.weather]
        )
    for _ in range(count.get(when.weather, 3)):
        x, y = rng.uniform(LEFT, RIGHT), rng.uniform(50, max(140.0, horizon - 170))
        brushes.cloud(canvas, x, y, rng.uniform(150, 330), color, rng)


def weather_layers(colors: Palette, when: Conditions) -> tuple[Layer, ...]:
    """Return the layers of what falls or drifts in front of a place."""
    painters = {"rain": _rain, "storm": _rain, "snow": _snow, "fog": _fog, "wind": _leaves}
    paint = painters.get(when.weather)
    if paint is None:
        return ()
    return (Layer(0.8, lambda canvas: paint(canvas, colors, when)),)


def _rain(canvas: Canvas, colors: Palette, when: Conditions) -> None:
    rng = Random(when.seed + 11)
    for _ in range(240 if when.weather == "rain" else 340):
        x, y, length = rng.uniform(LEFT, RIGHT), rng.uniform(TOP, BOTTOM), rng.uniform(16, 40)
        drop = Path().move(x, y).line((x - length * 0.22, y + length))
        canvas.stroke(
            drop, (214.0, 228.0, 246.0), rng.uniform(0.8, 1.8), alpha=rng.uniform(0.25, 0.6)
        )
    if when.weather == "storm":
        _lightning(canvas, rng)


def _lightning(canvas: Canvas, rng: Random) -> None:
    x, y = rng.uniform(250, 1000), TOP
    bolt = Path().move(x, y)
    while y < 380:
        x, y = x + rng.uniform(-34, 34), y + rng.uniform(30, 60)
        bolt.line((x, y))
    canvas.stroke(bolt, (190.0, 200.0, 255.0), 14, alpha=0.3, blur=6)
    canvas.stroke(bolt, (250.0, 250.0, 255.0), 3.4)


def _snow(canvas: Canvas, colors: Palette, when: Conditions) -> None:
    rng = Random(when.seed + 12)
    for _ in range(230):
        x, y, r = rng.uniform(LEFT, RIGHT), rng.uniform(TOP, BOTTOM), rng.uniform(1.2, 4.6)
        canvas.fill(ellipse(x, y, r), WHITE, alpha=rng.uniform(0.5, 0.95))


def _fog(canvas: Canvas, colors: Palette, when: Conditions) -> None:
    rng = Random(when.seed + 13)
    for y in (380.0, 500.0, 620.0):
        brushes.mist(canvas, y, 90, mix(colors.haze, WHITE, 0.3), 0.6, rng)


def _leaves(canvas: Canvas, colors: Palette, when: Conditions) -> None:
    rng = Random(when.seed + 14)
    for _ in range(46):
        x, y = rng.uniform(LEFT, RIGHT), rng.uniform(TOP, BOTTOM)
        with canvas.transformed(x, y, rng.uniform(0, 360)):
            leaf = Path().move(-7, 0).quad((0, -5), (8, 0)).quad((0, 5), (-7, 0)).close()
            canvas.fill(leaf, mix(colors.foliage, (220.0, 150.0, 60.0), rng.random() * 0.6))
    for _ in range(9):
        x, y = rng.uniform(LEFT, RIGHT), rng.uniform(140, 560)
        gust = Path().move(x, y).cubic((x + 60, y - 16), (x + 120, y + 16), (x + 190, y - 4))
        canvas.stroke(gust, WHITE, 2.2, alpha=0.35)
