"""Speech as plain values: what is to be spoken and how, and the chapters of what was spoken."""

from dataclasses import dataclass

STRESSES = ("", "strong", "moderate", "reduced")


@dataclass(frozen=True)
class Span:
    """Words of a turn; `said` is spoken in their place, `phonemes` (IPA) exactly as they stand."""

    text: str
    said: str = ""
    phonemes: str = ""
    stress: str = ""  # one of STRESSES


@dataclass(frozen=True)
class Turn:
    """What one voice says in one manner, after a pause."""

    spans: tuple[Span, ...] = ()
    voice: str = ""  # "" is the request's
    speed: float = 1.0  # times the request's
    volume: float = 0.0  # decibels more
    pause: float = 0.0  # seconds of silence before it
    speaker: str = ""  # who says it
    chapter: str = ""  # the title of a chapter that begins here

    @property
    def text(self) -> str:
        """The words as they are written."""
        return "".join(span.text for span in self.spans)


@dataclass(frozen=True)
class Chapter:
    """A part of a recording that has a title, in seconds."""

    title: str
    start: float
    end: float
