"""LoRA files on a pipeline: small weights added to large ones (Hu et al., 2021)."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from miaobi.core.errors import ModelFileError, NotFoundError, OptionError
from miaobi.hub.files import damaged
from miaobi.hub.loading import first_line
from miaobi.models.zoo import PICKLES


def add_loras(pipe: Any, paths: Sequence[Path], model: str) -> None:
    """Put LoRA files on a pipeline, all at full strength; on an error none stays.

    Raises NotFoundError, ModelFileError, or OptionError for one made for another model.
    """
    for path in paths:
        check_lora(path)
    if paths and not hasattr(pipe, "load_lora_weights"):
        raise OptionError(
            "{model} cannot be used with {option}.",
            "Leave it out, or use another model.",
            model=model,
            option="loras",
        )
    try:
        for number, path in enumerate(paths):
            _add(pipe, path, f"lora_{number}", model)
    except BaseException:
        pipe.unload_lora_weights()
        raise
    if paths:
        pipe.set_adapters([f"lora_{number}" for number in range(len(paths))])


def check_lora(path: Path) -> None:
    """Refuse what is no safetensors file. Raises NotFoundError or ModelFileError."""
    from safetensors import SafetensorError, safe_open

    if not path.is_file():
        raise NotFoundError("There is no file {path}.", "Check the name.", path=path)
    if path.suffix in PICKLES:
        raise ModelFileError(
            "{place} has its weights only as {name}, a pickled file, and opening one can run any "
            "program it holds.",
            "Choose a model that has safetensors, or convert it first "
            "(the Hub's space safetensors/convert does that).",
            place=path.parent,
            name=path.name,
        )
    try:
        with safe_open(path, framework="pt"):
            pass
    except (SafetensorError, OSError) as error:
        raise damaged(path) from error


def _add(pipe: Any, path: Path, name: str, model: str) -> None:
    from safetensors.torch import load_file

    weights = load_file(path)
    reason = ""
    try:
        pipe.load_lora_weights(dict(weights), adapter_name=name)
    except Exception as error:  # peft and diffusers raise anything on weights that do not fit
        reason = first_line(error)
    placed = sum(_placed(part, name) for part in pipe.components.values())
    asked = sum(1 for key in weights if "alpha" not in key)
    if reason or placed < asked:
        raise OptionError(
            "{path} is a LoRA for another model than {model} ({reason}).",
            "Use one made for this model.",
            path=path,
            model=model,
            reason=reason or f"{asked - placed} / {asked}",
        )


def _placed(part: Any, name: str) -> int:
    """How many weights of a LoRA a network holds."""
    if not hasattr(part, "named_parameters"):
        return 0
    return sum(1 for key, _ in part.named_parameters() if f".{name}." in key)
