"""Interiors: rooms read from rooms.toml, with walls, windows, furniture and lamps.

A thing is written "piece x width height color y": x is its middle, y where it stands (on the floor
at the wall without it), "-" leaves a value out. A name "a|b" is one of both by chance, "a?" may be
missing.
"""

import functools
import tomllib
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path as File
from random import Random
from typing import Any

from miaobi.drawing.canvas import Canvas, LinearGradient, Stop, linear, radial
from miaobi.drawing.color import BLACK, Color, mix, parse_color, shade, tint
from miaobi.drawing.path import ellipse, polygon, rectangle
from miaobi.places.furniture import fittings, hall, home, service, travel, work
from miaobi.places.conditions import Conditions, Palette, palette
from miaobi.places.pieces import LAMPLIGHT, Pen, Piece
from miaobi.places.place import BOTTOM, LEFT, RIGHT, TOP, Layer, Light, Place
from miaobi.places.surfaces import paint_ceiling, paint_floor, paint_wall
from miaobi.places.windows import Window, paint_frame, paint_view

FLOOR = 584.0
NEAR = 650.0
NIGHT: Color = (24.0, 14.0, 50.0)
LAMPS = (
    "pendant",
    "lantern",
    "chandelier",
    "torch",
    "fireplace",
    "floor_lamp",
    "spotlight",
    "candles",
    "neon",
    "bulb",
)
PIECES: dict[str, Piece] = {
    **fittings.PIECES,
    **hall.PIECES,
    **home.PIECES,
    **service.PIECES,
    **travel.PIECES,
    **work.PIECES,
}


@dataclass(frozen=True)
class Room:
    """What makes one kind of room."""

    wall: tuple[Color, ...]
    floor_color: Color
    floor: str = "wood"
    pattern: str = "plain"
    low: Color | None = None  # of the boards on the lower part of the wall
    ceiling: str = "none"
    ceiling_color: Color = (226.0, 220.0, 212.0)
    frame: Color = (250.0, 246.0, 238.0)
    windows: tuple[Window, ...] = ()
    view: str = "garden"
    things: tuple[str, ...] = ()  # at the wall
    near: tuple[str, ...] = ()  # at the sides, nearer to us
    rug: Color | None = None
    dark: float = 0.0  # how dark it is by day
    tone: Color = NIGHT  # of its darkness
    front: str = "none"


@dataclass(frozen=True)
class Thing:
    """A piece and where it is."""

    piece: str
    x: float
    y: float
    width: float
    height: float
    color: Color


@functools.cache
def rooms() -> dict[str, Room]:
    """Read the rooms."""
    text = File(__file__).with_name("rooms.toml").read_text("utf-8")
    return {name: _room(values) for name, values in tomllib.loads(text).items()}


def _room(values: dict[str, Any]) -> Room:
    known: dict[str, Any] = dict(values)
    walls = known["wall"] if isinstance(known["wall"], list) else [known["wall"]]
    known["wall"] = tuple(parse_color(text) for text in walls)
    for name in ("floor_color", "low", "ceiling_color", "frame", "rug", "tone"):
        if name in known:
            known[name] = parse_color(known[name])
    known["windows"] = tuple(_window(text) for text in known.get("windows", ()))
    known["things"] = tuple(known.get("things", ()))
    known["near"] = tuple(known.get("near", ()))
    return Room(**known)


def _window(text: str) -> Window:
    shape, x, y, width, height, *curtain = text.split()
    color = parse_color(curtain[0]) if curtain else None
    return Window(float(x), float(y), float(width), float(height), shape, color)


def read_thing(text: str, stands: float, rng: Random) -> Thing | None:
    """Read a thing; None where chance leaves it out."""
    name, x, width, height, *rest = text.split()
    color = parse_color(rest[0]) if rest and rest[0] != "-" else (170.0, 120.0, 80.0)
    y = float(rest[1]) if len(rest) > 1 else stands
    chance = rng.random()
    if name.endswith("?") and chance < 0.35:
        return None
    names = name.removesuffix("?").split("|")
    piece = names[int(chance * 997) % len(names)]
    return Thing(piece, float(x), y, float(width), float(height), color)


def paint_room(name: str, when: Conditions) -> Place:
    """Paint a room by its name."""
    room = rooms()[name]
    rng = Random(when.seed * 31 + 7)
    turned = rng.random() < 0.5
    wall = rng.choice(room.wall)
    if turned:
        mirrored = tuple(replace(window, x=1280 - window.x) for window in room.windows)
        room = replace(room, windows=mirrored)
    read = [read_thing(text, FLOOR + 4, rng) for text in room.things]
    read_near = [read_thing(text, NEAR, rng) for text in room.near]
    things, near = ([_turned(t, turned) for t in some if t] for some in (read, read_near))
    outside = palette(when)
    windows = list(room.windows)

    def far(canvas: Canvas) -> None:
        for window in windows:
            paint_view(canvas, window, room.view, outside, when)

    def back(canvas: Canvas) -> None:
        paint_wall(canvas, windows, FLOOR, wall, room.low, room.pattern)
        paint_ceiling(canvas, room.ceiling, room.ceiling_color)
        for window in windows:
            paint_frame(canvas, window, room.frame, Random(when.seed + round(window.width)))

    def floor(canvas: Canvas) -> None:
        paint_floor(canvas, FLOOR, room.floor_color, room.floor)
        canvas.fill(rectangle(LEFT, FLOOR, RIGHT, FLOOR + 40), _fading(FLOOR, FLOOR + 40, 0.3))
        if room.rug is not None:
            _paint_rug(canvas, room.rug)

    dim = _dimness(room, outside, when)
    layers = (
        Layer(6, far),
        Layer(2, back),
        Layer(1.2, floor),
        Layer(1.8, lambda canvas: _paint_things(canvas, things, when, turned, outside.lit)),
        Layer(1.3, lambda canvas: _paint_things(canvas, near, when, turned, outside.lit)),
        Layer(1, lambda canvas: _paint_light(canvas, room, things + near, when, dim)),
    )
    colors = _inside(outside, room, dim, when)
    lights = _lights(things + near, windows, outside, dim)
    front = (
        (Layer(0.7, lambda canvas: _paint_front(canvas, room.front)),)
        if room.front != "none"
        else ()
    )
    side = -1 if not windows or windows[0].x < 660 else 1
    return Place(layers, colors, FLOOR, 668, front, lights, side)


def _turned(thing: Thing, turned: bool) -> Thing:
    return replace(thing, x=1280 - thing.x) if turned else thing


def _paint_things(
    canvas: Canvas, things: list[Thing], when: Conditions, turned: bool, lit: bool
) -> None:
    for number, thing in enumerate(things):
        rng = Random(when.seed * 101 + number)
        left = thing.x - thing.width / 2
        place = left, thing.y, thing.width, thing.height
        side = -1 if turned else 1
        PIECES[thing.piece](Pen(canvas, *place, thing.color, rng, lit, side))


def _dimness(room: Room, outside: Palette, when: Conditions) -> float:
    """Return how dark the room is, 0 to 1."""
    hour = {"night": 0.62, "dusk": 0.3, "dawn": 0.16}.get(when.hour, 0.04)
    if when.hour == "day" and outside.lit:
        hour = 0.16
    return max(room.dark, hour) if room.windows or room.dark < 0.5 else room.dark


def _inside(outside: Palette, room: Room, dim: float, when: Conditions) -> Palette:
    """Return the colors for figures: bright by day, warm lamp light at night."""
    bright: Color = (255.0, 252.0, 247.0)
    low = mix((226.0, 190.0, 174.0), tint(room.tone, 0.55), 0.35)
    ambient = mix(bright, low, min(1.0, dim * 1.2))
    if when.hour == "dusk":
        ambient = mix(ambient, (255.0, 214.0, 180.0), 0.4)
    key = LAMPLIGHT if outside.lit else outside.key
    return replace(
        outside,
        ambient=ambient,
        key=key,
        shadow=mix(shade(room.floor_color, 0.7), BLACK, 0.3),
        haze=room.floor_color,
    )


def _lights(
    things: list[Thing], windows: list[Window], outside: Palette, dim: float
) -> tuple[Light, ...]:
    lamps = [thing for thing in things if thing.piece in LAMPS]
    lights = [
        Light(lamp.x, lamp.y - lamp.height / 2, 620, LAMPLIGHT, 0.1 + dim * 0.35)
        for lamp in lamps[:3]
    ]
    if not outside.lit:
        lights += [Light(w.x, w.y, 600, outside.key, 0.16) for w in windows[:2]]
    return tuple(lights)


def _paint_light(
    canvas: Canvas, room: Room, things: list[Thing], when: Conditions, dim: float
) -> None:
    """Paint beams of the sun, the dark of the hour and the light of lamps over the room."""
    if when.hour != "night" and when.weather in ("clear", "wind", "snow"):
        warm = {"day": (255.0, 246.0, 214.0), "dawn": (255.0, 214.0, 176.0)}.get(
            when.hour, (255.0, 176.0, 104.0)
        )
        for window in room.windows[:3]:
            if window.width < 400 and room.view != "space":
                _paint_beam(canvas, window, warm, 0.13 if when.hour == "day" else 0.2)
    lamps = [thing for thing in things if thing.piece in LAMPS]
    x = sum(lamp.x for lamp in lamps) / len(lamps) if lamps else 640.0
    whole = rectangle(LEFT, TOP, RIGHT, BOTTOM)
    near = mix((255.0, 255.0, 255.0), (255.0, 206.0, 150.0), dim * 0.7)
    middle = mix((255.0, 255.0, 255.0), mix(room.tone, (206.0, 150.0, 150.0), 0.55), dim)
    edge = mix((255.0, 255.0, 255.0), room.tone, dim)
    with canvas.grouped(blend="multiply"):
        canvas.fill(whole, radial((mix_number(640, x, 0.6), 340), 880, near, middle, edge))
    strength = 0.1 + dim * 0.75
    for lamp in lamps[:7]:
        center = lamp.x, lamp.y - lamp.height / 2
        color = (
            (255.0, 190.0, 110.0) if lamp.piece in ("fireplace", "torch", "candles") else LAMPLIGHT
        )
        stops = (
            Stop(0, color, strength * 0.62),
            Stop(0.3, color, strength * 0.26),
            Stop(1, color, 0),
        )
        canvas.fill(ellipse(*center, 330), radial(center, 330, *stops))


def mix_number(first: float, second: float, t: float) -> float:
    """Return the number between two."""
    return first + (second - first) * t


def _paint_beam(canvas: Canvas, window: Window, color: Color, alpha: float) -> None:
    w, h = window.width / 2, window.height / 2
    shift = 120 if window.x < 640 else -120
    top, low = window.y - h, 690.0
    corners = [
        (window.x - w, top),
        (window.x + w, top),
        (window.x + w + shift * 1.6, low),
        (window.x - w + shift * 1.2, low),
    ]
    fading = linear((0, top), (0, low), Stop(0, color, alpha), Stop(1, color, alpha * 0.25))
    canvas.fill(polygon(corners), fading)


def _fading(top: float, low: float, alpha: float) -> LinearGradient:
    return linear((0, top), (0, low), Stop(0, BLACK, alpha), Stop(1, BLACK, 0))


def _paint_rug(canvas: Canvas, color: Color) -> None:
    for grow, hue in ((0, shade(color, 0.2)), (14, color), (34, tint(color, 0.5)), (40, color)):
        canvas.fill(ellipse(640, 672, 400 - grow, 48 - grow * 0.3), hue)


def _paint_front(canvas: Canvas, kind: str) -> None:
    dark: Color = (30.0, 20.0, 34.0)
    if kind == "curtains":
        dark = (120.0, 26.0, 40.0)
        for side in (-1, 1):
            edge = 640 + side * 560
            cloth = rectangle(
                min(edge, edge + side * 440), TOP, max(edge, edge + side * 440), BOTTOM
            )
            stops = [tint(dark, 0.12) if k % 2 else shade(dark, 0.4) for k in range(14)]
            canvas.fill(cloth, linear((edge, 0), (edge + side * 440, 0), *stops))
    elif kind == "seats":
        for x in range(-330, 1660, 150):
            canvas.fill(rectangle(x, 694, x + 128, BOTTOM, 34), dark)


def __getattr__(name: str) -> Callable[[Conditions], Place]:
    """Return the painter of the room with this name, "_" for "-"."""
    room = name.replace("_", "-")
    if name.startswith("__") or room not in rooms():
        raise AttributeError(name)
    return functools.partial(paint_room, room)
