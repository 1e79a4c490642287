"""Sparing convolutions give what plain ones give."""

from typing import Any

import pytest
import torch
from torch import nn

from miaobi.nn import winograd
from miaobi.nn.prepacked import can_prepack, prepack, restore
from miaobi.nn.winograd import (
    MIN_CHANNELS,
    is_winograd_conv,
    pack_weight,
    transform_weight,
    unrolled_conv,
    winograd_forward,
)


def conv(wide: int, out: int, bias: bool = True, **options: Any) -> nn.Conv2d:
    torch.manual_seed(0)
    made = nn.Conv2d(wide, out, 3, padding=1, bias=bias, **options)
    return made.to(memory_format=torch.channels_last).requires_grad_(False)


def picture(rows: int, channels: int, height: int, width: int) -> torch.Tensor:
    drawn = torch.randn(rows, channels, height, width, generator=torch.Generator().manual_seed(1))
    return drawn.contiguous(memory_format=torch.channels_last)


def apart(made: torch.Tensor, wanted: torch.Tensor) -> float:
    """The largest difference, as a share of the largest number."""
    assert made.shape == wanted.shape
    return float((made - wanted).abs().max() / wanted.abs().max())


@pytest.mark.parametrize("size", [(4, 4), (8, 12), (5, 7), (1, 1), (3, 18)], ids=str)
@pytest.mark.parametrize("bias", [True, False])
def test_the_same_numbers_at_any_size(size: tuple[int, int], bias: bool) -> None:
    layer, x = conv(24, 40, bias), picture(3, 24, *size)
    wanted = layer(x)
    assert apart(winograd.winograd(x, transform_weight(layer.weight), layer.bias), wanted) < 5e-5
    assert apart(unrolled_conv(x, pack_weight(layer.weight, 40), layer.bias), wanted) < 5e-6


def test_lines_of_tiles_are_made_one_after_the_other(monkeypatch: pytest.MonkeyPatch) -> None:
    layer, x = conv(8, 8), picture(2, 8, 30, 9)
    whole = winograd.winograd(x, transform_weight(layer.weight), layer.bias)
    monkeypatch.setattr(winograd, "MAX_TILE_BYTES", 1)
    assert apart(winograd.winograd(x, transform_weight(layer.weight), layer.bias), whole) < 1e-6
    assert apart(whole, layer(x)) < 5e-5


def test_channels_that_do_not_come_last_are_taken_too() -> None:
    layer = conv(MIN_CHANNELS, MIN_CHANNELS)
    x = picture(1, MIN_CHANNELS, 6, 6)
    assert apart(winograd_forward(layer)(x.contiguous()), layer(x)) < 5e-5


@pytest.mark.parametrize("size", [32, 8, 2], ids=str)
def test_every_way_of_a_packed_layer(size: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Large pictures by Winograd, small ones unrolled, and in between as it was."""
    taken: list[str] = []
    for name in ("winograd", "unrolled_conv"):
        made = getattr(winograd, name)
        monkeypatch.setattr(
            winograd, name, lambda *given, n=name, m=made: taken.append(n) or m(*given)
        )
    monkeypatch.setattr(winograd, "WEIGHT_BYTES_PER_TILE", 4 * MIN_CHANNELS**2 * 36 // 64)
    monkeypatch.setattr(winograd, "SMALL_PICTURE", 63)
    layer = nn.Sequential(conv(MIN_CHANNELS, MIN_CHANNELS))
    x = picture(1, MIN_CHANNELS, size, size)
    wanted = layer(x)
    assert can_prepack(layer) and prepack(layer, 64) == 1 and prepack(layer, 64) == 0
    assert apart(layer(x), wanted) < 5e-5 and apart(layer(x), wanted) < 5e-5
    assert taken == {32: ["winograd"] * 2, 8: [], 2: ["unrolled_conv"] * 2}[size]
    restore(layer)
    assert torch.equal(layer(x), wanted)


def test_only_what_it_is_made_for() -> None:
    assert is_winograd_conv(conv(MIN_CHANNELS, MIN_CHANNELS))
    others: list[nn.Module] = [
        conv(MIN_CHANNELS, MIN_CHANNELS - 1),
        conv(MIN_CHANNELS, MIN_CHANNELS, stride=2),
        conv(MIN_CHANNELS, MIN_CHANNELS, groups=2),
        conv(MIN_CHANNELS, MIN_CHANNELS, padding_mode="reflect"),
        conv(MIN_CHANNELS, MIN_CHANNELS).double(),
        conv(MIN_CHANNELS, MIN_CHANNELS, dilation=2),
        nn.Conv2d(MIN_CHANNELS, MIN_CHANNELS, 1),
        nn.Linear(MIN_CHANNELS, MIN_CHANNELS),
        nn.Conv2d(MIN_CHANNELS, MIN_CHANNELS, 3, padding="same"),
    ]
    assert not any(map(is_winograd_conv, others))
