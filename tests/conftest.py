"""Every test gets a home of its own; the real models are linked into it, never downloaded."""

import os
import shutil
import subprocess
import sys
import traceback
from collections.abc import Callable, Iterator
from functools import partial
from io import BytesIO, TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

pytest_plugins = ["tests.tiers", "tests.tiny.fixtures"]

if TYPE_CHECKING:
    from tests.train.painting import Painted

# networks this small only wait for a second thread, and for long where cores are shared; torch and
# every program that a test starts read this
os.environ.setdefault("OMP_NUM_THREADS", "1")
Run = Callable[..., subprocess.CompletedProcess[str]]
# HYPOTHESIS_PROFILE=thorough draws many more examples, as a nightly run should
settings.register_profile("default", max_examples=25, deadline=None)
settings.register_profile("thorough", max_examples=400, deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))
REAL_ASSETS = Path(os.environ.get("MIAOBI_HOME") or Path.home() / ".miaobi") / "assets"
PROJECT = Path(__file__).parent.parent


@pytest.fixture(autouse=True)
def own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty MIAOBI_HOME whose assets are the pulled ones; English messages.

    Kernels are built once for all tests: their name says what they were built from.
    """
    home, kernels = tmp_path / "home", REAL_ASSETS.parent / "kernels"
    home.mkdir()
    (home / "assets").symlink_to(REAL_ASSETS)
    kernels.mkdir(parents=True, exist_ok=True)
    (home / "kernels").symlink_to(kernels)
    link_drawings(home)
    monkeypatch.setenv("MIAOBI_HOME", str(home))
    monkeypatch.setenv("MIAOBI_LANG", "en")
    for name in ("MIAOBI_OFFLINE", "MIAOBI_ASSETS", "MIAOBI_PRODUCER", "HF_HUB_OFFLINE"):
        monkeypatch.delenv(name, raising=False)
    return home


@pytest.fixture
def drawings(own_home: Path) -> None:
    """The drawings of scenes, rendered once for all tests and not once for each."""
    share_drawings(own_home)


def link_drawings(home: Path) -> None:
    """Link the drawings and heads that were rendered before into a home."""
    (home / "cache").mkdir(exist_ok=True)
    heads = REAL_ASSETS.parent / "cache" / "heads"
    heads.mkdir(parents=True, exist_ok=True)  # files appear whole, so that tests may share it
    if not (home / "cache" / "heads").exists():
        (home / "cache" / "heads").symlink_to(heads)
    for path in (REAL_ASSETS.parent / "cache").glob("drawings-*.npy"):
        if not (home / "cache" / path.name).exists():
            (home / "cache" / path.name).symlink_to(path)


def share_drawings(home: Path) -> None:
    """Link the rendered drawings into the home in use; render them where no test has yet."""
    from miaobi.scenes.sprites import prepare

    real, own = REAL_ASSETS.parent / "cache", home / "cache"
    link_drawings(home)
    for _ in prepare():
        pass
    for path in own.glob("drawings-*.npy"):
        if not path.is_symlink():  # rendered just now: the next test finds it
            real.mkdir(parents=True, exist_ok=True)
            shutil.move(path, real / path.name)
            path.symlink_to(real / path.name)


@pytest.fixture
def painted(own_home: Path, tmp_path_factory: pytest.TempPathFactory) -> "Painted":
    """The smallest picture models, each trained once for all tests: painted("t2i")."""
    from tests.train.painting import Painted

    return Painted(tmp_path_factory.getbasetemp() / "painted")


@pytest.fixture
def empty_assets(own_home: Path) -> Path:
    """An assets folder with nothing in it."""
    (own_home / "assets").unlink()
    (own_home / "assets").mkdir()
    return own_home / "assets"


@pytest.fixture
def miaobi(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, program: Run
) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Run a command as a user does: `miaobi("text", "hello", stdin=b"…", cwd=…)`.

    It runs in this process, where PyTorch and the models are loaded already, with streams of its
    own. Help texts are translated when they are imported, so other languages get a process, as does
    whatever asks for `process=True`.
    """

    def run(
        *arguments: str | Path, stdin: bytes = b"", cwd: Path | None = None, process: bool = False
    ) -> subprocess.CompletedProcess[str]:
        if process or os.environ.get("MIAOBI_LANG") != "en":
            return program(*arguments, stdin=stdin, cwd=cwd)
        from miaobi.cli.console import guarded
        from miaobi.cli.main import commands

        words = list(map(str, arguments))
        main = partial(commands.main, words, prog_name="miaobi", standalone_mode=False)
        streams = {name: TextIOWrapper(BytesIO(), "utf-8") for name in ("stdout", "stderr")}
        before = dict(os.environ)
        with monkeypatch.context() as patch:
            patch.chdir(cwd or tmp_path)
            patch.setattr(sys, "stdin", TextIOWrapper(BytesIO(stdin), "utf-8"))
            for name, stream in streams.items():
                patch.setattr(sys, name, stream)
            try:
                code = guarded(main)
            except Exception:  # a real program prints it and ends
                traceback.print_exc(file=streams["stderr"])
                code = 1
        os.environ.clear()
        os.environ.update(before)
        for stream in streams.values():
            stream.flush()
        printed = [stream.buffer.getvalue().decode() for stream in streams.values()]  # type: ignore[attr-defined]
        return subprocess.CompletedProcess(words, code, *printed)

    return run


@pytest.fixture
def program(tmp_path: Path) -> Run:
    """Run the program as a process of its own: exit codes, start-up, another language."""

    def run(
        *arguments: str | Path, stdin: bytes = b"", cwd: Path | None = None, timeout: float = 120
    ) -> subprocess.CompletedProcess[str]:
        done = subprocess.run(
            [sys.executable, "-m", "miaobi.cli.main", *map(str, arguments)],
            input=stdin,
            capture_output=True,
            cwd=cwd or tmp_path,
            timeout=timeout,
            check=False,
        )
        return subprocess.CompletedProcess(
            done.args, done.returncode, done.stdout.decode(), done.stderr.decode()
        )

    return run


@pytest.fixture(scope="session", autouse=True)
def engines_closed() -> Iterator[None]:
    """Loaded models are shared by all tests and freed at the end."""
    yield
    from miaobi.engines.registry import close_engines

    close_engines()
