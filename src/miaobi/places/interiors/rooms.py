"""Interiors: walls, windows, furniture and lamps of the rooms of rooms.toml."""

import functools
from collections.abc import Callable
from dataclasses import replace
from random import Random

from miaobi.drawing.canvas import Canvas, LinearGradient, Stop, linear
from miaobi.drawing.color import BLACK, Color, shade, tint
from miaobi.drawing.path import ellipse, rectangle
from miaobi.places.conditions import Conditions, palette
from miaobi.places.furniture import PIECES
from miaobi.places.interiors.pieces import Pen
from miaobi.places.interiors.room_data import Thing, read_thing, rooms
from miaobi.places.interiors.room_light import dimness, inside_colors, paint_light, room_lights
from miaobi.places.interiors.surfaces import paint_ceiling, paint_floor, paint_wall
from miaobi.places.interiors.windows import paint_frame, paint_view
from miaobi.places.place import BOTTOM, LEFT, RIGHT, TOP, Layer, Place

FLOOR = 584.0
NEAR = 650.0
WRITTEN = ("blackboard", "clock", "element_chart", "map", "whiteboard")  # never turned around


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
    added = room.winter if when.season == "winter" else ()
    read_near = [read_thing(text, NEAR, rng) for text in (*room.near, *added)]
    things, near = ([_turned(t, turned) for t in some if t] for some in (read, read_near))
    outside = palette(when)
    windows = list(room.windows)

    def far(canvas: Canvas) -> None:
        for window in windows:
            paint_view(canvas, window, room.view, outside, when, window is windows[0])

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

    dim = dimness(room, outside, when)
    layers = (
        Layer(6, far),
        Layer(2, back),
        Layer(1.2, floor),
        Layer(1.8, lambda canvas: _paint_things(canvas, things, when, turned, outside.lit)),
        Layer(1.3, lambda canvas: _paint_things(canvas, near, when, turned, outside.lit)),
        Layer(1, lambda canvas: paint_light(canvas, room, things + near, when, dim)),
    )
    colors = inside_colors(outside, room, dim, when)
    lights = room_lights(things + near, windows, outside, dim)
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
        side = -1 if turned and thing.piece not in WRITTEN else 1
        PIECES[thing.piece](Pen(canvas, *place, thing.color, rng, lit, side))


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
