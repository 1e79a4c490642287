"""Tokenizers: byte-pair or character level, of the tokenizers library."""

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from miaobi.core.errors import ModelFileError

if TYPE_CHECKING:
    from tokenizers import Tokenizer
    from torch import Tensor

END = "<|end|>"  # token between documents; the same characters in a prompt are plain text
KINDS = ("bpe", "characters")


def train_tokenizer(texts: list[str], kind: str, vocab: int) -> "Tokenizer":
    """Train a tokenizer of at most `vocab` entries on texts; `kind` is one of KINDS."""
    tokenizer = _characters(texts, vocab) if kind == "characters" else _byte_pairs(texts, vocab)
    tokenizer.encode_special_tokens = True
    return tokenizer


def _byte_pairs(texts: list[str], vocab: int) -> "Tokenizer":
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers

    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=vocab,
        special_tokens=[END],
        show_progress=False,
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
    )
    tokenizer.train_from_iterator(texts, trainer)
    return tokenizer


def _characters(texts: list[str], vocab: int) -> "Tokenizer":
    """Give the most common characters a token each; others are encoded as bytes."""
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers

    counts = Counter[str]()
    for text in texts:
        counts.update(text)
    common = [character for character, _ in counts.most_common(max(1, vocab - 257))]
    entries = [END, *(f"<0x{byte:02X}>" for byte in range(256)), *sorted(common)]
    ids = {entry: index for index, entry in enumerate(entries)}
    tokenizer = Tokenizer(models.BPE(ids, [], byte_fallback=True))
    tokenizer.pre_tokenizer = pre_tokenizers.Split("\n", "isolated")
    tokenizer.decoder = decoders.Sequence([decoders.ByteFallback(), decoders.Fuse()])
    tokenizer.add_special_tokens([END])
    return tokenizer


def end_token(tokenizer: "Tokenizer") -> int:
    """Return the id of the end token of a tokenizer of ours."""
    token = tokenizer.token_to_id(END)
    assert token is not None, "trained without the end token"
    return token


def prepend_end_token(tokenizer: "Tokenizer") -> None:
    """Prepend the end token to every prompt, so that the prompt starts a document."""
    from tokenizers.processors import TemplateProcessing

    tokenizer.post_processor = TemplateProcessing(
        single=f"{END} $A", special_tokens=[(END, end_token(tokenizer))]
    )


def caption_ids(
    tokenizer: "Tokenizer", captions: list[str], context: int
) -> "tuple[Tensor, Tensor]":
    """Tokenize B captions: ids (B, N) and mask (B, N), False for padding; N <= context."""
    import torch

    encodings = [encoding.ids[:context] for encoding in tokenizer.encode_batch(captions)]
    # multiples of eight: fewer different shapes, so kernels are reused
    longest = min(context, -(-max(1, *map(len, encodings)) // 8) * 8)
    ids = torch.zeros(len(encodings), longest, dtype=torch.int64)
    mask = torch.zeros(len(encodings), longest, dtype=torch.bool)
    for row, tokens in enumerate(encodings):
        ids[row, : len(tokens)] = torch.tensor(tokens, dtype=torch.int64)
        mask[row, : len(tokens)] = True
    return ids, mask


def load_tokenizer(folder: Path) -> "Tokenizer":
    """Load the tokenizer of a checkpoint folder. Raises ModelFileError."""
    from tokenizers import Tokenizer

    path = folder / "tokenizer.json"
    try:
        tokenizer = Tokenizer.from_file(str(path))
    except Exception as error:  # the library raises nothing narrower
        raise ModelFileError(
            "{path} cannot be loaded: {reason}.",
            "It is truncated, or of another model.",
            path=path,
            reason=str(error).splitlines()[0],
        ) from error
    tokenizer.encode_special_tokens = True
    return tokenizer
