"""Places of nature: forests, meadows, mountains, deserts, jungles, fields."""

from random import Random

from miaobi.drawing.canvas import Canvas, linear
from miaobi.drawing.color import Color, shade, tint
from miaobi.drawing.path import Path
from miaobi.places import brushes, greenery
from miaobi.places.conditions import Conditions, air, palette
from miaobi.places.place import LEFT, RIGHT, TOP, Layer, Light, Place
from miaobi.places.sky import paint_sky, weather_layers


def forest(when: Conditions) -> Place:
    """Paint a forest of firs with trunks near the figures and ferns in front."""
    wood = _Forest(when)
    colors = wood.colors
    layers = (
        Layer(9, lambda canvas: paint_sky(canvas, colors, when)),
        Layer(4.2, wood.far),
        Layer(2.4, wood.middle),
        Layer(1.45, wood.near),
        Layer(1, wood.ground),
    )
    front = (Layer(0.62, wood.front, blur=4), *weather_layers(colors, when))
    lights = (Light(930, 130, 1100, colors.key, 0.18),) if colors.stars else ()
    return Place(layers, colors, 600, 668, front, lights, key_side=1)


class _Forest:
    """Layers of a forest."""

    def __init__(self, when: Conditions) -> None:
        self.when, self.colors = when, palette(when)
        self.snowy = 0.9 if when.season == "winter" or when.weather == "snow" else 0.0
        red, green, blue = self.colors.foliage
        self.green = red * 0.62, green * 0.78, blue * 0.7

    def far(self, canvas: Canvas) -> None:
        r = Random(self.when.seed + 1)
        brushes.land(
            canvas,
            brushes.ridge(430, 34, r),
            air(self.green, self.colors, 0.78),
            air(self.green, self.colors, 0.6),
        )
        for k in range(60):
            greenery.fir(
                canvas,
                LEFT + k * 34 + r.uniform(-9, 9),
                470 + r.uniform(-8, 12),
                r.uniform(90, 170),
                air(self.green, self.colors, 0.66),
                r,
                self.snowy * 0.5,
            )
        brushes.mist(canvas, 520, 50, tint(self.colors.haze, 0.2), 0.4, r)

    def middle(self, canvas: Canvas) -> None:
        r = Random(self.when.seed + 2)
        for k in range(32):
            greenery.fir(
                canvas,
                LEFT + k * 64 + r.uniform(-18, 18),
                566 + r.uniform(-6, 14),
                r.uniform(200, 340),
                air(self.green, self.colors, 0.3),
                r,
                self.snowy,
            )
        brushes.land(
            canvas,
            brushes.ridge(556, 8, r),
            air(self.colors.grass, self.colors, 0.25),
            air(shade(self.colors.grass, 0.3), self.colors, 0.2),
        )

    def near(self, canvas: Canvas) -> None:
        r = Random(self.when.seed + 3)
        for k in range(9):
            x = LEFT + 90 + k * 235 + r.uniform(-50, 50)
            if 420 < x < 860:  # the figures stand here
                x += 330 if x > 640 else -330
            _trunk(
                canvas,
                x,
                606 + r.uniform(-8, 12),
                r.uniform(44, 74),
                air(greenery.BARK, self.colors, 0.18),
                r,
            )
        for k in range(10):
            greenery.bush(
                canvas,
                LEFT + k * 215 + r.uniform(-40, 40),
                618,
                r.uniform(110, 180),
                shade(self.colors.foliage, 0.18),
                r,
            )

    def ground(self, canvas: Canvas) -> None:
        r = Random(self.when.seed + 4)
        brushes.land(
            canvas,
            brushes.ridge(600, 6, r),
            tint(self.colors.grass, 0.08),
            shade(self.colors.grass, 0.42),
            210,
        )
        greenery.grass(canvas, 616, 200, 20, shade(self.colors.grass, 0.12), r, 8)
        greenery.grass(canvas, 690, 110, 28, shade(self.colors.grass, 0.3), r, 30)
        if self.when.season in ("spring", "summer") and not self.snowy:
            greenery.flowers(canvas, 650, 26, r, self.colors)

    def front(self, canvas: Canvas) -> None:
        color = shade(self.colors.foliage, 0.75 if self.colors.stars else 0.5)
        for x, y, length, angle in (
            (-140, 740, 360, -52),
            (-60, 790, 330, -84),
            (1330, 770, 380, -118),
            (1420, 780, 360, -96),
        ):
            greenery.fern(canvas, x, y, length, angle, color)


def _trunk(canvas: Canvas, x: float, y: float, width: float, color: Color, r: Random) -> None:
    bend = r.uniform(-30, 30)
    path = (
        Path()
        .move(x - width * 0.42, TOP - 10)
        .cubic((x - width * 0.42 + bend * 0.3, 150), (x - width * 0.46, 380), (x - width, y + 6))
        .line(
            (x - width * 0.3, y - 4),
            (x + width * 0.1, y + 8),
            (x + width * 0.45, y - 5),
            (x + width * 1.1, y + 6),
        )
        .cubic(
            (x + width * 0.46, 380),
            (x + width * 0.42 + bend * 0.3, 150),
            (x + width * 0.42, TOP - 10),
        )
        .close()
    )
    canvas.fill(
        path,
        linear(
            (x - width * 0.6, 0), (x + width * 0.6, 0), tint(color, 0.22), color, shade(color, 0.4)
        ),
    )
    with canvas.grouped(clip=path):
        for _ in range(9):
            yy, xx = r.uniform(0, y), x + r.uniform(-0.35, 0.35) * width
            canvas.stroke(
                Path()
                .move(xx, yy)
                .quad(
                    (xx + r.uniform(-6, 6), yy + 30),
                    (xx + r.uniform(-4, 4), yy + r.uniform(40, 90)),
                ),
                shade(color, 0.35),
                max(1.5, width * 0.05),
                alpha=0.35,
            )


def meadow(when: Conditions) -> Place:
    """Paint a meadow with hills, trees and flowers."""
    land = _Meadow(when)
    layers = (
        Layer(9, lambda canvas: paint_sky(canvas, land.colors, when)),
        Layer(4, land.far),
        Layer(1.9, land.middle),
        Layer(1, land.ground),
    )
    return Place(layers, land.colors, 606, 672, weather_layers(land.colors, when))


class _Meadow:
    """Layers of a meadow."""

    def __init__(self, when: Conditions) -> None:
        self.when, self.colors = when, palette(when)
        self.bare = when.season == "winter"

    def far(self, canvas: Canvas) -> None:
        r = Random(self.when.seed + 1)
        brushes.land(
            canvas,
            brushes.ridge(430, 50, r),
            air(self.colors.grass, self.colors, 0.66),
            air(self.colors.grass, self.colors, 0.45),
        )
        brushes.land(
            canvas,
            brushes.ridge(490, 34, r),
            air(self.colors.grass, self.colors, 0.42),
            air(self.colors.grass, self.colors, 0.3),
        )
        for _ in range(14):
            greenery.tree(
                canvas,
                r.uniform(LEFT, RIGHT),
                520 + r.uniform(-20, 10),
                r.uniform(50, 90),
                air(self.colors.foliage, self.colors, 0.4),
                r,
                self.bare,
            )

    def middle(self, canvas: Canvas) -> None:
        r = Random(self.when.seed + 2)
        brushes.land(
            canvas,
            brushes.ridge(560, 18, r),
            air(self.colors.grass, self.colors, 0.12),
            shade(self.colors.grass, 0.12),
        )
        for x in (
            r.uniform(LEFT, 60),
            r.uniform(80, 330),
            r.uniform(930, 1180),
            r.uniform(1250, RIGHT),
        ):
            greenery.tree(
                canvas,
                x,
                590 + r.uniform(-10, 6),
                r.uniform(190, 300),
                self.colors.foliage,
                r,
                self.bare,
            )
            greenery.bush(
                canvas,
                x + r.uniform(50, 120),
                598,
                r.uniform(80, 130),
                shade(self.colors.foliage, 0.1),
                r,
            )

    def ground(self, canvas: Canvas) -> None:
        r = Random(self.when.seed + 4)
        brushes.land(
            canvas,
            brushes.ridge(606, 8, r),
            tint(self.colors.grass, 0.1),
            shade(self.colors.grass, 0.34),
            200,
        )
        greenery.grass(canvas, 640, 260, 18, shade(self.colors.grass, 0.14), r, 60)
        if not self.bare:
            greenery.flowers(canvas, 660, 40, r, self.colors, 46)
