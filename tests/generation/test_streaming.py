"""What a reader sees, whichever engine makes the tokens: letters, stop strings, ends, JSON."""

import json
import shutil
import threading
from pathlib import Path
from typing import Any

import pytest
import torch

from miaobi.core.errors import OptionError
from miaobi.core.events import Event, Token
from miaobi.generation.streaming import StopStrings, StreamingDetokenizer, TextStreamer
from miaobi.hub.text import HubTextEngine
from tests.tiny.asking import COLOR, USAGE, TextEngine, ask, open_engine, run
from tests.tiny.checkpoints import OWN, rewrite


@pytest.mark.parametrize("words", ["你好，世界。", "naïve café 🐉🔥 end", "plain words"])
def test_letters_are_whole_characters(text_engine: TextEngine, words: str) -> None:
    tokenizer = text_engine.vocabulary.tokenizer  # type: ignore[attr-defined]
    letters = StreamingDetokenizer(text_engine.vocabulary.spell, [])
    tokens = tokenizer(words, add_special_tokens=False)["input_ids"]
    pieces = [letters.add(token) for token in tokens]
    assert "".join(pieces) + letters.flush() == words
    assert "\ufffd" not in "".join(pieces)


@pytest.mark.parametrize("kind", OWN)
def test_letters_of_our_own_tokenizer(kind: str, own_engines: dict[str, Any]) -> None:
    words, vocabulary = "naïve café 🐉 你好 end", own_engines[kind].vocabulary
    letters = StreamingDetokenizer(vocabulary.spell, [])
    pieces = [letters.add(token) for token in vocabulary.tokenizer.encode(words).ids]
    assert "".join(pieces) + letters.flush() == words
    assert "\ufffd" not in "".join(pieces)


@pytest.mark.parametrize("family", ["llama", "mistral"])
def test_a_first_space_is_kept_after_other_words(
    family: str, text_engines: dict[str, TextEngine]
) -> None:
    vocabulary: Any = text_engines[family].vocabulary
    space = vocabulary.tokenizer.convert_tokens_to_ids("\u2581")
    cat = vocabulary.tokenizer("cat")["input_ids"]
    assert StreamingDetokenizer(vocabulary.spell, cat).add(space) == " "
    assert StreamingDetokenizer(vocabulary.spell, []).add(space) == ""


def test_half_a_character_at_the_end_is_left_out() -> None:
    letters = StreamingDetokenizer(lambda tokens: bytes(tokens).decode(errors="replace"), [])
    cat, half = b"cat", "好".encode()[:2]
    assert "".join(map(letters.add, cat + half)) == "cat"
    assert letters.flush() == ""


@pytest.mark.parametrize("cut", range(1, 5))
def test_stop_strings_however_the_text_is_cut(cut: int) -> None:
    text, stops = "aababab STOP more", StopStrings(("abab ST", "bb", ""))
    shown = "".join(
        stops.add(text[i : i + cut]) for i in range(0, len(text), cut) if not stops.matched
    )
    assert shown == "aab"
    assert stops.matched


def test_an_answer_ends_when_the_reader_has_gone() -> None:
    seen: list[Event] = []

    def emit(event: Event) -> bool:
        seen.append(event)
        return len(seen) == 2

    answer = TextStreamer(
        emit, StreamingDetokenizer(lambda tokens: "a" * len(tokens), []), StopStrings(()), [9], None
    )
    assert [answer.put(1), answer.put(1)] == [False, True]
    output = answer.output(0.0, 5)
    assert (output.text, output.finish_reason) == ("aa", "length")
    assert output.usage["prompt_tokens"] == 5 and output.usage["completion_tokens"] == 2
    assert seen[:2] == [Token("a"), Token("a")]


def test_pieces_are_the_text_and_are_counted(text_engine: TextEngine) -> None:
    pieces, output = run(text_engine, ask())
    assert "".join(pieces) == output.text
    assert len(pieces) > 5
    assert output.finish_reason == "length"
    assert set(output.usage) == USAGE
    assert output.usage["prompt_tokens"] == len(text_engine.vocabulary.prompt(ask()))
    assert output.usage["completion_tokens"] == 24
    assert output.usage["seconds"] > 0 and output.usage["prompt_seconds"] > 0


def test_a_stop_string_is_not_shown(text_engine: TextEngine) -> None:
    whole = run(text_engine, ask())[1].text or ""
    stop = whole[8:12]
    assert whole.index(stop) > 0
    pieces, output = run(text_engine, ask(stop=("never said", stop)))
    assert output.text == "".join(pieces) == whole[: whole.index(stop)]
    assert output.finish_reason == "stop"
    assert output.usage["completion_tokens"] < 24


def test_what_might_begin_a_stop_string_is_shown_in_the_end(text_engine: TextEngine) -> None:
    whole = run(text_engine, ask())[1].text or ""
    pieces, output = run(text_engine, ask(stop=(whole[-3:] + "never said",)))
    assert output.text == "".join(pieces) == whole
    assert output.finish_reason == "length"


@pytest.mark.parametrize("family", ["gpt2", "qwen3", "gpt_neox"])
def test_an_end_token_ends_the_answer(
    family: str,
    text_folders: dict[str, Path],
    through_transformers: dict[str, HubTextEngine],
    tmp_path: Path,
) -> None:
    theirs = through_transformers[family]
    prompt = torch.tensor([theirs.vocabulary.prompt(ask())])
    third = int(theirs.network.generate(prompt, max_new_tokens=3)[0, -1])
    folder = shutil.copytree(text_folders[family], tmp_path / "model")
    # a chat model has several
    rewrite(folder / "generation_config.json", eos_token_id=[0, third])
    pieces, output = run(open_engine(folder), ask())
    assert output.finish_reason == "stop"
    assert output.usage["completion_tokens"] == 3
    assert output.text == "".join(pieces)
    whole = run(theirs, ask())[1].text or ""
    assert whole.startswith((output.text or "").rstrip("\ufffd")) and output.text != whole


@pytest.mark.parametrize("seed", range(4))
def test_a_json_schema_holds_even_a_random_model(text_engine: TextEngine, seed: int) -> None:
    request = ask(json_schema=COLOR, temperature=1.5, seed=seed, max_tokens=60)
    pieces, output = run(text_engine, request)
    answer = json.loads(output.text or "")
    assert set(answer) == {"color", "warm"}
    assert answer["color"] in ("red", "green", "蓝")
    assert isinstance(answer["warm"], bool)
    assert output.finish_reason == "stop"
    assert "".join(pieces) == output.text


def test_a_complete_json_ends_without_an_end_token(
    text_engine: TextEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(text_engine.vocabulary, "ends", [])
    monkeypatch.setattr(text_engine, "ends", [], raising=False)
    assert run(text_engine, ask(json_schema={"enum": [True]}))[1].finish_reason == "stop"


def test_a_bad_json_schema_is_told(text_engine: TextEngine) -> None:
    with pytest.raises(OptionError, match="json_schema cannot be used: .*banana"):
        run(text_engine, ask(json_schema={"type": "banana"}))
    assert run(text_engine, ask())[1].text


def test_closing_stops_the_work(text_engine: TextEngine) -> None:
    steps = 0

    def count(*_: Any) -> None:
        nonlocal steps
        steps += 1

    hook = text_engine.network.register_forward_hook(count)
    try:
        threads = threading.active_count()
        events = text_engine.generate(ask(max_tokens=60))
        next(events)
        events.close()  # type: ignore[attr-defined]
        assert threading.active_count() == threads
        assert 0 < steps < 60
    finally:
        hook.remove()
