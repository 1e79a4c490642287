"""Every block of docs/film.md is run, in its order; small, and with a script instead of a writer."""

import json
import re
import shlex
from functools import partial
from pathlib import Path

import numpy as np
import pytest

import miaobi as mb
from miaobi.cli.console import guarded
from miaobi.cli.main import commands
from miaobi.media import audio
from tests.conftest import PROJECT
from tests.film.filming import SCRIPT, paint

PAGE = (PROJECT / "docs" / "film.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```$", PAGE, re.S | re.M)
SMALL = " --height 144 --voice heart --music none"


def run(words: list[str]) -> object:
    return commands.main(words, prog_name="miaobi", standalone_mode=False)


def test_every_block_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("my-pictures").mkdir()
    for number in (1, 2):
        paint(Path("my-pictures") / f"{number}.png", number)
    # what would be written and painted in minutes lies there already
    for name in ("boat", "from-article", "tall"):
        (tmp_path / name / "pictures").mkdir(parents=True)
        for number in range(1, 6):
            paint(tmp_path / name / "pictures" / f"{number:02}.png", 1)
    Path("boat/script.json").write_text(json.dumps(SCRIPT))
    Path("article.md").write_text("# Sea\n\nThe sea is wide.\n\nWe go home.\n")
    t = np.arange(8 * 22050) / 22050
    beat = np.sin(2 * np.pi * 220 * t) * np.exp(-8 * (t % 0.5))
    Path("song.wav").write_bytes(audio.encode(beat.astype(np.float32), 22050, "wav"))
    assert {kind for kind, _ in BLOCKS} == {"sh", "python"} and len(BLOCKS) == 5
    for kind, block in BLOCKS:
        if kind == "python":
            block = block.replace(
                'folder="boat"', 'folder="boat", height=144, voice="heart", music="none"'
            )
            exec(compile(block, "docs/film.md", "exec"), {})
            continue
        for line in block.splitlines():
            _, *words = shlex.split(line.replace(" --height 360", ""))
            words += shlex.split(SMALL) if words[0] == "film" else []
            assert guarded(partial(run, words)) == 0, line
    for name in ("boat", "from-article", "from-pictures", "dance", "tall"):
        assert mb.verify(tmp_path / name / "film.mp4").status == "intact"
    assert mb.verify("boat.mp4").status == "intact"
