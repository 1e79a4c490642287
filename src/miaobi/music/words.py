"""Word tables of music prompts: words.toml, read once, and matching of its words in a text."""

import re
import tomllib
from functools import cache
from importlib.resources import files
from typing import Any


@cache
def _tables() -> dict[str, dict[str, dict[str, Any]]]:
    return tomllib.loads((files("miaobi.music") / "words.toml").read_text(encoding="utf-8"))


def table(section: str) -> dict[str, dict[str, Any]]:
    """Return the rows of a section by name."""
    return _tables()[section]


@cache
def keywords(section: str) -> dict[str, str]:
    """Return the row name of every word of a section, in English and Chinese."""
    return {word: name for name, row in table(section).items() for word in (*row["en"], *row["zh"])}


def first_match(text: str, section: str) -> str:
    """Return the row name of the first word of a section in lower-case text, "" if there is none.

    Of two words at one position the longer wins.
    """
    matches = [
        (match.start(), -len(word), name)
        for word, name in keywords(section).items()
        if (match := re.search(word_pattern(word), text))
    ]
    return min(matches)[2] if matches else ""


def word_pattern(word: str) -> str:
    """Return a pattern for a whole English word or its plural, or for a Chinese word anywhere."""
    return rf"\b{re.escape(word)}(?:s|es)?\b" if word.isascii() else re.escape(word)
