"""Segmentation of timed words into subtitles of at most two lines at a readable speed.

Limits follow television: 20 characters per second, 40 per line (18 Chinese ones). A text keeps its
own spaces, and lines of mixed text are measured: a Chinese character is as wide as 2.2 Latin ones.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from miaobi.core.events import Segment, Word
from miaobi.core.film import Cue
from miaobi.core.sentences import CJK, CJK_MARK, HAN, align, join_pieces, language_of, word_gap

LINE_LENGTH = {"en": 40, "zh": 18}  # characters per line of a wide picture
READING_SPEED = 20.0  # characters per second
MIN_SECONDS, LINGER, GAP = 1.0, 0.6, 0.04  # of a cue, after its last word, between cues
SENTENCE = re.compile(r"[.!?。！？…][\"”’」』）)]*$")
CLAUSE = re.compile(r"[,;:，、；：—][\"”’」』）)]*$")
OPENING = '“‘「『（(《〈【〔［\\[{"¥￥$€£₩#@&+~<'  # marks at the start of a word
# a Chinese or Japanese character with its punctuation, or a Latin word or number with its own
TOKEN = re.compile(
    rf"[{OPENING}]*(?:{CJK.pattern}[ーゝゞヽヾ々\u3099\u309a\ufe00-\ufe0f]*"
    rf"|(?:(?!{CJK.pattern}|{CJK_MARK.pattern})[^\s“”‘’…—])+(?:[’'][^\W\d_]+)*)[^\w\s{OPENING}]*"
)
# characters that never begin a line, beside marks that close or join
NO_LINE_START = frozenset(
    "，。！？；：、”’」』）》〉】〕］…—～·,.!?;:)]}%％‰°℃ーゝゞヽヾ々ぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮ"
)
NO_LINE_END = frozenset("“‘「『（《〈【〔［([{¥￥$€£₩#@")
WIDE_EMOJI = re.compile(r"[\u2600-\u27bf\U0001f000-\U0001faff]")


@dataclass(frozen=True)
class _Piece:
    """A word as it is written, with the space before it."""

    gap: str
    text: str
    start: float  # seconds
    end: float


def split_words(text: str) -> list[str]:
    """Split a text into words with their punctuation; Chinese characters are single words."""
    words = [match.group().strip() for match in TOKEN.finditer(text)]
    return [piece for _, piece in align(text, words)]


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


def words_to_cues(
    words: Sequence[Word],
    line: int = 0,
    end: float | None = None,
    text: str = "",
    language: str = "",
) -> list[Cue]:
    """Group words, in order, into cues with `line` characters per line (0: LINE_LENGTH).

    A cue ends before the next one starts, the last one at `end` at the latest. `text` is the source
    of the words, whose spaces are kept; `language` decides which characters `line` counts.
    """
    if not words:
        return []
    language = language or language_of("".join(word.text for word in words))
    line = line or LINE_LENGTH[language]
    groups = _groups(list(_pieces(words, text, line, language)), line, language)
    starts = [group[0].start for group in groups]
    out = []
    for number, group in enumerate(groups):
        words_of_cue = _join(group)
        latest = starts[number + 1] - GAP if number + 1 < len(groups) else end or group[-1].end + 9
        needed = max(MIN_SECONDS, len(words_of_cue) / READING_SPEED)
        stop = max(group[-1].end + LINGER, group[0].start + needed)
        stop = max(min(stop, latest), group[0].start + 0.1)
        out.append(Cue(wrap_text(words_of_cue, line, language), group[0].start, stop))
    return out


def wrap_text(text: str, line: int, language: str) -> str:
    """Wrap a text into one line, or two lines of similar length."""
    if text_width(text, language) <= line:
        return text
    breaks = [index for index in range(1, len(text)) if may_break(text, index)]
    if not breaks:
        return text
    middle = text_width(text, language) / 2

    def cost(index: int) -> float:  # near the middle, preferably after a comma
        before = text[:index].rstrip()
        return abs(text_width(before, language) - middle) - 4 * bool(CLAUSE.search(before))

    best = min(breaks, key=cost)
    return f"{text[:best].rstrip()}\n{text[best:].lstrip()}"


def text_width(text: str, language: str) -> float:
    """Return the width of a text in letters of a language."""
    wide = LINE_LENGTH["en"] / LINE_LENGTH["zh"] if language == "en" else 1.0
    narrow = 1.0 if language == "en" else 0.5
    return sum(wide if _is_wide(char) else narrow for char in text if not _joins(char))


def may_break(text: str, index: int) -> bool:
    """Return True if a line may end before a character: at spaces and beside Chinese characters.

    It never ends inside a word or an emoji, before a closing mark or after an opening one.
    """
    before, after = text[index - 1], text[index]
    if after.isspace() or _joins(after) or before == "\u200d":
        return after.isspace() and after != "\u00a0"
    if after in NO_LINE_START or before in NO_LINE_END:
        return False
    return _is_wide(before) or _is_wide(after) or bool(CJK.match(_base(text[:index])))


def cues_to_segments(cues: Sequence[Cue]) -> tuple[Segment, ...]:
    """Convert cues to segments of a transcript, to be written as SRT or WebVTT."""
    return tuple(Segment(cue.text, cue.start, cue.end) for cue in cues)


def subtitle_segments(segments: Sequence[Segment]) -> tuple[Segment, ...]:
    """Split segments of speech into subtitles with their words; one speaker per subtitle."""
    out: list[Segment] = []
    for number, segment in enumerate(segments):
        end = segments[number + 1].start if number + 1 < len(segments) else None
        for cue in words_to_cues(segment.words, end=end, text=segment.text):
            words = tuple(word for word in segment.words if cue.start <= word.start < cue.end)
            out.append(Segment(cue.text, cue.start, cue.end, words, segment.speaker))
    return tuple(out)


def _pieces(words: Sequence[Word], text: str, line: int, language: str) -> Iterator[_Piece]:
    """Yield words with the spaces of the text; those that fill a line are cut where they may be."""
    texts = [word.text.strip() for word in words]
    gaps = [word_gap(before, after) for before, after in zip(["", *texts], texts, strict=False)]
    written = align(text, texts) if text else list(zip(gaps, texts, strict=True))
    for word, (gap, piece) in zip(words, written, strict=True):
        if text_width(piece, language) <= line / 2:
            yield _Piece(gap, piece, word.start, word.end)
            continue
        cuts = [0, *(n for n in range(1, len(piece)) if may_break(piece, n)), len(piece)]
        seconds = (word.end - word.start) / len(piece)
        for first, stop in zip(cuts, cuts[1:], strict=False):
            part = piece[first:stop]
            space = part[: len(part) - len(part.lstrip())] if first else gap
            start, end = (word.start + seconds * index for index in (first, stop))
            yield _Piece(space, part.lstrip(), start, end)


def _groups(words: list[_Piece], line: int, language: str) -> list[list[_Piece]]:
    """Group words into sentences, or parts of a sentence that fit two lines."""
    out: list[list[_Piece]] = []
    for sentence in _sentences(words):
        parts = [sentence]
        while (long := next((p for p in parts if not _fits(p, line, language)), None)) is not None:
            index = parts.index(long)
            parts[index : index + 1] = _halve(long)
        out += parts
    return _merge_short(out, line, language)


def _sentences(words: list[_Piece]) -> list[list[_Piece]]:
    out: list[list[_Piece]] = [[]]
    for word in words:
        out[-1].append(word)
        if SENTENCE.search(word.text):
            out.append([])
    return [sentence for sentence in out if sentence]


def _fits(words: list[_Piece], line: int, language: str) -> bool:
    """Return True if the words fit two lines after wrapping."""
    text = _join(words)
    if len(words) == 1 or text_width(text, language) <= line:
        return True
    lines = wrap_text(text, line, language).split("\n")
    return all(text_width(part, language) <= line for part in lines)


def _halve(words: list[_Piece]) -> list[list[_Piece]]:
    """Split words in two at a clause or a pause near the middle."""
    middle = len(words) / 2

    def cost(n: int) -> float:
        pause = words[n].start - words[n - 1].end
        bonus = 0.35 * len(words) if CLAUSE.search(words[n - 1].text) else 0.0
        joined = words[n - 1].text + words[n].gap + words[n].text
        torn = 0.0 if may_break(joined, len(words[n - 1].text)) else len(words)
        return abs(n - middle) + torn - bonus - min(pause, 0.3) * len(words)

    best = min(range(1, len(words)), key=cost)
    return [words[:best], words[best:]]


def _merge_short(groups: list[list[_Piece]], line: int, language: str) -> list[list[_Piece]]:
    """Merge groups too short to read with the next one, if both fit."""
    out: list[list[_Piece]] = []
    for group in groups:
        if out and _fits(out[-1] + group, line, language) and _is_too_short(out[-1], group):
            out[-1] = out[-1] + group
        else:
            out.append(group)
    return out


def _is_too_short(group: list[_Piece], following: list[_Piece]) -> bool:
    available = following[0].start - group[0].start  # seconds
    return available < max(MIN_SECONDS, len(_join(group)) / READING_SPEED)


def _join(words: Sequence[_Piece]) -> str:
    return join_pieces([(word.gap, word.text) for word in words])


def _is_wide(char: str) -> bool:
    return bool(CJK.match(char) or CJK_MARK.match(char) or WIDE_EMOJI.match(char))


def _joins(char: str) -> bool:
    """Return True for a character drawn onto the previous one, such as an accent or a skin tone."""
    return (
        unicodedata.category(char) in ("Mn", "Me", "Mc", "Cf")
        or "\U0001f3fb" <= char <= "\U0001f3ff"
    )


def _base(text: str) -> str:
    """Return the character before the closing marks at the end of a text."""
    return text.rstrip("”’…—")[-1:]


def _weight(word: str) -> float:
    """Return the relative duration of a word: its letters, and a pause at punctuation."""
    letters = len(re.sub(r"\W", "", word))
    pause = 4.0 if SENTENCE.search(word) else 3.0 if CLAUSE.search(word) else 0.0
    return (letters if not HAN.search(word) else 2.5 * letters) + 1.0 + pause
