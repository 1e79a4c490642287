"""Building blocks of text normalization: number patterns, and rules that verbalize a match."""

import re
from collections.abc import Callable, Iterable

Match = re.Match[str]
Verbalizer = Callable[[Match], str | None]  # match -> spoken form; None: leave it to later rules
Rule = tuple[re.Pattern[str], Verbalizer]
NUM = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"  # with or without thousands separators
START, END = r"(?<![\w.])(?<!\d,)", r"(?!\w)(?!\.\d)(?!,\d{3})"  # edges of a standalone number


def one_of(words: Iterable[str]) -> str:
    """Build a regex alternation of the words, longest first."""
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


def compile_rules(*rows: tuple[str, Verbalizer]) -> tuple[Rule, ...]:
    """Compile the pattern of each (pattern, verbalizer) row."""
    return tuple((re.compile(pattern), verbalize) for pattern, verbalize in rows)
