"""Clips by puppets, with the weights that come along: they show who was named, doing what was said."""

import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from miaobi.core.errors import ModelFileError, NotFoundError, OptionError
from miaobi.core.events import Output, Preview, Progress
from miaobi.core.video import VideoRequest
from miaobi.engines.folders import open_video_folder
from miaobi.engines.pose_video import PoseVideoEngine
from miaobi.evaluation.image import JUDGE
from miaobi.evaluation.judge_metrics import JudgeScorer
from miaobi.evaluation.motion import matches_action
from miaobi.models.judge import presence
from miaobi.models.zoo import WEIGHTS, find_model
from miaobi.scenes.frames import Action
from miaobi.scenes.sprites import STYLES, subject_index
from tests.scenes.drawn import picture, write

pytestmark = pytest.mark.usefixtures("drawings")
SAID = (  # prompt, who, what happens
    ("an apple rises over the sea", "apple", Action("rise")),
    ("a star falls in the night sky", "star", Action("fall")),
    ("a fox moves to the left on the snow", "fox", Action("slide left")),
    ("a car slides right, flat style", "car", Action("slide right")),
    ("a rocket grows in a blue sky", "rocket", Action("grow")),
    ("the camera zooms in: a panda in the grass", "panda", Action(camera="zoom in")),
    ("a cat in the desert, day turns to night", "cat", Action(light="day to night")),
    ("一只企鹅在雪地上跳动", "penguin", Action("bounce")),
)


@pytest.fixture(scope="module")
def engine() -> Any:
    return open_video_folder(find_model("puppets", "video"))


def made(engine: Any, prompt: str = "a fox jumps on the grass", **options: Any) -> list[Any]:
    told = {"model": "puppets", "prompt": prompt, "seed": 2, "seconds": 2.0, "fps": 8}
    *_, last = engine.generate(VideoRequest(**{**told, **options}))
    assert isinstance(last, Output)
    return list(last.pictures)


def test_they_show_who_and_what_was_asked_for(engine: Any) -> None:
    clips = [made(engine, prompt) for prompt, *_ in SAID]
    moved = [
        matches_action(frames, action) for frames, (*_, action) in zip(clips, SAID, strict=True)
    ]
    assert sum(moved) >= len(SAID) - 1
    middles = [frames[len(frames) // 2] for frames in clips]
    seen = presence(JudgeScorer(JUDGE, torch.device("cpu")).predict(middles).evidence).argmax(1)
    wanted = [subject_index(name) for _, name, _ in SAID]
    assert sum(a == b for a, b in zip(seen.tolist(), wanted, strict=True)) >= len(SAID) - 2


def test_a_clip_of_its_own_length_and_rate(engine: Any) -> None:
    assert isinstance(engine, PoseVideoEngine)
    *_, last = engine.generate(VideoRequest(model="puppets", prompt="a fox jumps", seed=2))
    assert isinstance(last, Output) and last.rate == 24
    assert len(last.pictures) == 48 and last.pictures[0].shape == (128, 128, 3)


def test_the_seed_decides_and_the_language_does_not(engine: Any) -> None:
    frames = np.stack(made(engine))
    assert np.array_equal(frames, np.stack(made(engine)))
    assert not np.array_equal(frames, np.stack(made(engine, seed=3)))
    assert np.array_equal(frames, np.stack(made(engine, "一只狐狸在草地上跳动")))


@pytest.mark.parametrize(
    ("options", "count", "shape"),
    [
        ({"seconds": 1.0}, 8, (128, 128)),
        ({"seconds": 3.0, "fps": 5}, 15, (128, 128)),
        ({"size": (96, 64)}, 16, (64, 96)),
        ({"size": (64, 160)}, 16, (160, 64)),
        ({"fps": 12, "loop": True}, 24, (128, 128)),
    ],
)
def test_lengths_and_sizes(
    engine: Any, options: dict[str, Any], count: int, shape: tuple[int, int]
) -> None:
    frames = made(engine, **options)
    assert len(frames) == count and frames[0].shape == (*shape, 3)


def test_a_loop_comes_back(engine: Any) -> None:
    frames = made(engine, "a fox slides left on the snow", loop=True)
    assert all(np.array_equal(frames[n], frames[-n]) for n in range(1, 8))


def test_one_goes_around_another(engine: Any) -> None:
    told = made(engine, "a bee circles around a sunflower")
    alone = made(engine, "a bee moves in a circle")
    assert not np.array_equal(told[0], alone[0])


@pytest.mark.parametrize("place", ["forest", "city"])
def test_places_that_no_caption_names(engine: Any, place: str) -> None:
    first, *_ = made(engine, f"a fox jumps in a {place}")
    assert first.std() > 10


def test_drawings_and_grounds_by_name(engine: Any) -> None:
    assert not np.array_equal(
        engine.generate_sprites(["fox"], "ink")[0], engine.generate_sprites(["fox"], "3d")[0]
    )
    pink = engine.generate_background("plain", "flat", "pink", 0).reshape(-1, 3).mean(0)
    assert pink[0] > pink[2] > pink[1]
    assert not np.array_equal(
        *(engine.generate_background("sky", "color", "", seed) for seed in (0, 1))
    )
    assert set(engine.vocabulary.styles) == set(STYLES)


def test_previews_and_progress(engine: Any) -> None:
    request = VideoRequest(
        model="puppets", prompt="a fox", seed=1, steps=5, previews=4, seconds=0.5
    )
    events = list(engine.generate(request))
    assert sum(isinstance(event, Preview) for event in events) == 3
    done = [(event.stage, event.done) for event in events if isinstance(event, Progress)]
    assert done[:5] == [("poses", n + 1) for n in range(5)] and done[-1] == ("frames", 12)


def test_what_it_cannot_do(engine: Any, tmp_path: Path) -> None:
    first = write(tmp_path / "a.png", picture(1, 32))
    for options in (
        {"init": first},
        {"negative": "dogs"},
        {"memory": "tiling"},
        {"size": (640, 640)},
    ):
        with pytest.raises(OptionError):
            made(engine, **options)
    with pytest.raises(NotFoundError, match="knows nothing that is named in 'a qwertz jumps'"):
        made(engine, "a qwertz jumps")
    with pytest.raises(NotFoundError):
        engine.vocabulary.background("moon base", "3d", "", 0)


def test_a_folder_that_is_not_whole(tmp_path: Path) -> None:
    folder = tmp_path / "it"
    shutil.copytree(WEIGHTS / "puppets", folder)
    (folder / "layers" / "layers.json").write_text('{"subjects": ["fox"]}', encoding="utf-8")
    with pytest.raises(ModelFileError, match=r"layers\.json cannot be loaded"):
        open_video_folder(find_model(str(folder), "video"))
