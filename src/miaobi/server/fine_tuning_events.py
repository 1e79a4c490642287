"""/v1/fine_tuning/jobs/ID/events and /checkpoints; the responses of fine-tuning jobs."""

import asyncio
import time
from typing import Literal, TypeVar

from miaobi.core.errors import NotFoundError
from miaobi.core.i18n import tr
from miaobi.core.training_rows import list_fields, list_skipped
from miaobi.server.auth import Owner
from miaobi.server.jobs import find_prefixed
from miaobi.server.requests import Limit
from miaobi.server.responses import Json, Page, Resource, Row, page_of
from miaobi.server.state import AppState, State
from miaobi.server.training import Runs
from miaobi.tasks.jobs import seconds_left

JOB_TYPE, PREFIX = "tune", "ftjob-"
T = TypeVar("T", bound=Resource)
Status = Literal["queued", "running", "succeeded", "failed", "cancelled"]
# status of a job -> OpenAI's status of a fine-tuning job
STATES: dict[str, Status] = {
    "queued": "queued",
    "running": "running",
    "done": "succeeded",
    "failed": "failed",
    "canceled": "cancelled",
}


class FineTuningJob(Resource):
    """A fine-tuning job in OpenAI's format."""

    object: Literal["fine_tuning.job"]
    model: str
    status: Status
    training_file: str
    validation_file: str | None
    fine_tuned_model: str | None
    created_at: int
    finished_at: int | None
    estimated_finish: int | None
    organization_id: str
    result_files: list[str]
    seed: int
    trained_tokens: int | None
    hyperparameters: Json
    error: Json | None
    integrations: list[Json]
    metadata: Json | None
    method: Json


class FineTuningEvent(Resource):
    """An event of a fine-tuning job."""

    object: Literal["fine_tuning.job.event"]
    created_at: int
    level: str
    message: str
    type: Literal["message", "metrics"]
    data: Json | None


class FineTuningCheckpoint(Resource):
    """A checkpoint of a fine-tuning job, usable as a model."""

    object: Literal["fine_tuning.job.checkpoint"]
    created_at: int
    fine_tuned_model_checkpoint: str
    fine_tuning_job_id: str
    step_number: int
    metrics: Json


async def list_events(
    id: str, state: State, owner: Owner, after: str = "", limit: Limit = 20
) -> Page[FineTuningEvent]:
    """List the events of a job, newest first: steps with losses, at estimated times."""
    row = await read_job(state, id, owner)
    return _page_after(after, await asyncio.to_thread(_events, state.runs, row), limit)


async def list_checkpoints(
    id: str, state: State, owner: Owner, after: str = "", limit: Limit = 10
) -> Page[FineTuningCheckpoint]:
    """List the checkpoints of a job: the last one, once it exists."""
    row = await read_job(state, id, owner)
    return _page_after(after, await asyncio.to_thread(_checkpoints, state.runs, row), limit)


async def read_job(state: AppState, id: str, owner: str) -> Row:
    """Read the row of a fine-tuning job. Raises NotFoundError."""
    row = await find_prefixed(state, id, owner, PREFIX, JOB_TYPE)
    if row is None:
        raise NotFoundError(
            "There is no fine-tuning job {id!r}.", "GET /v1/fine_tuning/jobs lists them.", id=id
        )
    return row


def to_response(row: Row) -> FineTuningJob:
    """Convert the row of a job to OpenAI's format of a fine-tuning job."""
    request, error, left = row["request"], row["error"], seconds_left(row)
    options, done = request["options"], row["status"] == "done"
    if error is not None:
        error = {"code": error.get("code") or "failed", "message": error["message"], "param": None}
    tokens = options["train.steps"] * options["data.rows"] * options["data.length"]
    hyperparameters = request["hyperparameters"]
    return FineTuningJob(
        id=PREFIX + row["id"],
        object="fine_tuning.job",
        model=request["model"],
        status=STATES[row["status"]],
        training_file=request["training_file"],
        validation_file=None,
        fine_tuned_model=request["name"] if done else None,
        created_at=int(row["made_at"]),
        finished_at=int(row["ended_at"]) if row["ended_at"] else None,
        estimated_finish=None if left is None else int(time.time() + left),
        organization_id="local",
        result_files=[],
        seed=request["seed"],
        trained_tokens=tokens if done else None,
        hyperparameters=hyperparameters,
        error=error,
        integrations=[],
        metadata=None,
        method={"type": "supervised", "supervised": {"hyperparameters": hyperparameters}},
    )


def _page_after(after: str, items: list[T], limit: int) -> Page[T]:
    ids = [item.id for item in items]
    start = ids.index(after) + 1 if after in ids else 0
    return page_of(items[start : start + limit + 1], limit)


def _events(runs: Runs, row: Row) -> list[FineTuningEvent]:
    """Return the events of a job from its row and its run, newest first."""
    created, started = row["made_at"], row["started_at"]
    events: list[tuple[float, str, Json | None]] = [(created, tr("The job was created."), None)]
    if started:
        events.append((started, tr("The run started."), None))
        events += [(started, text, None) for text in _row_messages(row["request"])]
    events += _step_events(runs, row["request"]["name"], started or created)
    if row["ended_at"]:
        text = tr("The job ended: {status}.", status=STATES[row["status"]])
        events.append((row["ended_at"], text, None))
    responses = [
        FineTuningEvent(
            id=f"ftevent-{row['id']}-{index}",
            object="fine_tuning.job.event",
            created_at=int(seconds),
            level="info",
            message=text,
            data=data,
            type="message" if data is None else "metrics",
        )
        for index, (seconds, text, data) in enumerate(events)
    ]
    return responses[::-1]


def _row_messages(request: Json) -> list[str]:
    """Return messages on the fields of the training file that are learned, and skipped rows."""
    rows = request.get("rows", {})  # jobs of earlier versions have none
    messages = []
    if rows.get("learned"):
        fields = list_fields(rows["learned"])
        messages.append(tr("Learned fields of the rows: {fields}.", fields=fields))
    if rows.get("ignored"):
        fields = list_fields(rows["ignored"])
        messages.append(tr("Fields that are not learned: {fields}.", fields=fields))
    if rows.get("skipped"):
        messages.append(tr("Skipped: {reasons}.", reasons=list_skipped(rows["skipped"])))
    return messages


def _step_events(runs: Runs, name: str, start: float) -> list[tuple[float, str, Json | None]]:
    """Return (time, message, metrics) of the logged steps; times are interpolated."""
    try:
        run = runs.get(name)
    except NotFoundError:
        return []
    events: list[tuple[float, str, Json | None]] = []
    for step in run.history or ():
        loss = step.get("loss", 0.0)
        text = tr(
            "Step {number} of {total}: loss {loss:.3f}.",
            number=step["step"],
            total=run.total,
            loss=loss,
        )
        data = {
            "step": step["step"],
            "total_steps": run.total,
            "train_loss": loss,
            "valid": step.get("validation"),
        }
        events.append((start + run.seconds * step["step"] / max(1, run.step), text, data))
    return events


def _checkpoints(runs: Runs, row: Row) -> list[FineTuningCheckpoint]:
    """Return the last checkpoint, which has replaced the earlier ones."""
    name, interval = row["request"]["name"], row["request"]["options"]["train.save_every"]
    weights = runs.folder(name) / "model.safetensors"
    try:
        run, saved_at = runs.get(name), weights.stat().st_mtime
    except (NotFoundError, OSError):  # nothing was saved yet, or the run was deleted
        return []
    history = run.history or []
    saved = [step for step in history if step["step"] % interval == 0 or step["step"] == run.total]
    if not saved:
        return []
    step = saved[-1]
    metrics = {
        "step": step["step"],
        "train_loss": step.get("loss"),
        "valid_loss": step.get("validation", {}).get("loss"),
    }
    checkpoint = FineTuningCheckpoint(
        id=f"ftckpt-{row['id']}-{step['step']}",
        object="fine_tuning.job.checkpoint",
        created_at=int(saved_at),
        fine_tuned_model_checkpoint=name,
        fine_tuning_job_id=PREFIX + row["id"],
        step_number=step["step"],
        metrics={key: value for key, value in metrics.items() if value is not None},
    )
    return [checkpoint]
