"""`miaobi morph`, as its user meets it."""

import io
import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from miaobi.media.image import decode, encode
from tests.tiny import generators as tiny

Run = Callable[..., subprocess.CompletedProcess[str]]
FOX, WOLF = "a fox, 3d style", "a wolf, flat style"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("models")
    tiny.save_vector(folder / "vector")
    tiny.save_grid(folder / "grid")
    return folder


def test_a_strip_and_its_label(miaobi: Run, folder: Path, tmp_path: Path) -> None:
    (tmp_path / "morph.png").write_text("mine")  # is not overwritten
    done = miaobi("morph", FOX, WOLF, "-m", folder / "vector", "--frames", "4", "--seed", "1")
    assert (done.returncode, done.stdout) == (0, "morph-2.png\n"), done.stderr
    assert {line.split()[0] for line in done.stderr.splitlines()} == {"load", "picture"}
    assert decode(tmp_path / "morph-2.png").shape == (32, 4 * 34 - 2, 3)
    assert miaobi("verify", "morph-2.png").returncode == 0


def test_an_animation_as_json(miaobi: Run, folder: Path, tmp_path: Path) -> None:
    done = miaobi(
        "morph",
        FOX,
        "--attribute",
        "flat",
        "--scale",
        "1.5",
        "-m",
        folder / "vector",
        "--ping-pong",
        "--frames",
        "5",
        "--fps",
        "20",
        "-o",
        "fox.gif",
        "--json",
    )
    record = json.loads(done.stdout)
    assert record["path"] == "fox.gif"
    assert record["parameters"] == {"frames": 5, "back": True, "by": 1.5, "fps": 20}
    with Image.open(io.BytesIO((tmp_path / "fox.gif").read_bytes())) as picture:
        assert picture.n_frames == 8
    assert miaobi("verify", "fox.gif").returncode == 0


def test_a_reconstruction(miaobi: Run, folder: Path, tmp_path: Path) -> None:
    (tmp_path / "photo.png").write_bytes(encode(np.full((50, 70, 3), 90, np.uint8), "png"))
    done = miaobi("morph", "--reconstruct", "photo.png", "-m", folder / "grid", "-o", "twice.png")
    assert (done.returncode, done.stdout) == (0, "twice.png\n"), done.stderr
    assert decode(tmp_path / "twice.png").shape == (32, 66, 3)


@pytest.mark.parametrize(
    ("arguments", "code", "sentence"),
    [
        ((FOX, WOLF, "--frames", "1"), 2, "frames is 1."),
        ((FOX, WOLF, "--frames", "10000"), 2, "frames is 10000."),
        ((FOX, WOLF, "-o", "fox.jpg"), 2, "no picture format 'jpg'"),
        ((FOX, WOLF, "-o", "none/fox.png"), 2, "The folder none does not exist."),
        ((FOX,), 2, "A morph needs an end."),
        ((), 2, "There is nothing to start with."),
        ((FOX, "--reconstruct", "photo.png"), 2, "reconstruct takes one picture alone."),
        (("--reconstruct", "none.png"), 2, "There is no file none.png."),
        ((FOX, "a spoon"), 2, "knows nothing that is named in 'a spoon'"),
        ((FOX, "words.png"), 1, "words.png is not a picture"),
    ],
)
def test_refused(
    arguments: tuple[str, ...],
    code: int,
    sentence: str,
    refused: Callable[..., str],
    folder: Path,
    tmp_path: Path,
) -> None:
    (tmp_path / "words.png").write_text("just words, and quite a few of them")
    refused("morph", *arguments, "-m", folder / "vector", code=code, says=(sentence,))
