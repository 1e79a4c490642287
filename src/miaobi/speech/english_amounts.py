"""Normalization rules for money, measures, percentages and fractions in English."""

from miaobi.speech.numerals import cardinal, ordinal
from miaobi.speech.rules import NUM, Match, Rule, compile_rules, one_of
from miaobi.speech.units import CURRENCIES, PER_UNITS, SCALES, UNITS

FRACTIONS = {
    "½": "1/2",
    "⅓": "1/3",
    "⅔": "2/3",
    "¼": "1/4",
    "¾": "3/4",
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
SPACED_UNITS = ("K", "A", "N", "J", "t", "bar")  # units only after a space: 4K, 5A are none
CODES = [key for key in CURRENCIES if key.isalpha()]
SIGN = one_of([key for key in CURRENCIES if key != "¢"])
CODE = one_of([*CODES, "€", "£", "¢", "₹", "₽"])
SCALE = (
    r"(?P<scale>(?: ?-?(?:hundred|thousand|million|billion|trillion)|(?:k|K|m|M|mn|bn|b|B|tn))"
    r"(?!\w))"
)
UP_TO = rf"(?: ?(?:[-–]|to) ?({NUM}))?"
UNIT_SUFFIX = rf"(?: ?(?P<unit>{one_of(UNITS)})(?![\w/]))?"
PER_SUFFIX = rf"(?:(?:/| / )(?P<per>{one_of([*PER_UNITS, *PER_NOUNS])}))?"
NO_NOUN = r"(?!(?:an|and|in|or|to|for|per|at|on|is|was|more|less|each)\b)"


def _is_one(number: str) -> bool:
    return number in ("1", "1.0", "-1")


def _signed(number: str) -> str:
    return f"minus {cardinal(number[1:])}" if number[:1] in "-−" else cardinal(number)


def _money(m: Match) -> str:
    sign, number, scale, per = m["sign"] or m["code"], m["n"] or m["m"], m["scale"], m["per"]
    minus = "minus " if m["minus"] else ""
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
    if unit in SPACED_UNITS and not m["gap"]:
        return None
    singular, plural = _unit_names(unit)
    name = singular if _is_one(number) and not up_to else plural
    if power:
        name = f"{'square' if power in '²2' else 'cubic'} {name}"
    words = _signed(number) + (f" to {cardinal(up_to)}" if up_to else "")
    return f"{words} {name}" + (f" per {PER_UNITS.get(per, per)}" if per else "")


def _unit_names(unit: str) -> tuple[str, str]:
    """Return the singular and the plural of a unit."""
    row = UNITS[unit]
    if isinstance(row, tuple):
        return row
    head, per, rest = row.partition(" per ")
    return row, f"{head}s{per}{rest}"


def _degrees(m: Match) -> str:
    words = _signed(m[1]) + (f" to {cardinal(m[2])}" if m[2] else "")
    scale = {"C": " Celsius", "F": " Fahrenheit", None: ""}[m[3]]
    return f"{words} degree{'' if _is_one(m[1]) and not m[2] else 's'}{scale}"


def _feet(m: Match) -> str:
    inches = f" {cardinal(m[2])}" if m[2] else ""
    return f"{cardinal(m[1])} {'foot' if _is_one(m[1]) else 'feet'}{inches}"


def _percent(m: Match) -> str:
    words = _signed(m[1]) + (f" to {cardinal(m[2])}" if m[2] else "")
    return f"{words} percent"


def _fraction_words(numerator: int, denominator: int) -> str:
    if denominator == 2:
        name = "half" if numerator == 1 else "halves"
    elif denominator == 4:
        name = "quarter" if numerator == 1 else "quarters"
    else:
        name = ordinal(str(denominator)) + ("" if numerator == 1 else "s")
    return f"{cardinal(str(numerator))} {name}"


def _fraction(m: Match) -> str | None:
    whole, numerator, denominator = m[1], int(m[2]), int(m[3])
    if not denominator or numerator >= denominator or denominator > 100:
        return None
    return _mixed_number(whole, numerator, denominator, m["unit"])


def _fraction_sign(m: Match) -> str:
    numerator, _, denominator = FRACTIONS[m[2]].partition("/")
    return _mixed_number(m[1], int(numerator), int(denominator), m["unit"])


def _mixed_number(whole: str | None, numerator: int, denominator: int, unit: str | None) -> str:
    words = _fraction_words(numerator, denominator)
    singular, plural = _unit_names(unit) if unit else ("", "")
    if whole:
        words = f"{cardinal(whole)} and {words.replace('one ', 'a ', 1)}"
        return f"{words} {plural}" if unit else words
    return f"{words} of {'an' if singular[0] in 'aeio' else 'a'} {singular}" if unit else words


AMOUNTS: tuple[Rule, ...] = compile_rules(
    (
        rf"\b([Aa]n?) ([$€£])(\d{{1,3}}(?:,\d{{3}})*) ({NO_NOUN}[a-z]{{3,}})",
        lambda m: f"{m[1].lower()} {cardinal(m[3])} {CURRENCIES[m[2]][0]} {m[4]}",
    ),
    (
        rf"(?<![\w$€£¥])(?P<minus>-)?(?:(?P<sign>{SIGN}) ?(?P<n>{NUM})"
        rf"(?: ?[-–] ?(?:{SIGN})?(?P<to>{NUM}))?{SCALE}?|(?P<m>{NUM}) ?(?P<code>{CODE}))"
        rf"(?!\w){PER_SUFFIX}",
        _money,
    ),
    (rf"(?<![\w.])(-?(?:{NUM})){UP_TO} ?%", _percent),
    (rf"(?<![\w.])(-?(?:{NUM}))(?:° ?[CF]?)?{UP_TO} ?° ?([CF])?(?!\w)", _degrees),
    (rf"(?<![\w.])(-?(?:{NUM})) ?℃", lambda m: f"{_signed(m[1])} degrees Celsius"),
    (r"(?<![\w.])(\d{1,2})'(?: ?(\d{1,2})(?:\"|''|”))?(?!\w)", _feet),
    (r"\b24/7\b", lambda m: "twenty-four seven"),
    (r"\b9/11\b", lambda m: "nine eleven"),
    (r"\b50/50\b", lambda m: "fifty fifty"),
    (
        r"(?<![\w./])(?:(\d{1,3})[ -])?(\d{1,2})/(\d{1,3})(?:ths?|rds?)?(?![\w/])" + UNIT_SUFFIX,
        _fraction,
    ),
    (rf"(?:(\d+) ?)?([{''.join(FRACTIONS)}]){UNIT_SUFFIX}", _fraction_sign),
    (
        rf"(?<![\w.])(?P<n>-?(?:{NUM}))(?: ?[-–] ?(?P<to>{NUM}))?(?P<gap>[ -]?)"
        rf"(?P<unit>{one_of(UNITS)})(?P<power>[²³23](?!\d))?"
        rf"(?:/(?P<per>{one_of([*PER_UNITS, *PER_NOUNS])}))?"
        r"(?![\w/°])(?!'[a-z])",
        _unit,
    ),
)
