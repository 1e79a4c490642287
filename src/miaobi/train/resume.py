"""State of a run in one safetensors file: weights, optimizer, averages, step number.

There is no random state: batches and dropout are determined by (seed, step).
"""

from pathlib import Path

import torch
from torch import Tensor, nn

from miaobi.core.errors import TrainingError
from miaobi.core.paths import atomic_write
from miaobi.models.checkpoint import stored_name
from miaobi.train.ema import EMA

STATE = "state.safetensors"
Optimizers = dict[str, torch.optim.AdamW]


def save_state(
    folder: Path,
    step: int,
    networks: dict[str, nn.Module],
    optimizers: Optimizers,
    averages: dict[str, EMA],
) -> None:
    """Write the state after `step` steps; the file appears whole or not at all."""
    from safetensors.torch import save

    tensors: dict[str, Tensor] = {}
    for name, network in networks.items():
        for attribute, parameter in _trainable(network):
            key = stored_name(attribute)
            tensors[f"{name}/weight/{key}"] = parameter.detach()
            for part, value in optimizers[name].state[parameter].items():
                tensors[f"{name}/{part}/{key}"] = value
        for key, buffer in network.named_buffers():
            tensors[f"{name}/buffer/{stored_name(key)}"] = buffer
        if name in averages:
            for key, value in averages[name].average.items():
                tensors[f"{name}/average/{stored_name(key)}"] = value
    tensors = {key: tensor.contiguous() for key, tensor in tensors.items()}
    atomic_write(folder / STATE, save(tensors, {"step": str(step)}))


@torch.no_grad()
def load_state(
    folder: Path,
    networks: dict[str, nn.Module],
    optimizers: Optimizers,
    averages: dict[str, EMA],
) -> int:
    """Restore a saved state and return its step; 0 when there is none. Raises TrainingError."""
    from safetensors import SafetensorError, safe_open

    path = folder / STATE
    if not path.is_file():
        return 0
    try:
        with safe_open(path, "pt") as file:
            keys = file.keys()
            tensors = {key: file.get_tensor(key) for key in keys}
            step = int(file.metadata()["step"])
        for name, network in networks.items():
            for attribute, parameter in _trainable(network):
                key = stored_name(attribute)
                parameter.copy_(tensors.pop(f"{name}/weight/{key}"))
                optimizers[name].state[parameter] = {
                    part: _match_layout(tensors.pop(f"{name}/{part}/{key}"), parameter)
                    for part in _state_parts(optimizers[name], parameter)
                }
            for key, buffer in network.named_buffers():
                buffer.copy_(tensors.pop(f"{name}/buffer/{stored_name(key)}"))
            if name in averages:
                for key, value in averages[name].average.items():
                    value.copy_(tensors.pop(f"{name}/average/{stored_name(key)}"))
        if tensors:
            raise KeyError(min(tensors))
    except (SafetensorError, KeyError, TypeError, RuntimeError, OSError) as error:
        raise TrainingError(
            "The run in {folder} cannot be continued: {reason}.",
            "Its model or options are not the same any more: use another folder.",
            folder=folder,
            reason=str(error).splitlines()[0],
        ) from error
    return step


def _match_layout(value: Tensor, parameter: nn.Parameter) -> Tensor:
    """Copy a value to the parameter's device and memory format, which fused optimizers require."""
    if value.shape != parameter.shape:  # a number of steps
        return value.to(parameter.device)
    return torch.empty_like(parameter, dtype=value.dtype).copy_(value)


def _state_parts(optimizer: torch.optim.AdamW, parameter: nn.Parameter) -> tuple[str, ...]:
    """Return the names of the optimizer's state of a parameter."""
    for group in optimizer.param_groups:
        if group["orthogonal"] and any(parameter is other for other in group["params"]):
            return ("momentum",)
    return ("step", "exp_avg", "exp_avg_sq")


def _trainable(network: nn.Module) -> list[tuple[str, nn.Parameter]]:
    return [(name, p) for name, p in network.named_parameters() if p.requires_grad]
