"""Whisper by folder and by size, on a tiny random checkpoint in both of its layouts."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
import torch

from miaobi.assets.store import asset_folder
from miaobi.core.errors import ModelFileError, NotFoundError, OfflineError
from miaobi.core.events import Output
from miaobi.core.requests import TranscriptRequest
from miaobi.engines.whisper import WhisperEngine
from miaobi.hub.whisper import MODEL, whisper_folder
from miaobi.models.zoo import find_model
from miaobi.tasks.speech import speech
from tests.tiny.checkpoints import LAYOUTS, save_gpt2
from tests.tiny.whisper import save_whisper


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Neither a network nor what this machine has in its Hub cache."""
    from huggingface_hub import constants

    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path / "cache"))


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save_whisper(tmp_path_factory.mktemp("whisper") / "openai")


@pytest.fixture
def caches(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where conversions are kept in this test."""
    monkeypatch.setattr("miaobi.hub.whisper.cache_dir", lambda: tmp_path / "kept")
    return tmp_path / "kept" / "whisper"


def features(mels: int = 80) -> np.ndarray:
    return np.random.default_rng(1).normal(size=(1, mels, 3000)).astype(np.float32)


@pytest.mark.parametrize("mels", [80, 128])  # 128: large-v3
@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_converted_encoder_hears_what_transformers_hears(
    layout: str, mels: int, tmp_path: Path, caches: Path
) -> None:
    import ctranslate2
    import transformers as t

    source = save_whisper(tmp_path / "it", LAYOUTS[layout], mels)
    folder = whisper_folder(str(source))
    assert folder.parent == caches and (folder / "tokenizer.json").is_file()
    assert json.loads((folder / "preprocessor_config.json").read_text())["feature_size"] == mels
    network = t.WhisperForConditionalGeneration.from_pretrained(source).eval()
    sound = features(mels)
    with torch.inference_mode():
        expected = network.model.encoder(torch.from_numpy(sound)).last_hidden_state.numpy()
    model = ctranslate2.models.Whisper(str(folder), device="cpu", compute_type="float32")
    heard = np.array(model.encode(ctranslate2.StorageView.from_array(sound)))
    assert np.allclose(heard, expected, atol=5e-3)  # 16 bits in the file


def test_a_folder_is_converted_once_and_again_when_it_changed(source: Path, caches: Path) -> None:
    first = whisper_folder(str(source))
    made = (first / MODEL).stat().st_mtime_ns
    assert whisper_folder(str(source)) == first
    assert (first / MODEL).stat().st_mtime_ns == made
    (source / "README.md").write_text("changed")
    assert whisper_folder(str(source)) != first
    assert not list(caches.glob("tmp*"))


def test_a_recording_goes_through_either_layout(source: Path, caches: Path, tmp_path: Path) -> None:
    """Random weights write no words, and the same ones from both folders."""
    converted = whisper_folder(str(source))
    copy = Path(shutil.copytree(converted, tmp_path / "faster-whisper"))
    told = []
    for place in (source, copy):
        engine = WhisperEngine(find_model(str(place), "transcript"))
        samples = np.random.default_rng(3).normal(size=16_000).astype(np.float32) * 0.1
        segments, info = engine.model.transcribe(samples, language="en", temperature=0.0)
        told.append("".join(segment.text for segment in segments))
        assert info.language == "en"
        engine.close()
    assert told[0] == told[1]


def test_the_engine_hears_with_a_folder_what_it_hears_with_the_asset(tmp_path: Path) -> None:
    """whisper-base, which is here, named by its folder."""
    place = str(asset_folder("whisper-base"))
    row = find_model(place, "transcript")
    assert row.engine == "whisper" and row.asset is None
    engine = WhisperEngine(row)
    path = tmp_path / "fox.wav"
    path.write_bytes(speech("A fox runs over the hill.", seed=1).data)
    *_, output = engine.generate(TranscriptRequest(model="x", audio=path, language="en"))
    assert isinstance(output, Output) and "fox" in "".join(s.text for s in output.segments or ())


@pytest.mark.parametrize("size", ["tiny", "small", "medium", "large-v3", "turbo"])
def test_sizes_have_names(size: str) -> None:
    short, long = (find_model(name, "transcript") for name in (size, f"whisper-{size}"))
    assert short == long and short.engine == "whisper" and short.license == "MIT"
    with pytest.raises(OfflineError, match="faster-whisper"):
        WhisperEngine(short)


def test_base_is_the_one_that_comes_along() -> None:
    assert find_model("base", "transcript").asset == "whisper-base"
    with pytest.raises(NotFoundError, match="whisper-large-v3"):
        find_model("whisper-huge", "transcript")


def test_pickles_and_what_is_no_whisper_are_refused(source: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(source, tmp_path / "pickled"))
    (folder / "model.safetensors").unlink()
    torch.save({}, folder / "pytorch_model.bin")
    with pytest.raises(ModelFileError, match=r"pytorch_model\.bin, a pickled file"):
        whisper_folder(str(folder))
    (folder / "pytorch_model.bin").rename(folder / MODEL)
    (folder / "vocabulary.json").write_text("[]")
    with pytest.raises(ModelFileError, match=r"model\.bin, a pickled file"):
        whisper_folder(str(folder))
    (folder / MODEL).write_bytes(b"\x06\0\0\0")
    with pytest.raises(ModelFileError, match="truncated or damaged"):
        whisper_folder(str(folder))
    (folder / "vocabulary.json").unlink()
    with pytest.raises(ModelFileError, match=r"vocabulary\.json is missing"):
        whisper_folder(str(folder))
    with pytest.raises(ModelFileError, match="a model of type gpt2, which is not a Whisper model"):
        whisper_folder(str(save_gpt2(tmp_path / "gpt")))


def test_a_damaged_model_is_told(source: Path, caches: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(whisper_folder(str(source)), tmp_path / "cut"))
    data = (folder / MODEL).read_bytes()
    (folder / MODEL).write_bytes(data[: len(data) // 2])
    with pytest.raises(ModelFileError, match="could not be loaded"):
        WhisperEngine(find_model(str(folder), "transcript"))
