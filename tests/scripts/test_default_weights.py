"""The script of the default weights, with networks that learn in seconds."""

import json
import tarfile
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from miaobi.models import checkpoint
from miaobi.train.recipes import RECIPES
from scripts.default_weights import PROBE, RUNS, Run, train_all, write_parts
from tests.train.painting import KINDS

SMALL: dict[str, Any] = {"data.size": 32, "data.rows": 2, "data.pool": 40}
ROWS = (
    Run("vae", "vae", "scenes", 0.02, options=SMALL | KINDS["grid"][1]),
    Run(
        "singles",
        "t2i",
        "scenes",
        0.02,
        options=SMALL | KINDS["t2i"][1] | {"model.autoencoder": "{folder}/vae"},
    ),
    Run("both", "t2i", "scenes", 0.02, "singles", SMALL),
)


@pytest.mark.usefixtures("drawings")
def test_all_rows_are_trained_and_travel_in_parts(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "weights"
    train_all(folder, 2.5, ROWS)
    told = {row.name: json.loads((folder / row.name / "run.json").read_text()) for row in ROWS}
    assert all(run["recipe"]["train"]["steps"] > PROBE for run in told.values())
    assert told["both"]["from"] == str(folder / "singles")
    capsys.readouterr()
    train_all(folder, 2.5, ROWS)
    assert capsys.readouterr().out.count("is finished") == len(ROWS)

    parts = write_parts(folder, tmp_path / "parts", size=100_000)
    assert len(parts) > 2 and all(part.stat().st_size <= 100_000 for part in parts)
    whole = BytesIO(b"".join(part.read_bytes() for part in sorted(parts)))
    with tarfile.open(fileobj=whole) as archive:
        archive.extractall(tmp_path / "there", filter="data")
    assert not list((tmp_path / "there").rglob("tensorboard"))
    checkpoint.load(tmp_path / "there" / "weights" / "both")


def test_every_row_has_a_recipe_and_the_time_is_shared_out() -> None:
    assert all(row.family in RECIPES[row.preset] for row in RUNS)
    assert sum(row.fraction for row in RUNS) == pytest.approx(1)
    names = [row.name for row in RUNS]
    assert all(row.start_from in ("", *names[:n]) for n, row in enumerate(RUNS))
