"""`morph`: a strip or an animation from one picture to another.

`stream_morph` yields the events of the pipeline; the last one is Done.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Unpack

from miaobi.core.artifact import Artifact
from miaobi.core.checks import check_choice
from miaobi.core.events import Event
from miaobi.core.morph import MorphRequest
from miaobi.models.zoo import Model, all_models, find_model
from miaobi.tasks.inputs import existing_file, with_parents
from miaobi.tasks.options import MorphOptions, without_none
from miaobi.tasks.run import run, wait_for_artifact

PROMPT_MODEL, PICTURE_MODEL = "drawings", "drawings-vae"  # defaults, by the type of the start
EXTENSIONS = (".png", ".jpg", ".jpeg", ".webp", ".gif", ".bmp", ".tif", ".tiff")  # of pictures
OPTIONS = tuple(sorted(set(MorphRequest.__dataclass_fields__) - {"start", "end", "model"}))


def morph(
    start: str | Path,
    end: str | Path | None = None,
    *,
    model: str | Model | None = None,
    **options: Unpack[MorphOptions],
) -> Artifact:
    """Morph from `start` to `end`; options are the fields of MorphRequest.

    Each end is a prompt ("a fox, 3d style") or the name of a picture file. Instead of an end,
    `more` names an attribute to add (more="night") and `by` how much of it; a picture with neither
    is encoded and decoded. format "png" is a strip, "gif" and "webp" are animations. Raises
    MiaobiError.
    """
    return wait_for_artifact(stream_morph(start, end, model=model, **options))


def stream_morph(
    start: str | Path,
    end: str | Path | None = None,
    *,
    model: str | Model | None = None,
    **options: Unpack[MorphOptions],
) -> Iterator[Event]:
    """Morph from `start` to `end` and yield the events."""
    for name in options:
        check_choice("option", name, OPTIONS)
    first, last = _prompt_or_file(start), None if end is None else _prompt_or_file(end)
    default = PICTURE_MODEL if isinstance(first, Path) else PROMPT_MODEL
    row = _find_model(model or default)
    request = MorphRequest(model=row.name, start=first, end=last, **without_none(options))
    return run(with_parents(request, request.pictures), row)


def _prompt_or_file(end: str | Path) -> str | Path:
    """Return the path of a picture, recognized by its extension, or a prompt unchanged.

    Raises NotFoundError.
    """
    is_prompt = isinstance(end, str) and not end.lower().endswith(EXTENSIONS)
    return end if is_prompt else existing_file(end)


def _find_model(name: str | Model) -> Model:
    """Find an autoencoder of the table, or an image model. Raises NotFoundError."""
    autoencoders = [row.name for row in all_models() if row.kind == "autoencoder"]
    return find_model(name, "autoencoder" if name in autoencoders else "image")
