"""Averaged weights: they wander less than the last ones and usually make better things."""

from collections.abc import Iterator
from contextlib import contextmanager

import torch
from torch import Tensor, nn


class EMA:
    """average = decay * average + (1 - decay) * weight, after every step.

    Early on the decay is lower, (1 + step) / (10 + step), so that the start is soon forgotten.
    """

    def __init__(self, network: nn.Module, decay: float) -> None:
        self.network, self.decay = network, decay
        self.average: dict[str, Tensor] = {
            name: p.detach().clone() for name, p in network.named_parameters() if p.requires_grad
        }

    @torch.no_grad()
    def update(self, step: int) -> None:
        """Move the average towards the weights after step number `step`."""
        decay = min(self.decay, (1 + step) / (10 + step))
        for name, parameter in self.network.named_parameters():
            if name in self.average:
                self.average[name].lerp_(parameter.detach(), 1 - decay)

    @contextmanager
    def applied(self) -> Iterator[None]:
        """Inside, the network has the averaged weights."""
        self._swap()
        try:
            yield
        finally:
            self._swap()

    @torch.no_grad()
    def _swap(self) -> None:
        for name, parameter in self.network.named_parameters():
            if name in self.average:
                now = parameter.detach().clone()
                parameter.copy_(self.average[name])
                self.average[name].copy_(now)
