"""Train the built-in picture models within a limited time on a GPU.

    python -m scripts.default_weights FOLDER --minutes 25    # can be stopped and resumed
    python -m scripts.default_weights FOLDER --parts OUT     # weights in files of 15 MiB
    cat OUT/weights.tar.* | tar x                            # restore them

The speed of each run is measured over its first steps, which determines the number of steps for
its fraction of the time, so that the learning rate decays to the end. Finished runs are skipped,
stopped ones resumed. Requires the drawings: miaobi pull scenes-art
"""

import argparse
import io
import tarfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from miaobi.train.loop import Step
from miaobi.train.plan import plan
from miaobi.train.recipes import TrainingPlan
from miaobi.train.resume import STATE
from miaobi.train.run import run

PROBE, WARMUP = 40, 10  # measured steps, and steps before
ENDLESS = 10_000_000
PART = 15 * 2**20  # bytes per file
EXCLUDED = (STATE, "tensorboard")


@dataclass(frozen=True)
class Run:
    """One training run and its fraction of the total time."""

    name: str  # of the folder
    family: str
    preset: str
    fraction: float
    start_from: str = ""  # folder of an earlier run
    options: dict[str, Any] = field(default_factory=dict)  # "{folder}": parent folder of all runs


POOL = {"data.pool": 60_000}
RUNS = (
    Run("scenes-judge", "judge", "scenes", 0.08),
    Run("drawings-vae", "vae", "scenes-256", 0.27),
    Run(
        "drawings-singles",
        "t2i",
        "scenes-256",
        0.25,
        options=POOL | {"data.singles": 1.0, "model.autoencoder": "{folder}/drawings-vae"},
    ),
    Run("drawings", "t2i", "scenes-256", 0.25, "drawings-singles", POOL),
    Run("subjects-gan", "gan", "subjects", 0.15),
)


def train_all(folder: Path, seconds: float, runs: tuple[Run, ...] = RUNS) -> None:
    """Train every unfinished run; `seconds` is the time of all runs together."""
    for row in runs:
        target = folder / row.name
        if (target / "model.safetensors").is_file() and not (target / STATE).is_file():
            print(f"{row.name} is finished.", flush=True)
            continue
        done, rate = _measure(row, folder)
        steps = done + max(1, round(rate * seconds * row.fraction))
        print(f"{row.name}: {rate:.2f} steps/s, {steps} steps", flush=True)
        interval = max(1, steps // 8)
        _run(row.name, _plan(row, folder, steps, interval))


def _measure(row: Run, folder: Path) -> tuple[int, float]:
    """Run PROBE steps, save the state, and return the steps done and the steps per second."""
    started, first = 0.0, 0
    steps = _steps(_plan(row, folder, ENDLESS, PROBE))
    for step in steps:
        first = first or step.number
        if step.number - first == WARMUP:
            started = time.perf_counter()
        if started and step.number % PROBE == 0:
            break
    steps.close()  # type: ignore[attr-defined]
    return step.number, (step.number - first - WARMUP) / (time.perf_counter() - started)


def _plan(row: Run, folder: Path, steps: int, interval: int) -> TrainingPlan:
    options = {
        key: value.format(folder=folder) if isinstance(value, str) else value
        for key, value in row.options.items()
    }
    options |= {"train.steps": steps, "train.save_every": interval}
    options["train.validate_every"] = interval if steps < ENDLESS else ENDLESS
    start = folder / row.start_from if row.start_from else None
    if start:
        options = {key: value for key, value in options.items() if not key.startswith("model.")}
    return plan(
        row.family, preset=row.preset, output=folder / row.name, start_from=start, options=options
    )


def _steps(planned: TrainingPlan) -> Iterator[Step]:
    events = run(planned)
    try:
        yield from (event for event in events if isinstance(event, Step))
    finally:
        events.close()  # type: ignore[attr-defined]


def _run(name: str, planned: TrainingPlan) -> None:
    for step in _steps(planned):
        if step.validation:
            metrics = ", ".join(f"{key} {value:.4g}" for key, value in step.validation.items())
            print(f"{name}: step {step.number} of {step.total}: {metrics}", flush=True)


def write_parts(folder: Path, target: Path, size: int = PART) -> list[Path]:
    """Write a tar without resume states, split into files of `size` bytes."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        archive.add(
            folder,
            folder.name,
            filter=lambda member: None if Path(member.name).name in EXCLUDED else member,
        )
    data = buffer.getvalue()
    target.mkdir(parents=True, exist_ok=True)
    paths = []
    for number, start in enumerate(range(0, len(data), size)):
        paths.append(target / f"weights.tar.{number:02}")
        paths[-1].write_bytes(data[start : start + size])
    return paths


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, allow_abbrev=False)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--minutes", type=float, help="total time of all runs")
    parser.add_argument("--parts", type=Path, help="write the weights there, in files of 15 MiB")
    arguments = parser.parse_args()
    if arguments.minutes:
        train_all(arguments.folder, 60 * arguments.minutes)
    if arguments.parts:
        for path in write_parts(arguments.folder, arguments.parts):
            print(path, path.stat().st_size)


if __name__ == "__main__":
    main()
