"""Well-known names of models: one table, which the owner can edit, and answers that name the model."""

import json
import logging
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import openai
import pytest

from miaobi.core.errors import DataError, NotFoundError
from miaobi.models.zoo import all_models
from miaobi.server.model_names import BUILT_IN, FILE, kind_of, resolve_name
from miaobi.server.state import AppState, ServiceConfig
from miaobi.tasks import library
from tests.server.conftest import SMALL

WELL_KNOWN = {
    "text": ("gpt-3.5-turbo", "gpt-4o", "gpt-4o-mini", "gpt-4o-2024-08-06", "gpt-4.1-nano", "o3"),
    "image": ("dall-e-2", "dall-e-3", "gpt-image-1", "gpt-image-1-mini"),
    "speech": ("tts-1", "tts-1-hd", "gpt-4o-mini-tts"),
    "transcript": ("whisper-1", "gpt-4o-transcribe", "gpt-4o-mini-transcribe"),
    "embedding": ("text-embedding-3-small", "text-embedding-3-large", "text-embedding-ada-002"),
    "video": ("sora-2", "sora-2-pro"),
}


@pytest.fixture
def state(own_home: Path) -> Iterator[AppState]:
    """The state of a server that listens to nobody."""
    state = AppState(ServiceConfig())
    yield state
    state.close()


@pytest.mark.parametrize("kind", WELL_KNOWN)
def test_each_name_is_that_of_one_kind(kind: str, state: AppState) -> None:
    for name in WELL_KNOWN[kind]:
        assert resolve_name(name, kind) == "" and state.find_model(name, kind) is None
        assert kind_of(name) == kind
        for other in set(WELL_KNOWN) - {kind}:
            assert resolve_name(name, other) is None, f"{name} makes no {other}"
            with pytest.raises(NotFoundError, match="There is no"):
                state.find_model(name, other)


def test_the_table_hides_no_model_of_this_machine() -> None:
    tables = tomllib.loads(BUILT_IN.read_text(encoding="utf-8"))
    names = {name for table in tables.values() for name in table}
    assert set(tables) <= {model.kind for model in all_models()}
    assert not names & {model.name for model in all_models()}


def test_the_owner_decides(own_home: Path, state: AppState) -> None:
    path = own_home / FILE
    path.write_text(
        f'[text]\n"gpt-4o" = "{SMALL}"\n"my-*" = "{SMALL}"\n"gpt-4*" = false\n'
        '"loop" = "loop"\n"lost" = "nothing"\n[embedding]\n"mine" = ""\n',
        encoding="utf-8",
    )
    for name in ("gpt-4o", "my-model"):
        model = state.find_model(name, "text")
        assert model is not None and model.name == SMALL
    for name in ("gpt-4-turbo", "loop", "lost", "gpt-4o-mini"):
        with pytest.raises(NotFoundError):
            state.find_model(name, "text")
    assert state.find_model("gpt-3.5-turbo", "text") is None, "the built-in table stays"
    assert state.find_model("mine", "embedding") is None
    path.write_text('[text]\n"gpt-4o" = "shakespeare-gpt"\n', encoding="utf-8")
    model = state.find_model("gpt-4o", "text")
    assert model is not None and model.name == "shakespeare-gpt", "it is read again"


@pytest.mark.parametrize("text", ["[text", '[text]\n"a" = 5\n', 'text = "a"\n', "\xff\xfe"])
def test_a_broken_table_of_the_owner(own_home: Path, text: str) -> None:
    (own_home / FILE).write_bytes(text.encode("latin-1"))
    with pytest.raises(DataError, match="cannot be read"):
        resolve_name("gpt-4o", "text")


def test_answers_and_labels_say_what_made_them(
    client: openai.OpenAI, http: httpx.Client, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "miaobi.server")
    asked: Any = {"model": "dall-e-3", "prompt": "a red fox", "style": "vivid", "quality": "hd"}
    made: Any = client.images.generate(**asked, size="1024x1024")
    assert made.data[0].url.endswith("/content"), "as OpenAI's default for this model"
    assert client.images.generate(model="gpt-image-1", prompt="a fox").data[0].b64_json  # type: ignore[index]
    assert made.model_extra["miaobi"]["model"] == "illustration"
    row = library.find(id=made.model_extra["miaobi"]["artifacts"][0])[0]
    assert row["model"] == "illustration"
    line = {"model_name": "dall-e-3", "kind": "image", "answers": "default image model"}
    assert json.dumps(line) in caplog.messages
    embedded = client.embeddings.create(model="text-embedding-3-small", input="a fox")
    assert embedded.model == "e5-small"
    assert client.models.retrieve("whisper-1").id == "whisper-base"
    spoken = http.post("/v1/audio/speech", json={"model": "tts-1", "voice": "", "input": "Hi."})
    assert spoken.status_code == 200 and library.find()[0]["model"] == "hibari"
    wrong = http.post("/v1/images/generations", json={"model": "whisper-1", "prompt": "x"})
    assert wrong.status_code == 404
    assert wrong.json()["error"]["message"].startswith("There is no image model 'whisper-1'.")
