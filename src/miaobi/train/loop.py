"""THE training loop, read top to bottom; every family of models runs through it.

    for every step, for its batches:  (network, terms) <- objective -> backward -> AdamW -> EMA

A run is a function of its config and seed. Batches and dropout are drawn from (seed, step), so that
a run that was killed at any step goes on to the same weights as one that was not.
"""

import contextlib
import math
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import torch
from torch import Tensor, nn

from miaobi.core.errors import TrainingError
from miaobi.nn.prepacked import fast_at_bfloat16
from miaobi.train.ema import EMA
from miaobi.train.optim import TrainConfig, learning_rate, make_optimizer
from miaobi.train.resume import Optimizers, load_state, save_state

Terms = dict[str, Tensor]  # "loss" is minimized, the others are only told


class Objective(Protocol):
    """What is learned: networks, their losses, how good they are, what they make."""

    networks: dict[str, nn.Module]

    def losses(self, draw: tuple[int, ...], device: torch.device) -> Iterator[tuple[str, Terms]]:
        """For each network in turn its terms on the batch that `draw` gives.

        A language model yields once, a GAN twice.
        """
        ...

    def validate(self, device: torch.device) -> dict[str, float]:
        """Figures on held-out data."""
        ...

    def sample(self) -> Any:
        """Something that the networks make now, to look at: text, or a picture (H, W, 3)."""
        ...

    def save(self, folder: Path) -> None:
        """Write what is needed to use the networks."""
        ...


def bare(networks: dict[str, nn.Module], name: str = "model") -> Any:
    """A network of an objective without what exchanges gradients between processes."""
    return getattr(networks[name], "module", networks[name])


@dataclass(frozen=True)
class Step:
    """What the loop tells of a step: some of it at every step, validation now and then."""

    number: int  # 1 … total
    total: int
    terms: dict[str, float] = field(default_factory=dict)
    validation: dict[str, float] = field(default_factory=dict)
    sample: Any = None  # text, or a picture: uint8 (H, W, 3)
    seconds_left: float = 0.0


def train(objective: Objective, config: TrainConfig, folder: Path) -> Iterator[Step]:
    """Train in `folder`, from its last saved step where there is one; yields as it goes.

    Closing the generator stops after the current step; what was saved last stays. Raises
    TrainingError when the loss stops being a number, or a saved state does not fit.
    """
    accelerator = _accelerator(config)
    device, main = accelerator.device, accelerator.is_main_process
    plain = dict(objective.networks)
    objective.networks = {name: accelerator.prepare(network) for name, network in plain.items()}
    optimizers = {name: make_optimizer(network, config) for name, network in plain.items()}
    averages = {name: EMA(n, config.ema) for name, n in plain.items()} if config.ema else {}
    start = load_state(folder, plain, optimizers, averages)
    if start >= config.steps:
        raise TrainingError(
            "The run in {folder} is finished.",
            "Choose another folder; --from {folder} goes on from its weights.",
            folder=folder,
        )
    writer = _writer(folder, start) if main else None
    began = time.perf_counter()
    try:
        for number in range(start, config.steps):
            terms = _learn(objective, plain, optimizers, config, number, accelerator)
            for average in averages.values():
                average.update(number)
            done, end = number + 1, number + 1 == config.steps
            validation: dict[str, float] = {}
            sample = None
            if main and (end or done % config.validate_every == 0):
                with _still(plain, averages):
                    validation, sample = objective.validate(device), objective.sample()
            if main and (end or done % config.save_every == 0):
                with _still(plain, averages):
                    objective.save(folder)
                save_state(folder, done, plain, optimizers, averages)
            if writer and (validation or done % config.log_every == 0):
                _log(writer, done, terms, validation, sample)
            left = (time.perf_counter() - began) / (done - start) * (config.steps - done)
            yield Step(done, config.steps, terms, validation, sample, left)
    finally:
        objective.networks = plain
        if writer:
            writer.close()
        accelerator.free_memory()


def _learn(
    objective: Objective,
    plain: dict[str, nn.Module],
    optimizers: Optimizers,
    config: TrainConfig,
    number: int,
    accelerator: Any,
) -> dict[str, float]:
    """One optimizer step of every network; returns the terms, averaged over its batches."""
    rate = learning_rate(number, config)
    told: dict[str, float] = {"learning rate": rate}
    for part in range(config.accumulate):
        last = part == config.accumulate - 1
        draw = (config.seed, number, part, accelerator.process_index)
        torch.manual_seed(_hash(draw))  # what drops out is drawn from the step too
        with contextlib.ExitStack() as stack:
            for network in objective.networks.values():
                if not last:  # gradients are exchanged between processes with the last batch only
                    stack.enter_context(accelerator.no_sync(network))
            stack.enter_context(accelerator.autocast())
            for name, terms in objective.losses(draw, accelerator.device):
                parameters = [p for p in plain[name].parameters() if p.requires_grad]
                # only this network learns from this loss, whatever else the loss went through
                only = parameters if len(plain) > 1 else None
                accelerator.backward(terms["loss"] / config.accumulate, inputs=only)
                for key, value in terms.items():
                    key = key if len(plain) == 1 else f"{key} of {name}"
                    told[key] = told.get(key, 0.0) + value.item() / config.accumulate
                if last:
                    if config.clip:
                        norm = nn.utils.clip_grad_norm_(parameters, config.clip)
                        told[f"gradient of {name}"] = norm.item()
                    for group in optimizers[name].param_groups:
                        group["lr"] = rate
                    optimizers[name].step()
                    optimizers[name].zero_grad()
    weights = [] if config.clip else [p for n in plain.values() for p in n.parameters()]
    whole = all(bool(p.isfinite().all()) for p in weights)  # clipping looks at every gradient
    if not whole or not all(map(math.isfinite, told.values())):
        raise TrainingError(
            "The loss became {loss} at step {step}.",
            "Lower --train.learning_rate; the last saved state is still good.",
            loss=next((v for v in told.values() if not math.isfinite(v)), math.nan),
            step=number + 1,
        )
    return told


def _accelerator(config: TrainConfig) -> Any:
    """A fresh accelerator: its state is global, and an earlier run may have left another one."""
    from accelerate import Accelerator
    from accelerate.state import AcceleratorState

    AcceleratorState._reset_state()
    precision = config.precision
    if precision == "auto":
        precision = "bfloat16" if fast_at_bfloat16() else "float32"
    return Accelerator(mixed_precision="bf16" if precision == "bfloat16" else "no")


def _writer(folder: Path, start: int) -> Any:
    from torch.utils.tensorboard import SummaryWriter

    return SummaryWriter(str(folder / "tensorboard"), purge_step=start + 1)


def _log(
    writer: Any, step: int, terms: dict[str, float], validation: dict[str, float], sample: Any
) -> None:
    for name, value in terms.items():
        writer.add_scalar(f"train/{name}", value, step)
    for name, value in validation.items():
        writer.add_scalar(f"validation/{name}", value, step)
    if isinstance(sample, str):
        writer.add_text("sample", sample, step)
    elif sample is not None:
        writer.add_image("sample", sample, step, dataformats="HWC")


@contextlib.contextmanager
def _still(networks: dict[str, nn.Module], averages: dict[str, EMA]) -> Iterator[None]:
    """Inside, nothing drops out or learns, and the averaged weights are in place."""
    for network in networks.values():
        network.eval()
    try:
        with torch.no_grad(), contextlib.ExitStack() as stack:
            for average in averages.values():
                stack.enter_context(average.applied())
            yield
    finally:
        for network in networks.values():
            network.train()


def _hash(draw: tuple[int, ...]) -> int:
    """One seed of 63 bits from several numbers, the same everywhere."""
    import numpy as np

    return int(np.random.SeedSequence(draw).generate_state(1, np.uint64)[0] >> np.uint64(1))
