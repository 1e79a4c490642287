"""Scores as MIDI files and back (mido)."""

import io
from typing import Any

from miaobi.core.errors import MediaError
from miaobi.music.keys import Key, key_of_signature
from miaobi.music.score import GRID, Note, Part, Score, make_score

TICKS = 480  # of a quarter note in what we write: 20 to each of ours, so nothing is rounded
DRUMS = 9  # the channel that General MIDI keeps for them
SIGNATURES = ("C", "G", "D", "A", "E", "B", "F#", "Db", "Ab", "Eb", "Bb", "F")
MINOR_SIGNATURES = ("Am", "Em", "Bm", "F#m", "C#m", "G#m", "Ebm", "Bbm", "Fm", "Cm", "Gm", "Dm")


def read(data: bytes, name: object) -> Score:
    """A MIDI file, onto the grid; its first tempo, meter and key hold throughout.

    Raises MediaError for what is damaged or has no notes.
    """
    import mido

    try:
        file = mido.MidiFile(file=io.BytesIO(data), clip=True)
        ticks = file.ticks_per_beat
        if not 0 < ticks < 0x8000:
            raise ValueError("its time is counted in film frames")
        told: dict[str, Any] = {}
        notes, parts = _notes(file.tracks, ticks, told)
    except Exception as error:  # damaged files make the parser raise anything
        raise MediaError(
            "{name} cannot be read as {kind}: {reason}.",
            "It is damaged: export it again from the program that made it.",
            name=name,
            kind="MIDI",
            reason=str(error).rstrip(".") or type(error).__name__,
        ) from error
    return make_score(notes, name, parts=parts or (Part(),), **told)


def write(score: Score) -> bytes:
    """A type 1 file: one track for tempo, meter and key, then one a part."""
    import mido

    file = mido.MidiFile(type=1, ticks_per_beat=TICKS)
    file.tracks.append(_conductor(score))
    for number, part in enumerate(score.parts):
        channel = DRUMS if part.drums else (number % 15) + (number % 15 >= DRUMS)
        track = mido.MidiTrack([mido.MetaMessage("track_name", name=_latin(part.name), time=0)])
        track.append(mido.Message("program_change", channel=channel, program=part.program, time=0))
        events = []  # a note is let go before the next one of its pitch is struck
        for note in score.notes:
            if note.part == number:
                events.append((note.start, 1, note.pitch, note.velocity))
                events.append((note.end, 0, note.pitch, 0))
        before = 0
        for tick, on, pitch, velocity in sorted(events):
            kind = "note_on" if on else "note_off"
            wait = (tick - before) * TICKS // GRID
            track.append(
                mido.Message(kind, channel=channel, note=pitch, velocity=velocity, time=wait)
            )
            before = tick
        file.tracks.append(track)
    buffer = io.BytesIO()
    file.save(file=buffer)
    return buffer.getvalue()


def _conductor(score: Score) -> Any:
    import mido

    key = score.key
    names = SIGNATURES if key.mode == "major" else MINOR_SIGNATURES
    top, bottom = score.meter
    return mido.MidiTrack(
        [
            mido.MetaMessage("track_name", name=_latin(score.title), time=0),
            mido.MetaMessage("time_signature", numerator=top, denominator=bottom, time=0),
            mido.MetaMessage("key_signature", key=names[key.fifths % 12], time=0),
            mido.MetaMessage("set_tempo", tempo=round(60e6 / score.tempo), time=0),
            mido.MetaMessage("end_of_track", time=score.ticks * TICKS // GRID),
        ]
    )


def _latin(text: str) -> str:
    """What the names of a MIDI file can hold."""
    return text.encode("latin-1", "replace").decode("latin-1")


def _notes(tracks: Any, ticks: int, told: dict[str, Any]) -> tuple[list[Note], tuple[Part, ...]]:
    """All notes and their parts, one a track and channel; tempo, meter and key go into `told`."""
    notes: list[Note] = []
    parts: dict[tuple[int, int], Part] = {}  # by track and channel
    for number, track in enumerate(tracks):
        tick, label = 0, ""
        programs: dict[int, int] = {}
        sounding: dict[tuple[int, int], list[tuple[int, int]]] = {}  # starts and velocities
        for message in track:
            tick += message.time
            if message.type == "track_name":
                label = message.name.strip("\0 ")
            elif message.type == "program_change":
                programs[message.channel] = message.program
            elif message.type == "note_on" and message.velocity > 0:
                place = (number, message.channel)
                if place not in parts:
                    drums = message.channel == DRUMS
                    parts[place] = Part(label, programs.get(message.channel, 0), drums)
                key = (message.channel, message.note)
                sounding.setdefault(key, []).append((tick, message.velocity))
            elif message.type in ("note_on", "note_off"):
                key = (message.channel, message.note)
                if sounding.get(key):
                    start, velocity = sounding[key].pop(0)
                    part = list(parts).index((number, message.channel))
                    first = round(start * GRID / ticks)
                    length = max(1, round(tick * GRID / ticks) - first)
                    notes.append(Note(first, part, message.note, length, velocity))
            else:
                _told(message, told)
    return notes, tuple(parts.values())


def _told(message: Any, told: dict[str, Any]) -> None:
    """Note the first tempo, meter and key."""
    if message.type == "set_tempo" and message.tempo:
        told.setdefault("tempo", 60e6 / message.tempo)
    elif message.type == "time_signature" and 4 * GRID % message.denominator == 0:
        told.setdefault("meter", (message.numerator, message.denominator))
    elif message.type == "key_signature":
        told.setdefault("key", _signature(message.key))


def _signature(name: str) -> Key:
    mode = "minor" if name.endswith("m") else "major"
    letter, sharps = name.rstrip("m")[0], name.count("#") - name.count("b")
    fifths = "FCGDAEB".index(letter) - 1 + 7 * sharps
    return key_of_signature(fifths - (3 if mode == "minor" else 0), mode)
