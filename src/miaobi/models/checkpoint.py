"""Checkpoint folders: model.safetensors, config.json, tokenizer.json; never a pickle.

config.json is {"architecture": "gpt", "config": {...}}; unknown keys are errors. Stored as "int8",
a matrix is int8 values plus one float16 scale per row: half the size of float16, with the rounding
error about 40 dB below the weights.
"""

import json
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any, TypeVar, cast

import torch
from torch import Tensor, nn

from miaobi.core.errors import ModelFileError
from miaobi.core.paths import atomic_write
from miaobi.models.gan import Discriminator, GANConfig, Generator
from miaobi.models.gpt import GPT, GPTConfig
from miaobi.models.judge import Judge, JudgeConfig
from miaobi.models.layers import Layers, LayersConfig
from miaobi.models.rnn import RNN, RNNConfig
from miaobi.models.text_to_image import TextToImage, TextToImageConfig
from miaobi.models.vae import VAE, VAEConfig

C = TypeVar("C")

# THE table of our architectures: name -> (config, network)
ARCHITECTURES: dict[str, tuple[type[Any], type[nn.Module]]] = {
    "gpt": (GPTConfig, GPT),
    "rnn": (RNNConfig, RNN),
    "vae": (VAEConfig, VAE),
    "gan": (GANConfig, Generator),
    "discriminator": (GANConfig, Discriminator),
    "judge": (JudgeConfig, Judge),
    "layers": (LayersConfig, Layers),
    "text-to-image": (TextToImageConfig, TextToImage),
}
# attribute -> its name in files; attributes were renamed, the keys of checkpoints never are
STORED_NAMES = {
    "position_embedding": "place",
    "timestep_embedder": "time",
    "adaln_shared": "shared",
    "adaln_table": "table",
    "final_layer.": "",
    "labels.unconditional": "labels.untold",
}
SCALE = ".scale"  # suffix of the key that holds the row scales of an int8 matrix
SMALL = 1024  # weights; smaller tensors are not quantized


def save(model: nn.Module, folder: Path, dtype: str = "float32") -> None:
    """Write weights (`dtype` of torch, or "int8") and config; each file appears whole or not."""
    from safetensors.torch import save as to_bytes

    folder.mkdir(parents=True, exist_ok=True)
    name = next(name for name, (_, network) in ARCHITECTURES.items() if type(model) is network)
    config: Any = model.config
    weights = _untied(model)
    if dtype == "int8":
        weights = quantize_int8(weights)
    else:
        weights = {key: tensor.to(getattr(torch, dtype)) for key, tensor in weights.items()}
    document = {"architecture": name, "config": asdict(config)}
    atomic_write(folder / "config.json", (json.dumps(document, indent=1) + "\n").encode())
    atomic_write(folder / "model.safetensors", to_bytes(weights))


def load(folder: Path) -> nn.Module:
    """Load the network of a checkpoint folder, in eval mode. Raises ModelFileError."""
    from safetensors import SafetensorError
    from safetensors.torch import load_file

    config, network = read_config(folder)
    model = network(config)
    attributes = {stored_name(name): name for name in model.state_dict()}
    try:
        weights = dequantize_int8(load_file(folder / "model.safetensors"))
        weights = {attributes.get(key, key): weight for key, weight in weights.items()}
        missing, unexpected = model.load_state_dict(weights, strict=False)
    except (OSError, SafetensorError, RuntimeError, KeyError) as error:
        raise ModelFileError(
            "{path} cannot be loaded: {reason}.",
            "It is truncated, or of another model.",
            path=folder / "model.safetensors",
            reason=str(error).splitlines()[0],
        ) from error
    shared = {"head.weight"} if getattr(config, "tied", False) else set()
    if unexpected or set(missing) - shared:
        raise ModelFileError(
            "{path} does not fit its config: missing {missing}, unexpected {unexpected}.",
            path=folder,
            missing=sorted(set(missing) - shared),
            unexpected=sorted(unexpected),
        )
    return model.eval()


def stored_name(name: str) -> str:
    """Return the checkpoint key of a parameter, given its path of attributes."""
    for attribute, key in STORED_NAMES.items():
        name = name.replace(attribute, key)
    return name


def quantize_int8(weights: dict[str, Tensor]) -> dict[str, Tensor]:
    """Round matrices to int8 with scales of shape (rows,) in float16, other tensors to float16."""
    stored: dict[str, Tensor] = {}
    for name, weight in weights.items():
        if weight.dim() < 2 or weight.numel() < SMALL:
            stored[name] = weight.half()
            continue
        rows = weight.detach().float().flatten(1)  # (out, in): a convolution's outputs are rows
        scale = (rows.abs().amax(1) / 127).clamp(min=1e-7).half()  # (out,)
        values = (rows / scale.float()[:, None]).round().clamp(-127, 127)
        stored[name] = values.to(torch.int8).view_as(weight).contiguous()
        stored[name + SCALE] = scale
    return stored


def dequantize_int8(stored: dict[str, Tensor]) -> dict[str, Tensor]:
    """Undo `quantize_int8`: int8 matrices become float32, of the same shape; others stay."""
    weights: dict[str, Tensor] = {}
    for name, weight in stored.items():
        if name.endswith(SCALE) and stored[name.removesuffix(SCALE)].dtype == torch.int8:
            continue
        if weight.dtype == torch.int8:
            scale = stored[name + SCALE].float()
            weight = (weight.float().flatten(1) * scale[:, None]).view_as(weight)
        weights[name] = weight
    return weights


def read_config(folder: Path) -> tuple[Any, type[nn.Module]]:
    """Read the config of a checkpoint folder and its network's class. Raises ModelFileError."""
    path = folder / "config.json"
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
        config_class, network = ARCHITECTURES[document["architecture"]]
        values = document["config"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ModelFileError(
            "{path} is not the config of a Miaobi checkpoint.", path=path
        ) from error
    return _parse_config(config_class, values, path), network


def _parse_config(config_class: type[C], values: dict[str, Any], path: Path) -> C:
    """Build a config, and the configs nested in it, from JSON. Raises ModelFileError."""
    types = {field.name: field.type for field in fields(cast(Any, config_class))}
    unknown = set(values) - set(types)
    if unknown:
        raise ModelFileError(
            "{path} has unknown settings: {unknown}.",
            "It was written by another version of Miaobi.",
            path=path,
            unknown=", ".join(sorted(unknown)),
        )
    arguments = {}
    for name, value in values.items():
        if isinstance(value, dict):
            value = _parse_config(cast(type[Any], types[name]), value, path)
        arguments[name] = tuple(value) if isinstance(value, list) else value
    return config_class(**arguments)


def _untied(model: nn.Module) -> dict[str, Tensor]:
    """Return the weights by checkpoint key, a tied tensor only under its first name."""
    seen: set[int] = set()
    weights = {}
    for name, tensor in model.state_dict().items():
        if tensor.data_ptr() not in seen or not tensor.numel():
            weights[stored_name(name)] = tensor.detach().contiguous()
            seen.add(tensor.data_ptr())
    return weights
