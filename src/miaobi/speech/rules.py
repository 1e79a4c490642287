"""Building blocks of text normalization: number patterns, and rules that verbalize a match."""

import re
from collections.abc import Callable, Iterable

from miaobi.speech.lexicon import word_list

Match = re.Match[str]
Verbalizer = Callable[[Match], str | None]  # match -> spoken form; None: leave it to later rules
Rule = tuple[re.Pattern[str], Verbalizer]
# with or without separators of thousands, or of lakhs
NUM = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d{1,2}(?:,\d\d)+,\d{3}(?:\.\d+)?|\d+(?:\.\d+)?"
START, END = r"(?<![\w.])(?<!\d,)", r"(?!\w)(?!\.\d)(?!,\d{3})"  # edges of a standalone number

# HTML tags, and faces of typed characters: neither is read
TAG = (
    r"</?(?:b|i|u|em|strong|br|p|div|span|a|h[1-6]|li|ul|ol|code|pre|hr|img|sub|sup)"
    r"(?: [\w-]+=[^<>]*)? ?/?>"
)
FACE = (
    r"[:;][-'^o]?[)(\[\]DPpOo]+|=[)(]|[:;]-[/\\|*]|:'\(|>:[()]|\^_*\^;?|>_<|-_-|T_T|XD"
    r"|¯\\_\(ツ\)_/¯|<\\?/3"
)


def one_of(words: Iterable[str]) -> str:
    """Build a regex alternation of the words, longest first."""
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


def compile_rules(*rows: tuple[str, Verbalizer]) -> tuple[Rule, ...]:
    """Compile the pattern of each (pattern, verbalizer) row."""
    return tuple((re.compile(pattern), verbalize) for pattern, verbalize in rows)


def preceding(m: Match, length: int = 40) -> str:
    """Return the text before a match, at most `length` characters."""
    return m.string[max(0, m.start() - length) : m.start()]


def following(m: Match, length: int = 40) -> str:
    """Return the text after a match, at most `length` characters."""
    return m.string[m.end() : m.end() + length]


STARTERS = one_of(word_list("english", "sentence_starters"))
SENTENCE_END = re.compile(rf"[\"'”’)\]]*(?:\s*$|\s+[\"'“‘(]?(?:{STARTERS})\b)")


def ends_sentence(m: Match) -> bool:
    """Return True for a match with a full stop that is the last of its English sentence."""
    return m[0].endswith(".") and bool(SENTENCE_END.match(following(m)))
