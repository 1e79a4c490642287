"""A little text, and the smallest model that learns from it within a second."""

import random
import re
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from miaobi.train.plan import FIXED

WORDS = "fox star river moon night the a old small bright sings runs falls sees and under over"
# of plan(): a model of a few thousand weights; everything that can be random is on
SMALL: dict[str, Any] = {
    "size": "tiny",
    "data.vocab": 300,
    "data.length": 24,
    "data.rows": 4,
    "train.steps": 12,
    "train.save_every": 4,
    "train.validate_every": 4,
    "train.log_every": 2,
    "train.warmup": 2,
    "train.ema": 0.9,
    "model.dropout": 0.2,
}
FAMILIES: dict[str, dict[str, Any]] = {
    "gpt": {"model.layers": 2, "model.width": 32, "model.hidden": 64, "model.head_width": 16},
    "rnn": {"model.layers": 2, "model.width": 32},
}


def story(characters: int = 8000, seed: int = 0) -> str:
    """Sentences of a few words, the same every time."""
    draw, text = random.Random(seed), ""
    while len(text) < characters:
        text += " ".join(draw.choices(WORDS.split(), k=draw.randint(3, 9))).capitalize() + ".\n"
    return text


def small(family: str, **changes: Any) -> dict[str, Any]:
    """The options of the smallest model of a family: small("gpt", **{"train.steps": 3})."""
    return SMALL | FAMILIES[family] | changes


def going_on(family: str, **changes: Any) -> dict[str, Any]:
    """The same for a run that starts from a checkpoint, which brings its network and tokenizer."""
    options = small(family, **changes)
    return {k: v for k, v in options.items() if not k.startswith("model.") and k not in FIXED}


@pytest.fixture
def words(tmp_path: Path) -> Path:
    """A file of text to learn from."""
    path = tmp_path / "words.txt"
    path.write_text(story(), encoding="utf-8")
    return path


Train = Callable[..., Path]
Whole = Callable[[str], Path]


@pytest.fixture
def whole(words: Path, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """whole("gpt") is the folder of one smallest model that was trained without a stop.

    All tests share it: copy it before you change it.
    """
    from miaobi.train.run import train

    def once(family: str) -> Path:
        folder = tmp_path_factory.getbasetemp() / f"whole-{family}"
        if not (folder / "run.json").exists():
            train(family, str(words), output=folder, options=small(family))
        return folder

    return once


@pytest.fixture
def trained(words: Path, tmp_path: Path) -> Train:
    """trained("gpt", "folder", **changes) trains the smallest model to its end."""
    from miaobi.train.run import train

    def run(family: str, name: str, **changes: Any) -> Path:
        return train(family, str(words), output=tmp_path / name, options=small(family, **changes))

    return run


def stopped_at(step: int, how: signal.Signals, *arguments: str | Path, cwd: Path) -> str:
    """Run `miaobi train …` as a user does and stop it once it has told of `step`.

    Returns what it said on standard error.
    """
    program = subprocess.Popen(
        [sys.executable, "-m", "miaobi.cli.main", "train", *map(str, arguments)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        cwd=cwd,
    )
    assert program.stderr is not None
    said = ""
    with program:
        for line in program.stderr:
            said += line
            told = re.match(r"training \d+% step (\d+) of", line)
            if told and int(told[1]) >= step and program.returncode is None:
                program.send_signal(how)
                said += program.stderr.read()
                break
        program.wait(timeout=60)
    expected = -signal.SIGKILL if how == signal.SIGKILL else 130
    assert program.returncode == expected, said
    return said


def arguments(family: str, **changes: Any) -> list[str]:
    """small() as a command line has it."""
    return [f"--{name}={value}" for name, value in small(family, **changes).items()]
