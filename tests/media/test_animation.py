"""Frames as a strip and as animations, read back by Pillow."""

import io
from typing import Any

import numpy as np
import pytest
from PIL import Image

from miaobi.core.errors import OptionError
from miaobi.media.animation import GAP, encode, resolve_format, strip
from miaobi.media.image import decode
from miaobi.media.sniff import media_type_of


def frames(count: int = 4) -> list[Any]:
    return [np.full((20, 30, 3), 20 + 50 * number, np.uint8) for number in range(count)]


def test_a_strip_has_thin_white_gaps() -> None:
    whole = strip(frames())
    assert whole.shape == (20, 4 * 30 + 3 * GAP, 3)
    assert (whole[:, 30 : 30 + GAP] == 255).all() and (whole[:, -30:] == 170).all()
    assert (decode(encode(frames(), "png")) == whole).all()


@pytest.mark.parametrize(
    ("format", "fps", "duration"),
    [("gif", 12, 80), ("gif", 50, 20), ("webp", 12, 83), ("webp", 50, 20), ("webp", 1, 1000)],
)
def test_an_animation_plays_for_ever(format: str, fps: int, duration: int) -> None:
    data = encode(frames(), format, fps)
    assert media_type_of(data) == f"image/{format}"
    with Image.open(io.BytesIO(data)) as picture:
        assert picture.n_frames == 4 and picture.info["loop"] == 0
        for number, frame in enumerate(frames()):
            picture.seek(number)
            shown = np.asarray(picture.convert("RGB")).astype(int)
            assert np.abs(shown - frame).max() <= 3
            assert picture.info["duration"] == duration


def test_there_and_back() -> None:
    with Image.open(io.BytesIO(encode(frames(), "gif", ping_pong=True))) as picture:
        assert picture.n_frames == 6
        shown = []
        for number in range(6):
            picture.seek(number)
            shown.append(picture.convert("RGB").getpixel((0, 0))[0])
    assert shown == [20, 70, 120, 170, 120, 70]
    with Image.open(io.BytesIO(encode(frames(2), "webp", ping_pong=True))) as picture:
        assert picture.n_frames == 2


def test_the_format_of_a_file() -> None:
    assert resolve_format("", None) == "png" and resolve_format(".GIF", None) == "gif"
    assert resolve_format(".gif", "webp") == "webp"
    with pytest.raises(OptionError, match="no picture format 'jpg'. Choose one of: png, gif, webp"):
        resolve_format(".jpg", None)
