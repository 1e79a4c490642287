"""Pairs of scenes: the same ones every time, different in what was asked for."""

import numpy as np
import pytest

from miaobi.core.errors import OptionError
from miaobi.scenes.attributes import ATTRIBUTES, attribute_pairs

pytestmark = pytest.mark.usefixtures("drawings")


def test_the_night_is_dark_and_pairs_repeat() -> None:
    pairs = list(attribute_pairs("night", 48, 6))
    again = list(attribute_pairs("night", 48, 6))
    assert len(pairs) == 6 and pairs[0][0].shape == (48, 48, 3)
    assert all(
        (a == c).all() and (b == d).all() for (a, b), (c, d) in zip(pairs, again, strict=True)
    )
    dark, light = (np.mean([pair[side] for pair in pairs]) for side in (0, 1))
    assert dark < light - 40


@pytest.mark.parametrize("name", ATTRIBUTES)
def test_every_attribute_shows(name: str) -> None:
    assert all((one != other).any() for one, other in attribute_pairs(name, 32, 3))


def test_an_attribute_there_is_not() -> None:
    with pytest.raises(OptionError, match="more is 'spoon'. Choose one of: sky, night"):
        next(attribute_pairs("spoon", 32, 1))
