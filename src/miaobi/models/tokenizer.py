"""Text to numbers: a byte-pair or a character tokenizer (tokenizers library), learned and kept."""

from collections import Counter
from pathlib import Path
from typing import Any

from miaobi.core.errors import ModelFileError

END = "<|end|>"  # between documents; what it says of itself in a prompt is plain text
KINDS = ("bpe", "characters")


def train_tokenizer(texts: list[str], kind: str, vocab: int) -> Any:
    """A tokenizers.Tokenizer of at most `vocab` entries, learned from texts; kind as in KINDS."""
    tokenizer = _characters(texts, vocab) if kind == "characters" else _byte_pairs(texts, vocab)
    tokenizer.encode_special_tokens = True
    return tokenizer


def _byte_pairs(texts: list[str], vocab: int) -> Any:
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


def _characters(texts: list[str], vocab: int) -> Any:
    """The commonest characters have a number each; all others are spelled in bytes."""
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers

    counts = Counter[str]()
    for text in texts:
        counts.update(text)
    common = [letter for letter, _ in counts.most_common(max(1, vocab - 257))]
    entries = [END, *(f"<0x{byte:02X}>" for byte in range(256)), *sorted(common)]
    numbers = {entry: number for number, entry in enumerate(entries)}
    tokenizer = Tokenizer(models.BPE(numbers, [], byte_fallback=True))
    tokenizer.pre_tokenizer = pre_tokenizers.Split("\n", "isolated")
    tokenizer.decoder = decoders.Sequence([decoders.ByteFallback(), decoders.Fuse()])
    tokenizer.add_special_tokens([END])
    return tokenizer


def begin_with_end(tokenizer: Any) -> None:
    """Let every prompt begin with the end token: what follows is the start of a document."""
    from tokenizers.processors import TemplateProcessing

    number = tokenizer.token_to_id(END)
    tokenizer.post_processor = TemplateProcessing(
        single=f"{END} $A", special_tokens=[(END, number)]
    )


def caption_ids(tokenizer: Any, captions: list[str], context: int) -> Any:
    """Captions as (ids (B, N), mask (B, N) True where a token is a word), N <= context."""
    import torch

    encodings = [told.ids[:context] for told in tokenizer.encode_batch(captions)]
    # a length in eights: fewer different shapes, and the same kernels again
    longest = min(context, -(-max(1, *map(len, encodings)) // 8) * 8)
    ids = torch.zeros(len(encodings), longest, dtype=torch.int64)
    mask = torch.zeros(len(encodings), longest, dtype=torch.bool)
    for row, told in enumerate(encodings):
        ids[row, : len(told)] = torch.tensor(told, dtype=torch.int64)
        mask[row, : len(told)] = True
    return ids, mask


def load_tokenizer(folder: Path) -> Any:
    """The tokenizer of a checkpoint folder. Raises ModelFileError."""
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
