"""Life of figures besides their actions: breath, blinks, gaze, tail, and wind in their clothes."""

import math
from random import Random

from miaobi.actors.pose import Pose

CLOSING = 0.085  # seconds in which an eye closes, and opens again
BLINKS = (2.0, 4.0)  # seconds between two blinks
BREATH = 3.2  # seconds of a breath


def blink_times(seconds: float, seed: str) -> list[float]:
    """Return the times at which an eye is closed, from before the start to after the end."""
    rng = Random(f"blink {seed}")
    times = [rng.uniform(-1.0, 1.4)]
    while times[-1] < seconds:
        times.append(times[-1] + rng.uniform(*BLINKS))
    return times


def blink_at(t: float, times: list[float]) -> float:
    """Return how far the eyes are closed at a time, in [0, 1]."""
    nearest = min((abs(t - time) for time in times), default=9.0)
    return max(0.0, min(1.0, 1.5 - nearest / CLOSING))


def glance_at(t: float, seed: str) -> tuple[float, float]:
    """Return the gaze at a time: quick moves between spots that are held."""
    step = 1.35
    number = math.floor(t / step)
    here, there = (Random(f"gaze {seed} {k}") for k in (number - 1, number))
    a, b = ((r.uniform(-0.7, 0.7), r.uniform(-0.3, 0.35)) for r in (here, there))
    q = min(1.0, (t / step - number) * step / 0.11)  # a glance takes a tenth of a second
    return a[0] + (b[0] - a[0]) * q, a[1] + (b[1] - a[1]) * q


def alive(pose: Pose, t: float, blinks: list[float], seed: str, glances: bool = True) -> Pose:
    """Return a pose with breath, a blink where it is time, a swaying tail and, if free, glances."""
    phase = Random(f"breath {seed}").random()
    breath = math.sin(2 * math.pi * (t / BREATH + phase))
    gaze = pose.gaze
    if glances and gaze == (0.0, 0.0):
        gaze = glance_at(t, seed)
    return pose.but(
        squash=pose.squash * (1 + 0.007 * breath),
        head_y=pose.head_y - 0.35 * breath,
        tail=pose.tail + 9 * math.sin(2 * math.pi * (t / 1.7 + phase)),
        blink=max(pose.blink, blink_at(t, blinks)) if pose.eyes in ("open", "wide") else 0.0,
        gaze=gaze,
    )


def wind_at(t: float, speed: float, weather: str) -> float:
    """Return the wind in scarf and cape, by the speed of a figure in units per second."""
    base = {"wind": 3.0, "storm": 4.0, "rain": 1.2, "snow": 0.8}.get(weather, 0.4)
    flutter = math.sin(9.0 * t) * 0.6 + math.sin(5.3 * t + 1) * 0.4
    return (base + min(4.0, abs(speed) / 60)) * (0.75 + 0.35 * flutter)
