"""Convolutions over 1, 2 or 3 axes: sound, pictures and clips with the same code.

On processors a convolution is fastest when the channels of a place lie side by side in memory
(measured: three times with oneDNN in bfloat16), hence `channels_last`.
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


def convolution(dims: int, wide: int, out: int, size: int = 3) -> nn.Module:
    """(B, wide, *S) -> (B, out, *S), each place from `size` (odd) places an axis."""
    return CONV[dims](wide, out, size, padding=size // 2)


class ConvBlock(nn.Module):
    """Norm and two convolutions beside a skip: (B, C, *S) -> (B, C, *S); at first the identity.

    With `context` > 0 a vector (B, context) says how to scale and shift what was normalized.
    """

    def __init__(self, dims: int, width: int, context: int = 0) -> None:
        super().__init__()
        self.norm = ChannelNorm(width)
        self.conv1 = convolution(dims, width, width)
        self.conv2 = convolution(dims, width, width)
        self.modulation = nn.Linear(context, 2 * width) if context else None
        for last in (self.conv2, self.modulation):
            if last is not None:
                zero(last)

    def forward(self, x: Tensor, context: Tensor | None = None) -> Tensor:
        h = self.norm(x)
        if self.modulation is not None and context is not None:
            both = self.modulation(context)  # (B, 2C)
            h = modulate(h, *both.view(*both.shape, *[1] * (x.dim() - 2)).chunk(2, dim=1))
        return x + self.conv2(F.silu(self.conv1(h)))


class Down(nn.Module):
    """(B, narrow, *S) -> (B, wide, *S/f): each output sees its own f1 x f2 … places."""

    def __init__(self, narrow: int, wide: int, factors: Sequence[int]) -> None:
        super().__init__()
        f = tuple(factors)
        self.conv = CONV[len(f)](narrow, wide, f, stride=f)  # type: ignore[arg-type]

    def forward(self, x: Tensor) -> Tensor:
        return self.conv(x)


class Up(nn.Module):
    """(B, wide, *S) -> (B, narrow, *S*f): channels become places (Shi et al., 2016).

    The new places begin equal, or a checkerboard would have to be unlearned (Aitken et al., 2017).
    """

    def __init__(self, wide: int, narrow: int, factors: Sequence[int]) -> None:
        super().__init__()
        self.factors = tuple(factors)
        places = math.prod(self.factors)
        self.conv = CONV[len(self.factors)](wide, narrow * places, 1)
        with torch.no_grad():
            for parameter in (self.conv.weight, self.conv.bias):
                if parameter is not None:
                    parameter.copy_(parameter[::places].repeat_interleave(places, 0))

    def forward(self, x: Tensor) -> Tensor:
        return shuffle(self.conv(x), self.factors)


def shuffle(x: Tensor, factors: Sequence[int]) -> Tensor:
    """Channels to places: (B, C*f1*f2…, *S) -> (B, C, S1*f1, S2*f2, …), as F.pixel_shuffle."""
    if len(factors) == 2 and factors[0] == factors[1]:
        return F.pixel_shuffle(x, factors[0])
    sizes, n = x.shape[2:], len(factors)
    x = x.reshape(len(x), -1, *factors, *sizes)  # (B, C, f1, f2, …, S1, S2, …)
    order = [place for axis in range(n) for place in (2 + n + axis, 2 + axis)]
    x = x.permute(0, 1, *order)  # (B, C, S1, f1, S2, f2, …)
    return x.reshape(*x.shape[:2], *(s * f for s, f in zip(sizes, factors, strict=True)))


def unshuffle(x: Tensor, factors: Sequence[int]) -> Tensor:
    """Places to channels: (B, C, *S) -> (B, C*f1*f2…, S1/f1, S2/f2, …); undoes `shuffle`."""
    if len(factors) == 2 and factors[0] == factors[1]:
        return F.pixel_unshuffle(x, factors[0])
    n = len(factors)
    split = [part for s, f in zip(x.shape[2:], factors, strict=True) for part in (s // f, f)]
    x = x.reshape(*x.shape[:2], *split)  # (B, C, S1/f1, f1, S2/f2, f2, …)
    x = x.permute(0, 1, *range(3, 3 + 2 * n, 2), *range(2, 2 + 2 * n, 2))
    return x.flatten(1, 1 + n)


def channels_last(module: nn.Module, dims: int) -> None:
    """Lay the weights out so that all activations keep a place's channels side by side."""
    if dims == 2:
        module.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    elif dims == 3:
        module.to(memory_format=torch.channels_last_3d)  # type: ignore[call-overload]


def zero(module: nn.Module) -> None:
    """Let a layer begin with nothing to say."""
    for parameter in module.parameters():
        nn.init.zeros_(parameter)
