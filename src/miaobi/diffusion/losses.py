"""Training losses of diffusion models."""

import torch
from torch import Tensor

from miaobi.diffusion.samplers import add_noise
from miaobi.diffusion.schedules import Denoise, shift_times


def flow_matching(denoise: Denoise, clean: Tensor, noise: Tensor, t: Tensor) -> Tensor:
    """Return the mean square error of the velocity per row: (B,) (Lipman et al., 2022).

    clean and noise (B, ...), times t (B,); the target is noise - clean.
    """
    x = add_noise(clean, noise, t.view(-1, *[1] * (clean.dim() - 1)).to(clean.dtype))
    return (denoise(x, t).float() - (noise - clean)).square().flatten(1).mean(1)


def logit_normal(
    rows: int,
    generator: torch.Generator | None = None,
    mean: float = 0.0,
    std: float = 1.0,
    shift: float = 1.0,
) -> Tensor:
    """Sample training times (B,) from a logit-normal distribution (Esser et al., 2024).

    Stratified: each row has its own 1 / rows of the probability, which reduces the variance of the
    loss.
    """
    quantile = (torch.arange(rows) + torch.rand(rows, generator=generator)) / rows
    normal = torch.special.ndtri(quantile.clamp(1e-5, 1 - 1e-5))
    t = torch.sigmoid(mean + std * normal)[torch.randperm(rows, generator=generator)]
    return shift_times(t, shift)
