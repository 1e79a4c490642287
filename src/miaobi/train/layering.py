"""What a step minimizes where layers are learned: how far drawings and grounds are from their own.

All of them are shown in turn, in an order of each round's own; nothing is held out, since what is
not shown has no vector.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from miaobi.core.checks import check_range
from miaobi.models import checkpoint
from miaobi.models.layers import Layers
from miaobi.models.pixels import images_to_tensor, tensor_to_images
from miaobi.scenes import layers as data
from miaobi.train.loop import Terms, bare
from miaobi.train.pictures import edge_loss

SCALES = (1, 2, 4, 8)  # pixels of a side that are compared as one
THIN = 0.1  # the smaller, the more a drawing counts that covers little of its canvas
LOOKED_AT, SHOWN = 128, 8  # drawings of a validation, and of each row of a sample


@dataclass(frozen=True)
class LayeringConfig:
    """How layers are learned."""

    edges: float = 1.0  # weight of the differences of neighbors: what blurs would lose

    def __post_init__(self) -> None:
        check_range("edges", self.edges, 0, 1000)


class Layering:
    """Drawings and grounds, each as its code and its labels say."""

    def __init__(
        self, network: Layers, told: data.LayerConfig, config: LayeringConfig, keep: str
    ) -> None:
        self.networks: dict[str, nn.Module] = {"model": network}
        self.data, self.config, self.keep = told, config, keep

    def losses(self, draw: tuple[int, ...], device: torch.device) -> Iterator[tuple[str, Terms]]:
        known, painted = data.drawings(), len(data.grounds())
        drawn = in_turn(draw, known, self.data.rows)
        ground = in_turn(draw, painted, self.data.grounds)
        made = self.networks["model"](*_asked(drawn, ground, device))
        x = self._drawings(drawn).to(device), self._grounds(ground).to(device)
        drawing, painting = (self._apart(*pair) for pair in zip(made, x, strict=True))
        yield "model", {"loss": drawing + painting, "drawings": drawing, "grounds": painting}

    def _apart(self, y: Tensor, x: Tensor) -> Tensor:
        """How far what is made is from what it should be, (B, C, H, W) each: ().

        At every scale, or thin lines would be left out until their places are known; and drawings
        that cover little count more.
        """
        seen = 1 / (THIN + (x.amax(1) > -1).float().mean((1, 2)))  # (B,)
        weight = (seen / seen.mean())[:, None, None, None]
        apart, total = weight * (y.float() - x), x.new_zeros(())
        for scale in SCALES:
            total = total + nn.functional.avg_pool2d(apart, scale).abs().mean()
        return total + self.config.edges * edge_loss(weight * y.float(), weight * x)

    def _drawings(self, numbers: list[int]) -> Tensor:
        side = bare(self.networks).drawings.side
        return images_to_tensor([data.canvas(number, side) for number in numbers])

    def _grounds(self, numbers: list[int]) -> Tensor:
        side = bare(self.networks).grounds.side
        return images_to_tensor([data.painting(number, side) for number in numbers])

    def validate(self, device: torch.device) -> dict[str, float]:
        """Peak signal-to-noise ratio in dB of some drawings and grounds as they are now."""
        network = bare(self.networks)
        drawn = np.linspace(0, data.drawings() - 1, LOOKED_AT).astype(int).tolist()
        ground = np.linspace(0, len(data.grounds()) - 1, LOOKED_AT // 2).astype(int).tolist()
        told = {}
        made = network(*_asked(drawn, ground, device))
        for name, y, x in zip(
            ("drawings", "grounds"),
            made,
            (self._drawings(drawn), self._grounds(ground)),
            strict=True,
        ):
            apart = (y - x.to(device)).square().mean((1, 2, 3))
            told[f"psnr of {name}"] = float((10 * torch.log10(4 / apart)).mean())
        return told

    def sample(self) -> Any:
        """Drawings on white, below each what it becomes; the same of grounds."""
        network = bare(self.networks)
        device = next(network.parameters()).device
        drawn = np.linspace(2, data.drawings() - 1, SHOWN).astype(int).tolist()
        ground = np.linspace(0, len(data.grounds()) - 1, SHOWN).astype(int).tolist()
        made = network(*_asked(drawn, ground, device))
        rows = [on_white(self._drawings(drawn)), on_white(made[0].cpu())]
        rows += [self._grounds(ground), made[1].cpu()]
        side = max(row.shape[-1] for row in rows)
        return np.concatenate([_row(row, side) for row in rows])

    def save(self, folder: Path) -> None:
        checkpoint.save(bare(self.networks), folder, self.keep)


def in_turn(draw: tuple[int, ...], count: int, rows: int) -> list[int]:
    """Which of `count` things the batch of a step shows: all of them, before any comes again."""
    seed, step, *_ = draw
    first = step * rows
    numbers = []
    for place in range(first, first + rows):
        turn, at = divmod(place, count)
        numbers.append(int(np.random.default_rng((seed, turn)).permutation(count)[at]))
    return numbers


def on_white(x: Tensor) -> Tensor:
    """Premultiplied drawings (B, 4, S, S) in [-1, 1] -> (B, 3, S, S) on white."""
    clear = (1 - x[:, 3:]) / 2  # how much of the ground is seen
    return x[:, :3] + 2 * clear


def _row(x: Tensor, side: int) -> Any:
    wide = nn.functional.interpolate(x.float(), (side, side), mode="nearest")
    return np.concatenate(tensor_to_images(wide), axis=1)


Told = tuple[Tensor, Tensor]  # numbers (B,) and their labels (B, 2)


def _asked(drawn: list[int], ground: list[int], device: torch.device) -> tuple[Told, Told]:
    """What the network is told of drawings, and of grounds."""

    def told(numbers: list[int], labels_of: Callable[[int], tuple[int, int]]) -> Told:
        labels = [labels_of(number) for number in numbers]
        return torch.tensor(numbers, device=device), torch.tensor(labels, device=device)

    return told(drawn, data.drawing_labels), told(ground, data.ground_labels)
