"""Words to moving pictures: `video`, also from a first frame, or between two.

`stream_video` yields the events of the road as they come; the last one is Done.
"""

import itertools
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from miaobi.core.artifact import Artifact
from miaobi.core.checks import check_choice, check_words
from miaobi.core.errors import NotFoundError, OptionError
from miaobi.core.events import Event, Output
from miaobi.core.sentences import language_of
from miaobi.core.video import VideoRequest
from miaobi.media import image
from miaobi.media import video as clips
from miaobi.models.zoo import default_model, find_model
from miaobi.provenance.verify import verify
from miaobi.tasks.run import artifact_of, hand_out, run

SHEET = 16  # frames on a sheet at most, two a second
OPTIONS = tuple(sorted({*VideoRequest.__dataclass_fields__, "from_"} - {"prompt", "model"}))


def video(prompt: str = "", *, model: str | None = None, **options: Any) -> Artifact:
    """Make a clip; options are the fields of VideoRequest (seconds, fps, size, seed, loop …).

    `init` (or `from_`) is the picture it begins with, and `to` the one it ends with. With format
    "png" the artifact is a sheet, and its `parts` are the frames. Raises MiaobiError.
    """
    return artifact_of(stream_video(prompt, model=model, **options))


def stream_video(prompt: str = "", *, model: str | None = None, **options: Any) -> Iterator[Event]:
    """The same, event by event; `previews` asks for a small picture every so many steps."""
    for name in options:
        check_choice("option", name, OPTIONS)
    given = {name: value for name, value in options.items() if value is not None}
    if "from_" in given:
        if "init" in given:
            raise OptionError("init cannot be used with from.", "They mean the same.")
        given["init"] = given.pop("from_")
    for name in ("init", "to"):
        if name in given:
            given[name] = _file(given[name])
    if prompt or "init" not in given:
        check_words("prompt", prompt)
    if isinstance(given.get("size"), list):
        given["size"] = tuple(given["size"])
    row = find_model(model, "video") if model else default_model("video", language_of(prompt))
    return run(_with_parents(VideoRequest(model=row.name, prompt=prompt, **given)), row)


def still(path: Path, row: dict[str, Any], prompt: str, *, sheet: bool = False) -> Artifact:
    """The first frame of a clip that was made here, or a sheet of some of them, as a labeled PNG.

    `row` is the clip's row of the library. Raises MediaError or LabelError.
    """
    frames = clips.read(path, fps=2 if sheet else 0)
    try:
        pictures = list(itertools.islice(frames, SHEET if sheet else 1))
    finally:
        frames.close()  # type: ignore[attr-defined]
    shown = image.grid(pictures) if sheet else pictures[0]
    model = find_model(row["model"], "video")
    request = VideoRequest(
        model=model.name,
        prompt=prompt or row["id"],
        seed=row["seed"],
        format="png",
        parents=(row["id"],),
    )
    return hand_out(request, model, Output(pictures=(shown,)), [], {})


def _file(given: str | Path) -> Path:
    path = Path(given).expanduser()
    if not path.is_file():
        raise NotFoundError("There is no file {path}.", "Check the name.", path=path)
    return path


def _with_parents(request: VideoRequest) -> VideoRequest:
    """With the ids of labeled pictures among its parents."""
    from dataclasses import replace

    ids = [str(id) for path in request.pictures if (id := verify(path).record.get("id"))]
    return replace(request, parents=(*request.parents, *ids)) if ids else request
