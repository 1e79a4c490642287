"""Any route with ?background=true: the request becomes a job, and the answer is the job."""

import time
from typing import Any

from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import JSONResponse

from miaobi.server.auth import owner_of
from miaobi.tasks.jobs import seconds_left


async def in_background(request: Request, kind: str, asked: BaseModel) -> JSONResponse | None:
    """Queue the request where its address says background=true; None: it is to be answered now."""
    if request.query_params.get("background", "").lower() not in ("true", "1"):
        return None
    return await submit(request, kind, asked.model_dump(exclude_unset=True))


async def submit(request: Request, kind: str, asked: dict[str, Any]) -> JSONResponse:
    """Queue a job and answer with it (HTTP 202)."""
    import asyncio

    service = request.app.state.service
    told = request.query_params.get("priority", "0")
    priority = int(told) if told.lstrip("-").isdigit() else 0
    id = await asyncio.to_thread(
        service.jobs.submit, kind, asked, owner=owner_of(request), priority=priority
    )
    service.wake.set()
    row = await asyncio.to_thread(service.jobs.get, id)
    return JSONResponse(shown(row), 202, {"location": f"/v1/jobs/{id}"})


def shown(row: dict[str, Any]) -> dict[str, Any]:
    """A job as its owner sees it."""
    share = row["done"] / row["total"] if row["total"] else None
    return {
        "id": row["id"], "object": "job", "kind": row["kind"], "status": row["status"],
        "priority": row["priority"], "tries": row["tries"],
        "created_at": int(row["made_at"] or time.time()),
        "started_at": _whole(row["started_at"]), "completed_at": _whole(row["ended_at"]),
        "progress": {"stage": row["stage"], "done": row["done"], "total": row["total"],
                     "share": share, "seconds_left": seconds_left(row)},
        "artifacts": row["artifacts"] or [], "result": row["result"], "error": row["error"],
        "request": row["request"],
    }  # fmt: skip


def _whole(when: float | None) -> int | None:
    return None if when is None else int(when)
