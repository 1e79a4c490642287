"""/v1/images/generations and /v1/images/edits."""

import base64
import contextlib
import time
from pathlib import Path
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from miaobi.core.artifact import Artifact
from miaobi.core.errors import MediaError, OptionError
from miaobi.core.events import Done, Preview, Progress
from miaobi.media import image as pictures
from miaobi.models.zoo import Model
from miaobi.server.auth import owner_of
from miaobi.server.background import as_input, in_background, is_background, submit
from miaobi.server.forms import form_of, needed
from miaobi.server.schemas import EditRequest, ImageOptions, ImageRequest
from miaobi.server.service import Service, Work, service_of
from miaobi.server.stream import Flow, after, artifact_from, sse, unless_gone
from miaobi.server.uploads import keep
from miaobi.tasks.image import stream_image

OPTIONS = ("seed", "steps", "guidance", "negative", "style", "sampler", "upscale")


async def generate(request: Request, asked: ImageRequest) -> Response:
    """Paint a prompt."""
    if job := await in_background(request, "image", asked):
        return job
    return await Painting(request, asked, {}, "image_generation").respond()


async def edit(request: Request) -> Response:
    """Paint over a picture, or inside a mask that is transparent where it may change."""
    with contextlib.ExitStack() as stack:
        service = service_of(request)
        folder = stack.enter_context(service.scratch())
        async with form_of(request, EditRequest) as (asked, sent):
            file = needed(sent, "image")
            given: dict[str, Any] = {"init": await keep(file, "image", folder, "image")}
            if mask := sent.get("mask"):
                given["mask"] = _mask(await keep(mask, "image", folder, "mask"), folder)
        if is_background(request):
            edit_work(service, asked, given)  # what cannot be asked is said now
            told = {
                name: await as_input(service, path, owner_of(request))
                for name, path in given.items()
            }
            return await submit(request, "edit", asked.model_dump(exclude_unset=True) | told)
        if asked.strength is not None:
            given["strength"] = asked.strength
        painting = Painting(request, asked, given, "image_edit")
        if not asked.stream:
            return await painting.respond()
        messages = _within(stack.pop_all(), painting.messages())
    first = await unless_gone(request, anext(messages))
    return sse(after(first, messages), named=True, done=False)


async def _within(stack: contextlib.ExitStack, messages: Flow[dict[str, Any]]) -> Flow[Any]:
    """The messages of work whose files have to stay until its last event."""
    with stack:
        async with contextlib.aclosing(messages):
            async for message in messages:
                yield message


class Painting:
    """One request for pictures, as JSON or as a stream with partial pictures."""

    def __init__(
        self, request: Request, asked: ImageOptions, given: dict[str, Any], kind: str
    ) -> None:
        self.service, self.request = service_of(request), request
        self.asked, self.kind = asked, kind
        self.model: Model = self.service.model(asked.model, "image", asked.prompt)
        self.size = size_of(asked.size)
        self.given = given
        self.created = int(time.time())

    def work(self) -> Work:
        """The road to the pictures."""
        return image_work(self.service, self.asked, self.given)

    async def respond(self) -> Response:
        """Raises what the road raises."""
        if self.asked.stream:
            messages = self.messages()
            first = await unless_gone(self.request, anext(messages))
            return sse(after(first, messages), named=True, done=False)
        artifact: Artifact = await unless_gone(
            self.request, artifact_from(self.service.flow(self.work()))
        )
        made = artifact.parts or (artifact,)
        told = {
            "created": self.created,
            "data": [self._datum(one) for one in made],
            **self._about(artifact),
            "usage": _usage(),
            "miaobi": {
                "artifacts": [one.id for one in made],
                "seeds": [one.seed for one in made],
                "model": artifact.model,
            },
        }
        return JSONResponse(told)

    async def messages(self) -> Flow[dict[str, Any]]:
        """Partial pictures at even shares of the way, then the finished ones."""
        wanted, sent, share = self.asked.partial_images, 0, 0.0
        async with contextlib.aclosing(self.service.flow(self.work())) as events:
            async for event in events:
                if isinstance(event, Progress) and event.total:
                    share = event.done / event.total
                elif isinstance(event, Preview) and share >= (sent + 1) / (wanted + 1):
                    sent += 1
                    yield self._partial(event, sent - 1)
                elif isinstance(event, Done):
                    for one in event.artifact.parts or (event.artifact,):
                        data = base64.b64encode(one.data).decode()
                        yield {
                            "type": f"{self.kind}.completed",
                            "b64_json": data,
                            "created_at": self.created,
                            **self._about(one),
                            "usage": _usage(),
                            "miaobi": {"artifact": one.id, "seed": one.seed},
                        }

    def _partial(self, event: Preview, number: int) -> dict[str, Any]:
        data = base64.b64encode(pictures.encode(event.pixels, "png")).decode()
        return {
            "type": f"{self.kind}.partial_image",
            "b64_json": data,
            "partial_image_index": number,
            "created_at": self.created,
            "size": f"{event.pixels.shape[1]}x{event.pixels.shape[0]}",
            "quality": "auto",
            "background": "opaque",
            "output_format": "png",
        }

    def _datum(self, one: Artifact) -> dict[str, Any]:
        if self.asked.response_format == "url":
            return {"url": str(self.request.base_url) + f"v1/artifacts/{one.id}/content"}
        return {"b64_json": base64.b64encode(one.data).decode()}

    def _about(self, one: Artifact) -> dict[str, Any]:
        size = "auto" if self.size is None else "{}x{}".format(*self.size)
        background = "transparent" if self.asked.background == "transparent" else "opaque"
        return {
            "background": background,
            "output_format": self.asked.output_format,
            "quality": "auto",
            "size": size,
        }


def image_work(service: Service, asked: ImageOptions, given: dict[str, Any]) -> Work:
    """The road to pictures; `given` are the files to begin with. Raises MiaobiError."""
    row = service.model(asked.model, "image", asked.prompt)
    options = given | {
        name: value for name in OPTIONS if (value := getattr(asked, name)) is not None
    }
    partial = asked.stream and asked.partial_images and asked.n == 1
    source = stream_image(
        asked.prompt,
        model=service.place(row),
        n=asked.n,
        size=size_of(asked.size),
        format=asked.output_format,
        transparent=asked.background == "transparent",
        previews=1 if partial else 0,
        **options,
    )
    return Work(source, row, "image", asked.prompt, asked.model_dump(exclude_unset=True))


def edit_work(service: Service, asked: EditRequest, given: dict[str, Any]) -> Work:
    """The road to a picture painted over; `given` are its files. Raises MiaobiError."""
    more = {} if asked.strength is None else {"strength": asked.strength}
    return image_work(service, asked, given | more)


def size_of(told: str | None) -> tuple[int, int] | None:
    """ "256x128" -> (256, 128); "auto" and nothing: the model's own. Raises OptionError."""
    if told in (None, "", "auto"):
        return None
    width, _, height = str(told).partition("x")
    if not (width.isdecimal() and height.isdecimal() and len(width) + len(height) < 10):
        raise OptionError("{name} is {value!r}.", "Write it as 512x512.", name="size", value=told)
    return int(width), int(height)


def _mask(path: Path, folder: Path) -> Path:
    """OpenAI's mask is transparent where the picture may change; ours is white there."""
    import numpy as np

    pixels = pictures.decode(path)
    if pixels.shape[2] != 4:
        raise MediaError(
            "The mask has no transparent part.", "Make it transparent where the picture may change."
        )
    white = np.repeat(np.where(pixels[..., 3:] < 128, 255, 0).astype(np.uint8), 3, axis=2)
    ours = folder / "mask.png"
    ours.write_bytes(pictures.encode(white, "png"))
    return ours


def _usage() -> dict[str, Any]:
    """Pictures are not counted in tokens here."""
    return {
        "input_tokens": 0,
        "output_tokens": 0,
        "total_tokens": 0,
        "input_tokens_details": {"text_tokens": 0, "image_tokens": 0},
    }
