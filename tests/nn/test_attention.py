"""Attention equals its formula, with and without a cache."""

import math

import pytest
import torch

from miaobi.nn.attention import Attention, FullAttention, KVCache, attend, causal_mask
from miaobi.nn.position import apply_rotary, rotary_table


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
    (cache,) = KVCache.views(x.new_zeros(1, 2, 2, attention.kv_heads, 16, 8))
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
        turned = apply_rotary(q, cos[here], sin[here]) * apply_rotary(k, cos[there], sin[there])
        return float(turned.sum())

    assert score(9, 4) == pytest.approx(score(40, 35), abs=1e-4)
    assert score(9, 4) != pytest.approx(score(9, 5), abs=1e-4)


@pytest.mark.parametrize("hides", [False, True])
def test_attending_to_all_is_the_kernel_of_pytorch(hides: bool) -> None:
    q, k, v = torch.randn(2, 3, 5, 8), torch.randn(2, 3, 7, 8), torch.randn(2, 3, 7, 8)
    mask = (torch.arange(7) < 4).expand(2, 1, 1, 7) if hides else None
    theirs = torch.nn.functional.scaled_dot_product_attention(q, k, v, attn_mask=mask)
    torch.testing.assert_close(attend(q, k, v, mask), theirs, atol=1e-6, rtol=1e-5)


def test_full_attention_sees_itself_or_another_and_not_what_is_hidden() -> None:
    torch.manual_seed(0)
    x, y = torch.randn(2, 5, 32), torch.randn(2, 6, 12)
    alone, across = FullAttention(32, 8), FullAttention(32, 8, 12)
    assert alone(x).shape == across(x, y).shape == x.shape
    changed = x.clone()
    changed[:, 4] += 1
    assert ((alone(changed) - alone(x))[:, 0].abs() > 0).any()  # the past sees the future
    mask = torch.tensor([[True] * 4 + [False] * 2] * 2)
    other = y.clone()
    other[:, 4:] += 1
    assert torch.equal(across(x, other, mask=mask), across(x, y, mask=mask))
    assert not torch.allclose(across(x, other), across(x, y))


def test_a_mask_of_numbers_weighs_places() -> None:
    """log 0.5 on a place that is there twice equals the place once; -inf hides it."""
    torch.manual_seed(0)
    q, k, v = torch.randn(1, 2, 3, 8), torch.randn(1, 2, 4, 8), torch.randn(1, 2, 4, 8)
    twice = torch.tensor([0.0, 0.0, 0.0, math.log(0.5), math.log(0.5), -math.inf])
    places = [0, 1, 2, 3, 3, 0]
    weighed = attend(q, k[:, :, places], v[:, :, places], twice[None, None, None])
    torch.testing.assert_close(weighed, attend(q, k, v), atol=1e-6, rtol=1e-5)
