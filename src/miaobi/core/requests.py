"""What is asked of a model: one frozen dataclass for each kind, checked when it is made."""

import random
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from miaobi.core.checks import (
    MAX_PROMPT,
    STEERING,
    check_choice,
    check_range,
    check_steering,
    check_whole,
    check_words,
)
from miaobi.core.errors import OptionError
from miaobi.core.speech import Turn

PICTURE_FORMATS = ("png", "jpeg", "webp", "svg")
MEMORY = ("", "slicing", "tiling", "offload")  # ways for a large picture model to need less of it
MAX_SIDE = 8192  # pixels
MAX_PICTURES = 64
MAX_SOUND = 300  # seconds


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
    logprobs: int | None = None  # tell each token's chance, and those of so many likeliest ones
    reuse_cache: bool = False  # faster turns in a chat, at the price of bit-exact repetition
    may_be_empty: bool = False  # an answer without a word is an answer too, not an error

    def __post_init__(self) -> None:
        check_words("prompt", self.words())
        check_range("max_tokens", self.max_tokens, 1, 1_000_000)
        self._check_search()
        if self.logprobs is not None:
            check_whole("logprobs", self.logprobs, 0, 20)
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
                beams=self.beams,
                groups=self.beam_groups,
            )
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
    """Words to be spoken; with `turns`, `text` is only what they were read from."""

    text: str
    voice: str = ""  # "" is the model's default for the text's language
    speed: float = 1.0
    format: str = "wav"
    turns: tuple[Turn, ...] = ()  # voices, pauses, emphasis, chapters
    subtitles: str = ""  # "srt", "vtt" or "json": made as well
    title: str = ""  # of an audiobook
    author: str = ""

    def __post_init__(self) -> None:
        if not self.turns:  # a book may be longer
            check_words("text", self.text)
        check_range("speed", self.speed, 0.5, 2)
        check_range("seed", self.seed, 0, 2**32 - 1)

    def words(self) -> str:
        return "\n".join(part for part in (self.title, self.text) if part)

    def parameters(self) -> dict[str, Any]:
        voices = sorted({turn.voice for turn in self.turns if turn.voice})
        told: dict[str, Any] = {"voice": self.voice, "speed": self.speed}
        return told | ({"voices": voices} if voices else {})


@dataclass(frozen=True, kw_only=True)
class SoundRequest(Request):
    """Words that name sounds: "heavy door closing"."""

    prompt: str
    seconds: float | None = None  # None: as long as such sounds last
    loop: bool = False  # its end goes over into its beginning
    format: str = "wav"
    negative: str = ""  # what should not be heard; these three are for models of the Hub
    steps: int | None = None  # None: as the model prefers
    guidance: float | None = None  # how closely to follow the prompt; 1: unguided

    def __post_init__(self) -> None:
        check_words("prompt", self.prompt)
        if self.seconds is not None:
            check_range("seconds", self.seconds, 0.1, MAX_SOUND)
        check_steering(self.negative, self.steps, self.guidance)
        check_range("seed", self.seed, 0, 2**32 - 1)

    def words(self) -> str:
        return "\n".join(part for part in (self.prompt, self.negative) if part)

    def parameters(self) -> dict[str, Any]:
        told = {"seconds": self.seconds, "loop": self.loop}
        return told | {name: value for name in STEERING if (value := getattr(self, name))}


@dataclass(frozen=True, kw_only=True)
class TranscriptRequest(Request):
    """A recording to be written down."""

    audio: Path
    language: str = ""  # "en", "zh" …; "" is detected
    translate: bool = False  # into English
    format: str = "txt"

    def words(self) -> str:
        return ""

    def parameters(self) -> dict[str, Any]:
        return {"language": self.language, **({"translate": True} if self.translate else {})}


@dataclass(frozen=True, kw_only=True)
class ImageRequest(Request):
    """A picture to be painted, or painted over: `init` is the picture, `mask` white where."""

    prompt: str
    negative: str = ""  # what should not be in it
    style: str = ""  # a style the model knows by name
    size: tuple[int, int] | None = None  # (width, height) in pixels; None: the model's own
    steps: int | None = None  # None: as the model or its engine prefers
    guidance: float | None = None  # how closely to follow the prompt; 1: unguided
    truncation: float | None = None  # of GAN and VAE: smaller is more typical and less various
    guided: tuple[float, float] = (0.0, 1.0)  # guide between these shares of the way only
    reuse: int = 1  # compute the deep layers every so many steps only
    n: int = 1  # picture i has the seed `seed` + i
    sampler: str = ""  # a row of the engine's table; "": as the engine prefers
    init: Path | None = None
    strength: float = 0.6  # how much of `init` is painted anew, from 0 to 1
    mask: Path | None = None
    upscale: int = 0  # 2 or 4 times the size
    format: str = "png"
    transparent: bool = False  # a plain background is taken out
    loras: tuple[Path, ...] = ()
    precision: str = ""  # of the weights: "float32", "bfloat16"; "": as the engine prefers
    memory: str = ""  # one of MEMORY: less memory, more time
    previews: int = 0  # a small picture every so many steps; 0: none

    def __post_init__(self) -> None:
        check_words("prompt", self.prompt)
        if self.negative:
            check_words("negative", self.negative)
        self._check_size()
        self._check_sampling()
        check_whole("n", self.n, 1, MAX_PICTURES)
        check_whole("seed", self.seed, 0, 2**32 - 1 - self.n)
        check_choice("upscale", self.upscale, (0, 2, 4))
        check_choice("format", self.format, PICTURE_FORMATS)
        check_choice("precision", self.precision, ("", "float32", "bfloat16"))
        check_choice("memory", self.memory, MEMORY)
        if self.mask is not None and self.init is None:
            raise OptionError("mask needs a picture.", "Give the picture to paint over as init.")
        if self.transparent and self.format == "jpeg":
            raise OptionError("A JPEG cannot be transparent.", "Choose png, webp or svg.")

    def _check_size(self) -> None:
        if self.size is None:
            return
        if not isinstance(self.size, tuple) or len(self.size) != 2:
            raise OptionError(
                "size is {value}.",
                "Give width and height in pixels, such as (512, 512).",
                value=repr(self.size),
            )
        for name, value in zip(("width", "height"), self.size, strict=True):
            check_whole(name, value, 16, MAX_SIDE)

    def _check_sampling(self) -> None:
        if self.steps is not None:
            check_whole("steps", self.steps, 1, 1000)
        if self.guidance is not None:
            check_range("guidance", self.guidance, 0, 50)
        if self.truncation is not None:
            check_range("truncation", self.truncation, 0.01, 5)
        check_range("end of guided", self.guided[1], 0, 1)
        check_range("start of guided", self.guided[0], 0, self.guided[1])
        check_whole("reuse", self.reuse, 1, 10)
        check_range("strength", self.strength, 0.01, 1)
        check_whole("previews", self.previews, 0, 1000)

    def words(self) -> str:
        return "\n".join(part for part in (self.prompt, self.negative, self.style) if part)

    def parameters(self) -> dict[str, Any]:
        told: dict[str, Any] = {}
        for name in (
            "style",
            "size",
            "steps",
            "guidance",
            "truncation",
            "sampler",
            "upscale",
            "transparent",
            "precision",
        ):
            if value := getattr(self, name):
                told[name] = list(value) if isinstance(value, tuple) else value
        if self.init is not None:
            told["strength"] = self.strength
        for name, usual in (("guided", (0.0, 1.0)), ("reuse", 1)):
            if (value := getattr(self, name)) != usual:
                told[name] = list(value) if isinstance(value, tuple) else value
        if self.loras:
            told["loras"] = [path.name for path in self.loras]
        return told
