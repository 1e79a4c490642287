"""What a prompt asks of a clip by rule: who, where, in which style and color, and what happens."""

import random
import re
from dataclasses import dataclass, replace

from miaobi.scenes.backgrounds import PLACES, TINTS
from miaobi.scenes.captions import COLOR_WORDS, SIZE_WORDS
from miaobi.scenes.clips import OUTDOORS, ClipPlan
from miaobi.scenes.compositing import RECOLORS
from miaobi.scenes.frames import Action
from miaobi.scenes.labels import class_in, style_in
from miaobi.scenes.motion import CAMERAS, LIGHTS, MOTIONS, heard, without
from miaobi.scenes.plan import Item, Plan
from miaobi.scenes.prompt import named_in, setting
from miaobi.scenes.sprites import STYLES, Subject, subjects

USUAL_STYLE = "3d"
ALOFT = ("rise", "fall", "orbit")  # motions that leave the ground
AROUND = re.compile(r"\baround\b|围绕|绕着|绕", re.IGNORECASE)


@dataclass(frozen=True)
class Understood:
    """What a prompt asks for."""

    action: Action
    plan: ClipPlan | None  # None where it names nothing that is drawn
    tint: str = ""  # of a plain background
    dark: bool = False  # it is night at a place of the day


def understood(prompt: str, seed: int) -> Understood:
    """Motion, camera and light by their words, and a plan where a subject of the table is named.

    What is not said is drawn from the seed: a place that suits the subject. Without any motion the
    camera comes closer.
    """
    action = action_in(prompt)
    rest = without(prompt, (CAMERAS, LIGHTS))
    known = [subject.name for subject in subjects()]
    first = named_in(rest)
    if first is None:
        first = class_in(rest, known)
    if action.motion == "orbit":  # who moves is named before what it moves around
        before = named_in(AROUND.split(rest, maxsplit=1)[0])
        first = first if before is None else before
    draw = random.Random(f"said {seed}")
    if first is None:
        return Understood(action, None)
    background, tint, dark = _place(rest, subjects()[first], action, draw)
    style = style_in(prompt, list(STYLES)) or USUAL_STYLE
    items = [Item(first, _size(rest), _color(rest, subjects()[first], tint))]
    other = _other(rest, first, known) if action.motion == "orbit" else None
    if other is not None:
        items.append(Item(other))
    return Understood(action, ClipPlan(Plan(style, background, tuple(items)), action), tint, dark)


def action_in(prompt: str) -> Action:
    """What happens, by the words for it; the camera comes closer where nothing is said."""
    camera = heard(prompt, CAMERAS)
    rest = without(prompt, (CAMERAS,))
    light = heard(prompt, LIGHTS)
    motion = heard(without(rest, (LIGHTS,)), MOTIONS)
    if not (camera or light or motion):
        camera = "zoom in"
    return Action(motion, camera, light)


def _place(
    text: str, subject: Subject, action: Action, draw: random.Random
) -> tuple[str, str, bool]:
    """(background, tint, if it is night there); what stands needs ground under it by night too."""
    there = setting(text)
    dark = there.air.dark and not action.light  # the light itself changes
    found = there.place
    if re.search(r"\bbackground\b|背景", text.lower()):
        found = "plain"
    elif dark and found in ("", "sky"):
        found = "night" if subject.floats or action.motion in ALOFT else "grass"
    if not found:
        choices = OUTDOORS[:1] if subject.floats else ("grass", "sea", "desert", "snow", "room")
        usual = ("grass", "sky") if action.motion in ALOFT else choices
        found = draw.choice(OUTDOORS if action.light else usual)
    if found != "plain":
        return found, "", dark and PLACES[found].sky > 0
    words = text.lower()
    said = [
        tint
        for tint in TINTS
        if re.search(rf"\b{tint} background|{COLOR_WORDS[tint]}的?背景", words)
    ]
    return found, (said or ["white"])[0], False


def _size(text: str) -> str:
    words = text.lower()
    for size, (english, chinese) in SIZE_WORDS.items():
        if any(re.search(rf"\b{word}\b", words) for word in english):
            return size
        if any(word in words for word in chinese):
            return size
    return ""


def _color(text: str, subject: Subject, tint: str) -> str:
    """A color that is not its own, where one is named that is not the background's."""
    words = text.lower()
    if tint:
        words = re.sub(rf"\b{tint} background|{COLOR_WORDS[tint]}的?背景", " ", words)
    said = [
        color
        for color in RECOLORS
        if re.search(rf"\b{color}\b", words) or COLOR_WORDS[color][0] in words
    ]
    if any(color in (subject.color, *subject.english.split()) for color in said):
        return ""
    chinese = [color for color in said if COLOR_WORDS[color][0] in subject.chinese]
    return "" if not said or chinese else said[0]


def _other(text: str, first: int, known: list[str]) -> int | None:
    """What stands in the middle of a circle: named after "around"."""
    parts = AROUND.split(text, maxsplit=1)
    found = class_in(parts[1], known) if len(parts) > 1 else None
    return found if found != first else None


def as_camera(action: Action) -> Action:
    """A motion of a subject that cannot be cut out, as the camera's: what rises sinks under it."""
    instead = {
        "rise": "pan down",
        "fall": "pan up",
        "slide left": "pan right",
        "slide right": "pan left",
        "grow": "zoom in",
        "shrink": "zoom out",
        "bounce": "shake",
    }
    if not action.motion:
        return action
    return replace(action, motion="", camera=action.camera or instead.get(action.motion, "zoom in"))
