"""Generative adversarial network (Goodfellow et al., 2014) for pictures, told class and style.

    z (B, Z), labels --mapping--> w (B, D) --4 x 4 start, blocks that listen to w, upsampling-->
    x (B, C, H, W) in [-1, 1]

    x, labels --blocks, downsampling, 4 x 4 end--> scores (B,), above 0 for what looks real

As in StyleGAN (Karras et al., 2019) w speaks to every block; as in FastGAN (Liu et al., 2021) the
largest sizes are kept cheap: patches come out of channels, and go into channels, at once. The
discriminator compares what it sees with the labels' vectors (projection, Miyato & Koyama, 2018).
Read downwards: config, presets, generator, discriminator, losses.
"""

import math
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from miaobi.core.errors import OptionError
from miaobi.nn.conv import ConvBlock, Down, Up, channels_last, convolution, shuffle, unshuffle

START = 4  # rows and columns of the smallest level
GROUP = 4  # pictures whose variety the discriminator sees together


@dataclass(frozen=True)
class GANConfig:
    """All that is needed to rebuild both networks; kept as JSON beside their weights."""

    channels: int = 3  # C
    latent: int = 128  # Z
    context: int = 192  # D, width of w
    conditions: tuple[int, ...] = ()  # how many classes each column of the labels has
    widths: tuple[int, ...] = (256, 256, 160, 96, 48)  # of the generator, from 4 x 4, doubling
    patch: int = 2  # places of each axis that the generator's last channels become
    judge_widths: tuple[int, ...] = (96, 160, 256, 256)  # of the discriminator, down to 4 x 4
    judge_patch: int = 4  # places of each axis that become its first channels


def preset(side: int, conditions: tuple[int, ...] = ()) -> GANConfig:
    """Our own models; the side of the picture is the one dial. Raises OptionError."""
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


def side_of(config: GANConfig) -> int:
    """Pixels of a side of the pictures."""
    return START * 2 ** (len(config.widths) - 1) * config.patch


# side: the generator's widths and patch, the discriminator's
SIDES = {
    64: ((256, 256, 160, 64), 2, (96, 192, 256), 4),
    128: ((256, 256, 160, 96), 4, (96, 160, 256, 256), 4),
    256: ((256, 256, 160, 96, 48), 4, (64, 96, 160, 256, 256), 4),
}


class Labels(nn.Module):
    """(B, columns) classes -> (B, D), the sum of a vector each; the last row is "not told"."""

    def __init__(self, conditions: tuple[int, ...], width: int) -> None:
        super().__init__()
        self.tables = nn.ModuleList(nn.Embedding(count + 1, width) for count in conditions)
        untold = torch.tensor(conditions, dtype=torch.long)
        self.register_buffer("untold", untold, persistent=False)

    def forward(self, labels: Tensor | None, rows: int) -> Tensor:
        if labels is None:
            labels = self.get_buffer("untold").expand(rows, -1)
        columns = [table(labels[:, i]) for i, table in enumerate(self.tables)]
        return torch.stack(columns).sum(0)


class Generator(nn.Module):
    """From noise and labels to a picture."""

    def __init__(self, config: GANConfig) -> None:
        super().__init__()
        self.config = config
        widths, context = config.widths, config.context
        self.labels = Labels(config.conditions, config.latent) if config.conditions else None
        told = config.latent if config.conditions else 0
        self.mapping = nn.Sequential(
            nn.Linear(config.latent + told, context),
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
        """Height and width of its pictures."""
        return (side_of(self.config),) * 2

    def forward(self, z: Tensor, labels: Tensor | None = None) -> Tensor:
        """z (B, Z), labels (B, len(conditions)) or None, not told -> (B, C, H, W) in [-1, 1]."""
        return self.paint(self.mapped(z, self.told(labels, len(z))))

    def told(self, labels: Tensor | None, rows: int) -> Tensor | None:
        """What labels (B, len(conditions)) say: (B, Z); None where there are no classes."""
        return None if self.labels is None else self.labels(labels, rows)

    def mapped(self, z: Tensor, told: Tensor | None) -> Tensor:
        """z (B, Z) and what `told` said -> w (B, D)."""
        z = F.layer_norm(z, z.shape[-1:])  # its direction counts
        return self.mapping(z if told is None else torch.cat((z, told), dim=1))

    def paint(self, w: Tensor) -> Tensor:
        """w (B, D) -> (B, C, H, W) in [-1, 1]."""
        h = self.start(w).view(len(w), -1, START, START)
        for layer in self.layers:
            h = layer(h, w) if isinstance(layer, ConvBlock) else layer(h)
        x = self.head(F.silu(h))  # (B, C*patch², H/patch, W/patch)
        return shuffle(x, (self.config.patch,) * 2).tanh()


class Discriminator(nn.Module):
    """From a picture and its labels to how real it looks."""

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
        self.labels = Labels(config.conditions, widths[-1]) if config.conditions else None
        channels_last(self, 2)

    def forward(self, x: Tensor, labels: Tensor | None = None) -> Tensor:
        """x (B, C, H, W) in [-1, 1], labels (B, len(conditions)) or None -> scores (B,)."""
        h = self.layers(self.stem(unshuffle(x, (self.config.judge_patch,) * 2)))  # (B, W, 4, 4)
        h = F.silu(self.mixed(torch.cat((h, variety(h)), dim=1)))
        h = F.silu(self.features(h.flatten(1)))  # (B, W)
        scores = self.head(h)[:, 0]
        if self.labels is not None:
            scores = scores + (h * self.labels(labels, len(h))).sum(1) / math.sqrt(h.shape[1])
        return scores.float()


def variety(h: Tensor) -> Tensor:
    """(B, W, H, W') -> (B, 1, H, W'): how much a few pictures of the batch differ (Karras, 2018).

    Without it a generator may draw one good picture for ever.
    """
    group = math.gcd(len(h), GROUP)
    parts = h.float().reshape(group, -1, *h.shape[1:])  # (G, B/G, W, H, W')
    spread = (parts.var(0, unbiased=False) + 1e-8).sqrt().mean((1, 2, 3))  # (B/G,)
    return spread.repeat(group).view(-1, 1, 1, 1).expand(-1, 1, *h.shape[2:]).to(h.dtype)


def draw(
    rows: int,
    config: GANConfig,
    limit: float | None = None,
    generator: torch.Generator | None = None,
) -> Tensor:
    """z (rows, Z) from the unit Gaussian, or from its part within ±limit: safer, less various."""
    share = torch.rand(rows, config.latent, generator=generator)
    edge = 1e-6 if limit is None else float(torch.special.ndtr(torch.tensor(-float(limit))))
    return torch.special.ndtri(edge + share * (1 - 2 * edge))


def hinge_discriminator(real: Tensor, fake: Tensor) -> Tensor:
    """Scores (B,) of both -> (): real ones above 1, made ones below -1 (Lim & Ye, 2017)."""
    return F.relu(1 - real).mean() + F.relu(1 + fake).mean()


def hinge_generator(fake: Tensor) -> Tensor:
    """Scores (B,) of what was made -> (): the higher the better."""
    return -fake.mean()


def logistic_discriminator(real: Tensor, fake: Tensor) -> Tensor:
    """Scores (B,) of both -> (): the nats of telling them apart."""
    return F.softplus(-real).mean() + F.softplus(fake).mean()


def logistic_generator(fake: Tensor) -> Tensor:
    """Scores (B,) of what was made -> (): non-saturating (Goodfellow et al., 2014)."""
    return F.softplus(-fake).mean()


def r1(scores: Tensor, real: Tensor) -> Tensor:
    """Squared slope of the scores (B,) at real pictures, halved: () (Mescheder et al., 2018).

    `real` must require gradients before it is judged.
    """
    (slope,) = torch.autograd.grad(scores.sum(), real, create_graph=True)
    return 0.5 * slope.square().flatten(1).sum(1).mean()


def r1_nearby(scores: Tensor, nearby: Tensor, spread: float) -> Tensor:
    """The same from scores of real + spread * noise, without a gradient of a gradient: ().

    For small spreads the mean square of the differences is that of the slope (Lin et al., 2025).
    """
    return 0.5 * ((nearby - scores) / spread).square().mean()
