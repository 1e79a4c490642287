"""Finding, checking and loading checkpoints; the Hub itself is a small server on this machine."""

import pickle
import re
import shutil
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from safetensors.torch import load_file, save_file

from miaobi.core.errors import (
    DownloadError,
    MiaobiError,
    ModelFileError,
    NotFoundError,
    OfflineError,
)
from miaobi.core.requests import Message, TextRequest
from miaobi.engines.autoregressive import AutoregressiveEngine
from miaobi.engines.folders import open_text_folder
from miaobi.hub.files import checkpoint_folder, fetch_files
from miaobi.hub.text import HubTextEngine
from miaobi.models.zoo import Model, find_model
from tests.tiny.checkpoints import LAYOUTS, rewrite, save_gpt2
from tests.tiny.fake_hub import COMMIT, FakeHub


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """layout -> folder."""
    root = tmp_path_factory.mktemp("saved")
    return {layout: save_gpt2(root / layout, size) for layout, size in LAYOUTS.items()}


@pytest.fixture
def folder(saved: dict[str, Path], tmp_path: Path) -> Path:
    """A copy that may be broken."""
    return shutil.copytree(saved["single"], tmp_path / "model")


@pytest.fixture
def shards(saved: dict[str, Path], tmp_path: Path) -> Path:
    """The same in several files."""
    return shutil.copytree(saved["sharded"], tmp_path / "model")


@pytest.fixture
def cache(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """An empty Hub cache."""
    from huggingface_hub import constants

    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


@pytest.fixture
def hub(tmp_path: Path, cache: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeHub]:
    """A Hub of our own on the loopback interface."""
    from huggingface_hub import constants

    fake = FakeHub(tmp_path / "hub")
    address = fake.start()
    monkeypatch.setattr(constants, "ENDPOINT", address)
    monkeypatch.setattr(
        constants,
        "HUGGINGFACE_CO_URL_TEMPLATE",
        address + "/{repo_id}/resolve/{revision}/{filename}",
    )
    yield fake
    fake.stop()


def publish(hub: FakeHub, name: str, folder: Path) -> Path:
    return shutil.copytree(folder, hub.root / name)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_repository_is_downloaded_once_and_then_used_without_network(
    layout: str, saved: dict[str, Path], hub: FakeHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    there = publish(hub, "org/tiny", saved[layout])
    for extra in (
        "pytorch_model.bin",
        "model.fp16.safetensors",
        "modeling_tiny.py",
        "onnx/config.json",
    ):
        (there / extra).parent.mkdir(exist_ok=True)
        (there / extra).write_bytes(b"not wanted")
    here = checkpoint_folder("org/tiny")
    wanted = sorted(path.name for path in saved[layout].iterdir())
    assert sorted(path.name for path in here.iterdir()) == wanted
    assert all((here / name).read_bytes() == (there / name).read_bytes() for name in wanted)
    engine = open_text_folder(find_model("org/tiny", "text"))
    assert isinstance(engine, AutoregressiveEngine) and engine.context == 128
    hub.asked.clear()
    monkeypatch.setenv("MIAOBI_OFFLINE", "1")
    assert checkpoint_folder("org/tiny") == here
    assert hub.asked == []


def test_a_download_that_broke_off_is_completed(saved: dict[str, Path], hub: FakeHub) -> None:
    publish(hub, "org/tiny", saved["sharded"])
    here = checkpoint_folder("org/tiny")
    (here / "model-00002-of-00010.safetensors").unlink()
    assert (checkpoint_folder("org/tiny") / "model-00002-of-00010.safetensors").is_file()


@pytest.mark.parametrize("missing", ["", "model-00002-of-00010.safetensors", "config.json"])
def test_what_transformers_left_in_the_cache_is_used(
    missing: str, saved: dict[str, Path], hub: FakeHub, cache: Path
) -> None:
    """It keeps no list of what there should be."""
    publish(hub, "org/tiny", saved["sharded"])
    repository = cache / "models--org--tiny"
    here = shutil.copytree(saved["sharded"], repository / "snapshots" / COMMIT)
    (repository / "refs").mkdir()
    (repository / "refs" / "main").write_text(COMMIT)
    if missing:
        (here / missing).unlink()
    assert checkpoint_folder("org/tiny") == here
    assert (here / missing).exists()
    assert bool(hub.asked) == bool(missing)


def test_a_repository_with_pickled_weights_alone_is_refused_before_they_come(
    folder: Path, hub: FakeHub, cache: Path
) -> None:
    (folder / "model.safetensors").rename(folder / "pytorch_model.bin")
    publish(hub, "org/old", folder)
    with pytest.raises(ModelFileError, match=r"org/old has its weights only as pytorch_model\.bin"):
        checkpoint_folder("org/old")
    assert not any(path.is_file() for path in cache.rglob("*"))


def test_single_files_of_a_repository(folder: Path, hub: FakeHub) -> None:
    (folder / "voices").mkdir()
    (folder / "voices" / "one.npy").write_bytes(b"1")
    publish(hub, "org/tiny", folder)
    assert (fetch_files("org/tiny", ["voices/one.npy"]) / "voices/one.npy").read_bytes() == b"1"
    with pytest.raises(MiaobiError, match=r"has no file voices/two\.npy|could not be fetched"):
        fetch_files("org/tiny", ["voices/two.npy"])
    with pytest.raises(ModelFileError, match=r"has no file voices/two\.npy"):
        fetch_files(str(folder), ["voices/two.npy"])


@pytest.mark.parametrize(
    ("place", "status", "kind", "sentence"),
    [
        ("org/none", 0, NotFoundError, "There is no repository org/none on the Hub"),
        ("org/gated", 0, DownloadError, "org/gated is gated"),
        ("org/tiny", 500, DownloadError, "The Hub answered 500"),
        ("org/ti..ny", 0, NotFoundError, "There is no repository org/ti..ny"),
    ],
)
def test_what_the_hub_refuses(
    place: str, status: int, kind: type[MiaobiError], sentence: str, hub: FakeHub
) -> None:
    hub.status = status
    with pytest.raises(kind) as caught:
        checkpoint_folder(place)
    assert sentence in str(caught.value)


def test_no_network(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is reported at the first request: nothing is tried again."""
    from huggingface_hub import constants

    tried, connect = [], socket.create_connection

    def counting(address: tuple[str, int], *rest: Any, **options: Any) -> socket.socket:
        tried.append(address)
        return connect(address, *rest, **options)

    monkeypatch.setattr(socket, "create_connection", counting)
    monkeypatch.setattr(constants, "ENDPOINT", "http://127.0.0.1:9")  # nobody listens there
    with pytest.raises(DownloadError, match=r"the Hub could not be reached \(ConnectError\)"):
        checkpoint_folder("org/tiny")
    assert tried == [("127.0.0.1", 9)]


@pytest.mark.parametrize("switch", ["MIAOBI_OFFLINE", "HF_HUB_OFFLINE"])
def test_offline_nothing_is_asked(
    switch: str, hub: FakeHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(switch, "1")
    with pytest.raises(OfflineError, match="org/none would have to be downloaded, and the network"):
        checkpoint_folder("org/none")
    assert hub.asked == []


def no_config(folder: Path) -> None:
    (folder / "config.json").unlink()


def pickled(folder: Path) -> None:
    (folder / "model.safetensors").unlink()
    (folder / "pytorch_model.bin").write_bytes(pickle.dumps(print))


def no_weights(folder: Path) -> None:
    (folder / "model.safetensors").unlink()


def truncated(folder: Path) -> None:
    weights = folder / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:-100])


def garbage(folder: Path) -> None:
    (folder / "model.safetensors").write_bytes(pickle.dumps({"weights": 1}))


def one_weight_missing(folder: Path) -> None:
    weights = load_file(folder / "model.safetensors")
    del weights["transformer.h.1.mlp.c_fc.bias"]
    save_file(weights, folder / "model.safetensors", {"format": "pt"})


def another_size(folder: Path) -> None:
    rewrite(folder / "config.json", n_embd=64)


def no_tokenizer(folder: Path) -> None:
    (folder / "tokenizer.json").unlink()


def broken_config(folder: Path) -> None:
    (folder / "config.json").write_text("{")


def empty_config(folder: Path) -> None:
    (folder / "config.json").write_text("[]")


def own_code(folder: Path) -> None:
    rewrite(
        folder / "config.json",
        model_type="mystery",
        architectures=["Mystery"],
        auto_map={"AutoConfig": "mystery.Config", "AutoModelForCausalLM": "mystery.Mystery"},
    )
    (folder / "mystery.py").write_text("raise SystemExit('strange code ran')")


ASKED = TextRequest(model="it", messages=(Message("user", "a fox"),), raw=True, max_tokens=1)
FIT = "missing or of another size, the first is transformer.h"


@pytest.mark.parametrize("opened", [HubTextEngine, open_text_folder], ids=["transformers", "ours"])
@pytest.mark.parametrize(
    ("damage", "sentence"),
    [
        (no_config, r"has no config\.json: it is not a model folder"),
        (pickled, r"has its weights only as pytorch_model\.bin, a pickled file"),
        (no_weights, r"has no model\.safetensors"),
        (truncated, r"model\.safetensors is truncated or damaged"),
        (garbage, r"model\.safetensors is truncated or damaged"),
        (one_weight_missing, rf"{FIT}\.1\.mlp\.c_fc\.bias|lacks the tensor h\.1\.mlp\.c_fc\.bias"),
        (another_size, rf"{FIT}\.0\.attn\.c_attn\.b|loaded: size mismatch for .*\[32\].*\[64\]"),
        (no_tokenizer, "has no tokenizer"),
        (broken_config, "could not be loaded"),
        (empty_config, "could not be loaded"),
        (own_code, "could not be loaded"),
    ],
    ids=lambda value: value.__name__ if callable(value) else "",
)
def test_a_folder_that_is_refused(
    opened: Callable[[Model], Any], damage: Callable[[Path], None], sentence: str, folder: Path
) -> None:
    """When it is opened, or before the first token: ours is read when its precision is known."""
    damage(folder)
    with pytest.raises(ModelFileError) as caught:
        next(opened(find_model(str(folder), "text")).generate(ASKED))
    assert re.search(sentence, str(caught.value))
    assert str(folder) in str(caught.value)
    assert len(str(caught.value)) < 500


@pytest.mark.parametrize("opened", [HubTextEngine, open_text_folder], ids=["transformers", "ours"])
def test_a_damaged_list_of_defaults_is_passed_over(
    opened: Callable[[Model], HubTextEngine], folder: Path
) -> None:
    """The end token is then the one of config.json."""
    (folder / "generation_config.json").write_text("{")
    assert opened(find_model(str(folder), "text")).vocabulary.ends == [0]


def test_a_missing_part_is_named(shards: Path) -> None:
    (shards / "model-00003-of-00010.safetensors").unlink()
    with pytest.raises(ModelFileError, match="model-00003-of-00010.safetensors is missing"):
        checkpoint_folder(str(shards))


def test_a_truncated_part_is_named(shards: Path) -> None:
    part = shards / "model-00003-of-00010.safetensors"
    part.write_bytes(part.read_bytes()[:50])
    with pytest.raises(ModelFileError, match="model-00003-of-00010.safetensors is truncated"):
        checkpoint_folder(str(shards))
