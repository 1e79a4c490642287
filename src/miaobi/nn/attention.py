"""Causal self-attention with grouped queries and a preallocated cache.

softmax(Q Kᵀ / √d_k) V (Vaswani et al., 2017) is left to PyTorch's scaled_dot_product_attention; a
test states it against the formula written out.
"""

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from miaobi.nn.norm import RMSNorm
from miaobi.nn.position import rotate


@dataclass
class Cache:
    """Keys and values of one layer so far: each (B, K, capacity, W), of which `length` are set."""

    keys: Tensor
    values: Tensor
    length: int = 0

    @classmethod
    def of(cls, store: Tensor, length: int = 0) -> "list[Cache]":
        """One cache a layer, all of them views of a store (L, 2, B, K, capacity, W)."""
        return [cls(store[n, 0], store[n, 1], length) for n in range(len(store))]

    def extend(self, keys: Tensor, values: Tensor) -> tuple[Tensor, Tensor]:
        """Append (B, K, T, W) in place, in the cache's own type, and return all that is there."""
        end = self.length + keys.shape[2]
        self.keys[:, :, self.length : end] = keys
        self.values[:, :, self.length : end] = values
        self.length = end
        return self.keys[:, :, :end], self.values[:, :, :end]


class Attention(nn.Module):
    """(B, T, D) -> (B, T, D); H query heads share K key-value heads of width W."""

    def __init__(
        self,
        width: int,
        heads: int,
        kv_heads: int,
        head_width: int,
        *,
        qkv_bias: bool,
        out_bias: bool,
        qk_norm_eps: float | None = None,
    ) -> None:
        super().__init__()
        self.heads, self.kv_heads, self.head_width = heads, kv_heads, head_width
        self.qkv = nn.Linear(width, (heads + 2 * kv_heads) * head_width, bias=qkv_bias)
        self.out = nn.Linear(heads * head_width, width, bias=out_bias)
        has_norm = qk_norm_eps is not None
        self.q_norm = RMSNorm(head_width, qk_norm_eps or 0) if has_norm else nn.Identity()
        self.k_norm = RMSNorm(head_width, qk_norm_eps or 0) if has_norm else nn.Identity()

    def forward(
        self,
        x: Tensor,
        rotary: tuple[Tensor, Tensor] | None = None,
        cache: Cache | None = None,
        mask: Tensor | None = None,
    ) -> Tensor:
        """`rotary` is cos and sin (T, W); `mask` (B, 1, T, S), True where a token may look."""
        B, T, _ = x.shape
        qkv = self.qkv(x).view(B, T, self.heads + 2 * self.kv_heads, self.head_width)
        q, k, v = qkv.split((self.heads, self.kv_heads, self.kv_heads), dim=2)
        q = self.q_norm(q).transpose(1, 2)  # (B, H, T, W)
        k = self.k_norm(k).transpose(1, 2)  # (B, K, T, W)
        v = v.transpose(1, 2)  # (B, K, T, W)
        if rotary is not None:
            q, k = rotate(q, *rotary), rotate(k, *rotary)
        if cache is not None:
            k, v = cache.extend(k, v)  # (B, K, S, W)
            q = q.to(k.dtype)
        if mask is None and 1 < T < k.shape[2]:
            mask = causal_mask(T, k.shape[2], x.device)
        h = F.scaled_dot_product_attention(
            q, k, v, attn_mask=mask, is_causal=mask is None and T > 1,
            enable_gqa=self.kv_heads != self.heads,
        )  # (B, H, T, W)  # fmt: skip
        return self.out(h.transpose(1, 2).reshape(B, T, -1).to(x.dtype))


def causal_mask(new: int, total: int, device: torch.device) -> Tensor:
    """(new, total): the last `new` of `total` tokens see themselves and all before them."""
    seen = torch.arange(total, device=device)
    return seen <= (total - new + torch.arange(new, device=device))[:, None]
