"""Noise levels: ends, order, the published numbers of Stable Diffusion, and its kind of network."""

import pytest
import torch

from miaobi.diffusion.samplers import euler, last
from miaobi.diffusion.schedules import (
    flow_times,
    karras_sigmas,
    linear_betas,
    scaled_linear_betas,
    shift_of_size,
    shifted,
    sigmas_of_betas,
    spaced_sigmas,
    step_of,
    times_of_sigmas,
    velocity_of_noise,
)


def test_flow_times_go_from_one_to_zero_and_shift_upwards() -> None:
    plain, moved = flow_times(8), flow_times(8, shift=3)
    assert plain[0] == moved[0] == 1 and plain[-1] == moved[-1] == 0
    assert (moved.diff() < 0).all() and (moved[1:-1] > plain[1:-1]).all()
    # noise over signal is multiplied by the shift
    ratio = (moved / (1 - moved))[1:-1] / (plain / (1 - plain))[1:-1]
    torch.testing.assert_close(ratio, torch.full((7,), 3.0))
    assert shifted(torch.tensor(0.5), 1.0) == 0.5 and shift_of_size(256, 64) == 2


def test_sigmas_are_those_of_stable_diffusion() -> None:
    sigmas = sigmas_of_betas(scaled_linear_betas())
    assert sigmas[0].item() == pytest.approx(0.02917, abs=1e-4)
    assert sigmas[-1].item() == pytest.approx(14.6146, abs=1e-3)
    assert (sigmas.diff() > 0).all()
    ddpm = linear_betas()
    assert (ddpm[0].item(), ddpm[-1].item()) == pytest.approx((1e-4, 0.02))
    for levels in (spaced_sigmas(20, sigmas), karras_sigmas(20, 0.03, 14.6)):
        assert len(levels) == 21 and levels[-1] == 0 and (levels.diff() < 0).all()
    assert spaced_sigmas(1000, sigmas).flip(0)[1:].allclose(sigmas)
    times = times_of_sigmas(sigmas)
    torch.testing.assert_close((times / (1 - times)).double(), sigmas, atol=1e-4, rtol=1e-4)


def test_fractions_of_steps() -> None:
    levels = torch.tensor([0.0, 1.0, 4.0])
    assert step_of(torch.tensor([0.0, 0.25, 2.5, 4.0]), levels).tolist() == [0, 0.25, 1.5, 2]


def test_a_network_that_guesses_noise_draws_the_same_gaussian() -> None:
    known, std = sigmas_of_betas(scaled_linear_betas()), 0.5
    kept = 1 / (1 + known.square()).float()

    def guess(x: torch.Tensor, step: torch.Tensor) -> torch.Tensor:
        """E[noise | x] for clean ~ N(0, std²), from the variance-preserving x at that step."""
        signal = kept[step.round().long()][:, None]
        return (1 - signal).sqrt() * x / (signal * std**2 + 1 - signal)

    times = times_of_sigmas(spaced_sigmas(100, known))
    noise = torch.randn(20_000, 1, generator=torch.Generator().manual_seed(0))
    out = last(euler(velocity_of_noise(guess, known), noise * times[0], times))
    assert out.std().item() == pytest.approx(std, rel=0.05)
