"""Words on pictures: within the border, readable, and the notice as high as the standard asks."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from miaobi.assets.store import asset_folder
from miaobi.media import text_overlay
from miaobi.media.text_overlay import Layer

SIZES = [(1280, 720), (720, 1280), (960, 960), (256, 144)]


@pytest.fixture
def font() -> Path:
    return asset_folder("subtitle-font") / "font.otf"


def inside(layer: Layer, size: tuple[int, int]) -> bool:
    width, height = layer.picture.size
    return (
        layer.left >= 0
        and layer.top >= 0
        and layer.left + width <= size[0]
        and layer.top + height <= size[1]
    )


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("text", ["A boat.", "它想去看看大海，\n于是在夜里出发了。", "W" * 60])
def test_subtitles_lie_inside(font: Path, size: tuple[int, int], text: str) -> None:
    layer = text_overlay.draw_subtitle(text, size, font)
    assert inside(layer, size)
    assert layer.top > size[1] / 2
    assert np.asarray(layer.picture)[..., :3].max() > 150  # letters of 4 pixels are gray


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("text", ["AI GENERATED", "AI 生成"])
def test_every_letter_of_the_notice_is_high_enough(
    font: Path, size: tuple[int, int], text: str
) -> None:
    """GB 45438-2025, 5.4: at least 5 % of the shorter side; at an edge or corner."""
    layer = text_overlay.draw_notice(text, size, font)
    assert inside(layer, size)
    assert layer.top < 0.1 * size[1]
    bright = np.asarray(layer.picture.convert("RGB")).min(axis=2) > 180
    rows = np.flatnonzero(bright.any(axis=1))
    assert rows[-1] - rows[0] + 1 >= 0.05 * min(size) - 1


@pytest.mark.parametrize("kind", ["title", "credits", "quiz"])
def test_cards_darken_the_picture_and_show_their_lines(font: Path, kind: str) -> None:
    lines = ("The Paper Boat That Wanted To See The Whole Wide World And More", "B. a house")
    layer = text_overlay.draw_card(lines, (640, 360), font, kind)
    frame = Image.new("RGB", (640, 360), (200, 200, 200))
    text_overlay.paste_layer(frame, layer)
    pixels = np.asarray(frame)
    assert pixels[5, 5].max() < 190
    assert pixels.max() > 240


def test_a_layer_comes_softly(font: Path) -> None:
    layer = text_overlay.draw_notice("AI 生成", (256, 144), font)
    frames = [Image.new("RGB", (256, 144)) for _ in range(3)]
    for frame, opacity in zip(frames, (0.0, 0.5, 1.0), strict=True):
        text_overlay.paste_layer(frame, layer, opacity)
    sums = [float(np.asarray(frame).sum()) for frame in frames]
    assert sums[0] == 0 < sums[1] < sums[2]
