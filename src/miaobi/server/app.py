"""The application: the table of routes, error handlers, middleware, lifespan; and its server."""

import contextlib
import logging
import os
import sys
from collections.abc import AsyncIterator
from functools import partial
from typing import Any

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from miaobi.core.errors import MiaobiError
from miaobi.core.version import VERSION
from miaobi.server import (
    artifacts,
    audio,
    files,
    fine_tuning,
    image,
    job_types,
    jobs,
    models,
    requests,
    responses,
    system_info,
    text,
    training,
    video,
)
from miaobi.server import fine_tuning_events as events
from miaobi.server.concurrency import ClientDisconnected
from miaobi.server.errors import error_response
from miaobi.server.middleware import RequestMiddleware
from miaobi.server.openapi import Form, Operation, Route, document
from miaobi.server.state import AppState, ServiceConfig

CLIENT_CLOSED_REQUEST = 499  # nginx's status; it is logged, not sent
SHUTDOWN_TIMEOUT = 10  # seconds that running requests have to finish

# what the signatures of the handlers do not show
SSE, ANY, PNG = "text/event-stream", "application/octet-stream", "image/png"
AUDIO = ("audio/wav", "audio/flac", "audio/mpeg", "audio/ogg")
SCORE = ("audio/midi", "application/vnd.recordare.musicxml+xml", PNG)
EDIT = Form(requests.ImageEditBody, {"image": True, "mask": False})
RECORDING = Form(requests.TranscriptionBody, {"file": True})
MELODY = Form(requests.MusicBody, {"melody": False})
FRAME = Form(requests.VideoBody, {"input_reference": False})

CHAT = Operation(responses.ChatCompletion, (SSE,), background=True)
COMPLETION = Operation(responses.Completion, (SSE,), background=True)
IMAGES = Operation(responses.ImagesResponse, (SSE,), background=True)
IMAGE_EDIT = Operation(responses.ImagesResponse, (SSE,), form=EDIT, background=True)
SPEECH = Operation(media=(*AUDIO, "audio/pcm", SSE), background=True)
SOUND = Operation(media=AUDIO, background=True)
MUSIC = Operation(media=(*AUDIO, *SCORE), form=MELODY, background=True)
TRANSCRIPT = Operation(responses.Transcription, ("text/plain",), form=RECORDING, background=True)
VIDEO = Operation(form=FRAME, queues=True)
VIDEO_FILE = Operation(media=("video/mp4", "video/webm", "image/gif", PNG))
QUEUED = Operation(queues=True)
FILM = Operation(responses.Job, status=202, queues=True)
RETRY = Operation(status=202)
EMBEDDINGS = Operation(responses.EmbeddingList)
UPLOAD = Operation(form=Form(files.FileUploadBody, {"file": True}))
PROVENANCE = Operation(form=Form(None, {"file": True, "sidecar": False}))
STREAM, FILE, PREVIEW = (Operation(media=(kind,)) for kind in (SSE, ANY, PNG))
METRICS, PAGE = (Operation(media=(kind,)) for kind in ("text/plain", "text/html"))

# method, path, handler, scope of the API key ("" is public), OpenAPI description
ROUTES = (
    Route("GET", "/healthz", system_info.check_health),
    Route("GET", "/metrics", system_info.get_metrics, "read", METRICS),
    Route("GET", "/v1/models", models.list_models, "read"),
    Route("GET", "/v1/models/{name:path}", models.get_model, "read"),
    Route("DELETE", "/v1/models/{name:path}", models.delete_model, "train"),
    Route("POST", "/v1/chat/completions", text.create_chat_completion, "text", CHAT),
    Route("POST", "/v1/completions", text.create_completion, "text", COMPLETION),
    Route("POST", "/v1/embeddings", text.create_embeddings, "text", EMBEDDINGS),
    Route("POST", "/v1/images/generations", image.generate_image, "image", IMAGES),
    Route("POST", "/v1/images/understanding", system_info.understand_prompt, "image"),
    Route("POST", "/v1/images/edits", image.edit_image, "image", IMAGE_EDIT),
    Route("POST", "/v1/audio/speech", audio.create_speech, "audio", SPEECH),
    Route("POST", "/v1/audio/transcriptions", audio.create_transcription, "audio", TRANSCRIPT),
    Route("POST", "/v1/audio/translations", audio.create_translation, "audio", TRANSCRIPT),
    Route("POST", "/v1/sounds", audio.create_sound, "audio", SOUND),
    Route("POST", "/v1/music", audio.create_music, "audio", MUSIC),
    Route("POST", "/v1/videos", video.create_video, "video", VIDEO),
    Route("GET", "/v1/videos", video.list_videos, "read"),
    Route("GET", "/v1/videos/{id}", video.get_video, "read"),
    Route("GET", "/v1/videos/{id}/content", video.get_video_content, "read", VIDEO_FILE),
    Route("POST", "/v1/videos/{id}/remix", video.remix_video, "video", QUEUED),
    Route("DELETE", "/v1/videos/{id}", video.delete_video, "video"),
    Route("POST", "/v1/files", files.upload_file, "read", UPLOAD),
    Route("GET", "/v1/files", files.list_files, "read"),
    Route("GET", "/v1/files/{id}", files.get_file, "read"),
    Route("GET", "/v1/files/{id}/content", files.get_file_content, "read", FILE),
    Route("DELETE", "/v1/files/{id}", files.delete_file, "read"),
    Route("GET", "/v1/machine", system_info.get_system_info, "read"),
    Route("GET", "/v1/catalog", system_info.search_catalog, "read"),
    Route("GET", "/v1/voices", system_info.list_voices, "read"),
    Route("POST", "/v1/models/pull", models.pull_model, "admin", STREAM),
    Route("POST", "/v1/training", training.start_run, "train"),
    Route("GET", "/v1/training", training.list_runs, "read"),
    Route("GET", "/v1/training/{name}", training.get_run, "read"),
    Route("GET", "/v1/training/{name}/events", training.watch_run, "read", STREAM),
    Route("POST", "/v1/training/{name}/cancel", training.cancel_run, "train"),
    Route("DELETE", "/v1/training/{name}", training.delete_run, "train"),
    Route("POST", "/v1/fine_tuning/jobs", fine_tuning.create_fine_tuning_job, "train"),
    Route("GET", "/v1/fine_tuning/jobs", fine_tuning.list_fine_tuning_jobs, "read"),
    Route("GET", "/v1/fine_tuning/jobs/{id}", fine_tuning.get_fine_tuning_job, "read"),
    Route("GET", "/v1/fine_tuning/jobs/{id}/events", events.list_events, "read"),
    Route("GET", "/v1/fine_tuning/jobs/{id}/checkpoints", events.list_checkpoints, "read"),
    Route("POST", "/v1/fine_tuning/jobs/{id}/cancel", fine_tuning.cancel_fine_tuning_job, "train"),
    Route("GET", "/", system_info.get_studio, "", PAGE),
    Route("GET", "/studio/{name}", system_info.get_studio_file, "", FILE),
    Route("POST", "/v1/films", job_types.create_film, "video", FILM),
    Route("GET", "/v1/jobs", jobs.list_jobs, "read"),
    Route("GET", "/v1/jobs/{id}", jobs.get_job, "read"),
    Route("GET", "/v1/jobs/{id}/events", jobs.watch_job, "read", STREAM),
    Route("GET", "/v1/jobs/{id}/preview", jobs.get_preview, "read", PREVIEW),
    Route("POST", "/v1/jobs/{id}/cancel", jobs.cancel_job, "read"),
    Route("POST", "/v1/jobs/{id}/retry", jobs.retry_job, "read", RETRY),
    Route("GET", "/v1/artifacts", artifacts.list_artifacts, "read"),
    Route("GET", "/v1/artifacts/{id}", artifacts.get_artifact, "read"),
    Route("GET", "/v1/artifacts/{id}/content", artifacts.get_artifact_content, "read", FILE),
    Route("DELETE", "/v1/artifacts/{id}", artifacts.delete_artifact, "admin"),
    Route("POST", "/v1/content_provenance_checks", artifacts.check_provenance, "read", PROVENANCE),
    Route("POST", "/v1/moderations", artifacts.create_moderation, "read"),
)


def create_app(config: ServiceConfig | None = None) -> FastAPI:
    """Return the ASGI application; models are loaded on their first request."""
    config = config or ServiceConfig()
    app = FastAPI(
        title="Miaobi", version=VERSION, lifespan=_lifespan, redoc_url=None, docs_url=None
    )
    app.state.miaobi = AppState(config)
    for route in ROUTES:
        route.add_to(app)
    for kind in (MiaobiError, RequestValidationError, HTTPException, ExceptionGroup):
        app.add_exception_handler(kind, _handle_error)
    app.add_exception_handler(ClientDisconnected, _handle_disconnect)
    app.openapi = partial(document, app)  # type: ignore[method-assign]
    app.add_middleware(RequestMiddleware, config=config)
    return app


async def _handle_error(request: Request, error: Exception) -> Response:
    """Return an error as JSON; of a group the first one."""
    while isinstance(error, ExceptionGroup):
        error = error.exceptions[0]
    if isinstance(error, ClientDisconnected):
        return await _handle_disconnect(request, error)
    status, body, headers = error_response(error)
    return JSONResponse(body, status, headers)


async def _handle_disconnect(request: Request, error: Exception) -> Response:
    return Response(status_code=CLIENT_CLOSED_REQUEST)


@contextlib.asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    state: AppState = app.state.miaobi
    runner = job_types.JobRunner(state)
    await runner.start()
    try:
        yield
    finally:
        await runner.stop()
        state.close()


def run(config: ServiceConfig) -> None:
    """Serve until SIGINT or SIGTERM.

    Raises OptionError for an unusable database, NotFoundError for an unknown model in `preload`
    and AssetError for one that is not installed.
    """
    import uvicorn

    from miaobi.tasks.database import check_database

    check_database(config.database)
    _raise_file_limit()
    os.environ["MIAOBI_SLOTS"] = str(config.max_concurrent)
    for name in config.preload:
        _preload(name)
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(logging.Formatter("%(message)s"))
    logger = logging.getLogger("miaobi.server")
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    uvicorn.run(create_app(config), host=config.host, port=config.port, **uvicorn_options(config))


def _preload(name: str) -> None:
    """Load a model before the first request: llama.cpp blocks all requests while it loads."""
    from miaobi.engines.registry import engine_for
    from miaobi.models.zoo import all_models, find_model

    matches = [model for model in all_models() if model.name == name]
    engine_for(matches[0] if matches else find_model(name, "text"))


def uvicorn_options(config: ServiceConfig | None = None) -> dict[str, Any]:
    """Return the options of uvicorn; its event loop is uvloop where available."""
    from miaobi.http.protocol import bounded_protocol

    config = config or ServiceConfig()
    return {
        "http": bounded_protocol(config.body_timeout),
        "loop": "auto",
        "access_log": False,
        "log_level": "warning",
        "timeout_graceful_shutdown": SHUTDOWN_TIMEOUT,
        "server_header": False,
    }


def _raise_file_limit() -> None:
    """Raise the limit of open files to the system's: each client holds one."""
    try:
        import resource
    except ImportError:  # not a Unix
        return
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    with contextlib.suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
