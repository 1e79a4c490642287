"""From a decoder to music: tokens drawn where the grammar leaves a choice, and only there."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from miaobi.data.event_grammar import Grammar
from miaobi.data.events import (
    END,
    FIRST_BAR,
    FIRST_PART,
    FIRST_PITCH,
    HEAD,
    LOWEST,
    MOST_BARS,
    VOCAB,
)
from miaobi.engines.sampling import NEVER, top_p

if TYPE_CHECKING:
    from torch import Generator, Tensor

    from miaobi.engines.decoders import Decoder


@dataclass(frozen=True)
class Taste:
    """How tokens are drawn."""

    temperature: float = 0.95
    top_p: float = 0.97
    foreign: float = 0.0  # how much less likely, in nats, are pitches outside the scale
    scale: frozenset[int] = frozenset()  # semitones above the tonic


def compose(
    decoder: "Decoder", head: Sequence[int], grammar: Grammar, seed: int = 0,
    taste: Taste | None = None, melody: Sequence[Sequence[int]] = (), context: int = 1024,
) -> list[int]:  # fmt: skip
    """A whole piece that begins with `head` and keeps the grammar, which fixes its bars.

    `melody` holds the tokens of the first part, bar by bar: they are taken as they are, and the
    other parts are written to them. Music longer than `context` goes on from its last half.
    """
    import torch

    taste = taste or Taste()
    draw = torch.Generator().manual_seed(seed)
    told = list(head)
    for token in head:
        grammar.take(token)
    wall = _wall(taste)
    waiting = list(head)  # chosen, and not yet read by the decoder
    given: list[int] = []  # of the melody of this bar
    closing = False
    while not grammar.ended:
        allowed = grammar.allowed()
        if given:
            token = given.pop(0)
            closing = not given  # the melody has nothing more in this bar
        elif closing:
            token, closing = grammar.after_part()[0], False
        elif len(allowed) == 1:
            token = allowed[0]
        else:
            scores = _read(decoder, told, waiting, context)[:, -1].float().cpu() + wall  # (1, V)
            waiting = []
            token = _drawn(scores, allowed, taste, draw)
        if token == FIRST_PART and grammar.done <= len(melody):
            given = list(melody[grammar.done - 1])
        grammar.take(token)
        told.append(token)
        waiting.append(token)
    return told


def melody_bars(tokens: Sequence[int]) -> list[list[int]]:
    """The tokens of the first part of a piece, bar by bar, as `compose` takes them."""
    bars: list[list[int]] = []
    inside = False
    for token in tokens[HEAD:]:
        if FIRST_BAR <= token < FIRST_BAR + MOST_BARS:
            bars.append([])
            inside = False
        elif token >= FIRST_PART and token < FIRST_PART + 4:
            inside = token == FIRST_PART
        elif inside and token != END:
            bars[-1].append(token)
    return bars


def _read(
    decoder: "Decoder", told: list[int], waiting: list[int], context: int
) -> "Tensor":  # fmt: skip
    """The scores (1, 1, V) after all that is told."""
    import torch

    if decoder.length == 0:
        return decoder.start([told])
    if decoder.length + len(waiting) <= context:
        return decoder.feed(torch.tensor([waiting]))
    start = len(told) - context // 2
    bars = [n for n in range(start, len(told)) if FIRST_BAR <= told[n] < FIRST_BAR + MOST_BARS]
    return decoder.start([told[:HEAD] + told[bars[0] if bars else start :]])


def _wall(taste: Taste) -> "Tensor":
    """What is added to all scores: (1, V), below 0 for pitches outside the scale."""
    import torch

    wall = torch.zeros(1, VOCAB)
    if taste.foreign and taste.scale:
        for token in range(FIRST_PITCH, VOCAB):
            if (LOWEST + token - FIRST_PITCH) % 12 not in taste.scale:
                wall[0, token] = -taste.foreign
    return wall


def _drawn(
    scores: "Tensor", allowed: tuple[int, ...], taste: Taste, draw: "Generator"
) -> int:  # fmt: skip
    import torch

    places = torch.tensor(allowed)
    open_ = torch.full_like(scores, NEVER)
    open_[:, places] = scores[:, places]
    if taste.temperature == 0:
        return int(open_.argmax())
    chances = top_p(open_ / taste.temperature, taste.top_p).softmax(-1)
    return int(torch.multinomial(chances, 1, generator=draw))
