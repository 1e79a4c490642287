"""AdamW (Loshchilov & Hutter, 2019) or Muon, and the learning rate's way up and down."""

import math
from dataclasses import dataclass

import torch
from torch import nn

from miaobi.core.checks import check_choice, check_range
from miaobi.train.muon import Muon, matrices

PRECISIONS = ("auto", "float32", "bfloat16")
OPTIMIZERS = ("adamw", "muon")


@dataclass(frozen=True)
class TrainConfig:
    """How to train; what is trained is the objective's."""

    steps: int = 2000  # optimizer steps
    seed: int = 0
    learning_rate: float = 1e-3  # at its highest
    warmup: int = 100  # steps to get there
    final: float = 0.1  # share of the highest that is left at the end (cosine)
    optimizer: str = "adamw"  # or "muon": learns more in a step, which takes longer
    weight_decay: float = 0.1
    betas: tuple[float, float] = (0.9, 0.95)
    clip: float = 1.0  # longest gradient; 0: not clipped
    accumulate: int = 1  # batches in a step
    precision: str = "auto"  # "float32", "bfloat16"; auto: bfloat16 where the device is fast at it
    ema: float = 0.0  # decay of averaged weights, used for validation and saved; 0: none
    validate_every: int = 200
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


def learning_rate(step: int, config: TrainConfig) -> float:
    """Linear up over `warmup` steps, then a cosine down to `final` of the highest."""
    if step < config.warmup:
        return config.learning_rate * (step + 1) / config.warmup
    way = (step - config.warmup) / max(1, config.steps - config.warmup)
    cosine = 0.5 * (1 + math.cos(math.pi * min(1.0, way)))
    return config.learning_rate * (config.final + (1 - config.final) * cosine)


def make_optimizer(network: nn.Module, config: TrainConfig) -> torch.optim.AdamW:
    """AdamW, or Muon, on what can be learned; matrices decay, biases and norms do not."""
    turned = matrices(network) if config.optimizer == "muon" else []
    known = set(map(id, turned))
    rest = [p for p in network.parameters() if p.requires_grad and id(p) not in known]
    groups = [
        {"params": turned, "weight_decay": config.weight_decay, "orthogonal": True},
        {
            "params": [p for p in rest if p.dim() > 1],
            "weight_decay": config.weight_decay,
            "orthogonal": False,
        },
        {"params": [p for p in rest if p.dim() <= 1], "weight_decay": 0.0, "orthogonal": False},
    ]
    kind = Muon if config.optimizer == "muon" else torch.optim.AdamW
    groups = [group for group in groups if group["params"]]
    return kind(groups, lr=config.learning_rate, betas=config.betas, fused=True)
