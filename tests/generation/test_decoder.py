"""Our networks as generation sees them: rows of any length, branches, and things forgotten."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import pytest
import torch
from torch import Tensor

from miaobi.generation.decoder import GPTDecoder, RNNDecoder, decoder_of
from miaobi.models.gpt import GPT, GPTConfig, preset
from miaobi.models.rnn import RNN, RNNConfig

VOCAB = 50
SMALL: dict[str, Any] = {
    "width": 32,
    "layers": 2,
    "heads": 4,
    "kv_heads": 2,
    "head_width": 8,
    "hidden": 64,
}
NETWORKS: dict[str, Callable[[], Any]] = {
    "learned": lambda: GPT(GPTConfig(vocab=VOCAB, context=64, **SMALL)),
    "rotary": lambda: GPT(replace(preset(VOCAB, "tiny", 64), qk_norm=True, **SMALL)),
    "lstm": lambda: RNN(RNNConfig(vocab=VOCAB, width=16)),
    "gru": lambda: RNN(RNNConfig(vocab=VOCAB, width=16, layers=1, cell="gru")),
}
# two of them differ only by a first 0, which is also what padding is made of
PROMPTS = [[0, 5, 6], [5, 6], [9], [1, 2, 3, 4, 5, 6, 7], [7, 7, 7, 7, 7, 7, 7]]


@pytest.fixture(scope="module", params=NETWORKS)
def network(request: pytest.FixtureRequest) -> Any:
    torch.manual_seed(0)
    network = NETWORKS[request.param]().eval().requires_grad_(False)
    for parameter in network.parameters():  # sharp opinions
        parameter *= 3
    return network


def read(network: Any, tokens: Sequence[int]) -> Tensor:
    """Logits (V,) after tokens, read at once without any memory."""
    return network(torch.tensor([list(tokens)]))[0, -1]


def close(found: Tensor, expected: Tensor) -> None:
    torch.testing.assert_close(found, expected, atol=1e-4, rtol=1e-4)


def test_the_network_decides_the_decoder(network: Any) -> None:
    kind = GPTDecoder if isinstance(network, GPT) else RNNDecoder
    assert type(decoder_of(network, 8)) is kind


def test_step_by_step_is_what_is_read_at_once(network: Any) -> None:
    tokens = torch.randint(0, VOCAB, (3, 12), generator=torch.Generator().manual_seed(0))
    decoder = decoder_of(network, 12)
    parts = [
        decoder.forward(part, last_only=False) for part in tokens.split([5, 1, 1, 3, 2], dim=1)
    ]
    close(torch.cat(parts, dim=1), network(tokens))
    assert decoder.length == 12


def test_last_gives_the_last_place_alone(network: Any) -> None:
    tokens = torch.tensor([[1, 2, 3], [4, 5, 6]])
    last = decoder_of(network, 8).forward(tokens)
    assert last.shape == (2, 1, VOCAB)
    close(last[:, 0], network(tokens)[:, -1])


def test_shorter_prompts_are_padded_and_nothing_changes(network: Any) -> None:
    decoder = decoder_of(network, 16)
    texts = [list(prompt) for prompt in PROMPTS]
    logits = decoder.prefill(PROMPTS)
    for step in range(6):
        assert logits.shape == (len(PROMPTS), 1, VOCAB)
        for row, text in enumerate(texts):
            close(logits[row, 0], read(network, text))
            text.append((3 * row + step) % VOCAB)
        logits = decoder.forward(torch.tensor([[text[-1]] for text in texts]))


def test_several_tokens_after_padding(network: Any) -> None:
    decoder = decoder_of(network, 16)
    decoder.prefill(PROMPTS)
    more = torch.arange(15).view(5, 3)
    logits = decoder.forward(more, last_only=False)
    for row, prompt in enumerate(PROMPTS):
        for place in range(3):
            close(logits[row, place], read(network, prompt + more[row, : place + 1].tolist()))


@pytest.mark.parametrize(
    "parents",
    [[1, 0, 2, 3, 4], [4, 4, 4, 4, 4], [0, 1, 1, 3, 2], [2], [4, 1], [0, 0, 1, 1, 2, 2, 3, 3]],
    ids=str,
)
@pytest.mark.parametrize("padded", [True, False], ids=["padded", "even"])
def test_branches_go_on_from_what_their_parents_saw(
    padded: bool, parents: list[int], network: Any
) -> None:
    prompts = PROMPTS if padded else [[row, 9, 9 - row, 3] for row in (0, 1, 1, 3, 4)]
    decoder = decoder_of(network, 16)
    decoder.prefill(prompts)
    decoder.forward(torch.tensor([[8]] * 5))
    texts = [[*prompts[parent], 8] for parent in parents]
    decoder.reorder_cache(torch.tensor(parents))
    for step in range(3):
        new = [(row + step) % 4 for row in range(len(parents))]
        texts = [[*text, token] for text, token in zip(texts, new, strict=True)]
        logits = decoder.forward(torch.tensor(new)[:, None])
        for row, text in enumerate(texts):
            close(logits[row, 0], read(network, text))
        if len(parents) == 5:  # again, as beams do in every step
            decoder.reorder_cache(torch.tensor(parents))
            texts = [texts[parent] for parent in parents]


def test_one_row_becomes_many(network: Any) -> None:
    decoder = decoder_of(network, 16)
    decoder.prefill([[1, 2, 3]])
    decoder.reorder_cache(torch.zeros(4, dtype=torch.long))
    logits = decoder.forward(torch.tensor([[5], [6], [7], [8]]))
    for row in range(4):
        close(logits[row, 0], read(network, [1, 2, 3, 5 + row]))


@pytest.mark.parametrize("count", [0, 1, 2, 3])
def test_what_is_forgotten_was_never_fed(count: int, network: Any) -> None:
    decoder = decoder_of(network, 16)
    decoder.prefill([[1, 2, 3], [4, 5, 6]])
    decoder.forward(torch.tensor([[7, 8, 9], [9, 8, 7]]), last_only=False)
    decoder.crop(decoder.length - count)
    assert decoder.length == 6 - count
    texts = [[1, 2, 3, 7, 8, 9], [4, 5, 6, 9, 8, 7]]
    logits = decoder.forward(torch.tensor([[10], [11]]))
    close(logits[0, 0], read(network, [*texts[0][: 6 - count], 10]))
    close(logits[1, 0], read(network, [*texts[1][: 6 - count], 11]))
    decoder.reorder_cache(torch.tensor([1, 1, 0]))
    again = decoder.forward(torch.tensor([[12], [12], [12]]))
    close(again[0], again[1])
    close(again[2, 0], read(network, [*texts[0][: 6 - count], 10, 12]))


def test_a_decoder_starts_again(network: Any) -> None:
    decoder = decoder_of(network, 16)
    decoder.prefill(PROMPTS)
    decoder.forward(torch.tensor([[1]] * 5))
    close(decoder.prefill([[3, 4]])[0, 0], read(network, [3, 4]))
    assert decoder.length == 2
    close(decoder.forward(torch.tensor([[5]]))[0, 0], read(network, [3, 4, 5]))
