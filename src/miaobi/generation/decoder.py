"""A network that takes tokens and remembers: the one view that generation has of any of ours.

logits = decoder.start(prompts)           (N, 1, V): prompts of any lengths, one a row
logits = decoder.feed(tokens (N, T))      (N, T, V), or (N, 1, V) of the last one
decoder.continue_from(parents (N,))       row i goes on from what row parents[i] has seen
decoder.forget(count)                     the last `count` tokens of feed(…, last=False) are undone
"""

from collections.abc import Sequence
from typing import Any, Protocol

import torch
from torch import Tensor

from miaobi.generation.native_decoder import CompiledSteps
from miaobi.models.gpt import GPT
from miaobi.models.rnn import RNN, State
from miaobi.nn.attention import Cache
from miaobi.nn.native import MOST_ROWS

Prompts = Sequence[Sequence[int]]


class Decoder(Protocol):
    """See the top of the file; `length` is the number of tokens seen."""

    length: int

    def start(self, prompts: Prompts) -> Tensor: ...

    def feed(self, tokens: Tensor, last: bool = True) -> Tensor: ...

    def continue_from(self, parents: Tensor) -> None: ...

    def forget(self, count: int) -> None: ...


class GPTDecoder:
    """A Transformer with a preallocated cache of `capacity` tokens.

    Shorter prompts are padded on the left, and nothing looks at the padding. Beams that change
    places mostly share their past: only what differs is copied.
    """

    def __init__(self, model: GPT, capacity: int) -> None:
        self.model, self.capacity = model, capacity
        self.device = model.embed.weight.device
        self.store = torch.zeros(0)  # (L, 2, N, K, capacity, W): all keys and values
        self.caches: list[Cache] = []  # views of it, one a layer
        self.compiled = CompiledSteps.of(model)
        self.padding: Tensor | None = None  # (N,) places on the left that do not count
        self.seen = torch.zeros(0, 0, dtype=torch.long)  # (N, capacity), filled up to `length`
        self.length = 0

    def start(self, prompts: Prompts) -> Tensor:
        """N prompts -> (N, 1, V); what was seen before is forgotten."""
        self.forget(self.length)
        self.padding = None
        longest = max(map(len, prompts))
        gaps = [longest - len(prompt) for prompt in prompts]
        if any(gaps):
            self.padding = torch.tensor(gaps, device=self.device)
        rows = [[0] * gap + list(prompt) for gap, prompt in zip(gaps, prompts, strict=True)]
        return self.feed(torch.tensor(rows))

    def feed(self, tokens: Tensor, last: bool = True) -> Tensor:
        """(N, T) -> (N, T, V), or (N, 1, V) with last=True."""
        rows, count = tokens.shape
        end = self.length + count
        if not self.caches or self.store.shape[2] != rows:
            self.store = self.model.empty_store(rows, self.capacity)
            self.caches = Cache.of(self.store)
            self.seen = torch.zeros(rows, self.capacity, dtype=torch.long)
        self.seen[:, self.length : end] = tokens
        if self.compiled and count == 1 and self.length and rows <= MOST_ROWS:
            with torch.inference_mode():
                logits = self.compiled.step(
                    self.model, tokens, self.store, self.length, self.padding
                )
            self.length = end
            for cache in self.caches:
                cache.length = end
            return logits
        places, mask = self._padded(end) if self.padding is not None else (None, None)
        with torch.inference_mode():
            logits = self.model(
                tokens.to(self.device), self.caches, places=places, mask=mask, last=last
            )
        self.length = end
        return logits

    def continue_from(self, parents: Tensor) -> None:
        """(N,) rows of now -> the rows to come; N may differ from the number of rows now."""
        before, now = self.seen, self.seen[parents]
        self.seen = now
        where = parents.to(self.device)
        if self.padding is not None:
            self.padding = self.padding[where]
        if len(now) != len(before) or self.padding is not None:
            self.store = self.store.index_select(2, where)
            self.caches = Cache.of(self.store, self.length)
            return
        differs = (now[:, : self.length] != before[:, : self.length]).any(dim=0).nonzero()
        if len(differs):
            part = self.store[..., int(differs[0]) : self.length, :]
            part.copy_(part.index_select(2, where))

    def forget(self, count: int) -> None:
        self.length -= count
        for cache in self.caches:
            cache.length = self.length

    def _padded(self, end: int) -> tuple[Tensor, Tensor]:
        """Places (N, T) and mask (N, 1, T, S) of new tokens up to `end`."""
        assert self.padding is not None
        seen = torch.arange(end, device=self.device)
        new = seen[self.length :]
        places = (new - self.padding[:, None]).clamp(min=0)
        counts = seen >= self.padding[:, None, None]  # (N, 1, S)
        # padding sees itself: looking at nothing at all gives no number
        mask = (seen <= new[:, None]) & (counts | (seen == new[:, None]))  # (N, T, S)
        return places, mask[:, None]


class RNNDecoder:
    """A recurrent network with its state; it keeps the states it may have to go back to."""

    def __init__(self, model: RNN) -> None:
        self.model = model
        self.device = model.embed.weight.device
        self.state: State | None = None
        self.past: list[tuple[int, State | None]] = []  # tokens, and the state before them
        self.length = 0

    def start(self, prompts: Prompts) -> Tensor:
        """N prompts -> (N, 1, V); each is read for itself, since a state cannot be padded."""
        logits: list[Tensor] = []
        states: list[Any] = []
        for prompt in prompts:
            self.state = None
            logits.append(self.feed(torch.tensor([list(prompt)])))
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

    def feed(self, tokens: Tensor, last: bool = True) -> Tensor:
        """(N, T) -> (N, T, V), or (N, 1, V) with last=True, which can be forgotten as a whole."""
        columns = (tokens,) if last else torch.split(tokens, 1, dim=1)
        logits = []
        self.past = []
        with torch.inference_mode():
            for column in columns:
                self.past.append((column.shape[1], self.state))
                h, self.state = self.model.remember(column.to(self.device), self.state)
                logits.append(self.model.head(h[:, -1:]))
        self.length += tokens.shape[1]
        return torch.cat(logits, dim=1)

    def continue_from(self, parents: Tensor) -> None:
        state, parents = self.state, parents.to(self.device)
        if isinstance(state, tuple):
            self.state = (state[0][:, parents], state[1][:, parents])
        elif state is not None:
            self.state = state[:, parents]

    def forget(self, count: int) -> None:
        """Only tokens of the last `feed` can be forgotten."""
        while count > 0:
            tokens, self.state = self.past.pop()
            self.length -= tokens
            count -= tokens


def decoder_of(model: GPT | RNN, capacity: int) -> Decoder:
    """The view of a network that has room for `capacity` tokens."""
    return GPTDecoder(model, capacity) if isinstance(model, GPT) else RNNDecoder(model)
