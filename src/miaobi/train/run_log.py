"""Log of a run: run.json while it trains, with report.html and README.md (the model card)."""

import json
import platform
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from miaobi.core.errors import TrainingError
from miaobi.core.paths import atomic_write
from miaobi.core.version import VERSION
from miaobi.media.image import encode
from miaobi.train import report as pages
from miaobi.train.loop import Step
from miaobi.train.plan import as_json
from miaobi.train.recipes import TrainingPlan

if TYPE_CHECKING:
    from miaobi.train.families import PreparedObjective, Report

WRITE_INTERVAL = 20.0  # seconds between two writes of the files


@dataclass
class RunLogger:
    """Writer of the log; `record` is the content of run.json."""

    folder: Path
    record: dict[str, Any]
    started: float = field(default_factory=time.perf_counter)
    written: float = 0.0

    @classmethod
    def open(
        cls, plan: TrainingPlan, report: "Report", objective: "PreparedObjective"
    ) -> "RunLogger":
        """Start a log, or continue that of the folder. Raises TrainingError for other data."""
        folder, recipe = plan.folder, plan.recipe
        path = folder / "run.json"
        if path.is_file():
            record = json.loads(path.read_text(encoding="utf-8"))
            if record["data_sha256"] != objective.fingerprint:
                raise TrainingError(
                    "The data of the run in {folder} has changed.",
                    "Give the same data, or another folder; --from starts from its weights.",
                    folder=folder,
                )
            record["recipe"]["train"] = as_json(recipe)["train"]
            if record["commands"][-1] != plan.command:
                record["commands"].append(plan.command)
            return cls(folder, record)
        weights = [p for network in objective.networks.values() for p in network.parameters()]
        record = {
            "miaobi": VERSION,
            "commands": [plan.command],  # later ones resumed the run with other options
            "from": str(plan.start_from or ""),
            "recipe": as_json(recipe),
            "parameters": sum(p.numel() for p in weights),
            "learned": sum(p.numel() for p in weights if p.requires_grad),
            **objective.about,
            "data": asdict(report),
            "data_sha256": objective.fingerprint,
            "machine": f"{platform.system()} {platform.machine()}, {platform.processor()}",
            "history": [],
            "samples": [],
            "seconds": 0.0,
            "finished": False,
        }
        logger = cls(folder, record)
        logger._flush()
        return logger

    def write(self, step: Step) -> None:
        """Log a step; entries from this step on, of an earlier, killed attempt, are dropped.

        The files are written with every saved state, so that a resumed run misses no step.
        """
        history, samples = self.record["history"], self.record["samples"]
        while history and history[-1]["step"] >= step.number:
            history.pop()
        while samples and samples[-1]["step"] >= step.number:
            samples.pop()
        config = self.record["recipe"]["train"]
        if step.validation or step.number % config["log_every"] == 0:
            row: dict[str, Any] = {
                "step": step.number,
                **{k: round(v, 6) for k, v in step.terms.items()},
            }
            if step.validation:
                row["validation"] = {k: round(v, 6) for k, v in step.validation.items()}
            history.append(row)
        if isinstance(step.sample, str):
            samples.append({"step": step.number, "text": step.sample})
        elif step.sample is not None:
            samples.append({"step": step.number, "picture": self._write_picture(step)})
        if step.throughput.samples_per_second:
            self.record["throughput"] = asdict(step.throughput)
        self.record["finished"] = step.number == step.total
        now = time.perf_counter()
        is_saved = self.record["finished"] or step.number % config["save_every"] == 0
        if is_saved or now - self.written > WRITE_INTERVAL:
            self.record["seconds"] = round(self.record["seconds"] + now - self.started, 3)
            self.started = self.written = now
            self._flush()

    def _write_picture(self, step: Step) -> str:
        """Write the picture of a step and return its name in the folder."""
        name = f"samples/{step.number:07}.png"
        (self.folder / "samples").mkdir(exist_ok=True)
        assert step.sample is not None and not isinstance(step.sample, str)
        atomic_write(self.folder / name, encode(step.sample, "png"))
        return name

    def _flush(self) -> None:
        text = json.dumps(self.record, ensure_ascii=False, indent=1)
        atomic_write(self.folder / "run.json", (text + "\n").encode())
        atomic_write(self.folder / "report.html", pages.html(self.record).encode())
        atomic_write(self.folder / "README.md", pages.card(self.folder.name, self.record).encode())
