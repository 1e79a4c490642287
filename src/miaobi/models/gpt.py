"""Decoder-only Transformer: GPT-2 (Radford et al., 2019), Llama (Touvron et al., 2023), Qwen.

    tokens (B, T) --embed--> x (B, T, D) --L blocks--> x (B, T, D) --norm, head--> logits (B, T, V)

One config covers learned or rotary positions, LayerNorm or RMSNorm, a plain or a gated MLP, grouped
queries, Qwen2's query-key-value biases, Qwen3's query-key norms, and a tied or untied head. The
parts are in nn/attention.py, nn/mlp.py, nn/norm.py and nn/position.py.
Read downwards: config, presets, block, network.
"""

import math
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from miaobi.nn.attention import Attention, KVCache
from miaobi.nn.loss import linear_cross_entropy
from miaobi.nn.mlp import MLP, GatedMLP
from miaobi.nn.norm import RMSNorm
from miaobi.nn.position import rotary_table


@dataclass(frozen=True)
class GPTConfig:
    """Everything needed to rebuild the network; stored as JSON beside its weights."""

    vocab: int = 50_257  # V
    context: int = 1024  # tokens, the longest sequence
    width: int = 768  # D
    layers: int = 12  # L
    heads: int = 12  # H
    kv_heads: int = 12  # K; fewer than heads: grouped-query attention
    head_width: int = 64  # W
    hidden: int = 3072  # width of the MLP's hidden layer
    positions: str = "learned"  # "learned" or "rotary"
    norm: str = "layer"  # "layer" or "rms"
    gated: bool = False  # gated MLP with SiLU instead of GELU
    qkv_bias: bool = True
    out_bias: bool = True  # bias of the attention's output projection and of the MLP
    qk_norm: bool = False  # RMSNorm on every query and key head
    tied: bool = True  # the head shares the embedding's weights
    eps: float = 1e-5  # of every norm
    rotary_base: float = 10_000.0
    rotary_scaling: tuple[float, float, float, int] | None = None  # see nn/position.py
    dropout: float = 0.0  # on embeddings and on both residual branches of a block


# layers, width; about 1, 5, 11, 30, 85 and 300 million parameters beside the embedding
SIZES = {
    "tiny": (4, 128),
    "small": (6, 256),
    "medium": (6, 384),
    "large": (9, 512),
    "xl": (12, 768),
    "xxl": (24, 1024),
}


def preset(vocab: int, size: str, context: int) -> GPTConfig:
    """Return the config of one of our own models: rotary, RMSNorm, gated, without biases."""
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


class Block(nn.Module):
    """Transformer block, pre-norm: attention and MLP, each residual: (B, T, D) -> (B, T, D)."""

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
        mlp_class = GatedMLP if config.gated else MLP
        self.mlp = mlp_class(config.width, config.hidden, config.out_bias)
        self.dropout = nn.Dropout(config.dropout)

    def forward(
        self,
        x: Tensor,
        rotary: tuple[Tensor, Tensor] | None = None,
        cache: KVCache | None = None,
        mask: Tensor | None = None,
    ) -> Tensor:
        """Compute (B, T, D); `rotary` and `mask` are those of nn/attention.py."""
        x = x + self.dropout(self.attention(self.norm1(x), rotary, cache, mask))
        return x + self.dropout(self.mlp(self.norm2(x)))


class GPT(nn.Module):
    """Language model that predicts the next token at every position."""

    cos: Tensor  # (context, W), of rotary positions
    sin: Tensor

    def __init__(self, config: GPTConfig) -> None:
        super().__init__()
        self.config = config
        self.embed = nn.Embedding(config.vocab, config.width)
        learned = config.positions == "learned"
        self.position_embedding = nn.Embedding(config.context, config.width) if learned else None
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
        """Draw weights as GPT-2 does: normal 0.02, residual projections scaled by the depth."""
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
        caches: list[KVCache] | None = None,
        positions: Tensor | None = None,
        mask: Tensor | None = None,
        last_only: bool = False,
        targets: Tensor | None = None,
    ) -> Tensor:
        """Compute logits (B, T, V) of tokens (B, T); with last_only, (B, 1, V) of the last one.

        With targets (B, T), the tokens that follow, return their mean loss () in nats instead.

        `caches` holds the keys and values of earlier tokens, one per layer; `positions` (B, T) and
        `mask` (B, 1, T, S) are needed only for rows that were padded on the left.
        """
        start = caches[0].length if caches else 0
        x = self.embed(tokens)  # (B, T, D)
        rotary = None
        if self.position_embedding is not None:
            index = torch.arange(start, start + tokens.shape[1], device=tokens.device)
            x = x + self.position_embedding(index if positions is None else positions)
        elif positions is None:
            end = start + tokens.shape[1]
            rotary = self.cos[start:end].to(x.dtype), self.sin[start:end].to(x.dtype)  # (T, W)
        else:
            cos, sin = self.cos[positions], self.sin[positions]  # (B, T, W)
            rotary = cos[:, None].to(x.dtype), sin[:, None].to(x.dtype)
        x = self.dropout(x)
        for layer, block in enumerate(self.blocks):
            x = block(x, rotary, caches[layer] if caches else None, mask)
        x = self.norm(x[:, -1:] if last_only else x)
        if targets is not None:
            return linear_cross_entropy(x, self.head.weight, targets)
        return self.head(x)  # (B, T, V)

    def new_kv_cache(self, rows: int, capacity: int) -> Tensor:
        """Allocate zeros for `capacity` tokens of `rows` sequences: (L, 2, B, K, capacity, W).

        On a CPU the cache is float32 whatever the weights are: PyTorch's attention is several
        times faster in float32 than in bfloat16 there.
        """
        config, weight = self.config, self.embed.weight
        shape = (config.layers, 2, rows, config.kv_heads, capacity, config.head_width)
        return weight.new_zeros(shape, dtype=torch.float32 if weight.device.type == "cpu" else None)

    def num_parameters(self, lookups: bool = True) -> int:
        """Count parameters; without `lookups`, those that are multiplied and not looked up."""
        count = sum(parameter.numel() for parameter in self.parameters())
        if not lookups:
            if not self.config.tied:  # a tied embedding is also the head's matrix
                count -= self.embed.weight.numel()
            if self.position_embedding is not None:
                count -= self.position_embedding.weight.numel()
        return count

    def flops_per_token(self, length: int) -> int:
        """Return the FLOPs that training takes for one token of a sequence of `length` tokens.

        Six per weight (two forward, four backward) and 12 L H W T for attention scores and their
        use (Chowdhery et al., 2022, appendix B).
        """
        config = self.config
        attention = 12 * config.layers * config.heads * config.head_width * length
        return 6 * self.num_parameters(lookups=False) + attention


def make_norm(config: GPTConfig) -> nn.Module:
    """Return the norm named by the config."""
    if config.norm == "rms":
        return RMSNorm(config.width, config.eps)
    return nn.LayerNorm(config.width, config.eps)
