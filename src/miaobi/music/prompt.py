"""What plain words ask of music, in English and Chinese: key, meter, tempo, mood, instruments.

"calm waltz in D minor, 90 bpm, strings" and "欢快的C大调进行曲，钢琴，120拍" are read by tables;
words that say nothing of music are passed over. What is given as an option wins over the words.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from miaobi.core.checks import check_choice, check_range
from miaobi.core.errors import OptionError
from miaobi.music.instruments import NAMES, PROGRAMS, find_instrument
from miaobi.music.keys import Key
from miaobi.music.tokens import METERS, MOODS, STYLES

SLOWEST, FASTEST = 20.0, 300.0  # beats a minute
SHORTEST, LONGEST = 2.0, 600.0  # seconds
LETTERS = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}
ALTERED = {"": 0, "sharp": 1, "#": 1, "♯": 1, "升": 1, "flat": -1, "b": -1, "♭": -1, "降": -1}
KEY = re.compile(
    r"(?<![A-Za-z#])(?P<letter>[A-Ha-h])[ -]?(?P<sign>sharp|flat|#|♯|b|♭)?[ -]*"
    r"(?P<mode>major|minor|maj|min)\b",
    re.I,
)
SHORT = re.compile(
    r"(?<![A-Za-z#♯♭])(?P<letter>[A-H])(?P<sign>#|♯|b|♭)?(?P<mode>m)?(?![A-Za-z#♯♭'/])"
)
CHINESE_KEY = re.compile(
    r"(?P<sign>[升降])?(?P<letter>[A-Ha-h])(?P<after>#|♯|b|♭)?(?P<mode>大调|小调)"
)
METER = re.compile(r"(?<![\d.])(\d{1,2})\s?/\s?(\d{1,2})(?![\d.])")
CHINESE_METER = re.compile(r"([二四八])([二三四六九]|十二)拍")
DIGITS = {"二": 2, "三": 3, "四": 4, "六": 6, "八": 8, "九": 9, "十二": 12}
TEMPO = re.compile(r"(?<![\d/.])(\d+(?:\.\d+)?)\s*(?:bpm\b|beats\b|拍)", re.I)
SECONDS = re.compile(
    r"(?<![\d.])(\d+(?:\.\d+)?)[\s-]*(?:s|secs?|seconds?)\b|(\d+(?:\.\d+)?)\s*秒", re.I
)
MINUTES = re.compile(
    r"(?<![\d.])(\d+(?:\.\d+)?)[\s-]*(?:minutes?|mins?)\b|(\d+(?:\.\d+)?)\s*分钟", re.I
)

# words -> (style, meter)
FORMS: dict[str, tuple[str, tuple[int, int]]] = {
    "waltz": ("waltz", (3, 4)), "minuet": ("waltz", (3, 4)), "圆舞曲": ("waltz", (3, 4)),
    "华尔兹": ("waltz", (3, 4)), "小步舞曲": ("waltz", (3, 4)), "march": ("march", (4, 4)),
    "进行曲": ("march", (4, 4)), "jig": ("jig", (6, 8)), "吉格": ("jig", (6, 8)),
    "reel": ("reel", (4, 4)), "里尔": ("reel", (4, 4)), "hornpipe": ("hornpipe", (4, 4)),
    "strathspey": ("strathspey", (4, 4)), "polka": ("tune", (2, 4)), "波尔卡": ("tune", (2, 4)),
    "chorale": ("chorale", (4, 4)), "hymn": ("chorale", (4, 4)), "赞美诗": ("chorale", (4, 4)),
    "众赞歌": ("chorale", (4, 4)), "圣咏": ("chorale", (4, 4)), "lullaby": ("air", (6, 8)),
    "摇篮曲": ("air", (6, 8)), "barcarolle": ("air", (6, 8)), "船歌": ("air", (6, 8)),
}  # fmt: skip
TEMPI: dict[str, float] = {
    "very slow": 50, "非常慢": 50, "largo": 50, "广板": 50, "lento": 54, "adagio": 66, "柔板": 66,
    "slow": 66, "慢板": 66, "缓慢": 66, "andante": 80, "行板": 80, "moderato": 104, "中板": 104,
    "allegretto": 112, "小快板": 112, "allegro": 132, "快板": 132, "fast": 138, "快速": 138,
    "vivace": 160, "presto": 180, "急板": 180, "very fast": 180, "非常快": 180,
}  # fmt: skip
FEELINGS: dict[str, tuple[str, ...]] = {
    "calm": ("calm", "peaceful", "gentle", "quiet", "soft", "relaxing", "dreamy", "tender",
             "serene", "平静", "安静", "宁静", "温柔", "柔和", "轻柔", "舒缓", "放松", "梦幻",
             "祥和", "庄严", "solemn", "majestic"),
    "happy": ("happy", "cheerful", "bright", "joyful", "joyous", "merry", "sunny", "warm", "欢乐",
              "快乐", "开心", "明亮", "喜悦", "愉快", "温暖", "阳光"),
    "sad": ("sad", "melancholy", "melancholic", "mournful", "sorrowful", "nostalgic", "lonely",
            "悲伤", "忧伤", "伤感", "哀伤", "忧郁", "怀旧", "孤独", "凄凉"),
    "dark": ("dark", "gloomy", "tense", "mysterious", "dramatic", "ominous", "scary", "黑暗",
             "阴沉", "紧张", "神秘", "戏剧性", "恐怖", "不安"),
    "lively": ("lively", "energetic", "exciting", "playful", "upbeat", "festive", "dance", "欢快",
               "活泼", "热烈", "激动", "有力", "热闹", "轻快", "节日", "激昂"),
}  # fmt: skip
MOOD_MODES = {"sad": "minor", "dark": "minor"}  # others are in major unless told
MOOD_PACE = {"calm": 0.9, "happy": 1.0, "sad": 0.8, "dark": 0.9, "lively": 1.0}
STYLE_MOODS = {
    "jig": "lively",
    "reel": "lively",
    "hornpipe": "happy",
    "strathspey": "happy",
    "march": "happy",
    "waltz": "happy",
}
STYLE_TEMPI = {
    "chorale": 80.0,
    "jig": 112.0,
    "reel": 160.0,
    "hornpipe": 144.0,
    "strathspey": 120.0,
    "waltz": 138.0,
    "march": 112.0,
    "air": 80.0,
}
HYMNS = ((4, 4), (3, 4))  # meters of chorales
CHURCH = frozenset({16, 19, 20, 52, 53, 54})  # organs and choirs, which sing chorales
MOOD_TEMPI = {"calm": 76.0, "happy": 108.0, "sad": 66.0, "dark": 84.0, "lively": 132.0}


@dataclass(frozen=True)
class MusicPlan:
    """What is asked for; None and "" where nothing is said."""

    tonic: int | None = None
    mode: str = ""
    meter: tuple[int, int] | None = None
    tempo: float | None = None  # beats a minute
    mood: str = ""
    style: str = ""
    instruments: tuple[int, ...] = ()  # programs, melody first
    seconds: float | None = None

    def __post_init__(self) -> None:
        if self.meter is not None and self.meter not in METERS:
            raise _no_meter("/".join(map(str, self.meter)))
        if self.tempo is not None:
            check_range("tempo", self.tempo, SLOWEST, FASTEST)
        if self.seconds is not None:
            check_range("seconds", self.seconds, SHORTEST, LONGEST)
        if self.mood:
            check_choice("mood", self.mood, MOODS)
        if self.style:
            check_choice("style", self.style, STYLES)

    @property
    def key(self) -> Key:
        """The key; what is not told follows the mood."""
        mode = self.mode or MOOD_MODES.get(self.mood, "major")
        usual = 7 if mode == "major" else 2  # G major, D minor
        return Key(usual if self.tonic is None else self.tonic, mode)

    def filled(self) -> "MusicPlan":
        """The plan with everything told but a style, which may be none."""
        style = self.style
        if not style and self.meter in (None, *HYMNS) and self.mood != "lively":
            church = bool(self.instruments) and set(self.instruments) <= CHURCH
            style = "chorale" if church or len(self.instruments) >= 4 else ""
        quiet = "calm" if self.key.mode == "major" else "sad"
        mood = self.mood or STYLE_MOODS.get(style, quiet)
        usual = STYLE_TEMPI.get(style, 0.0) * MOOD_PACE[mood] or MOOD_TEMPI[mood]
        return replace(
            self,
            tonic=self.key.tonic,
            mode=self.key.mode,
            meter=self.meter or (4, 4),
            tempo=self.tempo or usual,
            mood=mood,
            style=style,
            instruments=self.instruments or (0,),
            seconds=self.seconds or 30.0,
        )


def plan_music(
    words: str,
    *,
    key: str = "",
    meter: str = "",
    tempo: float | None = None,
    mood: str = "",
    instruments: str | Sequence[str] = (),
    seconds: float | None = None,
) -> MusicPlan:
    """What words and options ask for; options win. Raises OptionError for what there is not."""
    told = read_words(words)
    if key:
        tonic, mode = find_key_name(key)
        told = replace(told, tonic=tonic, mode=mode or told.mode)
    if meter:
        told = replace(told, meter=find_meter(meter))
    if isinstance(instruments, str):
        instruments = [
            name for name in re.split(r"[,，、;；]|\band\b|和", instruments) if name.strip()
        ]
    if instruments:
        programs = tuple(number for name in instruments for number in find_instrument(name))
        told = replace(told, instruments=programs)
    return replace(
        told,
        tempo=told.tempo if tempo is None else tempo,
        mood=mood or told.mood,
        seconds=told.seconds if seconds is None else seconds,
    )


def read_words(words: str) -> MusicPlan:
    """What plain words ask for. Raises OptionError for a key or meter there is not."""
    plain = words.lower()
    style, meter = _form(plain)
    tonic, mode = _key(words)
    return MusicPlan(
        tonic,
        mode,
        _meter(words) or meter,
        _tempo(plain),
        _mood(plain),
        style,
        _instruments(plain),
        _seconds(plain),
    )


def find_key_name(name: str) -> tuple[int, str]:
    """The tonic and mode ("" where it is not told) of "F# minor", "Bbm", "降B大调". Raises
    OptionError."""
    text = name.strip()
    match = KEY.fullmatch(text) or CHINESE_KEY.fullmatch(text) or SHORT.fullmatch(text.capitalize())
    if match is None:
        raise _no_key(name)
    return _told(match, name)


def find_meter(name: str) -> tuple[int, int]:
    """ "6/8" -> (6, 8). Raises OptionError."""
    match = METER.fullmatch(name.strip())
    meter = (int(match[1]), int(match[2])) if match else (0, 0)
    if meter not in METERS:
        raise _no_meter(name)
    return meter


def _key(words: str) -> tuple[int | None, str]:
    for match in KEY.finditer(words):
        # "a minor key" and "a major work" have an article, not a note
        if match["letter"] != "a" or re.search(r"\bin a (minor|major)(?! key)", words):
            return _told(match, match[0])
    if chinese := CHINESE_KEY.search(words):
        return _told(chinese, chinese[0])
    named = re.search(r"\bin (?=[A-H](?:#|b|♯|♭)?m?\b)", words)
    short = SHORT.match(words, named.end()) if named else None
    if short:
        return _told(short, short[0])
    for match in SHORT.finditer(words):
        if match["mode"] or match["sign"]:  # Dm, F#: a letter alone may be anything
            return _told(match, match[0])
    if re.search(r"\bminor\b|小调", words, re.I):
        return None, "minor"
    return None, "major" if re.search(r"\bmajor\b|大调", words, re.I) else ""


def _told(match: "re.Match[str]", name: str) -> tuple[int, str]:
    letter, groups = match["letter"].upper(), match.groupdict()
    if letter not in LETTERS:
        raise _no_key(name)
    sign = (match["sign"] or groups.get("after") or "").lower()
    mode = (match["mode"] or "").lower()
    modes = {"m": "minor", "min": "minor", "小调": "minor", "maj": "major", "大调": "major"}
    return (LETTERS[letter] + ALTERED[sign]) % 12, modes.get(mode, mode)


def _meter(words: str) -> tuple[int, int] | None:
    if match := METER.search(words):
        return find_meter(match[0])
    if match := CHINESE_METER.search(words):
        meter = (DIGITS[match[2]], DIGITS[match[1]])
        if meter not in METERS:
            raise _no_meter(match[0])
        return meter
    return None


def _form(plain: str) -> tuple[str, tuple[int, int] | None]:
    name = _first(plain, FORMS)
    return FORMS[name] if name else ("", None)


def _tempo(plain: str) -> float | None:
    if match := TEMPO.search(plain):
        return float(match[1])
    name = _first(plain, TEMPI)
    return TEMPI[name] if name else None


def _mood(plain: str) -> str:
    feelings = {word: mood for mood, words in FEELINGS.items() for word in words}
    name = _first(plain, feelings)
    return feelings[name] if name else ""


def _seconds(plain: str) -> float | None:
    minutes, seconds = MINUTES.search(plain), SECONDS.search(plain)
    if re.search(r"half a minute|半分钟", plain):
        return 30.0
    if not minutes and not seconds:
        return None
    told = 60 * float(minutes[1] or minutes[2]) if minutes else 0.0
    return told + (float(seconds[1] or seconds[2]) if seconds else 0.0)


def _instruments(plain: str) -> tuple[int, ...]:
    """All instruments named, in their order; of overlapping names the longest counts."""
    names = [name for name in NAMES if name not in (*PROGRAMS[96:104], *PROGRAMS[119:])]
    found: dict[int, str] = {}
    for name in sorted(names, key=len, reverse=True):
        for match in re.finditer(_bounded(name), plain):
            if not any(start <= match.start() < start + len(n) for start, n in found.items()):
                found[match.start()] = name
    programs = [number for _, name in sorted(found.items()) for number in NAMES[name]]
    return tuple(programs)


def _first(plain: str, names: Iterable[str]) -> str:
    """The name that comes first in the words; of two at one place the longer."""
    found = [
        (match.start(), -len(name), name)
        for name in names
        if (match := re.search(_bounded(name), plain))
    ]
    return min(found)[2] if found else ""


def _bounded(name: str) -> str:
    """A pattern for whole words; Chinese has no spaces to tell them."""
    return rf"\b{re.escape(name)}(?:s|es)?\b" if name.isascii() else re.escape(name)


def _no_key(name: str) -> OptionError:
    return OptionError(
        "There is no key {name!r}.",
        "Keys are such as C major, F# minor, Bb major or 降B大调.",
        name=name,
    )


def _no_meter(name: str) -> OptionError:
    return OptionError(
        "There is no meter {name!r}.",
        "Choose one of: {meters}.",
        name=name,
        meters=", ".join("/".join(map(str, meter)) for meter in METERS),
    )
