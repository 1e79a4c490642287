"""The llama.cpp engine with the smallest real model."""

import json
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from threading import Thread
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

import pytest

from miaobi.core.errors import ContextFull, ModelFileError, OptionError
from miaobi.core.events import Output, Token
from miaobi.core.requests import Message, TextRequest
from miaobi.engines.llamacpp import LlamaCppEngine, check_gguf, request_body
from miaobi.engines.registry import engine_for
from miaobi.models.zoo import Model, find_model

SMALL = find_model("smollm2-135m", "text")
GREEDY = {"temperature": 0.0, "max_tokens": 8}


def request(prompt: str = "Tell me about foxes.", **options: Any) -> TextRequest:
    return TextRequest(
        model=SMALL.name, messages=(Message("user", prompt),), **{"max_tokens": 8, **options}
    )


def answer(prompt: str = "Tell me about foxes.", **options: Any) -> Output:
    """The Output; what came before it must be Tokens that spell it."""
    *tokens, output = engine_for(SMALL).generate(request(prompt, **options))
    assert all(isinstance(token, Token) and token.text for token in tokens)
    assert isinstance(output, Output) and output.text is not None
    assert "".join(token.text for token in tokens) == output.text
    return output


def test_tokens_spell_the_answer_and_are_counted() -> None:
    output = answer(seed=1)
    assert output.text
    assert output.finish_reason == "length"
    assert output.usage["completion_tokens"] == 8
    assert 10 < output.usage["prompt_tokens"] < 60
    assert output.usage["seconds"] > 0


def test_greedy_is_repeatable_whatever_the_seed() -> None:
    assert answer(seed=1, **GREEDY).text == answer(seed=2, **GREEDY).text


@pytest.mark.parametrize("seed", [0, 42, 2**32 - 2])
def test_a_seed_is_repeatable(seed: int) -> None:
    one, other = (answer("A fox", raw=True, seed=seed, temperature=1.2).text for _ in range(2))
    assert one == other


def test_other_seeds_give_other_answers() -> None:
    assert (
        len({answer("A fox", raw=True, seed=seed, temperature=1.5).text for seed in range(4)}) > 1
    )


def test_the_request_before_leaves_no_trace() -> None:
    first = answer(seed=3).text
    answer("Something quite different, please.", seed=9, reuse_cache=True)
    assert answer(seed=3).text == first


def test_ends_by_itself() -> None:
    output = answer("Say only: yes", max_tokens=200, temperature=0.0)
    assert output.finish_reason == "stop"
    assert output.usage["completion_tokens"] < 200


def test_stop_strings_are_not_in_the_answer() -> None:
    whole = answer(temperature=0.0, max_tokens=16).text
    assert whole is not None
    word = whole.split()[2]
    output = answer(temperature=0.0, max_tokens=16, stop=(word,))
    assert output.text == whole[: whole.index(word)]
    assert output.finish_reason == "stop"


def test_raw_continues_the_text_as_it_stands() -> None:
    output = answer("One, two, three, four, five,", raw=True, **GREEDY)
    assert output.text is not None and "six" in output.text
    assert output.usage["prompt_tokens"] < 16  # no template around it


def test_a_system_message_and_earlier_turns_are_read() -> None:
    turns = (
        Message("system", "You are Ada."),
        Message("user", "hi"),
        Message("assistant", "Hello."),
        Message("user", "Again?"),
    )
    *_, output = engine_for(SMALL).generate(
        TextRequest(model=SMALL.name, messages=turns, max_tokens=2)
    )
    assert isinstance(output, Output)
    assert (
        output.usage["prompt_tokens"] > answer("Again?", max_tokens=1).usage["prompt_tokens"] - 20
    )


@pytest.mark.parametrize(
    "options",
    [
        {"min_p": 0.0},
        {"min_p": 1.0},
        {"top_k": 0},
        {"top_k": 1},
        {"top_p": 0.0},
        {"top_p": 1.0},
        {"temperature": 5.0},
        {"repeat_penalty": 0.1},
        {"repeat_penalty": 10.0},
        {"presence_penalty": 2.0, "frequency_penalty": -2.0},
    ],
)
def test_the_ends_of_every_range_are_accepted(options: dict[str, float]) -> None:
    output = answer("A fox", raw=True, max_tokens=3, seed=5, **options)
    assert output.usage["completion_tokens"] <= 3


def test_options_that_leave_one_word_are_greedy() -> None:
    greedy = answer(**GREEDY).text
    for options in ({"top_k": 1}, {"min_p": 1.0}, {"top_p": 0.0}):
        assert answer(seed=5, temperature=1.5, **options).text == greedy


def test_json_schema_holds_the_answer() -> None:
    schema = {
        "type": "object",
        "properties": {"name": {"type": "string", "maxLength": 12}, "age": {"type": "integer"}},
        "required": ["name", "age"],
        "additionalProperties": False,
    }
    for raw in (False, True):
        output = answer(
            "Invent a person as JSON.", json_schema=schema, max_tokens=60, seed=1, raw=raw
        )
        person = json.loads(output.text or "")
        assert set(person) == {"name", "age"}
        assert isinstance(person["name"], str) and isinstance(person["age"], int)


@pytest.mark.parametrize("schema", [{"type": "nonsense"}, {"$ref": "#/nowhere"}])
def test_a_bad_schema_says_why_and_leaves_the_engine_well(schema: dict[str, str]) -> None:
    with pytest.raises(OptionError, match="json_schema cannot be used: .*no"):
        answer(json_schema=schema)
    assert answer(**GREEDY).text


def test_a_prompt_longer_than_the_model_holds() -> None:
    with pytest.raises(
        ContextFull, match=r"has 60\d\d tokens and the model holds 4096\. Shorten it"
    ):
        answer("word " * 6000)
    assert answer(**GREEDY).text


def test_closing_frees_the_engine_at_once() -> None:
    """Of 3000 tokens only those few are generated that come before the engine sees the end."""
    engine, chunks = engine_for(SMALL), 0
    call = engine.server.handle_chat_completions

    def counting(body: Any, emit: Callable[[Any], bool]) -> Any:
        def count(chunk: Any) -> bool:
            nonlocal chunks
            chunks += 1
            return emit(chunk)

        return call(body, count)

    with patch.object(engine, "server", SimpleNamespace(handle_chat_completions=counting)):
        events = engine.generate(request("Tell a long story.", max_tokens=3000, temperature=1.5))
        next(events)
        before = chunks
        events.close()
        assert chunks <= before + 3
    assert answer("hi", max_tokens=1).finish_reason == "length"


def test_two_readers_in_turn() -> None:
    alone, together = answer(seed=4).text, []
    threads = [Thread(target=lambda: together.append(answer(seed=4).text)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert together == [alone] * 3


@pytest.mark.parametrize(
    "path", ["/v1/models", "/completion", "/v1/chat/completions", "/props", "/slots", "/metrics"]
)
@pytest.mark.parametrize("body", [None, b'{"prompt": "hi", "n_predict": 1}'])
@pytest.mark.parametrize("key", [None, "", "guess"])
def test_the_port_is_closed_to_others(path: str, body: bytes | None, key: str | None) -> None:
    engine = engine_for(SMALL)
    assert isinstance(engine, LlamaCppEngine)
    address = engine.server.listening_address
    assert address.startswith("http://127.0.0.1:")
    call = urllib.request.Request(address + path, data=body)
    if key is not None:
        call.add_header("Authorization", f"Bearer {key}")
    with pytest.raises(urllib.error.HTTPError) as refusal:
        urllib.request.urlopen(call, timeout=10)
    assert refusal.value.code in (401, 403)


def test_every_engine_has_a_key_of_its_own() -> None:
    one = LlamaCppEngine(SMALL)
    assert one.server.listening_address != engine_for(SMALL).server.listening_address  # type: ignore[attr-defined]
    one.close()


def test_an_engine_closed_at_once_does_not_wait_for_ever() -> None:
    for _ in range(12):
        LlamaCppEngine(SMALL).close()


PNG = b"\x89PNG\r\n\x1a\n" + bytes(100)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "is not a GGUF model file"),
        (PNG, "is not a GGUF model file"),
        (b"hello", "is not a GGUF model file"),
        (b"PK\x03\x04" + bytes(100), "is a pickled file"),
        (b"\x80\x02}q\0.", "is a pickled file"),
        (b"\x80\x04}\x94.", "is a pickled file"),
        (b"GGUF", "could not be loaded"),
        (b"GGUF" + bytes(500), "could not be loaded"),
    ],
)
def test_files_that_are_no_model(content: bytes, sentence: str, tmp_path: Path) -> None:
    path = tmp_path / "wrong.gguf"
    path.write_bytes(content)
    model = Model("wrong", "text", "llamacpp", None, (), "", 0, "", context=512, place=str(path))
    with pytest.raises(ModelFileError, match=rf"wrong\.gguf {sentence}"):
        LlamaCppEngine(model)


def test_a_truncated_model(tmp_path: Path, own_home: Path) -> None:
    whole = own_home / "assets" / "smollm2-135m" / "model.gguf"
    check_gguf(whole)
    path = tmp_path / "half.gguf"
    with whole.open("rb") as file:
        path.write_bytes(file.read(5_000_000))
    model = Model("half", "text", "llamacpp", None, (), "", 0, "", context=512, place=str(path))
    with pytest.raises(ModelFileError, match=r"half\.gguf could not be loaded: it is truncated"):
        LlamaCppEngine(model)


def test_the_body_holds_every_option() -> None:
    body = request_body(request(seed=3, stop=("a", "b"), min_p=0.2, json_schema={"type": "object"}))
    assert body["seed"] == 3
    assert body["stop"] == ["a", "b"]
    assert body["min_p"] == 0.2
    assert body["cache_prompt"] is False  # bit-exact repetition is the default
    assert body["response_format"]["json_schema"]["schema"] == {"type": "object"}
    assert set(request().parameters()) < set(body)
