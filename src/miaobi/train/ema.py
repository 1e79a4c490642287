"""Exponential moving average (EMA) of weights: less noisy than the latest, usually better."""

from collections.abc import Iterator
from contextlib import contextmanager

import torch
from torch import Tensor, nn


class EMA:
    """Moving average: average = decay * average + (1 - decay) * weight, after every step.

    The decay starts at (1 + step) / (10 + step), so that the initial weights fade soon.
    """

    def __init__(self, network: nn.Module, decay: float) -> None:
        self.network, self.decay = network, decay
        self.average: dict[str, Tensor] = {
            name: p.detach().clone() for name, p in network.named_parameters() if p.requires_grad
        }

    @torch.no_grad()
    def update(self, index: int) -> None:
        """Move the average towards the weights after step `index`."""
        decay = min(self.decay, (1 + index) / (10 + index))
        for name, parameter in self.network.named_parameters():
            if name in self.average:
                self.average[name].lerp_(parameter.detach(), 1 - decay)

    @contextmanager
    def applied(self) -> Iterator[None]:
        """Give the network the averaged weights inside the context."""
        self._swap()
        try:
            yield
        finally:
            self._swap()

    @torch.no_grad()
    def _swap(self) -> None:
        for name, parameter in self.network.named_parameters():
            if name in self.average:
                latest = parameter.detach().clone()
                parameter.copy_(self.average[name])
                self.average[name].copy_(latest)
