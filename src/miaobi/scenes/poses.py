"""Clips without pixels: position, size and rotation of everything as one row of numbers per frame.

    plan --rules of motions, camera, light--> poses (CHANNELS, F)
    poses, sprites, background --> a composition, rendered at any time t

Lengths are fractions of the side of the world, sizes are log2, rotations are full turns. Poses from
a network jitter slightly, so changes below THRESHOLDS are removed.
"""

import random
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from miaobi.core.arrays import FloatArray
from miaobi.media.camera import Window
from miaobi.scenes.backgrounds import TINTS
from miaobi.scenes.clip_captions import describe_clip
from miaobi.scenes.clips import ClipPlan, Clips, clip_facts, sprite_tracks
from miaobi.scenes.frames import WHOLE, ClipComposition, SpriteTrack, frame_times
from miaobi.scenes.motion import Pose, camera_window, night_level

# moving subject: x, y, size, rotation; standing one: x, y, size; window: x, y, size; night
CHANNELS = 11
MOVING, STANDING, CAMERA, NIGHT = slice(0, 4), slice(4, 7), slice(7, 10), 10
ABSENT = (0.5, 0.5, -2.0)  # pose of a standing subject where there is none
THRESHOLDS = (0.012, 0.05, 0.015, 0.03)  # smallest change of position, size, rotation, night

# bounds of each channel: poses of a poorly trained network stay in the frame
LOWER_BOUNDS = np.array([-1, -1, -5, -9, -1, -1, -5, 0, 0, -2, 0], np.float32)[:, None]
UPPER_BOUNDS = np.array([2, 2, 1, 9, 2, 2, 1, 1, 1, 0, 1], np.float32)[:, None]

Poses = npt.NDArray[np.float32]  # (CHANNELS, F)


def poses_from_plan(plan: ClipPlan, rng: random.Random, frames: int) -> Poses:
    """Compute the poses (CHANNELS, F) of a plan by rule. Raises MissingAsset."""
    tracks, shake_seed = sprite_tracks(plan, rng), rng.randrange(2**31)
    poses = np.empty((frames, CHANNELS), np.float32)
    standing = ABSENT
    if len(tracks) > 1:
        standing = (*tracks[1].middle, float(np.log2(tracks[1].side)))
    for row, t in zip(poses, frame_times(frames, plan.action), strict=True):
        pose, (x, y) = tracks[0].pose(t), tracks[0].position(t)
        row[MOVING] = x, y, np.log2(tracks[0].side * pose.scale), pose.angle / 360
        row[STANDING] = standing
        left, top, right, bottom = camera_window(plan.action.camera, t, shake_seed)
        row[CAMERA] = (left + right) / 2, (top + bottom) / 2, np.log2(right - left)
        row[NIGHT] = night_level(plan.action.light, t)
    return poses.T.copy()


class PosedClips:
    """Poses and captions of the clips of scenes/clips.py by number, not rendered."""

    def __init__(self, clips: Clips) -> None:
        self.clips = clips

    def clip(self, number: int) -> tuple[Poses, str]:
        """Return poses (CHANNELS, F) and a caption. Raises MissingAsset."""
        config, plan = self.clips.config, self.clips.plan(number)
        rng = random.Random(f"poses {config.seed} {number}")
        tint = rng.choice(list(TINTS)) if plan.scene.background == "plain" else ""
        language = "zh" if rng.random() < config.chinese else "en"
        caption = describe_clip(clip_facts(plan, tint), language, rng)
        return poses_from_plan(plan, rng, config.frames), caption


@dataclass(frozen=True)
class PosedSprite(SpriteTrack):
    """A sprite that follows poses."""

    trajectory: FloatArray = field(kw_only=True)  # (F, 3) or (F, 4): x, y, size, rotation

    def pose(self, t: float) -> Pose:
        """Return the pose at time t."""
        x, y, size, *turns = interpolate_row(self.trajectory, t)
        return Pose(x, y, 2.0**size, 360 * turns[0] if turns else 0.0)


@dataclass(frozen=True)
class PosedComposition(ClipComposition):
    """A composition whose camera and light follow poses."""

    poses: Poses = field(kw_only=True)  # (CHANNELS, F), cleaned

    def window_at(self, t: float) -> Window:
        """Return the window of the camera at time t, inside the world."""
        x, y, size = interpolate_row(self.poses[CAMERA].T, t)
        if size >= 0:
            return WHOLE
        half = 2.0**size / 2
        x, y = (min(max(middle, half), 1 - half) for middle in (x, y))
        return x - half, y - half, x + half, y + half

    def night_level_at(self, t: float) -> float:
        """Return the level of night at time t, in [0, 1]."""
        (night,) = interpolate_row(self.poses[NIGHT:].T, t)
        return max(self.dark, min(1.0, night))


def min_window_size(poses: Poses) -> float:
    """Return the smallest side of the camera's windows, as a fraction of the side of the world."""
    return float(2.0 ** min(0.0, poses[CAMERA][2].min()))


def interpolate_row(trajectory: FloatArray, t: float) -> list[float]:
    """Interpolate linearly between the rows of (F, K) at time t in [0, 1]."""
    position = min(max(t, 0.0), 1.0) * (len(trajectory) - 1)
    first = min(int(position), len(trajectory) - 2)
    row = trajectory[first] + (trajectory[first + 1] - trajectory[first]) * (position - first)
    return [float(value) for value in row]


def clean_poses(poses: Poses) -> Poses:
    """Clamp poses (CHANNELS, F) to the frame and remove jitter below THRESHOLDS."""
    distance, size, rotation, night = THRESHOLDS
    clean = poses.clip(LOWER_BOUNDS, UPPER_BOUNDS)
    for rows, threshold in ((slice(0, 2), distance), (slice(2, 3), size)):
        part = clean[rows]
        at_rest = np.ptp(part, axis=1) < threshold  # one value per channel
        part[at_rest] = part[at_rest].mean(1, keepdims=True)
    clean[STANDING] = clean[STANDING].mean(1, keepdims=True)
    if abs(clean[3]).max() < rotation or np.ptp(clean[3]) < rotation:
        clean[3] = 0
    if clean[CAMERA][2].min() > -size:
        clean[CAMERA] = np.array([[0.5], [0.5], [0.0]], np.float32)
    if clean[NIGHT].max() < night:
        clean[NIGHT] = 0
    return clean
