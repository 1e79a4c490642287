"""Input of speech synthesis (turns and spans), and chapters of the output."""

from dataclasses import dataclass

STRESSES = ("", "strong", "moderate", "reduced")


@dataclass(frozen=True)
class Span:
    """Part of a turn, optionally with replacement text to speak, or phonemes (IPA)."""

    text: str
    said: str = ""  # spoken instead of the text
    phonemes: str = ""
    stress: str = ""  # one of STRESSES


@dataclass(frozen=True)
class Turn:
    """Text of one speaker in one voice, speed and volume, after a pause."""

    spans: tuple[Span, ...] = ()
    voice: str = ""  # "": voice of the request
    speed: float = 1.0  # factor on the speed of the request
    volume: float = 0.0  # gain in decibels
    pause: float = 0.0  # seconds of silence before the turn
    speaker: str = ""  # name of the speaker
    chapter: str = ""  # title of a chapter that starts with this turn

    @property
    def text(self) -> str:
        """Written text of all spans."""
        return "".join(span.text for span in self.spans)


@dataclass(frozen=True)
class Chapter:
    """Chapter of a recording; times in seconds."""

    title: str
    start: float
    end: float
