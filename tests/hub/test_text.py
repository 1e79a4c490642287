"""Language models of the Hub whose architecture is not ours, on a tiny GPT-NeoX and a Mistral."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import torch

from miaobi.core.errors import ModelFileError, OptionError
from miaobi.hub.text import HubTextEngine
from tests.tiny.asking import TextEngine, ask, open_engine, reference, run
from tests.tiny.checkpoints import LAYOUTS, STRANGERS, TEXT, rewrite, save_gpt2


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")


@pytest.mark.parametrize("family", STRANGERS)
def test_other_families_go_through_transformers(family: str, text_folders: dict[str, Path]) -> None:
    engine = open_engine(text_folders[family])
    assert isinstance(engine, HubTextEngine)
    engine.close()


def test_greedy_is_what_transformers_generates(
    text_engine: TextEngine, theirs: HubTextEngine
) -> None:
    text, prompt = reference(theirs)
    _, output = run(text_engine, ask())
    assert output.text == text
    assert output.usage["prompt_tokens"] == prompt


def test_repeat_penalty_is_the_one_of_transformers(
    text_engine: TextEngine, theirs: HubTextEngine
) -> None:
    text, _ = reference(theirs, repetition_penalty=1.7)
    assert run(text_engine, ask(repeat_penalty=1.7))[1].text == text
    assert text != reference(theirs)[0]


def test_no_repeat_is_the_one_of_transformers(
    text_engine: TextEngine, theirs: HubTextEngine
) -> None:
    text, _ = reference(theirs, no_repeat_ngram_size=1)
    assert run(text_engine, ask(no_repeat_ngram=1))[1].text == text
    assert text != reference(theirs)[0]


def test_frequency_penalty_ends_repetition(text_engine: TextEngine) -> None:
    """With the largest penalty a token that came once falls behind all others that are near."""
    request = ask(frequency_penalty=2, presence_penalty=2, max_tokens=40)
    assert run(text_engine, request)[1].text != run(text_engine, ask(max_tokens=40))[1].text


def test_the_seed_decides_and_nothing_else_is_disturbed(text_engine: TextEngine) -> None:
    torch.manual_seed(1)
    before = torch.get_rng_state()
    texts = [run(text_engine, ask(temperature=1, seed=seed))[1].text for seed in (5, 6)]
    assert torch.equal(torch.get_rng_state(), before)
    torch.manual_seed(99)
    again = [run(text_engine, ask(temperature=1, seed=seed))[1].text for seed in (5, 6)]
    assert texts == again
    assert texts[0] != texts[1]


def test_options_that_leave_one_token_are_greedy(text_engine: TextEngine) -> None:
    greedy = run(text_engine, ask())[1].text
    everything: dict[str, Any] = {"top_k": 0, "top_p": 1, "min_p": 0}
    for options in ({"top_k": 1}, {"top_p": 0}, {"min_p": 1}):
        request = ask(temperature=1.5, **{**everything, **options})
        assert run(text_engine, request)[1].text == greedy


@pytest.mark.parametrize("family", TEXT)
def test_both_layouts_give_the_same_text(
    family: str, text_engines: dict[str, TextEngine], tmp_path: Path
) -> None:
    folder = TEXT[family](tmp_path / family, LAYOUTS["sharded"])
    assert len(list(folder.glob("model-*.safetensors"))) > 1
    assert not (folder / "model.safetensors").exists()
    request = ask(temperature=0.8)
    assert run(open_engine(folder), request)[1].text == run(text_engines[family], request)[1].text


@pytest.mark.parametrize(
    ("options", "name"),
    [({"beams": 2}, "beams"), ({"lookup": True}, "lookup"), ({"precision": "int8"}, "precision")],
)
def test_what_only_our_own_engine_does_is_refused(
    options: dict[str, Any], name: str, text_engines: dict[str, TextEngine]
) -> None:
    with pytest.raises(OptionError, match=f"cannot be used with {name}"):
        run(text_engines["gpt_neox"], ask(**options))
    assert run(text_engines["gpt_neox"], ask(precision="float32"))[1].text


def test_a_model_that_does_not_continue_text_is_refused(tmp_path: Path) -> None:
    folder = save_gpt2(tmp_path / "gpt2")
    rewrite(folder / "config.json", model_type="vits")
    with pytest.raises(ModelFileError, match="of type vits, which is not a causal language model"):
        open_engine(folder)


def test_nothing_is_written_on_the_screen(tmp_path: Path) -> None:
    """Neither by our engine (GPT-2) nor by transformers (GPT-NeoX)."""
    places = []
    for family in ("gpt2", "gpt_neox"):
        folder = TEXT[family](tmp_path / family, LAYOUTS["sharded"])
        rewrite(folder / "config.json", eos_token_id=50256)  # transformers would warn of it
        places.append(str(folder))
    program = (
        "from miaobi.core.requests import Message, TextRequest\n"
        "from miaobi.engines.registry import engine_for\n"
        "from miaobi.models.zoo import find_model\n"
        "turns = (Message('user', 'the cat'),)\n"
        f"for place in {places!r}:\n"
        "    engine = engine_for(find_model(place, 'text'))\n"
        "    events = list(engine.generate(TextRequest(model='', messages=turns, max_tokens=5)))\n"
        "    print(type(engine).__name__, len(events) > 1)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout == "AutoregressiveEngine True\nHubTextEngine True\n"
    assert done.stderr == ""
