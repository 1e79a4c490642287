"""Sentences in two languages: each run is spoken by a voice of its language.

words --runs of one language--> Sentence per voice --Speaker.synthesize--> joined samples and times
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Protocol, runtime_checkable

from miaobi.core.arrays import Samples
from miaobi.speech.speaker import Sentence, Speaker, SpokenSentence, SpokenWord, Times

BEFORE, AFTER, PAUSE = 0.03, 0.06, 0.25  # seconds kept around a run; after a mark, a pause
MARKS = (",", ".", "!", "?", ";", ":", "，", "。", "！", "？", "；", "：", "、", "…", "—")


@runtime_checkable
class MultilingualSpeaker(Speaker, Protocol):
    """A Speaker with voices of several languages."""

    def voice_for(self, voice: Any, language: str) -> Any:
        """Return a voice of a language, the most similar one; a voice of it stays as it is."""


def synthesize_in_voices(sentence: Sentence, speaker: Speaker) -> SpokenSentence:
    """Synthesize a sentence; runs in a language other than its own get a voice of theirs."""
    runs = _runs(sentence, speaker)
    if len(runs) == 1:
        return speaker.synthesize(runs[0])
    parts: list[Samples] = []
    times: list[tuple[float, float]] = []
    position = 0.0
    for index, run in enumerate(runs):
        spoken = speaker.synthesize(run)
        start, end = _bounds(spoken, run.words, speaker.rate)
        start, end = start if index else 0, end if index < len(runs) - 1 else len(spoken.samples)
        offset = position - start / speaker.rate
        times += [(first + offset, last + offset) for first, last in spoken.times]
        parts.append(spoken.samples[start:end])
        position += (end - start) / speaker.rate
    return SpokenSentence(_concatenate(parts), tuple(times))


def _runs(sentence: Sentence, speaker: Speaker) -> list[Sentence]:
    """Split a sentence where its voice changes; words without a language follow those before."""
    if not isinstance(speaker, MultilingualSpeaker):
        return [sentence]
    runs: list[Sentence] = []
    for word in sentence.words:
        last = runs[-1] if runs else None
        language = word.language or (last.language if last else sentence.language)
        voice = sentence.voice
        if language != sentence.language:
            voice = speaker.voice_for(voice, language)
        if last and (last.voice == voice or not word.language):
            runs[-1] = replace(last, words=(*last.words, word))
        else:
            runs.append(replace(sentence, words=(word,), voice=voice, language=language))
    if len(runs) == 1 and runs[0].voice == sentence.voice:
        return [sentence]
    return runs


def _bounds(spoken: SpokenSentence, words: Sequence[SpokenWord], rate: int) -> tuple[int, int]:
    """Return the first and the last sample of a run, without the silence around a sentence."""
    times: Times = spoken.times
    pause = PAUSE if words[-1].written.rstrip('"”’」』）)').endswith(MARKS) else AFTER
    start = max(0, round((times[0][0] - BEFORE) * rate))
    end = min(len(spoken.samples), round((times[-1][1] + pause) * rate))
    return start, max(start, end)


def _concatenate(parts: list[Samples]) -> Samples:
    import numpy as np

    return np.concatenate(parts)
