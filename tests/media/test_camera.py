"""Camera moves: inside the picture, of its shape, without trembling."""

import numpy as np
import pytest
from PIL import Image

from miaobi.core.film import MOTIONS
from miaobi.media.camera import apply_camera, film_window


@pytest.mark.parametrize("motion", MOTIONS)
def test_windows_lie_inside_and_keep_the_shape(motion: str) -> None:
    for share in np.linspace(0, 1, 21):
        left, top, right, bottom = film_window(motion, float(share))
        assert -1e-9 <= left < right <= 1 + 1e-9
        assert -1e-9 <= top < bottom <= 1 + 1e-9
        assert right - left == pytest.approx(bottom - top)


@pytest.mark.parametrize("motion", [motion for motion in MOTIONS if motion != "still"])
def test_a_slow_move_does_not_tremble(motion: str) -> None:
    """The place of a soft dot, to a fraction of a pixel: every step is much like the one before."""
    y, x = np.mgrid[:200, :320]
    dot = np.exp(-(((x - 120) ** 2 + (y - 80) ** 2) / 60.0))
    picture = Image.fromarray(np.dstack([(255 * dot).astype(np.uint8)] * 3))
    places = []
    for share in np.linspace(0.3, 0.5, 40):
        frame = np.asarray(apply_camera(picture, motion, float(share), (320, 200)))[..., 0].astype(
            float
        )
        places.append([(frame * x).sum() / frame.sum(), (frame * y).sum() / frame.sum()])
    steps = np.diff(np.array(places), axis=0)
    assert np.abs(np.diff(steps, axis=0)).max() < 0.03
    assert np.abs(steps).max() > 0.03
