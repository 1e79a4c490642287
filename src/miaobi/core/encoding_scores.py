"""Scores of the encodings that a text may have: approximate log-likelihoods of its characters.

Each candidate of encodings.toml decodes the bytes; characters that are common in one of its
languages score high, and rare or impossible ones low. Only differences of scores matter.
"""

import codecs
import re
import tomllib
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import pairwise
from typing import TypedDict, cast
from unicodedata import category

# log-likelihoods of one character
ASCII, COMMON, FREQUENT, EVERYDAY = -3.5, -5.5, -7.2, -9.6
RARE, ODD, IMPOSSIBLE = -13.0, -15.0, -30.0
PUNCTUATION = "、。，．！？：；「」『』（）《》〈〉【】“”‘’…—·～　"  # of East Asia
# encoding -> (languages, lead bytes of everyday characters, lead bytes of rarer ones)
EAST_ASIA: dict[str, tuple[tuple[str, ...], range, range]] = {
    "gb18030": (("zh-Hans", "zh-Hant"), range(0xB0, 0xD8), range(0xD8, 0xF8)),
    "cp950": (("zh-Hant",), range(0xA4, 0xC7), range(0xC9, 0xFA)),
    "cp932": (("ja",), range(0x88, 0x99), range(0x99, 0xEB)),
    "euc_jp": (("ja",), range(0xB0, 0xD0), range(0xD0, 0xF5)),
    "cp949": (("ko",), range(0xB0, 0xC9), range(0xCA, 0xFE)),
}
UTF_16 = ("utf_16_le", "utf_16_be")
ANY_ALPHABET = ""  # language of UTF-16 and UTF-8 outside East Asia
UNICODE_LANGUAGES = ("zh-Hans", "zh-Hant", "ja", "ko", ANY_ALPHABET)
# log-likelihood of an encoding before the text is seen
PRIORS = {"euc_jp": -2.0, "cp1250": -3.0, "cp1254": -3.0, "cp1257": -4.0, "iso8859_2": -4.0}
PRIORS |= {"koi8_r": -2.0, "cp866": -4.0, "iso8859_5": -5.0, "mac_cyrillic": -6.0}
PRIORS |= {"mac_roman": -5.0, "cp850": -5.0, "cp874": -6.0, "utf_16_le": -3.0}
PRIORS |= {"utf_16_be": -3.0}
BESIDE_LATIN = -2.5  # of an ideograph and a Latin letter without a space between
ACCENT, FOREIGN, CASE = -4.0, -14.0, -12.0  # of a letter, and of a capital inside a word
OTHER_LANGUAGE = -5.0  # of a word of another language than the rest
SINGLE = -6.0  # of an accented letter alone that is no word
MIXED_SCRIPTS = -10.0  # of a Latin letter beside one of another alphabet
EVIDENCE = 20.0  # limit of what common words add
WORD = re.compile(r"[^\W\d_ªº]+")
SIGN = re.compile(r"[^\w\s\x00-\x7f]|[\xa0ªº²³¹\x80-\x9f]")
BESIDE = re.compile(r"(?<=[A-Za-z])[^\x00-\x7f]|[^\x00-\x7f](?=[A-Za-z])")
# characters of UTF-16 that are two spaces or line ends of ASCII
BLANKS = frozenset(chr(first << 8 | second) for first in b"\t\n\r " for second in b"\t\n\r ")
CONTROL = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f]")
OPENING, CLOSING, TYPOGRAPHIC = "“‘«„‚‹¿¡", "”’»›", "–—…•°\xa0€£§©®™½¼¾·×"
SINGLE_WORDS = "àáâéèêóòôíìåöäýù"
# surroundings in which a language does not have a letter
NOWHERE = {"pt": re.compile(r"ã(?![oe]|s?$)|õ(?!e)"), "ro": re.compile(r"ă(?=o)")}


class LatinRow(TypedDict):
    """Row of a language in the Latin alphabet; see encodings.toml."""

    encodings: list[str]
    letters: str
    words: str


class Tables(TypedDict):
    """Content of encodings.toml."""

    han: dict[str, str]
    latin: dict[str, LatinRow]
    script: dict[str, list[str]]


@dataclass(frozen=True)
class Candidate:
    """An encoding, the text it gives, and the log-likelihood of that text."""

    encoding: str
    text: str
    score: float


def rank_encodings(data: bytes, is_whole: bool = True) -> list[Candidate]:
    """Decode bytes by every encoding that can, and return the candidates, best first.

    Bytes with zeros can only be UTF-16. Unless the bytes are the whole text, the last character
    may be cut.
    """
    ranked = []
    for encoding in UTF_16 if b"\0" in data else ("utf_8", *_encodings()):
        try:
            text = codecs.getincrementaldecoder(encoding)().decode(data, is_whole)
        except UnicodeDecodeError:
            continue
        ranked.append(Candidate(encoding, text, score_text(text, encoding)))
    return sorted(ranked, key=lambda candidate: -candidate.score)


def score_text(text: str, encoding: str) -> float:
    """Return the log-likelihood of a text that was decoded by an encoding."""
    prior = PRIORS.get(encoding, 0.0) + IMPOSSIBLE * len(CONTROL.findall(text))
    if encoding in EAST_ASIA:
        languages, everyday, rarer = EAST_ASIA[encoding]

        def score_code(char: str) -> float:
            code = char.encode(encoding)
            if len(code) != 2 or (code[1] < 0xA1 and encoding in ("gb18030", "cp949")):
                return ODD
            return EVERYDAY if code[0] in everyday else RARE if code[0] in rarer else ODD

        return prior + max(_unicode_score(text, language, score_code) for language in languages)
    if encoding in (*UTF_16, "utf_8"):
        return prior + max(_unicode_score(text, language) for language in UNICODE_LANGUAGES)
    if encoding in _tables()["script"]:
        return prior + _script_score(text, *_tables()["script"][encoding])
    return prior + _latin_score(text, encoding)


@cache
def _tables() -> Tables:
    text = (files("miaobi.core") / "encodings.toml").read_text(encoding="utf-8")
    return cast(Tables, tomllib.loads(text))


@cache
def _encodings() -> tuple[str, ...]:
    latin = (name for row in _tables()["latin"].values() for name in row["encodings"])
    return tuple(dict.fromkeys((*EAST_ASIA, *latin, *_tables()["script"], *UTF_16)))


@cache
def _ranks(language: str) -> dict[str, int]:
    return {char: rank for rank, char in enumerate(_tables()["han"].get(language, ""))}


def _unicode_score(
    text: str, language: str, score_code: Callable[[str], float] | None = None
) -> float:
    """Score a text by its characters; `score_code` scores the less common ones of an encoding."""
    ranks = _ranks(language)
    score = BESIDE_LATIN * len(BESIDE.findall(text)) if language else 0.0
    for char, count in Counter(text).items():
        if char.isascii():
            value = ASCII
        elif char in ranks:
            value = COMMON if ranks[char] < 100 else FREQUENT
        elif char in PUNCTUATION:
            value = COMMON
        elif category(char) in ("Cn", "Co", "Cs", "Cc"):
            value = IMPOSSIBLE
        elif language == "ja" and "\u3041" <= char <= "\u30fe":
            value = -4.8 if char < "\u30a0" else -6.0
        elif "\uff01" <= char <= "\uff5e":
            value = -8.0
        else:
            value = score_code(char) if score_code else _score_code_point(char, language)
        score += count * value
    return score


def _score_code_point(char: str, language: str) -> float:
    """Score a character that is not among the common ones of a language."""
    if language == ANY_ALPHABET:
        everyday = "\xa0" <= char < "\u0180" or "\u0391" <= char < "\u0450"
        if char in BLANKS:
            return ODD
        if everyday or "\u05d0" <= char < "\u0e80" or char > "\U00010000":
            return -5.0
        return -7.0 if char > "\u2000" and category(char)[0] in "PSZ" else ODD
    if language == "ko":
        return -10.0 if "\uac00" <= char <= "\ud7a3" else ODD
    return -11.0 if "\u4e00" <= char <= "\u9fff" else ODD


def _latin_score(text: str, encoding: str) -> float:
    """Score a text in the Latin alphabet: its accented letters, signs and common words."""
    rows = {name: row for name, row in _tables()["latin"].items() if encoding in row["encodings"]}
    words = Counter(WORD.findall(text))
    accented = {word: count for word, count in words.items() if not word.isascii()}
    high = sum(not char.isascii() for char in text)
    letters = sum(len(word) * count for word, count in words.items())
    score = ASCII * (len(text) - high) + min(6.0, letters / (1 + high) / 5)
    score += _sign_score(text)
    fits = {word: [name for name in rows if _fits(word.lower(), name, rows)] for word in accented}
    for word, count in accented.items():
        score += count * _word_score(word, bool(fits[word]))
    lower: Counter[str] = Counter()
    for word, count in words.items():
        lower[word.lower()] += count
    of_languages = []
    for name, row in rows.items():
        hits = sum(lower[word] for word in row["words"].split())
        evidence = max(0.0, min(EVIDENCE, 2.4 * hits - 0.3 * (lower.total() - hits)))
        others = sum(count for word, count in accented.items() if name not in fits[word])
        of_languages.append(evidence + OTHER_LANGUAGE * others)
    return score + max(of_languages)


def _fits(word: str, language: str, rows: dict[str, LatinRow]) -> bool:
    """Return if a language has the accented letters of a word."""
    letters = rows[language]["letters"]
    return all(char.isascii() or char in letters for char in word) and not (
        language in NOWHERE and NOWHERE[language].search(word)
    )


def _word_score(word: str, fits: bool) -> float:
    """Score the accented letters of a word."""
    high = sum(not char.isascii() for char in word)
    pairs = sum(not first.isascii() and not second.isascii() for first, second in pairwise(word))
    score = (ACCENT if fits else FOREIGN) * high + ACCENT * pairs + _case_score(word)
    return score + SINGLE if len(word) == 1 and word.lower() not in SINGLE_WORDS else score


def _case_score(word: str) -> float:
    """Penalize capitals inside a word."""
    return 0.0 if word.isupper() or word[1:].lower() == word[1:] else CASE


def _sign_score(text: str, letters: str = "") -> float:
    """Score the signs beyond ASCII by their surroundings, except marks that are letters."""
    score = 0.0
    for match in SIGN.finditer(text):
        char, start, end = match[0], match.start(), match.end()
        before, after = text[max(0, start - 1) : start], text[end : end + 1]
        if char in letters:
            score += IMPOSSIBLE if before.isascii() and before.isalpha() else ACCENT
            continue
        inside = before.isalpha() and after.isalpha() and char not in "’·\xad"
        misplaced = char in OPENING and before.isalnum()
        if inside or misplaced or category(char) in ("Cn", "Co", "Cc"):
            score += IMPOSSIBLE
        elif char in OPENING + CLOSING:
            score += -3.5
        else:
            score += -6.0 if char in TYPOGRAPHIC else -9.0
    return score


def _script_score(text: str, common: str, others: str) -> float:
    """Score a text in an alphabet other than the Latin one."""
    score = ASCII * sum(char.isascii() for char in text) + _sign_score(text, common + others)
    for word, count in Counter(WORD.findall(text)).items():
        if word.isascii():
            continue
        mixed = sum(first.isascii() != second.isascii() for first, second in pairwise(word))
        value = _case_score(word) + MIXED_SCRIPTS * mixed
        for char in word.lower():
            if not char.isascii():
                value += -3.0 if char in common else -4.5 if char in others else ODD
        score += count * value
    return score
