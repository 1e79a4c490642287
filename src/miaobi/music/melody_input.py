"""Melodies from files: MIDI, MusicXML, ABC, or a recording of somebody humming.

file --score reader or pitch tracking--> Score --part of the melody--> one voice, with its key
"""

from dataclasses import replace
from itertools import pairwise
from pathlib import Path

from miaobi.core.errors import MediaError
from miaobi.core.music import MAX_SECONDS
from miaobi.media import audio
from miaobi.media.sniff import media_type_of
from miaobi.music import formats, pitch_tracking
from miaobi.music.keys import Key, key_correlations
from miaobi.music.score import GRID, Note, Part, Score, beat_ticks, estimate_key

MELODY_NAMES = ("melody", "soprano", "vocal", "voice", "lead", "旋律", "主旋律")  # of parts
KEY_MARGIN = 0.12  # correlation by which an estimated key has to beat the stated one
MAX_NOTES = 4000


def read_theme(
    path: Path,
    key: Key | None = None,
    meter: tuple[int, int] | None = None,
    tempo: float | None = None,
    drums: bool = False,
) -> Score:
    """Read the melody of a file as a score of one part, one note at a time.

    A given key or tempo (beats per minute) replaces the file's; the meter is for recordings. With
    `drums` a drum part may be the melody, for its rhythm. Raises MediaError.
    """
    if not path.is_file():
        raise MediaError("There is no file {path}.", "Check the name.", path=path)
    with path.open("rb") as file:
        start = file.read(4096)
    if media_type_of(start).startswith(("audio/", "video/")):
        samples, rate = audio.decode(path)
        meter = meter or (4, 4)
        quarters = tempo * beat_ticks(meter) / GRID if tempo else None
        score = pitch_tracking.transcribe_melody(samples, rate, path, quarters, meter)
    else:
        score = formats.read_score(path)
    theme = extract_melody(score, drums)
    if theme.seconds > MAX_SECONDS or len(theme.notes) > MAX_NOTES:
        raise MediaError(
            "{name} is too long: {seconds:.0f} seconds.",
            "The limit is {limit} seconds.",
            name=path,
            seconds=theme.seconds,
            limit=MAX_SECONDS,
        )
    if tempo:
        theme = replace(theme, tempo=tempo * theme.beat / GRID)
    return replace(theme, key=key or likely_key(theme))


def extract_melody(score: Score, drums: bool = False) -> Score:
    """Extract the top line of the melody part: the part of that name, or the highest one.

    Raises MediaError for a score that has only drums, unless they are allowed.
    """
    parts = [
        number
        for number, part in enumerate(score.parts)
        if drums or not part.drums
        if any(note.part == number for note in score.notes)
    ]
    if not parts:
        raise MediaError("The file has only drums.", "Give one with a melody.")
    named = [n for n in parts if any(name in score.parts[n].name.lower() for name in MELODY_NAMES)]

    def mean_pitch(number: int) -> float:
        pitches = [note.pitch for note in score.notes if note.part == number]
        return sum(pitches) / len(pitches)

    melody = named[0] if named else max(parts, key=mean_pitch)
    top: dict[int, Note] = {}  # by onset
    for note in score.notes:
        if note.part == melody and (note.start not in top or note.pitch > top[note.start].pitch):
            top[note.start] = note
    notes = [
        replace(top[start], part=0, length=min(top[start].length, following - start))
        for start, following in pairwise([*sorted(top), 1 << 40])
    ]
    part = Part(score.parts[melody].name or "Melody", score.parts[melody].program)
    return replace(score, notes=tuple(notes), parts=(part,), length=notes[-1].end)


def likely_key(theme: Score) -> Key:
    """Return the stated key, or the estimated one if it fits clearly better.

    Of two keys with the same signature the estimated one wins: files rarely state the mode.
    """
    fits = key_correlations((note.pitch, note.length) for note in theme.notes)
    estimated, stated = estimate_key(theme), theme.key
    if estimated.fifths % 12 == stated.fifths % 12:
        return estimated
    return estimated if fits[estimated] > fits[stated] + KEY_MARGIN else stated
