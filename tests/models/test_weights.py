"""The models that come with the package: whole, small, licensed, and good for what they say."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from miaobi.core.requests import TextRequest
from miaobi.data.corpora import FORMS, form_of
from miaobi.engines.table import engine_for
from miaobi.models.zoo import MODELS, WEIGHTS, Model, find_model
from miaobi.tasks.text import text, texts

SHIPPED = [model for model in MODELS if model.place.startswith(str(WEIGHTS))]
SIMPLIFIED = {"五言絕句": "五言绝句", "七言絕句": "七言绝句", "五言律詩": "五言律诗", "七言律詩": "七言律诗"}  # fmt: skip


def test_they_are_small() -> None:
    assert {path.name for path in WEIGHTS.iterdir()} == {model.name for model in SHIPPED}
    sizes = [path.stat().st_size for path in WEIGHTS.rglob("*") if path.is_file()]
    assert sum(sizes) <= 40e6 and max(sizes) <= 40e6


@pytest.mark.parametrize("model", SHIPPED, ids=[model.name for model in SHIPPED])
def test_each_says_what_made_it(model: Model) -> None:
    folder = Path(model.place)
    assert {"model.safetensors", "config.json", "tokenizer.json"} <= {
        path.name for path in folder.iterdir()
    }
    told = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    assert told["finished"] and told["data"]["license"] != "not stated"
    card = (folder / "README.md").read_text(encoding="utf-8")
    assert f"miaobi train {told['recipe']['family']} --preset" in card
    assert told["data"]["license"] in card and told["data_sha256"] in card
    assert "<svg" in (folder / "report.html").read_text(encoding="utf-8")


@pytest.mark.parametrize("model", SHIPPED, ids=[model.name for model in SHIPPED])
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
            model="shakespeare-gpt", messages=words, temperature=0, max_tokens=3,
            precision=precision,
        )  # fmt: skip
        *_, output = engine.generate(request)
        answers.add(output.text)
    assert len(answers) <= 2
