"""What every command owes its user when something is wrong."""

import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

Run = Callable[..., subprocess.CompletedProcess[str]]
PROGRESS = re.compile(
    r"(load|picture|speech|sound|melody|harmony|rendering|transcript|story|narration)( \d+%)?$"
)


def trouble(stderr: str) -> str:
    """The one sentence of trouble in a program's standard error; else the test fails."""
    assert "Traceback" not in stderr, stderr
    lines = [line for line in stderr.splitlines() if line.strip() and not PROGRESS.match(line)]
    assert len(lines) == 1, stderr
    assert lines[0].startswith("miaobi: ")
    return lines[0].removeprefix("miaobi: ")


@pytest.fixture
def empty_assets(empty_assets: Path) -> Path:
    """The empty folder, with no model left loaded by an earlier command of this process."""
    from miaobi.engines.registry import close_engines

    close_engines()
    return empty_assets


@pytest.fixture
def refused(miaobi: Run, own_home: Path, tmp_path: Path) -> Callable[..., str]:
    """Run a command that must fail with `code`, say one sentence and leave nothing behind."""

    def run(*arguments: str | Path, code: int, says: tuple[str, ...], stdin: bytes = b"") -> str:
        before = {path for path in tmp_path.rglob("*") if own_home not in path.parents}
        done = miaobi(*arguments, stdin=stdin)
        assert done.returncode == code, f"{arguments}: {done.stderr}"
        assert done.stdout == ""
        sentence = trouble(done.stderr)
        for words in says:
            assert words in sentence
        assert {path for path in tmp_path.rglob("*") if own_home not in path.parents} == before
        assert not list((own_home / "library").glob("*"))
        return sentence

    return run
