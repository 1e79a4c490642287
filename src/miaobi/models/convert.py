"""Conversion of Hugging Face checkpoints to ours and back: GPT-2, Llama (SmolLM2), Qwen2, Qwen3."""

import json
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from miaobi.core.errors import ModelFileError
from miaobi.models.convert_families import FAMILIES, Family
from miaobi.models.gpt import GPT, GPTConfig
from miaobi.models.weight_files import WEIGHTS, lists_no_shards, missing_file, weight_files
from miaobi.models.zoo import PICKLES
from miaobi.nn.position import rotary_table

Weights = dict[str, Tensor]


def from_folder(folder: Path) -> GPT:
    """Load a Hugging Face folder (one safetensors file or shards) as our network, in eval mode.

    Raises ModelFileError for pickled weights, an unknown architecture or a missing tensor.
    """
    config, family = read_config(folder)
    theirs = _strip_prefixes(read_safetensors(folder))
    return build(config, family, theirs, folder)


def read_config(folder: Path) -> tuple[GPTConfig, Family]:
    """Read the config of a Hugging Face folder as ours, and its family. Raises ModelFileError."""
    theirs = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    family = family_of(theirs, folder)
    return family.to_ours(theirs), family


def build(config: GPTConfig, family: Family, theirs: Weights, source: Path) -> GPT:
    """Build our network from their tensors. Raises ModelFileError for a missing one."""
    ours: Weights = {}
    for entry in family.entries(config):
        missing = [name for name in entry.theirs if name not in theirs]
        if missing:
            raise ModelFileError("{path} lacks the tensor {name}.", path=source, name=missing[0])
        parts = [theirs[name].T if entry.transposed else theirs[name] for name in entry.theirs]
        ours[entry.ours] = torch.cat(parts).float().contiguous()
    with torch.device("meta"):
        model = GPT(config)
    model.load_state_dict(ours, strict=False, assign=True)
    if config.tied:
        model.head.weight = model.embed.weight
    if model.position_embedding is None:  # buffers are not in checkpoints: leave the meta device
        model.cos, model.sin = rotary_table(
            config.context, config.head_width, config.rotary_base, config.rotary_scaling
        )
    return model.eval()


def to_folder(model: GPT, family_name: str, folder: Path) -> None:
    """Write our network to a folder that transformers' `from_pretrained` loads."""
    from safetensors.torch import save_file

    family, config = FAMILIES[family_name], model.config
    state, theirs = model.state_dict(), {}
    sizes = (config.heads, config.kv_heads, config.kv_heads)
    for entry in family.entries(config):
        stacked = state[entry.ours]
        if len(entry.theirs) == 3:
            parts = stacked.split([size * config.head_width for size in sizes])
        else:
            parts = stacked.chunk(len(entry.theirs))
        for name, part in zip(entry.theirs, parts, strict=True):
            part = part.T if entry.transposed else part
            theirs[_prefix(family_name) + name] = part.contiguous()
    if not config.tied:
        theirs["lm_head.weight"] = theirs.pop(_prefix(family_name) + "lm_head.weight")
    folder.mkdir(parents=True, exist_ok=True)
    save_file(theirs, folder / "model.safetensors", metadata={"format": "pt"})
    text = json.dumps(family.to_theirs(config), indent=1)
    (folder / "config.json").write_text(text + "\n", encoding="utf-8")


def family_of(theirs: dict[str, Any], source: Path) -> Family:
    """Find the family of a Hugging Face config. Raises ModelFileError."""
    name = theirs.get("model_type", "")
    if name not in FAMILIES:
        raise ModelFileError(
            "{path} is a {name!r} model, which our own engine does not read.",
            "It reads: {known}. Other models run through transformers.",
            path=source,
            name=name,
            known=", ".join(FAMILIES),
        )
    return FAMILIES[name]


def read_safetensors(folder: Path) -> Weights:
    """Read all tensors of a folder: model.safetensors, or the shards named by its index.

    Raises ModelFileError.
    """
    from safetensors import SafetensorError
    from safetensors.torch import load_file

    names = weight_files(folder)
    if not names and lists_no_shards(folder):
        raise missing_file(folder, f"{WEIGHTS}.index.json")
    if not names:
        pickled = sorted(path.name for path in folder.glob("*") if path.suffix in PICKLES)
        detail = f" ({', '.join(pickled)} is pickled and not opened)" if pickled else ""
        raise ModelFileError(
            "{folder} has no {name}{detail}.",
            "Use the model's safetensors files.",
            folder=folder,
            name=WEIGHTS,
            detail=detail,
        )
    weights: Weights = {}
    for name in names:
        path = folder / name
        if not path.is_file():
            raise missing_file(folder, name)
        try:
            weights |= load_file(path)
        except SafetensorError as error:
            raise ModelFileError("{path} is damaged: {reason}.", path=path, reason=error) from error
    return weights


def _strip_prefixes(theirs: Weights) -> Weights:
    prefixes = ("transformer.", "model.")
    return {
        next((name[len(p) :] for p in prefixes if name.startswith(p)), name): tensor
        for name, tensor in theirs.items()
    }


def _prefix(family: str) -> str:
    return "transformer." if family == "gpt2" else "model."
