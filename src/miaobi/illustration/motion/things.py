"""Motion of drawings without limbs: gait of animals, driving, drifting, swaying plants."""

import math
from dataclasses import dataclass
from random import Random
from typing import TYPE_CHECKING

from miaobi.catalog.tables import concepts
from miaobi.illustration.stage import Placed

if TYPE_CHECKING:
    from miaobi.illustration.motion.tracks import Clip

PLANT_TAGS = {"plant", "flower", "tree", "leaf", "grow"}
FLIGHTS = {"fly", "fly-over", "swim", "rise", "fall", "set"}
GAITS = {"run", "chase", "flee", "walk", "rush-to", "race", "follow", "cross", "jump"}
ROCKET_TILT = 40.0  # degrees by which its drawing leans
GALLOP = 0.55  # seconds of a leap
BOAT_TAGS = {"boat", "ship", "canoe", "sailboat"}
VEHICLE_TAGS = {"vehicle", "car", "automobile", "train", "railway", "boat", "ship", "bicycle"}


@dataclass(frozen=True)
class Shape:
    """Offset, turn and stretch of a drawing; angle in degrees, clockwise."""

    dx: float = 0.0
    dy: float = 0.0
    angle: float = 0.0
    sx: float = 1.0
    sy: float = 1.0


def kind_of(drawing: str) -> str:
    """Return "animal", "vehicle", "boat", "plant" or "thing" for a drawing of the catalog."""
    concept = concepts().get(drawing)
    if concept is None:
        return "thing"
    tags = {*concept.english_tags, *concept.english.split()}
    if concept.group == "animals-nature":
        return "plant" if tags & PLANT_TAGS else "animal"
    if tags & BOAT_TAGS:
        return "boat"
    return "vehicle" if concept.group == "travel" and tags & VEHICLE_TAGS else "thing"


def shape_of(item: Placed, verb: str, t: float, seed: str, clip: "Clip") -> Shape:
    """Return the shape of a drawing at a time, by its verb and its kind."""
    phase = Random(f"thing {seed}").random()
    wave = math.sin(2 * math.pi * (t / 2.6 + phase))
    if verb == "drive":
        return driving(kind_of(item.thing.drawing), t)
    if verb in ("fly", "rise") and item.thing.drawing == "rocket":
        q = t / clip.seconds
        shake = 1.5 * math.sin(41 * t) * (1 - q)
        return Shape(shake, 330 - 460 * q * q, ROCKET_TILT * item.facing)
    if verb == "fight":
        lunge = max(0.0, math.sin(2 * math.pi * (t / 1.1 + 0.5))) ** 3
        return Shape(item.facing * 30 * lunge, -6 * lunge, item.facing * (7 * lunge - 2 * wave))
    if verb in FLIGHTS:
        return _flight(verb, item, t / clip.seconds - 0.5, t, phase)
    if verb in GAITS:
        return _gait(verb, item, t, phase, clip)
    if verb in ("dance", "play", "cheer"):
        hop = abs(math.sin(2 * math.pi * (t / 0.92 + phase)))
        return Shape(0, -item.unit * 8 * hop, 9 * wave, 1.03 - 0.05 * hop, 0.96 + 0.07 * hop)
    if verb == "explode":
        grown = 0.6 + 0.8 * min(1.0, t / 0.5)
        return Shape(sx=grown, sy=grown)
    return _at_rest(item, t, phase)


def _flight(verb: str, item: Placed, q: float, t: float, phase: float) -> Shape:
    """Return the shape of a thing in the air or in water; q: part of the clip from its middle."""
    wave = math.sin(2 * math.pi * (t / 2.6 + phase))
    if verb == "rise":
        return Shape(18 * wave, 40 - 230 * q, 5 * wave)
    if verb in ("fall", "set"):
        return Shape(10 * wave, 330 * q - 60, 16 * wave)
    flap = math.sin(2 * math.pi * (t / 0.62 + phase))
    low = item.y > 560  # what flies leaves the ground
    lift = (-140.0 if verb == "swim" else -260.0) if low else 0.0
    return Shape(
        item.facing * 440 * q,
        lift + 16 * wave,
        -4 * wave * item.facing,
        1 + 0.02 * flap,
        1 - 0.045 * flap,
    )


def _at_rest(item: Placed, t: float, phase: float) -> Shape:
    wave = math.sin(2 * math.pi * (t / 2.6 + phase))
    kind = kind_of(item.thing.drawing)
    if item.floats:
        return Shape(14 * wave, 8 * math.sin(2 * math.pi * (t / 3.3 + phase)), 3 * wave)
    if kind == "plant":
        return Shape(angle=1.8 * wave)
    if kind == "animal":
        breath = math.sin(2 * math.pi * (t / 1.9 + phase))
        return Shape(angle=1.2 * wave, sx=1 - 0.012 * breath, sy=1 + 0.02 * breath)
    return Shape()


def driving(kind: str, t: float) -> Shape:
    """Return the shape of what drives, or of an animal that gallops, and so of who rides it."""
    if kind == "animal":
        q = 2 * math.pi * t / GALLOP
        return Shape(0, -9 * abs(math.sin(q / 2)), 3.2 * math.sin(q), 1, 1 + 0.025 * math.sin(q))
    if kind == "boat":
        return Shape(0, 5 * math.sin(1.9 * t), 2.4 * math.sin(1.4 * t + 1))
    shake = math.sin(47 * t) * 0.5 + math.sin(31 * t + 1) * 0.5
    return Shape(0, 1.3 * shake, 0.35 * math.sin(9 * t), 1, 1 + 0.006 * shake)


def _gait(verb: str, item: Placed, t: float, phase: float, clip: "Clip") -> Shape:
    """Return a hop: up and forward while stretched, squashed on landing."""
    period = 0.8 if verb in ("walk", "follow", "cross") else 0.48
    period = 0.9 if verb == "jump" else period
    q = (t / period + phase) % 1.0
    hop = math.sin(math.pi * q)
    height = item.unit * (4 if period == 0.8 else 10 if verb != "jump" else 26)
    speed = item.unit * (34 if period == 0.8 else 70) if verb != "jump" else 0.0
    way = clip.travel * t if clip.travel else speed * (t - clip.seconds / 2)
    land = max(0.0, 1 - hop * 3)
    return Shape(
        item.facing * way,
        -height * hop,
        item.facing * -7 * math.cos(math.pi * q),
        1 + 0.08 * land,
        1 - 0.1 * land + 0.04 * hop,
    )
