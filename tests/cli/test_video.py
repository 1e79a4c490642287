"""`miaobi video`: a clip by its ending, frames beside their sheet, the record."""

import json
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from miaobi.cli.console import guarded
from miaobi.cli.main import commands
from miaobi.media.image import decode

SHORT = ["--seconds", "0.3", "--fps", "10", "--size", "64x64", "--seed", "1"]


@pytest.fixture
def program(drawings: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., int]:
    monkeypatch.chdir(tmp_path)

    def run(*words: str) -> int:
        return guarded(partial(commands.main, [*words], prog_name="miaobi", standalone_mode=False))

    return run


def test_a_clip_by_its_ending(program: Callable[..., int], capsys: pytest.CaptureFixture) -> None:
    assert program("video", "a fox rises", *SHORT, "-o", "fox.gif", "--json") == 0
    record = json.loads(capsys.readouterr().out)
    assert Path("fox.gif").read_bytes()[:4] == b"GIF8" and record["path"] == "fox.gif"
    assert program("video", "一只猫跳动", *SHORT, "--loop") == 0
    assert Path("video.mp4").read_bytes()[4:8] == b"ftyp"


def test_frames_and_previews(program: Callable[..., int]) -> None:
    assert program("video", "a fox rises", *SHORT, "-o", "f.png", "--preview", "now.png") == 0
    assert decode(Path("f-3.png")).shape == decode(Path("now.png")).shape == (64, 64, 3)
    assert program("video", "--from", "f-1.png", "--to", "f-3.png", *SHORT, "-o", "m.webm") == 0


def test_bad_input(program: Callable[..., int], capsys: pytest.CaptureFixture) -> None:
    assert program("video", "a fox", "--size", "65x64", "-o", "no.mp4") != 0
    assert program("video", "a fox", "-o", "no.avi") != 0
    assert "format is 'avi'" in capsys.readouterr().err
    assert not Path("no.mp4").exists() and not Path("no.avi").exists()
