"""Request of a morph: start, end or attribute, and number of frames."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from miaobi.core.checks import check_choice, check_integer, check_range, check_text
from miaobi.core.errors import OptionError
from miaobi.core.requests import Request

MORPH_FORMATS = ("png", "gif", "webp")  # png: a strip of frames; else an animation
MAX_FRAMES = 120
SPACES = ("w", "z")  # latent spaces of a GAN: after or before the mapping network


@dataclass(frozen=True, kw_only=True)
class MorphRequest(Request):
    """Interpolation in latent space from `start` to `end`, or along an attribute direction.

    `start` and `end` are prompts (str) or picture files (Path). A picture without end or attribute
    is reconstructed: two frames, the picture and its reconstruction.
    """

    start: str | Path
    end: str | Path | None = None
    more: str = ""  # attribute to strengthen: "night", "flat", "wolf"
    by: float = 1.0  # scale of the attribute; below 0 weakens it
    frames: int = 9
    end_seed: int | None = None  # of an end prompt; None: the seed of the start
    space: str = ""  # latent space of a GAN, one of SPACES; "": "w"
    truncation: float | None = (
        None  # truncation trick of GAN and VAE: smaller is more typical, less diverse
    )
    steps: int | None = None  # of text to image
    guidance: float | None = None  # guidance scale of text to image; 1: unguided
    format: str = "png"
    fps: int = 12  # frames per second of an animation
    back: bool = False  # append the frames in reverse order (ping-pong)

    def __post_init__(self) -> None:
        for name, end in (("start", self.start), ("end", self.end), ("more", self.more or None)):
            if isinstance(end, str):
                check_text(name, end)
        self._check_end()
        check_integer("frames", self.frames, 2, MAX_FRAMES)
        check_range("by", self.by, -10, 10)
        for name, value in (("seed", self.seed), ("end_seed", self.end_seed)):
            if value is not None:
                check_integer(name, value, 0, 2**32 - 2)
        check_choice("space", self.space, ("", *SPACES))
        if self.truncation is not None:
            check_range("truncation", self.truncation, 0.01, 5)
        if self.steps is not None:
            check_integer("steps", self.steps, 1, 1000)
        if self.guidance is not None:
            check_range("guidance", self.guidance, 0, 50)
        check_choice("format", self.format, MORPH_FORMATS)
        check_integer("fps", self.fps, 1, 50)

    def _check_end(self) -> None:
        if self.end is not None and self.more:
            raise OptionError("more cannot be used with an end.", "Leave one of them out.")
        if self.end is None and not self.more and not isinstance(self.start, Path):
            raise OptionError(
                "A morph needs an end.",
                "Give an end, or an attribute to strengthen.",
            )

    @property
    def reconstructs(self) -> bool:
        """True for a picture that is only encoded and decoded again."""
        return self.end is None and not self.more

    @property
    def pictures(self) -> tuple[Path, ...]:
        """The picture files among start and end."""
        return tuple(end for end in (self.start, self.end) if isinstance(end, Path))

    def seeds(self) -> tuple[int, int]:
        """Return the seeds of start and end."""
        return self.seed, self.seed if self.end_seed is None else self.end_seed

    def words(self) -> str:
        ends = (self.start, self.end, self.more)
        return "\n".join(end for end in ends if isinstance(end, str) and end)

    def parameters(self) -> dict[str, Any]:
        params: dict[str, Any] = {} if self.reconstructs else {"frames": self.frames}
        for name in ("end_seed", "space", "truncation", "steps", "guidance", "back"):
            if (value := getattr(self, name)) not in (None, "", False):
                params[name] = value
        if self.more:
            params["by"] = self.by
        if self.format != "png":
            params["fps"] = self.fps
        return params
