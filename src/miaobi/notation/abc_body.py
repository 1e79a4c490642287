"""Tunes in ABC notation (the abc standard 2.1): from text to the notes of each voice.

Read are notes, rests, chords, ties, tuplets, broken rhythm, accidentals, voices, overlays, endings
and changes of key, meter and unit length. A repeat is played once, with its last ending. What is
left out is named in AbcTune.warnings.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from fractions import Fraction

from miaobi.notation.abc_fields import (
    read_key,
    read_length,
    read_meter,
    read_properties,
    read_tempo,
    read_text,
    shift_of,
)
from miaobi.notation.abc_lines import UNDERLAY, Line, read_lines
from miaobi.notation.abc_voices import ONE, Tone, Voice

STEPS = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}  # semitones above C
MAX_EVENTS = 200_000
TUPLETS = {2: 3, 3: 2, 4: 3, 6: 2, 8: 3}  # notes -> in the time of; other numbers by the meter
PITCH = r"(?P<accidental>[\^_=]+)?(?P<micro>(?<=[\^_])\d{0,3}/\d{0,3})?(?P<letter>[A-Ga-g])(?P<octave>[',]*)"
LENGTH = r"(?P<times>\d{0,5})(?P<slashes>/*)(?P<parts>\d{0,5})"
TOKEN = re.compile(
    r'"(?P<text>[^"]*)"'
    r"|!(?P<decoration>[^!|\s][^!|]{0,40})!"
    r"|\+(?P<plus>[^+|\s]{1,40})\+"
    r"|\{(?P<grace>[^}]*)\}"
    r"|\[(?P<inline>[A-Za-z]):(?P<value>[^\]]*)\]"
    r"|(?P<bar>\.?(?:\[\|[|:]*\]?|\|[|:]*\]?|:[|:]+\]?))[ \t]*(?:\[?(?P<ending>[1-9][\d,.x-]*)(?![/\d]))?"
    r"|\[(?P<volta>[1-9][\d,.x-]*)"
    r"|\((?P<tuple>[1-9]\d?)(?::(?P<time>\d{0,3}))?(?::(?P<count>\d{0,3}))?"
    rf"|\[(?P<chord>[^\]|]*)\]{LENGTH.replace('<', '<c')}"
    rf"|{PITCH}{LENGTH}"
    rf"|(?P<rest>[zxZX]){LENGTH.replace('<', '<r')}"
    r"|(?P<space>y\d*)"
    r"|(?P<broken><+|>+)|(?P<tie>\.?-)|(?P<overlay>&+)"
    r"|(?P<known>[\s~.()\\`$*;:!H-Wh-w\xa0]+)|(?P<unknown>.)"
)
MEMBER = re.compile(rf'"[^"]*"|!(?:[^!])*!|{PITCH}{LENGTH}(?P<tie>\.?-)?')
OLD_CHORD = re.compile(r"(?:[\^_=]*[A-Ga-g][',]*\d*/*\d*)+")  # +CEG+ of the standard 1.6
DYNAMICS = re.compile(r"[pmf]{1,4}|sfz?|fz")
SIMPLE_DECORATION = re.compile(r"[~.HL-PRTuv]")
REPEAT = re.compile(r":")
LEFT_OUT = {
    "w": "Lyrics are left out.",
    "W": "Lyrics are left out.",
    "grace": "Grace notes are left out.",
    "decoration": "Ornaments and dynamics are left out.",
    "text": "Chord symbols and annotations are left out.",
    "ending": "Repeats are played once, with the last ending.",
    "repeat": "Repeats are played once.",
    "order": "The order of parts and jumps such as D.C. are left out.",
    "meter": "Only the first meter is kept: bar lines of other meters move.",
    "key": "Only the first key is kept; the notes are those of every key.",
    "tempo": "Only the first tempo is kept.",
    "micro": "Microtones are rounded to semitones.",
    "unknown": "Signs that ABC does not define are left out.",
    "macro": "Macros are left out: the notes are read as they stand.",
}


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


def parse_tune(text: str, file_header: str = "") -> AbcTune:
    """Parse one tune; fields of the file header hold unless the tune has its own."""
    parser = TuneParser()
    for line in read_lines(file_header, set()):
        if line.kind in "LMUmI%":
            parser.read(line)
    for line in read_lines(text, parser.tune.warnings):
        parser.read(line)
    return parser.finish()


class TuneParser:
    """Parser of one tune, line by line."""

    def __init__(self) -> None:
        self.tune = AbcTune()
        self.start = Voice(Fraction(1, 8), None, {})  # header state that every voice begins with
        self.unit: Fraction | None = None
        self.voices: dict[str, Voice] = {}
        self.properties: dict[str, dict[str, str]] = {}  # of voices defined in the header
        self.name: str | None = None  # of the current voice
        self.events = 0

    def read(self, line: Line) -> None:
        """Read a field, a directive or a line of music."""
        if line.kind == "%":
            self._directive(line.name.lower(), line.text)
        elif line.kind:
            self.read_field(line.kind, line.text)
        elif self.events < MAX_EVENTS:
            for match in TOKEN.finditer(line.text):
                self._token(match)

    @property
    def voice(self) -> Voice:
        """The current voice; without a field V the first one."""
        if self.name is None:
            self._select(next(iter(self.properties), "1"))
        assert self.name is not None
        return self.voices[self.name]

    @property
    def has_events(self) -> bool:
        """Whether any voice has begun."""
        return any(voice.has_events for voice in self.voices.values())

    def _warn(self, reason: str) -> None:
        self.tune.warnings.add(LEFT_OUT[reason])

    def read_field(self, name: str, value: str) -> None:
        """Read a field of the header or the body."""
        tune = self.tune
        if name == "T":
            tune.title = tune.title or read_text(value)
        elif name == "M":
            self._read_meter(value)
        elif name == "L":
            if unit := read_length(value):
                self.unit = unit
                self._target().unit = unit
        elif name == "Q":
            tempo = read_tempo(value, self.unit or self._default_unit())
            if tune.tempo is not None and tempo not in (None, tune.tempo):
                self._warn("tempo")
            tune.tempo = tune.tempo or tempo
        elif name == "V":
            self._read_voice(value)
        elif name == "K":
            self._read_key(value)
        elif name in UNDERLAY and name in LEFT_OUT:
            self._warn(name)
        elif name == "P" and not tune.has_key:
            self._warn("order")
        elif name == "m":
            self._warn("macro")

    def _target(self) -> Voice:
        """Return what a field changes: the current voice, or every one while none has begun."""
        return self.voice if self.tune.has_key and self.name is not None else self.start

    def _default_unit(self) -> Fraction:
        """Return 1/16 in meters shorter than 3/4, else 1/8 (section 3.1.7)."""
        meter = self.start.meter
        return Fraction(1, 16) if meter and Fraction(*meter) < Fraction(3, 4) else Fraction(1, 8)

    def _read_meter(self, value: str) -> None:
        meter = read_meter(value)
        first = not self.tune.meters
        self._target().meter = meter
        if not self.has_events:
            self.tune.meter, self.tune.meters = meter, {meter}
            if not self.tune.has_key or first:
                self.start.meter = meter
                if not self.unit:
                    self.start.unit = self._default_unit()
        elif meter not in self.tune.meters:
            self.tune.meters.add(meter)
            self._warn("meter")

    def _read_key(self, value: str) -> None:
        tune, read = self.tune, read_key(value)
        target = self._target()
        if read.signature is not None:
            if tune.has_key and self.has_events and read.signature != target.signature:
                self._warn("key")
            target.signature = read.signature
            if not self.has_events or not tune.has_key:
                tune.key = read.key
        if read.properties:
            target.shift = shift_of(read.properties)
        if not tune.has_key:
            tune.has_key = True
            self.start.unit = self.unit or self._default_unit()
            for name in self.properties:
                self._create(name)

    def _read_voice(self, value: str) -> None:
        match = re.match(r'\s*("[^"]*"|\S+)', value)
        name = match[1] if match else "1"
        properties, _ = read_properties(value[match.end() :] if match else "")
        if not self.tune.has_key:
            self.properties[name] = self.properties.get(name, {}) | properties
        else:
            self._select(name, properties)

    def _create(self, name: str) -> Voice:
        start, properties = self.start, self.properties.get(name, {})
        voice = Voice(start.unit, start.meter, dict(start.signature), start.propagation)
        voice.shift, voice.program, voice.drums = start.shift, start.program, start.drums
        self.voices[name] = voice
        self._apply(voice, properties)
        return voice

    def _apply(self, voice: Voice, properties: dict[str, str]) -> None:
        voice.name = read_text(properties.get("name") or properties.get("nm") or "") or voice.name
        if properties.keys() & {"clef", "octave", "transpose"}:
            voice.shift = self.start.shift + shift_of(properties)

    def _select(self, name: str, properties: dict[str, str] | None = None) -> None:
        """Make a voice the current one; a first voice without notes is replaced."""
        if name not in self.voices:
            self._create(name)
        if properties:
            self._apply(self.voices[name], properties)
        self.name = name

    def _directive(self, name: str, value: str) -> None:
        words = value.split()
        target = self._target()
        if name == "propagate-accidentals" and words[:1] in (["not"], ["octave"], ["pitch"]):
            target.propagation = words[0]
        elif name == "midi" and len(words) > 1 and words[-1].lstrip("+-").isdigit():
            number = int(words[-1][:6])
            if words[0] == "program":
                target.program = min(max(number, 0), 127)
            elif words[0] == "transpose":
                target.shift += min(max(number, -127), 127)
            elif words[0] == "channel":
                target.drums = number == 10

    def _token(self, match: "re.Match[str]") -> None:
        """Read one sign of the music."""
        voice = self.voice
        kind = match.lastgroup or ""
        if match["inline"]:
            self._inline(match["inline"], match["value"].strip())
        elif match["bar"] or match["volta"]:
            self._bar_line(match["bar"] or "", match["ending"] or match["volta"] or "")
        elif match["tuple"]:
            self._tuplet(match)
        elif match["letter"]:
            self._append([self._tone(match)], _length(match))
        elif match["chord"] is not None:
            self._chord(match["chord"], _length(match, "c"))
        elif match["rest"]:
            length = _length(match, "r")
            if match["rest"] in "ZX":
                voice.rest_bars(min(int(length) or 1, 10_000))
            else:
                self._append([], length)
        elif match["plus"] and _is_chord(match["plus"]):
            self._chord(match["plus"], ONE)
        elif match["broken"]:
            voice.break_rhythm(match["broken"])
        elif match["tie"]:
            voice.tie()
        elif match["overlay"]:
            voice.overlay()
        elif kind in ("grace", "unknown", "decoration", "text"):
            self._warn(kind)
        elif kind == "plus" or (kind == "known" and SIMPLE_DECORATION.search(match["known"])):
            self._warn("decoration")

    def _inline(self, name: str, value: str) -> None:
        if name == "I":
            words = value.split(None, 1)
            self._directive(words[0].lower() if words else "", (words + [""])[1])
        else:
            self.read_field(name, value)

    def _tuplet(self, match: "re.Match[str]") -> None:
        number = int(match["tuple"])
        meter = self.voice.meter
        is_compound = meter is not None and meter[0] % 3 == 0 and meter[0] > 3
        time = int(match["time"] or 0) or TUPLETS.get(number) or (3 if is_compound else 2)
        if number == 1 and not match["time"]:
            time = 1
        self.voice.current.tuplet = (int(match["count"] or 0) or number, Fraction(time, number))

    def _chord(self, content: str, times: Fraction) -> None:
        """Append a chord, as long as its first note; the notes may have lengths of their own."""
        tones: list[Tone] = []
        first = ONE
        for member in MEMBER.finditer(content):
            if not member["letter"]:
                continue
            length = _length(member) or ONE
            first = length if not tones else first
            tone = self._tone(member)
            tone.factor, tone.is_tied = length / first, bool(member["tie"])
            tones.append(tone)
        if tones:
            self._append(tones, first * times)
        elif content.strip():
            self._warn("unknown")

    def _append(self, tones: list[Tone], units: Fraction) -> None:
        self.events += 1
        self.voice.append(tones, units)

    def _tone(self, match: "re.Match[str]") -> Tone:
        voice, letter, marks = self.voice, match["letter"].upper(), match["octave"]
        octave = 4 + match["letter"].islower() + marks.count("'") - marks.count(",")
        accidental = None
        if signs := match["accidental"]:
            accidental = signs.count("^") - signs.count("_")
            if match["micro"]:
                accidental = round(float(accidental * (_fraction(match["micro"]))))
                self._warn("micro")
        sharps = voice.sharps((letter, octave), accidental)
        pitch = 12 * (octave + 1) + STEPS[letter] + sharps + voice.shift
        return Tone((letter, octave), sharps, pitch)

    def _bar_line(self, sign: str, ending: str) -> None:
        """Read a bar line: a double one or a repeat begins a section."""
        is_section = bool(re.search(r"\|\||:|\[\||\|\]", sign))
        if ":" in sign:
            self._warn("repeat")
        self.voice.bar_line(is_section, is_section, _numbers(ending))

    def finish(self) -> AbcTune:
        """Return the tune: endings left out, voices without notes too."""
        voices = [voice for voice in self.voices.values() if voice.has_events]
        for voice in voices:
            voice.bar_start = voice.now = max([voice.now, *voice.layer_ends])
        spans = _merged(span for voice in voices for span in voice.left_out())
        if spans:
            self.tune.warnings.discard(LEFT_OUT["repeat"])
            self._warn("ending")
            for voice in voices:
                voice.cut(spans)
        self.tune.voices = voices
        return self.tune


def _length(match: "re.Match[str]", prefix: str = "") -> Fraction:
    """Read a length in units: "3/2" is 3/2, "/" is 1/2, "//" is 1/4, "" is 1."""
    times, slashes, parts = (match[prefix + name] for name in ("times", "slashes", "parts"))
    denominator = int(parts or 0) or 2 ** min(len(slashes), 16)
    return Fraction(int(times or 1), denominator)


def _fraction(text: str) -> Fraction:
    """Read the size of a microtone: "/" is 1/2, "3/2" is 3/2."""
    above, _, below = text.partition("/")
    return Fraction(int(above or 1), int(below or 2) or 2)


def _is_chord(text: str) -> bool:
    return bool(OLD_CHORD.fullmatch(text)) and not DYNAMICS.fullmatch(text)


def _numbers(text: str) -> set[int]:
    """Read the numbers of an ending: "1,3" or "1-3"."""
    numbers: set[int] = set()
    for part in re.findall(r"\d{1,3}(?:-\d{1,3})?", text):
        first, _, last = part.partition("-")
        numbers.update(range(int(first), int(last or first) + 1))
    return numbers


def _merged(spans: Iterable[tuple[Fraction, Fraction]]) -> list[tuple[Fraction, Fraction]]:
    """Merge overlapping spans."""
    merged: list[tuple[Fraction, Fraction]] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        elif end > start:
            merged.append((start, end))
    return merged
