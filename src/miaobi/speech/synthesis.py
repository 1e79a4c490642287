"""From a request to speech, whatever the voice: turns, pauses, sentences, word times.

    turns --sentences--> units (written, said) --Speaker.say--> samples and word times --> events

An engine of speech brings a Speaker; all it has to do is to say one sentence.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

from miaobi.core.errors import NotFoundError, PromptError
from miaobi.core.events import Event, Output, Progress, Segment, Sound, Word
from miaobi.core.requests import SpeechRequest
from miaobi.core.sentences import language_of, sentences
from miaobi.core.speech import Chapter, Span, Turn
from miaobi.speech.normalization import Spoken, read_aloud, units

STRESS = {  # decibels more, and times as long
    "": (0.0, 1.0),
    "strong": (4.0, 1.2),
    "moderate": (2.0, 1.1),
    "reduced": (-4.0, 0.92),
}
AS_WRITTEN = "as written"
RAMP = 0.02  # seconds within which a word gets louder
SOFT = ",;:，；：、"  # where a sentence may be cut
# words that a phrase begins with: before one of them a reader may take a breath
BREATH = re.compile(
    r" (?=(?:and|but|or|that|which|who|because|when|while|where|if|as|than|so|to|with|without|from|"
    r"for|in|on|at|of|into|over|under|until|after|before|through|about|was|were|is|are|has|had) )"
)
LEAST = 10  # characters that are worth a breath
LONG = 240  # characters of a text whose first sound should not wait for a whole sentence


@dataclass(frozen=True)
class Unit:
    """One word of a sentence: what is read, what is said, and how."""

    written: str
    said: str
    phonemes: str = ""  # IPA, in place of what the letters would be
    stress: str = ""


@dataclass(frozen=True)
class Sentence:
    """What a Speaker says at once."""

    units: tuple[Unit, ...]
    voice: Any
    language: str
    speed: float
    seed: int

    @property
    def said(self) -> str:
        """The sentence as it is said."""
        return joined([unit.said for unit in self.units])


@dataclass(frozen=True)
class Said:
    """A sentence as sound, and when each of its units is heard: (start, end) in seconds."""

    samples: Any  # float32 (T,)
    times: tuple[tuple[float, float], ...]


class Speaker(Protocol):
    """A voice, or several: what an engine of speech has to bring."""

    @property
    def rate(self) -> int:
        """Samples a second."""

    @property
    def normalizes(self) -> bool:
        """True where numbers and signs have to be said for it in words."""

    def voice_of(self, name: str, language: str) -> Any:
        """The voice of that name; "" is the default. Raises NotFoundError."""

    def longest(self, language: str) -> int:
        """How many characters can be said at once."""

    def first(self, language: str) -> int:
        """After about how many the first piece may end, to be heard soon; 0: it is whole."""

    def say(self, sentence: Sentence) -> Said:
        """One sentence. Raises what the engine raises."""


@dataclass
class _Recording:
    """What was spoken so far."""

    rate: int
    pieces: list[Any] = field(default_factory=list)
    length: int = 0
    segments: list[Segment] = field(default_factory=list)
    chapters: list[tuple[str, float]] = field(default_factory=list)

    def add(self, samples: Any) -> Sound:
        self.pieces.append(samples)
        self.length += len(samples)
        return Sound(samples, self.rate)

    @property
    def seconds(self) -> float:
        return self.length / self.rate

    def chapters_told(self) -> tuple[Chapter, ...]:
        ends = [start for _, start in self.chapters[1:]] + [self.seconds]
        return tuple(
            Chapter(title, start, end)
            for (title, start), end in zip(self.chapters, ends, strict=False)
        )


def speak(request: SpeechRequest, speaker: Speaker) -> Iterator[Event]:
    """One Sound for each sentence and each pause, then the Output with segments and word times.

    Raises NotFoundError for an unknown voice, PromptError when there is nothing to say.
    """
    import numpy as np

    turns = request.turns or (Turn((Span(request.text),)),)
    whole = language_of("".join(turn.text for turn in turns))
    names = {turn.voice or request.voice for turn in turns}
    voices = {name: speaker.voice_of(name, whole) for name in names}
    long = sum(len(turn.text) for turn in turns) > LONG
    plan = [
        (turn, list(_sentences(turn, whole, speaker, long and not at)))
        for at, turn in enumerate(turns)
    ]
    total = sum(len(parts) for _, parts in plan)
    if not total:
        raise PromptError(
            "There is nothing in the {name} that could be spoken.",
            "Give it words or numbers.",
            name="text",
        )
    done, recording = 0, _Recording(speaker.rate)
    for turn, parts in plan:
        if turn.chapter:
            recording.chapters.append((turn.chapter, recording.seconds))
        if turn.pause:
            yield recording.add(np.zeros(round(turn.pause * speaker.rate), np.float32))
        for text, words in parts:
            yield Progress("speech", done, total)
            speed = min(2.0, max(0.5, request.speed * turn.speed))
            voice, seed = voices[turn.voice or request.voice], (request.seed + done) % 2**32
            sentence = Sentence(tuple(words), voice, whole, speed, seed)
            samples, times = _manner(speaker.say(sentence), words, turn.volume, speaker.rate)
            recording.segments.append(_segment(text, words, times, recording.seconds, turn))
            yield replace(recording.add(samples), segment=recording.segments[-1])
            done += 1
    samples = np.concatenate(recording.pieces)
    yield Output(
        samples=samples,
        rate=speaker.rate,
        language=whole,
        segments=tuple(recording.segments),
        chapters=recording.chapters_told(),
    )


def _segment(
    text: str, words: list[Unit], times: tuple[tuple[float, float], ...], start: float, turn: Turn
) -> Segment:
    heard = tuple(
        Word(unit.written, start + begin, start + end)
        for unit, (begin, end) in zip(words, times, strict=True)
    )
    return Segment(text, heard[0].start, heard[-1].end, heard, turn.speaker)


def _sentences(
    turn: Turn, whole: str, speaker: Speaker, first: bool
) -> Iterator[tuple[str, list[Unit]]]:
    """The sentences of a turn that can be said, each with its units."""
    text = turn.text
    owners = [span for span in turn.spans for char in span.text if not char.isspace()]
    at = 0
    language = language_of(text) if any(char.isalpha() for char in text) else whole
    for sentence in _cut(text, speaker.longest(language), speaker.first(language) if first else 0):
        size = sum(not char.isspace() for char in sentence)
        reader = whole if speaker.normalizes else AS_WRITTEN
        found = list(_units(sentence, owners[at : at + size], reader))
        at += size
        if found:  # there is something to say in it
            yield sentence, found


def _cut(text: str, longest: int, first: int) -> Iterator[str]:
    """Sentences of at most about `longest` characters; the first may be cut early, to be heard."""
    for number, sentence in enumerate(sentences(text, longest)):
        clause = _clause(sentence, first) if number == 0 and first else sentence
        yield clause
        if rest := sentence[len(clause) :].strip():
            yield rest


def _clause(sentence: str, longest: int) -> str:
    """The beginning of a sentence up to an early comma, or else to where a phrase ends; or all."""
    clause = next(sentences(sentence, longest))
    if len(clause) > longest or clause[-1] not in SOFT:
        ends = [match.start() for match in BREATH.finditer(sentence)]
        ends = [end for end in ends if LEAST <= end <= min(longest, len(sentence) - LEAST)]
        clause = sentence[: ends[-1]] if ends and len(sentence) > longest else sentence
    return clause


def _units(sentence: str, owners: list[Span], whole: str) -> Iterator[Unit]:
    """The words of a sentence, where each non-space character belongs to a span.

    With AS_WRITTEN for a language they are said as they are written.
    """
    for span, part in _by_span(sentence, owners):
        if span.phonemes:
            yield Unit(part.strip(), span.said or part.strip(), span.phonemes, span.stress)
        elif span.said:
            yield Unit(part.strip(), _aloud(span.said, whole), stress=span.stress)
        else:
            plain = whole == AS_WRITTEN
            pieces = [Spoken(part, part)] if plain else read_aloud(part, _context(sentence, whole))
            for unit in units(pieces):
                yield Unit(unit.written, unit.said, stress=span.stress)


def _context(sentence: str, whole: str) -> str:
    has_letters = any(char.isalpha() for char in sentence)
    return language_of(sentence) if has_letters and whole == "en" else whole


def _aloud(words: str, whole: str) -> str:
    if whole == AS_WRITTEN:
        return words
    return joined([unit.said for unit in units(read_aloud(words, whole))])


def _by_span(sentence: str, owners: list[Span]) -> Iterator[tuple[Span, str]]:
    """Stretches of a sentence that belong to one span; a mark alone goes with those before it."""
    stretches: list[tuple[Span, str]] = []
    at = 0
    for char in sentence:
        span = owners[min(at, len(owners) - 1)]
        at += not char.isspace()
        if stretches and (stretches[-1][0] is span or char.isspace()):
            stretches[-1] = (stretches[-1][0], stretches[-1][1] + char)
        else:
            stretches.append((span, char))
    yield from stretches


def joined(words: list[str]) -> str:
    """Words as one text: spaces between all but Chinese ones."""
    text = ""
    for word in words:
        near = text[-1:].isascii() and word[:1].isascii()
        text += (" " if text and near else "") + word
    return re.sub(r"\s+", " ", text)


def _manner(
    said: Said, words: list[Unit], volume: float, rate: int
) -> tuple[Any, tuple[tuple[float, float], ...]]:
    """A sentence with its loudness and its stressed words, which are louder and longer."""
    import numpy as np

    from miaobi.media.time_stretch import stretch

    samples = said.samples * np.float32(10 ** (volume / 20)) if volume else said.samples
    if not any(unit.stress for unit in words):
        return samples, said.times
    parts, times, here, moved = [], [], 0, 0.0
    for unit, (start, end) in zip(words, said.times, strict=True):
        louder, longer = STRESS[unit.stress]
        begin, finish = round(start * rate), round(end * rate)
        parts.append(samples[here:begin])
        word = stretch(_louder(samples[begin:finish], louder, rate), rate, longer)
        parts.append(word)
        times.append((start + moved, start + moved + len(word) / rate))
        moved += (len(word) - (finish - begin)) / rate
        here = finish
    return np.concatenate([*parts, samples[here:]]), tuple(times)


def _louder(samples: Any, decibels: float, rate: int) -> Any:
    import numpy as np

    ramp = min(round(RAMP * rate), len(samples) // 2)
    if not decibels or not ramp:
        return samples
    curve = np.full(len(samples), decibels, np.float32)
    curve[:ramp] *= np.linspace(0, 1, ramp, dtype=np.float32)
    curve[len(curve) - ramp :] *= np.linspace(1, 0, ramp, dtype=np.float32)
    return (samples * 10 ** (curve / 20)).astype(np.float32)


def spread(
    times: dict[int, tuple[float, float]], count: int, seconds: float
) -> tuple[tuple[float, float], ...]:
    """Times of all units in order; one of which nothing is heard lies where its neighbor ends."""
    found, here = [], 0.0
    for number in range(count):
        start, end = times.get(number, (here, here))
        start = min(max(start, here), seconds)
        here = min(max(end, start), seconds)
        found.append((start, here))
    return tuple(found)


def check_voice(voice: str, voices: tuple[str, ...], model: str) -> None:
    """Raises NotFoundError unless the voice is "" (the default) or one of `voices`."""
    if voice and voice not in voices:
        raise NotFoundError(
            "{model} has no voice {voice!r}.",
            "Choose one of: {voices}.",
            model=model,
            voice=voice,
            voices=", ".join(voices),
        )
