"""Clips without their pixels: where everything is at every moment, as rows of numbers.

    plan --rules of motions, camera, light--> poses (CHANNELS, F)
    poses, drawings, a ground --> a stage that is seen at any share of its time

Lengths are shares of the side of the world; sizes are logarithms to the base of 2, turns are whole
ones. What a network says of them is a little unsteady: what hardly differs from rest is at rest.
"""

import random
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from miaobi.scenes.backgrounds import TINTS
from miaobi.scenes.clip_captions import describe_clip
from miaobi.scenes.clips import ClipPlan, Clips, actors_of, facts_of
from miaobi.scenes.frames import WHOLE, Actor, Stage, shares_of
from miaobi.scenes.motion import Pose, Window, darkness, window

# x, y, size, turns of who moves; x, y, size of who stands; x, y, size of the window; night
CHANNELS = 11
MOVES, STANDS, CAMERA, NIGHT = slice(0, 4), slice(4, 7), slice(7, 10), 10
NOBODY = (0.5, 0.5, -2.0)  # where nobody stands
RESTS = (0.012, 0.05, 0.015, 0.03)  # of a way, of a size, of turns, of night: what is none

# a channel each, the least and the most: what a network says that has learned little stays in sight
LEAST = np.array([-1, -1, -5, -9, -1, -1, -5, 0, 0, -2, 0], np.float32)[:, None]
MOST = np.array([2, 2, 1, 9, 2, 2, 1, 1, 1, 0, 1], np.float32)[:, None]

Poses = npt.NDArray[np.float32]  # (CHANNELS, F)


def poses_of(plan: ClipPlan, draw: random.Random, frames: int) -> Poses:
    """The poses of a plan by rule; what it leaves open is drawn. Raises MissingAsset."""
    actors, wobble = actors_of(plan, draw), draw.randrange(2**31)
    told = np.empty((frames, CHANNELS), np.float32)
    stood = NOBODY
    if len(actors) > 1:
        stood = (*actors[1].middle, float(np.log2(actors[1].side)))
    for row, share in zip(told, shares_of(frames, plan.action), strict=True):
        pose, (x, y) = actors[0].pose(share), actors[0].at(share)
        row[MOVES] = x, y, np.log2(actors[0].side * pose.scale), pose.angle / 360
        row[STANDS] = stood
        left, top, right, bottom = window(plan.action.camera, share, wobble)
        row[CAMERA] = (left + right) / 2, (top + bottom) / 2, np.log2(right - left)
        row[NIGHT] = darkness(plan.action.light, share)
    return told.T.copy()


class PosedClips:
    """Poses and captions of the clips of scenes/clips.py, by number, undrawn."""

    def __init__(self, clips: Clips) -> None:
        self.clips = clips

    def clip(self, number: int) -> tuple[Poses, str]:
        """Poses (CHANNELS, F) and a caption. Raises MissingAsset."""
        config, plan = self.clips.config, self.clips.plan(number)
        draw = random.Random(f"poses {config.seed} {number}")
        tint = draw.choice(list(TINTS)) if plan.scene.background == "plain" else ""
        language = "zh" if draw.random() < config.chinese else "en"
        caption = describe_clip(facts_of(plan, tint), language, draw)
        return poses_of(plan, draw, config.frames), caption


@dataclass(frozen=True)
class Puppet(Actor):
    """A drawing that goes where poses say."""

    track: Any = field(default=None)  # (F, 3) or (F, 4): x, y, size and turns

    def pose(self, share: float) -> Pose:
        """Where it is, as said."""
        x, y, size, *turns = at(self.track, share)
        return Pose(x, y, 2.0**size, 360 * turns[0] if turns else 0.0)


@dataclass(frozen=True)
class PosedStage(Stage):
    """A stage whose camera and light follow poses."""

    poses: Any = field(default=None)  # (CHANNELS, F), steadied

    def window_at(self, share: float) -> Window:
        """As said, inside the world."""
        x, y, size = at(self.poses[CAMERA].T, share)
        if size >= 0:
            return WHOLE
        half = 2.0**size / 2
        x, y = (min(max(middle, half), 1 - half) for middle in (x, y))
        return x - half, y - half, x + half, y + half

    def dark_at(self, share: float) -> float:
        """As said."""
        (night,) = at(self.poses[NIGHT:].T, share)
        return max(self.dark, min(1.0, night))


def narrowest(poses: Poses) -> float:
    """The side of the smallest window that the camera looks through, as a share of the world's."""
    return float(2.0 ** min(0.0, poses[CAMERA][2].min()))


def at(track: Any, share: float) -> list[float]:
    """A row between the rows of (F, K), at a share of the way."""
    place = min(max(share, 0.0), 1.0) * (len(track) - 1)
    first = min(int(place), len(track) - 2)
    row = track[first] + (track[first + 1] - track[first]) * (place - first)
    return [float(value) for value in row]


def steadied(poses: Poses) -> Poses:
    """Poses in sight, without what is too little to be meant: a hand, a camera that trembles."""
    way, size, turn, night = RESTS
    still = poses.clip(LEAST, MOST)
    for rows, least in ((slice(0, 2), way), (slice(2, 3), size)):
        part = still[rows]
        resting = np.ptp(part, axis=1) < least  # a channel each
        part[resting] = part[resting].mean(1, keepdims=True)
    still[STANDS] = still[STANDS].mean(1, keepdims=True)
    if abs(still[3]).max() < turn or np.ptp(still[3]) < turn:
        still[3] = 0
    if still[CAMERA][2].min() > -size:
        still[CAMERA] = np.array([[0.5], [0.5], [0.0]], np.float32)
    if still[NIGHT].max() < night:
        still[NIGHT] = 0
    return still
