"""Tracks: a figure or thing over a clip, its moments, and how fast it goes on its feet."""

import math
from collections.abc import Callable
from dataclasses import dataclass

from miaobi.actors.pose import HALF_STEP, STRIDE, Pose, walk
from miaobi.illustration.motion.things import Shape
from miaobi.illustration.scene import Scene, Thing
from miaobi.illustration.stage import Placed

WALK_RATE, RUN_RATE = 1.0, 1.75  # cycles per second
SNEAK_RATE = 0.6
WALKS = {"walk", "walk-dog", "enter", "leave", "visit", "follow", "cross", "sneak", "sweat"}
RUNS = {"run", "chase", "flee", "rush-to", "race", "pounce"}
SLIDES = {"ski", "skate", "ride", "drive", "row"}
BOAT_SPEED = 90.0
SPEEDS = {"ski": 230.0, "skate": 170.0, "ride": 250.0, "drive": 330.0, "row": 70.0}


@dataclass(frozen=True)
class Moment:
    """A figure or thing at one time; (x, y) in units of the world."""

    pose: Pose
    x: float
    y: float
    facing: int
    shape: Shape = Shape()
    held: Thing | None = None
    wind: float = 0.0
    speed: float = 0.0  # units per second


@dataclass(frozen=True)
class Track:
    """One figure or thing over the whole clip."""

    item: Placed
    verb: str
    moment: Callable[[float], Moment]
    seed: str


@dataclass(frozen=True)
class Pace:
    """Gait of a figure: its own units in one cycle of steps, and cycles per second."""

    stride: float
    rate: float
    run: bool

    def speed(self, unit: float) -> float:
        """Return units of the world per second; unit: a hundredth of the figure's height."""
        return self.stride * self.rate * unit

    def pose(self, distance: float, unit: float) -> Pose:
        """Return the pose after a distance in units of the world, so that no foot slides."""
        return walk(2 * math.pi * distance / (self.stride * unit), self.run)


@dataclass(frozen=True)
class Clip:
    """Scene, length and seed that all tracks of a clip share."""

    scene: Scene
    seconds: float
    seed: int
    travel: float = 0.0  # units per second by which the world goes back under a traveling hero


WALKING = Pace(STRIDE, WALK_RATE, False)
RUNNING = Pace(4 * HALF_STEP * 1.25, RUN_RATE, True)
SNEAKING = Pace(STRIDE, SNEAK_RATE, False)


def pace_of(verb: str) -> Pace | None:
    """Return the pace of a verb that goes on feet, else None."""
    if verb in RUNS:
        return RUNNING
    if verb == "sneak":
        return SNEAKING
    return WALKING if verb in WALKS else None
