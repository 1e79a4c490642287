"""/v1/videos: clips as jobs, in the shapes of OpenAI's API.

A video is its job under another name: video_ID. It begins with a picture where one is sent, and
that picture is kept as long as the job. A remix is the same video with other words.
"""

import asyncio
import base64
import binascii
import io
import shutil
from pathlib import Path
from typing import Any, Literal

from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response

from miaobi.core.errors import ConflictError, MediaError, NotFoundError, OptionError
from miaobi.server.auth import owner_of
from miaobi.server.background import add_input, as_input, cancel, job_behind, queue
from miaobi.server.forms import form_of
from miaobi.server.image import size_of
from miaobi.server.listing import Limit, Order, page
from miaobi.server.schemas import RemixRequest, VideoRequest
from miaobi.server.service import Service, Work, service_of
from miaobi.server.uploads import keep
from miaobi.tasks import gallery, library
from miaobi.tasks.files import INPUT
from miaobi.tasks.jobs import ENDED
from miaobi.tasks.video import still, stream_video

PREFIX = "video_"
KIND = "video"
REMIXED = "remixed_from"  # beside the fields of VideoRequest in the row of a job
STATES = {
    "queued": "queued",
    "running": "in_progress",
    "done": "completed",
    "failed": "failed",
    "canceled": "failed",
}
POLL = "500"  # milliseconds between two looks of a client that waits
PATIENCE = 20.0  # seconds for work to stop before what it made is deleted
OPTIONS = ("fps", "loop", "seed", "steps", "guidance", "negative")
PICTURES = ("image/png", "image/jpeg", "image/webp")
Variant = Literal["video", "thumbnail", "spritesheet"]


async def create(request: Request) -> Response:
    """Queue a clip of words, or of a picture and words; a form or JSON."""
    service, owner = service_of(request), owner_of(request)
    with service.scratch() as folder:
        async with form_of(request, VideoRequest) as (asked, sent):
            if "input_reference" in sent and asked.input_reference is not None:
                raise OptionError(
                    "{name} was sent more than once.", "Send it once.", name="input_reference"
                )
            first = await _first(asked, sent.get("input_reference"), folder)
        told = asked.model_dump(exclude_unset=True, exclude={"input_reference"})
        if first is not None:
            told["input_reference"] = {"file_id": await as_input(service, first, owner)}
        elif asked.input_reference is not None:
            id = asked.input_reference.file_id or ""
            row = await asyncio.to_thread(service.files.get, id, owner)
            if row["media_type"] not in PICTURES:
                raise MediaError("The file {file} is not a picture.", file=id)
            told["input_reference"] = {"file_id": id}
    return await _queued(request, told)


async def remix(request: Request, id: str, asked: RemixRequest) -> Response:
    """The same video with other words: its model, size, length, seed and first picture stay."""
    row, service = await _mine(request, id), service_of(request)
    if row["status"] != "done":
        raise _unfinished(id)
    made = await asyncio.to_thread(gallery.one, row["artifacts"][0])
    told = {**row["request"], "prompt": asked.prompt, "seed": made["seed"], REMIXED: id}
    first = request_of(told).input_reference
    if first is not None:
        kept = await asyncio.to_thread(_own_copy, service, first.file_id or "", owner_of(request))
        told["input_reference"] = {"file_id": kept}
    return await _queued(request, told)


async def _queued(request: Request, told: dict[str, Any]) -> Response:
    """The video that was queued; what cannot be made is said now, not when the job begins."""
    service = service_of(request)
    work = await asyncio.to_thread(video_work, service, request_of(told))
    row = await queue(request, KIND, {**told, "model": work.model.name})
    return JSONResponse(shown(service, row))


def request_of(told: dict[str, Any]) -> VideoRequest:
    """What was asked for, as the row of a job has it."""
    return VideoRequest.model_validate({k: v for k, v in told.items() if k != REMIXED})


def video_work(service: Service, asked: VideoRequest) -> Work:
    """The road to a clip. Raises MiaobiError."""
    row = service.model(asked.model, "video", asked.prompt)
    options = {name: value for name in OPTIONS if (value := getattr(asked, name)) is not None}
    if asked.input_reference is not None:
        options["init"] = service.files.path(asked.input_reference.file_id or "")
    source = stream_video(
        asked.prompt,
        model=service.place(row),
        seconds=asked.seconds,
        size=size_of(asked.size),
        format=asked.output_format,
        previews=8,
        **options,
    )
    return Work(source, row, KIND, asked.prompt, asked.model_dump(exclude_unset=True))


async def index(
    request: Request, after: str = "", limit: Limit = 20, order: Order = "desc"
) -> dict[str, Any]:
    """The videos of who asks, newest first."""
    service = service_of(request)
    rows = await asyncio.to_thread(
        service.jobs.find,
        kind=KIND,
        owner=owner_of(request),
        past=after.removeprefix(PREFIX),
        limit=limit + 1,
        oldest=order == "asc",
    )
    return page([shown(service, row) for row in rows], limit)


async def get(request: Request, id: str) -> Response:
    """One video, and how far it is."""
    row = await _mine(request, id)
    headers = {} if row["status"] in ENDED else {"openai-poll-after-ms": POLL}
    return JSONResponse(shown(service_of(request), row), headers=headers)


async def content(request: Request, id: str, variant: Variant = "video") -> Response:
    """The bytes of a finished video, of a picture of it, or of a sheet of its frames."""
    row = await _mine(request, id)
    if row["status"] != "done":
        raise _unfinished(id)
    made = row["artifacts"][0]
    if variant != "video":
        made = await asyncio.to_thread(_still, service_of(request), row, variant)
    path = await asyncio.to_thread(gallery.file_of, made)
    kept = await asyncio.to_thread(gallery.one, made)
    return FileResponse(path, media_type=kept["media_type"], headers={"x-miaobi-artifact": made})


async def delete(request: Request, id: str) -> dict[str, Any]:
    """Delete a video and its files; one that is being made is stopped first."""
    row = await _mine(request, id)
    service = service_of(request)
    row = await cancel(request, row, PATIENCE)
    await asyncio.to_thread(service.jobs.remove, row["id"])
    await asyncio.to_thread(_forget, service, row)
    return {"id": id, "object": "video.deleted", "deleted": True}


def shown(service: Service, row: dict[str, Any]) -> dict[str, Any]:
    """A job as a video in OpenAI's shape."""
    asked = request_of(row["request"])
    share = row["done"] / row["total"] if row["total"] else 0
    error = row["error"]
    if row["status"] == "canceled":
        error = {"code": "cancelled", "message": "It was canceled."}
    if error is not None:
        error = {"code": error.get("code") or "failed", "message": error["message"]}
    ended = row["ended_at"]
    return {
        "id": PREFIX + row["id"],
        "object": "video",
        "status": STATES[row["status"]],
        "model": asked.model,
        "progress": 100 if row["status"] == "done" else min(99, int(100 * share)),
        "created_at": int(row["made_at"]),
        "completed_at": int(ended) if ended else None,
        "expires_at": int(ended + service.config.retention * 86_400) if ended else None,
        "prompt": asked.prompt,
        "seconds": f"{asked.seconds:g}",
        "size": asked.size or "auto",
        "remixed_from_video_id": row["request"].get(REMIXED),
        "error": error,
        "miaobi": {"job": row["id"], "artifacts": row["artifacts"] or []},
    }


async def _first(asked: VideoRequest, sent: UploadFile | None, folder: Path) -> Path | None:
    """The picture that came with the request, as a file; None: it is kept already, or not there.

    Raises MediaError or OptionError.
    """
    if sent is not None:
        return await keep(sent, "image", folder, "first")
    address = asked.input_reference.image_url if asked.input_reference else None
    if not address:
        return None
    head, _, data = address.partition(";base64,")
    if not head.startswith("data:image/"):
        raise OptionError(
            "{name} is an address.",
            "Nothing is fetched from the network: send the picture.",
            name="input_reference",
        )
    try:
        sent = UploadFile(io.BytesIO(base64.b64decode(data, validate=True)), filename="picture")
    except (binascii.Error, ValueError) as error:
        raise MediaError("The file {file} is empty.", file="input_reference") from error
    return await keep(sent, "image", folder, "first")


def _still(service: Service, row: dict[str, Any], variant: str) -> str:
    """The id of a picture of a finished video, made when it is first asked for."""
    kept = row["result"] or {}
    if variant not in kept:
        asked, made = request_of(row["request"]), row["artifacts"][0]
        token = library.JOB.set(row["id"])
        try:
            picture = still(
                gallery.file_of(made), gallery.one(made), asked.prompt, sheet=variant != "thumbnail"
            )
        finally:
            library.JOB.reset(token)
        kept = {**kept, variant: picture.id}
        service.jobs.note(row["id"], kept)
    return str(kept[variant])


def _forget(service: Service, row: dict[str, Any]) -> None:
    for made in gallery.made_for(row["id"]):
        library.forget(made)
    given = request_of(row["request"]).input_reference
    if given is not None:
        service.files.remove_input(given.file_id or "")


def _own_copy(service: Service, id: str, owner: str) -> str:
    """A file that a job works on, copied: the other job may be deleted. A client's own stays."""
    row = service.files.get(id)
    if row["purpose"] != INPUT:
        return id
    with service.scratch() as folder:
        copy = Path(shutil.copyfile(service.files.path(id), folder / "first"))
        return str(add_input(service, copy, owner)["id"])


def _unfinished(id: str) -> ConflictError:
    return ConflictError("The video {id} is not finished.", "Ask for its status first.", id=id)


async def _mine(request: Request, id: str) -> dict[str, Any]:
    """The job behind a video. Raises NotFoundError."""
    row = await job_behind(request, id, PREFIX, KIND)
    if row is None:
        raise NotFoundError("There is no video {id!r}.", "GET /v1/videos has them.", id=id)
    return row
