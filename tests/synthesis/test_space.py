"""Rooms ring as long as they should, distance is dull, ends are silent."""

import numpy as np
import pytest

from miaobi.synthesis.signals import RATE, noise, num_samples
from miaobi.synthesis.space import (
    SPACES,
    add_distance,
    add_reverb,
    fade_ends,
    impulse_response,
    muffle,
    pan_along,
    to_stereo,
    widen,
)


def click() -> np.ndarray:
    out = np.zeros(num_samples(0.1), np.float32)
    out[100] = 1
    return out


@pytest.mark.parametrize("space", SPACES)
def test_echoes_fade_in_their_time(space: str) -> None:
    t60, _, gap = SPACES[space]
    tail = impulse_response(space)
    power = (tail**2).sum(1)
    assert not tail[: num_samples(gap) - 1].any()
    early, late = (
        10 * np.log10(power[num_samples(gap + a * t60) : num_samples(gap + b * t60)].mean())
        for a, b in ((0.2, 0.3), (0.7, 0.8))
    )
    assert early - late == pytest.approx(30, abs=9)
    assert np.corrcoef(tail[:, 0], tail[:, 1])[0, 1] < 0.5  # wide


def test_a_room_keeps_the_sound_and_its_length() -> None:
    out = add_reverb(click(), "room", 0.3)
    assert out.shape == (num_samples(0.1), 2) and out[100, 0] == pytest.approx(1, abs=0.05)
    assert len(add_reverb(click(), "room", 0.3, tail=True)) > num_samples(0.4)
    with pytest.raises(KeyError):
        impulse_response("nowhere")


def test_far_and_muffled_are_dull() -> None:
    air = noise(np.random.default_rng(0), 1.0, ((20, 0), (20000, 0)))
    for dull in (add_distance(air, 6), muffle(to_stereo(air))):
        assert dull.shape == (RATE, 2)
        bright = np.abs(np.fft.rfft(dull[:, 0]))[8000:]
        assert (bright**2).sum() < 0.02 * (np.abs(np.fft.rfft(air))[8000:] ** 2).sum()
    assert add_distance(air, 1) is air


def test_sides() -> None:
    ones = np.ones(100, np.float32)
    np.testing.assert_allclose(to_stereo(ones, 0), np.ones((100, 2)), rtol=1e-6)
    swept = pan_along(ones, np.linspace(-1, 1, 100))
    assert swept[0, 1] < 0.01 < swept[0, 0] and swept[-1, 0] < 0.01 < swept[-1, 1]
    wide = widen(np.random.default_rng(0), np.r_[1, np.zeros(2000)].astype(np.float32))
    assert not np.allclose(wide[:, 0], wide[:, 1])


def test_ends_are_silent() -> None:
    for samples in (np.ones(5000, np.float32), np.ones((5000, 2), np.float32)):
        out = fade_ends(samples)
        assert not out[0].any() and not out[-1].any() and (out[2000] == 1).all()
