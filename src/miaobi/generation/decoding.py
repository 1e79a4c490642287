"""From a decoder to tokens, one by one: plainly, with guesses, or many sequences at once.

`choose(tokens (1, N), scores (1, V)) -> token` holds every option of sampling; see sampling.py.
"""

from collections.abc import Callable, Iterator, Sequence

import torch
from torch import Tensor

from miaobi.generation.decoder import Decoder

Choose = Callable[[Tensor, Tensor], int]
GUESSES = 3  # tokens guessed at a time: packed layers read four rows at the price of one
MATCH = 3  # tokens that must agree before what followed them is guessed again


def decode(
    decoder: Decoder, prompt: Sequence[int], choose: Choose, most: int, context: int = 0
) -> Iterator[int]:
    """Up to `most` tokens that follow the prompt.

    With a `context`, the decoder's capacity, text beyond it goes on from its last half.
    """
    told = _buffer(prompt, most)
    end = len(prompt) + most
    logits = decoder.start([prompt[-context:]])
    for place in range(len(prompt), end):
        token = choose(told[:, :place], logits[:, -1])
        told[0, place] = token
        yield token
        if context and decoder.length == context:
            logits = decoder.start([told[0, place + 1 - context // 2 : place + 1].tolist()])
        elif place + 1 < end:
            logits = decoder.feed(told[:, place : place + 1])


def decode_with_lookup(
    decoder: Decoder, prompt: Sequence[int], choose: Choose, most: int
) -> Iterator[int]:
    """The same tokens in fewer steps where the text repeats itself (prompt lookup, Saxena, 2023).

    What followed the same three tokens before is fed along as a guess; a guess counts only as far
    as `choose` says the same.
    """
    told = _buffer(prompt, most)
    rows = decoder.start([prompt])[0]  # (1, V); row i follows guess[:i]
    guess: list[int] = []
    place, end = len(prompt), len(prompt) + most
    while place < end:
        used = 0
        while True:
            token = choose(told[:, :place], rows[used : used + 1])
            told[0, place] = token
            place += 1
            yield token
            if place == end or used == len(guess) or guess[used] != token:
                break
            used += 1
        decoder.forget(len(guess) - used)
        guess = look_up(told[0, :place].tolist(), min(GUESSES, end - place))
        if place < end:
            rows = decoder.feed(torch.tensor([[token, *guess]]), last=False)[0]


def look_up(tokens: list[int], count: int) -> list[int]:
    """Up to `count` tokens that followed the last earlier place with the same ending."""
    ending = tokens[-MATCH:]
    for start in range(len(tokens) - MATCH - 1, -1, -1):
        if tokens[start : start + MATCH] == ending:
            return tokens[start + MATCH : start + MATCH + count]
    return []


def decode_batch(
    decoder: Decoder,
    prompts: Sequence[Sequence[int]],
    chooses: Sequence[Choose],
    most: int,
    take: Callable[[int, int], bool],
) -> None:
    """Continue prompts of different lengths together, each with its own `choose`.

    `take(row, token)` gets every token and returns True when that row is finished; it then costs
    nothing any more.
    """
    told = [_buffer(prompt, most) for prompt in prompts]
    places = [len(prompt) for prompt in prompts]
    going = list(range(len(prompts)))
    logits = decoder.start(prompts)
    for step in range(most):
        kept = []
        for row, number in enumerate(going):
            place = places[number]
            token = chooses[number](told[number][:, :place], logits[row : row + 1, -1])
            told[number][0, place] = token
            places[number] += 1
            if not take(number, token):
                kept.append(row)
        if not kept or step + 1 == most:
            return
        if len(kept) < len(going):
            decoder.continue_from(torch.tensor(kept))
            going = [going[row] for row in kept]
        last = [[int(told[number][0, places[number] - 1])] for number in going]
        logits = decoder.feed(torch.tensor(last))


def _buffer(prompt: Sequence[int], most: int) -> Tensor:
    """Room (1, N + most) for the prompt and what follows."""
    told = torch.zeros(1, len(prompt) + most, dtype=torch.long)
    told[0, : len(prompt)] = torch.tensor(prompt)
    return told
