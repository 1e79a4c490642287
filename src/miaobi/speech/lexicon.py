"""Word lists of text normalization and of dialogue, read from lexicon.toml."""

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any


def word_list(section: str, name: str) -> tuple[str, ...]:
    """Return a list of lexicon.toml, such as the measure words of Mandarin."""
    return tuple(_sections()[section][name])


def word_map(section: str, name: str) -> dict[str, str]:
    """Return a table of lexicon.toml: written form -> spoken form."""
    return dict(_sections()[section][name])


@cache
def _sections() -> dict[str, dict[str, Any]]:
    text = files("miaobi.speech").joinpath("lexicon.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)
