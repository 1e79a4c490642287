"""Any route with ?background=true: the request becomes a job, and the answer is the job."""

import asyncio
import json
import re
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import JSONResponse

from miaobi.core.errors import NotFoundError, OptionError
from miaobi.server.auth import owner_of
from miaobi.tasks.files import INPUT
from miaobi.tasks.jobs import ENDED, seconds_left

if TYPE_CHECKING:
    from miaobi.server.service import Service

DAY = 86_400


async def in_background(request: Request, kind: str, asked: BaseModel) -> JSONResponse | None:
    """Queue the request where its address says background=true; None: it is to be answered now."""
    if not is_background(request):
        return None
    return await submit(request, kind, asked.model_dump(exclude_unset=True))


async def job_behind(request: Request, id: str, prefix: str, kind: str) -> dict[str, Any] | None:
    """The job of who asks that is shown as prefix + its id; None: there is none of that kind."""
    try:
        row: dict[str, Any] = await asyncio.to_thread(
            request.app.state.service.jobs.get, id.removeprefix(prefix), owner_of(request)
        )
    except NotFoundError:
        return None
    return row if row["kind"] == kind and id.startswith(prefix) else None


async def cancel(request: Request, row: dict[str, Any], patience: float) -> dict[str, Any]:
    """Cancel a job and wait until it has stopped, for so many seconds at most; its row then."""
    jobs = request.app.state.service.jobs
    await asyncio.to_thread(jobs.cancel, row["id"])
    until = time.monotonic() + patience
    while True:
        row = await asyncio.to_thread(jobs.get, row["id"], owner_of(request))
        if row["status"] in ENDED or time.monotonic() >= until:
            return row
        await asyncio.sleep(0.1)


def is_background(request: Request) -> bool:
    """True where the address of a request says background=true."""
    return request.query_params.get("background", "").lower() in ("true", "1")


async def submit(request: Request, kind: str, asked: dict[str, Any]) -> JSONResponse:
    """Queue a job and answer with it (HTTP 202)."""
    row = await queue(request, kind, asked)
    return JSONResponse(shown(row), 202, {"location": f"/v1/jobs/{row['id']}"})


async def queue(request: Request, kind: str, asked: dict[str, Any]) -> dict[str, Any]:
    """Queue a job and return its row. Raises OptionError."""
    service = request.app.state.service
    told = request.query_params.get("priority", "0")
    if not re.fullmatch(r"-?[0-9]{1,3}", told):
        raise OptionError("{name} is {value!r}.", "Give -10 to 10.", name="priority", value=told)
    try:  # what JSON can hold on its way in but not on its way out: half a letter, NaN
        json.dumps(asked, ensure_ascii=False, allow_nan=False).encode()
    except ValueError as error:
        raise OptionError("The request cannot be kept: {reason}.", reason=str(error)) from error
    id = await asyncio.to_thread(
        service.jobs.submit, kind, asked, owner=owner_of(request), priority=int(told)
    )
    service.wake.set()
    row: dict[str, Any] = await asyncio.to_thread(service.jobs.get, id)
    return row


async def as_input(service: "Service", path: Path, owner: str) -> str:
    """Keep a file that a job will work on, longer than the job itself is kept; its id."""
    return str((await asyncio.to_thread(add_input, service, path, owner))["id"])


def add_input(service: "Service", path: Path, owner: str) -> dict[str, Any]:
    """The same, its row; for threads."""
    seconds = 2 * service.config.retention * DAY
    return service.files.add(path, name=path.name, purpose=INPUT, owner=owner, seconds=seconds)


def shown(row: dict[str, Any]) -> dict[str, Any]:
    """A job as its owner sees it."""
    share = row["done"] / row["total"] if row["total"] else None
    return {
        "id": row["id"],
        "object": "job",
        "kind": row["kind"],
        "status": row["status"],
        "priority": row["priority"],
        "tries": row["tries"],
        "created_at": int(row["made_at"] or time.time()),
        "started_at": _whole(row["started_at"]),
        "completed_at": _whole(row["ended_at"]),
        "progress": {
            "stage": row["stage"],
            "done": row["done"],
            "total": row["total"],
            "share": share,
            "seconds_left": seconds_left(row),
        },
        "artifacts": row["artifacts"] or [],
        "result": row["result"],
        "error": row["error"],
        "request": row["request"],
    }


def _whole(when: float | None) -> int | None:
    return None if when is None else int(when)
