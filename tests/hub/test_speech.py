"""Speech models of the Hub, on tiny random VITS, SpeechT5 and Bark checkpoints."""

import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from miaobi.core.errors import (
    MiaobiError,
    ModelFileError,
    NotFoundError,
    OfflineError,
    OptionError,
    PromptError,
)
from miaobi.core.events import Event, Output, Progress, Sound
from miaobi.core.requests import SpeechRequest
from miaobi.hub.sentencepiece import CharacterTokenizer
from miaobi.hub.speech import HubSpeechEngine
from miaobi.models.zoo import find_model
from tests.tiny.checkpoints import LAYOUTS, SPEECH, rewrite, save_vits

RATES = {"vits": 16_000, "speecht5": 16_000, "bark": 24_000}
WORDS = "A cat sat. It ate!"
VOICE = "v2/en_speaker_0"


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Neither a network nor what this machine has in its Hub cache."""
    from huggingface_hub import constants

    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path / "cache"))


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, str], Path]:
    """(family, layout) -> folder."""
    root = tmp_path_factory.mktemp("speech")
    return {
        (family, layout): save(root / f"{family}-{layout}", size)
        for family, save in SPEECH.items()
        for layout, size in LAYOUTS.items()
    }


@pytest.fixture(scope="module")
def engines(folders: dict[tuple[str, str], Path]) -> dict[str, HubSpeechEngine]:
    return {family: open_engine(folders[family, "single"]) for family in SPEECH}


def open_engine(folder: Path) -> HubSpeechEngine:
    return HubSpeechEngine(find_model(str(folder), "speech"))


def say(engine: HubSpeechEngine, words: str = WORDS, **options: Any) -> list[Event]:
    return list(engine.generate(SpeechRequest(model="tiny", text=words, **{"seed": 3, **options})))


def samples(engine: HubSpeechEngine, words: str = WORDS, **options: Any) -> Any:
    output = say(engine, words, **options)[-1]
    assert isinstance(output, Output)
    return output.samples


@pytest.mark.parametrize("family", SPEECH)
def test_a_sentence_at_a_time(family: str, engines: dict[str, HubSpeechEngine]) -> None:
    events = say(engines[family])
    assert [type(event) for event in events] == [Progress, Sound, Progress, Sound, Output]
    output = events[-1]
    assert output.rate == events[1].rate == RATES[family]
    assert output.language == "en"
    assert output.samples.dtype == np.float32
    assert output.samples.ndim == 1
    assert output.samples.size > 100
    assert np.isfinite(output.samples).all()
    assert 0 < np.abs(output.samples).max() <= 1
    assert output.samples.std() > 1e-4
    assert np.array_equal(output.samples, np.concatenate([events[1].samples, events[3].samples]))


@pytest.mark.parametrize("family", SPEECH)
def test_the_seed_decides_and_nothing_else_is_disturbed(
    family: str, engines: dict[str, HubSpeechEngine]
) -> None:
    torch.manual_seed(1)
    before = torch.get_rng_state()
    first = samples(engines[family], "A cat.", seed=3)
    assert torch.equal(torch.get_rng_state(), before)
    torch.manual_seed(99)
    assert np.array_equal(samples(engines[family], "A cat.", seed=3), first)
    assert not np.array_equal(samples(engines[family], "A cat.", seed=4), first)


@pytest.mark.parametrize("family", SPEECH)
def test_both_layouts_give_the_same_sound(
    family: str, folders: dict[tuple[str, str], Path], engines: dict[str, HubSpeechEngine]
) -> None:
    folder = folders[family, "sharded"]
    assert len(list(folder.glob("model-*.safetensors"))) > 1
    assert not (folder / "model.safetensors").exists()
    sharded, single = samples(open_engine(folder), "A cat."), samples(engines[family], "A cat.")
    assert np.allclose(sharded, single, atol=1e-5)


def transformers_says(family: str, folder: Path, characters: CharacterTokenizer | None) -> Any:
    """The samples of "a cat", as the model's own documentation makes them."""
    import transformers as t

    if family == "vits":
        inputs = t.VitsTokenizer.from_pretrained(folder)("a cat", return_tensors="pt")
        return t.VitsModel.from_pretrained(folder)(**inputs).waveform[0]
    if family == "bark":
        tokenizer = t.AutoTokenizer.from_pretrained(folder)
        inputs = t.BarkProcessor(tokenizer)("a cat", max_length=16)
        return t.BarkModel.from_pretrained(folder).generate(**inputs)[0]
    assert characters is not None
    ids = torch.tensor([[*characters.encode("a cat"), 2]])  # 2: the end
    vocoder = t.SpeechT5HifiGan.from_pretrained(folder / "vocoder")
    network = t.SpeechT5ForTextToSpeech.from_pretrained(folder)
    return network.generate(ids, speaker_embeddings=torch.zeros(1, 512), vocoder=vocoder)


@pytest.mark.parametrize("family", SPEECH)
def test_it_is_what_transformers_says(
    family: str, folders: dict[tuple[str, str], Path], engines: dict[str, HubSpeechEngine]
) -> None:
    characters = engines[family].family.tokenizer if family == "speecht5" else None
    said = samples(engines[family], "a cat")
    with torch.random.fork_rng(), torch.inference_mode(), pytest.MonkeyPatch.context() as patch:
        # loading draws random numbers too: the seed is set when the first layer runs
        patch.setattr(torch.nn.Embedding, "forward", seed_once(torch.nn.Embedding.forward))
        expected = transformers_says(family, folders[family, "single"], characters).numpy()
    assert np.allclose(said, expected.clip(-1, 1), atol=1e-5)


def seed_once(forward: Any) -> Any:
    """`forward`, but the first call sets the seed."""
    called: list[bool] = []

    def seeding(*arguments: Any) -> Any:
        if not called:
            torch.manual_seed(3)
        called.append(True)
        return forward(*arguments)

    return seeding


def test_vits_speaks_faster_and_slower(engines: dict[str, HubSpeechEngine]) -> None:
    lengths = [samples(engines["vits"], speed=speed).size for speed in (2, 1, 0.5)]
    assert lengths[0] < lengths[1] < lengths[2]


def test_a_model_without_a_pace_of_its_own_is_stretched(
    engines: dict[str, HubSpeechEngine],
) -> None:
    usual, fast = (samples(engines["speecht5"], speed=speed).size for speed in (1, 1.5))
    assert fast == pytest.approx(usual / 1.5, rel=0.02)


def test_the_speakers_of_a_vits_are_numbers(tmp_path: Path) -> None:
    engine = open_engine(save_vits(tmp_path / "many", speakers=3))
    first, second = samples(engine), samples(engine, voice="1")
    assert np.array_equal(samples(engine, voice="0"), first)
    assert first.shape != second.shape or not np.allclose(first, second)
    with pytest.raises(NotFoundError, match="has no voice '3'. Choose one of: 0, 1, 2"):
        say(engine, voice="3")


@pytest.mark.parametrize("family", SPEECH)
def test_an_unknown_voice_is_told(family: str, engines: dict[str, HubSpeechEngine]) -> None:
    with pytest.raises(NotFoundError, match="has no voice 'nobody'"):
        say(engines[family], voice="nobody")


def test_speecht5_takes_an_x_vector(engines: dict[str, HubSpeechEngine], tmp_path: Path) -> None:
    np.save(tmp_path / "me.npy", np.linspace(-1, 1, 512, dtype=np.float32))
    np.save(tmp_path / "nobody.npy", np.zeros(512, np.float32))
    engine = engines["speecht5"]
    default, mine, zeros = (
        samples(engine, "A cat.", voice=voice)
        for voice in ("", str(tmp_path / "me.npy"), str(tmp_path / "nobody.npy"))
    )
    assert np.array_equal(default, zeros)
    assert not np.array_equal(default, mine)


@pytest.mark.parametrize(
    "content",
    [np.zeros((1, 512), np.float32), np.zeros(512, np.int64), np.array([print]), b"", b"no array"],
    ids=["shape", "kind", "pickled", "empty", "text"],
)
def test_a_file_that_is_no_voice_is_refused(
    content: Any, engines: dict[str, HubSpeechEngine], tmp_path: Path
) -> None:
    path = tmp_path / "voice.npy"
    if isinstance(content, bytes):
        path.write_bytes(content)
    else:
        np.save(path, content, allow_pickle=True)
    with pytest.raises(OptionError, match=r"voice\.npy is not a speaker embedding"):
        say(engines["speecht5"], voice=str(path))


def test_speecht5_without_a_vocoder_beside_it_fetches_the_usual_one(
    folders: dict[tuple[str, str], Path], tmp_path: Path
) -> None:
    folder = shutil.copytree(folders["speecht5", "single"], tmp_path / "alone")
    shutil.rmtree(folder / "vocoder")
    with pytest.raises(
        OfflineError, match="microsoft/speecht5_hifigan would have to be downloaded"
    ):
        open_engine(folder)


def test_a_pickled_vocoder_is_refused(folders: dict[tuple[str, str], Path], tmp_path: Path) -> None:
    folder = shutil.copytree(folders["speecht5", "single"], tmp_path / "pickled")
    (folder / "vocoder" / "model.safetensors").rename(folder / "vocoder" / "pytorch_model.bin")
    with pytest.raises(ModelFileError, match=r"needs a vocoder\. .* only as pytorch_model\.bin"):
        open_engine(folder)


def test_bark_has_voices(engines: dict[str, HubSpeechEngine]) -> None:
    default, voiced = (samples(engines["bark"], "A cat.", voice=voice) for voice in ("", VOICE))
    assert np.isfinite(voiced).all()
    assert default.shape != voiced.shape or not np.allclose(default, voiced)


@pytest.mark.parametrize("name", ["../../secret.npy", "/etc/secret.npy", "config.json"])
def test_a_voice_of_bark_that_leads_elsewhere_is_refused(
    name: str, folders: dict[tuple[str, str], Path], tmp_path: Path
) -> None:
    folder = shutil.copytree(folders["bark", "single"], tmp_path / "bark")
    table = json.loads((folder / "speaker_embeddings_path.json").read_text())
    table[VOICE]["fine_prompt"] = name
    (folder / "speaker_embeddings_path.json").write_text(json.dumps(table))
    with pytest.raises(ModelFileError, match="files of voice 'v2/en_speaker_0' of .* are damaged"):
        say(open_engine(folder), voice=VOICE)


@pytest.mark.parametrize("family", ["vits", "speecht5"])
def test_letters_a_model_does_not_know_are_told(
    family: str, engines: dict[str, HubSpeechEngine]
) -> None:
    with pytest.raises(PromptError, match="knows none of the characters of '你好。'"):
        say(engines[family], "你好。")


@pytest.mark.parametrize("family", SPEECH)
def test_signs_alone_are_no_sound(family: str, engines: dict[str, HubSpeechEngine]) -> None:
    with pytest.raises(PromptError, match="nothing in the text that could be spoken"):
        say(engines[family], "... !")


@pytest.mark.parametrize("family", SPEECH)
def test_pickled_weights_are_refused(
    family: str, folders: dict[tuple[str, str], Path], tmp_path: Path
) -> None:
    folder = shutil.copytree(folders[family, "single"], tmp_path / family)
    (folder / "model.safetensors").rename(folder / "pytorch_model.bin")
    with pytest.raises(ModelFileError, match=r"only as pytorch_model\.bin, a pickled file"):
        open_engine(folder)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"model_type": "gpt2"}, "of type gpt2, which is not a supported speech model"),
        ({"flow_size": 32}, "fit"),
    ],
)
def test_a_folder_that_does_not_speak(
    change: dict[str, Any], sentence: str, folders: dict[tuple[str, str], Path], tmp_path: Path
) -> None:
    folder = shutil.copytree(folders["vits", "single"], tmp_path / "vits")
    rewrite(folder / "config.json", **change)
    with pytest.raises(MiaobiError, match=sentence):
        open_engine(folder)


def test_a_repository_that_is_not_here_offline() -> None:
    with pytest.raises(OfflineError, match="facebook/mms-tts-eng would have to be downloaded"):
        HubSpeechEngine(find_model("facebook/mms-tts-eng", "speech"))


def test_numbers_are_heard(engines: dict[str, HubSpeechEngine]) -> None:
    spelled = samples(engines["vits"], "two cats")
    assert np.array_equal(samples(engines["vits"], "2 cats"), spelled)
    spelled = samples(engines["speecht5"], "two cats")
    assert np.array_equal(samples(engines["speecht5"], "2 cats"), spelled)


def test_characters_are_sentencepieces(folders: dict[tuple[str, str], Path]) -> None:
    """What sentencepiece 0.2.3 answers for such a file: a mark before each word, runs of unknown."""
    characters = CharacterTokenizer(folders["speecht5", "single"] / "spm_char.model")
    pieces = ["", "", "", "?", *"\u2581etaonihsrdlumcwfgypbvk.,'?!xjqzETAONIHSRDLUMCWFGYPBVKXJQZ"]
    read = characters.encode("  Hi, 你好 a<s> ")
    assert [pieces[number] for number in read] == [*"\u2581Hi,\u2581?\u2581a", "?", "s", "?"]
    assert characters.encode("你好 世界") == []
