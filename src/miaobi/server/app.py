"""The server: one table of routes, and what stands between them and the world."""

import contextlib
from collections.abc import AsyncIterator, Callable
from functools import partial
from typing import Any

from fastapi import Depends, FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from miaobi.core.errors import MiaobiError
from miaobi.core.version import VERSION
from miaobi.server import (
    artifacts,
    audio,
    embeddings,
    files,
    image,
    jobs,
    lessons,
    listing,
    machine,
    studio,
    text,
    training,
    tuning,
    video,
)
from miaobi.server.auth import needs
from miaobi.server.config import ServiceConfig
from miaobi.server.document import described, document
from miaobi.server.failures import failure
from miaobi.server.gate import Gate
from miaobi.server.service import Service
from miaobi.server.stream import Gone

CLIENT_GONE = 499  # nobody reads it; the log does

# (method, path, what answers, the scope a key needs: "" is open to everybody)
ROUTES: tuple[tuple[str, str, Callable[..., Any], str], ...] = (
    ("GET", "/healthz", listing.health, ""),
    ("GET", "/metrics", listing.metrics, "read"),
    ("GET", "/v1/models", listing.models, "read"),
    ("GET", "/v1/models/{name:path}", listing.model, "read"),
    ("DELETE", "/v1/models/{name:path}", listing.delete, "train"),
    ("POST", "/v1/chat/completions", text.chat, "text"),
    ("POST", "/v1/completions", text.complete, "text"),
    ("POST", "/v1/embeddings", embeddings.embed, "text"),
    ("POST", "/v1/images/generations", image.generate, "image"),
    ("POST", "/v1/images/edits", image.edit, "image"),
    ("POST", "/v1/audio/speech", audio.speech, "audio"),
    ("POST", "/v1/audio/transcriptions", audio.transcribe, "audio"),
    ("POST", "/v1/audio/translations", audio.translate, "audio"),
    ("POST", "/v1/sounds", audio.sound, "audio"),
    ("POST", "/v1/music", audio.music, "audio"),
    ("POST", "/v1/videos", video.create, "video"),
    ("GET", "/v1/videos", video.index, "read"),
    ("GET", "/v1/videos/{id}", video.get, "read"),
    ("GET", "/v1/videos/{id}/content", video.content, "read"),
    ("POST", "/v1/videos/{id}/remix", video.remix, "video"),
    ("DELETE", "/v1/videos/{id}", video.delete, "video"),
    ("POST", "/v1/files", files.upload, "read"),
    ("GET", "/v1/files", files.index, "read"),
    ("GET", "/v1/files/{id}", files.get, "read"),
    ("GET", "/v1/files/{id}/content", files.content, "read"),
    ("DELETE", "/v1/files/{id}", files.delete, "read"),
    ("GET", "/v1/machine", machine.machine, "read"),
    ("GET", "/v1/voices", machine.voices, "read"),
    ("POST", "/v1/models/pull", machine.pull, "admin"),
    ("POST", "/v1/training", training.start, "train"),
    ("GET", "/v1/training", training.every, "read"),
    ("GET", "/v1/training/{name}", training.one, "read"),
    ("GET", "/v1/training/{name}/events", training.events, "read"),
    ("POST", "/v1/training/{name}/cancel", training.cancel, "train"),
    ("DELETE", "/v1/training/{name}", training.remove, "train"),
    ("POST", "/v1/fine_tuning/jobs", tuning.create, "train"),
    ("GET", "/v1/fine_tuning/jobs", tuning.index, "read"),
    ("GET", "/v1/fine_tuning/jobs/{id}", tuning.get, "read"),
    ("GET", "/v1/fine_tuning/jobs/{id}/events", lessons.events, "read"),
    ("GET", "/v1/fine_tuning/jobs/{id}/checkpoints", lessons.checkpoints, "read"),
    ("POST", "/v1/fine_tuning/jobs/{id}/cancel", tuning.cancel, "train"),
    ("GET", "/", studio.page, ""),
    ("GET", "/studio/{name}", studio.file, ""),
    ("POST", "/v1/films", jobs.film, "video"),
    ("GET", "/v1/jobs", jobs.index, "read"),
    ("GET", "/v1/jobs/{id}", jobs.get, "read"),
    ("GET", "/v1/jobs/{id}/events", jobs.watch, "read"),
    ("GET", "/v1/jobs/{id}/preview", jobs.preview, "read"),
    ("POST", "/v1/jobs/{id}/cancel", jobs.cancel, "read"),
    ("POST", "/v1/jobs/{id}/retry", jobs.retry, "read"),
    ("GET", "/v1/artifacts", artifacts.index, "read"),
    ("GET", "/v1/artifacts/{id}", artifacts.get, "read"),
    ("GET", "/v1/artifacts/{id}/content", artifacts.content, "read"),
    ("DELETE", "/v1/artifacts/{id}", artifacts.delete, "admin"),
    ("POST", "/v1/content_provenance_checks", artifacts.check, "read"),
    ("POST", "/v1/moderations", artifacts.moderate, "read"),
)


def create_app(config: ServiceConfig | None = None) -> FastAPI:
    """The ASGI application; nothing is loaded before it is asked for."""
    config = config or ServiceConfig()
    app = FastAPI(title="Miaobi", version=VERSION, lifespan=_life, redoc_url=None, docs_url=None)
    app.state.service = Service(config)
    for method, path, answer, scope in ROUTES:
        app.add_api_route(
            path,
            answer,
            methods=[method],
            response_model=None,
            summary=(answer.__doc__ or "").split(".")[0].split(":")[0],
            tags=[scope or "open"],
            dependencies=[Depends(needs(scope))] if scope else [],
            **described(method, path),
        )
    for kind in (MiaobiError, RequestValidationError, HTTPException, ExceptionGroup):
        app.add_exception_handler(kind, _say)
    app.add_exception_handler(Gone, _nobody)
    app.openapi = partial(document, app)  # type: ignore[method-assign]
    app.add_middleware(Gate, config=config)
    return app


async def _say(request: Request, error: Exception) -> Response:
    """An error as JSON; of several at once the first one."""
    while isinstance(error, ExceptionGroup):
        error = error.exceptions[0]
    if isinstance(error, Gone):
        return await _nobody(request, error)
    status, body, headers = failure(error)
    return JSONResponse(body, status, headers)


async def _nobody(request: Request, error: Exception) -> Response:
    return Response(status_code=CLIENT_GONE)


@contextlib.asynccontextmanager
async def _life(app: FastAPI) -> AsyncIterator[None]:
    runner = jobs.Runner(app.state.service)
    await runner.start()
    try:
        yield
    finally:
        await runner.stop()
        app.state.service.close()
