"""Pictures made in one go, by GAN and VAE: labels from words, z from the seed."""

from typing import Any

import numpy as np
import pytest

from miaobi.core.errors import NotFoundError, OptionError
from miaobi.core.events import Output, Progress
from miaobi.core.requests import ImageRequest
from miaobi.engines.feedforward import FeedforwardEngine
from miaobi.engines.folders import open_image_folder
from miaobi.models.zoo import find_model
from tests.tiny import generators as tiny

FOX = "a fox, 3d style"


@pytest.fixture(scope="module", params=["gan", "vector"])
def engine(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Any:
    save = {"gan": tiny.save_gan, "vector": tiny.save_vector}[request.param]
    folder = save(tmp_path_factory.mktemp("model") / "tiny")
    engine = open_image_folder(find_model(str(folder), "image"))
    assert isinstance(engine, FeedforwardEngine)
    return engine


def made(engine: Any, prompt: str = FOX, **options: Any) -> tuple[Any, ...]:
    asked = ImageRequest(model="tiny", prompt=prompt, **{"seed": 5, **options})
    *events, output = engine.generate(asked)
    assert isinstance(output, Output) and all(isinstance(event, Progress) for event in events)
    return output.pictures


def test_a_picture_and_its_seed(engine: Any) -> None:
    (fox,) = made(engine)
    assert fox.shape == (tiny.SIDE, tiny.SIDE, 3) and fox.dtype == np.uint8
    assert (made(engine)[0] == fox).all()
    for other in (
        made(engine, seed=6),
        made(engine, "a wolf, 3d style"),
        made(engine, truncation=3),
    ):
        assert (other[0] != fox).any()
    assert (made(engine, "a fox", style="3d")[0] == fox).all()


def test_picture_i_is_what_its_seed_gives_alone(engine: Any) -> None:
    several = made(engine, "a fox", n=4)  # the style is the seed's choice
    for number, picture in enumerate(several):
        assert (made(engine, "a fox", seed=5 + number)[0] == picture).all()


def test_what_it_cannot_do(engine: Any) -> None:
    with pytest.raises(OptionError, match="draws 32x32 and no other size"):
        made(engine, size=(64, 64))
    with pytest.raises(OptionError, match="cannot be used with guidance"):
        made(engine, guidance=3.0)
    with pytest.raises(NotFoundError, match="It knows 4 subjects: fox, wolf, cat, balloon"):
        made(engine, "a spoon")
