"""Where a token stands: rotary embeddings (Su et al., 2021)."""

import math

import torch
from torch import Tensor


def rotary_table(
    length: int, width: int, base: float, scaling: tuple[float, float, float, int] | None = None
) -> tuple[Tensor, Tensor]:
    """Cosines and sines, each (length, width), for heads of `width` channels.

    `scaling` is Llama 3.1's stretch of long wavelengths: (factor, low, high, original context).
    """
    frequency = 1.0 / base ** (torch.arange(0, width, 2, dtype=torch.float32) / width)  # (W/2,)
    if scaling is not None:
        frequency = _stretched(frequency, *scaling)
    angle = torch.outer(torch.arange(length, dtype=torch.float32), frequency)  # (T, W/2)
    angle = torch.cat((angle, angle), dim=-1)  # (T, W)
    return angle.cos(), angle.sin()


def rotate(x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
    """Turn each pair (i, i + W/2) of x (B, H, T, W) by its angle; cos and sin are (T, W)."""
    left, right = x.chunk(2, dim=-1)
    return x * cos + torch.cat((-right, left), dim=-1) * sin


def _stretched(frequency: Tensor, factor: float, low: float, high: float, context: int) -> Tensor:
    """Wavelengths beyond context/low are divided by factor, those below context/high are kept."""
    wavelength = 2 * math.pi / frequency
    smooth = ((context / wavelength - low) / (high - low)).clamp(0, 1)
    return frequency * (smooth + (1 - smooth) / factor)
