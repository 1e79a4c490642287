"""Words to sounds: which rows of sounds.toml a prompt names, and how it wants them.

    "heavy rain on a tin roof and distant thunder"
      -> rain (force 2.4, size 1.5, surface metal) beside thunder (distance 4)

A prompt is cut into clauses at "and", commas and the like; adjectives belong to the sounds of their
clause. "then" puts one after the other, "without" leaves out.
"""

import difflib
import re
import tomllib
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any

from miaobi.core.errors import NotFoundError

THEN = r"\b(?:and then|then|followed by|after that)\b|然后|接着|随后|之后|再来"
AND = r"\b(?:and|plus)\b|[&+]|以及|加上|还有|和|与"
APART = r"\b(?:with|while|as)\b|[,;.!?，。；、！？\n]|伴随|伴着|夹着|之中"
WITHOUT = r"\b(?:without|no|not|but no|except)\b|没有|不要|不带|无"
NUMBERS = {
    "once": 1,
    "twice": 2,
    "two": 2,
    "three": 3,
    "four": 4,
    "five": 5,
    "six": 6,
    "seven": 7,
    "eight": 8,
    "nine": 9,
    "ten": 10,
    "一": 1,
    "两": 2,
    "二": 2,
    "三": 3,
    "四": 4,
    "五": 5,
    "六": 6,
    "七": 7,
    "八": 8,
    "九": 9,
    "十": 10,
}
SCALES = ("size", "force", "speed")  # words multiply these, and set all others
SHOWN = 6  # names that an error gives
WORDS = ("en", "zh")


@dataclass(frozen=True)
class Sound:
    """One row of the table."""

    name: str
    make: str  # file and function of synthesis/
    kind: str  # "event", "gesture", "texture"
    seconds: float
    lufs: float
    en: tuple[str, ...]
    zh: tuple[str, ...]
    beat: float = 0.0
    counts: str = ""
    set: dict[str, Any] = field(default_factory=dict, hash=False)
    when: tuple[dict[str, Any], ...] = field(default=(), hash=False)
    layers: tuple[str, ...] = ()


@dataclass(frozen=True)
class Voice:
    """One sound that a prompt asks for, with what its words change."""

    sound: Sound
    changes: dict[str, Any]
    turn: int = 0  # which of the sounds that follow each other


@cache
def sounds() -> dict[str, Sound]:
    """The table, by name."""
    rows = _document()["sound"]
    return {name: _row(name, row) for name, row in rows.items()}


@cache
def _document() -> dict[str, Any]:
    return tomllib.loads((files("miaobi.synthesis") / "sounds.toml").read_text(encoding="utf-8"))


def _row(name: str, row: dict[str, Any]) -> Sound:
    told: dict[str, Any] = {"make": "", "kind": "texture", "lufs": -22.0}
    for key, value in row.items():
        told[key] = tuple(value) if isinstance(value, list) else value
    return Sound(name, **told)


def read_prompt(prompt: str) -> list[Voice]:
    """The sounds that a prompt names, in either language. Raises NotFoundError."""
    voices: list[Voice] = []
    for turn, part in enumerate(_split(THEN, prompt.casefold())):
        for clause in _split(AND, part):
            found = _clause(clause, turn)
            if found is None and not voices:
                raise _unknown(prompt)
            if found is None:
                raise _unknown(clause.strip() or prompt)
            voices += found
    if not voices:
        raise _unknown(prompt)
    return voices


def mentioned(words: str) -> list[str]:
    """The names of the sounds that any text names, in its order."""
    return [name for name, _, _ in _mentions(words)]


def _clause(clause: str, turn: int) -> list[Voice] | None:
    """The sounds between two "and"; None where nothing in it is known."""
    voices: list[Voice] = []
    known = False
    for piece in _split(APART, clause):
        wanted, *left_out = _split(WITHOUT, piece)
        known = known or bool(left_out)
        found = _mentions(wanted)
        names = [name for name, _, _ in found] or [voice.sound.name for voice in voices]
        rest = wanted
        told = [_voice(name, wanted, rest, found, turn) for name in names]
        if found:
            voices += [voice for voice in told if voice is not None]
        elif voices:  # "footsteps, slow": an adjective alone is for what stands before it
            voices = [
                Voice(one.sound, _joined(one.changes, more.changes), turn)
                for one, more in zip(voices, told, strict=True)
            ]
        else:
            known = known or not wanted.strip() or bool(_manners(wanted, ()))
    return voices if voices or known else None


def _split(pattern: str, text: str) -> list[str]:
    """The parts of a text between matches, but for those inside a word of ours: bow and arrow."""
    whole = [span for word in _compounds(pattern) for span in _occurrences(text, word)]
    parts, last = [], 0
    for match in re.finditer(pattern, text):
        start, end = match.span()
        if not any(a <= start and end <= b for a, b in whole):
            parts.append(text[last:start])
            last = end
    return [*parts, text[last:]]


@cache
def _compounds(pattern: str) -> list[str]:
    """Our own words that hold a separator."""
    rows = [
        *_document()["manner"].values(),
        *(row for one in sounds().values() for row in one.when),
    ]
    words = {word for word, _ in _vocabulary()} | {
        word for row in rows for key in WORDS for word in row[key]
    }
    return [word for word in sorted(words) if re.search(pattern, word)]


def _mentions(piece: str) -> list[tuple[str, int, int]]:
    """(name, start, end) of the sounds in a piece of a prompt; longer words win over shorter."""
    spans: list[tuple[str, int, int]] = []
    for word, name in _vocabulary():
        for start, end in _occurrences(piece, word):
            if all(end <= first or last <= start for _, first, last in spans):
                spans.append((name, start, end))
    spans.sort(key=lambda span: span[1])
    # a word that only says where or on what, such as the gravel of footsteps, is no sound itself
    kept: list[tuple[str, int, int]] = []
    for span in spans:
        others = [other for other in spans if other[0] != span[0]]
        if not any(_is_detail(piece, span, other[0]) for other in others) and span[0] not in (
            name for name, _, _ in kept
        ):
            kept.append(span)
    return kept


def _is_detail(piece: str, span: tuple[str, int, int], name: str) -> bool:
    """True when the words at `span` are among those that change the sound `name`."""
    for row in sounds()[name].when:
        for word in (*row["en"], *row["zh"]):
            if any(a <= span[1] and span[2] <= b for a, b in _occurrences(piece, word)):
                return True
    return False


def _voice(name: str, piece: str, rest: str, found: list[tuple[str, int, int]], turn: int) -> Voice:
    """The sound with what the piece says of it."""
    sound = sounds()[name]
    changes = dict(sound.set)
    taken = [(start, end) for _, start, end in found]
    own: list[tuple[int, int]] = []
    for row in sound.when:
        spans = [s for word in (*row["en"], *row["zh"]) for s in _occurrences(piece, word)]
        if spans:
            own += spans
            changes = _joined(changes, {k: v for k, v in row.items() if k not in WORDS})
    changes = _joined(changes, _manners(piece, (*taken, *own)))
    if sound.counts and (number := _number(piece)):
        changes[sound.counts] = number
    return Voice(sound, changes, turn)


def _manners(piece: str, taken: tuple[tuple[int, int], ...]) -> dict[str, Any]:
    """What adjectives change that are not part of another word."""
    changes: dict[str, Any] = {}
    held = list(taken)
    words = [
        (word, row) for row in _document()["manner"].values() for key in WORDS for word in row[key]
    ]
    used: list[int] = []
    for word, row in sorted(words, key=lambda pair: -len(pair[0])):
        for start, end in _occurrences(piece, word):
            if all(end <= first or last <= start for first, last in held) and id(row) not in used:
                held.append((start, end))
                used.append(id(row))
                changes = _joined(changes, {k: v for k, v in row.items() if k not in WORDS})
    return changes


def _joined(first: dict[str, Any], second: dict[str, Any]) -> dict[str, Any]:
    """Both changes: scales multiply, gains add up, of all others the second holds."""
    out = dict(first)
    for key, value in second.items():
        if key in SCALES:
            out[key] = out.get(key, 1.0) * value
        elif key == "gain":
            out[key] = out.get(key, 0.0) + value
        else:
            out[key] = value
    return out


def _number(piece: str) -> int:
    """How many times, from 1 to 20; 0 where it is not said."""
    for digits in re.findall(r"(?<![\d.])(\d{1,2})(?=\s*(?:times?\b|x\b|[声下次响]|[a-z]))", piece):
        if 1 <= int(digits) <= 20:
            return int(digits)
    for word, number in NUMBERS.items():
        pattern = rf"\b{word}\b" if word.isascii() else rf"{word}(?=[声下次响发记])"
        if re.search(pattern, piece):
            return number
    return 0


@cache
def _vocabulary() -> list[tuple[str, str]]:
    """(word, name of the sound), longest first."""
    pairs = [(word, row.name) for row in sounds().values() for word in (*row.en, *row.zh)]
    pairs += [(row.name.replace("-", " "), row.name) for row in sounds().values()]
    return sorted(set(pairs), key=lambda pair: (-len(pair[0]), pair))


def _occurrences(piece: str, word: str) -> list[tuple[int, int]]:
    """(start, end) of a word: whole words with their endings in English, anywhere in Chinese."""
    return [match.span() for match in _pattern(word).finditer(piece)]


@cache
def _pattern(word: str) -> re.Pattern[str]:
    if not word.isascii():
        return re.compile(re.escape(word))
    ending = "(?:'s|s|es|ing|ed)?" if len(word) > 2 else ""
    return re.compile(rf"(?<![a-z0-9]){re.escape(word)}{ending}(?![a-z0-9])")


def _unknown(prompt: str) -> NotFoundError:
    """The error that names the sounds nearest to the words."""
    words = re.findall(r"[a-z']+|[^\W\d_a-z]+", prompt.casefold()) or [prompt]
    best: dict[str, float] = {}
    for known, name in _vocabulary():
        score = max(difflib.SequenceMatcher(None, word, known).ratio() for word in words[:8])
        best[name] = max(best.get(name, 0), score)
    near = sorted(best, key=lambda name: -best[name])[:SHOWN]
    return NotFoundError(
        "No sound is known by {prompt!r}.",
        "Nearest are: {names}. All {count} are listed by: miaobi sound --list",
        prompt=prompt[:80],
        names=", ".join(near),
        count=len(sounds()),
    )
