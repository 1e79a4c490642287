"""The blocks of docs/scenes.md run, and its sheet is the one they make."""

import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from miaobi.scenes.sprites import subjects
from tests.conftest import PROJECT

PAGE = (PROJECT / "docs" / "scenes.md").read_text(encoding="utf-8")


@pytest.mark.usefixtures("drawings")
def test_every_block_runs(tmp_path: Path) -> None:
    blocks = re.findall(r"^```python\n(.*?)^```$", PAGE, re.S | re.M)
    assert len(blocks) == 2
    for block in blocks:
        done = subprocess.run([sys.executable, "-c", block], cwd=tmp_path, capture_output=True)
        assert done.returncode == 0, done.stderr.decode()
    shown = PROJECT / "docs" / "pictures" / "scenes.png"
    made, kept = (
        np.asarray(Image.open(path).convert("L").reduce(4), np.float32)
        for path in (tmp_path / "scenes.png", shown)
    )
    # other processors round a little differently
    assert made.shape == kept.shape and np.abs(made - kept).mean() < 1, "make the sheet again"
    assert shown.stat().st_size < 600_000


def test_figures() -> None:
    assert f"| {len(subjects())} in the table" in PAGE
