"""How written words are said: numbers, dates, times, money, units, signs, abbreviations.

One rule after the other goes over the text; what a rule has claimed no later one sees, and what
nobody claims is said as it is written. English rules are in english.py, Mandarin ones in
chinese.py.
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import cache

from miaobi.core.sentences import HAN, LETTER, language_of
from miaobi.speech.rules import Rule

# characters that are drawn and not said: pictographs, their joiners and colors, control characters
UNSAID = ("So", "Sk", "Cf", "Cc", "Co", "Cn", "Me")
UNSAID_MARKS = re.compile(r"[\ufe0f\u200d\u20e3•·▪●■*_`|~^\\<>{}\[\]#=]+")
OPENING = set("([{‘“《（【「『¿¡<")
CJK_MARKS = "，。；：！？、“”…—（）《》〈〉「」『』【】"
FRAGMENTS = re.compile(
    rf"\s+|{HAN.pattern}|[{CJK_MARKS}]|[^\s\u3400-\u4dbf\u4e00-\u9fff{CJK_MARKS}]+"
)
# one character for one, so that places in the text stay what they are
PLAIN = str.maketrans(
    "０１２３４５６７８９’‘％￥＄．／－−‐‑‒〜～\u00a0\u202f＋＝＆",
    "0123456789''%¥$./-----~~  +=&",
)


@dataclass(frozen=True)
class Spoken:
    """A stretch of text and what is said for it; equal where nothing has to be changed."""

    written: str
    said: str
    whole: bool = False  # said together: "March 5", not "March" and "5"


def read_aloud(words: str, language: str = "") -> list[Spoken]:
    """Stretches that together are the text, each with what is said for it.

    `language`, "en" or "zh", is that of the text around; a sentence without a Chinese character in
    a Chinese text is read by English rules, unless it has no letters at all.
    """
    plain = words.translate(PLAIN)
    taken: list[tuple[int, int, str]] = []
    for pattern, reading in _rules(_reader(words, language)):
        start = 0
        while match := pattern.search(plain, start):
            start = match.start() + 1
            if match.end() == match.start() or _overlaps(taken, match):
                continue
            answer = reading(match)
            if answer is not None:
                taken.append((match.start(), match.end(), answer))
                start = match.end()
    return _pieces(words, plain, sorted(taken))


def said(words: str, language: str = "") -> str:
    """The same as one text: "It costs $5." -> "It costs five dollars."."""
    text = "".join(piece.said for piece in read_aloud(words, language))
    return re.sub(r"\s+", " ", re.sub(r" +([,.;:!?，。；：！？、])", r"\1", text)).strip()


def is_speakable(words: str) -> bool:
    """True when there is anything to say: a letter, a digit, or a sign that has a name."""
    return any(char.isalnum() for char in words) or any(char.isalnum() for char in said(words))


def _reader(words: str, language: str) -> str:
    """Whose rules read a text."""
    if HAN.search(words):
        return "zh" if language == "zh" else language_of(words)
    if language == "zh" and re.search("[，。；：！？、（）]", words):
        return "zh"
    letters = LETTER.search(words)
    return "en" if letters or not language else language


@cache
def _rules(language: str) -> tuple[Rule, ...]:
    from miaobi.speech import chinese, english

    rules: tuple[Rule, ...] = english.RULES
    return chinese.RULES if language == "zh" else rules


def _overlaps(taken: list[tuple[int, int, str]], match: re.Match[str]) -> bool:
    return any(start < match.end() and match.start() < end for start, end, _ in taken)


def _pieces(words: str, plain: str, taken: list[tuple[int, int, str]]) -> list[Spoken]:
    """What was claimed and what lies between, with a space where letters would touch."""
    pieces: list[Spoken] = []
    here, before = 0, ""
    for start, end, answer in [*taken, (len(words), len(words), "")]:
        if here < start:
            as_it_is = _without_unsaid(plain[here:start])
            pieces.append(Spoken(words[here:start], _apart(before, as_it_is)))
            before = as_it_is or before
        if start < end:
            pieces.append(Spoken(words[start:end], _apart(before, answer), whole=True))
            before = answer or before
        here = end
    return pieces


def _apart(before: str, after: str) -> str:
    touching = before[-1:].isascii() and after[:1].isascii()
    return f" {after}" if touching and before[-1:].isalnum() and after[:1].isalnum() else after


def _without_unsaid(plain: str) -> str:
    if not plain.isascii():
        plain = "".join(" " if unicodedata.category(char) in UNSAID else char for char in plain)
    return UNSAID_MARKS.sub(" ", plain)


def units(pieces: list[Spoken]) -> list[Spoken]:
    """Pieces as the words a reader sees: Latin words with their punctuation, Chinese characters.

    What is said together is one unit: "March 5".
    """
    found: list[Spoken] = []
    waiting: list[Spoken] = []  # fragments of one unit
    for piece in pieces:
        for part in _fragments(piece):
            alone = bool(HAN.search(part.said)) or part.written in CJK_MARKS
            if alone or not part.written.strip():
                found += _joined(waiting)
                waiting = []
            if part.written.strip():
                waiting.append(part)
            if alone:
                found += _joined(waiting)
                waiting = []
    return _with_punctuation(found + _joined(waiting))


def _fragments(piece: Spoken) -> list[Spoken]:
    """What is said together as it is; other text as words, spaces and Chinese characters."""
    if not piece.whole:
        parts = FRAGMENTS.findall(piece.written)
        return [Spoken(part, _without_unsaid(part.translate(PLAIN)).strip()) for part in parts]
    core = piece.written.strip()
    before, _, after = piece.written.partition(core)
    parts = [Spoken(before, ""), Spoken(core, piece.said.strip()), Spoken(after, "")]
    return [part for part in parts if part.written]


def _joined(fragments: list[Spoken]) -> list[Spoken]:
    """One unit, or none."""
    if not fragments:
        return []
    answer = ""
    for part in fragments:
        answer += _apart(answer, part.said)
    return [Spoken("".join(part.written for part in fragments), answer)]


def _with_punctuation(found: list[Spoken]) -> list[Spoken]:
    """Marks by themselves go to the word before them, opening ones to the word after."""
    whole: list[Spoken] = []
    ahead: list[Spoken] = []
    for unit in found:
        speaks = any(char.isalnum() for char in unit.said)
        if speaks or not whole or ahead or unit.written[0] in OPENING:
            ahead.append(unit)
        else:
            whole[-1] = _joined([whole[-1], unit])[0]
        if speaks:
            whole += _joined(ahead)
            ahead = []
    return whole
