"""Captioned pictures without end, composed from drawings: subjects, sizes, colors, relations.

A scene is a pure function of (config.seed, number). What it shows is decided first, as a `Plan`.
"""

import random
from dataclasses import dataclass

from miaobi.core.checks import check_choice, check_range
from miaobi.scenes.backgrounds import BACKGROUNDS
from miaobi.scenes.captions import SIZE_WORDS, Facts, Mention, describe
from miaobi.scenes.compositing import RECOLORS
from miaobi.scenes.layout import ARRANGEMENTS
from miaobi.scenes.plan import SPLITS, Item, Plan
from miaobi.scenes.rendering import Picture, compose
from miaobi.scenes.sprites import STYLES, Subject, subjects

EASY = ("plain", "sky", "grass", "snow")  # backgrounds of labelled pictures
OWN_COLOR = 0.1  # share of captions that name a subject's usual color
SIZED = 0.25  # share of scenes that say a size


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
    group: str = ""  # of subjects: animal, food, …; "": all

    def __post_init__(self) -> None:
        check_range("subjects", self.subjects, 1, 4)
        check_range("size", self.size, 16, 1024)
        for name in ("chinese", "singles", "recolored"):
            check_range(name, getattr(self, name), 0, 1)
        check_choice("split", self.split, SPLITS)
        check_choice("group", self.group, ("", *sorted({s.group for s in subjects()})))
        for style in self.styles:
            check_choice("style", style, STYLES)
        for background in self.backgrounds:
            check_choice("background", background, BACKGROUNDS)


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
        self.known = places_of(config.group)

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
            picture,
            caption,
            language,
            plan.style,
            plan.background,
            tint,
            placed,
            plan.relation,
            plan,
        )

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
            item = Item(draw.choice(self.known))
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
        chosen = draw.sample(self.known, 1 if kind == "many" else count)
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


def places_of(group: str) -> list[int]:
    """Places in `subjects()` of those of a group; of all where it is ""."""
    return [n for n, subject in enumerate(subjects()) if group in ("", subject.group)]


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
