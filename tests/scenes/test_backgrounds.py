"""Painted backgrounds."""

import random

import numpy as np
import pytest

from miaobi.scenes.backgrounds import BACKGROUNDS, TINTS, paint_background
from miaobi.scenes.sprites import STYLES


@pytest.mark.parametrize("background", BACKGROUNDS)
@pytest.mark.parametrize("style", STYLES)
def test_every_one_in_every_style(background: str, style: str) -> None:
    tint = "blue" if background == "plain" else ""
    one, again, larger = (
        paint_background(background, style, size, random.Random(5), tint) for size in (64, 64, 96)
    )
    assert one.shape == (64, 64, 3) and larger.shape == (96, 96, 3)
    assert np.array_equal(one, again)
    assert one.min() >= 0 and one.max() <= 255
    if style == "ink" and background != "plain":
        assert np.array_equal(one[..., 0], one[..., 2]), "ink knows no colors"


def test_backgrounds_look_different() -> None:
    """Their mean colors alone tell most of them apart."""
    looks = [
        paint_background(name, "flat", 32, random.Random(1), "red").mean((0, 1))
        for name in BACKGROUNDS
    ]
    away = [np.abs(a - b).max() for n, a in enumerate(looks) for b in looks[:n]]
    assert min(away) > 8


@pytest.mark.parametrize("tint", TINTS)
def test_a_flat_plain_one_is_its_tint(tint: str) -> None:
    assert (paint_background("plain", "flat", 16, random.Random(0), tint) == TINTS[tint]).all()


def test_drawn_anew_each_time() -> None:
    first, second = (paint_background("room", "3d", 32, random.Random(seed)) for seed in (1, 2))
    assert not np.array_equal(first, second)
