"""Compositing of premultiplied pixels."""

import numpy as np

from miaobi.drawing.color import hex_color, mix, parse_color, shade, tint
from miaobi.drawing.compositing import add_light, multiply, paste, shift_mask


def solid(value: tuple[int, int, int, int], height: int = 2, width: int = 2) -> np.ndarray:
    return np.full((height, width, 4), value, np.uint8)


def test_over_and_parts_outside() -> None:
    target = solid((200, 200, 200, 255), 3, 3)[..., :3].copy()
    paste(target, solid((100, 0, 0, 128)), 2, -1)
    assert tuple(target[0, 2]) == (100 + 100, 100, 100)
    assert (target[1:] == 200).all() and (target[:, :2] == 200).all()
    paste(target, solid((1, 1, 1, 255)), 9, 9)  # wholly outside


def test_light_stays_inside_the_alpha() -> None:
    lit = add_light(solid((50, 50, 50, 128)), np.full((2, 2, 3), 255, np.float32))
    assert tuple(lit[0, 0]) == (128, 128, 128, 128)
    dark = multiply(solid((50, 100, 200, 255)), np.float32([0.5, 1.0, 2.0]))
    assert tuple(dark[0, 0]) == (25, 100, 255, 255)


def test_a_shifted_mask_leaves_zeros() -> None:
    mask = np.arange(9, dtype=np.uint8).reshape(3, 3)
    assert shift_mask(mask, 1, -1).tolist() == [[0, 3, 4], [0, 6, 7], [0, 0, 0]]


def test_colors() -> None:
    assert parse_color("#f08") == (255, 0, 136) and hex_color((255, 0, 136)) == "#ff0088"
    assert mix((0, 0, 0), (100, 50, 200), 0.5) == (50, 25, 100)
    base = (200.0, 120.0, 60.0)
    assert sum(shade(base)) < sum(base) < sum(tint(base))
