"""/v1/videos: clips as jobs, in OpenAI's format.

A video is a job with the id video_ID. An uploaded first frame is stored as long as the job. A
remix repeats a video with another prompt.
"""

import asyncio
import base64
import binascii
import io
import shutil
from pathlib import Path
from typing import Literal, TypeAlias

from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import Response

from miaobi.core.errors import ConflictError, MediaError, NotFoundError, OptionError
from miaobi.http.content import ContentResponse
from miaobi.server.auth import Owner
from miaobi.server.files import read_form, save_upload
from miaobi.server.image import parse_size
from miaobi.server.jobs import DAY, add_input, cancel_and_wait, enqueue, find_prefixed, store_input
from miaobi.server.requests import Limit, Order, VideoBody, VideoRemixBody
from miaobi.server.responses import DeletionStatus, Json, Page, Row, Video, page_of
from miaobi.server.state import AppState, Generation, State
from miaobi.tasks import library, search
from miaobi.tasks.files import INPUT
from miaobi.tasks.jobs import ENDED
from miaobi.tasks.options import without_none
from miaobi.tasks.video import still, stream_video

PREFIX = "video_"
JOB_TYPE = "video"
REMIXED = "remixed_from"  # stored in the job's request beside the fields of VideoBody
# status of a job -> OpenAI's status of a video
STATES: dict[str, Literal["queued", "in_progress", "completed", "failed"]] = {
    "queued": "queued",
    "running": "in_progress",
    "done": "completed",
    "failed": "failed",
    "canceled": "failed",
}
POLL_AFTER = "500"  # milliseconds between two requests of a client that waits
CANCEL_TIMEOUT = 20.0  # seconds for a job to stop before its artifacts are deleted
PREVIEW_INTERVAL = 8  # steps
# fields of the body that are passed on under their own name
OPTIONS = ("fps", "loop", "seed", "steps", "guidance", "negative")
IMAGE_TYPES = ("image/png", "image/jpeg", "image/webp")
Variant: TypeAlias = Literal["video", "thumbnail", "spritesheet"]


async def create_video(request: Request, state: State, owner: Owner) -> Video:
    """Submit a video from a prompt, or from a first frame and a prompt; a form or JSON."""
    with state.temporary_folder() as folder:
        async with read_form(request, VideoBody) as (body, uploads):
            if "input_reference" in uploads and body.input_reference is not None:
                raise OptionError(
                    "{name} was sent more than once.", "Send it once.", name="input_reference"
                )
            frame = await _save_first_frame(body, uploads.get("input_reference"), folder)
        fields = body.model_dump(exclude_unset=True, exclude={"input_reference"})
        if frame is not None:
            fields["input_reference"] = {"file_id": await store_input(state, frame, owner)}
        elif body.input_reference is not None:
            id = body.input_reference.file_id or ""
            row = await asyncio.to_thread(state.files.get, id, owner)
            if row["media_type"] not in IMAGE_TYPES:
                raise MediaError("The file {file} is not a picture.", file=id)
            fields["input_reference"] = {"file_id": id}
    return await _submit(request, state, fields)


async def remix_video(
    request: Request, id: str, body: VideoRemixBody, state: State, owner: Owner
) -> Video:
    """Submit the same video with another prompt; model, size, length, seed and frame stay."""
    row = await _read(state, id, owner)
    if row["status"] != "done":
        raise _unfinished(id)
    artifact = await asyncio.to_thread(search.find_artifact, row["artifacts"][0])
    fields = {**row["request"], "prompt": body.prompt, "seed": artifact["seed"], REMIXED: id}
    frame = body_of(fields).input_reference
    if frame is not None:
        copy = await asyncio.to_thread(_copy_input, state, frame.file_id or "", owner)
        fields["input_reference"] = {"file_id": copy}
    return await _submit(request, state, fields)


async def _submit(request: Request, state: AppState, fields: Json) -> Video:
    """Submit a video job; an invalid request is refused now and not when the job begins."""
    generation = await asyncio.to_thread(prepare_video, state, body_of(fields))
    row = await enqueue(request, JOB_TYPE, {**fields, "model": generation.model.name})
    return to_response(state, row)


def body_of(fields: Json) -> VideoBody:
    """Return the request that is stored in a job's row."""
    return VideoBody.model_validate({k: v for k, v in fields.items() if k != REMIXED})


def prepare_video(state: AppState, body: VideoBody) -> Generation:
    """Prepare the generation of a clip. Raises MiaobiError."""
    options = without_none({name: getattr(body, name) for name in OPTIONS})
    if body.input_reference is not None:
        options["init"] = state.files.path(body.input_reference.file_id or "")
    events = stream_video(
        body.prompt,
        model=state.find_model(body.model, "video"),
        seconds=body.seconds,
        size=parse_size(body.size),
        format=body.output_format,
        previews=PREVIEW_INTERVAL,
        **options,
    )
    return Generation(
        events, events.model, JOB_TYPE, body.prompt, body.model_dump(exclude_unset=True)
    )


async def list_videos(
    state: State, owner: Owner, after: str = "", limit: Limit = 20, order: Order = "desc"
) -> Page[Video]:
    """List your videos, newest first by default."""
    rows = await asyncio.to_thread(
        state.jobs.find,
        kind=JOB_TYPE,
        owner=owner,
        past=after.removeprefix(PREFIX),
        limit=limit + 1,
        oldest=order == "asc",
    )
    return page_of([to_response(state, row) for row in rows], limit)


async def get_video(id: str, state: State, owner: Owner, response: Response) -> Video:
    """Return one video with its status and progress."""
    row = await _read(state, id, owner)
    if row["status"] not in ENDED:
        response.headers["openai-poll-after-ms"] = POLL_AFTER
    return to_response(state, row)


async def get_video_content(
    id: str, state: State, owner: Owner, variant: Variant = "video"
) -> Response:
    """Return the file of a finished video, its thumbnail, or a sheet of its frames."""
    row = await _read(state, id, owner)
    if row["status"] != "done":
        raise _unfinished(id)
    artifact_id = row["artifacts"][0]
    if variant != "video":
        artifact_id = await asyncio.to_thread(_still, state, row, variant)
    path = await asyncio.to_thread(search.find_file, artifact_id)
    artifact = await asyncio.to_thread(search.find_artifact, artifact_id)
    headers = {"x-miaobi-artifact": artifact_id}
    return ContentResponse(path, media_type=artifact["media_type"], headers=headers)


async def delete_video(id: str, state: State, owner: Owner) -> DeletionStatus:
    """Delete a video and its files; a running job is stopped first."""
    row = await cancel_and_wait(state, await _read(state, id, owner), CANCEL_TIMEOUT)
    await asyncio.to_thread(state.jobs.remove, row["id"])
    await asyncio.to_thread(_delete_files, state, row)
    return DeletionStatus(id=id, object="video.deleted", deleted=True)


def to_response(state: AppState, row: Row) -> Video:
    """Convert the row of a job to OpenAI's format of a video."""
    body = body_of(row["request"])
    fraction = row["done"] / row["total"] if row["total"] else 0
    error = row["error"]
    if row["status"] == "canceled":
        error = {"code": "cancelled", "message": "It was canceled."}
    if error is not None:
        error = {"code": error.get("code") or "failed", "message": error["message"]}
    ended = row["ended_at"]
    return Video(
        id=PREFIX + row["id"],
        object="video",
        status=STATES[row["status"]],
        model=body.model,
        progress=100 if row["status"] == "done" else min(99, int(100 * fraction)),
        created_at=int(row["made_at"]),
        completed_at=int(ended) if ended else None,
        expires_at=int(ended + state.config.retention * DAY) if ended else None,
        prompt=body.prompt,
        seconds=f"{body.seconds:g}",
        size=body.size or "auto",
        remixed_from_video_id=row["request"].get(REMIXED),
        error=error,
        miaobi={"job": row["id"], "artifacts": row["artifacts"] or []},
    )


async def _save_first_frame(
    body: VideoBody, upload: UploadFile | None, folder: Path
) -> Path | None:
    """Save the first frame of an upload or a data: URL; None if there is neither.

    Raises MediaError or OptionError.
    """
    if upload is not None:
        return await save_upload(upload, "image", folder, "first")
    url = body.input_reference.image_url if body.input_reference else None
    if not url:
        return None
    head, _, data = url.partition(";base64,")
    if not head.startswith("data:image/"):
        raise OptionError(
            "{name} is a URL.",
            "Nothing is fetched from the network: send the image itself.",
            name="input_reference",
        )
    try:
        content = io.BytesIO(base64.b64decode(data, validate=True))
    except (binascii.Error, ValueError) as error:
        raise MediaError("The file {file} is empty.", file="input_reference") from error
    return await save_upload(UploadFile(content, filename="picture"), "image", folder, "first")


def _still(state: AppState, row: Row, variant: Variant) -> str:
    """Return the artifact id of a still of a finished video, made on the first request."""
    stills = row["result"] or {}
    if variant not in stills:
        clip, prompt = row["artifacts"][0], body_of(row["request"]).prompt
        token = library.JOB.set(row["id"])
        try:
            path, artifact = search.find_file(clip), search.find_artifact(clip)
            picture = still(path, artifact, prompt, sheet=variant == "spritesheet")
        finally:
            library.JOB.reset(token)
        stills = {**stills, variant: picture.id}
        state.jobs.set_result(row["id"], stills)
    return str(stills[variant])


def _delete_files(state: AppState, row: Row) -> None:
    for artifact in search.artifacts_of_job(row["id"]):
        library.forget(artifact)
    frame = body_of(row["request"]).input_reference
    if frame is not None:
        state.files.remove_input(frame.file_id or "")


def _copy_input(state: AppState, id: str, owner: str) -> str:
    """Copy the input file of a job, which is deleted with it, and return the id of the copy.

    A file the client uploaded is shared instead.
    """
    if state.files.get(id)["purpose"] != INPUT:
        return id
    with state.temporary_folder() as folder:
        copy = Path(shutil.copyfile(state.files.path(id), folder / "first"))
        return str(add_input(state, copy, owner)["id"])


def _unfinished(id: str) -> ConflictError:
    return ConflictError("The video {id} is not finished.", "Check its status first.", id=id)


async def _read(state: AppState, id: str, owner: str) -> Row:
    """Read the job of a video. Raises NotFoundError."""
    row = await find_prefixed(state, id, owner, PREFIX, JOB_TYPE)
    if row is None:
        raise NotFoundError("There is no video {id!r}.", "GET /v1/videos lists them.", id=id)
    return row
