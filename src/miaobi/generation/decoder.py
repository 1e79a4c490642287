"""Decoders: the common interface of our language models, with their cache or state.

logits = decoder.prefill(prompts)         (N, 1, V): prompts of any lengths, one per row
logits = decoder.forward(tokens (N, T))   (N, T, V), or (N, 1, V) of the last token only
decoder.reorder_cache(parents (N,))       row i continues the sequence of row parents[i]
decoder.crop(length)                      drops tokens of the last forward(…, last_only=False)
"""

from collections.abc import Sequence
from typing import Any, Protocol

import torch
from torch import Tensor

from miaobi.generation.native_decoder import CompiledDecoder
from miaobi.models.gpt import GPT
from miaobi.models.rnn import RNN, State
from miaobi.nn.attention import KVCache
from miaobi.nn.native import MOST_ROWS

Prompts = Sequence[Sequence[int]]


class Decoder(Protocol):
    """Language model with the state of the sequences that it continues."""

    length: int  # tokens so far

    def prefill(self, prompts: Prompts) -> Tensor:
        """Start with N prompts; return the logits (N, 1, V) after each."""
        ...

    def forward(self, tokens: Tensor, last_only: bool = True) -> Tensor:
        """Append tokens (N, T); return logits (N, 1, V) of the last one, or (N, T, V) of all."""
        ...

    def reorder_cache(self, parents: Tensor) -> None:
        """Continue the sequences of rows `parents` of shape (N,); N may change."""
        ...

    def crop(self, length: int) -> None:
        """Truncate all sequences to their first `length` tokens."""
        ...


class GPTDecoder:
    """Transformer with a preallocated KV cache of `capacity` tokens.

    Shorter prompts are padded on the left, and padding is masked. Reordered beams mostly share
    their past: only the part that differs is copied.
    """

    def __init__(self, model: GPT, capacity: int) -> None:
        self.model, self.capacity = model, capacity
        self.device = model.embed.weight.device
        self.store = torch.zeros(0)  # (L, 2, N, K, capacity, W): keys and values of all layers
        self.caches: list[KVCache] = []  # views of the store, one per layer
        self.compiled = CompiledDecoder.for_model(model)
        self.padding: Tensor | None = None  # (N,) tokens of padding on the left
        self.tokens = torch.zeros(0, 0, dtype=torch.long)  # (N, capacity), filled up to `length`
        self.length = 0

    def prefill(self, prompts: Prompts) -> Tensor:
        """Start with N prompts; return the logits (N, 1, V) after each."""
        self.crop(0)
        self.padding = None
        longest = max(map(len, prompts))
        gaps = [longest - len(prompt) for prompt in prompts]
        if any(gaps):
            self.padding = torch.tensor(gaps, device=self.device)
        rows = [[0] * gap + list(prompt) for gap, prompt in zip(gaps, prompts, strict=True)]
        return self.forward(torch.tensor(rows))

    def forward(self, tokens: Tensor, last_only: bool = True) -> Tensor:
        """Append tokens (N, T); return logits (N, 1, V) of the last one, or (N, T, V) of all."""
        rows, count = tokens.shape
        end = self.length + count
        if not self.caches or self.store.shape[2] != rows:
            self.store = self.model.new_kv_cache(rows, self.capacity)
            self.caches = KVCache.views(self.store)
            self.tokens = torch.zeros(rows, self.capacity, dtype=torch.long)
        self.tokens[:, self.length : end] = tokens
        if self.compiled and count == 1 and self.length and rows <= MOST_ROWS:
            with torch.inference_mode():
                logits = self.compiled.step(
                    self.model, tokens, self.store, self.length, self.padding
                )
            self.length = end
            for cache in self.caches:
                cache.length = end
            return logits
        positions, mask = self._padded(end) if self.padding is not None else (None, None)
        with torch.inference_mode():
            logits = self.model(
                tokens.to(self.device),
                self.caches,
                positions=positions,
                mask=mask,
                last_only=last_only,
            )
        self.length = end
        return logits

    def reorder_cache(self, parents: Tensor) -> None:
        """Continue the sequences of rows `parents` of shape (N,); N may change."""
        before, after = self.tokens, self.tokens[parents]
        self.tokens = after
        parents = parents.to(self.device)
        if self.padding is not None:
            self.padding = self.padding[parents]
        if len(after) != len(before) or self.padding is not None:
            self.store = self.store.index_select(2, parents)
            self.caches = KVCache.views(self.store, self.length)
            return
        differs = (after[:, : self.length] != before[:, : self.length]).any(dim=0).nonzero()
        if len(differs):
            part = self.store[..., int(differs[0]) : self.length, :]
            part.copy_(part.index_select(2, parents))

    def crop(self, length: int) -> None:
        """Truncate all sequences to their first `length` tokens."""
        self.length = length
        for cache in self.caches:
            cache.length = length

    def _padded(self, end: int) -> tuple[Tensor, Tensor]:
        """Compute positions (N, T) and mask (N, 1, T, S) of new tokens up to `end`."""
        assert self.padding is not None
        keys = torch.arange(end, device=self.device)
        queries = keys[self.length :]
        positions = (queries - self.padding[:, None]).clamp(min=0)
        is_token = keys >= self.padding[:, None, None]  # (N, 1, S)
        # padding attends to itself: a row of the softmax without any key would be NaN
        mask = (keys <= queries[:, None]) & (is_token | (keys == queries[:, None]))  # (N, T, S)
        return positions, mask[:, None]


class RNNDecoder:
    """Recurrent network with its state; earlier states are kept for `crop`."""

    def __init__(self, model: RNN) -> None:
        self.model = model
        self.device = model.embed.weight.device
        self.state: State | None = None
        self.past: list[tuple[int, State | None]] = []  # number of tokens, state before them
        self.length = 0

    def prefill(self, prompts: Prompts) -> Tensor:
        """Start with N prompts; return (N, 1, V). Each is read alone: states have no padding."""
        logits: list[Tensor] = []
        states: list[Any] = []
        for prompt in prompts:
            self.state = None
            logits.append(self.forward(torch.tensor([list(prompt)])))
            states.append(self.state)
        self.length = max(map(len, prompts))
        if isinstance(states[0], tuple):
            self.state = (
                torch.cat([state[0] for state in states], dim=1),
                torch.cat([state[1] for state in states], dim=1),
            )
        else:
            self.state = torch.cat(states, dim=1)
        return torch.cat(logits)

    def forward(self, tokens: Tensor, last_only: bool = True) -> Tensor:
        """Append tokens (N, T); return logits (N, 1, V) of the last one, or (N, T, V) of all.

        With last_only, `crop` can drop these tokens only together.
        """
        columns = (tokens,) if last_only else torch.split(tokens, 1, dim=1)
        logits = []
        self.past = []
        with torch.inference_mode():
            for column in columns:
                self.past.append((column.shape[1], self.state))
                h, self.state = self.model.hidden(column.to(self.device), self.state)
                logits.append(self.model.head(h[:, -1:]))
        self.length += tokens.shape[1]
        return torch.cat(logits, dim=1)

    def reorder_cache(self, parents: Tensor) -> None:
        """Continue the sequences of rows `parents` of shape (N,); N may change."""
        state, parents = self.state, parents.to(self.device)
        if isinstance(state, tuple):
            self.state = (state[0][:, parents], state[1][:, parents])
        elif state is not None:
            self.state = state[:, parents]

    def crop(self, length: int) -> None:
        """Truncate all sequences to `length` tokens; only tokens of the last `forward` can go."""
        while self.length > length:
            tokens, self.state = self.past.pop()
            self.length -= tokens


def decoder_of(model: GPT | RNN, capacity: int) -> Decoder:
    """Create the decoder of a network, for up to `capacity` tokens."""
    return GPTDecoder(model, capacity) if isinstance(model, GPT) else RNNDecoder(model)
