"""Objective of the layers of clips: reconstruct sprites and backgrounds from their latent vectors.

All images are shown in turn, in a new order in every epoch. Nothing is held out, since an image
that is never shown has no vector.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from miaobi.core.arrays import Pixels
from miaobi.core.checks import check_range
from miaobi.models import checkpoint
from miaobi.models.layers import Layers
from miaobi.models.pixels import images_to_tensor, tensor_to_images
from miaobi.scenes import layers as data
from miaobi.train.loop import LossTerms, unwrap
from miaobi.train.objective_autoencoder import edge_loss
from miaobi.train.throughput import BatchSize

SCALES = (1, 2, 4, 8)  # pixels of a side that are averaged before the comparison
MIN_COVER = 0.1  # added to a sprite's coverage; the smaller, the more small sprites weigh
VALIDATED, SHOWN = 128, 8  # sprites of a validation, and of each row of a sample
Inputs = tuple[Tensor, Tensor]  # indices (B,) and labels (B, 2)


@dataclass(frozen=True)
class LayersLossConfig:
    """Weights of the terms of the loss. Raises OptionError."""

    edges: float = 1.0  # of the differences between neighbors, which keeps images sharp

    def __post_init__(self) -> None:
        check_range("edges", self.edges, 0, 1000)


class LayersObjective:
    """Reconstruction loss of sprites and backgrounds at several scales."""

    about: dict[str, Any]
    fingerprint: str

    def __init__(
        self, network: Layers, config: data.LayerConfig, loss: LayersLossConfig, save_dtype: str
    ) -> None:
        self.networks: dict[str, nn.Module] = {"model": network}
        self.data, self.config, self.save_dtype = config, loss, save_dtype
        self.batch_size = BatchSize(config.rows + config.grounds)

    def losses(
        self, seed_path: tuple[int, ...], device: torch.device
    ) -> Iterator[tuple[str, LossTerms]]:
        sprites = epoch_indices(seed_path, data.sprite_count(), self.data.rows)
        backgrounds = epoch_indices(seed_path, len(data.background_variants()), self.data.grounds)
        y = self.networks["model"](*_inputs(sprites, backgrounds, device))
        x = self._sprites(sprites).to(device), self._backgrounds(backgrounds).to(device)
        sprite_loss, background_loss = (self._distance(*pair) for pair in zip(y, x, strict=True))
        yield (
            "model",
            {
                "loss": sprite_loss + background_loss,
                "drawings": sprite_loss,
                "grounds": background_loss,
            },
        )

    def _distance(self, y: Tensor, x: Tensor) -> Tensor:
        """Compare generated images y with targets x, (B, C, H, W) each: a scalar.

        Coarse scales give a gradient before thin lines are at their positions. Sprites with little
        coverage weigh more.
        """
        weights = 1 / (MIN_COVER + (x.amax(1) > -1).float().mean((1, 2)))  # (B,)
        weights = (weights / weights.mean())[:, None, None, None]
        difference, total = weights * (y.float() - x), x.new_zeros(())
        for scale in SCALES:
            total = total + nn.functional.avg_pool2d(difference, scale).abs().mean()
        return total + self.config.edges * edge_loss(weights * y.float(), weights * x)

    def _sprites(self, indices: list[int]) -> Tensor:
        side = unwrap(self.networks).drawings.side
        return images_to_tensor([data.sprite_canvas(index, side) for index in indices])

    def _backgrounds(self, indices: list[int]) -> Tensor:
        side = unwrap(self.networks).grounds.side
        return images_to_tensor([data.background_image(index, side) for index in indices])

    def validate(self, device: torch.device) -> dict[str, float]:
        """Compute the peak signal-to-noise ratio in dB of some sprites and backgrounds."""
        sprites, backgrounds = _spaced(VALIDATED, 0), _spaced_backgrounds(VALIDATED // 2)
        y = unwrap(self.networks)(*_inputs(sprites, backgrounds, device))
        x = self._sprites(sprites), self._backgrounds(backgrounds)
        metrics = {}
        for name, images, targets in zip(("drawings", "grounds"), y, x, strict=True):
            error = (images - targets.to(device)).square().mean((1, 2, 3))
            metrics[f"psnr of {name}"] = float((10 * torch.log10(4 / error)).mean())
        return metrics

    def sample(self) -> Pixels:
        """Show sprites on white above their reconstructions, then backgrounds likewise."""
        network = unwrap(self.networks)
        device = next(network.parameters()).device
        sprites, backgrounds = _spaced(SHOWN, 2), _spaced_backgrounds(SHOWN)
        y = network(*_inputs(sprites, backgrounds, device))
        rows = [on_white(self._sprites(sprites)), on_white(y[0].cpu())]
        rows += [self._backgrounds(backgrounds), y[1].cpu()]
        side = max(row.shape[-1] for row in rows)
        return np.concatenate([_row(row, side) for row in rows])

    def save(self, folder: Path) -> None:
        checkpoint.save(unwrap(self.networks), folder, self.save_dtype)


def epoch_indices(seed_path: tuple[int, ...], count: int, rows: int) -> list[int]:
    """Return the indices of a step's batch; every epoch shows each of `count` images once."""
    seed, step, *_ = seed_path
    first = step * rows
    indices = []
    for position in range(first, first + rows):
        epoch, offset = divmod(position, count)
        indices.append(int(np.random.default_rng((seed, epoch)).permutation(count)[offset]))
    return indices


def on_white(x: Tensor) -> Tensor:
    """Composite premultiplied sprites (B, 4, S, S) in [-1, 1] on white: (B, 3, S, S)."""
    transparency = (1 - x[:, 3:]) / 2
    return x[:, :3] + 2 * transparency


def _spaced(count: int, first: int) -> list[int]:
    """Return `count` evenly spaced indices of sprites."""
    indices: list[int] = np.linspace(first, data.sprite_count() - 1, count).astype(int).tolist()
    return indices


def _spaced_backgrounds(count: int) -> list[int]:
    """Return `count` evenly spaced indices of backgrounds."""
    last = len(data.background_variants()) - 1
    indices: list[int] = np.linspace(0, last, count).astype(int).tolist()
    return indices


def _row(x: Tensor, side: int) -> Pixels:
    """Arrange images (B, 3, H, W) side by side, scaled to one side."""
    scaled = nn.functional.interpolate(x.float(), (side, side), mode="nearest")
    return np.concatenate(tensor_to_images(scaled), axis=1)


def _inputs(
    sprites: list[int], backgrounds: list[int], device: torch.device
) -> tuple[Inputs, Inputs]:
    """Build the inputs of the network: indices (B,) and labels (B, 2) of each."""

    def tensors(indices: list[int], labels_of: Callable[[int], tuple[int, int]]) -> Inputs:
        """Return indices (B,) and labels (B, 2)."""
        labels = [labels_of(index) for index in indices]
        return torch.tensor(indices, device=device), torch.tensor(labels, device=device)

    return tensors(sprites, data.sprite_labels), tensors(backgrounds, data.background_labels)
