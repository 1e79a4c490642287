"""hibari: one English voice."""

import numpy as np
import pytest

from miaobi.core.errors import NotFoundError
from miaobi.core.events import Output, Progress, Sound
from miaobi.core.requests import SpeechRequest
from miaobi.engines.registry import engine_for
from miaobi.models.zoo import find_model
from miaobi.speech.speaker import check_voice

MODEL = find_model("hibari", "speech")
TEXT = "A fox finds a fallen star. It shines all night!"


def speak(text: str = TEXT, **options: object) -> tuple[list[Progress], list[Sound], Output]:
    events = list(engine_for(MODEL).generate(SpeechRequest(model="hibari", text=text, **options)))
    output = events[-1]
    assert isinstance(output, Output)
    progress = [event for event in events if isinstance(event, Progress)]
    return progress, [event for event in events if isinstance(event, Sound)], output


def test_a_sound_for_each_sentence_and_all_of_them_at_the_end() -> None:
    progress, sounds, output = speak(seed=1)
    assert [(event.done, event.total) for event in progress] == [(0, 2), (1, 2)]
    assert len(sounds) == 2
    np.testing.assert_array_equal(
        np.concatenate([sound.samples for sound in sounds]), output.samples
    )
    assert output.samples.dtype == np.float32 and output.samples.ndim == 1
    assert {sound.rate for sound in sounds} == {output.rate} == {24_000}
    assert 0.05 < np.abs(output.samples).max() <= 1
    assert 2 < len(output.samples) / output.rate < 8


def test_same_seed_same_samples() -> None:
    first, again, other = (speak(seed=seed)[2].samples for seed in (1, 1, 2))
    np.testing.assert_array_equal(first, again)
    assert len(first) != len(other) or not np.array_equal(first, other)


def test_the_highest_seed() -> None:
    assert len(speak(seed=2**32 - 1)[2].samples)


def test_speed_changes_the_length() -> None:
    slow, fast = (len(speak(seed=1, speed=speed)[2].samples) for speed in (0.5, 2.0))
    assert slow > 2.5 * fast


def test_long_without_a_pause() -> None:
    _, sounds, output = speak("word " * 150, seed=1)
    assert len(sounds) > 1
    assert len(output.samples) / output.rate > 20


def test_chinese_is_refused_with_the_model_that_can() -> None:
    with pytest.raises(NotFoundError, match="English only. Use the model kokoro-82m"):
        speak("你好，世界。")


def test_unknown_voices_name_the_known_ones() -> None:
    assert len(speak("Hi.", voice="heart")[2].samples)
    with pytest.raises(
        NotFoundError, match=r"hibari has no voice 'af_heart'\. Choose one of: heart\."
    ):
        speak(voice="af_heart")
    check_voice("", ("a", "b"), "any")
    with pytest.raises(NotFoundError, match=r"Choose one of: a, b\."):
        check_voice("c", ("a", "b"), "any")
