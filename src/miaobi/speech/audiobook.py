"""Audiobooks: chapters of a text, and of sound: M4B (AAC in MP4) or MP3 (ID3v2 CHAP)."""

import io
import re
from fractions import Fraction
from typing import Any

from miaobi.core.events import Output
from miaobi.core.speech import Chapter, Span, Turn
from miaobi.media import audio

MEDIA_TYPES = {"m4b": "audio/mp4", "mp3": "audio/mpeg", "wav": "audio/wav", "flac": "audio/flac",
               "ogg": "audio/ogg"}  # fmt: skip
BOOKS = ("m4b", "mp3")  # formats with chapter marks
ONLY = ("m4b",)  # what audio.py does not write
BIT_RATE = 64_000
BLOCK = 1024  # samples of a frame of AAC
HEADING = re.compile(r"^(#{1,6})\s+(.+?)\s*#*\s*$")
PLAIN_HEADING = re.compile(
    r"^\s*((?:chapter|part|book|prologue|epilogue|preface|introduction)\b.{0,60}"
    r"|第[零一二三四五六七八九十百千\d]+[章回节卷部篇].{0,30}|序章?|前言|楔子|尾声|后记)\s*$",
    re.I,
)
BEFORE_CHAPTER, AFTER_HEADING, BETWEEN_PARAGRAPHS = 1.5, 0.8, 0.5  # seconds
MARKUP = (  # of Markdown, and what is read of it
    (re.compile(r"```.*?(?:```|\Z)|~~~.*?(?:~~~|\Z)", re.S), "\n"),
    (re.compile(r"<!--.*?-->", re.S), ""),
    (re.compile(r"!\[[^\]]*\]\([^)]*\)"), ""),
    (re.compile(r"\[([^\]]+)\]\([^)]*\)"), r"\1"),
    (re.compile(r"\[\^[^\]]+\](?::.*)?"), ""),
    (re.compile(r"^\s*(?:[-*_]\s*){3,}$", re.M), ""),
    (re.compile(r"^\s*>\s?", re.M), ""),
    (re.compile(r"^\s*\|.*\|\s*$", re.M), ""),
    (re.compile(r"^\s*[-*+]\s+", re.M), ""),
    (re.compile(r"(\*\*\*|\*\*|\*|__|`)(?=\S)(.+?)(?<=\S)\1"), r"\2"),
    (re.compile(r"(?<!\w)_(?=\S)(.+?)(?<=\S)_(?!\w)"), r"\1"),
    (re.compile(r"</?[a-zA-Z][^>]*>"), ""),
)


def read_book(text: str) -> tuple[str, tuple[Turn, ...]]:
    """(title, turns) of a text or Markdown file: each chapter begins with its heading.

    A single heading of the first level above others is the title. Chapters of Markdown are its two
    highest levels of headings; those of plain text are lines like "Chapter 1" and 第一章.
    """
    for pattern, instead in MARKUP:
        text = pattern.sub(instead, text)
    blocks = _blocks(text)
    levels = sorted({level for level, _ in blocks if level})
    tops = [words for level, words in blocks if levels and level == levels[0]]
    title = ""
    if len(tops) == 1 and len(levels) > 1 and blocks[0][0] == levels[0]:
        title, levels = tops[0], levels[1:]
    deepest = levels[min(1, len(levels) - 1)] if levels else 0
    turns: list[Turn] = []
    pause = 0.0
    for number, (level, words) in enumerate(blocks):
        chapter = ""
        if level and level <= deepest and not (number == 0 and title):
            chapter = words
            pause = BEFORE_CHAPTER if turns else 0.0
        elif not turns:
            chapter = words if number == 0 and title else "—" if levels else ""
        spoken = words if not level or words[-1] in ".!?。！？" else words + "."
        turns.append(
            Turn((Span(words, "" if spoken == words else ""),), pause=pause, chapter=chapter)
        )
        pause = AFTER_HEADING if level else BETWEEN_PARAGRAPHS
    return title, tuple(turns)


def _blocks(text: str) -> list[tuple[int, str]]:
    """(level of a heading or 0, words) of each heading and paragraph."""
    blocks: list[tuple[int, str]] = []
    lines: list[str] = []

    def close() -> None:
        words = _one_line(lines)
        if any(char.isalnum() for char in words):
            blocks.append((0, words))
        lines.clear()

    for line in text.splitlines():
        match = HEADING.match(line)
        if match or PLAIN_HEADING.match(line):
            close()
            blocks.append((len(match[1]), match[2]) if match else (2, line.strip()))
        elif line.strip():
            lines.append(line.strip())
        else:
            close()
    close()
    return blocks


def _one_line(lines: list[str]) -> str:
    """Lines of a paragraph in one; between Chinese ones there is no space."""
    text = ""
    for line in lines:
        text += (" " if text and text[-1].isascii() else "") + line
    return text


def encode(output: Output, format: str, title: str, author: str) -> bytes:
    """The file of an audiobook with its chapters. Raises OptionError."""
    if format == "m4b":
        return _m4b(output, title, author)
    data = audio.encode(output.samples, output.rate, format)
    return _with_chapters(data, output.chapters, title, author) if format == "mp3" else data


def _m4b(output: Output, title: str, author: str) -> bytes:
    """AAC in MP4, its chapters as a track and as a list."""
    import av
    import numpy as np

    buffer = io.BytesIO()
    rate = output.rate
    with av.open(buffer, "w", format="ipod") as container:
        container.metadata.update(_tags(title, author))
        stream = container.add_stream("aac", rate=rate)
        stream.layout, stream.bit_rate = "mono", BIT_RATE
        container.set_chapters(
            [
                {
                    "id": number,
                    "start": round(chapter.start * 1000),
                    "end": round(chapter.end * 1000),
                    "time_base": Fraction(1, 1000),
                    "metadata": {"title": chapter.title},
                }
                for number, chapter in enumerate(output.chapters)
            ]  # fmt: skip
        )
        for start in range(0, len(output.samples), BLOCK):
            block = np.clip(output.samples[None, start : start + BLOCK], -1, 1)
            frame = av.AudioFrame.from_ndarray(block, format="fltp", layout="mono")
            frame.sample_rate, frame.pts, frame.time_base = rate, start, Fraction(1, rate)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    data = buffer.getvalue()
    return data[:8] + b"M4B " + data[12:]  # the brand of audiobooks


def _tags(title: str, author: str) -> dict[str, str]:
    tags = {"title": title, "album": title, "artist": author, "genre": "Audiobook"}
    return {name: value for name, value in tags.items() if value}


def _with_chapters(data: bytes, chapters: tuple[Chapter, ...], title: str, author: str) -> bytes:
    """An MP3 with the frames of the ID3v2 Chapter Frame Addendum 1.0."""
    from mutagen.id3 import CHAP, CTOC, ID3, TIT2, TPE1, CTOCFlags

    tags: Any = ID3()
    names = [f"chp{number}" for number in range(len(chapters))]
    if title:
        tags.add(TIT2(encoding=3, text=[title]))
    if author:
        tags.add(TPE1(encoding=3, text=[author]))
    flags = CTOCFlags.TOP_LEVEL | CTOCFlags.ORDERED
    if names:
        tags.add(CTOC(element_id="toc", flags=flags, child_element_ids=names, sub_frames=[]))
    for name, chapter in zip(names, chapters, strict=True):
        heading = TIT2(encoding=3, text=[chapter.title])
        tags.add(
            CHAP(
                element_id=name, start_time=round(chapter.start * 1000),
                end_time=round(chapter.end * 1000), start_offset=0xFFFFFFFF,
                end_offset=0xFFFFFFFF, sub_frames=[heading],
            )
        )  # fmt: skip
    buffer = io.BytesIO(data)
    tags.save(buffer)
    return buffer.getvalue()
