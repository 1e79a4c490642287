"""Variational autoencoder (Kingma & Welling, 2013) for sound, images and clips.

One network serves all three; only the number of axes S differs. Values lie in [-1, 1].

    dims=1   sound    x (B, C, T)
    dims=2   images   x (B, C, H, W)
    dims=3   clips    x (B, C, F, H, W)

    x (B, C, *S) --encode--> Posterior --sample--> z --decode--> y (B, C, *S)

    bottleneck="grid"     z (B, Z, *S/f)   the latent space of latent diffusion
    bottleneck="vector"   z (B, Z)         a generator, with z from the unit Gaussian

with f = patch * 2 ** (levels - 1): whole patches become channels in one step, so that the full
resolution costs next to nothing. Labels, where there are any, modulate every block of encoder and
decoder; with a vector bottleneck the decoder's lowest resolution is also computed from them, so
that they can determine the layout.
Read downwards: config, posterior, encoder, decoder, network.
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
    """Everything needed to rebuild the network; stored as JSON beside its weights."""

    dims: int = 2  # 1 sound, 2 images, 3 clips
    channels: int = 3  # C, of the media
    bottleneck: str = "grid"  # "grid" or "vector"
    latent: int = 16  # Z
    patch: int = 4  # samples or pixels of each axis that become channels in the first step
    widths: tuple[int, ...] = (64, 128, 256)  # channels of the levels; each halves every axis
    encoder_blocks: int = 1  # per level
    decoder_blocks: int = 2
    frame_patch: int = 1  # of clips: frames that become channels in the first step
    frame_halvings: int = 0  # of clips: number of the last halvings that halve the frames too
    size: tuple[int, ...] = ()  # S, required by a vector bottleneck
    conditions: tuple[int, ...] = ()  # number of classes in each column of the labels
    context: int = 128  # width of embedded labels
    hidden: int = 256  # of a vector bottleneck: width of the decoder's first layer


# widths and decoder blocks of our own models of images
SIZES = {
    "tiny": ((16, 24, 32), 1),
    "small": ((64, 128, 256), 2),
    "medium": ((96, 192, 384), 3),
    "large": ((128, 256, 512), 4),
}


def level_factors(config: VAEConfig) -> list[tuple[int, ...]]:
    """Return the downsampling of each axis, at the stem and at every level after the first."""
    halvings = len(config.widths) - 1
    factors = [(config.patch,) * config.dims] + [(2,) * config.dims] * halvings
    if config.dims == 3:
        frames = [1] * (halvings - config.frame_halvings) + [2] * config.frame_halvings
        factors = [
            (f, *axes[1:]) for f, axes in zip([config.frame_patch, *frames], factors, strict=True)
        ]
    return factors


@dataclass(frozen=True)
class Posterior:
    """Diagonal Gaussian over latents: mean and logvar (B, Z, *S/f) or (B, Z)."""

    mean: Tensor
    logvar: Tensor

    def sample(self, generator: torch.Generator | None = None) -> Tensor:
        """Sample z of the mean's shape by reparameterization: gradients reach the encoder."""
        noise = torch.empty_like(self.mean).normal_(generator=generator)
        return self.mean + noise * torch.exp(0.5 * self.logvar)

    def mode(self) -> Tensor:
        """Return the most likely z, of the mean's shape."""
        return self.mean

    def kl(self) -> Tensor:
        """Compute the KL divergence from the unit Gaussian in nats: (B,)."""
        terms = self.mean.square() + self.logvar.exp() - 1 - self.logvar
        return 0.5 * terms.flatten(1).sum(1)


class Encoder(nn.Module):
    """Encoder: x (B, C, *S) to mean and logvar as channels, (B, 2Z, *S/f) or (B, 2Z)."""

    def __init__(self, config: VAEConfig, context: int) -> None:
        super().__init__()
        dims, widths, (stem, *halvings) = config.dims, config.widths, level_factors(config)
        self.patch = stem
        self.stem = convolution(dims, config.channels * math.prod(stem), widths[0])
        layers: list[nn.Module] = []
        for level, width in enumerate(widths):
            if level:
                layers.append(Down(widths[level - 1], width, halvings[level - 1]))
            layers += [ConvBlock(dims, width, context) for _ in range(config.encoder_blocks)]
        self.layers = nn.ModuleList(layers)
        cells = math.prod(smallest_size(config)) if config.bottleneck == "vector" else 0
        self.head = (
            nn.Linear(widths[-1] * cells, 2 * config.latent)
            if cells
            else convolution(dims, widths[-1], 2 * config.latent, 1)
        )

    def forward(self, x: Tensor, context: Tensor | None) -> Tensor:
        """Compute (B, 2Z, *S/f) or (B, 2Z) from x (B, C, *S) and context (B, context)."""
        h = self.stem(unshuffle(x, self.patch))  # (B, W0, *S/patch)
        for layer in self.layers:
            h = layer(h, context) if isinstance(layer, ConvBlock) else layer(h)
        return self.head(h.flatten(1) if isinstance(self.head, nn.Linear) else h)


class Decoder(nn.Module):
    """Decoder: z (B, Z, *S/f), or z and embedded labels (B, Z + context), to y (B, C, *S)."""

    def __init__(self, config: VAEConfig, context: int) -> None:
        super().__init__()
        dims, (stem, *halvings), widths = config.dims, level_factors(config), config.widths
        self.patch, self.lowest = stem, (widths[-1], *smallest_size(config))
        inputs = config.latent + (config.context if config.conditions else 0)
        self.stem = (
            nn.Sequential(
                nn.Linear(inputs, config.hidden),
                nn.SiLU(),
                nn.Linear(config.hidden, math.prod(self.lowest)),
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
        """Compute y (B, C, *S) from z and context (B, context)."""
        h = self.stem(z)
        if isinstance(self.stem, nn.Sequential):
            h = h.view(-1, *self.lowest)  # (B, W, *S/f)
        for layer in self.layers:
            h = layer(h, context) if isinstance(layer, ConvBlock) else layer(h)
        return shuffle(self.head(F.silu(h)), self.patch)  # (B, C, *S)


class VAE(nn.Module):
    """Variational autoencoder with optional class labels."""

    def __init__(self, config: VAEConfig) -> None:
        super().__init__()
        self.config = config
        vector = config.bottleneck == "vector"
        # the last row of each table means "no label"
        self.labels = nn.ModuleList(
            nn.Embedding(count + 1, config.context) for count in config.conditions
        )
        self.encoder = Encoder(config, config.context if config.conditions else 0)
        self.decoder = Decoder(config, config.context if config.conditions or vector else 0)
        # a vector modulates every block, as in StyleGAN, and not only the lowest resolution
        self.style = nn.Linear(config.latent, config.context) if vector else None
        channels_last(self, config.dims)

    def encode(
        self, x: Tensor, labels: Tensor | None = None, context: Tensor | None = None
    ) -> Posterior:
        """Encode x (B, C, *S) with labels (B, len(conditions)). Raises OptionError.

        Every axis of S must be a multiple of f; with a vector bottleneck S must be config.size.
        `context` (B, config.context), from `embed_labels`, replaces the labels.
        """
        config = self.config
        f = downsampling_factors(config)
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
        context = self.embed_labels(labels, len(x)) if context is None else context
        mean, logvar = self.encoder(x, context).float().chunk(2, dim=1)
        return Posterior(mean, logvar.clamp(-30, 10))  # exp(10) still fits in half precision

    def decode(
        self, z: Tensor, labels: Tensor | None = None, context: Tensor | None = None
    ) -> Tensor:
        """Decode z (B, Z, *S/f) or (B, Z) to (B, C, *S), not clamped; labels as in `encode`."""
        context = self.embed_labels(labels, len(z)) if context is None else context
        if self.style is None:
            return self.decoder(z, context)
        style = self.style(z)
        if context is None:
            return self.decoder(z, F.silu(style))
        return self.decoder(torch.cat((z, context), dim=1), F.silu(context + style))

    def forward(self, x: Tensor, labels: Tensor | None = None) -> tuple[Tensor, Posterior]:
        """Reconstruct x (B, C, *S) from a sampled z; return the posterior with it."""
        posterior = self.encode(x, labels)
        return self.decode(posterior.sample(), labels), posterior

    def embed_labels(self, labels: Tensor | None, rows: int) -> Tensor | None:
        """Embed labels (B, len(conditions)), or none of them, as (B, context)."""
        if not self.config.conditions:
            return None
        if labels is None:
            labels = self.unconditional_labels(rows)
        columns = [table(labels[:, i]) for i, table in enumerate(self.labels)]
        return torch.stack(columns).sum(0)

    def unconditional_labels(self, rows: int) -> Tensor:
        """Return B = `rows` labels (B, columns) that mean "no label"."""
        device = next(self.parameters()).device
        return torch.tensor(self.config.conditions, device=device).expand(rows, -1)


def downsampling_factors(config: VAEConfig) -> tuple[int, ...]:
    """Return f, the downsampling of each axis from the media to the latent."""
    return tuple(math.prod(axis) for axis in zip(*level_factors(config), strict=True))


def smallest_size(config: VAEConfig) -> tuple[int, ...]:
    """Return the size of the lowest resolution; () where the size is free."""
    f = downsampling_factors(config)
    return tuple(s // f for s, f in zip(config.size, f, strict=True)) if config.size else ()
