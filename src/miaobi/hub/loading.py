"""Loading with transformers and diffusers: no network, no remote code, safetensors only."""

from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from miaobi.core.errors import EngineError, ModelFileError
from miaobi.hub.files import silence_libraries
from miaobi.hub.inference import first_line, limit_threads

if TYPE_CHECKING:
    from diffusers import ModelMixin, SchedulerMixin
    from transformers import AutoConfig, PreTrainedModel, PreTrainedTokenizerBase

    # a class with `from_pretrained`
    PretrainedClass: TypeAlias = (
        type[AutoConfig]
        | type[ModelMixin]
        | type[PreTrainedModel]
        | type[PreTrainedTokenizerBase]
        | type[SchedulerMixin]
    )

TOKENIZER_FILES = ("tokenizer.json", "vocab.json", "vocab.txt", "*.model")


def load_pretrained(factory: "PretrainedClass", folder: Path, **options: object) -> Any:
    """Call `factory.from_pretrained(folder)` without network, remote code or progress bars.

    Raises ModelFileError.
    """
    silence_libraries()
    try:
        return factory.from_pretrained(
            str(folder), local_files_only=True, trust_remote_code=False, **options
        )
    except Exception as error:  # the loaders raise anything from KeyError to ImportError
        raise ModelFileError(
            "{folder} could not be loaded: {reason}.",
            "Choose another model, or another copy.",
            folder=folder,
            reason=first_line(error),
        ) from error


def load_model(factory: "type[PreTrainedModel]", folder: Path) -> "PreTrainedModel":
    """Load a network in evaluation mode, on the GPU if there is one.

    The dtype is float32 on a CPU, and the one of config.json on a GPU. Raises ModelFileError or
    EngineError.
    """
    import torch

    limit_threads()
    device = "cuda" if torch.cuda.is_available() else "cpu"
    dtype = "auto" if device == "cuda" else torch.float32
    network, report = load_pretrained(
        factory,
        folder,
        use_safetensors=True,
        dtype=dtype,
        output_loading_info=True,
        ignore_mismatched_sizes=True,  # reported below
    )
    invalid = sorted({*report["missing_keys"], *(key[0] for key in report["mismatched_keys"])})
    if invalid:  # transformers would initialize them at random and go on
        raise ModelFileError(
            "The weights in {folder} do not fit its config.json: {count} of them are missing or "
            "of another size, the first is {name}.",
            "Download it again, or choose another model.",
            folder=folder,
            count=len(invalid),
            name=invalid[0],
        )
    try:
        return network.eval().to(device)
    except torch.OutOfMemoryError as error:
        raise EngineError(
            "{folder} needs more memory than this GPU has.",
            "Use a smaller model, or the processor: set CUDA_VISIBLE_DEVICES to nothing.",
            folder=folder,
        ) from error


def load_tokenizer(folder: Path) -> "PreTrainedTokenizerBase":
    """Load the tokenizer of a checkpoint. Raises ModelFileError."""
    from transformers import AutoTokenizer

    # without one of these files transformers silently returns a tokenizer with an empty vocabulary
    if not any(list(folder.glob(pattern)) for pattern in TOKENIZER_FILES):
        raise ModelFileError(
            "{folder} has no tokenizer (tokenizer.json, vocab.json, vocab.txt or a .model file).",
            "Give a complete model folder, as on the Hub.",
            folder=folder,
        )
    return load_pretrained(AutoTokenizer, folder)
