"""Normalization rules for money, measures, percentages and fractions in English."""

import re

from miaobi.speech.numerals import cardinal, ordinal
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
from miaobi.speech.units import CURRENCIES, PER_UNITS, SCALES, UNITS

FRACTIONS = {
    "½": "1/2",
    "⅓": "1/3",
    "⅔": "2/3",
    "¼": "1/4",
    "¾": "3/4",
    "⅙": "1/6",
    "⅚": "5/6",
    "⅐": "1/7",
    "⅑": "1/9",
    "⅒": "1/10",
    "⅕": "1/5",
    "⅖": "2/5",
    "⅗": "3/5",
    "⅘": "4/5",
    "⅛": "1/8",
    "⅜": "3/8",
    "⅝": "5/8",
    "⅞": "7/8",
}
PER_NOUNS = ("month", "year", "week", "hour", "night", "person", "piece", "each", "minute")
SPACED_UNITS = ("K", "A", "N", "J", "t", "bar", "cup", "cups", "pt")  # 4K, 5A have no units
TIGHT_UNITS = ("in",)  # units only without a space: 24in
OUT_OF = (5, 10, 20, 40, 50, 100)  # denominators of grades
GRADED = re.compile(  # before a grade
    r"\b(?:rated?|rates|scored?|scores|scoring|got|gets|gave|gives?|rating|grade|earned|received"
    r"|award(?:ed)?)\b[\w ,']{0,24}$|\b(?:was|is|:) (?:an? )?$"
)
TIME_SIGNATURE = re.compile(r" (?:time|meter|rhythm|beat|signature|bar)\b")
CODES = [key for key in CURRENCIES if key.isalpha()]
SIGN = one_of([key for key in CURRENCIES if key != "¢"])
CODE = one_of([*CODES, "€", "£", "¢", "₹", "₽"])
SCALE = (
    r"(?P<scale>(?: ?-?(?:hundred|thousand|million|billion|trillion)|(?:k|K|m|M|mn|mm|bn|b|B|tn|T))"
    r"(?!\w))"
)
UP_TO = rf"(?: ?(?:[-–]|to) ?(-?(?:{NUM})))?"
LOOSE_UNITS = one_of(unit for unit in UNITS if unit not in TIGHT_UNITS)
UNIT_SUFFIX = rf"(?:(?P<hyphen>-)? ?(?P<unit>{LOOSE_UNITS}|inch|mile|hour)(?![\w/]))?"
PER_SUFFIX = rf"(?:(?:/| / )(?P<per>{one_of([*PER_UNITS, *PER_NOUNS])}))?"
NO_NOUN = (
    r"(?!(?:an?|and|in|or|to|for|per|at|on|of|by|from|is|was|are|were|the|with|than|as|more|less"
    r"|each|every|away|ago|long|wide|high|tall|deep|when|if|that|which|but|so|up|down|off|over"
    r"|under|after|before|because|while|then|now|today|tonight|yesterday|last|this|not|has|had)\b)"
)


def _is_one(number: str) -> bool:
    return number in ("1", "1.0", "-1")


def _signed(number: str) -> str:
    return f"minus {cardinal(number[1:])}" if number[:1] in "-−" else cardinal(number)


def _money(m: Match) -> str:
    sign, number, scale, per = m["sign"] or m["code"], m["n"] or m["m"], m["scale"], m["per"]
    minus = "minus " if m["minus"] or m["inner"] else ""
    singular, plural, subunit, subunits = CURRENCIES[sign]
    if m["to"]:
        words = f"{cardinal(number)} to {cardinal(m['to'])}"
        words += f" {SCALES.get(scale, scale)} {plural}" if scale else f" {plural}"
    elif scale:
        words = f"{cardinal(number)} {SCALES.get(scale, scale)} {plural}"
    else:
        whole, _, part = number.replace(",", "").partition(".")
        words = f"{cardinal(whole)} {singular if _is_one(whole) else plural}"
        if len(part) == 2 and subunit:
            cents = f"{cardinal(part)} {subunit if part == '01' else subunits}"
            if int(part):
                words = cents if not int(whole) else f"{words} and {cents}"
        elif part:
            words = f"{cardinal(number)} {plural}"
    return minus + words + (f" per {PER_UNITS.get(per, per)}" if per else "")


def _unit(m: Match) -> str | None:
    number, up_to, unit = m["n"], m["to"], m["unit"]
    power, per = m["power"], m["per"]
    if (unit in SPACED_UNITS and not m["gap"]) or (unit in TIGHT_UNITS and m["gap"]):
        return None
    is_adjective = not m["dot"] and bool(
        re.search(r"\b[Aa]n? $", preceding(m)) and re.match(rf" {NO_NOUN}[a-z]{{3,}}", following(m))
    )
    is_one = _is_one(number) and not up_to
    words = _signed(number) + (f" to {cardinal(up_to)}" if up_to else "")
    name = measure_name(unit, plural=not is_one and not is_adjective, power=power, per=per)
    return f"{words} {name}" + ("." if ends_sentence(m) else "")


def measure_name(unit: str, plural: bool, power: str | None, per: str | None) -> str:
    """Return the name of a unit with its power and its divisor: "square meters per second"."""
    name = _unit_names(unit)[plural]
    if power:
        name = f"{'square' if power in '²2' else 'cubic'} {name}"
    return name + (f" per {PER_UNITS.get(per, per)}" if per else "")


def _unit_names(unit: str) -> tuple[str, str]:
    """Return the singular and the plural of a unit."""
    row = UNITS.get(unit, unit)
    if isinstance(row, tuple):
        return row
    head, per, rest = row.partition(" per ")
    return row, f"{head}s{per}{rest}"


def _degrees(m: Match) -> str:
    words = _signed(m[1]) + (f" to {_signed(m[2])}" if m[2] else "")
    scale = {"C": " Celsius", "F": " Fahrenheit", None: ""}[m[3]]
    return f"{words} degree{'' if _is_one(m[1]) and not m[2] else 's'}{scale}"


def _feet(m: Match) -> str:
    inches = f" {cardinal(m[2])}" if m[2] else ""
    return f"{cardinal(m[1])} {'foot' if _is_one(m[1]) else 'feet'}{inches}"


def _percent(m: Match) -> str:
    words = _signed(m[1]) + (f" to {_signed(m[2])}" if m[2] else "")
    return f"{words} {'percent' if m[3] == '%' else 'per mille'}"


def _inches(m: Match) -> str | None:
    """Verbalize the sign of inches, if it does not close a quotation."""
    if len(re.findall(r'(?<!\d)"', m.string[: m.start()])) % 2:
        return None
    is_adjective = re.match(r" (?!(?:is|was|and|in|or|by|x)\b)[A-Za-z]", following(m))
    return f"{cardinal(m[1])} {'inch' if is_adjective else 'inches'}"


def _fraction_words(numerator: int, denominator: int) -> str:
    if denominator == 1:
        name = "over one"
    elif denominator == 2:
        name = "half" if numerator == 1 else "halves"
    elif denominator == 4:
        name = "quarter" if numerator == 1 else "quarters"
    else:
        name = ordinal(str(denominator)) + ("" if numerator == 1 else "s")
    return f"{cardinal(str(numerator))} {name}"


def _fraction(m: Match) -> str | None:
    whole, numerator, denominator = m[1], int(m[2]), int(m[3])
    if TIME_SIGNATURE.match(following(m)):
        return f"{cardinal(m[2])} {cardinal(m[3])}"
    if not whole and not m["unit"] and _is_grade(m, numerator, denominator):
        return f"{cardinal(m[2])} out of {cardinal(m[3])}"
    if numerator >= denominator > 0 and re.match(" ?=", following(m)):
        return f"{cardinal(m[2])} divided by {cardinal(m[3])}"
    if not denominator or numerator >= denominator * 10 or denominator > 1000:
        return None
    if numerator >= denominator and (whole or denominator > 16):
        return None
    return _mixed_number(whole, numerator, denominator, m)


def _per_word(m: Match) -> str | None:
    return " per " if re.search(rf"(?:{NUM})(?: [a-z]+)?$", preceding(m)) else None


def _is_grade(m: Match, numerator: int, denominator: int) -> bool:
    """Return True for "18/20 in the test", and False for "1/10 of it"."""
    if denominator not in OUT_OF or numerator > denominator or re.match(" of ", following(m)):
        return False
    is_rated = bool(GRADED.search(preceding(m))) or following(m, 6) in (" stars", " point")
    return numerator == denominator or (is_rated or denominator >= 20) and numerator > 1


def _decimal_grade(m: Match) -> str:
    return f"{cardinal(m[1])} out of {cardinal(m[2])}"


def _fraction_sign(m: Match) -> str:
    numerator, _, denominator = FRACTIONS[m[2]].partition("/")
    return _mixed_number(m[1], int(numerator), int(denominator), m)


def _mixed_number(whole: str | None, numerator: int, denominator: int, m: Match) -> str:
    unit = m["unit"]
    words = _fraction_words(numerator, denominator)
    singular, plural = _unit_names(unit) if unit else ("", "")
    if whole:
        words = f"{cardinal(whole)} and {words.replace('one ', 'a ', 1)}"
        return f"{words} {singular if m['hyphen'] else plural}" if unit else words
    return f"{words} of {'an' if singular[0] in 'aeio' else 'a'} {singular}" if unit else words


FRACTION_END = r"(?![\w/]|\.\d)"
AMOUNTS: tuple[Rule, ...] = compile_rules(
    (
        r"(?<!\w)([$€£])\.(\d\d)(?!\d)",
        lambda m: f"{cardinal(m[2].lstrip('0') or '0')} {CURRENCIES[m[1]][3]}",
    ),
    (
        rf"\b([Aa]n?) ([$€£])(\d{{1,3}}(?:,\d{{3}})*) ({NO_NOUN}[a-z]{{3,}})",
        lambda m: f"{m[1].lower()} {cardinal(m[3])} {CURRENCIES[m[2]][0]} {m[4]}",
    ),
    (
        rf"(?<![\w$€£¥])(?P<minus>-)?(?:(?P<sign>{SIGN}) ?(?P<inner>-(?=\d))?(?P<n>{NUM})"
        rf"(?: ?[-–] ?(?:{SIGN})?(?P<to>{NUM}))?{SCALE}?|(?P<m>{NUM}) ?(?P<code>{CODE}))"
        rf"(?!\w){PER_SUFFIX}",
        _money,
    ),
    (rf"(?<![\w.])(-?(?:{NUM})){UP_TO} ?([%‰])", _percent),
    (rf"(?<![\w.])(-?(?:{NUM}))(?:° ?[CF]?)?{UP_TO} ?° ?([CF])?(?!\w)", _degrees),
    (rf"(?<![\w.])(-?(?:{NUM})) ?℃", lambda m: f"{_signed(m[1])} degrees Celsius"),
    (r"(?<![\w.])(\d{1,2})'(?: ?(\d{1,2})(?:\"|''|”))?(?!\w)", _feet),
    (rf'(?<![\w./])({NUM})"(?!\w)', _inches),
    (r"\b24/7\b", lambda m: "twenty-four seven"),
    (r"\b9/11\b", lambda m: "nine eleven"),
    (r"\b50/50\b", lambda m: "fifty fifty"),
    (rf"(?<![\w./])(\d+\.\d+)/(\d{{1,3}}){FRACTION_END}", _decimal_grade),
    (
        r"(?<![\w./])(?:(\d{1,3})[ -])?(\d{1,2})/(\d{1,4})(?:ths?|rds?)?(?![\w/])" + UNIT_SUFFIX,
        _fraction,
    ),
    (rf"(?:(\d+) ?)?([{''.join(FRACTIONS)}]){UNIT_SUFFIX}", _fraction_sign),
    (
        rf"(?<![\w.])(?P<n>-?(?:{NUM}))(?: ?[-–] ?(?P<to>{NUM}))?(?P<gap>[ -]?)"
        rf"(?P<unit>{one_of(UNITS)})(?P<power>[²³23](?!\d))?"
        rf"(?:/(?P<per>{one_of([*PER_UNITS, *PER_NOUNS])}))?"
        r"(?![\w/°])(?!'[a-z])(?P<dot>\.(?= [a-z\d(]|,))?",
        _unit,
    ),
    (
        r"(?<=[a-z\d])/(?=(?:second|minute|hour|day|night|week|month|year|person|student|pupil)\b)",
        _per_word,
    ),
)
