"""Sparing convolutions give what plain ones give."""

from typing import Any

import pytest
import torch
from torch import nn

from miaobi.nn import winograd
from miaobi.nn.prepacked import can_prepack, prepack, restore
from miaobi.nn.winograd import NARROW, can_spare, flattened, sparing, transformed, unrolled


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
    assert apart(winograd.winograd(x, transformed(layer.weight), layer.bias), wanted) < 5e-5
    assert apart(unrolled(x, flattened(layer.weight, 40), layer.bias), wanted) < 5e-6


def test_lines_of_tiles_are_made_one_after_the_other(monkeypatch: pytest.MonkeyPatch) -> None:
    layer, x = conv(8, 8), picture(2, 8, 30, 9)
    whole = winograd.winograd(x, transformed(layer.weight), layer.bias)
    monkeypatch.setattr(winograd, "AT_ONCE", 1)
    assert apart(winograd.winograd(x, transformed(layer.weight), layer.bias), whole) < 1e-6
    assert apart(whole, layer(x)) < 5e-5


def test_channels_that_do_not_come_last_are_taken_too() -> None:
    layer = conv(NARROW, NARROW)
    x = picture(1, NARROW, 6, 6)
    assert apart(sparing(layer)(x.contiguous()), layer(x)) < 5e-5


@pytest.mark.parametrize("size", [32, 8, 2], ids=str)
def test_every_way_of_a_packed_layer(size: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Large pictures by Winograd, small ones unrolled, and in between as it was."""
    taken: list[str] = []
    for name in ("winograd", "unrolled"):
        made = getattr(winograd, name)
        monkeypatch.setattr(
            winograd, name, lambda *given, n=name, m=made: taken.append(n) or m(*given)
        )
    monkeypatch.setattr(winograd, "READ", 4 * NARROW**2 * 36 // 64)
    monkeypatch.setattr(winograd, "FEW", 63)
    layer = nn.Sequential(conv(NARROW, NARROW))
    x = picture(1, NARROW, size, size)
    wanted = layer(x)
    assert can_prepack(layer) and prepack(layer, 64) == 1 and prepack(layer, 64) == 0
    assert apart(layer(x), wanted) < 5e-5 and apart(layer(x), wanted) < 5e-5
    assert taken == {32: ["winograd"] * 2, 8: [], 2: ["unrolled"] * 2}[size]
    restore(layer)
    assert torch.equal(layer(x), wanted)


def test_only_what_it_is_made_for() -> None:
    assert can_spare(conv(NARROW, NARROW))
    others: list[nn.Module] = [
        conv(NARROW, NARROW - 1),
        conv(NARROW, NARROW, stride=2),
        conv(NARROW, NARROW, groups=2),
        conv(NARROW, NARROW, padding_mode="reflect"),
        conv(NARROW, NARROW).double(),
        conv(NARROW, NARROW, dilation=2),
        nn.Conv2d(NARROW, NARROW, 1),
        nn.Linear(NARROW, NARROW),
        nn.Conv2d(NARROW, NARROW, 3, padding="same"),
    ]
    assert not any(map(can_spare, others))
