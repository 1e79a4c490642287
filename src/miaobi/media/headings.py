"""Lines that are headings of plain-text books: "Chapter 1: The Sea", "IV.", 第三回, Prologue, 尾声.

A sentence that begins with such a word is none: "Part of me wanted to turn back."
"""

import re
from typing import NamedTuple

MAX_TITLE, MAX_CHINESE_TITLE, MAX_ATTACHED = 90, 40, 16  # characters after the number

ONES = "one|two|three|four|five|six|seven|eight|nine"
TEENS = "ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen"
TENS = "twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety"
ORDINALS = (
    "first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|eleventh|twelfth|thirteenth|"
    "fourteenth|fifteenth|sixteenth|seventeenth|eighteenth|nineteenth|twentieth|last"
)
ROMAN = r"(?=[ivxlc])(?:xc|xl|l?x{0,3})(?:ix|iv|v?i{0,3})"
NUMBER = (
    rf"(?:\d{{1,3}}|(?:{TENS})(?:[- ](?:{ONES}))?|{TEENS}|{ONES}|(?:the\s+)?(?:{ORDINALS})|{ROMAN})"
    r"(?![\w'’])"
)
UNITS = "chapter|chap\\.|part|book|volume|vol\\.|section|act|scene|canto|stave|letter|episode|tale"
NUMBERED = re.compile(rf"(?P<unit>{UNITS})\s+(?P<number>{NUMBER}|(?-i:[A-H])(?!\w))", re.I)
ORDINAL_UNIT = re.compile(
    rf"(?:the\s+)?(?P<number>{ORDINALS}|final)\s+"
    r"(?P<unit>chapter|part|book|volume|act|letter)",
    re.I,
)
NAMED = re.compile(
    r"(?P<unit>prologue|epilogue|preface|introduction|foreword|afterword|interlude|intermission|postscript|"
    r"acknowledge?ments?|appendix(?:\s+(?:\d+|[A-Z]))?|dedication|conclusion|coda|prelude|postlude|"
    r"author['’]s\s+note|about\s+the\s+author|translator['’]s\s+(?:note|preface)|glossary|"
    r"プロローグ|エピローグ|はじめに|おわりに|まえがき|あとがき)(?P<number>)(?![\w'’])",
    re.I,
)
CONTENTS = re.compile(r"(?:table\s+of\s+)?contents[.:]?|目\s*[录錄次]", re.I)
SEPARATOR = re.compile(r"\s*(:|--+|[—–]+|\s-\s|\.|,|\s)\s*")
# words that a title writes with a small letter
SMALL_WORDS = re.compile(
    "an?|and|as|at|but|by|de[lr]?|des|d[iu]|e[ln]|for|from|i[fns]|into|l[ae]|la[s]|les|los|nor|o[fnr]|"
    "off|out|over|per|so|than|that|the|to|u[np]|und|upon|v[ao]n|via|vs|with|yet?",
    re.I,
)
LEADERS = re.compile(r"\.{3,}|…{2,}|(?:\s?[.·]\s){3,}|[·‥]{3,}|(?:\t|\s{2,})\d{1,4}\s*$")
SENTENCE_END = tuple('.!?…。！？"”’」』)）:：-—*')
DECORATION = re.compile(r"^[\s*_=~#—–•◆◇★☆※-]+(?=\S)|(?<=\S)[\s*_=~#—–•◆◇★☆※-]+$")
SPACED = re.compile(r"(?:[A-Z0-9] ){3,}[A-Z0-9](?: {2,}(?:[A-Z0-9] )*[A-Z0-9])*")

DIGITS = "零〇一二两兩三四五六七八九十百千廿卅\\d０-９"
CHINESE = re.compile(
    rf"(?P<unit>第)\s*(?P<number>[{DIGITS}]+)\s*(?P<kind>[章回节節卷部篇集幕话話折])"
)
CHINESE_VOLUME = re.compile(rf"(?P<unit>卷|番外)(?P<number>之?[{DIGITS}上中下首末终]*)")
CHINESE_NAMED = re.compile(
    r"(?P<unit>[自代总總]?序[章言幕曲]?|译者序|譯者序|前言|引[言子]|楔子|尾[声聲]|[后後][记記]|[终終]章|"
    r"附[录錄][一二三四五六七八九十\d]*|跋|[结結][语語]|[导導][言语語]|[上中下][卷篇部]|大?结局|內容[简簡]介|内容简介|番外篇?)(?P<number>)"
)
CHINESE_SEPARATOR = re.compile(r"[\s\u3000]*[：:、·—.-]+[\s\u3000]*|[\s\u3000]+")
CHINESE_END = ("。", "；", "，", "、", "：", ".", ",", ";")
# after 第…章 without a space: the sentence goes on
CHINESE_VERBS = re.compile(
    r"[节節是的讲講说說写寫里裡中就我他她它很最有在和与與以才还還也都不没沒了完结結课課合分门門间間要会會把被让讓给給到来來去只应應该該可能已已将將看读讀上下，。！？；：、]"
)

BARE_ROMAN = re.compile(rf"(?P<number>{ROMAN})(?P<rest>\.?|\s*[.:—–-]+\s+\S.*)", re.I)
BARE_NUMBER = re.compile(r"(?P<number>\d{1,3})(?P<rest>[.)]?|\s*[.:)—–-]+\s+\S.*)")
BARE_CHINESE = re.compile(r"(?P<number>[一二三四五六七八九十]{1,3})(?P<rest>、?)")
BARE = {"roman": BARE_ROMAN, "number": BARE_NUMBER, "chinese": BARE_CHINESE}
ROMAN_VALUES = {"i": 1, "v": 5, "x": 10, "l": 50, "c": 100}


class BareNumber(NamedTuple):
    """A number that may be a heading by itself."""

    style: str  # "roman", "number" or "chinese"
    value: int
    is_sure: bool  # without others of its sequence


def heading_key(line: str) -> str:
    """Return what identifies a heading, such as "chapter 1", or "" for another line."""
    line = clean_heading(line)
    if not line or LEADERS.search(line):
        return ""
    return _english_key(line) or _chinese_key(line)


def clean_heading(line: str) -> str:
    """Remove decoration around a heading, and the spaces of "C H A P T E R"."""
    line = DECORATION.sub("", DECORATION.sub("", line.strip())).strip()
    if SPACED.fullmatch(line):
        line = " ".join(word.replace(" ", "") for word in re.split(" {2,}", line))
    return line


def _english_key(line: str) -> str:
    match = NUMBERED.match(line) or ORDINAL_UNIT.match(line) or NAMED.match(line)
    if match is None:
        return ""
    key = f"{match['unit']} {match['number']}".casefold()
    is_named = match.re is NAMED
    rest = line[match.end() :]
    if rest in ("", "."):
        return key
    separator = SEPARATOR.match(rest)
    if separator is None or len(rest) > MAX_TITLE:
        return ""
    mark, title = separator[1].strip(), rest[separator.end() :]
    if not title:
        return key if mark == ":" else ""
    if heading_key(title) and mark != "":
        return f"{key} {heading_key(title)}"
    if is_title(title, strict=is_named and not mark, small_first=is_named and not mark):
        return key if mark or not title.endswith((".", "!", "?", ",", ";")) else ""
    # "Chapter 3: the one in which nobody is hurt"
    is_marked = mark == ":" or mark[:1] in ("—", "–", "-")
    return key if is_marked and not title.endswith((".", ",", ";", ":")) and not is_named else ""


def is_title(title: str, strict: bool = False, small_first: bool = False) -> bool:
    """Return True for words that all begin with a capital, except small ones within."""
    words = re.findall(r"[^\W_][\w'’]*", title)
    if not words or title.endswith((",", ";", ":")):
        return False
    capital = [not word[0].islower() for word in words]
    first = capital[0] or small_first
    if strict and not any(capital):
        return False
    return first and all(
        is_capital or SMALL_WORDS.fullmatch(word)
        for word, is_capital in zip(words[1 - capital[0] :], capital[1 - capital[0] :], strict=True)
    )


def _chinese_key(line: str) -> str:
    for pattern in (CHINESE, CHINESE_VOLUME, CHINESE_NAMED):
        match = pattern.match(line)
        if match is None:
            continue
        key = "".join(match.groups())
        rest = line[match.end() :]
        if not rest:
            return key if key != "卷" else ""
        if separator := CHINESE_SEPARATOR.match(rest):
            title = rest[separator.end() :]
            is_title = len(title) <= MAX_CHINESE_TITLE and not title.endswith(CHINESE_END)
            return key if is_title and key != "卷" else ""
        is_attached = len(rest) <= MAX_ATTACHED and pattern is CHINESE and match["kind"] in "章回卷"
        is_attached = is_attached and not CHINESE_VERBS.match(rest)
        return key if is_attached and not re.search("[，。；：、,;]", rest) else ""
    return ""


def bare_number(line: str) -> BareNumber | None:
    """Return a number that stands alone, or before a title."""
    line = clean_heading(line)
    for style, pattern in BARE.items():
        match = pattern.fullmatch(line)
        if match is None or LEADERS.search(line):
            continue
        number, title = match["number"], match["rest"].lstrip(" .:)—–-、")
        if title and (not is_title(title) or title.endswith((".", "!", "?"))):
            return None
        if style != "roman":
            value = int(number) if style == "number" else _chinese(number)
            return BareNumber(style, value, False)
        if not (number.isupper() or number.islower()):
            return None
        is_sure = number.isupper() and number not in ("L", "C")
        is_sure = is_sure and (not title or title.isupper() or len(number) > 1)
        return BareNumber(style, _roman(number), is_sure)
    return None


def _roman(number: str) -> int:
    values = [ROMAN_VALUES[char] for char in number.lower()]
    return sum(
        -value if value < following else value
        for value, following in zip(values, [*values[1:], 0], strict=True)
    )


def _chinese(number: str) -> int:
    tens, has_ten, ones = number.rpartition("十")
    digit = "零一二三四五六七八九".find
    return (digit(tens) if tens else 1) * 10 * bool(has_ten) + (digit(ones) if ones else 0)
