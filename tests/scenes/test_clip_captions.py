"""Captions of clips always say what happens."""

import random

import pytest

from miaobi.scenes.captions import Mention
from miaobi.scenes.clip_captions import ClipFacts, describe_clip
from miaobi.scenes.frames import Action
from miaobi.scenes.motion import CAMERAS, LIGHTS, MOTIONS, match_keyword
from miaobi.scenes.sprites import subjects

FOX = Mention(next(subject for subject in subjects() if subject.name == "fox"))


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("motion", list(MOTIONS))
def test_the_motion_is_told(language: str, motion: str) -> None:
    facts = ClipFacts(FOX, None, Action(motion), "sea", "", "flat")
    for number in range(12):
        assert (
            match_keyword(describe_clip(facts, language, random.Random(number)), MOTIONS) == motion
        )


@pytest.mark.parametrize("light", list(LIGHTS))
def test_the_light_is_told(light: str) -> None:
    facts = ClipFacts(FOX, None, Action(light=light), "grass", "", "3d")
    for number in range(8):
        assert match_keyword(describe_clip(facts, "en", random.Random(number)), LIGHTS) == light
        assert match_keyword(describe_clip(facts, "zh", random.Random(number)), LIGHTS) == light


def test_a_circle_has_a_middle_and_a_camera_its_word() -> None:
    other = Mention(next(subject for subject in subjects() if subject.name == "balloon"))
    facts = ClipFacts(FOX, other, Action("orbit"), "sky", "", "3d")
    assert " around a" in describe_clip(facts, "en", random.Random(2))
    assert "气球" in describe_clip(facts, "zh", random.Random(2))
    for camera in CAMERAS:
        facts = ClipFacts(FOX, None, Action(camera=camera), "plain", "red", "3d")
        assert "camera" in describe_clip(facts, "en", random.Random(1))
        assert "镜头" in describe_clip(facts, "zh", random.Random(1))
