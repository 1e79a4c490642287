"""A checkpoint folder: model.safetensors, config.json, tokenizer.json; never a pickle.

Kept as "int8" a matrix is whole numbers and, beside it, one scale for each of its rows: half the
size of float16, and about 40 dB above what rounding loses. config.json is
{"architecture": "gpt", "config": {...}}; unknown keys are errors.
"""

import json
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any, cast

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
SCALE = ".scale"  # ends the name of what the rows of a matrix of whole numbers are multiplied by
SMALL = 1024  # weights of a tensor that is not worth rounding


def save(model: nn.Module, folder: Path, kind: str = "float32") -> None:
    """Write weights (of a torch type's name) and config; each file appears whole or not at all."""
    from safetensors.torch import save as to_bytes

    folder.mkdir(parents=True, exist_ok=True)
    name = next(name for name, (_, network) in ARCHITECTURES.items() if type(model) is network)
    config: Any = model.config
    weights = unshared(model)
    if kind == "int8":
        weights = rounded(weights)
    else:
        weights = {key: tensor.to(getattr(torch, kind)) for key, tensor in weights.items()}
    document = {"architecture": name, "config": asdict(config)}
    atomic_write(folder / "config.json", (json.dumps(document, indent=1) + "\n").encode())
    atomic_write(folder / "model.safetensors", to_bytes(weights))


def load(folder: Path) -> nn.Module:
    """The network of a checkpoint folder, in eval mode. Raises ModelFileError."""
    from safetensors import SafetensorError
    from safetensors.torch import load_file

    config, network = read_config(folder)
    model = network(config)
    try:
        weights = unrounded(load_file(folder / "model.safetensors"))
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


def rounded(weights: dict[str, Tensor]) -> dict[str, Tensor]:
    """Matrices as int8 with the scales (float16) of their rows, everything else as float16."""
    told: dict[str, Tensor] = {}
    for name, weight in weights.items():
        if weight.dim() < 2 or weight.numel() < SMALL:
            told[name] = weight.half()
            continue
        rows = weight.detach().float().flatten(1)  # (out, in): a convolution's outputs are rows
        scale = (rows.abs().amax(1) / 127).clamp(min=1e-7).half()  # (out,)
        whole = (rows / scale.float()[:, None]).round().clamp(-127, 127)
        told[name] = whole.to(torch.int8).view_as(weight).contiguous()
        told[name + SCALE] = scale
    return told


def unrounded(weights: dict[str, Tensor]) -> dict[str, Tensor]:
    """The weights behind `rounded`, float32 where they were whole numbers; others as they are."""
    told: dict[str, Tensor] = {}
    for name, weight in weights.items():
        if name.endswith(SCALE) and weights[name.removesuffix(SCALE)].dtype == torch.int8:
            continue
        if weight.dtype == torch.int8:
            scale = weights[name + SCALE].float()
            weight = (weight.float().flatten(1) * scale[:, None]).view_as(weight)
        told[name] = weight
    return told


def read_config(folder: Path) -> tuple[Any, type[nn.Module]]:
    """The config object and the class it builds. Raises ModelFileError."""
    path = folder / "config.json"
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
        config_class, network = ARCHITECTURES[document["architecture"]]
        values = document["config"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ModelFileError(
            "{path} is not the config of a Miaobi checkpoint.", path=path
        ) from error
    return built(config_class, values, path), network


def built(config_class: type[Any], values: dict[str, Any], path: Path) -> Any:
    """A config, and the configs inside it, from JSON. Raises ModelFileError."""
    kinds = {field.name: field.type for field in fields(config_class)}
    unknown = set(values) - set(kinds)
    if unknown:
        raise ModelFileError(
            "{path} has unknown settings: {unknown}.",
            "It was written by another version of Miaobi.",
            path=path,
            unknown=", ".join(sorted(unknown)),
        )
    told = {}
    for name, value in values.items():
        if isinstance(value, dict):
            value = built(cast(type[Any], kinds[name]), value, path)
        told[name] = tuple(value) if isinstance(value, list) else value
    return config_class(**told)


def unshared(model: nn.Module) -> dict[str, Tensor]:
    """The weights by name, a tied tensor only once (under its first name)."""
    seen: set[int] = set()
    weights = {}
    for name, tensor in model.state_dict().items():
        if tensor.data_ptr() not in seen or not tensor.numel():
            weights[name] = tensor.detach().contiguous()
            seen.add(tensor.data_ptr())
    return weights
