"""LoRA adapters (Hu et al., 2021) of diffusers pipelines, from safetensors files."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from miaobi.core.errors import NotFoundError, OptionError
from miaobi.hub.files import no_safetensors
from miaobi.hub.inference import first_line
from miaobi.models.weight_files import damaged_file
from miaobi.models.zoo import PICKLES

if TYPE_CHECKING:
    from diffusers import DiffusionPipeline


def load_loras(pipe: "DiffusionPipeline", paths: Sequence[Path], model: str) -> None:
    """Load LoRA files into a pipeline, each at full weight; on an error none stays loaded.

    Raises NotFoundError, ModelFileError, or OptionError for a LoRA of another model.
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
    names = [f"lora_{index}" for index in range(len(paths))]
    try:
        for path, name in zip(paths, names, strict=True):
            _load_adapter(pipe, path, name, model)
    except BaseException:
        pipe.unload_lora_weights()
        raise
    if paths:
        pipe.set_adapters(names)


def check_lora(path: Path) -> None:
    """Check that a LoRA is a safetensors file. Raises NotFoundError or ModelFileError."""
    from safetensors import SafetensorError, safe_open

    if not path.is_file():
        raise NotFoundError("There is no file {path}.", "Check the name.", path=path)
    if path.suffix in PICKLES:
        raise no_safetensors(path.parent, [path.name])
    try:
        with safe_open(path, framework="pt"):
            pass
    except (SafetensorError, OSError) as error:
        raise damaged_file(path) from error


def _load_adapter(pipe: "DiffusionPipeline", path: Path, name: str, model: str) -> None:
    """Load one file as an adapter. Raises OptionError unless all of its weights fit."""
    from safetensors.torch import load_file

    weights = load_file(path)
    reason = ""
    try:
        pipe.load_lora_weights(dict(weights), adapter_name=name)
    except Exception as error:  # peft and diffusers raise anything for weights that do not fit
        reason = first_line(error)
    loaded = sum(_adapter_weights(part, name) for part in pipe.components.values())
    expected = sum(1 for key in weights if "alpha" not in key)
    if reason or loaded < expected:
        raise OptionError(
            "{path} is a LoRA for another model than {model} ({reason}).",
            "Use one made for this model.",
            path=path,
            model=model,
            reason=reason or f"{expected - loaded} / {expected}",
        )


def _adapter_weights(part: object, name: str) -> int:
    """Count the weights of an adapter in a component of a pipeline."""
    if not hasattr(part, "named_parameters"):
        return 0
    return sum(1 for key, _ in part.named_parameters() if f".{name}." in key)
