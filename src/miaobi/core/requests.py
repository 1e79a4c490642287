"""Requests of text, speech, sound, transcripts and images; validated on construction."""

import random
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from miaobi.core.checks import (
    HUB_NUMBERS,
    MAX_PROMPT,
    check_choice,
    check_hub_options,
    check_integer,
    check_range,
    check_size,
    check_text,
)
from miaobi.core.errors import OptionError
from miaobi.core.scene import SceneDescription
from miaobi.core.speech import Turn

PICTURE_FORMATS = ("png", "jpeg", "webp", "svg")
MEMORY = ("", "slicing", "tiling", "offload")  # memory savings of large diffusion pipelines
SETTING = ("hour", "weather", "season", "place")  # fields that replace words of the prompt
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
    """Options common to all requests: model, seed and parents."""

    model: str
    seed: int = field(default_factory=lambda: random.SystemRandom().getrandbits(31))
    parents: tuple[str, ...] = ()  # ids of the artifacts this one is made from

    def words(self) -> str:
        """Return all text of the user, one part per line, for the policy check and the hash."""
        raise NotImplementedError

    def parameters(self) -> dict[str, Any]:
        """Return the options written into the label; no prompts."""
        raise NotImplementedError


@dataclass(frozen=True, kw_only=True)
class TextRequest(Request):
    """A conversation to answer or, with raw=True, plain text to continue."""

    messages: tuple[Message, ...]
    raw: bool = False  # no chat template: continue the last message verbatim
    max_tokens: int = 512
    temperature: float = 0.7  # 0: greedy
    top_p: float = 0.95
    top_k: int = 40  # 0: off
    min_p: float = 0.05
    typical: float = 1.0  # locally typical sampling; 1: off
    repeat_penalty: float | None = None  # 1: off; None: 1.1, but off with raw and in beam search
    presence_penalty: float = 0.0
    frequency_penalty: float = 0.0
    no_repeat_ngram: int = 0  # size of n-grams that may not repeat; 0: off
    stop: tuple[str, ...] = ()
    beams: int = 1  # above 1: beam search, which is deterministic
    beam_groups: int = 1  # above 1: diverse beam search
    diversity: float = 0.5  # penalty for tokens of other beam groups
    length_penalty: float = 1.0  # above 0 prefers longer beams
    early_stopping: bool = False  # stop once there are as many finished texts as beams
    best: int = 1  # number of beams to return
    lookup: bool = False  # prompt lookup decoding: same tokens, faster where text repeats
    precision: str = ""  # of the weights: "float32", "bfloat16", "int8"; "": engine default
    json_schema: dict[str, Any] | None = None
    logprobs: int | None = None  # return log-probabilities with this many alternatives
    reuse_cache: bool = False  # faster chat turns, but not bit-exact repeatable
    may_be_empty: bool = False  # an empty answer is not an error

    def __post_init__(self) -> None:
        check_text("prompt", self.words())
        check_range("max_tokens", self.max_tokens, 1, 1_000_000)
        self._check_search()
        if self.logprobs is not None:
            check_integer("logprobs", self.logprobs, 0, 20)
        check_range("temperature", self.temperature, 0, 5)
        check_range("top_p", self.top_p, 0, 1)
        check_range("top_k", self.top_k, 0, 1_000_000)
        check_range("min_p", self.min_p, 0, 1)
        check_range("typical", self.typical, 0.01, 1)
        check_range("repeat_penalty", self.effective_repeat_penalty, 0.1, 10)
        check_range("presence_penalty", self.presence_penalty, -2, 2)
        check_range("frequency_penalty", self.frequency_penalty, -2, 2)
        check_range("seed", self.seed, 0, 2**32 - 2)  # 2**32 - 1 means "random seed" in llama.cpp
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
                "{beams} beams cannot be divided into {groups} groups.",
                "Make beams a multiple of beam_groups.",
                beams=self.beams,
                groups=self.beam_groups,
            )
        if self.beams > 1 and self.json_schema is not None:
            raise OptionError("json_schema cannot be used with beams.", "Leave one of them out.")

    @property
    def effective_repeat_penalty(self) -> float:
        """Repeat penalty with its default resolved."""
        if self.repeat_penalty is None:
            return 1.0 if self.raw or self.beams > 1 else 1.1
        return self.repeat_penalty

    def words(self) -> str:
        return "\n".join(message.content for message in self.messages)

    def parameters(self) -> dict[str, Any]:
        sampling: tuple[str, ...] = ("temperature", "top_p", "top_k", "min_p")
        if self.beams > 1:
            sampling = ("beams", "beam_groups", "diversity", "length_penalty", "early_stopping")
        names = ("max_tokens", *sampling, "repeat_penalty", "presence_penalty", "frequency_penalty")
        params = {name: getattr(self, name) for name in names}
        params["repeat_penalty"] = self.effective_repeat_penalty
        for name, off in (("no_repeat_ngram", 0), ("typical", 1.0), ("precision", "")):
            if (value := getattr(self, name)) != off:
                params[name] = value
        return params


@dataclass(frozen=True, kw_only=True)
class SpeechRequest(Request):
    """Text to speak; `turns` override `text`, which is then only the written source."""

    text: str
    voice: str = ""  # "": default of the model for the language of the text
    speed: float = 1.0
    format: str = "wav"
    turns: tuple[Turn, ...] = ()  # voices, pauses, emphasis, chapters
    subtitles: str = ""  # "srt", "vtt" or "json" in addition; "": none
    title: str = ""  # tag of an audiobook
    author: str = ""

    def __post_init__(self) -> None:
        if not self.turns:  # a book may exceed the limit
            check_text("text", self.text)
        check_range("speed", self.speed, 0.5, 2)
        check_range("seed", self.seed, 0, 2**32 - 1)

    def words(self) -> str:
        return "\n".join(part for part in (self.title, self.text) if part)

    def parameters(self) -> dict[str, Any]:
        voices = sorted({turn.voice for turn in self.turns if turn.voice})
        params: dict[str, Any] = {"voice": self.voice, "speed": self.speed}
        return params | ({"voices": voices} if voices else {})


@dataclass(frozen=True, kw_only=True)
class SoundRequest(Request):
    """A sound effect from a prompt such as "heavy door closing"."""

    prompt: str
    seconds: float | None = None  # None: typical duration of the sound
    loop: bool = False  # the end fades into the beginning
    format: str = "wav"
    negative: str = ""  # negative prompt; this and the two options below: models of the Hub only
    steps: int | None = None  # sampling steps; None: default of the model
    guidance: float | None = None  # guidance scale; 1: unguided

    def __post_init__(self) -> None:
        check_text("prompt", self.prompt)
        if self.seconds is not None:
            check_range("seconds", self.seconds, 0.1, MAX_SOUND)
        check_hub_options(self.negative, self.steps, self.guidance)
        check_range("seed", self.seed, 0, 2**32 - 1)

    def words(self) -> str:
        return "\n".join(part for part in (self.prompt, self.negative) if part)

    def parameters(self) -> dict[str, Any]:
        params = {"seconds": self.seconds, "loop": self.loop}
        return params | {name: value for name in HUB_NUMBERS if (value := getattr(self, name))}


@dataclass(frozen=True, kw_only=True)
class TranscriptRequest(Request):
    """A recording to transcribe or translate."""

    audio: Path
    language: str = ""  # "en", "zh" …; "": detected
    translate: bool = False  # into English
    format: str = "txt"

    def words(self) -> str:
        return ""

    def parameters(self) -> dict[str, Any]:
        return {"language": self.language, **({"translate": True} if self.translate else {})}


@dataclass(frozen=True, kw_only=True)
class ImageRequest(Request):
    """A picture from a prompt, or changed from `init`: everywhere, or where `mask` is white."""

    prompt: str
    negative: str = ""  # negative prompt
    style: str = ""  # name of a style of the model
    size: tuple[int, int] | None = None  # (width, height) in pixels; None: default of the model
    fit: bool = False  # a size the model cannot draw: draw the nearest one and resize it
    steps: int | None = None  # sampling steps; None: default of the model
    guidance: float | None = None  # guidance scale; 1: unguided
    truncation: float | None = None  # of GAN and VAE: smaller is more typical, less diverse
    guided: tuple[float, float] = (0.0, 1.0)  # guidance interval, as fractions of the steps
    reuse: int = 1  # compute the deep layers only every `reuse` steps (DeepCache)
    n: int = 1  # number of pictures; picture i has seed + i
    sampler: str = ""  # name of a sampler of the engine; "": default of the engine
    init: Path | None = None
    strength: float = 0.6  # 0 to 1: noise added to `init`; 1 ignores it
    mask: Path | None = None
    upscale: int = 0  # 2 or 4; 0: off
    format: str = "png"
    transparent: bool = False  # remove a plain background
    loras: tuple[Path, ...] = ()
    precision: str = ""  # of the weights: "float32", "bfloat16"; "": engine default
    memory: str = ""  # one of MEMORY
    previews: int = 0  # emit a preview every so many steps; 0: none
    scene: SceneDescription | None = None  # content in fields; engines by rule prefer it
    hour: str = ""  # "night": hour, weather, season and place replace those of the prompt
    weather: str = ""
    season: str = ""
    place: str = ""  # a place of the catalog

    def __post_init__(self) -> None:
        check_text("prompt", self.prompt)
        if self.negative:
            check_text("negative", self.negative)
        if self.size is not None:
            check_size(self.size, MAX_SIDE)
        self._check_sampling()
        check_integer("n", self.n, 1, MAX_PICTURES)
        check_integer("seed", self.seed, 0, 2**32 - 1 - self.n)
        check_choice("upscale", self.upscale, (0, 2, 4))
        check_choice("format", self.format, PICTURE_FORMATS)
        check_choice("precision", self.precision, ("", "float32", "bfloat16"))
        check_choice("memory", self.memory, MEMORY)
        if self.mask is not None and self.init is None:
            raise OptionError("mask needs a picture.", "Give the picture to paint over as init.")
        if self.transparent and self.format == "jpeg":
            raise OptionError("A JPEG cannot be transparent.", "Choose png, webp or svg.")

    def _check_sampling(self) -> None:
        if self.steps is not None:
            check_integer("steps", self.steps, 1, 1000)
        if self.guidance is not None:
            check_range("guidance", self.guidance, 0, 50)
        if self.truncation is not None:
            check_range("truncation", self.truncation, 0.01, 5)
        check_range("end of guided", self.guided[1], 0, 1)
        check_range("start of guided", self.guided[0], 0, self.guided[1])
        check_integer("reuse", self.reuse, 1, 10)
        check_range("strength", self.strength, 0.01, 1)
        check_integer("previews", self.previews, 0, 1000)

    def words(self) -> str:
        parts = [self.prompt, self.negative, self.style]
        if self.scene and self.scene.subject not in self.prompt:
            parts.append(self.scene.subject)
        return "\n".join(part for part in parts if part)

    def parameters(self) -> dict[str, Any]:
        params: dict[str, Any] = {}
        names = ("style", "size", "steps", "guidance", "truncation", "sampler", "upscale")
        for name in (*names, "fit", "transparent", "precision", *SETTING):
            if value := getattr(self, name):
                params[name] = list(value) if isinstance(value, tuple) else value
        if self.init is not None:
            params["strength"] = self.strength
        for name, default in (("guided", (0.0, 1.0)), ("reuse", 1)):
            if (value := getattr(self, name)) != default:
                params[name] = list(value) if isinstance(value, tuple) else value
        if self.loras:
            params["loras"] = [path.name for path in self.loras]
        return params
