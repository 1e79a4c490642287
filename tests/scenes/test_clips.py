"""Clips: the same everywhere, held out by composition, smooth, and captioned truly."""

import pickle
from itertools import pairwise

import numpy as np
import pytest

from miaobi.core.errors import OptionError
from miaobi.scenes.clips import Clips, ClipsConfig
from miaobi.scenes.motion import CAMERAS, MOTIONS

pytestmark = pytest.mark.usefixtures("drawings")
SMALL = ClipsConfig(size=32, frames=6)


def test_a_clip_is_a_function_of_seed_and_number() -> None:
    clips = Clips(SMALL)
    first = [clips.clip(number) for number in range(4)]
    again = pickle.loads(pickle.dumps(clips))
    for number in reversed(range(4)):
        assert again.clip(number).caption == first[number].caption
        assert np.array_equal(again.clip(number).frames, first[number].frames)
    other = Clips(ClipsConfig(size=32, frames=6, seed=1)).clip(0)
    assert other.plan != first[0].plan
    assert first[0].frames.shape == (6, 32, 32, 3) and first[0].frames.dtype == np.uint8


def test_no_composition_is_on_both_sides() -> None:
    def told(split: str, count: int, seed: int) -> set[str]:
        clips = Clips(ClipsConfig(seed=seed, split=split))
        return {f"{p.scene.composition}|{p.action}" for p in map(clips.plan, range(count))}

    assert not told("train", 1500, 0) & told("held-out", 150, 1)


def test_everything_moves_at_some_time() -> None:
    plans = [Clips(SMALL).plan(number).action for number in range(300)]
    assert {plan.motion for plan in plans} >= set(MOTIONS)
    assert {plan.camera for plan in plans} >= set(CAMERAS)
    assert {plan.light for plan in plans} >= {"day to night", "night to day"}
    assert all(plan.motion or plan.camera or plan.light for plan in plans)


def test_captions_are_of_both_languages_and_vary() -> None:
    clips = Clips(SMALL)
    drawn = [clips.clip(number) for number in range(40)]
    assert {clip.language for clip in drawn} == {"en", "zh"}
    assert len({clip.caption for clip in drawn}) == 40
    for clip in drawn:
        assert clip.caption.isascii() == (clip.language == "en")
        assert "  " not in clip.caption and "{" not in clip.caption


def test_slow_motion_is_smooth() -> None:
    """No frame repeats the one before: what is rounded to pixels stands still, then jumps."""
    clips = Clips(ClipsConfig(size=32, frames=40, styles=("3d",), mixed=0))
    numbers = (n for n in range(200) if clips.plan(n).action.motion == "rise")
    clip = clips.clip(next(numbers))
    steps = [np.abs(b.astype(int) - a).mean() for a, b in pairwise(clip.frames)]
    assert min(steps) > 0 and max(steps) < 4 * np.median(steps)
    ys = [y for _, y in clip.positions]
    assert all(a > b for a, b in pairwise(ys))


def test_bad_values() -> None:
    for wrong in ({"size": 2}, {"frames": 1}, {"split": "test"}, {"styles": ("oil",)}):
        with pytest.raises(OptionError):
            ClipsConfig(**wrong)  # type: ignore[arg-type]
