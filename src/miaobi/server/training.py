"""/v1/training: runs that learn from a client's text, each a program of its own beside the server.

A run is a folder under MIAOBI_HOME/models; its run.json is all there is to know of it, so runs of
an earlier server are shown as well. A program of its own can be stopped at once, and takes its
memory with it.
"""

import asyncio
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any, Literal

from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response

from miaobi.core.checks import check_words
from miaobi.core.errors import BusyError, NotFoundError, OptionError
from miaobi.core.paths import atomic_write, home
from miaobi.server.schemas import Asked
from miaobi.server.stream import Flow, sse

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,39}")
PAUSE = 0.5  # seconds between two looks at a run
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
            raise OptionError("There is a model {name!r} already.", "Choose another name.",
                              name=asked.name)  # fmt: skip
        if any(process.poll() is None for process in self.work.values()):
            raise BusyError("Another run is at work.", "Wait for it, or stop it.", seconds=60)
        data = home() / "training" / f"{asked.name}.txt"
        data.parent.mkdir(parents=True, exist_ok=True)
        atomic_write(data, asked.text.encode())
        often = max(1, asked.steps // LOOKS)
        options = {"size": asked.size, "train.steps": asked.steps, "train.save_every": often,
                   "train.validate_every": often, "train.log_every": max(1, often // 5),
                   "train.warmup": max(1, asked.steps // LOOKS)}  # fmt: skip
        command = [sys.executable, "-m", "miaobi.cli.main", "train", asked.family,
                   "--data", str(data), "--output", str(folder)]  # fmt: skip
        command += [f"--{name}={value}" for name, value in options.items()]
        folder.parent.mkdir(parents=True, exist_ok=True)
        with self.log(asked.name).open("wb") as log:
            self.work[asked.name] = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT
            )
        self.stopped.discard(asked.name)
        return asked.name

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
            raise NotFoundError("There is no run {name!r}.", "GET /v1/training has them.",
                                name=name)  # fmt: skip
        log = self.log(name)
        status = self._status(name, bool(diary.get("finished")))
        history = diary.get("history", [])
        recipe = diary.get("recipe", {})
        return {
            "object": "training.run", "id": name, "family": recipe.get("family", ""),
            "status": status, "step": history[-1]["step"] if history else 0,
            "total": recipe.get("train", {}).get("steps", 0), "seconds": diary.get("seconds", 0),
            "parameters": diary.get("parameters", 0), "history": history,
            "samples": diary.get("samples", []),
            "usable": (folder / "model.safetensors").is_file(),
            "created_at": int(log.stat().st_mtime) if log.exists() else 0,
            "error": self._last_words(name) if status == "failed" else None,
        }  # fmt: skip

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
        """Delete a run, its model and its text. Raises NotFoundError."""
        self.stop(name)
        self.work.pop(name, None)
        shutil.rmtree(self.folder(name), ignore_errors=True)
        for path in (self.log(name), home() / "training" / f"{name}.txt"):
            path.unlink(missing_ok=True)

    def close(self) -> None:
        """Stop what is at work."""
        for name in list(self.work):
            self.stop(name)

    def folder(self, name: str) -> Path:
        """Where a run lies; the name can lead nowhere else. Raises OptionError."""
        if not NAME.fullmatch(name):
            raise OptionError("{name} is {value!r}.", "Use letters, digits, - and _: at most 40.",
                              name="name", value=name)  # fmt: skip
        return home() / "models" / name

    def log(self, name: str) -> Path:
        """What the program of a run said."""
        return home() / "training" / f"{name}.log"

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


async def start(request: Request, asked: TrainingRequest) -> dict[str, Any]:
    """Start a run on the text that comes with the request."""
    runs = runs_of(request)
    name = await asyncio.to_thread(runs.begin, asked)
    return await asyncio.to_thread(runs.told, name)


async def every(request: Request) -> dict[str, Any]:
    """The runs, the newest first."""
    return {"object": "list", "data": await asyncio.to_thread(runs_of(request).all)}


async def one(request: Request, name: str) -> dict[str, Any]:
    """A run with its history and samples."""
    return await asyncio.to_thread(runs_of(request).told, name)


async def events(request: Request, name: str) -> Response:
    """A run each time that there is news of it, as server-sent events, until it ends."""
    runs = runs_of(request)
    first = await asyncio.to_thread(runs.told, name)  # a failure has a status of its own
    return sse(_news(runs, first), named=False, done=False)


async def cancel(request: Request, name: str) -> dict[str, Any]:
    """Stop a run at once; what it saved last can be used."""
    await asyncio.to_thread(runs_of(request).stop, name)
    return await asyncio.to_thread(runs_of(request).told, name)


async def remove(request: Request, name: str) -> dict[str, Any]:
    """Delete a run and its model."""
    await asyncio.to_thread(runs_of(request).remove, name)
    return {"object": "training.run", "id": name, "deleted": True}


async def _news(runs: Runs, told: dict[str, Any]) -> Flow[dict[str, Any]]:
    yield told
    while told["status"] == "running":
        await asyncio.sleep(PAUSE)
        now = await asyncio.to_thread(runs.told, told["id"])
        if now != told:
            told = now
            yield told


def runs_of(request: Request) -> Runs:
    """The runs of the app that got this request."""
    runs: Runs = request.app.state.runs
    return runs
