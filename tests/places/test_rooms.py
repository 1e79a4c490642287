"""Rooms: their data, and that they are painted the same way twice."""

from random import Random

import numpy as np
import pytest

from miaobi.drawing.canvas import Canvas
from miaobi.drawing.raster import rasterize
from miaobi.places.conditions import Conditions
from miaobi.places.furniture import PIECES
from miaobi.places.interiors.room_data import read_thing, rooms
from miaobi.places.interiors.rooms import paint_room
from miaobi.places.table import PLACES, build_place


def _picture(name, when):
    place = paint_room(name, when)
    canvas = Canvas()
    for layer in (*place.layers, *place.front):
        layer.paint(canvas)
    return rasterize(canvas, 160, 90, 0.125)


def test_every_thing_of_a_room_is_a_known_piece():
    for name, room in rooms().items():
        for text in (*room.things, *room.near, *room.winter):
            for seed in range(6):
                thing = read_thing(text, 588, Random(seed))
                assert thing is None or thing.piece in PIECES, (name, text)


def test_every_room_is_a_place():
    for name in rooms():
        assert PLACES[name] == f"miaobi.places.interiors.rooms:{name.replace('-', '_')}"
        assert build_place(name, Conditions()).ground > 600


@pytest.mark.parametrize("name", sorted(rooms()))
def test_a_room_fills_the_picture_and_is_darker_at_night(name):
    day = _picture(name, Conditions("day", "clear", "summer", 3))
    night = _picture(name, Conditions("night", "rain", "winter", 3))
    assert day[..., 3].min() == 255 and night[..., 3].min() == 255
    assert day[..., :3].std() > 20
    assert night[..., :3].mean() < day[..., :3].mean() + 1


def test_a_room_is_painted_the_same_way_twice_and_varies_with_the_seed():
    first, second, other = (_picture("bedroom", Conditions(seed=seed)) for seed in (1, 1, 2))
    assert np.array_equal(first, second)
    assert not np.array_equal(first, other)


def test_an_optional_thing_may_be_missing():
    seen = {read_thing("plant? 10 20 30", 588, Random(seed)) is None for seed in range(20)}
    assert seen == {True, False}


def test_an_unknown_room_is_an_error():
    with pytest.raises(AttributeError):
        from miaobi.places.interiors import rooms as module

        _ = module.no_such_room
