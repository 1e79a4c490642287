"""MIDI files to scores and back (mido)."""

import io
from collections.abc import Sequence
from typing import TYPE_CHECKING

from miaobi.core.errors import MediaError
from miaobi.music.keys import CIRCLE_OF_FIFTHS, Key, key_from_signature
from miaobi.music.score import GRID, Note, Part, Score, ScoreHeader, make_score

if TYPE_CHECKING:
    import mido

TICKS_PER_BEAT = 480  # resolution of written files: a multiple of GRID, so nothing is rounded
DRUM_CHANNEL = 9  # percussion in General MIDI
SIGNATURES = ("C", "G", "D", "A", "E", "B", "F#", "Db", "Ab", "Eb", "Bb", "F")
MINOR_SIGNATURES = ("Am", "Em", "Bm", "F#m", "C#m", "G#m", "Ebm", "Bbm", "Fm", "Cm", "Gm", "Dm")


def read(data: bytes, name: object) -> Score:
    """Read a MIDI file, quantized to the grid; the first tempo, meter and key hold throughout.

    Raises MediaError if the file is damaged or has no notes.
    """
    import mido

    try:
        file = mido.MidiFile(file=io.BytesIO(data), clip=True)
        if not 0 < file.ticks_per_beat < 0x8000:
            raise ValueError("its time is in SMPTE frames")
        header: ScoreHeader = {}
        notes, parts = _read_notes(file.tracks, file.ticks_per_beat, header)
    except Exception as error:  # damaged files make the parser raise anything
        raise MediaError(
            "{name} cannot be read as {kind}: {reason}.",
            "It is damaged: export it again from the program that made it.",
            name=name,
            kind="MIDI",
            reason=str(error).rstrip(".") or type(error).__name__,
        ) from error
    return make_score(notes, name, parts or (Part(),), **header)


def write(score: Score) -> bytes:
    """Write a type 1 file: a conductor track of tempo, meter and key, then a track per part."""
    import mido

    file = mido.MidiFile(type=1, ticks_per_beat=TICKS_PER_BEAT)
    file.tracks.append(_conductor_track(score))
    for number, part in enumerate(score.parts):
        channel = DRUM_CHANNEL if part.drums else (number % 15) + (number % 15 >= DRUM_CHANNEL)
        track = mido.MidiTrack([mido.MetaMessage("track_name", name=_latin(part.name), time=0)])
        track.append(mido.Message("program_change", channel=channel, program=part.program, time=0))
        events = []  # the 0 of a note-off sorts it before a note-on of the same tick
        for note in score.notes:
            if note.part == number:
                events.append((note.start, 1, note.pitch, note.velocity))
                events.append((note.end, 0, note.pitch, 0))
        previous = 0
        for tick, on, pitch, velocity in sorted(events):
            kind = "note_on" if on else "note_off"
            delta = (tick - previous) * TICKS_PER_BEAT // GRID
            track.append(
                mido.Message(kind, channel=channel, note=pitch, velocity=velocity, time=delta)
            )
            previous = tick
        file.tracks.append(track)
    buffer = io.BytesIO()
    file.save(file=buffer)
    return buffer.getvalue()


def _conductor_track(score: Score) -> "mido.MidiTrack":
    import mido

    key = score.key
    names = SIGNATURES if key.mode == "major" else MINOR_SIGNATURES
    numerator, denominator = score.meter
    return mido.MidiTrack(
        [
            mido.MetaMessage("track_name", name=_latin(score.title), time=0),
            mido.MetaMessage(
                "time_signature", numerator=numerator, denominator=denominator, time=0
            ),
            mido.MetaMessage("key_signature", key=names[key.fifths % 12], time=0),
            mido.MetaMessage("set_tempo", tempo=round(60e6 / score.tempo), time=0),
            mido.MetaMessage("end_of_track", time=score.ticks * TICKS_PER_BEAT // GRID),
        ]
    )


def _latin(text: str) -> str:
    """Replace characters that the Latin-1 text of a MIDI file cannot hold."""
    return text.encode("latin-1", "replace").decode("latin-1")


def _read_notes(
    tracks: Sequence["mido.MidiTrack"], ticks_per_beat: int, header: ScoreHeader
) -> tuple[list[Note], tuple[Part, ...]]:
    """Read all notes and their parts, one per track and channel, and fill in the header."""
    notes: list[Note] = []
    parts: dict[tuple[int, int], Part] = {}  # by track and channel
    for number, track in enumerate(tracks):
        tick, label = 0, ""
        programs: dict[int, int] = {}  # by channel
        active: dict[tuple[int, int], list[tuple[int, int]]] = {}  # (start, velocity) of open notes
        for message in track:
            tick += message.time
            if message.type == "track_name":
                label = message.name.strip("\0 ")
            elif message.type == "program_change":
                programs[message.channel] = message.program
            elif message.type == "note_on" and message.velocity > 0:
                source = (number, message.channel)
                if source not in parts:
                    drums = message.channel == DRUM_CHANNEL
                    parts[source] = Part(label, programs.get(message.channel, 0), drums)
                held = (message.channel, message.note)
                active.setdefault(held, []).append((tick, message.velocity))
            elif message.type in ("note_on", "note_off"):
                held = (message.channel, message.note)
                if active.get(held):
                    start, velocity = active[held].pop(0)
                    part = list(parts).index((number, message.channel))
                    onset = round(start * GRID / ticks_per_beat)
                    length = max(1, round(tick * GRID / ticks_per_beat) - onset)
                    notes.append(Note(onset, part, message.note, length, velocity))
            else:
                _read_header(message, header)
    return notes, tuple(parts.values())


def _read_header(message: "mido.MetaMessage", header: ScoreHeader) -> None:
    """Keep the first tempo, meter and key."""
    if message.type == "set_tempo" and message.tempo:
        header.setdefault("tempo", 60e6 / message.tempo)
    elif message.type == "time_signature" and 4 * GRID % message.denominator == 0:
        header.setdefault("meter", (message.numerator, message.denominator))
    elif message.type == "key_signature":
        header.setdefault("key", _read_key(message.key))


def _read_key(name: str) -> Key:
    """Read a key name of mido, such as "Bbm"."""
    mode = "minor" if name.endswith("m") else "major"
    letter, sharps = name.rstrip("m")[0], name.count("#") - name.count("b")
    fifths = CIRCLE_OF_FIFTHS.index(letter) - 1 + 7 * sharps
    return key_from_signature(fifths - (3 if mode == "minor" else 0), mode)
