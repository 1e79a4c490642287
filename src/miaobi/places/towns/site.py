"""Tools of painters of outdoor places: shapes in the light of the hour, and layers in order."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from random import Random

from miaobi.drawing.canvas import Canvas, Stop, glow, linear, radial
from miaobi.drawing.color import Color, shade, tint
from miaobi.drawing.path import Path, Point, ellipse, polygon, rectangle
from miaobi.places.conditions import Conditions, Palette, air
from miaobi.places.place import BOTTOM, LEFT, RIGHT, Layer, Light, Place
from miaobi.places.sky import paint_sky, weather_layers

WARM: Color = (255.0, 214.0, 130.0)
TONES = {
    "day": (1.0, 1.0, 1.0),
    "dawn": (0.98, 0.88, 0.87),
    "dusk": (0.82, 0.64, 0.7),
    "night": (0.36, 0.4, 0.62),
}
DIMMED = {"rain": 0.82, "storm": 0.66, "cloudy": 0.92, "fog": 0.9, "snow": 0.96}


@dataclass(frozen=True)
class Site:
    """A canvas with the colors, conditions, chance and distance of one layer."""

    canvas: Canvas
    colors: Palette
    when: Conditions
    rng: Random
    distance: float = 0.0  # how much of the air is before it, in [0, 1]
    tone: tuple[float, float, float] = (1.0, 1.0, 1.0)  # multiplies colors that give no light

    @property
    def snowy(self) -> bool:
        """True where snow lies."""
        return self.when.season == "winter" or self.when.weather == "snow"

    @property
    def lit(self) -> bool:
        """True where lamps and windows are on."""
        return self.colors.lit

    def at(self, distance: float) -> "Site":
        """Return the same site farther away or nearer."""
        return replace(self, distance=distance)

    def color(self, color: Color) -> Color:
        """Return a daylight color in the light of this hour."""
        r, g, b = (c * t for c, t in zip(color, self.tone, strict=True))
        return air((r, g, b), self.colors, self.distance)

    def fill(self, path: Path, color: Color, soft: float = 0.16, alpha: float = 1.0) -> None:
        """Fill a path with a daylight color, lighter above and darker below by `soft`."""
        left, top, right, bottom = path.bounds()
        c = self.color(color)
        end = left + (right - left) * 0.3, bottom
        high = tint(c, soft * 0.8 * self.tone[0])
        self.canvas.fill(path, linear((left, top), end, high, c, shade(c, soft)), alpha)

    def box(
        self,
        left: float,
        top: float,
        right: float,
        bottom: float,
        color: Color,
        round: float = 0.0,
        soft: float = 0.14,
    ) -> None:
        """Fill a rectangle."""
        self.fill(rectangle(left, top, right, bottom, round), color, soft)

    def poly(self, color: Color, *points: Point, soft: float = 0.16) -> None:
        """Fill a polygon."""
        self.fill(polygon(points), color, soft)

    def disc(self, x: float, y: float, rx: float, color: Color, ry: float | None = None) -> None:
        """Fill an ellipse, shaded as a round body."""
        c, ry = self.color(color), rx if ry is None else ry
        shading = radial(
            (x - rx * 0.35, y - ry * 0.4),
            max(rx, ry) * 1.5,
            tint(c, 0.32 * self.tone[0]),
            c,
            shade(c, 0.3),
        )
        self.canvas.fill(ellipse(x, y, rx, ry), shading)

    def tube(
        self, left: float, top: float, right: float, bottom: float, color: Color, soft: float = 0.34
    ) -> None:
        """Fill an upright rectangle, shaded round as a column or a tower."""
        c = self.color(color)
        shading = linear(
            (left, 0),
            (right, 0),
            shade(c, soft * 0.3),
            tint(c, soft * 0.6 * self.tone[0]),
            c,
            shade(c, soft),
        )
        self.canvas.fill(rectangle(left, top, right, bottom), shading)

    def line(self, color: Color, width: float, *points: Point, alpha: float = 1.0) -> None:
        """Draw a line through points."""
        self.canvas.stroke(
            Path().move(*points[0]).line(*points[1:]), self.color(color), width, alpha
        )

    def shine(
        self, x: float, y: float, radius: float, color: Color = WARM, alpha: float = 0.5
    ) -> None:
        """Draw the light around something bright."""
        self.canvas.fill(ellipse(x, y, radius), glow((x, y), radius, color, alpha))

    def ground(self, y: float, top: Color, low: Color) -> None:
        """Fill everything below y."""
        shading = linear((0, y), (0, BOTTOM), self.color(top), self.color(low))
        self.canvas.fill(rectangle(LEFT, y, RIGHT, BOTTOM + 10), shading)

    def shadow(self, x: float, y: float, rx: float, ry: float, alpha: float = 0.35) -> None:
        """Draw a soft shadow on the ground."""
        dark = self.colors.shadow
        shading = radial(
            (0, 0), rx, Stop(0, dark, alpha), Stop(0.5, dark, alpha * 0.7), Stop(1, dark, 0)
        )
        with self.canvas.transformed(x, y, scale=(1.0, ry / rx)):
            self.canvas.fill(ellipse(0, 0, rx), shading)


Painting = Callable[[Site], None]


@dataclass(frozen=True)
class Part:
    """One layer: how deep it lies, how much air is before it, and what paints it."""

    depth: float
    distance: float
    paint: Painting
    blur: float = 0.0


@dataclass(frozen=True)
class Plan:
    """Layers of a place, from far to near."""

    parts: tuple[Part, ...]
    horizon: float = 596.0
    ground: float = 668.0
    front: tuple[Part, ...] = ()
    lamps: tuple[Light, ...] = ()  # light figures while lamps are on
    lights: tuple[Light, ...] = field(default=())  # light figures at every hour
    sky: Painting | None = None  # of its own; None: the sky of the hour
    weather: bool = True
    tone: tuple[float, float, float] | None = None  # None: of the hour


def build(plan: Plan, when: Conditions, colors: Palette) -> Place:
    """Return the place of a plan under these conditions."""
    if not plan.weather:
        season = "summer" if when.season == "winter" else when.season
        when = replace(when, weather="clear", season=season)

    def layer(number: int, part: Part) -> Layer:
        def paint(canvas: Canvas) -> None:
            rng = Random(f"{when.seed} {number}")
            part.paint(Site(canvas, colors, when, rng, part.distance, plan.tone or tone_of(when)))

        return Layer(part.depth, paint, part.blur)

    def sky(site: Site) -> None:
        paint_sky(site.canvas, colors, when, plan.horizon - 80)

    parts = (Part(9, 0, plan.sky or sky), *plan.parts)
    layers = tuple(layer(number, part) for number, part in enumerate(parts))
    front = tuple(layer(90 + number, part) for number, part in enumerate(plan.front))
    falling = weather_layers(colors, when) if plan.weather else ()
    lights = (*plan.lights, *(plan.lamps if colors.lit else ()))
    return Place(layers, colors, plan.horizon, plan.ground, (*front, *falling), lights)


def tone_of(when: Conditions) -> tuple[float, float, float]:
    """Return what the hour and weather multiply colors by."""
    r, g, b = TONES.get(when.hour, TONES["day"])
    dim = DIMMED.get(when.weather, 1.0)
    return r * dim, g * dim, b * dim


def bright_tone(when: Conditions) -> tuple[float, float, float]:
    """Return the tone of lands whose colors stay bright at night."""
    r, g, b = tone_of(when)
    return (r + 1) / 2, (g + 1) / 2, (b + 1) / 2


def join(paths: Iterable[Path]) -> Path:
    """Return all contours of some paths as one path, which is filled at once."""
    whole = Path()
    for path in paths:
        whole.commands += path.commands
        whole.points += path.points
    return whole


def spread(rng: Random, step: float, jitter: float = 0.2, start: float = LEFT) -> Sequence[float]:
    """Return positions from left to right, about `step` apart."""
    places, x = [], start
    while x < RIGHT + step:
        places.append(x + rng.uniform(-jitter, jitter) * step)
        x += step
    return places
