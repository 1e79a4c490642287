"""Something made, with its label."""

import base64
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from miaobi.core.paths import WORDS, atomic_write, check_target

if TYPE_CHECKING:
    from miaobi.core.events import Segment

TEXT_TYPES = ("text/plain", "text/vtt", "application/x-subrip", "application/json")
# media type -> the format that the ending of a file has to promise; of texts it is WORDS
FORMATS = {
    "audio/wav": "wav",
    "audio/flac": "flac",
    "audio/mpeg": "mp3",
    "audio/ogg": "ogg",
    "audio/mp4": "m4b",
    "audio/midi": "mid",
    "application/vnd.recordare.musicxml+xml": "musicxml",
    "image/png": "png",
    "image/jpeg": "jpeg",
    "image/webp": "webp",
    "image/gif": "gif",
    "image/svg+xml": "svg",
    "video/mp4": "mp4",
    "video/webm": "webm",
}


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
    # of formats that cannot carry a C2PA manifest inside: the manifest, or what signs it when asked
    beside: bytes | Callable[[], bytes] | None = None
    usage: dict[str, float] = field(default_factory=dict)
    finish_reason: str = "stop"
    alternatives: tuple[str, ...] = ()  # texts that were nearly chosen, best first
    # of a sheet: the pictures or frames on it; of speech: subtitles
    parts: tuple["Artifact", ...] = ()
    segments: tuple["Segment", ...] = ()  # of speech: sentences and words with their times

    @cached_property
    def sidecar(self) -> bytes | None:
        """The C2PA manifest of formats that cannot carry one inside. Raises LabelError."""
        return self.beside() if callable(self.beside) else self.beside

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

        Nothing is converted: a name that promises another format is refused. Raises
        OutputPathError, DiskFull or LabelError.
        """
        path = Path(path).expanduser()
        beside = path.with_name(path.name + ".c2pa")
        check_target(path, FORMATS.get(self.media_type, WORDS))
        if self.sidecar is not None:
            check_target(beside)
            atomic_write(beside, self.sidecar)
        atomic_write(path, self.data)
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
