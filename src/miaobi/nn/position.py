"""Rotary position embeddings (Su et al., 2021), and sinusoidal embeddings of numbers."""

import math
from collections.abc import Sequence

import torch
from torch import Tensor


def rotary_table(
    length: int, width: int, base: float, scaling: tuple[float, float, float, int] | None = None
) -> tuple[Tensor, Tensor]:
    """Compute cosines and sines, each (T, W) = (length, width), for heads of `width` channels.

    `scaling`: the RoPE scaling of Llama 3.1, (factor, low, high, original context).
    """
    frequency = 1.0 / base ** (torch.arange(0, width, 2, dtype=torch.float32) / width)  # (W/2,)
    if scaling is not None:
        frequency = _scale_wavelengths(frequency, *scaling)
    angle = torch.outer(torch.arange(length, dtype=torch.float32), frequency)  # (T, W/2)
    angle = torch.cat((angle, angle), dim=-1)  # (T, W)
    return angle.cos(), angle.sin()


def rotary_grid(size: Sequence[int], width: int, base: float = 100.0) -> tuple[Tensor, Tensor]:
    """Compute cosines and sines, each (N, width), for the N positions of a grid, row-major.

    Axial RoPE: each axis rotates its own pairs of channels, the first axis also the remainder, so
    scores depend on the offset along every axis (Heo et al., 2024).
    """
    angle = torch.cat(_grid_angles(size, width, base), dim=-1)  # (N, W/2)
    angle = torch.cat((angle, angle), dim=-1)  # (N, W)
    return angle.cos(), angle.sin()


def rotary_clip(size: Sequence[int], width: int, base: float = 100.0) -> tuple[Tensor, Tensor]:
    """Compute cosines and sines, each (N, width), for a clip of size (F, H, W).

    Time takes the slowest quarter of the pairs of each spatial axis. Those hardly rotate on the
    small grids of latents, so a network trained on pictures keeps working on single frames.
    """
    frames, *grid = size
    angles = [part.repeat(frames, 1) for part in _grid_angles(grid, width, base)]  # (N, pairs)
    slow = [part.shape[1] // 4 for part in angles]
    frame = torch.arange(frames, dtype=torch.float32).repeat_interleave(len(angles[0]) // frames)
    frequency = 1.0 / base ** (torch.arange(sum(slow), dtype=torch.float32) / sum(slow))
    time_angles = torch.split(torch.outer(frame, frequency), slow, dim=1)
    for part, count, time_angle in zip(angles, slow, time_angles, strict=True):
        part[:, part.shape[1] - count :] = time_angle
    angle = torch.cat((*angles, *angles), dim=-1)  # (N, W)
    return angle.cos(), angle.sin()


def _grid_angles(size: Sequence[int], width: int, base: float) -> list[Tensor]:
    """Return for each axis the angles of its pairs at every position, (N, pairs)."""
    pairs, axes = width // 2, len(size)
    counts = [pairs - pairs // axes * (axes - 1)] + [pairs // axes] * (axes - 1)
    positions = torch.cartesian_prod(*(torch.arange(s, dtype=torch.float32) for s in size))
    angles = []
    for position, count in zip(positions.view(-1, axes).unbind(1), counts, strict=True):
        frequency = 1.0 / base ** (torch.arange(count, dtype=torch.float32) / count)
        angles.append(torch.outer(position, frequency))  # (N, count)
    return angles


def sinusoids(values: Tensor, width: int, longest: float = 10_000.0) -> Tensor:
    """Embed numbers of shape (...) as sinusoids (..., width), wavelengths 2π to 2π * longest."""
    half = width // 2
    steps = torch.arange(half, dtype=torch.float32, device=values.device) / half
    angle = values.float()[..., None] * longest**-steps  # (..., width/2)
    return torch.cat((angle.cos(), angle.sin()), dim=-1)


def apply_rotary(x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
    """Rotate each pair (i, i + W/2) of x (B, H, T, W) by its angle; cos and sin are (T, W)."""
    left, right = x.chunk(2, dim=-1)
    return x * cos + torch.cat((-right, left), dim=-1) * sin


def _scale_wavelengths(
    frequency: Tensor, factor: float, low: float, high: float, context: int
) -> Tensor:
    """Divide the frequencies of wavelengths above context / low by `factor`, blend in between."""
    wavelength = 2 * math.pi / frequency
    smooth = ((context / wavelength - low) / (high - low)).clamp(0, 1)
    return frequency * (smooth + (1 - smooth) / factor)
