"""A whole evaluation with the smallest networks."""

import json
from pathlib import Path

import numpy as np
import pytest
import torch

from miaobi.core.errors import OptionError
from miaobi.core.events import Output, Progress
from miaobi.core.requests import ImageRequest
from miaobi.data.image import PictureConfig, SceneSource
from miaobi.engines.diffusion import DiffusionEngine
from miaobi.evaluation.image import GROUPS, Evaluation, evaluate_t2i, training_scenes
from miaobi.evaluation.image_sampler import (
    BatchImageSampler,
    EvaluationConfig,
    ImageSampler,
    make_image_sampler,
)
from miaobi.evaluation.report import KINDS, METRICS, SETS, save, to_html
from miaobi.models.pixels import tensor_to_images
from miaobi.models.zoo import find_model

FEW = EvaluationConfig(count=3, steps=2, rows=2, neighbors=10)


def evaluated(painter: Path, judge: Path) -> tuple[list[Progress], Evaluation]:
    *events, told = evaluate_t2i(find_model(str(painter), "image"), judge, FEW)
    assert isinstance(told, Evaluation)
    return [event for event in events if isinstance(event, Progress)], told


def test_a_model_is_judged_beside_real_scenes(painter: Path, judge: Path, tmp_path: Path) -> None:
    events, told = evaluated(painter, judge)
    assert {event.stage for event in events} > set(GROUPS)
    assert all(0 <= event.done <= event.total for event in events)
    assert list(told.groups) == list(GROUPS)
    for name, group in told.groups.items():
        assert set(group) == set(KINDS)
        one = name.startswith("one")
        assert ("subject" in group["made"]) == one and ("relation" in group["made"]) == (not one)
        assert set(group["made"]) == set(group["real"]) == set(told.counted[name]) <= set(METRICS)
        assert told.counted[name]["prompt"] == FEW.count
    assert set(told.sets) == set(SETS)
    assert told.sets["frechet"]["real"] > 0 and told.sets["diversity"]["real"] > 0
    files = save(told, tmp_path / "out")
    assert {file.name for file in files} >= {"report.html", "figures.json", "again.png"}
    assert json.loads((tmp_path / "out" / "figures.json").read_text())["sets"] == told.sets
    assert (tmp_path / "out" / "one-thing-Chinese.png").read_bytes()[:4] == b"\x89PNG"
    page = to_html(told)
    assert page.count("data:image/png;base64,") == len(GROUPS) + 1
    assert "http" not in page and "<script" not in page
    prompts = told.prompts["one thing, Chinese"]
    assert all(not words.isascii() for words in prompts) and prompts[0] in page
    again = evaluated(painter, judge)[1]  # the same seed, the same figures
    assert again.groups == told.groups and again.sets == told.sets
    assert again.sheets == told.sheets


def test_together_or_alone_the_same_is_painted(painter: Path) -> None:
    model = find_model(str(painter), "image")
    prompts, seeds = ["a fox", "一只狐狸", "a red kite in the sky"], [3, 4, 5]
    one = BatchImageSampler(model, FEW)
    done = [step.done for step in one.sample("stage", prompts, seeds)]
    assert done == sorted(done) and done[-1] == len(prompts)
    pictures = whole(one, prompts, seeds)
    engine = DiffusionEngine(model)
    for prompt, seed, picture in zip(prompts, seeds, pictures, strict=True):
        request = ImageRequest(
            prompt=prompt, model=model.name, seed=seed, steps=FEW.steps, guidance=FEW.guidance
        )
        *_, output = engine.generate(request)
        assert isinstance(output, Output)
        apart = np.abs(output.pictures[0].astype(int) - picture.astype(int))
        assert apart.mean() < 3  # of 255: bfloat16
    assert np.abs(pictures[0].astype(int) - pictures[1].astype(int)).mean() > 3


def whole(painter: ImageSampler, prompts: list[str], seeds: list[int]) -> list[np.ndarray]:
    steps = painter.sample("stage", prompts, seeds)
    while True:
        try:
            next(steps)
        except StopIteration as end:
            assert torch.is_grad_enabled()
            return list(end.value)


def test_training_scenes_are_those_of_the_run(painter: Path) -> None:
    data = {"size": 32, "pool": 1, "rows": 4}
    told = {"recipe": {"places": ["scenes:composed"], "data": data}}
    (painter / "run.json").write_text(json.dumps(told), encoding="utf-8")
    drawn = training_scenes(painter, 32, FEW)
    only = SceneSource("composed", PictureConfig(**data)).pictures([0])
    expected = tensor_to_images(only.pictures)[0]
    assert all((next(drawn) == expected).all() for _ in range(3))
    (painter / "run.json").write_text("no JSON", encoding="utf-8")
    assert next(training_scenes(painter, 32, FEW)).shape == (32, 32, 3)


def test_what_has_no_network_is_judged_too(judge: Path, drawings: None) -> None:
    *_, told = evaluate_t2i(find_model("collage", "image"), judge, FEW)
    assert isinstance(told, Evaluation)
    assert list(told.groups["one thing, English"]) == ["made", "real"]
    assert set(told.sets["frechet"]) == {"made", "real"} and "decoded" not in to_html(told)
    painter = make_image_sampler(find_model("collage", "image"), FEW)
    pictures = whole(painter, ["a fox", "nothing that anybody draws, ever"], [1, 2])
    assert pictures[0].shape == (256, 256, 3) and pictures[0].std() > 10
    assert (pictures[1] == 128).all()  # refused


def test_models_of_another_kind(judge: Path, tmp_path: Path) -> None:
    with pytest.raises(OptionError, match="judge reads no prompts"):
        next(evaluate_t2i(find_model(str(judge), "image"), judge, FEW))
    with pytest.raises(OptionError, match="count is 1"):
        EvaluationConfig(count=1)
