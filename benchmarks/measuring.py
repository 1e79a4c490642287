"""Measured figures: several runs, their median, and the machine, written as JSON."""

import json
import os
import platform
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Any

RESULTS = Path(__file__).parent / "results"
LIBRARIES = (
    "xllamacpp",
    "onnxruntime",
    "hibari-tts",
    "faster-whisper",
    "c2pa-python",
    "torch",
    "transformers",
    "diffusers",
    "ctranslate2",
)


def figure(
    name: str,
    unit: str,
    runs: list[float],
    *,
    at_most: float | None = None,
    at_least: float | None = None,
    **notes: Any,
) -> dict[str, Any]:
    """Create a figure from its runs: the median, and whether the target is reached."""
    median = statistics.median(runs)
    row: dict[str, Any] = {
        "name": name,
        "unit": unit,
        "median": round(median, 5),
        "min": round(min(runs), 5),
        "max": round(max(runs), 5),
        "runs": len(runs),
        **notes,
    }
    if at_most is not None:
        row |= {"target": f"<= {at_most:g}", "reached": median <= at_most}
    if at_least is not None:
        row |= {"target": f">= {at_least:g}", "reached": median >= at_least}
    print(
        f"{'✓' if row.get('reached', True) else '✗'} {name}: {median:.4g} {unit}"
        f" ({row.get('target', 'no target')})",
        flush=True,
    )
    return row


def write(name: str, command: str, figures: list[dict[str, Any]]) -> None:
    """Write results/<name>.json with machine and library versions."""
    RESULTS.mkdir(exist_ok=True)
    document = {
        "command": command,
        "when": time.strftime("%Y-%m-%d"),
        "machine": machine(),
        "versions": {"python": platform.python_version(), "miaobi": version("miaobi")}
        | {library: version(library) for library in LIBRARIES},
        "figures": figures,
    }
    path = RESULTS / f"{name}.json"
    path.write_text(json.dumps(document, indent=1, ensure_ascii=False) + "\n")
    print(f"wrote {path}")


def machine() -> dict[str, Any]:
    """Describe processor, cores and memory of this machine."""
    import psutil

    processor = platform.processor() or platform.machine()
    with Path("/proc/cpuinfo").open() as info:
        names = [line.split(":", 1)[1].strip() for line in info if line.startswith("model name")]
    return {
        "processor": names[0] if names else processor,
        "cores": os.cpu_count(),
        "memory_gb": round(psutil.virtual_memory().total / 1e9, 1),
        "system": f"{platform.system()} {platform.machine()}",
    }


def seconds(work: Callable[[], object]) -> float:
    """Time a call, in seconds."""
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def process_seconds(arguments: list[str]) -> float:
    """Time a whole process, in seconds of wall time."""
    return seconds(lambda: subprocess.run(arguments, check=True, capture_output=True))


def process_peak_mb(arguments: list[str]) -> float:
    """Measure the peak resident memory of a process in MB."""
    process = subprocess.Popen(
        arguments, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL
    )
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"{arguments} failed with {process.returncode}")
    return usage.ru_maxrss / 1024 if sys.platform != "darwin" else usage.ru_maxrss / 2**20


def first_byte_seconds(arguments: list[str]) -> float:
    """Time a process from its start to its first byte on standard output, in seconds."""
    started = time.perf_counter()
    with subprocess.Popen(
        arguments, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL
    ) as process:
        assert process.stdout is not None
        first = process.stdout.read(1)
        elapsed = time.perf_counter() - started
        process.stdout.read()
    if not first:
        raise RuntimeError(f"{arguments} printed nothing")
    return elapsed
