"""Plugins: a package installed into a fresh environment adds rows to every table."""

import json
import os
import shutil
import site
import subprocess
import sys
from pathlib import Path

import pytest

from miaobi import extensions

HERE = Path(__file__).parent


@pytest.fixture(scope="module")
def plugged(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A fresh environment with both plugins installed; Miaobi and its libraries by a .pth file."""
    folder = tmp_path_factory.mktemp("plugged")
    subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
    python = folder / ("Scripts" if os.name == "nt" else "bin") / "python"
    packages = next((folder / "lib").glob("python*/site-packages"))
    ours = [*site.getsitepackages(), str(Path(extensions.__file__).parents[1])]
    (packages / "miaobi.pth").write_text("\n".join(ours), encoding="utf-8")
    plugins = []
    for name in ("sample_plugin", "broken_plugin"):  # a copy: a build leaves files in its folder
        plugins.append(str(shutil.copytree(HERE / name, folder / name)))
    subprocess.run(
        [python, "-m", "pip", "install", "-q", "--no-deps", "--no-cache-dir", *plugins], check=True
    )
    return python


@pytest.fixture
def run(plugged: Path, own_home: Path):  # type: ignore[no-untyped-def]
    def run(*words: str, **variables: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [plugged, "-m", "miaobi.cli.main", *words],
            capture_output=True,
            text=True,
            env={**os.environ, **variables},
            stdin=subprocess.DEVNULL,
            check=False,
        )

    return run


@pytest.mark.process
def test_a_plugin_adds_a_command_a_model_a_kind_of_film_and_a_rule(run) -> None:  # type: ignore[no-untyped-def]
    assert run("hello", "Ada").stdout == "Hello, Ada!\n"
    assert "  hello " in run("--help").stdout
    done = run("text", "say this again", "-m", "echo")
    assert (done.returncode, done.stdout.split()) == (0, ["say", "this", "again"]), done.stderr
    rows = {row["name"]: row for row in json.loads(run("models", "--json").stdout)}
    assert rows["echo"]["license"] == "MIT"
    assert rows["smollm2-135m"]["license"] == "Apache-2.0"  # a plugin replaces no row of ours
    kinds = run("film", "x", "--template", "nonsense")
    assert kinds.returncode == 2 and "haiku" in kinds.stderr and "story" in kinds.stderr
    refused = run("text", "a parrot", "-m", "echo")
    assert refused.returncode == 3 and "no-parrots" in refused.stderr


@pytest.mark.process
def test_the_doctor_names_what_a_plugin_could_not_do(run) -> None:  # type: ignore[no-untyped-def]
    done = run("doctor", "--json")
    assert done.stdout, done.stderr
    findings = {row["subject"]: row for row in json.loads(done.stdout)}
    broken = findings["plugin broken"]
    assert broken["state"] == "warn" and "a_library_that_nobody_has" in broken["detail"]
    assert "miaobi-broken 0.1" in broken["detail"] and "pip uninstall" in broken["advice"]
    sample = findings["plugin sample"]
    assert sample["state"] == "warn" and "'smollm2-135m'" in sample["detail"]


@pytest.mark.process
def test_plugins_can_be_switched_off(run) -> None:  # type: ignore[no-untyped-def]
    done = run("hello", "Ada", MIAOBI_PLUGINS="0")
    assert done.returncode == 2 and "hello" in done.stderr


@pytest.mark.parametrize("hook", extensions.BUILT_IN)
def test_our_own_rows_come_through_the_same_hooks(hook: str) -> None:
    rows = extensions.rows(hook)
    assert rows and hasattr(extensions.Hooks, hook)
    names = [extensions._key(row) for row in rows]
    assert len(set(names)) == len(names)


def test_the_hooks_fit_on_one_screen() -> None:
    lines = Path(extensions.__file__).read_text(encoding="utf-8").splitlines()
    start = lines.index("class Hooks:")
    end = next(n for n, line in enumerate(lines[start:], start) if line == "@dataclass")
    assert end - start <= 40
    assert set(extensions.BUILT_IN) == {
        n for n in vars(extensions.Hooks) if n.startswith("register")
    }
