"""What is asked of a video, checked when it is made: words, frames to begin and end with, size."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from miaobi.core.checks import check_choice, check_range, check_whole, check_words
from miaobi.core.errors import OptionError
from miaobi.core.requests import MEMORY, Request

VIDEO_FORMATS = ("mp4", "webm", "gif", "webp", "png")  # png: every frame by itself, and a sheet
FILMED = ("mp4", "webm")  # what players show only at even sizes
MAX_SECONDS, MAX_FPS, MAX_SIDE = 60.0, 60, 2048
MAX_FRAMES = 1800  # of one video; they are held in memory


@dataclass(frozen=True, kw_only=True)
class VideoRequest(Request):
    """A moving picture: from words, from a first frame, or between a first and a last one."""

    prompt: str = ""  # may be empty where there is a frame to begin with
    negative: str = ""  # what should not be in it
    seconds: float | None = None  # None: as the model prefers
    fps: int | None = None  # frames a second; None: as the model prefers
    size: tuple[int, int] | None = None  # (width, height) in pixels; None: the model's own
    init: Path | None = None  # the first frame
    to: Path | None = None  # the last frame
    loop: bool = False  # its end goes over into its beginning
    steps: int | None = None
    guidance: float | None = None  # how closely to follow the prompt; 1: unguided
    precision: str = ""  # of the weights: "float32", "bfloat16"; "": as the engine prefers
    memory: str = ""  # one of MEMORY: less memory, more time
    previews: int = 0  # a small picture every so many steps; 0: none
    format: str = "mp4"

    def __post_init__(self) -> None:
        if self.prompt or self.init is None:
            check_words("prompt", self.prompt)
        if self.negative:
            check_words("negative", self.negative)
        if self.to is not None and self.init is None:
            raise OptionError("A last frame needs a first one.", "Give from as well as to.")
        if self.to is not None and self.loop:
            raise OptionError(
                "A loop ends where it begins.", "Leave out the last frame, or the loop."
            )
        self._check_shape()
        if self.steps is not None:
            check_whole("steps", self.steps, 1, 1000)
        if self.guidance is not None:
            check_range("guidance", self.guidance, 0, 50)
        check_choice("precision", self.precision, ("", "float32", "bfloat16"))
        check_choice("memory", self.memory, MEMORY)
        check_whole("previews", self.previews, 0, 1000)
        check_whole("seed", self.seed, 0, 2**32 - 2)

    def _check_shape(self) -> None:
        check_choice("format", self.format, VIDEO_FORMATS)
        if self.seconds is not None:
            check_range("seconds", self.seconds, 0.1, MAX_SECONDS)
        if self.fps is not None:
            check_whole("fps", self.fps, 1, MAX_FPS)
        if self.size is None:
            return
        if not isinstance(self.size, tuple) or len(self.size) != 2:
            raise OptionError(
                "size is {value}.",
                "Give width and height in pixels, such as (512, 512).",
                value=repr(self.size),
            )
        for name, value in zip(("width", "height"), self.size, strict=True):
            check_whole(name, value, 16, MAX_SIDE)
            if value % 2 and self.format in FILMED:
                raise OptionError(
                    "{name} is {value}.",
                    "{format} needs even sides: try {near}.",
                    name=name,
                    value=value,
                    format=self.format,
                    near=value + 1,
                )

    def frames(self, seconds: float, fps: int) -> int:
        """How many frames are wanted, with what a model prefers where nothing is said.

        Raises OptionError for more than MAX_FRAMES.
        """
        count = max(2, round((self.seconds or seconds) * (self.fps or fps)))
        check_range("frames", count, 2, MAX_FRAMES)
        return count

    @property
    def pictures(self) -> tuple[Path, ...]:
        """The files it begins and ends with."""
        return tuple(path for path in (self.init, self.to) if path is not None)

    def words(self) -> str:
        return "\n".join(part for part in (self.prompt, self.negative) if part)

    def parameters(self) -> dict[str, Any]:
        told: dict[str, Any] = {}
        for name in ("seconds", "fps", "size", "loop", "steps", "guidance", "precision"):
            if value := getattr(self, name):
                told[name] = list(value) if isinstance(value, tuple) else value
        for name in ("init", "to"):
            if getattr(self, name) is not None:
                told[name] = True
        return told
