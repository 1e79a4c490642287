"""Words to scenes: which drawings a prompt names, how they stand to each other, and where.

The inverse of scenes/captions.py, in English and Chinese, and wider than it: people say more than
our captions do. Words that are not known are passed over; where none is known, it is refused.
"""

import difflib
import re
from dataclasses import dataclass, replace
from functools import cache

from miaobi.core.errors import NotFoundError
from miaobi.scenes.backgrounds import TINTS
from miaobi.scenes.captions import COLOR_WORDS, PLACE_WORDS, RELATION_WORDS, SIZE_WORDS, STYLE_WORDS
from miaobi.scenes.compositing import RECOLORS
from miaobi.scenes.plan import Item, Plan
from miaobi.scenes.setting import HINTS, NOWHERE, Where, time_of, where
from miaobi.scenes.sprites import subject_index, subjects
from miaobi.scenes.weather import DAY, Air

STYLE = "color"  # where nothing is said: it is crisp at any size
# options of a picture that only networks have
LACKS = ("init", "mask", "negative", "steps", "guidance", "sampler", "truncation", "loras")
MOST = 6  # things in one picture
SHINE = ("moon", "star", "planet")  # what is seen by night
NEAREST = 5  # names an error tells
# what people also call our drawings
CALLS = {
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
# further ways to say a relation, besides those of the captions
MORE = {
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


@dataclass(frozen=True)
class Asked:
    """What a prompt asks for."""

    plan: Plan
    tint: str = ""  # of a plain background
    air: Air = DAY


@dataclass(frozen=True)
class _Named:
    """One thing that is named, from `start` to `end` of the prompt."""

    subject: int
    start: int
    end: int


def read_scene(prompt: str, style: str = "") -> Asked:
    """The scene that a prompt names; `style` wins over its words. Raises NotFoundError."""
    words = prompt.casefold()
    style = style or _style(words) or STYLE
    named = _named(words)
    tint = _tint(words)
    there = setting(words)
    if not named and there == NOWHERE:
        raise _unknown(prompt)
    items: list[Item] = []
    for place, one in enumerate(named):
        before = words[named[place - 1].end if place else 0 : one.start]
        item = Item(one.subject, _size(before), _color(before, one.subject))
        items += [item] * min(_count(before), MOST - len(items))
    relation = _relation(words, named) if len(items) == len(named) == 2 else ""
    if relation.startswith("~"):
        items.reverse()
        relation = relation[1:]
    background, air = ("plain", DAY) if tint else _seen(there, items, words)
    plan = Plan(style, background, tuple(items), relation)
    return Asked(plan, tint or ("blue" if background == "plain" else ""), air)


def is_known(prompt: str) -> bool:
    """True when a prompt names a drawing."""
    return bool(_named(prompt.casefold()))


def named_in(prompt: str) -> int | None:
    """The first drawing that a prompt names, also by what people call it."""
    found = _named(prompt.casefold())
    return found[0].subject if found else None


@cache
def _calls() -> dict[str, int]:
    """What it is called -> place of the subject."""
    told: dict[str, int] = {}
    for place, subject in enumerate(subjects()):
        for call in (*subject.synonyms, *subject.chinese_synonyms):
            told.setdefault(call.casefold(), place)
    for name, calls in CALLS.items():
        told |= {call: subject_index(name) for call in calls}
    for place, subject in enumerate(subjects()):
        head = subject.english.rpartition(" of ")[2]  # "noodles" of a bowl of noodles
        for call in (head, subject.plural, subject.english, subject.chinese):
            told[call.casefold()] = place
    return told


@cache
def _pattern(*calls: str) -> re.Pattern[str]:
    """Any of the calls, the longest first: whole words with their plural, Chinese anywhere."""
    ordered = sorted(calls, key=lambda call: (-len(call), call))
    words = "|".join(re.escape(call) for call in ordered if call.isascii())
    signs = [re.escape(call) for call in ordered if not call.isascii()]
    parts = [rf"(?<![a-z0-9])(?P<word>{words})(?:e?s)?(?![a-z0-9-])"] if words else []
    return re.compile("|".join((*parts, *signs)))


def _spans(words: str, call: str) -> list[tuple[int, int]]:
    """Where a call stands."""
    return [match.span() for match in _pattern(call).finditer(words)]


def _named(words: str) -> list[_Named]:
    """The drawings that are named, in their order; of two at one place the longer."""
    calls = _calls()
    phrases = [
        c for places in PLACE_WORDS.values() for told in places for c in told if "{" not in c
    ]
    phrases += [c for hints in HINTS.values() for c in hints.split() if c[0] > "z" and len(c) > 1]
    # the longest wins: no star is asked for "under the stars", no tree by 树林
    found = [
        _Named(calls[call], *match.span())
        for match in _pattern(*calls, *phrases).finditer(words)
        if (call := match["word"] or match[0]) in calls
    ]
    starts = {one.start for one in found}
    return [one for one in found if not _is_color(words, one, starts)][:MOST]


def _is_color(words: str, one: _Named, starts: set[int]) -> bool:
    """True for the orange of "orange background", "orange cat" and 橙色."""
    if re.match(r" (?:style|background|colou?r)|色|背景|风格", words[one.end :]):
        return True
    return words[one.start : one.end] in RECOLORS and one.end + 1 in starts


def _style(words: str) -> str:
    calls = [(call, style) for style, told in STYLE_WORDS.items() for call in (style, *told[0])]
    for call, style in sorted(calls, key=lambda pair: -len(pair[0])):
        if f"{call} style" in words or (call == "3d" and _spans(words, call)):
            return style
    for style, (_, chinese) in STYLE_WORDS.items():
        if any(f"{call}风格".casefold() in words for call in chinese):
            return style
    return ""


def _tint(words: str) -> str:
    """The color of a plain background that is asked for, or ""."""
    for tint in TINTS:
        chinese = COLOR_WORDS[tint]
        if re.search(rf"\b{tint} background|{chinese}的?背景", words):
            return tint
    return "white" if re.search(r"plain background|纯色背景", words) else ""


def setting(prompt: str) -> Where:
    """Where and when it is, not counting the letters of things: no snow of a snowman."""
    words = prompt.casefold()
    left = list(words)
    for one in _named(words):
        left[one.start : one.end] = " " * (one.end - one.start)
    return where("".join(left))


def _seen(there: Where, items: list[Item], words: str) -> tuple[str, Air]:
    """The background, and the light on it: what stands needs ground under it by night too."""
    table = subjects()
    shine = any(table[item.subject].name.endswith(SHINE) for item in items)
    air = replace(there.air, dark=there.air.dark or (shine and time_of(words) != "day"))
    floats = all(table[item.subject].floats for item in items)
    place = there.place
    if air.dark and place in ("", "sky", "night"):
        if floats or place == "night":
            return "night", Air(rain=air.rain and place != "night")
        return "grass", air
    if not place and air.rain:
        place = "sky" if floats and items else "grass"
    return place or ("sky" if floats else "plain"), air if place else DAY


def _size(before: str) -> str:
    """The size word nearest to the thing, in what stands before it."""
    best = (-1, "")
    for size, (english, chinese) in SIZE_WORDS.items():
        for call in (*english, *chinese, *(("大",) if size == "big" else ())):
            best = max([best, *((end, size) for _, end in _spans(before[-24:], call))])
    return best[1]


def _color(before: str, subject: int) -> str:
    before = re.sub(r"\w+ background|.色的?背景|blue sky|蓝天", "", before)
    best = (-1, "")
    for color in RECOLORS:
        for call in (color, COLOR_WORDS[color], COLOR_WORDS[color][0]):
            best = max([best, *((end, color) for _, end in _spans(before[-24:], call))])
    return "" if best[1] == subjects()[subject].color else best[1]


def _count(before: str) -> int:
    best = (-1, 1)
    for call, count in COUNTS.items():
        best = max([best, *((end, count) for _, end in _spans(before[-16:], call))])
    return best[1]


def _relation(words: str, named: list[_Named]) -> str:
    """How the first thing stands to the second; with "~" in front, the second to the first."""
    first, second = named
    between, after = words[first.end : second.start], words[second.end :]
    calls: list[tuple[str, str]] = []
    for name, (english, chinese) in RELATION_WORDS.items():
        more = MORE.get(name, ((), ()))
        calls += [(call, name) for call in (*english, *more[0], *chinese, *more[1])]
    for call, name in sorted(calls, key=lambda pair: -len(pair[0])):
        if call.isascii() and _spans(between, call):
            return name
        if call.isascii():
            continue
        if "在" in between and after.startswith((call, f"的{call}")):
            return name
        if re.match(rf"的?{call}(?:有|的|是|面)", between):
            return f"~{name}"
        if call == "骑着" and call in between:
            return name
        if call == "骑着" and words[: first.start].endswith(call):  # 骑着马的猴子
            return f"~{name}"
    return ""


def _unknown(prompt: str) -> NotFoundError:
    """The error that names the drawings nearest to the words."""
    words = re.findall(r"[a-z']+|[^\W\d_a-z]+", prompt.casefold()) or [prompt]
    best: dict[int, tuple[float, str]] = {}
    for call, subject in _calls().items():
        score = max(difflib.SequenceMatcher(None, word, call).ratio() for word in words[:8])
        best[subject] = max(best.get(subject, (0.0, "")), (score, call))
    nearest = [call for _, call in sorted(best.values(), reverse=True)[:NEAREST]]
    return NotFoundError(
        "There is no drawing of anything in {prompt!r}.",
        "Near: {nearest}. Networks paint anything: model=drawings, or ORG/NAME of the Hub.",
        prompt=prompt[:80],
        nearest=", ".join(nearest),
    )
