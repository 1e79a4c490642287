"""Our own text-to-video engine: lengths, first and last frames, loops, seeds."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from miaobi.core.errors import OptionError
from miaobi.core.events import Output, Preview, Progress
from miaobi.core.video import VideoRequest
from miaobi.engines.folders import open_image_folder, open_video_folder
from miaobi.engines.video import VideoEngine
from miaobi.models import checkpoint
from miaobi.models.text_to_image import inflate_to_video
from miaobi.models.zoo import find_model
from tests.scenes.drawn import picture, write
from tests.tiny import generators as tiny


def save_text_to_video(folder: Path) -> Path:
    """A model of clips of four frames, eight a second, 32 pixels."""
    from dataclasses import replace

    tiny.save_text_to_image(folder)
    network: Any = inflate_to_video(checkpoint.load(folder), 2)  # type: ignore[arg-type]
    network.config = replace(network.config, size=(4, 32, 32), fps=8)
    checkpoint.save(network, folder)
    return folder


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Any:
    folder = save_text_to_video(tmp_path_factory.mktemp("clips") / "it")
    return open_video_folder(find_model(str(folder), "video"))


def made(engine: Any, **options: Any) -> list[Any]:
    told = {"model": "it", "prompt": "a fox", "seed": 2, "steps": 2}
    *_, last = engine.generate(VideoRequest(**{**told, **options}))
    assert isinstance(last, Output)
    return list(last.pictures)


def test_a_clip_of_its_own_length(engine: Any) -> None:
    assert isinstance(engine, VideoEngine)
    frames = made(engine)
    assert len(frames) == 4 and frames[0].shape == (32, 32, 3)
    assert np.array_equal(np.stack(frames), np.stack(made(engine)))
    assert not np.array_equal(np.stack(frames), np.stack(made(engine, seed=3)))


@pytest.mark.parametrize(
    ("options", "count"),
    [
        ({"seconds": 1.0}, 8),
        ({"seconds": 2.0, "fps": 5}, 10),
        ({"seconds": 0.3}, 2),
        ({"seconds": 1.0, "loop": True}, 8),
        ({"seconds": 1.0, "fps": 12, "loop": True}, 12),
    ],
)
def test_lengths(engine: Any, options: dict[str, Any], count: int) -> None:
    assert len(made(engine, **options)) == count


def test_a_loop_comes_back_the_way_it_went(engine: Any) -> None:
    frames = made(engine, seconds=1.0, loop=True)
    assert all(np.array_equal(frames[n], frames[-n]) for n in range(1, 4))


def test_frames_that_are_given_are_kept(engine: Any, tmp_path: Path) -> None:
    first = write(tmp_path / "a.png", picture(1, 32))
    last = write(tmp_path / "b.png", picture(2, 32))
    kept = made(engine, init=first, to=last, prompt="")
    for path, frame in ((first, kept[0]), (last, kept[-1])):
        latent = engine._encode(path, (32, 32))
        assert np.abs(engine.diffusion.decode(latent).astype(int) - frame).max() <= 2
    assert len(kept) == 4
    long = made(engine, init=first, to=last, seconds=1.0)
    latent = engine._encode(last, (32, 32))
    assert np.abs(engine.diffusion.decode(latent).astype(int) - long[-1]).max() <= 2


def test_previews_and_progress(engine: Any) -> None:
    request = VideoRequest(model="it", prompt="a fox", seed=1, steps=4, previews=2, seconds=1.0)
    events = list(engine.generate(request))
    assert sum(isinstance(event, Preview) for event in events) == 2 * 3  # three pieces
    done = [
        event.done for event in events if isinstance(event, Progress) and event.stage == "video"
    ]
    assert done == list(range(1, 13))


def test_what_it_cannot_do(engine: Any, tmp_path: Path) -> None:
    for options in ({"size": (36, 36)}, {"size": (128, 128)}, {"memory": "tiling"}):
        with pytest.raises(OptionError):
            made(engine, **options)
    pictures = tiny.save_text_to_image(tmp_path / "pictures")
    with pytest.raises(OptionError, match="does not generate video"):
        open_video_folder(find_model(str(pictures), "video"))
    clips = save_text_to_video(tmp_path / "clips")
    with pytest.raises(OptionError, match="Use: miaobi video"):
        open_image_folder(find_model(str(clips), "image"))
