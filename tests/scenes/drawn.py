"""Folders of small pictures that differ, made in the test."""

from pathlib import Path
from typing import Any

import numpy as np

from miaobi.media.image import encode

FORMATS = {"png": "png", "jpg": "jpeg", "webp": "webp"}


def picture(seed: int, side: int = 40) -> Any:
    """uint8 (side, side, 3): a bright box on a dark ground, colors and place drawn from the seed."""
    draw = np.random.default_rng(seed)
    pixels = np.empty((side, side, 3), np.uint8)
    pixels[:] = draw.integers(0, 90, 3)
    top, left = draw.integers(0, side // 2, 2)
    pixels[top : top + side // 2, left : left + side // 2] = draw.integers(130, 256, 3)
    return pixels


def write(path: Path, pixels: Any) -> Path:
    """A picture file in the format of its ending."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(encode(pixels, FORMATS[path.suffix[1:]]))
    return path


def draw_folder(place: Path, count: int = 24, classes: tuple[str, ...] = ("box", "square")) -> Path:
    """`count` pictures dealt out to a folder for each class: box/picture-0.png …"""
    for number in range(count):
        folder = place / classes[number % len(classes)]
        write(folder / f"picture-{number}.png", picture(number))
    return place
