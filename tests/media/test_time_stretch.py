"""Speech slower and faster at the same pitch."""

import numpy as np
import pytest

from miaobi.media.time_stretch import stretch

RATE = 24_000


def pitch(samples: np.ndarray) -> float:
    spectrum = np.abs(np.fft.rfft(samples * np.hanning(len(samples))))
    return float(spectrum.argmax() * RATE / len(samples))


@pytest.mark.parametrize("factor", [0.6, 0.8, 1.25, 1.8])
def test_longer_or_shorter_at_the_same_pitch(factor: float) -> None:
    tone = 0.5 * np.sin(2 * np.pi * 180 * np.arange(RATE) / RATE).astype(np.float32)
    out = stretch(tone, RATE, factor)
    assert len(out) == round(len(tone) * factor)
    assert pitch(out) == pytest.approx(180, abs=3)
    middle = out[len(out) // 4 : -len(out) // 4]
    assert np.sqrt(np.mean(middle**2)) == pytest.approx(0.354, abs=0.04)


def test_what_is_too_short_or_unchanged_stays() -> None:
    tone = np.ones(100, np.float32)
    assert stretch(tone, RATE, 2.0) is tone
    long = np.ones(RATE, np.float32)
    assert stretch(long, RATE, 1.0) is long
