"""Attention equals its formula, with and without a cache."""

import math

import pytest
import torch

from miaobi.nn.attention import Attention, Cache, causal_mask
from miaobi.nn.position import rotary_table, rotate


def textbook(attention: Attention, x: torch.Tensor) -> torch.Tensor:
    """softmax(Q Kᵀ / √d_k) V, head by head, with later places masked out."""
    heads, kv_heads, width = attention.heads, attention.kv_heads, attention.head_width
    q, k, v = attention.qkv(x).split((heads * width, kv_heads * width, kv_heads * width), dim=-1)
    outputs = []
    for head in range(heads):
        shared = head // (heads // kv_heads)
        query = q[..., head * width : (head + 1) * width]
        key = k[..., shared * width : (shared + 1) * width]
        value = v[..., shared * width : (shared + 1) * width]
        scores = query @ key.transpose(1, 2) / math.sqrt(width)
        later = torch.ones(scores.shape[-2:], dtype=torch.bool).triu(1)
        weights = scores.masked_fill(later, float("-inf")).softmax(-1)
        outputs.append(weights @ value)
    return attention.out(torch.cat(outputs, dim=-1))


@pytest.fixture(params=[4, 2, 1], ids=lambda kv_heads: f"{kv_heads} key heads")
def attention(request: pytest.FixtureRequest) -> Attention:
    torch.manual_seed(0)
    return Attention(32, 4, request.param, 8, qkv_bias=True, out_bias=True)


def test_equals_the_formula(attention: Attention) -> None:
    x = torch.randn(3, 11, 32)
    torch.testing.assert_close(attention(x), textbook(attention, x), atol=1e-5, rtol=1e-5)


@pytest.mark.parametrize("cuts", [[11], [1] * 11, [5, 6], [5, 1, 3, 2]])
def test_a_cache_changes_nothing(attention: Attention, cuts: list[int]) -> None:
    x = torch.randn(2, 11, 32)
    (cache,) = Cache.of(x.new_zeros(1, 2, 2, attention.kv_heads, 16, 8))
    parts = [attention(part, cache=cache) for part in x.split(cuts, dim=1)]
    torch.testing.assert_close(torch.cat(parts, 1), attention(x), atol=1e-5, rtol=1e-5)
    assert cache.length == 11


def test_causal_mask_lets_a_token_see_itself_and_the_past() -> None:
    assert causal_mask(2, 4, torch.device("cpu")).tolist() == [
        [True, True, True, False],
        [True, True, True, True],
    ]


def test_rotary_scores_depend_on_the_distance_alone() -> None:
    cos, sin = rotary_table(64, 8, 10_000.0)
    q, k = torch.randn(1, 1, 1, 8), torch.randn(1, 1, 1, 8)

    def score(here: int, there: int) -> float:
        turned = rotate(q, cos[here], sin[here]) * rotate(k, cos[there], sin[there])
        return float(turned.sum())

    assert score(9, 4) == pytest.approx(score(40, 35), abs=1e-4)
    assert score(9, 4) != pytest.approx(score(9, 5), abs=1e-4)
