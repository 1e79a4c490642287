"""The models that come with the package: whole, small, licensed, and good for what they say."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
import torch

from miaobi.core.requests import TextRequest
from miaobi.data.corpora import FORMS, form_of
from miaobi.data.image import PictureConfig, open_pictures
from miaobi.engines.registry import engine_for
from miaobi.evaluation.image import JUDGE
from miaobi.evaluation.judge_metrics import JudgeScorer
from miaobi.media.image import decode
from miaobi.models import checkpoint
from miaobi.models.checkpoint import read_config
from miaobi.models.gan import GANConfig, image_size
from miaobi.models.judge import presence
from miaobi.models.zoo import MODELS, WEIGHTS, Model, find_model
from miaobi.scenes.labels import read_classes
from miaobi.scenes.sprites import STYLES, subject_index, subjects
from miaobi.tasks.image import image
from miaobi.tasks.text import text, texts

pytestmark = pytest.mark.model

SHIPPED = [model for model in MODELS if model.place.startswith(str(WEIGHTS))]
WRITERS = [model for model in SHIPPED if model.kind == "text"]
PAINTERS = [model for model in SHIPPED if model.kind == "image"]
OF_PICTURES = [model for model in SHIPPED if model.kind in ("image", "autoencoder")]
SIMPLIFIED = {
    "五言絕句": "五言绝句",
    "七言絕句": "七言绝句",
    "五言律詩": "五言律诗",
    "七言律詩": "七言律诗",
}


def named(models: list[Model]) -> Any:
    return pytest.mark.parametrize("model", models, ids=[model.name for model in models])


def test_every_folder_is_in_the_table() -> None:
    """A folder is a model, or holds one: the autoencoder of a text-to-image model is inside it."""
    rowless = {JUDGE, WEIGHTS / "puppets" / "layers"}  # by themselves they make nothing
    places = {Path(model.place) for model in SHIPPED} | rowless
    tops = {WEIGHTS / place.relative_to(WEIGHTS).parts[0] for place in places}
    assert {path for path in WEIGHTS.iterdir() if path.is_dir()} == tops
    assert {path.parent for path in WEIGHTS.rglob("config.json")} == places


def test_they_are_small() -> None:
    def size(models: list[Model]) -> int:
        files = {f for model in models for f in Path(model.place).rglob("*") if f.is_file()}
        return sum(file.stat().st_size for file in files)

    rest = [model for model in SHIPPED if model not in WRITERS and model not in OF_PICTURES]
    assert size(WRITERS) <= 40e6 and size(OF_PICTURES) <= 80e6 and size(rest) <= 40e6
    assert max(path.stat().st_size for path in WEIGHTS.rglob("*") if path.is_file()) <= 40e6


@named(SHIPPED)
def test_each_says_what_made_it(model: Model) -> None:
    folder = Path(model.place)
    told = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    names = {path.name for path in folder.iterdir()}
    family = told["recipe"]["family"]
    assert {"model.safetensors", "config.json"} <= names
    assert ("tokenizer.json" in names) == (family in ("gpt", "rnn", "t2i", "t2v"))
    assert ("vae" in names) == (family == "t2i") and ("layers" in names) == (family == "t2v")
    assert told["finished"] and told["data"]["license"] not in ("", "not stated")
    card = (folder / "README.md").read_text(encoding="utf-8")
    assert f"miaobi train {family} --preset" in card
    assert told["data"]["license"] in card and told["data_sha256"] in card
    assert "<svg" in (folder / "report.html").read_text(encoding="utf-8")


@named(PAINTERS)
def test_each_draws_and_repeats_itself(model: Model) -> None:
    folder, options = Path(model.place), {"model": model.name, "seed": 1}
    config, _ = read_config(folder)
    size = (image_size(config),) * 2 if isinstance(config, GANConfig) else config.size
    first = decode(image("a fox", **options).data)
    assert first.shape[:2] == tuple(size) and first.std() > 10
    assert (decode(image("a fox", **options).data) == first).all()
    assert (decode(image("a fox", **{**options, "seed": 2}).data) != first).any()
    assert (decode(image("一只猫", **options).data) != first).any()


@named([model for model in PAINTERS if model.name.startswith("animals")])
def test_a_judge_sees_the_animals_that_were_asked_for(model: Model) -> None:
    named = {subject.name: subject for subject in subjects()}
    some = [named[name] for name in read_classes(Path(model.place))[0][::6]]
    pictures, wanted = [], []
    for number, subject in enumerate(some):
        style = STYLES[number % len(STYLES)]
        for words in (f"a {subject.english}, {style} style", f"一只{subject.chinese}"):
            pictures.append(decode(image(words, model=model.name, style=style, seed=number).data))
            wanted.append(subject_index(subject.name))
    seen = presence(JudgeScorer(JUDGE, torch.device("cpu")).predict(pictures).evidence).argmax(1)
    assert sum(a == b for a, b in zip(seen.tolist(), wanted, strict=True)) >= 0.8 * len(wanted)


def test_the_autoencoder_gives_back_what_it_is_shown(drawings: None) -> None:
    """Held-out scenes, at the figure its card states."""
    model = find_model("drawings-vae", "autoencoder")
    network: Any = checkpoint.load(Path(model.place)).float()
    source, _ = open_pictures(("scenes:composed",), PictureConfig(size=128))
    x = source.held_out(8, 0).pictures
    with torch.inference_mode():
        y = network.decode(network.encode(x).mode()).clamp(-1, 1)
    psnr = 10 * torch.log10(4 / (y - x).square().mean((1, 2, 3)))
    assert psnr.mean() > 24 and psnr.min() > 18


@named(WRITERS)
def test_each_writes_and_repeats_itself(model: Model) -> None:
    prompt = "春" if "zh" in model.languages else "Shall I compare thee to a summer's day?"
    first = text(prompt, model=model.name, max_tokens=30, seed=1)
    assert first.text.strip() and first.manifest["model"] == model.name
    assert text(prompt, model=model.name, max_tokens=30, seed=1).text == first.text
    assert text(prompt, model=model.name, max_tokens=30, seed=2).text != first.text


def test_shakespeare_goes_on_beyond_its_context() -> None:
    told = text("KING.", model="shakespeare-gpt", max_tokens=400, seed=1, repeat_penalty=1)
    assert told.usage["completion_tokens"] > 256 or told.finish_reason == "stop"


@pytest.mark.parametrize("simplified", [True, False], ids=["simplified", "traditional"])
def test_a_tang_poem_keeps_the_form_it_was_asked_for(simplified: bool) -> None:
    kept = total = 0
    for form in FORMS.values():
        asked = SIMPLIFIED[form] if simplified else form
        poems = texts([asked] * 25, model="tang-gpt", max_tokens=110, seed=1, repeat_penalty=1)
        kept += sum(form_of(body_of(poem.text)) == form for poem in poems)
        total += len(poems)
    assert total == 100 and kept >= 90


def test_a_first_line_and_a_title_are_enough() -> None:
    lines = texts(["春風吹綠江南岸，"] * 10, model="tang-gpt", max_tokens=110, seed=1)
    assert sum(form_of("春風吹綠江南岸，" + poem.text)[:2] == "七言" for poem in lines) >= 8
    titled = texts(["《秋夜》\n"] * 10, model="tang-gpt", max_tokens=110, seed=1)
    assert sum(form_of(body_of(poem.text)) != "" for poem in titled) >= 8


def body_of(told: str) -> str:
    """A poem without its heading: what is left of the form's line, and 《title》 poet."""
    return re.sub(r"\A(《[^》\n]*》[^\n]*)?\n", "", told)


def test_they_are_asked_for_by_name_only() -> None:
    from miaobi.models.zoo import default_model

    assert default_model("text", "en") not in SHIPPED and default_model("text", "zh") not in SHIPPED


def test_precisions_agree_on_what_is_likely() -> None:
    engine: Any = engine_for(find_model("shakespeare-gpt", "text"))
    from miaobi.core.requests import Message

    words = (Message("user", "Shall I compare thee to a"),)
    answers = set()
    for precision in ("float32", "bfloat16", "int8", "float32"):
        request = TextRequest(
            model="shakespeare-gpt",
            messages=words,
            temperature=0,
            max_tokens=3,
            precision=precision,
        )
        *_, output = engine.generate(request)
        answers.add(output.text)
    assert len(answers) <= 2
