"""Pictures that fill a screen."""

import numpy as np
import pytest

from miaobi.media.upscaling import fill_frame


def scene() -> np.ndarray:
    """Sky over sea with a red square in the middle, softly sampled: (32, 32, 3)."""
    pixels = np.zeros((32, 32, 3), np.uint8)
    pixels[:16], pixels[16:] = (120, 190, 250), (20, 90, 160)
    pixels[10:22, 11:21] = (220, 40, 30)
    return pixels


@pytest.mark.parametrize("size", [(320, 180), (180, 320), (200, 200)])
def test_every_shape_is_filled(size: tuple[int, int]) -> None:
    whole = fill_frame(scene(), size)
    assert whole.shape == (size[1], size[0], 3)
    assert whole.dtype == np.uint8
    middle = whole[size[1] // 2, size[0] // 2]
    assert middle[0] > 150 > middle[2]


def test_calm_borders_go_on() -> None:
    whole = fill_frame(scene(), (320, 180)).astype(int)
    assert np.abs(whole[20, 3] - (120, 190, 250)).max() < 12
    assert np.abs(whole[160, 316] - (20, 90, 160)).max() < 12


def test_edges_are_clearer_than_by_resampling_alone() -> None:
    from miaobi.media.image import resize

    small = resize(resize(scene(), (8, 8)), (32, 32))
    steep = [
        np.abs(np.diff(a.astype(int), axis=1)).max()
        for a in (fill_frame(small, (256, 256)), resize(small, (256, 256)))
    ]
    assert steep[0] > 1.5 * steep[1]


def test_a_busy_picture_of_another_shape_stands_before_its_blur() -> None:
    noise = np.random.default_rng(0).integers(0, 255, (300, 200, 3), np.uint8)
    whole = fill_frame(noise, (640, 360)).astype(float)
    assert whole[:, :100].std() < 0.5 * whole[:, 270:370].std()


def test_large_pictures_are_cropped_a_little() -> None:
    picture = np.zeros((600, 900, 3), np.uint8)
    picture[:, :, 1] = np.linspace(0, 255, 900).astype(np.uint8)
    whole = fill_frame(picture, (320, 180))
    assert whole[90, 0, 1] < 4 and whole[90, -1, 1] > 250
