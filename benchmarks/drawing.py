"""`make bench`: our own pictures, made and learned: seconds, memory, share of what the machine can.

A training step of the diffusion Transformer is held against the rate of one large matrix product on
the same threads and in the same precision, which is the most that any network could reach. That is
bfloat16 where the processor is fast at it, as in training; others learn in float32.
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
ROWS, WORDS = 64, 24  # pictures and words of a batch
SIDE = 2048  # of the matrices that tell what the machine can do


def main() -> None:
    torch.set_num_threads(THREADS)
    figures = making() + learning()
    measuring.write("drawing", "python -m benchmarks.drawing", figures)


def making() -> list[dict[str, Any]]:
    """Seconds of a picture with a loaded model, and the peak memory of a whole command."""
    from miaobi.engines.registry import close_engines
    from miaobi.tasks.image import image

    limits = {"drawings": 3.0}  # asked; one look at a network is to be quicker
    rows = []
    for model in MODELS:
        if model.kind != "image" or not model.here:
            continue
        image("a fox", model=model.name, seed=0)  # loads it
        took = [
            measuring.seconds(lambda s=seed, m=model.name: image("a fox", model=m, seed=s))
            for seed in range(1, 1 + TURNS)
        ]
        label = f"{model.name}, one picture"
        rows.append(figure(label, "s", took, at_most=limits.get(model.name, 0.2)))
        close_engines()
        rows.append(figure(f"{model.name}, peak memory", "MB", [peak(model.name)], at_most=1200))
    return rows


def peak(model: str) -> float:
    """MB of `miaobi image`."""
    with tempfile.TemporaryDirectory() as place:
        target = str(Path(place) / "picture.png")
        command = Path(sys.executable).parent / "miaobi"
        return measuring.process_peak_mb(
            [str(command), "image", "a fox", "-m", model, "-o", target]
        )


def learning() -> list[dict[str, Any]]:
    """A step of the small diffusion Transformer: samples a second, and its share of the limit."""
    limit = matrix_rate()
    rows = [figure(f"{precision()} matrix product", "GFLOP/s", [limit / 1e9])]
    for side in (8, 16):  # of the latent: 64 and 256 tokens
        count, seconds = training_step(side)
        label = f"diffusion Transformer, small, {side * side} tokens, training: "
        rows.append(figure(label + "samples", "1/s", [ROWS / s for s in seconds]))
        shares = [count / s / limit for s in seconds]
        rows.append(figure(label + "share of the matrix rate", "ratio", shares, at_least=0.35))
    return rows


def precision() -> str:
    """What networks learn in on this machine."""
    from miaobi.nn.prepacked import fast_at_bfloat16

    return "bfloat16" if fast_at_bfloat16() else "float32"


def matrix_rate() -> float:
    """Operations a second of one large product, forward only."""
    a, b = (torch.randn(SIDE, SIDE, dtype=getattr(torch, precision())) for _ in range(2))
    a @ b
    took = min(measuring.seconds(lambda: a @ b) for _ in range(TURNS))
    return 2 * SIDE**3 / took


def training_step(side: int) -> tuple[float, list[float]]:
    """(operations of forward and backward, seconds of each step with AdamW)."""
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
    z, t = torch.randn(ROWS, 16, side, side), torch.rand(ROWS)
    ids = torch.randint(0, 2048, (ROWS, WORDS))
    mask = torch.ones(ROWS, WORDS, dtype=torch.bool)

    def step() -> None:
        with torch.autocast("cpu", torch.bfloat16, enabled=precision() == "bfloat16"):
            loss = network(z, t, ids, mask).float().square().mean()
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()

    with FlopCounterMode(display=False) as counter:
        step()
    return float(counter.get_total_flops()), timed(step)


def timed(work: Callable[[], None]) -> list[float]:
    work()
    seconds = []
    for _ in range(TURNS):
        began = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - began)
    return seconds


if __name__ == "__main__":
    main()
