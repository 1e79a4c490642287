"""Words to where and when: the background a sentence names, if it is night, if it rains."""

import re
from dataclasses import dataclass

from miaobi.scenes.captions import PLACE_WORDS
from miaobi.scenes.weather import DAY, Air

# words that hint at a background; what is named first wins
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
# where the air is not
INDOORS = ("room", "night")
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
# these speak of neither
EITHER = (
    r"\b(day and night|night and day|day or night|last night|overnight|all day)\b"
    r"|日日夜夜|日夜|昼夜|白天和?黑夜|夜莺"
)
RAIN = r"\b(rain(s|y|ing|drops?|storm|fall)?|drizzl(e|es|ing)|downpour)\b|雨"
RAIN_OVER = (
    r"\b(after (the|a) (rain|storm)|rain (has )?(stops|stopped|ends|ended)|rain ?coats?|no rain)\b"
    r"|雨后|雨停|雨过|雨伞|雨衣|没有?下?雨"
)


@dataclass(frozen=True)
class Where:
    """Where and when something is; place "" where nothing is said of it."""

    place: str
    air: Air


NOWHERE = Where("", DAY)


def where(words: str) -> Where:
    """What a sentence says of place, time and weather, in either language."""
    words = words.casefold()
    spots: list[tuple[bool, int, int, str]] = []
    for place, pattern in _PATTERNS.items():
        if match := pattern.search(words):
            # whoever looks at the sky stands somewhere
            spots.append((place == "sky", match.start(), -len(match[0]), place))
    place = min(spots)[3] if spots else ""
    rain = rains(words) and place not in (*INDOORS, "snow")
    return Where(place, Air(time_of(words) == "night", rain))


def time_of(words: str) -> str:
    """ "night", "day", or "" where a sentence does not say: what it says last holds."""
    words = _EITHER.sub(" ", words.casefold())
    ends = {
        name: [match.end() for match in pattern.finditer(words)] for name, pattern in _TIMES.items()
    }
    told = {name: found[-1] for name, found in ends.items() if found}
    return max(told, key=lambda name: told[name]) if told else ""


def rains(words: str) -> bool:
    """True when a sentence says that it rains."""
    return bool(_RAIN.search(_RAIN_OVER.sub(" ", words.casefold())))


def _pattern(calls: list[str]) -> re.Pattern[str]:
    """Any of the calls: whole words, or Chinese signs anywhere."""
    ordered = sorted(calls, key=lambda call: (-len(call), call))
    words = "|".join(re.escape(call) for call in ordered if call.isascii())
    signs = [re.escape(call) for call in ordered if not call.isascii()]
    return re.compile("|".join((rf"(?<![a-z0-9])(?:{words})(?:e?s)?(?![a-z0-9-])", *signs)))


_PATTERNS = {
    place: _pattern(
        [
            *(call for told in PLACE_WORDS.get(place, ()) for call in told if place != "night"),
            *hints.split(),
        ]
    )
    for place, hints in HINTS.items()
}
_TIMES = {"night": re.compile(NIGHT), "day": re.compile(DAYTIME)}
_EITHER, _RAIN, _RAIN_OVER = (re.compile(told) for told in (EITHER, RAIN, RAIN_OVER))
