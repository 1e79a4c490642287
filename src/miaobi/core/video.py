"""Request of a video from a prompt, a first frame, or a first and a last frame."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from miaobi.core.checks import check_choice, check_integer, check_range, check_size, check_text
from miaobi.core.errors import OptionError
from miaobi.core.requests import MEMORY, Request

VIDEO_FORMATS = ("mp4", "webm", "gif", "webp", "png")  # png: single frames and a contact sheet
EVEN_SIDED_FORMATS = ("mp4", "webm")  # formats whose codecs need even sides
MAX_SECONDS, MAX_FPS, MAX_SIDE = 60.0, 60, 2048
MAX_FRAMES = 1800  # of one video, all held in memory


@dataclass(frozen=True, kw_only=True)
class VideoRequest(Request):
    """A video from a prompt, from a first frame, or between a first and a last frame."""

    prompt: str = ""  # may be empty with a first frame
    negative: str = ""  # negative prompt
    seconds: float | None = None  # None: default of the model
    fps: int | None = None  # frames per second; None: default of the model
    size: tuple[int, int] | None = None  # (width, height) in pixels; None: default of the model
    init: Path | None = None  # the first frame
    to: Path | None = None  # the last frame
    loop: bool = False  # the end blends into the beginning
    steps: int | None = None  # sampling steps; None: default of the model
    guidance: float | None = None  # guidance scale; 1: unguided
    precision: str = ""  # of the weights: "float32", "bfloat16"; "": engine default
    memory: str = ""  # one of MEMORY
    previews: int = 0  # emit a preview every so many steps; 0: none
    format: str = "mp4"

    def __post_init__(self) -> None:
        if self.prompt or self.init is None:
            check_text("prompt", self.prompt)
        if self.negative:
            check_text("negative", self.negative)
        if self.to is not None and self.init is None:
            raise OptionError("A last frame needs a first one.", "Give from as well as to.")
        if self.to is not None and self.loop:
            raise OptionError(
                "A loop ends where it begins.", "Leave out the last frame, or the loop."
            )
        self._check_shape()
        if self.steps is not None:
            check_integer("steps", self.steps, 1, 1000)
        if self.guidance is not None:
            check_range("guidance", self.guidance, 0, 50)
        check_choice("precision", self.precision, ("", "float32", "bfloat16"))
        check_choice("memory", self.memory, MEMORY)
        check_integer("previews", self.previews, 0, 1000)
        check_integer("seed", self.seed, 0, 2**32 - 2)

    def _check_shape(self) -> None:
        check_choice("format", self.format, VIDEO_FORMATS)
        if self.seconds is not None:
            check_range("seconds", self.seconds, 0.1, MAX_SECONDS)
        if self.fps is not None:
            check_integer("fps", self.fps, 1, MAX_FPS)
        if self.size is None:
            return
        check_size(self.size, MAX_SIDE)
        for name, value in zip(("width", "height"), self.size, strict=True):
            if value % 2 and self.format in EVEN_SIDED_FORMATS:
                raise OptionError(
                    "{name} is {value}.",
                    "{format} needs even sides: try {near}.",
                    name=name,
                    value=value,
                    format=self.format,
                    near=value + 1,
                )

    def frames(self, seconds: float, fps: int) -> int:
        """Return the number of frames; `seconds` and `fps` are the defaults of the model.

        Raises OptionError for more than MAX_FRAMES.
        """
        count = max(2, round((self.seconds or seconds) * (self.fps or fps)))
        check_range("frames", count, 2, MAX_FRAMES)
        return count

    @property
    def pictures(self) -> tuple[Path, ...]:
        """Files of the first and the last frame, if any."""
        return tuple(path for path in (self.init, self.to) if path is not None)

    def words(self) -> str:
        return "\n".join(part for part in (self.prompt, self.negative) if part)

    def parameters(self) -> dict[str, Any]:
        params: dict[str, Any] = {}
        for name in ("seconds", "fps", "size", "loop", "steps", "guidance", "precision"):
            if value := getattr(self, name):
                params[name] = list(value) if isinstance(value, tuple) else value
        for name in ("init", "to"):
            if getattr(self, name) is not None:
                params[name] = True
        return params
