"""Text normalization rules for English, the most specific first."""

import re

from miaobi.speech.abbreviations import (
    ABBREVIATIONS,
    NAME_SUFFIXES,
    NUMBER_LABELS,
    SHORT_DAYS,
    SYMBOLS,
    TITLES,
)
from miaobi.speech.english_amounts import AMOUNTS
from miaobi.speech.english_codes import ADDRESSES, CODES, TELEPHONES, VERSIONS
from miaobi.speech.english_dates import DATES
from miaobi.speech.english_math import EMOTICONS, MATH, NOTATION
from miaobi.speech.english_ranges import RANGES
from miaobi.speech.english_roman import ROMAN
from miaobi.speech.numerals import cardinal, digit_pairs, digits, ordinal, year
from miaobi.speech.rules import (
    NUM,
    SENTENCE_END,
    STARTERS,
    Match,
    Rule,
    compile_rules,
    ends_sentence,
    following,
    one_of,
    preceding,
)

# words in -s that do not follow a count of things: "in 1984 was" has a year, "1984 cars" has none
SINGULAR_S_WORDS = (
    "was",
    "is",
    "has",
    "as",
    "its",
    "this",
    "his",
    "us",
    "thus",
    "always",
    "sees",
    "saw",
)
NUMBERED_PLACES = (
    "Room|Flight|Suite|Apartment|Highway|Hwy|Route|Bus|Gate|Boeing|Airbus|Area|Interstate"
)
# between a street and the sentence after it: "on Elm St. The dog"
STREET_BEFORE = re.compile(r"(?:\b(?!In |On |At |The |And |But )[A-Z][\w'-]*|\d(?:st|nd|rd|th)) $")
IN_FORMULA = re.compile(r"[+×÷*=] ?$")  # before a number of a formula
NEXT_SENTENCE = re.compile(rf"\s+(?:{STARTERS})\b")


def _year(m: Match) -> str | None:
    noun = re.match(r" ([a-z]+)", m.string[m.end() :])
    if noun and noun[1].endswith("s") and noun[1] not in SINGULAR_S_WORDS:
        return None
    return year(m[0])


def _number_label(m: Match) -> str:
    numbers = re.split(r" ?[-–] ?", m[2])
    return f"{NUMBER_LABELS[m[1]]} " + " to ".join(cardinal(number) for number in numbers)


def _digit_string(m: Match) -> str:
    return digits(m[0].replace("-", ""))


def _street(m: Match) -> str:
    return NAME_SUFFIXES[m[1]] + ("." if ends_sentence(m) else "")


def _abbreviation(m: Match) -> str | None:
    if m[0] in ("c.", "ca.") and not re.match(r" ?\d", following(m)):
        return None
    return ABBREVIATIONS[m[0]] + ("." if ends_sentence(m) else "")


def _initials(m: Match) -> str:
    return " ".join(re.findall(r"[A-Za-z]", m[0])) + ("." if ends_sentence(m) else "")


def _title(m: Match) -> str | None:
    name = m[1] or m[2]
    is_street = name in NAME_SUFFIXES and STREET_BEFORE.search(preceding(m))
    return None if is_street and NEXT_SENTENCE.match(following(m)) else TITLES[name]


def _name_suffix(m: Match) -> str:
    is_last = m[0].endswith(".") and bool(SENTENCE_END.match(following(m)))
    return (m[1] or "") + NAME_SUFFIXES[m[2] or m[4]] + ("." if is_last else "")


def _range(m: Match) -> str:
    in_formula = IN_FORMULA.search(preceding(m)) or re.match(" ?[+×÷*=]", following(m))
    return f"{cardinal(m[1])} {'minus' if in_formula else 'to'} {cardinal(m[2])}"


def _dimensions(m: Match) -> str:
    return " by ".join(cardinal(number) for number in re.split("[xX×]", m[0]))


NUMBERS: tuple[Rule, ...] = compile_rules(
    (rf"(?<![\w.])((?:{NUM}))(st|nd|rd|th)\b", lambda m: ordinal(m[1])),
    (rf"(?<!\w)({one_of(NUMBER_LABELS)}) ?(\d+(?: ?[-–] ?\d+)?)(?!\w)", _number_label),
    (
        rf"\b({NUMBERED_PLACES}) (\d{{3,4}})(?!\w)",
        lambda m: f"{m[1]} {digit_pairs(m[2])}",
    ),
    (r"(?<![\w.])(\d{3})([A-Z])(?= [A-Z][a-z])", lambda m: f"{digit_pairs(m[1])} {m[2]}"),
    (
        rf"(?<![\w.])({NUM}) ?[-−–] ?({NUM})(?= ?=)",
        lambda m: f"{cardinal(m[1])} minus {cardinal(m[2])}",
    ),
    (rf"(?<![\w.-])({NUM}) ?[-–—~] ?({NUM})(?![\w-])", _range),
    (rf"(?<![\w.-])-({NUM})[–~]({NUM})(?![\w-])", lambda m: f"minus {_range(m)}"),
    (r"(?<![\w.])(\d+):(\d+)(?![\w:])", _range),
    (r"(?<![\w.])\d+(?:\.\d+)?(?:[xX×]\d+(?:\.\d+)?)+(?!\w)", _dimensions),
    (r"(?<![\w.,$])(?:1[1-9]|20)\d\d(?![\w%]|[.,]\d|-\d)", _year),
    (r"(?<![\w.,])\d{2,4}(?= (?:BC|BCE|AD|CE)\b)", lambda m: cardinal(m[0])),
    (r"(?<![\w.,])(?:0\d+|\d{16,})(?![\w.,]\d)", _digit_string),
    (rf"(?<![\w.,)])-({NUM})(?!\w)", lambda m: f"minus {cardinal(m[1])}"),
    (rf"(?<![\w.])(?:{NUM})(?=-[a-z]{{2,}})", lambda m: cardinal(m[0])),
    (r"(?<![\w.])(\d+\.\d+|\d{1,3})M\b", lambda m: f"{cardinal(m[1])} million"),
    (r"(?<![\w.])(\d+\.\d+)B\b", lambda m: f"{cardinal(m[1])} billion"),
    (
        r"(?<![\w.])(\d+(?:\.\d+)?)x"
        r"(?= (?:faster|slower|more|less|as|the|bigger|larger|better|cheaper)\b)",
        lambda m: f"{cardinal(m[1])} times",
    ),
    (r"(?<![\w.])(\d+)\+(?!\w)", lambda m: f"{cardinal(m[1])} plus"),
)
REST: tuple[Rule, ...] = compile_rules(
    (r"(?<![\w.])\.\d+", lambda m: f"point {digits(m[0][1:])}"),
    (rf"(?:{NUM})", lambda m: cardinal(m[0])),
)
NAMES: tuple[Rule, ...] = compile_rules(
    (
        rf"\b({one_of(TITLES)})\.(?= ?[A-Z]| and [A-Z])|\b(Mr|Mrs|Ms|Dr|Prof)(?= [A-Z])",
        _title,
    ),
    (
        rf"(\b[A-Z][\w']*,? |\b\d+(?:st|nd|rd|th) )({one_of(NAME_SUFFIXES)})\b\.?"
        rf"(?=[,;:)!?]|\.|$| [a-z]|\s+$|\s+(?:{STARTERS})\b)"
        r"|()(?<=& )(Co|Bros)\.",
        _name_suffix,
    ),
    (r"(?<=st |nd |rd |th )(Ave|St|Rd|Blvd|Dr)\b\.?(?! [A-Z][a-z]+'s)", _street),
    (r"(?<=st |nd |rd |th )c\.", lambda m: "century"),
    (
        rf"\b({one_of(SHORT_DAYS)})\.(?=\W|$)"
        r"|\b(Mon|Tue|Tues|Wed|Thu|Thurs|Fri)(?=,? (?:and |to |[A-Z])|[-–])",
        lambda m: SHORT_DAYS[m[1] or m[2]] + ("." if m.start() and ends_sentence(m) else ""),
    ),
    (r"\best\.(?= (?:in )?1\d{3}| (?:in )?20\d\d)", lambda m: "established"),
    (rf"(?<![\w.])({one_of(ABBREVIATIONS)})(?!\w)", _abbreviation),
    (r"(?<![\w.])(?:[A-Z]\.){2,}(?!\w)|(?<![\w.])(?:[ap]\.m\.)(?!\w)", _initials),
    (rf"[{re.escape(''.join(SYMBOLS))}]", lambda m: SYMBOLS[m[0]]),
    (r"(?<=\band)/(?=or\b)", lambda m: " "),
    (r"(?<=\w)/(?=\w)", lambda m: " slash "),
    (r" ?[–—] ?|--+", lambda m: ", "),
)
RULES = (
    *EMOTICONS,
    *ADDRESSES,
    *NOTATION,
    *TELEPHONES,
    *RANGES,
    *DATES,
    *VERSIONS,
    *AMOUNTS,
    *ROMAN,
    *MATH,
    *NUMBERS,
    *CODES,
    *REST,
    *NAMES,
)
