"""Contact sheets."""

import io

import numpy as np
from PIL import Image

from miaobi.evaluation.contact_sheet import GAP, LINE, LINES, contact_sheet

PICTURES = [np.full((40, 60, 3), value, np.uint8) for value in (10, 90, 200)]


def opened(data: bytes) -> np.ndarray:
    image = Image.open(io.BytesIO(data))
    assert image.format == "PNG"
    return np.asarray(image.convert("RGB")).astype(int)


def test_pictures_in_rows() -> None:
    page = opened(contact_sheet(PICTURES, ["", "", ""], 2))
    assert page.shape == (2 * (40 + GAP) + GAP, 2 * (60 + GAP) + GAP, 3)
    for number, value in enumerate((10, 90, 200)):
        x, y = GAP + number % 2 * (60 + GAP), GAP + number // 2 * (40 + GAP)
        assert np.abs(page[y : y + 40, x : x + 60] - value).max() < 6


def test_captions_below_and_inside_their_column() -> None:
    long = "a very long caption that has to be wrapped to the width of its own picture"
    page = opened(contact_sheet(PICTURES[:2], [long, "狐狸"], 2))
    below = page[GAP + 40 : GAP + 40 + LINE * LINES]
    dark = np.argwhere(below.min(-1) < 100)
    assert len(dark) and dark[:, 1].max() < GAP + 60 + GAP, "the second caption is left out"
    assert len({row // LINE for row in dark[:, 0]}) == LINES
