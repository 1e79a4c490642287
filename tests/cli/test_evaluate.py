"""`miaobi evaluate`, as its user meets it."""

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.evaluation.conftest import judge, painter, words  # noqa: F401

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.mark.usefixtures("painter", "judge")
def test_from_a_model_to_a_page(miaobi: Run, tmp_path: Path) -> None:
    done = miaobi(
        "evaluate",
        "t2i",
        "-m",
        "painter",
        "--judge",
        "judge",
        "--count",
        "2",
        "--steps",
        "1",
        "--neighbors",
        "4",
        "-o",
        "out",
        "--json",
    )
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["options"]["count"] == 2 and set(told["sets"]["frechet"]) == {
        "made",
        "decoded",
        "real",
    }
    assert "two things, Chinese" in done.stderr
    assert done.stderr.endswith("Report, metrics and sheets: out (report.html)\n")
    assert json.loads((tmp_path / "out" / "figures.json").read_text()) == told


@pytest.mark.usefixtures("drawings", "judge")
def test_clips(miaobi: Run) -> None:
    told = miaobi("evaluate", "t2v", "--judge", "judge", "--count", "3")
    assert told.returncode == 0, told.stderr
    assert "motion: " in told.stdout and "(real clips " in told.stdout
    as_json = miaobi("evaluate", "t2v", "--judge", "judge", "--count", "3", "--json")
    figures = json.loads(as_json.stdout)
    assert figures["about"]["model"] == "moving-drawings" and "flicker" in figures["real"]


@pytest.mark.usefixtures("painter")
def test_without_a_judge(refused: Callable[..., str]) -> None:
    refused(
        "evaluate",
        "t2i",
        "-m",
        "painter",
        "--judge",
        "nowhere",
        code=2,
        says=("no judge of pictures in nowhere", "miaobi train judge"),
    )


def test_help_in_both_languages(miaobi: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "Real scenes are scored for comparison" in " ".join(
        miaobi("evaluate", "t2i", "--help").stdout.split()
    )
    monkeypatch.setenv("MIAOBI_LANG", "zh")
    assert "评判网络" in miaobi("evaluate", "t2i", "--help").stdout
    assert "evaluate" in miaobi("--help").stdout
