"""The blocks of docs/scenes.md run, and its sheet is the one they make."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from miaobi.scenes.sprites import subjects
from tests.conftest import PROJECT
from tests.docs.page import blocks, page, run_python

PAGE = page("scenes.md")


@pytest.mark.usefixtures("drawings")
def test_every_block_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    python = blocks(PAGE, "python")
    assert len(python) == 2
    for _, code in python:
        run_python(code, "scenes.md")
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
