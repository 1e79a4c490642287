"""The layers of clips: every drawing on its canvas, every ground as it is painted."""

import numpy as np
import pytest

from miaobi.core.errors import OptionError
from miaobi.scenes.backgrounds import BACKGROUND_TABLE, TINTS
from miaobi.scenes.layers import (
    CANVAS_FILL,
    RENDERINGS,
    VARIANTS,
    LayerConfig,
    background_classes,
    background_image,
    background_labels,
    background_variants,
    rendering_of_style,
    sprite_canvas,
    sprite_classes,
    sprite_count,
    sprite_labels,
)
from miaobi.scenes.sprites import STYLES, open_atlas, subject_index


@pytest.mark.usefixtures("drawings")
def test_a_drawing_lies_in_the_middle_and_fills_its_canvas() -> None:
    number = subject_index("fox") * len(STYLES) + STYLES.index("noto")
    whole = sprite_canvas(number, 96)
    assert whole.shape == (96, 96, 4) and (whole[..., :3] <= whole[..., 3:]).all()
    rows, columns = (np.flatnonzero((whole[..., 3] > 8).any(axis)) for axis in (1, 0))
    tall, wide = int(np.ptp(rows)) + 1, int(np.ptp(columns)) + 1
    assert abs(max(tall, wide) - CANVAS_FILL * 96) <= 2
    assert abs(rows[0] - (95 - rows[-1])) <= 2 and abs(columns[0] - (95 - columns[-1])) <= 2
    height, width = open_atlas().sprite(*sprite_labels(number)).shape[:2]
    assert abs(wide / tall - width / height) < 0.06


@pytest.mark.usefixtures("drawings")
def test_numbers_and_labels_of_drawings() -> None:
    names, styles = sprite_classes()
    assert sprite_count() == len(names) * len(styles)
    assert sprite_labels(sprite_count() - 1) == (len(names) - 1, len(styles) - 1)
    assert len({sprite_labels(number) for number in range(sprite_count())}) == sprite_count()


def test_grounds_are_told_apart_and_stay_the_same() -> None:
    known, (backgrounds, renderings) = background_variants(), background_classes()
    assert len(known) == len(RENDERINGS) * ((len(BACKGROUND_TABLE) - 1) * VARIANTS + len(TINTS))
    assert len(set(known)) == len(known)
    for number in (0, 100, len(known) - 1):
        background, rendering = background_labels(number)
        assert (backgrounds[background], renderings[rendering]) == (
            known[number].background,
            known[number].rendering,
        )
    first, second = background_image(0, 64), background_image(1, 64)
    assert first.shape == (64, 64, 3) and first.dtype == np.uint8
    assert (background_image(0, 64) == first).all() and (first != second).any()


def test_a_plain_ground_has_its_tint() -> None:
    number = next(
        n
        for n, g in enumerate(background_variants())
        if (g.background, g.variant) == ("plain", "green")
    )
    red, green, blue = background_image(number, 32).reshape(-1, 3).mean(0)
    assert green > red and green > blue


def test_every_style_has_a_manner() -> None:
    assert {rendering_of_style(style) for style in STYLES} == set(RENDERINGS)
    assert rendering_of_style("ink") == "ink" and rendering_of_style("noto") == "3d"


def test_sizes_of_a_batch() -> None:
    for options in ({"rows": 0}, {"grounds": 0}):
        with pytest.raises(OptionError):
            LayerConfig(**options)
