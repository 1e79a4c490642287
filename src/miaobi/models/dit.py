"""Diffusion Transformer (Peebles & Xie, 2022) over the latents of pictures, and of clips.

    z (B, C, *S) --patches--> x (B, N, D) --L blocks, told time and text--> --patches--> (B, C, *S)

The blocks share one adaptive norm, each with a table of its own added (Chen et al., 2023); they
attend to the words; places turn queries and keys, each axis its share of them (rotary); queries and
keys are normalized (Dehghani et al., 2023). What comes out begins as zero.
Read downwards: config, presets, block, network.
"""

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from miaobi.nn.attention import FullAttention
from miaobi.nn.conv import shuffle, unshuffle, zero
from miaobi.nn.mlp import MLP
from miaobi.nn.norm import modulate
from miaobi.nn.position import rotary_clip, rotary_grid, sinusoids

WAVES = 256  # sinusoids of the time
EPS = 1e-6


@dataclass(frozen=True)
class DiTConfig:
    """All that is needed to rebuild the network; kept as JSON beside its weights."""

    channels: int = 16  # C, of the latent
    patch: tuple[int, ...] = (1, 1)  # places of each axis that make a token: 2 axes, or 3 with time
    width: int = 256  # D
    layers: int = 10  # L
    head_width: int = 64  # W
    text: int = 256  # width of the words and of their summary


def preset(size: str, channels: int, text: int, patch: tuple[int, ...] = (1, 1)) -> DiTConfig:
    """Our own models; the size is the one dial."""
    layers, width = SIZES[size]
    return DiTConfig(channels=channels, patch=patch, width=width, layers=layers, text=text)


# layers, width; about 1, 11, 29, 100 and 404 million parameters
SIZES = {
    "tiny": (3, 128),
    "small": (10, 256),
    "medium": (12, 384),
    "large": (16, 640),
    "xlarge": (26, 1024),
}


class Block(nn.Module):
    """Places attend to places, then to words, then think: (B, N, D) -> (B, N, D)."""

    def __init__(self, config: DiTConfig) -> None:
        super().__init__()
        width = config.width
        self.attention = FullAttention(width, config.head_width)
        self.cross = FullAttention(width, config.head_width, config.text)
        self.mlp = MLP(width, 4 * width, bias=True)
        self.table = nn.Parameter(torch.randn(6, width) / width**0.5)

    def forward(
        self,
        x: Tensor,
        shared: Tensor,
        rotary: tuple[Tensor, Tensor],
        words: Tensor,
        mask: Tensor,
    ) -> Tensor:
        """`shared` (B, 6, D) is what time and text ask of all blocks."""
        parts = (shared + self.table).to(x.dtype)[:, :, None].unbind(1)  # each (B, 1, D)
        scale1, shift1, gate1, scale2, shift2, gate2 = parts
        h = modulate(F.layer_norm(x, x.shape[-1:], eps=EPS), scale1, shift1)
        x = torch.addcmul(x, gate1, self.attention(h, rotary=rotary).to(x.dtype))
        x = x + self.cross(x, words, mask=mask)
        h = modulate(F.layer_norm(x, x.shape[-1:], eps=EPS), scale2, shift2)
        return torch.addcmul(x, gate2, self.mlp(h).to(x.dtype))


class DiT(nn.Module):
    """Tells the velocity at which a partly noised latent moves towards noise."""

    def __init__(self, config: DiTConfig) -> None:
        super().__init__()
        self.config = config
        width, values = config.width, config.channels
        for step in config.patch:
            values *= step
        self.embed = nn.Linear(values, width)
        self.place = nn.Linear(len(config.patch) * WAVES // 4, width)
        self.time = nn.Sequential(nn.Linear(WAVES, width), nn.SiLU(), nn.Linear(width, width))
        self.text = nn.Linear(config.text, width)
        self.shared = nn.Linear(width, 6 * width)
        self.blocks = nn.ModuleList(Block(config) for _ in range(config.layers))
        self.table = nn.Parameter(torch.randn(2, width) / width**0.5)
        self.head = nn.Linear(width, values)
        self.initialize()

    def initialize(self) -> None:
        """Blocks begin without words, and the whole at zero."""
        for module in self.modules():
            if isinstance(module, nn.Linear):
                nn.init.xavier_uniform_(module.weight)
                nn.init.zeros_(module.bias)
        for block in self.blocks:
            zero(block.cross.out)  # type: ignore[union-attr,arg-type]
        for part in (self.time[0], self.time[2], self.shared):
            nn.init.normal_(part.weight, std=0.02)  # type: ignore[arg-type]
        zero(self.head)

    def forward(self, z: Tensor, t: Tensor, words: Tensor, mask: Tensor, pooled: Tensor) -> Tensor:
        """(B, C, *S) at times (B,), 0 clean to 1 noise -> velocity (B, C, *S).

        words (B, N, E) with mask (B, N), True where one may be read; pooled (B, E). The sides of S
        are multiples of config.patch.
        """
        config = self.config
        grid = [s // p for s, p in zip(z.shape[2:], config.patch, strict=True)]
        x = unshuffle(z, config.patch).flatten(2).transpose(1, 2)  # (B, N, C*patch)
        x = self.embed(x) + self.place(coordinates(grid).to(z.device))  # (B, N, D)
        context = self.time(sinusoids(1000 * t, WAVES)) + self.text(pooled)  # (B, D)
        shared = self.shared(F.silu(context)).unflatten(-1, (6, -1))  # (B, 6, D)
        turned = rotary_clip if len(grid) == 3 else rotary_grid
        cos, sin = turned(grid, config.head_width)  # (N, W)
        rotary = cos.to(z.device), sin.to(z.device)
        for block in self.blocks:
            x = block(x, shared, rotary, words, mask)
        scale, shift = (context[:, None] + self.table)[:, :, None].unbind(1)  # (B, 1, D)
        x = modulate(F.layer_norm(x, x.shape[-1:], eps=EPS), scale, shift)
        y = self.head(x).transpose(1, 2).unflatten(2, grid)  # (B, C*patch, *S/patch)
        return shuffle(y, config.patch)


def with_time(weights: dict[str, Tensor], channels: int, frames: int) -> dict[str, Tensor]:
    """Weights of a network of pictures as those of a network of clips, a token for `frames` frames.

    A token sees the mean of its frames and says the same of each; when it is, is not heard at
    first. So every frame begins as the picture that the network would have made.
    """
    grown = dict(weights)
    embed, head, bias = (weights[key] for key in ("embed.weight", "head.weight", "head.bias"))
    width = len(embed)
    wide = embed.view(width, channels, 1, -1).expand(-1, -1, frames, -1) / frames
    grown["embed.weight"] = wide.reshape(width, -1)  # (D, C * frames * patch)
    grown["head.weight"] = (
        head.view(channels, 1, -1, width).expand(-1, frames, -1, -1).reshape(-1, width)
    )
    grown["head.bias"] = bias.view(channels, 1, -1).expand(-1, frames, -1).reshape(-1)
    place = weights["place.weight"]  # (D, 2 * WAVES/4); the axis of time comes first
    grown["place.weight"] = torch.cat((place.new_zeros(width, WAVES // 4), place), dim=1)
    return grown


def coordinates(grid: list[int]) -> Tensor:
    """(N, axes * WAVES/4): where each place is between the borders, -1 to 1, as sinusoids.

    Rotary positions tell how far apart two places are; this tells what is above and what below.
    """
    lines = [(2 * torch.arange(s, dtype=torch.float32) + 1) / s - 1 for s in grid]
    places = torch.cartesian_prod(*lines).view(-1, len(grid))  # (N, axes)
    return sinusoids(torch.pi * places, WAVES // 4, longest=1 / 32).flatten(1)
