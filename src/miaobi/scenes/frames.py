"""Layers to frames: a background, cut-out drawings that move on it, the light, and a camera.

    background, actors --share of the clip--> world (W, W, 3) --window--> frame (size, size, 3)

The world is larger than a frame where the camera moves, so that what it comes close to is sharp.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from miaobi.scenes.canvas import point
from miaobi.scenes.compositing import Look, Spot, lay
from miaobi.scenes.motion import (
    CAMERAS,
    LIGHTS,
    MOTIONS,
    Pose,
    Window,
    darkness,
    narrowest,
    window,
)
from miaobi.scenes.sprites import Pixels
from miaobi.scenes.weather import MOONLIGHT, STARLIGHT

HERO_LIGHT = (0.55, 0.58, 0.75)  # what is left of a drawing's
STARS = 40
WHOLE: Window = (0.0, 0.0, 1.0, 1.0)  # the world
Move = Callable[[float], Pose]
Shares = tuple[float, float]


@dataclass(frozen=True)
class Action:
    """What happens in a clip; "" where nothing does."""

    motion: str = ""  # of the subject: a row of MOTIONS
    camera: str = ""  # a row of CAMERAS
    light: str = ""  # a row of LIGHTS

    @property
    def cyclic(self) -> bool:
        """True where the end is the beginning anyway."""
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
class Actor:
    """A drawing on the stage; lengths are shares of the side of the world."""

    sprite: Pixels  # (h, w, 4) premultiplied
    look: Look
    middle: Shares  # x, y of the middle of its way
    side: float  # of its longer side
    motion: str = ""  # a row of MOTIONS
    reach: float = 0.4  # how long its way is

    def pose(self, share: float) -> Pose:
        """Where it is when this share of the clip has passed."""
        move = MOTIONS[self.motion].pose if self.motion else None
        return move(share, self.reach) if move else Pose()

    def at(self, share: float) -> Shares:
        """The middle of it in the world."""
        pose = self.pose(share)
        return self.middle[0] + pose.x, self.middle[1] + pose.y


@dataclass(frozen=True)
class Stage:
    """Everything that is seen, ready to be drawn at any time of the clip."""

    background: Pixels  # (h, w, 3): the world
    actors: tuple[Actor, ...]  # the first one is in front
    action: Action
    size: tuple[int, int]  # of a frame, (width, height)
    seed: int = 0  # of the stars and of a shake
    dark: float = 0.0  # how much of night it is, where the light does not change

    def frame(self, share: float) -> Pixels:
        """uint8 (H, W, 3) when this share of the clip has passed."""
        dark = self.dark_at(share)
        world = _lit(self.background, dark, self.seed)
        side = math.hypot(*world.shape[:2]) / math.sqrt(2)
        for actor in reversed(self.actors):
            pose, (x, y) = actor.pose(share), actor.at(share)
            scale = actor.side * side / max(actor.sprite.shape[:2]) * pose.scale
            spot = Spot(x * world.shape[1], y * world.shape[0], scale, pose.angle)
            lay(world, actor.sprite, spot, _dimmed(actor.look, dark))
        return self._seen(world, share)

    def seen_at(self, place: Shares, share: float) -> Shares:
        """A place of the world as x and y of the frame."""
        left, top, right, bottom = self.window_at(share)
        return (place[0] - left) / (right - left), (place[1] - top) / (bottom - top)

    def dark_at(self, share: float) -> float:
        """How much of night it is, 0 to 1."""
        return max(self.dark, darkness(self.action.light, share))

    def window_at(self, share: float) -> Window:
        """Where the camera looks, as shares of the world."""
        return window(self.action.camera, share, self.seed)

    def _seen(self, world: Pixels, share: float) -> Pixels:
        from PIL import Image

        height, width = world.shape[:2]
        left, top, right, bottom = self.window_at(share)
        if (left, top, right, bottom) == WHOLE and (width, height) == self.size:
            return world
        box = (left * width, top * height, right * width, bottom * height)
        image = Image.fromarray(world).resize(self.size, Image.Resampling.BICUBIC, box=box)
        return np.asarray(image)


def world_of(size: int, camera: str) -> int:
    """Pixels of the side of the world for frames of this side."""
    return round(size / narrowest(camera))


def shares_of(count: int, action: Action, loop: bool = False) -> list[float]:
    """When each frame is seen; in a loop what does not come back by itself goes there and back."""
    if not loop:
        return [number / max(1, count - 1) for number in range(count)]
    turns = [number / count for number in range(count)]
    if action.cyclic:
        return turns
    return [0.5 - 0.5 * math.cos(2 * math.pi * turn) for turn in turns]


def _dimmed(look: Look, dark: float) -> Look:
    if not dark:
        return look
    red, green, blue = (1 - dark * (1 - left) for left in HERO_LIGHT)
    return replace(look, tone=(red, green, blue))


def _lit(background: Pixels, dark: float, seed: int) -> Pixels:
    """A copy of the background with so much of night over it, and stars in the upper part."""
    if not dark:
        return background.copy()
    left = 1 - dark * (1 - np.array(MOONLIGHT, np.float32))
    lit: npt.NDArray[np.float32] = background * left
    height, width = background.shape[:2]
    draw = np.random.default_rng(seed)
    side = max(1, round(height / 96))
    for _ in range(STARS):
        x, y = int(draw.random() * width), int(draw.random() * 0.38 * height)
        point(lit, x, y, side, STARLIGHT, draw.uniform(0.3, 1) * dark * dark)
    return np.asarray(lit.clip(0, 255), np.uint8)
