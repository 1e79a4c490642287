"""Sizes of drawn things beside a figure, and which of them are in the air: sizes.toml."""

import functools
import tomllib
from importlib.resources import files
from typing import Any

from miaobi.catalog.pictograms import PREFIX
from miaobi.catalog.tables import concepts

USUAL = 0.5  # of the height of a figure, where nothing else is known


@functools.cache
def _table() -> dict[str, Any]:
    return tomllib.loads((files("miaobi.catalog") / "sizes.toml").read_text(encoding="utf-8"))


@functools.cache
def _sizes() -> dict[str, float]:
    return {name: float(size) for size, names in _table()["sizes"].items() for name in names}


def relative_size(drawing: str) -> float:
    """Return the usual height of a drawn thing as a fraction of a figure's."""
    known = _sizes().get(drawing)
    if known:
        return known
    if drawing.startswith(PREFIX):
        words = set(drawing.removeprefix(PREFIX).split("-"))
        for size, names in _table()["pictograms"].items():
            if words & set(names):
                return float(size)
    concept = concepts().get(drawing)
    return float(_table()["groups"].get(concept.group, USUAL)) if concept else USUAL


def is_airborne(drawing: str) -> bool:
    """Return True for things that are in the air by default."""
    return drawing in _airborne()


@functools.cache
def _airborne() -> frozenset[str]:
    return frozenset(_table()["air"]["drawings"])
