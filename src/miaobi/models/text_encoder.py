"""Text encoder: a small Transformer (Vaswani et al., 2017) that looks both ways.

    ids (B, N), mask (B, N) --embed, start in front--> x (B, 1 + N, D) --L blocks, norm-->
    tokens (B, 1 + N, D), mask (B, 1 + N), pooled (B, D)

The learned start is always there, so that a row without any words still says something: nothing
was asked for. Its place at the end stands for the whole row. What the mask hides changes nothing.
"""

import math
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from miaobi.nn.attention import FullAttention
from miaobi.nn.mlp import MLP
from miaobi.nn.position import rotary_table


@dataclass(frozen=True)
class TextEncoderConfig:
    """All that is needed to rebuild the network; kept as JSON beside its weights."""

    vocab: int = 4096  # V, of our own tokenizer
    context: int = 64  # most tokens, without the start
    width: int = 256  # D
    layers: int = 2  # L
    head_width: int = 64  # W


@dataclass(frozen=True)
class Words:
    """What was asked for, as a denoiser reads it. Rows without words ask for nothing."""

    tokens: Tensor  # (B, N, D)
    mask: Tensor  # (B, N), True where there is something to read; or how much, as a logarithm
    pooled: Tensor  # (B, D)


def blended(one: Words, other: Words, share: float) -> Words:
    """What lies between two readings of B rows, at a share of 0 to 1 of the way.

    Both are there to be read, and attended to in proportion; this needs no pairing of tokens, so
    the captions may differ in length.
    """
    if share <= 0 or share >= 1:
        return one if share <= 0 else other
    weights = [
        torch.where(words.mask, math.log(part), -math.inf)
        for words, part in ((one, 1 - share), (other, share))
    ]
    return Words(
        torch.cat((one.tokens, other.tokens), dim=1),  # (B, N + M, D)
        torch.cat(weights, dim=1),  # (B, N + M)
        torch.lerp(one.pooled, other.pooled, share),
    )


class Block(nn.Module):
    """Attention beside a skip, MLP beside a skip: (B, N, D) -> (B, N, D)."""

    def __init__(self, config: TextEncoderConfig) -> None:
        super().__init__()
        width = config.width
        self.norm1, self.norm2 = nn.LayerNorm(width), nn.LayerNorm(width)
        self.attention = FullAttention(width, config.head_width)
        self.mlp = MLP(width, 4 * width, bias=True)

    def forward(self, x: Tensor, rotary: tuple[Tensor, Tensor], mask: Tensor) -> Tensor:
        x = x + self.attention(self.norm1(x), rotary=rotary, mask=mask)
        return x + self.mlp(self.norm2(x))


class TextEncoder(nn.Module):
    """Reads a caption."""

    cos: Tensor
    sin: Tensor

    def __init__(self, config: TextEncoderConfig) -> None:
        super().__init__()
        self.config = config
        self.embed = nn.Embedding(config.vocab, config.width)
        self.start = nn.Parameter(torch.zeros(config.width))
        self.blocks = nn.ModuleList(Block(config) for _ in range(config.layers))
        self.norm = nn.LayerNorm(config.width)
        cos, sin = rotary_table(1 + config.context, config.head_width, 10_000.0)
        self.register_buffer("cos", cos, persistent=False)  # (1 + context, W)
        self.register_buffer("sin", sin, persistent=False)
        for parameter in self.parameters():
            if parameter.dim() > 1:
                nn.init.normal_(parameter, std=0.02)
        nn.init.normal_(self.start, std=0.02)

    def forward(self, ids: Tensor, mask: Tensor) -> Words:
        """ids (B, N), N <= context, and mask (B, N), True where a token is a word -> Words."""
        x = torch.cat((self.start.expand(len(ids), 1, -1), self.embed(ids)), dim=1)  # (B, 1+N, D)
        mask = F.pad(mask, (1, 0), value=True)  # (B, 1+N)
        rotary = self.cos[: x.shape[1]], self.sin[: x.shape[1]]  # (1+N, W)
        for block in self.blocks:
            x = block(x, rotary, mask)
        x = self.norm(x) * mask[..., None]  # zeros where nothing is to be read
        return Words(x, mask, x[:, 0])
