"""Kinds of films: what the writer is told, which beats there are, how it looks and sounds."""

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from miaobi.core.checks import check_choice


@dataclass(frozen=True)
class Words:
    """A template in one language."""

    writer: str
    ask: str
    first: str
    middle: tuple[str, ...]
    last: str

    def beats(self, scenes: int) -> list[str]:
        """What happens in each scene: those between are shared out evenly."""
        if scenes == 1:
            return [self.first]
        between = scenes - 2
        shared = [self.middle[n * len(self.middle) // max(1, between)] for n in range(between)]
        if between > len(self.middle):  # a beat of several scenes goes on in them
            shared = [f"{beat} ({n})" for n, beat in enumerate(shared, 2)]
        return [self.first, *shared, self.last]


@dataclass(frozen=True)
class Template:
    """One row of templates.toml."""

    name: str
    style: str
    music: dict[str, str]
    words: dict[str, Words]
    quiz: bool = False


@cache
def templates() -> dict[str, Template]:
    """The table, by name."""
    text = (files("miaobi.film") / "templates.toml").read_text(encoding="utf-8")
    return {name: _row(name, row) for name, row in tomllib.loads(text).items()}


def find_template(name: str) -> Template:
    """Raises OptionError."""
    check_choice("template", name, tuple(templates()))
    return templates()[name]


def _row(name: str, row: dict[str, Any]) -> Template:
    words = {
        language: Words(**{**row[language], "middle": tuple(row[language]["middle"])})
        for language in ("en", "zh")
    }
    return Template(name, row["style"], row["music"], words, row.get("quiz", False))
