"""Audiobooks: text to turns with chapters, samples to M4B (AAC in MP4) or MP3 (ID3v2 CHAP)."""

import re
import subprocess
import tempfile
from pathlib import Path

from miaobi.core.errors import EngineError
from miaobi.core.events import Output
from miaobi.core.speech import Chapter, Span, Turn
from miaobi.media import audio, id3
from miaobi.media.book_chapters import split_headings
from miaobi.media.ffmpeg import ffmpeg_path
from miaobi.media.markdown import read_markdown

MEDIA_TYPES = {
    "m4b": "audio/mp4",
    "mp3": "audio/mpeg",
    "wav": "audio/wav",
    "flac": "audio/flac",
    "ogg": "audio/ogg",
}
BOOKS = ("m4b", "mp3")  # formats with chapter marks
ONLY = ("m4b",)  # formats that media/audio.py does not encode
# ffmpeg options: AAC, mono, the container of iPods with the brand of audiobooks
M4B = ("-c:a", "aac", "-b:a", "64k", "-ac", "1", "-f", "ipod", "-brand", "M4B ")
BEFORE_CHAPTER, AFTER_HEADING, BETWEEN_PARAGRAPHS = 1.5, 0.8, 0.5  # seconds
CONTROLS = re.compile(r"[\x00-\x1f\x7f]+")  # removed from tags
SPECIAL = re.compile(r"([=;#\\])")  # characters that ffmetadata files escape


def read_book(text: str) -> tuple[str, tuple[Turn, ...]]:
    """Parse a text or Markdown file: return its title and turns; a chapter starts at its heading.

    The title is that of the front matter, or a single heading of level 1 above others. Chapters of
    Markdown are its two highest levels of headings; those of plain text are lines like "Chapter 1"
    and 第一章.
    """
    document = read_markdown(text)
    blocks = [(block.level, block.text) for block in split_headings(document.blocks)]
    levels = sorted({level for level, _ in blocks if level})
    highest = [heading for level, heading in blocks if levels and level == levels[0]]
    title = ""
    if len(highest) == 1 and len(levels) > 1 and blocks[0][0] == levels[0]:
        title, levels = highest[0], levels[1:]
    chapter_level = levels[min(1, len(levels) - 1)] if levels else 0
    turns: list[Turn] = []
    pause = 0.0
    for index, (level, block) in enumerate(blocks):
        chapter = ""
        if level and level <= chapter_level and not (index == 0 and title):
            chapter = block
            pause = BEFORE_CHAPTER if turns else 0.0
        elif not turns:
            chapter = block if index == 0 and title else "—" if levels else ""
        spoken = block if not level or block[-1] in ".!?。！？" else block + "."
        span = Span(block, "" if spoken == block else spoken)
        turns.append(Turn((span,), pause=pause, chapter=chapter))
        pause = AFTER_HEADING if level else BETWEEN_PARAGRAPHS
    return document.title or title, tuple(turns)


def encode(output: Output, format: str, title: str, author: str) -> bytes:
    """Encode an audiobook with its chapters, in one of MEDIA_TYPES.

    Raises OptionError for another format, EngineError where ffmpeg fails.
    """
    if format == "m4b":
        return _m4b(output, title, author)
    assert output.samples is not None
    data = audio.encode(output.samples, output.rate, format)
    return _with_chapters(data, output.chapters, title, author) if format == "mp3" else data


def _m4b(output: Output, title: str, author: str) -> bytes:
    """Encode AAC in MP4, with chapters as a track and as a list; ffmpeg runs as a program."""
    import numpy as np

    assert output.samples is not None
    samples = np.ascontiguousarray(np.clip(output.samples, -1, 1), dtype="<f4")
    with tempfile.TemporaryDirectory() as folder:
        tags, book = Path(folder) / "tags.txt", Path(folder) / "book.m4b"
        tags.write_text(_ffmetadata(output.chapters, title, author), encoding="utf-8", newline="\n")
        command = [
            ffmpeg_path(),
            "-hide_banner",
            "-loglevel",
            "error",
            "-y",
            "-f",
            "f32le",
            "-ar",
            str(output.rate),
            "-ac",
            "1",
            "-i",
            "-",
            "-f",
            "ffmetadata",
            "-i",
            str(tags),
            "-map",
            "0:a",
            "-map_metadata",
            "1",
            "-map_chapters",
            "1",
            *M4B,
            str(book),
        ]
        done = subprocess.run(
            command, input=samples.data.cast("B"), capture_output=True, check=False
        )
        if done.returncode:
            reason = done.stderr.decode("utf-8", "replace").strip()[-300:]
            raise EngineError("The audiobook could not be written: {reason}.", reason=reason)
        return book.read_bytes()


def _ffmetadata(chapters: tuple[Chapter, ...], title: str, author: str) -> str:
    """Format tags and chapters as ffmetadata; times in milliseconds."""
    tags = {"title": title, "album": title, "artist": author, "genre": "Audiobook"}
    lines = [
        ";FFMETADATA1",
        *(f"{name}={_escaped(value)}" for name, value in tags.items() if value),
    ]
    for chapter in chapters:
        start, end = round(chapter.start * 1000), round(chapter.end * 1000)
        lines += ["[CHAPTER]", "TIMEBASE=1/1000", f"START={start}", f"END={end}"]
        lines.append(f"title={_escaped(chapter.title)}")
    return "\n".join(lines) + "\n"


def _escaped(value: str) -> str:
    """Escape a value of an ffmetadata file, on one line.

    A backslash at its end gets a space, since ffmpeg would escape the line break.
    """
    line = SPECIAL.sub(r"\\\1", CONTROLS.sub(" ", value))
    return line + " " if line.endswith("\\") else line


def _with_chapters(data: bytes, chapters: tuple[Chapter, ...], title: str, author: str) -> bytes:
    """Add chapter frames to an MP3 (ID3v2 Chapter Frame Addendum 1.0)."""
    _, sound = id3.read(data)
    tags = {"TIT2": title, "TPE1": author}
    frames = [id3.text(name, value) for name, value in tags.items() if value]
    names = [f"chp{number}" for number in range(len(chapters))]
    frames += id3.contents(names) if names else []
    for name, chapter in zip(names, chapters, strict=True):
        start, end = round(chapter.start * 1000), round(chapter.end * 1000)
        frames.append(id3.chapter(name, start, end, [id3.text("TIT2", chapter.title)]))
    return id3.write(id3.Tag(frames=tuple(frames)), sound)
