"""What the rules of spoken.py are made of: patterns of numbers, and functions that say a match."""

import re
from collections.abc import Callable, Iterable

Match = re.Match[str]
Rule = tuple[re.Pattern[str], Callable[[Match], str | None]]  # None: leave it to later rules
NUM = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"
START, END = r"(?<![\w.])(?<!\d,)", r"(?!\w)(?!\.\d)(?!,\d{3})"  # a number by itself


def one_of(words: Iterable[str]) -> str:
    """A pattern of any of the words, the longest first."""
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


def rules(*rows: tuple[str, Callable[[Match], str | None]]) -> tuple[Rule, ...]:
    """The rows with their patterns compiled."""
    return tuple((re.compile(pattern), say) for pattern, say in rows)
