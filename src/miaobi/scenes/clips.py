"""Endless captioned clips composed from moving sprites, camera and light.

A clip is a pure function of (config.seed, number). Its content is planned first, as a `ClipPlan`;
a hash of it assigns it to training or held-out data, as in scenes/plan.py.
"""

import hashlib
import random
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from miaobi.core.checks import check_choice, check_integer, check_range
from miaobi.scenes.backgrounds import BACKGROUND_TABLE, BACKGROUNDS, TINTS, paint_background
from miaobi.scenes.captions import SIZE_WORDS, Mention
from miaobi.scenes.clip_captions import ClipFacts, describe_clip
from miaobi.scenes.compositing import SpriteStyle
from miaobi.scenes.frames import (
    Action,
    ClipComposition,
    Point,
    SpriteTrack,
    frame_times,
    world_size,
)
from miaobi.scenes.motion import CAMERAS, LIGHTS, MOTIONS
from miaobi.scenes.pictures import pick_new_color
from miaobi.scenes.plan import HELD_OUT, SPLITS, SceneItem, ScenePlan
from miaobi.scenes.sprites import STYLES, open_atlas, subjects

OUTDOORS = ("sky", "sea", "grass", "desert", "snow")  # backgrounds with changes of light
# longer side of a subject as a fraction of the side of the world, by its size
SUBJECT_SIDES = {
    "tiny": (0.15, 0.2),
    "small": (0.22, 0.28),
    "": (0.34, 0.42),
    "big": (0.48, 0.54),
    "huge": (0.6, 0.66),
}
PATH_LENGTHS = {"bounce": (0.22, 0.3), "orbit": (0.44, 0.54)}
PATH_LENGTH = (0.36, 0.48)
MIN_ROTATION_CHANGE = 0.035  # sprites that change less when rotated do not spin

Frames = npt.NDArray[np.uint8]  # (F, H, W, 3)


@dataclass(frozen=True)
class ClipsConfig:
    """Distribution of clips. Raises OptionError for values out of range."""

    seed: int = 0
    size: int = 128  # pixels of a side
    frames: int = 16
    chinese: float = 0.3  # fraction of Chinese captions
    recolored: float = 0.15  # fraction of clips with a recolored subject
    mixed: float = 0.1  # fraction of those where both camera and subject move
    split: str = "train"  # or "held-out"
    styles: tuple[str, ...] = STYLES
    backgrounds: tuple[str, ...] = BACKGROUNDS

    def __post_init__(self) -> None:
        check_integer("size", self.size, 16, 1024)
        check_integer("frames", self.frames, 2, 1000)
        for name in ("chinese", "recolored", "mixed"):
            check_range(name, getattr(self, name), 0, 1)
        check_choice("split", self.split, SPLITS)
        for style in self.styles:
            check_choice("style", style, STYLES)
        for background in self.backgrounds:
            check_choice("background", background, BACKGROUNDS)


@dataclass(frozen=True)
class ClipPlan:
    """Content of a clip before it is rendered: one subject, or two in an orbit, and the action."""

    scene: ScenePlan
    action: Action

    @property
    def split(self) -> str:
        """ "held-out" for one composition in twenty, else "train"."""
        action = self.action
        key = "|".join((self.scene.composition, action.motion, action.camera, action.light))
        digest = hashlib.blake2b(key.encode(), digest_size=8).digest()
        return SPLITS[int.from_bytes(digest, "big") % HELD_OUT == 0]


@dataclass(frozen=True)
class Clip:
    """Frames, their content and their caption."""

    frames: Frames
    caption: str
    language: str  # "en" or "zh"
    tint: str  # the color of a plain background, or ""
    plan: ClipPlan
    positions: tuple[Point, ...]  # center (x, y) of the first subject in each frame


class Clips:
    """Clips by number. Cheap to create and to pickle: the sprites are opened on first use."""

    def __init__(self, config: ClipsConfig) -> None:
        self.config = config

    def clip(self, number: int) -> Clip:
        """Render clip `number`. Raises MissingAsset while the sprites are not pulled."""
        config, rng = self.config, self._rng(number)
        plan = self._plan(rng)
        composition, tint = compose_clip(plan, rng, (config.size, config.size))
        times = frame_times(config.frames, plan.action)
        track = composition.tracks[0]
        language = "zh" if rng.random() < config.chinese else "en"
        return Clip(
            np.stack([composition.frame(t) for t in times]),
            describe_clip(clip_facts(plan, tint), language, rng),
            language,
            tint,
            plan,
            tuple(composition.to_frame(track.position(t), t) for t in times),
        )

    def plan(self, number: int) -> ClipPlan:
        """Return the plan of clip `number` without rendering it. Raises MissingAsset."""
        return self._plan(self._rng(number))

    def _rng(self, number: int) -> random.Random:
        return random.Random(f"clip {self.config.seed} {number}")

    def _plan(self, rng: random.Random) -> ClipPlan:
        """Draw plans until one belongs to the split."""
        while True:
            plan = self._any_plan(rng)
            if plan.split == self.config.split:
                return plan

    def _any_plan(self, rng: random.Random) -> ClipPlan:
        config, table = self.config, subjects()
        style, background = rng.choice(config.styles), rng.choice(config.backgrounds)
        action = _action(style, background, config.mixed, rng)
        first = rng.randrange(len(table))
        while (
            action.motion == "spin"
            and _rotation_change(first, STYLES.index(style)) < MIN_ROTATION_CHANGE
        ):
            first = rng.randrange(len(table))
        has_size = rng.random() < 0.2 and action.motion not in ("grow", "shrink")
        size = rng.choice(list(SIZE_WORDS)[: 2 if action.motion else 4]) if has_size else ""
        recolor = rng.random() < config.recolored
        color = pick_new_color(table[first], style, rng) if recolor else ""
        items = [SceneItem(first, size, color)]
        if action.motion == "orbit" and rng.random() < 0.5:
            items.append(SceneItem((first + rng.randrange(1, len(table))) % len(table)))
        return ClipPlan(ScenePlan(style, background, tuple(items)), action)


def compose_clip(
    plan: ClipPlan, rng: random.Random, size: tuple[int, int], tint: str = ""
) -> tuple[ClipComposition, str]:
    """Return the layers of a plan for frames of (width, height), and the color of a plain one.

    The world is square; other frames show its middle. Raises MissingAsset.
    """
    scene, action = plan.scene, plan.action
    if scene.background == "plain":
        tint = tint or rng.choice(list(TINTS))
    world = world_size(max(size), action.camera)
    background = paint_background(scene.background, scene.style, world, rng, tint)
    tracks = sprite_tracks(plan, rng)
    pixels = crop_center(background.clip(0, 255).astype(np.uint8), size)
    return ClipComposition(pixels, tracks, action, size, rng.randrange(2**31)), tint


def sprite_tracks(plan: ClipPlan, rng: random.Random) -> tuple[SpriteTrack, ...]:
    """Place the sprites of a plan; the first one moves. Raises MissingAsset."""
    return tuple(_track(plan, number, rng) for number in range(len(plan.scene.items)))


def _track(plan: ClipPlan, number: int, rng: random.Random) -> SpriteTrack:
    scene, item = plan.scene, plan.scene.items[number]
    subject, background = subjects()[item.subject], BACKGROUND_TABLE[scene.background]
    sprite = open_atlas().sprite(item.subject, STYLES.index(scene.style))
    motion = plan.action.motion if number == 0 else ""
    side = rng.uniform(*SUBJECT_SIDES[item.size])
    if len(scene.items) > 1:  # an orbit
        side = side * 0.6 if number == 0 else side * 0.8
    if not motion and not item.size and number == 0:
        side *= 1.2
    x, y = 0.5 + rng.uniform(-0.05, 0.05), 0.5 + rng.uniform(-0.04, 0.04)
    stands = motion in ("", "slide left", "slide right", "bounce", "spin", "grow", "shrink")
    if stands and background.ground is not None and not subject.floats:
        height = side * sprite.shape[0] / max(sprite.shape[:2])
        foot = min(background.ground, 0.86) + rng.uniform(-0.05, 0.01)
        y = min(max(foot - height / 2, 0.5), 0.74)
    elif motion == "bounce":
        y += 0.14
    reach = rng.uniform(*PATH_LENGTHS.get(motion, PATH_LENGTH))
    return SpriteTrack(sprite, sprite_style(plan, number), (x, y), side, motion, reach)


def sprite_style(plan: ClipPlan, number: int) -> SpriteStyle:
    """Return the rendering options of item `number` of a plan."""
    scene = plan.scene
    ink = scene.style == "ink"
    covers = ink and len(scene.items) > 1 and number == 0
    return SpriteStyle(
        scene.items[number].color, ink, BACKGROUND_TABLE[scene.background].dark, covers=covers
    )


def _action(style: str, background: str, mixed: float, rng: random.Random) -> Action:
    """Draw an action of subject, camera or light."""
    camera = rng.choice(list(CAMERAS))
    if background == "plain" and camera.startswith(("pan", "shake")):
        camera = ""  # a camera motion is invisible on a plain background
    motion = rng.choice(list(MOTIONS))
    kind = rng.random()
    if kind < 0.25 and camera:
        return Action(camera=camera)
    if kind < 0.37 and background in OUTDOORS and style != "ink":
        return Action(motion if rng.random() < 0.3 else "", light=rng.choice(list(LIGHTS)))
    if rng.random() < mixed and camera.startswith("zoom"):
        return Action(motion, camera)
    return Action(motion)


def clip_facts(plan: ClipPlan, tint: str) -> ClipFacts:
    """Return the content of a plan for its caption."""
    mentions = [
        Mention(subjects()[item.subject], item.size, item.color) for item in plan.scene.items
    ]
    other = mentions[1] if len(mentions) > 1 else None
    scene = plan.scene
    return ClipFacts(mentions[0], other, plan.action, scene.background, tint, scene.style)


def _rotation_change(subject: int, style: int) -> float:
    """Return the mean difference of a sprite and itself rotated by 90 degrees, in [0, 1]."""
    sprite = open_atlas().sprite(subject, style)[::4, ::4].astype(np.float32)
    height, width = sprite.shape[:2]
    side = max(height, width)
    square = np.zeros((side, side, 4), np.float32)
    top, left = (side - height) // 2, (side - width) // 2
    square[top : top + height, left : left + width] = sprite
    return float(np.abs(square - np.rot90(square)).mean() / 255)


def crop_center(world: Frames, size: tuple[int, int]) -> Frames:
    """Crop the middle of a square world to the aspect ratio of a frame."""
    side = world.shape[0]
    width, height = (round(side * length / max(size)) for length in size)
    top, left = (side - height) // 2, (side - width) // 2
    return world[top : top + height, left : left + width]
