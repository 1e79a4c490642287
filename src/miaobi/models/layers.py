"""The layers of clips, learned by heart: cut-out drawings, and the grounds they move on.

    number of a drawing --code--> z (B, Z),  subject, style --> labels --generator--> (B, 4, S, S)
    number of a ground  --code--> z (B, Z),  place, manner  --> labels --generator--> (B, 3, H, H)

Each example owns a vector that is learned together with the generator (generative latent
optimization, Bojanowski et al., 2018): what is drawn follows from its names alone, as chairs did in
Dosovitskiy et al. (2015), and no discriminator is needed. Both generators are those of models/gan.
"""

from dataclasses import dataclass, field

import torch
from torch import Tensor, nn

from miaobi.models.gan import GANConfig, Generator, side_of

# from 4 x 4, doubling; and how many places of each axis the last channels become
DRAWINGS, GROUNDS = ((256, 256, 160, 96), 3), ((128, 128, 96, 64), 4)


@dataclass(frozen=True)
class LayersConfig:
    """All that is needed to rebuild the network; kept as JSON beside its weights."""

    drawings: GANConfig = field(default_factory=GANConfig)  # red, green, blue, alpha
    grounds: GANConfig = field(default_factory=GANConfig)
    drawn: int = 1  # how many drawings it knows
    painted: int = 1  # how many grounds


def preset(
    drawn: int, drawing: tuple[int, ...], painted: int, ground: tuple[int, ...], latent: int = 128
) -> LayersConfig:
    """Our own model for so many drawings and grounds, and the classes of their labels."""
    (wide, patch), (narrow, pieces) = DRAWINGS, GROUNDS
    return LayersConfig(
        GANConfig(channels=4, latent=latent, conditions=drawing, widths=wide, patch=patch),
        GANConfig(latent=latent // 2, conditions=ground, widths=narrow, patch=pieces),
        drawn,
        painted,
    )


class Repertoire(nn.Module):
    """A generator, and the vector of each thing that it can make."""

    def __init__(self, config: GANConfig, count: int) -> None:
        super().__init__()
        self.codes = nn.Embedding(count, config.latent)
        self.generator = Generator(config)

    @property
    def side(self) -> int:
        """Pixels of a side."""
        return side_of(self.generator.config)

    def forward(self, numbers: Tensor, labels: Tensor) -> Tensor:
        """numbers (B,), labels (B, columns) -> (B, C, side, side) in [-1, 1]."""
        made: Tensor = self.generator(self.codes(numbers), labels)
        return made


class Layers(nn.Module):
    """What is seen in a clip, before it moves."""

    def __init__(self, config: LayersConfig) -> None:
        super().__init__()
        self.config = config
        self.drawings = Repertoire(config.drawings, config.drawn)
        self.grounds = Repertoire(config.grounds, config.painted)

    def forward(
        self, drawing: tuple[Tensor, Tensor], ground: tuple[Tensor, Tensor]
    ) -> tuple[Tensor, Tensor]:
        """Numbers and labels of each -> drawings (B, 4, S, S), grounds (B, 3, H, H).

        In [-1, 1]; the colors of drawings are premultiplied by their alpha.
        """
        return self.drawings(*drawing), self.grounds(*ground)


def to_sprites(x: Tensor) -> list[Tensor]:
    """Drawings (B, 4, S, S) in [-1, 1] -> uint8 (S, S, 4); no color exceeds its alpha."""
    whole = x.detach().float().clamp(-1, 1).add(1).mul(127.5).round()
    colors = torch.minimum(whole[:, :3], whole[:, 3:])
    return list(torch.cat((colors, whole[:, 3:]), 1).byte().permute(0, 2, 3, 1).cpu())
