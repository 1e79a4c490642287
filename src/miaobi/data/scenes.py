"""Captioned pictures without end, composed from drawings: subjects, sizes, colors, relations.

A scene is a pure function of (config.seed, number). What it shows is decided first, as a `Plan`;
a hash of the plan says whether it is for training or held out, the same for every seed and size.
"""

import hashlib
import random
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from miaobi.core.checks import check_choice, check_range
from miaobi.data.art import SIDE, STYLES, Subject, open_art, sharp, subjects
from miaobi.data.backgrounds import BACKGROUNDS, PLACES, TINTS, paint
from miaobi.data.captions import SIZE_WORDS, Facts, Mention, describe
from miaobi.data.placement import ARRANGEMENTS, Shape, arrange
from miaobi.data.stamp import RECOLORS, UNCHANGED, Look, stamp
from miaobi.data.weather import DAY, HERO_LIGHT, Air, lit, rained_on

SPLITS = ("train", "held-out")
HELD_OUT = 20  # one composition in so many is held out
# the same relation, said from the other side
MIRRORED = {"right of": "left of", "below": "above"}
EASY = ("plain", "sky", "grass", "snow")  # backgrounds of labelled pictures
SHARP = 1.2 * SIDE  # pixels: larger drawings are rendered again
OWN_COLOR = 0.1  # share of captions that name a subject's usual color
SIZED = 0.25  # share of scenes that say a size
AIRBORNE = {"above": 0, "below": 1, "on": 0}  # which of a pair throws no shadow on the ground

Picture = npt.NDArray[np.uint8]  # (H, W, 3)


@dataclass(frozen=True)
class ScenesConfig:
    """What scenes are drawn. Raises OptionError for values out of range."""

    seed: int = 0
    size: int = 128  # pixels of a side
    subjects: int = 4  # most in one picture, 1 to 4
    chinese: float = 0.3  # share of Chinese captions
    singles: float = 0.5  # share of pictures of one subject
    recolored: float = 0.1  # share of pictures with a subject in a color not its own
    split: str = "train"  # or "held-out"
    styles: tuple[str, ...] = STYLES
    backgrounds: tuple[str, ...] = BACKGROUNDS

    def __post_init__(self) -> None:
        check_range("subjects", self.subjects, 1, 4)
        check_range("size", self.size, 16, 1024)
        for name in ("chinese", "singles", "recolored"):
            check_range(name, getattr(self, name), 0, 1)
        check_choice("split", self.split, SPLITS)
        for style in self.styles:
            check_choice("style", style, STYLES)
        for background in self.backgrounds:
            check_choice("background", background, BACKGROUNDS)


@dataclass(frozen=True)
class Item:
    """One thing of a plan."""

    subject: int  # place in the table of subjects
    size: str = ""  # a key of SIZE_WORDS, or "" for the usual size
    color: str = ""  # a key of RECOLORS, or "" for its own colors


@dataclass(frozen=True)
class Plan:
    """What a picture is to show."""

    style: str
    background: str
    items: tuple[Item, ...]
    relation: str = ""  # of the first item to the second
    count: int = 1  # above 1: so many of the only item

    @property
    def composition(self) -> str:
        """What plans share that mean the same: not sizes, colors or the side they tell it from."""
        names = [subjects()[item.subject].name for item in self.items]
        if self.relation in MIRRORED:
            names.reverse()
        elif not self.relation:
            names.sort()
        relation = MIRRORED.get(self.relation, self.relation)
        return "|".join((self.style, self.background, relation, str(self.count), *names))

    @property
    def split(self) -> str:
        """ "held-out" for one composition in twenty, "train" for the others."""
        digest = hashlib.blake2b(self.composition.encode(), digest_size=8).digest()
        return SPLITS[int.from_bytes(digest, "big") % HELD_OUT == 0]


@dataclass(frozen=True)
class Placed:
    """One subject of a picture; `size` and `color` are the words said of it, or ""."""

    subject: Subject
    box: tuple[int, int, int, int]  # left, top, right, bottom in pixels; may reach over the border
    size: str
    color: str
    recolored: bool


@dataclass(frozen=True)
class Scene:
    """A picture, what it shows and a sentence that says so."""

    picture: Picture
    caption: str
    language: str  # "en" or "zh"
    style: str
    background: str
    tint: str  # the color of a plain background, or ""
    placed: tuple[Placed, ...]
    relation: str  # of the first placed to the second, or ""
    plan: Plan


class Scenes:
    """Scenes by number. Cheap to make and to pickle: the drawings are opened on first use."""

    def __init__(self, config: ScenesConfig) -> None:
        self.config = config

    def scene(self, number: int) -> Scene:
        """Scene `number` of this seed. Raises MissingAsset while the drawings are not pulled."""
        draw = self._draw(number)
        plan = self._plan(draw)
        made = compose(plan, (self.config.size,) * 2, draw)
        own = draw.random() < OWN_COLOR and plan.style != "ink"
        placed = _placed(plan.items * plan.count, made.boxes, own)
        picture, tint = made.picture, made.tint
        language = "zh" if draw.random() < self.config.chinese else "en"
        facts = Facts(_mentions(plan, placed), plan.relation, plan.background, tint, plan.style)
        caption = describe(facts, language, draw)
        return Scene(
            picture, caption, language, plan.style, plan.background, tint, placed, plan.relation,
            plan,
        )  # fmt: skip

    def again(self, plan: Plan, number: int) -> Picture:
        """Another picture of a plan, whatever its split is; by number."""
        draw = random.Random(f"again {self.config.seed} {number}")
        return compose(plan, (self.config.size,) * 2, draw).picture

    def plan(self, number: int) -> Plan:
        """What scene `number` shows, without drawing it."""
        return self._plan(self._draw(number))

    def labelled(self, number: int) -> tuple[Picture, int, int]:
        """(picture, place of its subject in `subjects()`, place of its style in STYLES).

        A portrait: one subject, in the middle, on a plain or simple background. A network has only
        so many looks at each drawing, and need not spend them on where it stands.
        """
        draw = random.Random(f"label {self.config.seed} {number}")
        easy = [name for name in self.config.backgrounds if name in EASY] or ["plain"]
        while True:
            background = "plain" if "plain" in easy and draw.random() < 0.6 else draw.choice(easy)
            item = Item(draw.randrange(len(subjects())))
            plan = Plan(draw.choice(self.config.styles), background, (item,))
            if plan.split == self.config.split:
                picture = compose(plan, (self.config.size,) * 2, draw, portrait=True).picture
                return picture, item.subject, STYLES.index(plan.style)

    def _draw(self, number: int) -> random.Random:
        return random.Random(f"scene {self.config.seed} {number}")

    def _plan(self, draw: random.Random) -> Plan:
        """Plans until one is of the wanted split."""
        while True:
            plan = self._any_plan(draw)
            if plan.split == self.config.split:
                return plan

    def _any_plan(self, draw: random.Random) -> Plan:
        config, table = self.config, subjects()
        style, background = draw.choice(config.styles), draw.choice(config.backgrounds)
        if config.subjects == 1 or draw.random() < config.singles:
            kind, count = "alone", 1
        else:
            kind = draw.choices(("pair", "some", "many"), (0.5, 0.25, 0.25))[0]
            count = 2 if kind == "pair" else draw.randint(2, config.subjects)
        chosen = draw.sample(range(len(table)), 1 if kind == "many" else count)
        sized = draw.randrange(len(chosen)) if draw.random() < SIZED else -1
        if count > 2:
            sized = -1  # a row of things shares the picture evenly
        dyed = draw.randrange(len(chosen)) if draw.random() < config.recolored else -1
        items = tuple(
            Item(
                subject,
                draw.choice(list(SIZE_WORDS)) if place == sized else "",
                other_color(table[subject], style, draw) if place == dyed else "",
            )
            for place, subject in enumerate(chosen)
        )
        relation = draw.choice(list(ARRANGEMENTS)) if kind == "pair" else ""
        return Plan(style, background, items, relation, count if kind == "many" else 1)


@dataclass(frozen=True)
class Composition:
    """A picture of a plan, where its things lie, and the color of a plain background, or ""."""

    picture: Picture
    boxes: tuple[tuple[int, int, int, int], ...]
    tint: str


def compose(
    plan: Plan,
    size: tuple[int, int],
    draw: random.Random,
    tint: str = "",
    air: Air = DAY,
    portrait: bool = False,
) -> Composition:
    """A picture of a plan, (height, width) of `size` = (width, height); any tint where it is "".

    Things lie in the largest square; that of a portrait in its very middle. Raises
    MissingAsset while the drawings are not pulled.
    """
    art, table, unit = open_art(), subjects(), min(size)
    if plan.background == "plain" and not tint:
        tint = draw.choice(list(TINTS))
    picture = _ground(plan, size, draw, tint, air)
    items = plan.items * plan.count
    style, place = STYLES.index(plan.style), PLACES[plan.background]
    sprites = [art.sprite(item.subject, style) for item in items]
    shapes = [
        Shape(s.shape[0] / SIDE, s.shape[1] / SIDE, item.size, table[item.subject].floats)
        for s, item in zip(sprites, items, strict=True)
    ]
    kind = plan.relation or ("alone" if len(items) == 1 else "row")
    kind = "portrait" if portrait else kind
    placed = arrange(kind, shapes, place.ground, draw) if items else []
    corner = _corner(size, place.ground is not None)
    boxes = [_pixels(box, unit, corner) for box in placed]
    for n in reversed(range(len(items))):  # the first one is in front
        stands = not shapes[n].floats and AIRBORNE.get(plan.relation) != n
        look = Look(
            items[n].color,
            ink=plan.style == "ink",
            light=place.dark or air.dark,
            shadow=plan.style == "3d" and place.casts and stands,
            covers=plan.style == "ink" and plan.relation == "in front of" and n == 0,
            tone=HERO_LIGHT if air.dark and plan.style != "ink" else UNCHANGED,
        )
        large = max(boxes[n][2] - boxes[n][0], boxes[n][3] - boxes[n][1]) > SHARP
        sprite = sharp(items[n].subject, style) if large else sprites[n]
        stamp(picture, sprite, boxes[n], look)
    if air.rain:
        picture = rained_on(picture, draw)
    return Composition(picture, tuple(boxes), tint)


def _ground(plan: Plan, size: tuple[int, int], draw: random.Random, tint: str, air: Air) -> Picture:
    """The background: of a picture that is no square, the middle of one."""
    side, place = max(size), PLACES[plan.background]
    whole = paint(plan.background, plan.style, side, draw, tint, air.dark)
    left, top = ((side - length) // 2 for length in size)
    seen = lit(whole[top : top + size[1], left : left + size[0]], air, place.sky, draw)
    return np.ascontiguousarray(seen.clip(0, 255).astype(np.uint8))


def _corner(size: tuple[int, int], grounded: bool) -> tuple[int, int]:
    """The upper left corner of the square in which things lie."""
    width, height = size
    if height <= width:
        return (width - height) // 2, 0
    low = round(0.78 * height - 0.9 * width)  # a tall picture has its ground higher up
    return 0, max(0, min(low, height - width)) if grounded else (height - width) // 2


def _placed(
    items: tuple[Item, ...], boxes: tuple[tuple[int, int, int, int], ...], own: bool
) -> tuple[Placed, ...]:
    table = subjects()
    return tuple(
        Placed(
            table[item.subject],
            box,
            item.size,
            item.color or (table[item.subject].color if own else ""),
            bool(item.color),
        )
        for item, box in zip(items, boxes, strict=True)
    )


def _mentions(plan: Plan, placed: tuple[Placed, ...]) -> tuple[Mention, ...]:
    said = placed[:1] if plan.count > 1 else placed
    return tuple(Mention(p.subject, p.size, p.color, plan.count) for p in said)


def other_color(subject: Subject, style: str, draw: random.Random) -> str:
    """A color to recolor it with, or "" for what has no clear color of its own to change."""
    if style != "ink" and subject.color not in RECOLORS and subject.color != "brown":
        return ""
    return draw.choice([color for color in RECOLORS if color != subject.color])


def _pixels(
    box: tuple[float, float, float, float], size: int, corner: tuple[int, int]
) -> tuple[int, int, int, int]:
    left, top = corner[0] + round(box[0] * size), corner[1] + round(box[1] * size)
    width, height = round((box[2] - box[0]) * size), round((box[3] - box[1]) * size)
    return left, top, left + max(3, width), top + max(3, height)
