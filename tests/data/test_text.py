"""From documents to batches: what is held out, and windows that only their draw decides."""

import random
from typing import Any

import numpy as np
import pytest
import torch

from miaobi.core.errors import DataError, OptionError
from miaobi.data.sources import Document
from miaobi.data.text import FEW_ORIGINS, DataConfig, TokenData, split_documents, tokenize
from miaobi.models.tokenizer import END, KINDS, train_tokenizer

WORDS = "The fox 🦊 sees 月 over the river. "


def counting(training: int, held_out: int = 40) -> TokenData:
    """Streams that count upwards, so that a token is its place."""
    tokenizer = train_tokenizer([WORDS], "characters", 300)
    return TokenData(
        tokenizer, np.arange(training, dtype=np.uint16), np.arange(held_out, dtype=np.uint16)
    )


def documents(count: int, length: int = 100, each: int = 1) -> list[Document]:
    """`each` documents from every one of `count` origins; no two are the same."""
    return [
        Document(f"{n}.{part} {WORDS * 10}"[:length], f"file {n}")
        for n in range(count)
        for part in range(each)
    ]


def test_a_batch_is_windows_of_the_stream() -> None:
    batch = counting(1000).batch(64, 16, (0, 0))
    assert batch.shape == (64, 17) and batch.dtype == torch.int64
    assert torch.equal(batch, batch[:, :1] + torch.arange(17))


def test_targets_are_the_tokens_that_follow() -> None:
    batch = counting(1000).batch(8, 16, (0, 0))
    assert torch.equal(batch[:, :-1] + 1, batch[:, 1:])


def test_a_batch_is_a_function_of_its_draw_alone() -> None:
    first, second = counting(5000), counting(5000)
    before = first.batch(4, 16, (7, 3, 0, 0))
    first.batch(4, 16, (7, 4, 0, 0))
    torch.manual_seed(1)
    np.random.seed(1)
    random.seed(1)
    assert torch.equal(before, first.batch(4, 16, (7, 3, 0, 0)))
    assert torch.equal(before, second.batch(4, 16, (7, 3, 0, 0)))


@pytest.mark.parametrize("place", range(4))
def test_every_part_of_the_draw_counts(place: int) -> None:
    """Seed, step, batch of the step, process: another one gives another batch."""
    draw = [7, 3, 0, 0]
    data = counting(5000)
    seen = set()
    for number in range(20):
        draw[place] = number
        seen.add(tuple(data.batch(4, 16, tuple(draw))[:, 0].tolist()))
    assert len(seen) == 20


def test_windows_never_reach_past_the_stream() -> None:
    for length in (8, 17, 18):
        batch = counting(20).batch(2000, length, (0,))
        assert batch.min() == 0 and batch.max() == 19  # and both ends are reached
        assert torch.equal(batch, batch[:, :1] + torch.arange(length + 1))
    assert counting(19).batch(3, 18, (0,))[:, 0].tolist() == [0, 0, 0]


@pytest.mark.parametrize("rows", [1, 3, 16])
@pytest.mark.parametrize("length", [3, 8, 13, 39])
def test_validation_walks_through_what_is_held_out(rows: int, length: int) -> None:
    targets: list[int] = []
    for batch, _ in counting(100, 40).validation(rows, length, max_batches=100):
        assert batch.shape[0] <= rows and batch.shape[1] == length + 1
        assert torch.equal(batch[:, :-1] + 1, batch[:, 1:])
        targets += batch[:, 1:].flatten().tolist()
    assert targets == list(range(1, 1 + 39 // length * length))


def test_validation_stops_after_so_many_batches() -> None:
    assert [len(b) for b, _ in counting(100, 40).validation(2, 3, max_batches=4)] == [2, 2, 2, 2]


def test_validation_of_less_than_a_window() -> None:
    (only,) = counting(100, 5).validation(4, 100, max_batches=9)
    assert only[0].tolist() == [[0, 1, 2, 3, 4]]


@pytest.mark.parametrize("kind", KINDS)
def test_validation_tells_the_characters_of_its_targets(kind: str) -> None:
    text = WORDS * 40
    tokenizer = train_tokenizer([text], kind, 280)
    ids = tokenizer.encode(text).ids
    data = TokenData(tokenizer, np.array(ids), np.array([*ids, tokenizer.token_to_id(END)]))
    (only,) = data.validation(1, len(ids), max_batches=1)
    assert only[1] == len(text) - len(tokenizer.decode(ids[:1]))


@pytest.mark.parametrize("kind", KINDS)
def test_streams_hold_every_text_and_an_end_after_each(kind: str) -> None:
    made = documents(FEW_ORIGINS, each=2)
    data = tokenize(made, DataConfig(kind, vocab=300, length=8), seed=0)
    end = data.tokenizer.token_to_id(END)
    told = []
    for stream in (data.training, data.held_out):
        assert stream.dtype == np.uint16 and stream[-1] == end
        cuts = np.split(stream, np.flatnonzero(stream == end) + 1)
        told += [data.tokenizer.decode(cut.tolist()) for cut in cuts if len(cut)]
    assert sorted(told) == sorted(document.text for document in made)
    assert len(data.held_out) < len(data.training) / 5


def test_a_given_tokenizer_is_used() -> None:
    tokenizer = train_tokenizer([WORDS], "characters", 300)
    data = tokenize(documents(60), DataConfig(length=8), seed=0, tokenizer=tokenizer)
    assert data.tokenizer is tokenizer
    ended = tokenize(documents(60), DataConfig(length=8), 0, tokenizer, end=5)
    assert (ended.training == 5).sum() == (data.training == tokenizer.token_to_id(END)).sum()


def test_the_tokenizer_does_not_see_what_is_held_out() -> None:
    made = [Document("abcdefghij" * 100 + "z" * 50, "only")]
    data = tokenize(made, DataConfig("characters", vocab=300, length=8), seed=0)
    assert data.tokenizer.token_to_id("a") and data.tokenizer.token_to_id("z") is None


def test_too_few_tokens_for_the_windows() -> None:
    with pytest.raises(DataError) as caught:
        tokenize([Document("a" * 1000, "only")], DataConfig("characters", length=256), seed=0)
    assert str(caught.value).startswith(
        "The data has only 951 tokens; windows of 256 need at least 1032. Add more text"
    )


@pytest.mark.parametrize("share", [0.01, 0.05, 0.2, 0.5])
@pytest.mark.parametrize("each", [1, 3])
def test_about_the_wanted_share_is_held_out(share: float, each: int) -> None:
    made = documents(200, each=each)
    training, held_out = split_documents(made, share, seed=0)
    size = sum(len(document.text) for document in made)
    assert sum(map(len, held_out)) / size == pytest.approx(share, abs=0.006)
    assert sorted(training + held_out) == sorted(document.text for document in made)


@pytest.mark.parametrize("seed", range(20))
def test_one_enormous_document_is_not_held_out(seed: int) -> None:
    made = [Document("a" * 100_000, "the novel"), *documents(FEW_ORIGINS)]
    training, held_out = split_documents(made, 0.05, seed)
    assert "a" * 100_000 in training and held_out
    assert sum(map(len, held_out)) <= 0.1 * (100_000 + 100 * FEW_ORIGINS)


def test_documents_of_one_origin_stay_together() -> None:
    made = documents(100, each=4)
    training, held_out = split_documents(made, 0.1, seed=0)
    origins = [{text.split(".")[0] for text in part} for part in (training, held_out)]
    assert origins[0] & origins[1] == set() and len(origins[0] | origins[1]) == 100
    assert len(held_out) == 4 * len(origins[1])


def test_the_split_is_a_function_of_the_seed() -> None:
    made = documents(100)
    assert (
        split_documents(made, 0.1, 3)
        == split_documents(made, 0.1, 3)
        != split_documents(made, 0.1, 4)
    )
    assert set(split_documents(made, 0.1, 3)[1]) == set(split_documents(made[::-1], 0.1, 3)[1])


def test_documents_are_mixed() -> None:
    made = documents(100)
    training, _ = split_documents(made, 0.1, seed=0)
    order = [int(text.split(".")[0]) for text in training]
    assert order != sorted(order)


@pytest.mark.parametrize("count", [1, 5, FEW_ORIGINS - 1])
def test_few_origins_lose_their_tails(count: int) -> None:
    made = documents(count, length=200, each=2)
    training, held_out = split_documents(made, 0.05, seed=0)
    assert [len(text) for text in training] == [190] * len(made)
    joined = [a + b for a, b in zip(training, held_out, strict=True)]
    assert joined == [document.text for document in made]


def test_enough_origins_are_held_out_whole() -> None:
    _, held_out = split_documents(documents(FEW_ORIGINS), 0.05, seed=0)
    assert set(held_out) < {document.text for document in documents(FEW_ORIGINS)}


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"tokenizer": "words"}, "tokenizer is 'words'. Choose one of: bpe, characters."),
        ({"vocab": 257}, "vocab is 257. It has to lie between 258 and 1,000,000."),
        ({"length": 7}, "length is 7."),
        ({"rows": 0}, "rows is 0."),
        ({"held_out": 0.0}, "held_out is 0.0."),
        ({"held_out": 0.9}, "held_out is 0.9."),
        ({"held_out": float("nan")}, "held_out is nan."),
    ],
)
def test_bad_values(values: dict[str, Any], sentence: str) -> None:
    with pytest.raises(OptionError) as caught:
        DataConfig(**values)
    assert str(caught.value).startswith(sentence)
