"""Every block of docs/video.md that can run in a moment is run, in its order."""

import re
import shlex
from functools import partial
from pathlib import Path

import pytest

from miaobi.cli.console import guarded
from miaobi.cli.main import commands
from miaobi.scenes.motion import CAMERAS, LIGHTS, MOTIONS
from tests.conftest import PROJECT

PAGE = (PROJECT / "docs" / "video.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(sh|python)\n(.*?)^```$", PAGE, re.S | re.M)


@pytest.mark.usefixtures("drawings")
def test_every_block_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert len(BLOCKS) == 4
    for kind, block in BLOCKS:
        if kind == "python":
            exec(compile(block, "docs/video.md", "exec"), {})
            continue
        for line in block.splitlines():
            program, *words = shlex.split(line)
            run = partial(commands.main, words, prog_name=program, standalone_mode=False)
            assert guarded(run) == 0, line
    for name in re.findall(r"(?:-o |save\(\")([\w-]+\.(?:png|gif|webp|mp4|webm))", PAGE):
        assert (tmp_path / name).stat().st_size > 0, name


def test_the_page_names_the_motions_there_are() -> None:
    for table in (MOTIONS, CAMERAS, LIGHTS):
        for row in table:
            assert row.split()[0].rstrip("e")[:4] in PAGE, row
