"""Fused linear cross-entropy, which never holds all logits.

The logits (N, V) are the largest tensor of a language model. Here they are computed for ROWS
positions at a time, together with their gradients (after Liger Kernel, Hsu et al., 2024).
"""

from typing import Any

import torch
from torch import Tensor
from torch.autograd import Function

ROWS = 512  # positions per block of logits


def linear_cross_entropy(h: Tensor, weight: Tensor, targets: Tensor) -> Tensor:
    """Compute the mean cross-entropy in nats of softmax(h Wᵀ): h (..., D), weight (V, D).

    targets (...) of token ids; returns a scalar.
    """
    device = h.device.type
    if torch.is_autocast_enabled(device):
        h = h.to(torch.get_autocast_dtype(device))
    apply: Any = _LinearCrossEntropy.apply
    loss: Tensor = apply(h.flatten(0, -2), weight, targets.flatten())
    return loss


class _LinearCrossEntropy(Function):
    """Mean loss of h (N, D), weight (V, D), targets (N,), with gradients from the forward pass."""

    @staticmethod
    def forward(ctx: Any, h: Tensor, weight: Tensor, targets: Tensor) -> Tensor:
        """Compute the loss, a scalar, and save its gradients (N, D) and (V, D)."""
        needs_grad = any(ctx.needs_input_grad)
        matrix = weight.to(h.dtype)  # (V, D)
        loss = torch.zeros((), device=h.device)
        dh = torch.empty_like(h)
        dw = torch.zeros_like(weight, dtype=torch.float32)
        for start in range(0, len(h), ROWS):
            rows, target = h[start : start + ROWS], targets[start : start + ROWS, None]
            logits = (rows @ matrix.T).float()  # (ROWS, V)
            total = logits.logsumexp(-1, keepdim=True)
            loss += (total - logits.gather(1, target)).sum()
            if needs_grad:  # d loss / d logits = softmax - one-hot(target)
                grad = logits.sub_(total).exp_()
                grad.scatter_add_(1, target, grad.new_full((len(rows), 1), -1.0))
                grad = grad.mul_(1 / len(h)).to(h.dtype)
                torch.mm(grad, matrix, out=dh[start : start + ROWS])
                if ctx.needs_input_grad[1]:
                    dw += grad.T @ rows
        ctx.save_for_backward(dh, dw.to(weight.dtype))
        return loss / len(h)

    @staticmethod
    def backward(ctx: Any, *grads: Tensor) -> tuple[Tensor, Tensor, None]:
        """Scale the saved gradients, (N, D) and (V, D), by the incoming scalar."""
        dh, dw = ctx.saved_tensors
        return dh * grads[0], dw * grads[0], None
