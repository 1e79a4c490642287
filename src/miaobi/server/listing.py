"""/v1/models and /healthz: what there is, and whether it is well."""

from typing import Any

from starlette.requests import Request

from miaobi.core.errors import NotFoundError
from miaobi.core.version import VERSION
from miaobi.models.zoo import MODELS, Model
from miaobi.server.service import Service, service_of, trained

KINDS = ("text", "image", "speech", "sound", "transcript")  # what clients can ask for


async def health(request: Request) -> dict[str, Any]:
    """Says that the server is there."""
    return {"status": "ok", "version": VERSION}


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
        "There is no {kind} model {name!r}.", "Known: {names}.",
        kind="", name=name, names=", ".join(row.name for row in rows),
    )  # fmt: skip


def _rows(service: Service) -> list[Model]:
    rows = [row for row in MODELS if row.kind in KINDS] + trained("text")
    return sorted(rows, key=lambda row: not row.here)


def _shown(row: Model) -> dict[str, Any]:
    """A model in OpenAI's shape, and what a person needs to choose one."""
    return {
        "id": row.name, "object": "model", "created": 0, "owned_by": "miaobi", "kind": row.kind,
        "here": row.here, "memory_mb": row.memory, "languages": list(row.languages),
        "license": row.license, "summary": row.summary, "chats": row.chats,
        "context": row.context,
    }  # fmt: skip
