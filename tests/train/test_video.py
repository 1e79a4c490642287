"""Text-to-video networks from a plan to a folder: from nothing, from pictures, stopped, continued."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from miaobi.core.errors import DataError, OptionError
from miaobi.data.folders import ArraySource
from miaobi.data.video import ClipConfig, open_clips
from miaobi.media import animation
from miaobi.models import checkpoint
from miaobi.models.pixels import decode_frames, encode_frames, images_to_tensor
from miaobi.models.text_to_image import inflate_to_video
from miaobi.train.loop import Step
from miaobi.train.objective_flow import given_frames
from miaobi.train.plan import plan
from miaobi.train.recipes import RECIPES
from miaobi.train.run import run, train
from tests.tiny import generators as tiny

OPTIONS: dict[str, Any] = {
    "data.size": 32,
    "data.rows": 2,
    "data.pool": 8,
    "data.frames": 4,
    "train.steps": 4,
    "train.save_every": 2,
    "train.validate_every": 2,
    "train.log_every": 1,
    "train.warmup": 1,
    "train.ema": 0.8,
    "loss.given": 0.6,
}


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    """A tiny text-to-image folder to begin with."""
    return tiny.save_text_to_image(tmp_path / "pictures")


def started(pictures: Path, output: Path) -> Any:
    return plan("t2v", preset="clips", output=output, start_from=pictures, options=OPTIONS)


@pytest.mark.usefixtures("drawings")
def test_from_pictures_stopped_and_continued_to_the_same_weights(
    pictures: Path, tmp_path: Path
) -> None:
    for _ in run(started(pictures, tmp_path / "whole")):
        pass
    seen = 0
    for event in (events := run(started(pictures, tmp_path / "parts"))):
        seen += isinstance(event, Step)
        if seen == 3:
            break
    events.close()  # type: ignore[attr-defined]
    for _ in run(started(pictures, tmp_path / "parts")):
        pass
    whole, parts = (tmp_path / name / "model.safetensors" for name in ("whole", "parts"))
    assert whole.read_bytes() == parts.read_bytes()
    config: Any = checkpoint.load(tmp_path / "whole").config
    assert config.is_video and config.size == (4, 32, 32) and config.fps == 8
    assert config.dit.patch == (2, 1, 1)
    told = json.loads((tmp_path / "whole" / "run.json").read_text(encoding="utf-8"))
    assert told["finished"] and told["clips"]["frames"] == 4
    assert len(list((tmp_path / "whole" / "samples").iterdir())) == 2
    assert (tmp_path / "whole" / "vae" / "model.safetensors").is_file()


@pytest.mark.usefixtures("drawings")
def test_from_nothing_and_on_from_clips(tmp_path: Path) -> None:
    vae = tiny.save_grid(tmp_path / "vae")
    options = OPTIONS | {
        "train.steps": 2,
        "size": "tiny",
        "model.autoencoder": str(vae),
        "model.vocab": 300,
        "model.frame_patch": 1,
    }
    folder = train("t2v", preset="clips", output=tmp_path / "first", options=options)
    again = OPTIONS | {"train.steps": 1, "data.frames": 3}
    folder = train("t2v", preset="clips", output=tmp_path / "on", start_from=folder, options=again)
    config: Any = checkpoint.load(folder).config
    assert config.size == (3, 32, 32) and config.dit.patch == (1, 1, 1)
    with pytest.raises(OptionError, match="family is 't2i'"):
        plan("t2i", ["x"], output=tmp_path / "no", start_from=folder)


def test_grown_from_pictures_every_frame_is_the_picture(pictures: Path) -> None:
    flat: Any = checkpoint.load(pictures)
    grown = inflate_to_video(flat, 2).eval()
    torch.manual_seed(0)
    z, ids = torch.randn(1, 4, 4, 4), torch.randint(0, 100, (1, 6))
    t, mask = torch.tensor([0.5]), torch.ones(1, 6, dtype=torch.bool)
    with torch.inference_mode():
        one = flat(z, t, ids, mask)
        many = grown(z[:, :, None].expand(-1, -1, 4, -1, -1), t, ids, mask)
    for frame in range(4):
        pair = torch.stack((one.flatten(), many[:, :, frame].flatten()))
        assert torch.corrcoef(pair)[0, 1] > 0.98


def test_frames_are_encoded_one_by_one(tmp_path: Path) -> None:
    vae: Any = checkpoint.load(tiny.save_grid(tmp_path / "vae"))
    clips = torch.rand(2, 3, 5, 32, 32) * 2 - 1
    with torch.inference_mode():
        latents = encode_frames(vae, clips)
        alone = vae.encode(clips[1, :, 3][None]).mode()
        decoded = decode_frames(vae, latents)
    assert latents.shape[:3] == (2, 4, 5) and decoded.shape == clips.shape
    assert torch.allclose(latents[1, :, 3], alone[0], atol=1e-5)


def test_given_frames() -> None:
    torch.manual_seed(0)
    kept = given_frames(4000, 6, 0.4)
    first, last = kept[:, 0, 0, 0, 0], kept[:, 0, -1, 0, 0]
    assert abs(first.float().mean() - 0.4) < 0.03 and abs(last.float().mean() - 0.2) < 0.03
    assert not kept[:, :, 1:-1].any() and bool((first | ~last).all())


@pytest.mark.parametrize("preset", [name for name, rows in RECIPES.items() if "t2v" in rows])
def test_every_preset_can_be_planned(preset: str, tmp_path: Path) -> None:
    data = [] if preset else ["my clips"]
    assert plan("t2v", data, preset=preset, output=tmp_path / "it").recipe.places


def test_bad_options(tmp_path: Path) -> None:
    for options, sentence in (
        ({"data.frames": 7}, "needs a multiple of 2"),
        ({"data.size": 40}, "needs a multiple of 16"),
        ({"loss.given": 2}, "given is 2.0"),
    ):
        with pytest.raises(OptionError, match=sentence):
            plan("t2v", preset="clips", output=tmp_path / "it", options=options)


def test_video_files_of_ones_own(tmp_path: Path) -> None:
    draw = np.random.default_rng(0)
    for number in range(4):
        frames = [draw.integers(0, 255, (24, 32, 3), dtype=np.uint8) for _ in range(8)]
        path = tmp_path / "clips" / f"red_fox-{number}.gif"
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(animation.encode(frames, "gif", 8))
    (tmp_path / "clips" / "broken.mp4").write_bytes(b"no video")
    config = ClipConfig(size=16, frames=4, fps=8)
    source, report = open_clips((str(tmp_path / "clips"),), config)
    assert isinstance(source, ArraySource) and report.unreadable == 1
    assert source.captions[0] == "red fox" and len(source.captions) == 8
    batch = source.pictures([0, 1])
    assert batch.pictures.shape == (2, 3, 4, 16, 16)
    assert batch.pictures.dtype == images_to_tensor([np.zeros((2, 2, 3), np.uint8)]).dtype
    with pytest.raises(DataError, match="The data has only"):
        open_clips((str(tmp_path / "clips"),), ClipConfig(size=16, frames=200))
