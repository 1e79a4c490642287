"""Optimizers, AdamW (Loshchilov & Hutter, 2019) and Muon, and the learning rate schedule.

Muon (Jordan et al., 2024) updates matrices by orthogonalized momentum and the rest by AdamW: all
directions of a matrix learn at the same pace, where Adam lets a few of them dominate. Updates have
the length of AdamW's (Liu et al., 2025), so that the same learning rate serves both.
"""

import math
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

from miaobi.core.checks import check_choice, check_range
from miaobi.nn.prepacked import has_fast_bfloat16

PRECISIONS = ("auto", "float32", "bfloat16")
OPTIMIZERS = ("adamw", "muon")
MOMENTUM, ITERATIONS = 0.95, 5
QUINTIC = 3.4445, -4.7750, 2.0315  # Newton-Schulz: moves singular values to about 1
UPDATE_RMS = 0.2  # root mean square of an update, as AdamW's usually is


@dataclass(frozen=True)
class TrainConfig:
    """Options of the training loop, of any objective. Raises OptionError."""

    steps: int = 2000  # optimizer steps
    seed: int = 0
    learning_rate: float = 1e-3  # at its peak
    warmup: int = 100  # steps to the peak
    final: float = 0.1  # fraction of the peak at the end (cosine)
    optimizer: str = "adamw"  # or "muon": learns more per step, at a higher cost
    weight_decay: float = 0.1
    betas: tuple[float, float] = (0.9, 0.95)
    clip: float = 1.0  # maximum norm of a gradient; 0: not clipped
    accumulate: int = 1  # batches per step
    precision: str = "auto"  # "float32", "bfloat16"; auto: bfloat16 where the device is fast at it
    ema: float = 0.0  # decay of averaged weights, which are validated and saved; 0: none
    validate_every: int = 200  # steps
    save_every: int = 200
    log_every: int = 10

    def __post_init__(self) -> None:
        check_range("steps", self.steps, 1, 100_000_000)
        check_range("seed", self.seed, 0, 2**31 - 1)
        check_range("learning_rate", self.learning_rate, 1e-8, 10)
        check_range("warmup", self.warmup, 0, 100_000_000)
        check_range("final", self.final, 0, 1)
        check_range("weight_decay", self.weight_decay, 0, 10)
        for beta in self.betas:
            check_range("betas", beta, 0, 0.999999)
        check_range("clip", self.clip, 0, 1_000_000)
        check_range("accumulate", self.accumulate, 1, 10_000)
        check_range("ema", self.ema, 0, 0.999999)
        check_choice("precision", self.precision, PRECISIONS)
        check_choice("optimizer", self.optimizer, OPTIMIZERS)
        for name in ("validate_every", "save_every", "log_every"):
            check_range(name, getattr(self, name), 1, 100_000_000)


def learning_rate(index: int, config: TrainConfig) -> float:
    """Return the rate of step `index`: linear warmup, then a cosine down to `final` of the peak."""
    if index < config.warmup:
        return config.learning_rate * (index + 1) / config.warmup
    t = (index - config.warmup) / max(1, config.steps - config.warmup)
    cosine = 0.5 * (1 + math.cos(math.pi * min(1.0, t)))
    return config.learning_rate * (config.final + (1 - config.final) * cosine)


def make_optimizer(network: nn.Module, config: TrainConfig) -> torch.optim.AdamW:
    """Create AdamW or Muon for trainable parameters; matrices decay, biases and norms do not."""
    orthogonal = inner_matrices(network) if config.optimizer == "muon" else []
    ids = set(map(id, orthogonal))
    rest = [p for p in network.parameters() if p.requires_grad and id(p) not in ids]
    groups = [
        {"params": orthogonal, "weight_decay": config.weight_decay, "orthogonal": True},
        {
            "params": [p for p in rest if p.dim() > 1],
            "weight_decay": config.weight_decay,
            "orthogonal": False,
        },
        {"params": [p for p in rest if p.dim() <= 1], "weight_decay": 0.0, "orthogonal": False},
    ]
    optimizer_class = Muon if config.optimizer == "muon" else torch.optim.AdamW
    groups = [group for group in groups if group["params"]]
    return optimizer_class(groups, lr=config.learning_rate, betas=config.betas, fused=True)


class Muon(torch.optim.AdamW):
    """AdamW whose groups with "orthogonal" set are updated by Muon."""

    @torch.no_grad()
    def step(self, closure: None = None) -> None:  # type: ignore[override]
        """Update all parameters once; closures are not supported."""
        groups = self.param_groups
        for group in groups:
            if group["orthogonal"]:
                self._update(group)
        self.param_groups = [group for group in groups if not group["orthogonal"]]
        try:
            super().step()
        finally:
            self.param_groups = groups

    def _update(self, group: dict[str, Any]) -> None:
        for parameter in group["params"]:
            if parameter.grad is None:
                continue
            state = self.state[parameter]
            if not state:
                state["momentum"] = torch.zeros_like(parameter)
            momentum = state["momentum"].lerp_(parameter.grad, 1 - MOMENTUM)
            nesterov = parameter.grad.lerp(momentum, MOMENTUM)
            matrix = nesterov.reshape(len(nesterov), -1)  # a convolution's outputs are rows
            length = UPDATE_RMS * math.sqrt(max(matrix.shape))
            parameter.mul_(1 - group["lr"] * group["weight_decay"])
            update = orthogonalize(matrix).view_as(parameter)
            parameter.add_(update, alpha=-group["lr"] * length)


def orthogonalize(matrix: Tensor) -> Tensor:
    """Move all singular values of a matrix (M, N) to about 1, by Newton-Schulz iterations."""
    x = matrix.bfloat16() if has_fast_bfloat16() else matrix.float()  # precision matters little
    is_wide = x.shape[0] <= x.shape[1]
    x = x if is_wide else x.T
    x = x / (x.norm() + 1e-7)
    a, b, c = QUINTIC
    for _ in range(ITERATIONS):
        gram = x @ x.T
        x = a * x + (b * gram + c * gram @ gram) @ x
    return (x if is_wide else x.T).to(matrix.dtype)


def inner_matrices(network: nn.Module) -> list[Tensor]:
    """Return weights of shape (out, ...) for Muon: of inner linear layers and convolutions.

    Embeddings and heads are tables of vectors, and stay with AdamW.
    """
    kinds = (nn.Linear, nn.Conv1d, nn.Conv2d, nn.Conv3d)
    return [
        layer.weight
        for name, layer in network.named_modules()
        if isinstance(layer, kinds) and layer.weight.requires_grad and not name.endswith("head")
    ]
