"""A melody that somebody gives, whatever it is written in: MIDI, MusicXML, ABC, or a recording.

file --notation or pitch--> Score --the melody's part--> one voice, with its key
"""

from dataclasses import replace
from pathlib import Path

from miaobi.core.errors import MediaError
from miaobi.core.music import LONGEST_MUSIC
from miaobi.media import audio
from miaobi.media.sniff import media_type_of
from miaobi.music import formats, pitch_tracking
from miaobi.music.keys import Key, key_fits
from miaobi.music.score import GRID, Note, Part, Score, beat_ticks, key_of

NAMED = ("melody", "soprano", "vocal", "voice", "lead", "旋律", "主旋律")
SURE = 0.12  # how much better another key has to fit than the one that a file states
MOST_NOTES = 4000


def read_theme(
    path: Path,
    key: Key | None = None,
    meter: tuple[int, int] | None = None,
    tempo: float | None = None,
    drums: bool = False,
) -> Score:
    """The melody of a file as a score of one part, one note at a time.

    Key and tempo (beats a minute), where they are given, win over the file's; the meter is that of
    a recording, which has none. With `drums` a rhythm may be played by them. Raises MediaError.
    """
    if not path.is_file():
        raise MediaError("There is no file {path}.", "Check the name.", path=path)
    with path.open("rb") as file:
        start = file.read(4096)
    if media_type_of(start).startswith(("audio/", "video/")):
        samples, rate = audio.decode(path)
        told = meter or (4, 4)
        quarters = tempo * beat_ticks(told) / GRID if tempo else None
        score = pitch_tracking.transcribe_melody(samples, rate, path, quarters, told)
    else:
        score = formats.read_score(path)
    theme = melody_of(score, drums)
    if theme.seconds > LONGEST_MUSIC or len(theme.notes) > MOST_NOTES:
        raise MediaError(
            "{name} is too long: {seconds:.0f} seconds.",
            "The limit is {limit} seconds.",
            name=path,
            seconds=theme.seconds,
            limit=LONGEST_MUSIC,
        )
    if tempo:
        theme = replace(theme, tempo=tempo * beat_ticks(theme.meter) / GRID)
    return replace(theme, key=key or likely_key(theme))


def melody_of(score: Score, drums: bool = False) -> Score:
    """The part that is the melody, by its name or as the highest one: its upper notes."""
    parts = [
        number
        for number, part in enumerate(score.parts)
        if drums or not part.drums
        if any(note.part == number for note in score.notes)
    ]
    if not parts:
        raise MediaError("The file has only drums.", "Give one with a melody.")
    named = [n for n in parts if any(name in score.parts[n].name.lower() for name in NAMED)]

    def height(number: int) -> float:
        pitches = [note.pitch for note in score.notes if note.part == number]
        return sum(pitches) / len(pitches)

    chosen = named[0] if named else max(parts, key=height)
    top: dict[int, Note] = {}
    for note in score.notes:
        if note.part == chosen and (note.start not in top or note.pitch > top[note.start].pitch):
            top[note.start] = note
    starts = sorted(top)
    notes = []
    for start, following in zip(starts, [*starts[1:], 1 << 40], strict=True):
        note = top[start]
        notes.append(replace(note, part=0, length=min(note.length, following - start)))
    part = Part(score.parts[chosen].name or "Melody", score.parts[chosen].program)
    return replace(score, notes=tuple(notes), parts=(part,), length=notes[-1].end)


def likely_key(theme: Score) -> Key:
    """The key that is stated, unless another one fits much better; its mode is heard."""
    heard = [(note.pitch, note.length) for note in theme.notes]
    fits = key_fits(heard)
    found, stated = key_of(theme), theme.key
    if found.fifths % 12 == stated.fifths % 12:
        return found
    return found if fits[found] > fits[stated] + SURE else stated
