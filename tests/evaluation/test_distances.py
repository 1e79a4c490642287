"""Distances of sets of features, against their closed forms."""

import math

import pytest
import torch

from miaobi.evaluation.distances import diversity, frechet, nearest


@pytest.fixture
def x() -> torch.Tensor:
    torch.manual_seed(0)
    return torch.randn(300, 6) @ torch.randn(6, 6)


def test_equal_sets_are_not_apart(x: torch.Tensor) -> None:
    assert frechet(x, x) == pytest.approx(0, abs=1e-8)
    assert frechet(x, x[torch.randperm(len(x))]) == pytest.approx(0, abs=1e-8)


def test_shifted_and_scaled_gaussians_have_the_closed_form(x: torch.Tensor) -> None:
    shift = torch.tensor([1.0, 0, 0, 2, 0, 0])
    assert frechet(x, x + shift) == pytest.approx(5, rel=1e-4)
    # covariances that commute: |m - n|² + tr (A^½ - B^½)²
    centered = x - x.mean(0)
    expected = 4 * torch.cov(x.double().T).trace().item()
    assert frechet(centered, 3 * centered) == pytest.approx(expected, rel=1e-5)
    apart = torch.tensor([[0.0], [2.0]])  # mean 1, variance 2
    assert frechet(apart, 2 * apart + 5) == pytest.approx(36 + 2, rel=1e-6)


def test_it_is_the_same_both_ways_even_with_few_pictures(x: torch.Tensor) -> None:
    few, other = x[:4], x[10:15]  # covariances without full rank
    assert frechet(few, other) == pytest.approx(frechet(other, few), rel=1e-6)
    assert frechet(few, other) > 0


def test_diversity_and_nearest() -> None:
    points = torch.tensor([[0.0, 0], [3, 4], [0, 0]])
    assert diversity(points) == pytest.approx(10 / 3)
    far, which = nearest(torch.tensor([[0.0, 1], [4, 4]]), points)
    assert far.tolist() == pytest.approx([1, 1]) and which.tolist()[1] == 1
    assert math.isclose(nearest(points, points)[0].sum().item(), 0, abs_tol=1e-6)
