"""Normalization rules for mathematics in English: comparisons, powers, operators, emoticons."""

import re

from miaobi.speech.english_amounts import LOOSE_UNITS, measure_name
from miaobi.speech.lexicon import word_list
from miaobi.speech.numerals import cardinal
from miaobi.speech.rules import (
    FACE,
    NUM,
    TAG,
    Match,
    Rule,
    compile_rules,
    following,
    one_of,
    preceding,
)
from miaobi.speech.units import PER_UNITS

SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻ⁿ", "0123456789+-n")
SUBSCRIPTS = str.maketrans("₀₁₂₃₄₅₆₇₈₉", "0123456789")
POWER = "[⁺⁻]?[⁰¹²³⁴⁵⁶⁷⁸⁹ⁿ]+"
# sign -> (between two operands, before a number)
COMPARISONS = {
    "<=": ("is at most", "at most"),
    "=<": ("is at most", "at most"),
    "≤": ("is at most", "at most"),
    "≦": ("is at most", "at most"),
    "⩽": ("is at most", "at most"),
    ">=": ("is at least", "at least"),
    "≥": ("is at least", "at least"),
    "≧": ("is at least", "at least"),
    "⩾": ("is at least", "at least"),
    "<": ("is less than", "less than"),
    ">": ("is greater than", "greater than"),
    "≪": ("is much less than", "much less than"),
    "≫": ("is much greater than", "much greater than"),
    "!=": ("is not equal to", "is not equal to"),
    "=/=": ("is not equal to", "is not equal to"),
    "≠": ("is not equal to", "is not equal to"),
    "≈": ("is about", "about"),
    "≃": ("is about", "about"),
    "≅": ("is about", "about"),
    "~=": ("is about", "about"),
    "==": ("equals", "equals"),
    "∝": ("is proportional to", "proportional to"),
}
VALUE = r" ?[-+±~]?(?:[$€£¥₹]|US\$)?(?:\d|\.\d|[A-Za-zα-ωΑ-Ω√∞](?![A-Za-z])|\()"  # after a sign
# the end of a number, of a variable or of a bracket
OPERAND = re.compile(r"(?:\d[%°]?|[⁰-⁹¹²³₀-₉)\]]|(?<![A-Za-zÀ-ɏ'])[A-Za-zα-ωΑ-Ω]\d?)(?P<gap> ?)$")
OPEN_TAG = re.compile(r"<[A-Za-z/][\w -]*$")
GREEK_NAMES = word_list("english", "greek_letters")
SIZE_BEFORE = re.compile(rf"(?:{NUM})(?: ?(?:{LOOSE_UNITS})|\"| (?=$))$|(?:{NUM})$")
GREEK = {
    **dict(zip("αβγδεζηθικλμνξορστυφχψω", GREEK_NAMES, strict=True)),
    **dict(zip("ΑΒΓΔΕΖΗΘΙΚΛΜΝΞΟΡΣΤΥΦΧΨΩ", GREEK_NAMES, strict=True)),
    "µ": "mu",
}
EXPONENT_BEFORE = re.compile(r"(?:\d[eE][+-]?\d+|\^-?\d+|[⁰¹²³⁴-⁹]) ?$")


def _comparison(m: Match) -> str | None:
    between, alone = COMPARISONS[m[1]]
    before = preceding(m)
    if m[1] == ">" and OPEN_TAG.search(before):
        return None
    operand = OPERAND.search(before)
    if operand and re.search(r"(?:^|[^\w.])[aAI] $", before):  # "a <5 kg parcel" has an article
        operand = None if m[0][-1] != " " and following(m, 1)[:1] != " " else operand
    is_word_pair = re.search(r"\w $", before) and re.match(r" [A-Za-z]{2,}", following(m))
    return between if operand or is_word_pair else alone


def _heart(m: Match) -> str | None:
    """Verbalize <3: a heart after a pronoun or at the end, else a comparison."""
    before, after = preceding(m), following(m)
    if re.search(r"\b(?:I|[Ww]e|[Yy]ou|[Tt]hey) $", before) and re.match(r" [A-Za-z]", after):
        return "love"
    if re.search(r"[A-Za-z]{2,}[.!?,]? $", before) and not re.match(r" ?[\w%°$.]", after):
        return ""
    return None


def _power(m: Match) -> str | None:
    base, exponent = m[1], m[2].translate(SUPERSCRIPTS)
    if base.isalpha() and len(base) > 3:  # the number of a footnote
        return base
    spoken = cardinal(base) if base[0].isdigit() else GREEK.get(base, base)
    return f"{spoken} {exponent_words(exponent, letters=not base[0].isdigit() or 'n' not in m[2])}"


def _caret(m: Match) -> str:
    base, exponent = m[1], m[2].strip("(){}")
    is_number = base[:1].isdigit()
    spoken = cardinal(base) if is_number else base
    return f"{spoken} {exponent_words(exponent, letters=not is_number)}"


def exponent_words(exponent: str, letters: bool) -> str:
    """Verbalize an exponent: "squared", "cubed" or "to the power of minus three"."""
    if letters and exponent in ("2", "3"):
        return "squared" if exponent == "2" else "cubed"
    number = exponent.lstrip("+-")
    words = cardinal(number) if number.isdigit() else number
    return f"to the power of {'minus ' if exponent[0] == '-' else ''}{words}"


def _bracket_power(m: Match) -> str:
    return f") {exponent_words(m[1].translate(SUPERSCRIPTS), letters=True)}"


def _scientific(m: Match) -> str:
    return f"{cardinal(m[1])} times ten {exponent_words(m[2], letters=False)}"


def _unit_after_power(m: Match) -> str | None:
    """Verbalize the unit after 10⁻⁹ or 3e8, which has its own rule."""
    if not EXPONENT_BEFORE.search(preceding(m)):
        return None
    return measure_name(m["unit"], plural=True, power=m["power"], per=m["per"])


def _lone_unit(m: Match) -> str:
    """Verbalize a squared or cubed unit without number: "per m²"."""
    plural = not re.search(r"(?:\b(?:per|an?|each|one|every) |/)$", preceding(m))
    return measure_name(m["unit"], plural=plural, power=m["power"], per=None)


def _times(m: Match) -> str:
    return " times " if m[0] != " x " else " by "


def _minus(m: Match) -> str | None:
    if not OPERAND.search(preceding(m)):
        return None
    letters = (preceding(m, 1), following(m, 1))
    rest = m.string[m.end() - 1 : m.end() + 40]
    in_formula = bool(re.match(r"[^.?!;]{0,24}?[=<>≤≥]", rest)) or "=" in preceding(m, 12)
    is_variable = any(re.fullmatch(r"[b-hj-zα-ω]", letter) for letter in letters)
    return " minus " if in_formula or is_variable else None


def _spoken(operand: str) -> str:
    return cardinal(operand) if operand.isdigit() else operand


def _offset(m: Match) -> str:
    """Verbalize UTC+5:30."""
    words = f"{m[1]} {'plus' if m[2] == '+' else 'minus'} {cardinal(m[3])}"
    return words + (f" {cardinal(m[4])}" if m[4] and int(m[4]) else "")


def _charge(m: Match) -> str:
    """Verbalize the charge of an ion: Ca²⁺."""
    number = m[2].translate(SUPERSCRIPTS)
    return f"{m[1]} {cardinal(number) + ' ' if number else ''}{'plus' if m[3] == '⁺' else 'minus'}"


def _by(m: Match) -> str | None:
    """Verbalize the x of "5 cm x 7 cm"."""
    return " by " if SIZE_BEFORE.search(preceding(m)) else None


EMOTICONS: tuple[Rule, ...] = compile_rules(
    (r"[+=*~#_-]{4,}", lambda m: ""),
    (TAG, lambda m: ""),
    (r"(?<![\w<>=])<3+(?!\d|\.\d)", _heart),
    (rf"(?<![A-Za-z0-9:;=<])(?:{FACE})(?![A-Za-z0-9])", lambda m: ""),
)
NOTATION: tuple[Rule, ...] = compile_rules(
    (rf"(?<![\w.])({NUM})[eE]([+-]?\d+)(?![\w.]\d|\w)", _scientific),
    (r"\+/-|\+-(?=\d)", lambda m: "plus or minus"),
    (r"\b(UTC|GMT) ?([+-])(\d{1,2})(?::?(\d\d))?(?!\d)", _offset),
    (r"&&", lambda m: "and"),
    (r"(?<=\w )\|\|(?= \w)", lambda m: "or"),
    (r"\b([A-G])#(?!\w)", lambda m: f"{m[1]} sharp"),
)
MATH: tuple[Rule, ...] = compile_rules(
    (r"(?<![\w-])-{1,2}>|=>|→|⇒|⟶", lambda m: "to"),
    (
        rf"(?<![=<>!~])({one_of(key for key in COMPARISONS if key not in '<>')})(?![=<>])",
        _comparison,
    ),
    (rf"(?<![<>=-])([<>])(?!/?[A-Za-z][\w -]*>)(?={VALUE})", _comparison),
    (r"(?<=\w )([<>])(?= \w)", _comparison),
    (
        r"(?<![\w/])(?P<unit>km|kg|mg|g|m|L|mL|ml|W|J|N|kWh|GB|MB)/"
        r"(?P<per>h|s|s²|min|m²|m³|L|kg|km|mL|dL|kWh)(?![\w/])",
        lambda m: measure_name(m["unit"], plural=True, power=None, per=m["per"]),
    ),
    (r"(?<![\w.])(?P<unit>[cdmk]?m|ft|in|yd|mi)(?P<power>[²³])", _lone_unit),
    (r"\b([A-Z][a-z]?)([²³⁴-⁹]?)([⁺⁻])(?![⁰-⁹¹²³])", _charge),
    (rf"(?<![A-Za-z\d.])((?:{NUM})|[A-Za-zα-ωΑ-Ω]+)({POWER})", _power),
    (rf"\)({POWER})", _bracket_power),
    (
        rf"(?<![A-Za-z\d.])((?:{NUM})|[A-Za-zα-ω]+|(?<=\)))(?:\^|\*\*)(-?\d+|[a-z](?![a-z])|\([-\w]+\)|{{[-\w]+}})",
        _caret,
    ),
    (r"(?<=[A-Za-z)])[₀-₉]+", lambda m: cardinal(m[0].translate(SUBSCRIPTS))),
    (
        rf"(?<=[\d⁰¹²³⁴-⁹]) ?(?P<unit>{LOOSE_UNITS})(?P<power>[²³])?"
        rf"(?:/(?P<per>{one_of(PER_UNITS)}))?(?!\w)",
        _unit_after_power,
    ),
    (r"(?<=[\d)]) [xX×*·⋅] (?=[\d(][\d.,]*\)? ?=)|(?<=[\da-z)²³]) [×*·⋅] (?=[\da-z(√-])", _times),
    (r"(?<=\d)[*·⋅](?=\d)|(?<=\d)[xX×](?=\d+ ?=)", lambda m: " times "),
    (r"(?<=[\w\"]) ?[x×] ?(?=\d)(?!10[⁰-⁹¹²³^])", _by),
    (r"(?<![\w*])([a-z])\*([a-z\d])(?![\w*])", lambda m: f"{m[1]} times {_spoken(m[2])}"),
    (r"(?<=\w) \*\* (?=\w)", lambda m: " to the power of "),
    (r"(?<=[\da-z)²³]) - (?=[\da-z(√])", _minus),
    (r"(?<=\d) / (?=\d+(?:\.\d+)? ?=)", lambda m: " divided by "),
    (r"\b([fgh])\(([a-z])\)", lambda m: f"{m[1]} of {m[2]}"),
    (r"(?<![\w~/])~ ?(?=[$€£¥]?\d)", lambda m: "about "),
    (r"√(?=[\w(])", lambda m: "square root of "),
    (r"∛(?=[\w(])", lambda m: "cube root of "),
    (r"(?<=\w)!(?= ?=)", lambda m: " factorial"),
    (r"(?<=\w)\+\+(?!\w)", lambda m: " plus plus"),
    (r"(?<![Ͱ-Ͽ])[πµ](?![Ͱ-Ͽ])|(?<![Ͱ-Ͽ])[α-ωΑ-Ω](?![Ͱ-Ͽ])", lambda m: GREEK.get(m[0], "pi")),
)
