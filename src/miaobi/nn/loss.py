"""Cross-entropy of a linear head without ever holding all of its logits.

A language model's logits (N, V) are by far its largest tensor. Here they are made for a few hundred
rows at a time, and their gradients at once with them (the idea of Liger Kernel, Hsu et al., 2024).
"""

from typing import Any

import torch
from torch import Tensor
from torch.autograd import Function

ROWS = 512  # logits of this many places exist at one time


def linear_cross_entropy(h: Tensor, weight: Tensor, targets: Tensor) -> Tensor:
    """Mean nats of targets (...) under softmax(h Wᵀ): h (..., D), weight (V, D) -> ()."""
    device = h.device.type
    if torch.is_autocast_enabled(device):
        h = h.to(torch.get_autocast_dtype(device))
    apply: Any = _LinearCrossEntropy.apply
    loss: Tensor = apply(h.flatten(0, -2), weight, targets.flatten())
    return loss


class _LinearCrossEntropy(Function):
    @staticmethod
    def forward(ctx: Any, h: Tensor, weight: Tensor, targets: Tensor) -> Tensor:
        learns = any(ctx.needs_input_grad)
        matrix = weight.to(h.dtype)  # (V, D)
        loss = torch.zeros((), device=h.device)
        dh = torch.empty_like(h)
        dw = torch.zeros_like(weight, dtype=torch.float32)
        for start in range(0, len(h), ROWS):
            rows, wanted = h[start : start + ROWS], targets[start : start + ROWS, None]
            logits = (rows @ matrix.T).float()  # (ROWS, V)
            total = logits.logsumexp(-1, keepdim=True)
            loss += (total - logits.gather(1, wanted)).sum()
            if learns:  # d loss / d logits = softmax - one at the target
                slope = logits.sub_(total).exp_()
                slope.scatter_add_(1, wanted, slope.new_full((len(rows), 1), -1.0))
                slope = slope.mul_(1 / len(h)).to(h.dtype)
                torch.mm(slope, matrix, out=dh[start : start + ROWS])
                if ctx.needs_input_grad[1]:
                    dw += slope.T @ rows
        ctx.save_for_backward(dh, dw.to(weight.dtype))
        return loss / len(h)

    @staticmethod
    def backward(ctx: Any, *slopes: Tensor) -> tuple[Tensor, Tensor, None]:
        dh, dw = ctx.saved_tensors
        return dh * slopes[0], dw * slopes[0], None
