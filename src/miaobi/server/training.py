"""/v1/training: runs that learn from a client's text."""

import asyncio
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from miaobi.server.runs import Runs, TrainingRequest
from miaobi.server.service import service_of
from miaobi.server.stream import Flow, sse

PAUSE = 0.5  # seconds between two looks at a run


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
    await asyncio.to_thread(runs_of(request).told, name)
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
    return service_of(request).runs
