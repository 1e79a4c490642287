"""Kokoro: many voices, two languages, any length."""

from functools import cache
from itertools import pairwise

import numpy as np
import pytest

from miaobi.assets.members import KOKORO_VOICES
from miaobi.core.errors import NotFoundError, PromptError
from miaobi.core.events import Output, Sound
from miaobi.core.requests import SpeechRequest
from miaobi.engines.kokoro import (
    DEFAULT_VOICES,
    LANGUAGES,
    MAX_CHARS,
    MAX_TOKENS,
    RATE,
    KokoroEngine,
)
from miaobi.engines.registry import engine_for
from miaobi.models.zoo import find_model
from miaobi.speech.alignment import AFTER, BEFORE, trim_silence
from miaobi.speech.normalization import normalize_spans, split_words
from miaobi.speech.phoneme_chunks import chunk_phonemes
from miaobi.speech.phonemes import PhonemeSequence
from miaobi.speech.speaker import SpokenWord

MODEL = find_model("kokoro-82m", "speech")


def engine() -> KokoroEngine:
    loaded = engine_for(MODEL)
    assert isinstance(loaded, KokoroEngine)
    return loaded


@cache
def speak(text: str, voice: str = "", speed: float = 1.0) -> tuple[list[Sound], Output]:
    request = SpeechRequest(model="kokoro-82m", text=text, voice=voice, speed=speed)
    events = list(engine().generate(request))
    output = events[-1]
    assert isinstance(output, Output)
    assert output.rate == RATE
    return [event for event in events if isinstance(event, Sound)], output


def is_speech(output: Output, shortest: float, longest: float) -> bool:
    """Of a fitting length in seconds, audible, within range."""
    samples, seconds = output.samples, len(output.samples) / output.rate
    assert samples.dtype == np.float32 and samples.ndim == 1
    assert shortest < seconds < longest, f"{seconds:.1f} s"
    assert 0.02 < np.abs(samples).max() <= 1.5
    assert np.sqrt(np.mean(samples**2)) > 0.005
    return True


@pytest.mark.parametrize("text", ["他买了2张票，花了160元。", "He bought two tickets."])
def test_a_breath_of_silence_is_left_around_a_sentence(text: str) -> None:
    samples = speak(text)[1].samples
    heard = np.flatnonzero(np.abs(samples) > 0.02 * np.abs(samples).max()) / RATE
    assert heard[0] < 0.25 and len(samples) / RATE - heard[-1] < 0.6
    words = [word for segment in speak(text)[1].segments or () for word in segment.words]
    assert abs(words[0].start - heard[0]) < 0.15 and words[-1].end > heard[-1] - 0.3


def test_silence_is_cut_and_sound_is_not() -> None:
    tone = np.sin(np.arange(RATE) / 10).astype(np.float32)
    whole = np.concatenate([np.zeros(RATE), tone, np.zeros(2 * RATE)]).astype(np.float32)
    kept, early = trim_silence(whole, RATE)
    assert early == pytest.approx(1 - BEFORE, abs=0.02)
    assert len(kept) / RATE == pytest.approx(1 + BEFORE + AFTER, abs=0.03)
    assert np.abs(kept).sum() == pytest.approx(np.abs(tone).sum())
    for plain in (tone, np.zeros(RATE, np.float32), np.zeros(0, np.float32)):
        assert np.array_equal(trim_silence(plain, RATE)[0], plain)


def test_the_table_of_voices() -> None:
    assert engine().styles.shape == (len(KOKORO_VOICES), MAX_TOKENS, 1, 256) == (36, 510, 1, 256)
    assert np.isfinite(engine().styles).all()
    middles = engine().styles[:, 100, 0]
    assert all(np.abs(one - other).max() > 0.01 for one, other in pairwise(middles))
    assert {voice[0] for voice in KOKORO_VOICES} == set(LANGUAGES)
    assert set(DEFAULT_VOICES.values()) <= set(KOKORO_VOICES)


@pytest.mark.parametrize(
    ("voice", "text"),
    [
        ("af_heart", "Good night."),
        ("bm_lewis", "Good night."),
        ("zf_xiaoyi", "晚安。"),
        ("zm_yunyang", "晚安。"),
    ],
)
def test_voices_speak(voice: str, text: str) -> None:
    assert is_speech(speak(text, voice)[1], 0.5, 3)


def test_voices_differ_and_repeat() -> None:
    one, other = (speak("Good night.", voice)[1].samples for voice in ("af_heart", "bm_lewis"))
    assert len(one) != len(other) or not np.array_equal(one, other)
    np.testing.assert_array_equal(one, speak.__wrapped__("Good night.", "af_heart")[1].samples)


@pytest.mark.parametrize(("text", "voice"), [("Good night.", "af_heart"), ("晚安。", "zf_xiaoyi")])
def test_without_a_voice_the_language_chooses(text: str, voice: str) -> None:
    np.testing.assert_array_equal(speak(text)[1].samples, speak(text, voice)[1].samples)


def test_speed_changes_the_length() -> None:
    usual, fast = (len(speak("Good night.", "af_heart", speed)[1].samples) for speed in (1.0, 2.0))
    assert usual > 1.4 * fast


def read(text: str, language: str, voice: str) -> PhonemeSequence:
    """The phonemes of a text, word by word."""
    words = tuple(
        SpokenWord(word.written, word.spoken)
        for word in split_words(normalize_spans(text, language))
    )
    return engine().phonemizer(voice).phonemize(words)


def test_chinese_and_english_in_one_sentence() -> None:
    mixed = "".join(phonemes for _, phonemes in read("我喜欢 Python 语言。", "zh", "zf_xiaoyi"))
    # the English word is read by the English rules, with Chinese before and after it
    word = "".join(phonemes for _, phonemes in read("Python", "en", "af_heart"))
    before, found, after = mixed.partition(word)
    assert found and min(len(word), len(before), len(after)) > 3
    assert is_speech(speak("我喜欢 Python 语言。")[1], 1, 6)


@pytest.mark.parametrize(
    ("text", "language", "voice"),
    [("word " * 400, "en", "af_heart"), ("长" * 400, "zh", "zf_xiaoyi")],
)
def test_a_sentence_longer_than_the_model_is_cut_into_runs(
    text: str, language: str, voice: str
) -> None:
    longest = MAX_TOKENS - 2
    parts = list(chunk_phonemes(read(text, language, voice), engine().vocabulary, longest))
    assert len(parts) > 2
    assert all(longest - 10 < len(run) <= longest for run, _ in parts[:-1])
    assert 0 < len(parts[-1][0]) <= longest
    assert all(sum(len(told) for _, told in part) == len(run) for run, part in parts)


def test_a_long_sentence_without_punctuation(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(MAX_CHARS, "en", 20)  # a tenth of the real limit takes a tenth of the time
    sounds, output = speak("word " * 10, "af_heart", 2.0)
    assert len(sounds) > 1
    assert is_speech(output, 1, 5)
    np.testing.assert_array_equal(
        np.concatenate([sound.samples for sound in sounds]), output.samples
    )


def test_what_cannot_be_spoken_is_refused() -> None:
    with pytest.raises(PromptError, match="nothing in the text that could be spoken"):
        speak("😀", "af_heart")


def test_unknown_voices_name_the_known_ones() -> None:
    with pytest.raises(
        NotFoundError, match="kokoro-82m has no voice 'nobody'. Choose one of: af_alloy, "
    ):
        speak("Hello.", "nobody")
