"""Sound prompts in English and Chinese: the rows of sounds.toml that they name, with parameters.

    "heavy rain on a tin roof and distant thunder"
      -> rain (force 2.4, size 1.5, surface metal) beside thunder (distance 4)

A prompt is split into clauses at "and", commas and the like; adjectives modify the sounds of their
clause. "then" plays sounds one after the other, "without" excludes them.
"""

import difflib
import re
import tomllib
from collections.abc import Iterable
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
FACTORS = ("size", "force", "speed")  # parameters that words multiply; others are set
SUGGESTIONS = 6  # names in the error for an unknown sound
LANGUAGES = ("en", "zh")
Params = dict[str, Any]  # of a function of synthesis/, and of effects of engines/procedural.py
Span = tuple[int, int]  # start and end of a word in a text
Mention = tuple[str, int, int]  # name of a sound, start, end


@dataclass(frozen=True)
class SoundRow:
    """One row of sounds.toml, which documents the fields."""

    name: str
    make: str  # file and function of synthesis/
    kind: str  # "event", "gesture", "texture"
    seconds: float
    lufs: float
    en: tuple[str, ...]
    zh: tuple[str, ...]
    beat: float = 0.0
    counts: str = ""
    set: Params = field(default_factory=dict, hash=False)
    when: tuple[dict[str, Any], ...] = field(default=(), hash=False)
    layers: tuple[str, ...] = ()


@dataclass(frozen=True)
class SoundLayer:
    """One sound of a prompt, with its parameters."""

    sound: SoundRow
    params: Params
    step: int = 0  # position among sounds that follow each other


@cache
def sounds() -> dict[str, SoundRow]:
    """Return the rows of sounds.toml by name."""
    rows = _document()["sound"]
    return {name: _row(name, row) for name, row in rows.items()}


@cache
def _document() -> dict[str, Any]:
    return tomllib.loads((files("miaobi.synthesis") / "sounds.toml").read_text(encoding="utf-8"))


def _row(name: str, row: dict[str, Any]) -> SoundRow:
    fields: dict[str, Any] = {"make": "", "kind": "texture", "lufs": -22.0}
    for key, value in row.items():
        fields[key] = tuple(value) if isinstance(value, list) else value
    return SoundRow(name, **fields)


def read_prompt(prompt: str) -> list[SoundLayer]:
    """Parse the sounds of a prompt. Raises NotFoundError if a clause names none."""
    layers: list[SoundLayer] = []
    for step, part in enumerate(_split(THEN, prompt.casefold())):
        for clause in _split(AND, part):
            parsed = _parse_clause(clause, step)
            if parsed is None:
                raise _unknown(clause.strip() if layers and clause.strip() else prompt)
            layers += parsed
    if not layers:
        raise _unknown(prompt)
    return layers


def find_sounds(text: str) -> list[str]:
    """Return the names of the sounds that a text mentions, in order."""
    return [name for name, _, _ in _find_mentions(text)]


def _parse_clause(clause: str, step: int) -> list[SoundLayer] | None:
    """Parse the text between two "and"; None if it has no known word."""
    layers: list[SoundLayer] = []
    is_known = False
    for piece in _split(APART, clause):
        included, *excluded = _split(WITHOUT, piece)
        is_known = is_known or bool(excluded)
        mentions = _find_mentions(included)
        names = [name for name, _, _ in mentions] or [layer.sound.name for layer in layers]
        parsed = [_make_layer(name, included, mentions, step) for name in names]
        if mentions:
            layers += parsed
        elif layers:  # "footsteps, slow": an adjective alone modifies the sounds before it
            layers = [
                SoundLayer(layer.sound, _merge(layer.params, extra.params), step)
                for layer, extra in zip(layers, parsed, strict=True)
            ]
        else:
            is_known = is_known or not included.strip() or bool(_modifiers(included, ()))
    return layers if layers or is_known else None


def _split(pattern: str, text: str) -> list[str]:
    """Split a text at separators, except inside known words such as "bow and arrow"."""
    protected = [span for word in _compounds(pattern) for span in _find_word(text, word)]
    parts, previous = [], 0
    for match in re.finditer(pattern, text):
        start, end = match.span()
        if not any(a <= start and end <= b for a, b in protected):
            parts.append(text[previous:start])
            previous = end
    return [*parts, text[previous:]]


@cache
def _compounds(pattern: str) -> list[str]:
    """Return the known words that contain a separator."""
    rows = [
        *_document()["manner"].values(),
        *(row for sound in sounds().values() for row in sound.when),
    ]
    words = {word for word, _ in _vocabulary()} | {word for row in rows for word in _words(row)}
    return [word for word in sorted(words) if re.search(pattern, word)]


def _find_mentions(piece: str) -> list[Mention]:
    """Find the sounds that a piece of a prompt mentions; longer words win over shorter ones."""
    mentions: list[Mention] = []
    for word, name in _vocabulary():
        for start, end in _find_word(piece, word):
            if all(end <= first or last <= start for _, first, last in mentions):
                mentions.append((name, start, end))
    mentions.sort(key=lambda mention: mention[1])
    # a word that modifies another sound, such as the gravel of footsteps, is not a sound itself
    kept: dict[str, Mention] = {}
    for mention in mentions:
        others = {name for name, _, _ in mentions} - {mention[0]}
        if not any(_is_modifier(piece, mention, name) for name in others):
            kept.setdefault(mention[0], mention)
    return list(kept.values())


def _is_modifier(piece: str, mention: Mention, name: str) -> bool:
    """Check if the words of a mention are among those that modify the sound `name`."""
    _, first, last = mention
    words = (word for row in sounds()[name].when for word in _words(row))
    return any(a <= first and last <= b for word in words for a, b in _find_word(piece, word))


def _make_layer(name: str, piece: str, mentions: list[Mention], step: int) -> SoundLayer:
    """Combine a sound with the parameters that a piece of the prompt gives it."""
    sound = sounds()[name]
    params = dict(sound.set)
    used = [(start, end) for _, start, end in mentions]
    for row in sound.when:
        if spans := [span for word in _words(row) for span in _find_word(piece, word)]:
            used += spans
            params = _merge(params, _params(row))
    params = _merge(params, _modifiers(piece, used))
    if sound.counts and (count := _find_count(piece)):
        params[sound.counts] = count
    return SoundLayer(sound, params, step)


def _modifiers(piece: str, used: Iterable[Span]) -> Params:
    """Return the parameters of general adjectives outside the words that are used already."""
    params: Params = {}
    spans = list(used)
    words = [(word, row) for row in _document()["manner"].values() for word in _words(row)]
    applied: list[int] = []
    for word, row in sorted(words, key=lambda pair: -len(pair[0])):
        for start, end in _find_word(piece, word):
            is_free = all(end <= first or last <= start for first, last in spans)
            if is_free and id(row) not in applied:
                spans.append((start, end))
                applied.append(id(row))
                params = _merge(params, _params(row))
    return params


def _words(row: dict[str, Any]) -> list[str]:
    return [word for language in LANGUAGES for word in row[language]]


def _params(row: dict[str, Any]) -> Params:
    return {key: value for key, value in row.items() if key not in LANGUAGES}


def _merge(first: Params, second: Params) -> Params:
    """Merge parameters: factors multiply, gains add, the second value of all others wins."""
    out = dict(first)
    for key, value in second.items():
        if key in FACTORS:
            out[key] = out.get(key, 1.0) * value
        elif key == "gain":
            out[key] = out.get(key, 0.0) + value
        else:
            out[key] = value
    return out


def _find_count(piece: str) -> int:
    """Find a number of repetitions, 1 to 20; 0 if there is none."""
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
    """Return (word, name of the sound) pairs, the longest word first."""
    pairs = [(word, row.name) for row in sounds().values() for word in (*row.en, *row.zh)]
    pairs += [(row.name.replace("-", " "), row.name) for row in sounds().values()]
    return sorted(set(pairs), key=lambda pair: (-len(pair[0]), pair))


def _find_word(text: str, word: str) -> list[Span]:
    """Find a word: whole and inflected words in English, anywhere in Chinese."""
    if word not in text:  # much faster than the pattern
        return []
    return [match.span() for match in _pattern(word).finditer(text)]


@cache
def _pattern(word: str) -> re.Pattern[str]:
    if not word.isascii():
        return re.compile(re.escape(word))
    ending = "(?:'s|s|es|ing|ed)?" if len(word) > 2 else ""
    return re.compile(rf"(?<![a-z0-9]){re.escape(word)}{ending}(?![a-z0-9])")


def _unknown(prompt: str) -> NotFoundError:
    """Return an error that suggests the sounds with the most similar names."""
    words = re.findall(r"[a-z']+|[^\W\d_a-z]+", prompt.casefold()) or [prompt]
    best: dict[str, float] = {}
    for entry, name in _vocabulary():
        score = max(difflib.SequenceMatcher(None, word, entry).ratio() for word in words[:8])
        best[name] = max(best.get(name, 0), score)
    similar = sorted(best, key=lambda name: -best[name])[:SUGGESTIONS]
    return NotFoundError(
        "There is no sound for {prompt!r}.",
        "Similar sounds: {names}. List all {count} with: miaobi sound --list",
        prompt=prompt[:80],
        names=", ".join(similar),
        count=len(sounds()),
    )
