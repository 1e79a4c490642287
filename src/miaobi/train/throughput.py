"""Throughput of training: samples and tokens per second, and model FLOPs utilization (MFU).

MFU is the FLOPs of a step as the model's equations need them, per second, over the peak of the
device (Chowdhery et al., 2022).
"""

import time
from dataclasses import dataclass
from functools import lru_cache

import torch

# part of the name of a GPU -> peak dense FLOPs per second in bfloat16 and in float32
GPU_PEAKS = {
    "H200": (989e12, 67e12),
    "H100 PCIe": (756e12, 51e12),
    "H100": (989e12, 67e12),
    "A100": (312e12, 19.5e12),
    "L40S": (362e12, 91.6e12),
    "L4": (121e12, 30.3e12),
    "A10": (125e12, 31.2e12),
    "RTX 4090": (165e12, 82.6e12),
    "RTX 3090": (71e12, 35.6e12),
}
SIDE = 768  # of the matrices that are multiplied to measure a CPU
REPEATS = 3


@dataclass(frozen=True)
class BatchSize:
    """Size of one batch of an objective, and the FLOPs of a training step on it."""

    samples: int = 0
    tokens: int = 0  # 0: samples are not sequences of tokens
    flops: float = 0.0  # 0: unknown


@dataclass(frozen=True)
class Throughput:
    """Rates of a run so far, over all processes; 0 until the second step."""

    samples_per_second: float = 0.0
    tokens_per_second: float = 0.0  # 0 where samples are not sequences of tokens
    mfu: float | None = None  # 0 to 1; None where FLOPs or the peak are unknown


class ThroughputMeter:
    """Clock of training steps, without validation and saving."""

    def __init__(self, batch: BatchSize, batches: int, processes: int, peak: float | None) -> None:
        self.batch, self.batches, self.processes, self.peak = batch, batches, processes, peak
        self.seconds, self.steps, self.pending = 0.0, 0, 0
        self.started = time.perf_counter()

    def restart(self) -> None:
        """Forget the time and the steps since the last measurement."""
        self.started, self.pending = time.perf_counter(), 0

    def step(self) -> None:
        """Count a step that was launched; it may still be running on the device."""
        self.pending += 1

    def measure(self) -> Throughput:
        """Add the steps since the last measurement, which must have finished on the device."""
        self.seconds += time.perf_counter() - self.started
        self.steps += self.pending
        self.restart()
        if not self.steps or not self.seconds:
            return Throughput()
        batches = self.steps * self.batches / self.seconds  # per second, in this process
        flops = batches * self.batch.flops
        return Throughput(
            batches * self.processes * self.batch.samples,
            batches * self.processes * self.batch.tokens,
            flops / self.peak if flops and self.peak else None,
        )


def peak_flops(device: torch.device, dtype: torch.dtype) -> float | None:
    """Return the peak FLOPs per second of a device: from a table, or measured on a CPU.

    None for devices that are neither.
    """
    if device.type == "cpu":
        return _measure_cpu(dtype, torch.get_num_threads())
    if device.type == "cuda":
        name = torch.cuda.get_device_name(device)
        for part, (bfloat16, float32) in GPU_PEAKS.items():
            if part in name:
                return bfloat16 if dtype == torch.bfloat16 else float32
    return None


@lru_cache
def _measure_cpu(dtype: torch.dtype, threads: int) -> float:
    """Measure the rate of matrix multiplication, in less than a tenth of a second on most CPUs."""
    matrix = torch.ones(SIDE, SIDE, dtype=dtype)
    product, best = torch.empty_like(matrix), float("inf")
    for _ in range(REPEATS):
        started = time.perf_counter()
        torch.mm(matrix, matrix, out=product)
        best = min(best, time.perf_counter() - started)
    return 2 * SIDE**3 / best
