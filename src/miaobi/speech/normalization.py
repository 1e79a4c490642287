"""Text normalization: the spoken form of numbers, dates, times, money, units and abbreviations.

    "It costs $5." --rules--> spans (written, spoken) --split_words--> words with both forms

Rules apply one after another; text matched by one rule is not visible to later ones, and text
matched by none is spoken as written. The rules are in english.py and chinese.py.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from miaobi.core.sentences import HAN, LETTER, language_of
from miaobi.speech.numerals import ungrouped
from miaobi.speech.rules import Rule

# silent characters: pictographs, their joiners and skin tones, control characters
SILENT_CATEGORIES = ("So", "Sk", "Cf", "Cc", "Co", "Cn", "Me")
SILENT_MARKS = re.compile(r"[\ufe0f\u200d\u20e3•·▪●■*_`|~^\\<>{}\[\]#=]+")
OPENING_MARKS = set("([{‘“《（【「『¿¡<")
CJK_MARKS = "，。；：！？、“”…—（）《》〈〉「」『』【】"
# longer texts are normalized in pieces, which bounds the time; they end after a space or a mark
PIECES = re.compile(r".{1,600}(?:\s|(?<=[,;.!?，。；！？、])|$)|.{1,600}", re.DOTALL)
CJK_START = "\u2e80"  # scripts from here on are written without spaces
FRAGMENTS = re.compile(
    rf"\s+|{HAN.pattern}|[{CJK_MARKS}]|[^\s\u3400-\u4dbf\u4e00-\u9fff{CJK_MARKS}]+"
)
# one character for one, so that offsets into the text stay valid
TO_ASCII = str.maketrans(
    "０１２３４５６７８９’‘％￥＄．／⁄∕－−‐‑‒﹣〜～＋＝＜＞﹤﹥＆＃′″º˚"
    "\u00a0\u202f\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u205f",
    "0123456789''%¥$.///------~~+=<><>&#'\"°°            ",
)
COLON = re.compile(r"(?<=\d)[：∶﹕](?=\d)")


@dataclass(frozen=True)
class NormalizedSpan:
    """A stretch of text and its spoken form; both are equal where no rule applies."""

    written: str
    spoken: str
    is_unit: bool = False  # spoken as one word: "March 5", not "March" and "5"


def normalize_spans(text: str, language: str = "") -> list[NormalizedSpan]:
    """Normalize a text; the written forms of the spans together are the text.

    `language` ("en" or "zh") is the language of the surrounding text: a sentence without Chinese
    characters in a Chinese text follows the English rules, unless it has no letters at all.
    """
    rules = _rules(_rule_language(text, language))
    spans: list[NormalizedSpan] = []
    for piece in PIECES.findall(text):
        spans += _apply_rules(piece, rules)
    return spans


def _apply_rules(text: str, rules: tuple[Rule, ...]) -> list[NormalizedSpan]:
    plain = ungrouped(COLON.sub(":", text.translate(TO_ASCII)))
    replacements: list[tuple[int, int, str]] = []
    for pattern, verbalize in rules:
        start = 0
        while match := pattern.search(plain, start):
            start = match.start() + 1
            taken = _overlap(replacements, match)
            if taken is not None:  # the pattern may still fit before it
                match = pattern.match(plain, match.start(), taken) or match
            if match.end() == match.start() or _overlap(replacements, match) is not None:
                continue
            spoken = verbalize(match)
            if spoken is not None:
                replacements.append((match.start(), match.end(), spoken))
                start = match.end()
    return _to_spans(text, plain, sorted(replacements))


def normalize(text: str, language: str = "") -> str:
    """Return the spoken form of a text: "It costs $5." -> "It costs five dollars."."""
    spoken = "".join(span.spoken for span in normalize_spans(text, language))
    return re.sub(r"\s+", " ", re.sub(r" +([,.;:!?，。；：！？、])", r"\1", spoken)).strip()


def is_speakable(text: str) -> bool:
    """Return True for a text with a letter, a digit, or a symbol that has a name."""
    return any(char.isalnum() for char in text) or any(char.isalnum() for char in normalize(text))


def _rule_language(text: str, language: str) -> str:
    """Choose the language whose rules apply to a text."""
    if HAN.search(text):
        return "zh" if language == "zh" else language_of(text)
    if language == "zh" and re.search("[，。；：！？、（）]", text):
        return "zh"
    letters = LETTER.search(text)
    return "en" if letters or not language else language


@cache
def _rules(language: str) -> tuple[Rule, ...]:
    from miaobi.speech import chinese, english

    rules: tuple[Rule, ...] = english.RULES
    return chinese.RULES if language == "zh" else rules


def _overlap(replacements: list[tuple[int, int, str]], match: re.Match[str]) -> int | None:
    """Return the start of the first replacement that overlaps a match, or None."""
    starts = [s for s, end, _ in replacements if s < match.end() and match.start() < end]
    return min(starts, default=None)


def _to_spans(
    text: str, plain: str, replacements: list[tuple[int, int, str]]
) -> list[NormalizedSpan]:
    """Return the replaced and the unchanged spans, with a space where letters would touch."""
    spans: list[NormalizedSpan] = []
    position, before = 0, ""
    for start, end, spoken in [*replacements, (len(text), len(text), "")]:
        if position < start:
            unchanged = _remove_silent(plain[position:start])
            spans.append(NormalizedSpan(text[position:start], _separated(before, unchanged)))
            before = unchanged or before
        if start < end:
            spans.append(NormalizedSpan(text[start:end], _separated(before, spoken), is_unit=True))
            before = spoken or before
        position = end
    return spans


def _separated(before: str, after: str) -> str:
    """Return `after`, with a leading space where it would run into the letters before it."""
    are_spaced = before[-1:] < CJK_START and after[:1] < CJK_START
    return f" {after}" if are_spaced and before[-1:].isalnum() and after[:1].isalnum() else after


def _remove_silent(text: str) -> str:
    if not text.isascii():
        text = "".join(
            " " if unicodedata.category(char) in SILENT_CATEGORIES else char for char in text
        )
    return SILENT_MARKS.sub(" ", text)


def split_words(spans: Sequence[NormalizedSpan]) -> list[NormalizedSpan]:
    """Split spans into words: Latin words with their punctuation, single Chinese characters.

    A span of a rule stays one word: "March 5".
    """
    words: list[NormalizedSpan] = []
    pending: list[NormalizedSpan] = []  # fragments of the current word
    for span in spans:
        for fragment in _fragments(span):
            stands_alone = bool(HAN.search(fragment.spoken)) or fragment.written in CJK_MARKS
            if stands_alone or not fragment.written.strip():
                words += _merged(pending)
                pending = []
            if fragment.written.strip():
                pending.append(fragment)
            if stands_alone:
                words += _merged(pending)
                pending = []
    return _attach_punctuation(words + _merged(pending))


def _fragments(span: NormalizedSpan) -> list[NormalizedSpan]:
    """Split a span into words, spaces and Chinese characters; a unit keeps its core whole."""
    if not span.is_unit:
        parts = FRAGMENTS.findall(span.written)
        return [
            NormalizedSpan(part, _remove_silent(part.translate(TO_ASCII)).strip()) for part in parts
        ]
    core = span.written.strip()
    before, _, after = span.written.partition(core)
    fragments = [
        NormalizedSpan(before, ""),
        NormalizedSpan(core, span.spoken.strip()),
        NormalizedSpan(after, ""),
    ]
    return [fragment for fragment in fragments if fragment.written]


def _merged(fragments: Sequence[NormalizedSpan]) -> list[NormalizedSpan]:
    """Merge fragments into a list of one word; the list is empty without fragments."""
    if not fragments:
        return []
    spoken = ""
    for fragment in fragments:
        spoken += _separated(spoken, fragment.spoken)
    return [NormalizedSpan("".join(fragment.written for fragment in fragments), spoken)]


def _attach_punctuation(words: Sequence[NormalizedSpan]) -> list[NormalizedSpan]:
    """Attach separate marks to the word before them, and opening marks to the word after."""
    attached: list[NormalizedSpan] = []
    pending: list[NormalizedSpan] = []
    for word in words:
        is_spoken = any(char.isalnum() for char in word.spoken)
        if is_spoken or not attached or pending or word.written[0] in OPENING_MARKS:
            pending.append(word)
        else:
            attached[-1] = _merged([attached[-1], word])[0]
        if is_spoken:
            attached += _merged(pending)
            pending = []
    if attached and pending:  # an opening mark without a word after it
        attached[-1] = _merged([attached[-1], *pending])[0]
    return attached
