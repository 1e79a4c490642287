"""`video`: a clip from a prompt, from a first frame, or between two frames.

`stream_video` yields the events of the pipeline; the last one is Done.
"""

import itertools
from collections.abc import Generator, Mapping
from pathlib import Path
from typing import Any, Unpack

from miaobi.core.artifact import Artifact
from miaobi.core.checks import check_choice, check_text
from miaobi.core.errors import OptionError
from miaobi.core.events import Output
from miaobi.core.video import VideoRequest
from miaobi.engines.registry import choose_model
from miaobi.media import image
from miaobi.media import video as clips
from miaobi.models.zoo import Model, find_model
from miaobi.tasks.inputs import existing_file, with_parents
from miaobi.tasks.options import VideoOptions, without_none
from miaobi.tasks.run import Run, publish, run, wait_for_artifact

SHEET_FRAMES, SHEET_FPS = 16, 2  # at most so many frames on a sheet, so many per second
OPTIONS = tuple(sorted({*VideoRequest.__dataclass_fields__, "from_"} - {"prompt", "model"}))


def video(
    prompt: str = "", *, model: str | Model | None = None, **options: Unpack[VideoOptions]
) -> Artifact:
    """Generate a clip; options are the fields of VideoRequest (seconds, fps, size, seed, loop …).

    `init` (or `from_`) is the first frame and `to` the last one. With format "png" the artifact is
    a contact sheet, and its `parts` are the frames. Raises MiaobiError.
    """
    return wait_for_artifact(stream_video(prompt, model=model, **options))


def stream_video(
    prompt: str = "", *, model: str | Model | None = None, **options: Unpack[VideoOptions]
) -> Run:
    """Generate a clip and yield the events; `previews` is the number of steps between previews."""
    for name in options:
        check_choice("option", name, OPTIONS)
    fields = without_none(options)
    if "from_" in fields:
        if "init" in fields:
            raise OptionError("init cannot be used with from.", "They mean the same.")
        fields["init"] = fields.pop("from_")
    for name in ("init", "to"):
        if name in fields:
            fields[name] = existing_file(fields[name])
    if prompt or "init" not in fields:
        check_text("prompt", prompt)
    if isinstance(fields.get("size"), list):
        fields["size"] = tuple(fields["size"])
    row = find_model(model, "video") if model else choose_model("video", prompt, fields)
    request = VideoRequest(model=row.name, prompt=prompt, **fields)
    return run(with_parents(request, request.pictures), row)


def still(path: Path, row: Mapping[str, Any], prompt: str, *, sheet: bool = False) -> Artifact:
    """Publish the first frame of a generated clip, or a sheet of several, as a labeled PNG.

    `row` is the row of the clip in the library. Raises MediaError or LabelError.
    """
    frames = clips.read(path, fps=SHEET_FPS if sheet else 0)
    try:
        pictures = list(itertools.islice(frames, SHEET_FRAMES if sheet else 1))
    finally:
        if isinstance(frames, Generator):  # ends the ffmpeg process
            frames.close()
    pixels = image.make_grid(pictures) if sheet else pictures[0]
    model = find_model(row["model"], "video")
    request = VideoRequest(
        model=model.name,
        prompt=prompt or row["id"],
        seed=row["seed"],
        format="png",
        parents=(row["id"],),
    )
    return publish(request, model, Output(pictures=(pixels,)), [], {})
