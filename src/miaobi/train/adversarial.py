"""What a step of a GAN minimizes: min over G, max over D of V(D, G), one after the other."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from miaobi.core.checks import check_choice, check_range
from miaobi.core.errors import OptionError
from miaobi.data.image import PictureConfig, PictureSource, draw_batch
from miaobi.models import checkpoint, gan
from miaobi.train.loop import Terms, bare
from miaobi.train.pictures import SHOWN, rows_of

# loss -> (the discriminator's, the generator's)
LOSSES = {
    "hinge": (gan.hinge_discriminator, gan.hinge_generator),
    "non-saturating": (gan.logistic_discriminator, gan.logistic_generator),
}
SPREAD = 0.01  # of the noise that finds slopes
STYLE_ROWS = 3  # of samples


@dataclass(frozen=True)
class AdversarialConfig:
    """How a GAN learns."""

    kind: str = "non-saturating"  # a row of LOSSES
    r1: float = 1.0  # of the discriminator's squared slope at real pictures
    every: int = 4  # steps between two looks at that slope
    limit: float = 1.5  # of z in samples: smaller is safer and less various
    near: float = 0.0  # at first, of how far what is made is from a drawing of the same labels
    near_steps: int = 1  # until nothing is left of that
    alone: int = 0  # first steps, in which the generator learns from that only

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


class Adversarial:
    """A discriminator learns to tell drawings from what a generator makes, which learns from it."""

    def __init__(
        self,
        networks: tuple[nn.Module, nn.Module],
        source: PictureSource,
        data: PictureConfig,
        config: AdversarialConfig,
        keep: str = "float32",
    ) -> None:
        self.networks = {"discriminator": networks[1], "generator": networks[0]}
        self.source, self.data, self.config, self.keep = source, data, config, keep

    def losses(self, draw: tuple[int, ...], device: torch.device) -> Iterator[tuple[str, Terms]]:
        make, step = self.networks["generator"], draw[1]
        batch = draw_batch(self.source, self.data.rows, draw)
        x, labels = batch.pictures.to(device), batch.labels.to(device)
        fake = make(gan.draw(len(x), bare(self.networks, "generator").config).to(device), labels)
        terms: Terms = {"loss": torch.zeros((), device=device)}
        near = self.config.near * max(0.0, 1 - step / self.config.near_steps)
        if near:  # what a drawing of these labels is like on average is learned sooner this way
            terms = {"apart": (fake.float() - x).abs().mean()}
            terms["loss"] = near * terms["apart"]
        if step >= self.config.alone:
            yield "discriminator", self._judged(x, fake.detach(), labels, step)
            of_maker = LOSSES[self.config.kind][1]
            terms["loss"] = terms["loss"] + of_maker(self.networks["discriminator"](fake, labels))
        yield "generator", terms

    def _judged(self, x: Tensor, fake: Tensor, labels: Tensor, step: int) -> Terms:
        """What the discriminator minimizes: real pictures x and made ones, (B, 3, H, W)."""
        judge, of_judge = self.networks["discriminator"], LOSSES[self.config.kind][0]
        # in one batch, or the two would be told apart by what the batch says of its variety
        scores, seen = judge(x, labels), judge(fake, labels)
        terms = {"loss": of_judge(scores, seen), "real": scores.mean(), "fake": seen.mean()}
        if self.config.r1 and step % self.config.every == 0:
            nearby = judge(x + SPREAD * torch.randn_like(x), labels)
            slope = gan.r1_nearby(scores, nearby, SPREAD)
            terms["loss"] = terms["loss"] + self.config.r1 * self.config.every * slope
        return terms

    def validate(self, device: torch.device) -> dict[str, float]:
        """How well the discriminator tells held-out drawings from made ones, in its own scores."""
        judge = bare(self.networks, "discriminator")
        batch = self.source.held_out(self.data.rows, 0)
        labels = batch.labels.to(device)
        make = bare(self.networks, "generator")
        z = gan.draw(len(labels), make.config, generator=torch.Generator().manual_seed(0))
        real = judge(batch.pictures.to(device), labels).mean().item()
        return {"advantage": real - judge(make(z.to(device), labels), labels).mean().item()}

    def sample(self) -> Any:
        """The subjects of held-out pictures, a row for each draw of z."""
        network = bare(self.networks, "generator")
        device = next(network.parameters()).device
        labels = self.source.held_out(SHOWN, 0).labels.to(device)
        draw = torch.Generator().manual_seed(0)
        rows: list[Tensor] = []
        for _ in range(STYLE_ROWS):
            z = gan.draw(len(labels), network.config, self.config.limit, draw)
            rows.append(network(z.to(device), labels))
        return rows_of(rows)

    def save(self, folder: Path) -> None:
        """The generator alone: pictures are made with it."""
        checkpoint.save(bare(self.networks, "generator"), folder, self.keep)
