"""What an engine and the road answer: events, the output, and what an engine is.

Request --engine--> Progress | Token | Sound | Preview ... Output --road--> Done(Artifact)
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Protocol

from miaobi.core.artifact import Artifact
from miaobi.core.speech import Chapter


@dataclass(frozen=True)
class Progress:
    """A stage of the work; `total` is 0 where it is not known, and `left` below 0."""

    stage: str
    done: float = 0
    total: float = 0
    left: float = -1.0  # seconds until everything is done


@dataclass(frozen=True)
class Chance:
    """A token of the model, how likely it was (a natural logarithm), and the likeliest ones."""

    text: str
    data: bytes  # a token can be part of a letter
    logprob: float
    others: tuple["Chance", ...] = ()


@dataclass(frozen=True)
class Token:
    """A piece of text, as soon as it is there; its tokens' chances where they were asked for."""

    text: str
    chances: tuple[Chance, ...] = ()


@dataclass(frozen=True)
class Sound:
    """A piece of audio, as soon as it is there: samples float32 (T,) in [-1, 1] at `rate` Hz."""

    samples: Any
    rate: int
    segment: "Segment | None" = None  # of speech: its words, and when they are heard


@dataclass(frozen=True)
class Preview:
    """A small picture of how far the work is: uint8 (H, W, 3)."""

    pixels: Any


@dataclass(frozen=True)
class Word:
    """One spoken word and when it is heard, in seconds."""

    text: str
    start: float
    end: float


@dataclass(frozen=True)
class Segment:
    """A stretch of speech, in seconds, with its words."""

    text: str
    start: float
    end: float
    words: tuple[Word, ...] = ()
    speaker: str = ""


@dataclass(frozen=True)
class Output:
    """What an engine made, before it is checked and labeled: text, samples, segments, pictures or
    a score is set. Speech has samples and the segments that are heard in them.
    """

    text: str | None = None
    samples: Any = None  # float32 (T,), or stereo (T, 2), in [-1, 1]
    rate: int = 0  # of sound: samples a second; of clips: frames a second
    segments: tuple[Segment, ...] | None = None
    chapters: tuple[Chapter, ...] = ()  # of samples
    pictures: tuple[Any, ...] = ()  # uint8 (H, W, 3), or (H, W, 4) transparent; or frames
    score: Any = None  # a media.score.Score, beside its samples or alone
    encoded: bytes = b""  # a whole file in the format of the request: films do not fit in memory
    language: str = ""
    alternatives: tuple[str, ...] = ()  # other texts, next best first
    finish_reason: str = "stop"  # "stop", "length"
    usage: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Done:
    """The last event of the road."""

    artifact: Artifact


Event = Progress | Token | Sound | Preview | Output | Done


class Engine(Protocol):
    """A loaded model that answers requests of one kind; generators are synchronous.

    Closing the generator stops the work. The last event is an Output.
    """

    def generate(self, request: Any) -> Iterator[Event]: ...

    def close(self) -> None: ...
