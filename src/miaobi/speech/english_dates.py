"""Dates, times and years in English: rules of spoken.py."""

from miaobi.speech.abbreviations import MONTHS, SHORT_MONTHS
from miaobi.speech.numerals import cardinal, ordinal, year
from miaobi.speech.rules import END, START, Match, Rule, one_of, rules

MONTH = rf"(?:{one_of(MONTHS)}|(?:{one_of(SHORT_MONTHS)})\b\.?)"


def _month(name: str) -> str:
    return SHORT_MONTHS.get(name.rstrip("."), name)


def _date(day: str, month: int, of_year: str) -> str | None:
    if not (1 <= month <= 12 and 1 <= int(day) <= 31):
        return None
    told = f"{MONTHS[month - 1]} {ordinal(day.lstrip('0'))}"
    if len(of_year) == 2:
        of_year = ("19" if int(of_year) > 50 else "20") + of_year
    return told + (f", {year(of_year)}" if of_year else "")


def _slash_date(m: Match) -> str | None:
    first, second, of_year = m[1], m[2], m[3]
    if int(first) > 12:
        first, second = second, first
    return _date(second, int(first), of_year)


def _month_day(m: Match) -> str | None:
    if not 1 <= int(m[2]) <= 31:
        return None
    told = f"{_month(m[1])} {ordinal(m[2])}"
    if m[3]:  # a range of days
        told += f" to {ordinal(m[3])}"
    return told + (f", {year(m[4])}" if m[4] else "")


def _day_month(m: Match) -> str | None:
    if not 1 <= int(m[2]) <= 31:
        return None
    told = f"{m[1] or 'the '}{ordinal(m[2])} of {_month(m[3])}"
    return told + (f", {year(m[4])}" if m[4] else "")


def _time(m: Match) -> str | None:
    hour, minute, second, half = int(m[1]), int(m[2]), m[3], m[4]
    if hour > 24 or minute > 59:
        return None
    if not half and (hour > 12 or m[1] == "00"):  # as it is said where clocks have twelve hours
        if hour % 24 == 0 and not minute and not second:
            return "midnight"
        hour, half = (hour % 12 or 12), ("p" if 12 < hour < 24 else "a")
    words = cardinal(str(hour))
    if minute:
        words += _minutes(m[2])
    elif not half:
        words += " o'clock"
    if second:
        words += f" and {cardinal(second)} second{'' if int(second) == 1 else 's'}"
    return words + _half(half)


def _minutes(written: str) -> str:
    return f" oh {cardinal(written)}" if written[0] == "0" else f" {cardinal(written)}"


def _hours(m: Match) -> str | None:
    """Before the word "hours" a time is said as soldiers say it."""
    if int(m[1]) > 24 or int(m[2]) > 59:
        return None
    zero = "zero " if m[1][0] == "0" and len(m[1]) == 2 else ""
    return f"{zero}{cardinal(m[1])}" + (" hundred" if m[2] == "00" else _minutes(m[2]))


def _half(half: str | None) -> str:
    return f" {half[0].upper()}M" if half else ""


def _hour(m: Match) -> str | None:
    if int(m[1]) > 12:
        return None
    words = cardinal(m[1])
    if m[2]:
        words += f" to {cardinal(m[2])}"
    return words + _half(m[3])


def _years(m: Match) -> str | None:
    first, last = m[1], m[2]
    if not 1100 <= int(first) <= 2100 or (len(last) == 4 and int(last) < int(first)):
        return None
    told = (
        year(last)
        if len(last) == 4
        else (f"oh {cardinal(last)}" if last[0] == "0" else cardinal(last))
    )
    return f"{year(first)} to {told}"


def _decade(m: Match) -> str:
    if m[1] and len(m[1]) == 2:
        words = year(m[1] + m[2])
        return words[:-1] + "ies" if words.endswith("y") else words + "s"
    return {"1": "tens", "0": "two thousands"}.get(m[2][0], cardinal(m[2])[:-1] + "ies")


DATES: tuple[Rule, ...] = rules(
    (r"(?<![\w.:])12:00(?= (?:noon|midnight)\b)", lambda m: "twelve"),
    (rf"{START}(\d{{4}})-(\d\d?)-(\d\d?){END}", lambda m: _date(m[3], int(m[2]), m[1])),
    (rf"{START}(\d\d?)/(\d\d?)/(\d{{4}}|\d\d){END}", _slash_date),
    (rf"{START}(\d\d?)\.(\d\d?)\.(\d{{4}}){END}", lambda m: _date(m[1], int(m[2]), m[3])),
    (
        rf"\b({MONTH}) (\d\d?)(?:st|nd|rd|th)?(?: ?[-–] ?(\d\d?))?"
        r"(?:(?:,|,? )? ?(\d{4}))?(?![\d:%/])(?!,\d)(?!\.\d)",
        _month_day,
    ),
    (
        rf"(?<![\w.])([Tt]he )?(\d\d?)(?:st|nd|rd|th)? (?:of )?({MONTH})(?!\w)"
        r"(?:,? (\d{4})(?!\d))?",
        _day_month,
    ),
    (rf"\b({MONTH}) (\d{{4}})(?![\d%])", lambda m: f"{_month(m[1])} {year(m[2])}"),
    (rf"{START}(\d\d?):(\d\d)(?= (?:hours|hrs)\b)", _hours),
    (rf"{START}(\d\d?):(\d\d)(?::(\d\d))?(?: ?([AaPp])\.?[Mm]\b\.?)?(?![\d:])", _time),
    (
        r"(?<![\w.:])(\d\d?)(?: ?[-–] ?(\d\d?))? ?([AaPp])\.?[Mm]\b(?:\.(?=\s+[a-z])|\.(?=,))?",
        _hour,
    ),
    (rf"{START}(\d{{4}}) ?[-–] ?(\d{{4}}|\d\d){END}", _years),
    (r"(?<![\w'])(?:'|(\d\d))(\d0)'?s\b", _decade),
    (r"(?<![\w.])()(\d0)s\b", _decade),
    (rf"\b({one_of(SHORT_MONTHS)})\.(?=\W|$)", lambda m: _month(m[1])),
)
