"""From one picture to another: `morph`, as a strip or an animation.

`stream_morph` yields the events of the road as they come; the last one is Done.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from miaobi.core.artifact import Artifact
from miaobi.core.checks import check_choice
from miaobi.core.errors import NotFoundError
from miaobi.core.events import Event
from miaobi.core.morph import MorphRequest
from miaobi.models.zoo import MODELS, Model, find_model
from miaobi.provenance.verify import verify
from miaobi.tasks.run import artifact_of, run

FOR_WORDS, FOR_PICTURES = "drawings", "drawings-vae"  # unless another one is named
PICTURES = (".png", ".jpg", ".jpeg", ".webp", ".gif", ".bmp", ".tif", ".tiff")
OPTIONS = tuple(sorted(set(MorphRequest.__dataclass_fields__) - {"start", "end", "model"}))


def morph(
    start: str | Path, end: str | Path | None = None, *, model: str | None = None, **options: Any
) -> Artifact:
    """Pictures on the way from `start` to `end`; options are the fields of MorphRequest.

    An end is a prompt ("a fox, 3d style") or the name of a picture file. Instead of an end, `more`
    and `by` say what there shall be more of (more="night"); a picture with neither is sent through
    the model and back. format "png" is a strip, "gif" and "webp" are animations. Raises
    MiaobiError.
    """
    return artifact_of(stream_morph(start, end, model=model, **options))


def stream_morph(
    start: str | Path, end: str | Path | None = None, *, model: str | None = None, **options: Any
) -> Iterator[Event]:
    """The same, event by event."""
    for name in options:
        check_choice("option", name, OPTIONS)
    given = {name: value for name, value in options.items() if value is not None}
    ends = _end(start), _end(end)
    usual = FOR_PICTURES if isinstance(ends[0], Path) else FOR_WORDS
    row = _model(model or usual)
    request = MorphRequest(model=row.name, start=ends[0], end=ends[1], **given)
    return run(_with_parents(request), row)


def _end(given: Any) -> Any:
    """A Path for a picture file, known by its ending; words as they are. Raises NotFoundError."""
    if isinstance(given, str) and not given.lower().endswith(PICTURES) or given is None:
        return given
    path = Path(given).expanduser()
    if not path.is_file():
        raise NotFoundError("There is no file {path}.", "Check the name.", path=path)
    return path


def _model(name: str) -> Model:
    """An autoencoder of the table, or what draws pictures. Raises NotFoundError."""
    known = any(row.name == name and row.kind == "autoencoder" for row in MODELS)
    return find_model(name, "autoencoder" if known else "image")


def _with_parents(request: MorphRequest) -> MorphRequest:
    """With the ids of labeled pictures among its parents."""
    from dataclasses import replace

    ids = [str(id) for path in request.pictures if (id := verify(path).record.get("id"))]
    return replace(request, parents=(*request.parents, *ids)) if ids else request
