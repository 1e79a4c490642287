"""Beam search over a Decoder: options and penalties of a request, certain tokens as events."""

from collections.abc import Generator

import torch
from torch import Tensor

from miaobi.core.events import Event, Progress
from miaobi.core.requests import TextRequest
from miaobi.generation.beam_search import (
    BeamOptions,
    Finished,
    ProcessScores,
    Search,
    beam_search,
)
from miaobi.generation.decoder import Decoder
from miaobi.generation.logits import NoRepeatNGram, Penalties
from miaobi.generation.streaming import TextStreamer


def start_search(
    decoder: Decoder, request: TextRequest, prompt: list[int], ends: list[int], max_new: int
) -> Search:
    """Prefill the decoder with a prompt and return its beam search over up to `max_new` tokens."""
    first = decoder.prefill([prompt])[0, -1].cpu()  # (V,)
    decoder.reorder_cache(torch.zeros(request.beams, dtype=torch.long))

    def step(parents: Tensor, tokens: Tensor) -> Tensor:
        """Continue rows (N,) with tokens (N,): logits (N, V)."""
        decoder.reorder_cache(parents)
        return decoder.forward(tokens[:, None])[:, -1].cpu()

    options = BeamOptions(
        request.beams,
        request.best,
        request.length_penalty,
        request.early_stopping,
        request.beam_groups,
        request.diversity,
    )
    process = _score_processor(request, len(prompt))
    return beam_search(step, first, prompt, options, frozenset(ends), max_new, process)


def stream_search(
    search: Search, streamer: TextStreamer, events: list[Event], max_new: int
) -> Generator[Event, None, list[Finished]]:
    """Run a search; yield Progress and the text of certain tokens, return finished sequences.

    `events` is the list to which the streamer emits.
    """
    for length in range(1, max_new + 1):
        try:
            certain = next(search)
        except StopIteration as end:
            finished: list[Finished] = end.value
            return finished
        for token in certain:
            if not streamer.stops.matched:
                streamer.put(token)
        yield Progress("search", length, max_new)
        yield from events
        events.clear()
    raise AssertionError("a search ends with its last step")


def _score_processor(request: TextRequest, prompt: int) -> ProcessScores:
    """Build the penalties of a request for log-probabilities (N, V) of all beams."""
    penalties = Penalties(request, prompt)
    no_repeat = NoRepeatNGram(request.no_repeat_ngram) if request.no_repeat_ngram else None
    has_penalties = bool(
        request.effective_repeat_penalty != 1
        or request.presence_penalty
        or request.frequency_penalty
    )

    def process(sequences: list[list[int]], scores: Tensor) -> Tensor:
        """Apply penalties to scores (N, V)."""
        if has_penalties:
            rows = [
                penalties(torch.tensor([sequence]), scores[row : row + 1])
                for row, sequence in enumerate(sequences)
            ]
            scores = torch.cat(rows)
        return no_repeat.rows(sequences, scores) if no_repeat else scores

    return process
