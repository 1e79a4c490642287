"""Feed-forward layers: plain, and gated (SwiGLU, Shazeer, 2020)."""

import torch.nn.functional as F
from torch import Tensor, nn


class MLP(nn.Module):
    """Two linear layers with GELU (tanh approximation, as in GPT-2): (B, T, D) -> (B, T, D)."""

    def __init__(self, width: int, hidden: int, bias: bool) -> None:
        super().__init__()
        self.up = nn.Linear(width, hidden, bias=bias)
        self.down = nn.Linear(hidden, width, bias=bias)

    def forward(self, x: Tensor) -> Tensor:
        """Transform (B, T, D) -> (B, T, D)."""
        return self.down(F.gelu(self.up(x), approximate="tanh"))


class GatedMLP(nn.Module):
    """SwiGLU: (B, T, D) -> (B, T, D); `up` holds the gate and value matrices."""

    def __init__(self, width: int, hidden: int, bias: bool) -> None:
        super().__init__()
        self.up = nn.Linear(width, 2 * hidden, bias=bias)
        self.down = nn.Linear(hidden, width, bias=bias)

    def forward(self, x: Tensor) -> Tensor:
        """Transform (B, T, D) -> (B, T, D)."""
        gate, value = self.up(x).chunk(2, dim=-1)  # each (B, T, hidden)
        return self.down(F.silu(gate) * value)
