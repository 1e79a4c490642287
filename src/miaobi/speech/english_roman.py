"""Normalization rules for Roman numerals in English: "Henry VIII", "World War II", "Rocky IV"."""

import re

from miaobi.speech.lexicon import word_list
from miaobi.speech.numerals import cardinal, ordinal, roman_value
from miaobi.speech.rules import Match, Rule, compile_rules, following, one_of, preceding

NUMERAL = r"(?=[IVXLC]+\b)(C{0,3}(?:XC|XL|L?X{0,3})(?:IX|IV|V?I{0,3}))"  # up to 399
SMALL_NUMERAL = r"(?=[IVX]+\b)(X{0,3}(?:IX|IV|V?I{0,3}))"  # up to 39
PLAIN = {"II", "III", "VII", "VIII", "XI", "XII", "XIII", "XIV", "XVI", "XVII", "XVIII"}
NUMBERED_NOUNS = word_list("english", "numbered_nouns")
LETTERED_NOUNS = word_list("english", "lettered_nouns")
SERIES = set(word_list("english", "series"))
REGNAL_NAMES = set(word_list("english", "regnal_names"))
TITLES = one_of(word_list("english", "regnal_titles"))
STARTERS = set(word_list("english", "sentence_starters"))
PRONOUN_VERBS = one_of(word_list("english", "pronoun_verbs"))
BEFORE_PRONOUN = re.compile(rf"['’](?:m|ve|d|ll)\b| (?:{PRONOUN_VERBS})\b|[,;]? (?:and|or)\b")
TITLE_BEFORE = re.compile(rf"\b(?:{TITLES}) (?:[A-Z][\w'-]+ )?$")
NAME_BEFORE = re.compile(r"(?:\b(?:[A-Z][\w'-]+|of|the) )+$")
FAMILY_NAME = re.compile(r"[A-Z][a-z]+ $")
# words before a lone I or X that is a letter: "Malcolm X", "Generation X"
LETTER_NAMES = {"Malcolm", "Generation", "Planet", "Project", "Model", "Factor", "Files"}


def _numbered(m: Match) -> str | None:
    noun, letters = m[1], m[2]
    if noun in LETTERED_NOUNS and letters in ("C", "L"):
        return None
    if letters in ("C", "L") or (letters == "X" and noun in LETTER_NAMES):
        return None
    return f"{noun} {cardinal(str(roman_value(letters)))}"


def _named(m: Match) -> str | None:
    """Verbalize a capitalized word and a numeral: a ruler by ordinal, a game by cardinal."""
    name, letters = m[1], m[2]
    base = name.removesuffix("'s")
    number = str(roman_value(letters))
    spoken_ordinal, spoken_cardinal = f"{name} the {ordinal(number)}", f"{name} {cardinal(number)}"
    if base in LETTER_NAMES or base in STARTERS:
        return spoken_cardinal if base in STARTERS and letters in PLAIN else None
    if base in SERIES or (base.isupper() and len(base) > 1):
        return spoken_cardinal if letters != "I" else None
    has_title = bool(TITLE_BEFORE.search(preceding(m)))
    is_ruler = base in REGNAL_NAMES or has_title
    if letters == "I":
        return spoken_ordinal if is_ruler and not BEFORE_PRONOUN.match(following(m)) else None
    if is_ruler:
        return spoken_ordinal
    if len(letters) == 1 or letters in ("XX", "XXX"):
        return None
    words = NAME_BEFORE.search(preceding(m))
    names = words[0].split() if words else []
    first = names[0] if names and names[0] not in STARTERS else ""
    if not first or first in REGNAL_NAMES:
        return spoken_ordinal
    return spoken_cardinal


def _lone(m: Match) -> str | None:
    return cardinal(str(roman_value(m[0]))) if m[0] in PLAIN else None


def _listed(m: Match) -> str:
    return f"({cardinal(str(roman_value(m[1].upper())))})"


ROMAN: tuple[Rule, ...] = compile_rules(
    (r"\bWW(I{1,3})\b", lambda m: f"World War {cardinal(str(len(m[1])))}"),
    (r"\bWW ?([12])\b", lambda m: f"World War {cardinal(m[1])}"),
    (
        rf"\b{NUMERAL}(?= (?:century|centuries|dynasty|Dynasty|Olympiad|Legion|Corps|Congress)\b)",
        lambda m: ordinal(str(roman_value(m[1]))) if m[1] else None,
    ),
    (rf"\b({one_of(NUMBERED_NOUNS)}) {NUMERAL}\b(?![.'’]\w)", _numbered),
    (
        rf"\b((?:[A-Z](?:[^\W\d]|['-])*|iPhone)) {SMALL_NUMERAL}\b"
        r"(?!\.\w|-[a-z]|['’](?:m|ve|ll|d)\b)",
        _named,
    ),
    (r"(?<![\w.'’-])[IVX]{2,5}(?![\w'’]|\.\w)", _lone),
    (r"\((?=[ivx]{2,}\))(x{0,3}(?:ix|iv|v?i{0,3}))\)", _listed),
)
