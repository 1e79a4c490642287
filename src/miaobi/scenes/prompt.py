"""Prompt to scene: the subjects a prompt names, their relation, their setting and the style.

    prompt --parse_scene_prompt--> ScenePrompt --plan, conditions--> scenes/rendering.py

The inverse of scenes/captions.py in English and Chinese, with a wider vocabulary. Unknown words are
skipped; a prompt without any known word is refused.
"""

import difflib
import re
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache

from miaobi.core.errors import NotFoundError
from miaobi.core.scene import SceneDescription, Setting
from miaobi.scenes.plan import SceneItem, ScenePlan
from miaobi.scenes.setting import parse_setting
from miaobi.scenes.sprites import subjects
from miaobi.scenes.vocabulary import (
    MAX_ITEMS,
    Span,
    find_color,
    find_count,
    find_relation,
    find_size,
    find_style,
    find_subjects,
    find_tint,
    subject_names,
)
from miaobi.scenes.weather import CLEAR_DAY, Conditions

DEFAULT_STYLE, DEFAULT_TINT = "color", "blue"  # vector drawings are sharp at any size
# options of an image request that only networks support
UNSUPPORTED_OPTIONS = (
    "init",
    "mask",
    "negative",
    "steps",
    "guidance",
    "sampler",
    "truncation",
    "loras",
)
NIGHT_SUBJECTS = ("moon", "star", "planet")  # endings of names; they make it night
SUGGESTIONS = 5  # names in the error for an unknown subject


@dataclass(frozen=True)
class NamedSubject:
    """One subject that a prompt names, from character `start` to `end`."""

    item: SceneItem
    count: int
    start: int
    end: int


@dataclass(frozen=True)
class ScenePrompt:
    """Content of a prompt; fields are "" or empty where it names none."""

    subjects: tuple[NamedSubject, ...]  # in the order of the prompt
    relation: str  # of the first subject to the second; "~" in front: of the second to the first
    setting: Setting
    style: str
    tint: str  # color of a plain background
    unknown: tuple[str, ...]  # words that are no names of subjects

    @property
    def is_empty(self) -> bool:
        """True where neither a subject nor a setting is named."""
        return not self.subjects and self.setting == Setting()

    @property
    def items(self) -> tuple[SceneItem, ...]:
        """Subjects by their counts, up to MAX_ITEMS."""
        items = [subject.item for subject in self.subjects for _ in range(subject.count)]
        return tuple(items[:MAX_ITEMS])

    @cached_property
    def plan(self) -> ScenePlan:
        """Plan of the picture, with defaults for what the prompt leaves open."""
        items, relation = self.items, self.relation if len(self.items) == 2 else ""
        if relation.startswith("~"):
            items, relation = items[::-1], relation[1:]
        background = "plain" if self.tint else resolve_setting(self.setting, items)[0]
        if not background:
            background = "sky" if all_float(items) else "plain"
        return ScenePlan(self.style or DEFAULT_STYLE, background, items, relation)

    @property
    def conditions(self) -> Conditions:
        """Light and weather over the background of the plan."""
        return CLEAR_DAY if self.tint else resolve_setting(self.setting, self.items)[1]

    @property
    def plain_tint(self) -> str:
        """Color of the background if it is plain, else ""."""
        return self.tint or (DEFAULT_TINT if self.plan.background == "plain" else "")


def read_scene(prompt: str, style: str = "", scene: SceneDescription | None = None) -> ScenePrompt:
    """Parse a prompt, or the subject of a description that replaces it; `style` wins over words.

    Raises NotFoundError where no drawing and no setting is named.
    """
    parsed = parse_scene(scene, style) if scene else parse_scene_prompt(prompt, style)
    if parsed.is_empty:
        raise _unknown_error(prompt, parsed.unknown)
    return parsed


def parse_scene(scene: SceneDescription, style: str = "") -> ScenePrompt:
    """Parse the subject of a description; its setting is that of the description."""
    return replace(parse_scene_prompt(scene.subject, style), setting=scene.setting)


@lru_cache(maxsize=512)
def parse_scene_prompt(prompt: str, style: str = "") -> ScenePrompt:
    """Parse a prompt in English or Chinese once; `style` wins over its words."""
    words = prompt.casefold()
    spans = find_subjects(words)
    named: list[NamedSubject] = []
    for number, (subject, start, end) in enumerate(spans):
        before = words[spans[number - 1][2] if number else 0 : start]
        item = SceneItem(subject, find_size(before), find_color(before, subject))
        named.append(NamedSubject(item, find_count(before), start, end))
    rest = _blank(words, spans)  # no snow of a snowman
    return ScenePrompt(
        tuple(named),
        find_relation(words, spans) if len(spans) == 2 else "",
        parse_setting(rest),
        style or find_style(words),
        find_tint(words),
        tuple(re.findall(r"[a-z']+|[^\W\d_a-z]+", rest)),
    )


def is_known(prompt: str) -> bool:
    """Return True if a prompt names a drawing."""
    return bool(parse_scene_prompt(prompt, "").subjects)


def setting_of(prompt: str) -> Setting:
    """Return the setting a prompt names, not counting the names of its subjects."""
    return parse_scene_prompt(prompt, "").setting


def resolve_setting(
    setting: Setting, items: tuple[SceneItem, ...], airborne: bool = False
) -> tuple[str, Conditions]:
    """Return the background of a setting, "" where none follows from it, and the light on it.

    Subjects that do not float need ground under them, also at night; `airborne` ones move in the
    air. Moon and stars make it night unless the setting says day.
    """
    names = [subjects()[item.subject].name for item in items]
    shines = any(name.endswith(NIGHT_SUBJECTS) for name in names)
    dark = setting.time == "night" or (shines and setting.time != "day")
    rain, place = setting.weather == "rain", setting.place
    floats = airborne or all_float(items)
    if dark and place in ("", "sky", "night"):
        if floats or place == "night":
            return "night", Conditions(rain=rain and place != "night")
        return "grass", Conditions(dark, rain)
    if not place and rain:
        place = "sky" if floats and items else "grass"
    return place, Conditions(dark, rain) if place else CLEAR_DAY


def all_float(items: tuple[SceneItem, ...]) -> bool:
    """Return True if no subject needs ground to stand on."""
    return all(subjects()[item.subject].floats for item in items)


def _blank(words: str, spans: list[Span]) -> str:
    """Return the words with the names of subjects replaced by spaces."""
    left = list(words)
    for _, start, end in spans:
        left[start:end] = " " * (end - start)
    return "".join(left)


def _unknown_error(prompt: str, unknown: tuple[str, ...]) -> NotFoundError:
    """Build the error for a prompt without any drawing, with the names nearest to its words."""
    words = unknown[:8] or (prompt,)
    best: dict[int, tuple[float, str]] = {}
    for name, subject in subject_names().items():
        score = max(difflib.SequenceMatcher(None, word, name).ratio() for word in words)
        best[subject] = max(best.get(subject, (0.0, "")), (score, name))
    nearest = [name for _, name in sorted(best.values(), reverse=True)[:SUGGESTIONS]]
    return NotFoundError(
        "There is no drawing of anything in {prompt!r}.",
        "Near: {nearest}. Networks paint anything: model=drawings, or ORG/NAME of the Hub.",
        prompt=prompt[:80],
        nearest=", ".join(nearest),
    )
