"""Text to image: `image`, also image to image and inpainting.

`stream_image` yields the events of the pipeline as they come; the last one is Done.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from miaobi.core.artifact import Artifact
from miaobi.core.checks import check_choice, check_text
from miaobi.core.errors import NotFoundError
from miaobi.core.events import Event
from miaobi.core.requests import ImageRequest
from miaobi.engines.registry import choose_model
from miaobi.media.image import check_format
from miaobi.models.zoo import Model, find_model
from miaobi.provenance.verify import verify
from miaobi.tasks.run import run, wait_for_artifact

OPTIONS = tuple(sorted(set(ImageRequest.__dataclass_fields__) - {"prompt", "model"}))


def image(prompt: str, *, model: str | Model | None = None, **options: Any) -> Artifact:
    """Generate an image; options are the fields of ImageRequest (size, seed, steps, init, mask …).

    With n above 1 the artifact is a contact sheet and its `parts` are the n images: number i has
    the seed `seed` + i and equals the image of that seed alone. Raises MiaobiError.
    """
    return wait_for_artifact(stream_image(prompt, model=model, **options))


def stream_image(
    prompt: str, *, model: str | Model | None = None, **options: Any
) -> Iterator[Event]:
    """Generate an image event by event; `previews` yields a small one every so many steps."""
    check_text("prompt", prompt)
    for name in options:
        check_choice("option", name, OPTIONS)
    given = {name: value for name, value in options.items() if value is not None}
    check_format(given.get("format", "png"))
    for name in ("init", "mask"):
        if name in given:
            given[name] = _file(given[name])
    if "loras" in given:
        given["loras"] = tuple(_file(path) for path in given["loras"])
    if isinstance(given.get("size"), list):
        given["size"] = tuple(given["size"])
    row = find_model(model, "image") if model else choose_model("image", prompt, given)
    request = ImageRequest(model=row.name, prompt=prompt, **_with_parents(given))
    return run(request, row)


def _with_parents(given: dict[str, Any]) -> dict[str, Any]:
    """Add the id of a labeled input image to the parents."""
    if "init" not in given or not (id := verify(given["init"]).record.get("id")):
        return given
    return {**given, "parents": (*given.get("parents", ()), str(id))}


def _file(given: str | Path) -> Path:
    path = Path(given).expanduser()
    if not path.is_file():
        raise NotFoundError("There is no file {path}.", "Check the name.", path=path)
    return path
