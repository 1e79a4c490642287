"""From scores to a token: the formulas, on numbers small enough to check by hand."""

from typing import Any

import pytest
import torch

from miaobi.core.types import Message, TextRequest
from miaobi.engines.sampling import Draw, Penalties, processors


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
    draw = Draw(seed=3)
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
