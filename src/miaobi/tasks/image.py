"""Words to pictures: `image`, also over a picture that is given, or inside a mask.

`stream_image` yields the events of the road as they come; the last one is Done.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from miaobi.core.artifact import Artifact
from miaobi.core.checks import check_choice, check_words
from miaobi.core.errors import NotFoundError
from miaobi.core.events import Event
from miaobi.core.requests import ImageRequest
from miaobi.media.image import check_format
from miaobi.models.zoo import Model, default_model, find_model
from miaobi.provenance.verify import verify
from miaobi.tasks.run import artifact_of, run

COLLAGE = "collage"  # the model that composes drawings by rule
OPTIONS = tuple(sorted(set(ImageRequest.__dataclass_fields__) - {"prompt", "model"}))


def image(prompt: str, *, model: str | None = None, **options: Any) -> Artifact:
    """Paint a prompt; options are the fields of ImageRequest (size, seed, steps, init, mask …).

    With n above 1 it is a contact sheet, and its `parts` are the n pictures: number i has the seed
    `seed` + i, and is what that seed gives alone. Raises MiaobiError.
    """
    return artifact_of(stream_image(prompt, model=model, **options))


def stream_image(prompt: str, *, model: str | None = None, **options: Any) -> Iterator[Event]:
    """The same, event by event; `previews` asks for a small picture every so many steps."""
    check_words("prompt", prompt)
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
    row = find_model(model, "image") if model else painter(prompt, given)
    request = ImageRequest(model=row.name, prompt=prompt, **_with_parents(given))
    return run(request, row)


def painter(prompt: str, options: Mapping[str, Any]) -> Model:
    """The model for a prompt where none is named: drawings by rule if it asks for some that there
    are, and for nothing that only a network can do; else the default network."""
    from miaobi.scenes.prompt import LACKS, is_known

    collage = find_model(COLLAGE, "image")
    if collage.here and is_known(prompt) and not any(map(options.get, LACKS)):
        return collage
    return default_model("image", "")


def _with_parents(given: dict[str, Any]) -> dict[str, Any]:
    """The options with the id of a labeled picture that is painted over among its parents."""
    if "init" not in given or not (id := verify(given["init"]).record.get("id")):
        return given
    return {**given, "parents": (*given.get("parents", ()), str(id))}


def _file(given: str | Path) -> Path:
    path = Path(given).expanduser()
    if not path.is_file():
        raise NotFoundError("There is no file {path}.", "Check the name.", path=path)
    return path
