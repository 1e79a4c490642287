"""THE training loop, read top to bottom; every family of models runs through it.

    for every step, for its batches:  (network, terms) <- objective -> backward -> optimizer -> EMA

A run is a function of its config and seed. Batches and dropout are determined by (seed, step), so
that a run that was killed at any step resumes to the same weights as one that was not. Values stay
on the device until they are logged, so that steps in between are launched without waiting.
"""

import contextlib
import math
import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import torch
from torch import Tensor, nn

from miaobi.core.arrays import Pixels
from miaobi.core.errors import TrainingError
from miaobi.nn.prepacked import has_fast_bfloat16
from miaobi.train.ema import EMA
from miaobi.train.optim import TrainConfig, learning_rate, make_optimizer
from miaobi.train.resume import Optimizers, load_state, save_state
from miaobi.train.throughput import BatchSize, Throughput, ThroughputMeter, peak_flops

if TYPE_CHECKING:
    from accelerate import Accelerator
    from torch.utils.tensorboard import SummaryWriter

LossTerms = dict[str, Tensor]  # scalars; "loss" is minimized, the others are only logged
Sample = str | Pixels | None  # text, or a picture: uint8 (H, W, 3)


class Objective(Protocol):
    """Networks with their losses, metrics and samples."""

    networks: dict[str, nn.Module]

    @property
    def batch_size(self) -> BatchSize:
        """Size of one batch."""
        ...

    def losses(
        self, seed_path: tuple[int, ...], device: torch.device
    ) -> Iterator[tuple[str, LossTerms]]:
        """Yield each network's name and loss terms on the batch of (seed, step, …), in turn.

        A language model yields once, a GAN twice.
        """
        ...

    def validate(self, device: torch.device) -> dict[str, float]:
        """Compute metrics on held-out data."""
        ...

    def sample(self) -> Sample:
        """Generate a sample with the current networks."""
        ...

    def save(self, folder: Path) -> None:
        """Write a checkpoint of the networks and the files they need."""
        ...


def unwrap(networks: dict[str, nn.Module], name: str = "model") -> Any:
    """Return a network of an objective without its DistributedDataParallel wrapper."""
    return getattr(networks[name], "module", networks[name])


@dataclass(frozen=True)
class Step:
    """Progress of a run after one optimizer step."""

    number: int  # 1 … total
    total: int
    terms: dict[str, float] = field(default_factory=dict)  # of the last logged step
    validation: dict[str, float] = field(default_factory=dict)  # {} where nothing was validated
    sample: Sample = None
    seconds_left: float = 0.0
    throughput: Throughput = field(default_factory=Throughput)


class TermRecorder:
    """Loss terms of a step and the first step with a value that is not finite, on the device."""

    def __init__(self, device: torch.device) -> None:
        self.values: dict[str, Tensor] = {}  # scalars, float32
        self.terms: dict[str, float] = {}  # as of the last `read`
        self.first_bad = torch.full((), -1, device=device)  # step number; -1: none

    def start(self, rate: float) -> None:
        """Start a step with a learning rate, which needs no device."""
        self.values, self.terms = {}, {**self.terms, "learning rate": rate}

    def add(self, name: str, value: Tensor, weight: float = 1.0) -> None:
        """Add a scalar, times its weight, to a term."""
        value = value.detach().float() * weight
        self.values[name] = self.values[name] + value if name in self.values else value

    def finish(self, number: int) -> None:
        """Finish step `number`."""
        is_bad = ~torch.stack(list(self.values.values())).isfinite().all()
        self.first_bad = self.first_bad.where((self.first_bad >= 0) | ~is_bad, number)

    def read(self, number: int, weights: list[nn.Parameter]) -> None:
        """Update `terms` from the device after step `number`, which waits for it.

        Raises TrainingError if they, earlier ones, or these weights are not finite.
        """
        values = torch.stack(list(self.values.values())).tolist()
        bad = int(self.first_bad)
        finite = torch.stack([weight.isfinite().all() for weight in weights]) if weights else None
        if bad >= 0 or (finite is not None and not finite.all()):
            raise TrainingError(
                "The loss became {loss} at step {step}.",
                "Lower --train.learning_rate; the last saved state is still good.",
                loss=next((value for value in values if not math.isfinite(value)), math.nan),
                step=bad if bad >= 0 else number,
            )
        rate = self.terms["learning rate"]
        self.terms = {"learning rate": rate, **dict(zip(self.values, values, strict=True))}


def train(objective: Objective, config: TrainConfig, folder: Path) -> Iterator[Step]:
    """Train in `folder`, from its last saved step where there is one; yield every step.

    Closing the generator stops after the current step; the last saved state stays. Raises
    TrainingError when the loss or a weight is not finite, or a saved state does not fit.
    """
    accelerator = _accelerator(config)
    unwrapped = dict(objective.networks)
    objective.networks = {name: accelerator.prepare(network) for name, network in unwrapped.items()}
    optimizers = {name: make_optimizer(network, config) for name, network in unwrapped.items()}
    averages = {name: EMA(n, config.ema) for name, n in unwrapped.items()} if config.ema else {}
    start = load_state(folder, unwrapped, optimizers, averages)
    _check_unfinished(start, config, folder)
    # the norm of clipping covers all gradients; without it, the weights themselves are checked
    checked = [] if config.clip else [p for n in unwrapped.values() for p in n.parameters()]
    recorder, meter = TermRecorder(accelerator.device), _meter(objective, config, accelerator)
    throughput, began = Throughput(), time.perf_counter()
    is_main = accelerator.is_main_process
    writer = _writer(folder, start) if is_main else None
    try:
        for index in range(start, config.steps):
            training_step(objective, unwrapped, optimizers, config, index, accelerator, recorder)
            for average in averages.values():
                average.update(index)
            meter.step()
            number, is_first = index + 1, index == start
            logs, validates, saves = due(number, config)
            if is_first or logs or saves:
                recorder.read(number, checked)
                throughput = throughput if is_first else meter.measure()  # the first one is slow
            step = Step(number, config.steps, recorder.terms, throughput=throughput)
            with evaluation_mode(unwrapped, averages, is_main and (validates or saves)):
                if is_main and validates:
                    validation, sample = objective.validate(accelerator.device), objective.sample()
                    step = replace(step, validation=validation, sample=sample)
                if is_main and saves:
                    objective.save(folder)
            if is_main and saves:
                save_state(folder, number, unwrapped, optimizers, averages)
            if writer and logs:
                _log(writer, step)
            left = (time.perf_counter() - began) / (number - start) * (config.steps - number)
            yield replace(step, seconds_left=left)
            if is_first or validates or saves:
                meter.restart()
    finally:
        objective.networks = unwrapped
        if writer:
            writer.close()
        accelerator.free_memory()


def due(number: int, config: TrainConfig) -> tuple[bool, bool, bool]:
    """Check if step `number` is to be logged, validated and saved."""
    is_last = number == config.steps
    validates = is_last or number % config.validate_every == 0
    saves = is_last or number % config.save_every == 0
    return validates or number % config.log_every == 0, validates, saves


def training_step(
    objective: Objective,
    unwrapped: dict[str, nn.Module],
    optimizers: Optimizers,
    config: TrainConfig,
    index: int,
    accelerator: "Accelerator",
    recorder: TermRecorder,
) -> None:
    """Take optimizer step `index` of every network; record its terms, averaged over batches."""
    rate = learning_rate(index, config)
    recorder.start(rate)
    for part in range(config.accumulate):
        is_last = part == config.accumulate - 1
        seed_path = (config.seed, index, part, accelerator.process_index)
        torch.manual_seed(_hash(seed_path))  # dropout too is determined by the step
        with contextlib.ExitStack() as stack:
            for network in objective.networks.values():
                if not is_last:  # processes exchange gradients with the last batch only
                    stack.enter_context(accelerator.no_sync(network))
            stack.enter_context(accelerator.autocast())
            for name, terms in objective.losses(seed_path, accelerator.device):
                parameters = [p for p in unwrapped[name].parameters() if p.requires_grad]
                # gradients of this loss are for this network, even if others are part of its graph
                inputs = parameters if len(unwrapped) > 1 else None
                accelerator.backward(terms["loss"] / config.accumulate, inputs=inputs)
                for key, value in terms.items():
                    key = key if len(unwrapped) == 1 else f"{key} of {name}"
                    recorder.add(key, value, 1 / config.accumulate)
                if is_last:
                    if config.clip:
                        norm = nn.utils.clip_grad_norm_(parameters, config.clip)
                        recorder.add(f"gradient of {name}", norm)
                    for group in optimizers[name].param_groups:
                        group["lr"] = rate
                    optimizers[name].step()
                    optimizers[name].zero_grad()
    recorder.finish(index + 1)


def _accelerator(config: TrainConfig) -> "Accelerator":
    """Create an accelerator; its global state may be that of an earlier run."""
    from accelerate import Accelerator
    from accelerate.state import AcceleratorState

    AcceleratorState._reset_state()
    precision = config.precision
    if precision == "auto":
        precision = "bfloat16" if has_fast_bfloat16() else "float32"
    return Accelerator(mixed_precision="bf16" if precision == "bfloat16" else "no")


def _meter(
    objective: Objective, config: TrainConfig, accelerator: "Accelerator"
) -> ThroughputMeter:
    batch = objective.batch_size
    dtype = torch.bfloat16 if accelerator.mixed_precision == "bf16" else torch.float32
    peak = peak_flops(accelerator.device, dtype) if batch.flops else None
    return ThroughputMeter(batch, config.accumulate, accelerator.num_processes, peak)


def _writer(folder: Path, start: int) -> "SummaryWriter":
    from torch.utils.tensorboard import SummaryWriter

    return SummaryWriter(str(folder / "tensorboard"), purge_step=start + 1)


def _log(writer: "SummaryWriter", step: Step) -> None:
    for name, value in step.terms.items():
        writer.add_scalar(f"train/{name}", value, step.number)
    for name, value in step.validation.items():
        writer.add_scalar(f"validation/{name}", value, step.number)
    if isinstance(step.sample, str):
        writer.add_text("sample", step.sample, step.number)
    elif step.sample is not None:
        writer.add_image("sample", step.sample, step.number, dataformats="HWC")


@contextlib.contextmanager
def evaluation_mode(
    networks: dict[str, nn.Module], averages: dict[str, EMA], is_needed: bool = True
) -> Iterator[None]:
    """Switch to evaluation without gradients, and to the averaged weights, inside the context."""
    if not is_needed:
        yield
        return
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


def _check_unfinished(start: int, config: TrainConfig, folder: Path) -> None:
    """Reject a run that has no steps left. Raises TrainingError."""
    if start >= config.steps:
        raise TrainingError(
            "The run in {folder} is finished.",
            "Choose another folder; --from {folder} goes on from its weights.",
            folder=folder,
        )


def _hash(seed_path: tuple[int, ...]) -> int:
    """Hash several numbers to one seed of 63 bits, the same on every platform."""
    import numpy as np

    return int(np.random.SeedSequence(seed_path).generate_state(1, np.uint64)[0] >> np.uint64(1))
