"""Generators of the layers of clips: sprites with alpha, and the backgrounds they move on.

    index of a sprite     --code--> z (B, Z),  subject, style --> labels --generator--> (B, 4, S, S)
    index of a background --code--> z (B, Z),  place, manner  --> labels --generator--> (B, 3, H, H)

Every example has a latent vector trained together with the generator (generative latent
optimization, Bojanowski et al., 2018): the image follows from its index and labels, as in
Dosovitskiy et al. (2015), without a discriminator. Both generators are those of models/gan.py.
"""

from dataclasses import dataclass, field

import torch
from torch import Tensor, nn

from miaobi.models.gan import GANConfig, Generator, image_size

# channels of the levels from 4 x 4, doubling; and the patch size of the last one
DRAWINGS, GROUNDS = ((256, 256, 160, 96), 3), ((128, 128, 96, 64), 4)


@dataclass(frozen=True)
class LayersConfig:
    """Everything needed to rebuild the network; stored as JSON beside its weights."""

    drawings: GANConfig = field(default_factory=GANConfig)  # sprites: red, green, blue, alpha
    grounds: GANConfig = field(default_factory=GANConfig)  # backgrounds
    drawn: int = 1  # number of sprites
    painted: int = 1  # number of backgrounds


def preset(
    sprites: int,
    sprite_classes: tuple[int, ...],
    backgrounds: int,
    background_classes: tuple[int, ...],
    latent: int = 128,
) -> LayersConfig:
    """Return the config of our own model for these counts of images and of label classes."""
    (widths, patch), (ground_widths, ground_patch) = DRAWINGS, GROUNDS
    return LayersConfig(
        GANConfig(channels=4, latent=latent, conditions=sprite_classes, widths=widths, patch=patch),
        GANConfig(
            latent=latent // 2,
            conditions=background_classes,
            widths=ground_widths,
            patch=ground_patch,
        ),
        sprites,
        backgrounds,
    )


class IndexedGenerator(nn.Module):
    """Generator with a learned latent vector for every image it can produce."""

    def __init__(self, config: GANConfig, count: int) -> None:
        super().__init__()
        self.codes = nn.Embedding(count, config.latent)
        self.generator = Generator(config)

    @property
    def side(self) -> int:
        """Pixels of a side."""
        return image_size(self.generator.config)

    def forward(self, indices: Tensor, labels: Tensor) -> Tensor:
        """Generate (B, C, side, side) in [-1, 1] from indices (B,) and labels (B, columns)."""
        images: Tensor = self.generator(self.codes(indices), labels)
        return images


class Layers(nn.Module):
    """Generators of sprites and of backgrounds."""

    def __init__(self, config: LayersConfig) -> None:
        super().__init__()
        self.config = config
        self.drawings = IndexedGenerator(config.drawings, config.drawn)
        self.grounds = IndexedGenerator(config.grounds, config.painted)

    def forward(
        self, sprites: tuple[Tensor, Tensor], backgrounds: tuple[Tensor, Tensor]
    ) -> tuple[Tensor, Tensor]:
        """Generate sprites (B, 4, S, S) and backgrounds (B, 3, H, H) from indices and labels.

        Values are in [-1, 1]; the colors of sprites are premultiplied by their alpha.
        """
        return self.drawings(*sprites), self.grounds(*backgrounds)


def to_sprites(x: Tensor) -> list[Tensor]:
    """Convert (B, 4, S, S) in [-1, 1] to B uint8 sprites (S, S, 4); no color exceeds its alpha."""
    values = x.detach().float().clamp(-1, 1).add(1).mul(127.5).round()
    colors = torch.minimum(values[:, :3], values[:, 3:])
    return list(torch.cat((colors, values[:, 3:]), 1).byte().permute(0, 2, 3, 1).cpu())
