"""The learning rate's way, and which weights decay."""

import math
from typing import Any

import pytest
import torch
from torch import nn

from miaobi.core.errors import OptionError
from miaobi.models.gpt import GPT, preset
from miaobi.train.optim import TrainConfig, learning_rate, make_optimizer

CONFIG = TrainConfig(steps=110, warmup=10, learning_rate=2.0, final=0.1)


def test_the_rate_rises_in_a_line() -> None:
    rates = [learning_rate(step, CONFIG) for step in range(10)]
    assert rates == pytest.approx([0.2 * (step + 1) for step in range(10)])


def test_the_rate_falls_along_a_cosine() -> None:
    assert learning_rate(10, CONFIG) == pytest.approx(2.0)
    assert learning_rate(60, CONFIG) == pytest.approx(0.2 + 1.8 / 2)
    assert learning_rate(35, CONFIG) == pytest.approx(0.2 + 1.8 * (1 + math.sqrt(0.5)) / 2)
    assert learning_rate(110, CONFIG) == learning_rate(10_000, CONFIG) == pytest.approx(0.2)
    rates = [learning_rate(step, CONFIG) for step in range(10, 111)]
    assert rates == sorted(rates, reverse=True)


@pytest.mark.parametrize(
    ("options", "rates"),
    [
        ({"warmup": 0, "steps": 2, "final": 0.0}, [1.0, 0.5]),
        ({"warmup": 0, "steps": 3, "final": 1.0}, [1.0, 1.0, 1.0]),
        ({"warmup": 4, "steps": 2, "final": 0.0}, [0.25, 0.5]),
        ({"warmup": 2, "steps": 2, "final": 0.0}, [0.5, 1.0]),
        ({"warmup": 1, "steps": 1, "final": 0.0}, [1.0]),
    ],
)
def test_short_runs(options: dict[str, Any], rates: list[float]) -> None:
    config = TrainConfig(learning_rate=1.0, **options)
    assert [learning_rate(step, config) for step in range(config.steps)] == pytest.approx(rates)


def test_matrices_decay_and_biases_and_norms_do_not() -> None:
    network = nn.Sequential(nn.Embedding(5, 4), nn.Linear(4, 3), nn.LayerNorm(3))
    optimizer = make_optimizer(network, TrainConfig(weight_decay=0.3, betas=(0.8, 0.9)))
    decaying, others = optimizer.param_groups
    assert [tuple(p.shape) for p in decaying["params"]] == [(5, 4), (3, 4)]
    assert [tuple(p.shape) for p in others["params"]] == [(3,), (3,), (3,)]
    assert (decaying["weight_decay"], others["weight_decay"]) == (0.3, 0.0)
    assert decaying["betas"] == (0.8, 0.9)


def test_every_weight_is_learned_once_and_frozen_ones_never() -> None:
    network = GPT(preset(100, "tiny", 16))  # its head is its embedding
    for parameter in network.blocks[0].parameters():
        parameter.requires_grad = False
    groups = make_optimizer(network, TrainConfig()).param_groups
    learned = [id(p) for group in groups for p in group["params"]]
    wanted = {id(p) for p in network.parameters() if p.requires_grad}
    assert len(learned) == len(set(learned)) and set(learned) == wanted


def test_a_step_is_the_one_of_the_paper() -> None:
    """AdamW by hand: the first step goes by the rate, whatever the gradient's size."""
    network = nn.Linear(1, 1)
    nn.init.constant_(network.weight, 2.0)
    nn.init.constant_(network.bias, 3.0)
    optimizer = make_optimizer(network, TrainConfig(learning_rate=0.1, weight_decay=0.5))
    (network.weight * 7 - network.bias * 100).sum().backward()
    optimizer.step()
    assert network.weight.item() == pytest.approx(2.0 * (1 - 0.1 * 0.5) - 0.1)
    assert network.bias.item() == pytest.approx(3.0 + 0.1)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("steps", 0),
        ("seed", -1),
        ("learning_rate", 0.0),
        ("learning_rate", float("nan")),
        ("learning_rate", 11),
        ("warmup", -1),
        ("final", -0.1),
        ("final", 1.1),
        ("weight_decay", -0.1),
        ("clip", -1.0),
        ("accumulate", 0),
        ("ema", 1.0),
        ("validate_every", 0),
        ("save_every", 0),
        ("log_every", 0),
    ],
)
def test_numbers_out_of_range(name: str, value: float) -> None:
    with pytest.raises(OptionError) as caught:
        TrainConfig(**{name: value})
    assert str(caught.value).startswith(f"{name} is {value}. It has to lie between ")


@pytest.mark.parametrize("betas", [(0.9, 1.0), (-0.1, 0.9), (1.5, 0.9)])
def test_betas_out_of_range(betas: tuple[float, float]) -> None:
    with pytest.raises(OptionError, match="betas is "):
        TrainConfig(betas=betas)


def test_a_precision_we_do_not_have() -> None:
    with pytest.raises(OptionError) as caught:
        TrainConfig(precision="float8")
    assert str(caught.value).endswith("Choose one of: auto, float32, bfloat16.")


def test_an_optimizer_learns() -> None:
    torch.manual_seed(0)
    network = nn.Linear(3, 1)
    x = torch.randn(64, 3)
    y = x @ torch.tensor([[1.0], [-2.0], [0.5]]) + 1
    optimizer = make_optimizer(network, TrainConfig(learning_rate=0.05, weight_decay=0.0))
    for _ in range(400):
        loss = (network(x) - y).square().mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    assert loss.item() < 1e-3
