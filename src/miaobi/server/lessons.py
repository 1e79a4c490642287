"""/v1/fine_tuning/jobs/ID/events and /checkpoints: how a model learns, and what is kept of it."""

import asyncio
from typing import Any

from starlette.requests import Request

from miaobi.core.errors import NotFoundError
from miaobi.core.i18n import tr
from miaobi.server.listing import Limit, page
from miaobi.server.service import Service, service_of
from miaobi.server.tuning import PREFIX, STATES, job_of


async def events(request: Request, id: str, after: str = "", limit: Limit = 20) -> dict[str, Any]:
    """What happened, newest first: its steps with their losses; their moments are estimated."""
    row = await job_of(request, id)
    return _past(after, await asyncio.to_thread(_events, service_of(request), row), limit)


async def checkpoints(
    request: Request, id: str, after: str = "", limit: Limit = 10
) -> dict[str, Any]:
    """What can be asked of a job's model: its last saved state, once there is one."""
    row = await job_of(request, id)
    return _past(after, await asyncio.to_thread(_checkpoints, service_of(request), row), limit)


def _past(after: str, rows: list[dict[str, Any]], limit: int) -> dict[str, Any]:
    ids = [row["id"] for row in rows]
    start = ids.index(after) + 1 if after in ids else 0
    return page(rows[start : start + limit + 1], limit)


def _events(service: Service, row: dict[str, Any]) -> list[dict[str, Any]]:
    found: list[tuple[float, str, Any]] = [(row["made_at"], tr("The job was created."), None)]
    began = row["started_at"]
    if began:
        found.append((began, tr("The run began."), None))
    try:
        run = service.runs.told(row["request"]["name"])
    except NotFoundError:
        run = {"history": [], "step": 0, "total": 0, "seconds": 0}
    for step in run["history"]:
        when = (began or row["made_at"]) + run["seconds"] * step["step"] / max(1, run["step"])
        loss = step.get("loss", 0.0)
        text = tr(
            "Step {number} of {total}: loss {loss:.3f}.",
            number=step["step"],
            total=run["total"],
            loss=loss,
        )
        data = {
            "step": step["step"],
            "total_steps": run["total"],
            "train_loss": loss,
            "valid": step.get("validation"),
        }
        found.append((when, text, data))
    if row["ended_at"]:
        text = tr("The job ended: {status}.", status=STATES[row["status"]])
        found.append((row["ended_at"], text, None))
    told = [
        {
            "id": f"ftevent-{row['id']}-{number}",
            "object": "fine_tuning.job.event",
            "created_at": int(when),
            "level": "info",
            "message": text,
            "data": data,
            "type": "message" if data is None else "metrics",
        }
        for number, (when, text, data) in enumerate(found)
    ]
    return told[::-1]


def _checkpoints(service: Service, row: dict[str, Any]) -> list[dict[str, Any]]:
    """The last saved state: each one takes the place of the one before it."""
    name, every = row["request"]["name"], row["request"]["options"]["train.save_every"]
    weights = service.runs.folder(name) / "model.safetensors"
    try:
        run, when = service.runs.told(name), weights.stat().st_mtime
    except (NotFoundError, OSError):  # nothing was saved yet, or all of it was deleted
        return []
    saved = [
        step for step in run["history"] if step["step"] % every == 0 or step["step"] == run["total"]
    ]
    if not saved:
        return []
    step = saved[-1]
    metrics = {
        "step": step["step"],
        "train_loss": step.get("loss"),
        "valid_loss": step.get("validation", {}).get("loss"),
    }
    return [
        {
            "id": f"ftckpt-{row['id']}-{step['step']}",
            "object": "fine_tuning.job.checkpoint",
            "created_at": int(when),
            "fine_tuned_model_checkpoint": name,
            "fine_tuning_job_id": PREFIX + row["id"],
            "step_number": step["step"],
            "metrics": {key: value for key, value in metrics.items() if value is not None},
        }
    ]
