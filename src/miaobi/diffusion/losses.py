"""What a denoiser minimizes."""

import torch
from torch import Tensor

from miaobi.diffusion.samplers import noised
from miaobi.diffusion.schedules import Denoise, shifted


def flow_matching(denoise: Denoise, clean: Tensor, noise: Tensor, t: Tensor) -> Tensor:
    """Mean square error of the velocity (Lipman et al., 2022), one number per row: (B,).

    clean and noise (B, …), times t (B,); the target is noise - clean.
    """
    x = noised(clean, noise, t.view(-1, *[1] * (clean.dim() - 1)).to(clean.dtype))
    return (denoise(x, t).float() - (noise - clean)).square().flatten(1).mean(1)


def logit_normal(
    rows: int,
    generator: torch.Generator | None = None,
    mean: float = 0.0,
    std: float = 1.0,
    shift: float = 1.0,
) -> Tensor:
    """(rows,) times drawn where learning is hardest, in the middle (Esser et al., 2024).

    The draws are spread: each row has its own share of the probability, which steadies the loss.
    """
    share = (torch.arange(rows) + torch.rand(rows, generator=generator)) / rows
    normal = torch.special.ndtri(share.clamp(1e-5, 1 - 1e-5))
    t = torch.sigmoid(mean + std * normal)[torch.randperm(rows, generator=generator)]
    return shifted(t, shift)
