"""What a judge says of a group of pictures."""

from dataclasses import replace
from pathlib import Path

import pytest
import torch

from miaobi.core.errors import NotFoundError
from miaobi.evaluation.judge_metrics import (
    JudgeScorer,
    image_metrics,
    names_background,
    names_style,
)
from miaobi.scenes.pictures import Scene, Scenes, ScenesConfig
from tests.data.test_judge_targets import perfect

CPU = torch.device("cpu")


@pytest.fixture
def scenes(drawings: None) -> list[Scene]:
    drawn = Scenes(ScenesConfig(size=32, split="held-out"))
    return [drawn.scene(number) for number in range(120)]


@pytest.mark.parametrize(
    ("style", "background", "caption", "named"),
    [
        ("ink", "snow", "a fox in the snow, line art style", (True, True)),
        ("ink", "snow", "a picture of a fox", (False, False)),
        ("flat", "plain", "against a white background, two flat irons", (False, True)),
        ("flat", "plain", "a fox on a red background, flat design style", (True, True)),
        ("3d", "sea", "三维风格，海面上有一只狐狸", (True, True)),
        ("noto", "plain", "一只狐狸，红色背景", (False, True)),
        ("noto", "night", "图中有一只狐狸", (False, False)),
    ],
)
def test_what_captions_say(
    style: str, background: str, caption: str, named: tuple[bool, bool], scenes: list[Scene]
) -> None:
    scene = replace(scenes[0], style=style, background=background, caption=caption)
    assert (names_style(scene), names_background(scene)) == named


def test_about_so_many_captions_say_it(scenes: list[Scene]) -> None:
    assert 0.45 < sum(map(names_style, scenes)) / len(scenes) < 0.75
    assert 0.6 < sum(map(names_background, scenes)) / len(scenes) < 0.9


def test_a_perfect_judge_of_perfect_pictures(scenes: list[Scene]) -> None:
    figures, counted = image_metrics(scenes, *perfect(scenes))
    assert figures.pop("other prompt") == 0
    assert set(figures.values()) == {1.0} and "caption" not in figures
    assert counted["prompt"] == len(scenes)
    assert counted["style"] == sum(map(names_style, scenes)) < len(scenes)


def test_pictures_of_other_prompts_are_noticed(scenes: list[Scene]) -> None:
    seen, captions = perfect(scenes)
    figures, _ = image_metrics(scenes, seen, captions.roll(-1, 0))
    assert figures["preferred"] == 0 and figures["prompt"] == 0 and figures["other prompt"] == 1


def test_pictures_of_any_size_are_seen(judge: Path, scenes: list[Scene]) -> None:
    scorer = JudgeScorer(judge, CPU)
    pictures = [scene.picture for scene in scenes[:5]]
    seen = scorer.predict(pictures, batch_size=2)
    assert seen.evidence.shape == (5, 231, 2, 2)
    torch.testing.assert_close(
        seen.features, scorer.predict(pictures).features, atol=1e-5, rtol=1e-4
    )
    large = [Scenes(ScenesConfig(size=64, split="held-out")).scene(0).picture]
    assert scorer.predict(large).evidence.shape == (1, 231, 2, 2)
    assert scorer.encode_captions(["a fox", "一只狐狸"]).shape == (2, 128)


def test_what_is_no_judge(painter: Path, tmp_path: Path) -> None:
    for folder in (painter, tmp_path / "nowhere"):
        with pytest.raises(NotFoundError, match="no judge of pictures"):
            JudgeScorer(folder, CPU)
