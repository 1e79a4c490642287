"""Scripts of several speakers as turns: who says what, in whose voice.

ANNA: Did you hear that?        a line of somebody
[pause 2s]                      silence
BEN (whispering): Yes.          what stands in parentheses is not spoken
They ran.                       nobody's line: the narrator
"""

import hashlib
import re
from collections.abc import Mapping, Sequence

from miaobi.core.errors import OptionError, PromptError
from miaobi.core.speech import Span, Turn

# one word, or several that each begin with a capital: "He said:" is no speaker, nor is "at 7:30"
NAME = r"[^\W\d_][\w.'’·-]{0,20}(?: [A-Z0-9][\w.'’-]{0,20}){0,3}"
LINE = re.compile(
    rf"\s*(?P<name>{NAME})\s*(?P<aside>[(（][^)）]*[)）])?\s*(?:[:：](?!\d)|(?<!\d)[:：])\s*(?P<words>.*)"
)
PAUSE = re.compile(
    r"\s*[\[【（(](?:pause|停顿|静默)\s*(?P<n>\d+(?:\.\d+)?)?\s*(?P<unit>ms|s|秒)?[\]】）)]\s*",
    re.I,
)
ASIDE = re.compile(r"[(（][^)）]*[)）]|\*[^*]+\*|【[^】]*】")
BETWEEN, AFTER_PAUSE = 0.35, 1.0  # seconds between turns, and of a pause that does not say
LONGEST = 60.0  # seconds of a pause
NARRATOR = ("narrator", "旁白", "解说")
WOMEN = (
    "anna",
    "anne",
    "alice",
    "amy",
    "emma",
    "eva",
    "grace",
    "jane",
    "julia",
    "kate",
    "laura",
    "lily",
    "lisa",
    "lucy",
    "maria",
    "mary",
    "nina",
    "olivia",
    "rose",
    "sara",
    "sarah",
    "sophia",
    "susan",
    "clara",
    "ella",
    "helen",
    "ruth",
    "mother",
    "mom",
    "mum",
    "queen",
    "princess",
    "girl",
    "woman",
    "sister",
    "grandma",
    "grandmother",
    "daughter",
    "wife",
    "witch",
    "aunt",
    "妈妈",
    "母亲",
    "姐姐",
    "妹妹",
    "奶奶",
    "外婆",
    "女孩",
    "女士",
    "小姐",
    "女王",
    "公主",
    "阿姨",
    "妻子",
    "女儿",
    "太太",
    "小红",
    "小丽",
    "小芳",
    "小美",
    "她",
)
MEN = (
    "adam",
    "alex",
    "ben",
    "bob",
    "carl",
    "charles",
    "dan",
    "david",
    "eric",
    "frank",
    "fred",
    "george",
    "harry",
    "henry",
    "jack",
    "james",
    "jim",
    "joe",
    "john",
    "leo",
    "mark",
    "max",
    "mike",
    "nick",
    "oliver",
    "paul",
    "peter",
    "sam",
    "simon",
    "tim",
    "tom",
    "will",
    "father",
    "dad",
    "king",
    "prince",
    "boy",
    "man",
    "brother",
    "grandpa",
    "grandfather",
    "son",
    "husband",
    "wizard",
    "uncle",
    "爸爸",
    "父亲",
    "哥哥",
    "弟弟",
    "爷爷",
    "外公",
    "男孩",
    "先生",
    "国王",
    "王子",
    "叔叔",
    "丈夫",
    "儿子",
    "小明",
    "小刚",
    "小强",
    "小王",
    "他",
)


def read_dialogue(words: str, cast: Mapping[str, str], voices: Sequence[str]) -> tuple[Turn, ...]:
    """The turns of a script; who is not in the cast gets a voice of `voices`, always the same.

    `voices` are named as Kokoro's are: the second letter is f or m. Raises OptionError for a
    speaker of the cast who says nothing, and PromptError when nobody says anything.
    """
    lines = list(_lines(words))
    speakers = list(dict.fromkeys(name for name, _, _ in lines if name))
    known = {_key(name): voice for name, voice in cast.items()}
    missing = [name for name in cast if _key(name) not in {_key(other) for other in speakers}]
    missing = [name for name in missing if _key(name) not in NARRATOR]
    if missing:
        raise OptionError(
            "Nobody called {name} speaks in the script.",
            "Those who do: {names}.",
            name=missing[0],
            names=", ".join(speakers) or "—",
        )
    chosen = _chosen(speakers, known, voices)
    narrator = next((known[name] for name in NARRATOR if name in known), "")
    turns: list[Turn] = []
    pause = 0.0
    for name, text, silence in lines:
        pause += silence
        if text:
            voice = chosen.get(_key(name), narrator) if name else narrator
            gap = pause or (BETWEEN if turns else 0.0)
            turns.append(Turn((Span(text),), voice, pause=gap, speaker=name))
            pause = 0.0
    if not turns:
        raise PromptError("The {name} is empty.", "Give it some words.", name="text")
    return (*turns, Turn(pause=pause)) if pause else tuple(turns)


def _lines(words: str) -> list[tuple[str, str, float]]:
    """(speaker, words, seconds of silence) of each line; a line without a name goes on."""
    found: list[tuple[str, str, float]] = []
    for line in words.splitlines():
        if not line.strip():
            continue
        if match := PAUSE.fullmatch(line):
            found.append(("", "", _seconds(match)))
            continue
        match = LINE.fullmatch(line)
        name, text = (match["name"].strip(), match["words"]) if match else ("", line)
        text = " ".join(ASIDE.sub(" ", text).split())
        if name.casefold() in NARRATOR:
            name = ""
        found.append((name, text, 0.0))
    return found


def _seconds(match: re.Match[str]) -> float:
    seconds = float(match["n"]) if match["n"] else AFTER_PAUSE
    seconds /= 1000 if match["unit"] == "ms" else 1
    if seconds > LONGEST:
        raise PromptError(
            "A pause of {seconds} s is too long.",
            "Give at most {limit} s.",
            seconds=f"{seconds:g}",
            limit=f"{LONGEST:g}",
        )
    return seconds


def _chosen(speakers: list[str], known: dict[str, str], voices: Sequence[str]) -> dict[str, str]:
    """Speaker -> voice. A name leads to the same voice in every script, as long as that is free."""
    chosen = {_key(name): known[_key(name)] for name in speakers if _key(name) in known}
    for name in speakers:
        if _key(name) in chosen or not voices:
            continue
        wanted = [voice for voice in voices if voice[1:2] == _sex(name)] or list(voices)
        free = [voice for voice in wanted if voice not in chosen.values()]
        pool = free or [voice for voice in voices if voice not in chosen.values()] or wanted
        number = int.from_bytes(hashlib.sha256(_key(name).encode()).digest()[:4], "big")
        preferred = wanted[number % len(wanted)]
        chosen[_key(name)] = preferred if preferred in pool else pool[number % len(pool)]
    return chosen


def _sex(name: str) -> str:
    """f or m, by a word of the name that says so, else "" for any."""
    words = set(re.findall(r"\w+", name.casefold()))
    if words & set(WOMEN) or any(word in name for word in WOMEN if not word.isascii()):
        return "f"
    if words & set(MEN) or any(word in name for word in MEN if not word.isascii()):
        return "m"
    return ""


def _key(name: str) -> str:
    return name.strip().casefold()
