"""Sound models of the Hub on tiny random checkpoints: what they make, what is refused, stopping."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from miaobi.core.errors import MiaobiError, ModelFileError, OfflineError, OptionError
from miaobi.core.events import Output, Progress
from miaobi.core.music import MusicRequest
from miaobi.core.requests import SoundRequest
from miaobi.hub.schedulers import cosine_scheduler
from miaobi.hub.sound import HubSoundEngine
from miaobi.models.zoo import find_model
from tests.tiny import sounds as tiny
from tests.tiny.checkpoints import LAYOUTS, save_gpt2
from tests.tiny.pipelines import save_sd1

RATES = {"musicgen": 1600, "audioldm2": 16_000, "stable-audio": 400, "ace-step": 480}
SIDES = {"musicgen": 1, "audioldm2": 1, "stable-audio": 2, "ace-step": 2}
STEPPED = [name for name in tiny.MODELS if name != "musicgen"]


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Neither a network nor what this machine has in its Hub cache."""
    from huggingface_hub import constants

    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path / "cache"))


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    root = tmp_path_factory.mktemp("sounds")
    return {name: save(root / name) for name, save in tiny.MODELS.items()}


@pytest.fixture(scope="module")
def engines(folders: dict[str, Path]) -> Iterator[Callable[[str], HubSoundEngine]]:
    opened: dict[str, HubSoundEngine] = {}

    def of(name: str) -> HubSoundEngine:
        if name not in opened:
            opened[name] = open_engine(folders[name])
        return opened[name]

    yield of


def open_engine(folder: Path, kind: str = "sound") -> HubSoundEngine:
    return HubSoundEngine(find_model(str(folder), kind))


def effect(name: str, **options: Any) -> SoundRequest:
    few = {"steps": 3} if name in STEPPED else {}
    told = {"model": name, "prompt": "a dog barks", "seconds": 1.0, "seed": 3, **few}
    return SoundRequest(**{**told, **options})


def piece(name: str, **options: Any) -> MusicRequest:
    few = {"steps": 2} if name in STEPPED else {}
    told = {"model": name, "prompt": "a slow waltz", "seconds": 2.0, "seed": 3, **few}
    return MusicRequest(**{**told, **options})


def made(engine: HubSoundEngine, request: Any) -> Output:
    *_, last = engine.generate(request)
    assert isinstance(last, Output)
    return last


@pytest.mark.parametrize("name", tiny.MODELS)
def test_sound_of_the_length_that_was_asked(name: str, engines: Any) -> None:
    *progress, output = engines(name).generate(effect(name))
    assert isinstance(output, Output) and output.rate == RATES[name]
    shape = (output.rate,) if SIDES[name] == 1 else (output.rate, SIDES[name])
    assert output.samples.shape == shape and output.samples.dtype == np.float32
    assert np.abs(output.samples).max() <= 1 and output.samples.std() > 0
    assert all(isinstance(event, Progress) and event.stage == "sound" for event in progress)
    assert progress[-1].done == progress[-1].total == (3 if name in STEPPED else 53)


@pytest.mark.parametrize("name", tiny.MODELS)
def test_the_seed_decides_and_nothing_else_is_disturbed(name: str, engines: Any) -> None:
    engine = engines(name)  # loading one draws its first weights
    torch.manual_seed(1)
    before = torch.get_rng_state()
    first = made(engine, effect(name)).samples
    assert torch.equal(torch.get_rng_state(), before)
    assert np.array_equal(made(engines(name), effect(name)).samples, first)
    assert not np.array_equal(made(engines(name), effect(name, seed=4)).samples, first)


@pytest.mark.parametrize("name", tiny.MODELS)
def test_words_are_heard(name: str, engines: Any) -> None:
    one, other = (
        made(engines(name), effect(name, prompt=words)).samples for words in ("dog", "sea")
    )
    assert not np.array_equal(one, other)


def test_musicgen_says_what_transformers_says(engines: Any, folders: dict[str, Path]) -> None:
    import transformers as t

    tokenizer = t.AutoTokenizer.from_pretrained(folders["musicgen"])
    network = t.MusicgenForConditionalGeneration.from_pretrained(folders["musicgen"])
    with torch.random.fork_rng(), torch.inference_mode():
        torch.manual_seed(3)
        wave = network.generate(
            **tokenizer(["a dog barks"], return_tensors="pt"), max_new_tokens=53
        )[0, 0]
    samples = made(engines("musicgen"), effect("musicgen")).samples
    assert np.allclose(samples, wave.numpy()[: len(samples)], atol=1e-5)


def test_audioldm2_says_what_diffusers_says(engines: Any, folders: dict[str, Path]) -> None:
    """The same parts put together by hand, with the class that diffusers now asks for."""
    import diffusers as d
    import transformers as t

    words = t.GPT2LMHeadModel.from_pretrained(folders["audioldm2"] / "language_model")
    pipe = d.AudioLDM2Pipeline.from_pretrained(folders["audioldm2"], language_model=words)
    pipe.scheduler = d.DPMSolverMultistepScheduler.from_config(pipe.scheduler.config)
    told = pipe(
        "a dog barks",
        audio_length_in_s=1.0,
        num_inference_steps=3,
        negative_prompt="wind",
        generator=torch.Generator().manual_seed(3),
    ).audios[0]
    samples = made(engines("audioldm2"), effect("audioldm2", negative="wind")).samples
    assert np.allclose(samples, told, atol=1e-6 * np.abs(told).max(), rtol=1e-4)


def test_stereo_and_melody_musicgens(tmp_path: Path) -> None:
    stereo = open_engine(tiny.save_musicgen(tmp_path / "stereo", LAYOUTS["sharded"], channels=2))
    samples = made(stereo, effect("musicgen")).samples
    assert samples.shape == (1600, 2) and not np.array_equal(samples[:, 0], samples[:, 1])
    melody = open_engine(tiny.save_musicgen(tmp_path / "melody", melody=True))
    assert made(melody, effect("musicgen")).samples.shape == (1600,)


def test_a_reader_that_leaves_stops_it(engines: Any) -> None:
    for name in ("musicgen", "audioldm2", "ace-step"):
        few = {"steps": 500} if name in STEPPED else {"seconds": 4.0}
        events = engines(name).generate(effect(name, **few))
        assert next(events).done == 1
        events.close()
        assert made(engines(name), effect(name)).samples.size


@pytest.mark.parametrize("name", STEPPED)
def test_what_steers_it_changes_the_sound(name: str, engines: Any) -> None:
    usual = made(engines(name), effect(name)).samples
    for option in ({"steps": 4}, {"guidance": 1.5}, {"negative": "wind"}):
        if name == "ace-step" and "negative" in option:
            continue
        assert not np.array_equal(made(engines(name), effect(name, **option)).samples, usual)


def test_music_with_key_meter_and_tempo(engines: Any) -> None:
    for name in tiny.MODELS:
        usual = made(engines(name), piece(name)).samples
        assert len(usual) == 2 * RATES[name]
        for option in ({"key": "D minor"}, {"tempo": 90}, {"meter": "3/4"}, {"mood": "calm"}):
            told = made(engines(name), piece(name, **option)).samples
            assert not np.array_equal(told, usual), (name, option)


def test_lyrics_are_sung_by_ace_step_alone(engines: Any) -> None:
    sung, other = (
        made(engines("ace-step"), piece("ace-step", lyrics=words)).samples
        for words in ("[verse]\nA boat", "[verse]\n小船")
    )
    assert not np.array_equal(sung, other)
    with pytest.raises(OptionError, match="lyrics"):
        made(engines("musicgen"), piece("musicgen", lyrics="A boat"))


def test_loops_go_on_over_their_seam(engines: Any) -> None:
    samples = made(engines("audioldm2"), effect("audioldm2", loop=True)).samples
    assert samples.shape == (16_000,)
    plain = made(engines("audioldm2"), effect("audioldm2")).samples
    assert not np.array_equal(samples, plain)
    jumps = np.abs(np.diff(samples)).max()
    assert abs(float(samples[0] - samples[-1])) <= jumps * 1.01


@pytest.mark.parametrize(
    ("name", "options", "words"),
    [
        ("musicgen", {"steps": 20}, "steps"),
        ("musicgen", {"negative": "wind"}, "negative"),
        ("ace-step", {"negative": "wind"}, "negative"),
        ("stable-audio", {"seconds": 3.0}, "seconds is 3.0. It has to lie between 0.1 and 2.56"),
        ("musicgen", {"seconds": 30.0}, "between 0.1 and 5.04"),
    ],
)
def test_what_a_model_cannot_do_is_refused(
    name: str, options: dict[str, Any], words: str, engines: Any
) -> None:
    with pytest.raises(OptionError, match=words):
        made(engines(name), effect(name, **options))


def test_music_it_cannot_make_is_refused(engines: Any, tmp_path: Path) -> None:
    tune = tmp_path / "tune.abc"
    tune.write_text("X:1\nK:C\nCDEF|\n")
    for option in ({"chords": "C G"}, {"melody": tune}, {"loop": True}, {"format": "mid"}):
        with pytest.raises(OptionError, match=next(iter(option))):
            made(engines("musicgen"), piece("musicgen", **option))


def test_a_turbo_model_has_its_guidance_inside(tmp_path: Path) -> None:
    engine = open_engine(tiny.save_ace_step(tmp_path / "turbo", turbo=True), "music")
    assert made(engine, piece("ace-step")).samples.shape == (960, 2)
    with pytest.raises(OptionError, match="guidance"):
        made(engine, piece("ace-step", guidance=7.0))


def test_pickles_and_what_makes_no_sound_are_refused(tmp_path: Path) -> None:
    folder = tiny.save_audioldm2(tmp_path / "ldm")
    weights = folder / "projection_model" / "diffusion_pytorch_model.safetensors"
    weights.rename(weights.with_suffix(".bin"))
    with pytest.raises(ModelFileError, match="pickled"):
        open_engine(folder)
    folder = tiny.save_musicgen(tmp_path / "gen")
    (folder / "model.safetensors").rename(folder / "pytorch_model.bin")
    with pytest.raises(ModelFileError, match=r"pytorch_model\.bin, a pickled file"):
        open_engine(folder)
    with pytest.raises(
        ModelFileError, match="does not generate audio: it is a StableDiffusionPipeline"
    ):
        open_engine(save_sd1(tmp_path / "sd"))
    with pytest.raises(ModelFileError, match="does not generate audio: it is a gpt2"):
        open_engine(save_gpt2(tmp_path / "gpt"))
    (tmp_path / "empty").mkdir()
    with pytest.raises(ModelFileError, match="not a model folder"):
        open_engine(tmp_path / "empty")


def test_code_of_strangers_is_not_run(folders: dict[str, Path], tmp_path: Path) -> None:
    index = json.loads((folders["stable-audio"] / "model_index.json").read_text())
    index["projection_model"] = ["pipelines", "Whatever"]
    (tmp_path / "model_index.json").write_text(json.dumps(index))
    with pytest.raises(ModelFileError, match="needs custom code for its projection_model"):
        open_engine(tmp_path)


def test_a_name_of_the_hub_is_not_fetched_without_a_network() -> None:
    for name in ("facebook/musicgen-small", "cvssp/audioldm2"):
        with pytest.raises(OfflineError):
            HubSoundEngine(find_model(name, "music"))
    with pytest.raises(MiaobiError, match="There is no music model 'musicgen'"):
        find_model("musicgen", "music")


def test_the_cosine_sampler_keeps_the_spread_of_what_was_learned() -> None:
    """Data of spread 0.5 around 0.3, whose best denoiser is known, comes out with both."""
    own = {
        "sigma_min": 0.01,
        "sigma_max": 80,
        "sigma_data": 1.0,
        "sigma_schedule": "exponential",
        "prediction_type": "v_prediction",
    }
    sampler = cosine_scheduler().from_config(own)
    sampler.set_timesteps(60)
    angles = torch.atan(sampler.sigmas[:-1]) / torch.pi * 2  # Stable Audio's levels
    assert torch.allclose(sampler.timesteps, angles)
    generator = torch.Generator().manual_seed(1)
    x = torch.randn(1, 20_000, generator=generator) * sampler.init_noise_sigma
    for number, t in enumerate(sampler.timesteps):
        sampler.scale_model_input(x, t)
        sigma = sampler.sigmas[number]
        best = (0.25 * x + sigma**2 * 0.3) / (0.25 + sigma**2)
        v = (x / (1 + sigma**2) - best) * (1 + sigma**2).sqrt() / sigma
        x = sampler.step(v, t, x, generator=generator).prev_sample
    assert float(x.mean()) == pytest.approx(0.3, abs=0.02)
    assert float(x.std()) == pytest.approx(0.5, abs=0.02)
