"""Money, measures, shares and fractions in English: rules of spoken.py."""

from miaobi.speech.numerals import cardinal, ordinal
from miaobi.speech.rules import NUM, Match, Rule, one_of, rules
from miaobi.speech.units import MONEY, PER, SCALES, UNITS

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
EACH = ("month", "year", "week", "hour", "night", "person", "piece", "each", "minute")
SPACED = ("K", "A", "N", "J", "t", "bar")
CODES = [key for key in MONEY if key.isalpha()]
SIGN = one_of([key for key in MONEY if key != "¢"])
CODE = one_of([*CODES, "€", "£", "¢", "₹", "₽"])
SCALE = (
    r"(?P<scale>(?: ?-?(?:hundred|thousand|million|billion|trillion)|(?:k|K|m|M|mn|bn|b|B|tn))"
    r"(?!\w))"
)
BETWEEN = rf"(?: ?(?:[-–]|to) ?({NUM}))?"
OF_UNIT = rf"(?: ?(?P<unit>{one_of(UNITS)})(?![\w/]))?"
PER_END = rf"(?:(?:/| / )(?P<per>{one_of([*PER, *EACH])}))?"
NO_NOUN = r"(?!(?:an|and|in|or|to|for|per|at|on|is|was|more|less|each)\b)"


def _is_one(number: str) -> bool:
    return number in ("1", "1.0", "-1")


def _signed(number: str) -> str:
    return f"minus {cardinal(number[1:])}" if number[:1] in "-−" else cardinal(number)


def _money(m: Match) -> str:
    sign, number, scale, per = m["sign"] or m["code"], m["n"] or m["m"], m["scale"], m["per"]
    minus = "minus " if m["minus"] else ""
    one, many, hundredth, hundredths = MONEY[sign]
    if m["to"]:
        words = f"{cardinal(number)} to {cardinal(m['to'])}"
        words += f" {SCALES.get(scale, scale)} {many}" if scale else f" {many}"
    elif scale:
        words = f"{cardinal(number)} {SCALES.get(scale, scale)} {many}"
    else:
        whole, _, part = number.replace(",", "").partition(".")
        words = f"{cardinal(whole)} {one if _is_one(whole) else many}"
        if len(part) == 2 and hundredth:
            cents = f"{cardinal(part)} {hundredth if part == '01' else hundredths}"
            if int(part):
                words = cents if not int(whole) else f"{words} and {cents}"
        elif part:
            words = f"{cardinal(number)} {many}"
    return minus + words + (f" per {PER.get(per, per)}" if per else "")


def _unit(m: Match) -> str | None:
    number, up_to, unit = m["n"], m["to"], m["unit"]
    power, per = m["power"], m["per"]
    if unit in SPACED and not m["gap"]:  # 4K, 5A are no temperatures and currents
        return None
    one, many = _names(unit)
    name = one if _is_one(number) and not up_to else many
    if power:
        name = f"{'square' if power in '²2' else 'cubic'} {name}"
    words = _signed(number) + (f" to {cardinal(up_to)}" if up_to else "")
    return f"{words} {name}" + (f" per {PER.get(per, per)}" if per else "")


def _names(unit: str) -> tuple[str, str]:
    """One of a unit, and several."""
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


def _fraction_words(over: int, under: int) -> str:
    if under == 2:
        name = "half" if over == 1 else "halves"
    elif under == 4:
        name = "quarter" if over == 1 else "quarters"
    else:
        name = ordinal(str(under)) + ("" if over == 1 else "s")
    return f"{cardinal(str(over))} {name}"


def _fraction(m: Match) -> str | None:
    whole, over, under = m[1], int(m[2]), int(m[3])
    if not under or over >= under or under > 100:
        return None
    return _whole_and_part(whole, over, under, m["unit"])


def _fraction_sign(m: Match) -> str:
    over, _, under = FRACTIONS[m[2]].partition("/")
    return _whole_and_part(m[1], int(over), int(under), m["unit"])


def _whole_and_part(whole: str | None, over: int, under: int, unit: str | None) -> str:
    words = _fraction_words(over, under)
    one, many = _names(unit) if unit else ("", "")
    if whole:
        words = f"{cardinal(whole)} and {words.replace('one ', 'a ', 1)}"
        return f"{words} {many}" if unit else words
    return f"{words} of {'an' if one[0] in 'aeio' else 'a'} {one}" if unit else words


AMOUNTS: tuple[Rule, ...] = rules(
    (
        rf"\b([Aa]n?) ([$€£])(\d{{1,3}}(?:,\d{{3}})*) ({NO_NOUN}[a-z]{{3,}})",
        lambda m: f"{m[1].lower()} {cardinal(m[3])} {MONEY[m[2]][0]} {m[4]}",
    ),
    (
        rf"(?<![\w$€£¥])(?P<minus>-)?(?:(?P<sign>{SIGN}) ?(?P<n>{NUM})"
        rf"(?: ?[-–] ?(?:{SIGN})?(?P<to>{NUM}))?{SCALE}?|(?P<m>{NUM}) ?(?P<code>{CODE}))"
        rf"(?!\w){PER_END}",
        _money,
    ),
    (rf"(?<![\w.])(-?(?:{NUM})){BETWEEN} ?%", _percent),
    (rf"(?<![\w.])(-?(?:{NUM}))(?:° ?[CF]?)?{BETWEEN} ?° ?([CF])?(?!\w)", _degrees),
    (rf"(?<![\w.])(-?(?:{NUM})) ?℃", lambda m: f"{_signed(m[1])} degrees Celsius"),
    (r"(?<![\w.])(\d{1,2})'(?: ?(\d{1,2})(?:\"|''|”))?(?!\w)", _feet),
    (r"\b24/7\b", lambda m: "twenty-four seven"),
    (r"\b9/11\b", lambda m: "nine eleven"),
    (r"\b50/50\b", lambda m: "fifty fifty"),
    (
        rf"(?<![\w./])(?:(\d{{1,3}})[ -])?(\d{{1,2}})/(\d{{1,3}})(?:ths?|rds?)?(?![\w/]){OF_UNIT}",
        _fraction,
    ),
    (rf"(?:(\d+) ?)?([{''.join(FRACTIONS)}]){OF_UNIT}", _fraction_sign),
    (
        rf"(?<![\w.])(?P<n>-?(?:{NUM}))(?: ?[-–] ?(?P<to>{NUM}))?(?P<gap>[ -]?)"
        rf"(?P<unit>{one_of(UNITS)})(?P<power>[²³23](?!\d))?(?:/(?P<per>{one_of([*PER, *EACH])}))?"
        r"(?![\w/°])(?!'[a-z])",
        _unit,
    ),
)
