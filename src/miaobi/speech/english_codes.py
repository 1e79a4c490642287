"""Normalization rules for addresses, telephones, versions and codes in English."""

import re

from miaobi.speech.lexicon import word_list
from miaobi.speech.numerals import cardinal, digit_pairs, digits, year
from miaobi.speech.rules import END, START, Match, Rule, compile_rules, following, one_of, preceding

URL_SIGNS = {
    ".": " dot ",
    "/": " slash ",
    "\\": " backslash ",
    "@": " at ",
    "-": " dash ",
    "_": " underscore ",
    ":": " colon ",
    "?": " question mark ",
    "=": " equals ",
    "&": " and ",
    "#": " hash ",
    "+": " plus ",
    "%": " percent ",
    "~": " tilde ",
}
DOMAINS = "com|org|net|edu|gov|io|dev|app|info|ai|co\\.uk|ac\\.uk|org\\.uk|com\\.cn|cn|de|fr|jp"
EXTENSIONS = (
    "pdf|docx?|xlsx?|pptx?|txt|md|csv|tsv|json|xml|html?|css|js|ts|py|cpp|rs|java|sh|exe|zip|gz|tar"
    "|jpe?g|png|gif|svg|webp|mp3|mp4|wav|flac|ogg|mov|mkv|avi|toml|yaml|yml|ini|log"
)
PHONE_NUMBER = r"(?:1-)?(?:\(\d{3}\) ?|\d{3}[-. ])?\d{3}[-.]\d{4}"
CALL = re.compile(  # "call 911, 112 or "
    r"(?:\b[Cc]all|\b[Dd]ial|\b[Rr]ing|\b[Tt]ext|\b[Pp]hone|\bCalling|\bcalling|\bcalled|\bdialed)"
    r"(?: an?| the)?\s(?:\d{3,6}(?:, (?:or |and )?| or | and |/))*$"
)
DIGIT_LABEL = re.compile(
    rf"\b(?:{one_of(word_list('english', 'digit_labels'))})(?: is| was|:)? ?#? ?$"
)


def _address(m: Match) -> str:
    words = re.sub(r"^(?:https?|ftp)://", "", m[0])
    words = re.sub(r"^www(?=\.)", "W W W", words.rstrip("/"))
    words = re.sub(r"\d+", lambda d: f" {digits(d[0])} ", words)
    return " ".join("".join(URL_SIGNS.get(char, char) for char in words).split())


def _ip_address(m: Match) -> str:
    words = " dot ".join(digits(part) for part in m[1].split("."))
    return words + (f" colon {digits(m[2])}" if m[2] else "")


def _file_name(m: Match) -> str:
    return f"{_address_part(m[1])} dot {_extension(m[2])}"


def _extension(letters: str) -> str:
    return letters if len(letters) > 3 else " ".join(_spelled(char) for char in letters.upper())


def _spelled(char: str) -> str:
    return digits(char) if char.isdigit() else char


def _address_part(text: str) -> str:
    words = "".join(URL_SIGNS.get(char, char) for char in text)
    return " ".join(re.sub(r"\d+", lambda d: f" {_code_number(d[0])} ", words).split())


def _phone(m: Match) -> str:
    groups = re.findall(r"\+|\d+", m[0])
    spoken = [digits(group, "oh") for group in groups if group != "+"]
    return ("plus " if groups[0] == "+" else "") + ", ".join(spoken)


def _short_phone(m: Match) -> str | None:
    return digits(m[0]) if CALL.search(preceding(m)) else None


def _labeled(m: Match) -> str | None:
    """Verbalize the number after "order number" or "PIN"."""
    if not DIGIT_LABEL.search(preceding(m)) or following(m, 2)[:1] in "%°":
        return None
    return ", ".join(digits(group) for group in re.findall(r"\d+", m[0]))


def _book_number(m: Match) -> str:
    groups = re.findall(r"\d+|X", m[2])
    return f"{m[1]} " + ", ".join(_spelled(g) if g == "X" else digits(g) for g in groups)


def _version(m: Match) -> str:
    label = "version " if m[1] else ""
    return label + " point ".join(cardinal(part) for part in m[2].split("."))


def _hashtag(m: Match) -> str:
    return "hashtag " + _words(m[1])


def _handle(m: Match) -> str:
    return f"at {_words(m[1])}"


def _words(tag: str) -> str:
    """Split the words of a hashtag or handle: "NewYear2025" -> "NewYear twenty twenty-five"."""
    return _address_part(re.sub(r"(?<=[A-Za-z])(?=\d)|(?<=\d)(?=[A-Za-z])", " ", tag))


def _code_number(number: str) -> str:
    """Verbalize the number of a code: years and up to three digits as such, others by digit."""
    if number.startswith("0") or len(number) > 4:
        return digits(number)
    if len(number) == 4:
        return year(number) if number[:2] in ("19", "20") else digits(number)
    return digit_pairs(number) if len(number) == 3 else cardinal(number)


def _letters_and_digits(m: Match) -> str:
    return f"{m[1]} {_code_number(m[2])}"


def _digits_and_letters(m: Match) -> str:
    return f"{cardinal(m[1])} {m[2]}"


def _postcode(m: Match) -> str:
    return f"{m[1]} " + ", ".join(digits(group) for group in m[2].split("-"))


ADDRESSES: tuple[Rule, ...] = compile_rules(
    (
        r"(?:https?|ftp)://[^\s<>\"]*[\w/]|\bwww\.[^\s<>\"]*\w|\b[\w.+-]+@[\w-]+(?:\.[\w-]+)+",
        _address,
    ),
    (
        rf"(?<![\w.@-])[\w-]+(?:\.[\w-]+)*\.(?:{DOMAINS})\b(?!\.\w)(?::\d{{2,5}})?(?:/[^\s<>\"]*\w)?",
        _address,
    ),
    (r"\blocalhost:\d{2,5}(?:/[^\s<>\"]*\w)?", _address),
    (rf"{START}(\d{{1,3}}(?:\.\d{{1,3}}){{3}})(?::(\d{{2,5}}))?{END}", _ip_address),
    (r"(?<![\w.])[A-Z]:\\[\w\\.-]*\w|(?<![\w./<])(?:~|\.{1,2})?(?:/[\w.-]*\w){2,}/?", _address),
    (rf"(?<![\w.])((?=\w*[A-Za-z_])[\w-]+)\.({EXTENSIONS})\b", _file_name),
    (r"(?<![\w.@])@([A-Za-z_]\w*)", _handle),
    (r"(?<![\w&#])#([^\W\d_]\w*)(?!\w|#)", _hashtag),
)
TELEPHONES: tuple[Rule, ...] = compile_rules(
    (r"\b(ISBN(?:-1[03])?):? ?(\d[\d -]{8,15}[\dX])\b", _book_number),
    (r"(?<![\w.])\+\d{1,3}(?:[ .-]?\(?\d{1,4}\)?){2,5}(?!\w)", _phone),
    (rf"(?<![\w.-]){PHONE_NUMBER}(?![\w-])", _phone),
    (r"(?<![\w.-])\(0\d{1,3}\) ?\d{3,4}[ -]?\d{3,4}(?![\w-])", _phone),
    (r"(?<![\w.-])(?<!\d )0\d{2,4} \d{3,4}(?: \d{3,4})?(?![\w-])", _phone),
    (r"(?<![\w.,$])\d{3,6}(?![\w%]|[.,]\d)", _short_phone),
    (r"(?<![\w.,$])\d{4,}(?:-\d{3,})*(?![\w%]|[.,]\d|/\d)", _labeled),
    (r"\b([A-Z]{2,})-(\d{3,})(?![\w-])", _letters_and_digits),
    (r"(?<=, )([A-Z]{2}) (\d{5}(?:-\d{4})?)(?!\w)", _postcode),
)
VERSIONS: tuple[Rule, ...] = compile_rules(
    (r"\b(v|ver\. ?)(\d+(?:\.\d+)+)(?!\w)", _version),
    (r"(?<![\w.])(v)?(\d+(?:\.\d+){2,})(?!\w)", _version),
)
CODES: tuple[Rule, ...] = compile_rules(
    (r"\b([A-Za-z]+)-?(\d+)(?!\w)", _letters_and_digits),
    (r"(?<![\w.])(\d{4,})(?=-[A-Z]|[A-Z]{2})", lambda m: digits(m[1])),
    (r"(?<![\w.])(\d+)-?([A-Za-z]+)\b", _digits_and_letters),
)
