"""Tunes in ABC notation (the abc standard 2.1): from text to the notes of each voice.

Read are notes, rests, chords, ties, tuplets, broken rhythm, accidentals, voices, overlays, endings
and changes of key, meter and unit length. A repeat is played once, with its last ending. What is
left out is named in AbcTune.warnings.
"""

import re
from collections.abc import Callable
from fractions import Fraction

from miaobi.notation.abc_fields import (
    read_key,
    read_length,
    read_meter,
    read_properties,
    read_tempo,
    read_text,
)
from miaobi.notation.abc_lines import Line, read_lines
from miaobi.notation.abc_tokens import (
    MEMBER,
    TOKEN,
    is_old_chord,
    read_endings,
    read_microtone,
    read_units,
)
from miaobi.notation.abc_voices import AbcTune, Tone, Voice
from miaobi.notation.endings import Spans
from miaobi.notation.left_out import LEFT_OUT

Match = re.Match[str]
MAX_CHARACTERS = 300_000  # of one tune
MAX_BARS = 10_000  # of one rest
TUPLETS = {1: 1, 2: 3, 3: 2, 4: 3, 6: 2, 8: 3}  # notes -> in the time of; others by the meter
FILE_FIELDS = "LMUmI%"  # of the file header that hold for every tune


def parse_tune(text: str, file_header: str = "", all_endings: bool = False) -> AbcTune:
    """Parse one tune; fields of the file header hold unless the tune has its own.

    With `all_endings` the endings of a repeat follow one another. Raises ValueError for a tune of
    more than MAX_CHARACTERS.
    """
    if len(text) > MAX_CHARACTERS:
        raise ValueError("it is too long for one tune")
    parser = TuneParser()
    for line in read_lines(file_header, set()):
        if line.kind and line.kind in FILE_FIELDS:
            parser.read(line)
    for line in read_lines(text, parser.tune.warnings):
        parser.read(line)
    return parser.finish(all_endings)


class TuneParser:
    """Parser of one tune, line by line."""

    def __init__(self) -> None:
        self.tune = AbcTune()
        self.start = Voice(Fraction(1, 8), None, {})  # header state that every voice begins with
        self.unit: Fraction | None = None
        self.voices: dict[str, Voice] = {}
        self.properties: dict[str, dict[str, str]] = {}  # of voices defined in the header
        self.name: str | None = None  # of the current voice
        self.fields: dict[str, Callable[[str], None]] = {
            "T": self._read_title,
            "M": self._read_meter,
            "L": self._read_length,
            "Q": self._read_tempo,
            "V": self._read_voice,
            "K": self._read_key,
            "P": lambda _: None if self.tune.has_key else self._warn("order"),
            **dict.fromkeys("wW", lambda _: self._warn("lyrics")),
            "m": lambda _: self._warn("macro"),
        }
        self.signs: dict[str, Callable[[Match], None]] = {
            "note": self._note,
            "rest": self._rest,
            "bar": lambda match: self._bar_line(match["sign"], match["ending"]),
            "volta": lambda match: self._bar_line("", match["volta_ending"]),
            "chord": lambda match: self._chord(match["members"], read_units(match, "chord_")),
            "broken": lambda match: self.voice.break_rhythm(match[0]),
            "tie": lambda _: self.voice.tie(),
            "tuplet": self._tuplet,
            "overlay": lambda _: self.voice.overlay(),
            "field": self._inline,
            "plus": self._plus,
            "grace": self._grace,
            "skipped": lambda _: None,
            "decoration": lambda _: self._warn("ornament"),
        }

    def read(self, line: Line) -> None:
        """Read a field, a directive or a line of music."""
        if line.kind == "%":
            self._directive(line.name.lower(), line.text)
        elif line.kind:
            self._field(line.kind, line.text)
        else:
            for match in TOKEN.finditer(line.text):
                kind = match.lastgroup or "unknown"
                if read := self.signs.get(kind):
                    read(match)
                else:
                    self._warn(kind)

    @property
    def voice(self) -> Voice:
        """The current voice; without a field V the first one."""
        if self.name is None:
            self._select(next(iter(self.properties), "1"))
        assert self.name is not None
        return self.voices[self.name]

    @property
    def has_events(self) -> bool:
        """True once any voice has begun."""
        return any(voice.has_events for voice in self.voices.values())

    def _warn(self, reason: str) -> None:
        self.tune.warnings.add(LEFT_OUT[reason])

    def _field(self, name: str, value: str) -> None:
        if read := self.fields.get(name):
            read(value)

    def _target(self) -> Voice:
        """Return what a field changes: the current voice, or every one while none has begun."""
        return self.start if self.name is None else self.voices[self.name]

    def _default_unit(self) -> Fraction:
        """Return 1/16 in meters shorter than 3/4, else 1/8 (section 3.1.7)."""
        meter = self.start.meter
        return Fraction(1, 16) if meter and Fraction(*meter) < Fraction(3, 4) else Fraction(1, 8)

    def _read_title(self, value: str) -> None:
        self.tune.title = self.tune.title or read_text(value)

    def _read_length(self, value: str) -> None:
        if unit := read_length(value):
            self.unit = self._target().unit = unit

    def _read_tempo(self, value: str) -> None:
        tempo = read_tempo(value, self.unit or self._default_unit())
        if self.tune.tempo is not None and tempo not in (None, self.tune.tempo):
            self._warn("tempo")
        self.tune.tempo = self.tune.tempo or tempo

    def _read_meter(self, value: str) -> None:
        meter, tune = read_meter(value), self.tune
        self._target().meter = meter
        if self.has_events:
            if meter not in tune.meters:
                self._warn("meter")
            tune.meters.add(meter)
            return
        if not self.unit and not (tune.has_key and tune.meters):
            self.start.unit = self._target().unit = self._default_unit()
        tune.meter, tune.meters = meter, {meter}

    def _read_key(self, value: str) -> None:
        tune, read, target = self.tune, read_key(value), self._target()
        if read.signature is not None:
            if self.has_events and read.signature != target.signature:
                self._warn("key")
            if not self.has_events:
                tune.key = read.key
            target.signature = read.signature
        target.properties |= read.properties
        tune.has_key = True

    def _read_voice(self, value: str) -> None:
        match = re.match(r'\s*("[^"]*"|\S+)', value)
        name = match[1] if match else "1"
        properties, _ = read_properties(value[match.end() :] if match else "")
        if self.tune.has_key:
            self._select(name, properties)
        else:
            self.properties[name] = self.properties.get(name, {}) | properties

    def _select(self, name: str, properties: dict[str, str] | None = None) -> None:
        """Make a voice the current one; a new one begins with the state of the header."""
        if name not in self.voices:
            start = self.start
            voice = Voice(start.unit, start.meter, dict(start.signature), start.propagation)
            voice.properties = start.properties | self.properties.get(name, {})
            voice.transposition, voice.program = start.transposition, start.program
            voice.drums = start.drums
            voice.name = "" if name.isdigit() else name
            self.voices[name] = voice
        voice = self.voices[name]
        voice.properties |= properties or {}
        label = voice.properties.get("name") or voice.properties.get("nm")
        voice.name = read_text(label) if label else voice.name
        self.name = name

    def _directive(self, name: str, value: str) -> None:
        words = value.split()
        target = self._target()
        if name == "propagate-accidentals" and words[:1] in (["not"], ["octave"], ["pitch"]):
            target.propagation = words[0]
        elif name == "midi" and len(words) > 1 and re.fullmatch(r"[+-]?\d{1,3}", words[-1]):
            number = int(words[-1])
            if words[0] == "program":
                target.program = min(max(number, 0), 127)
            elif words[0] == "transpose":
                target.transposition = number
            elif words[0] == "channel":
                target.drums = number == 10

    def _inline(self, match: Match) -> None:
        word, _, rest = match["value"].strip().partition(" ")
        if match["name"] == "I":
            self._directive(word.lower(), rest)
        else:
            self._field(match["name"], match["value"].strip())

    def _note(self, match: Match) -> None:
        self.voice.append([self._tone(match)], read_units(match))

    def _rest(self, match: Match) -> None:
        units = read_units(match, "rest_")
        if match["rest_sign"] in "ZX":
            self.voice.rest_bars(min(int(units) or 1, MAX_BARS))
        else:
            self.voice.append([], units)

    def _tuplet(self, match: Match) -> None:
        number, meter = int(match["number"]), self.voice.meter
        is_compound = meter is not None and meter[0] % 3 == 0 and meter[0] > 3
        time = int(match["time"] or 0) or TUPLETS.get(number) or (3 if is_compound else 2)
        count = int(match["count"] or 0) or number
        self.voice.current.tuplet = (count, Fraction(time, number))

    def _plus(self, match: Match) -> None:
        if is_old_chord(match["plus_text"]):
            self._chord(match["plus_text"], Fraction(1))
        else:
            self._warn("ornament")

    def _grace(self, match: Match) -> None:
        """Leave out grace notes, but not their accidentals, which hold for the bar."""
        self._warn("grace")
        for member in MEMBER.finditer(match["graces"]):
            if member["accidental"]:
                self._tone(member)

    def _chord(self, content: str, times: Fraction) -> None:
        """Append a chord, as long as its first note (section 4.17)."""
        members = [member for member in MEMBER.finditer(content) if member["letter"]]
        tones = [self._tone(member) for member in members]
        for tone, member in zip(tones, members, strict=True):
            tone.is_tied = bool(member["tie"])
        lengths = [read_units(member) for member in members]
        if len(set(lengths)) > 1:
            self._warn("chord")
        if tones:
            self.voice.append(tones, lengths[0] * times)
        elif content.strip():
            self._warn("unknown")

    def _tone(self, match: Match) -> Tone:
        letter, marks = match["letter"].upper(), match["octave"]
        octave = 4 + match["letter"].islower() + marks.count("'") - marks.count(",")
        accidental = None
        if signs := match["accidental"]:
            accidental = signs.count("^") - signs.count("_")
            if match["micro"]:
                accidental = round(accidental * read_microtone(match["micro"]))
                self._warn("micro")
        tone = self.voice.tone((letter, octave), accidental)
        if not 0 <= tone.pitch <= 127:
            self._warn("range")
        return tone

    def _bar_line(self, sign: str, ending: str | None) -> None:
        """Read a bar line: a double one or a repeat begins a section."""
        is_section = bool(re.search(r"\|\||:|\[\||\|\]", sign))
        if ":" in sign:
            self._warn("repeat")
        self.voice.bar_line(is_section, read_endings(ending or ""))

    def finish(self, all_endings: bool = False) -> AbcTune:
        """Return the tune, with one ending for each repeat and without silent voices."""
        order = {name: number for number, name in enumerate(self.properties)}
        names = sorted(self.voices, key=lambda name: order.get(name, len(order)))
        voices = [self.voices[name] for name in names if self.voices[name].has_events]
        for voice in voices:
            voice.now = max([voice.now, *voice.layer_ends])
        left_out = [span for voice in voices for span in voice.endings.left_out(voice.now)]
        spans = Spans(() if all_endings else left_out)
        if spans.spans:
            self.tune.warnings.discard(LEFT_OUT["repeat"])
            self._warn("ending")
            for voice in voices:
                voice.cut(spans)
        self.tune.voices = voices
        return self.tune
