"""Words to tokens: templates, words as they stand, what no tokenizer knows, what does not fit."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from tokenizers import Tokenizer, models, pre_tokenizers

from miaobi.core.errors import ContextFull, ModelFileError, OptionError, PromptError
from miaobi.core.requests import Message
from miaobi.generation.vocabulary import OwnVocabulary, check_room
from miaobi.hub.text import HubTextEngine
from miaobi.hub.vocabulary import HubVocabulary
from tests.tiny.asking import COLOR, TextEngine, ask, open_engine, reference, run
from tests.tiny.checkpoints import OWN, rewrite, save_own

WITH_TEMPLATE = ("llama", "mistral")


@pytest.mark.parametrize("family", WITH_TEMPLATE)
def test_a_conversation_goes_through_the_template(
    family: str, text_engines: dict[str, Any]
) -> None:
    vocabulary = text_engines[family].vocabulary
    turns = (Message("user", "cat"), Message("assistant", "mat"), Message("user", "fish"))
    tokens = vocabulary.prompt(ask(messages=turns))
    assert vocabulary.tokenizer.decode(tokens).replace(" ", "") == (
        "<|user|>cat\n<|assistant|>mat\n<|user|>fish\n<|assistant|>"
    )
    assert not vocabulary.raw(ask()) and vocabulary.raw(ask(raw=True))


@pytest.mark.parametrize("family", WITH_TEMPLATE)
def test_a_conversation_the_template_refuses_is_told(
    family: str, text_engines: dict[str, TextEngine]
) -> None:
    turns = (Message("system", "be kind"), Message("user", "cat"))
    with pytest.raises(OptionError, match="cannot hold this conversation: System role not supp"):
        run(text_engines[family], ask(messages=turns))


@pytest.mark.parametrize("family", ["gpt2", "gpt_neox"])
def test_without_a_template_the_last_words_go_on(
    family: str,
    text_engines: dict[str, TextEngine],
    through_transformers: dict[str, HubTextEngine],
) -> None:
    turns = (Message("system", "be kind"), Message("user", "the cat sat"))
    expected = reference(through_transformers[family])[0]
    assert run(text_engines[family], ask(messages=turns))[1].text == expected


@pytest.mark.parametrize("family", WITH_TEMPLATE)
def test_raw_goes_on_where_the_words_end_with_their_space(
    family: str,
    text_engines: dict[str, TextEngine],
    through_transformers: dict[str, HubTextEngine],
) -> None:
    engine, theirs, texts = text_engines[family], through_transformers[family], []
    for words in ("the cat sat", "number", "cat fish", "a world"):
        texts.append(run(engine, ask(words, raw=True))[1].text or "")
        assert texts[-1] == reference(theirs, words, raw=True)[0]
    assert any(text.startswith(" ") for text in texts)
    assert texts[0] != reference(theirs)[0]


def test_a_prompt_that_fills_the_context_is_refused(text_engine: TextEngine) -> None:
    with pytest.raises(ContextFull, match=r"has \d+ tokens and the model holds 128"):
        run(text_engine, ask("the cat sat on the mat " * 60))
    assert run(text_engine, ask())[1].text


def test_the_context_bounds_the_answer(text_engine: TextEngine) -> None:
    words = "the cat"
    while len(text_engine.vocabulary.prompt(ask(words))) < 118:
        words += " sat"
    _, output = run(text_engine, ask(words, max_tokens=10_000))
    assert output.usage["prompt_tokens"] + output.usage["completion_tokens"] == 128
    assert output.finish_reason == "length"


def test_room_for_one_token_is_enough_and_without_a_limit_all_fits() -> None:
    check_room([1] * 127, 128)
    check_room([1] * 1000, 0)
    with pytest.raises(ContextFull, match="has 128 tokens and the model holds 128"):
        check_room([1] * 128, 128)


@pytest.mark.parametrize("kind", ["bpe", "characters"])
def test_our_own_tokenizer_gives_words_back(kind: str, tmp_path: Path) -> None:
    vocabulary = OwnVocabulary(save_own(tmp_path / kind, "gru", kind), "tiny")
    for words in ("the cat sat", "你好，世界。\nnaïve 🐉", "<|end|> is only said"):
        tokens = vocabulary.prompt(ask(words))
        assert vocabulary.spell(tokens) == words
        assert not set(tokens) & set(vocabulary.ends)
    assert vocabulary.raw(ask()) and vocabulary.spell(vocabulary.ends) == ""


@pytest.mark.parametrize("kind", ["bpe", "characters"])
def test_our_own_tokenizer_keeps_to_a_json_schema(kind: str, tmp_path: Path) -> None:
    engine = open_engine(save_own(tmp_path / kind, "rotary", kind))
    for seed in range(3):
        request = ask(json_schema=COLOR, temperature=1.5, seed=seed, max_tokens=80)
        pieces, output = run(engine, request)
        answer = json.loads(output.text or "")
        assert answer["color"] in ("red", "green", "蓝") and isinstance(answer["warm"], bool)
        assert output.finish_reason == "stop" and "".join(pieces) == output.text


@pytest.mark.parametrize("kind", OWN)
def test_only_the_last_message_reaches_a_model_of_ours(
    kind: str, own_engines: dict[str, TextEngine]
) -> None:
    turns = (Message("system", "be kind"), Message("user", "the cat sat"))
    assert (
        run(own_engines[kind], ask(messages=turns))[1].text == run(own_engines[kind], ask())[1].text
    )


@pytest.fixture
def word_folder(text_folders: dict[str, Path], tmp_path: Path) -> Path:
    """A GPT-2 whose tokenizer knows three words, and no bytes for the others."""
    folder = shutil.copytree(text_folders["gpt2"], tmp_path / "words")
    words = Tokenizer(
        models.BPE(
            {"cat": 0, "sat": 1, "mat": 2, "c": 3, "a": 4, "t": 5, "at": 6},
            [("a", "t"), ("c", "at")],
        )
    )
    words.pre_tokenizer = pre_tokenizers.Whitespace()
    words.save(str(folder / "tokenizer.json"))
    rewrite(folder / "tokenizer_config.json", tokenizer_class="PreTrainedTokenizerFast")
    return folder


def test_words_that_a_tokenizer_does_not_know_are_refused(word_folder: Path) -> None:
    vocabulary = HubVocabulary(word_folder, "tiny", None)
    assert vocabulary.prompt(ask("cat at")) == [0, 6]
    with pytest.raises(PromptError, match="tiny knows none of the characters of the prompt"):
        vocabulary.prompt(ask("你好"))


def test_every_end_token_counts_and_strange_ones_do_not(text_folders: dict[str, Path]) -> None:
    folder = text_folders["qwen2"]  # <|im_end|> is 2
    assert HubVocabulary(folder, "tiny", [0, 5]).ends == [0, 2, 5]
    assert HubVocabulary(folder, "tiny", None).ends == [2]
    assert HubVocabulary(folder, "tiny", [50256, -1]).ends == [2]


@pytest.mark.parametrize("content", [None, b"", b"{", b'{"version": "1.0"}'])
def test_a_damaged_tokenizer_of_ours_is_told(content: bytes | None, tmp_path: Path) -> None:
    path = save_own(tmp_path / "own", "gru") / "tokenizer.json"
    path.unlink()
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(ModelFileError, match=r"tokenizer\.json cannot be loaded"):
        open_engine(path.parent)
