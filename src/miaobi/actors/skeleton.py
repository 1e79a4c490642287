"""Skeleton: joints of a two-legged figure in a pose.

Units: 100 is its height, the feet are at (0, 0), y points down.
"""

import math
from dataclasses import dataclass

from miaobi.actors.pose import FOREARM, HIP_HEIGHT, SHIN, THIGH, UPPER_ARM, Angles, Point, Pose

SHOULDER = 8.2  # half the distance of the shoulders
SHOULDER_HEIGHT, NECK_HEIGHT = 44.0, 48.5
HIP = 5.6  # half the distance of the hips
SOLE = 4.3  # from the ankle to the ground
SEAT_HEIGHT = 9.0  # of the hips when sitting
Limb = tuple[Point, Point, Point]


@dataclass(frozen=True)
class Skeleton:
    """Joints of the limbs, and where the hips are above the ground."""

    arm_front: Limb
    arm_back: Limb
    leg_front: Limb
    leg_back: Limb
    hip: Point
    neck: Point
    lean: float  # degrees

    def torso(self, x: float, y: float) -> Point:
        """Return a point of the upright torso, leaned about the hip."""
        return lean_about(self.hip, self.lean, (x, y))


def lean_about(center: Point, degrees: float, point: Point) -> Point:
    """Return a point turned clockwise about a center."""
    angle = math.radians(degrees)
    dx, dy = point[0] - center[0], point[1] - center[1]
    cos, sin = math.cos(angle), math.sin(angle)
    return center[0] + dx * cos - dy * sin, center[1] + dx * sin + dy * cos


def pose_skeleton(pose: Pose, girth: float = 1.0) -> Skeleton:
    """Return the joints of a pose, lowered so that the lower foot stands on the ground."""
    drop = _drop(pose, girth)
    hip = 0.0, -HIP_HEIGHT + drop

    def torso(x: float, y: float) -> Point:
        return lean_about(hip, pose.lean, (x, y + drop))

    narrow = SHOULDER * girth * (1 - 0.22 * abs(pose.turn))
    arms = []
    for sign, angles, target in (
        (1, pose.arm_front, pose.hand_front),
        (-1, pose.arm_back, pose.hand_back),
    ):
        shoulder = torso(sign * narrow, -SHOULDER_HEIGHT)
        if target is not None:
            arms.append(_reach(shoulder, (target[0], target[1] + drop), pose.reach, sign))
        else:
            upper, lower = UPPER_ARM * pose.reach, FOREARM * pose.reach
            arms.append(_limb(shoulder, (angles[0] + pose.lean, angles[1]), upper, lower, 1))
    legs = _legs(pose, girth, drop)
    return Skeleton(arms[0], arms[1], legs[0], legs[1], hip, torso(0.0, -NECK_HEIGHT), pose.lean)


def _drop(pose: Pose, girth: float) -> float:
    """Return how far the hips go down from their usual height."""
    if pose.posture == "sit":
        return HIP_HEIGHT - SEAT_HEIGHT
    if pose.posture == "kneel":
        return HIP_HEIGHT - THIGH - 3.0
    lowest = max(leg[2][1] for leg in _legs(pose, girth, 0.0)) + SOLE
    return -lowest


def _legs(pose: Pose, girth: float, drop: float) -> tuple[Limb, Limb]:
    x = HIP * girth * (1 - 0.45 * abs(pose.turn))
    y = -HIP_HEIGHT + drop
    if pose.posture == "sit":
        return (
            ((x, y), (x + 7.0, y - 0.5), (x + 13.0, y + 4.5)),
            ((-x, y), (-x - 7.0, y - 0.5), (-x - 13.0, y + 4.5)),
        )
    if pose.posture == "kneel":
        return (
            ((x, y), (x + 6.5, y + 6.0), (x + 6.0, -SOLE)),
            ((-x, y), (-x + 1.0, -SOLE), (-x - 9.0, -SOLE)),
        )
    front = _limb((x, y), pose.leg_front, THIGH, SHIN, -1)
    back = _limb((-x, y), pose.leg_back, THIGH, SHIN, -1)
    return front, back


def _limb(start: Point, angles: Angles, upper: float, lower: float, sign: int) -> Limb:
    """Return (start, middle, end) of a limb by its angles."""
    a = math.radians(angles[0])
    b = math.radians(angles[0] + sign * angles[1])
    middle = start[0] + upper * math.sin(a), start[1] + upper * math.cos(a)
    return start, middle, (middle[0] + lower * math.sin(b), middle[1] + lower * math.cos(b))


def _reach(start: Point, target: Point, reach: float, sign: int) -> Limb:
    """Return an arm whose hand is at the target, stretched where it is too far."""
    dx, dy = target[0] - start[0], target[1] - start[1]
    distance = max(math.hypot(dx, dy), 0.01)
    length = max(UPPER_ARM * reach, distance / 1.98)
    angle = math.atan2(dy, dx) + sign * math.acos(min(1.0, distance / 2 / length))
    elbow = start[0] + length * math.cos(angle), start[1] + length * math.sin(angle)
    return start, elbow, target
