"""Melodies from files: MIDI, MusicXML, ABC, or a recording of somebody humming.

file --score reader or pitch tracking--> Score --part of the melody--> one voice, with its key
"""

from dataclasses import replace
from pathlib import Path

from miaobi.core.errors import MediaError
from miaobi.core.music import MAX_SECONDS
from miaobi.media import audio
from miaobi.media.sniff import media_type_of
from miaobi.music import formats, pitch_tracking
from miaobi.music.keys import Key, key_correlations
from miaobi.music.score import GRID, Note, Part, Score, beat_ticks, estimate_key

# of parts
MELODY_NAMES = ("melody", "melodi", "soprano", "vocal", "voice", "lead", "旋律", "主唱", "メロディ")
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
    `drums` a drum part may be the melody, for its rhythm. Raises MediaError or TooLargeError.
    """
    if not path.is_file():
        raise MediaError("There is no file {path}.", "Check the name.", path=path)
    with path.open("rb") as file:
        start = file.read(audio.SNIFFED)
    if media_type_of(start).startswith(("audio/", "video/")):
        samples, rate = audio.decode(path, seconds=MAX_SECONDS)
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
    pitches: dict[int, list[int]] = {}  # by part
    for note in score.notes:
        if drums or not score.parts[note.part].drums:
            pitches.setdefault(note.part, []).append(note.pitch)
    if not pitches:
        raise MediaError("The file has only drums.", "Give one with a melody.")
    named = [
        number
        for number in sorted(pitches)
        if any(name in score.parts[number].name.lower() for name in MELODY_NAMES)
    ]
    means = {number: sum(values) / len(values) for number, values in pitches.items()}
    melody = named[0] if named else max(sorted(means), key=means.__getitem__)
    line = _top_line([note for note in score.notes if note.part == melody])
    notes = [
        replace(note, part=0, length=min(note.length, following - note.start))
        for note, following in zip(line, [*(note.start for note in line[1:]), 1 << 40], strict=True)
    ]
    part = Part(score.parts[melody].name or "Melody", score.parts[melody].program)
    return replace(score, notes=tuple(notes), parts=(part,), length=notes[-1].end)


def _top_line(notes: list[Note]) -> list[Note]:
    """Return the highest note of each onset, without those below a note that is held.

    A note that only overlaps the end of a higher one is part of the line: it is played legato.
    """
    line: list[Note] = []
    for note in sorted(notes, key=lambda note: (note.start, -note.pitch)):
        if line:
            held = line[-1]
            rest = held.end - note.start
            if note.start == held.start or (note.pitch < held.pitch and 2 * rest >= note.length):
                continue
        line.append(note)
    return line


def likely_key(theme: Score) -> Key:
    """Return the stated key, or the estimated one if it fits clearly better.

    Of two keys with the same signature the estimated one wins: files rarely state the mode.
    """
    fits = key_correlations((note.pitch, note.length) for note in theme.notes)
    estimated, stated = estimate_key(theme), theme.key
    if estimated.fifths % 12 == stated.fifths % 12:
        return estimated
    return estimated if fits[estimated] > fits[stated] + KEY_MARGIN else stated
