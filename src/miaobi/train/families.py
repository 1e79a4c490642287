"""THE table of families: the file that knows how networks of a kind are made ready to learn."""

import importlib
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Protocol, cast

if TYPE_CHECKING:
    from miaobi.train.plan import Plan
    from miaobi.train.recipes import Recipe

FAMILIES = {
    "gpt": "miaobi.train.text",
    "rnn": "miaobi.train.text",
    "lora": "miaobi.train.tune",
    "vae": "miaobi.train.image",
    "gan": "miaobi.train.image",
    "t2i": "miaobi.train.image",
    "t2v": "miaobi.train.video",
    "judge": "miaobi.train.judge",
    "layers": "miaobi.train.layers",
    "music": "miaobi.train.music",
}


class Family(Protocol):
    """What such a file has, as plain functions."""

    def sizes(self, recipe: "Recipe") -> tuple[str, ...]:
        """The sizes there are; () where there is no choice."""
        ...

    def model_options(self, recipe: "Recipe") -> dict[str, Any]:
        """Every model.KEY that may be given, with its default."""
        ...

    def check(self, plan: "Plan") -> None:
        """Refuse what would otherwise fail only when the network is built, or meets a batch."""
        ...

    def prepare(self, plan: "Plan") -> Iterator[Any]:
        """Yields the report on the data, then the objective; Progress where either takes long.

        The folder of the run is there once the report has been taken. Raises DataError.
        """
        ...


def family_of(recipe: "Recipe") -> Family:
    """The functions of a recipe's family."""
    return cast(Family, importlib.import_module(FAMILIES[recipe.family]))
