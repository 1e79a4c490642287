"""From a decoder to music: tokens drawn where the grammar leaves a choice, and only there."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from miaobi.data.event_grammar import Grammar
from miaobi.data.events import FIRST_BAR, FIRST_PITCH, HEAD, LOWEST, MOST_BARS, VOCAB
from miaobi.engines.directions import Directions
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
    taste: Taste | None = None, directions: Directions | None = None, context: int = 1024,
) -> list[int]:  # fmt: skip
    """A whole piece that begins with `head` and keeps the grammar, which fixes its bars.

    `directions` narrow what may be drawn. Music longer than `context` goes on from its last half.
    """
    import torch

    taste, directions = taste or Taste(), directions or Directions()
    draw = torch.Generator().manual_seed(seed)
    told = list(head)
    for token in head:
        grammar.take(token)
    wall = _wall(taste)
    waiting = list(head)  # chosen, and not yet read by the decoder
    while not grammar.ended:
        allowed = directions.narrow(grammar, grammar.allowed())
        if len(allowed) == 1:
            token = allowed[0]
        else:
            scores = _read(decoder, told, waiting, context)[:, -1].float().cpu() + wall  # (1, V)
            waiting = []
            lean = directions.lean(grammar)
            token = _drawn(scores if lean is None else scores + lean, allowed, taste, draw)
        grammar.take(token)
        directions.took(grammar, token)
        told.append(token)
        waiting.append(token)
    return told


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
