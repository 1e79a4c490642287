"""Checkpoints into memory through transformers, without strangers' code, pickles or network."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from miaobi.core.errors import EngineError, ModelFileError
from miaobi.core.settings import threads
from miaobi.hub.files import quiet

VOCABULARIES = ("tokenizer.json", "vocab.json", "vocab.txt", "*.model")


def load(factory: Any, folder: Path, **options: Any) -> Any:
    """`factory.from_pretrained(folder)` without network, strangers' code, pickles or chatter.

    Raises ModelFileError.
    """
    quiet()
    try:
        return factory.from_pretrained(
            str(folder), local_files_only=True, trust_remote_code=False, **options
        )
    except Exception as error:  # the loaders let everything through, from KeyError to ImportError
        raise ModelFileError(
            "{folder} could not be loaded: {reason}.",
            "Choose another model, or another copy.",
            folder=folder,
            reason=first_line(error),
        ) from error


def load_model(factory: Any, folder: Path) -> Any:
    """A network in evaluation mode, on the GPU where there is one.

    float32 on a processor; on a GPU as its config.json says. Raises ModelFileError or EngineError.
    """
    import torch

    torch.set_num_threads(min(torch.get_num_threads(), threads() + 1))
    device = "cuda" if torch.cuda.is_available() else "cpu"
    dtype = "auto" if device == "cuda" else torch.float32
    network, report = load(
        factory,
        folder,
        use_safetensors=True,
        dtype=dtype,
        output_loading_info=True,
        ignore_mismatched_sizes=True,  # we say it better
    )
    wrong = sorted({*report["missing_keys"], *(key[0] for key in report["mismatched_keys"])})
    if wrong:  # transformers would fill them with random numbers and go on
        raise ModelFileError(
            "The weights in {folder} do not fit its config.json: {count} of them are missing or "
            "of another size, the first is {name}.",
            "Download it again, or choose another model.",
            folder=folder,
            count=len(wrong),
            name=wrong[0],
        )
    try:
        return network.eval().to(device)
    except torch.OutOfMemoryError as error:
        raise EngineError(
            "{folder} needs more memory than this GPU has.",
            "Use a smaller model, or the processor: set CUDA_VISIBLE_DEVICES to nothing.",
            folder=folder,
        ) from error


def load_tokenizer(folder: Path) -> Any:
    """The checkpoint's own tokenizer. Raises ModelFileError."""
    from transformers import AutoTokenizer

    # without these files transformers returns a tokenizer that knows no word, and says nothing
    if not any(list(folder.glob(name)) for name in VOCABULARIES):
        raise ModelFileError(
            "{folder} has no tokenizer (tokenizer.json, vocab.json, vocab.txt or a .model file).",
            "Give the folder as the Hub has it, with every file.",
            folder=folder,
        )
    return load(AutoTokenizer, folder)


@contextmanager
def failures_told() -> Iterator[None]:
    """What torch cannot do (too little memory, no sound at all) as an EngineError."""
    try:
        yield
    except RuntimeError as error:
        raise EngineError(
            "The model stopped: {reason}.",
            "Try a shorter text, or another seed.",
            reason=first_line(error),
        ) from error


def first_line(error: Exception) -> str:
    """The first line of a library's message, without its full stop."""
    lines = str(error).strip().splitlines() or [type(error).__name__]
    return lines[0].rstrip(" .:!")
