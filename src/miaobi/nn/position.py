"""Where a token stands: rotary embeddings (Su et al., 2021), and numbers as sinusoids."""

import math
from collections.abc import Sequence

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


def rotary_grid(size: Sequence[int], width: int, base: float = 100.0) -> tuple[Tensor, Tensor]:
    """Cosines and sines, each (N, width), for the N places of a grid, last axis fastest.

    Each axis turns its own share of the pairs, the first axis those that are left over; so a score
    depends on how far two places are apart along every axis (Heo et al., 2024).
    """
    angle = torch.cat(_grid_angles(size, width, base), dim=-1)  # (N, W/2)
    angle = torch.cat((angle, angle), dim=-1)  # (N, W)
    return angle.cos(), angle.sin()


def rotary_clip(size: Sequence[int], width: int, base: float = 100.0) -> tuple[Tensor, Tensor]:
    """The same for F frames of a grid, size (F, H, W): space turns as it does in a picture.

    Time has the slowest quarter of each axis's pairs. On the small grids of latents those hardly
    turn in a picture, so a network that learned pictures still sees in each frame what it knew.
    """
    frames, *grid = size
    angles = [part.repeat(frames, 1) for part in _grid_angles(grid, width, base)]  # (N, share)
    slow = [part.shape[1] // 4 for part in angles]
    place = torch.arange(frames, dtype=torch.float32).repeat_interleave(len(angles[0]) // frames)
    frequency = 1.0 / base ** (torch.arange(sum(slow), dtype=torch.float32) / sum(slow))
    turned = torch.split(torch.outer(place, frequency), slow, dim=1)
    for part, count, time in zip(angles, slow, turned, strict=True):
        part[:, part.shape[1] - count :] = time
    angle = torch.cat((*angles, *angles), dim=-1)  # (N, W)
    return angle.cos(), angle.sin()


def _grid_angles(size: Sequence[int], width: int, base: float) -> list[Tensor]:
    """For each axis the angles of its pairs at every place, (N, share)."""
    pairs, axes = width // 2, len(size)
    shares = [pairs - pairs // axes * (axes - 1)] + [pairs // axes] * (axes - 1)
    places = torch.cartesian_prod(*(torch.arange(s, dtype=torch.float32) for s in size))
    angles = []
    for place, share in zip(places.view(-1, axes).unbind(1), shares, strict=True):
        frequency = 1.0 / base ** (torch.arange(share, dtype=torch.float32) / share)
        angles.append(torch.outer(place, frequency))  # (N, share)
    return angles


def sinusoids(values: Tensor, width: int, longest: float = 10_000.0) -> Tensor:
    """Numbers (...) -> (..., width): cosines and sines of wavelengths 2π to 2π * longest."""
    half = width // 2
    steps = torch.arange(half, dtype=torch.float32, device=values.device) / half
    angle = values.float()[..., None] * longest**-steps  # (..., width/2)
    return torch.cat((angle.cos(), angle.sin()), dim=-1)


def rotate(x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
    """Turn each pair (i, i + W/2) of x (B, H, T, W) by its angle; cos and sin are (T, W)."""
    left, right = x.chunk(2, dim=-1)
    return x * cos + torch.cat((-right, left), dim=-1) * sin


def _stretched(frequency: Tensor, factor: float, low: float, high: float, context: int) -> Tensor:
    """Wavelengths beyond context/low are divided by factor, those below context/high are kept."""
    wavelength = 2 * math.pi / frequency
    smooth = ((context / wavelength - low) / (high - low)).clamp(0, 1)
    return frequency * (smooth + (1 - smooth) / factor)
