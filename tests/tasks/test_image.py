"""`image` from words to a labeled file, on a tiny random pipeline."""

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

import miaobi
from miaobi.core.errors import MediaError, NotFoundError, OptionError, PolicyRefusal, PromptError
from miaobi.core.events import Done, Preview
from miaobi.media.image import MEDIA_TYPES, decode, encode
from miaobi.provenance.manifest import GENERATED, REPAINTED
from miaobi.tasks import library
from miaobi.tasks.image import image, stream_image
from tests.tiny.pipelines import save_sd1


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    yield str(save_sd1(tmp_path_factory.mktemp("model") / "sd1"))


def paint(model: str, **options: Any) -> miaobi.Artifact:
    return image("a fox", model=model, **{"steps": 2, "seed": 5, **options})


def test_the_verb_is_public() -> None:
    assert miaobi.image is image and miaobi.stream_image is stream_image


@pytest.mark.parametrize("format", MEDIA_TYPES)
def test_a_labeled_file_of_every_format(format: str, model: str, tmp_path: Path) -> None:
    made = paint(model, format=format)
    assert made.media_type == MEDIA_TYPES[format] and made.sidecar is None
    assert made.manifest["source_type"] == GENERATED and made.manifest["seed"] == 5
    verdict = library.verify(made.save(tmp_path / f"fox.{format}"))
    assert (verdict.status, verdict.aigc["ProduceID"]) == ("intact", made.id)
    assert library.find(id=made.id)[0]["media_type"] == made.media_type
    if format != "svg":
        assert decode(made.data).shape == (64, 64, 3)


def test_same_seed_same_pixels(model: str) -> None:
    first, again = paint(model), paint(model)
    assert (decode(first.data) == decode(again.data)).all() and first.id != again.id
    assert (decode(paint(model, seed=6).data) != decode(first.data)).any()


def test_several_pictures_and_their_sheet(model: str, own_home: Path) -> None:
    sheet = paint(model, n=3)
    assert decode(sheet.data).shape == (136, 136, 3)
    assert [part.seed for part in sheet.parts] == [5, 6, 7]
    assert sheet.manifest["parents"] == [part.id for part in sheet.parts]
    assert (decode(sheet.parts[2].data) == decode(paint(model, seed=7).data)).all()
    assert len(list((own_home / "library").glob("*.png"))) == 5


def test_larger_and_cut_out(model: str) -> None:
    assert decode(paint(model, upscale=2).data).shape == (128, 128, 3)
    assert decode(paint(model, transparent=True).data).shape == (64, 64, 4)
    sheet = paint(model, n=2, upscale=4, transparent=True)
    assert decode(sheet.data).shape == (256, 520, 3)
    assert [decode(part.data).shape for part in sheet.parts] == [(256, 256, 4)] * 2


def test_a_picture_made_here_is_a_parent_of_what_is_painted_over_it(
    model: str, tmp_path: Path
) -> None:
    first = paint(model)
    path = first.save(tmp_path / "fox.png")
    second = paint(model, init=path, strength=0.5)
    assert second.manifest["source_type"] == REPAINTED
    assert second.manifest["parents"] == [first.id]
    photo = tmp_path / "photo.png"
    photo.write_bytes(encode(np.full((64, 64, 3), 90, np.uint8), "png"))
    assert paint(model, init=str(photo)).manifest["parents"] == []


def test_previews_come_on_the_way(model: str) -> None:
    *events, done = stream_image("a fox", model=model, steps=4, seed=1, previews=2)
    assert isinstance(done, Done)
    assert sum(isinstance(event, Preview) for event in events) == 2


def test_it_shows_itself_in_a_notebook(model: str) -> None:
    shown = paint(model)._repr_mimebundle_()
    assert shown["text/html"].startswith('<img src="data:image/png;base64,iVBOR')


@pytest.mark.parametrize(
    ("options", "error", "sentence"),
    [
        ({"steps": 0}, OptionError, "steps is 0."),
        ({"steps": 10_000}, OptionError, "steps is 10000."),
        ({"seed": -1}, OptionError, "seed is -1."),
        ({"n": 0}, OptionError, "n is 0."),
        ({"size": (30, 64)}, OptionError, "size is 30x64; this model needs multiples of 8."),
        ({"size": (0, 64)}, OptionError, "width is 0."),
        ({"format": "gif"}, OptionError, "no picture format 'gif'."),
        ({"colour": "red"}, OptionError, "option is 'colour'. Choose one of: "),
        ({"init": "none.png"}, NotFoundError, "There is no file none.png."),
        ({"loras": ["none.safetensors"]}, NotFoundError, "There is no file none.safetensors."),
        ({"model": "nobody"}, NotFoundError, "There is no image model 'nobody'."),
    ],
)
def test_bad_options(
    options: dict[str, Any], error: type[Exception], sentence: str, model: str, own_home: Path
) -> None:
    with pytest.raises(error) as raised:
        paint(**{"model": model, **options})
    assert sentence in str(raised.value)
    assert library.find() == [] and not list((own_home / "library").iterdir())


def test_bad_pictures(model: str, tmp_path: Path) -> None:
    frames = [Image.fromarray(np.full((32, 32, 3), 40 * i, np.uint8)) for i in range(3)]
    buffer = io.BytesIO()
    frames[0].save(buffer, "GIF", save_all=True, append_images=frames[1:])
    moving = tmp_path / "moving.gif"
    moving.write_bytes(buffer.getvalue())
    with pytest.raises(MediaError, match="moving.gif is animated: it has 3 frames."):
        paint(model, init=moving)
    assert library.find() == []


def test_bad_words(model: str) -> None:
    for words in ("", " ", "a\0b"):
        with pytest.raises(PromptError, match="The prompt "):
            image(words, model=model)
    with pytest.raises(PolicyRefusal):
        image("a sexual picture of a child", model=model)
    assert library.find() == []


def test_only_pictures_by_rule_take_a_setting(model: str) -> None:
    with pytest.raises(OptionError, match="cannot be used with weather"):
        paint(model, weather="snow")
