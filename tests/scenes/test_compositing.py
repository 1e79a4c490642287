"""Drawings laid onto pictures."""

import numpy as np
import pytest

from miaobi.scenes.compositing import RECOLORS, SpriteStyle, alpha_composite

RED = np.zeros((40, 20, 4), np.uint8)
RED[..., 0] = RED[..., 3] = 200  # premultiplied, not quite opaque


def page(value: int = 255) -> np.ndarray:
    return np.full((64, 64, 3), value, np.uint8)


def test_over_what_is_there() -> None:
    picture = page()
    alpha_composite(picture, RED, (10, 12, 30, 52), SpriteStyle())
    assert (picture[12:52, 10:30] == (255, 55, 55)).all()
    assert (picture[:12] == 255).all() and (picture[:, 30:] == 255).all()


@pytest.mark.parametrize("box", [(-10, -20, 10, 20), (54, 44, 74, 84), (-5, -5, 75, 75)])
def test_reaching_over_the_border(box: tuple[int, int, int, int]) -> None:
    picture = page()
    alpha_composite(picture, RED, box, SpriteStyle(shadow=True))
    left, top, right, bottom = (min(64, max(0, edge)) for edge in box)
    assert (picture[top:bottom, left:right, 0] > picture[top:bottom, left:right, 1]).all()


def test_beside_the_picture() -> None:
    picture = page()
    alpha_composite(picture, RED, (70, 70, 90, 110), SpriteStyle(shadow=True))
    assert (picture == 255).all()


@pytest.mark.parametrize("color", RECOLORS)
def test_recolored(color: str) -> None:
    """What was colored is near the wanted color, what was gray stays."""
    sprite = np.full((32, 32, 4), 255, np.uint8)
    sprite[:, :16, :3] = (240, 130, 20)
    sprite[:, 16:, :3] = 90
    picture = page(0)
    alpha_composite(picture, sprite, (0, 0, 32, 32), SpriteStyle(color=color))
    wanted = np.array(RECOLORS[color]) * 235 + 20
    assert np.abs(picture[16, 4] - wanted).max() < 2
    assert (picture[16, 28] == 90).all()


def test_ink() -> None:
    ink = np.zeros((32, 32, 4), np.uint8)
    ink[4:28, 4:28, 3] = 255
    ink[8:24, 8:24] = 0  # a frame
    black, white, covering = page(200), page(20), page(200)
    alpha_composite(black, ink, (0, 0, 32, 32), SpriteStyle(ink=True))
    assert (black[5, 5] == 0).all() and (black[16, 16] == 200).all()
    alpha_composite(white, ink, (0, 0, 32, 32), SpriteStyle(ink=True, light=True))
    assert (white[5, 5] == 255).all()
    alpha_composite(covering, ink, (0, 0, 32, 32), SpriteStyle(ink=True, covers=True))
    assert (covering[16, 16] > 240).all() and (covering[1, 1] == 200).all()


def test_shadow_falls_below() -> None:
    picture = page()
    alpha_composite(
        picture, np.zeros((20, 20, 4), np.uint8), (20, 20, 40, 40), SpriteStyle(shadow=True)
    )
    dark = np.argwhere(picture[..., 0] < 250)
    assert dark[:, 0].min() > 34 and dark[:, 0].max() < 44
    assert dark[:, 1].min() >= 20 and dark[:, 1].max() < 40
