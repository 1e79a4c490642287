"""Text as training data: documents to a held-out split, token streams and batches of windows.

    documents --split--> training, held out --tokenizer--> two streams (N,) --windows--> (B, T + 1)

A batch is a function of (seed, step): a resumed run continues with exactly the batches it would
have had, and no state of a data loader is saved.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from miaobi.core.arrays import IntArray
from miaobi.core.errors import DataError
from miaobi.data.sources import Document
from miaobi.models.tokenizer import KINDS, end_token, prepend_end_token, train_tokenizer

if TYPE_CHECKING:
    from tokenizers import Tokenizer
    from torch import Tensor

FEW_ORIGINS = 50  # with fewer, the tail of each document is held out instead of whole ones


@dataclass(frozen=True)
class DataConfig:
    """Options of training text and its batches. Raises OptionError."""

    tokenizer: str = "bpe"  # "bpe" or "characters"
    vocab: int = 4096  # maximum number of entries of the tokenizer
    length: int = 256  # T, tokens of a window
    rows: int = 16  # B, windows in a batch
    held_out: float = 0.05  # fraction of the characters that is held out
    split: int = 0  # seed of the held-out split; keep it when continuing from another run
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
    """Token streams (N,): one for training, one held out."""

    tokenizer: "Tokenizer"
    training: IntArray
    held_out: IntArray

    def batch(self, rows: int, length: int, seed_path: tuple[int, ...]) -> "Tensor":
        """Draw windows of the training stream, as determined by the seed path (seed, step, …).

        Returns int64 of shape (rows, length + 1).
        """
        import numpy as np
        import torch

        max_start = len(self.training) - length - 1
        starts = np.random.default_rng(seed_path).integers(0, max_start, rows, endpoint=True)
        windows = np.stack([self.training[start : start + length + 1] for start in starts])
        return torch.from_numpy(windows.astype(np.int64))

    def validation(
        self, rows: int, length: int, max_batches: int
    ) -> "Iterator[tuple[Tensor, int]]":
        """Yield consecutive windows (B, length + 1) of the held-out stream, and their characters.

        There are at most `max_batches`; the number of characters is that of the decoded text.
        """
        import numpy as np
        import torch

        length = min(length, len(self.held_out) - 1)
        count = min((len(self.held_out) - 1) // length, rows * max_batches)
        for first in range(0, count, rows):
            starts = range(first * length, min(first + rows, count) * length, length)
            windows = np.stack([self.held_out[start : start + length + 1] for start in starts])
            text = self.tokenizer.decode(windows[:, 1:].flatten().tolist())
            yield torch.from_numpy(windows.astype(np.int64)), len(text)


def tokenize(
    documents: list[Document],
    config: DataConfig,
    seed: int,
    tokenizer: "Tokenizer | None" = None,
    end: int | None = None,
) -> TokenData:
    """Split documents, train a tokenizer unless one is given, and encode both parts.

    `end` is the token between documents of a tokenizer that is not ours. Raises DataError.
    """
    training, held_out = split_documents(documents, config.held_out, seed)
    is_new = tokenizer is None
    tokenizer = tokenizer or train_tokenizer(training, config.tokenizer, config.vocab)
    separator = end_token(tokenizer) if end is None else end
    streams = [_encode(tokenizer, texts, separator) for texts in (training, held_out)]
    least = config.length + 2
    if len(streams[0]) < 4 * least or len(streams[1]) < 2:
        raise DataError(
            "The data has only {count} tokens; windows of {length} need at least {least}.",
            "Add more text, or make the windows shorter: --data.length=64",
            count=len(streams[0]),
            length=config.length,
            least=4 * least,
        )
    # most windows start inside a document: only the end token marks the start of one
    if is_new and len(streams[0]) / len(training) < config.length:
        prepend_end_token(tokenizer)
    return TokenData(tokenizer, *streams)


def split_documents(
    documents: list[Document], fraction: float, seed: int
) -> tuple[list[str], list[str]]:
    """Split documents into training and held-out texts, the latter a fraction of the characters.

    Documents of one origin are held out together, and all are shuffled; with few origins the tail
    of each document is cut off instead.
    """
    origins = sorted({document.origin for document in documents})
    if len(origins) < FEW_ORIGINS:
        cuts = [(d.text, int(len(d.text) * (1 - fraction))) for d in documents]
        return [text[:cut] for text, cut in cuts], [text[cut:] for text, cut in cuts]
    sizes = dict.fromkeys(origins, 0)
    for document in documents:
        sizes[document.origin] += len(document.text)
    random.Random(seed).shuffle(origins)
    remaining = fraction * sum(sizes.values())  # characters still to hold out
    chosen: set[str] = set()
    largest = max(remaining, min(sizes.values()))  # a larger one would exceed the fraction by far
    for origin in origins:
        if remaining <= 0:
            break
        if sizes[origin] > largest:
            continue
        chosen.add(origin)
        remaining -= sizes[origin]
    # neighbors in a source are often similar: shuffled, they rarely share a window
    shuffled = random.Random(seed).sample(documents, len(documents))
    held_out = [document.text for document in shuffled if document.origin in chosen]
    return [d.text for d in shuffled if d.origin not in chosen], held_out


def _encode(tokenizer: "Tokenizer", texts: list[str], end: int) -> IntArray:
    """Encode texts as one stream (N,), with the end token after each."""
    import numpy as np

    size = np.uint16 if tokenizer.get_vocab_size() <= 65_536 else np.uint32
    parts = [np.zeros(0, size)]
    for encoding in tokenizer.encode_batch(texts, add_special_tokens=False):
        parts.append(np.array([*encoding.ids, end], dtype=size))
    return np.concatenate(parts)
