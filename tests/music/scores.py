"""Real scores for the tests of music: the pulled chorales and tunes, a few at a time."""

import os
from functools import cache
from pathlib import Path

from miaobi.music import abc_notation, musicxml
from miaobi.music.score import Note, Score

ASSETS = Path(os.environ.get("MIAOBI_HOME") or Path.home() / ".miaobi") / "assets"
END = b"PK\x05\x06"  # the last record of an archive


@cache
def chorale_files() -> tuple[bytes, ...]:
    """The .mxl archives of the asset."""
    data = (ASSETS / "scores" / "chorales.mxls").read_bytes()
    found, place = [], 0
    while place < len(data):
        end = data.index(END, place) + 22
        found.append(data[place:end])
        place = end
    return tuple(found)


@cache
def chorales() -> tuple[Score, ...]:
    """Every thirtieth chorale, with its trumpets where it has some."""
    return tuple(musicxml.read(data, "chorale") for data in chorale_files()[::30])


@cache
def tune_texts() -> tuple[str, ...]:
    """Every hundredth tune."""
    text = (ASSETS / "scores" / "tunes.abc").read_bytes().decode("latin-1").replace("\r", "")
    return tuple(abc_notation.split_tunes(text)[::100])


def plain(score: Score) -> list[tuple[int, int, int, int]]:
    """What every format keeps of the notes: start, part, pitch, length."""
    return [(note.start, note.part, note.pitch, note.length) for note in score.notes]


def scale(*pitches: int, length: int = 24, part: int = 0) -> tuple[Note, ...]:
    """Notes of one length after each other."""
    return tuple(Note(i * length, part, pitch, length) for i, pitch in enumerate(pitches))
