"""Key poses over time, and what gestures are composed of: waves, mirrored poses, moved arms."""

import math
from collections.abc import Sequence
from dataclasses import replace

from miaobi.actors.pose import Pose, blend

TALK_RATE = 4.2  # syllables per second


def wave_of(t: float, period: float, phase: float = 0.0) -> float:
    """Return a sine of a period in seconds, in [-1, 1]; phase is a fraction of the period."""
    return math.sin(2 * math.pi * (t / period + phase))


def through(keys: Sequence[tuple[float, Pose]], t: float, period: float = 0.0) -> Pose:
    """Return the pose at time t of keys (time, pose); with a period the last leads to the first."""
    if period:
        t %= period
        keys = [*keys, (period, keys[0][1])]
    for (start, first), (end, second) in zip(keys, keys[1:], strict=False):
        if t <= end:
            return blend(first, second, (t - start) / max(end - start, 1e-6))
    return keys[-1][1]


def mirrored(pose: Pose) -> Pose:
    """Return a pose with left and right exchanged, as the other half of a dance."""

    def flip(angles: tuple[float, float]) -> tuple[float, float]:
        return -angles[0], -angles[1]

    return replace(
        pose,
        lean=-pose.lean,
        head=-pose.head,
        turn=-pose.turn,
        arm_front=flip(pose.arm_back),
        arm_back=flip(pose.arm_front),
        leg_front=(-pose.leg_back[0], pose.leg_back[1]),
        leg_back=(-pose.leg_front[0], pose.leg_front[1]),
    )


def aperture(t: float, seed: float = 0.0) -> float:
    """Return how far a talking mouth is open, in [0, 1], with a pause after every sentence."""
    if (t + seed) % 3.1 > 2.6:
        return 0.0
    syllable = abs(math.sin(math.pi * TALK_RATE * t + seed))
    return syllable * (0.55 + 0.45 * math.sin(1.7 * t * TALK_RATE + 2 * seed))


def turned_arm(pose: Pose, upper: float, lower: float = 0.0, back: bool = False) -> Pose:
    """Return a pose with one arm turned by angles in degrees."""
    if back:
        a, b = pose.arm_back
        return pose.but(arm_back=(a + upper, b + lower))
    a, b = pose.arm_front
    return pose.but(arm_front=(a + upper, b + lower))
