"""From a plan to a trained model: the data report, what has to be prepared, the run.

The folder of a run is a checkpoint from its first save on: `miaobi text --model FOLDER` uses it.

    config.json model.safetensors tokenizer.json   the model
    state.safetensors                              to go on from; deleted when the run is finished
    run.json report.html README.md tensorboard/    how it was made
"""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from miaobi.core.events import Progress
from miaobi.core.paths import write_error
from miaobi.train.families import family_of
from miaobi.train.plan import Plan, is_main, plan
from miaobi.train.resume import STATE


def run(plan: Plan) -> Iterator[Any]:
    """Yields the data report, Progress of what is prepared, then the loop's Steps.

    The folder holds the model at the end. Raises DataError before any training, and what
    train/loop.py raises.
    """
    from miaobi.train import loop
    from miaobi.train.diary import Diary

    folder = plan.folder
    prepared = family_of(plan.recipe).prepare(plan)
    for report in prepared:
        yield report
        if not isinstance(report, Progress):
            break
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise write_error(folder, error) from error
    for event in prepared:
        if hasattr(event, "losses"):
            objective = event
        else:
            yield event
    diary = Diary.open(plan, report, objective) if is_main() else None
    for step in loop.train(objective, plan.recipe.train, folder):
        if diary:
            diary.write(step)
        yield step
    if is_main():
        (folder / STATE).unlink(missing_ok=True)


def train(family: str, data: Sequence[str] | str = (), **keywords: Any) -> Path:
    """Train a model and return its folder; keywords are those of `plan`. Raises MiaobiError."""
    planned = plan(family, (data,) if isinstance(data, str) else data, **keywords)
    for _ in run(planned):
        pass
    return planned.folder
