"""Spoken words as subtitles: at most two lines, short enough to be read while they are heard.

Limits follow what television asks for: 20 characters a second, about 40 a line (18 Chinese ones).
"""

import re
from collections.abc import Sequence

from miaobi.core.events import Segment, Word
from miaobi.core.film import Cue
from miaobi.core.sentences import HAN, language_of

LINES = 2
LINE = {
    "en": 40,
    "zh": 18,
}  # characters of a line in a wide picture; a Chinese one is twice as wide
SPEED = 20.0  # characters a second
SHORTEST, LINGER, GAP = 1.0, 0.6, 0.04  # seconds: least of a cue, after its last word, between two
SENTENCE = re.compile(r"[.!?。！？…][\"”’」』）)]*$")
CLAUSE = re.compile(r"[,;:，、；：—][\"”’」』）)]*$")
# what is spoken as one: a Latin word or number with its marks, or one Chinese character with its
TOKEN = re.compile(
    rf"[“‘「『（(\"]*(?:{HAN.pattern}|[^\s\u3000-\u303f\u3400-\u9fff\uff00-\uffef“”‘’…—]+"
    r"(?:[’'][^\W\d_]+)*)[^\w\s“‘「『（(]*"
)


def spoken_words(text: str) -> list[str]:
    """The words of a text with the marks that follow them; Chinese ones are single characters."""
    return [match.group().strip() for match in TOKEN.finditer(text)]


def spread(text: str, start: float, end: float) -> tuple[Word, ...]:
    """Words over a stretch of speech in proportion to their letters: a guess, within a sentence."""
    words = spoken_words(text)
    if not words:
        return ()
    weights = [_weight(word) for word in words]
    whole, now, out = sum(weights), start, []
    for word, weight in zip(words, weights, strict=True):
        long = (end - start) * weight / whole
        out.append(Word(word, now, now + long))
        now += long
    return tuple(out)


def cues(words: Sequence[Word], line: int = 0, end: float | None = None) -> list[Cue]:
    """Subtitles of words in the order they are heard; `line` is how many characters fit in one.

    No cue is still seen when the next one begins, nor after `end`.
    """
    if not words:
        return []
    language = language_of("".join(word.text for word in words))
    line = line or LINE[language]
    groups = _groups(list(words), line, language)
    starts = [group[0].start for group in groups]
    out = []
    for number, group in enumerate(groups):
        text = _joined(group, language)
        latest = starts[number + 1] - GAP if number + 1 < len(groups) else end or group[-1].end + 9
        needed = max(SHORTEST, len(text) / SPEED)
        stop = max(group[-1].end + LINGER, group[0].start + needed)
        stop = max(min(stop, latest), group[0].start + 0.1)
        out.append(Cue(wrapped(text, line, language), group[0].start, stop))
    return out


def wrapped(text: str, line: int, language: str) -> str:
    """The text in as few lines as it needs, of much the same length."""
    if len(text) <= line:
        return text
    if language == "zh":
        places = [n for n in range(1, len(text)) if _may_break(text, n)]
    else:
        places = [n for n, letter in enumerate(text) if letter == " "]
    if not places:
        return text
    # near the middle, and rather after a comma
    best = min(places, key=lambda n: abs(n - len(text) / 2) - 4 * bool(CLAUSE.search(text[:n])))
    return f"{text[:best].rstrip()}\n{text[best:].lstrip()}"


def as_segments(shown: Sequence[Cue]) -> tuple[Segment, ...]:
    """Subtitles as a transcript has them, to be written as SRT or WebVTT."""
    return tuple(Segment(cue.text, cue.start, cue.end) for cue in shown)


def captions(segments: Sequence[Segment]) -> tuple[Segment, ...]:
    """What was said as subtitles that can be read in time, with the words in each.

    Where a script names speakers, a cue holds the words of one.
    """
    out: list[Segment] = []
    for number, segment in enumerate(segments):
        end = segments[number + 1].start if number + 1 < len(segments) else None
        for cue in cues(segment.words, end=end):
            words = tuple(word for word in segment.words if cue.start <= word.start < cue.end)
            out.append(Segment(cue.text, cue.start, cue.end, words, segment.speaker))
    return tuple(out)


def _groups(words: list[Word], line: int, language: str) -> list[list[Word]]:
    """Words that are seen together: a sentence, or as much of it as two lines hold."""
    out: list[list[Word]] = []
    for sentence in _sentences(words):
        parts = [sentence]
        while (long := next((p for p in parts if not _fits(p, line, language)), None)) is not None:
            place = parts.index(long)
            parts[place : place + 1] = _halved(long)
        out += parts
    return _merged(out, line, language)


def _sentences(words: list[Word]) -> list[list[Word]]:
    out: list[list[Word]] = [[]]
    for word in words:
        out[-1].append(word)
        if SENTENCE.search(word.text):
            out.append([])
    return [sentence for sentence in out if sentence]


def _fits(words: list[Word], line: int, language: str) -> bool:
    """True for what two lines hold; a break may leave a word's length unused."""
    text = _joined(words, language)
    if len(words) == 1 or len(text) <= line:
        return True
    return all(len(part) <= line for part in wrapped(text, line, language).split("\n"))


def _halved(words: list[Word]) -> list[list[Word]]:
    """Two parts, cut at a clause or a pause near the middle."""
    middle = len(words) / 2

    def cost(n: int) -> float:
        pause = words[n].start - words[n - 1].end
        good = 0.35 * len(words) if CLAUSE.search(words[n - 1].text) else 0.0
        return abs(n - middle) - good - min(pause, 0.3) * len(words)

    best = min(range(1, len(words)), key=cost)
    return [words[:best], words[best:]]


def _merged(groups: list[list[Word]], line: int, language: str) -> list[list[Word]]:
    """Groups too short to be read join the next one, where both fit."""
    out: list[list[Word]] = []
    for group in groups:
        if out and _fits(out[-1] + group, line, language) and _hasty(out[-1], group, language):
            out[-1] = out[-1] + group
        else:
            out.append(group)
    return out


def _hasty(group: list[Word], following: list[Word], language: str) -> bool:
    room = following[0].start - group[0].start
    return room < max(SHORTEST, len(_joined(group, language)) / SPEED)


def _joined(words: list[Word], language: str) -> str:
    if language == "zh":
        text = ""
        for word in words:
            both = text[-1:].isascii() and word.text[:1].isascii() and text[-1:].isalnum()
            text += (" " if text and both else "") + word.text
        return text
    return " ".join(word.text for word in words)


def _may_break(text: str, place: int) -> bool:
    """No line begins with a closing mark, ends with an opening one, or cuts a Latin word."""
    before, after = text[place - 1], text[place]
    latin = before.isascii() and after.isascii() and before.isalnum() and after.isalnum()
    return (
        after not in "，。！？；：、”’」』）》…—,.!?;:" and before not in "“‘「『（《" and not latin
    )


def _weight(word: str) -> float:
    """How long a word takes beside others: its letters, and a pause after a mark."""
    letters = len(re.sub(r"\W", "", word))
    pause = 4.0 if SENTENCE.search(word) else 3.0 if CLAUSE.search(word) else 0.0
    return (letters if not HAN.search(word) else 2.5 * letters) + 1.0 + pause
