"""What a network of the Hub is told of the sound that is wanted, whatever its family."""

from collections.abc import Callable
from dataclasses import dataclass

Tick = Callable[[float, float], None]  # (done, total); raises when the reader has gone


@dataclass(frozen=True)
class Wish:
    """Words, how long, and what steers the network; key, meter, tempo and lyrics of music."""

    prompt: str
    seconds: float
    seed: int
    negative: str = ""
    steps: int | None = None
    guidance: float | None = None
    key: str = ""
    meter: str = ""
    tempo: float | None = None
    lyrics: str = ""

    @property
    def words(self) -> str:
        """The prompt with key, meter and tempo in words, for models that read only words."""
        tempo = f"{self.tempo:g} bpm" if self.tempo else ""
        parts = (self.prompt, self.key, self.meter, tempo)
        return ", ".join(part for part in parts if part)
