"""Convolution blocks over 1, 2 and 3 axes: shapes, what is undone, what they begin as."""

import pytest
import torch
import torch.nn.functional as F

from miaobi.nn.conv import ConvBlock, Down, Up, shuffle, unshuffle
from miaobi.nn.norm import ChannelNorm, modulate

FACTORS = [(3,), (2, 2), (4, 4), (2, 3), (1, 2, 2), (2, 4, 3)]


@pytest.mark.parametrize("factors", FACTORS, ids=str)
def test_unshuffle_undoes_shuffle(factors: tuple[int, ...]) -> None:
    x = torch.randn(2, 3, *(5 * f for f in factors))
    small = unshuffle(x, factors)
    assert small.shape == (2, x[0].numel() // 5 ** len(factors), *[5] * len(factors))
    assert torch.equal(shuffle(small, factors), x)


def test_the_general_way_is_the_one_of_pictures() -> None:
    x = torch.randn(2, 12, 5, 7)
    clip = shuffle(x[:, :, None], (1, 2, 2))[:, :, 0]
    assert torch.equal(clip, F.pixel_shuffle(x, 2))
    assert torch.equal(unshuffle(clip[:, :, None], (1, 2, 2))[:, :, 0], F.pixel_unshuffle(clip, 2))


@pytest.mark.parametrize("dims", [1, 2, 3])
def test_a_block_begins_as_the_identity_and_listens_later(dims: int) -> None:
    torch.manual_seed(0)
    block, x = ConvBlock(dims, 8, context=4), torch.randn(2, 8, *[6] * dims)
    assert torch.equal(block(x, torch.randn(2, 4)), x)
    for parameter in block.parameters():
        torch.nn.init.normal_(parameter, std=0.1)
    here, there = block(x, torch.zeros(2, 4)), block(x, torch.ones(2, 4))
    assert here.shape == x.shape and not torch.allclose(here, there)


@pytest.mark.parametrize("factors", FACTORS, ids=str)
def test_up_undoes_the_size_of_down_without_a_checkerboard(factors: tuple[int, ...]) -> None:
    torch.manual_seed(0)
    x = torch.randn(2, 4, *(3 * f for f in factors))
    small = Down(4, 6, factors)(x)
    assert small.shape == (2, 6, *[3] * len(factors))
    back = Up(6, 4, factors)(small)
    assert back.shape == x.shape
    corners = back[(..., *(slice(None, None, f) for f in factors))]
    for axis, factor in enumerate(factors):
        corners = corners.repeat_interleave(factor, 2 + axis)
    assert torch.equal(back, corners)


def test_channel_norm_and_modulation_are_their_formulas() -> None:
    x = torch.randn(2, 8, 3, 5) * 4 + 1
    mean, var = x.mean(1, keepdim=True), x.var(1, unbiased=False, keepdim=True)
    torch.testing.assert_close(ChannelNorm(8)(x), (x - mean) / (var + 1e-5).sqrt())
    scale, shift = torch.randn(2, 8, 1, 1), torch.randn(2, 8, 1, 1)
    expected = x * (1 + scale) + shift
    torch.testing.assert_close(modulate(x, scale, shift), expected)
