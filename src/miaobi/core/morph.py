"""What is asked of a morph: where it starts, where it goes, and in how many frames."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from miaobi.core.checks import check_choice, check_range, check_whole, check_words
from miaobi.core.errors import OptionError
from miaobi.core.requests import Request

MORPH_FORMATS = ("png", "gif", "webp")  # a strip, or an animation
MAX_FRAMES = 120
SPACES = ("w", "z")  # of a GAN: after the mapping network, or before it


@dataclass(frozen=True, kw_only=True)
class MorphRequest(Request):
    """Pictures on the way from `start` to `end`, or from `start` to more of something.

    An end is words (str), or a picture file (Path). A picture without any way to go is
    reconstructed: the frames are the picture, and what comes back of it.
    """

    start: str | Path
    end: str | Path | None = None
    more: str = ""  # what there shall be more of at the end: "night", "flat", "wolf"
    by: float = 1.0  # how much more; below 0: less
    frames: int = 9
    end_seed: int | None = None  # of an end in words; None: the seed of the start
    space: str = ""  # of a GAN: one of SPACES; "": "w"
    truncation: float | None = None  # of GAN and VAE: smaller is more typical and less various
    steps: int | None = None  # of text to image
    guidance: float | None = None  # of text to image: how closely to follow the words
    format: str = "png"
    fps: int = 12  # frames a second of an animation
    back: bool = False  # an animation goes there and back

    def __post_init__(self) -> None:
        for name, end in (("start", self.start), ("end", self.end), ("more", self.more or None)):
            if isinstance(end, str):
                check_words(name, end)
        self._check_way()
        check_whole("frames", self.frames, 2, MAX_FRAMES)
        check_range("by", self.by, -10, 10)
        for name, value in (("seed", self.seed), ("end_seed", self.end_seed)):
            if value is not None:
                check_whole(name, value, 0, 2**32 - 2)
        check_choice("space", self.space, ("", *SPACES))
        if self.truncation is not None:
            check_range("truncation", self.truncation, 0.01, 5)
        if self.steps is not None:
            check_whole("steps", self.steps, 1, 1000)
        if self.guidance is not None:
            check_range("guidance", self.guidance, 0, 50)
        check_choice("format", self.format, MORPH_FORMATS)
        check_whole("fps", self.fps, 1, 50)

    def _check_way(self) -> None:
        if self.end is not None and self.more:
            raise OptionError("more cannot be used with an end.", "Leave one of them out.")
        if self.end is None and not self.more and not isinstance(self.start, Path):
            raise OptionError(
                "A morph needs an end.",
                "Say what it shall become, or what there shall be more of.",
            )

    @property
    def reconstructs(self) -> bool:
        """True where a picture is only sent through the model and back."""
        return self.end is None and not self.more

    @property
    def pictures(self) -> tuple[Path, ...]:
        """The picture files among the ends."""
        return tuple(end for end in (self.start, self.end) if isinstance(end, Path))

    def seeds(self) -> tuple[int, int]:
        """Of the start and of the end."""
        return self.seed, self.seed if self.end_seed is None else self.end_seed

    def words(self) -> str:
        ends = (self.start, self.end, self.more)
        return "\n".join(end for end in ends if isinstance(end, str) and end)

    def parameters(self) -> dict[str, Any]:
        told: dict[str, Any] = {} if self.reconstructs else {"frames": self.frames}
        for name in ("end_seed", "space", "truncation", "steps", "guidance", "back"):
            if (value := getattr(self, name)) not in (None, "", False):
                told[name] = value
        if self.more:
            told["by"] = self.by
        if self.format != "png":
            told["fps"] = self.fps
        return told
