"""Muon (Jordan et al., 2024): matrices move by momentum made orthogonal, the rest by AdamW.

Every direction of a matrix learns at the same pace, where Adam lets a few of them lead. Steps are
as long as AdamW's would be (Liu et al., 2025), so that the same learning rate serves both.
"""

import math
from typing import Any

import torch
from torch import Tensor, nn

from miaobi.nn.prepacked import fast_at_bfloat16

MOMENTUM, STEPS = 0.95, 5
QUINTIC = 3.4445, -4.7750, 2.0315  # pulls singular values to about 1 in five steps
LENGTH = 0.2  # root mean square of an update: what AdamW's usually is


class Muon(torch.optim.AdamW):
    """AdamW whose groups with "orthogonal" set are moved the other way."""

    @torch.no_grad()
    def step(self, closure: Any = None) -> None:  # type: ignore[override]
        """Move all parameters once; a closure is not taken."""
        groups = self.param_groups
        for group in groups:
            if group["orthogonal"]:
                self._move(group)
        self.param_groups = [group for group in groups if not group["orthogonal"]]
        try:
            super().step()
        finally:
            self.param_groups = groups

    def _move(self, group: dict[str, Any]) -> None:
        for parameter in group["params"]:
            if parameter.grad is None:
                continue
            state = self.state[parameter]
            if not state:
                state["momentum"] = torch.zeros_like(parameter)
            momentum = state["momentum"].lerp_(parameter.grad, 1 - MOMENTUM)
            ahead = parameter.grad.lerp(momentum, MOMENTUM)  # Nesterov
            matrix = ahead.reshape(len(ahead), -1)  # a convolution's outputs are rows
            length = LENGTH * math.sqrt(max(matrix.shape))
            parameter.mul_(1 - group["lr"] * group["weight_decay"])
            parameter.add_(orthogonal(matrix).view_as(parameter), alpha=-group["lr"] * length)


def orthogonal(matrix: Tensor) -> Tensor:
    """(M, N) -> (M, N) with the same directions, all singular values about 1."""
    x = matrix.bfloat16() if fast_at_bfloat16() else matrix.float()  # it need not be exact
    wide = x.shape[0] <= x.shape[1]
    x = x if wide else x.T
    x = x / (x.norm() + 1e-7)
    a, b, c = QUINTIC
    for _ in range(STEPS):
        gram = x @ x.T
        x = a * x + (b * gram + c * gram @ gram) @ x
    return (x if wide else x.T).to(matrix.dtype)


def matrices(network: nn.Module) -> list[Tensor]:
    """What is moved this way: weights of inner linear layers and convolutions.

    Embeddings and heads are tables of vectors, and stay with AdamW.
    """
    kinds = (nn.Linear, nn.Conv1d, nn.Conv2d, nn.Conv3d)
    return [
        layer.weight
        for name, layer in network.named_modules()
        if isinstance(layer, kinds) and layer.weight.requires_grad and not name.endswith("head")
    ]
