"""The OpenAPI document: what each route takes besides JSON, and what it answers."""

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic import BaseModel
from starlette.responses import Response

from miaobi.core.version import VERSION
from miaobi.server import answers as a
from miaobi.server import records as r
from miaobi.server import schemas

SOUNDS = ("audio/wav", "audio/flac", "audio/mpeg", "audio/ogg")
VIDEOS = ("video/mp4", "video/webm", "image/gif")
EVENTS, ANY = "text/event-stream", "application/octet-stream"

# (method, path) -> the model of its JSON, or the media types of its bytes
ANSWERS: dict[tuple[str, str], type[BaseModel] | tuple[str, ...]] = {
    ("GET", "/healthz"): a.Health,
    ("GET", "/metrics"): ("text/plain",),
    ("GET", "/v1/models"): a.Page[a.ModelShown],
    ("GET", "/v1/models/{name:path}"): a.ModelShown,
    ("DELETE", "/v1/models/{name:path}"): a.Deleted,
    ("POST", "/v1/models/pull"): (EVENTS,),
    ("POST", "/v1/chat/completions"): a.ChatCompletion,
    ("POST", "/v1/completions"): a.Completion,
    ("POST", "/v1/embeddings"): a.EmbeddingList,
    ("POST", "/v1/images/generations"): a.Pictures,
    ("POST", "/v1/images/edits"): a.Pictures,
    ("POST", "/v1/audio/speech"): (*SOUNDS, "audio/pcm", EVENTS),
    ("POST", "/v1/audio/transcriptions"): a.Transcript,
    ("POST", "/v1/audio/translations"): a.Transcript,
    ("POST", "/v1/sounds"): SOUNDS,
    ("POST", "/v1/music"): (
        *SOUNDS,
        "audio/midi",
        "application/vnd.recordare.musicxml+xml",
        "image/png",
    ),
    ("POST", "/v1/videos"): r.Video,
    ("GET", "/v1/videos"): a.Page[r.Video],
    ("GET", "/v1/videos/{id}"): r.Video,
    ("GET", "/v1/videos/{id}/content"): (*VIDEOS, "image/png"),
    ("POST", "/v1/videos/{id}/remix"): r.Video,
    ("DELETE", "/v1/videos/{id}"): a.Deleted,
    ("POST", "/v1/films"): r.Job,
    ("GET", "/v1/machine"): r.Machine,
    ("GET", "/v1/voices"): a.Page[a.Voice],
    ("POST", "/v1/training"): r.Run,
    ("GET", "/v1/training"): a.Page[r.Run],
    ("GET", "/v1/training/{name}"): r.Run,
    ("GET", "/v1/training/{name}/events"): (EVENTS,),
    ("POST", "/v1/training/{name}/cancel"): r.Run,
    ("DELETE", "/v1/training/{name}"): a.Deleted,
    ("POST", "/v1/files"): r.File,
    ("GET", "/v1/files"): a.Page[r.File],
    ("GET", "/v1/files/{id}"): r.File,
    ("GET", "/v1/files/{id}/content"): (ANY,),
    ("DELETE", "/v1/files/{id}"): a.Deleted,
    ("POST", "/v1/fine_tuning/jobs"): r.FineTuningJob,
    ("GET", "/v1/fine_tuning/jobs"): a.Page[r.FineTuningJob],
    ("GET", "/v1/fine_tuning/jobs/{id}"): r.FineTuningJob,
    ("GET", "/v1/fine_tuning/jobs/{id}/events"): a.Page[r.FineTuningEvent],
    ("GET", "/v1/fine_tuning/jobs/{id}/checkpoints"): a.Page[r.FineTuningCheckpoint],
    ("POST", "/v1/fine_tuning/jobs/{id}/cancel"): r.FineTuningJob,
    ("GET", "/v1/jobs"): a.Page[r.Job],
    ("GET", "/v1/jobs/{id}"): r.Job,
    ("GET", "/v1/jobs/{id}/events"): (EVENTS,),
    ("GET", "/v1/jobs/{id}/preview"): ("image/png",),
    ("POST", "/v1/jobs/{id}/cancel"): r.Job,
    ("POST", "/v1/jobs/{id}/retry"): r.Job,
    ("GET", "/v1/artifacts"): a.Page[r.ArtifactShown],
    ("GET", "/v1/artifacts/{id}"): r.ArtifactShown,
    ("GET", "/v1/artifacts/{id}/content"): (ANY,),
    ("DELETE", "/v1/artifacts/{id}"): a.Deleted,
    ("POST", "/v1/content_provenance_checks"): r.ProvenanceCheck,
    ("POST", "/v1/moderations"): r.Moderation,
    ("GET", "/"): ("text/html",),
    ("GET", "/studio/{name}"): (ANY,),
}
# what else these answer with where it is asked for
ALSO = {
    "/v1/chat/completions": EVENTS,
    "/v1/completions": EVENTS,
    "/v1/images/generations": EVENTS,
    "/v1/images/edits": EVENTS,
    "/v1/audio/transcriptions": "text/plain",
    "/v1/audio/translations": "text/plain",
}
ACCEPTED = ("/v1/films", "/v1/jobs/{id}/retry")  # always a job: HTTP 202


class CheckRequest(BaseModel):
    """POST /v1/content_provenance_checks; all that it takes are files."""


# path -> the fields of its form, and its files: True where one has to be there
FORMS: dict[str, tuple[type[BaseModel], dict[str, bool]]] = {
    "/v1/images/edits": (schemas.EditRequest, {"image": True, "mask": False}),
    "/v1/audio/transcriptions": (schemas.TranscriptionRequest, {"file": True}),
    "/v1/audio/translations": (schemas.TranscriptionRequest, {"file": True}),
    "/v1/music": (schemas.MusicRequest, {"melody": False}),
    "/v1/videos": (schemas.VideoRequest, {"input_reference": False}),
    "/v1/files": (schemas.FileRequest, {"file": True}),
    "/v1/content_provenance_checks": (CheckRequest, {"file": True, "sidecar": False}),
}
BACKGROUND = (
    "/v1/chat/completions",
    "/v1/completions",
    "/v1/images/generations",
    "/v1/images/edits",
    "/v1/audio/speech",
    "/v1/audio/transcriptions",
    "/v1/audio/translations",
    "/v1/sounds",
    "/v1/music",
)
QUEUED = (*BACKGROUND, *ACCEPTED[:1], "/v1/videos", "/v1/videos/{id}/remix")
PARAMETERS = {
    "background": {
        "name": "background",
        "in": "query",
        "schema": {"type": "boolean"},
        "description": "true: make it a job and answer with the job (HTTP 202)",
    },
    "priority": {
        "name": "priority",
        "in": "query",
        "schema": {"type": "integer", "minimum": -10, "maximum": 10},
        "description": "of the job; lower comes first",
    },
}


def described(method: str, path: str) -> dict[str, Any]:
    """How a route stands in the document: what FastAPI's add_api_route is told of it."""
    answer = ANSWERS[method, path]
    told: dict[str, Any] = {"responses": {}, "openapi_extra": {}}
    status = 202 if path in ACCEPTED else 200
    if isinstance(answer, tuple):
        told["response_class"] = Response
        told["responses"][status] = {"content": {kind: _bytes(kind) for kind in answer}}
    else:
        also = {ALSO[path]: _bytes(ALSO[path])} if path in ALSO else {}
        told["responses"][status] = {"model": answer, "content": also}
    if path in ACCEPTED:
        told["status_code"] = status
    if method == "POST" and path in BACKGROUND:
        told["responses"][202] = {"model": r.Job, "description": "A job"}
    if method == "POST" and path in QUEUED:
        names = ("background", "priority") if path in BACKGROUND else ("priority",)
        told["openapi_extra"]["parameters"] = [PARAMETERS[name] for name in names]
    if method == "POST" and path in FORMS:
        told["openapi_extra"]["requestBody"] = _form(*FORMS[path])
    for kind in ("4XX", "5XX"):
        told["responses"][kind] = {"model": a.Failed, "description": "What was wrong"}
    return told


def document(app: FastAPI) -> dict[str, Any]:
    """The whole document, made once."""
    if app.openapi_schema is None:
        made = get_openapi(title="Miaobi", version=VERSION, routes=app.routes)
        schemes = {"key": {"type": "http", "scheme": "bearer"}}
        made["components"]["securitySchemes"] = schemes
        made["security"] = [{"key": []}, {}]  # a key only where the server asks for one
        app.openapi_schema = made
    return app.openapi_schema


def _bytes(kind: str) -> dict[str, Any]:
    is_text = kind.startswith("text/")
    return {"schema": {"type": "string"} if is_text else {"type": "string", "format": "binary"}}


def _form(schema: type[BaseModel], files: dict[str, bool]) -> dict[str, Any]:
    """The body of a form with files; where none has to be there it can be JSON as well."""
    fields = schema.model_json_schema()
    fields = _inlined(fields, fields.pop("$defs", {}))
    form = {**fields, "properties": dict(fields.get("properties", {}))}
    for name in files:
        form["properties"][name] = {"type": "string", "format": "binary"}
    wanted = [*fields.get("required", ()), *(name for name, needed in files.items() if needed)]
    if wanted:
        form["required"] = wanted
    content = {"multipart/form-data": {"schema": form}}
    if not any(files.values()):
        content["application/json"] = {"schema": fields}
    return {"required": True, "content": content}


def _inlined(schema: Any, parts: dict[str, Any]) -> Any:
    """The same schema with its parts in their places: it stands outside of the components."""
    if isinstance(schema, list):
        return [_inlined(one, parts) for one in schema]
    if not isinstance(schema, dict):
        return schema
    if "$ref" in schema:
        return _inlined(parts[schema["$ref"].rpartition("/")[2]], parts)
    return {name: _inlined(value, parts) for name, value in schema.items()}
