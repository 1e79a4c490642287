"""Dialogues: scripts with several speakers, parsed into turns.

ANNA: Did you hear that?        a line of a speaker
[pause 2s]                      silence
BEN (whispering): Yes.          parentheses are not spoken
They ran.                       a line of the narrator
"""

import hashlib
import re
from collections.abc import Mapping, Sequence

from miaobi.core.errors import OptionError, PromptError
from miaobi.core.speech import Span, Turn
from miaobi.speech.lexicon import word_list

# one word, or several capitalized ones: neither "He said:" nor "at 7:30" is a speaker
NAME = r"[^\W\d_][\w.'’·-]{0,20}(?: [A-Z0-9][\w.'’-]{0,20}){0,3}"
LINE = re.compile(
    rf"\s*(?P<name>{NAME})\s*(?P<aside>[(（][^)）]*[)）])?\s*(?:[:：](?!\d)|(?<!\d)[:：])\s*(?P<words>.*)"
)
PAUSE = re.compile(
    r"\s*[\[【（(](?:pause|停顿|静默)\s*(?P<n>\d+(?:\.\d+)?)?\s*(?P<unit>ms|s|秒)?[\]】）)]\s*",
    re.I,
)
ASIDE = re.compile(r"[(（][^)）]*[)）]|\*[^*]+\*|【[^】]*】")
TURN_PAUSE, DEFAULT_PAUSE = 0.35, 1.0  # seconds between turns, and of [pause]
MAX_PAUSE = 60.0  # seconds
NARRATORS = ("narrator", "旁白", "解说")


def read_dialogue(script: str, cast: Mapping[str, str], voices: Sequence[str]) -> tuple[Turn, ...]:
    """Parse a script into turns; speakers outside the cast get fixed voices of `voices`.

    `voices` are named like those of Kokoro: the second letter is f or m. Raises OptionError for
    a member of the cast without a line, and PromptError for a script without any line.
    """
    lines = list(_lines(script))
    speakers = list(dict.fromkeys(speaker for speaker, _, _ in lines if speaker))
    cast_voices = {_key(name): voice for name, voice in cast.items()}
    speaking = {_key(name) for name in speakers}
    missing = [name for name in cast if _key(name) not in {*speaking, *NARRATORS}]
    if missing:
        raise OptionError(
            "{name} has no line in the script.",
            "Its speakers are: {names}.",
            name=missing[0],
            names=", ".join(speakers) or "—",
        )
    assigned = _assign_voices(speakers, cast_voices, voices)
    narrator = next((cast_voices[name] for name in NARRATORS if name in cast_voices), "")
    turns: list[Turn] = []
    pause = 0.0
    for speaker, text, silence in lines:
        pause += silence
        if text:
            voice = assigned.get(_key(speaker), narrator) if speaker else narrator
            turn_pause = pause or (TURN_PAUSE if turns else 0.0)
            turns.append(Turn((Span(text),), voice, pause=turn_pause, speaker=speaker))
            pause = 0.0
    if not turns:
        raise PromptError("The {name} is empty.", "Give it some text.", name="text")
    return (*turns, Turn(pause=pause)) if pause else tuple(turns)


def _lines(script: str) -> list[tuple[str, str, float]]:
    """Return (speaker or "", text, seconds of silence) of each line."""
    lines: list[tuple[str, str, float]] = []
    for line in script.splitlines():
        if not line.strip():
            continue
        if match := PAUSE.fullmatch(line):
            lines.append(("", "", _pause_seconds(match)))
            continue
        match = LINE.fullmatch(line)
        speaker, text = (match["name"].strip(), match["words"]) if match else ("", line)
        text = " ".join(ASIDE.sub(" ", text).split())
        if speaker.casefold() in NARRATORS:
            speaker = ""
        lines.append((speaker, text, 0.0))
    return lines


def _pause_seconds(match: re.Match[str]) -> float:
    seconds = float(match["n"]) if match["n"] else DEFAULT_PAUSE
    seconds /= 1000 if match["unit"] == "ms" else 1
    if seconds > MAX_PAUSE:
        raise PromptError(
            "A pause of {seconds} s is too long.",
            "Give at most {limit} s.",
            seconds=f"{seconds:g}",
            limit=f"{MAX_PAUSE:g}",
        )
    return seconds


def _assign_voices(
    speakers: Sequence[str], cast_voices: Mapping[str, str], voices: Sequence[str]
) -> dict[str, str]:
    """Return speaker -> voice; a name gets the same voice in every script while it is free."""
    assigned = {
        _key(name): cast_voices[_key(name)] for name in speakers if _key(name) in cast_voices
    }
    for name in speakers:
        if _key(name) in assigned or not voices:
            continue
        matching = [voice for voice in voices if voice[1:2] == _gender(name)] or list(voices)
        free = [voice for voice in matching if voice not in assigned.values()]
        pool = free or [voice for voice in voices if voice not in assigned.values()] or matching
        number = int.from_bytes(hashlib.sha256(_key(name).encode()).digest()[:4], "big")
        preferred = matching[number % len(matching)]
        assigned[_key(name)] = preferred if preferred in pool else pool[number % len(pool)]
    return assigned


def _gender(name: str) -> str:
    """Return "f" or "m" for a name with a word of either list, else ""."""
    words = set(re.findall(r"\w+", name.casefold()))
    for gender, section in (("f", "female"), ("m", "male")):
        listed = word_list("names", section)
        if words & set(listed) or any(word in name for word in listed if not word.isascii()):
            return gender
    return ""


def _key(name: str) -> str:
    return name.strip().casefold()
