"""Averaged weights: the formula, and the swap that leaves no trace."""

import pytest
import torch
from torch import nn

from miaobi.models.gpt import GPT, preset
from miaobi.train.ema import EMA


def set_to(network: nn.Module, value: float) -> None:
    with torch.no_grad():
        for parameter in network.parameters():
            parameter.fill_(value)


def test_the_average_follows_its_formula() -> None:
    network = nn.Linear(2, 2)
    set_to(network, 1.0)
    ema = EMA(network, 0.95)
    expected = 1.0
    for step in (0, 1, 2, 50, 200, 1000):
        set_to(network, step + 2.0)
        ema.update(step)
        decay = min(0.95, (1 + step) / (10 + step))
        expected = decay * expected + (1 - decay) * (step + 2.0)
        for average in ema.average.values():
            assert average.flatten().tolist() == pytest.approx([expected] * average.numel())


def test_the_decay_is_low_at_first() -> None:
    network = nn.Linear(1, 1)
    set_to(network, 0.0)
    ema = EMA(network, 0.999)
    set_to(network, 1.0)
    ema.update(0)
    assert ema.average["weight"].item() == pytest.approx(0.9)  # a tenth of the start is left


def test_it_begins_at_the_weights_and_does_not_share_them() -> None:
    network = nn.Linear(2, 2)
    ema = EMA(network, 0.9)
    assert torch.equal(ema.average["weight"], network.weight)
    set_to(network, 7.0)
    assert not torch.equal(ema.average["weight"], network.weight)


def test_inside_the_network_has_the_average_and_outside_its_own_weights() -> None:
    torch.manual_seed(0)
    network = nn.Linear(5, 5)
    ema = EMA(network, 0.9)
    with torch.no_grad():
        network.weight.add_(torch.randn(5, 5))
    ema.update(3)
    own, average = network.weight.detach().clone(), ema.average["weight"].clone()
    with ema.applied():
        assert torch.equal(network.weight, average)
    assert torch.equal(network.weight, own) and torch.equal(ema.average["weight"], average)


def test_an_error_inside_gives_the_weights_back() -> None:
    network = nn.Linear(2, 2)
    ema = EMA(network, 0.9)
    set_to(network, 7.0)
    with pytest.raises(KeyError), ema.applied():
        raise KeyError
    assert network.weight.unique().tolist() == [7.0]


def test_the_same_tensors_stay_in_place() -> None:
    """An optimizer holds the parameters themselves."""
    network = nn.Linear(2, 2)
    before = network.weight.data_ptr()
    with EMA(network, 0.9).applied():
        assert network.weight.data_ptr() == before
    assert network.weight.requires_grad and network.weight.is_leaf


def test_frozen_weights_have_no_average() -> None:
    network = nn.Linear(2, 2)
    network.bias.requires_grad = False
    ema = EMA(network, 0.9)
    assert list(ema.average) == ["weight"]
    network.bias.fill_(5.0)
    ema.update(0)
    with ema.applied():
        assert network.bias.tolist() == [5.0, 5.0]


def test_tied_weights_are_averaged_once() -> None:
    network = GPT(preset(50, "tiny", 16))
    ema = EMA(network, 0.9)
    assert "embed.weight" in ema.average and "head.weight" not in ema.average
    set_to(network, 2.0)
    ema.update(1000)
    with ema.applied():
        assert torch.equal(network.head.weight, ema.network.get_parameter("embed.weight"))
