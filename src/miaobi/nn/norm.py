"""Normalization layers that PyTorch lacks in the form of the checkpoints."""

import torch
import torch.nn.functional as F
from torch import Tensor, nn


class RMSNorm(nn.Module):
    """Root-mean-square normalization (Zhang & Sennrich, 2019): (..., D) -> (..., D).

    Computed in float32 for any dtype of x, as in Llama.
    """

    def __init__(self, width: int, eps: float = 1e-5) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.ones(width))
        self.eps = eps

    def forward(self, x: Tensor) -> Tensor:
        """Normalize x over its last axis; any shape (..., D)."""
        h = x.float()
        h = h * torch.rsqrt(h.square().mean(-1, keepdim=True) + self.eps)
        return self.weight * h.to(x.dtype)


class ChannelNorm(nn.Module):
    """LayerNorm over the channels of each position (Liu et al., 2022): (B, C, *S) -> (B, C, *S).

    Unlike a norm over positions, independent of the size of the picture.
    """

    def __init__(self, width: int, eps: float = 1e-5) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.ones(width))
        self.bias = nn.Parameter(torch.zeros(width))
        self.eps = eps

    def forward(self, x: Tensor) -> Tensor:
        """Normalize (B, C, *S) -> (B, C, *S)."""
        h = x.movedim(1, -1)  # (B, *S, C)
        return F.layer_norm(h, h.shape[-1:], self.weight, self.bias, self.eps).movedim(-1, 1)


def modulate(x: Tensor, scale: Tensor, shift: Tensor) -> Tensor:
    """Modulate normalized x (..., D): x * (1 + scale) + shift, both broadcast to x (adaLN)."""
    return torch.addcmul(shift.to(x.dtype), x, 1 + scale.to(x.dtype))
