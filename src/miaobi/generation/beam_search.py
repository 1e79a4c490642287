"""Beam search over a callable: keep the N best unfinished sequences, collect finished ones.

The rules are those of transformers' `generate(num_beams=N)`, so that the same weights give the same
tokens: candidates are the best 2 N (or more, with several end tokens) of all continuations, only
the first N of them may finish, and a finished sequence scores log p / length ** penalty.
"""

from collections.abc import Callable, Generator
from dataclasses import dataclass, field
from itertools import takewhile

import torch
import torch.nn.functional as F
from torch import Tensor

BLOCK = 256  # columns represented by their maximum in the first pass of `top_scores`
WORST = -1e9  # initial score of beams that only fill a row
HOPELESS = WORST / 2  # lower scores belong to such beams

# (parents (N,), tokens (N,)) -> logits (N, V) of the next token
Step = Callable[[Tensor, Tensor], Tensor]
# (sequences so far, log-probabilities (N, V)) -> log-probabilities (N, V)
ProcessScores = Callable[[list[list[int]], Tensor], Tensor]


@dataclass(frozen=True)
class BeamOptions:
    """Options of a beam search."""

    beams: int = 5  # N
    keep: int = 1  # number of sequences returned
    length_penalty: float = 1.0  # above 0 longer sequences win
    early_stopping: bool | str = False  # True: at N finished ones; "never": only if none can win
    groups: int = 1  # above 1: diverse beam search (Vijayakumar et al., 2016)
    diversity: float = 0.5  # penalty of a token that an earlier group took in this step


@dataclass
class Beam:
    """Unfinished sequence, and the log-probability of its new tokens."""

    tokens: list[int]
    score: float


@dataclass(order=True)
class Finished:
    """Finished sequence of new tokens, with its length-normalized score."""

    score: float
    tokens: list[int] = field(compare=False)


# yields tokens that became certain, after each step; returns the finished sequences
Search = Generator[list[int], None, list[Finished]]


@dataclass
class Group:
    """Search state of one group of beams."""

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
    process: ProcessScores,
) -> Search:
    """Search for the best `options.keep` sequences of new tokens, returned best first.

    `first` (V,) holds the logits after the prompt; `step` gets the rows to continue (a parent may
    occur several times) and their new tokens. After each step, yields the tokens that have become
    certain: all sequences that can still be found continue with them.
    """
    size = options.beams // options.groups
    groups = [
        Group([Beam(list(prompt), 0.0 if beam == 0 else WORST) for beam in range(size)])
        for _ in range(options.groups)
    ]
    logits = first.expand(options.beams, -1)
    yielded = 0
    for length in range(1, max_new + 1):
        scores = process(_sequences(groups), F.log_softmax(logits.float(), dim=-1))  # (N, V)
        parents: list[int] = []
        taken: list[int] = []
        for index, group in enumerate(groups):
            rows = scores[index * size : (index + 1) * size]
            rows = _diversify(rows, taken, options.diversity)
            chosen = _advance(group, rows, length, len(prompt), options, ends, max_new)
            parents += [index * size + parent for parent in chosen]
            taken += [beam.tokens[-1] for beam in group.beams]
        if not any(group.open for group in groups) or length == max_new:
            break
        certain = _certain_tokens(groups, len(prompt), yielded)
        yielded += len(certain)
        yield certain
        tokens = [beam.tokens[-1] for group in groups for beam in group.beams]
        logits = step(torch.tensor(parents), torch.tensor(tokens))
    finished = sorted((done for group in groups for done in group.done), reverse=True)
    return finished[: options.keep]


def _certain_tokens(groups: list[Group], prompt: int, start: int) -> list[int]:
    """Return new tokens from index `start` that all sequences, finished or not, share."""
    sequences = [
        beam.tokens[prompt:] for group in groups for beam in group.beams if beam.score > HOPELESS
    ]
    sequences += [done.tokens for group in groups for done in group.done]
    columns = zip(*(sequence[start:] for sequence in sequences), strict=False)
    return [column[0] for column in takewhile(lambda column: len(set(column)) == 1, columns)]


def _advance(
    group: Group,
    rows: Tensor,
    length: int,
    prompt: int,
    options: BeamOptions,
    ends: frozenset[int],
    max_new: int,
) -> list[int]:
    """Advance a group by one token; return the parent index of each new beam."""
    size, at_limit = len(group.beams), length == max_new
    running = torch.tensor([beam.score for beam in group.beams])
    count = max(2, 1 + len(ends)) * size
    values, indices = top_scores(rows + running[:, None], count)
    candidates = [
        (value, index // rows.shape[1], index % rows.shape[1])
        for value, index in zip(values.tolist(), indices.tolist(), strict=True)
    ]
    penalty = length**options.length_penalty
    full = options.early_stopping is True and len(group.done) >= size
    if group.open and not full:
        for value, parent, token in candidates[:size]:
            if at_limit or token in ends:
                sequence = [*group.beams[parent].tokens[prompt:], token]
                group.done.append(Finished(value / penalty, sequence))
        # sorting is stable: of equal scores the earlier one stays
        group.done = sorted(group.done, key=lambda done: -done.score)[:size]
    running_on = [c for c in candidates if not at_limit and c[2] not in ends][:size]
    running_on += [(value + WORST, p, t) for value, p, t in candidates][: size - len(running_on)]
    group.beams = [Beam([*group.beams[p].tokens, token], value) for value, p, token in running_on]
    group.open = group.open and _can_improve(group, length, max_new, options, size)
    return [parent for _, parent, _ in running_on]


def _can_improve(group: Group, length: int, max_new: int, options: BeamOptions, size: int) -> bool:
    """Check if the best unfinished sequence can still overtake the worst finished one."""
    if len(group.done) < size:
        return True
    if options.early_stopping is True:
        return False
    if options.early_stopping == "never" and options.length_penalty > 0:
        length = max_new  # log p only falls, but divided by a greater length it may still win
    bound = group.beams[0].score / (length**options.length_penalty)
    return bound > group.done[-1].score


def top_scores(scores: Tensor, count: int) -> tuple[Tensor, Tensor]:
    """Find the `count` largest of scores (N, V) and their flat indices, in descending order.

    Sorting 250,000 scores costs more than a layer of the network: first the blocks with the largest
    maxima are found, then only the scores inside them are sorted.
    """
    flat = scores.flatten()
    blocked = flat.numel() // BLOCK * BLOCK
    if blocked < BLOCK * count * 2:
        values, indices = flat.topk(min(count, flat.numel()))
        return values, indices
    blocks = flat[:blocked].view(-1, BLOCK)
    _, chosen = blocks.amax(dim=1).topk(count)  # (count,)
    chosen = chosen.sort().values  # equal scores keep their order
    indices = (chosen[:, None] * BLOCK + torch.arange(BLOCK)).flatten()
    indices = torch.cat((indices, torch.arange(blocked, flat.numel())))
    values, order = flat[indices].topk(count)
    return values, indices[order]


def _sequences(groups: list[Group]) -> list[list[int]]:
    return [beam.tokens for group in groups for beam in group.beams]


def _diversify(rows: Tensor, taken: list[int], diversity: float) -> Tensor:
    """Penalize tokens that earlier groups took in this step (Hamming diversity)."""
    if not taken:
        return rows
    counts = torch.bincount(torch.tensor(taken), minlength=rows.shape[1])
    return rows - diversity * counts
