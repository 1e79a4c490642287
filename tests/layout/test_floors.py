"""Imports go down: the contracts of import-linter hold, a breach is reported, nothing is circular."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.layout.sources import FILES, PROJECT, cycles, imports, module_of

LINT = Path(sys.executable).with_name("lint-imports")
MOST_FILES = 25  # in a folder


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [LINT, "--config", str(folder / "pyproject.toml"), "--no-cache"],
        cwd=folder,
        env={"PYTHONPATH": str(folder / "src"), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.process
@pytest.mark.parametrize(
    ("file", "line"),
    [
        ("engines/collage.py", "from miaobi.data import report\n"),
        ("models/vae.py", "def deferred() -> None:\n    import transformers\n"),
        ("models/vae.py", "from miaobi.models import gan\n"),
        ("music/score.py", "from miaobi.scenes import plan\n"),
        ("core/paths.py", "def deferred() -> None:\n    from miaobi.media import image\n"),
    ],
    ids=["training data", "a framework", "an architecture", "a neighbor", "upward, deferred"],
)
def test_a_breach_is_reported(tmp_path: Path, file: str, line: str) -> None:
    shutil.copytree(
        PROJECT / "src",
        tmp_path / "src",
        ignore=shutil.ignore_patterns("weights", "__pycache__", "*.js", "*.css"),
    )
    shutil.copyfile(PROJECT / "pyproject.toml", tmp_path / "pyproject.toml")
    path = tmp_path / "src" / "miaobi" / file
    path.write_text(path.read_text(encoding="utf-8") + "\n\n" + line, encoding="utf-8")
    done = lint(tmp_path)
    assert done.returncode == 1 and "BROKEN" in done.stdout, done.stdout + done.stderr


def test_no_cycle_not_even_with_deferred_imports() -> None:
    modules = {module_of(path): path for path in FILES}
    graph = {name: imports(path, set(modules)) for name, path in modules.items()}
    assert cycles(graph) == []
    assert cycles({"a": {"b"}, "b": {"c"}, "c": {"a"}}) == [{"a", "b", "c"}]


def test_what_serves_knows_no_training_data() -> None:
    modules = {module_of(path): path for path in FILES}
    users = {
        name.split(".")[1]
        for name, path in modules.items()
        if any(found.startswith("miaobi.data.") for found in imports(path, set(modules)))
    }
    assert users - {"data"} <= {"train", "evaluation", "cli"}


def test_folders_are_small() -> None:
    folders = {path.parent for path in FILES}
    counts = {folder.name: len(list(folder.glob("[!_]*.py"))) for folder in folders}
    assert {name: n for name, n in counts.items() if n > MOST_FILES} == {}
