"""Endless captioned pictures composed from sprites: subjects, sizes, colors, relations.

A scene is a pure function of (config.seed, number); its content is planned first, as a `ScenePlan`.
"""

import random
from dataclasses import dataclass

from miaobi.core.arrays import Pixels
from miaobi.core.checks import check_choice, check_range
from miaobi.scenes.backgrounds import BACKGROUNDS
from miaobi.scenes.captions import SIZE_WORDS, Mention, SceneFacts, describe_scene
from miaobi.scenes.compositing import RECOLORS
from miaobi.scenes.layout import ARRANGEMENTS
from miaobi.scenes.plan import SPLITS, SceneItem, ScenePlan
from miaobi.scenes.rendering import compose
from miaobi.scenes.sprites import STYLES, Subject, subjects

EASY_BACKGROUNDS = ("plain", "sky", "grass", "snow")  # of labeled pictures
OWN_COLOR_RATE = 0.1  # fraction of captions that name a subject's usual color
SIZED_RATE = 0.25  # fraction of scenes with a size


@dataclass(frozen=True)
class ScenesConfig:
    """Distribution of scenes. Raises OptionError for values out of range."""

    seed: int = 0
    size: int = 128  # pixels of a side
    subjects: int = 4  # maximum in one picture, 1 to 4
    chinese: float = 0.3  # fraction of Chinese captions
    singles: float = 0.5  # fraction of pictures with one subject
    recolored: float = 0.1  # fraction of pictures with a recolored subject
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
class PlacedSubject:
    """One subject of a picture; `size` and `color` are those of the caption, or ""."""

    subject: Subject
    box: tuple[int, int, int, int]  # left, top, right, bottom in pixels; may cross the border
    size: str
    color: str
    recolored: bool


@dataclass(frozen=True)
class Scene:
    """A picture, its content and its caption."""

    picture: Pixels
    caption: str
    language: str  # "en" or "zh"
    style: str
    background: str
    tint: str  # the color of a plain background, or ""
    placed: tuple[PlacedSubject, ...]
    relation: str  # of the first placed subject to the second, or ""
    plan: ScenePlan


class Scenes:
    """Scenes by number. Cheap to create and to pickle: the sprites are opened on first use."""

    def __init__(self, config: ScenesConfig) -> None:
        self.config = config
        self.subject_indices = subjects_of_group(config.group)

    def scene(self, number: int) -> Scene:
        """Render scene `number`. Raises MissingAsset while the sprites are not pulled."""
        rng = self._rng(number)
        plan = self._plan(rng)
        composition = compose(plan, (self.config.size,) * 2, rng)
        name_own_color = rng.random() < OWN_COLOR_RATE and plan.style != "ink"
        placed = _placed(plan.items * plan.count, composition.boxes, name_own_color)
        picture, tint = composition.picture, composition.tint
        language = "zh" if rng.random() < self.config.chinese else "en"
        facts = SceneFacts(
            _mentions(plan, placed), plan.relation, plan.background, tint, plan.style
        )
        caption = describe_scene(facts, language, rng)
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

    def variant(self, plan: ScenePlan, number: int) -> Pixels:
        """Render picture `number` of a plan, whatever its split."""
        rng = random.Random(f"again {self.config.seed} {number}")
        return compose(plan, (self.config.size,) * 2, rng).picture

    def plan(self, number: int) -> ScenePlan:
        """Return the plan of scene `number` without rendering it."""
        return self._plan(self._rng(number))

    def labeled(self, number: int) -> tuple[Pixels, int, int]:
        """Return (picture, index of its subject in `subjects()`, index of its style in STYLES).

        One centered subject on a plain or simple background: a network sees each sprite only a few
        times and need not learn positions from them.
        """
        rng = random.Random(f"label {self.config.seed} {number}")
        easy = [name for name in self.config.backgrounds if name in EASY_BACKGROUNDS] or ["plain"]
        while True:
            background = "plain" if "plain" in easy and rng.random() < 0.6 else rng.choice(easy)
            item = SceneItem(rng.choice(self.subject_indices))
            plan = ScenePlan(rng.choice(self.config.styles), background, (item,))
            if plan.split == self.config.split:
                picture = compose(plan, (self.config.size,) * 2, rng, portrait=True).picture
                return picture, item.subject, STYLES.index(plan.style)

    def _rng(self, number: int) -> random.Random:
        return random.Random(f"scene {self.config.seed} {number}")

    def _plan(self, rng: random.Random) -> ScenePlan:
        """Draw plans until one belongs to the split."""
        while True:
            plan = self._any_plan(rng)
            if plan.split == self.config.split:
                return plan

    def _any_plan(self, rng: random.Random) -> ScenePlan:
        config, table = self.config, subjects()
        style, background = rng.choice(config.styles), rng.choice(config.backgrounds)
        if config.subjects == 1 or rng.random() < config.singles:
            kind, count = "alone", 1
        else:
            kind = rng.choices(("pair", "some", "many"), (0.5, 0.25, 0.25))[0]
            count = 2 if kind == "pair" else rng.randint(2, config.subjects)
        chosen = rng.sample(self.subject_indices, 1 if kind == "many" else count)
        sized_index = rng.randrange(len(chosen)) if rng.random() < SIZED_RATE else -1
        if count > 2:
            sized_index = -1  # subjects of a row have one size
        recolored_index = rng.randrange(len(chosen)) if rng.random() < config.recolored else -1
        items = tuple(
            SceneItem(
                subject,
                rng.choice(list(SIZE_WORDS)) if index == sized_index else "",
                pick_new_color(table[subject], style, rng) if index == recolored_index else "",
            )
            for index, subject in enumerate(chosen)
        )
        relation = rng.choice(list(ARRANGEMENTS)) if kind == "pair" else ""
        return ScenePlan(style, background, items, relation, count if kind == "many" else 1)


def subjects_of_group(group: str) -> list[int]:
    """Return the indices in `subjects()` of a group, all where it is ""."""
    return [n for n, subject in enumerate(subjects()) if group in ("", subject.group)]


def _placed(
    items: tuple[SceneItem, ...], boxes: tuple[tuple[int, int, int, int], ...], name_own_color: bool
) -> tuple[PlacedSubject, ...]:
    table = subjects()
    return tuple(
        PlacedSubject(
            table[item.subject],
            box,
            item.size,
            item.color or (table[item.subject].color if name_own_color else ""),
            bool(item.color),
        )
        for item, box in zip(items, boxes, strict=True)
    )


def _mentions(plan: ScenePlan, placed: tuple[PlacedSubject, ...]) -> tuple[Mention, ...]:
    mentioned = placed[:1] if plan.count > 1 else placed
    return tuple(Mention(p.subject, p.size, p.color, plan.count) for p in mentioned)


def pick_new_color(subject: Subject, style: str, rng: random.Random) -> str:
    """Draw a color to recolor a subject with, "" for one without a clear color of its own."""
    if style != "ink" and subject.color not in RECOLORS and subject.color != "brown":
        return ""
    return rng.choice([color for color in RECOLORS if color != subject.color])
