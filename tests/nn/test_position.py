"""Positions over several axes."""

import pytest
import torch

from miaobi.nn.position import apply_rotary, rotary_grid, rotary_table, sinusoids


@pytest.mark.parametrize("size", [(12,), (6, 7), (4, 5, 3)], ids=str)
def test_scores_depend_on_how_far_apart_along_each_axis(size: tuple[int, ...]) -> None:
    torch.manual_seed(0)
    cos, sin = rotary_grid(size, 32)
    assert cos.shape == sin.shape == (torch.Size(size).numel(), 32)
    q, k = torch.randn(32), torch.randn(32)

    def score(here: tuple[int, ...], there: tuple[int, ...]) -> float:
        i, j = (
            int(sum(p * s for p, s in zip(place, strides, strict=True))) for place in (here, there)
        )
        turned = apply_rotary(q.view(1, 1, 1, -1), cos[i], sin[i]) * apply_rotary(
            k.view(1, 1, 1, -1), cos[j], sin[j]
        )
        return float(turned.sum())

    strides = [torch.Size(size[axis + 1 :]).numel() for axis in range(len(size))]
    zero, one, two = ((value,) * len(size) for value in (0, 1, 2))
    assert score(one, zero) == pytest.approx(score(two, one), abs=1e-4)
    for axis in range(len(size)):
        step = tuple(int(axis == other) for other in range(len(size)))
        further = tuple(a + b for a, b in zip(one, step, strict=True))
        assert score(further, one) == pytest.approx(score(step, zero), abs=1e-4)
        assert score(step, zero) != pytest.approx(score(zero, step), abs=1e-3)


def test_one_axis_is_the_table() -> None:
    for grid, table in zip(
        rotary_grid((9,), 16, 10_000.0), rotary_table(9, 16, 10_000.0), strict=True
    ):
        torch.testing.assert_close(grid, table)


def test_sinusoids_are_bounded_and_tell_numbers_apart() -> None:
    values = sinusoids(torch.tensor([0.0, 1.0, 500.0, 501.0]), 64)
    assert values.shape == (4, 64) and values.abs().max() <= 1
    assert values[0, :32].tolist() == [1] * 32 and values[0, 32:].tolist() == [0] * 32
    assert torch.cdist(values, values).add(10 * torch.eye(4)).min() > 0.5
