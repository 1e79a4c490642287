"""Captions of composed clips: content and action, in varied English or Simplified Chinese."""

import random
from dataclasses import dataclass

from miaobi.scenes.captions import (
    COLOR_WORDS,
    PLACE_WORDS,
    STYLE_WORDS,
    Mention,
    article_for,
    chinese_name,
    english_name,
)
from miaobi.scenes.frames import Action
from miaobi.scenes.motion import CAMERAS, LIGHTS, MOTIONS

# places of a subject in the air, where they differ from those of captions.py
AIRBORNE_PLACE_WORDS = {
    "sea": (("over the sea", "above the sea", "over the ocean"), ("海面上空", "大海上", "海面上")),
    "grass": (
        ("over the grass", "above a green meadow", "over a field"),
        ("草地上空", "田野上空", "草地上"),
    ),
    "desert": (("over the desert", "above the sand", "above the dunes"), ("沙漠上空", "沙地上空")),
    "snow": (("over the snow", "above the snow"), ("雪地上空", "雪地上")),
}
AIRBORNE_MOTIONS = ("rise", "fall", "orbit")
PLACE_RATE, STYLE_RATE = 0.8, 0.5  # fractions of captions that name them
TEMPLATE_RATE = 0.3  # fraction of captions that start with "a clip of"
TEMPLATES = {"en": ("a clip of {}", "a video of {}"), "zh": ("一段视频：{}", "视频中，{}")}


@dataclass(frozen=True)
class ClipFacts:
    """Content of a clip for its caption."""

    mention: Mention  # the subject that moves
    other: Mention | None  # the center of an orbit
    action: Action
    background: str
    tint: str
    style: str


def describe_clip(facts: ClipFacts, language: str, rng: random.Random) -> str:
    """Write a caption in "en" or "zh": always the action, mostly the place, often the style."""
    place = _place(facts, language, rng) if rng.random() < PLACE_RATE else ""
    text = (_english if language == "en" else _chinese)(facts, place, rng)
    if rng.random() < STYLE_RATE:
        word = rng.choice(STYLE_WORDS[facts.style][language == "zh"])
        text = f"{text}, {word} style" if language == "en" else f"{text}，{word}风格"
    return text


def _place(facts: ClipFacts, language: str, rng: random.Random) -> str:
    chinese, tint = language == "zh", facts.tint
    if facts.action.motion in AIRBORNE_MOTIONS and facts.background in AIRBORNE_PLACE_WORDS:
        return rng.choice(AIRBORNE_PLACE_WORDS[facts.background][chinese])
    words = rng.choice(PLACE_WORDS[facts.background][chinese])
    if chinese:
        return words.format(COLOR_WORDS.get(tint, ""))
    return words.format(*((article_for(tint), tint) if tint else ()))


def _english(facts: ClipFacts, place: str, rng: random.Random) -> str:
    action = facts.action
    text = english_name(facts.mention, rng)
    with_template = rng.random() < TEMPLATE_RATE
    participle = with_template or rng.random() < 0.3
    if action.motion:
        text += " " + rng.choice(MOTIONS[action.motion].verbs)[participle]
    if facts.other is not None:
        text += " around " + english_name(facts.other, rng)
    text = f"{text} {place}".strip()
    if with_template:
        text = rng.choice(TEMPLATES["en"]).format(text)
    if action.light:
        phrase = rng.choice(LIGHTS[action.light].verbs)[0]
        text = f"{text}, {phrase}" if rng.random() < 0.6 else f"{phrase}, {text}"
    if action.camera:
        verb, going = rng.choice(CAMERAS[action.camera].verbs)
        kind = rng.random()
        if kind < 0.5:
            return f"{text}, the camera {verb}"
        return f"the camera {verb}: {text}" if kind < 0.75 else f"camera {going}, {text}"
    return text


def _chinese(facts: ClipFacts, place: str, rng: random.Random) -> str:
    action = facts.action
    name = chinese_name(facts.mention, rng)
    verb = rng.choice(MOTIONS[action.motion].chinese) if action.motion else ""
    if facts.other is not None:
        verb = f"绕着{chinese_name(facts.other, rng)}转"
    plain = facts.background == "plain"
    if not place:
        text = name + verb
    elif plain:
        text = f"{place}，{name}{verb}" if rng.random() < 0.5 else f"{name}{verb}，{place}"
    elif not verb:
        text = f"{place}的{name}" if rng.random() < 0.5 else f"{place}有{name}"
    elif verb.startswith("在") or rng.random() < 0.4:
        text = f"{place}，{name}{verb}"
    else:
        text = f"{name}在{place}{verb}"
    if rng.random() < TEMPLATE_RATE:
        text = rng.choice(TEMPLATES["zh"]).format(text)
    if action.light:
        text += "，" + rng.choice(LIGHTS[action.light].chinese)
    if action.camera:
        phrase = "镜头" + rng.choice(CAMERAS[action.camera].chinese)
        return f"{text}，{phrase}" if rng.random() < 0.6 else f"{phrase}，{text}"
    return text
