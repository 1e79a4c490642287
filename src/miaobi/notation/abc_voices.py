"""Voices of a tune in ABC: notes, ties, broken rhythm, tuplets, overlays and endings.

Every ending is kept until the tune is complete: then only the last ending of each group stays, so
that a repeat is played once. Positions are in whole notes until then.
"""

from dataclasses import dataclass, field
from fractions import Fraction

from miaobi.notation.abc_fields import shift_of
from miaobi.notation.endings import ZERO, Endings, Spans

ONE = Fraction(1)
STEPS = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}  # semitones above C


@dataclass(frozen=True)
class TimedNote:
    """One note; start and length in quarter notes."""

    start: Fraction
    length: Fraction
    pitch: int  # MIDI number, 0 to 127


@dataclass
class Tone:
    """One note of an event."""

    name: tuple[str, int]  # letter and octave, without the accidental
    sharps: int
    pitch: int
    is_tied: bool = False


@dataclass
class Event:
    """A note, a chord, or a rest (no tones)."""

    start: Fraction
    length: Fraction
    tones: list[Tone]


@dataclass
class Layer:
    """Events of a voice one after the other; an overlay is a layer of its own."""

    events: list[Event] = field(default_factory=list)
    broken: Fraction = ONE  # factor of the next note
    tuplet: tuple[int, Fraction] = (0, ONE)  # remaining notes, factor
    accidentals: dict[tuple[str, int], int] = field(default_factory=dict)  # until the bar line
    last: Event | None = None  # that a tie or a broken rhythm refers to


@dataclass
class Voice:
    """Notes of one voice, and what its fields set."""

    unit: Fraction  # of a whole note
    meter: tuple[int, int] | None
    signature: dict[str, int]  # letter -> sharps
    propagation: str = "pitch"  # of accidentals: to all octaves, to one octave or not
    properties: dict[str, str] = field(default_factory=dict)  # of fields V and K
    transposition: int = 0  # semitones, of a directive
    name: str = ""
    program: int = 0
    drums: bool = False
    now: Fraction = ZERO
    bar_start: Fraction = ZERO
    layers: list[Layer] = field(default_factory=lambda: [Layer()])
    layer: int = 0
    layer_ends: list[Fraction] = field(default_factory=list)  # of this bar
    bar_lines: list[tuple[Fraction, bool]] = field(default_factory=list)  # a section begins
    endings: Endings = field(default_factory=Endings)
    before_ending: Event | None = None  # whose ties lead into each ending of the group

    @property
    def current(self) -> Layer:
        """The layer that is written to."""
        return self.layers[self.layer]

    @property
    def shift(self) -> int:
        """Semitones from the written to the sounding pitch."""
        return self.transposition + shift_of(self.properties)

    @property
    def has_events(self) -> bool:
        """True once the voice has a note or a rest."""
        return any(layer.events for layer in self.layers)

    def append(self, tones: list[Tone], units: Fraction) -> None:
        """Append a note, a chord or a rest of a length in unit lengths."""
        layer = self.current
        length = units * self.unit * layer.broken
        layer.broken = ONE
        remaining, factor = layer.tuplet
        if remaining:
            length, layer.tuplet = length * factor, (remaining - 1, factor)
        event = Event(self.now, length, tones)
        layer.events.append(event)
        layer.last = event
        self.now += length

    def rest_bars(self, count: int) -> None:
        """Append rests of whole bars."""
        bars = count * Fraction(*(self.meter or (4, 4)))
        self.append([], bars / self.unit)

    def break_rhythm(self, sign: str) -> None:
        """Lengthen the last note and shorten the next one (a>b), or the reverse (a<b)."""
        layer = self.current
        if layer.broken != ONE:
            return
        short = Fraction(1, 2 ** min(len(sign), 8))
        last, following = (2 - short, short) if sign[0] == ">" else (short, 2 - short)
        layer.broken = following
        if layer.last:
            layer.last.length *= last
            self.now = layer.last.start + layer.last.length

    def tie(self) -> None:
        """Tie every tone of the last event to the next one."""
        for tone in self.current.last.tones if self.current.last else ():
            tone.is_tied = True

    def tone(self, name: tuple[str, int], accidental: int | None) -> Tone:
        """Return the tone of a letter and octave, with the accidental that holds for it."""
        sharps = self._sharps(name, accidental)
        return Tone(name, sharps, 12 * (name[1] + 1) + STEPS[name[0]] + sharps + self.shift)

    def _sharps(self, name: tuple[str, int], accidental: int | None) -> int:
        """Return the sharps of a note; an accidental holds until the bar line or over a tie."""
        layer, letter = self.current, name[0]
        scope = name if self.propagation == "octave" else (letter, 0)
        if accidental is not None:
            if self.propagation != "not":
                layer.accidentals[scope] = accidental
            return accidental
        for tone in layer.last.tones if layer.last else ():
            if tone.is_tied and tone.name == name:
                return tone.sharps
        return layer.accidentals.get(scope, self.signature.get(letter, 0))

    def overlay(self) -> None:
        """Return to the start of the bar, in another layer."""
        self.layer_ends.append(self.now)
        self.layer += 1
        if self.layer == len(self.layers):
            self.layers.append(Layer())
        self.current.last, self.now = None, self.bar_start

    def bar_line(self, is_section: bool, ending: set[int]) -> None:
        """Read a bar line: that of a section ends an ending, and numbers begin one."""
        self.now = max([self.now, *self.layer_ends])
        self.layer, self.layer_ends = 0, []
        for layer in self.layers:
            layer.accidentals.clear()
        self.bar_start = self.now
        if not self.bar_lines or self.bar_lines[-1][0] != self.now:
            self.bar_lines.append((self.now, is_section))
        elif is_section:
            self.bar_lines[-1] = (self.now, True)
        if is_section:
            self.endings.close(self.now)
        if ending:
            layer = self.layers[0]
            if self.endings.begin(ending, self.now):
                layer.last = self.before_ending
            else:
                self.before_ending = layer.last

    def cut(self, spans: Spans) -> None:
        """Remove spans of time; what follows them moves up."""
        for layer in self.layers:
            kept = []
            for event in layer.events:
                event.start, event.length = spans.cut(event.start, event.length)
                if event.length > 0:
                    kept.append(event)
            layer.events = kept
        self.bar_lines = [
            (position - spans.before(position), is_section)
            for position, is_section in self.bar_lines
            if not spans.contains(position)
        ]

    def notes(self) -> list[TimedNote]:
        """Return the notes with ties joined, in quarter notes."""
        notes: list[TimedNote] = []
        for layer in self.layers:
            open_ties: dict[int, int] = {}  # pitch -> index into notes
            reached = ZERO
            for event in layer.events:
                if event.start != reached:
                    open_ties = {}
                still_open: dict[int, int] = {}
                for tone in event.tones:
                    start, length = 4 * event.start, 4 * event.length
                    index = open_ties.get(tone.pitch)
                    if index is not None:
                        tied = notes[index]
                        notes[index] = TimedNote(
                            tied.start, start + length - tied.start, tied.pitch
                        )
                    elif length and 0 <= tone.pitch <= 127:
                        index = len(notes)
                        notes.append(TimedNote(start, length, tone.pitch))
                    if tone.is_tied and index is not None:
                        still_open[tone.pitch] = index
                open_ties, reached = still_open, event.start + event.length
        return notes


@dataclass
class AbcTune:
    """One tune: its header and voices."""

    title: str = ""
    meter: tuple[int, int] | None = None
    has_key: bool = False  # a field K is there
    key: tuple[str, int, int] | None = None  # letter, its sharps, fifths from major
    tempo: float | None = None  # quarter notes per minute
    voices: list[Voice] = field(default_factory=list)
    meters: set[tuple[int, int] | None] = field(default_factory=set)
    warnings: set[str] = field(default_factory=set)
