"""Beam search over a callable: keep the best N unfinished texts, collect the finished ones.

The rules are those of transformers' `generate(num_beams=N)`, so that the same weights give the same
tokens: candidates are the best 2 N (or more, with several end tokens) of all continuations, only
the first N of them may finish, and a finished text scores log p / length ** penalty.
"""

from collections.abc import Callable, Generator
from dataclasses import dataclass, field
from itertools import takewhile

import torch
import torch.nn.functional as F
from torch import Tensor

BLOCK = 256  # columns whose largest score stands for them in the first round of `best`
WORST = -1e9
HOPE = WORST / 2  # what scores less only fills a row

# (parents (N,), tokens (N,)) -> logits (N, V) of what follows
Step = Callable[[Tensor, Tensor], Tensor]
# (texts so far, scores (N, V)) -> scores (N, V)
Process = Callable[[list[list[int]], Tensor], Tensor]


@dataclass(frozen=True)
class BeamOptions:
    """How to search."""

    beams: int = 5
    keep: int = 1  # how many of the best to return
    length_penalty: float = 1.0  # above 0 longer texts win
    early_stopping: bool | str = False  # True: at N finished texts; "never": only when none can win
    groups: int = 1  # above 1: diverse beams (Vijayakumar et al., 2016)
    diversity: float = 0.5  # what a group pays for a token that an earlier group took in this step


@dataclass
class Beam:
    """One unfinished text and the log-probability of its new tokens."""

    tokens: list[int]
    score: float


@dataclass(order=True)
class Finished:
    """One finished text; `score` is per token by the length penalty."""

    score: float
    tokens: list[int] = field(compare=False)


# yields tokens that became certain, after each step; returns what was found
Search = Generator[list[int], None, list[Finished]]


@dataclass
class Group:
    """The search inside one group of beams."""

    beams: list[Beam]
    done: list[Finished] = field(default_factory=list)
    open: bool = True


def beam_search(
    step: Step,
    first: Tensor,
    prompt: list[int],
    options: BeamOptions,
    ends: frozenset[int],
    max_new: int,
    process: Process,
) -> Search:
    """The best `options.keep` texts, new tokens only, best first.

    `first` (V,) are the logits after the prompt; `step` gets the rows to continue (a parent may
    occur several times) and their new tokens. After each step the tokens are told that are certain
    from then on: every text begins with them that can still be found.
    """
    size = options.beams // options.groups
    groups = [
        Group([Beam(list(prompt), 0.0 if beam == 0 else WORST) for beam in range(size)])
        for _ in range(options.groups)
    ]
    logits = first.expand(options.beams, -1)
    told = 0
    for length in range(1, max_new + 1):
        scores = process(_texts(groups), F.log_softmax(logits.float(), dim=-1))  # (N, V)
        parents: list[int] = []
        taken: list[int] = []
        for number, group in enumerate(groups):
            rows = scores[number * size : (number + 1) * size]
            rows = _diverse(rows, taken, options.diversity)
            chosen = _advance(group, rows, length, len(prompt), options, ends, max_new)
            parents += [number * size + parent for parent in chosen]
            taken += [beam.tokens[-1] for beam in group.beams]
        if not any(group.open for group in groups) or length == max_new:
            break
        settled = _settled(groups, len(prompt), told)
        told += len(settled)
        yield settled
        tokens = [beam.tokens[-1] for group in groups for beam in group.beams]
        logits = step(torch.tensor(parents), torch.tensor(tokens))
    everything = sorted((done for group in groups for done in group.done), reverse=True)
    return everything[: options.keep]


def to_the_end(search: Search) -> list[Finished]:
    """What a search finds, for whoever does not want to hear of its steps."""
    while True:
        try:
            next(search)
        except StopIteration as end:
            found: list[Finished] = end.value
            return found


def _settled(groups: list[Group], prompt: int, told: int) -> list[int]:
    """The new tokens, after the first `told`, that all unfinished and finished texts share."""
    texts = [beam.tokens[prompt:] for group in groups for beam in group.beams if beam.score > HOPE]
    texts += [done.tokens for group in groups for done in group.done]
    columns = zip(*(text[told:] for text in texts), strict=False)
    return [column[0] for column in takewhile(lambda column: len(set(column)) == 1, columns)]


def _advance(
    group: Group,
    rows: Tensor,
    length: int,
    prompt: int,
    options: BeamOptions,
    ends: frozenset[int],
    longest: int,
) -> list[int]:
    """One step of a group; returns which of its rows its new beams continue."""
    size, last = len(group.beams), length == longest
    running = torch.tensor([beam.score for beam in group.beams])
    wide = max(2, 1 + len(ends)) * size
    values, places = best(rows + running[:, None], wide)
    candidates = [
        (value, place // rows.shape[1], place % rows.shape[1])
        for value, place in zip(values.tolist(), places.tolist(), strict=True)
    ]
    penalty = length**options.length_penalty
    full = options.early_stopping is True and len(group.done) >= size
    if group.open and not full:
        for value, parent, token in candidates[:size]:
            if last or token in ends:
                text = [*group.beams[parent].tokens[prompt:], token]
                group.done.append(Finished(value / penalty, text))
        # sorting is stable: of equal scores the earlier one stays
        group.done = sorted(group.done, key=lambda done: -done.score)[:size]
    going = [candidate for candidate in candidates if not last and candidate[2] not in ends][:size]
    going += [(value + WORST, p, t) for value, p, t in candidates][: size - len(going)]
    group.beams = [Beam([*group.beams[p].tokens, token], value) for value, p, token in going]
    group.open = group.open and _can_improve(group, length, longest, options, size)
    return [parent for _, parent, _ in going]


def _can_improve(group: Group, length: int, longest: int, options: BeamOptions, size: int) -> bool:
    """False when the best unfinished text cannot overtake the worst finished one any more."""
    if len(group.done) < size:
        return True
    if options.early_stopping is True:
        return False
    if options.early_stopping == "never" and options.length_penalty > 0:
        length = longest  # log p only falls, but divided by a greater length it may still win
    hope = group.beams[0].score / (length**options.length_penalty)
    return hope > group.done[-1].score


def best(scores: Tensor, count: int) -> tuple[Tensor, Tensor]:
    """The `count` largest of scores (N, V) and their places in the flattened scores, in order.

    Sorting 250,000 scores costs more than a layer of the network: first the blocks with the largest
    maxima are found, then the scores inside these alone are sorted.
    """
    flat = scores.flatten()
    whole = flat.numel() // BLOCK * BLOCK
    if whole < BLOCK * count * 2:
        values, places = flat.topk(min(count, flat.numel()))
        return values, places
    blocks = flat[:whole].view(-1, BLOCK)
    _, chosen = blocks.amax(dim=1).topk(count)  # (count,)
    chosen = chosen.sort().values  # equal scores keep their order
    places = (chosen[:, None] * BLOCK + torch.arange(BLOCK)).flatten()
    places = torch.cat((places, torch.arange(whole, flat.numel())))
    values, inside = flat[places].topk(count)
    return values, places[inside]


def _texts(groups: list[Group]) -> list[list[int]]:
    return [beam.tokens for group in groups for beam in group.beams]


def _diverse(rows: Tensor, taken: list[int], diversity: float) -> Tensor:
    """Lower what earlier groups took in this step (Hamming diversity)."""
    if not taken:
        return rows
    counts = torch.bincount(torch.tensor(taken), minlength=rows.shape[1])
    return rows - diversity * counts
