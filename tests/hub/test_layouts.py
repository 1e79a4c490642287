"""Folders of weights as they really lie on disks: whole files, shards, and leftovers beside them."""

import json
import pickle
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from miaobi.core.errors import ModelFileError
from miaobi.core.requests import Message, TextRequest
from miaobi.engines.folders import open_text_folder
from miaobi.hub.files import check_checkpoint
from miaobi.hub.text import HubTextEngine
from miaobi.models.convert import from_folder
from miaobi.models.zoo import Model, find_model
from tests.tiny.checkpoints import LAYOUTS, rewrite, save_gpt2

ASKED = TextRequest(
    model="it", messages=(Message("user", "a fox"),), raw=True, max_tokens=12, temperature=0.0
)


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    root = tmp_path_factory.mktemp("saved")
    return {layout: save_gpt2(root / layout, size) for layout, size in LAYOUTS.items()}


@pytest.fixture
def folder(saved: dict[str, Path], tmp_path: Path) -> Path:
    return shutil.copytree(saved["single"], tmp_path / "folder")


@pytest.fixture
def shards(saved: dict[str, Path], tmp_path: Path) -> Path:
    return shutil.copytree(saved["sharded"], tmp_path / "shards")


@pytest.mark.parametrize(
    "name",
    [
        "../secret.safetensors",
        "sub/model.safetensors",
        "/etc/model.safetensors",
        "..\\model.safetensors",
        "a\0.safetensors",
        "pytorch_model.bin",
        "",
        3,
        None,
        ["model.safetensors"],
    ],
)
@pytest.mark.parametrize("read", [check_checkpoint, from_folder], ids=["transformers", "ours"])
def test_an_index_cannot_lead_elsewhere(
    shards: Path, name: object, read: Callable[[Path], object]
) -> None:
    rewrite(shards / "model.safetensors.index.json", weight_map={"wte": name})
    with pytest.raises(ModelFileError, match="index.json is truncated or damaged"):
        read(shards)


@pytest.mark.parametrize(
    "text", ["", "[]", "3", '{"weight_map": []}', '{"weight_map": null}', "[" * 100_000, "\xff"]
)
def test_a_damaged_index(shards: Path, text: str) -> None:
    (shards / "model.safetensors.index.json").write_bytes(text.encode("latin-1"))
    with pytest.raises(ModelFileError, match="index.json is truncated or damaged"):
        check_checkpoint(shards)


def leftover_index(folder: Path, saved: dict[str, Path]) -> None:
    shutil.copy(saved["sharded"] / "model.safetensors.index.json", folder)


def some_shards(folder: Path, saved: dict[str, Path]) -> None:
    leftover_index(folder, saved)
    shutil.copy(saved["sharded"] / "model-00001-of-00010.safetensors", folder)


def damaged_shards(folder: Path, saved: dict[str, Path]) -> None:
    some_shards(folder, saved)
    (folder / "model-00001-of-00010.safetensors").write_bytes(b"not weights")


def wild_index(folder: Path, saved: dict[str, Path]) -> None:
    (folder / "model.safetensors.index.json").write_text("{")


def pickles_beside(folder: Path, saved: dict[str, Path]) -> None:
    (folder / "pytorch_model.bin").write_bytes(pickle.dumps(print))
    (folder / "pytorch_model.bin.index.json").write_text("{}")


def half_precision_beside(folder: Path, saved: dict[str, Path]) -> None:
    (folder / "model.fp16.safetensors").write_bytes(b"not weights")


def a_link(folder: Path, saved: dict[str, Path]) -> None:
    (folder / "model.safetensors").rename(folder / "blob")
    (folder / "model.safetensors").symlink_to(folder / "blob")


@pytest.mark.parametrize("opened", [HubTextEngine, open_text_folder], ids=["transformers", "ours"])
@pytest.mark.parametrize(
    "change",
    [
        leftover_index,
        some_shards,
        damaged_shards,
        wild_index,
        pickles_beside,
        half_precision_beside,
        a_link,
    ],
)
def test_a_whole_file_is_used_whatever_lies_beside_it(
    opened: Callable[[Model], Any],
    change: Callable[[Path, dict[str, Path]], None],
    folder: Path,
    saved: dict[str, Path],
) -> None:
    change(folder, saved)
    (one, other) = (
        opened(find_model(str(place), "text")).generate(ASKED)
        for place in (folder, saved["single"])
    )
    texts = [list(events)[-1].text for events in (one, other)]
    assert texts[0] and texts[0] == texts[1]


def test_shards_of_any_names(shards: Path) -> None:
    index = shards / "model.safetensors.index.json"
    places = json.loads(index.read_text())["weight_map"]
    names = {old: f"weights-{place}.safetensors" for place, old in enumerate(set(places.values()))}
    for old, name in names.items():
        (shards / old).rename(shards / name)
    rewrite(index, weight_map={tensor: names[place] for tensor, place in places.items()})
    check_checkpoint(shards)
    assert from_folder(shards).config.layers == 2


@pytest.mark.parametrize("read", [check_checkpoint, from_folder], ids=["transformers", "ours"])
def test_shards_without_their_index(shards: Path, read: Callable[[Path], object]) -> None:
    (shards / "model.safetensors.index.json").unlink()
    with pytest.raises(ModelFileError, match=r"complete: model\.safetensors\.index\.json is miss"):
        read(shards)
