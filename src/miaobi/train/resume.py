"""The exact state of a run in one safetensors file: weights, optimizer, averages, step number.

No random state is kept: batches and dropout are drawn from (seed, step).
"""

from pathlib import Path

import torch
from torch import Tensor, nn

from miaobi.core.errors import TrainingError
from miaobi.core.paths import atomic_write
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
    """Write the state after `step` steps; it appears whole or not at all."""
    from safetensors.torch import save

    tensors: dict[str, Tensor] = {}
    for name, network in networks.items():
        for key, parameter in _learned(network):
            tensors[f"{name}/weight/{key}"] = parameter.detach()
            for part, value in optimizers[name].state[parameter].items():
                tensors[f"{name}/{part}/{key}"] = value
        for key, buffer in network.named_buffers():
            tensors[f"{name}/buffer/{key}"] = buffer
        if name in averages:
            for key, value in averages[name].average.items():
                tensors[f"{name}/average/{key}"] = value
    tensors = {key: tensor.contiguous() for key, tensor in tensors.items()}
    atomic_write(folder / STATE, save(tensors, {"step": str(step)}))


@torch.no_grad()
def load_state(
    folder: Path,
    networks: dict[str, nn.Module],
    optimizers: Optimizers,
    averages: dict[str, EMA],
) -> int:
    """Put a saved state back and return its step; 0 when there is none. Raises TrainingError."""
    from safetensors import SafetensorError, safe_open

    path = folder / STATE
    if not path.is_file():
        return 0
    try:
        with safe_open(path, "pt") as file:
            tensors = {key: file.get_tensor(key) for key in file.keys()}  # noqa: SIM118
            step = int(file.metadata()["step"])
        for name, network in networks.items():
            for key, parameter in _learned(network):
                parameter.copy_(tensors.pop(f"{name}/weight/{key}"))
                optimizers[name].state[parameter] = {
                    part: _laid_out(tensors.pop(f"{name}/{part}/{key}"), parameter)
                    for part in _parts(optimizers[name], parameter)
                }
            for key, buffer in network.named_buffers():
                buffer.copy_(tensors.pop(f"{name}/buffer/{key}"))
            if name in averages:
                for key, value in averages[name].average.items():
                    value.copy_(tensors.pop(f"{name}/average/{key}"))
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


def _laid_out(value: Tensor, like: nn.Parameter) -> Tensor:
    """A value in the memory order of its parameter: fused steps go through both as they lie."""
    if value.shape != like.shape:  # a number of steps
        return value.to(like.device)
    return torch.empty_like(like, dtype=value.dtype).copy_(value)


def _parts(optimizer: torch.optim.AdamW, parameter: nn.Parameter) -> tuple[str, ...]:
    """What the optimizer keeps of a parameter."""
    for group in optimizer.param_groups:
        if group["orthogonal"] and any(parameter is other for other in group["params"]):
            return ("momentum",)
    return ("step", "exp_avg", "exp_avg_sq")


def _learned(network: nn.Module) -> list[tuple[str, nn.Parameter]]:
    return [(name, p) for name, p in network.named_parameters() if p.requires_grad]
