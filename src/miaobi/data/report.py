"""Report on training text, shown before training: counts, duplicates, languages, personal data."""

import hashlib
import re
from collections import Counter
from dataclasses import dataclass, field

from miaobi.core.errors import DataError
from miaobi.core.sentences import language_of
from miaobi.core.training_rows import Tally
from miaobi.data.sources import Document

MIN_CHARACTERS = 5_000
SAMPLE = 2_000  # characters of a document that determine its language
LONG_LINE = 30  # characters; shorter lines repeat naturally: names of speakers, refrains
NO_DIGITS = r"(?<!\d)(?<!\d\.)"  # not inside a longer number or after a decimal point
BYTE = r"(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)"
# kind of personal data -> pattern
PERSONAL = {
    "e-mail addresses": re.compile(r"\b[\w.+-]{1,64}@[\w-]+(?:\.[\w-]+)+\b"),
    "phone numbers": re.compile(
        NO_DIGITS
        + r"(?<!\d[ -])(?:\+?\d{1,3}[ -])?\(?\d{2,4}\)?(?:[ -]\d{3,4}){2}(?![ -]?\d)|"
        + NO_DIGITS
        + r"(?:(?:\+?86)?1[3-9]\d{9}|0\d{2,3}-\d{7,8})(?!\d)"
    ),
    "Chinese identity numbers": re.compile(
        NO_DIGITS + r"\d{6}(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dXx](?!\d)"
    ),
    "bank card numbers": re.compile(NO_DIGITS + r"\d{4}([ -]?)\d{4}\1\d{4}\1\d{4}(?!\d)"),
    "IP addresses": re.compile(rf"(?<![\d.])(?:{BYTE}\.){{3}}{BYTE}(?!\.?\d)"),
}


@dataclass(frozen=True)
class DataReport:
    """Summary of training text after deduplication."""

    documents: int
    characters: int
    duplicates: int  # dropped: the same words as an earlier document
    repeated_lines: float  # fraction of long lines that repeat an earlier one
    shortest: int  # characters of a document
    longest: int
    distinct_characters: int
    languages: dict[str, int]  # number of documents
    personal: dict[str, int]  # number of matches by kind
    license: str
    origins: list[str] = field(default_factory=list)  # the first few
    fields: dict[str, int] = field(default_factory=dict)  # rows by the fields that are learned
    ignored: dict[str, int] = field(default_factory=dict)  # rows by fields that are not learned
    skipped: dict[str, int] = field(default_factory=dict)  # rows by the reason


def examine(
    documents: list[Document], license: str, tally: Tally | None = None
) -> tuple[list[Document], DataReport]:
    """Deduplicate documents and report on them. Raises DataError for too little text.

    `tally` has the counts of the rows that they were read from.
    """
    tally = tally or Tally()
    unique: dict[bytes, Document] = {}
    for document in documents:
        unique.setdefault(_fingerprint(document.text), document)
    texts = [document.text for document in unique.values()]
    lengths = [len(text) for text in texts]
    if sum(lengths) < MIN_CHARACTERS:
        raise DataError(
            "The data has only {count} characters; {least} are the least a model can learn from.",
            "Add more text.",
            count=sum(lengths),
            least=MIN_CHARACTERS,
        )
    report = DataReport(
        documents=len(texts),
        characters=sum(lengths),
        duplicates=len(documents) - len(texts),
        repeated_lines=_repeated_lines(texts),
        shortest=min(lengths),
        longest=max(lengths),
        distinct_characters=len(set().union(*map(set, texts))),
        languages=dict(Counter(language_of(text[:SAMPLE]) for text in texts)),
        personal=_count_personal(texts),
        license=license or "not stated",
        origins=[document.origin for document in list(unique.values())[:20]],
        fields=dict(tally.learned),
        ignored=dict(tally.ignored),
        skipped=dict(tally.skipped),
    )
    return list(unique.values()), report


def _fingerprint(text: str) -> bytes:
    """Hash a text regardless of whitespace and case."""
    return hashlib.sha256(" ".join(text.casefold().split()).encode()).digest()


def _repeated_lines(texts: list[str]) -> float:
    lines = Counter(
        line.strip() for text in texts for line in text.splitlines() if len(line) > LONG_LINE
    )
    total = sum(lines.values())
    return round(1 - len(lines) / total, 4) if total else 0.0


def _count_personal(texts: list[str]) -> dict[str, int]:
    counts = {
        name: sum(1 for text in texts for _ in pattern.finditer(text))
        for name, pattern in PERSONAL.items()
    }
    return {name: count for name, count in counts.items() if count}
