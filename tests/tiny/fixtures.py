"""Tiny text checkpoints of every family, open in the engine that serves them and in transformers."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

# loaded with every session, so PyTorch is imported where a fixture is used
if TYPE_CHECKING:
    from miaobi.engines.autoregressive import AutoregressiveEngine
    from miaobi.hub.text import HubTextEngine
    from tests.tiny.asking import TextEngine

# Qwen3 differs from Qwen2 only in its numbers: test_autoregressive.py compares those
OWN = ("learned", "rotary", "lstm", "gru")  # kinds of tests.tiny.checkpoints.save_own
ASKED = ("gpt2", "llama", "qwen2", "gpt_neox", "mistral")


@pytest.fixture(scope="session")
def text_folders(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """family -> folder."""
    from tests.tiny.checkpoints import TEXT

    root = tmp_path_factory.mktemp("text")
    return {family: save(root / family) for family, save in TEXT.items()}


@pytest.fixture(scope="session")
def own_folders(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Kind of a checkpoint of ours -> folder."""
    from tests.tiny.checkpoints import save_own

    root = tmp_path_factory.mktemp("own")
    return {kind: save_own(root / kind, kind) for kind in OWN}


@pytest.fixture(scope="session")
def through_transformers(text_folders: dict[str, Path]) -> "dict[str, HubTextEngine]":
    """family -> the same checkpoint in transformers."""
    from miaobi.hub.text import HubTextEngine
    from miaobi.models.zoo import find_model

    return {
        family: HubTextEngine(find_model(str(folder), "text"))
        for family, folder in text_folders.items()
    }


@pytest.fixture(scope="session")
def text_engines(
    text_folders: dict[str, Path], through_transformers: "dict[str, HubTextEngine]"
) -> "dict[str, TextEngine]":
    """family -> the engine that serves it."""
    from tests.tiny.asking import open_engine
    from tests.tiny.checkpoints import OURS

    return {
        family: open_engine(folder) if family in OURS else through_transformers[family]
        for family, folder in text_folders.items()
    }


@pytest.fixture(scope="session")
def own_engines(own_folders: dict[str, Path]) -> "dict[str, TextEngine]":
    """Kind of a checkpoint of ours -> its engine."""
    from tests.tiny.asking import open_engine

    return {kind: open_engine(folder) for kind, folder in own_folders.items()}


@pytest.fixture(params=OWN)
def own(request: pytest.FixtureRequest, own_engines: dict[str, Any]) -> "AutoregressiveEngine":
    """Checkpoints of ours, one after the other."""
    from miaobi.engines.autoregressive import AutoregressiveEngine

    engine = own_engines[request.param]
    assert isinstance(engine, AutoregressiveEngine)
    return engine


@pytest.fixture(params=ASKED)
def family(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def text_engine(family: str, text_engines: "dict[str, TextEngine]") -> "TextEngine":
    """One engine after the other, ours and transformers'."""
    return text_engines[family]


@pytest.fixture
def theirs(family: str, through_transformers: "dict[str, HubTextEngine]") -> "HubTextEngine":
    """The checkpoint of `text_engine` in transformers."""
    return through_transformers[family]
