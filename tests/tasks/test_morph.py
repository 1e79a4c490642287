"""`morph` from words and pictures to a labeled strip or animation, on tiny random networks."""

import io
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

import miaobi
from miaobi.core.errors import MediaError, NotFoundError, OptionError, PolicyRefusal, PromptError
from miaobi.core.events import Done, Progress
from miaobi.media.animation import GAP, MEDIA_TYPES
from miaobi.media.image import decode, encode
from miaobi.provenance.manifest import GENERATED, REPAINTED
from miaobi.tasks import library
from miaobi.tasks.image import image
from miaobi.tasks.morph import morph, stream_morph
from tests.tiny import generators as tiny

FOX, WOLF = "a fox, 3d style", "a wolf, flat style"
SIDE = tiny.SIDE


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """name -> folder of a model of each kind."""
    folder = tmp_path_factory.mktemp("models")
    kinds = {
        "gan": tiny.save_gan,
        "vector": tiny.save_vector,
        "grid": tiny.save_grid,
        "words": tiny.save_text_to_image,
    }
    return {name: str(save(folder / name)) for name, save in kinds.items()}


@pytest.fixture
def photos(tmp_path: Path) -> tuple[Path, Path]:
    """Two pictures, neither of the size of a model."""
    y, x = np.mgrid[0:48, 0:80]
    one = np.stack([x * 3, y * 5, 255 - 3 * x], -1).astype(np.uint8)
    two = np.full((64, 64, 3), 40, np.uint8)
    two[20:50, 10:40] = (230, 180, 20)
    paths = tmp_path / "one.png", tmp_path / "two.jpg"
    for path, pixels, format in zip(paths, (one, two), ("png", "jpeg"), strict=True):
        path.write_bytes(encode(pixels, format))
    return paths


def frames(made: miaobi.Artifact) -> list[Any]:
    """The pictures of a strip, uint8 (H, W, 3) each."""
    pixels = decode(made.data)
    return [pixels[:, left : left + SIDE] for left in range(0, pixels.shape[1], SIDE + GAP)]


def apart(one: Any, other: Any) -> float:
    return float(np.abs(one.astype(int) - other.astype(int)).mean())


def test_the_verb_is_public() -> None:
    assert miaobi.morph is morph and miaobi.stream_morph is stream_morph


@pytest.mark.parametrize(
    ("name", "options"),
    [("vector", {}), ("gan", {}), ("gan", {"space": "z"}), ("words", {"steps": 3})],
)
def test_the_ends_are_the_pictures_made_alone(
    name: str, options: dict[str, Any], models: dict[str, str]
) -> None:
    made = morph(FOX, WOLF, model=models[name], seed=4, frames=5, **options)
    shown = frames(made)
    assert [frame.shape for frame in shown] == [(SIDE, SIDE, 3)] * 5
    alone = {"steps": 3} if name == "words" else {}
    for words, frame in ((FOX, shown[0]), (WOLF, shown[-1])):
        assert (decode(image(words, model=models[name], seed=4, **alone).data) == frame).all()
    assert min(apart(shown[2], shown[0]), apart(shown[2], shown[4])) > 0.5
    assert made.manifest["parameters"] == {"frames": 5, **options}


@pytest.mark.parametrize("name", ["vector", "gan", "words"])
def test_between_two_seeds(name: str, models: dict[str, str]) -> None:
    steps = {"steps": 2} if name == "words" else {}
    made = morph(FOX, FOX, model=models[name], seed=1, end_seed=2, frames=3, **steps)
    shown = frames(made)
    for seed, frame in ((1, shown[0]), (2, shown[-1])):
        assert (decode(image(FOX, model=models[name], seed=seed, **steps).data) == frame).all()
    assert apart(shown[0], shown[2]) > 0.5


def test_same_seed_same_bytes(models: dict[str, str]) -> None:
    first, again, other = (
        morph(FOX, WOLF, model=models["vector"], seed=seed, frames=3, format=format)
        for seed, format in ((7, "png"), (7, "png"), (8, "png"))
    )
    assert decode(first.data).tobytes() == decode(again.data).tobytes() and first.id != again.id
    assert decode(first.data).tobytes() != decode(other.data).tobytes()


def test_style_alone_changes_the_picture(models: dict[str, str]) -> None:
    for model in (models["vector"], models["gan"]):
        shown = frames(morph(FOX, "a fox, flat style", model=model, seed=2, frames=3))
        more = frames(morph(FOX, more="flat", model=model, seed=2, frames=3))
        half = frames(morph(FOX, more="flat", by=0.5, model=model, seed=2, frames=3))
        assert apart(shown[0], shown[2]) > 0.5
        assert apart(shown[2], more[2]) < 0.01  # the same move, by its name
        assert 0 < apart(half[2], half[0]) < apart(more[2], more[0])


def test_truncation_reaches_z(models: dict[str, str]) -> None:
    for model in (models["vector"], models["gan"]):
        tame, wild = (
            frames(morph(FOX, WOLF, model=model, seed=2, frames=2, truncation=limit))
            for limit in (0.01, 5.0)
        )
        # random weights listen to z a little only; the same z would give the same picture, bit for bit
        assert apart(tame[0], wild[0]) > 0.5


def test_pictures_of_any_size_are_ends(models: dict[str, str], photos: tuple[Path, Path]) -> None:
    for model in (models["vector"], models["grid"]):
        made = morph(photos[0], str(photos[1]), model=model, frames=4)
        shown = frames(made)
        assert [frame.shape for frame in shown] == [(SIDE, SIDE, 3)] * 4
        assert apart(shown[0], shown[3]) > 0.5 and apart(shown[1], shown[0]) > 0
        assert made.manifest["source_type"] == REPAINTED
        for photo, frame in zip(photos, (shown[0], shown[-1]), strict=True):
            kept = frames(morph(photo, model=model))
            assert len(kept) == 2 and (kept[1] == frame).all()  # the picture, and its return


def test_a_picture_and_words(models: dict[str, str], photos: tuple[Path, Path]) -> None:
    shown = frames(morph(photos[0], WOLF, model=models["vector"], seed=3, frames=3))
    assert (decode(image(WOLF, model=models["vector"], seed=3).data) == shown[2]).all()
    assert (frames(morph(photos[0], model=models["vector"]))[1] == shown[0]).all()


def test_a_reconstruction_shows_the_picture_first(
    models: dict[str, str], photos: tuple[Path, Path]
) -> None:
    from miaobi.media.image import fit

    made = morph(photos[0], model=models["grid"])
    assert (frames(made)[0] == fit(decode(photos[0]), (SIDE, SIDE))).all()
    assert made.manifest["parameters"] == {}


@pytest.mark.usefixtures("drawings")
def test_more_of_what_scenes_can_have(models: dict[str, str], photos: tuple[Path, Path]) -> None:
    for model in (models["vector"], models["grid"]):
        none, night, twice = (
            frames(morph(photos[0], more="night", by=by, model=model, frames=2)) for by in (0, 1, 2)
        )
        assert (none[1] == none[0]).all() and (night[0] == none[0]).all()
        assert 0 < apart(night[1], night[0]) < apart(twice[1], twice[0])


def test_a_parent_is_named(models: dict[str, str], tmp_path: Path) -> None:
    first = image(FOX, model=models["vector"], seed=1)
    path = first.save(tmp_path / "fox.png")
    made = morph(path, WOLF, model=models["vector"], frames=2)
    assert made.manifest["parents"] == [first.id]
    alone = morph(FOX, WOLF, model=models["vector"], frames=2).manifest
    assert alone["source_type"] == GENERATED and alone["parents"] == []


@pytest.mark.parametrize("format", MEDIA_TYPES)
@pytest.mark.parametrize("back", [False, True])
def test_a_labeled_file_of_every_format(
    format: str, back: bool, models: dict[str, str], tmp_path: Path
) -> None:
    made = morph(
        FOX, WOLF, model=models["vector"], seed=1, frames=6, format=format, fps=10, back=back
    )
    assert made.media_type == MEDIA_TYPES[format] and made.sidecar is None
    verdict = library.verify(made.save(tmp_path / f"fox.{format}"))
    assert (verdict.status, verdict.aigc["ProduceID"]) == ("intact", made.id)
    assert verdict.media_type == made.media_type and verdict.signer == "this machine"
    if format != "png":
        with Image.open(io.BytesIO(made.data)) as picture:
            assert picture.n_frames == (10 if back else 6) and picture.size == (SIDE, SIDE)
            picture.seek(1)
            picture.load()
            assert picture.info["duration"] == 100
    changed = bytearray(made.data)
    changed[-40 if format == "gif" else len(changed) // 2] ^= 4
    (tmp_path / f"other.{format}").write_bytes(changed)
    assert library.verify(tmp_path / f"other.{format}").status == "changed"


def test_progress_comes_frame_by_frame(models: dict[str, str]) -> None:
    *events, done = stream_morph(FOX, WOLF, model=models["gan"], frames=4)
    assert isinstance(done, Done)
    told = [event.done for event in events if isinstance(event, Progress) and event.total]
    assert told == [1, 2, 3, 4]


@pytest.mark.parametrize(
    ("name", "ends", "options", "error", "sentence"),
    [
        ("gan", (FOX, WOLF), {"frames": 1}, OptionError, "frames is 1."),
        ("gan", (FOX, WOLF), {"frames": 10_000}, OptionError, "frames is 10000."),
        ("gan", (FOX, WOLF), {"frames": 2.5}, OptionError, "frames is 2.5."),
        ("gan", (FOX, WOLF), {"seed": -1}, OptionError, "seed is -1."),
        ("gan", (FOX, WOLF), {"space": "x"}, OptionError, "space is 'x'."),
        ("gan", (FOX, WOLF), {"fps": 0}, OptionError, "fps is 0."),
        ("gan", (FOX, WOLF), {"format": "mp4"}, OptionError, "format is 'mp4'."),
        ("gan", (FOX, WOLF), {"steps": 3}, OptionError, "cannot be used with steps"),
        ("gan", (FOX, WOLF), {"colour": 3}, OptionError, "option is 'colour'"),
        ("gan", (FOX, WOLF), {"more": "flat"}, OptionError, "more cannot be used with an end."),
        ("gan", (FOX,), {}, OptionError, "A morph needs an end."),
        ("gan", (FOX,), {"more": "night"}, NotFoundError, "named in 'night'. It knows 4 subjects"),
        ("gan", (FOX, "a spoon"), {}, NotFoundError, "named in 'a spoon'"),
        ("vector", ("a spoon", FOX), {}, NotFoundError, "named in 'a spoon'"),
        ("vector", (FOX, "none.png"), {}, NotFoundError, "There is no file none.png."),
        ("vector", (FOX,), {"more": "spoon"}, OptionError, "more is 'spoon'. Choose one of: sky,"),
        ("vector", (FOX, WOLF), {"space": "w"}, OptionError, "cannot be used with space"),
        ("vector", (FOX, " "), {}, PromptError, "The end is empty."),
        ("vector", ("a sexual picture of a child", FOX), {}, PolicyRefusal, ""),
        ("grid", (FOX, WOLF), {}, OptionError, "is an autoencoder: it reads pictures"),
        ("words", (FOX,), {"more": "night"}, OptionError, "cannot be used with more"),
    ],
)
def test_bad_input(
    name: str,
    ends: tuple[str, ...],
    options: dict[str, Any],
    error: type[Exception],
    sentence: str,
    models: dict[str, str],
    own_home: Path,
) -> None:
    with pytest.raises(error) as raised:
        morph(*ends, model=models[name], **options)
    assert sentence in str(raised.value)
    assert library.find() == [] and not list((own_home / "library").glob("*"))


def test_pictures_that_cannot_be_ends(
    models: dict[str, str], photos: tuple[Path, Path], tmp_path: Path
) -> None:
    with pytest.raises(OptionError, match="is a GAN: it draws from words"):
        morph(*photos, model=models["gan"])
    with pytest.raises(OptionError, match="draws from words and cannot read a picture"):
        morph(FOX, photos[0], model=models["words"])
    broken = tmp_path / "broken.png"
    broken.write_bytes(b"just words")
    with pytest.raises(MediaError, match=r"broken\.png is not a picture"):
        morph(broken, WOLF, model=models["vector"])
    with pytest.raises(OptionError, match="it generates no images by itself"):
        image(FOX, model=models["grid"])
    with pytest.raises(NotFoundError, match="There is no image model 'nobody'"):
        morph(FOX, WOLF, model="nobody")
    assert library.find() == []
