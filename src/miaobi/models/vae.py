"""Variational autoencoder (Kingma & Welling, 2013) for sound, pictures and clips.

One network serves all three; only the number of axes S differs. Values lie in [-1, 1].

    dims=1   sound      x (B, C, T)
    dims=2   pictures   x (B, C, H, W)
    dims=3   clips      x (B, C, F, H, W)

    x (B, C, *S) --encode--> Posterior --sample--> z --decode--> y (B, C, *S)

    bottleneck="grid"     z (B, Z, *S/f)   what latent diffusion learns on
    bottleneck="vector"   z (B, Z)         a generator, with z drawn from the unit Gaussian

with f = patch * 2 ** (levels - 1): whole patches become channels at once, so that full size costs
next to nothing. Labels, where there are any, modulate every block of both halves; beside a vector
they are also what the smallest level is made from, so that they can say what stands where.
Read downwards: config, posterior, the two halves, network.
"""

import math
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from miaobi.core.errors import OptionError
from miaobi.nn.conv import ConvBlock, Down, Up, channels_last, convolution, shuffle, unshuffle


@dataclass(frozen=True)
class VAEConfig:
    """All that is needed to rebuild the network; kept as JSON beside its weights."""

    dims: int = 2  # 1 sound, 2 pictures, 3 clips
    channels: int = 3  # C, of the media
    bottleneck: str = "grid"  # "grid" or "vector"
    latent: int = 16  # Z
    patch: int = 4  # places of each axis that become channels at once
    widths: tuple[int, ...] = (64, 128, 256)  # channels, a level each; each halves every axis
    encoder_blocks: int = 1  # at each level
    decoder_blocks: int = 2
    frame_patch: int = 1  # of clips: frames that become channels at once
    frame_halvings: int = 0  # of clips: how many of the last halvings halve the frames too
    size: tuple[int, ...] = ()  # S, which a vector bottleneck has to know
    conditions: tuple[int, ...] = ()  # how many classes each column of the labels has
    context: int = 128  # width of what labels become
    hidden: int = 256  # of a vector bottleneck: where labels and z meet


def factors(config: VAEConfig) -> list[tuple[int, ...]]:
    """By how much each axis shrinks: at the stem, then at every level after the first."""
    halvings = len(config.widths) - 1
    steps = [(config.patch,) * config.dims] + [(2,) * config.dims] * halvings
    if config.dims == 3:
        frames = [1] * (halvings - config.frame_halvings) + [2] * config.frame_halvings
        steps = [
            (f, *step[1:]) for f, step in zip([config.frame_patch, *frames], steps, strict=True)
        ]
    return steps


@dataclass(frozen=True)
class Posterior:
    """Diagonal Gaussian over latents: mean and logvar, each of the latent's shape."""

    mean: Tensor
    logvar: Tensor

    def sample(self, generator: torch.Generator | None = None) -> Tensor:
        """Draw z as mean + noise * std, so that gradients reach the encoder."""
        noise = torch.empty_like(self.mean).normal_(generator=generator)
        return self.mean + noise * torch.exp(0.5 * self.logvar)

    def mode(self) -> Tensor:
        """The likeliest z."""
        return self.mean

    def kl(self) -> Tensor:
        """Distance to the unit Gaussian in nats, one number per item: (B,)."""
        terms = self.mean.square() + self.logvar.exp() - 1 - self.logvar
        return 0.5 * terms.flatten(1).sum(1)


class Encoder(nn.Module):
    """x (B, C, *S) -> mean and logvar side by side, (B, 2Z, *S/f) or (B, 2Z)."""

    def __init__(self, config: VAEConfig, context: int) -> None:
        super().__init__()
        dims, widths, (stem, *halvings) = config.dims, config.widths, factors(config)
        self.patch = stem
        self.stem = convolution(dims, config.channels * math.prod(stem), widths[0])
        layers: list[nn.Module] = []
        for level, width in enumerate(widths):
            if level:
                layers.append(Down(widths[level - 1], width, halvings[level - 1]))
            layers += [ConvBlock(dims, width, context) for _ in range(config.encoder_blocks)]
        self.layers = nn.ModuleList(layers)
        places = math.prod(smallest(config)) if config.bottleneck == "vector" else 0
        self.head = (
            nn.Linear(widths[-1] * places, 2 * config.latent)
            if places
            else convolution(dims, widths[-1], 2 * config.latent, 1)
        )

    def forward(self, x: Tensor, context: Tensor | None) -> Tensor:
        h = self.stem(unshuffle(x, self.patch))  # (B, W0, *S/patch)
        for layer in self.layers:
            h = layer(h, context) if isinstance(layer, ConvBlock) else layer(h)
        return self.head(h.flatten(1) if isinstance(self.head, nn.Linear) else h)


class Decoder(nn.Module):
    """z (B, Z, *S/f), or z and labels side by side (B, Z + context) -> y (B, C, *S)."""

    def __init__(self, config: VAEConfig, context: int) -> None:
        super().__init__()
        dims, (stem, *halvings), widths = config.dims, factors(config), config.widths
        self.patch, self.deep = stem, (widths[-1], *smallest(config))
        told = config.latent + (config.context if config.conditions else 0)
        self.stem = (
            nn.Sequential(
                nn.Linear(told, config.hidden),
                nn.SiLU(),
                nn.Linear(config.hidden, math.prod(self.deep)),
            )
            if config.bottleneck == "vector"
            else convolution(dims, config.latent, widths[-1])
        )
        layers: list[nn.Module] = []
        for level in reversed(range(len(widths))):
            layers += [
                ConvBlock(dims, widths[level], context) for _ in range(config.decoder_blocks)
            ]
            if level:
                layers.append(Up(widths[level], widths[level - 1], halvings[level - 1]))
        self.layers = nn.ModuleList(layers)
        self.head = convolution(dims, widths[0], config.channels * math.prod(stem))

    def forward(self, z: Tensor, context: Tensor | None) -> Tensor:
        h = self.stem(z)
        if isinstance(self.stem, nn.Sequential):
            h = h.view(-1, *self.deep)  # (B, W, *S/f)
        for layer in self.layers:
            h = layer(h, context) if isinstance(layer, ConvBlock) else layer(h)
        return shuffle(self.head(F.silu(h)), self.patch)  # (B, C, *S)


class VAE(nn.Module):
    """An encoder that shrinks and widens, and a decoder that undoes it."""

    def __init__(self, config: VAEConfig) -> None:
        super().__init__()
        self.config = config
        vector = config.bottleneck == "vector"
        # the last row of each table stands for "not told"
        self.labels = nn.ModuleList(
            nn.Embedding(count + 1, config.context) for count in config.conditions
        )
        self.encoder = Encoder(config, config.context if config.conditions else 0)
        self.decoder = Decoder(config, config.context if config.conditions or vector else 0)
        # a vector speaks to every block, not to the smallest ones only
        self.style = nn.Linear(config.latent, config.context) if vector else None
        channels_last(self, config.dims)

    def encode(
        self, x: Tensor, labels: Tensor | None = None, context: Tensor | None = None
    ) -> Posterior:
        """(B, C, *S) and labels (B, len(conditions)) -> Posterior. Raises OptionError.

        `context` (B, config.context) is what `context_of` makes of labels, or lies between two.

        Every axis of S must be a multiple of f; with a vector bottleneck it must be config.size.
        """
        config = self.config
        f = total_factors(config)
        size = tuple(x.shape[2:])
        if any(s % step for s, step in zip(size, f, strict=True)):
            raise OptionError(
                "A size of {size} does not fit: every side has to be a multiple of {factors}.",
                "Crop or pad it first.",
                size=size,
                factors=f,
            )
        if config.bottleneck == "vector" and size != tuple(config.size):
            raise OptionError(
                "A size of {size} does not fit: this model knows {known} only.",
                "Crop or resize it first.",
                size=size,
                known=tuple(config.size),
            )
        context = self.context_of(labels, len(x)) if context is None else context
        mean, logvar = self.encoder(x, context).float().chunk(2, dim=1)
        return Posterior(mean, logvar.clamp(-30, 10))  # exp(10) still fits in half precision

    def decode(
        self, z: Tensor, labels: Tensor | None = None, context: Tensor | None = None
    ) -> Tensor:
        """z (B, Z, *S/f) or (B, Z), labels or context as above -> (B, C, *S), not clamped."""
        context = self.context_of(labels, len(z)) if context is None else context
        if self.style is None:
            return self.decoder(z, context)
        style = self.style(z)
        if context is None:
            return self.decoder(z, F.silu(style))
        return self.decoder(torch.cat((z, context), dim=1), F.silu(context + style))

    def forward(self, x: Tensor, labels: Tensor | None = None) -> tuple[Tensor, Posterior]:
        """(B, C, *S) -> what it becomes when it goes through a drawn z, and the posterior."""
        posterior = self.encode(x, labels)
        return self.decode(posterior.sample(), labels), posterior

    def context_of(self, labels: Tensor | None, rows: int) -> Tensor | None:
        """(B, len(conditions)) -> (B, context). No labels: nothing is told."""
        if not self.config.conditions:
            return None
        if labels is None:
            labels = self.untold(rows)
        columns = [table(labels[:, i]) for i, table in enumerate(self.labels)]
        return torch.stack(columns).sum(0)

    def untold(self, rows: int) -> Tensor:
        """Labels (rows, len(conditions)) that say nothing."""
        device = next(self.parameters()).device
        return torch.tensor(self.config.conditions, device=device).expand(rows, -1)


def total_factors(config: VAEConfig) -> tuple[int, ...]:
    """f: by how much each axis shrinks from the media to the latent."""
    return tuple(math.prod(axis) for axis in zip(*factors(config), strict=True))


def smallest(config: VAEConfig) -> tuple[int, ...]:
    """The size of what a vector is made from, and becomes; () where the size is free."""
    f = total_factors(config)
    return tuple(s // f for s, f in zip(config.size, f, strict=True)) if config.size else ()
