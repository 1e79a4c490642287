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
from miaobi.speech.english_dates import DATES
from miaobi.speech.lexicon import word_list
from miaobi.speech.numerals import cardinal, digit_pairs, digits, ordinal, roman_value, year
from miaobi.speech.rules import END, NUM, START, Match, Rule, compile_rules, one_of

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
ROMAN_NUMERAL = r"(?=[IVXLC])(C{0,3}(?:XC|XL|L?X{0,3})(?:IX|IV|V?I{0,3}))"
NUMBERED_NOUNS = word_list("english", "numbered_nouns")
REGNAL_NAMES = word_list("english", "regnal_names")


def _url(m: Match) -> str:
    words = re.sub(r"^https?://", "", m[0])
    symbols = {
        ".": " dot ",
        "/": " slash ",
        "@": " at ",
        "-": " dash ",
        "_": " underscore ",
        ":": " colon ",
        "?": " question mark ",
        "=": " equals ",
        "&": " and ",
    }
    words = re.sub(r"^www(?=\.)", "W W W", words.rstrip("/"))
    words = re.sub(r"\d+", lambda d: f" {digits(d[0])} ", words)
    return " ".join("".join(symbols.get(char, char) for char in words).split())


def _phone(m: Match) -> str | None:
    groups = re.findall(r"\+|\d+", m[0])
    spoken = [digits(group, "oh") for group in groups if group != "+"]
    return ("plus " if groups[0] == "+" else "") + ", ".join(spoken)


def _year(m: Match) -> str | None:
    noun = re.match(r" ([a-z]+)", m.string[m.end() :])
    if noun and noun[1].endswith("s") and noun[1] not in SINGULAR_S_WORDS:
        return None
    return year(m[0])


def _roman_numeral(m: Match) -> str | None:
    number = str(roman_value(m[2]))
    if m[1] in NUMBERED_NOUNS:
        return f"{m[1]} {cardinal(number)}"
    return f"{m[1]} the {ordinal(number)}"


def _number_label(m: Match) -> str:
    numbers = re.split(r" ?[-–] ?", m[2])
    return f"{NUMBER_LABELS[m[1]]} " + " to ".join(cardinal(number) for number in numbers)


def _digit_string(m: Match) -> str:
    return digits(m[0].replace("-", ""))


def _version(m: Match) -> str:
    label = "version " if m[1] else ""
    return label + " point ".join(cardinal(part) for part in m[2].split("."))


def _abbreviation(m: Match) -> str:
    ends_sentence = m[0].endswith(".") and not m.string[m.end() :].strip()
    return ABBREVIATIONS[m[0]] + ("." if ends_sentence else "")


def _name_suffix(m: Match) -> str:
    ends_sentence = m[0].endswith(".") and not m.string[m.end() :].strip(" \"'”’)")
    return (m[1] or "") + NAME_SUFFIXES[m[2] or m[4]] + ("." if ends_sentence else "")


def _letters_and_digits(m: Match) -> str:
    return f"{m[1]} {cardinal(m[2])}"


def _range(m: Match) -> str:
    return f"{cardinal(m[1])} to {cardinal(m[2])}"


ADDRESSES: tuple[Rule, ...] = compile_rules(
    (r"https?://[^\s<>\"]*[\w/]|\bwww\.[\w./-]*\w|\b[\w.+-]+@[\w-]+(?:\.[\w-]+)+", _url),
    (r"(?<![\w.-])[\w-]+(?:\.[\w-]+)*\.(?:com|org|net|edu|gov|io)\b(?:/[\w/-]*\w)?", _url),
    (
        rf"{START}\d{{1,3}}(?:\.\d{{1,3}}){{3}}{END}",
        lambda m: " dot ".join(digits(part) for part in m[0].split(".")),
    ),
    (r"(?<![\w.])\+\d{1,3}(?:[ .-]?\(?\d{1,4}\)?){2,5}(?!\w)", _phone),
    (r"(?<![\w.-])(?:1-)?(?:\(\d{3}\) ?|\d{3}[-. ])?\d{3}[-.]\d{4}(?![\w-])", _phone),
)
NUMBERS: tuple[Rule, ...] = compile_rules(
    (rf"(?<![\w.])((?:{NUM}))(st|nd|rd|th)\b", lambda m: ordinal(m[1])),
    (rf"(?<!\w)({one_of(NUMBER_LABELS)}) ?(\d+(?: ?[-–] ?\d+)?)(?!\w)", _number_label),
    (
        r"\b(Room|Flight|Suite|Apartment|Highway|Route|Bus|Gate) (\d{3,4})(?!\w)",
        lambda m: f"{m[1]} {digit_pairs(m[2])}",
    ),
    (rf"\b({one_of(NUMBERED_NOUNS)}) {ROMAN_NUMERAL}\b(?![.'’]\w)", _roman_numeral),
    (rf"\b({one_of(REGNAL_NAMES)}) {ROMAN_NUMERAL}\b(?!\.\w)", _roman_numeral),
    (r"\b(v|ver\. ?)(\d+(?:\.\d+)+)(?!\w)", _version),
    (r"(?<![\w.])(v)?(\d+(?:\.\d+){2,})(?!\w)", _version),
    (
        rf"(?<![\w.])({NUM}) ?[-−–] ?({NUM})(?= ?=)",
        lambda m: f"{cardinal(m[1])} minus {cardinal(m[2])}",
    ),
    (rf"(?<![\w.-])({NUM}) ?[-–—] ?({NUM})(?![\w-])", _range),
    (r"(?<![\w.])(\d+):(\d+)(?![\w:])", _range),
    (r"(?<![\w.])(\d+)[xX×](\d+)(?!\w)", lambda m: f"{cardinal(m[1])} by {cardinal(m[2])}"),
    (r"(?<![\w.,$])(?:1[1-9]|20)\d\d(?![\w%]|[.,]\d|-\d)", _year),
    (r"(?<![\w.,])\d{2,4}(?= (?:BC|BCE|AD|CE)\b)", lambda m: cardinal(m[0])),
    (r"(?<![\w.,])(?:0\d+|\d{16,})(?![\w.,]\d)", _digit_string),
    (rf"(?<![\w.,)])-({NUM})(?!\w)", lambda m: f"minus {cardinal(m[1])}"),
    (rf"(?<![\w.])(?:{NUM})(?=-[a-z]{{2,}})", lambda m: cardinal(m[0])),
    (r"\b([A-Za-z]+)-?(\d+)(?!\w)", _letters_and_digits),
    (r"(?<![\w.])(\d+)-?([A-Za-z]+)\b", lambda m: f"{cardinal(m[1])} {m[2]}"),
    (r"(?<![\w.])\.\d+", lambda m: f"point {digits(m[0][1:])}"),
    (rf"({NUM})\^({NUM})", lambda m: f"{cardinal(m[1])} to the power of {cardinal(m[2])}"),
    (rf"(?:{NUM})", lambda m: cardinal(m[0])),
)
NAMES: tuple[Rule, ...] = compile_rules(
    (
        rf"\b({one_of(TITLES)})\.(?= ?[A-Z]| and [A-Z])|\b(Mr|Mrs|Ms|Dr|Prof)(?= [A-Z])",
        lambda m: TITLES[m[1] or m[2]],
    ),
    (
        rf"\b([A-Z][\w']*,? )({one_of(NAME_SUFFIXES)})\b\.?(?=[,;:)]|\.|$| [a-z]|\s+$)"
        r"|()(?<=& )(Co|Bros)\.",
        _name_suffix,
    ),
    (
        rf"\b({one_of(SHORT_DAYS)})\.? ?[-–] ?({one_of(SHORT_DAYS)})\b\.?",
        lambda m: f"{SHORT_DAYS[m[1]]} to {SHORT_DAYS[m[2]]}",
    ),
    (
        rf"\b({one_of(SHORT_DAYS)})\.(?=\W|$)"
        r"|\b(Mon|Tue|Tues|Wed|Thu|Thurs|Fri)(?=,? (?:and |to |[A-Z])|[-–])",
        lambda m: SHORT_DAYS[m[1] or m[2]],
    ),
    (rf"(?<![\w.])({one_of(ABBREVIATIONS)})(?!\w)", _abbreviation),
    (rf"[{re.escape(''.join(SYMBOLS))}]", lambda m: SYMBOLS[m[0]]),
    (r"(?<=\band)/(?=or\b)", lambda m: " "),
    (r"(?<=\w)/(?=\w)", lambda m: " slash "),
    (r" ?[–—] ?|--+", lambda m: ", "),
)
RULES = (*ADDRESSES, *DATES, *AMOUNTS, *NUMBERS, *NAMES)
