"""/v1/jobs: list, watch, cancel and retry jobs; any route with ?background=true becomes a job."""

import asyncio
import json
import re
import time
from pathlib import Path

from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from miaobi.core.errors import NotFoundError, OptionError
from miaobi.server.auth import Owner, request_owner
from miaobi.server.concurrency import AsyncStream, sse_response
from miaobi.server.requests import Limit
from miaobi.server.responses import Job, JobProgress, Json, Page, Row
from miaobi.server.state import AppState, State, app_state
from miaobi.tasks.files import INPUT
from miaobi.tasks.jobs import ENDED, seconds_left

DAY = 86_400  # seconds
WATCH_INTERVAL = 0.3  # seconds between two reads of a watched job
CANCEL_INTERVAL = 0.1  # seconds between two reads of a job that is being canceled


async def list_jobs(
    state: State,
    owner: Owner,
    status: str = "",
    kind: str = "",
    before: str = "",
    limit: Limit = 50,
) -> Page[Job]:
    """List your jobs, newest first."""
    rows = await asyncio.to_thread(
        state.jobs.find, limit=limit, past=before, owner=owner, status=status, kind=kind
    )
    jobs = [to_response(row) for row in rows]
    return Page(object="list", data=jobs, has_more=len(rows) == limit)


async def get_job(id: str, state: State, owner: Owner) -> Job:
    """Return one job."""
    return to_response(await _read(state, id, owner))


async def get_preview(id: str, state: State, owner: Owner) -> Response:
    """Return the preview image of a running job."""
    row = await _read(state, id, owner)
    if not row["preview"]:
        raise NotFoundError("Job {id!r} has no preview yet.", id=id)
    return Response(row["preview"], media_type="image/png")


async def watch_job(id: str, state: State, owner: Owner) -> Response:
    """Stream the job as server-sent events, one per change, until it has ended."""
    await _read(state, id, owner)  # an unknown job has a status of its own
    return sse_response(_changes(state, id, owner), named=True, done=False)


async def _changes(state: AppState, id: str, owner: str) -> AsyncStream[Json]:
    previous: Job | None = None
    while True:
        job = to_response(await _read(state, id, owner))
        if job != previous:
            yield {"type": "job.changed", "job": job.model_dump()}
        if job.completed_at is not None:
            return
        previous = job
        await asyncio.sleep(WATCH_INTERVAL)


async def cancel_job(id: str, state: State, owner: Owner) -> Job:
    """Remove a job from the queue, or stop it at its next event."""
    await _read(state, id, owner)
    return to_response(await asyncio.to_thread(state.jobs.cancel, id))


async def retry_job(id: str, state: State, owner: Owner, response: Response) -> Job:
    """Submit an ended job again as a new one."""
    await _read(state, id, owner)
    new_id = await asyncio.to_thread(state.jobs.retry, id)
    state.job_submitted.set()
    response.headers["location"] = f"/v1/jobs/{new_id}"
    return to_response(await _read(state, new_id, owner))


async def _read(state: AppState, id: str, owner: str) -> Row:
    """Read a job of this owner. Raises NotFoundError."""
    return await asyncio.to_thread(state.jobs.get, id, owner)


def to_response(row: Row) -> Job:
    """Convert a row of the database to the response."""
    return Job(
        id=row["id"],
        object="job",
        kind=row["kind"],
        status=row["status"],
        priority=row["priority"],
        tries=row["tries"],
        created_at=int(row["made_at"] or time.time()),
        started_at=_whole_seconds(row["started_at"]),
        completed_at=_whole_seconds(row["ended_at"]),
        progress=JobProgress(
            stage=row["stage"],
            done=row["done"],
            total=row["total"],
            share=row["done"] / row["total"] if row["total"] else None,
            seconds_left=seconds_left(row),
        ),
        artifacts=row["artifacts"] or [],
        result=row["result"],
        error=row["error"],
        request=row["request"],
    )


def _whole_seconds(time: float | None) -> int | None:
    return None if time is None else int(time)


async def in_background(request: Request, kind: str, body: BaseModel) -> JSONResponse | None:
    """Submit the request as a job if its URL has background=true; else return None."""
    if not is_background(request):
        return None
    return await submit(request, kind, body.model_dump(exclude_unset=True))


def is_background(request: Request) -> bool:
    """Check whether the URL of a request has background=true."""
    return request.query_params.get("background", "").lower() in ("true", "1")


async def submit(request: Request, kind: str, body: Json) -> JSONResponse:
    """Submit a job and return it as the response (HTTP 202)."""
    row = await enqueue(request, kind, body)
    content = to_response(row).model_dump()
    return JSONResponse(content, 202, {"location": f"/v1/jobs/{row['id']}"})


async def enqueue(request: Request, kind: str, body: Json) -> Row:
    """Submit a job with the priority of the URL and return its row. Raises OptionError."""
    state = await app_state(request)
    priority = request.query_params.get("priority", "0")
    if not re.fullmatch(r"-?[0-9]{1,3}", priority):
        raise OptionError(
            "{name} is {value!r}.", "Give -10 to 10.", name="priority", value=priority
        )
    try:  # JSON input may hold values that cannot be stored: lone surrogates, NaN
        json.dumps(body, ensure_ascii=False, allow_nan=False).encode()
    except ValueError as error:
        raise OptionError("The request cannot be stored: {reason}.", reason=str(error)) from error
    owner = await request_owner(request)
    id = await asyncio.to_thread(state.jobs.submit, kind, body, owner=owner, priority=int(priority))
    state.job_submitted.set()
    return await asyncio.to_thread(state.jobs.get, id)


async def find_prefixed(state: AppState, id: str, owner: str, prefix: str, kind: str) -> Row | None:
    """Find the job of this kind whose public id is prefix + id; None if there is none."""
    try:
        row = await _read(state, id.removeprefix(prefix), owner)
    except NotFoundError:
        return None
    return row if row["kind"] == kind and id.startswith(prefix) else None


async def cancel_and_wait(state: AppState, row: Row, timeout: float) -> Row:
    """Cancel a job, wait at most `timeout` seconds until it has stopped, and return its row."""
    await asyncio.to_thread(state.jobs.cancel, row["id"])
    deadline = time.monotonic() + timeout
    while True:
        row = await asyncio.to_thread(state.jobs.get, row["id"])
        if row["status"] in ENDED or time.monotonic() >= deadline:
            return row
        await asyncio.sleep(CANCEL_INTERVAL)


async def store_input(state: AppState, path: Path, owner: str) -> str:
    """Store an input file of a job, for longer than the job itself, and return its id."""
    return str((await asyncio.to_thread(add_input, state, path, owner))["id"])


def add_input(state: AppState, path: Path, owner: str) -> Row:
    """Store an input file of a job and return its row; blocks."""
    seconds = 2 * state.config.retention * DAY
    return state.files.add(path, name=path.name, purpose=INPUT, owner=owner, seconds=seconds)
