"""MIDI files as tracks of events, as far as they can be read (Standard MIDI Files 1.0, RP-001).

A damaged file is read as players do: up to the damage, over chunks of other kinds, without the
fields that make no sense. MidiFile.warnings names what was wrong.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from miaobi.notation.left_out import LEFT_OUT

HEADER, TRACK = b"MThd", b"MTrk"
MAX_EVENTS = 2_000_000
SEQUENCES = 2  # file type: independent sequences
NOTE_OFF, NOTE_ON, PROGRAM = 0x80, 0x90, 0xC0
SYSEX, ESCAPE, META = 0xF0, 0xF7, 0xFF
TRACK_NAME, END_OF_TRACK, TEMPO, METER, KEY = 0x03, 0x2F, 0x51, 0x58, 0x59
# data bytes of channel messages by the upper half of their status, and of system messages
DATA_BYTES = {0x80: 2, 0x90: 2, 0xA0: 2, 0xB0: 2, 0xC0: 1, 0xD0: 1, 0xE0: 2}
SYSTEM_BYTES = {0xF1: 1, 0xF2: 2, 0xF3: 1}
DAMAGED = LEFT_OUT["damaged"]


@dataclass(frozen=True)
class MidiEvent:
    """One event: a channel message with its two data values, or a meta event with its bytes."""

    tick: int
    kind: int  # NOTE_OFF, NOTE_ON or PROGRAM; or META
    channel: int = 0
    number: int = 0  # of the note or program; the type of a meta event
    velocity: int = 0
    data: bytes = b""


@dataclass
class MidiTrack:
    """Events of one track in order, and the tick at which it ends."""

    events: list[MidiEvent] = field(default_factory=list)
    end: int = 0


@dataclass
class MidiFile:
    """Tracks of a file and the resolution of its ticks."""

    ticks_per_quarter: float
    tracks: list[MidiTrack]
    is_timed: bool = False  # ticks are fractions of a second: a quarter note is half a second
    warnings: set[str] = field(default_factory=set)


def read_midi(data: bytes) -> MidiFile:
    """Read a file. Raises ValueError without a header, or with more than MAX_EVENTS events."""
    start = data.find(HEADER)
    if start < 0 or len(data) < start + 14:
        raise ValueError("it has no header")
    length = int.from_bytes(data[start + 4 : start + 8], "big")
    kind, count, division = (
        int.from_bytes(data[start + at : start + at + 2], "big") for at in (8, 10, 12)
    )
    file = MidiFile(_resolution(division), [], bool(division & 0x8000))
    if start > 0 and data[:4] != b"RIFF":
        file.warnings.add(DAMAGED)
    position = start + 8 + (length if 6 <= length <= 1000 else 6)
    budget = MAX_EVENTS
    while (position := _next_track(data, position, file.warnings)) >= 0:
        reader = TrackReader(data, position, file.warnings, budget)
        file.tracks.append(reader.read())
        position, budget = reader.after, reader.budget
    if count != len(file.tracks):
        file.warnings.add(DAMAGED)
    if kind == SEQUENCES and len(file.tracks) > 1:
        file.warnings.add(LEFT_OUT["type 2"])
    return file


def _resolution(division: int) -> float:
    """Return the ticks of a quarter note; those of half a second if they are parts of frames."""
    if division & 0x8000:
        frames, ticks = 256 - (division >> 8), division & 0xFF
        return max(1.0, (29.97 if frames == 29 else frames) * ticks / 2)
    return division or 480


def _next_track(data: bytes, position: int, warnings: set[str]) -> int:
    """Return the position of the next track chunk, over chunks of other kinds; -1 at the end."""
    while position + 8 <= len(data):
        name = data[position : position + 4]
        if name == TRACK:
            return position
        if name == HEADER:
            warnings.add(DAMAGED)
            return -1  # another file
        length = int.from_bytes(data[position + 4 : position + 8], "big")
        after = position + 8 + length
        if name.isalnum() and after <= len(data):
            position = after
            continue
        found = data.find(TRACK, position)
        if found >= 0 or data[position:].strip(b"\0"):
            warnings.add(DAMAGED)
        return found
    return -1


class TrackReader:
    """Reader of one track chunk; its stated length gives way to its events."""

    def __init__(self, data: bytes, start: int, warnings: set[str], budget: int) -> None:
        self.data, self.warnings, self.budget = data, warnings, budget
        self.position = start + 8
        self.stated_end = self.position + int.from_bytes(data[start + 4 : start + 8], "big")
        self.after = self.stated_end  # where the next chunk begins
        self.end = len(data)
        if self.stated_end > len(data):
            warnings.add(DAMAGED)
        elif self._is_chunk(self.stated_end):
            self.end = self.stated_end

    def _is_chunk(self, position: int) -> bool:
        """Return if a chunk begins at a position, or the data ends there."""
        name = self.data[position : position + 4]
        is_end = position == len(self.data) or (name and not name.strip(b"\0"))
        return bool(is_end or name == TRACK)

    def read(self) -> MidiTrack:
        """Read the events up to the end of the track."""
        track = MidiTrack()
        tick, ended = 0, False
        for event in self._events():
            self.budget -= 1
            if self.budget < 0:
                raise ValueError("it has too many events")
            tick = event.tick
            if event.kind == META and event.number == END_OF_TRACK:
                ended = True
                break
            track.events.append(event)
        track.end = tick
        if not ended or self.position > self.stated_end:
            self.warnings.add(DAMAGED)
            if not self._is_chunk(self.stated_end) or self.position > self.stated_end:
                self.after = self.position
        elif not self._is_chunk(self.stated_end) and self.data[self.position :][:4] == TRACK:
            self.after = self.position
        return track

    def _events(self) -> Iterator[MidiEvent]:
        tick = status = 0
        while self.position < self.end:
            if self.data.startswith(TRACK, self.position):
                return  # the track has no end, and its length was wrong
            tick += self._number()
            byte = self._status(status)
            if byte is None:
                return
            status = byte if byte < SYSEX else status
            if event := self._event(tick, byte):
                yield event

    def _status(self, running: int) -> int | None:
        """Read a status byte, or use the running one, which a meta event does not end either."""
        while self.position < self.end:
            byte = self.data[self.position]
            if byte < 0x80 and running:
                return running
            self.position += 1
            if byte >= 0x80:
                return byte
            self.warnings.add(DAMAGED)
        return None

    def _event(self, tick: int, status: int) -> MidiEvent | None:
        """Read the rest of an event; None for those without meaning here."""
        if status == META:
            number = self._bytes(1) or bytes([END_OF_TRACK])
            return MidiEvent(tick, META, number=number[0], data=self._bytes(self._number()))
        if status in (SYSEX, ESCAPE):
            self._system_exclusive()
            return None
        if status > SYSEX:
            self._bytes(SYSTEM_BYTES.get(status, 0))
            return None
        kind, channel = status & 0xF0, status & 0x0F
        values = self._bytes(DATA_BYTES[kind])
        if len(values) < DATA_BYTES[kind]:
            self.warnings.add(DAMAGED)
            return None
        note, velocity = values[0], min(values[-1], 127)
        if kind not in (NOTE_OFF, NOTE_ON, PROGRAM):
            return None
        if note > 127:
            self.warnings.add(DAMAGED)
            return MidiEvent(tick, kind, channel, note & 0x7F) if kind == PROGRAM else None
        return MidiEvent(tick, kind, channel, note, velocity)

    def _system_exclusive(self) -> None:
        """Skip a system exclusive message; one that is too long ends at its end byte."""
        start = self.position
        length = self._number()
        if self.position + length <= self.end:
            self.position += length
            return
        self.warnings.add(DAMAGED)
        found = self.data.find(bytes([ESCAPE]), start, self.end)
        self.position = found + 1 if found >= 0 else self.end

    def _number(self) -> int:
        """Read a number of variable length: four bytes of seven bits, more if padded."""
        value = 0
        for _ in range(8):
            if self.position >= self.end:
                break
            byte = self.data[self.position]
            self.position += 1
            value = (value << 7 | byte & 0x7F) & 0xFFFFFFF
            if byte < 0x80:
                break
        return value

    def _bytes(self, count: int) -> bytes:
        data = self.data[self.position : min(self.position + count, self.end)]
        if len(data) < count:
            self.warnings.add(DAMAGED)
        self.position += count
        return data
