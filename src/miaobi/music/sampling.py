"""From a decoder to music: tokens drawn where the grammar leaves a choice, and only there."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from miaobi.music.constraints import Directions, walls
from miaobi.music.grammar import Grammar
from miaobi.music.tokens import FIRST_BAR, HEAD, MOST_BARS

if TYPE_CHECKING:
    from torch import Tensor

    from miaobi.generation.decoder import Decoder


@dataclass(frozen=True)
class Taste:
    """How tokens are drawn."""

    temperature: float = 0.95
    top_p: float = 0.97
    foreign: float = 0.0  # how much less likely, in nats, are pitches outside the scale
    scale: frozenset[int] = frozenset()  # semitones above the tonic


def compose(
    decoder: "Decoder",
    head: Sequence[int],
    grammar: Grammar,
    seed: int = 0,
    taste: Taste | None = None,
    directions: Directions | None = None,
    context: int = 1024,
) -> list[int]:
    """A whole piece that begins with `head` and keeps the grammar, which fixes its bars.

    `directions` narrow what may be drawn. Music longer than `context` goes on from its last half.
    """
    import numpy as np

    taste, directions = taste or Taste(), directions or Directions()
    draw = np.random.default_rng(seed)
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
            read = _read(decoder, told, waiting, context)
            scores = read[0, -1].float().cpu().numpy() + wall  # (V,)
            waiting = []
            lean = directions.lean(grammar)
            token = _drawn(scores if lean is None else scores + lean, allowed, taste, draw)
        grammar.take(token)
        directions.took(grammar, token)
        told.append(token)
        waiting.append(token)
    return told


def _read(decoder: "Decoder", told: list[int], waiting: list[int], context: int) -> "Tensor":
    """The scores (1, 1, V) after all that is told."""
    import torch

    if decoder.length == 0:
        return decoder.start([told])
    if decoder.length + len(waiting) <= context:
        return decoder.feed(torch.tensor([waiting]))
    start = len(told) - context // 2
    bars = [n for n in range(start, len(told)) if FIRST_BAR <= told[n] < FIRST_BAR + MOST_BARS]
    return decoder.start([told[:HEAD] + told[bars[0] if bars else start :]])


def _wall(taste: Taste) -> Any:
    """What is added to all scores: (V,), below 0 for pitches outside the scale."""
    return walls(frozenset(range(12)) - (taste.scale or frozenset(range(12))), taste.foreign)


def _drawn(scores: Any, allowed: tuple[int, ...], taste: Taste, draw: Any) -> int:
    """One of the allowed tokens, as likely as the scores (V,) say; at temperature 0 the best."""
    import numpy as np

    places = np.array(allowed)
    if taste.temperature == 0:
        return int(places[scores[places].argmax()])
    chances = np.exp((scores[places] - scores[places].max()) / taste.temperature)
    order = np.argsort(-chances)
    chances = chances[order] / chances.sum()
    kept = min(int(np.searchsorted(chances.cumsum(), taste.top_p)) + 1, len(places))
    chosen = draw.choice(kept, p=chances[:kept] / chances[:kept].sum())
    return int(places[order[chosen]])
