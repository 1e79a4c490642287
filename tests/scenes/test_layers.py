"""The layers of clips: every drawing on its canvas, every ground as it is painted."""

import numpy as np
import pytest

from miaobi.core.errors import OptionError
from miaobi.scenes.backgrounds import PLACES, TINTS
from miaobi.scenes.layers import (
    FILLED,
    LOOKS,
    MANNERS,
    LayerConfig,
    canvas,
    drawing_classes,
    drawing_labels,
    drawings,
    ground_classes,
    ground_labels,
    grounds,
    manner_of,
    painting,
)
from miaobi.scenes.sprites import STYLES, open_art, subject_index


@pytest.mark.usefixtures("drawings")
def test_a_drawing_lies_in_the_middle_and_fills_its_canvas() -> None:
    number = subject_index("fox") * len(STYLES) + STYLES.index("noto")
    whole = canvas(number, 96)
    assert whole.shape == (96, 96, 4) and (whole[..., :3] <= whole[..., 3:]).all()
    rows, columns = (np.flatnonzero((whole[..., 3] > 8).any(axis)) for axis in (1, 0))
    tall, wide = int(np.ptp(rows)) + 1, int(np.ptp(columns)) + 1
    assert abs(max(tall, wide) - FILLED * 96) <= 2
    assert abs(rows[0] - (95 - rows[-1])) <= 2 and abs(columns[0] - (95 - columns[-1])) <= 2
    height, width = open_art().sprite(*drawing_labels(number)).shape[:2]
    assert abs(wide / tall - width / height) < 0.06


@pytest.mark.usefixtures("drawings")
def test_numbers_and_labels_of_drawings() -> None:
    names, styles = drawing_classes()
    assert drawings() == len(names) * len(styles)
    assert drawing_labels(drawings() - 1) == (len(names) - 1, len(styles) - 1)
    assert len({drawing_labels(number) for number in range(drawings())}) == drawings()


def test_grounds_are_told_apart_and_stay_the_same() -> None:
    known, (places, manners) = grounds(), ground_classes()
    assert len(known) == len(MANNERS) * ((len(PLACES) - 1) * LOOKS + len(TINTS))
    assert len(set(known)) == len(known)
    for number in (0, 100, len(known) - 1):
        place, manner = ground_labels(number)
        assert (places[place], manners[manner]) == (known[number].place, known[number].manner)
    first, second = painting(0, 64), painting(1, 64)
    assert first.shape == (64, 64, 3) and first.dtype == np.uint8
    assert (painting(0, 64) == first).all() and (first != second).any()


def test_a_plain_ground_has_its_tint() -> None:
    number = next(n for n, g in enumerate(grounds()) if (g.place, g.look) == ("plain", "green"))
    red, green, blue = painting(number, 32).reshape(-1, 3).mean(0)
    assert green > red and green > blue


def test_every_style_has_a_manner() -> None:
    assert {manner_of(style) for style in STYLES} == set(MANNERS)
    assert manner_of("ink") == "ink" and manner_of("noto") == "3d"


def test_sizes_of_a_batch() -> None:
    for options in ({"rows": 0}, {"grounds": 0}):
        with pytest.raises(OptionError):
            LayerConfig(**options)
