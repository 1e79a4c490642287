"""From a plan to a trained model: prepare the data and the network, then run the loop.

The folder of a run is a checkpoint from its first save on: `miaobi text --model FOLDER` uses it.

    config.json model.safetensors tokenizer.json   the model
    state.safetensors                              to resume from; deleted when the run is finished
    run.json report.html README.md tensorboard/    the history of the run
"""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from miaobi.core.events import Progress
from miaobi.train.families import Report, family_of
from miaobi.train.plan import is_main, plan, plan_tune
from miaobi.train.recipes import TrainingPlan
from miaobi.train.resume import STATE

if TYPE_CHECKING:
    from miaobi.train.loop import Step

TrainEvent: TypeAlias = "Report | Progress | Step"


def run(plan: TrainingPlan) -> Iterator[TrainEvent]:
    """Run a plan; yield the data report, Progress of the preparation, then the loop's Steps.

    At the end the folder holds the model. Raises DataError before any training, and the errors of
    train/loop.py.
    """
    from miaobi.train import loop
    from miaobi.train.run_log import RunLogger

    report, objective = yield from family_of(plan.recipe).prepare(plan)
    logger = RunLogger.open(plan, report, objective) if is_main() else None
    for step in loop.train(objective, plan.recipe.train, plan.folder):
        if logger:
            logger.write(step)
        yield step
    if is_main():
        (plan.folder / STATE).unlink(missing_ok=True)


def train(family: str, data: Sequence[str] | str = (), **options: Any) -> Path:
    """Train a model and return its folder; options are those of `plan`. Raises MiaobiError."""
    return _finish(plan(family, (data,) if isinstance(data, str) else data, **options))


def tune(model: str, data: Sequence[str] | str, **options: Any) -> Path:
    """Tune a model with LoRA and return its folder; options are those of `plan_tune`.

    Raises MiaobiError.
    """
    return _finish(plan_tune(model, (data,) if isinstance(data, str) else data, **options))


def _finish(plan: TrainingPlan) -> Path:
    for _ in run(plan):
        pass
    return plan.folder
