"""Noise has the color asked for, tones their pitch, modes their decay, grains their rate."""

import numpy as np
import pytest

from miaobi.synthesis.signals import (
    RATE,
    add_at,
    apply_filter,
    band_pass,
    convolve,
    curve,
    decay,
    fft_length,
    formant_voice,
    noise,
    num_samples,
    random_curve,
    saw,
    scatter_grains,
    sine,
    square,
    stft_filter,
    sum_modes,
    tone,
    triangle,
)


def rng(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


def level(samples: np.ndarray, low: float, high: float) -> float:
    """Decibels of what lies between two pitches, for each hertz."""
    power = np.abs(np.fft.rfft(samples)) ** 2
    hertz = np.fft.rfftfreq(len(samples), 1 / RATE)
    return float(10 * np.log10(power[(hertz >= low) & (hertz < high)].mean() + 1e-20))


def pitch(samples: np.ndarray) -> float:
    spectrum = np.abs(np.fft.rfft(samples * np.hanning(len(samples))))
    return float(spectrum.argmax() * RATE / len(samples))


def test_noise_has_its_color() -> None:
    made = noise(rng(), 4, ((100, 0), (1000, -20), (10000, -40)))
    assert np.sqrt(np.mean(made**2)) == pytest.approx(1, abs=1e-3)
    assert level(made, 95, 105) - level(made, 950, 1050) == pytest.approx(20, abs=2.5)
    assert level(made, 950, 1050) - level(made, 9500, 10500) == pytest.approx(20, abs=2.5)


def test_a_filter_takes_what_it_says_and_keeps_the_place() -> None:
    mixed = tone(1, 300) + tone(1, 3000)
    out = apply_filter(mixed, band_pass(150, 600))
    assert level(out, 2900, 3100) - level(mixed, 2900, 3100) < -45
    np.testing.assert_allclose(out[4000:-4000], tone(1, 300)[4000:-4000], atol=0.01)


def test_sculpting_with_ones_changes_nothing() -> None:
    made = noise(rng(), 0.5, ((20, 0), (20000, 0)))
    out = stft_filter(made, lambda times, hertz: np.ones((len(times), hertz.shape[1]), np.float32))
    np.testing.assert_allclose(out, made, atol=1e-4)


def test_sculpting_follows_the_time() -> None:
    made = noise(rng(), 2, ((20, 0), (20000, 0)))
    out = stft_filter(made, lambda times, hertz: (hertz < np.where(times < 1, 20000, 1000)) * 1.0)
    half = len(out) // 2
    assert level(out[: half - 4000], 4000, 8000) - level(out[half + 4000 :], 4000, 8000) > 40


@pytest.mark.parametrize("wave", [sine, saw, square, triangle])
def test_waves_have_their_pitch_and_little_that_folds_back(wave) -> None:  # type: ignore[no-untyped-def]
    made = wave(np.full(RATE, 2093.0, np.float32))
    assert pitch(made) == pytest.approx(2093, abs=1)
    assert np.abs(made).max() < 1.2
    between = level(made, 2093 * 1.2, 2093 * 1.8)  # no harmonic lies there
    assert level(made, 2080, 2106) - between > 30


def test_modes_fade_as_told() -> None:
    out = sum_modes(1.0, [440], [0.5], [1.0])
    early, late = (
        np.abs(out[num_samples(at) : num_samples(at + 0.02)]).max() for at in (0.1, 0.35)
    )
    assert 20 * np.log10(early / late) == pytest.approx(30, abs=1)
    assert decay(1, 0.5)[num_samples(0.5)] == pytest.approx(1e-3, rel=0.01)


def test_a_voice_has_its_pitch_and_its_formant() -> None:
    out = formant_voice(rng(), np.full(RATE, 200, np.float32), ((1000.0, 150, 1.0),), breath=0)
    assert np.abs(out).max() == pytest.approx(1, abs=1e-3)
    assert level(out, 980, 1020) > level(out, 580, 620) + 10
    assert level(out, 980, 1020) > level(out, 1080, 1120) + 20  # between harmonics


def test_grains_come_at_their_rate_and_never_outside() -> None:
    tick = np.ones(1, np.float32)
    out = scatter_grains(rng(), 20.0, 50, [tick], 0.0)
    assert out.shape == (20 * RATE, 2)
    assert np.count_nonzero(out[:, 0]) == pytest.approx(1000, rel=0.12)
    half = scatter_grains(rng(), 2.0, curve(2, ((0, 0), (1, 0), (1.01, 500), (2, 500))), [tick])
    assert not half[:RATE].any() and half[RATE:].any()
    assert not scatter_grains(rng(), 1.0, 0.0, [tick]).any()


def test_placing_cuts_at_both_ends() -> None:
    out = np.zeros(10, np.float32)
    add_at(out, -5 / RATE, np.arange(8, dtype=np.float32))
    np.testing.assert_array_equal(out, [5, 6, 7, 0, 0, 0, 0, 0, 0, 0])
    add_at(out, 8 / RATE, np.ones(8, np.float32), 2)
    np.testing.assert_array_equal(out[7:], [0, 2, 2])
    add_at(out, 1.0, np.ones(8, np.float32))
    stereo = np.zeros((10, 2), np.float32)
    add_at(stereo, 0, np.ones(2, np.float32), pan=-1)
    assert stereo[0, 0] == pytest.approx(np.sqrt(2)) and stereo[0, 1] == pytest.approx(0, abs=1e-6)


def test_small_parts() -> None:
    walk = random_curve(rng(), 3, 4, 2, 5)
    assert walk.min() >= 2 and walk.max() <= 5 and np.abs(np.diff(walk)).max() < 1e-3
    np.testing.assert_allclose(convolve(np.array([1, 2]), np.array([1, 1])), [1, 3, 2], atol=1e-5)
    for length in (1, 2, 7, 1000, 44_101, 123_457):
        assert length <= fft_length(length) <= 1.2 * length + 2 and fft_length(length) % 2 == 0
