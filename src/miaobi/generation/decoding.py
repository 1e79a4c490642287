"""Decoding loops: token by token, with prompt lookup, or many sequences in a batch.

`choose(tokens (1, N), logits (1, V)) -> token` holds all sampling options; see logits.py.
"""

from collections.abc import Callable, Iterator, Sequence

import torch
from torch import Tensor

from miaobi.generation.decoder import Decoder

ChooseToken = Callable[[Tensor, Tensor], int]
CANDIDATES = 3  # tokens looked up at a time: packed layers read four rows at the price of one
NGRAM = 3  # tokens that must match before those that followed them are looked up


def decode(
    decoder: Decoder, prompt: Sequence[int], choose: ChooseToken, max_new: int, context: int = 0
) -> Iterator[int]:
    """Generate up to `max_new` tokens after the prompt.

    With a `context`, the decoder's capacity, longer text is continued from its last half.
    """
    tokens = _buffer(prompt, max_new)
    end = len(prompt) + max_new
    logits = decoder.prefill([prompt[-context:]])
    for index in range(len(prompt), end):
        token = choose(tokens[:, :index], logits[:, -1])
        tokens[0, index] = token
        yield token
        if context and decoder.length == context:
            logits = decoder.prefill([tokens[0, index + 1 - context // 2 : index + 1].tolist()])
        elif index + 1 < end:
            logits = decoder.forward(tokens[:, index : index + 1])


def decode_with_lookup(
    decoder: Decoder, prompt: Sequence[int], choose: ChooseToken, max_new: int
) -> Iterator[int]:
    """Generate the tokens of `decode` in fewer steps by prompt lookup (Saxena, 2023).

    The tokens that followed the last three tokens earlier in the text are candidates, computed in
    the same step; they are accepted as far as `choose` picks them too.
    """
    tokens = _buffer(prompt, max_new)
    rows = decoder.prefill([prompt])[0]  # (1, V); row i follows candidates[:i]
    candidates: list[int] = []
    index, end = len(prompt), len(prompt) + max_new
    while index < end:
        accepted = 0
        while True:
            token = choose(tokens[:, :index], rows[accepted : accepted + 1])
            tokens[0, index] = token
            index += 1
            yield token
            if index == end or accepted == len(candidates) or candidates[accepted] != token:
                break
            accepted += 1
        decoder.crop(decoder.length - len(candidates) + accepted)
        candidates = find_candidates(tokens[0, :index].tolist(), min(CANDIDATES, end - index))
        if index < end:
            rows = decoder.forward(torch.tensor([[token, *candidates]]), last_only=False)[0]


def find_candidates(tokens: list[int], count: int) -> list[int]:
    """Find up to `count` tokens that followed the last earlier occurrence of the final n-gram."""
    ending = tokens[-NGRAM:]
    for start in range(len(tokens) - NGRAM - 1, -1, -1):
        if tokens[start : start + NGRAM] == ending:
            return tokens[start + NGRAM : start + NGRAM + count]
    return []


def decode_batch(
    decoder: Decoder,
    prompts: Sequence[Sequence[int]],
    choosers: Sequence[ChooseToken],
    max_new: int,
    put: Callable[[int, int], bool],
) -> None:
    """Generate after prompts of different lengths in a batch, each with its own `choose`.

    `put(row, token)` receives every token and returns True when that row is finished; finished
    rows are dropped from the batch.
    """
    tokens = [_buffer(prompt, max_new) for prompt in prompts]
    lengths = [len(prompt) for prompt in prompts]
    active = list(range(len(prompts)))
    logits = decoder.prefill(prompts)
    for step in range(max_new):
        kept = []
        for row, number in enumerate(active):
            length = lengths[number]
            token = choosers[number](tokens[number][:, :length], logits[row : row + 1, -1])
            tokens[number][0, length] = token
            lengths[number] += 1
            if not put(number, token):
                kept.append(row)
        if not kept or step + 1 == max_new:
            return
        if len(kept) < len(active):
            decoder.reorder_cache(torch.tensor(kept))
            active = [active[row] for row in kept]
        latest = [[int(tokens[number][0, lengths[number] - 1])] for number in active]
        logits = decoder.forward(torch.tensor(latest))


def _buffer(prompt: Sequence[int], max_new: int) -> Tensor:
    """Allocate (1, N + max_new) tokens that start with the prompt."""
    tokens = torch.zeros(1, len(prompt) + max_new, dtype=torch.long)
    tokens[0, : len(prompt)] = torch.tensor(prompt)
    return tokens
