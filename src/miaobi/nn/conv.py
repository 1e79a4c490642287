"""Convolutional blocks over 1, 2 or 3 axes, for audio, pictures and clips.

On a CPU convolutions are fastest in the channels-last memory format (measured: three times with
oneDNN in bfloat16), hence `channels_last`.
"""

import math
from collections.abc import Sequence

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from miaobi.nn.norm import ChannelNorm, modulate

CONV: dict[int, type[nn.Conv1d] | type[nn.Conv2d] | type[nn.Conv3d]] = {
    1: nn.Conv1d,
    2: nn.Conv2d,
    3: nn.Conv3d,
}


def convolution(dims: int, width: int, out: int, size: int = 3) -> nn.Module:
    """Create a convolution (B, width, *S) -> (B, out, *S) with an odd kernel `size`."""
    return CONV[dims](width, out, size, padding=size // 2)


class ConvBlock(nn.Module):
    """Residual block of a norm and two convolutions: (B, C, *S) -> (B, C, *S).

    Initialized as the identity. With `context` > 0, a vector (B, context) modulates the norm.
    """

    def __init__(self, dims: int, width: int, context: int = 0) -> None:
        super().__init__()
        self.norm = ChannelNorm(width)
        self.conv1 = convolution(dims, width, width)
        self.conv2 = convolution(dims, width, width)
        self.modulation = nn.Linear(context, 2 * width) if context else None
        for layer in (self.conv2, self.modulation):
            if layer is not None:
                zero_init(layer)

    def forward(self, x: Tensor, context: Tensor | None = None) -> Tensor:
        """Transform x (B, C, *S), with context (B, context): (B, C, *S)."""
        h = self.norm(x)
        if self.modulation is not None and context is not None:
            params = self.modulation(context)  # (B, 2C)
            h = modulate(h, *params.view(*params.shape, *[1] * (x.dim() - 2)).chunk(2, dim=1))
        return x + self.conv2(F.silu(self.conv1(h)))


class Down(nn.Module):
    """Strided convolution without overlap: (B, narrow, *S) -> (B, wide, *S/f)."""

    def __init__(self, narrow: int, wide: int, factors: Sequence[int]) -> None:
        super().__init__()
        f = tuple(factors)
        self.conv = CONV[len(f)](narrow, wide, f, stride=f)  # type: ignore[arg-type]

    def forward(self, x: Tensor) -> Tensor:
        """Downsample (B, narrow, *S) -> (B, wide, *S/f)."""
        return self.conv(x)


class Up(nn.Module):
    """Sub-pixel convolution: (B, wide, *S) -> (B, narrow, *S*f) (Shi et al., 2016).

    Initialized as nearest-neighbor upsampling, against checkerboards (Aitken et al., 2017).
    """

    def __init__(self, wide: int, narrow: int, factors: Sequence[int]) -> None:
        super().__init__()
        self.factors = tuple(factors)
        repeats = math.prod(self.factors)
        self.conv = CONV[len(self.factors)](wide, narrow * repeats, 1)
        with torch.no_grad():
            for parameter in (self.conv.weight, self.conv.bias):
                if parameter is not None:
                    parameter.copy_(parameter[::repeats].repeat_interleave(repeats, 0))

    def forward(self, x: Tensor) -> Tensor:
        """Upsample (B, wide, *S) -> (B, narrow, *S*f)."""
        return shuffle(self.conv(x), self.factors)


def shuffle(x: Tensor, factors: Sequence[int]) -> Tensor:
    """Move channels to positions: (B, C*f1*f2, *S) -> (B, C, S1*f1, S2*f2), as F.pixel_shuffle."""
    if len(factors) == 2 and factors[0] == factors[1]:
        return F.pixel_shuffle(x, factors[0])
    sizes, n = x.shape[2:], len(factors)
    x = x.reshape(len(x), -1, *factors, *sizes)  # (B, C, f1, f2, …, S1, S2, …)
    order = [index for axis in range(n) for index in (2 + n + axis, 2 + axis)]
    x = x.permute(0, 1, *order)  # (B, C, S1, f1, S2, f2, …)
    return x.reshape(*x.shape[:2], *(s * f for s, f in zip(sizes, factors, strict=True)))


def unshuffle(x: Tensor, factors: Sequence[int]) -> Tensor:
    """Move positions to channels: (B, C, *S) -> (B, C*f1*f2, S1/f1, S2/f2); undoes `shuffle`."""
    if len(factors) == 2 and factors[0] == factors[1]:
        return F.pixel_unshuffle(x, factors[0])
    n = len(factors)
    split = [part for s, f in zip(x.shape[2:], factors, strict=True) for part in (s // f, f)]
    x = x.reshape(*x.shape[:2], *split)  # (B, C, S1/f1, f1, S2/f2, f2, …)
    x = x.permute(0, 1, *range(3, 3 + 2 * n, 2), *range(2, 2 + 2 * n, 2))
    return x.flatten(1, 1 + n)


def channels_last(module: nn.Module, dims: int) -> None:
    """Convert the weights to the channels-last memory format, which activations then follow."""
    if dims == 2:
        module.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    elif dims == 3:
        module.to(memory_format=torch.channels_last_3d)  # type: ignore[call-overload]


def zero_init(module: nn.Module) -> None:
    """Initialize all parameters of a layer with zeros."""
    for parameter in module.parameters():
        nn.init.zeros_(parameter)
