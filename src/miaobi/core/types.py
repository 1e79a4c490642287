"""The frozen values every floor passes on: requests, events, outputs and artifacts.

Request --engine--> Progress | Token | Sound ... Output --road--> Done(Artifact)
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from miaobi.core.artifact import Artifact
from miaobi.core.checks import MAX_PROMPT, check_choice, check_range, check_words
from miaobi.core.errors import OptionError


@dataclass(frozen=True)
class Message:
    """One turn of a conversation; role is "system", "user" or "assistant"."""

    role: str
    content: str


@dataclass(frozen=True, kw_only=True)
class Request:
    """What is asked of one model; subclasses add the options of their kind."""

    model: str
    seed: int = field(default_factory=lambda: random.SystemRandom().getrandbits(31))
    parents: tuple[str, ...] = ()  # ids of the artifacts this one is made from

    def words(self) -> str:
        """All the user's words in this request: what policy reads and the index hashes."""
        raise NotImplementedError

    def parameters(self) -> dict[str, Any]:
        """Options worth keeping in the label: no user text."""
        raise NotImplementedError


@dataclass(frozen=True, kw_only=True)
class TextRequest(Request):
    """A conversation to continue (or, with raw=True, plain text to continue)."""

    messages: tuple[Message, ...]
    raw: bool = False  # no chat template: the last message is continued as it stands
    max_tokens: int = 512
    temperature: float = 0.7  # 0 is greedy
    top_p: float = 0.95
    top_k: int = 40  # 0 switches it off
    min_p: float = 0.05
    typical: float = 1.0  # locally typical sampling; 1 switches it off
    repeat_penalty: float | None = None  # 1: off; None: 1.1, but off with raw and in beam search
    presence_penalty: float = 0.0
    frequency_penalty: float = 0.0
    no_repeat_ngram: int = 0  # no run of so many tokens comes twice; 0 switches it off
    stop: tuple[str, ...] = ()
    beams: int = 1  # above 1: beam search, which draws nothing
    beam_groups: int = 1  # above 1: groups of beams that avoid each other's words
    diversity: float = 0.5  # how much they avoid them
    length_penalty: float = 1.0  # above 0 longer beams win
    early_stopping: bool = False  # end the search once there are as many texts as beams
    best: int = 1  # how many of the best beams to return
    lookup: bool = False  # guess what repeats the text before: faster, and the same tokens
    precision: str = ""  # of the weights: "float32", "bfloat16", "int8"; "": as the engine prefers
    json_schema: dict[str, Any] | None = None
    reuse_cache: bool = False  # faster turns in a chat, at the price of bit-exact repetition

    def __post_init__(self) -> None:
        check_words("prompt", self.words())
        check_range("max_tokens", self.max_tokens, 1, 1_000_000)
        self._check_search()
        check_range("temperature", self.temperature, 0, 5)
        check_range("top_p", self.top_p, 0, 1)
        check_range("top_k", self.top_k, 0, 1_000_000)
        check_range("min_p", self.min_p, 0, 1)
        check_range("typical", self.typical, 0.01, 1)
        check_range("repeat_penalty", self.repeats_cost, 0.1, 10)
        check_range("presence_penalty", self.presence_penalty, -2, 2)
        check_range("frequency_penalty", self.frequency_penalty, -2, 2)
        check_range("seed", self.seed, 0, 2**32 - 2)  # llama.cpp takes 2**32 - 1 for "any seed"
        for text in self.stop:
            check_range("characters of stop", len(text), 1, MAX_PROMPT)
        if self.json_schema is not None and not isinstance(self.json_schema, dict):
            raise OptionError(
                "json_schema cannot be used: {reason}.",
                "Give a valid JSON Schema.",
                reason=f"{self.json_schema!r:.40}",
            )

    def _check_search(self) -> None:
        check_range("no_repeat_ngram", self.no_repeat_ngram, 0, 1000)
        check_range("beams", self.beams, 1, 1000)
        check_range("beam_groups", self.beam_groups, 1, self.beams)
        check_range("diversity", self.diversity, 0, 100)
        check_range("length_penalty", self.length_penalty, -10, 10)
        check_range("best", self.best, 1, self.beams)
        check_choice("precision", self.precision, ("", "float32", "bfloat16", "int8"))
        if self.beams % self.beam_groups:
            raise OptionError(
                "{beams} beams cannot be dealt out to {groups} groups.",
                "Make beams a multiple of beam_groups.",
                beams=self.beams, groups=self.beam_groups,
            )  # fmt: skip
        if self.beams > 1 and self.json_schema is not None:
            raise OptionError("json_schema cannot be used with beams.", "Leave one of them out.")

    @property
    def repeats_cost(self) -> float:
        """The repeat penalty that holds."""
        if self.repeat_penalty is None:
            return 1.0 if self.raw or self.beams > 1 else 1.1
        return self.repeat_penalty

    def words(self) -> str:
        return "\n".join(message.content for message in self.messages)

    def parameters(self) -> dict[str, Any]:
        draw: tuple[str, ...] = ("temperature", "top_p", "top_k", "min_p")
        if self.beams > 1:
            draw = ("beams", "beam_groups", "diversity", "length_penalty", "early_stopping")
        names = ("max_tokens", *draw, "repeat_penalty", "presence_penalty", "frequency_penalty")
        told = {name: getattr(self, name) for name in names}
        told["repeat_penalty"] = self.repeats_cost
        for name, off in (("no_repeat_ngram", 0), ("typical", 1.0), ("precision", "")):
            if (value := getattr(self, name)) != off:
                told[name] = value
        return told


@dataclass(frozen=True, kw_only=True)
class SpeechRequest(Request):
    """Words to be spoken."""

    text: str
    voice: str = ""  # "" is the model's default for the text's language
    speed: float = 1.0
    format: str = "wav"

    def __post_init__(self) -> None:
        check_words("text", self.text)
        check_range("speed", self.speed, 0.5, 2)
        check_range("seed", self.seed, 0, 2**32 - 1)

    def words(self) -> str:
        return self.text

    def parameters(self) -> dict[str, Any]:
        return {"voice": self.voice, "speed": self.speed}


@dataclass(frozen=True, kw_only=True)
class TranscriptRequest(Request):
    """A recording to be written down."""

    audio: Path
    language: str = ""  # "en", "zh" …; "" is detected
    format: str = "txt"

    def words(self) -> str:
        return ""

    def parameters(self) -> dict[str, Any]:
        return {"language": self.language}


@dataclass(frozen=True)
class Progress:
    """A stage of the work; `total` is 0 where it is not known."""

    stage: str
    done: float = 0
    total: float = 0


@dataclass(frozen=True)
class Token:
    """A piece of text, as soon as it is there."""

    text: str


@dataclass(frozen=True)
class Sound:
    """A piece of audio, as soon as it is there: samples float32 (T,) in [-1, 1] at `rate` Hz."""

    samples: Any
    rate: int


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


@dataclass(frozen=True)
class Output:
    """What an engine made, before it is checked and labeled: exactly one field is set."""

    text: str | None = None
    samples: Any = None  # float32 (T,) in [-1, 1]
    rate: int = 0
    segments: tuple[Segment, ...] | None = None
    language: str = ""
    alternatives: tuple[str, ...] = ()  # other texts, next best first
    finish_reason: str = "stop"  # "stop", "length"
    usage: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Done:
    """The last event of the road."""

    artifact: Artifact


Event = Progress | Token | Sound | Output | Done


class Engine(Protocol):
    """A loaded model that answers requests of one kind; generators are synchronous.

    Closing the generator stops the work. The last event is an Output.
    """

    def generate(self, request: Any) -> Iterator[Event]: ...

    def close(self) -> None: ...
