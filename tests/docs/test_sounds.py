"""The blocks of docs/sounds.md run, and its figures are those of the table."""

import re
import subprocess
import sys
from pathlib import Path

from miaobi.media.audio import FORMATS
from miaobi.media.sniff import media_type_of
from miaobi.synthesis.prompt import sounds
from miaobi.tasks import library
from tests.conftest import PROJECT

PAGE = (PROJECT / "docs" / "sounds.md").read_text(encoding="utf-8")


def test_every_block_runs(tmp_path: Path) -> None:
    blocks = re.findall(r"^```python\n(.*?)^```$", PAGE, re.S | re.M)
    assert len(blocks) == 2
    outputs = []
    for block in blocks:
        done = subprocess.run([sys.executable, "-c", block], cwd=tmp_path, capture_output=True)
        assert done.returncode == 0, done.stderr.decode()
        outputs.append(done.stdout.decode().split())
    assert outputs == [[], ["-16", "True"]]
    for name in ("door.wav", "storm.flac", "visitor.ogg", "fire.wav"):
        assert library.verify(tmp_path / name).status == "intact"
        kind = FORMATS[name.partition(".")[2]].media_type
        assert media_type_of((tmp_path / name).read_bytes()) == kind


def test_figures() -> None:
    assert f"{len(sounds())} sounds" in PAGE
