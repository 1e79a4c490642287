"""Language models of the Hub, on tiny random GPT-2 and Llama checkpoints."""

import json
import shutil
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest
import torch

from miaobi.core.errors import ContextFull, ModelFileError, OptionError
from miaobi.core.types import Message, Output, TextRequest, Token
from miaobi.engines.hub_text import HubTextEngine, Letters, StopStrings
from miaobi.models.zoo import find_model
from tests.engines.tiny_checkpoints import LAYOUTS, TEXT, rewrite, save_gpt2

USAGE = {"prompt_tokens", "completion_tokens", "prompt_seconds", "seconds"}
COLOR = {
    "type": "object",
    "properties": {"color": {"enum": ["red", "green", "蓝"]}, "warm": {"type": "boolean"}},
    "required": ["color", "warm"],
    "additionalProperties": False,
}


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, str], Path]:
    """(family, layout) -> folder."""
    root = tmp_path_factory.mktemp("text")
    return {
        (family, layout): save(root / f"{family}-{layout}", size)
        for family, save in TEXT.items()
        for layout, size in LAYOUTS.items()
    }


@pytest.fixture(scope="module")
def engines(folders: dict[tuple[str, str], Path]) -> dict[str, HubTextEngine]:
    return {family: open_engine(folders[family, "single"]) for family in TEXT}


@pytest.fixture(params=TEXT)
def engine(request: pytest.FixtureRequest, engines: dict[str, HubTextEngine]) -> HubTextEngine:
    return engines[request.param]


def open_engine(folder: Path) -> HubTextEngine:
    return HubTextEngine(find_model(str(folder), "text"))


def ask(words: str = "the cat sat", **options: Any) -> TextRequest:
    """Greedy and without penalties, unless told otherwise."""
    plain = {"seed": 7, "max_tokens": 24, "temperature": 0, "repeat_penalty": 1}
    messages = options.pop("messages", (Message("user", words),))
    return TextRequest(model="tiny", messages=messages, **{**plain, **options})


def run(engine: HubTextEngine, request: TextRequest) -> tuple[list[str], Output]:
    """The streamed pieces and the last event."""
    *tokens, output = engine.generate(request)
    assert all(type(token) is Token and token.text for token in tokens)
    assert isinstance(output, Output)
    return [token.text for token in tokens], output


def reference(
    engine: HubTextEngine, words: str = "the cat sat", raw: bool = False, **options: Any
) -> tuple[str, int]:
    """transformers' own answer to `ask(words)`: (text without half a character at its end, prompt)."""
    if raw or not engine.tokenizer.chat_template:
        prompt = engine.tokenizer(words, return_tensors="pt")["input_ids"]
    else:
        prompt = engine.tokenizer.apply_chat_template(
            [{"role": "user", "content": words}], add_generation_prompt=True,
            return_tensors="pt", return_dict=True,
        )["input_ids"]  # fmt: skip
    whole = engine.network.generate(
        prompt, attention_mask=torch.ones_like(prompt), max_new_tokens=24, **options
    )
    before = engine.tokenizer.decode(prompt[0], skip_special_tokens=True) if raw else ""
    tokens = whole[0] if raw else whole[0, prompt.shape[1] :]
    text = engine.tokenizer.decode(tokens, skip_special_tokens=True)
    return text[len(before) :].rstrip("\ufffd"), prompt.shape[1]


def test_greedy_is_what_transformers_generates(engine: HubTextEngine) -> None:
    text, prompt = reference(engine)
    pieces, output = run(engine, ask())
    assert output.text == text
    assert "".join(pieces) == text
    assert len(pieces) > 5
    assert output.finish_reason == "length"
    assert set(output.usage) == USAGE
    assert output.usage["prompt_tokens"] == prompt
    assert output.usage["completion_tokens"] == 24
    assert output.usage["seconds"] > 0


def test_raw_goes_on_where_the_words_end_with_their_space(
    engines: dict[str, HubTextEngine],
) -> None:
    engine, texts = engines["llama"], []
    for words in ("the cat sat", "number", "cat fish", "a world"):
        texts.append(run(engine, ask(words, raw=True))[1].text or "")
        assert texts[-1] == reference(engine, words, raw=True)[0]
    assert any(text.startswith(" ") for text in texts)
    assert texts[0] != reference(engine)[0]


def test_repeat_penalty_is_the_one_of_transformers(engine: HubTextEngine) -> None:
    text, _ = reference(engine, repetition_penalty=1.7)
    assert run(engine, ask(repeat_penalty=1.7))[1].text == text
    assert text != reference(engine)[0]


def test_frequency_penalty_ends_repetition(engine: HubTextEngine) -> None:
    """With the largest penalty a token that came once falls behind all others that are near."""
    request = ask(frequency_penalty=2, presence_penalty=2, max_tokens=40)
    assert run(engine, request)[1].text != run(engine, ask(max_tokens=40))[1].text


def test_the_seed_decides_and_nothing_else_is_disturbed(engine: HubTextEngine) -> None:
    torch.manual_seed(1)
    before = torch.get_rng_state()
    texts = [run(engine, ask(temperature=1, seed=seed))[1].text for seed in (5, 6)]
    assert torch.equal(torch.get_rng_state(), before)
    torch.manual_seed(99)
    again = [run(engine, ask(temperature=1, seed=seed))[1].text for seed in (5, 6)]
    assert texts == again
    assert texts[0] != texts[1]


@pytest.mark.parametrize("family", TEXT)
def test_both_layouts_give_the_same_text(
    family: str, folders: dict[tuple[str, str], Path], engines: dict[str, HubTextEngine]
) -> None:
    folder = folders[family, "sharded"]
    assert len(list(folder.glob("model-*.safetensors"))) > 1
    assert not (folder / "model.safetensors").exists()
    request = ask(temperature=0.8)
    assert run(open_engine(folder), request)[1].text == run(engines[family], request)[1].text


def test_a_stop_string_is_not_shown(engine: HubTextEngine) -> None:
    whole = run(engine, ask())[1].text or ""
    stop = whole[8:12]
    assert whole.index(stop) > 0
    pieces, output = run(engine, ask(stop=("never said", stop)))
    assert output.text == "".join(pieces) == whole[: whole.index(stop)]
    assert output.finish_reason == "stop"
    assert output.usage["completion_tokens"] < 24


def test_what_might_begin_a_stop_string_is_shown_in_the_end(engine: HubTextEngine) -> None:
    whole = run(engine, ask())[1].text or ""
    pieces, output = run(engine, ask(stop=(whole[-3:] + "never said",)))
    assert output.text == "".join(pieces) == whole
    assert output.finish_reason == "length"


@pytest.mark.parametrize("cut", range(1, 5))
def test_stop_strings_however_the_text_is_cut(cut: int) -> None:
    text, stops = "aababab STOP more", StopStrings(("abab ST", "bb", ""))
    shown = "".join(
        stops.add(text[i : i + cut]) for i in range(0, len(text), cut) if not stops.found
    )
    assert shown == "aab"
    assert stops.found


def test_an_end_token_ends_the_answer(tmp_path: Path) -> None:
    folder = save_gpt2(tmp_path / "gpt2")
    engine = open_engine(folder)
    prompt = torch.tensor([engine.prompt(ask(), raw=True)])
    third = int(engine.network.generate(prompt, max_new_tokens=3)[0, -1])
    rewrite(folder / "generation_config.json", eos_token_id=[0, third])  # a chat model has several
    _, output = run(open_engine(folder), ask())
    assert output.finish_reason == "stop"
    assert output.usage["completion_tokens"] == 3


@pytest.mark.parametrize("seed", range(4))
def test_a_json_schema_holds_even_a_random_model(engine: HubTextEngine, seed: int) -> None:
    request = ask(json_schema=COLOR, temperature=1.5, seed=seed, max_tokens=60)
    pieces, output = run(engine, request)
    answer = json.loads(output.text or "")
    assert set(answer) == {"color", "warm"}
    assert answer["color"] in ("red", "green", "蓝")
    assert isinstance(answer["warm"], bool)
    assert output.finish_reason == "stop"
    assert "".join(pieces) == output.text


def test_a_complete_json_ends_without_an_end_token(
    engine: HubTextEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "ends", [])
    assert run(engine, ask(json_schema={"enum": [True]}))[1].finish_reason == "stop"


def test_a_bad_json_schema_is_told(engine: HubTextEngine) -> None:
    with pytest.raises(OptionError, match="json_schema cannot be used: .*banana"):
        run(engine, ask(json_schema={"type": "banana"}))


def test_closing_stops_the_work(engine: HubTextEngine) -> None:
    steps = 0

    def count(*_: Any) -> None:
        nonlocal steps
        steps += 1

    hook = engine.network.register_forward_hook(count)
    try:
        events = engine.generate(ask(max_tokens=60))
        next(events)
        threads = threading.active_count()
        events.close()  # type: ignore[attr-defined]
        assert threading.active_count() == threads - 1
        assert 0 < steps < 60
    finally:
        hook.remove()


def test_a_prompt_that_fills_the_context_is_refused(engine: HubTextEngine) -> None:
    with pytest.raises(ContextFull, match=r"has \d+ tokens and the model holds 128"):
        run(engine, ask("the cat sat on the mat " * 60))


def test_the_context_bounds_the_answer(engine: HubTextEngine) -> None:
    words = "the cat"
    while len(engine.prompt(ask(words), raw=not engine.tokenizer.chat_template)) < 118:
        words += " sat"
    _, output = run(engine, ask(words, max_tokens=10_000))
    assert output.usage["prompt_tokens"] + output.usage["completion_tokens"] == 128
    assert output.finish_reason == "length"


def test_a_conversation_goes_through_the_template(engines: dict[str, HubTextEngine]) -> None:
    engine = engines["llama"]
    turns = (Message("user", "cat"), Message("assistant", "mat"), Message("user", "fish"))
    tokens = engine.prompt(ask(messages=turns), raw=False)
    assert engine.tokenizer.decode(tokens).replace(" ", "") == (
        "<|user|>cat\n<|assistant|>mat\n<|user|>fish\n<|assistant|>"
    )


def test_a_conversation_the_template_refuses_is_told(engines: dict[str, HubTextEngine]) -> None:
    turns = (Message("system", "be kind"), Message("user", "cat"))
    with pytest.raises(OptionError, match="cannot hold this conversation: System role not supp"):
        run(engines["llama"], ask(messages=turns))


def test_without_a_template_the_last_words_go_on(engines: dict[str, HubTextEngine]) -> None:
    turns = (Message("system", "be kind"), Message("user", "the cat sat"))
    assert run(engines["gpt2"], ask(messages=turns))[1].text == reference(engines["gpt2"])[0]


@pytest.mark.parametrize("words", ["你好，世界。", "naïve café 🐉🔥 end", "plain words"])
def test_letters_are_whole_characters(engine: HubTextEngine, words: str) -> None:
    letters = Letters(engine.tokenizer, [])
    tokens = engine.tokenizer(words, add_special_tokens=False)["input_ids"]
    pieces = [letters.add(token) for token in tokens]
    assert "".join(pieces) + letters.rest() == words
    assert "\ufffd" not in "".join(pieces)


def test_a_first_space_is_kept_after_other_words(engines: dict[str, HubTextEngine]) -> None:
    tokenizer = engines["llama"].tokenizer
    space = tokenizer.convert_tokens_to_ids("\u2581")
    assert Letters(tokenizer, tokenizer("cat")["input_ids"]).add(space) == " "
    assert Letters(tokenizer, []).add(space) == ""


def test_nothing_is_written_on_the_screen(
    folders: dict[tuple[str, str], Path], tmp_path: Path
) -> None:
    folder = shutil.copytree(folders["gpt2", "sharded"], tmp_path / "gpt2")
    rewrite(folder / "config.json", eos_token_id=50256)  # transformers would warn of it
    program = (
        "from miaobi.core.types import Message, TextRequest\n"
        "from miaobi.engines.table import engine_for\n"
        "from miaobi.models.zoo import find_model\n"
        f"engine = engine_for(find_model({str(folder)!r}, 'text'))\n"
        "turns = (Message('user', 'the cat'),)\n"
        "print(len(list(engine.generate(TextRequest(model='', messages=turns, max_tokens=5)))) > 1)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert (done.stdout, done.stderr) == ("True\n", "")


def test_a_model_that_does_not_continue_text_is_refused(tmp_path: Path) -> None:
    folder = save_gpt2(tmp_path / "gpt2")
    rewrite(folder / "config.json", model_type="vits")
    with pytest.raises(ModelFileError, match="of the kind vits, which does not continue text"):
        open_engine(folder)
