"""Train the picture models that come with the package, within the minutes that a GPU is at hand.

    python -m scripts.default_weights FOLDER --minutes 25            # stop it and start it again
    python -m scripts.default_weights FOLDER --parts PLACE           # weights as files of 15 MiB
    cat PLACE/weights.tar.* | tar x                                  # and whole again

Each run of RUNS is measured over its first steps, and then given as many as its share of the time
holds, so that its learning rate comes down when the time ends. A run that is finished is passed
over; one that was stopped goes on. The drawings have to be there: miaobi pull scenes-art
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
from miaobi.train.plan import Plan, plan
from miaobi.train.resume import STATE
from miaobi.train.run import run

PROBE, WARM = 40, 10  # steps that are measured, and those before that are not
ENDLESS = 10_000_000
PART = 15 * 2**20  # bytes of one file of weights
LEFT_OUT = (STATE, "tensorboard")


@dataclass(frozen=True)
class Run:
    """One row: what is trained, and which share of the time it gets."""

    name: str  # of its folder
    family: str
    preset: str
    share: float
    start_from: str = ""  # a folder of an earlier row
    options: dict[str, Any] = field(default_factory=dict)  # "{folder}" stands for where all lie


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
    """Train every run that is not finished; `seconds` is the time of all of them together."""
    for row in runs:
        place = folder / row.name
        if (place / "model.safetensors").is_file() and not (place / STATE).is_file():
            print(f"{row.name} is finished.", flush=True)
            continue
        done, rate = _measured(row, folder)
        steps = done + max(1, round(rate * seconds * row.share))
        print(f"{row.name}: {rate:.2f} steps/s, {steps} steps", flush=True)
        often = max(1, steps // 8)
        _follow(row.name, _planned(row, folder, steps, often))


def _measured(row: Run, folder: Path) -> tuple[int, float]:
    """Steps done, and steps a second; the run stops after PROBE of them, its state saved."""
    began, first = 0.0, 0
    steps = _steps(_planned(row, folder, ENDLESS, PROBE))
    for step in steps:
        first = first or step.number
        if step.number - first == WARM:
            began = time.perf_counter()
        if began and step.number % PROBE == 0:
            break
    steps.close()  # type: ignore[attr-defined]
    return step.number, (step.number - first - WARM) / (time.perf_counter() - began)


def _planned(row: Run, folder: Path, steps: int, often: int) -> Plan:
    given = {
        key: value.format(folder=folder) if isinstance(value, str) else value
        for key, value in row.options.items()
    }
    given |= {"train.steps": steps, "train.save_every": often}
    given["train.validate_every"] = often if steps < ENDLESS else ENDLESS
    start = folder / row.start_from if row.start_from else None
    if start:
        given = {key: value for key, value in given.items() if not key.startswith("model.")}
    return plan(
        row.family, preset=row.preset, output=folder / row.name, start_from=start, options=given
    )


def _steps(planned: Plan) -> Iterator[Step]:
    events = run(planned)
    try:
        yield from (event for event in events if isinstance(event, Step))
    finally:
        events.close()  # type: ignore[attr-defined]


def _follow(name: str, planned: Plan) -> None:
    for step in _steps(planned):
        if step.validation:
            told = ", ".join(f"{key} {value:.4g}" for key, value in step.validation.items())
            print(f"{name}: step {step.number} of {step.total}: {told}", flush=True)


def in_parts(folder: Path, place: Path, size: int = PART) -> list[Path]:
    """Everything but what only a run needs to go on, as a tar in files of `size` bytes."""
    whole = io.BytesIO()
    with tarfile.open(fileobj=whole, mode="w") as archive:
        archive.add(
            folder,
            folder.name,
            filter=lambda member: None if Path(member.name).name in LEFT_OUT else member,
        )
    data = whole.getvalue()
    place.mkdir(parents=True, exist_ok=True)
    paths = []
    for number, start in enumerate(range(0, len(data), size)):
        paths.append(place / f"weights.tar.{number:02}")
        paths[-1].write_bytes(data[start : start + size])
    return paths


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, allow_abbrev=False)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--minutes", type=float, help="time of all runs together")
    parser.add_argument("--parts", type=Path, help="write the weights there, in files of 15 MiB")
    given = parser.parse_args()
    if given.minutes:
        train_all(given.folder, 60 * given.minutes)
    if given.parts:
        for path in in_parts(given.folder, given.parts):
            print(path, path.stat().st_size)


if __name__ == "__main__":
    main()
