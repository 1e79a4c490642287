"""Mixing against known signals; loudness against those of EBU Tech 3341."""

import numpy as np
import pytest

from miaobi.core.errors import OptionError
from miaobi.media import mixing
from miaobi.media.loudness import SILENCE, loudness, momentary_loudness, true_peak
from miaobi.media.mixing import (
    crossfade,
    duck,
    fade,
    gain,
    limit,
    make_loop,
    mix,
    normalize,
    place,
    stereo,
    trim,
)

RATE = 48_000


def tone(seconds: float, decibels: float, hertz: float = 1000.0, rate: int = RATE) -> np.ndarray:
    """(T,) float32, its peak at so many decibels."""
    times = np.arange(round(seconds * rate)) / rate
    return (10 ** (decibels / 20) * np.sin(2 * np.pi * hertz * times)).astype(np.float32)


def both(*parts: np.ndarray) -> np.ndarray:
    """(T, 2) the parts one after the other, alike on both sides."""
    joined = np.concatenate(parts)
    return np.stack([joined, joined], 1)


# EBU Tech 3341 v4, table 1, signals 1 to 5 (a 1 kHz tone in both channels)
EBU = {
    "1": ([(20, -23)], -23.0),
    "2": ([(20, -33)], -33.0),
    "3": ([(10, -36), (60, -23), (10, -36)], -23.0),
    "4": ([(10, -72), (10, -36), (60, -23), (10, -36), (10, -72)], -23.0),
    "5": ([(20, -26), (20.1, -20), (20, -26)], -23.0),
}


@pytest.mark.parametrize("number", EBU)
@pytest.mark.parametrize("rate", [RATE, 44_100])
def test_loudness_of_the_published_signals(number: str, rate: int) -> None:
    parts, expected = EBU[number]
    signal = both(*(tone(seconds, level, rate=rate) for seconds, level in parts))
    assert loudness(signal, rate) == pytest.approx(expected, abs=0.1)


def test_loudness_weighs_pitch_and_channels() -> None:
    assert loudness(tone(3, -20), RATE) == pytest.approx(-23.0, abs=0.1)  # one channel: 3 dB less
    assert loudness(tone(3, -20, 100), RATE) < loudness(tone(3, -20, 1000), RATE) - 1
    assert loudness(tone(3, -20, 4000), RATE) > loudness(tone(3, -20, 1000), RATE) + 2.5
    assert loudness(np.zeros((RATE, 2), np.float32), RATE) == SILENCE
    assert loudness(np.zeros(0, np.float32), RATE) == SILENCE
    short = np.concatenate([tone(0.4, -20), np.zeros(3 * RATE, np.float32)])
    assert momentary_loudness(short, RATE) == pytest.approx(-23, abs=0.2)


@pytest.mark.parametrize("turn", [0, 45, 60, 67.5])
def test_true_peaks_lie_between_samples(turn: float) -> None:
    """EBU Tech 3341, signals 15 to 18: a quarter of the rate at several phases, peak -6 dB."""
    wave = 0.5 * np.sin(np.pi / 2 * np.arange(RATE) + np.radians(turn)).astype(np.float32)
    wave = fade(wave, RATE, 0.01, 0.01)
    assert -6.4 < true_peak(wave, RATE) < -5.8


def test_limit_holds_true_peaks_and_leaves_the_rest() -> None:
    quiet, loud = tone(1, -20), tone(0.2, 6, 11_025)
    signal = np.concatenate([quiet, loud, quiet])
    out = limit(signal, RATE, -1.0)
    assert true_peak(out, RATE) <= -0.99
    np.testing.assert_allclose(out[: RATE - 2000], quiet[: RATE - 2000], atol=1e-5)
    np.testing.assert_allclose(out[-RATE // 3 :], quiet[-RATE // 3 :], atol=2e-4)
    steps = np.abs(np.diff(out / np.where(np.abs(signal) < 1e-3, np.inf, signal)))
    assert np.median(steps) < 1e-3  # turned down smoothly
    assert limit(quiet, RATE) is quiet or np.array_equal(limit(quiet, RATE), quiet)
    assert limit(np.zeros((0, 2), np.float32), RATE).shape == (0, 2)
    with pytest.raises(OptionError, match="ceiling is 1"):
        limit(quiet, RATE, 1)


@pytest.mark.parametrize("target", [-14.0, -16.0, -23.0])
def test_normalize_reaches_its_target(target: float) -> None:
    rng = np.random.default_rng(0)
    speechlike = (
        rng.normal(0, 0.05, (8 * RATE, 2)) * np.repeat(rng.uniform(0, 1, 80), RATE // 10)[:, None]
    )
    out = normalize(speechlike.astype(np.float32), RATE, target)
    assert loudness(out, RATE) == pytest.approx(target, abs=0.5)
    assert true_peak(out, RATE) <= -0.99 and out.dtype == np.float32
    silent = np.zeros((RATE, 2), np.float32)
    assert not normalize(silent, RATE).any()


@pytest.mark.parametrize("depth", [9.0, 12.0, 20.0])
def test_ducking(depth: float) -> None:
    bed = both(tone(6, -12, 300))
    voice = np.concatenate([np.zeros(2 * RATE), tone(2, -12), np.zeros(2 * RATE)]).astype(
        np.float32
    )
    out = duck(bed, voice, RATE, depth)

    def lowered(start: float, end: float) -> float:
        cut = slice(round(start * RATE), round(end * RATE))
        return float(20 * np.log10(np.std(bed[cut]) / np.std(out[cut])))

    assert lowered(2.0, 4.0) >= 0.97 * depth  # under every word, from the first on
    assert lowered(2.0, 2.1) >= 0.9 * depth
    assert lowered(0, 1.7) < 0.1 and lowered(5.2, 6) < 0.5
    assert np.abs(np.diff(out[:, 0])).max() < 1.2 * np.abs(np.diff(bed[:, 0])).max()  # no clicks
    np.testing.assert_allclose(duck(bed, np.zeros(RATE, np.float32), RATE), bed)
    assert len(duck(bed[:RATE], voice, RATE)) == RATE  # a voice may be longer, or shorter


def test_fades_and_cuts() -> None:
    ones = np.ones((RATE, 2), np.float32)
    out = fade(ones, RATE, 0.1, 0.2)
    assert out[0, 0] < 1e-3 and out[-1, 0] < 1e-3 and (out[RATE // 2] == 1).all()
    assert ones[0, 0] == 1  # the given array is left as it is
    assert (np.diff(out[: RATE // 10, 0]) >= 0).all()
    assert len(fade(ones[:10], RATE, 1, 1)) == 10
    assert (
        len(trim(ones, RATE, 0.25, 0.75)) == RATE // 2 and len(trim(ones, RATE, 0.9)) == RATE // 10
    )
    np.testing.assert_allclose(gain(ones, -6.0206)[0], 0.5, rtol=1e-4)
    for wrong in (-1.0, float("nan")):
        with pytest.raises(OptionError, match="seconds is"):
            fade(ones, RATE, wrong)


def test_crossfade_keeps_the_power() -> None:
    rng = np.random.default_rng(0)
    first, second = (rng.normal(0, 0.1, 2 * RATE).astype(np.float32) for _ in range(2))
    out = crossfade(first, second, RATE, 1.0)
    assert len(out) == 3 * RATE
    np.testing.assert_array_equal(out[:RATE], first[:RATE])
    np.testing.assert_array_equal(out[-RATE:], second[-RATE:])
    assert np.std(out[RATE : 2 * RATE]) == pytest.approx(0.1, rel=0.02)
    assert len(crossfade(first, second, RATE, 0)) == 4 * RATE


def test_loops_have_no_seam() -> None:
    drift = np.linspace(0, 1, 2 * RATE, dtype=np.float32) + tone(2, -20, 441.3)
    out = make_loop(drift, RATE, 0.5)
    assert len(out) == 1.5 * RATE
    assert abs(out[0] - out[-1]) < 1.5 * np.abs(np.diff(out)).max()
    assert abs(drift[0] - drift[round(1.5 * RATE) - 1]) > 0.5


def test_placing_and_mixing() -> None:
    clip = np.ones(RATE, np.float32)
    out = place(np.zeros(RATE, np.float32), clip, RATE, 0.5)
    assert len(out) == 1.5 * RATE and out[RATE // 2 - 1] == 0 and out[RATE // 2] == 1
    assert place(np.zeros((RATE, 2), np.float32), clip, RATE, 0).shape == (RATE, 2)
    whole = mix([(clip, 0.0), (stereo(clip, 1), 0.5)], RATE)
    assert whole.shape == (1.5 * RATE, 2) and whole.dtype == np.float32
    assert whole[-1, 1] == pytest.approx(np.sqrt(2)) and whole[-1, 0] == pytest.approx(0, abs=1e-6)
    assert mix([], RATE).shape == (0, 2)
    power = [(mixing.stereo(clip, pan) ** 2).sum() for pan in (-1, -0.3, 0, 0.7)]
    np.testing.assert_allclose(power, power[0], rtol=1e-5)
