"""Normalizations that PyTorch does not have in the form the checkpoints use."""

import torch
import torch.nn.functional as F
from torch import Tensor, nn


class RMSNorm(nn.Module):
    """Root-mean-square normalization (Zhang & Sennrich, 2019): (..., D) -> (..., D).

    The mean square is taken in float32 whatever the type of x, as Llama's own code does.
    """

    def __init__(self, width: int, eps: float = 1e-5) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.ones(width))
        self.eps = eps

    def forward(self, x: Tensor) -> Tensor:
        h = x.float()
        h = h * torch.rsqrt(h.square().mean(-1, keepdim=True) + self.eps)
        return self.weight * h.to(x.dtype)


class ChannelNorm(nn.Module):
    """LayerNorm over the channels of every place (Liu et al., 2022): (B, C, *S) -> (B, C, *S).

    It does not depend on the size of the picture, as a norm over places would.
    """

    def __init__(self, width: int, eps: float = 1e-5) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.ones(width))
        self.bias = nn.Parameter(torch.zeros(width))
        self.eps = eps

    def forward(self, x: Tensor) -> Tensor:
        h = x.movedim(1, -1)  # (B, *S, C)
        return F.layer_norm(h, h.shape[-1:], self.weight, self.bias, self.eps).movedim(-1, 1)


def modulate(x: Tensor, scale: Tensor, shift: Tensor) -> Tensor:
    """What was normalized, times 1 + scale plus shift, which spread over x: an adaptive norm."""
    return torch.addcmul(shift.to(x.dtype), x, 1 + scale.to(x.dtype))
