"""The chunked loss is the plain one: in value, in both gradients, and inside our networks."""

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor

from miaobi.models.gpt import GPT, preset
from miaobi.models.rnn import RNN, RNNConfig
from miaobi.nn.loss import ROWS, linear_cross_entropy

SHAPES = [(1,), (7,), (ROWS,), (ROWS + 1,), (3, 400), (2, 3, 200)]  # of targets


def inputs(shape: tuple[int, ...], width: int = 16, vocab: int = 50) -> tuple[Tensor, ...]:
    torch.manual_seed(sum(shape))
    h = torch.randn(*shape, width, requires_grad=True)
    weight = torch.randn(vocab, width, requires_grad=True)
    return h, weight, torch.randint(0, vocab, shape)


def plain(h: Tensor, weight: Tensor, targets: Tensor) -> Tensor:
    return F.cross_entropy(F.linear(h, weight).flatten(0, -2).float(), targets.flatten())


@pytest.mark.parametrize("shape", SHAPES)
def test_value_and_gradients_are_those_of_the_plain_loss(shape: tuple[int, ...]) -> None:
    h, weight, targets = inputs(shape)
    expected = plain(h, weight, targets)
    gradients = torch.autograd.grad(expected, (h, weight))
    loss = linear_cross_entropy(h, weight, targets)
    torch.testing.assert_close(loss, expected, rtol=1e-6, atol=1e-6)
    for ours, theirs in zip(torch.autograd.grad(loss, (h, weight)), gradients, strict=True):
        assert ours.dtype == torch.float32
        torch.testing.assert_close(ours, theirs, rtol=1e-5, atol=1e-7)


@pytest.mark.parametrize("shape", SHAPES)
def test_under_bfloat16_it_is_about_the_same(shape: tuple[int, ...]) -> None:
    h, weight, targets = inputs(shape)
    expected = plain(h, weight, targets)
    gradients = torch.autograd.grad(expected, (h, weight))
    with torch.autocast("cpu", torch.bfloat16):
        loss = linear_cross_entropy(h, weight, targets)
    assert loss.dtype == torch.float32
    torch.testing.assert_close(loss, expected, rtol=0.02, atol=0.02)
    for ours, theirs in zip(torch.autograd.grad(loss, (h, weight)), gradients, strict=True):
        assert ours.dtype == torch.float32
        assert (ours - theirs).norm() < 0.03 * theirs.norm()


def test_a_frozen_weight_learns_nothing_and_what_comes_before_it_does() -> None:
    h, weight, targets = inputs((700,))
    (expected,) = torch.autograd.grad(plain(h, weight, targets), h)
    frozen = weight.detach()
    linear_cross_entropy(h, frozen, targets).backward()
    assert frozen.grad is None and h.grad is not None
    torch.testing.assert_close(h.grad, expected, rtol=1e-5, atol=1e-7)


def test_a_head_can_learn_alone() -> None:
    h, weight, targets = inputs((700,))
    (expected,) = torch.autograd.grad(plain(h, weight, targets), weight)
    (ours,) = torch.autograd.grad(linear_cross_entropy(h.detach(), weight, targets), weight)
    torch.testing.assert_close(ours, expected, rtol=1e-5, atol=1e-7)


def test_without_gradients_the_value_is_the_same() -> None:
    h, weight, targets = inputs((700,))
    with torch.no_grad():
        loss = linear_cross_entropy(h, weight, targets)
    assert not loss.requires_grad
    torch.testing.assert_close(loss, plain(h, weight, targets).detach(), rtol=1e-6, atol=1e-6)


def test_a_scaled_loss_has_scaled_gradients() -> None:
    h, weight, targets = inputs((9,))
    once = torch.autograd.grad(linear_cross_entropy(h, weight, targets), (h, weight))
    thrice = torch.autograd.grad(3 * linear_cross_entropy(h, weight, targets), (h, weight))
    for small, large in zip(once, thrice, strict=True):
        torch.testing.assert_close(3 * small, large)


def test_enormous_scores_stay_numbers() -> None:
    h, weight, targets = inputs((9,))
    loss = linear_cross_entropy(h * 1e4, weight, targets)
    torch.testing.assert_close(loss, plain(h * 1e4, weight, targets), rtol=1e-5, atol=1e-3)
    assert all(g.isfinite().all() for g in torch.autograd.grad(loss, (h, weight)))


@pytest.mark.parametrize("tied", [True, False])
@pytest.mark.parametrize("kind", ["gpt", "rnn"])
def test_networks_learn_by_it_as_by_their_logits(kind: str, tied: bool) -> None:
    torch.manual_seed(0)
    if kind == "gpt":
        config = preset(100, "tiny", 64)
        model: torch.nn.Module = GPT(
            config if tied else type(config)(**vars(config) | {"tied": False})
        )
    else:
        model = RNN(RNNConfig(vocab=100, width=32, layers=1, tied=tied))
    tokens, targets = torch.randint(0, 100, (2, 2, 33))
    names, parameters = zip(*model.named_parameters(), strict=True)
    expected = F.cross_entropy(model(tokens).flatten(0, 1), targets.flatten())
    theirs = torch.autograd.grad(expected, parameters)
    loss = model(tokens, targets=targets)
    torch.testing.assert_close(loss, expected)
    ours = torch.autograd.grad(loss, parameters)
    for name, one, other in zip(names, ours, theirs, strict=True):
        assert torch.allclose(one, other, rtol=1e-4, atol=1e-6), name
