"""Which noise levels a sampler visits.

Everything here runs on the time t of rectified flow (Liu et al., 2022; Lipman et al., 2022):

    x = (1 - t) * clean + t * noise,   velocity = noise - clean,   t from 1 (noise) to 0 (clean)

Networks of the older, variance-preserving kind (Ho et al., 2020), such as Stable Diffusion, count
in steps and guess the noise: `velocity_of_noise` lets the same samplers drive them.
"""

from collections.abc import Callable

import torch
from torch import Tensor

Denoise = Callable[[Tensor, Tensor], Tensor]  # x (B, …), t (B,) -> velocity (B, …)


def flow_times(steps: int, shift: float = 1.0) -> Tensor:
    """(steps + 1,) from 1 to 0. A shift above 1 stays longer where there is much noise."""
    return shifted(torch.linspace(1, 0, steps + 1), shift)


def shifted(t: Tensor, shift: float) -> Tensor:
    """Times t moved towards noise: larger pictures need more of it (Esser et al., 2024)."""
    return shift * t / (1 + (shift - 1) * t)


def shift_of_size(places: int, learned: int) -> float:
    """The shift for a latent of so many places by a network that learned at another count."""
    return (places / learned) ** 0.5


def linear_betas(count: int = 1000, first: float = 1e-4, last: float = 0.02) -> Tensor:
    """(count,): noise added a step, in equal increments (Ho et al., 2020)."""
    return torch.linspace(first, last, count, dtype=torch.float64)


def scaled_linear_betas(count: int = 1000, first: float = 0.00085, last: float = 0.012) -> Tensor:
    """(count,): the same with equal increments of the root, as Stable Diffusion has it."""
    return torch.linspace(first**0.5, last**0.5, count, dtype=torch.float64).square()


def sigmas_of_betas(betas: Tensor) -> Tensor:
    """(count,): noise over signal after each step, ascending."""
    kept = (1 - betas).cumprod(0)  # the share of the variance that is signal
    return ((1 - kept) / kept).sqrt()


def karras_sigmas(steps: int, low: float, high: float, rho: float = 7.0) -> Tensor:
    """(steps + 1,) from high to low, then 0: most of them where there is little noise (2022)."""
    ramp = torch.linspace(0, 1, steps, dtype=torch.float64)
    levels = (high ** (1 / rho) + ramp * (low ** (1 / rho) - high ** (1 / rho))) ** rho
    return torch.cat((levels, levels.new_zeros(1)))


def spaced_sigmas(steps: int, known: Tensor) -> Tensor:
    """(steps + 1,) of the known sigmas (count,), evenly spaced from the last one, then 0."""
    steps_back = torch.linspace(len(known) - 1, 0, steps, dtype=torch.float64)
    low = steps_back.floor().long()
    high = (low + 1).clamp(max=len(known) - 1)
    levels = torch.lerp(known[low], known[high], steps_back - low)
    return torch.cat((levels, levels.new_zeros(1)))


def times_of_sigmas(sigmas: Tensor) -> Tensor:
    """Noise over signal -> time t."""
    return (sigmas / (1 + sigmas)).float()


def velocity_of_noise(guess: Denoise, known: Tensor) -> Denoise:
    """A network that guesses the noise from (x, step), as a callable (x, t) -> velocity.

    `known` (count,) are the sigmas of its steps; between two of them the step is a fraction.
    """
    logs = known.log()

    def denoise(x: Tensor, t: Tensor) -> Tensor:
        sigma = (t.double() / (1 - t.double())).clamp(known[0], known[-1])  # (B,)
        signal = 1 / (1 + sigma.square()).sqrt()
        wide = [-1] + [1] * (x.dim() - 1)
        signal, sigma = signal.to(x.dtype).view(wide), sigma.view(wide)
        spread = sigma.to(x.dtype) * signal
        its_x = x * (signal + spread)  # variance 1 wherever clean and noise have it
        noise = guess(its_x, step_of(sigma.flatten().log(), logs).to(x.dtype))
        return noise - (its_x - spread * noise) / signal

    return denoise


def step_of(level: Tensor, levels: Tensor) -> Tensor:
    """Where values (B,) lie in an ascending list (count,), as fractions of its places."""
    high = torch.searchsorted(levels, level).clamp(1, len(levels) - 1)
    low = high - 1
    return low + (level - levels[low]) / (levels[high] - levels[low])
