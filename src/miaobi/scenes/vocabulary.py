"""Vocabulary of prompts: names of subjects, sizes, colors, counts, relations and styles in a text.

English and Chinese; all functions take text in lower case (`str.casefold`).
"""

import re
from functools import cache

from miaobi.scenes.backgrounds import TINTS
from miaobi.scenes.captions import COLOR_WORDS, PLACE_WORDS, RELATION_WORDS, SIZE_WORDS, STYLE_WORDS
from miaobi.scenes.compositing import RECOLORS
from miaobi.scenes.setting import HINTS, phrase_pattern
from miaobi.scenes.sprites import subject_index, subjects

Span = tuple[int, int, int]  # index of a subject, start and end of its name in the text

MAX_ITEMS = 6  # of one picture
# names of subjects besides those of the table
ALIASES = {
    "sailboat": ("boat", "paper boat", "sailing boat", "小船", "纸船", "船"),
    "ship": ("steamer", "ocean liner", "大船"),
    "full-moon": ("moon", "月亮", "满月"),
    "dove": ("bird", "鸟", "小鸟"),
    "house": ("home", "cottage", "hut", "房屋", "小屋"),
    "car": ("automobile",),
    "steam-locomotive": ("train", "火车"),
    "flame": ("fire", "火", "篝火"),
    "tree": ("oak", "大树"),
    "rose": ("flower", "flowers", "花", "花朵"),
    "book": ("letter",),
    "flying-saucer": ("ufo", "飞船"),
    "rocket": ("spacecraft",),
    "paper-lantern": ("lantern", "lamp"),
    "tyrannosaurus": ("dinosaur", "恐龙"),
    "potted-plant": ("flowerpot", "flower pot", "plant pot", "花盆", "盆景"),
    "maple-leaf": ("leaf", "leaves", "fallen leaf", "autumn leaf", "叶子", "树叶", "落叶"),
    "water-drop": ("raindrop", "rain drop", "drop", "雨滴", "雨点", "水珠", "露珠"),
    "crescent-moon": ("new moon",),
    "gift": ("present",),
    "cup-of-coffee": ("coffee", "tea", "茶"),
    "snowy-mountain": ("mountain", "mountains", "山"),
    "tropical-fish": ("goldfish", "金鱼"),
}
# words of relations besides those of captions
RELATION_ALIASES = {
    "on": (
        ("riding", "rides", "sitting on", "standing on", "sits on", "stands on"),
        ("上", "骑着"),
    ),
    "in front of": ((), ("前",)),
    "below": (("underneath",), ("下", "下面")),
    "above": (("flying over", "jumping over", "floating above"), ("上空",)),
}
COUNTS = {
    "two": 2,
    "three": 3,
    "four": 4,
    "five": 5,
    "six": 6,
    "2": 2,
    "3": 3,
    "4": 4,
    "5": 5,
    "6": 6,
    "两": 2,
    "三": 3,
    "四": 4,
    "五": 5,
    "六": 6,
    "一对": 2,
    "几": 3,
    "some": 3,
    "several": 3,
}
# colors of places, not of the subject that follows
PLACE_COLORS = re.compile(r"\w+ background|.色的?背景|blue sky|green meadow|蓝天|绿草地")
# a plain background, with its color as group 1 or 2 where it has one
PLAIN_BACKGROUND = re.compile(
    rf"\b({'|'.join(TINTS)}) background"
    rf"|({'|'.join(COLOR_WORDS[tint] for tint in TINTS)})的?背景|plain background|纯色背景"
)


@cache
def subject_names() -> dict[str, int]:
    """Map every name of a subject, in lower case, to its index in `subjects()`."""
    names: dict[str, int] = {}
    for index, subject in enumerate(subjects()):
        for name in (*subject.synonyms, *subject.chinese_synonyms):
            names.setdefault(name.casefold(), index)
    for key, aliases in ALIASES.items():
        names |= {alias: subject_index(key) for alias in aliases}
    for index, subject in enumerate(subjects()):
        head = subject.english.rpartition(" of ")[2]  # "noodles" of a bowl of noodles
        for name in (head, subject.plural, subject.english, subject.chinese):
            names[name.casefold()] = index
    return names


@cache
def _subject_pattern() -> re.Pattern[str]:
    """Build the pattern of subjects and of phrases of places, so that the longer one matches.

    There is no star in "under the stars" and no tree in 树林.
    """
    phrases = [
        phrase
        for sides in PLACE_WORDS.values()
        for side in sides
        for phrase in side
        if "{" not in phrase
    ]
    phrases += [
        hint
        for hints in HINTS.values()
        for hint in hints.split()
        if not hint.isascii() and len(hint) > 1
    ]
    return phrase_pattern(*subject_names(), *phrases)


def find_subjects(text: str) -> list[Span]:
    """Return (index, start, end) of the subjects named, in their order, up to MAX_ITEMS."""
    names = subject_names()
    matches = [
        (names[name], *match.span())
        for match in _subject_pattern().finditer(text)
        if (name := match["word"] or match[0]) in names
    ]
    starts = {start for _, start, _ in matches}
    return [match for match in matches if not _is_color(text, match, starts)][:MAX_ITEMS]


def _is_color(text: str, match: Span, starts: set[int]) -> bool:
    """Return True for the orange of "orange background", "orange cat" and 橙色."""
    _, start, end = match
    if re.match(r" (?:style|background|colou?r)|色|背景|风格", text[end:]):
        return True
    return text[start:end] in RECOLORS and end + 1 in starts


def find_style(text: str) -> str:
    """Return the style a text names, or ""."""
    names = [(name, style) for style, sides in STYLE_WORDS.items() for name in (style, *sides[0])]
    for name, style in sorted(names, key=lambda pair: -len(pair[0])):
        if f"{name} style" in text or (name == "3d" and phrase_pattern(name).search(text)):
            return style
    for style, (_, chinese) in STYLE_WORDS.items():
        if any(f"{name}风格".casefold() in text for name in chinese):
            return style
    return ""


def find_tint(text: str) -> str:
    """Return the color of a plain background, white if none is named, "" without a background."""
    match = PLAIN_BACKGROUND.search(text)
    if match is None:
        return ""
    if match[2]:
        return next(tint for tint in TINTS if COLOR_WORDS[tint] == match[2])
    return match[1] or "white"


def find_size(before: str) -> str:
    """Return the last size named in the text before a noun."""
    before = before.replace("大海", "海")  # the sea is not a size
    best = (-1, "")
    for size, (english, chinese) in SIZE_WORDS.items():
        for name in (*english, *chinese, *(("大",) if size == "big" else ())):
            best = max([best, *((end, size) for end in _ends(name, before[-24:]))])
    return best[1]


def find_color(before: str, subject: int) -> str:
    """Return the last color named in the text before a noun, "" for the subject's own."""
    before = PLACE_COLORS.sub("", before)
    best = (-1, "")
    for color in RECOLORS:
        for name in (color, COLOR_WORDS[color], COLOR_WORDS[color][0]):
            best = max([best, *((end, color) for end in _ends(name, before[-24:]))])
    return "" if best[1] == subjects()[subject].color else best[1]


def find_count(before: str) -> int:
    """Return the last number named in the text before a noun, 1 without any."""
    best = (-1, 1)
    for name, count in COUNTS.items():
        best = max([best, *((end, count) for end in _ends(name, before[-16:]))])
    return best[1]


def _ends(phrase: str, text: str) -> list[int]:
    return [match.end() for match in phrase_pattern(phrase).finditer(text)]


def find_relation(text: str, spans: list[Span]) -> str:
    """Return the relation of the first subject to the second; with "~", of the second to it."""
    (_, first_start, first_end), (_, second_start, second_end) = spans
    between, after = text[first_end:second_start], text[second_end:]
    phrases: list[tuple[str, str]] = []
    for name, (english, chinese) in RELATION_WORDS.items():
        aliases = RELATION_ALIASES.get(name, ((), ()))
        phrases += [(phrase, name) for phrase in (*english, *aliases[0], *chinese, *aliases[1])]
    for phrase, name in sorted(phrases, key=lambda pair: -len(pair[0])):
        if phrase.isascii():
            if _ends(phrase, between):
                return name
        elif "在" in between and after.startswith((phrase, f"的{phrase}")):
            return name
        elif re.match(rf"的?{phrase}(?:有|的|是|面)", between):
            return f"~{name}"
        elif phrase == "骑着" and phrase in between:
            return name
        elif phrase == "骑着" and text[:first_start].endswith(phrase):  # 骑着马的猴子
            return f"~{name}"
    return ""
