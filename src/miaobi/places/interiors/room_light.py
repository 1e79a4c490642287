"""Light of rooms: how dark it is at an hour, beams of the sun, lamps and fires."""

from dataclasses import replace

from miaobi.drawing.canvas import Canvas, Stop, linear, radial
from miaobi.drawing.color import BLACK, Color, mix, shade, tint
from miaobi.drawing.path import ellipse, polygon, rectangle
from miaobi.places.conditions import Conditions, Palette
from miaobi.places.interiors.pieces import LAMPLIGHT
from miaobi.places.interiors.room_data import Room, Thing
from miaobi.places.interiors.windows import Window
from miaobi.places.place import BOTTOM, LEFT, RIGHT, TOP, Light

LAMPS = (
    "bulb", "candles", "chandelier", "dresser", "fireplace", "floor_lamp", "lantern", "neon",
    "pendant", "spotlight", "torch",
)  # fmt: skip
FIRES = ("candles", "fireplace", "torch")


def dimness(room: Room, outside: Palette, when: Conditions) -> float:
    """Return how dark the room is, 0 to 1."""
    hour = {"night": 0.62, "dusk": 0.3, "dawn": 0.16}.get(when.hour, 0.04)
    if when.hour == "day" and outside.lit:
        hour = 0.16
    return max(room.dark, hour) if room.windows or room.dark < 0.5 else room.dark


def inside_colors(outside: Palette, room: Room, dim: float, when: Conditions) -> Palette:
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


def room_lights(
    things: list[Thing], windows: list[Window], outside: Palette, dim: float
) -> tuple[Light, ...]:
    """Return the lamps and windows that light figures."""
    lamps = [thing for thing in things if thing.piece in LAMPS]
    near = sorted(lamps, key=lambda lamp: abs(lamp.x - 640))[:3]
    strength = (0.1 + dim * 0.4) / max(1, len(near)) ** 0.7
    lights = [Light(lamp.x, _flame(lamp), 620, LAMPLIGHT, strength) for lamp in near]
    if not outside.lit:
        lights += [Light(w.x, w.y, 600, outside.key, 0.16) for w in windows[:2]]
    return tuple(lights)


def paint_light(
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
        canvas.fill(whole, radial((640 + (x - 640) * 0.6, 340), 880, near, middle, edge))
    strength = 0.1 + dim * 0.75
    for lamp in lamps[:7]:
        center = lamp.x, _flame(lamp)
        color = (255.0, 190.0, 110.0) if lamp.piece in FIRES else LAMPLIGHT
        stops = (
            Stop(0, color, strength * 0.62),
            Stop(0.3, color, strength * 0.26),
            Stop(1, color, 0),
        )
        canvas.fill(ellipse(*center, 330), radial(center, 330, *stops))


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


def _flame(lamp: Thing) -> float:
    """Return the height at which a lamp shines."""
    high = {"dresser": 1.4, "floor_lamp": 0.85, "fireplace": 0.3, "torch": 0.8}
    return lamp.y - lamp.height * high.get(lamp.piece, 0.5)
