"""The blocks of docs/sounds.md run, and its figures are those of the table."""

from pathlib import Path

import pytest

from miaobi.media.audio import FORMATS
from miaobi.media.sniff import media_type_of
from miaobi.synthesis.prompt import sounds
from miaobi.tasks import library
from tests.docs.page import blocks, page, run_python

PAGE = page("sounds.md")


def test_every_block_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    outputs = [
        " ".join(run_python(code, "sounds.md")).split() for _, code in blocks(PAGE, "python")
    ]
    assert outputs == [[], ["-16", "True"]]
    for name in ("door.wav", "storm.flac", "visitor.ogg", "fire.wav"):
        assert library.verify(tmp_path / name).status == "intact"
        kind = FORMATS[name.partition(".")[2]].media_type
        assert media_type_of((tmp_path / name).read_bytes()) == kind


def test_figures() -> None:
    assert f"{len(sounds())} sounds" in PAGE
