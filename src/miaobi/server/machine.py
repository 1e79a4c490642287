"""What this machine has, whose voices are here, and models on their way to it: our own routes."""

import os
import shutil
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from miaobi.assets import store
from miaobi.assets.members import KOKORO_VOICES
from miaobi.core.events import Progress
from miaobi.core.paths import home
from miaobi.models.zoo import MODELS
from miaobi.server.schemas import Asked
from miaobi.server.service import service_of
from miaobi.server.stream import Flow, after, flow, sse, unless_gone

LANGUAGES = {"a": "en", "b": "en", "z": "zh"}  # by the first letter of a voice of Kokoro
PLACES = 200  # of a download that a client is told of: more would only be noise


class PullRequest(Asked):
    """POST /v1/models/pull"""

    name: str


async def machine(request: Request) -> dict[str, Any]:
    """What this machine has: processor, memory, room on the disk."""
    import psutil

    memory = psutil.virtual_memory()
    place = next(folder for folder in (home(), *home().parents) if folder.exists())
    return {
        "object": "machine",
        "cores": len(os.sched_getaffinity(0))
        if hasattr(os, "sched_getaffinity")
        else os.cpu_count(),
        "memory_mb": round(memory.total / 1e6),
        "free_mb": round(memory.available / 1e6),
        "disk_free_mb": round(shutil.disk_usage(place).free / 1e6),
    }


async def voices(request: Request) -> dict[str, Any]:
    """The voices that can speak, and whether their model is here."""
    here = {row.name: row.here for row in MODELS if row.kind == "speech"}
    rows = [{"id": "heart", "language": "en", "model": "hibari", "here": here["hibari"]}]
    rows += [
        {
            "id": voice,
            "language": LANGUAGES[voice[0]],
            "model": "kokoro-82m",
            "here": here["kokoro-82m"],
        }
        for voice in KOKORO_VOICES
    ]
    return {"object": "list", "data": rows}


async def pull(request: Request, asked: PullRequest) -> Response:
    """Bring a model here: server-sent progress in bytes; leaving stops it, the next call goes on.

    Raises NotFoundError, OfflineError, DownloadError or DiskFull.
    """
    messages = _progress(flow(store.pull(asked.name), service_of(request).pool), asked.name)
    first = await unless_gone(request, anext(messages))
    return sse(after(first, messages), named=False, done=False)


async def _progress(events: Flow[Progress], name: str) -> Flow[dict[str, Any]]:
    told = -1
    async for event in events:
        place = int(PLACES * event.done / event.total) if event.total else 0
        if place != told:
            told = place
            yield {"object": "model.pull", "name": name, "done": event.done, "total": event.total}
