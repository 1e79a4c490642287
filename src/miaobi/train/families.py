"""THE table of families: the file that prepares the networks and data of each."""

import importlib
from collections.abc import Generator
from typing import TYPE_CHECKING, Any, Protocol, cast

from miaobi.core.events import Progress
from miaobi.data.image import PictureReport
from miaobi.data.report import DataReport
from miaobi.data.scores import ScoreReport
from miaobi.train.recipes import Recipe, TrainingPlan

if TYPE_CHECKING:
    from miaobi.train.loop import Objective

FAMILIES = {
    "gpt": "miaobi.train.prepare_text",
    "rnn": "miaobi.train.prepare_text",
    "lora": "miaobi.train.prepare_lora",
    "vae": "miaobi.train.prepare_image",
    "gan": "miaobi.train.prepare_image",
    "t2i": "miaobi.train.prepare_image",
    "t2v": "miaobi.train.prepare_video",
    "judge": "miaobi.train.prepare_judge",
    "layers": "miaobi.train.prepare_layers",
    "music": "miaobi.train.prepare_music",
}

Report = DataReport | PictureReport | ScoreReport


class Description(Protocol):
    """Facts on the data of an objective, for run.json."""

    about: dict[str, Any]  # counts and sizes, by kind of data
    fingerprint: str  # SHA-256 of the data


if TYPE_CHECKING:

    class PreparedObjective(Objective, Description, Protocol):
        """Objective that is ready to train."""


Preparation = Generator[Report | Progress, None, "tuple[Report, PreparedObjective]"]


class Family(Protocol):
    """Functions of a file that prepares a family."""

    def sizes(self, recipe: Recipe) -> tuple[str, ...]:
        """Return the sizes of the model; () where there is no choice."""
        ...

    def model_options(self, recipe: Recipe) -> dict[str, Any]:
        """Return every option model.KEY with its default."""
        ...

    def check(self, plan: TrainingPlan) -> None:
        """Reject options that would fail only when the network is built. Raises OptionError."""
        ...

    def prepare(self, plan: TrainingPlan) -> Preparation:
        """Read the data and build the objective; return the report on the data and the objective.

        Yields the report as soon as the data is read, and Progress; then creates the folder.
        Raises DataError.
        """
        ...


def family_of(recipe: Recipe) -> Family:
    """Import the file that prepares a recipe's family."""
    return cast(Family, importlib.import_module(FAMILIES[recipe.family]))
