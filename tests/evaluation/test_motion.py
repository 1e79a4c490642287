"""What moves is found in clips whose motion is known, and not where nothing does."""

import numpy as np
import pytest

from miaobi.evaluation.motion import camera_of, flicker, matches_action, motion_of, to_gray
from miaobi.scenes.clips import Clips, ClipsConfig
from miaobi.scenes.frames import Action

COUNT = 80


@pytest.mark.usefixtures("drawings")
def test_the_stated_motion_is_found_and_another_is_not() -> None:
    clips = Clips(ClipsConfig(seed=3, size=64, mixed=0))
    drawn = [clips.clip(number) for number in range(COUNT)]
    right = [matches_action(clip.frames, clip.plan.action) for clip in drawn]
    assert np.mean(right) >= 0.95
    others = [
        matches_action(clip.frames, other.plan.action)
        for clip, other in zip(drawn, drawn[1:], strict=False)
        if clip.plan.action != other.plan.action
    ]
    assert np.mean(others) <= 0.1
    backwards = {"rise": "fall", "slide left": "slide right", "grow": "shrink"}
    for clip in drawn:
        if clip.plan.action.motion in backwards and not clip.plan.action.light:
            assert motion_of(to_gray(clip.frames[::-1])) != clip.plan.action.motion


def test_what_stands_still_does_nothing() -> None:
    still = np.full((8, 40, 40, 3), 90, np.uint8)
    still[:, 10:20, 10:20] = 200
    assert motion_of(to_gray(still)) == camera_of(to_gray(still)) == ""
    assert not matches_action(still, Action("rise")) and not matches_action(
        still, Action(camera="zoom in")
    )
    assert flicker(still) == 0


def test_flicker_is_more_where_frames_jump() -> None:
    steady = np.stack([np.full((32, 32, 3), 10 * n, np.uint8) for n in range(8)])
    jumping = steady.copy()
    jumping[::2] += 40
    assert flicker(jumping) > 10 * (flicker(steady) + 1e-3)
