"""Video pipelines of the Hub: any family, from words or a picture, stopped, saved memory, refused."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from miaobi.core.errors import MiaobiError, ModelFileError, OptionError
from miaobi.core.events import Output, Progress
from miaobi.core.video import VideoRequest
from miaobi.engines.folders import open_video_folder
from miaobi.hub.video import HubVideoEngine
from miaobi.models.zoo import find_model
from tests.scenes.drawn import picture, write
from tests.tiny import pipelines as tiny_pipelines
from tests.tiny import video_pipelines as tiny


@pytest.fixture(scope="module")
def engines(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """engines("ltx"): each is saved and loaded once."""
    opened: dict[str, Any] = {}

    def of(name: str) -> Any:
        if name not in opened:
            folder = tmp_path_factory.mktemp(name) / "it"
            {**tiny.PIPELINES, "cogvideox-image": tiny.save_cogvideox_image}[name](folder)
            opened[name] = open_video_folder(find_model(str(folder), "video"))
        return opened[name]

    yield of


def asked(name: str, **options: Any) -> VideoRequest:
    told = {
        "model": name,
        "prompt": "a fox",
        "seed": 1,
        "steps": 2,
        "seconds": 0.3,
        "fps": 8,
        "size": (32, 32),
    }
    return VideoRequest(**{**told, **options})


def made(engine: Any, request: VideoRequest) -> Output:
    *_, last = engine.generate(request)
    assert isinstance(last, Output)
    return last


@pytest.mark.parametrize("name", tiny.PIPELINES)
def test_every_family_makes_the_same_clip_again(name: str, engines: Any) -> None:
    engine = engines(name)
    assert isinstance(engine, HubVideoEngine)
    output = made(engine, asked(name))
    assert output.rate == 8 and len(output.pictures) >= 2
    assert all(frame.shape == (32, 32, 3) and frame.dtype == np.uint8 for frame in output.pictures)
    again = made(engine, asked(name))
    assert np.array_equal(np.stack(output.pictures), np.stack(again.pictures))


def test_a_reader_that_leaves_stops_it(engines: Any) -> None:
    events = engines("ltx").generate(asked("ltx", steps=50))
    event = next(events)
    assert isinstance(event, Progress) and event.total == 50
    events.close()
    assert made(engines("ltx"), asked("ltx")).pictures


def test_a_picture_to_begin_with(engines: Any, tmp_path: Path) -> None:
    path = write(tmp_path / "a.png", picture(1, 64))
    one = made(engines("ltx"), asked("ltx", init=path))
    other = made(engines("ltx"), asked("ltx"))
    assert not np.array_equal(one.pictures[0], other.pictures[0])
    assert made(engines("cogvideox-image"), asked("cogvideox", init=path, prompt="a fox")).pictures


def test_what_a_model_cannot_do_is_refused(engines: Any, tmp_path: Path) -> None:
    path = write(tmp_path / "a.png", picture(1, 64))
    for name, options, words in (
        ("wan", {"init": path}, "init"),
        ("ltx", {"init": path, "to": path}, "to"),
        ("ltx", {"loop": True}, "loop"),
        ("ltx", {"size": (40, 40)}, "multiples of"),
        ("cogvideox-image", {}, "needs an initial image"),
    ):
        with pytest.raises(OptionError, match=words):
            made(engines(name), asked(name, **options))


def test_hunyuan_reads_its_words_and_counts_its_frames(engines: Any) -> None:
    engine = engines("hunyuan")
    one, other = (made(engine, asked("hunyuan", prompt=words)) for words in ("a fox", "the sea"))
    assert len(one.pictures) == 5  # one more than a multiple of four, nearest to 0.3 s
    assert not np.array_equal(np.stack(one.pictures), np.stack(other.pictures))
    *_, usual = engine.generate(asked("hunyuan", fps=None))
    assert usual.rate == 24


def test_tiling_changes_nothing_that_small(engines: Any) -> None:
    plain = made(engines("wan"), asked("wan"))
    tiled = made(engines("wan"), asked("wan", memory="tiling"))
    assert np.array_equal(np.stack(plain.pictures), np.stack(tiled.pictures))


def test_pickles_and_pictures_are_refused(tmp_path: Path) -> None:
    folder = tiny.save_animatediff(tmp_path / "it")
    weights = folder / "vae" / "diffusion_pytorch_model.safetensors"
    weights.rename(weights.with_suffix(".bin"))
    with pytest.raises(ModelFileError, match="pickled"):
        open_video_folder(find_model(str(folder), "video"))
    pictures = tiny_pipelines.save_sd1(tmp_path / "sd")
    with pytest.raises(MiaobiError, match="does not generate video"):
        open_video_folder(find_model(str(pictures), "video"))
