"""Poses: angles of limbs, posture, gaze and expression as numbers, and the table of named poses.

Angles are in degrees; 0 hangs straight down, positive turns to the side the figure faces.
"""

import math
import tomllib
from dataclasses import dataclass, fields, replace
from importlib.resources import files
from typing import Any

Point = tuple[float, float]
Angles = tuple[float, float]  # of the upper joint, and the bend of the lower one

POSTURES = ("stand", "sit", "lie", "kneel")
EYES = ("open", "happy", "closed", "wide", "narrow")
MOUTHS = ("smile", "open", "round", "sad", "flat", "asleep", "grin", "talk")
BROWS = ("none", "sad", "angry", "raised")

HIP_HEIGHT = 22.0  # units above the ground; a figure is 100 units tall
THIGH, SHIN = 10.0, 9.5
UPPER_ARM = FOREARM = 10.5
HALF_STEP = 8.8
STRIDE = 4 * HALF_STEP  # units of ground in one cycle of `walk`


@dataclass(frozen=True)
class Pose:
    """Pose of a figure at one moment."""

    posture: str = "stand"
    lean: float = 0.0
    head: float = 0.0  # tilt
    head_x: float = 0.0
    head_y: float = 0.0
    turn: float = 0.0  # of the face and body, -1 to 1
    squash: float = 1.0
    lift: float = 0.0  # units above the ground
    arm_front: Angles = (12.0, 12.0)
    arm_back: Angles = (-12.0, 12.0)
    leg_front: Angles = (0.0, 0.0)
    leg_back: Angles = (0.0, 0.0)
    foot_front: float = 0.0
    foot_back: float = 0.0
    hand_front: Point | None = (
        None  # target of the hand, in units from the feet; wins over the angles
    )
    hand_back: Point | None = None
    reach: float = 1.0  # length of the arms, of the usual
    eyes: str = "open"
    gaze: Point = (0.0, 0.0)  # -1 to 1
    blink: float = 0.0  # 1 is closed
    mouth: str = "smile"
    aperture: float = 0.0  # of a talking mouth, 0 to 1
    brow: str = "none"
    tail: float = 0.0
    blush: float = 0.35

    def but(self, **changes: object) -> "Pose":
        """Return this pose with some of its fields changed."""
        return replace(self, **changes)  # type: ignore[arg-type]


def blend(first: Pose, second: Pose, t: float) -> Pose:
    """Return the pose between two, eased by smoothstep; words change at the half."""
    t = max(0.0, min(1.0, t))
    eased = t * t * (3 - 2 * t)
    values = {
        field.name: _between(getattr(first, field.name), getattr(second, field.name), eased)
        for field in fields(Pose)
    }
    return Pose(**values)  # type: ignore[arg-type]


def _between(a: object, b: object, t: float) -> object:
    if isinstance(a, float | int) and isinstance(b, float | int):
        return a + (b - a) * t
    if isinstance(a, tuple) and isinstance(b, tuple):
        return tuple(x + (y - x) * t for x, y in zip(a, b, strict=True))
    return a if t < 0.5 else b


def walk(phase: float, run: bool = False) -> Pose:
    """Return the pose within the cycle of steps; phase in radians, 2π for two steps (STRIDE units).

    The standing foot goes back evenly, so that no foot slides; the other one swings in an arc.
    """
    swing = 50.0 if run else 26.0
    front, front_foot = _leg(phase, run)
    back, back_foot = _leg(phase + math.pi, run)
    sine = math.sin(phase)
    bend = 70.0 if run else 18.0
    return Pose(
        leg_front=front,
        leg_back=back,
        foot_front=front_foot,
        foot_back=back_foot,
        arm_front=(4 - swing * sine, bend),
        arm_back=(4 + swing * sine, bend),
        lean=12.0 if run else 3.0,
        head=2.0 * math.sin(2 * phase + 0.6) - (6 if run else 1),
        head_y=0.9 * math.sin(2 * phase + 0.3),
        turn=0.85,
        tail=10.0 * sine,
        lift=7.0 * max(0.0, math.cos(2 * phase + 0.9)) if run else 0.0,
    )


def _leg(phase: float, run: bool) -> tuple[Angles, float]:
    """Return (hip angle, knee bend) and the angle of the foot, by the path of the ankle."""
    half = HALF_STEP * (1.25 if run else 1.0)
    hip = 17.6 + 0.9 * math.cos(2 * phase) - (1.2 if run else 0.0)
    q = (phase + math.pi / 2) % (2 * math.pi) / math.pi  # below 1 it swings, above it stands
    if q < 1:
        x = -half * math.cos(math.pi * q)
        y = (7.5 if run else 4.2) * math.sin(math.pi * q)
    else:
        x, y = half * (1 - 2 * (q - 1)), 0.0
    distance = min(THIGH + SHIN - 0.05, math.hypot(x, hip - y))
    upper = math.atan2(x, hip - y) + _corner(THIGH, distance, SHIN)
    knee = math.pi - _corner(THIGH, SHIN, distance)
    toe = 22.0 if not run else 30.0
    lifted = toe * max(0.0, -math.sin(phase)) ** 2 * (1 if q < 1 else max(0.0, (q - 1.6) / 0.4))
    landing = -12 * max(0.0, math.sin(phase)) ** 3 * (1 if q >= 1 or q > 0.8 else 0.6)
    return (math.degrees(upper), math.degrees(knee)), lifted + landing


def _corner(a: float, b: float, opposite: float) -> float:
    """Return the angle between the sides a and b of a triangle, in radians."""
    cosine = (a * a + b * b - opposite * opposite) / (2 * a * b)
    return math.acos(max(-1.0, min(1.0, cosine)))


def _named_poses() -> dict[str, Pose]:
    """Return the poses of poses.toml, and three moments of the cycle of steps."""
    table = tomllib.loads((files("miaobi.actors") / "poses.toml").read_text(encoding="utf-8"))
    poses = {}
    for name, row in table.items():
        values: dict[str, Any] = {k: tuple(v) if isinstance(v, list) else v for k, v in row.items()}
        poses[name] = Pose(**values)
    sneaking: dict[str, Any] = {"lean": 16.0, "head": -6.0, "mouth": "flat", "gaze": (0.8, 0.0)}
    arms: dict[str, Any] = {"arm_front": (60.0, 60.0), "arm_back": (30.0, 70.0)}
    moments = {
        "walk": walk(0.9),
        "run": walk(1.2, run=True),
        "sneak": walk(0.9).but(**sneaking, **arms),
    }
    return {**poses, **moments}


POSES = _named_poses()
