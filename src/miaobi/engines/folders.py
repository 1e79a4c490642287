"""Engines of model folders and Hub repositories, chosen by config.json.

our architecture -> our engine | family that our GPT implements -> our engine | else -> hub/
"""

import json
from pathlib import Path
from typing import Any

from miaobi.core.errors import ModelFileError
from miaobi.core.events import Engine
from miaobi.generation.vocabulary import OwnVocabulary
from miaobi.models.zoo import Model, architecture_of, is_ours
from miaobi.scenes.layers import LAYERS

# values of config.json that our GPT implements; other models are run by transformers
SUPPORTED_VALUES: dict[str, tuple[Any, ...]] = {
    "activation_function": ("gelu_new", "gelu_pytorch_tanh"),
    "hidden_act": ("silu",),
    "scale_attn_weights": (True,),
    "scale_attn_by_inverse_layer_idx": (False,),
    "attention_bias": (False,),
    "mlp_bias": (False,),
    "use_sliding_window": (False,),
    "quantization_config": (None,),
}
SUPPORTED_ROPE_TYPES = {"default", "llama3"}


def open_text_folder(model: Model) -> Engine:
    """Open a text model: our engine if our GPT or RNN implements it, else transformers.

    Raises ModelFileError, and the errors of `hub.files.checkpoint_folder`.
    """
    from miaobi.engines.autoregressive import AutoregressiveEngine
    from miaobi.hub.files import checkpoint_folder
    from miaobi.hub.text import HubTextEngine
    from miaobi.hub.vocabulary import HubVocabulary

    local = Path(model.place)
    if is_ours(local):
        return AutoregressiveEngine(model, local, OwnVocabulary(local, model.name))
    folder = checkpoint_folder(model.place)
    if not _is_supported(_read_json(folder / "config.json")):
        return HubTextEngine(model)
    vocabulary = HubVocabulary(folder, model.name, _end_tokens(folder))
    return AutoregressiveEngine(model, folder, vocabulary)


def open_image_folder(model: Model) -> Engine:
    """Open an image model: our engine for our architectures, else a pipeline of diffusers."""
    folder = Path(model.place)
    architecture = architecture_of(folder)
    if architecture == "text-to-image":
        from miaobi.engines.diffusion import DiffusionEngine

        return DiffusionEngine(model)
    if architecture == "vae" and _has_grid_latents(folder):
        from miaobi.engines.autoencoder import AutoencoderEngine

        return AutoencoderEngine(model)
    if architecture in ("vae", "gan"):
        from miaobi.engines.feedforward import FeedforwardEngine

        return FeedforwardEngine(model)
    from miaobi.hub.image import HubImageEngine

    return HubImageEngine(model)


def open_video_folder(model: Model) -> Engine:
    """Open a video model: our engine for our architectures, else a pipeline of diffusers.

    Raises OptionError for a model of ours that does not generate video.
    """
    folder = Path(model.place)
    architecture = architecture_of(folder)
    if not architecture:
        from miaobi.hub.video import HubVideoEngine

        return HubVideoEngine(model)
    if architecture == "text-to-image" and (folder / LAYERS).is_dir():
        from miaobi.engines.pose_video import PoseVideoEngine

        return PoseVideoEngine(model)
    if architecture == "text-to-image":
        from miaobi.engines.video import VideoEngine

        return VideoEngine(model)
    from miaobi.engines.diffusion import no_video_model

    raise no_video_model(model.name)


def _has_grid_latents(folder: Path) -> bool:
    from miaobi.models.checkpoint import read_config

    return bool(read_config(folder)[0].bottleneck == "grid")


def _is_supported(config: dict[str, Any]) -> bool:
    """Return True for a config of transformers that our GPT implements exactly."""
    from miaobi.models.convert_families import FAMILIES

    has_supported_values = all(
        config.get(name, values[0]) in values for name, values in SUPPORTED_VALUES.items()
    )
    ropes = [config.get(name) or {} for name in ("rope_parameters", "rope_scaling")]
    rope_types = {rope.get("rope_type", rope.get("type", "default")) for rope in ropes}
    try:
        FAMILIES[config["model_type"]].to_ours(config)
    except (KeyError, TypeError, ModelFileError):  # transformers has defaults for missing values
        return False
    return has_supported_values and rope_types <= SUPPORTED_ROPE_TYPES


def _end_tokens(folder: Path) -> int | list[int] | None:
    """Read the end tokens of a Hub folder from generation_config.json or config.json."""
    for name in ("generation_config.json", "config.json"):
        ends = _read_json(folder / name).get("eos_token_id")
        if ends is not None:
            return list(ends) if isinstance(ends, list) else int(ends)
    return None


def _read_json(path: Path) -> dict[str, Any]:
    """Read a JSON object; a missing or damaged file is empty."""
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return values if isinstance(values, dict) else {}
