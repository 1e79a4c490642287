"""Our own text-to-image engine: seeds, sizes, guidance, pictures to begin with, masks."""

import itertools
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from miaobi.core.errors import MediaError, ModelFileError, OptionError
from miaobi.core.events import Output, Preview, Progress
from miaobi.core.requests import ImageRequest
from miaobi.diffusion.samplers import SAMPLERS
from miaobi.engines.diffusion import STEPS, DiffusionEngine
from miaobi.engines.folders import open_image_folder
from miaobi.models.pixels import images_to_tensor, tensor_to_images
from miaobi.models.zoo import find_model
from miaobi.scenes.captions import STYLE_WORDS
from tests.scenes.drawn import picture, write
from tests.train.painting import Painted

FOX = "a red fox in the snow"
OPEN: dict[Path, Any] = {}  # engines by folder: one for all tests


@pytest.fixture
def engine(painted: Painted) -> Any:
    """A network that has seen a few pictures, its weights disturbed: every word and step counts."""
    import torch

    folder = painted("t2i")
    if folder not in OPEN:
        opened: Any = open_image_folder(find_model(str(folder), "image"))
        draw = torch.Generator().manual_seed(0)
        with torch.no_grad():
            for weight in opened.network.parameters():
                weight.add_(0.05 * torch.randn(weight.shape, generator=draw))
        OPEN[folder] = opened
    assert isinstance(OPEN[folder], DiffusionEngine)
    return OPEN[folder]


def ask(prompt: str = FOX, **options: Any) -> ImageRequest:
    return ImageRequest(model="tiny", prompt=prompt, **{"seed": 7, "steps": 4, **options})


def made(engine: Any, prompt: str = FOX, **options: Any) -> Any:
    """The first picture: uint8 (H, W, 3)."""
    *_, output = engine.generate(ask(prompt, **options))
    assert isinstance(output, Output)
    return output.pictures[0]


def differ(first: Any, second: Any) -> bool:
    return bool(first.shape != second.shape or (first != second).any())


def test_the_same_seed_gives_the_same_picture(engine: Any) -> None:
    first = made(engine)
    assert first.shape == (32, 32, 3) and first.dtype == np.uint8
    assert not differ(first, made(engine)) and differ(first, made(engine, seed=8))


def test_a_stopped_request_leaves_nothing_behind(engine: Any) -> None:
    first = made(engine)
    events = engine.generate(ask())
    next(events)
    events.close()
    assert not engine.lock.locked() and not differ(first, made(engine))


def test_picture_i_is_what_its_seed_gives_alone(engine: Any) -> None:
    *_, output = engine.generate(ask(n=3))
    alone = [made(engine, seed=7 + number) for number in range(3)]
    assert len(output.pictures) == 3
    assert not any(differ(*pair) for pair in zip(output.pictures, alone, strict=True))
    assert differ(alone[0], alone[1]) and differ(alone[1], alone[2])


def test_every_step_is_told(engine: Any) -> None:
    *progress, output = engine.generate(ask(n=2, steps=3))
    assert [(event.done, event.total) for event in progress] == [(i, 6) for i in range(1, 7)]
    assert all(type(event) is Progress for event in progress) and type(output) is Output
    assert sum(1 for _ in engine.generate(ask(steps=None))) == STEPS + 1


@pytest.mark.parametrize("size", [(32, 32), (64, 16), (16, 48)], ids=str)
def test_sizes_it_can_draw(engine: Any, size: tuple[int, int]) -> None:
    assert made(engine, size=size).shape == (size[1], size[0], 3)


@pytest.mark.parametrize("size", [(40, 32), (32, 80), (128, 128), (16, 24)], ids=str)
def test_sizes_it_cannot_draw(engine: Any, size: tuple[int, int]) -> None:
    with pytest.raises(OptionError) as caught:
        made(engine, size=size)
    assert str(caught.value) == (
        f"size is {size[0]}x{size[1]}; this model draws sides from 16 to 64 that are multiples of "
        "16. Its own size is 32x32; upscale and the format svg make any picture larger."
    )


def test_guidance(engine: Any) -> None:
    plain, usual, strong = (made(engine, guidance=scale) for scale in (1, 4, 12))
    assert differ(plain, usual) and differ(usual, strong)
    assert not differ(made(engine), usual)  # what is used when nothing is asked for
    nowhere = made(engine, guidance=12, guided=(0.0, 0.0), seed=9)
    first_step = made(engine, guidance=12, guided=(0.0, 0.3), seed=9)
    assert differ(nowhere, made(engine, guidance=12, seed=9)) and differ(nowhere, first_step)


def test_what_should_not_be_in_it(engine: Any) -> None:
    plain = made(engine)
    assert differ(plain, made(engine, negative="a white cat"))
    assert differ(made(engine, negative="a white cat"), made(engine, negative="一只猫"))
    # the same words for and against: guidance has nothing to add
    same = made(engine, negative=FOX).astype(int)
    assert np.abs(same - made(engine, guidance=1)).max() <= 1


def test_words_decide(engine: Any) -> None:
    assert differ(made(engine, "a fox"), made(engine, "a cat"))
    assert differ(made(engine, "一只狐狸"), made(engine, "一只猫"))
    assert made(engine, "🦊" * 400).shape == (32, 32, 3)  # longer than it can read


@pytest.mark.parametrize("style", STYLE_WORDS)
def test_a_style_is_said_in_words(engine: Any, style: str) -> None:
    english, chinese = STYLE_WORDS[style]
    asked = made(engine, "a fox", style=style)
    assert not differ(asked, made(engine, f"a fox, {english[0]} style"))
    assert differ(asked, made(engine, "a fox"))
    assert not differ(
        made(engine, "一只狐狸", style=style), made(engine, f"一只狐狸，{chinese[0]}风格")
    )


@pytest.mark.parametrize("sampler", SAMPLERS)
def test_samplers(engine: Any, sampler: str) -> None:
    plain = made(engine, steps=6)
    asked = made(engine, steps=6, sampler=sampler)
    assert differ(plain, asked) == (sampler != "euler")


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"sampler": "unipc"}, "sampler is 'unipc'. Choose one of: euler, heun, dpm++2m."),
        ({"style": "cubist"}, "style is 'cubist'."),
        ({"precision": "bfloat16"}, "precision"),
        ({"memory": "tiling"}, "memory"),
        ({"reuse": 2}, "reuse"),
        ({"loras": (Path("a.safetensors"),)}, "loras"),
    ],
    ids=str,
)
def test_what_it_cannot_do(engine: Any, options: dict[str, Any], sentence: str) -> None:
    with pytest.raises(OptionError) as caught:
        made(engine, **options)
    assert sentence in str(caught.value)


@pytest.fixture
def init(tmp_path: Path) -> Path:
    return write(tmp_path / "init.png", picture(3, 32))


def test_a_little_painted_anew_is_nearly_the_picture(engine: Any, init: Path) -> None:
    """Strength near 0 leaves what the autoencoder makes of it."""
    import torch

    x = images_to_tensor([picture(3, 32)])
    with torch.inference_mode():
        seen = tensor_to_images(engine.autoencoder.decode(engine.autoencoder.encode(x).mode()))[0]
    little = made(engine, init=init, strength=0.01).astype(float)
    much = made(engine, init=init, strength=0.9).astype(float)
    assert (
        np.abs(little - seen).mean() < 2
        and np.abs(little - seen).mean() < np.abs(much - seen).mean()
    )


def test_all_painted_anew_ignores_the_picture(engine: Any, init: Path, tmp_path: Path) -> None:
    other = write(tmp_path / "other.png", picture(4, 32))
    assert not differ(made(engine, init=init, strength=1.0), made(engine, init=other, strength=1.0))
    assert not differ(made(engine, init=init, strength=1.0), made(engine))
    assert differ(made(engine, init=init, strength=0.3), made(engine, init=other, strength=0.3))


def test_a_picture_of_another_shape_keeps_it(engine: Any, tmp_path: Path) -> None:
    wide = np.concatenate([picture(1, 200), picture(2, 200)], axis=1)
    init = write(tmp_path / "wide.png", wide)
    assert made(engine, init=init).shape == (16, 48, 3)  # about the area it learned at
    assert made(engine, init=init, size=(32, 32)).shape == (32, 32, 3)


def masked(folder: Path) -> tuple[Path, Any]:
    """A mask that is white on its right half."""
    mask = np.zeros((32, 32, 3), np.uint8)
    mask[:, 16:] = 255
    return write(folder / "mask.png", mask), mask[..., 0] > 0


def test_outside_the_mask_nothing_changes(engine: Any, init: Path, tmp_path: Path) -> None:
    mask, inside = masked(tmp_path)
    done = made(engine, init=init, mask=mask)
    assert (done[~inside] == picture(3, 32)[~inside]).all()
    assert (done[inside] != picture(3, 32)[inside]).any()
    again = made(engine, init=init, mask=mask, seed=8)
    assert (again[inside] != done[inside]).any() and (again[~inside] == done[~inside]).all()


def test_a_picture_that_is_none(engine: Any, tmp_path: Path) -> None:
    (tmp_path / "it.png").write_text("a fox")
    with pytest.raises(MediaError):
        made(engine, init=tmp_path / "it.png")


def test_previews_show_how_far_it_is(engine: Any) -> None:
    events = list(engine.generate(ask(steps=7, previews=2)))
    previews = [event.pixels for event in events if isinstance(event, Preview)]
    assert len(previews) == 3 and all(seen.shape == (32, 32, 3) for seen in previews)
    done = events[-1].pictures[0].astype(int)
    apart = [np.abs(seen.astype(int) - done).mean() for seen in previews]
    assert apart[2] < apart[0]
    assert not differ(events[-1].pictures[0], made(engine, steps=7))  # looking changes nothing
    assert not any(isinstance(event, Preview) for event in engine.generate(ask()))


def test_closing_the_events_stops_the_work(engine: Any) -> None:
    looks = []
    engine.network.dit.final_layer.head.register_forward_hook(lambda *_: looks.append(1))
    try:
        events = engine.generate(ask(steps=50))
        list(itertools.islice(events, 3))
        events.close()
    finally:
        engine.network.dit.final_layer.head._forward_hooks.clear()
    assert len(looks) == 3
    assert made(engine).shape == (32, 32, 3)


def test_without_its_autoencoder_it_is_not_whole(painted: Painted, tmp_path: Path) -> None:
    folder = shutil.copytree(painted("t2i"), tmp_path / "it")
    shutil.rmtree(folder / "vae")
    with pytest.raises(ModelFileError, match="is not the config of a Miaobi checkpoint"):
        open_image_folder(find_model(str(folder), "image"))
