"""Numbers in words, English and Mandarin: cardinals, ordinals, years, digit by digit."""

import re
from decimal import Decimal

ONES = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
]
TENS = ["", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
GROUPS = ["", "thousand", "million", "billion", "trillion", "quadrillion"]  # powers of 1,000
ORDINALS = {
    "one": "first",
    "two": "second",
    "three": "third",
    "five": "fifth",
    "eight": "eighth",
    "nine": "ninth",
    "twelve": "twelfth",
}
ROMAN = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100, "D": 500, "M": 1000}
HAN_DIGITS = "零一二三四五六七八九"
HAN_POWERS = ("", "十", "百", "千")
HAN_GROUPS = ("", "万", "亿", "万亿")  # powers of 10,000
MAX_DIGITS = 15  # longer numbers are spelled digit by digit
# numbers grouped by spaces, apostrophes, underscores or dots: 1 000, 1'000, 1_000, 1.000.000,50
GROUPED = re.compile(
    r"(?<![A-Za-z0-9_.,'])(?<![+/])(?<!\d )(?:"
    r"[1-9]\d{0,2}(?: \d{3})+(?:[.,]\d{1,2})?(?![ ']?\d|-\d{4}(?!\d)|[.,/:]\d|\.[A-Za-z])"
    r"|[1-9]\d{0,2}(?:(?P<mark>['_])\d{3})(?:(?P=mark)\d{3})*(?:[.,]\d+)?(?![\d'_])"
    r"|[1-9]\d{0,2}(?:\.\d{3}){2,}(?:,\d+)?(?![\d.]*\d)"
    r"|[1-9]\d{0,2}(?:\.\d{3})+,\d{1,2}(?![\d.,]*\d)"
    r"|\d+,\d{1,2}(?= ?(?:€|EUR\b))|(?<=€)\d+,\d\d(?![\d.,]*\d))"
)
# a word before a number that is not the start of a larger one: "Room 4 100 times", "May 5 200 ran"
LABEL_BEFORE = re.compile(
    r"(?:^|\W)(?:Room|Chapter|Page|Bus|Route|Psalm|Flight|Gate|Platform|Line|Grade|Day|Level|No\."
    r"|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sep|Sept|Oct|Nov|Dec|May|June|July|March|April|August|January"
    r"|February|September|October|November|December|[Cc]all|[Dd]ial|[Tt]ext)\.? $"
)


def ungrouped(text: str) -> str:
    """Write grouped numbers with commas, each character for one: "1 000,50" -> "1,000.50"."""
    return GROUPED.sub(_with_commas, text)


def _with_commas(m: re.Match[str]) -> str:
    number = m[0]
    groups = number.split(".")
    is_address = len(groups) == 4 and all(group == str(int(group)) for group in groups)
    if is_address or LABEL_BEFORE.search(m.string[max(0, m.start() - 12) : m.start()]):
        return number
    decimals = re.search(r"[.,]\d{1,2}$|,\d+$|(?<=['_]\d{3})\.\d+$", number)
    end = decimals.start() if decimals else len(number)
    if re.fullmatch(r"\d+", number[:end]):
        return number.replace(",", ".")
    return re.sub(r"\D", ",", number[:end]) + number[end:].replace(",", ".")


def scaled(number: str, factor: int) -> str:
    """Multiply a written number: "3.5" times 1,000,000 -> "3500000"."""
    value = Decimal(number.replace(",", "")) * factor
    return f"{value.normalize():f}"


def cardinal(number: str) -> str:
    """Spell a cardinal: "1,234.5" -> "one thousand two hundred thirty-four point five"."""
    whole, _, part = number.replace(",", "").partition(".")
    words = digits(whole) if len(whole) > MAX_DIGITS else _cardinal_words(int(whole or 0))
    return f"{words} point {digits(part)}" if part else words


def _cardinal_words(value: int) -> str:
    if value < 1000:
        return _below_thousand(value)
    parts, group = [], 0
    while value:
        value, rest = divmod(value, 1000)
        if rest:
            parts.append(f"{_below_thousand(rest)} {GROUPS[group]}".strip())
        group += 1
    return " ".join(reversed(parts))


def _below_thousand(value: int) -> str:
    hundreds, rest = divmod(value, 100)
    words = [f"{ONES[hundreds]} hundred"] if hundreds else []
    if rest or not hundreds:
        tens, ones = divmod(rest, 10)
        if rest < 20:
            words.append(ONES[rest])
        else:
            words.append(TENS[tens] + (f"-{ONES[ones]}" if ones else ""))
    return " ".join(words)


def ordinal(number: str) -> str:
    """Spell an ordinal: "21" -> "twenty-first"."""
    return to_ordinal(cardinal(number))


def to_ordinal(words: str) -> str:
    """Turn a spelled cardinal into an ordinal: "twenty-one" -> "twenty-first"."""
    cut = max(words.rfind(" "), words.rfind("-")) + 1
    final = words[cut:]
    if final in ORDINALS:
        return words[:cut] + ORDINALS[final]
    return words[:cut] + (final[:-1] + "ieth" if final.endswith("y") else final + "th")


def digits(number: str, zero: str = "zero") -> str:
    """Spell digit by digit: "407" -> "four zero seven"."""
    return " ".join(ONES[int(digit)] if digit != "0" else zero for digit in number)


def year(number: str) -> str:
    """Spell a year: "1905" -> "nineteen oh five", "2008" -> "two thousand eight"."""
    value = int(number)
    century, rest = divmod(value, 100)
    if len(number) != 4 or value % 1000 < 10:
        return _cardinal_words(value)
    if not rest:
        return f"{_cardinal_words(century)} hundred"
    ending = f"oh {ONES[rest]}" if rest < 10 else _cardinal_words(rest)
    return f"{_cardinal_words(century)} {ending}"


def digit_pairs(number: str) -> str:
    """Spell a room or flight number: "204" -> "two oh four", "1549" -> "fifteen forty-nine"."""
    if len(number) < 3 or number.endswith("00") or len(number) > 4:
        return cardinal(number)
    head, tail = number[:-2], number[-2:]
    return f"{cardinal(head)} " + (f"oh {ONES[int(tail)]}" if tail[0] == "0" else cardinal(tail))


def roman_value(letters: str) -> int:
    """Return the value of a Roman numeral: "XIV" -> 14."""
    values = [ROMAN[letter] for letter in letters]
    return sum(
        -value if value < after else value
        for value, after in zip(values, [*values[1:], 0], strict=True)
    )


def han_cardinal(number: str) -> str:
    """Spell a Mandarin cardinal: "1,234.5" -> 一千二百三十四点五.

    A leading 2 of thousands and above is 两 (两千, 两万), other twos are 二 (二十, 二百).
    """
    whole, _, part = number.replace(",", "").partition(".")
    words = han_digits(whole) if len(whole) > MAX_DIGITS else _han_cardinal_words(int(whole or 0))
    return f"{words}点{han_digits(part)}" if part else words


def _han_cardinal_words(value: int) -> str:
    if value < 10:
        return HAN_DIGITS[value]
    words, group, before = "", 0, 0
    while value:
        value, rest = divmod(value, 10_000)
        if rest:
            gap = "零" if before and group and before < 1000 and words[:1] != "零" else ""
            part = _han_group(rest, first=not value)
            part = "两" if part == "二" and group and not value else part
            words = part + HAN_GROUPS[group] + gap + words
        elif words and words[0] != "零":
            words = "零" + words
        before, group = rest or before, group + 1
    return words[1:] if words.startswith("一十") else words


def _han_group(value: int, first: bool) -> str:
    """Spell up to four digits; the first group of a number may begin with 两."""
    words, gap = "", False
    for power in (3, 2, 1, 0):
        digit = value // 10**power % 10
        if not digit:
            gap = bool(words)
            continue
        leads = not words and first
        name = "两" if digit == 2 and leads and power == 3 else HAN_DIGITS[digit]
        words += ("零" if gap and words else "") + name + HAN_POWERS[power]
        gap = False
    return words


def han_digits(number: str, one: str = "一") -> str:
    """Spell digit by digit in Mandarin: "110" -> 一一零, or 幺幺零 with one="幺" (telephone)."""
    return "".join(one if digit == "1" else HAN_DIGITS[int(digit)] for digit in number)
