"""Setting of a sentence: its place, time of day and weather, from English or Chinese keywords."""

import re
from functools import cache

from miaobi.core.scene import Setting
from miaobi.scenes.captions import PLACE_WORDS

# keywords of a place besides those of captions; the place named first wins
HINTS = {
    "grass": "grass grassland meadow field garden park hill hills hillside farm valley spring lawn "
    "village countryside orchard "
    "草 田 花园 公园 山坡 农场 春天 村 郊外 原野 院子",
    "forest": "forest woods woodland jungle thicket 森林 树林 丛林 林子 林中 林间",
    "city": "city town street road market downtown avenue skyline "
    "城市 城里 街 小镇 镇上 马路 市场 集市 路边 路口",
    "sea": "sea ocean wave waves lake river harbor harbour pond stream bay underwater afloat "
    "海 湖 河 池塘 水面 水里 水上 溪 港",
    "desert": "desert sand sandy dune dunes beach island shore oasis 沙漠 沙 海滩 岸边 岛 戈壁 "
    "绿洲",
    "room": "room indoors inside kitchen home school library shop bedroom office attic workshop "
    "classroom museum table shelf window windowsill "
    "房间 屋里 室内 厨房 家里 教室 房 屋子 窗 桌 书店 商店 学校 图书馆",
    "snow": "snow snowy snowfall blizzard winter ice icy arctic antarctic glacier frozen "
    "雪 冰 冬天 冬季 北极 南极",
    "sky": "sky skies cloud clouds flying flies floating air sunset sunrise 天空 空中 云 蓝天 天上",
    "night": "space 太空 宇宙",
}
DRY_PLACES = ("room", "night", "snow")  # no rain is drawn there; "night" is outer space
NIGHT = (
    r"\b((mid|to)?nights?(fall|time)?|moon ?(light|lit)|star ?(light|lit)|starry|evenings?|dusk"
    r"|(under|below|beneath|among|between) the (stars|moon)|stars (shine|twinkle|come out|glow)"
    r"|after dark|bedtime)\b"
    r"|夜|晚上|今晚|傍晚|星空|星光|月光|月色|月下|繁星|满天星|天黑"
)
DAYTIME = (
    r"\b(day ?(light|time|break)|by day|mornings?|sun ?(ny|rise|shine|light|lit)|dawn|noon"
    r"|afternoons?|blue sky)\b|早晨|早上|清晨|天亮|白天|中午|下午|阳光|日出|黎明|晴"
)
# phrases that name a time of day but mean neither
NEITHER = (
    r"\b(day and night|night and day|day or night|last night|overnight|all day)\b"
    r"|日日夜夜|日夜|昼夜|白天和?黑夜|夜莺"
)
RAIN = r"\b(rain(s|y|ing|drops?|storm|fall)?|drizzl(e|es|ing)|downpour)\b|雨"
NO_RAIN = (
    r"\b(after (the|a) (rain|storm)|rain (has )?(stops|stopped|ends|ended)|rain ?coats?|no rain)\b"
    r"|雨后|雨停|雨过|雨伞|雨衣|没有?下?雨"
)


def parse_setting(text: str) -> Setting:
    """Return the setting that a text names, in English or Chinese."""
    words = text.casefold()
    matches: list[tuple[bool, int, int, str]] = []
    for place, pattern in _PLACE_PATTERNS.items():
        if match := pattern.search(words):
            # "sky" counts last: a subject under the sky stands somewhere
            matches.append((place == "sky", match.start(), -len(match[0]), place))
    place = min(matches)[3] if matches else ""
    rain = mentions_rain(words) and place not in DRY_PLACES
    return Setting(place, find_time(words), "rain" if rain else "")


def find_time(text: str) -> str:
    """Return "night" or "day", whichever a text names last, or ""."""
    words = _NEITHER.sub(" ", text.casefold())
    ends = {
        name: match.end()
        for name, pattern in _TIME_PATTERNS.items()
        for match in pattern.finditer(words)
    }
    return max(ends, key=lambda name: ends[name]) if ends else ""


def mentions_rain(text: str) -> bool:
    """Return True if it rains in a text; "after the rain" does not count."""
    return bool(_RAIN.search(_NO_RAIN.sub(" ", text.casefold())))


@cache
def phrase_pattern(*phrases: str) -> re.Pattern[str]:
    """Build a pattern of phrases, longest first: English words with plurals, Chinese anywhere.

    The group "word" of a match is an English phrase without its plural ending.
    """
    ordered = sorted(phrases, key=lambda phrase: (-len(phrase), phrase))
    english = "|".join(re.escape(phrase) for phrase in ordered if phrase.isascii())
    chinese = [re.escape(phrase) for phrase in ordered if not phrase.isascii()]
    parts = [rf"(?<![a-z0-9])(?P<word>{english})(?:e?s)?(?![a-z0-9-])"] if english else []
    return re.compile("|".join((*parts, *chinese)))


_PLACE_PATTERNS = {
    place: phrase_pattern(
        *(phrase for side in PLACE_WORDS.get(place, ()) for phrase in side if place != "night"),
        *hints.split(),
    )
    for place, hints in HINTS.items()
}
_TIME_PATTERNS = {"night": re.compile(NIGHT), "day": re.compile(DAYTIME)}
_NEITHER, _RAIN, _NO_RAIN = (re.compile(pattern) for pattern in (NEITHER, RAIN, NO_RAIN))
