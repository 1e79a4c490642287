"""Normalization rules for ranges in English: 12%-15%, 9am-5pm, Mon-Fri, A-Z.

A dash is read as "to" where the same kind of quantity stands on both sides. Ranges with one unit,
such as 12-15%, belong to the rules of that unit.
"""

import re

from miaobi.speech.abbreviations import MONTHS, SHORT_DAYS, SHORT_MONTHS
from miaobi.speech.english_amounts import CODE, FRACTIONS, PER_NOUNS, SIGN
from miaobi.speech.english_dates import MONTH
from miaobi.speech.rules import (
    NUM,
    Match,
    Rule,
    compile_rules,
    ends_sentence,
    following,
    one_of,
    preceding,
)
from miaobi.speech.units import PER_UNITS, UNITS

NUMBER = rf"-?(?:{NUM})"
TIME = r"\d\d?:\d\d(?::\d\d)?(?: ?[AaPp]\.?[Mm]\b\.?)?|\d\d? ?[AaPp]\.?[Mm]\b\.?"
SCALE = r"(?: ?(?:thousand|million|billion|trillion|k|K|m|M|mn|bn|b|B|tn)\b)?"
QUANTITIES = (
    rf"{NUMBER} ?[%‰]",
    rf"-?(?:{SIGN}) ?(?:{NUM}){SCALE}|(?:{NUM}) ?(?:{CODE})",
    rf"{NUMBER} ?(?:{one_of(UNITS)}|° ?[CF]?|℃|℉)[²³]?(?:/(?:{one_of([*PER_UNITS, *PER_NOUNS])}))?",
    TIME,
    rf"{MONTH} \d\d?(?:st|nd|rd|th)?(?:, \d{{4}})?|{MONTH} \d{{4}}"
    rf"|\d\d?(?:st|nd|rd|th)? {MONTH}(?: \d{{4}})?",
    r"\d{4}-\d\d-\d\d|\d\d?/\d\d?/\d{2,4}",
    r"\d+(?:st|nd|rd|th)",
    r"(?:\d\d|')\d0'?s",
    rf"\d+/\d+|(?:\d+ ?)?[{''.join(FRACTIONS)}]",
    rf"(?:{NUM}) ?(?:BC|BCE|AD|CE)",
)
LEFT = [re.compile(rf"(?<![\w.,/])(?:{pattern}) ?$") for pattern in QUANTITIES]
RIGHT = [re.compile(rf" ?(?:{pattern})(?![\w/])(?! ?=)") for pattern in QUANTITIES]
HOUR_BEFORE = re.compile(r"(?<![\w.:])\d\d?(?::\d\d)? ?[AaPp]\.?[Mm]\.? ?$")
FULL_DAYS = {name: name for name in SHORT_DAYS.values()}
FULL_MONTHS = {name: name for name in MONTHS}
DASH = " ?[-–—~] ?"


def _range_dash(m: Match) -> str | None:
    before, after = preceding(m), following(m)
    if before[-1:].isspace() != after[:1].isspace():
        return None
    if HOUR_BEFORE.search(before) and re.match(" ?(?:noon|midnight)\\b", after):
        return "to"
    if HOUR_BEFORE.search(before) and re.match(r" ?\d\d?(?::\d\d)?(?![\w:.]\d?)", after):
        return "to"
    for left, right in zip(LEFT, RIGHT, strict=True):
        if left.search(before) and right.match(after):
            return "to"
    return None


def _named_range(names: dict[str, str], m: Match) -> str:
    start, end = names[m[1]], names[m[2]]
    return f"{start} to {end}" + ("." if ends_sentence(m) else "")


def _day_range(m: Match) -> str:
    return _named_range(SHORT_DAYS | FULL_DAYS, m)


def _month_range(m: Match) -> str:
    return _named_range(SHORT_MONTHS | FULL_MONTHS, m)


def _letter_range(m: Match) -> str | None:
    start, end = m[1], m[2]
    is_range = start.isupper() == end.isupper() and ord(end) - ord(start) >= 2
    return f"{start} to {end}" if is_range else None


DAY_NAME = rf"({one_of([*SHORT_DAYS, *SHORT_DAYS.values()])})\b"
MONTH_NAME = rf"({one_of([*MONTHS, *SHORT_MONTHS])})\b"
RANGES: tuple[Rule, ...] = compile_rules(
    (rf"\b{DAY_NAME}\.?{DASH}{DAY_NAME}\.?(?!\w)", _day_range),
    (rf"\b{MONTH_NAME}\.?{DASH}{MONTH_NAME}(?! \d\d?\b(?!:))\.?(?!\w)", _month_range),
    (r"[-–—~](?= ?[-$€£¥₹'A-Z\d½⅓⅔¼¾⅛]| ?(?:noon|midnight)\b|(?<=[ap]m.)\d)", _range_dash),
    (r"(?<![\w'’.&-])([A-Za-z])[-–—]([A-Za-z])(?![\w'’-]|\.\w)", _letter_range),
)
