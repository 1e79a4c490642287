"""Tokenizers: whatever goes in comes out again, and the end token is never written by a text."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from miaobi.core.errors import ModelFileError
from miaobi.models.tokenizer import END, KINDS, load_tokenizer, train_tokenizer

TEXTS = [
    "The old fox sees the moon.\nThe moon sees the fox.\n" * 20,
    "床前明月光，疑是地上霜。\n" * 20,
]
HARD = [
    "",
    "The old fox",
    "  spaces  \t and\r\nends of lines\n\n",
    "🦊🏽‍🚀 👨‍👩‍👧 🇨🇳",
    "𠮷野家 é e\u0301 \u200b\u2028\ufeff",
    "\x01\x7f\x85\xa0",
    "<0x41><0xE4> <0x",
    f"a{END}b{END}{END}",
    "Ġthe Ċ ĠĠ",
]


@pytest.fixture(scope="module", params=KINDS)
def tokenizer(request: pytest.FixtureRequest) -> Any:
    return train_tokenizer(TEXTS, request.param, 300)


def round_trip(tokenizer: Any, text: str) -> str:
    told: str = tokenizer.decode(tokenizer.encode(text).ids)
    return told


@pytest.mark.parametrize("text", HARD)
def test_any_text_comes_back(tokenizer: Any, text: str) -> None:
    assert round_trip(tokenizer, text) == text


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(text=st.text())
def test_really_any_text_comes_back(tokenizer: Any, text: str) -> None:
    assert round_trip(tokenizer, text) == text


def test_the_end_token_in_a_text_is_plain_text(tokenizer: Any) -> None:
    end = tokenizer.token_to_id(END)
    assert end == 0
    for text in (END, f"The fox.{END}\n{END}", f" {END} "):
        assert end not in tokenizer.encode(text).ids
    assert tokenizer.decode([end, *tokenizer.encode("fox").ids, end]) == "fox"


@pytest.mark.parametrize("kind", KINDS)
def test_a_text_to_learn_from_may_hold_the_end_token(kind: str) -> None:
    tokenizer = train_tokenizer([f"a fox{END}" * 50], kind, 400)
    assert round_trip(tokenizer, f"a fox{END}") == f"a fox{END}"
    assert tokenizer.token_to_id(END) not in tokenizer.encode(f"fox{END}").ids


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("vocab", [258, 260, 280])
def test_it_has_at_most_so_many_entries(kind: str, vocab: int) -> None:
    tokenizer = train_tokenizer(TEXTS, kind, vocab)
    assert tokenizer.get_vocab_size() <= vocab
    entries = tokenizer.get_vocab()
    assert sorted(entries.values()) == list(range(len(entries)))
    assert all(round_trip(tokenizer, text) == text for text in TEXTS + HARD)


def test_byte_pairs_make_words() -> None:
    tokenizer = train_tokenizer(TEXTS, "bpe", 300)
    assert tokenizer.get_vocab_size() == 300
    assert len(tokenizer.encode(TEXTS[0]).ids) < len(TEXTS[0]) / 2


def test_characters_are_one_token_each() -> None:
    tokenizer = train_tokenizer(TEXTS, "characters", 4096)
    for text in TEXTS:
        assert len(tokenizer.encode(text).ids) == len(text)
    assert tokenizer.get_vocab_size() == 257 + len(set("".join(TEXTS)))


def test_unknown_characters_are_spelled_in_bytes() -> None:
    tokenizer = train_tokenizer(TEXTS, "characters", 4096)
    assert tokenizer.encode("狐é").tokens == ["<0xE7>", "<0x8B>", "<0x90>", "<0xC3>", "<0xA9>"]
    assert tokenizer.encode("月狐").tokens[0] == "月"


def test_the_commonest_characters_are_known() -> None:
    tokenizer = train_tokenizer(["aaaabbbccd"], "characters", 257 + 2)
    assert tokenizer.encode("abcd").tokens == ["a", "b", "<0x63>", "<0x64>"]


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_texts_give_the_same_tokenizer(kind: str) -> None:
    first, second = (train_tokenizer(TEXTS, kind, 300).to_str() for _ in range(2))
    assert first == second


def test_kept_and_loaded_is_the_same(tokenizer: Any, tmp_path: Path) -> None:
    (tmp_path / "tokenizer.json").write_text(tokenizer.to_str(), encoding="utf-8")
    loaded = load_tokenizer(tmp_path)
    for text in TEXTS + HARD:
        assert loaded.encode(text).ids == tokenizer.encode(text).ids
        assert round_trip(loaded, text) == text


@pytest.mark.parametrize(
    "data", [None, b"", b"{", b"[]", b"\xff\xfe", b'{"version": "1.0"}', "half"]
)
def test_a_damaged_tokenizer(data: Any, tmp_path: Path) -> None:
    path = tmp_path / "tokenizer.json"
    if data == "half":
        whole = train_tokenizer(TEXTS, "bpe", 300).to_str().encode()
        data = whole[: len(whole) // 2]
    if data is not None:
        path.write_bytes(data)
    with pytest.raises(ModelFileError) as caught:
        load_tokenizer(tmp_path)
    assert str(caught.value).startswith(f"{path} cannot be loaded: ")
    assert "\n" not in str(caught.value)


def test_it_is_one_readable_file(tokenizer: Any) -> None:
    document = json.loads(tokenizer.to_str())
    assert [entry["content"] for entry in document["added_tokens"]] == [END]
