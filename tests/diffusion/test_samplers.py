"""Samplers against what is known in closed form, and against themselves."""

import math

import pytest
import torch

from miaobi.diffusion.samplers import (
    SAMPLERS,
    Step,
    add_noise,
    dpmpp_2m,
    euler,
    heun,
    img2img_start,
    inpainting,
    run_sampler,
)
from miaobi.diffusion.schedules import Denoise, flow_times

MEAN, STD = 1.5, 0.4  # of the Gaussian that is to be drawn


def of_gaussian(mean: float, std: float) -> Denoise:
    """The exact velocity E[noise - clean | x] when clean is N(mean, std²)."""

    def velocity(x: torch.Tensor, t: torch.Tensor) -> torch.Tensor:
        t = t.view(-1, *[1] * (x.dim() - 1))
        variance = (1 - t) ** 2 * std**2 + t**2
        off = (x - (1 - t) * mean) / variance
        return t * off - (mean + (1 - t) * std**2 * off)

    return velocity


def exact(noise: torch.Tensor, t: float) -> torch.Tensor:
    """Where the flow takes each noise by time t: quantiles go to quantiles."""
    return (1 - t) * MEAN + math.hypot((1 - t) * STD, t) * noise


def error(name: str, steps: int) -> float:
    """The farthest from the truth, over times at which signal and noise are both there."""
    noise = torch.linspace(-2, 2, 9, dtype=torch.float64)[:, None]
    times = torch.linspace(0.9, 0.1, steps + 1)
    start = exact(noise, times[0].item())
    out = run_sampler(SAMPLERS[name].sample(of_gaussian(MEAN, STD), start, times))
    return float((out - exact(noise, times[-1].item())).abs().max())


@pytest.mark.parametrize("name", SAMPLERS)
def test_every_sampler_draws_the_gaussian(name: str) -> None:
    noise = torch.randn(20_000, 1, generator=torch.Generator().manual_seed(0))
    out = run_sampler(SAMPLERS[name].sample(of_gaussian(MEAN, STD), noise, flow_times(40)))
    assert out.mean().item() == pytest.approx(MEAN, abs=0.02)
    assert out.std().item() == pytest.approx(STD, rel=0.05)


@pytest.mark.parametrize(("name", "order"), [("euler", 1), ("heun", 2), ("dpm++2m", 2)])
def test_order_of_convergence(name: str, order: int) -> None:
    slope = math.log2(error(name, 80) / error(name, 160))
    assert slope == pytest.approx(order, abs=0.25)
    assert SAMPLERS[name].order == order


@pytest.mark.parametrize("name", SAMPLERS)
def test_one_known_picture_is_reached_exactly(name: str) -> None:
    clean, noise = torch.randn(2, 3, 4, 4), torch.randn(2, 3, 4, 4)

    def toward(x: torch.Tensor, t: torch.Tensor) -> torch.Tensor:
        return (x - clean) / t.view(-1, 1, 1, 1)

    steps = list(SAMPLERS[name].sample(toward, noise, flow_times(7, shift=3)))
    assert [step.i for step in steps] == list(range(7))
    for step in steps:
        torch.testing.assert_close(step.denoised, clean, atol=1e-5, rtol=1e-5)
    torch.testing.assert_close(steps[-1].x, clean, atol=1e-5, rtol=1e-5)
    torch.testing.assert_close(steps[2].x, add_noise(clean, noise, flow_times(7, shift=3)[3]))


@pytest.mark.parametrize("name", SAMPLERS)
def test_the_table_says_how_often_the_network_is_looked_at(name: str) -> None:
    function, looks = SAMPLERS[name].sample, SAMPLERS[name].nfe
    seen: list[float] = []

    def counted(x: torch.Tensor, t: torch.Tensor) -> torch.Tensor:
        seen.append(t[0].item())
        assert t.shape == (2,)
        return torch.zeros_like(x)

    steps = function(counted, torch.zeros(2, 1), flow_times(5))
    first: Step = next(steps)
    assert first.i == 0 and len(seen) == looks  # nothing is done ahead
    run_sampler(steps)
    assert len(seen) == 5 * looks - (looks - 1)
    assert min(seen) > 0


def test_the_methods_differ() -> None:
    noise = torch.full((1, 1), 2.0)
    denoise = of_gaussian(MEAN, STD)
    ends = {run_sampler(f(denoise, noise, flow_times(6))).item() for f in (euler, heun, dpmpp_2m)}
    assert len(ends) == 3


def test_less_strength_begins_later_and_nearer() -> None:
    clean, noise, times = torch.zeros(1, 1), torch.ones(1, 1), flow_times(10)
    for strength, left in ((1.0, 10), (0.5, 5), (0.3, 3), (0.0, 1)):
        x, some = img2img_start(clean, noise, times, strength)
        assert len(some) == left + 1 and some[-1] == 0
        assert x.item() == pytest.approx(some[0].item()) == pytest.approx(left / 10)


@pytest.mark.parametrize("name", SAMPLERS)
def test_inpainting_keeps_what_is_known_exactly_and_tells_the_network(name: str) -> None:
    torch.manual_seed(0)
    known, noise = torch.full((1, 1, 2, 4), 0.25), torch.randn(1, 1, 2, 4)
    mask = torch.tensor([1.0, 1, 0, 0]).expand(1, 1, 2, 4)
    seen: list[tuple[torch.Tensor, float]] = []

    def denoise(x: torch.Tensor, t: torch.Tensor) -> torch.Tensor:
        seen.append((x, t[0].item()))
        return of_gaussian(MEAN, 1e-3)(x, t)

    out = run_sampler(
        SAMPLERS[name].sample(inpainting(denoise, known, mask, noise), noise, flow_times(8))
    )
    torch.testing.assert_close(out[..., :2], known[..., :2], atol=1e-6, rtol=1e-5)
    torch.testing.assert_close(out[..., 2:], torch.full((1, 1, 2, 2), MEAN), atol=1e-2, rtol=0)
    for x, t in seen:
        there = (1 - t) * known + t * noise
        torch.testing.assert_close(x[..., :2], there[..., :2], atol=1e-6, rtol=1e-5)
