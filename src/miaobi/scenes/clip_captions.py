"""What a clip shows and what happens in it, in varied English or Simplified Chinese."""

import random
from dataclasses import dataclass

from miaobi.scenes.captions import (
    COLOR_WORDS,
    PLACE_WORDS,
    STYLE_WORDS,
    Mention,
    article_of,
    chinese_name,
    english_name,
)
from miaobi.scenes.frames import Action
from miaobi.scenes.motion import CAMERAS, LIGHTS, MOTIONS

# where something is that does not stand; other places are those of pictures
AIR_WORDS = {
    "sea": (("over the sea", "above the sea", "over the ocean"), ("海面上空", "大海上", "海面上")),
    "grass": (
        ("over the grass", "above a green meadow", "over a field"),
        ("草地上空", "田野上空", "草地上"),
    ),
    "desert": (("over the desert", "above the sand", "above the dunes"), ("沙漠上空", "沙地上空")),
    "snow": (("over the snow", "above the snow"), ("雪地上空", "雪地上")),
}
AIRBORNE = ("rise", "fall", "orbit")
WITH_PLACE, WITH_STYLE = 0.8, 0.5
FRAMED = 0.3  # share of captions that say that it is a clip
FRAMES = {"en": ("a clip of {}", "a video of {}"), "zh": ("一段视频：{}", "视频中，{}")}


@dataclass(frozen=True)
class ClipFacts:
    """What there is to say about a clip."""

    mention: Mention  # who does it
    other: Mention | None  # what stands in the middle of a circle
    action: Action
    background: str
    tint: str
    style: str


def describe_clip(facts: ClipFacts, language: str, draw: random.Random) -> str:
    """A caption in "en" or "zh": always what happens, mostly where, often the style."""
    place = _place(facts, language, draw) if draw.random() < WITH_PLACE else ""
    text = (_english if language == "en" else _chinese)(facts, place, draw)
    if draw.random() < WITH_STYLE:
        word = draw.choice(STYLE_WORDS[facts.style][language == "zh"])
        text = f"{text}, {word} style" if language == "en" else f"{text}，{word}风格"
    return text


def _place(facts: ClipFacts, language: str, draw: random.Random) -> str:
    chinese, tint = language == "zh", facts.tint
    if facts.action.motion in AIRBORNE and facts.background in AIR_WORDS:
        return draw.choice(AIR_WORDS[facts.background][chinese])
    words = draw.choice(PLACE_WORDS[facts.background][chinese])
    if chinese:
        return words.format(COLOR_WORDS.get(tint, ""))
    return words.format(*((article_of(tint), tint) if tint else ()))


def _english(facts: ClipFacts, place: str, draw: random.Random) -> str:
    action = facts.action
    text = english_name(facts.mention, draw)
    framed = draw.random() < FRAMED
    participle = framed or draw.random() < 0.3
    if action.motion:
        text += " " + draw.choice(MOTIONS[action.motion].verbs)[participle]
    if facts.other is not None:
        text += " around " + english_name(facts.other, draw)
    text = f"{text} {place}".strip()
    if framed:
        text = draw.choice(FRAMES["en"]).format(text)
    if action.light:
        said = draw.choice(LIGHTS[action.light].verbs)[0]
        text = f"{text}, {said}" if draw.random() < 0.6 else f"{said}, {text}"
    if action.camera:
        verb, going = draw.choice(CAMERAS[action.camera].verbs)
        kind = draw.random()
        if kind < 0.5:
            return f"{text}, the camera {verb}"
        return f"the camera {verb}: {text}" if kind < 0.75 else f"camera {going}, {text}"
    return text


def _chinese(facts: ClipFacts, place: str, draw: random.Random) -> str:
    action = facts.action
    name = chinese_name(facts.mention, draw)
    verb = draw.choice(MOTIONS[action.motion].chinese) if action.motion else ""
    if facts.other is not None:
        verb = f"绕着{chinese_name(facts.other, draw)}转"
    plain = facts.background == "plain"
    if not place:
        text = name + verb
    elif plain:
        text = f"{place}，{name}{verb}" if draw.random() < 0.5 else f"{name}{verb}，{place}"
    elif not verb:
        text = f"{place}的{name}" if draw.random() < 0.5 else f"{place}有{name}"
    elif verb.startswith("在") or draw.random() < 0.4:
        text = f"{place}，{name}{verb}"
    else:
        text = f"{name}在{place}{verb}"
    if draw.random() < FRAMED:
        text = draw.choice(FRAMES["zh"]).format(text)
    if action.light:
        text += "，" + draw.choice(LIGHTS[action.light].chinese)
    if action.camera:
        said = "镜头" + draw.choice(CAMERAS[action.camera].chinese)
        return f"{text}，{said}" if draw.random() < 0.6 else f"{said}，{text}"
    return text
