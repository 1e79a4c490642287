"""/v1/models and /healthz: what there is, and whether it is well."""

import asyncio
from typing import Annotated, Any, Literal

from fastapi import Query
from starlette.requests import Request
from starlette.responses import Response

from miaobi.assets.table import find_asset
from miaobi.core.errors import NotFoundError
from miaobi.core.version import VERSION
from miaobi.models.zoo import MODELS, Model
from miaobi.server.service import Service, service_of, trained

# what clients can ask for
KINDS = ("text", "image", "speech", "sound", "music", "video", "transcript", "embedding")
Order = Literal["asc", "desc"]
Limit = Annotated[int, Query(ge=1, le=1000)]


async def health(request: Request) -> dict[str, Any]:
    """Says that the server is there."""
    return {"status": "ok", "version": VERSION}


async def metrics(request: Request) -> Response:
    """Figures for Prometheus."""
    return Response(service_of(request).metrics.text(), media_type="text/plain; version=0.0.4")


async def models(request: Request) -> dict[str, Any]:
    """The models that can be asked for, those that are here first."""
    rows = _rows(service_of(request))
    return {"object": "list", "data": [_shown(row) for row in rows]}


async def model(request: Request, name: str) -> dict[str, Any]:
    """One model. Raises NotFoundError."""
    rows = _rows(service_of(request))
    for row in rows:
        if row.name == name:
            return _shown(row)
    raise NotFoundError(
        "There is no {kind} model {name!r}.",
        "Known: {names}.",
        kind="",
        name=name,
        names=", ".join(row.name for row in rows),
    )


async def delete(request: Request, name: str) -> dict[str, Any]:
    """Delete a model that was trained or tuned here. Raises NotFoundError."""
    service = service_of(request)
    if name not in [row.name for row in trained("text")]:
        raise NotFoundError(
            "There is no model of yours called {name!r}.",
            "Only what was trained here can be deleted.",
            name=name,
        )
    await asyncio.to_thread(service.runs.remove, name)
    return {"id": name, "object": "model", "deleted": True}


def _rows(service: Service) -> list[Model]:
    rows = [row for row in MODELS if row.kind in KINDS] + trained("text")
    return sorted(rows, key=lambda row: not row.here)


def _shown(row: Model) -> dict[str, Any]:
    """A model in OpenAI's shape, and what a person needs to choose one."""
    return {
        "id": row.name,
        "object": "model",
        "created": 0,
        "owned_by": "miaobi",
        "kind": row.kind,
        "here": row.here,
        "memory_mb": row.memory,
        "languages": list(row.languages),
        "license": row.license,
        "summary": row.summary,
        "chats": row.chats,
        "context": row.context,
        "asset": row.asset,
        "bytes": find_asset(row.asset).size if row.asset else 0,
    }


def page(rows: list[dict[str, Any]], limit: int) -> dict[str, Any]:
    """A page of OpenAI's lists, of `limit` + 1 rows that were looked for."""
    kept = rows[:limit]
    return {
        "object": "list",
        "data": kept,
        "has_more": len(rows) > limit,
        "first_id": kept[0]["id"] if kept else None,
        "last_id": kept[-1]["id"] if kept else None,
    }
