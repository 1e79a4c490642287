"""Events of a generation, and the Engine protocol.

Request --engine--> Progress | Token | Sound | Preview ... Output --pipeline--> Done(Artifact)
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Protocol

from miaobi.core.arrays import Pixels, Samples
from miaobi.core.artifact import Artifact
from miaobi.core.speech import Chapter


@dataclass(frozen=True)
class Progress:
    """Progress of one stage; `total` is 0 and `left` negative if unknown."""

    stage: str
    done: float = 0
    total: float = 0
    left: float = -1.0  # seconds until all stages finish


@dataclass(frozen=True)
class TokenLogprob:
    """Log-probability (natural logarithm) of a sampled token, and of the likeliest others."""

    text: str
    data: bytes  # UTF-8; a token may be part of a character
    logprob: float
    top: tuple["TokenLogprob", ...] = ()


@dataclass(frozen=True)
class Token:
    """A piece of streamed text, with the log-probabilities of its tokens if requested."""

    text: str
    logprobs: tuple[TokenLogprob, ...] = ()


@dataclass(frozen=True)
class Sound:
    """A chunk of streamed audio: samples float32 (T,) in [-1, 1] at `rate` Hz."""

    samples: Samples
    rate: int
    segment: "Segment | None" = None  # the words of a chunk of speech, with their times


@dataclass(frozen=True)
class Preview:
    """A small picture of the unfinished result: uint8 (H, W, 3)."""

    pixels: Pixels


@dataclass(frozen=True)
class Word:
    """One spoken word with its start and end in seconds."""

    text: str
    start: float
    end: float


@dataclass(frozen=True)
class Segment:
    """A sentence or phrase of speech with its words; times in seconds."""

    text: str
    start: float
    end: float
    words: tuple[Word, ...] = ()
    speaker: str = ""


@dataclass(frozen=True)
class Output:
    """Result of an engine before the policy check and the label.

    One of text, samples, segments, pictures, score or encoded is set; speech has samples and
    their segments, music a score and its samples.
    """

    text: str | None = None
    samples: Samples | None = None  # float32 (T,), or stereo (T, 2), in [-1, 1]
    rate: int = 0  # sample rate of audio in Hz, or frames per second of a clip
    segments: tuple[Segment, ...] | None = None
    chapters: tuple[Chapter, ...] = ()  # of an audiobook
    pictures: tuple[Pixels, ...] = ()  # uint8 (H, W, 3) or (H, W, 4); or the frames of a clip
    score: Any = None  # music.score.Score
    encoded: bytes = b""  # a complete file; frames of a film would not fit in memory
    language: str = ""
    alternatives: tuple[str, ...] = ()  # runner-up texts, best first
    finish_reason: str = "stop"  # "stop", "length"
    usage: dict[str, float] = field(default_factory=dict)
    # of a picture composed by rule: phrase, drawing and match of all that is drawn, and the rest
    drawn: tuple[dict[str, str], ...] = ()
    left_out: tuple[str, ...] = ()
    credits: tuple[str, ...] = ()  # that licenses of what is drawn ask for


@dataclass(frozen=True)
class Done:
    """Last event of the pipeline, with the labeled result."""

    artifact: Artifact


Event = Progress | Token | Sound | Preview | Output | Done


class Engine(Protocol):
    """A loaded model that answers requests of one type with a synchronous generator of events.

    The last event is an Output; closing the generator stops the work.
    """

    def generate(self, request: Any) -> Iterator[Event]: ...

    def close(self) -> None: ...
