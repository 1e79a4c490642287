"""Drawings composed by rule: the road, sizes, seeds, and what is refused."""

from pathlib import Path

import numpy as np
import pytest

import miaobi as mb
from miaobi.core.errors import NotFoundError, OptionError
from miaobi.core.requests import ImageRequest
from miaobi.engines.collage import CollageEngine
from miaobi.engines.registry import choose_model
from miaobi.media.image import decode
from miaobi.models.zoo import find_model

pytestmark = pytest.mark.usefixtures("drawings")


def paint(prompt: str, **options: object) -> tuple[np.ndarray, ...]:
    engine = CollageEngine(find_model("collage", "image"))
    request = ImageRequest(model="collage", prompt=prompt, **options)  # type: ignore[arg-type]
    *_, output = engine.generate(request)
    return output.pictures  # type: ignore[union-attr,no-any-return]


@pytest.mark.parametrize("size", [(64, 64), (200, 100), (100, 200), (320, 320)])
def test_any_size_and_the_seed_decides(size: tuple[int, int]) -> None:
    one, two = paint("a fox in the snow", size=size, seed=3, n=2)
    assert one.shape == (size[1], size[0], 3) and one.dtype == np.uint8
    assert not np.array_equal(one, two)
    assert np.array_equal(two, paint("a fox in the snow", size=size, seed=4)[0])
    assert len(np.unique(one.reshape(-1, 3), axis=0)) > 50


def test_a_fox_is_orange_and_in_the_middle() -> None:
    picture = paint("a fox on a blue background", size=(128, 128))[0].astype(int)
    middle, corner = picture[48:80, 48:80].reshape(-1, 3).mean(0), picture[:12, :12].mean((0, 1))
    assert middle[0] > middle[2] + 60 and corner[2] > corner[0] + 40


def test_large_drawings_are_rendered_again() -> None:
    """What was enlarged has no fine edges: neighbors differ less at most."""
    large = paint("a panda on a white background, flat style", size=(768, 768))[0].astype(int)
    steps = np.abs(np.diff(large.mean(-1), axis=1)).max(axis=1)
    assert np.quantile(steps, 0.9) > 60


def test_on_the_road_it_is_said_to_be_by_rule(tmp_path: Path) -> None:
    assert choose_model("image", "a fox", {"style": "flat"}).name == "collage"
    made = mb.image("a fox and an owl", model="collage", size=(64, 64), seed=1)
    assert made.model == "collage" and made.usage == {"fox": 1, "owl": 1}
    path = made.save(tmp_path / "fox.png")
    verdict = mb.verify(path)
    assert verdict.status == "intact" and decode(path).shape == (64, 64, 3)
    assert verdict.record["source_type"].endswith("algorithmicMedia")


def test_what_it_cannot_do_is_refused() -> None:
    with pytest.raises(OptionError, match="collage cannot be used with steps"):
        mb.image("a fox", model="collage", steps=5)
    with pytest.raises(NotFoundError, match="no drawing of anything"):
        mb.image("zzz", model="collage")
    with pytest.raises(OptionError, match="style"):
        mb.image("a fox", model="collage", style="oil")
