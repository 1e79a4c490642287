"""Normalization rules for dates, times and years in English."""

import re

from miaobi.speech.abbreviations import MONTHS, SHORT_MONTHS
from miaobi.speech.numerals import cardinal, ordinal, year
from miaobi.speech.rules import (
    END,
    START,
    Match,
    Rule,
    compile_rules,
    ends_sentence,
    following,
    one_of,
    preceding,
)

DURATION_UNITS = {"d": "day", "h": "hour", "m": "minute", "s": "second"}
DURATION = (
    r"(?<![\w.:])(?:(\d+)d ?)?(?:(\d+) ?h(?:rs?)? ?)(\d+) ?m(?:ins?)?(?: ?(\d+) ?s(?:ecs?)?)?(?!\w)"
    r"|(?<![\w.:])()()(\d+) ?m(?:ins?)? ?(\d+) ?s(?:ecs?)?(?!\w)"
    r"|(?<![\w.:])(\d+)d ?(\d+)h()()(?!\w)"
    r"|(?<![\w.:])()(\d{1,2})h(\d\d)()(?!\w)"
)
DAY_BEFORE = re.compile(r"\b(?:[Oo]n|[Uu]ntil|[Tt]ill|[Ss]ince|[Dd]ated|[Dd]ue|[Dd]eadline:?) $")
RATIO_BEFORE = re.compile(r"\b(?:scale|ratio|map|model|odds|proportions?|mix|mixed)\b[a-z ]{0,16}$")
YEAR_BEFORE = re.compile(
    r"\b(?:[Ii]n|[Ss]ince|[Yy]ear|[Uu]ntil|[Ff]rom|[Aa]fter|[Bb]efore|circa) $"
)
MONTH = rf"(?:{one_of(MONTHS)}|(?:{one_of(SHORT_MONTHS)})\b\.?)"


def _month(name: str) -> str:
    return SHORT_MONTHS.get(name.rstrip("."), name)


def _date(day: str, month: int, in_year: str) -> str | None:
    if not (1 <= month <= 12 and 1 <= int(day) <= 31):
        return None
    words = f"{MONTHS[month - 1]} {ordinal(day.lstrip('0'))}"
    if len(in_year) == 2:
        in_year = ("19" if int(in_year) > 50 else "20") + in_year
    return words + (f", {year(in_year)}" if in_year else "")


def _slash_date(m: Match) -> str | None:
    month, day, in_year = m[1], m[2], m[3]
    if int(month) > 12:
        month, day = day, month
    return _date(day, int(month), in_year)


def _month_day(m: Match) -> str | None:
    if not 1 <= int(m[2]) <= 31:
        return None
    words = f"{_month(m[1])} {ordinal(m[2])}"
    if m[3]:  # a range of days
        words += f" to {ordinal(m[3])}"
    return words + (f", {year(m[4])}" if m[4] else "")


def _day_month(m: Match) -> str | None:
    if not 1 <= int(m[2]) <= 31:
        return None
    words = f"{m[1] or 'the '}{ordinal(m[2])} of {_month(m[3])}"
    return words + (f", {year(m[4])}" if m[4] else "")


def _time(m: Match) -> str | None:
    hour, minute, second, meridiem = int(m[1]), int(m[2]), m[3], m[4]
    if hour > 24 or minute > 59:
        return None
    if not meridiem and re.match(" ?o'?clock", following(m)):
        return cardinal(str(hour)) + (_minutes(m[2]) if minute else "")
    if not meridiem and (hour > 12 or m[1] == "00"):  # 24-hour clock to 12-hour clock
        if hour % 24 == 0 and not minute and not second:
            return "midnight"
        hour, meridiem = (hour % 12 or 12), ("p" if 12 < hour < 24 else "a")
    words = cardinal(str(hour))
    if minute:
        words += _minutes(m[2])
    elif not meridiem and not _shares_meridiem(m):
        words += " o'clock"
    if second and int(second):
        words += f" and {cardinal(second)} second{'' if int(second) == 1 else 's'}"
    return words + _meridiem(meridiem) + _full_stop(m)


def _shares_meridiem(m: Match) -> bool:
    """Return True for the first time of "10:00-11:30 a.m."."""
    return bool(re.match(r" ?(?:[-–—~]|to) ?\d\d?(?::\d\d)? ?[AaPp]\.?[Mm]\b", following(m)))


def _full_stop(m: Match) -> str:
    """Return the full stop of "p.m." at the end of a sentence."""
    return "." if m.start() and ends_sentence(m) else ""


def _minutes(digits: str) -> str:
    return f" oh {cardinal(digits)}" if digits[0] == "0" else f" {cardinal(digits)}"


def _hours(m: Match) -> str | None:
    """Verbalize military time, which precedes the word "hours": "zero six hundred"."""
    if int(m[1]) > 24 or int(m[2]) > 59:
        return None
    zero = "zero " if m[1][0] == "0" and len(m[1]) == 2 else ""
    return f"{zero}{cardinal(m[1])}" + (" hundred" if m[2] == "00" else _minutes(m[2]))


def _meridiem(letter: str | None) -> str:
    return f" {letter[0].upper()}M" if letter else ""


def _hour(m: Match) -> str | None:
    if int(m[1]) > 12:
        return None
    words = cardinal(m[1])
    if m[2]:
        words += f" to {cardinal(m[2])}"
    return words + _meridiem(m[3]) + _full_stop(m)


def _duration(m: Match) -> str:
    """Verbalize 1h 30m, 2m 40s, 5d 4h."""
    numbers = [m[1] or m[9], m[2] or m[10] or m[14], m[3] or m[7] or m[15], m[4] or m[8]]
    parts = [
        f"{cardinal(number)} {name}{'' if number == '1' else 's'}"
        for number, name in zip(numbers, DURATION_UNITS.values(), strict=True)
        if number
    ]
    return " ".join(parts)


def _short_date(m: Match) -> str | None:
    """Verbalize 12/25 as a date after "on"."""
    return _date(m[2], int(m[1]), "") if DAY_BEFORE.search(preceding(m)) else None


def _early_year(m: Match) -> str | None:
    """Verbalize a year from 1010 to 1099 after "in"."""
    noun = re.match(r" [a-z]+s\b(?<!was)(?<!is)", following(m))
    return None if noun or not YEAR_BEFORE.search(preceding(m)) else year(m[0])


def _season(m: Match) -> str | None:
    """Verbalize 2024/25."""
    if (int(m[1][2:]) + 1) % 100 != int(m[2]):
        return None
    return f"{year(m[1])} {cardinal(m[2])}"


def _years(m: Match) -> str | None:
    start, end = m[1], m[2]
    if not 1100 <= int(start) <= 2100 or (len(end) == 4 and int(end) < int(start)):
        return None
    words = (
        year(end) if len(end) == 4 else (f"oh {cardinal(end)}" if end[0] == "0" else cardinal(end))
    )
    return f"{year(start)} to {words}"


def _decade(m: Match) -> str:
    if m[1] and len(m[1]) == 2:
        words = year(m[1] + m[2])
        return words[:-1] + "ies" if words.endswith("y") else words + "s"
    return {"1": "tens", "0": "two thousands"}.get(m[2][0], cardinal(m[2])[:-1] + "ies")


def _ratio(m: Match) -> str | None:
    """Verbalize 1:50 after "scale" or "ratio"."""
    if not RATIO_BEFORE.search(preceding(m)):
        return None
    return f"{cardinal(m[1])} to {cardinal(m[2])}"


DATES: tuple[Rule, ...] = compile_rules(
    (rf"{START}(\d+):(\d+)(?!:)(?! ?[AaPp]\.?[Mm]){END}", _ratio),
    (r"(?<![\w.:])12:00(?= (?:noon|midnight)\b)", lambda m: "twelve"),
    (DURATION, _duration),
    (
        rf"{START}(\d{{4}})([-/.])(\d\d?)\2(\d\d?)(?:{END}|(?=T\d\d:\d\d))",
        lambda m: _date(m[4], int(m[3]), m[1]),
    ),
    (r"(?<=\d)T(?=\d\d:\d\d)", lambda m: ", "),
    (r"(?<=T)(\d\d):(\d\d)(?::(\d\d)(?:\.\d+)?)?()(?=Z|\b)", _time),
    (r"(?<=\d)Z\b", lambda m: " UTC"),
    (rf"{START}(\d\d?)-(\d\d?)-(\d{{4}}){END}", _slash_date),
    (
        r"(?<![\w.:])(\d\d?) ?[-–] ?(?=\d\d?:\d\d(?: ?[AaPp]\.?[Mm]\b)?)",
        lambda m: f"{cardinal(m[1])} to ",
    ),
    (rf"{START}(20\d\d|19\d\d)/(\d\d){END}", _season),
    (rf"{START}(?<!/)(\d\d?)/(\d\d?)(?!/){END}", _short_date),
    (r"(?<![\w.,$])10[1-9]\d(?![\w%]|[.,]\d|-\d)", _early_year),
    (rf"{START}(\d\d?)/(\d\d?)/(\d{{4}}|\d\d){END}", _slash_date),
    (rf"{START}(\d\d?)\.(\d\d?)\.(\d{{4}}){END}", lambda m: _date(m[1], int(m[2]), m[3])),
    (
        rf"\b({MONTH}) (\d\d?)(?:st|nd|rd|th)?(?: ?[-–] ?(\d\d?))?"
        r"(?:(?:,|,? )? ?(\d{4}))?(?![\d:%/])(?!,\d)(?!\.\d)",
        _month_day,
    ),
    (
        rf"(?<![\w.])([Tt]he )?(\d\d?)(?:st|nd|rd|th)?(?:-| (?:of )?)({MONTH})(?!\w)"
        r"(?:(?:-|,? )(\d{4})(?!\d))?",
        _day_month,
    ),
    (rf"\b({MONTH}) (\d{{4}})(?![\d%])", lambda m: f"{_month(m[1])} {year(m[2])}"),
    (rf"{START}(\d\d?):(\d\d)(?= (?:hours|hrs)\b)", _hours),
    (rf"{START}(\d\d?):(\d\d)(?::(\d\d))?(?: ?([AaPp])(?:\.[Mm]\.|\.?[Mm]\b))?(?![\d:])", _time),
    (
        r"(?<![\w.:])(\d\d?)(?: ?[-–] ?(\d\d?))? ?([AaPp])(?:\.[Mm]\.|\.?[Mm]\b)",
        _hour,
    ),
    (rf"{START}(\d{{4}}) ?[-–] ?(\d{{4}}|\d\d){END}", _years),
    (r"(?<![\w'])(?:'|(\d\d))(\d0)'?s\b", _decade),
    (r"(?<![\w.])()(\d0)s\b", _decade),
    (rf"\b({one_of(SHORT_MONTHS)})\.(?=\W|$)", lambda m: _month(m[1])),
)
