"""What is written down of a run: run.json while it goes, report.html and README.md (the card)."""

import json
import platform
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from miaobi.core.errors import TrainingError
from miaobi.core.paths import atomic_write
from miaobi.core.version import VERSION
from miaobi.media.image import encode
from miaobi.train import report as pages
from miaobi.train.loop import Step
from miaobi.train.plan import Plan, as_json

PAUSE = 20.0  # seconds between two writes of the files


@dataclass
class Diary:
    """The history of one run; `told` is what run.json holds."""

    folder: Path
    told: dict[str, Any]
    began: float = field(default_factory=time.perf_counter)
    written: float = 0.0

    @classmethod
    def open(cls, plan: Plan, report: Any, objective: Any) -> "Diary":
        """A new diary, or the one of the folder. Raises TrainingError if the data has changed."""
        folder, recipe = plan.folder, plan.recipe
        path = folder / "run.json"
        if path.is_file():
            told = json.loads(path.read_text(encoding="utf-8"))
            if told["data_sha256"] != objective.fingerprint:
                raise TrainingError(
                    "The data of the run in {folder} has changed.",
                    "Give the same data, or another folder; --from starts from its weights.",
                    folder=folder,
                )
            told["recipe"]["train"] = as_json(recipe)["train"]
            if told["commands"][-1] != plan.command:
                told["commands"].append(plan.command)
            return cls(folder, told)
        weights = [p for network in objective.networks.values() for p in network.parameters()]
        told = {
            "miaobi": VERSION,
            "commands": [plan.command],  # later ones continued the run with other options
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
        diary = cls(folder, told)
        diary._flush()
        return diary

    def write(self, step: Step) -> None:
        """Note a step; steps of an earlier, killed attempt from here on are forgotten.

        The files are written with every saved state, so that a run that goes on misses no step.
        """
        history, samples = self.told["history"], self.told["samples"]
        while history and history[-1]["step"] >= step.number:
            history.pop()
        while samples and samples[-1]["step"] >= step.number:
            samples.pop()
        config = self.told["recipe"]["train"]
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
            samples.append({"step": step.number, "picture": self._kept(step)})
        self.told["finished"] = step.number == step.total
        now = time.perf_counter()
        saved = self.told["finished"] or step.number % config["save_every"] == 0
        if saved or now - self.written > PAUSE:
            self.told["seconds"] = round(self.told["seconds"] + now - self.began, 3)
            self.began = self.written = now
            self._flush()

    def _kept(self, step: Step) -> str:
        """The name of the file that a picture was written to."""
        name = f"samples/{step.number:07}.png"
        (self.folder / "samples").mkdir(exist_ok=True)
        atomic_write(self.folder / name, encode(step.sample, "png"))
        return name

    def _flush(self) -> None:
        text = json.dumps(self.told, ensure_ascii=False, indent=1)
        atomic_write(self.folder / "run.json", (text + "\n").encode())
        atomic_write(self.folder / "report.html", pages.html(self.told).encode())
        atomic_write(self.folder / "README.md", pages.card(self.folder.name, self.told).encode())
