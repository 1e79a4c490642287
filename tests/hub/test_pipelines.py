"""Pipelines fetched from a Hub of our own on this machine: only what is needed, never a pickle."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import torch

from miaobi.core.errors import ModelFileError, OfflineError
from miaobi.hub.pipelines import load_components, pipeline_folder, read_components
from tests.tiny.fake_hub import FakeHub
from tests.tiny.pipelines import save_sd1


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save_sd1(tmp_path_factory.mktemp("saved") / "sd1")


@pytest.fixture
def hub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeHub]:
    """A Hub on the loopback interface, and an empty cache."""
    from huggingface_hub import constants

    fake = FakeHub(tmp_path / "hub")
    address = fake.start()
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(constants, "ENDPOINT", address)
    template = address + "/{repo_id}/resolve/{revision}/{filename}"
    monkeypatch.setattr(constants, "HUGGINGFACE_CO_URL_TEMPLATE", template)
    yield fake
    fake.stop()


def publish(hub: FakeHub, saved: Path) -> Path:
    """The pipeline with everything that lies beside it in a real repository."""
    there = shutil.copytree(saved, hub.root / "org" / "tiny")
    index = json.loads((there / "model_index.json").read_text())
    index["safety_checker"] = ["stable_diffusion", "StableDiffusionSafetyChecker"]
    (there / "model_index.json").write_text(json.dumps(index))
    for extra in (
        "v2-1_768-ema-pruned.safetensors",
        "v2-1_768-ema-pruned.ckpt",
        "unet/diffusion_pytorch_model.bin",
        "unet/diffusion_pytorch_model.fp16.safetensors",
        "unet/my_unet.py",
        "safety_checker/model.safetensors",
        "vae_1_0/diffusion_pytorch_model.safetensors",
        "README.md",
    ):
        (there / extra).parent.mkdir(exist_ok=True)
        (there / extra).write_bytes(b"not wanted")
    return there


def test_only_what_is_needed_is_fetched_and_only_once(
    hub: FakeHub, saved: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(hub, saved)
    here = pipeline_folder("org/tiny")
    wanted = {path.relative_to(saved) for path in saved.rglob("*") if path.is_file()}
    assert {path.relative_to(here) for path in here.rglob("*") if path.is_file()} == wanted
    assert "safety_checker" not in read_components(here)
    hub.asked.clear()
    monkeypatch.setenv("MIAOBI_OFFLINE", "1")
    assert pipeline_folder("org/tiny") == here and hub.asked == []


def test_the_safety_checker_is_left_out(hub: FakeHub, saved: Path) -> None:
    import torch

    publish(hub, saved)
    parts = load_components(pipeline_folder("org/tiny"), torch.float32)
    assert parts["safety_checker"] is None and parts["unet"].dtype == torch.float32


def test_pickled_weights_are_not_even_fetched(hub: FakeHub, saved: Path) -> None:
    there = publish(hub, saved)
    for path in (there / "unet").glob("*.safetensors"):
        path.unlink()
    with pytest.raises(ModelFileError, match=r"only as unet/diffusion_pytorch_model\.bin, a pick"):
        pipeline_folder("org/tiny")
    assert not any("resolve" in path and "unet" in path for path in hub.asked)


def test_a_language_model_is_no_picture_model(hub: FakeHub) -> None:
    (hub.root / "org" / "words").mkdir(parents=True)
    (hub.root / "org" / "words" / "config.json").write_text("{}")
    with pytest.raises(ModelFileError, match="org/words has no model_index.json"):
        pipeline_folder("org/words")


def test_offline(hub: FakeHub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MIAOBI_OFFLINE", "1")
    with pytest.raises(OfflineError, match="org/tiny would have to be downloaded"):
        pipeline_folder("org/tiny")


@pytest.mark.parametrize(
    "index", ["", "[]", '{"unet": ["diffusers"]}', '{"_class_name": "X", "unet": [1]}']
)
def test_a_damaged_index(index: str, tmp_path: Path) -> None:
    (tmp_path / "model_index.json").write_text(index)
    with pytest.raises(ModelFileError, match="model_index.json is truncated or damaged"):
        pipeline_folder(str(tmp_path))


@pytest.mark.parametrize("name", ["../elsewhere", "/etc"])
def test_a_part_outside_the_folder(name: str, tmp_path: Path) -> None:
    document = {"_class_name": "X", name: ["diffusers", "AutoencoderKL"]}
    (tmp_path / "model_index.json").write_text(json.dumps(document))
    with pytest.raises(ModelFileError, match="needs custom code"):
        pipeline_folder(str(tmp_path))


def test_a_leftover_index_beside_whole_weights(saved: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(saved, tmp_path / "copy")
    index = folder / "unet" / "diffusion_pytorch_model.safetensors.index.json"
    index.write_text(json.dumps({"metadata": {}, "weight_map": {"a": "b.safetensors"}}))
    loaded, whole = (load_components(each, torch.float32) for each in (folder, saved))
    ours, theirs = loaded["unet"].state_dict(), whole["unet"].state_dict()
    assert ours.keys() == theirs.keys()
    assert all(bool((ours[name] == theirs[name]).all()) for name in ours)
    assert index.is_file()
