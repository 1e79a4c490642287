"""Tokens one by one: plainly, with guesses, beyond the context, and many sequences at once."""

from collections.abc import Callable, Sequence
from typing import Any

import pytest
import torch
from hypothesis import given
from hypothesis import settings as limits
from hypothesis import strategies as st
from torch import Tensor

from miaobi.generation.decoder import decoder_of
from miaobi.generation.decoding import (
    CANDIDATES,
    NGRAM,
    decode,
    decode_batch,
    decode_with_lookup,
    find_candidates,
)
from miaobi.generation.logits import processors, token_chooser
from tests.generation.test_decoder import NETWORKS, PROMPTS, read
from tests.tiny.asking import ask

PROMPT = [1, 2, 3, 4, 1, 2, 3]


class Counting:
    """A decoder that counts what it is fed."""

    def __init__(self, decoder: Any) -> None:
        self.decoder, self.calls, self.fed = decoder, 0, 0

    @property
    def length(self) -> int:
        return int(self.decoder.length)

    def prefill(self, prompts: Any) -> Tensor:
        return self.decoder.prefill(prompts)

    def forward(self, tokens: Tensor, last_only: bool = True) -> Tensor:
        self.calls, self.fed = self.calls + 1, self.fed + tokens.shape[1]
        return self.decoder.forward(tokens, last_only)

    def reorder_cache(self, parents: Tensor) -> None:
        self.decoder.reorder_cache(parents)

    def crop(self, length: int) -> None:
        self.decoder.crop(length)


@pytest.fixture(scope="module", params=NETWORKS)
def network(request: pytest.FixtureRequest) -> Any:
    torch.manual_seed(3)
    network = NETWORKS[request.param]().eval().requires_grad_(False)
    for parameter in network.parameters():
        parameter *= 3
    return network


def choosing(**options: Any) -> Callable[[Tensor, Tensor], int]:
    return token_chooser(processors(ask(**options), len(PROMPT), None))


def written_out(network: Any, prompt: Sequence[int], most: int, **options: Any) -> list[int]:
    """The text read again from its start for every token."""
    text, choose = list(prompt), choosing(**options)
    for _ in range(most):
        text.append(choose(torch.tensor([text]), read(network, text)[None]))
    return text[len(prompt) :]


OPTIONS: dict[str, dict[str, Any]] = {
    "greedy": {},
    "drawn": {"temperature": 1.2},
    "everything": {
        "temperature": 0.9,
        "repeat_penalty": 1.3,
        "presence_penalty": 0.5,
        "no_repeat_ngram": 3,
        "top_k": 20,
        "top_p": 0.9,
        "min_p": 0.01,
        "typical": 0.95,
        "frequency_penalty": 0.2,
    },
}


@pytest.mark.parametrize("options", OPTIONS.values(), ids=OPTIONS)
@pytest.mark.parametrize("way", [decode, decode_with_lookup])
def test_the_same_tokens_as_reading_all_again(
    way: Callable[..., Any], options: dict[str, Any], network: Any
) -> None:
    told = list(way(decoder_of(network, 40), PROMPT, choosing(**options), 30))
    assert told == written_out(network, PROMPT, 30, **options)


@pytest.mark.parametrize("way", [decode, decode_with_lookup])
def test_one_token_needs_no_feed_and_a_reader_may_leave(
    way: Callable[..., Any], network: Any
) -> None:
    decoder = Counting(decoder_of(network, 40))
    assert len(list(way(decoder, PROMPT, choosing(), 1))) == 1
    assert decoder.calls == 0
    decoder = Counting(decoder_of(network, 40))
    tokens = way(decoder, PROMPT, choosing(), 30)
    next(tokens)
    tokens.close()
    assert decoder.calls == 0


def test_guesses_save_steps_where_the_text_repeats_itself(network: Any) -> None:
    """What is chosen here goes round and round, whatever the network says."""

    def round_and_round(tokens: Tensor, scores: Tensor) -> int:
        return int(tokens[0, -4])

    plain, guessing = Counting(decoder_of(network, 60)), Counting(decoder_of(network, 60))
    prompt = [1, 2, 3, 4, 1, 2, 3, 4]
    expected = list(decode(plain, prompt, round_and_round, 40))
    assert list(decode_with_lookup(guessing, prompt, round_and_round, 40)) == expected
    assert expected == [1, 2, 3, 4] * 10
    assert plain.calls == 39
    assert guessing.calls == 10  # one of its own and three guessed each time
    assert guessing.length <= len(prompt) + 40


def test_wrong_guesses_cost_steps_but_no_token(network: Any) -> None:
    """Every repeated triple goes on differently than before."""
    prompt = [1, 2, 3, 4, 5, 1, 2, 3, 6, 7, 1, 2, 3]
    decoder = Counting(decoder_of(network, 60))
    told = list(decode_with_lookup(decoder, prompt, choosing(), 20))
    assert told == written_out(network, prompt, 20)
    assert decoder.calls <= 19


@pytest.mark.parametrize("most", range(1, 12))
def test_guesses_never_go_beyond_the_room(most: int, network: Any) -> None:
    prompt = [1, 2, 3, 4] * 3
    decoder = Counting(decoder_of(network, len(prompt) + most))
    told = list(decode_with_lookup(decoder, prompt, lambda tokens, _: int(tokens[0, -4]), most))
    assert told == ([1, 2, 3, 4] * 3)[:most]
    assert decoder.length <= len(prompt) + most


def test_the_last_earlier_place_is_looked_up() -> None:
    assert find_candidates([1, 2, 3, 8, 8, 1, 2, 3, 9, 7, 1, 2, 3], 2) == [9, 7]
    assert find_candidates([1, 2, 3, 4, 5, 1, 2, 3], 3) == [4, 5, 1]
    assert find_candidates([1, 2, 3, 4, 5, 1, 2, 3], 0) == []
    assert find_candidates([7, 7, 7, 7], 3) == [7]
    assert find_candidates([1, 2, 3, 4, 5, 6], 3) == []
    assert find_candidates([1, 2], 3) == [] and find_candidates([], 3) == []


@limits(deadline=None)
@given(st.lists(st.integers(0, 2), max_size=30), st.integers(1, CANDIDATES))
def test_what_is_looked_up_followed_the_same_ending(tokens: list[int], count: int) -> None:
    guess = find_candidates(tokens, count)
    followed = [
        tokens[place : place + count]
        for place in range(NGRAM, len(tokens))
        if tokens[place - NGRAM : place] == tokens[-NGRAM:]
    ]
    assert guess == (followed[-1] if followed else [])


@pytest.mark.parametrize("kind", ["learned", "rotary"])
@pytest.mark.parametrize("length", [3, 15, 16, 40])
def test_beyond_the_context_the_last_half_goes_on(kind: str, length: int) -> None:
    """Written out: read all that is held; when that is the context, only its last half."""
    torch.manual_seed(3)
    network = NETWORKS[kind]().eval().requires_grad_(False)
    for parameter in network.parameters():
        parameter *= 3
    prompt = [(7 * place) % 50 for place in range(length)]
    text, held, context = list(prompt), prompt[-16:], 16
    for _ in range(40):
        text.append(int(read(network, held).argmax()))
        held = [*held, text[-1]] if len(held) < context else text[-context // 2 :]
    told = list(decode(decoder_of(network, context), prompt, choosing(), 40, context))
    assert told == text[length:]


@pytest.mark.parametrize("options", OPTIONS.values(), ids=OPTIONS)
def test_many_at_once_are_what_each_is_alone(options: dict[str, Any], network: Any) -> None:
    told: list[list[int]] = [[] for _ in PROMPTS]
    lengths = [4, 12, 1, 12, 7]  # each is finished at another time

    def take(row: int, token: int) -> bool:
        told[row].append(token)
        return len(told[row]) == lengths[row]

    chooses = [choosing(**options, seed=row) for row in range(len(PROMPTS))]
    decode_batch(decoder_of(network, 7 + 12), PROMPTS, chooses, 12, take)
    for row, prompt in enumerate(PROMPTS):
        choose = choosing(**options, seed=row)
        alone = list(decode(decoder_of(network, 19), prompt, choose, lengths[row]))
        assert told[row] == alone


def test_finished_rows_cost_nothing_any_more(network: Any) -> None:
    rows: list[int] = []

    class Rows(Counting):
        def forward(self, tokens: Tensor, last_only: bool = True) -> Tensor:
            rows.append(len(tokens))
            return super().forward(tokens, last_only)

    left = [3, 1, 5, 1, 2]

    def take(row: int, token: int) -> bool:
        left[row] -= 1
        return left[row] == 0

    decode_batch(Rows(decoder_of(network, 30)), PROMPTS, [choosing()] * 5, 20, take)
    assert rows == [3, 2, 1, 1] and left == [0] * 5
