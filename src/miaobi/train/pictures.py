"""What a step minimizes where pictures are learned: VAE, GAN, flow matching."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from miaobi.core.checks import check_range
from miaobi.data.image import PictureConfig, PictureSource, held_out_batches, to_pictures
from miaobi.models import checkpoint
from miaobi.train.loop import Terms

VALIDATION = 4  # batches of held-out pictures
SHOWN = 8  # pictures in a row of a sample


@dataclass(frozen=True)
class AutoencodingConfig:
    """Weights of the terms of a VAE's loss."""

    kl: float = 1e-6  # of the distance to the unit Gaussian, in nats a number of the latent
    edges: float = 1.0  # of the differences between neighbors: what blurs would lose

    def __post_init__(self) -> None:
        check_range("kl", self.kl, 0, 1000)
        check_range("edges", self.edges, 0, 1000)


class Autoencoding:
    """A picture through the latent and back: for the VAE, both as latent space and generator."""

    def __init__(
        self, network: nn.Module, source: PictureSource, data: PictureConfig,
        config: AutoencodingConfig, keep: str = "float32",
    ) -> None:  # fmt: skip
        self.networks = {"model": network}
        self.source, self.data, self.config, self.keep = source, data, config, keep

    def losses(self, draw: tuple[int, ...], device: torch.device) -> Iterator[tuple[str, Terms]]:
        batch = self.source.batch(self.data.rows, draw)
        yield "model", self._terms(batch.pictures.to(device), batch.labels.to(device))

    def _terms(self, x: Tensor, labels: Tensor) -> Terms:
        told = labels if self._bare().config.conditions else None
        y, posterior = self.networks["model"](x, told)
        y = y.float()
        apart, edges = (y - x).abs().mean(), edge_loss(y, x)
        kl = posterior.kl().mean() / posterior.mean[0].numel()
        loss = apart + self.config.edges * edges + self.config.kl * kl
        return {"loss": loss, "difference": apart, "edges": edges, "kl": kl}

    def validate(self, device: torch.device) -> dict[str, float]:
        """Peak signal-to-noise ratio in dB of held-out pictures, and their terms."""
        told: dict[str, float] = {}
        for batch in held_out_batches(self.source, self.data.rows, VALIDATION):
            x, labels = batch.pictures.to(device), batch.labels.to(device)
            terms = self._terms(x, labels)
            network = self._bare()
            known = labels if network.config.conditions else None
            y = network.decode(network.encode(x, known).mode(), known).clamp(-1, 1)
            terms["psnr"] = 10 * torch.log10(4 / (y - x).square().mean((1, 2, 3))).mean()
            for name, value in terms.items():
                told[name] = told.get(name, 0.0) + value.item() / VALIDATION
        return told

    def sample(self) -> Any:
        """Held-out pictures, and below each what is left of it behind the latent."""
        network = self._bare()
        batch = self.source.held_out(SHOWN, 0)
        device = next(network.parameters()).device
        x, labels = batch.pictures.to(device), batch.labels.to(device)
        told = labels if network.config.conditions else None
        return rows_of([x, network.decode(network.encode(x, told).mode(), told)])

    def save(self, folder: Path) -> None:
        checkpoint.save(self._bare(), folder, self.keep)

    def _bare(self) -> Any:
        """The network without what exchanges gradients between processes."""
        network: Any = self.networks["model"]
        return getattr(network, "module", network)


def edge_loss(y: Tensor, x: Tensor) -> Tensor:
    """How far apart the differences of neighbors are, right and down: y, x (B, C, H, W) -> ()."""
    across = (y.diff(dim=-1) - x.diff(dim=-1)).abs().mean()
    return across + (y.diff(dim=-2) - x.diff(dim=-2)).abs().mean()


def rows_of(rows: list[Tensor]) -> Any:
    """Rows of pictures, each (B, 3, H, W) in [-1, 1], as one uint8 picture (R H, B W, 3)."""
    import numpy as np

    return np.concatenate([np.concatenate(to_pictures(row), axis=1) for row in rows])
