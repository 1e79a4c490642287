"""Captioned clips without end, composed from drawings that move: subjects, camera, light.

A clip is a pure function of (config.seed, number). What it shows is decided first, as a
`ClipPlan`; a hash of it says whether it is for training or held out, as in scenes/pictures.py.
"""

import hashlib
import random
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from miaobi.core.checks import check_choice, check_range, check_whole
from miaobi.scenes.backgrounds import BACKGROUNDS, PLACES, TINTS, paint
from miaobi.scenes.captions import SIZE_WORDS, Mention
from miaobi.scenes.clip_captions import ClipFacts, describe_clip
from miaobi.scenes.compositing import Look
from miaobi.scenes.frames import Action, Actor, Shares, Stage, shares_of, world_of
from miaobi.scenes.motion import CAMERAS, LIGHTS, MOTIONS
from miaobi.scenes.pictures import other_color
from miaobi.scenes.plan import HELD_OUT, SPLITS, Item, Plan
from miaobi.scenes.sprites import STYLES, open_art, subjects

OUTDOORS = ("sky", "sea", "grass", "desert", "snow")  # where day turns to night
# of a subject: the longer side as a share of the world, by its size word
SIDES = {
    "tiny": (0.15, 0.2),
    "small": (0.22, 0.28),
    "": (0.34, 0.42),
    "big": (0.48, 0.54),
    "huge": (0.6, 0.66),
}
REACHES = {"bounce": (0.22, 0.3), "orbit": (0.44, 0.54)}
REACH = (0.36, 0.48)
ROUND = 0.035  # drawings that change less when they are turned do not spin

Frames = npt.NDArray[np.uint8]  # (F, H, W, 3)


@dataclass(frozen=True)
class ClipsConfig:
    """What clips are drawn. Raises OptionError for values out of range."""

    seed: int = 0
    size: int = 128  # pixels of a side
    frames: int = 16
    chinese: float = 0.3  # share of Chinese captions
    recolored: float = 0.15  # share of clips with a subject in a color not its own
    mixed: float = 0.1  # share of those where the camera moves as well as the subject
    split: str = "train"  # or "held-out"
    styles: tuple[str, ...] = STYLES
    backgrounds: tuple[str, ...] = BACKGROUNDS

    def __post_init__(self) -> None:
        check_whole("size", self.size, 16, 1024)
        check_whole("frames", self.frames, 2, 1000)
        for name in ("chinese", "recolored", "mixed"):
            check_range(name, getattr(self, name), 0, 1)
        check_choice("split", self.split, SPLITS)
        for style in self.styles:
            check_choice("style", style, STYLES)
        for background in self.backgrounds:
            check_choice("background", background, BACKGROUNDS)


@dataclass(frozen=True)
class ClipPlan:
    """What a clip is to show: a scene of one subject (or two, in a circle), and what happens."""

    scene: Plan
    action: Action

    @property
    def split(self) -> str:
        """ "held-out" for one composition in twenty, "train" for the others."""
        action = self.action
        told = "|".join((self.scene.composition, action.motion, action.camera, action.light))
        digest = hashlib.blake2b(told.encode(), digest_size=8).digest()
        return SPLITS[int.from_bytes(digest, "big") % HELD_OUT == 0]


@dataclass(frozen=True)
class Clip:
    """Frames, what happens in them, and a sentence that says so."""

    frames: Frames
    caption: str
    language: str  # "en" or "zh"
    tint: str  # the color of a plain background, or ""
    plan: ClipPlan
    middles: tuple[Shares, ...]  # where the first subject's middle is seen in each frame


class Clips:
    """Clips by number. Cheap to make and to pickle: the drawings are opened on first use."""

    def __init__(self, config: ClipsConfig) -> None:
        self.config = config

    def clip(self, number: int) -> Clip:
        """Clip `number` of this seed. Raises MissingAsset while the drawings are not pulled."""
        config, draw = self.config, self._draw(number)
        plan = self._plan(draw)
        stage, tint = staged(plan, draw, (config.size, config.size))
        shares = shares_of(config.frames, plan.action)
        hero = stage.actors[0]
        language = "zh" if draw.random() < config.chinese else "en"
        return Clip(
            np.stack([stage.frame(share) for share in shares]),
            describe_clip(facts_of(plan, tint), language, draw),
            language,
            tint,
            plan,
            tuple(stage.seen_at(hero.at(share), share) for share in shares),
        )

    def plan(self, number: int) -> ClipPlan:
        """What clip `number` shows, without drawing it. Raises MissingAsset."""
        return self._plan(self._draw(number))

    def _draw(self, number: int) -> random.Random:
        return random.Random(f"clip {self.config.seed} {number}")

    def _plan(self, draw: random.Random) -> ClipPlan:
        """Plans until one is of the wanted split."""
        while True:
            plan = self._any_plan(draw)
            if plan.split == self.config.split:
                return plan

    def _any_plan(self, draw: random.Random) -> ClipPlan:
        config, table = self.config, subjects()
        style, background = draw.choice(config.styles), draw.choice(config.backgrounds)
        action = _action(style, background, config.mixed, draw)
        first = draw.randrange(len(table))
        while action.motion == "spin" and _turned(first, STYLES.index(style)) < ROUND:
            first = draw.randrange(len(table))
        sized = draw.random() < 0.2 and action.motion not in ("grow", "shrink")
        size = draw.choice(list(SIZE_WORDS)[: 2 if action.motion else 4]) if sized else ""
        dyed = draw.random() < config.recolored
        color = other_color(table[first], style, draw) if dyed else ""
        items = [Item(first, size, color)]
        if action.motion == "orbit" and draw.random() < 0.5:
            items.append(Item((first + draw.randrange(1, len(table))) % len(table)))
        return ClipPlan(Plan(style, background, tuple(items)), action)


def staged(
    plan: ClipPlan, draw: random.Random, size: tuple[int, int], tint: str = ""
) -> tuple[Stage, str]:
    """The stage of a plan for frames of (width, height), and the tint of a plain background.

    The world is square; frames that are not see its middle. Raises MissingAsset.
    """
    scene, action = plan.scene, plan.action
    if scene.background == "plain":
        tint = tint or draw.choice(list(TINTS))
    world = world_of(max(size), action.camera)
    background = paint(scene.background, scene.style, world, draw, tint)
    actors = actors_of(plan, draw)
    pixels = middle_of(background.clip(0, 255).astype(np.uint8), size)
    return Stage(pixels, actors, action, size, draw.randrange(2**31)), tint


def actors_of(plan: ClipPlan, draw: random.Random) -> tuple[Actor, ...]:
    """The drawings of a plan and where they go; the first one moves. Raises MissingAsset."""
    return tuple(_actor(plan, number, draw) for number in range(len(plan.scene.items)))


def _actor(plan: ClipPlan, number: int, draw: random.Random) -> Actor:
    scene, item = plan.scene, plan.scene.items[number]
    subject, place = subjects()[item.subject], PLACES[scene.background]
    sprite = open_art().sprite(item.subject, STYLES.index(scene.style))
    motion = plan.action.motion if number == 0 else ""
    side = draw.uniform(*SIDES[item.size])
    if len(scene.items) > 1:  # one goes around the other
        side = side * 0.6 if number == 0 else side * 0.8
    if not motion and not item.size and number == 0:
        side *= 1.2
    x, y = 0.5 + draw.uniform(-0.05, 0.05), 0.5 + draw.uniform(-0.04, 0.04)
    stands = motion in ("", "slide left", "slide right", "bounce", "spin", "grow", "shrink")
    if stands and place.ground is not None and not subject.floats:
        height = side * sprite.shape[0] / max(sprite.shape[:2])
        foot = min(place.ground, 0.86) + draw.uniform(-0.05, 0.01)
        y = min(max(foot - height / 2, 0.5), 0.74)
    elif motion == "bounce":
        y += 0.14
    reach = draw.uniform(*REACHES.get(motion, REACH))
    return Actor(sprite, look_of(plan, number), (x, y), side, motion, reach)


def look_of(plan: ClipPlan, number: int) -> Look:
    """How a drawing of a plan is stamped."""
    scene = plan.scene
    ink = scene.style == "ink"
    covers = ink and len(scene.items) > 1 and number == 0
    return Look(scene.items[number].color, ink, PLACES[scene.background].dark, covers=covers)


def _action(style: str, background: str, mixed: float, draw: random.Random) -> Action:
    """Who or what moves."""
    camera = draw.choice(list(CAMERAS))
    if background == "plain" and camera.startswith(("pan", "shake")):
        camera = ""  # without anything to pass by, nobody sees whether a camera moves
    motion = draw.choice(list(MOTIONS))
    kind = draw.random()
    if kind < 0.25 and camera:
        return Action(camera=camera)
    if kind < 0.37 and background in OUTDOORS and style != "ink":
        return Action(motion if draw.random() < 0.3 else "", light=draw.choice(list(LIGHTS)))
    if draw.random() < mixed and camera.startswith("zoom"):
        return Action(motion, camera)
    return Action(motion)


def facts_of(plan: ClipPlan, tint: str) -> ClipFacts:
    """What there is to say about a plan."""
    mentions = [
        Mention(subjects()[item.subject], item.size, item.color) for item in plan.scene.items
    ]
    other = mentions[1] if len(mentions) > 1 else None
    scene = plan.scene
    return ClipFacts(mentions[0], other, plan.action, scene.background, tint, scene.style)


def _turned(subject: int, style: int) -> float:
    """How much a drawing changes when it is turned by a quarter, 0 to 1."""
    sprite = open_art().sprite(subject, style)[::4, ::4].astype(np.float32)
    height, width = sprite.shape[:2]
    side = max(height, width)
    square = np.zeros((side, side, 4), np.float32)
    top, left = (side - height) // 2, (side - width) // 2
    square[top : top + height, left : left + width] = sprite
    return float(np.abs(square - np.rot90(square)).mean() / 255)


def middle_of(world: Frames, size: tuple[int, int]) -> Frames:
    """The middle of a square world in the shape of a frame."""
    side = world.shape[0]
    width, height = (round(side * length / max(size)) for length in size)
    top, left = (side - height) // 2, (side - width) // 2
    return world[top : top + height, left : left + width]
