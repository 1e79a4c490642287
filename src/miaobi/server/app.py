"""The server: one table of routes, and what stands between them and the world."""

import contextlib
from collections.abc import AsyncIterator, Callable
from typing import Any

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from miaobi.core.errors import MiaobiError
from miaobi.core.version import VERSION
from miaobi.server import audio, image, listing, text
from miaobi.server.config import ServiceConfig
from miaobi.server.failures import failure
from miaobi.server.gate import Gate
from miaobi.server.service import Service
from miaobi.server.stream import Gone

CLIENT_GONE = 499  # nobody reads it; the log does

# (method, path, what answers, the scope a key needs: "" is open to everybody)
ROUTES: tuple[tuple[str, str, Callable[..., Any], str], ...] = (
    ("GET", "/healthz", listing.health, ""),
    ("GET", "/v1/models", listing.models, "read"),
    ("GET", "/v1/models/{name:path}", listing.model, "read"),
    ("POST", "/v1/chat/completions", text.chat, "text"),
    ("POST", "/v1/completions", text.complete, "text"),
    ("POST", "/v1/images/generations", image.generate, "image"),
    ("POST", "/v1/images/edits", image.edit, "image"),
    ("POST", "/v1/audio/speech", audio.speech, "audio"),
    ("POST", "/v1/audio/transcriptions", audio.transcribe, "audio"),
    ("POST", "/v1/audio/translations", audio.translate, "audio"),
    ("POST", "/v1/sounds", audio.sound, "audio"),
)


def create_app(config: ServiceConfig | None = None) -> FastAPI:
    """The ASGI application; nothing is loaded before it is asked for."""
    config = config or ServiceConfig()
    app = FastAPI(title="Miaobi", version=VERSION, lifespan=_life, redoc_url=None, docs_url=None)
    app.state.service = Service(config)
    for method, path, answer, scope in ROUTES:
        app.add_api_route(
            path, answer, methods=[method], response_model=None,
            summary=(answer.__doc__ or "").split(".")[0].split(":")[0], tags=[scope or "open"],
        )  # fmt: skip
    for kind in (MiaobiError, RequestValidationError, HTTPException, ExceptionGroup):
        app.add_exception_handler(kind, _say)
    app.add_exception_handler(Gone, _nobody)
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
    try:
        yield
    finally:
        app.state.service.close()
