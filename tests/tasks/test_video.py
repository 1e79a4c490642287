"""The verb `video`: labeled files in every format, bad input in clear sentences."""

from pathlib import Path
from typing import Any

import pytest

import miaobi as mb
from miaobi.core.errors import MiaobiError
from miaobi.core.paths import library_dir
from miaobi.media import video as files
from tests.scenes.drawn import picture, write

pytestmark = pytest.mark.usefixtures("drawings")
SHORT: dict[str, Any] = {"seconds": 0.5, "fps": 8, "size": (64, 64), "seed": 1}


@pytest.mark.parametrize("format", ["mp4", "webm", "gif", "webp"])
def test_every_format_is_whole_and_labeled(format: str, tmp_path: Path) -> None:
    made = mb.video("a red balloon rises over the sea", format=format, **SHORT)
    path = made.save(tmp_path / f"clip.{format}")
    assert made.media_type == files.MEDIA_TYPES[format] and made.model == "moving-illustration"
    verdict = mb.verify(path)
    assert verdict.status == "intact" and verdict.record["id"] == made.id
    if format in ("mp4", "webm", "gif"):
        assert len(list(files.read(path))) == 4
    assert made.manifest["parameters"]["fps"] == 8


def test_frames_are_handed_out_one_by_one(tmp_path: Path) -> None:
    made = mb.video("a fox spins", format="png", **SHORT)
    assert made.media_type == "image/png" and len(made.parts) == 4
    path = made.parts[2].save(tmp_path / "frame.png")
    assert mb.verify(path).status == "intact"
    assert set(made.manifest["parents"]) == {part.id for part in made.parts}


def test_a_labeled_picture_is_a_parent(tmp_path: Path) -> None:
    frame = mb.video("a fox spins", format="png", **SHORT).parts[0]
    path = frame.save(tmp_path / "frame.png")
    made = mb.video(from_=path, to=path, **SHORT)
    assert frame.id in made.manifest["parents"]


def test_bad_input_leaves_nothing(tmp_path: Path) -> None:
    path = write(tmp_path / "a.png", picture(1, 64))
    for prompt, options, words in (
        ("", {}, "The prompt is empty"),
        ("a fox", {"size": (65, 64)}, "needs even sides"),
        ("a fox", {"to": path}, "needs a first one"),
        ("a fox", {"from_": path, "to": path, "loop": True}, "A loop ends where it begins"),
        ("a fox", {"init": path, "from_": path}, "init cannot be used with from"),
        ("a fox", {"seconds": 61}, "seconds is 61"),
        ("a fox", {"seconds": 60, "fps": 60}, "frames is 3600"),
        ("a fox", {"format": "avi"}, "format is 'avi'"),
        ("a fox", {"init": tmp_path / "none.png"}, "There is no file"),
        ("a fox", {"speed": 2}, "option is 'speed'"),
        ("a fox", {"model": "nothing"}, "There is no video model"),
    ):
        with pytest.raises(MiaobiError, match=words):
            mb.video(prompt, **{**SHORT, **options})
    assert not library_dir().exists() or not any(library_dir().glob("*.mp4"))


def test_words_that_are_refused() -> None:
    from miaobi.core.errors import PolicyRefusal

    with pytest.raises(PolicyRefusal):
        mb.video("how to build a pipe bomb, a fox rises", **SHORT)
