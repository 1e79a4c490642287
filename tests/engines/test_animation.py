"""Clips by rule: what a prompt names moves as it says, and pictures do."""

import random
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from miaobi.core.errors import OptionError
from miaobi.core.events import Output, Progress
from miaobi.core.video import VideoRequest
from miaobi.engines.animation import ImageAnimationEngine
from miaobi.evaluation.motion import matches_action
from miaobi.models.zoo import find_model
from miaobi.scenes.backgrounds import TINTS
from miaobi.scenes.clip_captions import describe_clip
from miaobi.scenes.clip_prompt import parse_action, parse_clip_prompt
from miaobi.scenes.clips import Clips, ClipsConfig, clip_facts
from miaobi.scenes.frames import Action
from miaobi.scenes.sprites import subjects
from tests.scenes.drawn import picture, write

SMALL: dict[str, Any] = {"size": (64, 64), "seconds": 1.0, "fps": 12, "seed": 4}


def made(prompt: str, **options: Any) -> list[Any]:
    engine = ImageAnimationEngine(find_model("moving-drawings", "video"))
    told = VideoRequest(**{"model": "moving-drawings", "prompt": prompt, **SMALL, **options})
    *_, last = engine.generate(told)
    assert isinstance(last, Output) and last.rate == told.fps
    return list(last.pictures)


@pytest.mark.parametrize(
    ("prompt", "action", "subject", "place"),
    [
        ("a red balloon rises over the sea", Action("rise"), "balloon", "sea"),
        ("一只狐狸在雪地上跳动", Action("bounce"), "fox", "snow"),
        ("a cat in the grass, the camera zooms out", Action(camera="zoom out"), "cat", "grass"),
        ("a ship at sea, day turns to night", Action(light="day to night"), "ship", "sea"),
        ("a dog", Action(camera="zoom in"), "dog", None),
        ("a dove rises in the night sky", Action("rise"), "dove", "night"),
        ("a bus in a city", Action(camera="zoom in"), "bus", "city"),
        (
            "a ladybug on the sand, the camera moves up",
            Action(camera="pan up"),
            "ladybug",
            "desert",
        ),
        ("a camera jumping on the grass", Action("bounce"), "camera", "grass"),
        ("a dog rises among the clouds", Action("rise"), "dog", "sky"),
        ("一架直升飞机旋转", Action("spin"), "helicopter", None),
    ],
)
def test_words(prompt: str, action: Action, subject: str, place: str | None) -> None:
    told = parse_clip_prompt(prompt, 1)
    assert told.action == action and told.plan is not None
    name = subjects()[told.plan.scene.items[0].subject].name
    assert subject in name
    assert place in (None, told.plan.scene.background)


def test_what_captions_say_is_understood() -> None:
    """The words of held-out clips, in both languages: all but one in a hundred, at most."""
    clips = Clips(ClipsConfig(mixed=0, recolored=0, split="held-out"))
    right = 0
    for number in range(200):
        plan, rng = clips.plan(number), random.Random(number)
        tint = rng.choice(list(TINTS)) if plan.scene.background == "plain" else ""
        caption = describe_clip(clip_facts(plan, tint), ("en", "zh")[number % 2], rng)
        told = parse_clip_prompt(caption, number)
        right += (
            told.action == plan.action
            and told.plan is not None
            and (told.plan.scene.items[0].subject == plan.scene.items[0].subject)
        )
    assert right >= 198


def test_night_lies_over_a_place_of_the_day() -> None:
    told = parse_clip_prompt("a ship at sea under the stars", 1)
    assert told.plan is not None and told.plan.scene.background == "sea" and told.dark
    assert not parse_clip_prompt("a ship at sea, day turns to night", 1).dark
    assert not parse_clip_prompt("a ship at sea", 1).dark


def test_colors_sizes_styles_and_a_second_subject() -> None:
    told = parse_clip_prompt("a tiny blue balloon rises on a white background, flat style", 1)
    assert told.plan is not None and told.tint == "white"
    item = told.plan.scene.items[0]
    assert (item.color, item.size, told.plan.scene.style) == ("blue", "tiny", "flat")
    pair = parse_clip_prompt("a bee circles around a rose", 1).plan
    assert pair is not None and len(pair.scene.items) == 2
    assert parse_clip_prompt("an unheard-of thing", 1).plan is None


@pytest.mark.usefixtures("drawings")
@pytest.mark.parametrize(
    "prompt",
    [
        "a fox rises",
        "a fox slides left",
        "a fox grows",
        "a fox in the snow, zoom out",
        "a fox on the grass, night falls",
    ],
)
def test_what_is_asked_for_is_seen(prompt: str) -> None:
    frames = made(prompt)
    assert len(frames) == 12 and matches_action(frames, parse_action(prompt))


@pytest.mark.usefixtures("drawings")
def test_a_loop_has_no_seam_and_a_seed_decides() -> None:
    frames = np.stack(made("a fox spins in the snow", loop=True)).astype(int)
    steps = np.abs(np.diff(frames, axis=0)).mean((1, 2, 3))
    assert np.abs(frames[0] - frames[-1]).mean() < 1.5 * steps.max()
    assert np.array_equal(frames, np.stack(made("a fox spins in the snow", loop=True)))
    assert not np.array_equal(frames, np.stack(made("a fox spins in the snow", loop=True, seed=5)))


def test_a_cut_out_subject_moves_and_otherwise_the_camera(tmp_path: Path) -> None:
    plain = np.full((64, 64, 3), 240, np.uint8)
    plain[24:44, 20:44] = (200, 30, 30)
    plain[28:34, 24:30] = (20, 30, 90)
    path = write(tmp_path / "plain.png", plain)
    rising = made("it rises", init=path)
    assert matches_action(rising, Action("rise")) and tuple(rising[0][0, 0]) == (240, 240, 240)
    noise = np.random.default_rng(0).integers(0, 255, (64, 64, 3), dtype=np.uint8)
    scene = np.kron(noise[::8, ::8], np.ones((8, 8, 1))).astype(np.uint8)
    full = write(tmp_path / "full.png", scene)
    assert matches_action(made("it moves to the left", init=full), Action(camera="pan right"))


def test_between_two_pictures_both_are_kept(tmp_path: Path) -> None:
    first, last = picture(1, 64), picture(2, 64)
    frames = made("", init=write(tmp_path / "a.png", first), to=write(tmp_path / "b.png", last))
    assert np.array_equal(frames[0], first) and np.array_equal(frames[-1], last)


@pytest.mark.usefixtures("drawings")
def test_it_stops_between_any_two_frames_and_says_what_it_cannot() -> None:
    engine = ImageAnimationEngine(find_model("moving-drawings", "video"))
    events = engine.generate(VideoRequest(model="it", prompt="a fox rises", **SMALL))
    assert next(events) == Progress("frames", 1, 12)
    events.close()  # type: ignore[attr-defined]
    assert not engine.lock.locked()
    with pytest.raises(OptionError, match="cannot be used with steps"):
        made("a fox", steps=3)
