"""Night and rain over composed pictures."""

import random

import numpy as np
import pytest

from miaobi.scenes.backgrounds import BACKGROUND_TABLE
from miaobi.scenes.canvas import flower
from miaobi.scenes.plan import ScenePlan
from miaobi.scenes.prompt import read_scene
from miaobi.scenes.rendering import compose
from miaobi.scenes.sprites import STYLES
from miaobi.scenes.weather import Conditions

pytestmark = pytest.mark.usefixtures("drawings")
PLACED = sorted(set(BACKGROUND_TABLE) - {"plain", "night"})


def seen(place: str, style: str = "3d", **conditions: bool) -> np.ndarray:
    plan = ScenePlan(style, place, ())
    return compose(
        plan, (160, 90), random.Random(2), conditions=Conditions(**conditions)
    ).picture.astype(float)


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("place", PLACED)
def test_every_place_is_darker_by_night_and_grayer_in_rain(place: str, style: str) -> None:
    day, night, wet = (
        seen(place, style, **conditions) for conditions in ({}, {"dark": True}, {"rain": True})
    )
    assert day.shape == night.shape == (90, 160, 3)
    assert night.mean() < 0.6 * day.mean()
    assert wet.mean() < 0.97 * day.mean() and wet.mean() > night.mean()


def test_stars_are_seen_outdoors_and_not_on_walls() -> None:
    """A star is far brighter than the dark sky around it."""
    for place, stars in (("sea", True), ("desert", True), ("room", False)):
        night = seen(place, dark=True)
        bright = night.max(-1) > np.median(night[:30].max(-1)) + 80
        assert bright.any() == stars, place


def test_a_hero_is_seen_by_night() -> None:
    asked = read_scene("a fox in the snow at midnight", "3d")
    picture = compose(asked.plan, (128, 128), random.Random(1), conditions=asked.conditions).picture
    middle, corner = (
        part.astype(float).mean((0, 1)) for part in (picture[48:80, 48:80], picture[:12, :12])
    )
    assert middle[0] > corner[0] + 80


def test_flowers_are_no_squares() -> None:
    for side in (7, 25):
        petals, middle = (mask[..., 0] for mask in flower(side))
        assert petals[0, 0] == petals[0, -1] == petals[-1, 0] == petals[-1, -1] == 0
        assert petals[side // 2, side // 2] == middle[side // 2, side // 2] == 1
        assert 0.3 < petals.mean() < 0.6
