"""Time schedules of rectified flow (Liu et al., 2022; Lipman et al., 2022).

x = (1 - t) * clean + t * noise,   velocity = noise - clean,   t from 1 (noise) to 0 (clean)
"""

from collections.abc import Callable

import torch
from torch import Tensor

Denoise = Callable[[Tensor, Tensor], Tensor]  # x (B, ...), t (B,) -> velocity (B, ...)


def flow_times(steps: int, shift: float = 1.0) -> Tensor:
    """Return descending times (S + 1,) from 1 to 0; shift > 1 spends more steps near noise."""
    return shift_times(torch.linspace(1, 0, steps + 1), shift)


def shift_times(t: Tensor, shift: float) -> Tensor:
    """Shift times t (B,) towards noise, which multiplies noise / signal by `shift`.

    Larger pictures need more of it (Esser et al., 2024, eq. 23).
    """
    return shift * t / (1 + (shift - 1) * t)


def resolution_shift(positions: int, trained_positions: int) -> float:
    """Return the shift for latents with another number of positions than in training."""
    return (positions / trained_positions) ** 0.5
