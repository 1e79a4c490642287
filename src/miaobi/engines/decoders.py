"""A network that takes tokens and remembers: the one view that generation has of any of ours.

logits = decoder.feed(tokens (N, T))      (N, T, V), and the memory grows by T
decoder.continue_from(parents (N,))       row i goes on from what row parents[i] has seen
decoder.forget(count)                     the last `count` tokens were not meant
"""

from typing import Protocol

import torch
from torch import Tensor

from miaobi.models.gpt import GPT
from miaobi.models.rnn import RNN, State
from miaobi.nn.attention import Cache


class Decoder(Protocol):
    """See the top of the file; `length` is the number of tokens seen."""

    length: int

    def feed(self, tokens: Tensor, last: bool = True) -> Tensor: ...

    def continue_from(self, parents: Tensor) -> None: ...

    def forget(self, count: int) -> None: ...


class GPTDecoder:
    """A Transformer with a preallocated cache of `capacity` tokens.

    Two buffers take turns when beams change places: copying once is what it costs.
    """

    def __init__(self, model: GPT, capacity: int) -> None:
        self.model, self.capacity = model, capacity
        self.caches: list[Cache] = []
        self.spare: list[Cache] = []
        self.length = 0

    def feed(self, tokens: Tensor, last: bool = True) -> Tensor:
        """(N, T) -> (N, T, V), or (N, 1, V) with last=True."""
        if not self.caches:
            self.caches = self.model.empty_caches(len(tokens), self.capacity)
        with torch.inference_mode():
            logits: Tensor = self.model(tokens, self.caches, last=last)
        self.length += tokens.shape[1]
        return logits

    def continue_from(self, parents: Tensor) -> None:
        """(N,) rows of now -> the rows to come; N may differ from the number of rows now."""
        rows = self.caches[0].keys.shape[0]
        if len(parents) == rows and parents.tolist() == list(range(rows)):
            return
        if not self.spare or self.spare[0].keys.shape[0] != len(parents):
            self.spare = self.model.empty_caches(len(parents), self.capacity)
        with torch.inference_mode():
            for now, then in zip(self.caches, self.spare, strict=True):
                for source, target in ((now.keys, then.keys), (now.values, then.values)):
                    seen = source[:, :, : self.length]
                    torch.index_select(seen, 0, parents, out=target[:, :, : self.length])
                then.length = self.length
        self.caches, self.spare = self.spare, self.caches

    def forget(self, count: int) -> None:
        self.length -= count
        for cache in self.caches:
            cache.length = self.length


class RNNDecoder:
    """A recurrent network with its state; it keeps the states it may have to go back to."""

    def __init__(self, model: RNN) -> None:
        self.model = model
        self.state: State | None = None
        self.past: list[State | None] = []
        self.length = 0

    def feed(self, tokens: Tensor, last: bool = True) -> Tensor:
        """(N, T) -> (N, T, V), or (N, 1, V) with last=True."""
        logits = []
        self.past = []
        with torch.inference_mode():
            for column in torch.split(tokens, 1, dim=1):
                self.past.append(self.state)
                row, self.state = self.model.step(column, self.state)
                logits.append(row)
        self.length += tokens.shape[1]
        return logits[-1] if last else torch.cat(logits, dim=1)

    def continue_from(self, parents: Tensor) -> None:
        state = self.state
        if isinstance(state, tuple):
            self.state = (state[0][:, parents], state[1][:, parents])
        elif state is not None:
            self.state = state[:, parents]

    def forget(self, count: int) -> None:
        """Only tokens of the last `feed` can be forgotten."""
        if count:
            self.state = self.past[-count]
            self.length -= count
