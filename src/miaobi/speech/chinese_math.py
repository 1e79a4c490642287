"""Normalization rules for formulas in Mandarin: comparisons, powers, time zones, emoticons."""

import re

from miaobi.speech.numerals import han_cardinal
from miaobi.speech.rules import FACE, NUM, TAG, Match, compile_rules, following, one_of, preceding
from miaobi.speech.units import HAN_PER_UNITS as PER_UNITS
from miaobi.speech.units import HAN_UNITS as UNITS

SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻ⁿ", "0123456789+-n")
SUBSCRIPTS = str.maketrans("₀₁₂₃₄₅₆₇₈₉", "0123456789")
COMPARISONS = {
    "<=": "小于等于",
    "=<": "小于等于",
    ">=": "大于等于",
    "!=": "不等于",
    "==": "等于",
    "≦": "小于等于",
    "≧": "大于等于",
    "⩽": "小于等于",
    "⩾": "大于等于",
    "≪": "远小于",
    "≫": "远大于",
    "+/-": "正负",
}
LATIN_PER_UNITS = one_of(unit for unit in PER_UNITS if unit.rstrip("²³").isascii())
EXPONENT_BEFORE = re.compile(r"(?:\d[eE][+-]?\d+|\^-?\d+|[⁰¹²³⁴-⁹]) ?$")


def _power(m: Match) -> str:
    base, exponent = m[1], m[2].translate(SUPERSCRIPTS).strip("(){}").lstrip("+")
    spoken = han_cardinal(base) if base[:1].isdigit() else base
    if not base[:1].isdigit() and exponent in ("2", "3"):
        return f"{spoken}的{'平' if exponent == '2' else '立'}方"
    return f"{spoken}的{_exponent(exponent)}"


def _exponent(exponent: str) -> str:
    number = exponent.lstrip("-")
    words = han_cardinal(number) if number.isdigit() else number
    return f"{'负' if exponent[0] == '-' else ''}{words}次方"


def _scientific(m: Match) -> str:
    return f"{han_cardinal(m[1])}乘以十的{_exponent(m[2].lstrip('+'))}"


def _unit_after_power(m: Match) -> str | None:
    if not EXPONENT_BEFORE.search(preceding(m)):
        return None
    return UNITS[m["unit"]] + (f"每{PER_UNITS[m['per']]}" if m["per"] else "")


def _offset(m: Match) -> str:
    """Verbalize UTC+8."""
    words = f"{m[1]}{'加' if m[2] == '+' else '减'}{han_cardinal(m[3])}"
    return words + (f"点{han_cardinal(m[4])}分" if m[4] and int(m[4]) else "")


def _charge(m: Match) -> str:
    """Verbalize the charge of an ion: Ca²⁺."""
    number = m[2].translate(SUPERSCRIPTS)
    return f"{m[1]} {han_cardinal(number) if number else ''}{'正' if m[3] == '⁺' else '负'}"


def _minus(m: Match) -> str | None:
    """Verbalize the minus of a formula, which has a sign of comparison."""
    return "减" if re.search("[=<>≤≥≈]", preceding(m, 24) + following(m, 24)) else None


EMOTICONS = compile_rules(
    (TAG, lambda m: ""),
    (
        rf"(?<![A-Za-z0-9:;=<])(?:{FACE}|<3+(?![\d.个只公千米年月天元岁斤]|k?g|[cmk]?m))(?![A-Za-z0-9])",
        lambda m: "",
    ),
    (r"[=*~#_]{4,}", lambda m: ""),
)
NOTATION = compile_rules(
    (rf"(?<![A-Za-z\d.])({NUM})[eE]([+-]?\d+)(?![A-Za-z\d])", _scientific),
    (r"(UTC|GMT) ?([+-])(\d{1,2})(?::?(\d\d))?(?!\d)", _offset),
)
MATH = compile_rules(
    (r"(?<!-)-{1,2}>|=>|⇒|⟶", lambda m: "到"),
    (rf"(?<![=<>!])({one_of(COMPARISONS)})(?![=<>])", lambda m: COMPARISONS[m[1]]),
    (r"&&", lambda m: "且"),
    (r"<([\u4e00-\u9fff]{1,12})>", lambda m: m[1]),
    (r"(?<=\d)(?<!(?<!\d)0)[xX×*](?=\d)", lambda m: "乘以"),
    (r"(?<=[a-z])(?<![A-Za-z][a-z])\*(?=[a-z\d](?![a-z]))", lambda m: "乘以"),
    (r"C#(?![A-Za-z0-9#])", lambda m: "C sharp"),
    (r"(?<![A-Za-z])([A-Z][a-z]?)([²³]?)([⁺⁻])", _charge),
    (
        rf"(?<![A-Za-z/])({one_of(UNITS)})/({LATIN_PER_UNITS})"
        r"(?![A-Za-z\d²³])",
        lambda m: f"{UNITS[m[1]]}每{PER_UNITS[m[2]]}",
    ),
    (r"(?<![A-Za-z\d.])(?:km|m|cm|mm)[²³]", lambda m: UNITS.get(m[0])),
    (
        rf"(?<=[元角分块币])/({one_of(u for u in UNITS if u[0].isascii())}|㎡)(?![A-Za-z\d])",
        lambda m: f"每{UNITS[m[1]]}",
    ),
    (rf"(?<![A-Za-z\d.])((?:{NUM})|[A-Za-zα-ω]+|(?<=\)))([⁺⁻]?[⁰¹²³⁴⁵⁶⁷⁸⁹ⁿ]+)", _power),
    (
        rf"(?<![A-Za-z\d.])((?:{NUM})|[A-Za-zα-ω]+|(?<=\)))(?:\^|\*\*)(-?\d+|[a-z](?![a-z])|\([-\w]+\)|{{[-\w]+}})",
        _power,
    ),
    (
        rf"(?<=[\d⁰¹²³⁴-⁹]) ?(?P<unit>{one_of(UNITS)})(?:/(?P<per>{one_of(PER_UNITS)}))?"
        r"(?![A-Za-z\d])",
        _unit_after_power,
    ),
    (r"(?<=[A-Za-z)])[₀-₉]+", lambda m: han_cardinal(m[0].translate(SUBSCRIPTS))),
    (r"(?<=[a-z\d)²³⁰-⁹]) ?- ?(?=[a-z\d(]+ ?[=<>≤≥])|(?<=[a-z)]) - (?=[a-z\d(])", lambda m: "减"),
    (r"(?<![A-Za-z][A-Za-z])(?<=[a-z)²³]) ?- ?(?=[a-z\d(])(?![a-z]{2})", _minus),
    (r"~(?=\d)(?<![\d\u4e00-\u9fff]~)", lambda m: "约"),
)
