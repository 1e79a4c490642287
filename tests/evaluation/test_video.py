"""Clips of a network and clips by rule, measured beside real ones."""

from pathlib import Path

import numpy as np
import pytest

from miaobi.core.errors import OptionError
from miaobi.core.events import Progress
from miaobi.engines.registry import engine_for
from miaobi.evaluation.clip_sampler import ClipEvaluationConfig, SingleClipSampler
from miaobi.evaluation.video import ClipEvaluation, clip_metrics, evaluate_t2v, held_out_clips
from miaobi.models.zoo import find_model
from tests.engines.test_video import save_text_to_video

FEW = ClipEvaluationConfig(count=3, rows=2, steps=1)


@pytest.mark.usefixtures("drawings")
def test_a_network_is_measured_beside_real_clips(judge: Path, tmp_path: Path) -> None:
    folder = save_text_to_video(tmp_path / "clips")
    *events, told = evaluate_t2v(find_model(str(folder), "video"), judge, FEW)
    assert [event.done for event in events if isinstance(event, Progress)] == [0, 2]
    assert isinstance(told, ClipEvaluation) and set(told.made) == set(told.real)
    assert {"motion", "flicker"} <= set(told.made) and told.real["flicker"] > 0
    assert told.as_dict()["flicker_ratio"] == told.flicker_ratio > 0
    *_, again = evaluate_t2v(find_model(str(folder), "video"), judge, FEW)
    assert isinstance(again, ClipEvaluation) and again.made == told.made


@pytest.mark.usefixtures("drawings")
def test_clips_by_rule_move_as_they_are_told() -> None:
    config = ClipEvaluationConfig(count=12)
    *_, told = evaluate_t2v(find_model("moving-drawings", "video"), None, config)
    assert isinstance(told, ClipEvaluation)
    assert told.made["motion"] >= 0.75 and told.flicker_ratio < 1.3
    assert "subject" not in told.made  # nobody looked


@pytest.mark.usefixtures("drawings")
def test_what_stands_still_is_told() -> None:
    clips = held_out_clips(FEW, (8, 32, 32))
    still = [np.repeat(clip.frames[:1], len(clip.frames), axis=0) for clip in clips]
    assert clip_metrics(clips, still, None) == {"motion": 0.0, "flicker": 0.0}


@pytest.mark.usefixtures("drawings")
def test_a_refused_prompt_is_a_gray_clip() -> None:
    model = find_model("moving-drawings", "video")
    sampler = SingleClipSampler(model, engine_for(model))
    fox, other = sampler.sample(["a fox jumps", "a red balloon rises"], [1, 2])
    assert fox.shape == other.shape == (16, 128, 128, 3) and fox.std() > 10


def test_models_of_another_kind(judge: Path) -> None:
    with pytest.raises(OptionError, match="does not generate video"):
        next(evaluate_t2v(find_model(str(judge), "video"), None, FEW))
    with pytest.raises(OptionError, match="count is 0"):
        ClipEvaluationConfig(count=0)
