"""Prompts of clips: the one reader of pictures, and motion, camera and light."""

import random

import pytest

from miaobi.scenes.backgrounds import TINTS
from miaobi.scenes.clip_captions import describe_clip
from miaobi.scenes.clip_prompt import parse_clip_prompt
from miaobi.scenes.clips import Clips, ClipsConfig, clip_facts
from miaobi.scenes.sprites import subjects


@pytest.mark.model  # 600 captions take three seconds
@pytest.mark.usefixtures("drawings")
def test_600_held_out_captions_are_read_back() -> None:
    """Action, subjects, sizes and colors, in both languages: all but one caption."""
    config = ClipsConfig(size=16, frames=2, mixed=0.1, recolored=0.3, split="held-out", chinese=0.4)
    clips = Clips(config)
    right = 0
    for number in range(600):
        plan, rng = clips.plan(number), random.Random(f"caption {number}")
        tint = rng.choice(list(TINTS)) if plan.scene.background == "plain" else ""
        caption = describe_clip(clip_facts(plan, tint), "zh" if rng.random() < 0.4 else "en", rng)
        parsed = parse_clip_prompt(caption, number)
        items = None if parsed.plan is None else parsed.plan.scene.items
        right += parsed.action == plan.action and items == plan.scene.items
    assert right >= 599


@pytest.mark.parametrize(
    ("prompt", "names", "colors", "background"),
    [
        ("a rocket grows in a blue sky", ["rocket"], [""], "sky"),
        ("a bee circles around a big red rose", ["bee", "rose"], ["", ""], None),
        ("大海上，一只猫向左滑动", ["cat"], [""], "sea"),
        ("the moon rises over the sea", ["full-moon"], [""], "sea"),
        ("a star falls", ["star"], [""], "night"),
    ],
)
def test_subjects_are_those_of_pictures(
    prompt: str, names: list[str], colors: list[str], background: str | None
) -> None:
    plan = parse_clip_prompt(prompt, 1).plan
    assert plan is not None
    assert [subjects()[item.subject].name for item in plan.scene.items] == names
    assert [item.color for item in plan.scene.items] == colors
    assert background in (None, plan.scene.background)
