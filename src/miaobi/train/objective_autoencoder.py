"""Objective of a VAE: reconstruct pictures through the latent, as latent space or generator."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from miaobi.core.arrays import Pixels
from miaobi.core.checks import check_range
from miaobi.data.batches import PictureSource, draw_batch
from miaobi.data.image import PictureConfig
from miaobi.models import checkpoint
from miaobi.models.pixels import tensor_to_images
from miaobi.models.vae import VAE
from miaobi.train.loop import LossTerms, unwrap
from miaobi.train.throughput import BatchSize

VALIDATION = 4  # batches of held-out pictures
SHOWN = 8  # pictures in a row of a sample


@dataclass(frozen=True)
class AutoencoderLossConfig:
    """Weights of the terms of a VAE's loss. Raises OptionError."""

    kl: float = 1e-6  # of the KL divergence from the unit Gaussian, in nats per latent value
    edges: float = 1.0  # of the differences between neighbors, which keeps pictures sharp
    decoder_only: bool = False  # freeze the encoder: networks trained on its latents stay valid

    def __post_init__(self) -> None:
        check_range("kl", self.kl, 0, 1000)
        check_range("edges", self.edges, 0, 1000)


class AutoencoderObjective:
    """Reconstruction loss (L1 and edges) plus the KL divergence."""

    about: dict[str, Any]
    fingerprint: str

    def __init__(
        self,
        network: VAE,
        source: PictureSource,
        data: PictureConfig,
        config: AutoencoderLossConfig,
        save_dtype: str = "float32",
    ) -> None:
        self.networks: dict[str, torch.nn.Module] = {"model": network}
        self.source, self.data, self.config = source, data, config
        self.save_dtype = save_dtype
        self.batch_size = BatchSize(data.rows)
        if config.decoder_only:
            network.encoder.requires_grad_(False)
            network.labels.requires_grad_(False)  # labels modulate the encoder too

    def losses(
        self, seed_path: tuple[int, ...], device: torch.device
    ) -> Iterator[tuple[str, LossTerms]]:
        batch = draw_batch(self.source, self.data.rows, seed_path)
        yield "model", self._terms(batch.pictures.to(device), batch.labels.to(device))

    def _terms(self, x: Tensor, labels: Tensor) -> LossTerms:
        """Compute the terms for pictures (B, 3, H, W) with labels (B, L)."""
        y, posterior = self.networks["model"](x, self._used(labels))
        y = y.float()
        difference, edges = (y - x).abs().mean(), edge_loss(y, x)
        kl = posterior.kl().mean() / posterior.mean[0].numel()
        loss = difference + self.config.edges * edges + self.config.kl * kl
        return {"loss": loss, "difference": difference, "edges": edges, "kl": kl}

    def _used(self, labels: Tensor) -> Tensor | None:
        """Return labels (B, L) for a network with classes, None for others."""
        return labels if unwrap(self.networks).config.conditions else None

    def validate(self, device: torch.device) -> dict[str, float]:
        """Compute the peak signal-to-noise ratio in dB and the terms on held-out pictures."""
        network = unwrap(self.networks)
        metrics: dict[str, float] = {}
        for number in range(VALIDATION):
            batch = self.source.held_out(self.data.rows, number)
            x, labels = batch.pictures.to(device), batch.labels.to(device)
            terms, used = self._terms(x, labels), self._used(labels)
            y = network.decode(network.encode(x, used).mode(), used).clamp(-1, 1)
            terms["psnr"] = 10 * torch.log10(4 / (y - x).square().mean((1, 2, 3))).mean()
            for name, value in terms.items():
                metrics[name] = metrics.get(name, 0.0) + value.item() / VALIDATION
        return metrics

    def sample(self) -> Pixels:
        """Show held-out pictures above their reconstructions."""
        network = unwrap(self.networks)
        batch = self.source.held_out(SHOWN, 0)
        device = next(network.parameters()).device
        x, used = batch.pictures.to(device), self._used(batch.labels.to(device))
        return picture_grid([x, network.decode(network.encode(x, used).mode(), used)])

    def save(self, folder: Path) -> None:
        checkpoint.save(unwrap(self.networks), folder, self.save_dtype)


def edge_loss(y: Tensor, x: Tensor) -> Tensor:
    """Compare differences between horizontal and vertical neighbors of (B, C, H, W): scalar L1."""
    horizontal = (y.diff(dim=-1) - x.diff(dim=-1)).abs().mean()
    return horizontal + (y.diff(dim=-2) - x.diff(dim=-2)).abs().mean()


def picture_grid(rows: list[Tensor]) -> Pixels:
    """Arrange R rows of pictures (B, 3, H, W) in [-1, 1] as one uint8 picture (R*H, B*W, 3)."""
    return np.concatenate([np.concatenate(tensor_to_images(row), axis=1) for row in rows])
