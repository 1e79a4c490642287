"""Guidance is its formula; a scale of 1, and times outside the interval, change nothing."""

import pytest
import torch

from miaobi.diffusion.guidance import guided


class Network:
    """Answers told rows with x + t, untold ones with 2x; counts the rows it was given."""

    def __init__(self, rows: int) -> None:
        self.rows, self.asked = rows, []

    def __call__(self, x: torch.Tensor, t: torch.Tensor) -> torch.Tensor:
        self.asked.append(len(x))
        y = x + t.view(-1, 1)
        y[self.rows :] = 2 * x[self.rows :]
        return y


X, T = torch.randn(3, 50), torch.full((3,), 0.5)


@pytest.mark.parametrize("scale", [0.0, 0.5, 2.0, 7.5])
def test_is_the_formula_in_one_look(scale: float) -> None:
    network = Network(3)
    v = guided(network, scale)(X, T)
    torch.testing.assert_close(v, 2 * X + scale * (X + 0.5 - 2 * X), atol=1e-5, rtol=1e-5)
    assert network.asked == [6]


def test_a_scale_of_one_is_the_network_itself() -> None:
    network = Network(3)
    assert torch.equal(guided(network, 1.0, rescale=0.7)(X, T), network(X, T))
    assert network.asked == [3, 3]


def test_outside_the_interval_it_is_not_guided_and_costs_half() -> None:
    network = Network(3)
    inside = guided(network, 3.0, interval=(0.2, 0.6))
    torch.testing.assert_close(inside(X, T + 0.2), X + 0.7)
    torch.testing.assert_close(inside(X, T - 0.4), X + 0.1)
    assert not torch.allclose(inside(X, T), X + 0.5)
    assert network.asked == [3, 3, 6]


def test_rescaled_in_full_it_has_the_contrast_of_what_was_told() -> None:
    told = X + 0.5
    v = guided(Network(3), 5.0, rescale=1.0)(X, T)
    torch.testing.assert_close(v.std(1), told.std(1))
    half = guided(Network(3), 5.0, rescale=0.5)(X, T)
    torch.testing.assert_close(2 * half - v, guided(Network(3), 5.0)(X, T), atol=1e-4, rtol=1e-4)
