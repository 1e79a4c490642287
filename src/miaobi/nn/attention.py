"""Causal self-attention with grouped queries and a preallocated cache; attention that sees all.

softmax(Q Kᵀ / √d_k) V (Vaswani et al., 2017) is left to PyTorch's scaled_dot_product_attention; a
test states it against the formula written out.
"""

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from miaobi.nn.norm import RMSNorm
from miaobi.nn.position import rotate

FEW = 1024  # keys: with more, the fused kernel is the better one


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
            q,
            k,
            v,
            attn_mask=mask,
            is_causal=mask is None and T > 1,
            enable_gqa=self.kv_heads != self.heads,
        )  # (B, H, T, W)
        return self.out(h.transpose(1, 2).reshape(B, T, -1).to(x.dtype))


class FullAttention(nn.Module):
    """Each of x (B, T, D) looks at all of y (B, N, E), or of x: (B, T, D); heads of width W.

    Queries and keys are normalized, which keeps scores small whatever is learned (Dehghani et al.,
    2023); LayerNorm is one kernel where RMSNorm is six.
    """

    def __init__(self, width: int, head_width: int, other: int | None = None) -> None:
        super().__init__()
        self.head_width = head_width
        self.q = nn.Linear(width, width)
        self.kv = nn.Linear(width if other is None else other, 2 * width)
        self.out = nn.Linear(width, width)
        self.q_norm = nn.LayerNorm(head_width, bias=False)
        self.k_norm = nn.LayerNorm(head_width, bias=False)

    def forward(
        self,
        x: Tensor,
        y: Tensor | None = None,
        rotary: tuple[Tensor, Tensor] | None = None,
        mask: Tensor | None = None,
    ) -> Tensor:
        """`rotary` is cos and sin (T, W), only without y; `mask` (B, N) is True where to look.

        A mask of numbers is added to the scores: log 0.5 halves how much is looked at a place.
        """
        q = self.q(x).unflatten(-1, (-1, self.head_width))  # (B, T, H, W)
        k, v = self.kv(x if y is None else y).chunk(2, dim=-1)  # each (B, N, D)
        k, v = (part.unflatten(-1, (-1, self.head_width)) for part in (k, v))  # (B, N, H, W)
        q, k = self.q_norm(q).transpose(1, 2), self.k_norm(k).transpose(1, 2)  # (B, H, ·, W)
        if rotary is not None:
            cos, sin = rotary[0].to(q.dtype), rotary[1].to(q.dtype)
            q, k = rotate(q, cos, sin), rotate(k, cos, sin)
        h = attend(q, k, v.transpose(1, 2), None if mask is None else mask[:, None, None])
        return self.out(h.transpose(1, 2).flatten(2))


def attend(q: Tensor, k: Tensor, v: Tensor, mask: Tensor | None = None) -> Tensor:
    """softmax(Q Kᵀ / √W) V of heads (B, H, T, W) and (B, H, N, W), where mask (B, 1, 1, N) is True;
    a mask of numbers is added to the scores.

    On processors the formula itself trains three times as fast as PyTorch's fused kernel, as long
    as the scores are few.
    """
    if q.device.type != "cpu" or k.shape[2] > FEW:
        return F.scaled_dot_product_attention(q, k, v, attn_mask=mask)
    scores = (q * q.shape[-1] ** -0.5) @ k.transpose(-1, -2)  # (B, H, T, N)
    if mask is not None:
        hidden = mask.dtype == torch.bool
        scores = scores.masked_fill(~mask, float("-inf")) if hidden else scores + mask
    return scores.softmax(-1).to(v.dtype) @ v


def causal_mask(new: int, total: int, device: torch.device) -> Tensor:
    """(new, total): the last `new` of `total` tokens see themselves and all before them."""
    seen = torch.arange(total, device=device)
    return seen <= (total - new + torch.arange(new, device=device))[:, None]
