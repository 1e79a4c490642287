"""Boxes for things in a picture."""

import random

import pytest

from miaobi.scenes.layout import ALONE_SIDES, SHARED_SIDES, Box, Shape, arrange

TALL, WIDE, SQUARE = Shape(1, 0.4), Shape(0.35, 1), Shape(1, 1)


def boxes(kind: str, *shapes: Shape, ground: float | None = 0.9) -> list[list[Box]]:
    return [arrange(kind, list(shapes), ground, random.Random(seed)) for seed in range(200)]


@pytest.mark.parametrize("ground", [0.9, None])
@pytest.mark.parametrize("count", [2, 3, 4])
def test_a_row_fits_and_does_not_touch(count: int, ground: float | None) -> None:
    shapes = [SQUARE, WIDE, TALL, SQUARE][:count]
    for row in boxes("row", *shapes, ground=ground):
        assert all(min(box) >= -0.01 and max(box) <= 1.01 for box in row)
        for first, second in zip(row, row[1:], strict=False):  # as one reads
            assert first[2] <= second[0] or first[3] <= second[1] + 0.02


@pytest.mark.parametrize("shape", [TALL, WIDE, SQUARE])
@pytest.mark.parametrize("size", ALONE_SIDES)
def test_sizes_are_kept_and_told_apart(shape: Shape, size: str) -> None:
    sized = Shape(shape.height, shape.width, size)
    low, high = ALONE_SIDES[size]
    for (box,) in boxes("alone", sized):
        assert low - 1e-6 <= max(box[2] - box[0], box[3] - box[1]) <= high + 1e-6
        assert size == "huge" or (min(box) >= -0.03 and max(box) <= 1.03)
    ranges = sorted(ALONE_SIDES.values())
    assert all(one[1] <= next_[0] for one, next_ in zip(ranges, ranges[1:], strict=False))
    assert set(SHARED_SIDES) == set(ALONE_SIDES)


def test_small_things_stand_on_the_ground() -> None:
    feet = [box[3] for (box,) in boxes("alone", Shape(1, 1, "tiny"))]
    assert min(feet) > 0.83 and max(feet) < 0.95
    floating = [box[3] for (box,) in boxes("alone", Shape(1, 1, "tiny", floats=True))]
    assert min(floating) < 0.5
