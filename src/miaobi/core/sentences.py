"""Language detection and sentence splitting."""

import re
from collections.abc import Iterator

HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]")
LETTER = re.compile(r"[^\W\d_]")
# a full stop ends an English sentence only before a space and a capital, digit or quote,
# and not after a title or an initial
NO_END = "".join(rf"(?<!\b{word}\.)" for word in ("Mr", "Mrs", "Ms", "Dr", "Prof", "St", "[A-Z]"))
SENTENCE_END = re.compile(
    r"(?<=[。！？…；])(?![。！？…；])[”’」』）]*"
    rf"|(?<=[.!?]){NO_END}[\"”’)\]]*\s+(?=[\"“‘'(\[]?[A-Z0-9])|\n+"
)
SOFT_END = re.compile(r"(?<=[，、：—])|(?<=[,;:])(?=\s)")


def language_of(text: str) -> str:
    """Return "zh" if at least a fifth of the letters are Chinese characters, else "en"."""
    letters = len(LETTER.findall(text))
    return "zh" if letters and len(HAN.findall(text)) >= letters / 5 else "en"


def sentences(text: str, longest: int = 200) -> Iterator[str]:
    """Split text into sentences; those longer than `longest` characters also at commas."""
    for sentence in _split(SENTENCE_END, text):
        if len(sentence) <= longest:
            yield sentence
            continue
        part = ""
        for clause in _split(SOFT_END, sentence):
            if part and len(part) + len(clause) > longest:
                yield part
                part = ""
            part += (" " if part and clause.isascii() else "") + clause
            while len(part) > 2 * longest:  # no comma for too long: cut at a space, or anywhere
                cut = part.rfind(" ", 0, longest) + 1 or longest
                yield part[:cut].strip()
                part = part[cut:].lstrip()
        if part:
            yield part


def _split(pattern: re.Pattern[str], text: str) -> Iterator[str]:
    start = 0
    for match in pattern.finditer(text):
        if piece := text[start : match.end()].strip():
            yield piece
        start = match.end()
    if piece := text[start:].strip():
        yield piece
