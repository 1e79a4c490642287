"""Speed and memory of our image models: `python -m benchmarks.text_to_image_speed`.

A training step of the diffusion Transformer is compared with the rate of one large matrix
multiplication on the same threads and in the same precision, the upper bound of any network:
bfloat16 where the processor is fast at it, as in training, else float32.
"""

import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch

from benchmarks import measuring
from benchmarks.measuring import figure
from miaobi.models.zoo import MODELS

THREADS = 2
TURNS = 5
BATCH, CONTEXT = 64, 24  # pictures of a batch, tokens of a prompt
SIDE = 2048  # of the square matrices


def main() -> None:
    torch.set_num_threads(THREADS)
    figures = generation() + training()
    measuring.write("text_to_image_speed", "python -m benchmarks.text_to_image_speed", figures)


def generation() -> list[dict[str, Any]]:
    """Measure the time per picture with a loaded model, and the peak memory of a command."""
    from miaobi.engines.registry import close_engines
    from miaobi.tasks.image import image

    limits = {"drawings": 3.0}  # seconds; single-step models have a lower limit
    rows = []
    for model in MODELS:
        if model.kind != "image" or not model.is_installed:
            continue
        image("a fox", model=model.name, seed=0)  # loads it
        times = [
            measuring.seconds(lambda s=seed, m=model.name: image("a fox", model=m, seed=s))
            for seed in range(1, 1 + TURNS)
        ]
        label = f"{model.name}: time per picture"
        rows.append(figure(label, "s", times, at_most=limits.get(model.name, 0.2)))
        close_engines()
        rows.append(figure(f"{model.name}: peak memory", "MB", [peak(model.name)], at_most=1200))
    return rows


def peak(model: str) -> float:
    """Measure the peak memory of `miaobi image` in MB."""
    with tempfile.TemporaryDirectory() as folder:
        target = str(Path(folder) / "picture.png")
        command = Path(sys.executable).parent / "miaobi"
        return measuring.process_peak_mb(
            [str(command), "image", "a fox", "-m", model, "-o", target]
        )


def training() -> list[dict[str, Any]]:
    """Measure the training throughput of a small diffusion Transformer, also as a fraction."""
    limit = matrix_rate()
    rows = [figure(f"{precision()} matrix multiplication", "GFLOP/s", [limit / 1e9])]
    for side in (8, 16):  # of the latent: 64 and 256 tokens
        count, seconds = training_step(side)
        label = f"diffusion Transformer, small, {side * side} tokens, training: "
        rows.append(figure(label + "throughput", "samples/s", [BATCH / s for s in seconds]))
        fractions = [count / s / limit for s in seconds]
        name = label + "fraction of the matrix multiplication rate"
        rows.append(figure(name, "ratio", fractions, at_least=0.35))
    return rows


def precision() -> str:
    """Return the training precision of this machine."""
    from miaobi.nn.prepacked import has_fast_bfloat16

    return "bfloat16" if has_fast_bfloat16() else "float32"


def matrix_rate() -> float:
    """Measure the floating-point operations per second of one large product, forward only."""
    a, b = (torch.randn(SIDE, SIDE, dtype=getattr(torch, precision())) for _ in range(2))
    a @ b
    fastest = min(measuring.seconds(lambda: a @ b) for _ in range(TURNS))
    return 2 * SIDE**3 / fastest


def training_step(side: int) -> tuple[float, list[float]]:
    """Count the operations of forward and backward, and time steps with AdamW, in seconds."""
    from torch.utils.flop_counter import FlopCounterMode

    from miaobi.models.dit import preset
    from miaobi.models.text_encoder import TextEncoderConfig
    from miaobi.models.text_to_image import TextToImage, TextToImageConfig
    from miaobi.train.optim import TrainConfig, make_optimizer

    torch.manual_seed(0)
    network = TextToImage(
        TextToImageConfig(TextEncoderConfig(vocab=2048), preset("small", 16, 256))
    )
    optimizer = make_optimizer(network, TrainConfig())
    z, t = torch.randn(BATCH, 16, side, side), torch.rand(BATCH)
    ids = torch.randint(0, 2048, (BATCH, CONTEXT))
    mask = torch.ones(BATCH, CONTEXT, dtype=torch.bool)

    def step() -> None:
        with torch.autocast("cpu", torch.bfloat16, enabled=precision() == "bfloat16"):
            loss = network(z, t, ids, mask).float().square().mean()
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()

    with FlopCounterMode(display=False) as counter:
        step()
    return float(counter.get_total_flops()), time_steps(step)


def time_steps(work: Callable[[], None]) -> list[float]:
    work()
    seconds = []
    for _ in range(TURNS):
        started = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - started)
    return seconds


if __name__ == "__main__":
    main()
