"""Pipelines of diffusers, tiny and random: four families, from words, over a picture, in a mask."""

import json
import pickle
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from miaobi.core.errors import MediaError, MiaobiError, ModelFileError, NotFoundError, OptionError
from miaobi.core.events import Event, Output, Preview, Progress
from miaobi.core.requests import ImageRequest
from miaobi.hub.image import HubImageEngine
from miaobi.hub.pipeline_options import image_size_unit
from miaobi.media.image import encode
from miaobi.models.zoo import find_model
from tests.tiny.pipelines import PIPELINES, save_lora, save_sd1

FAMILIES = tuple(PIPELINES)


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    root = tmp_path_factory.mktemp("pipelines")
    return {family: save(root / family) for family, save in PIPELINES.items()}


@pytest.fixture(scope="module")
def engines(folders: dict[str, Path]) -> Iterator[dict[str, HubImageEngine]]:
    engines = {family: open_engine(folder) for family, folder in folders.items()}
    yield engines
    for engine in engines.values():
        engine.close()


@pytest.fixture(scope="module")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A picture of 72x64, masks for it, and what is none."""
    root = tmp_path_factory.mktemp("pictures")
    y, x = np.mgrid[0:64, 0:72]
    drawn = np.stack([x * 3, y * 3, np.full_like(x, 60)], -1).astype(np.uint8)
    mask = np.zeros_like(drawn)
    mask[16:48, 24:56] = 255
    files = {
        "init": encode(drawn, "png"),
        "mask": encode(mask, "png"),
        "small mask": encode(mask[:32], "png"),
        "black mask": encode(0 * mask, "png"),
        "broken": encode(drawn, "png")[:-80],
        "words": b"no picture at all",
    }
    for name, data in files.items():
        (root / name).write_bytes(data)
    return {name: root / name for name in files}


def open_engine(folder: Path) -> HubImageEngine:
    return HubImageEngine(find_model(str(folder), "image"))


def events(engine: HubImageEngine, **options: Any) -> list[Event]:
    asked = {"prompt": "a fox", "seed": 3, "steps": 2, **options}
    return list(engine.generate(ImageRequest(model="tiny", **asked)))


def paint(engine: HubImageEngine, **options: Any) -> Any:
    output = events(engine, **options)[-1]
    assert isinstance(output, Output)
    return output.pictures[0]


def apart(one: Any, two: Any) -> float:
    return float(np.abs(one.astype(int) - two.astype(int)).mean())


@pytest.mark.parametrize("family", FAMILIES)
def test_words_to_a_picture(family: str, engines: dict[str, HubImageEngine]) -> None:
    made = events(engines[family], steps=3)
    assert [type(event) for event in made] == [Progress, Progress, Progress, Output]
    assert [(event.done, event.total) for event in made[:-1]] == [(1, 3), (2, 3), (3, 3)]
    picture = made[-1].pictures[0]
    assert picture.shape == (64, 64, 3) and picture.dtype == np.uint8 and picture.std() > 5


@pytest.mark.parametrize("family", FAMILIES)
def test_the_seed_decides(family: str, engines: dict[str, HubImageEngine]) -> None:
    torch.manual_seed(1)
    first = paint(engines[family])
    torch.manual_seed(2)
    assert (paint(engines[family]) == first).all()
    assert apart(paint(engines[family], seed=4), first) > 1
    both = events(engines[family], seed=2, n=2)[-1].pictures
    assert (both[1] == first).all()  # picture i of several is what seed + i gives alone
    assert apart(paint(engines[family], prompt="an old ship", guidance=30.0), first) > 0.1


def test_the_picture_is_that_of_plain_diffusers(folders: dict[str, Path]) -> None:
    """float32, the same sampler and seed: our pipeline changes how it is computed, not what."""
    from diffusers import DPMSolverMultistepScheduler, StableDiffusionPipeline

    for family in ("sd1", "sd2"):
        plain = StableDiffusionPipeline.from_pretrained(folders[family], safety_checker=None)
        plain.scheduler = DPMSolverMultistepScheduler.from_config(plain.scheduler.config)
        plain.set_progress_bar_config(disable=True)
        draw = torch.Generator().manual_seed(3)
        theirs = plain("a fox", num_inference_steps=4, generator=draw, output_type="np").images[0]
        ours = paint(open_engine(folders[family]), steps=4, precision="float32")
        assert np.abs(ours / 255 - theirs).max() <= 1e-3 + 0.5 / 255  # half a level by rounding


@pytest.mark.parametrize("family", FAMILIES)
def test_sizes(family: str, engines: dict[str, HubImageEngine]) -> None:
    engine = engines[family]
    unit = image_size_unit(engine.pipe)
    assert unit == (16 if family == "sd3" else 8)
    assert paint(engine, size=(96, 32)).shape == (32, 96, 3)
    sentence = f"size is 100x64; this model needs multiples of {unit}. The nearest is "
    with pytest.raises(OptionError, match=sentence):
        paint(engine, size=(100, 64))


@pytest.mark.parametrize("family", FAMILIES)
def test_over_a_picture(
    family: str, engines: dict[str, HubImageEngine], pictures: dict[str, Path]
) -> None:
    engine, init = engines[family], pictures["init"]
    much = paint(engine, init=init, strength=1.0, steps=4)
    little = paint(engine, init=init, strength=0.25, steps=4)
    assert much.shape == little.shape == ((64, 64, 3) if family == "sd3" else (64, 72, 3))
    assert apart(much, little) > 1
    assert (paint(engine, init=init, strength=0.25, steps=4) == little).all()
    assert paint(engine, init=init, size=(32, 64), strength=0.01).shape == (64, 32, 3)


@pytest.mark.parametrize("family", FAMILIES)
def test_inside_a_mask(
    family: str, engines: dict[str, HubImageEngine], pictures: dict[str, Path]
) -> None:
    size = (64, 64)
    painted = paint(engines[family], init=pictures["init"], mask=pictures["mask"], size=size)
    other = paint(engines[family], init=pictures["init"], mask=pictures["mask"], size=size, seed=9)
    assert (painted[:15] == other[:15]).all()  # what is black in the mask stays to the last bit
    assert apart(painted[20:44, 24:48], other[20:44, 24:48]) > 1


def test_an_inpainting_checkpoint(tmp_path: Path, pictures: dict[str, Path]) -> None:
    engine = open_engine(save_sd1(tmp_path / "inpainting", in_channels=9))
    assert paint(engine, init=pictures["init"], mask=pictures["mask"]).shape == (64, 72, 3)
    with pytest.raises(OptionError, match="is an inpainting model. Give an image"):
        paint(engine)


@pytest.mark.parametrize("family", FAMILIES)
def test_previews_look_like_the_picture(family: str, engines: dict[str, HubImageEngine]) -> None:
    made = events(engines[family], steps=4, previews=2)
    shown = [event.pixels for event in made if isinstance(event, Preview)]
    assert len(shown) == 2
    assert all(pixels.shape == (128, 128, 3) and pixels.dtype == np.uint8 for pixels in shown)
    assert apart(shown[0], shown[1]) > 0


def test_closing_stops_between_steps(engines: dict[str, HubImageEngine]) -> None:
    engine = engines["sd1"]
    asked = ImageRequest(model="tiny", prompt="a fox", steps=1000, seed=1)
    watched = engine.generate(asked)
    assert isinstance(next(watched), Progress)
    watched.close()
    assert not engine.lock.locked()
    assert paint(engine).shape == (64, 64, 3)


@pytest.mark.parametrize("memory", ["slicing", "tiling"])
@pytest.mark.parametrize("family", ["sd1", "sd3"])
def test_less_memory_the_same_picture(
    family: str, memory: str, engines: dict[str, HubImageEngine]
) -> None:
    engine = engines[family]
    plain = paint(engine, precision="float32")
    assert apart(paint(engine, precision="float32", memory=memory), plain) < 3
    assert (paint(engine, precision="float32") == plain).all()


@pytest.mark.parametrize(
    ("family", "options", "sentence"),
    [
        ("sd3", {"sampler": "lcm"}, "sampler is 'lcm'. Choose one of: euler, heun."),
        ("sd1", {"sampler": "nobody"}, "sampler is 'nobody'. Choose one of: dpm++2m, "),
        ("sd3", {"reuse": 2}, "cannot be used with reuse."),
        ("sd3", {"guided": (0.0, 0.5)}, "cannot be used with guided."),
        ("sd1", {"style": "3d"}, "cannot be used with style."),
        ("sd1", {"memory": "offload"}, "cannot be used with memory=offload."),
    ],
)
def test_what_a_model_cannot_do(
    family: str, options: dict[str, Any], sentence: str, engines: dict[str, HubImageEngine]
) -> None:
    if "memory" in options and torch.cuda.is_available():
        pytest.skip("there is a GPU to free")
    with pytest.raises(OptionError) as raised:
        paint(engines[family], **options)
    assert sentence in str(raised.value)


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"init": "broken"}, "broken is a damaged picture"),
        ({"init": "words"}, "words is not a picture that can be read"),
        ({"init": "init", "mask": "words"}, "words is not a picture"),
        ({"init": "init", "mask": "small mask"}, "The mask is 72x32 and its picture 72x64."),
        ({"init": "init", "mask": "black mask"}, "The mask is black all over."),
    ],
)
def test_pictures_that_cannot_be_painted_over(
    options: dict[str, str],
    sentence: str,
    engines: dict[str, HubImageEngine],
    pictures: dict[str, Path],
) -> None:
    with pytest.raises(MediaError) as raised:
        paint(engines["sd1"], **{name: pictures[file] for name, file in options.items()})
    assert sentence in str(raised.value)


def test_a_lora_changes_the_picture_and_goes_again(
    folders: dict[str, Path], engines: dict[str, HubImageEngine], tmp_path: Path
) -> None:
    lora = save_lora(folders["sd1"], tmp_path / "ink.safetensors")
    plain = paint(engines["sd1"])
    inked = paint(engines["sd1"], loras=(lora,))
    assert apart(inked, plain) > 1
    assert (paint(engines["sd1"], loras=(lora,)) == inked).all()
    assert (paint(engines["sd1"]) == plain).all()


@pytest.mark.parametrize("family", ["sdxl", "sd3"])
def test_a_lora_for_another_model(
    family: str,
    folders: dict[str, Path],
    engines: dict[str, HubImageEngine],
    tmp_path: Path,
    capfd: pytest.CaptureFixture[str],
) -> None:
    lora = save_lora(folders["sd1"], tmp_path / "ink.safetensors")
    capfd.readouterr()
    plain = paint(engines[family])
    with pytest.raises(OptionError, match=r"ink\.safetensors is a LoRA for another model than"):
        paint(engines[family], loras=(lora,))
    assert (paint(engines[family]) == plain).all()
    assert "size mismatch" not in "".join(capfd.readouterr())


def test_a_lora_that_is_none(engines: dict[str, HubImageEngine], tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match="There is no file"):
        paint(engines["sd1"], loras=(tmp_path / "none.safetensors",))
    (tmp_path / "half.safetensors").write_bytes(b"\x10\0\0\0\0\0\0\0{")
    with pytest.raises(ModelFileError, match="truncated or damaged"):
        paint(engines["sd1"], loras=(tmp_path / "half.safetensors",))
    (tmp_path / "old.bin").write_bytes(pickle.dumps({}))
    with pytest.raises(ModelFileError, match=r"only as old\.bin, a pickled file"):
        paint(engines["sd1"], loras=(tmp_path / "old.bin",))


def test_nan_is_not_handed_out(folders: dict[str, Path]) -> None:
    engine = open_engine(folders["sd1"])
    engine.pipe.vae.decoder.conv_out.weight.data.fill_(float("nan"))
    with pytest.raises(
        MiaobiError, match=r"not a valid image \(NaN or infinity\)\. Try another seed\."
    ):
        paint(engine)


def rewrite(path: Path, **changes: Any) -> None:
    path.write_text(json.dumps({**json.loads(path.read_text()), **changes}))


def pickled(folder: Path) -> None:
    weights = folder / "unet" / "diffusion_pytorch_model.safetensors"
    weights.with_suffix(".bin").write_bytes(pickle.dumps({}))
    weights.unlink()


def cut(folder: Path) -> None:
    weights = folder / "vae" / "diffusion_pytorch_model.safetensors"
    weights.write_bytes(weights.read_bytes()[:-100])


def one_weight_less(folder: Path) -> None:
    from safetensors.torch import load_file, save_file

    path = folder / "unet" / "diffusion_pytorch_model.safetensors"
    weights = load_file(path)
    weights.pop("conv_out.weight")
    save_file(weights, path)


BROKEN = {
    "only as diffusion_pytorch_model.bin, a pickled file": pickled,
    "truncated or damaged": cut,
    "do not fit its config.json: 1 of them": one_weight_less,
    "has no model_index.json": lambda folder: (folder / "model_index.json").unlink(),
    "is not complete: vae is missing": lambda folder: shutil.rmtree(folder / "vae"),
    "needs custom code for its unet": lambda folder: rewrite(
        folder / "model_index.json", unet=["my_unet", "MyUNet"]
    ),
    "needs NoSuchUNet of diffusers": lambda folder: rewrite(
        folder / "model_index.json", unet=["diffusers", "NoSuchUNet"]
    ),
    "could not be loaded": lambda folder: rewrite(
        folder / "model_index.json", _class_name="NoSuchPipeline"
    ),
}


@pytest.mark.parametrize("sentence", BROKEN)
def test_folders_that_are_refused(sentence: str, folders: dict[str, Path], tmp_path: Path) -> None:
    folder = shutil.copytree(folders["sd1"], tmp_path / "model")
    BROKEN[sentence](folder)
    with pytest.raises(MiaobiError) as raised:
        open_engine(folder)
    assert sentence in str(raised.value)


def test_code_beside_the_weights_is_not_run(folders: dict[str, Path], tmp_path: Path) -> None:
    folder = shutil.copytree(folders["sd1"], tmp_path / "model")
    trace = tmp_path / "was here"
    for place in ("pipeline.py", "unet/my_unet.py", "unet/unet_2d_condition.py"):
        (folder / place).write_text(f"open({str(trace)!r}, 'w').close()\n")
    assert paint(open_engine(folder)).shape == (64, 64, 3)
    assert not trace.exists()
