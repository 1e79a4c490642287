"""Sampling of music tokens from a decoder, which is read only where the grammar leaves a choice."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from miaobi.core.arrays import FloatArray
from miaobi.music.constraints import DecodingConstraints, pitch_class_bias
from miaobi.music.grammar import Grammar
from miaobi.music.score import Score
from miaobi.music.tokens import FIRST_BAR, HEAD_LENGTH, MAX_BARS

if TYPE_CHECKING:
    import numpy as np
    from torch import Tensor

    from miaobi.generation.decoder import Decoder


@dataclass(frozen=True)
class SamplingParams:
    """Temperature, nucleus (top-p) and scale of sampled music."""

    temperature: float = 0.95  # 0: greedy
    top_p: float = 0.97
    chromatic_penalty: float = 0.0  # nats, of pitches outside the scale
    scale: frozenset[int] = frozenset()  # semitones above the tonic; empty: all


def sample_tokens(
    decoder: "Decoder",
    head: Sequence[int],
    grammar: Grammar,
    seed: int = 0,
    params: SamplingParams | None = None,
    constraints: DecodingConstraints | None = None,
    context: int = 1024,
) -> list[int]:
    """Sample a complete piece that begins with `head` and follows the grammar.

    A piece longer than `context` tokens continues from its head and its last half context.
    """
    import numpy as np

    params, constraints = params or SamplingParams(), constraints or DecodingConstraints()
    rng = np.random.default_rng(seed)
    tokens = list(head)
    for token in head:
        grammar.advance(token)
    outside = frozenset(range(12)) - (params.scale or frozenset(range(12)))
    scale_bias = pitch_class_bias(outside, params.chromatic_penalty)  # (V,)
    pending = list(head)  # tokens that the decoder has not read
    while not grammar.ended:
        allowed = constraints.allowed_tokens(grammar)
        if len(allowed) == 1:
            token = allowed[0]
        else:
            output = _forward(decoder, tokens, pending, context)
            logits = output[0, -1].float().cpu().numpy() + scale_bias  # (V,)
            pending = []
            bias = constraints.logit_bias(grammar)
            token = _sample(logits if bias is None else logits + bias, allowed, params, rng)
        grammar.advance(token)
        constraints.update(grammar, token)
        tokens.append(token)
        pending.append(token)
    return tokens


def best_candidate(
    generate: Callable[[int], Score],
    evaluate: Callable[[Score], float],
    count: int,
    threshold: float,
    on_progress: Callable[[int, int], None],
) -> Score:
    """Return the best of up to `count` generated scores, the first that reaches a threshold.

    `generate` takes the index of a candidate; `on_progress` takes the candidates done and `count`.
    """
    candidates: list[tuple[float, Score]] = []
    for index in range(count):
        score = generate(index)
        candidates.append((evaluate(score), score))
        on_progress(index + 1, count)
        if candidates[-1][0] >= threshold:
            break
    return max(candidates, key=lambda candidate: candidate[0])[1]


def _forward(decoder: "Decoder", tokens: list[int], pending: list[int], context: int) -> "Tensor":
    """Return the logits (1, 1, V) after all tokens; reads the pending ones, or prefills again."""
    import torch

    if decoder.length == 0:
        return decoder.prefill([tokens])
    if decoder.length + len(pending) <= context:
        return decoder.forward(torch.tensor([pending]))
    start = len(tokens) - context // 2
    bars = [n for n in range(start, len(tokens)) if FIRST_BAR <= tokens[n] < FIRST_BAR + MAX_BARS]
    return decoder.prefill([tokens[:HEAD_LENGTH] + tokens[bars[0] if bars else start :]])


def _sample(
    logits: FloatArray, allowed: tuple[int, ...], params: SamplingParams, rng: "np.random.Generator"
) -> int:
    """Sample one of the allowed tokens from logits (V,) by temperature and top-p."""
    import numpy as np

    tokens = np.array(allowed)
    if params.temperature == 0:
        return int(tokens[logits[tokens].argmax()])
    probs = np.exp((logits[tokens] - logits[tokens].max()) / params.temperature)
    order = np.argsort(-probs)
    probs = probs[order] / probs.sum()
    nucleus = min(int(np.searchsorted(probs.cumsum(), params.top_p)) + 1, len(tokens))
    choice = rng.choice(nucleus, p=probs[:nucleus] / probs[:nucleus].sum())
    return int(tokens[order[choice]])
