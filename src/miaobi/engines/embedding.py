"""Text embeddings with E5: texts of similar meaning, in any of its languages, are close vectors."""

import threading
from collections.abc import Iterator, Sequence

import torch

from miaobi.assets.store import asset_folder
from miaobi.core.events import Event
from miaobi.core.requests import Request
from miaobi.models.e5 import E5
from miaobi.models.zoo import Model

# the prefixes that E5 was trained with, for questions and for the passages that answer them
PREFIXES = {"query": "query: ", "passage": "passage: "}
BATCH_SIZE = 16  # windows of one forward pass


class EmbeddingEngine:
    """Loaded E5 with its tokenizer."""

    def __init__(self, model: Model) -> None:
        from tokenizers import Tokenizer, models, pre_tokenizers

        self.network = E5(asset_folder(model.asset or "") / "model.bin")
        vocabulary = self.network.vocabulary
        self.tokenizer = Tokenizer(
            models.Unigram(vocabulary.pieces, vocabulary.unknown, byte_fallback=False)
        )
        self.tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
        vocabulary.pieces.clear()  # the tokenizer has its own copy
        self.lock = threading.Lock()

    def embed(self, texts: Sequence[str], purpose: str) -> Iterator[tuple[list[list[float]], int]]:
        """Yield (unit vectors, number of tokens) of the texts in order, a batch at a time.

        A text longer than the context is embedded in windows; its vector is their mean, weighted
        by their tokens. After each forward pass ([], 0) is yielded, so that a caller can stop.
        """
        window = self.network.config.context - 2
        for first in range(0, len(texts), BATCH_SIZE):
            batch = texts[first : first + BATCH_SIZE]
            tokenized = [self.tokens(PREFIXES[purpose] + text) for text in batch]
            windows = [
                (index, ids[start : start + window])
                for index, ids in enumerate(tokenized)
                for start in range(0, max(1, len(ids)), window)
            ]
            sums = torch.zeros(len(batch), self.network.config.width)
            for start in range(0, len(windows), BATCH_SIZE):
                self._add_windows(windows[start : start + BATCH_SIZE], sums)
                yield [], 0
            vectors = torch.nn.functional.normalize(sums, dim=-1)
            yield vectors.tolist(), sum(map(len, tokenized)) + 2 * len(tokenized)

    def _add_windows(self, windows: Sequence[tuple[int, list[int]]], sums: torch.Tensor) -> None:
        """Add the vectors of (text index, token ids) to sums (B, D), weighted by their tokens."""
        begin, end = self.network.vocabulary.begin, self.network.vocabulary.end
        with self.lock:
            vectors = self.network([[begin, *ids, end] for _, ids in windows])
        for (index, ids), vector in zip(windows, vectors, strict=True):
            sums[index] += max(1, len(ids)) * vector

    def tokens(self, text: str) -> list[int]:
        """Tokenize a text (N,), without the special tokens of its beginning and end."""
        normalized = text.translate(self.network.vocabulary.normalization)
        while "  " in normalized:
            normalized = normalized.replace("  ", " ")
        ids: list[int] = self.tokenizer.encode(normalized).ids
        return ids

    def generate(self, request: Request) -> Iterator[Event]:
        """Raise NotImplementedError: vectors are returned by `embed`, not stored as artifacts."""
        raise NotImplementedError

    def close(self) -> None:
        """Free the network."""
        del self.network, self.tokenizer
