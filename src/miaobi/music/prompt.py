"""Music prompts in English and Chinese: key, meter, tempo, mood, style, instruments, length.

"calm waltz in D minor, 90 bpm, strings" and "欢快的C大调进行曲，钢琴，120拍" are parsed with the
tables of words.toml; other words are ignored. Options override the prompt.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from miaobi.core.checks import check_choice, check_range
from miaobi.core.errors import OptionError
from miaobi.music.instruments import PROGRAMS, find_programs, instrument_names
from miaobi.music.keys import LETTERS, Key
from miaobi.music.tokens import METERS, MOODS, STYLES
from miaobi.music.words import first_match, table, word_pattern

MIN_TEMPO, MAX_TEMPO = 20.0, 300.0  # beats per minute
MIN_SECONDS, MAX_SECONDS = 2.0, 600.0
DEFAULT_SECONDS = 30.0
DEFAULT_TONICS = {"major": 7, "minor": 2}  # G major, D minor
HYMN_METERS = ((4, 4), (3, 4))
CHURCH = frozenset({16, 19, 20, 52, 53, 54})  # programs of organs and choirs
EFFECTS = (*PROGRAMS[96:104], *PROGRAMS[119:])  # their names, such as rain, mean something else
ACCIDENTALS = {"": 0, "sharp": 1, "#": 1, "♯": 1, "升": 1, "flat": -1, "b": -1, "♭": -1, "降": -1}
MODES = {"m": "minor", "min": "minor", "小调": "minor", "maj": "major", "大调": "major"}
KEY = re.compile(
    r"(?<![A-Za-z#])(?P<letter>[A-Ha-h])[ -]?(?P<sign>sharp|flat|#|♯|b|♭)?[ -]*"
    r"(?P<mode>major|minor|maj|min)\b",
    re.I,
)
SHORT_KEY = re.compile(
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
SOLO = re.compile(r"\bsolo\b|unaccompanied|melody only|独奏|无伴奏|单旋律", re.I)
# uses of a given melody
USES = (
    ("continue", re.compile(r"\bcontinu|\bgo(es)? on\b|\bextend|续写|接着|继续", re.I)),
    ("vary", re.compile(r"\bvar(y|iation|iations)\b|变奏", re.I)),
    (
        "rhythm",
        re.compile(r"\brhythm of\b|\bfollow(s|ing)? (the|this) rhythm|按.{0,6}节奏|跟随节奏", re.I),
    ),
)


@dataclass(frozen=True)
class MusicPlan:
    """Properties of a piece that a prompt and options specify; None or "" if unspecified."""

    tonic: int | None = None
    mode: str = ""
    meter: tuple[int, int] | None = None
    tempo: float | None = None  # beats per minute
    mood: str = ""
    style: str = ""
    instruments: tuple[int, ...] = ()  # programs, melody first
    seconds: float | None = None

    def __post_init__(self) -> None:
        if self.meter is not None and self.meter not in METERS:
            raise _unknown_meter("/".join(map(str, self.meter)))
        if self.tempo is not None:
            check_range("tempo", self.tempo, MIN_TEMPO, MAX_TEMPO)
        if self.seconds is not None:
            check_range("seconds", self.seconds, MIN_SECONDS, MAX_SECONDS)
        if self.mood:
            check_choice("mood", self.mood, MOODS)
        if self.style:
            check_choice("style", self.style, STYLES)

    @property
    def key(self) -> Key:
        """The key; an unspecified mode follows the mood."""
        mode = self.mode or (str(table("mood")[self.mood]["mode"]) if self.mood else "major")
        return Key(DEFAULT_TONICS[mode] if self.tonic is None else self.tonic, mode)

    def with_defaults(self) -> "MusicPlan":
        """Return the plan with every field specified but the style, which may stay ""."""
        style = self.style
        if not style and self.meter in (None, *HYMN_METERS) and self.mood != "lively":
            is_church = bool(self.instruments) and set(self.instruments) <= CHURCH
            style = "chorale" if is_church or len(self.instruments) >= 4 else ""
        defaults = table("style").get(style, {})
        mood = self.mood or str(defaults.get("mood", "calm" if self.key.mode == "major" else "sad"))
        feel = table("mood")[mood]
        tempo = defaults["tempo"] * feel["pace"] if defaults else feel["tempo"]
        return replace(
            self,
            tonic=self.key.tonic,
            mode=self.key.mode,
            meter=self.meter or (4, 4),
            tempo=self.tempo or float(tempo),
            mood=mood,
            style=style,
            instruments=self.instruments or (0,),
            seconds=self.seconds or DEFAULT_SECONDS,
        )


def plan_music(
    prompt: str,
    *,
    key: str = "",
    meter: str = "",
    tempo: float | None = None,
    mood: str = "",
    instruments: str | Sequence[str] = (),
    seconds: float | None = None,
) -> MusicPlan:
    """Plan a piece from a prompt and options, which override it. Raises OptionError."""
    plan = parse_prompt(prompt)
    if key:
        tonic, mode = parse_key(key)
        plan = replace(plan, tonic=tonic, mode=mode or plan.mode)
    if meter:
        plan = replace(plan, meter=parse_meter(meter))
    if isinstance(instruments, str):
        instruments = [
            name for name in re.split(r"[,，、;；]|\band\b|和", instruments) if name.strip()
        ]
    if instruments:
        programs = tuple(number for name in instruments for number in find_programs(name))
        plan = replace(plan, instruments=programs)
    return replace(
        plan,
        tempo=plan.tempo if tempo is None else tempo,
        mood=mood or plan.mood,
        seconds=plan.seconds if seconds is None else seconds,
    )


def parse_prompt(prompt: str) -> MusicPlan:
    """Parse a prompt. Raises OptionError for an unknown key or meter."""
    text = prompt.lower()
    form = table("form").get(first_match(text, "form"), {})
    tonic, mode = _find_key(prompt)
    return MusicPlan(
        tonic,
        mode,
        _find_meter(prompt) or (parse_meter(form["meter"]) if form else None),
        _find_tempo(text),
        first_match(text, "mood"),
        form.get("style", ""),
        _find_instruments(text),
        _find_seconds(text),
    )


def parse_use(prompt: str, option: str = "") -> str:
    """Parse the use of a melody, one of MELODY_USES; an option overrides the prompt."""
    stated = (use for use, pattern in USES if pattern.search(prompt))
    return option or next(stated, "harmonize")


def parse_key(name: str) -> tuple[int, str]:
    """Parse a key: tonic and mode ("" if unstated) of "F# minor", "Bbm" or "降B大调".

    Raises OptionError.
    """
    text = name.strip()
    match = (
        KEY.fullmatch(text) or CHINESE_KEY.fullmatch(text) or SHORT_KEY.fullmatch(text.capitalize())
    )
    if match is None:
        raise _unknown_key(name)
    return _key_of_match(match, name)


def parse_meter(name: str) -> tuple[int, int]:
    """Parse a meter such as "6/8". Raises OptionError."""
    match = METER.fullmatch(name.strip())
    meter = (int(match[1]), int(match[2])) if match else (0, 0)
    if meter not in METERS:
        raise _unknown_meter(name)
    return meter


def _find_key(prompt: str) -> tuple[int | None, str]:
    for match in KEY.finditer(prompt):
        # "a" is an article in "a minor key" and "a major work"
        if match["letter"] != "a" or re.search(r"\bin a (minor|major)(?! key)", prompt):
            return _key_of_match(match, match[0])
    if chinese := CHINESE_KEY.search(prompt):
        return _key_of_match(chinese, chinese[0])
    preposition = re.search(r"\bin (?=[A-H](?:#|b|♯|♭)?m?\b)", prompt)
    short = SHORT_KEY.match(prompt, preposition.end()) if preposition else None
    if short:
        return _key_of_match(short, short[0])
    for match in SHORT_KEY.finditer(prompt):
        if match["mode"] or match["sign"]:  # Dm, F#; a single letter is ambiguous
            return _key_of_match(match, match[0])
    if re.search(r"\bminor\b|小调", prompt, re.I):
        return None, "minor"
    return None, "major" if re.search(r"\bmajor\b|大调", prompt, re.I) else ""


def _key_of_match(match: "re.Match[str]", name: str) -> tuple[int, str]:
    letter, groups = match["letter"].upper(), match.groupdict()
    if letter not in LETTERS:
        raise _unknown_key(name)
    sign = (match["sign"] or groups.get("after") or "").lower()
    mode = (match["mode"] or "").lower()
    return (LETTERS[letter] + ACCIDENTALS[sign]) % 12, MODES.get(mode, mode)


def _find_meter(prompt: str) -> tuple[int, int] | None:
    if match := METER.search(prompt):
        return parse_meter(match[0])
    if match := CHINESE_METER.search(prompt):
        meter = (DIGITS[match[2]], DIGITS[match[1]])
        if meter not in METERS:
            raise _unknown_meter(match[0])
        return meter
    return None


def _find_tempo(text: str) -> float | None:
    if match := TEMPO.search(text):
        return float(match[1])
    name = first_match(text, "tempo")
    return float(table("tempo")[name]["bpm"]) if name else None


def _find_seconds(text: str) -> float | None:
    minutes, seconds = MINUTES.search(text), SECONDS.search(text)
    if re.search(r"half a minute|半分钟", text):
        return 30.0
    if not minutes and not seconds:
        return None
    total = 60 * float(minutes[1] or minutes[2]) if minutes else 0.0
    return total + (float(seconds[1] or seconds[2]) if seconds else 0.0)


def _find_instruments(text: str) -> tuple[int, ...]:
    """Return the programs of all instruments in order; of overlapping names the longest wins."""
    names = [name for name in instrument_names() if name not in EFFECTS]
    matches: dict[int, str] = {}  # by position
    for name in sorted(names, key=len, reverse=True):
        for match in re.finditer(word_pattern(name), text):
            if not any(start <= match.start() < start + len(n) for start, n in matches.items()):
                matches[match.start()] = name
    return tuple(
        number for _, name in sorted(matches.items()) for number in instrument_names()[name]
    )


def _unknown_key(name: str) -> OptionError:
    return OptionError(
        "There is no key {name!r}.",
        "Write keys such as C major, F# minor, Bb major or 降B大调.",
        name=name,
    )


def _unknown_meter(name: str) -> OptionError:
    return OptionError(
        "There is no meter {name!r}.",
        "Choose one of: {meters}.",
        name=name,
        meters=", ".join("/".join(map(str, meter)) for meter in METERS),
    )
