"""Loudness against the reference tones of the standard."""

import numpy as np
import pytest

from miaobi.media.loudness import PEAK, SILENCE, loudness, scale_to_loudness


def tone(hertz: float, level: float, rate: int = 48_000, seconds: float = 5) -> np.ndarray:
    time = np.arange(int(seconds * rate)) / rate
    return (level * np.sin(2 * np.pi * hertz * time)).astype(np.float32)


@pytest.mark.parametrize("rate", [44_100, 48_000])
def test_a_full_tone_of_997_hz_is_3_lufs_below_zero(rate: int) -> None:
    """BS.1770: 0 dBFS at 997 Hz in one channel reads -3.01."""
    assert loudness(tone(997, 1.0, rate), rate) == pytest.approx(-3.01, abs=0.05)


def test_two_channels_are_3_louder_and_bass_is_weighed_less() -> None:
    one = tone(997, 0.1)
    assert loudness(np.stack([one, one], axis=1), 48_000) == pytest.approx(
        loudness(one, 48_000) + 3.01, abs=0.01
    )
    assert loudness(tone(30, 0.1), 48_000) < loudness(one, 48_000) - 4
    assert loudness(tone(4000, 0.1), 48_000) > loudness(one, 48_000) + 2


def test_pauses_do_not_count() -> None:
    one = tone(997, 0.1)
    assert loudness(np.concatenate([one, np.zeros(480_000)]), 48_000) == pytest.approx(
        loudness(one, 48_000), abs=0.2
    )


def test_normalized() -> None:
    quiet = tone(440, 0.01)
    assert loudness(scale_to_loudness(quiet, 48_000), 48_000) == pytest.approx(-16, abs=0.05)
    clicks = np.zeros(48_000, np.float32)
    clicks[::12_000] = 0.5
    assert np.abs(scale_to_loudness(clicks, 48_000)).max() == pytest.approx(
        PEAK, abs=1e-4
    )  # no clipping
    silence = np.zeros(100, np.float32)
    assert loudness(silence, 48_000) == SILENCE and (scale_to_loudness(silence, 48_000) == 0).all()
