"""/v1/fine_tuning/jobs: LoRA fine-tuning on an uploaded file, as a job, in OpenAI's format.

Models of ours and of the Hub can be tuned (`miaobi tune`), each in a process of its own. The new
model is listed under /v1/models and can be used by its name.
"""

import asyncio
import json
import math
import time
import uuid
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field
from starlette.requests import Request

from miaobi.core.errors import DataError, NotFoundError, OptionError, TrainingError
from miaobi.core.events import Event, Progress
from miaobi.core.i18n import tr
from miaobi.core.json_rows import is_rows, parse_json
from miaobi.core.paths import atomic_write
from miaobi.core.text_encoding import decode_text
from miaobi.core.training_rows import Tally, read_row
from miaobi.engines.registry import choose_model
from miaobi.http.fields import Options, RequestBody
from miaobi.models.zoo import Model, all_models, architecture_of
from miaobi.server.auth import Owner
from miaobi.server.fine_tuning_events import JOB_TYPE, PREFIX, FineTuningJob, read_job, to_response
from miaobi.server.jobs import cancel_and_wait, enqueue
from miaobi.server.requests import Limit
from miaobi.server.responses import Json, Page, page_of
from miaobi.server.state import AppState, Generation, State
from miaobi.server.training import schedule

# of the recipe
BATCH_SIZE = 8
SEQUENCE_LENGTH = 128  # tokens
LEARNING_RATE = 5e-4
STEPS = 200
CHARACTERS_PER_TOKEN = 3.0  # estimate, for the steps of an epoch
POLL_INTERVAL = 0.25  # seconds between two reads of the run
CANCEL_TIMEOUT = 10.0  # seconds for a canceled run to stop
MAX_PREFIX = 18  # characters of the base model's name in the new one


class Hyperparameters(Options):
    """Epochs, batch size and learning rate; "auto" is the recipe's value."""

    # the bounds belong to the numbers: a string has none
    n_epochs: Literal["auto"] | Annotated[int, Field(ge=1, le=1000)] = "auto"
    batch_size: Literal["auto"] | Annotated[int, Field(ge=1, le=256)] = "auto"
    learning_rate_multiplier: (
        Literal["auto"] | Annotated[float, Field(gt=0, le=100, allow_inf_nan=False)]
    ) = "auto"


class Supervised(Options):
    """Supervised fine-tuning."""

    hyperparameters: Hyperparameters = Hyperparameters.model_validate({})


class Method(Options):
    """The fine-tuning method; only "supervised" is supported."""

    type: Literal["supervised"] = "supervised"
    supervised: Supervised = Supervised()


class FineTuningBody(RequestBody):
    """POST /v1/fine_tuning/jobs"""

    model: str
    training_file: str
    suffix: str | None = Field(None, pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]{0,17}$")
    seed: int = Field(0, ge=0, le=2**31 - 1)
    hyperparameters: Hyperparameters | None = None
    method: Method | None = None
    steps: int | None = Field(None, ge=1, le=1_000_000)  # ours: instead of n_epochs


async def create_fine_tuning_job(
    request: Request, body: FineTuningBody, state: State, owner: Owner
) -> FineTuningJob:
    """Submit a fine-tuning job: the file is plain text, or JSON rows as of `miaobi tune`."""
    fields = await asyncio.to_thread(_plan, state, body, owner)
    return to_response(await enqueue(request, JOB_TYPE, fields))


async def list_fine_tuning_jobs(
    state: State, owner: Owner, after: str = "", limit: Limit = 20
) -> Page[FineTuningJob]:
    """List your fine-tuning jobs, newest first."""
    rows = await asyncio.to_thread(
        state.jobs.find,
        kind=JOB_TYPE,
        owner=owner,
        past=after.removeprefix(PREFIX),
        limit=limit + 1,
    )
    return page_of([to_response(row) for row in rows], limit)


async def get_fine_tuning_job(id: str, state: State, owner: Owner) -> FineTuningJob:
    """Return one fine-tuning job."""
    return to_response(await read_job(state, id, owner))


async def cancel_fine_tuning_job(id: str, state: State, owner: Owner) -> FineTuningJob:
    """Stop a fine-tuning job and delete its model."""
    row = await cancel_and_wait(state, await read_job(state, id, owner), CANCEL_TIMEOUT)
    return to_response(row)


def prepare_fine_tuning(state: AppState, fields: Json) -> Generation:
    """Prepare a fine-tuning run; all runs share one limiter. Raises NotFoundError."""
    model = state.find_model(fields["model"], "text") or choose_model("text")
    return Generation(_tune(state, model, fields), replace(model, name="tuning"), JOB_TYPE)


def _tune(state: AppState, model: Model, fields: Json) -> Iterator[Event]:
    """Run `miaobi tune` in a process; closing the iterator stops it. Raises TrainingError."""
    runs, name = state.runs, fields["name"]
    while runs.is_busy():
        yield Progress("wait")
        time.sleep(POLL_INTERVAL)
    if not _is_finished(state, name):  # a server that died may not have recorded the end
        data = runs.file(name, fields["ending"])
        runs.launch(name, ["tune", _source(model), "--data", str(data)], fields["options"])
    try:
        while (run := runs.get(name, details=False)).status == "running":
            yield Progress("training", run.step, run.total)
            time.sleep(POLL_INTERVAL)
    finally:
        runs.stop(name)
    if run.status != "finished":
        reason = (run.error or run.status).rstrip(".")
        raise TrainingError("The run ended early: {reason}.", reason=reason)


def _source(model: Model) -> str:
    """Return the name, folder or Hub repository by which the command finds a model."""
    in_table = any((row.name, row.kind) == (model.name, model.kind) for row in all_models())
    return model.name if in_table else model.place or model.name


def _is_finished(state: AppState, name: str) -> bool:
    try:
        run = state.runs.get(name, details=False)
    except NotFoundError:
        return False
    return run.status == "finished" and run.usable


def _plan(state: AppState, body: FineTuningBody, owner: str) -> Json:
    """Copy the training data and return the fields of the job.

    Raises NotFoundError, OptionError or DataError for a request that cannot succeed.
    """
    model = state.find_model(body.model, "text") or choose_model("text")
    _check_model(model)
    row = state.files.get(body.training_file, owner)
    source = state.files.path(body.training_file, owner)
    prefix = body.suffix or model.name.rpartition("/")[2][:MAX_PREFIX]
    name = f"{prefix}-{uuid.uuid4().hex[:8]}"
    suffix, characters, tally = _copy_data(source, row["name"], state.runs.file(name, ""))
    params = body.hyperparameters or (body.method or Method()).supervised.hyperparameters
    batch_size = BATCH_SIZE if params.batch_size == "auto" else params.batch_size
    length = _sequence_length(model)
    steps = body.steps or STEPS
    if body.steps is None and params.n_epochs != "auto":
        steps_per_epoch = math.ceil(characters / CHARACTERS_PER_TOKEN / (batch_size * length))
        steps = params.n_epochs * steps_per_epoch
    multiplier = params.learning_rate_multiplier
    options = {
        **schedule(steps),
        "train.seed": body.seed,
        "train.learning_rate": LEARNING_RATE * (1.0 if multiplier == "auto" else multiplier),
        "data.rows": batch_size,
        "data.length": length,
    }
    return {
        "model": body.model,
        "training_file": body.training_file,
        "name": name,
        "ending": suffix,
        "rows": tally.as_dict(),
        "options": options,
        "seed": body.seed,
        "hyperparameters": params.model_dump(),
    }


def _sequence_length(model: Model) -> int:
    """Return the tokens per sequence: SEQUENCE_LENGTH, or the model's context if it is shorter."""
    try:
        document = json.loads((Path(model.place) / "config.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):  # of the Hub: the context is longer
        return SEQUENCE_LENGTH
    config = document.get("config", document)
    context = config.get("context") or document.get("max_position_embeddings")
    return min(SEQUENCE_LENGTH, int(context or SEQUENCE_LENGTH))


def _check_model(model: Model) -> None:
    """Refuse models that LoRA does not support. Raises OptionError."""
    if model.engine != "folder_text":
        raise OptionError(
            "{model} is a GGUF file, which cannot be fine-tuned.",
            "Give a folder or ORG/NAME of the Hub with safetensors weights.",
            model=model.name,
        )
    if architecture_of(Path(model.place)) == "rnn":
        raise OptionError(
            "{model} is a recurrent network, which LoRA does not support.",
            "Train all its weights instead: POST /v1/training with the family rnn.",
            model=model.name,
        )


def _copy_data(source: Path, file_name: str, target: Path) -> tuple[str, int, Tally]:
    """Copy the training data as UTF-8; return the suffix of the copy, its length and its rows.

    The length is in characters. Raises DataError.
    """
    text, tally = decode_text(source.read_bytes(), file_name), Tally()
    if not is_rows(text, file_name):
        atomic_write(target.with_name(f"{target.name}.txt"), text.encode())
        return ".txt", len(text), tally
    characters = 0
    for number, row in parse_json(text, file_name):
        origin = tr("Line {number} of the training file", number=number)
        characters += sum(len(sample.text) for sample in read_row(row, origin, tally))
    if not characters:
        raise DataError(
            "{location} has nothing to learn: {reasons}.",
            "Fill these rows, or leave them out.",
            location=file_name,
            reasons=tally.describe_skipped(),
        )
    atomic_write(target.with_name(f"{target.name}.jsonl"), text.encode())
    return ".jsonl", characters, tally
