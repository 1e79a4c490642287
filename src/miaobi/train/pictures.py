"""What a step minimizes where pictures are learned: VAE, GAN, flow matching."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from miaobi.core.checks import check_range
from miaobi.data.image import PictureConfig, PictureSource, draw_batch
from miaobi.data.latents import Latents
from miaobi.diffusion.guidance import guided
from miaobi.diffusion.losses import flow_matching, logit_normal
from miaobi.diffusion.samplers import euler, last
from miaobi.diffusion.schedules import flow_times
from miaobi.models import checkpoint
from miaobi.models.pixels import tensor_to_images
from miaobi.models.tokenizer import caption_ids
from miaobi.train.loop import Terms, bare

VALIDATION = 4  # batches of held-out pictures
SHOWN = 8  # pictures in a row of a sample


@dataclass(frozen=True)
class AutoencodingConfig:
    """Weights of the terms of a VAE's loss."""

    kl: float = 1e-6  # of the distance to the unit Gaussian, in nats a number of the latent
    edges: float = 1.0  # of the differences between neighbors: what blurs would lose
    decoder_only: bool = False  # latents stay what they were: networks that know them stay good

    def __post_init__(self) -> None:
        check_range("kl", self.kl, 0, 1000)
        check_range("edges", self.edges, 0, 1000)


class Autoencoding:
    """A picture through the latent and back: for the VAE, both as latent space and generator."""

    def __init__(
        self,
        network: nn.Module,
        source: PictureSource,
        data: PictureConfig,
        config: AutoencodingConfig,
        keep: str = "float32",
    ) -> None:
        self.networks = {"model": network}
        self.source, self.data, self.config, self.keep = source, data, config, keep
        if config.decoder_only:
            told: Any = network
            told.encoder.requires_grad_(False)
            told.labels.requires_grad_(False)  # the encoder hears them too

    def losses(self, draw: tuple[int, ...], device: torch.device) -> Iterator[tuple[str, Terms]]:
        batch = draw_batch(self.source, self.data.rows, draw)
        yield "model", self._terms(batch.pictures.to(device), batch.labels.to(device))

    def _terms(self, x: Tensor, labels: Tensor) -> Terms:
        told = labels if bare(self.networks).config.conditions else None
        y, posterior = self.networks["model"](x, told)
        y = y.float()
        apart, edges = (y - x).abs().mean(), edge_loss(y, x)
        kl = posterior.kl().mean() / posterior.mean[0].numel()
        loss = apart + self.config.edges * edges + self.config.kl * kl
        return {"loss": loss, "difference": apart, "edges": edges, "kl": kl}

    def validate(self, device: torch.device) -> dict[str, float]:
        """Peak signal-to-noise ratio in dB of held-out pictures, and their terms."""
        told: dict[str, float] = {}
        for number in range(VALIDATION):
            batch = self.source.held_out(self.data.rows, number)
            x, labels = batch.pictures.to(device), batch.labels.to(device)
            terms = self._terms(x, labels)
            network = bare(self.networks)
            known = labels if network.config.conditions else None
            y = network.decode(network.encode(x, known).mode(), known).clamp(-1, 1)
            terms["psnr"] = 10 * torch.log10(4 / (y - x).square().mean((1, 2, 3))).mean()
            for name, value in terms.items():
                told[name] = told.get(name, 0.0) + value.item() / VALIDATION
        return told

    def sample(self) -> Any:
        """Held-out pictures, and below each what is left of it behind the latent."""
        network = bare(self.networks)
        batch = self.source.held_out(SHOWN, 0)
        device = next(network.parameters()).device
        x, labels = batch.pictures.to(device), batch.labels.to(device)
        told = labels if network.config.conditions else None
        return rows_of([x, network.decode(network.encode(x, told).mode(), told)])

    def save(self, folder: Path) -> None:
        checkpoint.save(bare(self.networks), folder, self.keep)


def edge_loss(y: Tensor, x: Tensor) -> Tensor:
    """How far apart the differences of neighbors are, right and down: y, x (B, C, H, W) -> ()."""
    across = (y.diff(dim=-1) - x.diff(dim=-1)).abs().mean()
    return across + (y.diff(dim=-2) - x.diff(dim=-2)).abs().mean()


def rows_of(rows: list[Tensor]) -> Any:
    """Rows of pictures, each (B, 3, H, W) in [-1, 1], as one uint8 picture (R H, B W, 3)."""
    import numpy as np

    return np.concatenate([np.concatenate(tensor_to_images(row), axis=1) for row in rows])


@dataclass(frozen=True)
class FlowConfig:
    """How a text-to-image network learns."""

    unread: float = 0.1  # share of captions left out, so that guidance has something to compare
    shift: float = 1.0  # above 1: more of the noisy times
    guidance: float = 4.0  # of the samples shown while it learns

    def __post_init__(self) -> None:
        check_range("unread", self.unread, 0, 1)
        check_range("shift", self.shift, 0.1, 10)
        check_range("guidance", self.guidance, 1, 30)


class FlowMatching:
    """Which way a noisy latent moves if it is to show what its caption says."""

    def __init__(
        self,
        network: nn.Module,
        autoencoder: nn.Module,
        tokenizer: Any,
        latents: tuple[Latents, Latents],
        data: PictureConfig,
        config: FlowConfig,
        keep: str = "float32",
    ) -> None:
        self.networks = {"model": network}
        self.autoencoder, self.tokenizer = autoencoder, tokenizer
        self.latents, self.others = latents  # to learn from, and held out
        self.data, self.config, self.keep = data, config, keep

    def losses(self, draw: tuple[int, ...], device: torch.device) -> Iterator[tuple[str, Terms]]:
        import numpy as np

        random = np.random.default_rng(draw)
        numbers = random.integers(0, len(self.latents.captions), self.data.rows)
        captions = [
            "" if random.random() < self.config.unread else self.latents.captions[n]
            for n in numbers
        ]
        latents = torch.from_numpy(self.latents.values[numbers]).float()
        t = logit_normal(len(latents), shift=self.config.shift)
        yield "model", {"loss": self._loss(latents, captions, t, device)}

    def _loss(
        self, latents: Tensor, captions: list[str], t: Tensor, device: torch.device
    ) -> Tensor:
        network: Any = self.networks["model"]
        ids, mask = caption_ids(self.tokenizer, captions, bare(self.networks).config.text.context)
        clean = bare(self.networks).normalized(latents.to(device))
        noise = torch.randn(clean.shape).to(device)

        def denoise(z: Tensor, at: Tensor) -> Tensor:
            return network(z, at, ids.to(device), mask.to(device))

        return flow_matching(denoise, clean, noise, t.to(device)).mean()

    def validate(self, device: torch.device) -> dict[str, float]:
        """The loss on held-out pictures, at evenly spread times and the same noise every time."""
        total, rows = 0.0, self.data.rows
        held = torch.from_numpy(self.others.values).float()
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(0)
            for first in range(0, len(held), rows):
                part = held[first : first + rows]
                t = (torch.arange(len(part)) + 0.5) / len(part)
                captions = self.others.captions[first : first + rows]
                total += self._loss(part, captions, t, device).item() * len(part)
        return {"loss": total / len(held)}

    def sample(self) -> Any:
        """Pictures for the first held-out captions, below those that have them."""
        decode: Any = self.autoencoder.decode
        return rows_of([decode(latents) for latents in self.known_and_made(SHOWN)])

    def known_and_made(self, count: int) -> tuple[Tensor, Tensor]:
        """Latents of the first held-out rows, and those that their captions become."""
        network = bare(self.networks)
        device = next(network.parameters()).device
        known = torch.from_numpy(self.others.values[:count]).float().to(device)
        context = network.config.text.context
        ids, mask = caption_ids(self.tokenizer, self.others.captions[:count], context)
        denoise = network.denoiser(ids.to(device), mask.to(device))
        draw = torch.Generator().manual_seed(0)
        noise = torch.randn(known.shape, generator=draw).to(device)
        times = flow_times(20, self.config.shift)
        made = last(euler(guided(denoise, self.config.guidance), noise, times))
        return known, network.restored(made)

    def save(self, folder: Path) -> None:
        checkpoint.save(bare(self.networks), folder, self.keep)
