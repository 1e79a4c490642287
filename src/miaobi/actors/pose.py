"""Poses: angles of limbs, posture, gaze and expression as numbers, and the table of named poses.

Angles are in degrees; 0 hangs straight down, positive turns to the front (the side the figure faces).
"""

import math
from dataclasses import dataclass, fields, replace

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
    """How a figure holds itself at one moment."""

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
    hand_front: Point | None = None  # target of the hand, in units from the feet; wins over the angles
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
    """Return a moment of a walk or run cycle; phase in radians, 2π for two steps (STRIDE units).

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


_BOTH = {"hand_front": (8.5, -33.0), "hand_back": (-8.5, -33.0)}

POSES: dict[str, Pose] = {
    "stand": Pose(),
    "walk": walk(0.9),
    "run": walk(1.2, run=True),
    "sneak": walk(0.9).but(lean=16.0, head=-6.0, mouth="flat", gaze=(0.8, 0.0), arm_front=(60.0, 60.0), arm_back=(30.0, 70.0)),
    "jump": Pose(leg_front=(42.0, 70.0), leg_back=(-8.0, 60.0), foot_front=18.0, foot_back=30.0, arm_front=(112.0, 24.0), arm_back=(-110.0, -24.0), reach=1.12, lift=26.0, turn=0.6, lean=6.0, mouth="open", squash=1.05),
    "sit": Pose("sit", arm_front=(24.0, 26.0), arm_back=(-20.0, 24.0)),
    "lie": Pose("lie", arm_front=(70.0, 60.0), arm_back=(60.0, 50.0), leg_front=(20.0, 30.0), leg_back=(8.0, 20.0)),
    "sleep": Pose("lie", eyes="closed", mouth="asleep", arm_front=(70.0, 60.0), arm_back=(60.0, 50.0), leg_front=(30.0, 50.0), leg_back=(10.0, 50.0)),
    "kneel": Pose("kneel", turn=0.6, arm_front=(28.0, 40.0), arm_back=(-6.0, 20.0)),
    "bow": Pose(lean=34.0, head=22.0, head_y=4.0, turn=0.7, arm_front=(8.0, 8.0), arm_back=(4.0, 8.0), eyes="closed", mouth="smile"),
    "wave": Pose(arm_front=(104.0, 34.0), arm_back=(-16.0, -10.0), head=-5.0, turn=0.15, mouth="open", reach=1.18),
    "point": Pose(arm_front=(88.0, 2.0), arm_back=(-16.0, 30.0), turn=0.7, gaze=(0.8, 0.0)),
    "hold": Pose(**_BOTH, gaze=(0.0, 0.8), head=3.0),
    "carry": Pose(**_BOTH, turn=0.5, lean=-4.0),
    "lookup": Pose(head=-11.0, head_y=-1.0, turn=0.5, gaze=(0.5, -1.0), arm_front=(14.0, 10.0), arm_back=(-12.0, 14.0), mouth="round"),
    "lookdown": Pose(head=10.0, head_y=2.0, turn=0.5, gaze=(0.4, 1.0), mouth="flat"),
    "cheer": Pose(arm_front=(116.0, 20.0), arm_back=(-116.0, -20.0), mouth="open", eyes="happy", lift=4.0, reach=1.18, leg_front=(10.0, 10.0), leg_back=(-10.0, 0.0), head=4.0),
    "sad": Pose(head=9.0, head_y=3.0, lean=5.0, arm_front=(10.0, 8.0), arm_back=(0.0, 8.0), mouth="sad", brow="sad", gaze=(0.0, 1.0), turn=0.35, squash=0.985),
    "cry": Pose(head=8.0, head_y=3.0, hand_front=(6.5, -57.0), hand_back=(-6.5, -57.0), mouth="sad", brow="sad", eyes="closed"),
    "laugh": Pose(head=-8.0, lean=-4.0, mouth="grin", eyes="happy", arm_front=(40.0, 100.0), arm_back=(-30.0, -60.0)),
    "angry": Pose(brow="angry", mouth="flat", arm_front=(34.0, 70.0), arm_back=(-34.0, -70.0), lean=3.0),
    "surprised": Pose(eyes="wide", mouth="round", brow="raised", arm_front=(70.0, 70.0), arm_back=(-70.0, -70.0), head=-4.0),
    "scared": Pose(eyes="wide", mouth="sad", brow="sad", hand_front=(5.0, -52.0), hand_back=(-5.0, -52.0), lean=-8.0, turn=-0.3),
    "think": Pose(arm_front=(46.0, 128.0), arm_back=(-10.0, 30.0), head=-5.0, gaze=(0.7, -0.9), mouth="flat", turn=0.3),
    "read": Pose("sit", hand_front=(11.0, -33.0), hand_back=(-11.0, -33.0), gaze=(0.0, 1.0), head=5.0),
    "write": Pose("sit", hand_front=(12.0, -24.0), hand_back=(-9.0, -26.0), gaze=(0.4, 1.0), head=7.0, mouth="flat"),
    "paint": Pose(arm_front=(82.0, 20.0), arm_back=(-20.0, 70.0), turn=0.6, gaze=(0.8, 0.0)),
    "eat": Pose(hand_front=(7.0, -52.0), hand_back=(-9.0, -34.0), mouth="open", eyes="happy"),
    "drink": Pose(hand_front=(7.0, -53.0), arm_back=(-14.0, 20.0), mouth="round", eyes="closed", head=-6.0),
    "cook": Pose(arm_front=(56.0, 40.0), arm_back=(40.0, 50.0), turn=0.5, gaze=(0.5, 0.8)),
    "dance": Pose(arm_front=(120.0, 40.0), arm_back=(-70.0, -60.0), leg_front=(28.0, 50.0), leg_back=(-8.0, 0.0), foot_front=20.0, lean=-6.0, head=8.0, lift=3.0, mouth="open", eyes="happy", reach=1.1),
    "sing": Pose(hand_front=(9.0, -51.0), arm_back=(-60.0, -30.0), mouth="open", eyes="closed", head=-6.0),
    "talk": Pose(arm_front=(48.0, 50.0), arm_back=(-14.0, 14.0), mouth="open", turn=0.4),
    "listen": Pose(hand_front=(15.0, -62.0), head=-8.0, gaze=(0.6, 0.0), mouth="flat", turn=-0.2),
    "whisper": Pose(hand_front=(11.0, -55.0), head=8.0, lean=6.0, turn=0.6, mouth="round"),
    "shout": Pose(hand_front=(12.0, -56.0), hand_back=(-12.0, -56.0), mouth="grin", eyes="closed", brow="angry", head=-5.0),
    "fight": Pose(arm_front=(72.0, 60.0), arm_back=(40.0, 90.0), leg_front=(26.0, 20.0), leg_back=(-24.0, 6.0), lean=6.0, turn=0.7, brow="angry", mouth="flat"),
    "push": Pose(arm_front=(84.0, 4.0), arm_back=(78.0, 6.0), leg_front=(10.0, 22.0), leg_back=(-32.0, 4.0), lean=18.0, turn=0.85, mouth="flat", brow="angry"),
    "pull": Pose(arm_front=(70.0, 8.0), arm_back=(64.0, 8.0), leg_front=(30.0, 10.0), leg_back=(4.0, 30.0), lean=-18.0, turn=0.85, mouth="flat", brow="angry"),
    "throw": Pose(arm_front=(150.0, 40.0), arm_back=(50.0, 20.0), leg_front=(24.0, 10.0), leg_back=(-18.0, 10.0), lean=-6.0, turn=0.7, mouth="open"),
    "catch": Pose(arm_front=(112.0, 16.0), arm_back=(96.0, 16.0), turn=0.7, gaze=(0.7, -0.6), mouth="open", lean=4.0),
    "kick": Pose(leg_front=(72.0, 8.0), foot_front=-20.0, leg_back=(-6.0, 8.0), arm_front=(-30.0, 20.0), arm_back=(50.0, 30.0), lean=-10.0, turn=0.85, mouth="open"),
    "climb": Pose(arm_front=(150.0, 10.0), arm_back=(110.0, 40.0), leg_front=(50.0, 80.0), leg_back=(6.0, 20.0), lean=4.0, turn=0.4, gaze=(0.0, -1.0), lift=10.0),
    "fly": Pose(arm_front=(100.0, 6.0), arm_back=(96.0, 6.0), leg_front=(-20.0, 10.0), leg_back=(-32.0, 20.0), foot_front=30.0, foot_back=34.0, lean=58.0, head=-40.0, turn=0.7, lift=46.0, mouth="open"),
    "swim": Pose(arm_front=(130.0, 10.0), arm_back=(-40.0, 20.0), leg_front=(-12.0, 20.0), leg_back=(-30.0, 10.0), lean=66.0, head=-48.0, turn=0.7, lift=20.0),
    "fall": Pose(arm_front=(140.0, 20.0), arm_back=(-140.0, -20.0), leg_front=(40.0, 40.0), leg_back=(-20.0, 50.0), lean=-24.0, lift=36.0, eyes="wide", mouth="round"),
    "float": Pose(arm_front=(60.0, 14.0), arm_back=(-60.0, -14.0), leg_front=(14.0, 24.0), leg_back=(-10.0, 24.0), lift=24.0, lean=-4.0),
    "hide": Pose("kneel", lean=10.0, head=4.0, turn=0.3, gaze=(0.8, 0.0), mouth="flat", hand_front=(8.0, -30.0)),
    "hug": Pose(arm_front=(80.0, 30.0), arm_back=(70.0, 40.0), turn=0.8, lean=6.0, eyes="happy"),
    "kiss": Pose(lean=8.0, turn=0.9, mouth="round", eyes="closed", arm_front=(30.0, 30.0), arm_back=(20.0, 30.0)),
    "give": Pose(arm_front=(78.0, 8.0), arm_back=(60.0, 30.0), turn=0.7, gaze=(0.8, 0.2), lean=4.0),
    "take": Pose(arm_front=(76.0, 10.0), arm_back=(-10.0, 14.0), turn=0.7, gaze=(0.8, 0.2), lean=6.0),
    "search": Pose(hand_front=(9.0, -66.0), lean=6.0, turn=0.5, gaze=(1.0, 0.0), mouth="flat"),
    "dig": Pose(arm_front=(52.0, 20.0), arm_back=(34.0, 40.0), lean=24.0, head=6.0, turn=0.8, leg_front=(14.0, 16.0), leg_back=(-16.0, 8.0), gaze=(0.4, 1.0)),
    "sweep": Pose(arm_front=(50.0, 30.0), arm_back=(30.0, 50.0), lean=8.0, turn=0.5, gaze=(0.4, 1.0)),
    "fish": Pose("sit", arm_front=(66.0, 14.0), arm_back=(50.0, 40.0), turn=0.6, gaze=(0.9, 0.5)),
    "ride": Pose("sit", arm_front=(52.0, 20.0), arm_back=(40.0, 30.0), turn=0.7, lean=4.0, mouth="open"),
    "drive": Pose("sit", arm_front=(70.0, 14.0), arm_back=(64.0, 14.0), turn=0.7),
    "row": Pose("sit", arm_front=(60.0, 10.0), arm_back=(60.0, 10.0), lean=-10.0, turn=0.6),
    "swing": Pose("sit", arm_front=(160.0, -10.0), arm_back=(-160.0, 10.0), lean=-10.0, mouth="open", lift=14.0),
    "ski": Pose(leg_front=(24.0, 50.0), leg_back=(14.0, 46.0), arm_front=(50.0, 20.0), arm_back=(20.0, 30.0), lean=20.0, head=-12.0, turn=0.85),
    "skate": Pose(leg_front=(16.0, 24.0), leg_back=(-44.0, 14.0), foot_back=26.0, arm_front=(-40.0, 10.0), arm_back=(70.0, 20.0), lean=16.0, head=-10.0, turn=0.85),
    "play": Pose(arm_front=(70.0, 30.0), arm_back=(-66.0, -30.0), leg_front=(18.0, 30.0), leg_back=(-6.0, 0.0), mouth="open", eyes="happy", lift=2.0),
    "play-instrument": Pose(hand_front=(9.0, -34.0), hand_back=(-8.0, -38.0), eyes="happy", head=6.0),
    "cast-spell": Pose(arm_front=(92.0, 2.0), arm_back=(-30.0, 40.0), turn=0.6, gaze=(0.9, 0.0), mouth="open", brow="angry"),
    "meditate": Pose("sit", hand_front=(14.0, -15.0), hand_back=(-14.0, -15.0), eyes="closed"),
    "yawn": Pose(hand_front=(5.0, -54.0), mouth="round", eyes="closed", head=-8.0),
    "shiver": Pose(hand_front=(-5.0, -38.0), hand_back=(5.0, -36.0), mouth="flat", brow="sad", lean=4.0, head=6.0, squash=0.97),
}  # fmt: skip
