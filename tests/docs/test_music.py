"""The blocks of docs/music.md run, and what it lets one hear is signed and small."""

import re
from pathlib import Path

import pytest

from miaobi.media.audio import decode
from miaobi.models.zoo import find_model
from miaobi.music.tokens import METERS
from miaobi.provenance.verify import verify
from miaobi.tasks import library
from tests.conftest import PROJECT
from tests.docs.page import blocks, page, run_python

PAGE = page("music.md")
MADE = (
    "waltz.mp3",
    "march.mid",
    "road.musicxml",
    "harp.png",
    "setting.musicxml",
    "variation.mid",
    "longer.mid",
    "rhythm.mid",
)


def test_every_block_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    python = blocks(PAGE, "python")
    assert len(python) == 2
    run_python("\n".join(code for _, code in python), "music.md")
    for name in MADE:
        assert library.verify(tmp_path / name).status == "intact"


def test_what_is_to_be_listened_to() -> None:
    named = re.findall(r"\]\(music/(\w+\.mp3)\)", PAGE)
    files = {path.name: path for path in (PROJECT / "docs" / "music").iterdir()}
    assert set(named) == set(files) and len(named) == 6
    assert sum(path.stat().st_size for path in files.values()) <= 1.5e6
    for path in files.values():
        assert verify(path).record["model"] == find_model("music", "music").name
        samples, rate = decode(path)
        assert len(samples) / rate > 9 and abs(samples).max() > 0.1


def test_meters_of_the_page() -> None:
    told = re.search(r"meters but (.*?)\. It can", PAGE, re.S)
    assert told
    assert {tuple(map(int, m)) for m in re.findall(r"(\d+)/(\d+)", told[1])} == set(METERS)
