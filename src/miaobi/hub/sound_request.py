"""Parameters of a sound request, independent of the model family."""

from collections.abc import Callable
from dataclasses import dataclass

ProgressCallback = Callable[[float, float], None]  # (done, total); raises Stopped to cancel


@dataclass(frozen=True)
class SoundParams:
    """Prompt, length and sampling options of a sound; key, meter, tempo and lyrics of music."""

    prompt: str
    seconds: float
    seed: int
    negative: str = ""
    steps: int | None = None
    guidance: float | None = None
    key: str = ""
    meter: str = ""
    tempo: float | None = None  # beats per minute
    lyrics: str = ""

    @property
    def full_prompt(self) -> str:
        """The prompt with key, meter and tempo, for models without options for them."""
        tempo = f"{self.tempo:g} bpm" if self.tempo else ""
        parts = (self.prompt, self.key, self.meter, tempo)
        return ", ".join(part for part in parts if part)
