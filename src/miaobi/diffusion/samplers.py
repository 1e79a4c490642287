"""From noise to something clean: plain functions over a callable, which know no network.

Each is a generator of steps, so that previews cost nothing and closing it stops the work:

    for step in euler(denoise, noise, flow_times(30)):
        show(step.clean)
    result = step.x

`denoise(x, t)` is the velocity (diffusion/schedules.py); times descend, and end with 0.
"""

import math
from collections.abc import Callable, Iterator
from typing import NamedTuple

from torch import Tensor

from miaobi.diffusion.schedules import Denoise


class Step(NamedTuple):
    """Where a sampler is after step number i, counted from 0: x, and its guess of what is clean."""

    i: int
    x: Tensor
    clean: Tensor


Sampler = Callable[[Denoise, Tensor, Tensor], Iterator[Step]]


def euler(denoise: Denoise, x: Tensor, times: Tensor) -> Iterator[Step]:
    """Straight on, one look a step; where noise is guessed this is DDIM (Song et al., 2020)."""
    for i, (t, after) in enumerate(pairs(times)):
        v = denoise(x, at(t, x))
        yield Step(i, x := x + (after - t) * v, x - after * v)


def heun(denoise: Denoise, x: Tensor, times: Tensor) -> Iterator[Step]:
    """Look again at the end of the step and take the mean: order 2 (Karras et al., 2022).

    The last step is straight: looking at t = 0 tells nothing new.
    """
    for i, (t, after) in enumerate(pairs(times)):
        v = denoise(x, at(t, x))
        if after > 0:
            v = (v + denoise(x + (after - t) * v, at(after, x))) / 2
        yield Step(i, x := x + (after - t) * v, x - after * v)


def dpmpp_2m(denoise: Denoise, x: Tensor, times: Tensor) -> Iterator[Step]:
    """Order 2 with one look a step, from the guess before (DPM-Solver++, Lu et al., 2022)."""
    before, width_before = None, 0.0
    for i, (t, after) in enumerate(pairs(times)):
        clean = guess = x - t * denoise(x, at(t, x))
        width = snr(after) - snr(t)  # in the logarithm of signal over noise
        if before is not None and math.isfinite(width) and math.isfinite(width_before):
            guess = clean + (clean - before) * (width / (2 * width_before))
        # exact if the guess were constant: (t'/t) x + (α' - α t'/t) guess, with α = 1 - t
        x = after / t * x + ((1 - after) - (1 - t) * after / t) * guess
        before, width_before = clean, width
        yield Step(i, x, clean)


# THE table of samplers: name -> (function, looks at the network a step)
SAMPLERS: dict[str, tuple[Sampler, int]] = {
    "euler": (euler, 1),
    "heun": (heun, 2),
    "dpm++2m": (dpmpp_2m, 1),
}


def last(steps: Iterator[Step]) -> Tensor:
    """Run a sampler to its end: what came out."""
    for step in steps:
        x = step.x
    return x


def started_from(
    clean: Tensor, noise: Tensor, times: Tensor, strength: float
) -> tuple[Tensor, Tensor]:
    """What to begin with, and the times left, to change a picture by a strength of 0 to 1.

    1 begins at the first time; less begins later, with the picture shining through (SDEdit, Meng et
    al., 2021); one step is always left.
    """
    steps = len(times) - 1
    left = times[steps - max(1, round(steps * strength)) :]
    return noised(clean, noise, left[0]), left


def inpainting(denoise: Denoise, known: Tensor, mask: Tensor, noise: Tensor) -> Denoise:
    """Keep the known part, where mask (B or 1, 1, *S) is 1, and fill in the rest.

    The known part is imposed before every look, and moves on its own straight line from `noise`
    (what the sampler begins with) to `known`; it arrives there exactly, with any sampler.
    """

    def filled(x: Tensor, t: Tensor) -> Tensor:
        there = noised(known, noise, t.view(-1, *[1] * (x.dim() - 1)))
        v = denoise(mask * there + (1 - mask) * x, t)
        return mask * (noise - known) + (1 - mask) * v

    return filled


def holding(denoise: Denoise, known: Tensor, mask: Tensor) -> Denoise:
    """Show the known part, where mask (B or 1, 1, *S) is 1, clean at every look, and make the rest.

    For networks that learned with parts of what they see given. The part moves straight towards
    `known` and arrives there, whatever the sampler began with.
    """

    def held(x: Tensor, t: Tensor) -> Tensor:
        v = denoise(mask * known + (1 - mask) * x, t)
        way = (x - known) / t.view(-1, *[1] * (x.dim() - 1)).clamp(min=1e-4)
        return mask * way + (1 - mask) * v

    return held


def noised(clean: Tensor, noise: Tensor, t: Tensor) -> Tensor:
    """The straight line from clean (t = 0) to noise (t = 1)."""
    return (1 - t) * clean + t * noise


def pairs(times: Tensor) -> Iterator[tuple[float, float]]:
    """Each time with the one after it."""
    values = times.tolist()
    yield from zip(values, values[1:], strict=False)


def at(t: float, x: Tensor) -> Tensor:
    """The same time for every row: (B,)."""
    return x.new_full((len(x),), t)


def snr(t: float) -> float:
    """log of signal over noise at time t, -inf to inf."""
    if t <= 0 or t >= 1:
        return math.inf if t <= 0 else -math.inf
    return math.log((1 - t) / t)
