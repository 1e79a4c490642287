"""`miaobi image`, as its user meets it."""

import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from miaobi.media.image import decode, encode
from tests.tiny.pipelines import save_sd1

Run = Callable[..., subprocess.CompletedProcess[str]]
FAST = ("--steps", "2", "--seed", "5")


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> str:
    return str(save_sd1(tmp_path_factory.mktemp("model") / "sd1"))


def test_a_picture_and_its_label(miaobi: Run, model: str, tmp_path: Path) -> None:
    (tmp_path / "image.png").write_text("mine")  # is not overwritten
    done = miaobi("image", "a fox", "-m", model, *FAST, "--preview", "now.png")
    assert (done.returncode, done.stdout) == (0, "image-2.png\n"), done.stderr
    lines = {line.split()[0] for line in done.stderr.splitlines()}
    assert lines == {"load", "picture"}, done.stderr
    assert decode(tmp_path / "image-2.png").shape == (64, 64, 3)
    assert decode(tmp_path / "now.png").shape == (128, 128, 3)
    assert miaobi("verify", "image-2.png").returncode == 0


def test_several_as_json(miaobi: Run, model: str, tmp_path: Path) -> None:
    done = miaobi(
        "image",
        "-m",
        model,
        *FAST,
        "--n",
        "2",
        "--size",
        "64x32",
        "--json",
        "-o",
        "fox.jpg",
        stdin=b"a fox",
    )
    record = json.loads(done.stdout)
    assert record["path"] == "fox.jpg" and record["parts"] == ["fox-1.jpg", "fox-2.jpg"]
    assert record["parameters"] == {"size": [64, 32], "steps": 2}
    assert decode(tmp_path / "fox-2.jpg").shape == (32, 64, 3)
    assert miaobi("verify", "fox.jpg").returncode == miaobi("verify", "fox-1.jpg").returncode == 0


@pytest.mark.parametrize(
    ("options", "code", "sentence"),
    [
        (("--steps", "0"), 2, "steps is 0."),
        (("--steps", "10000"), 2, "steps is 10000."),
        (("--seed", "-1"), 2, "seed is -1."),
        (("--size", "64"), 2, "size is '64'. Write it like 512x512."),
        (("--size", "50x50"), 2, "this model needs multiples of 8. The nearest is 48x48."),
        (("--guidance-interval", "0.5"), 2, "guidance-interval is '0.5'."),
        (("--sampler", "best"), 2, "sampler is 'best'."),
        (("-o", "fox.gif"), 2, "no picture format 'gif'."),
        (("-o", "none/fox.png"), 2, "none"),
        (("--init-image", "none.png"), 2, "There is no file none.png."),
        (("--mask", "photo.png"), 2, "mask needs a picture."),
        (("--init-image", "words.txt"), 1, "words.txt is not a picture"),
        (
            ("--init-image", "photo.png", "--mask", "small.png"),
            1,
            "The mask is 32x32 and its picture",
        ),
        (("--lora", "words.txt"), 1, "words.txt is truncated or damaged."),
    ],
)
def test_refused(
    options: tuple[str, ...],
    code: int,
    sentence: str,
    refused: Callable[..., str],
    model: str,
    tmp_path: Path,
) -> None:
    (tmp_path / "photo.png").write_bytes(encode(np.full((64, 64, 3), 90, np.uint8), "png"))
    (tmp_path / "small.png").write_bytes(encode(np.full((32, 32, 3), 255, np.uint8), "png"))
    (tmp_path / "words.txt").write_text("just words, and quite a few of them")
    refused("image", "a fox", "-m", model, *FAST, *options, code=code, says=(sentence,))


@pytest.mark.parametrize(("language", "words"), [("en", "Inpainting"), ("zh", "重画")])
def test_help_is_in_groups(
    language: str, words: str, miaobi: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(os.environ, "MIAOBI_LANG", language)
    done = miaobi("image", "--help")
    assert done.returncode == 0 and f"{words}:" in done.stdout
    for option in ("--strength", "--upscale", "--lora", "--transparent", "-o", "--json"):
        assert option in done.stdout
