"""Something made, with its label."""

import base64
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from miaobi.core.paths import atomic_write, check_target

if TYPE_CHECKING:
    from miaobi.core.events import Segment

TEXT_TYPES = ("text/plain", "text/vtt", "application/x-subrip", "application/json")


def _as_it_is(made: "Artifact", ending: str) -> tuple[bytes, bytes | None]:
    return made.data, made.sidecar


# The bytes and sidecar of an artifact in the format of a file's ending. Labels and codecs are of
# higher floors: tasks/labeling.py, which makes artifacts, puts its own in this place.
in_format: "Callable[[Artifact, str], tuple[bytes, bytes | None]]" = _as_it_is


@dataclass(frozen=True)
class Artifact:
    """Something made, with its label: show it, save it, pass it on."""

    id: str
    media_type: str
    data: bytes
    model: str
    seed: int
    timings: dict[str, float]
    manifest: dict[str, Any]
    sidecar: bytes | None = None  # C2PA manifest of formats that cannot carry one inside
    usage: dict[str, float] = field(default_factory=dict)
    finish_reason: str = "stop"
    alternatives: tuple[str, ...] = ()  # texts that were nearly chosen, best first
    # of a sheet: the pictures or frames on it; of speech: subtitles
    parts: tuple["Artifact", ...] = ()
    segments: tuple["Segment", ...] = ()  # of speech: sentences and words with their times

    @property
    def text(self) -> str:
        """The words of a text artifact."""
        return self.data.decode("utf-8") if self.media_type in TEXT_TYPES else repr(self)

    def __str__(self) -> str:
        return self.text

    def __repr__(self) -> str:
        return f"<Artifact {self.media_type} {len(self.data):,} bytes by {self.model}>"

    def save(self, path: str | Path) -> Path:
        """Write the file, and `<name>.c2pa` beside it where the label cannot go inside.

        A sound or picture is written in the format that the name ends in, labeled again. Raises
        OutputPathError, DiskFull, or MediaError for a moving picture that is to become a still one.
        """
        path = Path(path).expanduser()
        beside = path.with_name(path.name + ".c2pa")
        check_target(path)
        data, sidecar = in_format(self, path.suffix.lstrip(".").lower())
        if sidecar is not None:
            check_target(beside)
            atomic_write(beside, sidecar)
        atomic_write(path, data)
        return path

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        """How a notebook shows it."""
        if self.media_type in TEXT_TYPES:
            return {"text/plain": self.text}
        data = base64.b64encode(self.data).decode()
        source = f'src="data:{self.media_type};base64,{data}"'
        html = {
            "image": f"<img {source}>",
            "video": f"<video controls loop {source}></video>",
        }.get(self.media_type.partition("/")[0], f"<audio controls {source}></audio>")
        return {"text/html": html, "text/plain": repr(self)}


def new_id() -> str:
    """A fresh artifact id: time first, so that ids sort by age. 26 characters, [0-9a-f]."""
    return f"{time.time_ns() // 1_000_000:012x}{uuid.uuid4().hex[:14]}"
