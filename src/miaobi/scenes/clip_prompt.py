"""Prompt to clip by rule: the scene of scenes/prompt.py, with motion, camera and light."""

import random
import re
from dataclasses import dataclass, replace

from miaobi.scenes.backgrounds import BACKGROUND_TABLE
from miaobi.scenes.clips import OUTDOORS, ClipPlan
from miaobi.scenes.frames import Action
from miaobi.scenes.motion import CAMERAS, LIGHTS, MOTIONS, match_keyword, strip_keywords
from miaobi.scenes.plan import SceneItem, ScenePlan
from miaobi.scenes.prompt import ScenePrompt, all_float, parse_scene_prompt, resolve_setting

DEFAULT_STYLE = "3d"
AIRBORNE_MOTIONS = ("rise", "fall", "orbit")  # they leave the ground
GROUNDS = ("grass", "sea", "desert", "snow", "room")  # drawn from where no place is named
AROUND = re.compile(r"\baround\b|围绕|绕着|绕", re.IGNORECASE)


@dataclass(frozen=True)
class ClipPrompt:
    """Content of a prompt of a clip."""

    action: Action
    plan: ClipPlan | None  # None where no drawing is named
    tint: str = ""  # color of a plain background
    dark: bool = False  # night at an outdoor place


def parse_clip_prompt(prompt: str, seed: int) -> ClipPrompt:
    """Parse a prompt of a clip; a place that it leaves open is drawn from the seed."""
    action = parse_action(prompt)
    text = strip_keywords(prompt, (CAMERAS, LIGHTS))
    scene = parse_scene_prompt(text)
    items = _items(scene, text, action)
    if not items:
        return ClipPrompt(action, None)
    rng = random.Random(f"said {seed}")
    background, dark = _background(scene, items[:1], action, rng)
    plan = ScenePlan(scene.style or DEFAULT_STYLE, background, items)
    return ClipPrompt(action, ClipPlan(plan, action), scene.tint, dark)


def parse_action(prompt: str) -> Action:
    """Return motion, camera and light by their keywords; without any the camera zooms in."""
    camera = match_keyword(prompt, CAMERAS)
    rest = strip_keywords(prompt, (CAMERAS,))
    light = match_keyword(prompt, LIGHTS)
    motion = match_keyword(strip_keywords(rest, (LIGHTS,)), MOTIONS)
    if not (camera or light or motion):
        camera = "zoom in"
    return Action(motion, camera, light)


def as_camera_motion(action: Action) -> Action:
    """Return the camera motion that replaces a subject's: a rising one sinks below the camera."""
    substitutes = {
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
    camera = action.camera or substitutes.get(action.motion, "zoom in")
    return replace(action, motion="", camera=camera)


def _items(scene: ScenePrompt, text: str, action: Action) -> tuple[SceneItem, ...]:
    """Return the subject that moves and, of an orbit, also its center."""
    named = scene.subjects
    around = AROUND.search(text) if action.motion == "orbit" else None
    if around is None:
        return tuple(subject.item for subject in named[:1])
    before = [subject.item for subject in named if subject.end <= around.start()]
    after = [subject.item for subject in named if subject.start >= around.end()]
    first = [*before, *after][:1]
    return tuple(first + [item for item in after if item not in first][:1])


def _background(
    scene: ScenePrompt, hero: tuple[SceneItem, ...], action: Action, rng: random.Random
) -> tuple[str, bool]:
    """Return the background, and True where night lies over it."""
    if scene.tint:
        return "plain", False
    airborne = action.motion in AIRBORNE_MOTIONS
    # a light that changes begins with day or night by itself
    setting = replace(scene.setting, time="day") if action.light else scene.setting
    background, conditions = resolve_setting(setting, hero, airborne)
    if not background:
        choices: tuple[str, ...] = ("sky",) if all_float(hero) else GROUNDS
        choices = ("grass", "sky") if airborne else choices
        background = rng.choice(OUTDOORS if action.light else choices)
    return background, conditions.dark and BACKGROUND_TABLE[background].sky > 0
