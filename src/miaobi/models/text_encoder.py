"""Text encoder: a small bidirectional Transformer (Vaswani et al., 2017).

    ids (B, N), mask (B, N) --embed, prepend start--> x (B, 1 + N, D) --L blocks, norm-->
    tokens (B, 1 + N, D), mask (B, 1 + N), pooled (B, D)

The learned start vector is never masked, so that an empty caption has an encoding too; its output
is the pooled text. Masked tokens have no effect.
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
    """Everything needed to rebuild the network; stored as JSON beside its weights."""

    vocab: int = 4096  # V, of our own tokenizer
    context: int = 64  # tokens, without the start vector
    width: int = 256  # D
    layers: int = 2  # L
    head_width: int = 64  # W


@dataclass(frozen=True)
class TextContext:
    """Encoded captions that condition a denoiser; empty captions are unconditional."""

    tokens: Tensor  # (B, N, D)
    mask: Tensor  # (B, N): bool, True for tokens to attend to; or float, added to attention scores
    pooled: Tensor  # (B, D)


def blend_contexts(start: TextContext, end: TextContext, t: float) -> TextContext:
    """Interpolate between two encodings of B captions, at t in [0, 1].

    Tokens of both are attended to, weighted by 1 - t and t; tokens need not be paired, so the
    captions may differ in length: tokens (B, N + M, D), mask (B, N + M).
    """
    if t <= 0 or t >= 1:
        return start if t <= 0 else end
    masks = [
        torch.where(context.mask, math.log(weight), -math.inf)
        for context, weight in ((start, 1 - t), (end, t))
    ]
    return TextContext(
        torch.cat((start.tokens, end.tokens), dim=1),
        torch.cat(masks, dim=1),
        torch.lerp(start.pooled, end.pooled, t),
    )


class Block(nn.Module):
    """Transformer block, pre-norm: attention and MLP, each residual: (B, N, D) -> (B, N, D)."""

    def __init__(self, config: TextEncoderConfig) -> None:
        super().__init__()
        width = config.width
        self.norm1, self.norm2 = nn.LayerNorm(width), nn.LayerNorm(width)
        self.attention = FullAttention(width, config.head_width)
        self.mlp = MLP(width, 4 * width, bias=True)

    def forward(self, x: Tensor, rotary: tuple[Tensor, Tensor], mask: Tensor) -> Tensor:
        """Compute (B, N, D) from x; `rotary` is cos and sin (N, W), mask (B, N)."""
        x = x + self.attention(self.norm1(x), rotary=rotary, mask=mask)
        return x + self.mlp(self.norm2(x))


class TextEncoder(nn.Module):
    """Bidirectional encoder of captions."""

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

    def forward(self, ids: Tensor, mask: Tensor) -> TextContext:
        """Encode ids (B, N), N <= context, with mask (B, N), False for padding."""
        x = torch.cat((self.start.expand(len(ids), 1, -1), self.embed(ids)), dim=1)  # (B, 1+N, D)
        mask = F.pad(mask, (1, 0), value=True)  # (B, 1+N)
        rotary = self.cos[: x.shape[1]], self.sin[: x.shape[1]]  # (1+N, W)
        for block in self.blocks:
            x = block(x, rotary, mask)
        x = self.norm(x) * mask[..., None]  # padding is zero
        return TextContext(x, mask, x[:, 0])
