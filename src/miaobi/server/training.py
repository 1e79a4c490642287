"""/v1/training: training runs on a client's text, each a process of its own, one at a time.

A run is a folder under MIAOBI_HOME/models with its run.json, so runs of an earlier server are
listed as well. A process can be stopped at once and frees its memory when it ends.
"""

import asyncio
import contextlib
import json
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal

from fastapi import Depends
from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response

from miaobi.core.checks import check_text
from miaobi.core.errors import BusyError, NotFoundError, OptionError
from miaobi.core.paths import atomic_write, home
from miaobi.http.fields import RequestBody
from miaobi.server.concurrency import AsyncStream, sse_response
from miaobi.server.responses import DeletionStatus, Json, Page, Resource

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,39}")
VALIDATIONS = 20  # per run
LOGS_PER_VALIDATION = 5
TERMINATE_TIMEOUT = 5  # seconds until a process that was terminated is killed
WATCH_INTERVAL = 0.5  # seconds between two reads of a watched run


class TrainingBody(RequestBody):
    """POST /v1/training"""

    name: str
    text: str
    family: Literal["gpt", "rnn"] = "gpt"
    size: str = "tiny"
    steps: int = Field(300, ge=1, le=1_000_000)


class TrainingRun(Resource):
    """A training run: progress, status, and on request its metrics and samples."""

    object: Literal["training.run"]
    family: str
    status: Literal["running", "finished", "failed", "stopped"]
    step: int
    total: int
    seconds: float
    parameters: int
    usable: bool
    created_at: int
    error: str | None
    history: list[Json] | None = None
    samples: list[Json] | None = None


class Runs:
    """The training runs of a server, of which one is active at a time."""

    def __init__(self) -> None:
        self.processes: dict[str, subprocess.Popen[bytes]] = {}
        self.stopped: set[str] = set()

    def start(self, body: TrainingBody) -> None:
        """Start a run. Raises OptionError, PromptError or BusyError."""
        folder = self.folder(body.name)
        check_text("text", body.text)
        if folder.exists():
            raise OptionError(
                "There is a model {name!r} already.", "Choose another name.", name=body.name
            )
        if self.is_busy():
            raise BusyError("Another run is active.", "Wait for it, or stop it.", seconds=60)
        data = self.file(body.name, ".txt")
        atomic_write(data, body.text.encode())
        options = {"size": body.size, **schedule(body.steps)}
        self.launch(body.name, ["train", body.family, "--data", str(data)], options)

    def launch(self, name: str, arguments: list[str], options: Mapping[str, object]) -> None:
        """Start the process of a run; it resumes from a checkpoint in the run's folder."""
        folder = self.folder(name)
        folder.parent.mkdir(parents=True, exist_ok=True)
        self.kill_orphan(name)
        command = [sys.executable, "-m", "miaobi.cli.main", *arguments, "--output", str(folder)]
        command += [f"--{key}={value}" for key, value in options.items()]
        with self.file(name, ".log").open("wb") as log:
            process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT
            )
        self.processes[name] = process
        atomic_write(self.file(name, ".pid"), process_id(process.pid).encode())
        self.stopped.discard(name)

    def kill_orphan(self, name: str) -> None:
        """End the process of this run that a killed server left behind."""
        import psutil

        with contextlib.suppress(OSError, psutil.Error, ValueError):
            recorded = self.file(name, ".pid").read_text()
            pid = int(recorded.partition("/")[0])
            if process_id(pid) == recorded:
                psutil.Process(pid).kill()
                psutil.Process(pid).wait(TERMINATE_TIMEOUT)

    def is_busy(self) -> bool:
        """Check whether a run is active."""
        return any(process.poll() is None for process in self.processes.values())

    def all(self) -> list[TrainingRun]:
        """List all runs, newest first, without metrics and samples."""
        names = {path.parent.name for path in (home() / "models").glob("*/run.json")}
        runs = [self.get(name, details=False) for name in names | set(self.processes)]
        return sorted(runs, key=lambda run: -run.created_at)

    def get(self, name: str, details: bool = True) -> TrainingRun:
        """Read a run; `details` adds metrics and samples. Raises NotFoundError."""
        folder, log = self.folder(name), self.file(name, ".log")
        try:
            record = json.loads((folder / "run.json").read_text(encoding="utf-8"))
        except (OSError, ValueError):
            record = {}
        if not record and name not in self.processes:
            raise NotFoundError(
                "There is no run {name!r}.", "GET /v1/training lists them.", name=name
            )
        status = self._status(name, bool(record.get("finished")))
        history, recipe = record.get("history", []), record.get("recipe", {})
        run = TrainingRun(
            id=name,
            object="training.run",
            family=recipe.get("family", ""),
            status=status,
            step=history[-1]["step"] if history else 0,
            total=recipe.get("train", {}).get("steps", 0),
            seconds=record.get("seconds", 0),
            parameters=record.get("parameters", 0),
            usable=(folder / "model.safetensors").is_file(),
            created_at=int(log.stat().st_mtime) if log.exists() else 0,
            error=self._last_line(log) if status == "failed" else None,
        )
        if details:
            run.history, run.samples = history, record.get("samples", [])
        return run

    def stop(self, name: str) -> None:
        """Stop the run at once and keep its last checkpoint. Raises NotFoundError."""
        self.get(name)
        process = self.processes.get(name)
        if process is not None and process.poll() is None:
            self.stopped.add(name)
            process.terminate()
            try:
                process.wait(TERMINATE_TIMEOUT)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def remove(self, name: str) -> None:
        """Delete a run with its model and its text; one that never began has only its text."""
        with contextlib.suppress(NotFoundError):
            self.stop(name)
        self.processes.pop(name, None)
        shutil.rmtree(self.folder(name), ignore_errors=True)
        for suffix in (".log", ".txt", ".jsonl", ".pid"):
            self.file(name, suffix).unlink(missing_ok=True)

    def close(self) -> None:
        """Stop the active run."""
        for name in list(self.processes):
            self.stop(name)

    def folder(self, name: str) -> Path:
        """Return the folder of a run. Raises OptionError for a name that is not a plain word."""
        if not NAME.fullmatch(name):
            raise OptionError(
                "{name} is {value!r}.",
                "Use letters, digits, - and _: at most 40.",
                name="name",
                value=name,
            )
        return home() / "models" / name

    def file(self, name: str, suffix: str) -> Path:
        """Return the path of a run's text (.txt, .jsonl), log (.log) or process id (.pid)."""
        folder = home() / "training"
        folder.mkdir(parents=True, exist_ok=True)
        return folder / f"{name}{suffix}"

    def _status(
        self, name: str, finished: bool
    ) -> Literal["running", "finished", "failed", "stopped"]:
        process = self.processes.get(name)
        if process is not None and process.poll() is None:
            return "running"
        if finished:
            return "finished"
        failed = process is not None and process.returncode and name not in self.stopped
        return "failed" if failed else "stopped"

    def _last_line(self, log: Path) -> str:
        lines = log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
        return lines[-1].replace(str(home()), "") if lines else ""


async def training_runs(request: Request) -> Runs:
    """Return the runs of the application that received this request."""
    runs: Runs = request.app.state.miaobi.runs
    return runs


TrainingRuns = Annotated[Runs, Depends(training_runs)]


async def start_run(body: TrainingBody, runs: TrainingRuns) -> TrainingRun:
    """Start a run on the text of the request."""
    await asyncio.to_thread(runs.start, body)
    return await asyncio.to_thread(runs.get, body.name)


async def list_runs(runs: TrainingRuns) -> Page[TrainingRun]:
    """List the runs, newest first."""
    return Page(object="list", data=await asyncio.to_thread(runs.all))


async def get_run(name: str, runs: TrainingRuns) -> TrainingRun:
    """Return a run with its metrics and samples."""
    return await asyncio.to_thread(runs.get, name)


async def watch_run(name: str, runs: TrainingRuns) -> Response:
    """Stream the run as server-sent events, one per change, until it has ended."""
    run = await asyncio.to_thread(runs.get, name)  # an unknown run has a status of its own
    return sse_response(_changes(runs, run), named=False, done=False)


async def cancel_run(name: str, runs: TrainingRuns) -> TrainingRun:
    """Stop a run at once; its last checkpoint stays usable."""
    await asyncio.to_thread(runs.stop, name)
    return await asyncio.to_thread(runs.get, name)


async def delete_run(name: str, runs: TrainingRuns) -> DeletionStatus:
    """Delete a run and its model."""
    await asyncio.to_thread(runs.get, name)
    await asyncio.to_thread(runs.remove, name)
    return DeletionStatus(id=name, object="training.run", deleted=True)


async def _changes(runs: Runs, run: TrainingRun) -> AsyncStream[Json]:
    yield run.model_dump()
    while run.status == "running":
        await asyncio.sleep(WATCH_INTERVAL)
        current = await asyncio.to_thread(runs.get, run.id)
        if current != run:
            run = current
            yield run.model_dump()


def schedule(steps: int) -> dict[str, object]:
    """Return recipe options for a run of so many steps: when to validate, save and log."""
    interval = max(1, steps // VALIDATIONS)
    return {
        "train.steps": steps,
        "train.save_every": interval,
        "train.validate_every": interval,
        "train.log_every": max(1, interval // LOGS_PER_VALIDATION),
        "train.warmup": interval,
    }


def process_id(pid: int) -> str:
    """Identify a process as "pid/start time", since numbers are reused. Raises psutil.Error."""
    import psutil

    return f"{pid}/{psutil.Process(pid).create_time():.2f}"
