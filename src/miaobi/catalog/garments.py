"""Meanings of words for figures: clothes, tools, materials and hours, of garments.toml."""

import tomllib
from importlib.resources import files

_TABLE = tomllib.loads((files("miaobi.catalog") / "garments.toml").read_text(encoding="utf-8"))

GARMENTS: dict[str, str] = _TABLE["garments"]
TOOLS: dict[str, str] = _TABLE["tools"]
MOUNTS: dict[str, str] = _TABLE["mounts"]
MATERIALS: dict[str, str] = _TABLE["materials"]
HOURS: dict[str, str] = _TABLE["hours"]
WEATHERS: dict[str, str] = _TABLE["weathers"]
SEASONS: dict[str, str] = _TABLE["seasons"]
INSTRUMENTS = frozenset(_TABLE["words"]["instruments"])
WORN_KINDS = frozenset(_TABLE["words"]["worn"])
DARK_PLACES = frozenset(_TABLE["words"]["dark_places"])


def worn_kind(value: str) -> str | None:
    """Return the garment of a value of the table of modifiers that names one itself, else None."""
    return value if value in WORN_KINDS or value.startswith(("hair:", "tone:")) else None
