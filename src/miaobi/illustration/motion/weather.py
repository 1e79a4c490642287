"""Moving air of a clip: rain, snow, fog, leaves, stars, clouds, motes and bubbles."""

import math
from dataclasses import dataclass
from random import Random

import numpy as np

from miaobi.core.arrays import Pixels
from miaobi.drawing.canvas import Canvas, glow, radial
from miaobi.drawing.color import WHITE, Color, mix
from miaobi.drawing.path import Path, ellipse, star
from miaobi.drawing.raster import rasterize
from miaobi.places import brushes
from miaobi.places.conditions import Conditions
from miaobi.places.place import HEIGHT, Place

CLOSED = {
    "cave",
    "underwater",
    "underwater-palace",
    "tunnel",
    "dungeon",
    "cyberspace",
    "underworld",
    "plain-background",
    "aquarium-hall",
}
SPACE = {"space", "moon", "night-sky", "mars"}
WATERY = {"underwater", "underwater-palace"}
WATERS = {
    "sea",
    "beach",
    "lake",
    "river",
    "harbor",
    "pond",
    "island",
    "swamp",
    "hot-spring",
    "swimming-pool",
    "waterfall",
    "shipyard",
}
FIREFLY: Color = (214.0, 255.0, 150.0)
PETAL: Color = (250.0, 190.0, 210.0)
LEAVES: tuple[Color, ...] = ((226.0, 140.0, 60.0), (206.0, 96.0, 52.0), (234.0, 188.0, 84.0))
LARGE_CLOUD = 300.0  # units


@dataclass(frozen=True)
class Sheet:
    """Premultiplied pixels (H, W, 4) that repeat in both directions and move evenly."""

    pixels: Pixels
    right: float  # pixels per second
    down: float
    sway: float = 0.0  # pixels to each side

    def at(self, t: float) -> Pixels:
        """Return the pixels at a time."""
        dx = self.right * t + self.sway * math.sin(1.3 * t)
        shift = round(self.down * t), round(dx)
        return np.ascontiguousarray(np.roll(self.pixels, shift, (0, 1)))


@dataclass(frozen=True)
class Air:
    """Everything that moves in the air of a place, by kinds."""

    place: str
    when: Conditions
    sheets: tuple[Sheet, ...] = ()
    stars: bool = False
    sky: bool = False  # clouds drift
    kind: str = ""  # motes, fireflies, bubbles, leaves, petals, dust
    clouds: tuple[Pixels, ...] = ()


def air_of(name: str, place: Place, when: Conditions, size: tuple[int, int]) -> Air:
    """Return the air of a place for frames of (width, height)."""
    outdoors = place.layers[0].depth >= 8 and name not in CLOSED
    scale = size[1] / HEIGHT
    sheets = _sheets(when, size, scale) if outdoors else ()
    stars = outdoors and (place.colors.stars or name in SPACE)
    sky = outdoors and name not in SPACE and when.hour != "night"
    clouds = tuple(_cloud(place, when, scale, k) for k in range(2)) if sky else ()
    return Air(name, when, sheets, stars, sky, _kind(name, place, when, outdoors), clouds)


def _kind(name: str, place: Place, when: Conditions, outdoors: bool) -> str:
    if name in WATERY:
        return "bubbles"
    if not outdoors:
        return "dust"
    if name in SPACE or when.weather in ("rain", "storm", "snow"):
        return ""
    if when.season == "autumn" or when.weather == "wind":
        return "leaves"
    if when.hour == "night":
        return "fireflies" if name not in WATERS and not place.colors.lit else "fireflies"
    return "petals" if when.season == "spring" else "motes"


def _sheets(when: Conditions, size: tuple[int, int], scale: float) -> tuple[Sheet, ...]:
    if when.weather in ("rain", "storm"):
        near = _rain(size, scale, 1.0, 70, when)
        return Sheet(_rain(size, scale, 0.55, 110, when), -150 * scale, 760 * scale), Sheet(
            near, -270 * scale, 1320 * scale
        )
    if when.weather == "snow":
        return tuple(
            Sheet(
                _snow(size, scale, k, when),
                12 * k * scale,
                (46 + 34 * k) * scale,
                (9 + 8 * k) * scale,
            )
            for k in range(3)
        )
    if when.weather == "fog":
        return (Sheet(_fog(size, scale, when), 22 * scale, 0.0),)
    return ()


def _torus(size: tuple[int, int], x: float, y: float, reach: float) -> list[tuple[float, float]]:
    """Return the positions of something that may cross the edges of a sheet."""
    width, height = size
    xs = [x] + [x - width] * (x > width - reach) + [x + width] * (x < reach)
    ys = [y] + [y - height] * (y > height - reach) + [y + height] * (y < reach)
    return [(a, b) for a in xs for b in ys]


def _rain(size: tuple[int, int], scale: float, near: float, count: int, when: Conditions) -> Pixels:
    rng, canvas = Random(f"rain {when.seed} {near}"), Canvas()
    for _ in range(count if when.weather == "rain" else round(count * 1.5)):
        length = rng.uniform(26, 52) * scale * near
        alpha, wide = rng.uniform(0.25, 0.6) * near, rng.uniform(0.9, 1.9) * scale * near
        spot = rng.uniform(0, size[0]), rng.uniform(0, size[1])
        for x, y in _torus(size, *spot, length):
            drop = Path().move(x, y).line((x - length * 0.2, y + length))
            canvas.stroke(drop, (214.0, 228.0, 246.0), max(0.7, wide), alpha)
    return rasterize(canvas, *size)


def _snow(size: tuple[int, int], scale: float, near: int, when: Conditions) -> Pixels:
    rng, canvas = Random(f"snow {when.seed} {near}"), Canvas()
    for _ in range(90 - 22 * near):
        r = rng.uniform(0.8, 1.5) * (1.1 + near * 1.15) * scale
        alpha = rng.uniform(0.55, 0.95)
        spot = rng.uniform(0, size[0]), rng.uniform(0, size[1])
        for x, y in _torus(size, *spot, r + 1):
            canvas.fill(ellipse(x, y, r), WHITE, alpha)
    return rasterize(canvas, *size)


def _fog(size: tuple[int, int], scale: float, when: Conditions) -> Pixels:
    from miaobi.drawing.canvas import Stop

    rng, canvas = Random(f"fog {when.seed}"), Canvas()
    for _ in range(9):
        w, h = rng.uniform(260, 420) * scale, rng.uniform(60, 110) * scale
        spot = rng.uniform(0, size[0]), rng.uniform(0.5, 0.92) * size[1]
        for x, y in _torus((size[0], size[1] * 9), *spot, w):
            paint = radial((0, 0), w, Stop(0, WHITE, 0.34), Stop(1, WHITE, 0.0))
            with canvas.transformed(x, y, scale=(1.0, h / w)):
                canvas.fill(ellipse(0, 0, w), paint)
    return rasterize(canvas, *size)


def _cloud(place: Place, when: Conditions, scale: float, number: int) -> Pixels:
    canvas = Canvas()
    tone = {"dusk": 0.45, "dawn": 0.3}.get(when.hour, 0.06)
    color = mix(WHITE, place.colors.sky_middle, tone)
    side = LARGE_CLOUD * scale
    with canvas.grouped(alpha=0.9):
        rng = Random(f"cloud {when.seed} {number}")
        brushes.cloud(canvas, side / 2, side * 0.42, side * 0.9, color, rng)
    return rasterize(canvas, max(1, round(side)), max(1, round(side * 0.5)))


def draw_sky(canvas: Canvas, air: Air, t: float, size: tuple[int, int], shift: float) -> None:
    """Draw drifting clouds and twinkling stars behind everything but the sky; shift in pixels."""
    width, height = size
    if air.stars:
        rng = Random(f"stars {air.when.seed}")
        for _ in range(22):
            x, y = rng.uniform(0, width), rng.uniform(0, height * 0.42)
            light = math.sin(rng.uniform(1.6, 4.2) * t + rng.uniform(0, 6.28))
            if light > 0:
                r = rng.uniform(1.6, 3.6) * height / 720
                canvas.fill(star(x, y, r * (0.6 + light), 4, 0.24), (255.0, 250.0, 225.0), light)
            else:
                rng.random()
    for number, pixels in enumerate(air.clouds):
        h, w = pixels.shape[:2]
        rng = Random(f"drift {air.when.seed} {number}")
        speed = (9 + 8 * number) * height / 720
        way = rng.uniform(0, width) + speed * t + shift * 0.16
        x = way % (width + w) - w
        y = height * rng.uniform(0.03, 0.2)
        canvas.bitmap(pixels, round(x), round(y), w, h)


def draw_air(canvas: Canvas, air: Air, t: float, size: tuple[int, int], shift: float) -> None:
    """Draw what floats in front of the figures; shift: pixels by which the world has moved."""
    painters = {
        "motes": _motes,
        "dust": _motes,
        "fireflies": _fireflies,
        "bubbles": _bubbles,
        "leaves": _leaves,
        "petals": _leaves,
    }
    if air.kind:
        painters[air.kind](canvas, air, t, size, shift)
    if air.place in WATERS:
        _glints(canvas, air, t, size)


def _floating(
    air: Air, count: int, t: float, size: tuple[int, int], shift: float, rise: float, side: float
) -> list[tuple[float, float, Random]]:
    """Return (x, y, chance) of things that drift and come again at the other side."""
    spots = []
    width, height = size
    unit = height / 720
    for number in range(count):
        rng = Random(f"{air.kind} {air.when.seed} {number}")
        sway = rng.uniform(10, 34) * math.sin(rng.uniform(0.5, 1.3) * t + rng.uniform(0, 6))
        near = rng.uniform(0.7, 1.3)
        x = rng.uniform(0, width) + (side * t * near + sway) * unit - shift * near
        y = rng.uniform(0, height) + rise * t * near * unit
        spots.append((x % width, y % height, rng))
    return spots


def _motes(canvas: Canvas, air: Air, t: float, size: tuple[int, int], shift: float) -> None:
    unit = size[1] / 720
    count, strength = (12, 0.5) if air.kind == "dust" else (11, 0.6)
    for x, y, rng in _floating(air, count, t, size, shift, -9.0, 10.0):
        r = rng.uniform(1.2, 2.6) * unit
        light = 0.5 + 0.5 * math.sin(1.7 * t + rng.uniform(0, 6.28))
        canvas.fill(ellipse(x, y, r), (255.0, 250.0, 220.0), strength * light)


def _fireflies(canvas: Canvas, air: Air, t: float, size: tuple[int, int], shift: float) -> None:
    unit = size[1] / 720
    for x, y, rng in _floating(air, 13, t, size, shift, -6.0, 8.0):
        if y < size[1] * 0.35:
            continue
        light = max(0.0, math.sin(rng.uniform(1.2, 2.4) * t + rng.uniform(0, 6.28)))
        r = rng.uniform(9, 16) * unit
        canvas.fill(ellipse(x, y, r), glow((x, y), r, FIREFLY, 0.7 * light))
        canvas.fill(ellipse(x, y, r * 0.16), (250.0, 255.0, 220.0), light)


def _bubbles(canvas: Canvas, air: Air, t: float, size: tuple[int, int], shift: float) -> None:
    unit = size[1] / 720
    for x, y, rng in _floating(air, 16, t, size, shift, -64.0, 0.0):
        r = rng.uniform(3, 9) * unit
        canvas.fill(ellipse(x, y, r), (190.0, 230.0, 255.0), 0.16)
        canvas.stroke(ellipse(x, y, r), (225.0, 245.0, 255.0), 1.2 * unit, 0.6)
        canvas.fill(ellipse(x - r * 0.35, y - r * 0.35, r * 0.22), WHITE, 0.8)


def _leaves(canvas: Canvas, air: Air, t: float, size: tuple[int, int], shift: float) -> None:
    unit = size[1] / 720
    windy = air.when.weather == "wind"
    count, side = (22, 240.0) if windy else (11, -24.0)
    for x, y, rng in _floating(air, count, t, size, shift, 44.0, side):
        spin = rng.uniform(60, 160) * t + rng.uniform(0, 360)
        flat = 0.35 + 0.65 * abs(math.sin(rng.uniform(1.5, 3) * t + rng.uniform(0, 6)))
        color = PETAL if air.kind == "petals" else rng.choice(LEAVES)
        big = (5.5 if air.kind == "petals" else 9.0) * rng.uniform(0.8, 1.3) * unit
        with canvas.transformed(x, y, spin, (big / 8, big / 8 * flat)):
            leaf = Path().move(-8, 0).quad((0, -7), (9, 0)).quad((0, 7), (-8, 0)).close()
            canvas.fill(leaf, color)


def _glints(canvas: Canvas, air: Air, t: float, size: tuple[int, int]) -> None:
    """Draw light that dances on water."""
    width, height = size
    for number in range(16):
        rng = Random(f"glint {air.when.seed} {number}")
        light = math.sin(rng.uniform(1.4, 3.0) * t + rng.uniform(0, 6.28))
        if light <= 0:
            continue
        down = rng.random()
        y = height * (0.66 + 0.16 * down)
        x = rng.uniform(0, width) + 8 * math.sin(t + number)
        long = (10 + 26 * down) * height / 720
        line = Path().move(x - long, y).line((x + long, y))
        canvas.stroke(line, WHITE, (1.2 + 1.2 * down) * height / 720, 0.5 * light)
