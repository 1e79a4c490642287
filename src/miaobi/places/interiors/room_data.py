"""Rooms as data, read from rooms.toml.

A window is written "shape x y width height curtain", a thing "piece x width height color y": x is
its middle, y where it stands (on the floor at the wall without it), "-" leaves a value out. A name
"a|b" is one of both by chance, "a?" may be missing.
"""

import functools
import tomllib
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

from miaobi.drawing.color import Color, parse_color
from miaobi.places.interiors.windows import Window

NIGHT: Color = (24.0, 14.0, 50.0)


@dataclass(frozen=True)
class Room:
    """Data of one kind of room."""

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
    winter: tuple[str, ...] = ()  # at the sides in winter
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
    text = Path(__file__).with_name("rooms.toml").read_text("utf-8")
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
    known["winter"] = tuple(known.get("winter", ()))
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
