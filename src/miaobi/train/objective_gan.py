"""Objective of a GAN: min over G, max over D of V(D, G), one network after the other."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from miaobi.core.arrays import Pixels
from miaobi.core.checks import check_choice, check_range
from miaobi.core.errors import OptionError
from miaobi.data.batches import PictureSource, draw_batch
from miaobi.data.image import PictureConfig
from miaobi.models import checkpoint, gan
from miaobi.train.loop import LossTerms, unwrap
from miaobi.train.objective_autoencoder import SHOWN, picture_grid
from miaobi.train.throughput import BatchSize

# kind -> losses of the discriminator and of the generator
LOSSES = {
    "hinge": (gan.hinge_discriminator, gan.hinge_generator),
    "non-saturating": (gan.logistic_discriminator, gan.logistic_generator),
}
SIGMA = 0.01  # of the noise that approximates gradients
SAMPLE_ROWS = 3  # latents per label in a sample


@dataclass(frozen=True)
class GANLossConfig:
    """Options of a GAN's losses. Raises OptionError."""

    kind: str = "non-saturating"  # a row of LOSSES
    r1: float = 1.0  # weight of the gradient penalty at real pictures
    every: int = 4  # steps between two computations of that penalty
    limit: float = 1.5  # truncation of z in samples: smaller is safer and less varied
    near: float = 0.0  # initial weight of the distance to a drawing with the same labels
    near_steps: int = 1  # steps until that weight has decayed to 0
    alone: int = 0  # first steps, in which the generator minimizes that distance only

    def __post_init__(self) -> None:
        check_choice("kind", self.kind, tuple(LOSSES))
        check_range("r1", self.r1, 0, 1000)
        check_range("every", self.every, 1, 1000)
        check_range("limit", self.limit, 0.01, 5)
        check_range("near", self.near, 0, 1000)
        check_range("near_steps", self.near_steps, 1, 100_000_000)
        check_range("alone", self.alone, 0, 100_000_000)
        if self.alone and (self.near == 0 or self.alone > self.near_steps):
            raise OptionError(
                "loss.alone is {alone}: in some of these steps the generator would learn nothing.",
                "Set loss.near to 10 for example, and loss.near_steps to {alone} or more.",
                alone=self.alone,
            )


class GANObjective:
    """Adversarial losses of a discriminator and a generator, in this order."""

    about: dict[str, Any]
    fingerprint: str

    def __init__(
        self,
        networks: tuple[gan.Generator, gan.Discriminator],
        source: PictureSource,
        data: PictureConfig,
        config: GANLossConfig,
        save_dtype: str = "float32",
    ) -> None:
        self.networks: dict[str, nn.Module] = {
            "discriminator": networks[1],
            "generator": networks[0],
        }
        self.source, self.data, self.config = source, data, config
        self.save_dtype = save_dtype
        self.batch_size = BatchSize(data.rows)

    def losses(
        self, seed_path: tuple[int, ...], device: torch.device
    ) -> Iterator[tuple[str, LossTerms]]:
        generator, index = self.networks["generator"], seed_path[1]
        batch = draw_batch(self.source, self.data.rows, seed_path)
        x, labels = batch.pictures.to(device), batch.labels.to(device)
        z = gan.sample_latents(len(x), unwrap(self.networks, "generator").config)
        fake = generator(z.to(device), labels)
        terms: LossTerms = {"loss": torch.zeros((), device=device)}
        weight = self.config.near * max(0.0, 1 - index / self.config.near_steps)
        if weight:  # the average drawing of each label is learned faster by reconstruction
            terms = {"apart": (fake.float() - x).abs().mean()}
            terms["loss"] = weight * terms["apart"]
        if index >= self.config.alone:
            yield "discriminator", self._discriminator_terms(x, fake.detach(), labels, index)
            generator_loss = LOSSES[self.config.kind][1]
            scores = self.networks["discriminator"](fake, labels)
            terms["loss"] = terms["loss"] + generator_loss(scores)
        yield "generator", terms

    def _discriminator_terms(
        self, x: Tensor, fake: Tensor, labels: Tensor, index: int
    ) -> LossTerms:
        """Compute the terms for real and generated pictures, each (B, 3, H, W)."""
        discriminator, loss = self.networks["discriminator"], LOSSES[self.config.kind][0]
        # separate batches, since the minibatch standard deviation of a mixed one reveals nothing
        real_scores, fake_scores = discriminator(x, labels), discriminator(fake, labels)
        terms = {
            "loss": loss(real_scores, fake_scores),
            "real": real_scores.mean(),
            "fake": fake_scores.mean(),
        }
        if self.config.r1 and index % self.config.every == 0:
            perturbed = discriminator(x + SIGMA * torch.randn_like(x), labels)
            penalty = gan.r1_finite_difference(real_scores, perturbed, SIGMA)
            terms["loss"] = terms["loss"] + self.config.r1 * self.config.every * penalty
        return terms

    def validate(self, device: torch.device) -> dict[str, float]:
        """Compute the mean score of held-out pictures minus that of generated ones."""
        discriminator = unwrap(self.networks, "discriminator")
        generator = unwrap(self.networks, "generator")
        batch = self.source.held_out(self.data.rows, 0)
        labels, rng = batch.labels.to(device), torch.Generator().manual_seed(0)
        z = gan.sample_latents(len(labels), generator.config, generator=rng).to(device)
        real = discriminator(batch.pictures.to(device), labels).mean().item()
        return {"advantage": real - discriminator(generator(z, labels), labels).mean().item()}

    def sample(self) -> Pixels:
        """Show pictures with the labels of held-out ones, one row per latent."""
        network = unwrap(self.networks, "generator")
        device = next(network.parameters()).device
        labels = self.source.held_out(SHOWN, 0).labels.to(device)
        rng = torch.Generator().manual_seed(0)
        rows: list[Tensor] = []
        for _ in range(SAMPLE_ROWS):
            z = gan.sample_latents(len(labels), network.config, self.config.limit, rng)
            rows.append(network(z.to(device), labels))
        return picture_grid(rows)

    def save(self, folder: Path) -> None:
        """Write the generator; the discriminator is not needed to make pictures."""
        checkpoint.save(unwrap(self.networks, "generator"), folder, self.save_dtype)
