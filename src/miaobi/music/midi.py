"""MIDI files to scores (notation.midi_file) and back (mido)."""

import io
from collections.abc import Iterator
from typing import TYPE_CHECKING

from miaobi.core.errors import DataError, MediaError
from miaobi.core.text_encoding import decode_leniently
from miaobi.music.keys import key_from_signature
from miaobi.music.score import GRID, MAX_NOTES, Note, Part, Score, ScoreHeader, make_score
from miaobi.notation.left_out import LEFT_OUT
from miaobi.notation.midi_file import (
    KEY,
    META,
    METER,
    NOTE_OFF,
    NOTE_ON,
    PROGRAM,
    TEMPO,
    TRACK_NAME,
    MidiEvent,
    MidiFile,
    MidiTrack,
    read_midi,
)

if TYPE_CHECKING:
    import mido

TICKS_PER_BEAT = 480  # resolution of written files: a multiple of GRID, so nothing is rounded
DRUM_CHANNEL = 9  # percussion in General MIDI
DEFAULT_TEMPO = 120.0  # of a file that states none
SIGNATURES = ("C", "G", "D", "A", "E", "B", "F#", "Db", "Ab", "Eb", "Bb", "F")
MINOR_SIGNATURES = ("Am", "Em", "Bm", "F#m", "C#m", "G#m", "Ebm", "Bbm", "Fm", "Cm", "Gm", "Dm")
HEADER_EVENTS = {TEMPO: "tempo", METER: "meter", KEY: "key"}


def read(data: bytes, name: object) -> Score:
    """Read a MIDI file, quantized to the grid; the first tempo, meter and key hold throughout.

    Damaged files are read as far as possible. Raises MediaError without a header or notes.
    """
    try:
        file = read_midi(data)
    except ValueError as error:
        raise MediaError(
            "{name} cannot be read as {kind}: {reason}.",
            "It is damaged: export it again from the program that made it.",
            name=name,
            kind="MIDI",
            reason=error,
        ) from error
    labels = _labels(file.tracks, name)
    parts: dict[tuple[int, int], Part] = {}  # by track and channel
    notes: list[Note] = []
    for number, track in enumerate(file.tracks):
        notes += _read_notes(track, number, labels[number], file.ticks_per_quarter, parts)
        if len(notes) > MAX_NOTES:
            break
    header = _read_header(file)
    return make_score(notes, name, tuple(parts.values()) or (Part(),), **header)


def write(score: Score) -> bytes:
    """Write a type 1 file: a conductor track of tempo, meter and key, then a track per part.

    Names are UTF-8.
    """
    import mido

    file = mido.MidiFile(type=1, ticks_per_beat=TICKS_PER_BEAT, charset="utf-8")
    file.tracks.append(_conductor_track(score))
    for number, part in enumerate(score.parts):
        channel = DRUM_CHANNEL if part.drums else (number % 15) + (number % 15 >= DRUM_CHANNEL)
        track = mido.MidiTrack([mido.MetaMessage("track_name", name=part.name, time=0)])
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
            mido.MetaMessage("track_name", name=score.title, time=0),
            mido.MetaMessage(
                "time_signature", numerator=numerator, denominator=denominator, time=0
            ),
            mido.MetaMessage("key_signature", key=names[key.fifths % 12], time=0),
            mido.MetaMessage("set_tempo", tempo=round(60e6 / score.tempo), time=0),
            mido.MetaMessage("end_of_track", time=score.ticks * TICKS_PER_BEAT // GRID),
        ]
    )


def _labels(tracks: list[MidiTrack], name: object) -> list[str]:
    """Return the name of each track; one encoding is found for all of them."""
    names = []
    for track in tracks:
        found = (event.data for event in track.events if event.number == TRACK_NAME)
        names.append(next((data for data in found if data), b"").replace(b"\n", b" "))
    data = b"\n".join(names).replace(b"\0", b"")
    try:
        labels = decode_leniently(data, name)[0].split("\n")
    except DataError:  # stray bytes
        labels = []
    if len(labels) != len(names):
        labels = [label.decode("latin-1") for label in names]
    return [label.strip("\0 \r\t") for label in labels]


def _read_notes(
    track: MidiTrack,
    number: int,
    label: str,
    ticks_per_quarter: float,
    parts: dict[tuple[int, int], Part],
) -> Iterator[Note]:
    """Read the notes of a track, and add its parts, one per channel.

    A note that never ends lasts until the same note begins again, or until the end of the track.
    """
    programs: dict[int, int] = {}  # by channel
    sounding: dict[tuple[int, int], list[MidiEvent]] = {}  # by channel and pitch

    indexes: dict[int, int] = {}  # of the part of each channel

    def finish(event: MidiEvent, end: int) -> Note:
        part = indexes[event.channel]
        start = round(event.tick * GRID / ticks_per_quarter)
        length = max(1, round(end * GRID / ticks_per_quarter) - start)
        return Note(start, part, event.number, length, event.velocity)

    for event in track.events:
        source, note = (number, event.channel), (event.channel, event.number)
        if event.kind == PROGRAM:
            programs[event.channel] = event.number
        elif event.kind == NOTE_ON and event.velocity > 0:
            program, drums = programs.get(event.channel, 0), event.channel == DRUM_CHANNEL
            if source not in parts:
                indexes[event.channel] = len(parts)
                parts[source] = Part(label, program, drums)
            sounding.setdefault(note, []).append(event)
        elif event.kind in (NOTE_ON, NOTE_OFF) and sounding.get(note):
            yield finish(sounding[note].pop(0), event.tick)
    for hanging in sounding.values():
        ends = [*(event.tick for event in hanging[1:]), track.end]
        for event, end in zip(hanging, ends, strict=False):
            yield finish(event, end if end > event.tick else event.tick + round(ticks_per_quarter))


def _read_header(file: MidiFile) -> ScoreHeader:
    """Read the earliest tempo, meter and key that make sense, and warn of changes."""
    header: ScoreHeader = {"tempo": DEFAULT_TEMPO}
    found: dict[int, set[object]] = {kind: set() for kind in HEADER_EVENTS}
    events = (event for track in file.tracks for event in track.events if event.kind == META)
    for event in sorted(events, key=lambda event: event.tick):
        data = event.data
        if event.number == TEMPO and len(data) == 3 and any(data) and not file.is_timed:
            tempo = 60e6 / int.from_bytes(data, "big")
            header["tempo"] = header["tempo"] if found[TEMPO] else tempo
            found[TEMPO].add(tempo)
        elif event.number == METER and len(data) >= 2 and data[0] > 0 and data[1] <= 5:
            meter = (data[0], 2 ** data[1])
            header.setdefault("meter", meter)
            found[METER].add(meter)
        elif event.number == KEY and len(data) >= 2:
            fifths = int.from_bytes(data[:1], "big", signed=True)
            if -7 <= fifths <= 7 and data[1] <= 1:
                key = key_from_signature(fifths, "minor" if data[1] else "major")
                header.setdefault("key", key)
                found[KEY].add(key)
    changed = {LEFT_OUT[HEADER_EVENTS[kind]] for kind in found if len(found[kind]) > 1}
    header["warnings"] = tuple(sorted(file.warnings | changed))
    return header
