"""/v1/fine_tuning/jobs: a model learns a client's file, as a job and in OpenAI's shapes.

What is tuned is a model of ours or of the Hub, by LoRA (`miaobi tune`), in a program of its own.
The new model stands under /v1/models and can be asked by its name.
"""

import asyncio
import json
import math
import shutil
import time
import uuid
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field
from starlette.requests import Request

from miaobi.core.errors import DataError, NotFoundError, OptionError, TrainingError
from miaobi.core.events import Event, Progress
from miaobi.core.paths import atomic_write
from miaobi.models.zoo import Model, architecture_of
from miaobi.server import background
from miaobi.server.auth import owner_of
from miaobi.server.listing import Limit, page
from miaobi.server.runs import rhythm
from miaobi.server.schemas import Asked
from miaobi.server.service import Service, Work, service_of
from miaobi.tasks.jobs import seconds_left

KIND, PREFIX = "tune", "ftjob-"
STATES = {
    "queued": "queued",
    "running": "running",
    "done": "succeeded",
    "failed": "failed",
    "canceled": "cancelled",
}
ROWS, LENGTH, RATE, STEPS = 8, 128, 5e-4, 200  # of the recipe: windows, tokens, rate, steps
CHARACTERS = 3.0  # of a token, about; says how many steps an epoch is
PAUSE = 0.25  # seconds between two looks at a run
PATIENCE = 10.0  # seconds for a canceled run to stop


class Hyperparameters(BaseModel):
    """How it learns; "auto" leaves it to the recipe."""

    model_config = ConfigDict(extra="forbid")

    # the bounds are those of the numbers: a word has none
    n_epochs: Literal["auto"] | Annotated[int, Field(ge=1, le=1000)] = "auto"
    batch_size: Literal["auto"] | Annotated[int, Field(ge=1, le=256)] = "auto"
    learning_rate_multiplier: (
        Literal["auto"] | Annotated[float, Field(gt=0, le=100, allow_inf_nan=False)]
    ) = "auto"


class Supervised(BaseModel):
    """The only method there is here."""

    model_config = ConfigDict(extra="forbid")

    hyperparameters: Hyperparameters = Hyperparameters.model_validate({})


class Method(BaseModel):
    """What is learned from: examples."""

    model_config = ConfigDict(extra="forbid")

    type: Literal["supervised"] = "supervised"
    supervised: Supervised = Supervised()


class TuneRequest(Asked):
    """POST /v1/fine_tuning/jobs"""

    model: str
    training_file: str
    suffix: str | None = Field(None, pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]{0,17}$")
    seed: int = Field(0, ge=0, le=2**31 - 1)
    hyperparameters: Hyperparameters | None = None
    method: Method | None = None
    steps: int | None = Field(None, ge=1, le=1_000_000)  # ours: instead of n_epochs


async def create(request: Request, asked: TuneRequest) -> dict[str, Any]:
    """Teach a model the text of a file: JSON lines of messages, prompts with completions, texts."""
    service = service_of(request)
    told = await asyncio.to_thread(_planned, service, asked, owner_of(request))
    return shown(service, await background.queue(request, KIND, told))


async def index(request: Request, after: str = "", limit: Limit = 20) -> dict[str, Any]:
    """The fine-tuning jobs of who asks, newest first."""
    service = service_of(request)
    rows = await asyncio.to_thread(
        service.jobs.find,
        kind=KIND,
        owner=owner_of(request),
        past=after.removeprefix(PREFIX),
        limit=limit + 1,
    )
    return page([shown(service, row) for row in rows], limit)


async def get(request: Request, id: str) -> dict[str, Any]:
    """One fine-tuning job."""
    return shown(service_of(request), await job_of(request, id))


async def cancel(request: Request, id: str) -> dict[str, Any]:
    """Stop a job; what it learned so far is deleted."""
    row = await background.cancel(request, await job_of(request, id), PATIENCE)
    return shown(service_of(request), row)


def tune_work(service: Service, asked: dict[str, Any]) -> Work:
    """The road to a tuned model; its lane is that of all runs."""
    row = replace(service.model(asked["model"], "text"), name="tuning", engine="tuning")
    return Work(_tuned(service, asked), row, KIND)


def _tuned(service: Service, asked: dict[str, Any]) -> Iterator[Event]:
    """Watches the program of the run; closing it stops the program. Raises TrainingError."""
    runs, name = service.runs, asked["name"]
    while runs.busy():
        yield Progress("wait")
        time.sleep(PAUSE)
    if not _finished(service, name):  # a server that died may not have noted the end
        model = service.model(asked["model"], "text")
        words = ["tune", service.place(model), "--data", str(runs.data(name, asked["ending"]))]
        runs.launch(name, words, asked["options"])
    try:
        while (told := runs.told(name))["status"] == "running":
            yield Progress("training", told["step"], told["total"])
            time.sleep(PAUSE)
    finally:
        runs.stop(name)
    if told["status"] != "finished":
        reason = str(told["error"] or told["status"]).rstrip(".")
        raise TrainingError("The run ended early: {reason}.", reason=reason)


def _finished(service: Service, name: str) -> bool:
    try:
        told = service.runs.told(name)
    except NotFoundError:
        return False
    return bool(told["status"] == "finished" and told["usable"])


def _planned(service: Service, asked: TuneRequest, owner: str) -> dict[str, Any]:
    """The job of a request, its text laid aside. Raises what can be known before it begins."""
    row = service.model(asked.model, "text")
    _check_model(row)
    service.files.get(asked.training_file, owner)
    source = service.files.path(asked.training_file, owner)
    name = f"{asked.suffix or row.name.rpartition('/')[2][:18]}-{uuid.uuid4().hex[:8]}"
    ending, characters = _lay_aside(source, service.runs.data(name, ""))
    told = asked.hyperparameters or (asked.method or Method()).supervised.hyperparameters
    rows = ROWS if told.batch_size == "auto" else told.batch_size
    length = _length(row)
    steps = asked.steps or STEPS
    if asked.steps is None and told.n_epochs != "auto":
        steps = told.n_epochs * math.ceil(characters / CHARACTERS / (rows * length))
    faster = 1.0 if told.learning_rate_multiplier == "auto" else told.learning_rate_multiplier
    options = {
        **rhythm(steps),
        "train.seed": asked.seed,
        "train.learning_rate": RATE * faster,
        "data.rows": rows,
        "data.length": length,
    }
    return {
        "model": asked.model,
        "training_file": asked.training_file,
        "name": name,
        "ending": ending,
        "options": options,
        "seed": asked.seed,
        "hyperparameters": told.model_dump(),
    }


def _length(row: Model) -> int:
    """Tokens of a window: at most so many as the model holds."""
    try:
        told = json.loads((Path(row.place) / "config.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):  # of the Hub: they hold more
        return LENGTH
    holds = told.get("config", told).get("context") or told.get("max_position_embeddings")
    return min(LENGTH, int(holds or LENGTH))


def _tokens(options: dict[str, Any]) -> int:
    return int(options["train.steps"] * options["data.rows"] * options["data.length"])


def _check_model(row: Model) -> None:
    """Refuse what LoRA cannot teach. Raises OptionError."""
    if row.engine != "folder_text":
        raise OptionError(
            "{model} is a GGUF file, and those cannot be tuned.",
            "Give a folder or ORG/NAME of the Hub with safetensors weights.",
            model=row.name,
        )
    if architecture_of(Path(row.place)) == "rnn":
        raise OptionError(
            "{model} is a recurrent network, and LoRA does not know those.",
            "Go on with all its weights: miaobi train rnn --from {model}",
            model=row.name,
        )


def _lay_aside(source: Path, target: Path) -> tuple[str, int]:
    """Copy what is to be learned beside the run: (ending of the copy, characters).

    Raises DataError.
    """
    try:
        text = source.read_text(encoding="utf-8")
    except ValueError as error:
        raise DataError("The file {file} is not text.", file=source.name) from error
    if not text.lstrip().startswith("{"):
        shutil.copyfile(source, target.with_name(f"{target.name}.txt"))
        return ".txt", len(text)
    found = [
        _learned(line, number) for number, line in enumerate(text.split("\n"), 1) if line.strip()
    ]
    lines = "".join(json.dumps({"text": one}) + "\n" for one in found)
    atomic_write(target.with_name(f"{target.name}.jsonl"), lines.encode())
    return ".jsonl", sum(map(len, found))


def _learned(line: str, number: int) -> str:
    """What is learned of one line: its text, a prompt with its completion, or messages in turn."""
    try:
        row = json.loads(line)
        if "messages" in row:
            parts = [message["content"] for message in row["messages"]]
            text = "\n".join(parts)
        elif "completion" in row:
            text = row["prompt"] + row["completion"]
        else:
            text = row["text"]
        text.encode()
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
        raise DataError(
            "Line {number} of the training file cannot be learned.",
            'Write {{"messages": [{{"role": "user", "content": "…"}}, …]}}, '
            '{{"prompt": "…", "completion": "…"}} or {{"text": "…"}}.',
            number=number,
        ) from error
    return str(text)


def shown(service: Service, row: dict[str, Any]) -> dict[str, Any]:
    """A job as a fine-tuning job in OpenAI's shape."""
    asked, error, left = row["request"], row["error"], seconds_left(row)
    options, done = asked["options"], row["status"] == "done"
    if error is not None:
        error = {"code": error.get("code") or "failed", "message": error["message"], "param": None}
    return {
        "id": PREFIX + row["id"],
        "object": "fine_tuning.job",
        "model": asked["model"],
        "status": STATES[row["status"]],
        "training_file": asked["training_file"],
        "validation_file": None,
        "fine_tuned_model": asked["name"] if done else None,
        "created_at": int(row["made_at"]),
        "finished_at": int(row["ended_at"]) if row["ended_at"] else None,
        "estimated_finish": None if left is None else int(time.time() + left),
        "organization_id": "local",
        "result_files": [],
        "seed": asked["seed"],
        "trained_tokens": _tokens(options) if done else None,
        "hyperparameters": asked["hyperparameters"],
        "error": error,
        "integrations": [],
        "metadata": None,
        "method": {
            "type": "supervised",
            "supervised": {"hyperparameters": asked["hyperparameters"]},
        },
    }


async def job_of(request: Request, id: str) -> dict[str, Any]:
    """The job behind a fine-tuning job. Raises NotFoundError."""
    row = await background.job_behind(request, id, PREFIX, KIND)
    if row is None:
        raise NotFoundError(
            "There is no fine-tuning job {id!r}.", "GET /v1/fine_tuning/jobs has them.", id=id
        )
    return row
