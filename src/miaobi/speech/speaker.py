"""Speaker: the interface of a speech engine, and the sentences it synthesizes.

Sentence (words, voice, speed, seed) --Speaker.synthesize--> samples (T,) and word times
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from miaobi.core.arrays import Samples
from miaobi.core.errors import NotFoundError

Times = tuple[tuple[float, float], ...]  # (start, end) of each word, in seconds


@dataclass(frozen=True)
class SpokenWord:
    """One word of a sentence: its written form, its spoken form, and how to pronounce it."""

    written: str
    spoken: str
    phonemes: str = ""  # IPA that replaces grapheme-to-phoneme conversion
    stress: str = ""  # one of core.speech.STRESSES
    language: str = ""  # of its run; "": that of the sentence


@dataclass(frozen=True)
class Sentence:
    """One unit of synthesis."""

    words: tuple[SpokenWord, ...]
    voice: Any  # as returned by Speaker.get_voice
    language: str
    speed: float
    seed: int

    @property
    def text(self) -> str:
        """The sentence in its spoken form."""
        return join_words([word.spoken for word in self.words])


@dataclass(frozen=True)
class SpokenSentence:
    """A synthesized sentence: samples float32 (T,), and the times of its words."""

    samples: Samples
    times: Times


class Speaker(Protocol):
    """A speech model with one or more voices, as `synthesis.speak` needs it."""

    @property
    def rate(self) -> int:
        """Sampling rate, in Hz."""

    @property
    def normalizes(self) -> bool:
        """True for a model that needs numbers and symbols spelled out."""

    def get_voice(self, name: str, language: str) -> Any:
        """Return the voice of a name; "" is the default. Raises NotFoundError."""

    def max_chars(self, language: str) -> int:
        """Return the greatest length of a sentence, in characters."""

    def first_chars(self, language: str) -> int:
        """Return the length at which the first sentence may be cut for low latency; 0: never."""

    def synthesize(self, sentence: Sentence) -> SpokenSentence:
        """Synthesize one sentence. Raises the errors of the engine."""


def join_words(words: Sequence[str]) -> str:
    """Join words into a text, with spaces except next to Chinese characters."""
    text = ""
    for word in words:
        are_ascii = text[-1:].isascii() and word[:1].isascii()
        text += (" " if text and are_ascii else "") + word
    return re.sub(r"\s+", " ", text)


def check_voice(voice: str, voices: tuple[str, ...], model: str) -> None:
    """Raise NotFoundError unless the voice is "" (the default) or one of `voices`."""
    if voice and voice not in voices:
        raise NotFoundError(
            "{model} has no voice {voice!r}.",
            "Choose one of: {voices}.",
            model=model,
            voice=voice,
            voices=", ".join(voices),
        )
