"""Samplers of the probability-flow ODE, independent of the network: they take a callable.

Each one is a generator of steps, so that previews cost nothing and closing it stops the work:

    for step in euler(denoise, noise, flow_times(30)):
        show(step.denoised)
    result = step.x

`denoise(x, t)` predicts the velocity (diffusion/schedules.py); times descend and end with 0.
"""

import math
from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import NamedTuple

from torch import Tensor

from miaobi.diffusion.schedules import Denoise


class Step(NamedTuple):
    """State after step i, counted from 0: x (B, ...) and the current estimate of the clean data."""

    i: int
    x: Tensor
    denoised: Tensor


Sampler = Callable[[Denoise, Tensor, Tensor], Iterator[Step]]


class Method(NamedTuple):
    """A sampler with its order of convergence and its network evaluations (NFE) per step."""

    sample: Sampler
    order: int
    nfe: int


def euler(denoise: Denoise, x: Tensor, times: Tensor) -> Iterator[Step]:
    """Integrate x (B, ...) over times (S + 1,) with Euler's method: order 1, 1 NFE.

    Equal to DDIM for networks that predict the noise (Song et al., 2020).
    """
    for i, (t, t_next) in enumerate(pairwise(times.tolist())):
        v = denoise(x, _expand_time(t, x))
        yield Step(i, x := x + (t_next - t) * v, x - t_next * v)


def heun(denoise: Denoise, x: Tensor, times: Tensor) -> Iterator[Step]:
    """Integrate x (B, ...) over times (S + 1,) with Heun's method: order 2, 2 NFE.

    Averages the velocities at both ends of a step (Algorithm 1, Karras et al., 2022); the last
    step to t = 0 is an Euler step.
    """
    for i, (t, t_next) in enumerate(pairwise(times.tolist())):
        v = denoise(x, _expand_time(t, x))
        if t_next > 0:
            v = (v + denoise(x + (t_next - t) * v, _expand_time(t_next, x))) / 2
        yield Step(i, x := x + (t_next - t) * v, x - t_next * v)


def dpmpp_2m(denoise: Denoise, x: Tensor, times: Tensor) -> Iterator[Step]:
    """Integrate x (B, ...) over times (S + 1,) with DPM-Solver++(2M): order 2, 1 NFE.

    A multistep method: extrapolates from the estimate of the step before (Algorithm 2, Lu et al.,
    2022).
    """
    previous, h_previous = None, 0.0
    for i, (t, t_next) in enumerate(pairwise(times.tolist())):
        denoised = d = x - t * denoise(x, _expand_time(t, x))
        h = _log_snr(t_next) - _log_snr(t)
        if previous is not None and math.isfinite(h) and math.isfinite(h_previous):
            d = denoised + (denoised - previous) * (h / (2 * h_previous))
        # exact for constant d: (t'/t) x + (α' - α t'/t) d, with α = 1 - t
        x = t_next / t * x + ((1 - t_next) - (1 - t) * t_next / t) * d
        previous, h_previous = denoised, h
        yield Step(i, x, denoised)


SAMPLERS: dict[str, Method] = {
    "euler": Method(euler, order=1, nfe=1),
    "heun": Method(heun, order=2, nfe=2),
    "dpm++2m": Method(dpmpp_2m, order=2, nfe=1),
}


def run_sampler(steps: Iterator[Step]) -> Tensor:
    """Run a sampler to its end and return the last x (B, ...)."""
    for step in steps:
        x = step.x
    return x


def img2img_start(
    clean: Tensor, noise: Tensor, times: Tensor, strength: float
) -> tuple[Tensor, Tensor]:
    """Return the noised start (B, ...) and the remaining times of image-to-image sampling.

    clean and noise (B, ...), times (S + 1,). Strength 1 starts at the first time; less starts
    later, closer to `clean` (SDEdit, Meng et al., 2021); at least one step remains.
    """
    steps = len(times) - 1
    remaining = times[steps - max(1, round(steps * strength)) :]
    return add_noise(clean, noise, remaining[0]), remaining


def inpainting(denoise: Denoise, known: Tensor, mask: Tensor, noise: Tensor) -> Denoise:
    """Wrap a velocity so that x keeps `known` (B, C, *S) where mask (B or 1, 1, *S) is 1.

    The network sees the known part noised to time t on the straight line from `noise`, the start
    of the sampler; any sampler ends exactly at `known` there.
    """

    def denoise_masked(x: Tensor, t: Tensor) -> Tensor:
        """Predict the velocity (B, C, *S) towards `known` inside the mask."""
        noised = add_noise(known, noise, t.view(-1, *[1] * (x.dim() - 1)))
        v = denoise(mask * noised + (1 - mask) * x, t)
        return mask * (noise - known) + (1 - mask) * v

    return denoise_masked


def clamp_known(denoise: Denoise, known: Tensor, mask: Tensor) -> Denoise:
    """Wrap a velocity so that the network sees `known` (B, C, *S), clean, where the mask is 1.

    For networks trained with clean conditioning frames; mask (B or 1, 1, *S). The known part moves
    straight to `known` from any start.
    """

    def denoise_clamped(x: Tensor, t: Tensor) -> Tensor:
        """Predict the velocity (B, C, *S) with `known` as input inside the mask."""
        v = denoise(mask * known + (1 - mask) * x, t)
        v_known = (x - known) / t.view(-1, *[1] * (x.dim() - 1)).clamp(min=1e-4)
        return mask * v_known + (1 - mask) * v

    return denoise_clamped


def add_noise(clean: Tensor, noise: Tensor, t: Tensor) -> Tensor:
    """Interpolate linearly from clean (t = 0) to noise (t = 1), both (B, ...); t broadcasts."""
    return (1 - t) * clean + t * noise


def _expand_time(t: float, x: Tensor) -> Tensor:
    """Return the time of every row of x (B, ...): (B,)."""
    return x.new_full((len(x),), t)


def _log_snr(t: float) -> float:
    """Return log(signal / noise) at time t, from -inf (t = 1) to inf (t = 0)."""
    if t <= 0 or t >= 1:
        return math.inf if t <= 0 else -math.inf
    return math.log((1 - t) / t)
