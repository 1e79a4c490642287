"""Decoder-only Transformer: GPT-2 (Radford et al., 2019), Llama (Touvron et al., 2023) and kin.

    tokens (B, T) --embed--> x (B, T, D) --L blocks--> x (B, T, D) --norm, head--> logits (B, T, V)

One config covers learned or rotary positions, LayerNorm or RMSNorm, a plain or a gated MLP, grouped
queries, Qwen2's query-key-value biases, Qwen3's query-key norms, a tied or a free head.
Read downwards: config, presets, block, network.
"""

import math
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from miaobi.nn.attention import Attention, Cache
from miaobi.nn.loss import linear_cross_entropy
from miaobi.nn.mlp import MLP, GatedMLP
from miaobi.nn.norm import RMSNorm
from miaobi.nn.position import rotary_table


@dataclass(frozen=True)
class GPTConfig:
    """All that is needed to rebuild the network; kept as JSON beside its weights."""

    vocab: int = 50_257  # V
    context: int = 1024  # most tokens it can look back on
    width: int = 768  # D
    layers: int = 12  # L
    heads: int = 12  # H
    kv_heads: int = 12  # K; fewer than heads: grouped queries
    head_width: int = 64  # W
    hidden: int = 3072  # width inside the MLP
    positions: str = "learned"  # "learned" or "rotary"
    norm: str = "layer"  # "layer" or "rms"
    gated: bool = False  # gated MLP with SiLU instead of GELU
    qkv_bias: bool = True
    out_bias: bool = True  # bias of the attention's output and of the MLP
    qk_norm: bool = False  # RMSNorm on every query and key head
    tied: bool = True  # the head shares the embedding's weights
    eps: float = 1e-5  # of every norm
    rotary_base: float = 10_000.0
    rotary_scaling: tuple[float, float, float, int] | None = None  # see nn/position.py
    dropout: float = 0.0  # on embeddings and on what each half of a block adds


def preset(vocab: int, size: str, context: int) -> GPTConfig:
    """Our own models: rotary, RMSNorm, gated, no biases; the size is the one dial."""
    layers, width = SIZES[size]
    return GPTConfig(
        vocab=vocab,
        context=context,
        width=width,
        layers=layers,
        heads=width // 64,
        kv_heads=width // 64,
        hidden=round(width * 8 / 3 / 64) * 64,
        positions="rotary",
        norm="rms",
        gated=True,
        qkv_bias=False,
        out_bias=False,
    )


# layers, width; about 1, 5, 11, 30, 85 and 300 million parameters beside the embedding
SIZES = {
    "tiny": (4, 128),
    "small": (6, 256),
    "medium": (6, 384),
    "large": (9, 512),
    "xl": (12, 768),
    "xxl": (24, 1024),
}


class Block(nn.Module):
    """Attention beside a skip, MLP beside a skip: (B, T, D) -> (B, T, D)."""

    def __init__(self, config: GPTConfig) -> None:
        super().__init__()
        self.norm1, self.norm2 = make_norm(config), make_norm(config)
        self.attention = Attention(
            config.width,
            config.heads,
            config.kv_heads,
            config.head_width,
            qkv_bias=config.qkv_bias,
            out_bias=config.out_bias,
            qk_norm_eps=config.eps if config.qk_norm else None,
        )
        kind = GatedMLP if config.gated else MLP
        self.mlp = kind(config.width, config.hidden, config.out_bias)
        self.dropout = nn.Dropout(config.dropout)

    def forward(
        self,
        x: Tensor,
        rotary: tuple[Tensor, Tensor] | None = None,
        cache: Cache | None = None,
        mask: Tensor | None = None,
    ) -> Tensor:
        x = x + self.dropout(self.attention(self.norm1(x), rotary, cache, mask))
        return x + self.dropout(self.mlp(self.norm2(x)))


class GPT(nn.Module):
    """Predicts the next token at every place."""

    cos: Tensor
    sin: Tensor

    def __init__(self, config: GPTConfig) -> None:
        super().__init__()
        self.config = config
        self.embed = nn.Embedding(config.vocab, config.width)
        learned = config.positions == "learned"
        self.place = nn.Embedding(config.context, config.width) if learned else None
        self.blocks = nn.ModuleList(Block(config) for _ in range(config.layers))
        self.norm = make_norm(config)
        self.head = nn.Linear(config.width, config.vocab, bias=False)
        if config.tied:
            self.head.weight = self.embed.weight
        self.dropout = nn.Dropout(config.dropout)
        if not learned:
            cos, sin = rotary_table(
                config.context, config.head_width, config.rotary_base, config.rotary_scaling
            )
            self.register_buffer("cos", cos, persistent=False)  # (context, W)
            self.register_buffer("sin", sin, persistent=False)
        self.initialize()

    def initialize(self) -> None:
        """GPT-2's start: normal 0.02, and what adds to the skip scaled down by the depth."""
        for name, parameter in self.named_parameters():
            if parameter.dim() > 1:
                residual = name.endswith(("attention.out.weight", "mlp.down.weight"))
                depth = math.sqrt(2 * self.config.layers) if residual else 1
                nn.init.normal_(parameter, std=0.02 / depth)
            elif name.endswith("bias"):
                nn.init.zeros_(parameter)

    def forward(
        self,
        tokens: Tensor,
        caches: list[Cache] | None = None,
        places: Tensor | None = None,
        mask: Tensor | None = None,
        last: bool = False,
        targets: Tensor | None = None,
    ) -> Tensor:
        """(B, T) -> logits (B, T, V); with last=True only of the last place, (B, 1, V).

        With targets (B, T), the tokens that follow, their mean loss () in nats instead.

        `caches` holds what came before, one a layer; `places` (B, T) and `mask` (B, 1, T, S) are
        needed only where rows of different lengths were padded on the left.
        """
        start = caches[0].length if caches else 0
        x = self.embed(tokens)  # (B, T, D)
        rotary = None
        if self.place is not None:
            where = torch.arange(start, start + tokens.shape[1], device=tokens.device)
            x = x + self.place(where if places is None else places)
        elif places is None:
            end = start + tokens.shape[1]
            rotary = self.cos[start:end].to(x.dtype), self.sin[start:end].to(x.dtype)  # (T, W)
        else:
            turn = self.cos[places], self.sin[places]  # (B, T, W)
            rotary = turn[0][:, None].to(x.dtype), turn[1][:, None].to(x.dtype)
        x = self.dropout(x)
        for layer, block in enumerate(self.blocks):
            x = block(x, rotary, caches[layer] if caches else None, mask)
        x = self.norm(x[:, -1:] if last else x)
        if targets is not None:
            return linear_cross_entropy(x, self.head.weight, targets)
        return self.head(x)  # (B, T, V)

    def empty_store(self, rows: int, capacity: int) -> Tensor:
        """Room for `capacity` tokens of `rows` sequences: (L, 2, B, K, capacity, W), zeros.

        On a processor it is float32 whatever the weights are: PyTorch attends several times faster
        to that than to bfloat16.
        """
        config, like = self.config, self.embed.weight
        shape = (config.layers, 2, rows, config.kv_heads, capacity, config.head_width)
        return like.new_zeros(shape, dtype=torch.float32 if like.device.type == "cpu" else None)


def make_norm(config: GPTConfig) -> nn.Module:
    """The norm that the config names."""
    if config.norm == "rms":
        return RMSNorm(config.width, config.eps)
    return nn.LayerNorm(config.width, config.eps)
