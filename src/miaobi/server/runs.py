"""Runs that learn, each a program of its own beside the server; one at work at a time.

A run is a folder under MIAOBI_HOME/models; its run.json is all there is to know of it, so runs of
an earlier server are shown as well. A program of its own can be stopped at once, and takes its
memory with it.
"""

import contextlib
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any, Literal

from pydantic import Field

from miaobi.core.checks import check_words
from miaobi.core.errors import BusyError, NotFoundError, OptionError
from miaobi.core.paths import atomic_write, home
from miaobi.server.schemas import Asked

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,39}")
LOOKS = 20  # times that a run shows how it does
GRACE = 5  # seconds that a run has to end by itself


class TrainingRequest(Asked):
    """POST /v1/training"""

    name: str
    text: str
    family: Literal["gpt", "rnn"] = "gpt"
    size: str = "tiny"
    steps: int = Field(300, ge=1, le=1_000_000)


class Runs:
    """The runs of a server: one at work at a time."""

    def __init__(self) -> None:
        self.work: dict[str, subprocess.Popen[bytes]] = {}
        self.stopped: set[str] = set()

    def begin(self, asked: TrainingRequest) -> str:
        """Start a run and give its name. Raises OptionError, PromptError or BusyError."""
        folder = self.folder(asked.name)
        check_words("text", asked.text)
        if folder.exists():
            raise OptionError(
                "There is a model {name!r} already.", "Choose another name.", name=asked.name
            )
        if self.busy():
            raise BusyError("Another run is at work.", "Wait for it, or stop it.", seconds=60)
        data = self.data(asked.name, ".txt")
        atomic_write(data, asked.text.encode())
        options = {"size": asked.size, **rhythm(asked.steps)}
        self.launch(asked.name, ["train", asked.family, "--data", str(data)], options)
        return asked.name

    def launch(self, name: str, words: list[str], options: dict[str, Any]) -> None:
        """Start the program of a run, which goes on from what its folder holds."""
        folder = self.folder(name)
        folder.parent.mkdir(parents=True, exist_ok=True)
        self.end_orphan(name)
        command = [sys.executable, "-m", "miaobi.cli.main", *words, "--output", str(folder)]
        command += [f"--{key}={value}" for key, value in options.items()]
        with self.log(name).open("wb") as log:
            process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT
            )
        self.work[name] = process
        atomic_write(self.data(name, ".pid"), signature(process.pid).encode())
        self.stopped.discard(name)

    def end_orphan(self, name: str) -> None:
        """End the program that a killed server left at work on this run."""
        import psutil

        with contextlib.suppress(OSError, psutil.Error, ValueError):
            told = self.data(name, ".pid").read_text()
            pid = int(told.partition("/")[0])
            if signature(pid) == told:
                psutil.Process(pid).kill()
                psutil.Process(pid).wait(GRACE)

    def busy(self) -> bool:
        """True while a run is at work."""
        return any(process.poll() is None for process in self.work.values())

    def all(self) -> list[dict[str, Any]]:
        """Every run, the newest first, without its history."""
        names = {path.parent.name for path in (home() / "models").glob("*/run.json")}
        told = [self.told(name) for name in names | set(self.work)]
        told.sort(key=lambda run: -run["created_at"])
        return [{k: v for k, v in run.items() if k not in ("history", "samples")} for run in told]

    def told(self, name: str) -> dict[str, Any]:
        """What is known of a run. Raises NotFoundError."""
        folder, process = self.folder(name), self.work.get(name)
        try:
            diary = json.loads((folder / "run.json").read_text(encoding="utf-8"))
        except (OSError, ValueError):
            diary = {}
        if not diary and process is None:
            raise NotFoundError(
                "There is no run {name!r}.", "GET /v1/training has them.", name=name
            )
        log = self.log(name)
        status = self._status(name, bool(diary.get("finished")))
        history = diary.get("history", [])
        recipe = diary.get("recipe", {})
        return {
            "object": "training.run",
            "id": name,
            "family": recipe.get("family", ""),
            "status": status,
            "step": history[-1]["step"] if history else 0,
            "total": recipe.get("train", {}).get("steps", 0),
            "seconds": diary.get("seconds", 0),
            "parameters": diary.get("parameters", 0),
            "history": history,
            "samples": diary.get("samples", []),
            "usable": (folder / "model.safetensors").is_file(),
            "created_at": int(log.stat().st_mtime) if log.exists() else 0,
            "error": self._last_words(name) if status == "failed" else None,
        }

    def stop(self, name: str) -> None:
        """End the run at once; what it saved last stays. Raises NotFoundError."""
        self.told(name)
        process = self.work.get(name)
        if process is not None and process.poll() is None:
            self.stopped.add(name)
            process.terminate()
            try:
                process.wait(GRACE)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def remove(self, name: str) -> None:
        """Delete a run, its model and its text; one that never began has only its text."""
        with contextlib.suppress(NotFoundError):
            self.stop(name)
        self.work.pop(name, None)
        shutil.rmtree(self.folder(name), ignore_errors=True)
        for ending in (".log", ".txt", ".jsonl", ".pid"):
            self.data(name, ending).unlink(missing_ok=True)

    def close(self) -> None:
        """Stop what is at work."""
        for name in list(self.work):
            self.stop(name)

    def folder(self, name: str) -> Path:
        """Where a run lies; the name can lead nowhere else. Raises OptionError."""
        if not NAME.fullmatch(name):
            raise OptionError(
                "{name} is {value!r}.",
                "Use letters, digits, - and _: at most 40.",
                name="name",
                value=name,
            )
        return home() / "models" / name

    def log(self, name: str) -> Path:
        """What the program of a run said."""
        return self.data(name, ".log")

    def data(self, name: str, ending: str) -> Path:
        """Where what belongs to a run lies beside it: its text, its log, its process."""
        place = home() / "training"
        place.mkdir(parents=True, exist_ok=True)
        return place / f"{name}{ending}"

    def _status(self, name: str, finished: bool) -> str:
        process = self.work.get(name)
        if process is not None and process.poll() is None:
            return "running"
        if finished:
            return "finished"
        failed = process is not None and process.returncode and name not in self.stopped
        return "failed" if failed else "stopped"

    def _last_words(self, name: str) -> str:
        lines = self.log(name).read_text(encoding="utf-8", errors="replace").strip().splitlines()
        return lines[-1].replace(str(home()), "") if lines else ""


def rhythm(steps: int) -> dict[str, Any]:
    """How often a run of so many steps is looked at, saved and noted."""
    often = max(1, steps // LOOKS)
    return {
        "train.steps": steps,
        "train.save_every": often,
        "train.validate_every": often,
        "train.log_every": max(1, often // 5),
        "train.warmup": often,
    }


def signature(pid: int) -> str:
    """A process, told from a later one of the same number: pid/start. Raises psutil.Error."""
    import psutil

    return f"{pid}/{psutil.Process(pid).create_time():.2f}"
