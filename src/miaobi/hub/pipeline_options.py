"""Options that image and video pipelines of diffusers share: sizes, memory savings, steps."""

import inspect
import math
from collections.abc import Callable, Mapping
from inspect import Parameter
from typing import TYPE_CHECKING

from miaobi.core.errors import OptionError

if TYPE_CHECKING:
    from diffusers import AutoencoderKL, DiffusionPipeline
    from torch import Tensor

# diffusers' callback_on_step_end: (pipeline, step, timestep, tensors) -> tensors
StepCallback = Callable[
    ["DiffusionPipeline", int, object, "dict[str, Tensor]"], "dict[str, Tensor]"
]
# names of the downsampling factor of video pipelines
SPATIAL_FACTORS = (
    "vae_spatial_compression_ratio",
    "vae_scale_factor_spatial",
    "vae_scale_factor",
)


def call_parameters(pipe: "DiffusionPipeline") -> Mapping[str, Parameter]:
    """Return the parameters that the call of a pipeline accepts."""
    return inspect.signature(pipe.__call__).parameters


def image_size_unit(pipe: "DiffusionPipeline") -> int:
    """Return the pixels that both sides must be a multiple of: VAE factor times patch size."""
    factor = int(getattr(pipe, "vae_scale_factor", 8))
    network = getattr(pipe, "transformer", None)
    if network is None:
        return math.lcm(8, factor)
    patch = network.config.get("patch_size", 1)
    patch = 2 if hasattr(pipe, "_pack_latents") else patch if isinstance(patch, int) else 1
    return math.lcm(32 if type(pipe).__name__.startswith("Sana") else 8, factor * patch)


def video_size_unit(pipe: "DiffusionPipeline") -> int:
    """Return the pixels that both sides of frames must be a multiple of."""
    factor = int(next((getattr(pipe, name) for name in SPATIAL_FACTORS if hasattr(pipe, name)), 8))
    network = getattr(pipe, "transformer", None)
    patch = network.config.get("patch_size", 1) if network is not None else 1
    patch = int(patch[-1] if isinstance(patch, list | tuple) else patch)
    return math.lcm(32 if type(pipe).__name__.startswith("LTX") else 8, factor * patch)


def check_size(size: tuple[int, int], unit: int) -> None:
    """Raise OptionError for sides that are not multiples of `unit`, with the nearest size."""
    if any(side % unit for side in size):
        nearest = nearest_size(size, unit)
        raise OptionError(
            "size is {width}x{height}; this model needs multiples of {unit}.",
            "The nearest is {near_width}x{near_height}.",
            width=size[0],
            height=size[1],
            unit=unit,
            near_width=nearest[0],
            near_height=nearest[1],
        )


def nearest_size(size: tuple[int, int], unit: int) -> tuple[int, int]:
    """Round (width, height) to multiples of `unit`, at least one each."""
    width, height = (max(unit, round(side / unit) * unit) for side in size)
    return width, height


def has_tiling(pipe: "DiffusionPipeline") -> bool:
    """Return True if the autoencoder of a pipeline can work in tiles."""
    return hasattr(getattr(pipe, "vae", None), "enable_tiling")


def set_vae_memory(vae: "AutoencoderKL | None", memory: str) -> None:
    """Enable slicing or tiling of an autoencoder, and disable the other one."""
    for mode in ("slicing", "tiling"):
        if hasattr(vae, f"enable_{mode}"):
            getattr(vae, f"enable_{mode}" if memory == mode else f"disable_{mode}")()
