"""/v1/images/generations and /v1/images/edits."""

import base64
import contextlib
import time
from collections.abc import Mapping
from pathlib import Path
from typing import TypeAlias

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from miaobi.core.artifact import Artifact
from miaobi.core.errors import MediaError, OptionError
from miaobi.core.events import Done, Preview, Progress
from miaobi.core.requests import SETTING
from miaobi.media import image as media_image
from miaobi.server.auth import Owner
from miaobi.server.concurrency import (
    AsyncStream,
    cancel_on_disconnect,
    prepend,
    sse_response,
    wait_for_artifact,
)
from miaobi.server.files import read_form, require_upload, save_upload
from miaobi.server.jobs import in_background, is_background, store_input, submit
from miaobi.server.requests import ImageBody, ImageEditBody, ImageGenerationBody
from miaobi.server.responses import Json
from miaobi.server.state import AppState, Generation, State
from miaobi.tasks.image import stream_image
from miaobi.tasks.options import without_none

# fields of the body that are passed on under their own name
OPTIONS = ("seed", "steps", "guidance", "negative", "style", "sampler", "upscale")
ALPHA_THRESHOLD = 128  # a mask is transparent below this alpha value
Size: TypeAlias = tuple[int, int]  # width, height in pixels
Files: TypeAlias = Mapping[str, Path]  # "init" and "mask"


async def generate_image(request: Request, body: ImageGenerationBody, state: State) -> Response:
    """Generate images from a prompt."""
    if job := await in_background(request, "image", body):
        return job
    return await ImageResponder(request, state, body, {}, "image_generation").respond()


async def edit_image(request: Request, state: State, owner: Owner) -> Response:
    """Change an image as the prompt describes, or only where the mask is transparent."""
    with contextlib.ExitStack() as stack:
        folder = stack.enter_context(state.temporary_folder())
        async with read_form(request, ImageEditBody) as (body, uploads):
            image = require_upload(uploads, "image")
            files = {"init": await save_upload(image, "image", folder, "image")}
            if mask := uploads.get("mask"):
                files["mask"] = _invert_mask(
                    await save_upload(mask, "image", folder, "mask"), folder
                )
        if is_background(request):
            prepare_edit(state, body, files)  # an invalid request is refused now
            ids = {name: await store_input(state, path, owner) for name, path in files.items()}
            return await submit(request, "edit", body.model_dump(exclude_unset=True) | ids)
        responder = ImageResponder(request, state, body, files, "image_edit")
        if not body.stream:
            return await responder.respond()
        messages = _keep_open(stack.pop_all(), responder.messages())
    first = await cancel_on_disconnect(request, anext(messages))
    return sse_response(prepend(first, messages), named=True, done=False)


def prepare_image(state: AppState, body: ImageBody, files: Files | None = None) -> Generation:
    """Prepare a generation of images, from `files` if given. Raises MiaobiError."""
    return _prepare(state, body, files or {}, parse_size(body.size))


def prepare_edit(state: AppState, body: ImageEditBody, files: Files) -> Generation:
    """Prepare an edit of the image files["init"]. Raises MiaobiError."""
    return prepare_image(state, body, files)


def _prepare(state: AppState, body: ImageBody, files: Files, size: Size | None) -> Generation:
    options = without_none({name: getattr(body, name) for name in OPTIONS})
    if isinstance(body, ImageEditBody):
        options["strength"] = body.strength
    elif isinstance(body, ImageGenerationBody):
        options |= without_none({name: getattr(body, name) for name in SETTING})
    previews = bool(body.stream and body.partial_images and body.n == 1)
    events = stream_image(
        body.prompt,
        model=state.find_model(body.model, "image"),
        n=body.n,
        size=size,
        format=body.output_format,
        transparent=body.background == "transparent",
        previews=int(previews),
        **files,
        **options,
    )
    return Generation(
        events, events.model, "image", body.prompt, body.model_dump(exclude_unset=True)
    )


def parse_size(text: str | None) -> Size | None:
    """Parse "256x128" to (256, 128); "auto" and "" are the model's own size.

    Raises OptionError.
    """
    if text in (None, "", "auto"):
        return None
    width, _, height = str(text).partition("x")
    if not (width.isdecimal() and height.isdecimal() and len(width) + len(height) < 10):
        raise OptionError("{name} is {value!r}.", "Write it as 512x512.", name="size", value=text)
    return int(width), int(height)


class ImageResponder:
    """Response to one image request: JSON, or a stream with partial images."""

    def __init__(
        self, request: Request, state: AppState, body: ImageBody, files: Files, kind: str
    ) -> None:
        size = parse_size(body.size)
        self.request, self.state, self.body, self.kind = request, state, body, kind
        self.generation = _prepare(state, body, files, size)
        self.created = int(time.time())
        self.description = {
            "background": "transparent" if body.background == "transparent" else "opaque",
            "output_format": body.output_format,
            "quality": "auto",
            "size": "auto" if size is None else "{}x{}".format(*size),
        }

    async def respond(self) -> Response:
        """Generate the images and return them. Raises MiaobiError or ClientDisconnected."""
        if self.body.stream:
            messages = self.messages()
            first = await cancel_on_disconnect(self.request, anext(messages))
            return sse_response(prepend(first, messages), named=True, done=False)
        artifact = await cancel_on_disconnect(
            self.request, wait_for_artifact(self.state.stream(self.generation))
        )
        images = artifact.parts or (artifact,)
        return JSONResponse(
            {
                "created": self.created,
                "data": [self._data(image) for image in images],
                **self.description,
                "usage": _usage(),
                "miaobi": {
                    "artifacts": [image.id for image in images],
                    "seeds": [image.seed for image in images],
                    "model": artifact.model,
                    "drawn": artifact.manifest.get("drawn", []),
                    "left_out": list(artifact.left_out),
                },
            }
        )

    async def messages(self) -> AsyncStream[Json]:
        """Yield partial images at evenly spaced fractions of the steps, then the final ones."""
        count, sent, fraction = self.body.partial_images, 0, 0.0
        async with contextlib.aclosing(self.state.stream(self.generation)) as events:
            async for event in events:
                if isinstance(event, Progress) and event.total:
                    fraction = event.done / event.total
                elif isinstance(event, Preview) and fraction >= (sent + 1) / (count + 1):
                    yield self._partial_image(event, sent)
                    sent += 1
                elif isinstance(event, Done):
                    for image in event.artifact.parts or (event.artifact,):
                        yield self._completed_image(image)

    def _partial_image(self, preview: Preview, index: int) -> Json:
        height, width = preview.pixels.shape[:2]
        return {
            "type": f"{self.kind}.partial_image",
            "b64_json": _base64(media_image.encode(preview.pixels, "png")),
            "partial_image_index": index,
            "created_at": self.created,
            "size": f"{width}x{height}",
            "quality": "auto",
            "background": "opaque",
            "output_format": "png",
        }

    def _completed_image(self, image: Artifact) -> Json:
        return {
            "type": f"{self.kind}.completed",
            "b64_json": _base64(image.data),
            "created_at": self.created,
            **self.description,
            "usage": _usage(),
            "miaobi": {
                "artifact": image.id,
                "seed": image.seed,
                "drawn": image.manifest.get("drawn", []),
                "left_out": list(image.left_out),
            },
        }

    def _data(self, image: Artifact) -> Json:
        default = "url" if self.body.model.startswith("dall-e") else "b64_json"
        if (self.body.response_format or default) == "url":
            return {"url": f"{self.request.base_url}v1/artifacts/{image.id}/content"}
        return {"b64_json": _base64(image.data)}


async def _keep_open(stack: contextlib.ExitStack, messages: AsyncStream[Json]) -> AsyncStream[Json]:
    """Pass on messages and keep the files of their generation until the last one."""
    with stack:
        async with contextlib.aclosing(messages):
            async for message in messages:
                yield message


def _invert_mask(path: Path, folder: Path) -> Path:
    """Convert OpenAI's mask, transparent where the image may change, to ours, white there."""
    import numpy as np

    pixels = media_image.decode(path)
    if pixels.shape[2] != 4:
        raise MediaError(
            "The mask has no transparent part.", "Make it transparent where the picture may change."
        )
    transparent = pixels[..., 3:] < ALPHA_THRESHOLD
    white = np.repeat(np.where(transparent, 255, 0).astype(np.uint8), 3, axis=2)
    inverted = folder / "mask.png"
    inverted.write_bytes(media_image.encode(white, "png"))
    return inverted


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _usage() -> Json:
    """Return OpenAI's token counts, which are all 0: images are not counted in tokens here."""
    return {
        "input_tokens": 0,
        "output_tokens": 0,
        "total_tokens": 0,
        "input_tokens_details": {"text_tokens": 0, "image_tokens": 0},
    }
