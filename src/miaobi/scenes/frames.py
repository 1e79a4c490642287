"""Layers to frames: a background, moving sprites, light and a camera.

    background, sprites --t in [0, 1]--> world (H, W, 3) --camera window--> frame (H, W, 3)

The world is larger than a frame if the camera moves, so that close views stay sharp.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from miaobi.core.arrays import Pixels
from miaobi.media.camera import Window
from miaobi.scenes.canvas import draw_point
from miaobi.scenes.compositing import SpriteStyle, SpriteTransform, composite_transformed
from miaobi.scenes.motion import (
    CAMERAS,
    LIGHTS,
    MOTIONS,
    Pose,
    camera_window,
    min_window_size,
    night_level,
)
from miaobi.scenes.weather import MOONLIGHT, STARLIGHT

SPRITE_NIGHT_TONE = (0.55, 0.58, 0.75)  # factors of red, green and blue
STAR_COUNT = 40
WHOLE: Window = (0.0, 0.0, 1.0, 1.0)  # the world
Move = Callable[[float], Pose]
Point = tuple[float, float]


@dataclass(frozen=True)
class Action:
    """Motion, camera and light of a clip; "" where nothing changes."""

    motion: str = ""  # of the subject: a row of MOTIONS
    camera: str = ""  # a row of CAMERAS
    light: str = ""  # a row of LIGHTS

    @property
    def cyclic(self) -> bool:
        """True if the last frame continues with the first."""
        rows = [
            table[name]
            for table, name in (
                (MOTIONS, self.motion),
                (CAMERAS, self.camera),
                (LIGHTS, self.light),
            )
            if name
        ]
        return all(row.cyclic for row in rows)


@dataclass(frozen=True)
class SpriteTrack:
    """A sprite and its motion; lengths are fractions of the side of the world."""

    sprite: Pixels  # (h, w, 4) premultiplied
    style: SpriteStyle
    middle: Point  # x, y of the middle of the path
    side: float  # longer side of the sprite
    motion: str = ""  # a row of MOTIONS
    reach: float = 0.4  # length of the path

    def pose(self, t: float) -> Pose:
        """Return the pose at time t in [0, 1]."""
        move = MOTIONS[self.motion].pose if self.motion else None
        return move(t, self.reach) if move else Pose()

    def position(self, t: float) -> Point:
        """Return the center (x, y) in the world at time t."""
        pose = self.pose(t)
        return self.middle[0] + pose.x, self.middle[1] + pose.y


@dataclass(frozen=True)
class ClipComposition:
    """All layers of a clip, to be rendered at any time t in [0, 1]."""

    background: Pixels  # (H, W, 3): the world
    tracks: tuple[SpriteTrack, ...]  # the first one is in front
    action: Action
    size: tuple[int, int]  # of a frame, (width, height)
    seed: int = 0  # of the stars and of a shake
    dark: float = 0.0  # level of night if the light does not change, in [0, 1]

    def frame(self, t: float) -> Pixels:
        """Render the frame at time t: uint8 (H, W, 3)."""
        dark = self.night_level_at(t)
        world = _night_background(self.background, dark, self.seed)
        side = math.hypot(*world.shape[:2]) / math.sqrt(2)
        for track in reversed(self.tracks):
            pose, (x, y) = track.pose(t), track.position(t)
            scale = track.side * side / max(track.sprite.shape[:2]) * pose.scale
            transform = SpriteTransform(x * world.shape[1], y * world.shape[0], scale, pose.angle)
            composite_transformed(world, track.sprite, transform, _at_night(track.style, dark))
        return self._view(world, t)

    def to_frame(self, point: Point, t: float) -> Point:
        """Convert a position in the world to (x, y) in the frame, as fractions of its sides."""
        left, top, right, bottom = self.window_at(t)
        return (point[0] - left) / (right - left), (point[1] - top) / (bottom - top)

    def night_level_at(self, t: float) -> float:
        """Return the level of night at time t, in [0, 1]."""
        return max(self.dark, night_level(self.action.light, t))

    def window_at(self, t: float) -> Window:
        """Return the window of the camera at time t, in fractions of the world."""
        return camera_window(self.action.camera, t, self.seed)

    def _view(self, world: Pixels, t: float) -> Pixels:
        from PIL import Image

        height, width = world.shape[:2]
        left, top, right, bottom = self.window_at(t)
        if (left, top, right, bottom) == WHOLE and (width, height) == self.size:
            return world
        box = (left * width, top * height, right * width, bottom * height)
        image = Image.fromarray(world).resize(self.size, Image.Resampling.BICUBIC, box=box)
        return np.asarray(image)


def world_size(size: int, camera: str) -> int:
    """Return the side of the world in pixels for frames of a side and a camera motion."""
    return round(size / min_window_size(camera))


def frame_times(count: int, action: Action, loop: bool = False) -> list[float]:
    """Return the time t in [0, 1] of each frame; a loop that is not cyclic plays back and forth."""
    if not loop:
        return [number / max(1, count - 1) for number in range(count)]
    turns = [number / count for number in range(count)]
    if action.cyclic:
        return turns
    return [0.5 - 0.5 * math.cos(2 * math.pi * turn) for turn in turns]


def _at_night(style: SpriteStyle, dark: float) -> SpriteStyle:
    if not dark:
        return style
    red, green, blue = (1 - dark * (1 - factor) for factor in SPRITE_NIGHT_TONE)
    return replace(style, tone=(red, green, blue))


def _night_background(background: Pixels, dark: float, seed: int) -> Pixels:
    """Return a copy of the background at a level of night, with stars in its upper part."""
    if not dark:
        return background.copy()
    factors = 1 - dark * (1 - np.array(MOONLIGHT, np.float32))
    night: npt.NDArray[np.float32] = background * factors
    height, width = background.shape[:2]
    rng = np.random.default_rng(seed)
    side = max(1, round(height / 96))
    for _ in range(STAR_COUNT):
        x, y = int(rng.random() * width), int(rng.random() * 0.38 * height)
        draw_point(night, x, y, side, STARLIGHT, rng.uniform(0.3, 1) * dark * dark)
    return np.asarray(night.clip(0, 255), np.uint8)
