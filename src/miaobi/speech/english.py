"""English as it is said: the rules of spoken.py for English text, most special first."""

import re

from miaobi.speech.abbreviations import (
    ABBREVIATIONS,
    AFTER_NAMES,
    NUMBERED,
    SHORT_DAYS,
    SIGNS,
    TITLES,
)
from miaobi.speech.english_amounts import AMOUNTS
from miaobi.speech.english_dates import DATES
from miaobi.speech.numerals import cardinal, digits, ordinal, pairs, roman, year
from miaobi.speech.rules import END, NUM, START, Match, Rule, one_of, rules

NOT_PLURAL = ("was", "is", "has", "as", "its", "this", "his", "us", "thus", "always", "sees", "saw")
CHAPTERS = (
    "Chapter",
    "Part",
    "Book",
    "Volume",
    "Act",
    "Scene",
    "Section",
    "War",
    "Article",
    "Title",
    "Phase",
    "Type",
    "Class",
    "Level",
    "Stage",
    "Episode",
    "Figure",
    "Table",
    "Apollo",
    "Rocky",
    "Bowl",
    "Grade",
    "Appendix",
)
NUMERAL = r"(?=[IVXLC])(C{0,3}(?:XC|XL|L?X{0,3})(?:IX|IV|V?I{0,3}))"
KINGS = [
    "Henry",
    "Louis",
    "Charles",
    "George",
    "Edward",
    "William",
    "Richard",
    "James",
    "Elizabeth",
    "Mary",
    "Pope",
    "Paul",
    "John",
    "Pius",
    "Benedict",
    "Leo",
    "Gregory",
    "Napoleon",
    "Philip",
    "Francis",
    "Frederick",
    "Alexander",
    "Nicholas",
    "Catherine",
    "Peter",
    "Ivan",
    "Ramses",
    "Cleopatra",
    "Ptolemy",
    "Alfonso",
    "Ferdinand",
    "Otto",
    "Leopold",
    "Wilhelm",
    "Innocent",
    "Clement",
    "Urban",
    "Felipe",
]  # noqa: SIM905


def _web(m: Match) -> str:
    words = re.sub(r"^https?://", "", m[0])
    names = {
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
    return " ".join("".join(names.get(char, char) for char in words).split())


def _phone(m: Match) -> str | None:
    groups = re.findall(r"\+|\d+", m[0])
    spoken = [digits(group, "oh") for group in groups if group != "+"]
    return ("plus " if groups[0] == "+" else "") + ", ".join(spoken)


def _bare_year(m: Match) -> str | None:
    follows = re.match(r" ([a-z]+)", m.string[m.end() :])
    if follows and follows[1].endswith("s") and follows[1] not in NOT_PLURAL:
        return None
    return year(m[0])


def _roman(m: Match) -> str | None:
    letters = m[2]
    number = str(roman(letters))
    if m[1] in CHAPTERS:
        return f"{m[1]} {cardinal(number)}"
    return f"{m[1]} the {ordinal(number)}"


def _numbered(m: Match) -> str:
    several = re.split(r" ?[-–] ?", m[2])
    return f"{NUMBERED[m[1]]} " + " to ".join(cardinal(number) for number in several)


def _digits_of(m: Match) -> str:
    return digits(m[0].replace("-", ""))


def _version(m: Match) -> str:
    named = "version " if m[1] else ""
    return named + " point ".join(cardinal(part) for part in m[2].split("."))


def _abbreviation(m: Match) -> str:
    ends = m[0].endswith(".") and not m.string[m.end() :].strip()
    return ABBREVIATIONS[m[0]] + ("." if ends else "")


def _after_name(m: Match) -> str:
    ends = m[0].endswith(".") and not m.string[m.end() :].strip(" \"'”’)")
    return (m[1] or "") + AFTER_NAMES[m[2] or m[4]] + ("." if ends else "")


def _letters_and_digits(m: Match) -> str:
    return f"{m[1]} {cardinal(m[2])}"


def _to(m: Match) -> str:
    return f"{cardinal(m[1])} to {cardinal(m[2])}"


ADDRESSES: tuple[Rule, ...] = rules(
    (r"https?://[^\s<>\"]*[\w/]|\bwww\.[\w./-]*\w|\b[\w.+-]+@[\w-]+(?:\.[\w-]+)+", _web),
    (r"(?<![\w.-])[\w-]+(?:\.[\w-]+)*\.(?:com|org|net|edu|gov|io)\b(?:/[\w/-]*\w)?", _web),
    (
        rf"{START}\d{{1,3}}(?:\.\d{{1,3}}){{3}}{END}",
        lambda m: " dot ".join(digits(part) for part in m[0].split(".")),
    ),
    (r"(?<![\w.])\+\d{1,3}(?:[ .-]?\(?\d{1,4}\)?){2,5}(?!\w)", _phone),
    (r"(?<![\w.-])(?:1-)?(?:\(\d{3}\) ?|\d{3}[-. ])?\d{3}[-.]\d{4}(?![\w-])", _phone),
)
NUMBERS: tuple[Rule, ...] = rules(
    (rf"(?<![\w.])((?:{NUM}))(st|nd|rd|th)\b", lambda m: ordinal(m[1])),
    (rf"(?<!\w)({one_of(NUMBERED)}) ?(\d+(?: ?[-–] ?\d+)?)(?!\w)", _numbered),
    (
        r"\b(Room|Flight|Suite|Apartment|Highway|Route|Bus|Gate) (\d{3,4})(?!\w)",
        lambda m: f"{m[1]} {pairs(m[2])}",
    ),
    (rf"\b({one_of(CHAPTERS)}) {NUMERAL}\b(?![.'’]\w)", _roman),
    (rf"\b({one_of(KINGS)}) {NUMERAL}\b(?!\.\w)", _roman),
    (r"\b(v|ver\. ?)(\d+(?:\.\d+)+)(?!\w)", _version),
    (r"(?<![\w.])(v)?(\d+(?:\.\d+){2,})(?!\w)", _version),
    (
        rf"(?<![\w.])({NUM}) ?[-−–] ?({NUM})(?= ?=)",
        lambda m: f"{cardinal(m[1])} minus {cardinal(m[2])}",
    ),
    (rf"(?<![\w.-])({NUM}) ?[-–—] ?({NUM})(?![\w-])", _to),
    (r"(?<![\w.])(\d+):(\d+)(?![\w:])", _to),
    (r"(?<![\w.])(\d+)[xX×](\d+)(?!\w)", lambda m: f"{cardinal(m[1])} by {cardinal(m[2])}"),
    (r"(?<![\w.,$])(?:1[1-9]|20)\d\d(?![\w%]|[.,]\d|-\d)", _bare_year),
    (r"(?<![\w.,])\d{2,4}(?= (?:BC|BCE|AD|CE)\b)", lambda m: cardinal(m[0])),
    (r"(?<![\w.,])(?:0\d+|\d{16,})(?![\w.,]\d)", _digits_of),
    (rf"(?<![\w.,)])-({NUM})(?!\w)", lambda m: f"minus {cardinal(m[1])}"),
    (rf"(?<![\w.])(?:{NUM})(?=-[a-z]{{2,}})", lambda m: cardinal(m[0])),
    (r"\b([A-Za-z]+)-?(\d+)(?!\w)", _letters_and_digits),
    (r"(?<![\w.])(\d+)-?([A-Za-z]+)\b", lambda m: f"{cardinal(m[1])} {m[2]}"),
    (r"(?<![\w.])\.\d+", lambda m: f"point {digits(m[0][1:])}"),
    (rf"({NUM})\^({NUM})", lambda m: f"{cardinal(m[1])} to the power of {cardinal(m[2])}"),
    (rf"(?:{NUM})", lambda m: cardinal(m[0])),
)
NAMES: tuple[Rule, ...] = rules(
    (
        rf"\b({one_of(TITLES)})\.(?= ?[A-Z]| and [A-Z])|\b(Mr|Mrs|Ms|Dr|Prof)(?= [A-Z])",
        lambda m: TITLES[m[1] or m[2]],
    ),
    (
        rf"\b([A-Z][\w']*,? )({one_of(AFTER_NAMES)})\b\.?(?=[,;:)]|\.|$| [a-z]|\s+$)"
        r"|()(?<=& )(Co|Bros)\.",
        _after_name,
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
    (rf"[{re.escape(''.join(SIGNS))}]", lambda m: SIGNS[m[0]]),
    (r"(?<=\band)/(?=or\b)", lambda m: " "),
    (r"(?<=\w)/(?=\w)", lambda m: " slash "),
    (r" ?[–—] ?|--+", lambda m: ", "),
)
RULES = (*ADDRESSES, *DATES, *AMOUNTS, *NUMBERS, *NAMES)
