"""From scores to a token: the formulas by hand on small numbers, and beside those of transformers."""

from typing import Any

import pytest
import torch
from hypothesis import given
from hypothesis import settings as limits
from hypothesis import strategies as st
from transformers import (
    MinPLogitsWarper,
    NoRepeatNGramLogitsProcessor,
    RepetitionPenaltyLogitsProcessor,
    TopKLogitsWarper,
    TopPLogitsWarper,
    TypicalLogitsWarper,
)

from miaobi.core.requests import Message, TextRequest
from miaobi.generation.logits import (
    GumbelNoise,
    NoRepeatNGram,
    Penalties,
    banned_tokens,
    min_p,
    processors,
    token_chooser,
    top_k,
    top_p,
    typical,
)


def ask(**options: Any) -> TextRequest:
    """Greedy and without penalties, unless told otherwise."""
    plain = {"temperature": 0, "repeat_penalty": 1, **options}
    return TextRequest(model="tiny", messages=(Message("user", "cat"),), **plain)


def test_repeat_penalty_looks_back_64_tokens() -> None:
    step = Penalties(ask(repeat_penalty=2), prompt=0)
    scores = torch.tensor([[2.0, 2.0, -2.0]])
    tokens = torch.tensor([[0] + [1] * 63 + [2]])  # token 0 is 65 back
    assert step(tokens, scores).tolist() == [[2.0, 1.0, -4.0]]


def test_presence_and_frequency_count_what_was_answered() -> None:
    step = Penalties(ask(presence_penalty=0.5, frequency_penalty=0.25), prompt=3)
    scores = torch.ones(1, 5)
    tokens = torch.tensor([[0, 0, 1, 2, 2, 2, 4]])  # the first three are the prompt
    assert step(tokens, scores).tolist() == [[1.0, 1.0, 1 - 0.75 - 0.5, 1.0, 1 - 0.25 - 0.5]]
    assert scores.tolist() == [[1.0] * 5]


def test_draw_is_fair() -> None:
    scores = torch.tensor([[0.0, 1.0, 2.0, float("-inf")]])
    draw = GumbelNoise(seed=3)
    drawn = torch.tensor([int(draw(scores, scores).argmax()) for _ in range(4000)])
    shares = drawn.bincount(minlength=4) / 4000
    assert torch.allclose(shares, scores.softmax(1)[0], atol=0.03)
    assert shares[3] == 0


@pytest.mark.parametrize(
    ("options", "left"),
    [
        ({"top_k": 2, "top_p": 1, "min_p": 0}, [0, 1]),
        ({"top_k": 0, "top_p": 0.75, "min_p": 0}, [0, 1]),
        ({"top_k": 0, "top_p": 1, "min_p": 0.5}, [0, 1]),
        ({"top_k": 0, "top_p": 1, "min_p": 0}, [0, 1, 2, 3]),
        # the shares are measured before the temperature, as in llama.cpp
        ({"top_k": 0, "top_p": 1, "min_p": 0.15, "temperature": 0.1}, [0, 1, 2]),
    ],
)
def test_what_may_be_drawn(options: dict[str, Any], left: list[int]) -> None:
    scores = torch.tensor([[0.5, 0.3, 0.1, 0.05]]).log()
    for step in processors(ask(**{"temperature": 1, **options}), 1, None):
        scores = step(torch.zeros(1, 1, dtype=torch.long), scores)
    assert scores[0].isfinite().nonzero().flatten().tolist() == left


def spread(seed: int, rows: int = 1, width: int = 60) -> torch.Tensor:
    """Scores as different from each other as those of a trained network."""
    return 3 * torch.randn(rows, width, generator=torch.Generator().manual_seed(seed))


def same(found: torch.Tensor, expected: torch.Tensor) -> None:
    assert torch.equal(found, expected)


SEEDS = st.integers(0, 2**31)
SHARES = st.floats(0.01, 0.99)


@limits(deadline=None)
@given(seed=SEEDS, count=st.integers(1, 100))
def test_top_k_is_the_one_of_transformers(seed: int, count: int) -> None:
    scores = spread(seed, rows=2)
    same(top_k(scores, count), TopKLogitsWarper(count)(None, scores))


@limits(deadline=None)
@given(seed=SEEDS, share=SHARES)
def test_top_p_is_the_one_of_transformers(seed: int, share: float) -> None:
    scores = spread(seed, rows=2)
    same(top_p(scores, share), TopPLogitsWarper(share)(None, scores))


@limits(deadline=None)
@given(seed=SEEDS, share=SHARES)
def test_min_p_is_the_one_of_transformers(seed: int, share: float) -> None:
    scores = spread(seed, rows=2)
    same(min_p(scores, share), MinPLogitsWarper(share)(None, scores))


@limits(deadline=None)
@given(seed=SEEDS, share=SHARES)
def test_typical_is_the_one_of_transformers(seed: int, share: float) -> None:
    scores = spread(seed, rows=2)
    same(typical(scores, share), TypicalLogitsWarper(share)(None, scores))


@limits(deadline=None)
@given(seed=SEEDS, count=st.integers(2, 50), shares=st.tuples(SHARES, SHARES, SHARES))
def test_one_after_the_other_they_are_those_of_transformers(
    seed: int, count: int, shares: tuple[float, float, float]
) -> None:
    """What one has ruled out stays so, and the next one counts without it."""
    scores = spread(seed)
    expected = TopKLogitsWarper(count)(None, scores)
    for warper, share in zip(
        (TypicalLogitsWarper, TopPLogitsWarper, MinPLogitsWarper), shares, strict=True
    ):
        expected = warper(share)(None, expected)
    options = {"top_k": count, "typical": shares[0], "top_p": shares[1], "min_p": shares[2]}
    steps = processors(ask(temperature=1, **options), 1, None)[:-1]  # without the draw
    for step in steps:
        scores = step(torch.zeros(1, 1, dtype=torch.long), scores)
    same(scores, expected)


@pytest.mark.parametrize(
    "options", [{"top_k": 1}, {"top_p": 0}, {"top_p": 1e-9}, {"min_p": 1}], ids=str
)
def test_what_leaves_one_token_leaves_the_likeliest(options: dict[str, Any]) -> None:
    everything = {"top_k": 0, "top_p": 1, "min_p": 0, "temperature": 2}
    for seed in range(20):
        scores = spread(seed)
        choose = token_chooser(processors(ask(**{**everything, **options}, seed=seed), 1, None))
        assert choose(torch.zeros(1, 1, dtype=torch.long), scores) == int(scores.argmax())


def test_typical_leaves_the_token_that_surprises_as_expected() -> None:
    scores = torch.tensor([[0.5, 0.25, 0.15, 0.1]]).log()  # 1.21 nats are expected, 0.25 has 1.39
    assert typical(scores, 0.01).isfinite().tolist() == [[False, True, False, False]]


TOKENS = st.lists(st.lists(st.integers(0, 4), min_size=12, max_size=12), min_size=1, max_size=3)


@limits(deadline=None)
@given(texts=TOKENS, size=st.integers(1, 5), length=st.integers(1, 12))
def test_no_repeat_is_the_one_of_transformers(
    texts: list[list[int]], size: int, length: int
) -> None:
    tokens = torch.tensor(texts)[:, :length]
    scores = spread(0, rows=len(texts), width=5)
    expected = NoRepeatNGramLogitsProcessor(size)(tokens, scores)
    same(NoRepeatNGram(size)(tokens, scores), expected)
    same(NoRepeatNGram(size).rows(tokens.tolist(), scores), expected)
    same(scores, spread(0, rows=len(texts), width=5))  # what was given stays as it was


def test_no_run_comes_twice() -> None:
    assert banned_tokens([1, 2, 3, 1, 2], 3) == [3]
    assert banned_tokens([1, 2, 1, 3, 1], 2) == [2, 3]
    assert banned_tokens([1, 2, 1], 1) == [1, 2, 1]
    assert banned_tokens([1, 2], 4) == []
    assert banned_tokens([], 1) == []


@limits(deadline=None)
@given(
    seed=SEEDS, text=st.lists(st.integers(0, 59), min_size=1, max_size=64), cost=st.floats(0.1, 10)
)
def test_repeat_penalty_is_the_one_of_transformers(seed: int, text: list[int], cost: float) -> None:
    """As far as llama.cpp looks back."""
    tokens, scores = torch.tensor([text]), spread(seed)
    expected = RepetitionPenaltyLogitsProcessor(cost)(tokens, scores)
    same(Penalties(ask(repeat_penalty=cost), 0)(tokens, scores), expected)


def test_greedy_takes_the_largest_score_and_bfloat16_will_do() -> None:
    scores = spread(1)
    choose = token_chooser(processors(ask(), 1, None))
    assert choose(torch.zeros(1, 1, dtype=torch.long), scores) == int(scores.argmax())
    assert choose(torch.zeros(1, 1, dtype=torch.long), scores.bfloat16()) == int(
        scores.bfloat16().argmax()
    )


def test_the_same_seed_draws_the_same_tokens() -> None:
    def draws(seed: int) -> list[int]:
        choose = token_chooser(processors(ask(temperature=1, top_k=0, seed=seed), 1, None))
        return [choose(torch.zeros(1, 1, dtype=torch.long), spread(n)) for n in range(50)]

    assert draws(4) == draws(4) != draws(5)
