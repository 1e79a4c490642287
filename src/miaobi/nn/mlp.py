"""Feed-forward parts: two layers, or the gated three-layer form (Shazeer, 2020)."""

import torch.nn.functional as F
from torch import Tensor, nn


class MLP(nn.Module):
    """Widen, bend, narrow: (B, T, D) -> (B, T, D). GELU in its tanh form, as GPT-2 has it."""

    def __init__(self, width: int, hidden: int, bias: bool) -> None:
        super().__init__()
        self.up = nn.Linear(width, hidden, bias=bias)
        self.down = nn.Linear(hidden, width, bias=bias)

    def forward(self, x: Tensor) -> Tensor:
        return self.down(F.gelu(self.up(x), approximate="tanh"))


class GatedMLP(nn.Module):
    """One half gates the other: (B, T, D) -> (B, T, D). `up` holds gate and value in one matrix."""

    def __init__(self, width: int, hidden: int, bias: bool) -> None:
        super().__init__()
        self.up = nn.Linear(width, 2 * hidden, bias=bias)
        self.down = nn.Linear(hidden, width, bias=bias)

    def forward(self, x: Tensor) -> Tensor:
        gate, value = self.up(x).chunk(2, dim=-1)  # each (B, T, hidden)
        return self.down(F.silu(gate) * value)
