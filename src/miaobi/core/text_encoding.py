"""Text of unknown encoding: Unicode, and GB18030, Big5, Shift-JIS and Windows-1252 where certain.

bytes --byte order mark, UTF-8, UTF-16--> text
      --scores of every candidate--> the best one, if every other reading is far less likely
"""

import codecs
import re

from miaobi.core.encoding_scores import CONTROL, UTF_16, Candidate, rank_encodings
from miaobi.core.errors import DataError

MARKS = (  # UTF-32 first: its mark begins with that of UTF-16
    (codecs.BOM_UTF32_LE, "utf_32_le"),
    (codecs.BOM_UTF32_BE, "utf_32_be"),
    (codecs.BOM_UTF8, "utf_8"),
    (codecs.BOM_UTF16_LE, "utf_16_le"),
    (codecs.BOM_UTF16_BE, "utf_16_be"),
)
# encoding -> log-likelihood by which it has to beat every other reading
MARGINS = {"utf_8": 0.0, "gb18030": 8.0, "cp950": 8.0, "cp932": 8.0, "cp1252": 10.0}
MARGINS |= dict.fromkeys(UTF_16, 8.0)
NAMES = {
    "gb18030": "GBK",
    "cp950": "Big5",
    "cp932": "Shift-JIS",
    "euc_jp": "EUC-JP",
    "cp949": "EUC-KR",
    "mac_roman": "Mac Roman",
    "mac_cyrillic": "Mac Cyrillic",
    "koi8_r": "KOI8-R",
    "utf_8": "UTF-8",
    "utf_16_le": "UTF-16",
    "utf_16_be": "UTF-16",
    "utf_32_le": "UTF-32",
    "utf_32_be": "UTF-32",
    "cp850": "CP850",
    "cp874": "Windows-874",
    "cp866": "CP866",
    "iso8859_2": "ISO-8859-2",
    "iso8859_5": "ISO-8859-5",
}
SAMPLE = 16_384  # bytes that are scored
CONTEXT = 1_000  # bytes that are kept before those beyond ASCII in a long line
FEW = 4  # characters beyond ASCII that may be valid UTF-8 by accident
PLAUSIBLE = -9.5  # mean score of the characters beyond ASCII
UTF_8_SEQUENCE = re.compile(
    rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}"
)
HIGH = re.compile(rb"[\x80-\xff]")
LINE = re.compile(rb"[^\r\n]*[\r\n]+|[^\r\n]+")
ISO_2022_JP = re.compile(rb"\x1b\$[@B]|\x1b\(J")


def decode_text(data: bytes, name: object) -> str:
    """Decode a text file; line ends stay as they are, and a byte order mark is dropped.

    `name` is the file in error messages. Raises DataError for binary data, and for text whose
    encoding is not certain; the message names the likely one.
    """
    for mark, encoding in MARKS:
        if data.startswith(mark):
            return _decode_strictly(data[len(mark) :], encoding, name)
    if data.isascii() and ISO_2022_JP.search(data):
        raise _uncertain(name, "ISO-2022-JP")
    text = _as_utf_8(data)
    if text is not None:
        return text
    if b"\0" in data and (text := _as_utf_32(data)) is not None:
        return text
    sample = _sample(data)
    if _is_mostly_utf_8(sample):
        _decode_strictly(data, "utf_8", name)
    ranked = rank_encodings(sample, len(sample) == len(data))
    if not ranked or CONTROL.search(ranked[0].text.rstrip("\x1a")):
        raise _binary(data, name)
    best, margin = ranked[0], _margin(ranked)
    if margin >= MARGINS.get(best.encoding, float("inf")) and _is_plausible(best):
        return _decode_strictly(data, best.encoding, name)
    if b"\0" in sample and not _is_plausible(best):
        raise _binary(data, name)
    raise _uncertain(name, _likely(sample, best))


def decode_leniently(data: bytes, name: object) -> tuple[str, bool]:
    """Decode text by its likeliest encoding, and return if that is certain.

    For files in which only names and titles are at stake. Raises DataError for binary data.
    """
    try:
        return decode_text(data, name), True
    except DataError as error:
        sample = _sample(data)
        ranked = [] if b"\0" in data else rank_encodings(sample, len(sample) == len(data))
        if not ranked or "encoding" not in error.values:
            raise
        return data.decode(ranked[0].encoding, "replace"), False


def _as_utf_8(data: bytes) -> str | None:
    """Decode UTF-8, or return None; a few characters may be valid by accident."""
    if b"\0" in data:
        return None
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return None
    few = sum(not char.isascii() for char in text[:SAMPLE]) <= FEW and len(text) <= SAMPLE
    if few and (not data.isascii() or CONTROL.search(text.rstrip("\x1a"))):
        ranked = rank_encodings(data)
        is_certain = _margin(ranked) >= MARGINS.get(ranked[0].encoding, float("inf"))
        as_utf_8 = next(candidate for candidate in ranked if candidate.encoding == "utf_8")
        return text if as_utf_8 is ranked[0] or not is_certain and _is_plausible(as_utf_8) else None
    return text


def _as_utf_32(data: bytes) -> str | None:
    """Decode UTF-32 without a byte order mark, or return None."""
    for encoding in ("utf_32_le", "utf_32_be"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        return None if CONTROL.search(text) else text
    return None


def _decode_strictly(data: bytes, encoding: str, name: object) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise DataError(
            "{name} is damaged {encoding} text: the byte at {place} is wrong.",
            "Save it again as UTF-8.",
            name=name,
            encoding=_name(encoding),
            place=error.start,
        ) from error


def _is_mostly_utf_8(sample: bytes) -> bool:
    """Return if a sample is UTF-8 except for a few damaged bytes."""
    sequences = UTF_8_SEQUENCE.findall(sample)
    high = len(HIGH.findall(sample))
    return len(sequences) >= 2 and sum(map(len, sequences)) >= 0.9 * high


def _sample(data: bytes) -> bytes:
    """Return up to SAMPLE bytes: the lines with bytes beyond ASCII."""
    if len(data) <= SAMPLE or b"\0" in data[:SAMPLE]:
        return data[:SAMPLE]
    lines, size = [], 0
    for match in LINE.finditer(data):
        line = match[0]
        if line.isascii():
            continue
        if len(line) > SAMPLE and (high := HIGH.search(line)):
            line = line[max(0, high.start() - CONTEXT) :]
        lines.append(line[: SAMPLE - size])
        size += len(lines[-1])
        if size >= SAMPLE:
            break
    return b"".join(lines)


def _margin(ranked: list[Candidate]) -> float:
    """Return the margin of the best candidate over the next one with another text."""
    others = (other.score for other in ranked[1:] if other.text != ranked[0].text)
    return ranked[0].score - next(others, float("-inf"))


def _is_plausible(candidate: Candidate) -> bool:
    """Return if the characters beyond ASCII are likely by themselves, not only in comparison."""
    high = [char for char in candidate.text if not char.isascii()]
    return (
        not high
        or (candidate.score + 3.5 * (len(candidate.text) - len(high))) >= PLAUSIBLE * len(high) - 6
    )


def _likely(sample: bytes, best: Candidate) -> str:
    """Return the name of the likely encoding of a sample."""
    if not _is_plausible(best):
        from charset_normalizer import from_bytes

        match = from_bytes(sample).best()
        if match is not None:
            return _name(match.encoding)
    return _name(best.encoding)


def _name(encoding: str) -> str:
    return NAMES.get(encoding) or re.sub(r"^cp(12\d\d)$", r"Windows-\1", encoding)


def _uncertain(name: object, encoding: str) -> DataError:
    return DataError(
        "{name} is not UTF-8; its encoding is probably {encoding}.",
        "Open it in a text editor as {encoding} and save it as UTF-8.",
        name=name,
        encoding=encoding,
    )


def _binary(data: bytes, name: object) -> DataError:
    place = data.find(b"\0")
    if place < 0:
        try:
            data.decode("utf-8")
        except UnicodeDecodeError as error:
            place = error.start
    return DataError(
        "{path} is not text: it holds binary bytes at {place}.",
        "Save it as UTF-8, or leave it out.",
        path=name,
        place=max(place, 0),
    )
