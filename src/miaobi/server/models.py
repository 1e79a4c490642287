"""/v1/models: list, describe, download and delete models."""

import asyncio

from starlette.requests import Request
from starlette.responses import Response

from miaobi.assets import store
from miaobi.assets.table import find_asset
from miaobi.core.errors import NotFoundError
from miaobi.core.events import Progress
from miaobi.engines.registry import choose_model
from miaobi.http.fields import RequestBody
from miaobi.models.zoo import Model, all_models
from miaobi.server.concurrency import (
    AsyncStream,
    cancel_on_disconnect,
    iterate_in_thread,
    prepend,
    sse_response,
)
from miaobi.server.model_names import kind_of
from miaobi.server.responses import DeletionStatus, Json, ModelInfo, Page
from miaobi.server.state import State, trained_models

# kinds of models that have a route
KINDS = ("text", "image", "speech", "sound", "music", "video", "transcript", "embedding")
PULL_STEPS = 200  # progress messages of one download


class ModelPullBody(RequestBody):
    """POST /v1/models/pull"""

    name: str


async def list_models() -> Page[ModelInfo]:
    """List the models, installed ones first."""
    return Page(object="list", data=[to_response(model) for model in _models()])


async def get_model(name: str, state: State) -> ModelInfo:
    """Return one model by its name, or by a well-known one. Raises NotFoundError."""
    models = _models()
    for model in models:
        if model.name == name:
            return to_response(model)
    if kind := kind_of(name):
        return to_response(state.find_model(name, kind) or choose_model(kind))
    raise NotFoundError(
        "There is no {kind} model {name!r}.",
        "Known: {names}.",
        kind="",
        name=name,
        names=", ".join(model.name for model in models),
    )


async def delete_model(name: str, state: State) -> DeletionStatus:
    """Delete a model that was trained or fine-tuned here. Raises NotFoundError."""
    if name not in [model.name for model in trained_models("text")]:
        raise NotFoundError(
            "There is no model of yours called {name!r}.",
            "Only models trained here can be deleted.",
            name=name,
        )
    await asyncio.to_thread(state.runs.remove, name)
    return DeletionStatus(id=name, object="model", deleted=True)


async def pull_model(request: Request, body: ModelPullBody, state: State) -> Response:
    """Download a model: server-sent progress in bytes; a disconnect pauses the download.

    Raises NotFoundError, OfflineError, DownloadError or DiskFull.
    """
    events = iterate_in_thread(store.pull(body.name), state.executor)
    messages = _progress_messages(events, body.name)
    first = await cancel_on_disconnect(request, anext(messages))
    return sse_response(prepend(first, messages), named=False, done=False)


async def _progress_messages(events: AsyncStream[Progress], name: str) -> AsyncStream[Json]:
    previous = -1
    async for event in events:
        step = int(PULL_STEPS * event.done / event.total) if event.total else 0
        if step != previous:
            previous = step
            yield {"object": "model.pull", "name": name, "done": event.done, "total": event.total}


def to_response(model: Model) -> ModelInfo:
    """Describe a model in OpenAI's format, with additions for choosing one."""
    return ModelInfo(
        id=model.name,
        object="model",
        created=0,
        owned_by="miaobi",
        kind=model.kind,
        here=model.is_installed,
        memory_mb=model.memory,
        languages=list(model.languages),
        license=model.license,
        summary=model.summary,
        chats=model.chats,
        context=model.context,
        asset=model.asset,
        bytes=find_asset(model.asset).size if model.asset else 0,
    )


def _models() -> list[Model]:
    models = [model for model in all_models() if model.kind in KINDS] + trained_models("text")
    return sorted(models, key=lambda model: not model.is_installed)
