"""uint8 pixels to tensors in [-1, 1] and back."""

import numpy as np
import torch

from miaobi.models.pixels import (
    clips_to_tensor,
    images_to_tensor,
    tensor_to_clips,
    tensor_to_images,
)


def _levels(*shape: int) -> np.ndarray:
    return np.random.default_rng(0).integers(0, 256, shape, np.uint8)


def test_images_and_back() -> None:
    images = _levels(2, 48, 64, 3)
    x = images_to_tensor(list(images))
    assert x.shape == (2, 3, 48, 64) and x.dtype == torch.float32
    assert x.min() == -1 and x.max() == 1
    assert (np.stack(tensor_to_images(x)) == images).all()


def test_channels_are_the_third_axis_from_behind() -> None:
    red = np.zeros((2, 2, 3), np.uint8)
    red[..., 0] = 255
    assert images_to_tensor([red])[0, :, 0, 0].tolist() == [1, -1, -1]


def test_what_lies_outside_is_clipped() -> None:
    assert (tensor_to_images(torch.full((1, 3, 2, 2), 9.0))[0] == 255).all()
    assert (tensor_to_images(torch.full((1, 3, 2, 2), -9.0))[0] == 0).all()


def test_clips_and_back() -> None:
    clips = _levels(2, 5, 8, 6, 3)
    x = clips_to_tensor(list(clips))
    assert x.shape == (2, 3, 5, 8, 6)
    assert (np.stack(tensor_to_clips(x)) == clips).all()
