"""Speech synthesis with any Speaker: turns, pauses, sentences, word times.

turns --sentences--> words (written, spoken) --Speaker.synthesize--> samples, word times --> events
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from miaobi.core.arrays import Samples
from miaobi.core.errors import PromptError
from miaobi.core.events import Event, Output, Progress, Segment, Sound, Word
from miaobi.core.requests import SpeechRequest
from miaobi.core.sentences import language_of, language_runs, sentences
from miaobi.core.speech import Chapter, Span, Turn
from miaobi.speech.normalization import NormalizedSpan, normalize_spans, split_words
from miaobi.speech.speaker import (
    Sentence,
    Speaker,
    SpokenSentence,
    SpokenWord,
    Times,
    join_words,
)
from miaobi.speech.voice_runs import synthesize_in_voices

STRESS = {  # level -> (gain in dB, duration factor)
    "": (0.0, 1.0),
    "strong": (4.0, 1.2),
    "moderate": (2.0, 1.1),
    "reduced": (-4.0, 0.92),
}
VERBATIM = "verbatim"  # the "language" of models that take text without normalization
RAMP = 0.02  # seconds over which a stressed word gets louder
SOFT_MARKS = ",;:，；：、"  # a sentence may be cut after one of them
# before a word that begins a phrase, a speaker may pause
PHRASE_START = re.compile(
    r" (?=(?:and|but|or|that|which|who|because|when|while|where|if|as|than|so|to|with|without|from|"
    r"for|in|on|at|of|into|over|under|until|after|before|through|about|was|were|is|are|has|had) )"
)
MIN_PHRASE = 10  # characters on either side of a cut
LONG_TEXT = 240  # characters of a text whose first sentence is cut for low latency


@dataclass
class _Recording:
    """The samples, segments and chapters synthesized so far."""

    rate: int
    chunks: list[Samples] = field(default_factory=list)
    length: int = 0
    segments: list[Segment] = field(default_factory=list)
    chapter_starts: list[tuple[str, float]] = field(default_factory=list)

    def add(self, samples: Samples) -> Sound:
        self.chunks.append(samples)
        self.length += len(samples)
        return Sound(samples, self.rate)

    @property
    def seconds(self) -> float:
        return self.length / self.rate

    def chapters(self) -> tuple[Chapter, ...]:
        ends = [start for _, start in self.chapter_starts[1:]] + [self.seconds]
        return tuple(
            Chapter(title, start, end)
            for (title, start), end in zip(self.chapter_starts, ends, strict=False)
        )


def speak(request: SpeechRequest, speaker: Speaker) -> Iterator[Event]:
    """Yield a Sound for each sentence and each pause, then the Output with segments and word times.

    Raises NotFoundError for an unknown voice, PromptError for a text without speakable words.
    """
    import numpy as np

    turns = request.turns or (Turn((Span(request.text),)),)
    language = language_of("".join(turn.text for turn in turns))
    names = {turn.voice or request.voice for turn in turns}
    voices = {name: speaker.get_voice(name, language) for name in names}
    is_long = sum(len(turn.text) for turn in turns) > LONG_TEXT
    plan = [
        (turn, list(_sentences(turn, language, speaker, cut_first=is_long and index == 0)))
        for index, turn in enumerate(turns)
    ]
    total = sum(len(turn_sentences) for _, turn_sentences in plan)
    if not total:
        raise PromptError(
            "There is nothing in the {name} that could be spoken.",
            "Give it words or numbers.",
            name="text",
        )
    done, recording = 0, _Recording(speaker.rate)
    for turn, turn_sentences in plan:
        if turn.chapter:
            recording.chapter_starts.append((turn.chapter, recording.seconds))
        if turn.pause:
            yield recording.add(np.zeros(round(turn.pause * speaker.rate), np.float32))
        for text, words in turn_sentences:
            yield Progress("speech", done, total)
            speed = min(2.0, max(0.5, request.speed * turn.speed))
            voice, seed = voices[turn.voice or request.voice], (request.seed + done) % 2**32
            sentence = Sentence(tuple(words), voice, language, speed, seed)
            spoken = synthesize_in_voices(sentence, speaker)
            samples, times = _apply_prosody(spoken, words, turn.volume, speaker.rate)
            recording.segments.append(_to_segment(text, words, times, recording.seconds, turn))
            yield replace(recording.add(samples), segment=recording.segments[-1])
            done += 1
    samples = np.concatenate(recording.chunks)
    yield Output(
        samples=samples,
        rate=speaker.rate,
        language=language,
        segments=tuple(recording.segments),
        chapters=recording.chapters(),
    )


def _to_segment(
    text: str, words: Sequence[SpokenWord], times: Times, offset: float, turn: Turn
) -> Segment:
    timed_words = tuple(
        Word(word.written, offset + start, offset + end)
        for word, (start, end) in zip(words, times, strict=True)
    )
    return Segment(text, timed_words[0].start, timed_words[-1].end, timed_words, turn.speaker)


def _sentences(
    turn: Turn, text_language: str, speaker: Speaker, cut_first: bool
) -> Iterator[tuple[str, list[SpokenWord]]]:
    """Yield the speakable sentences of a turn, each with its words."""
    text = turn.text
    span_of_char = [span for span in turn.spans for char in span.text if not char.isspace()]
    language = language_of(text) if any(char.isalpha() for char in text) else text_language
    normalization = text_language if speaker.normalizes else VERBATIM
    first_chars = speaker.first_chars(language) if cut_first else 0
    position = 0
    for sentence in _split_sentences(text, speaker.max_chars(language), first_chars):
        size = sum(not char.isspace() for char in sentence)
        spans = span_of_char[position : position + size]
        position += size
        if words := list(_words(sentence, spans, normalization)):
            yield sentence, words


def _split_sentences(text: str, max_chars: int, first_chars: int) -> Iterator[str]:
    """Split a text into sentences of about `max_chars`; the first may be cut at `first_chars`."""
    for index, sentence in enumerate(sentences(text, max_chars)):
        clause = _first_clause(sentence, first_chars) if index == 0 and first_chars else sentence
        yield clause
        if rest := sentence[len(clause) :].strip():
            yield rest


def _first_clause(sentence: str, max_chars: int) -> str:
    """Return a sentence up to an early comma, or else up to the end of a phrase; or all of it."""
    clause = next(sentences(sentence, max_chars))
    if len(clause) > max_chars or clause[-1] not in SOFT_MARKS:
        ends = [match.start() for match in PHRASE_START.finditer(sentence)]
        latest = min(max_chars, len(sentence) - MIN_PHRASE)
        ends = [end for end in ends if MIN_PHRASE <= end <= latest]
        clause = sentence[: ends[-1]] if ends and len(sentence) > max_chars else sentence
    return clause


def _words(sentence: str, span_of_char: Sequence[Span], normalization: str) -> Iterator[SpokenWord]:
    """Yield the words of a sentence; `span_of_char` has the span of each non-space character.

    `normalization` is the language of the rules, or VERBATIM for the written form.
    """
    for span, text in _group_by_span(sentence, span_of_char):
        if span.phonemes:
            yield SpokenWord(text.strip(), span.said or text.strip(), span.phonemes, span.stress)
        elif span.said:
            yield SpokenWord(text.strip(), _spoken(span.said, normalization), stress=span.stress)
        else:
            yield from _normalized_words(text, sentence, normalization, span.stress)


def _normalized_words(
    text: str, sentence: str, normalization: str, stress: str
) -> Iterator[SpokenWord]:
    """Yield the words of a part of a sentence; each run of a language follows its own rules."""
    base = normalization if normalization != VERBATIM else language_of(sentence)
    runs = language_runs(text, base)
    for language, run in runs:
        if normalization == VERBATIM:
            spans = [NormalizedSpan(run, run)]
        elif len(runs) > 1:
            spans = normalize_spans(run, language)
        else:
            spans = normalize_spans(run, _context_language(sentence, normalization))
        for word in split_words(spans):
            yield SpokenWord(word.written, word.spoken, stress=stress, language=language)


def _context_language(sentence: str, text_language: str) -> str:
    has_letters = any(char.isalpha() for char in sentence)
    return language_of(sentence) if has_letters and text_language == "en" else text_language


def _spoken(text: str, normalization: str) -> str:
    if normalization == VERBATIM:
        return text
    words = split_words(normalize_spans(text, normalization))
    return join_words([word.spoken for word in words])


def _group_by_span(sentence: str, span_of_char: Sequence[Span]) -> Iterator[tuple[Span, str]]:
    """Group consecutive characters of one span; spaces stay with the characters before them."""
    groups: list[tuple[Span, str]] = []
    position = 0
    for char in sentence:
        span = span_of_char[min(position, len(span_of_char) - 1)]
        position += not char.isspace()
        if groups and (groups[-1][0] is span or char.isspace()):
            groups[-1] = (groups[-1][0], groups[-1][1] + char)
        else:
            groups.append((span, char))
    yield from groups


def _apply_prosody(
    spoken: SpokenSentence, words: Sequence[SpokenWord], volume: float, rate: int
) -> tuple[Samples, Times]:
    """Apply a volume in dB to a sentence, and make its stressed words louder and longer."""
    import numpy as np

    from miaobi.media.time_stretch import stretch

    samples = spoken.samples * np.float32(10 ** (volume / 20)) if volume else spoken.samples
    if not any(word.stress for word in words):
        return samples, spoken.times
    parts, times, position, delay = [], [], 0, 0.0
    for word, (start, end) in zip(words, spoken.times, strict=True):
        gain, factor = STRESS[word.stress]
        first, stop = round(start * rate), round(end * rate)
        parts.append(samples[position:first])
        stressed = stretch(_amplify(samples[first:stop], gain, rate), rate, factor)
        parts.append(stressed)
        times.append((start + delay, start + delay + len(stressed) / rate))
        delay += (len(stressed) - (stop - first)) / rate
        position = stop
    return np.concatenate([*parts, samples[position:]]), tuple(times)


def _amplify(samples: Samples, decibels: float, rate: int) -> Samples:
    """Amplify samples (T,), with a ramp at both ends."""
    import numpy as np

    ramp = min(round(RAMP * rate), len(samples) // 2)
    if not decibels or not ramp:
        return samples
    curve = np.full(len(samples), decibels, np.float32)
    curve[:ramp] *= np.linspace(0, 1, ramp, dtype=np.float32)
    curve[len(curve) - ramp :] *= np.linspace(1, 0, ramp, dtype=np.float32)
    return (samples * 10 ** (curve / 20)).astype(np.float32)
