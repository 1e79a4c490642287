"""Class-conditional generative adversarial network (Goodfellow et al., 2014) for images.

    z (B, Z), labels --mapping--> w (B, D) --4 x 4 start, blocks modulated by w, upsampling-->
    x (B, C, H, W) in [-1, 1]

    x, labels --blocks, downsampling to 4 x 4--> scores (B,), above 0 for real images

As in StyleGAN (Karras et al., 2019), w modulates every block; as in FastGAN (Liu et al., 2021), the
largest resolutions are cheap: channels become patches, and patches channels, in one step. The
discriminator is a projection one (Miyato & Koyama, 2018).
Read downwards: config, presets, generator, discriminator, losses.
"""

import math
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from miaobi.core.errors import OptionError
from miaobi.nn.conv import ConvBlock, Down, Up, channels_last, convolution, shuffle, unshuffle

START = 4  # height and width of the lowest resolution
GROUP = 4  # images per group of the minibatch standard deviation


@dataclass(frozen=True)
class GANConfig:
    """Everything needed to rebuild both networks; stored as JSON beside their weights."""

    channels: int = 3  # C
    latent: int = 128  # Z
    context: int = 192  # D, width of w
    conditions: tuple[int, ...] = ()  # number of classes in each column of the labels
    widths: tuple[int, ...] = (256, 256, 160, 96, 48)  # channels of the generator, from 4 x 4 up
    patch: int = 2  # pixels of a side made from the generator's last channels
    judge_widths: tuple[int, ...] = (96, 160, 256, 256)  # of the discriminator, down to 4 x 4
    judge_patch: int = 4  # pixels of a side that become the discriminator's first channels


# side in pixels: widths and patch of the generator, widths and patch of the discriminator
SIDES = {
    64: ((256, 256, 160, 64), 2, (96, 192, 256), 4),
    128: ((256, 256, 160, 96), 4, (96, 160, 256, 256), 4),
    256: ((256, 256, 160, 96, 48), 4, (64, 96, 160, 256, 256), 4),
}


def preset(side: int, conditions: tuple[int, ...] = ()) -> GANConfig:
    """Return the config of our own model for images of a side in SIDES. Raises OptionError."""
    if side not in SIDES:
        raise OptionError(
            "A side of {side} pixels is not known: choose from {known}.",
            side=side,
            known=", ".join(map(str, SIDES)),
        )
    widths, patch, judge_widths, judge_patch = SIDES[side]
    return GANConfig(
        conditions=conditions,
        widths=widths,
        patch=patch,
        judge_widths=judge_widths,
        judge_patch=judge_patch,
    )


def image_size(config: GANConfig) -> int:
    """Return the side of generated images in pixels."""
    return START * 2 ** (len(config.widths) - 1) * config.patch


class LabelEmbedding(nn.Module):
    """Sum of one embedding per column: labels (B, columns) -> (B, D); the last row means "none"."""

    def __init__(self, conditions: tuple[int, ...], width: int) -> None:
        super().__init__()
        self.tables = nn.ModuleList(nn.Embedding(count + 1, width) for count in conditions)
        unconditional = torch.tensor(conditions, dtype=torch.long)
        self.register_buffer("unconditional", unconditional, persistent=False)

    def forward(self, labels: Tensor | None, rows: int) -> Tensor:
        """Embed labels (B, columns), or none of them, as (B, D)."""
        if labels is None:
            labels = self.get_buffer("unconditional").expand(rows, -1)
        columns = [table(labels[:, i]) for i, table in enumerate(self.tables)]
        return torch.stack(columns).sum(0)


class Generator(nn.Module):
    """Generator of images from latents and labels."""

    def __init__(self, config: GANConfig) -> None:
        super().__init__()
        self.config = config
        widths, context = config.widths, config.context
        conditional = bool(config.conditions)
        self.labels = LabelEmbedding(config.conditions, config.latent) if conditional else None
        self.mapping = nn.Sequential(
            nn.Linear(config.latent * (2 if conditional else 1), context),
            nn.SiLU(),
            nn.Linear(context, context),
            nn.SiLU(),
        )
        self.start = nn.Linear(context, widths[0] * START**2)
        layers: list[nn.Module] = [ConvBlock(2, widths[0], context)]
        for wide, narrow in zip(widths, widths[1:], strict=False):
            layers += [Up(wide, narrow, (2, 2)), ConvBlock(2, narrow, context)]
        self.layers = nn.ModuleList(layers)
        self.head = convolution(2, widths[-1], config.channels * config.patch**2)
        channels_last(self, 2)

    @property
    def size(self) -> tuple[int, int]:
        """Height and width of generated images in pixels."""
        return (image_size(self.config),) * 2

    def forward(self, z: Tensor, labels: Tensor | None = None) -> Tensor:
        """Generate (B, C, H, W) in [-1, 1] from z (B, Z) and labels (B, len(conditions))."""
        return self.synthesize(self.map_latents(z, self.embed_labels(labels, len(z))))

    def embed_labels(self, labels: Tensor | None, rows: int) -> Tensor | None:
        """Embed labels (B, len(conditions)) as (B, Z); None for a model without classes."""
        return None if self.labels is None else self.labels(labels, rows)

    def map_latents(self, z: Tensor, embedding: Tensor | None) -> Tensor:
        """Map z (B, Z) and the embedding (B, Z) of its labels to w (B, D)."""
        z = F.layer_norm(z, z.shape[-1:])  # only the direction of z counts
        return self.mapping(z if embedding is None else torch.cat((z, embedding), dim=1))

    def synthesize(self, w: Tensor) -> Tensor:
        """Generate (B, C, H, W) in [-1, 1] from w (B, D)."""
        h = self.start(w).view(len(w), -1, START, START)
        for layer in self.layers:
            h = layer(h, w) if isinstance(layer, ConvBlock) else layer(h)
        x = self.head(F.silu(h))  # (B, C*patch², H/patch, W/patch)
        return shuffle(x, (self.config.patch,) * 2).tanh()


class Discriminator(nn.Module):
    """Classifier of real against generated images, given their labels."""

    def __init__(self, config: GANConfig) -> None:
        super().__init__()
        self.config = config
        widths, patch = config.judge_widths, config.judge_patch
        self.stem = convolution(2, config.channels * patch**2, widths[0])
        layers: list[nn.Module] = [ConvBlock(2, widths[0])]
        for narrow, wide in zip(widths, widths[1:], strict=False):
            layers += [Down(narrow, wide, (2, 2)), ConvBlock(2, wide)]
        self.layers = nn.Sequential(*layers)
        self.mixed = convolution(2, widths[-1] + 1, widths[-1])
        self.features = nn.Linear(widths[-1] * START**2, widths[-1])
        self.head = nn.Linear(widths[-1], 1)
        self.labels = LabelEmbedding(config.conditions, widths[-1]) if config.conditions else None
        channels_last(self, 2)

    def forward(self, x: Tensor, labels: Tensor | None = None) -> Tensor:
        """Score x (B, C, H, W) in [-1, 1] with labels (B, len(conditions)): logits (B,)."""
        h = self.layers(self.stem(unshuffle(x, (self.config.judge_patch,) * 2)))  # (B, W, 4, 4)
        h = F.silu(self.mixed(torch.cat((h, minibatch_stddev(h)), dim=1)))
        h = F.silu(self.features(h.flatten(1)))  # (B, W)
        scores = self.head(h)[:, 0]
        if self.labels is not None:
            scores = scores + (h * self.labels(labels, len(h))).sum(1) / math.sqrt(h.shape[1])
        return scores.float()


def minibatch_stddev(h: Tensor) -> Tensor:
    """Compute the minibatch standard deviation of h (B, C, H, W): (B, 1, H, W).

    With it the discriminator detects mode collapse (Karras et al., 2018).
    """
    group = math.gcd(len(h), GROUP)
    parts = h.float().reshape(group, -1, *h.shape[1:])  # (G, B/G, C, H, W)
    deviation = (parts.var(0, unbiased=False) + 1e-8).sqrt().mean((1, 2, 3))  # (B/G,)
    return deviation.repeat(group).view(-1, 1, 1, 1).expand(-1, 1, *h.shape[2:]).to(h.dtype)


def sample_latents(
    rows: int,
    config: GANConfig,
    limit: float | None = None,
    generator: torch.Generator | None = None,
) -> Tensor:
    """Sample z (B, Z) of B rows from the unit Gaussian, truncated to ±limit if given.

    A truncated Gaussian trades variety for quality (Brock et al., 2019).
    """
    uniform = torch.rand(rows, config.latent, generator=generator)
    edge = 1e-6 if limit is None else float(torch.special.ndtr(torch.tensor(-float(limit))))
    return torch.special.ndtri(edge + uniform * (1 - 2 * edge))


def hinge_discriminator(real: Tensor, fake: Tensor) -> Tensor:
    """Compute the discriminator's hinge loss () of scores (B,) of each (Lim & Ye, 2017)."""
    return F.relu(1 - real).mean() + F.relu(1 + fake).mean()


def hinge_generator(fake: Tensor) -> Tensor:
    """Compute the generator's hinge loss () of scores (B,)."""
    return -fake.mean()


def logistic_discriminator(real: Tensor, fake: Tensor) -> Tensor:
    """Compute the discriminator's cross-entropy () in nats of scores (B,) of each."""
    return F.softplus(-real).mean() + F.softplus(fake).mean()


def logistic_generator(fake: Tensor) -> Tensor:
    """Compute the non-saturating generator loss () of scores (B,) (Goodfellow et al., 2014)."""
    return F.softplus(-fake).mean()


def r1(scores: Tensor, real: Tensor) -> Tensor:
    """Compute the R1 gradient penalty () of scores (B,) at real images (Mescheder et al., 2018).

    `real` (B, C, H, W) must require gradients before it is scored.
    """
    (gradient,) = torch.autograd.grad(scores.sum(), real, create_graph=True)
    return 0.5 * gradient.square().flatten(1).sum(1).mean()


def r1_finite_difference(scores: Tensor, perturbed: Tensor, sigma: float) -> Tensor:
    """Approximate `r1` () by scores (B,) of real + sigma * noise, without second derivatives.

    For small sigma the mean squared difference is that of the gradient (Lin et al., 2025).
    """
    return 0.5 * ((perturbed - scores) / sigma).square().mean()
