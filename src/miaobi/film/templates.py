"""Kinds of films: instructions of the writer, beats of the story, style and music."""

import tomllib
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

from miaobi import extensions
from miaobi.core.checks import check_choice


@dataclass(frozen=True)
class TemplateText:
    """The texts of a template in one language."""

    writer: str  # system prompt
    ask: str  # request, with {idea}
    first: str  # beat of the first scene
    middle: tuple[str, ...]
    last: str

    def beats(self, scenes: int) -> list[str]:
        """Return the beat of each scene; those in the middle are distributed evenly."""
        if scenes == 1:
            return [self.first]
        between = scenes - 2
        middle = [self.middle[n * len(self.middle) // max(1, between)] for n in range(between)]
        if between > len(self.middle):  # number the scenes of one beat
            middle = [f"{beat} ({n})" for n, beat in enumerate(middle, 2)]
        return [self.first, *middle, self.last]


@dataclass(frozen=True)
class Template:
    """One kind of film, a row of templates.toml."""

    name: str
    style: str
    music: dict[str, str]
    words: dict[str, TemplateText]
    quiz: bool = False


def register_kinds() -> tuple[Template, ...]:
    """Return the built-in kinds of films (the hook of extensions.py)."""
    text = (files("miaobi.film") / "templates.toml").read_text(encoding="utf-8")
    return tuple(_row(name, row) for name, row in tomllib.loads(text).items())


def templates() -> dict[str, Template]:
    """Return every kind of film by name: the built-in ones, then those of plugins."""
    return {row.name: row for row in extensions.rows("register_kinds")}


def find_template(name: str) -> Template:
    """Return the kind of film of a name. Raises OptionError."""
    check_choice("template", name, tuple(templates()))
    return templates()[name]


def _row(name: str, row: dict[str, Any]) -> Template:
    words = {
        language: TemplateText(**{**row[language], "middle": tuple(row[language]["middle"])})
        for language in ("en", "zh")
    }
    return Template(name, row["style"], row["music"], words, row.get("quiz", False))
