"""Artifacts: labeled results of a request."""

import base64
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from miaobi.core.paths import TEXT_FORMAT, atomic_write, check_target

if TYPE_CHECKING:
    from miaobi.core.events import Segment

TEXT_TYPES = ("text/plain", "text/vtt", "application/x-subrip", "application/json")
# media type -> format of the file extension; every text type has TEXT_FORMAT
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
    """A labeled result: encoded bytes, the request that produced them and their provenance."""

    id: str
    media_type: str
    data: bytes
    model: str
    seed: int
    timings: dict[str, float]
    manifest: dict[str, Any]
    # C2PA manifest of formats that cannot embed one, or a callable that signs it lazily
    sidecar_source: bytes | Callable[[], bytes] | None = None
    usage: dict[str, float] = field(default_factory=dict)
    finish_reason: str = "stop"
    alternatives: tuple[str, ...] = ()  # runner-up texts, best first
    # the single pictures or frames of a contact sheet; the subtitles of speech
    parts: tuple["Artifact", ...] = ()
    segments: tuple["Segment", ...] = ()  # sentences and words of speech, with their times
    left_out: tuple[str, ...] = ()  # words of the prompt that a picture does not show

    @cached_property
    def sidecar(self) -> bytes | None:
        """C2PA manifest of formats that cannot embed one, signed lazily. Raises LabelError."""
        source = self.sidecar_source
        return source() if callable(source) else source

    @property
    def text(self) -> str:
        """Content of a text artifact as str; a short description of other types."""
        return self.data.decode("utf-8") if self.media_type in TEXT_TYPES else repr(self)

    def __str__(self) -> str:
        return self.text

    def __repr__(self) -> str:
        return f"<Artifact {self.media_type} {len(self.data):,} bytes by {self.model}>"

    def save(self, path: str | Path) -> Path:
        """Write the file, and `<name>.c2pa` next to it if the format cannot embed a manifest.

        The data are never converted: an extension of another format is rejected. Raises
        OutputPathError, DiskFull or LabelError.
        """
        path = Path(path).expanduser()
        sidecar_path = path.with_name(path.name + ".c2pa")
        check_target(path, FORMATS.get(self.media_type, TEXT_FORMAT))
        if self.sidecar is not None:
            check_target(sidecar_path)
            atomic_write(sidecar_path, self.sidecar)
        atomic_write(path, self.data)
        return path

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        """Return the representations that Jupyter displays: an HTML tag, or plain text."""
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
    """Return a new artifact id: 26 hexadecimal digits, time first, so that ids sort by age."""
    return f"{time.time_ns() // 1_000_000:012x}{uuid.uuid4().hex[:14]}"
