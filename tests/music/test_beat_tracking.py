"""Beats of recorded music."""

import numpy as np
import pytest

from miaobi.music.beat_tracking import USUAL_TEMPO, track_beats

RATE = 22050


def clicks(tempo: float, seconds: float = 12.0, first: float = 0.3) -> np.ndarray:
    samples = np.random.default_rng(0).normal(0, 0.003, round(seconds * RATE))
    tone = np.sin(2 * np.pi * 220 * np.arange(2000) / RATE) * np.exp(-np.arange(2000) / 500)
    for at in np.arange(first, seconds - 0.2, 60 / tempo):
        samples[round(at * RATE) :][:2000] += tone
    return samples.astype(np.float32)


@pytest.mark.parametrize("tempo", [72, 110, 150])
def test_clicks_are_found_in_time(tempo: float) -> None:
    found, seconds = track_beats(clicks(tempo), RATE)
    assert found == pytest.approx(tempo, rel=0.02)
    off = [(at - 0.3 + 30 / tempo) % (60 / tempo) - 30 / tempo for at in seconds]
    assert np.abs(off).max() < 0.04
    assert len(seconds) == pytest.approx(12 * tempo / 60, abs=3)


def test_silence_has_evenly_spaced_beats() -> None:
    tempo, seconds = track_beats(np.zeros((5 * RATE, 2), np.float32), RATE)
    assert tempo == USUAL_TEMPO
    assert len(seconds) == 9
    assert track_beats(np.zeros(100, np.float32), RATE) == (USUAL_TEMPO, [])
