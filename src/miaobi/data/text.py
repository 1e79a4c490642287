"""Documents to batches of tokens: tokenizer, held-out part, and windows drawn by step number.

    documents --split--> training, held out --tokenizer--> two streams (N,) --windows--> (B, T + 1)

A batch is a function of (seed, step): a run that was stopped goes on with exactly the batches it
would have had, and nothing about the loader needs to be saved.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from miaobi.core.errors import DataError
from miaobi.data.sources import Document
from miaobi.models.tokenizer import END, KINDS, begin_with_end, train_tokenizer

if TYPE_CHECKING:
    import numpy as np
    from torch import Tensor

FEW = 50  # origins: with fewer, the tail of each document is held out instead of whole ones


@dataclass(frozen=True)
class DataConfig:
    """How text becomes batches."""

    tokenizer: str = "bpe"  # "bpe" or "characters"
    vocab: int = 4096  # most entries of the tokenizer
    length: int = 256  # T, tokens of a window
    rows: int = 16  # B, windows in a batch
    held_out: float = 0.05  # share of the characters that is never learned
    split: int = 0  # seed of what is held out; a run that goes on from another keeps it
    license: str = ""  # of the data, for the model card

    def __post_init__(self) -> None:
        from miaobi.core.checks import check_choice, check_range

        check_choice("tokenizer", self.tokenizer, KINDS)
        check_range("vocab", self.vocab, 258, 1_000_000)
        check_range("length", self.length, 8, 1_000_000)
        check_range("rows", self.rows, 1, 100_000)
        check_range("held_out", self.held_out, 0.001, 0.5)


@dataclass(frozen=True)
class TokenData:
    """Two streams of token numbers, each (N,): one to learn from, one that is never learned."""

    tokenizer: Any
    training: "np.ndarray[Any, Any]"
    held_out: "np.ndarray[Any, Any]"

    def batch(self, rows: int, length: int, draw: tuple[int, ...]) -> "Tensor":
        """(rows, length + 1) tokens: windows at places that `draw` (seed, step, …) alone gives."""
        import numpy as np
        import torch

        last = len(self.training) - length - 1
        starts = np.random.default_rng(draw).integers(0, last, rows, endpoint=True)
        windows = np.stack([self.training[start : start + length + 1] for start in starts])
        return torch.from_numpy(windows.astype(np.int64))

    def validation(self, rows: int, length: int, most: int) -> "Iterator[tuple[Tensor, int]]":
        """Up to `most` batches (B, length + 1) that walk through the held-out stream, each with the
        number of characters it stands for."""
        import numpy as np
        import torch

        length = min(length, len(self.held_out) - 1)
        count = min((len(self.held_out) - 1) // length, rows * most)
        for first in range(0, count, rows):
            starts = range(first * length, min(first + rows, count) * length, length)
            windows = np.stack([self.held_out[start : start + length + 1] for start in starts])
            told = self.tokenizer.decode(windows[:, 1:].flatten().tolist())
            yield torch.from_numpy(windows.astype(np.int64)), len(told)


def tokenize(
    documents: list[Document],
    config: DataConfig,
    seed: int,
    tokenizer: Any = None,
    end: int | None = None,
) -> TokenData:
    """Split, learn a tokenizer (unless one is given), and encode; `end` is the token between
    documents where it is not our own. Raises DataError."""
    training, held_out = split(documents, config.held_out, seed)
    learned = tokenizer is None
    tokenizer = tokenizer or train_tokenizer(training, config.tokenizer, config.vocab)
    between = tokenizer.token_to_id(END) if end is None else end
    streams = [_stream(tokenizer, texts, between) for texts in (training, held_out)]
    least = config.length + 2
    if len(streams[0]) < 4 * least or len(streams[1]) < 2:
        raise DataError(
            "The data has only {count} tokens; windows of {length} need at least {least}.",
            "Add more text, or make the windows shorter: --data.length=64",
            count=len(streams[0]),
            length=config.length,
            least=4 * least,
        )
    # a window mostly begins inside a document: only the end token before it tells a beginning
    if learned and len(streams[0]) / len(training) < config.length:
        begin_with_end(tokenizer)
    return TokenData(tokenizer, *streams)


def split(documents: list[Document], share: float, seed: int) -> tuple[list[str], list[str]]:
    """Texts to learn from and held-out ones: whole documents of about `share` of the characters.

    Documents of one origin are held out together, and all are mixed; with few origins the tail of
    each document is cut off instead.
    """
    origins = sorted({document.origin for document in documents})
    if len(origins) < FEW:
        cuts = [(d.text, int(len(d.text) * (1 - share))) for d in documents]
        return [text[:cut] for text, cut in cuts], [text[cut:] for text, cut in cuts]
    sizes = dict.fromkeys(origins, 0)
    for document in documents:
        sizes[document.origin] += len(document.text)
    random.Random(seed).shuffle(origins)
    wanted = share * sum(sizes.values())
    chosen: set[str] = set()
    most = max(wanted, min(sizes.values()))  # a larger one would be far more than its share
    for origin in origins:
        if wanted <= 0:
            break
        if sizes[origin] > most:
            continue
        chosen.add(origin)
        wanted -= sizes[origin]
    # what stands side by side in a source is often alike: a window should not see it twice
    mixed = random.Random(seed).sample(documents, len(documents))
    held_out = [document.text for document in mixed if document.origin in chosen]
    return [d.text for d in mixed if d.origin not in chosen], held_out


def _stream(tokenizer: Any, texts: list[str], end: int) -> "np.ndarray[Any, Any]":
    """All texts, the end token after each: (N,)."""
    import numpy as np

    size = np.uint16 if tokenizer.get_vocab_size() <= 65_536 else np.uint32
    parts = [np.zeros(0, size)]
    for encoding in tokenizer.encode_batch(texts, add_special_tokens=False):
        parts.append(np.array([*encoding.ids, end], dtype=size))
    return np.concatenate(parts)
