"""Segmentation of timed words into subtitles of at most two lines at a readable speed.

Limits follow television: 20 characters per second, 40 per line (18 Chinese ones).
"""

import re
from collections.abc import Sequence

from miaobi.core.events import Segment, Word
from miaobi.core.film import Cue
from miaobi.core.sentences import HAN, language_of

LINE_LENGTH = {"en": 40, "zh": 18}  # characters per line of a wide picture
READING_SPEED = 20.0  # characters per second
MIN_SECONDS, LINGER, GAP = 1.0, 0.6, 0.04  # of a cue, after its last word, between cues
SENTENCE = re.compile(r"[.!?。！？…][\"”’」』）)]*$")
CLAUSE = re.compile(r"[,;:，、；：—][\"”’」』）)]*$")
# a Latin word or number with its punctuation, or one Chinese character with its punctuation
TOKEN = re.compile(
    rf"[“‘「『（(\"]*(?:{HAN.pattern}|[^\s\u3000-\u303f\u3400-\u9fff\uff00-\uffef“”‘’…—]+"
    r"(?:[’'][^\W\d_]+)*)[^\w\s“‘「『（(]*"
)


def split_words(text: str) -> list[str]:
    """Split a text into words with their punctuation; Chinese characters are single words."""
    return [match.group().strip() for match in TOKEN.finditer(text)]


def estimate_word_times(text: str, start: float, end: float) -> tuple[Word, ...]:
    """Estimate word times within a sentence from `start` to `end` seconds, by their length."""
    words = split_words(text)
    if not words:
        return ()
    weights = [_weight(word) for word in words]
    total, now, out = sum(weights), start, []
    for word, weight in zip(words, weights, strict=True):
        seconds = (end - start) * weight / total
        out.append(Word(word, now, now + seconds))
        now += seconds
    return tuple(out)


def words_to_cues(words: Sequence[Word], line: int = 0, end: float | None = None) -> list[Cue]:
    """Group words, in order, into cues with `line` characters per line (0: LINE_LENGTH).

    A cue ends before the next one starts, the last one at `end` at the latest.
    """
    if not words:
        return []
    language = language_of("".join(word.text for word in words))
    line = line or LINE_LENGTH[language]
    groups = _groups(list(words), line, language)
    starts = [group[0].start for group in groups]
    out = []
    for number, group in enumerate(groups):
        text = _join(group, language)
        latest = starts[number + 1] - GAP if number + 1 < len(groups) else end or group[-1].end + 9
        needed = max(MIN_SECONDS, len(text) / READING_SPEED)
        stop = max(group[-1].end + LINGER, group[0].start + needed)
        stop = max(min(stop, latest), group[0].start + 0.1)
        out.append(Cue(wrap_text(text, line, language), group[0].start, stop))
    return out


def wrap_text(text: str, line: int, language: str) -> str:
    """Wrap a text into one line, or two lines of similar length."""
    if len(text) <= line:
        return text
    if language == "zh":
        breaks = [n for n in range(1, len(text)) if _may_break(text, n)]
    else:
        breaks = [n for n, letter in enumerate(text) if letter == " "]
    if not breaks:
        return text
    # near the middle, preferably after a comma
    best = min(breaks, key=lambda n: abs(n - len(text) / 2) - 4 * bool(CLAUSE.search(text[:n])))
    return f"{text[:best].rstrip()}\n{text[best:].lstrip()}"


def cues_to_segments(cues: Sequence[Cue]) -> tuple[Segment, ...]:
    """Convert cues to segments of a transcript, to be written as SRT or WebVTT."""
    return tuple(Segment(cue.text, cue.start, cue.end) for cue in cues)


def subtitle_segments(segments: Sequence[Segment]) -> tuple[Segment, ...]:
    """Split segments of speech into subtitles with their words; one speaker per subtitle."""
    out: list[Segment] = []
    for number, segment in enumerate(segments):
        end = segments[number + 1].start if number + 1 < len(segments) else None
        for cue in words_to_cues(segment.words, end=end):
            words = tuple(word for word in segment.words if cue.start <= word.start < cue.end)
            out.append(Segment(cue.text, cue.start, cue.end, words, segment.speaker))
    return tuple(out)


def _groups(words: list[Word], line: int, language: str) -> list[list[Word]]:
    """Group words into sentences, or parts of a sentence that fit two lines."""
    out: list[list[Word]] = []
    for sentence in _sentences(words):
        parts = [sentence]
        while (long := next((p for p in parts if not _fits(p, line, language)), None)) is not None:
            index = parts.index(long)
            parts[index : index + 1] = _halve(long)
        out += parts
    return _merge_short(out, line, language)


def _sentences(words: list[Word]) -> list[list[Word]]:
    out: list[list[Word]] = [[]]
    for word in words:
        out[-1].append(word)
        if SENTENCE.search(word.text):
            out.append([])
    return [sentence for sentence in out if sentence]


def _fits(words: list[Word], line: int, language: str) -> bool:
    """Return True if the words fit two lines after wrapping."""
    text = _join(words, language)
    if len(words) == 1 or len(text) <= line:
        return True
    return all(len(part) <= line for part in wrap_text(text, line, language).split("\n"))


def _halve(words: list[Word]) -> list[list[Word]]:
    """Split words in two at a clause or a pause near the middle."""
    middle = len(words) / 2

    def cost(n: int) -> float:
        pause = words[n].start - words[n - 1].end
        bonus = 0.35 * len(words) if CLAUSE.search(words[n - 1].text) else 0.0
        return abs(n - middle) - bonus - min(pause, 0.3) * len(words)

    best = min(range(1, len(words)), key=cost)
    return [words[:best], words[best:]]


def _merge_short(groups: list[list[Word]], line: int, language: str) -> list[list[Word]]:
    """Merge groups too short to read with the next one, if both fit."""
    out: list[list[Word]] = []
    for group in groups:
        if (
            out
            and _fits(out[-1] + group, line, language)
            and _is_too_short(out[-1], group, language)
        ):
            out[-1] = out[-1] + group
        else:
            out.append(group)
    return out


def _is_too_short(group: list[Word], following: list[Word], language: str) -> bool:
    available = following[0].start - group[0].start  # seconds
    return available < max(MIN_SECONDS, len(_join(group, language)) / READING_SPEED)


def _join(words: list[Word], language: str) -> str:
    if language == "zh":
        text = ""
        for word in words:
            latin = text[-1:].isascii() and word.text[:1].isascii() and text[-1:].isalnum()
            text += (" " if text and latin else "") + word.text
        return text
    return " ".join(word.text for word in words)


def _may_break(text: str, index: int) -> bool:
    """Return False before a closing mark, after an opening one, and inside a Latin word."""
    before, after = text[index - 1], text[index]
    latin = before.isascii() and after.isascii() and before.isalnum() and after.isalnum()
    return (
        after not in "，。！？；：、”’」』）》…—,.!?;:" and before not in "“‘「『（《" and not latin
    )


def _weight(word: str) -> float:
    """Return the relative duration of a word: its letters, and a pause at punctuation."""
    letters = len(re.sub(r"\W", "", word))
    pause = 4.0 if SENTENCE.search(word) else 3.0 if CLAUSE.search(word) else 0.0
    return (letters if not HAN.search(word) else 2.5 * letters) + 1.0 + pause
