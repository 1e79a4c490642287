"""Sentences as directions, through E5: close ones mean the same, in English, Chinese and others."""

import threading
from collections.abc import Iterator, Sequence
from typing import Any

from miaobi.assets.store import folder
from miaobi.models.e5 import E5
from miaobi.models.zoo import Model

# what E5 was taught with: a question, and what may answer it
PREFIXES = {"query": "query: ", "passage": "passage: "}
AT_ONCE = 16  # windows of one batch


class EmbeddingEngine:
    """A loaded E5."""

    def __init__(self, model: Model) -> None:
        from tokenizers import Tokenizer, models, pre_tokenizers

        self.network = E5(folder(model.asset or "") / "model.bin")
        words = self.network.words
        self.tokenizer = Tokenizer(models.Unigram(words.pieces, words.unknown, byte_fallback=False))
        self.tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
        words.pieces.clear()  # the tokenizer has them now
        self.lock = threading.Lock()

    def embed(self, texts: Sequence[str], purpose: str) -> Iterator[tuple[list[list[float]], int]]:
        """(directions, tokens read) of texts, a few at a time, in their order.

        A text longer than the network reads is read in windows, and its direction is their mean,
        each weighted by its tokens.
        """
        import torch

        room = self.network.config.longest - 2
        for start in range(0, len(texts), AT_ONCE):
            found = [
                self.tokens(PREFIXES[purpose] + text) for text in texts[start : start + AT_ONCE]
            ]
            windows = [
                (number, ids[at : at + room])
                for number, ids in enumerate(found)
                for at in range(0, max(1, len(ids)), room)
            ]
            sums = torch.zeros(len(found), self.network.config.width)
            for at in range(0, len(windows), AT_ONCE):
                some = windows[at : at + AT_ONCE]
                whole = [
                    [self.network.words.begin, *ids, self.network.words.end] for _, ids in some
                ]
                with self.lock:
                    vectors = self.network(whole)
                for (number, ids), vector in zip(some, vectors, strict=True):
                    sums[number] += max(1, len(ids)) * vector
                yield [], 0  # a place to stop
            told = torch.nn.functional.normalize(sums, dim=-1)
            yield told.tolist(), sum(map(len, found)) + 2 * len(found)

    def tokens(self, text: str) -> list[int]:
        """The tokens of a text, without those of its beginning and end."""
        plain = text.translate(self.network.words.letters)
        while "  " in plain:
            plain = plain.replace("  ", " ")
        ids: list[int] = self.tokenizer.encode(plain).ids
        return ids

    def generate(self, request: Any) -> Iterator[Any]:
        """It makes nothing to hand out."""
        raise NotImplementedError

    def close(self) -> None:
        del self.network, self.tokenizer
