"""Tunes in ABC notation (the abc standard 2.1) as scores.

Supported: notes, rests, chords, ties, tuplets, broken rhythm, accidentals, voices, and changes of
key, meter and unit length. Repeats play once, with the second ending; ornaments are skipped.
"""

import re
from dataclasses import dataclass, field
from fractions import Fraction

from miaobi.core.errors import MediaError
from miaobi.music.keys import CIRCLE_OF_FIFTHS, LETTERS, Key
from miaobi.music.score import GRID, WHOLE, Note, Part, Score, make_score

# mode -> fifths from the major key with the same tonic
MODES = {"lyd": 1, "mix": -1, "dor": -2, "phr": -4, "loc": -5}
MODES |= dict.fromkeys(("", "maj", "ion"), 0) | dict.fromkeys(("m", "min", "aeo"), -3)
TUPLETS = {2: 3, 3: 2, 4: 3, 5: 2, 6: 2, 7: 2, 8: 3, 9: 2}  # notes -> in the time of
KEY = re.compile(r"\s*([A-G])([#b]?)\s*(maj|ion|mix|dor|min|aeo|phr|loc|lyd|m(?![a-z]))?", re.I)
TEMPO = re.compile(r"(?:(\d+)/(\d+)[^=]*=\s*)?(\d+)")
PITCH = r"(?P<sharps>\^{1,2}|_{1,2}|=)?(?P<letter>[A-Ga-g])(?P<octave>[',]*)"
LENGTH = r"(?P<times>\d*)(?P<slashes>/*)(?P<parts>\d*)"
TOKEN = re.compile(
    r'"[^"]*"|![^!\n]*!|\{[^}]*\}'  # chord symbols, decorations, grace notes: skipped
    r"|\[(?P<inline>[A-Za-z]):(?P<value>[^\]]*)\]"
    r"|(?P<bar>(?:\[\||:*\|[|\]:]*|::+)\s*\[?(?P<ending>[1-9])?|\[(?P<volta>[1-9]))"
    r"|\((?P<tuple>[2-9])(?::(?P<time>\d*))?(?::(?P<count>\d*))?"
    rf"|\[(?P<chord>[^\]|]*)\]{LENGTH.replace('<', '<c')}"
    rf"|{PITCH}{LENGTH}"
    rf"|(?P<rest>[zxZ]){LENGTH.replace('<', '<r')}"
    r"|(?P<broken><+|>+)|(?P<tie>-)|[^\S\n]+|.|\n"
)
NOTE = re.compile(PITCH + LENGTH)


@dataclass
class VoiceState:
    """Notes of one voice so far, and the state of its parser."""

    now: Fraction = Fraction(0)  # ticks
    # (start, length, pitches) in ticks; no pitches: a rest
    events: list[tuple[Fraction, Fraction, tuple[int, ...]]] = field(default_factory=list)
    bar_lines: list[tuple[Fraction, bool]] = field(default_factory=list)  # tick, a section begins
    accidentals: dict[tuple[str, int], int] = field(default_factory=dict)  # until the bar line
    broken_factor: Fraction = Fraction(1)  # of the next note
    tuplet: tuple[int, Fraction] = (0, Fraction(1))  # remaining notes, factor
    tied: bool = False
    in_first_ending: bool = False


class TuneParser:
    """Parser of one tune, line by line."""

    def __init__(self) -> None:
        self.fields: dict[str, str] = {}
        self.meter, self.key = (4, 4), Key()
        self.unit_length: Fraction | None = None  # of a whole note
        self.signature: dict[str, int] = {}  # letter -> sharps
        self.voices: dict[str, VoiceState] = {}
        self.voice = self.voices.setdefault("1", VoiceState())
        self.in_body = False  # after the first K field
        self.initial: tuple[tuple[int, int], Key] | None = None  # meter and key

    def read_line(self, line: str) -> None:
        """Read an information field or a line of music."""
        line = line.split("%")[0].rstrip().rstrip("\\")
        if len(line) > 1 and line[1] == ":" and line[0].isalpha():
            self.read_field(line[0], line[2:].strip())
        elif self.in_body:
            for match in TOKEN.finditer(line):
                self.read_token(match)

    def read_field(self, name: str, value: str) -> None:
        """Read a field of the header, or a change in the body."""
        if not self.in_body:
            self.fields.setdefault(name, value)
        if name == "M":
            self.meter = _read_meter(value)
        elif name == "L" and re.fullmatch(r"\d+/[1-9]\d*", value):
            self.unit_length = Fraction(value)
        elif name == "V":
            voice = (value.split() or ["1"])[0]
            if not self.voices[next(iter(self.voices))].events and voice not in self.voices:
                self.voices = {}
            self.voice = self.voices.setdefault(voice, VoiceState())
        elif name == "K":
            self.key, self.signature = _read_key(value)
            self.initial = self.initial or (self.meter, self.key)
            self.in_body = True

    def read_token(self, match: "re.Match[str]") -> None:
        """Read a note, chord, rest, bar line, tuplet, tie or inline field."""
        voice = self.voice
        if match["inline"]:
            self.read_field(match["inline"], match["value"].strip())
        elif match["bar"]:
            self._bar_line(match["bar"], match["ending"] or match["volta"])
        elif match["tuple"]:
            number = int(match["tuple"])
            time = int(match["time"] or TUPLETS[number])
            voice.tuplet = (int(match["count"] or number), Fraction(time, number))
        elif match["broken"]:
            self._broken_rhythm(match["broken"])
        elif match["tie"]:
            voice.tied = True
        else:
            self._read_note(match)

    def _read_note(self, match: "re.Match[str]") -> None:
        """Read a note, a chord or a rest, and skip anything else."""
        if match["letter"]:
            self._append((self._pitch(match),), _read_length(match, ""))
        elif match["chord"]:
            if members := list(NOTE.finditer(match["chord"])):
                length = _read_length(members[0], "") * _read_length(match, "c")
                self._append(tuple(map(self._pitch, members)), length)
        elif match["rest"]:
            length = _read_length(match, "r")
            if match["rest"] == "Z":  # whole bars
                length *= Fraction(*self.meter) / self._unit()
            self._append((), length)

    def _bar_line(self, sign: str, ending: str | None) -> None:
        """Read a bar line, which ends accidentals and may begin a section or an ending."""
        voice = self.voice
        voice.accidentals.clear()
        is_section = bool(re.search(r"\|\||:|\[\||\|\]", sign))  # a double bar or a repeat
        if not voice.bar_lines or voice.bar_lines[-1][0] != voice.now:
            voice.bar_lines.append((voice.now, is_section))
        elif is_section:
            voice.bar_lines[-1] = (voice.now, True)
        if ":" in sign or (ending and ending != "1"):
            voice.in_first_ending = False
        if ending == "1":
            voice.in_first_ending = True

    def _broken_rhythm(self, sign: str) -> None:
        """Lengthen the previous note and shorten the next one (a>b), or the reverse (a<b)."""
        voice = self.voice
        short = Fraction(1, 2 ** len(sign))
        factor, voice.broken_factor = (2 - short, short) if sign[0] == ">" else (short, 2 - short)
        if voice.events:
            start, length, pitches = voice.events[-1]
            voice.events[-1] = (start, length * factor, pitches)
            voice.now = start + length * factor

    def _append(self, pitches: tuple[int, ...], units: Fraction) -> None:
        """Append a note, a chord or a rest (no pitches) of a length in unit lengths."""
        voice = self.voice
        length = units * self._unit() * WHOLE * voice.broken_factor
        voice.broken_factor = Fraction(1)
        remaining, factor = voice.tuplet
        if remaining:
            length, voice.tuplet = length * factor, (remaining - 1, factor)
        if voice.in_first_ending:
            return
        if voice.tied and voice.events and voice.events[-1][2] == pitches:
            start, tied_length, _ = voice.events[-1]
            voice.events[-1] = (start, tied_length + length, pitches)
        else:
            voice.events.append((voice.now, length, pitches))
        voice.tied = False
        voice.now += length

    def _pitch(self, match: "re.Match[str]") -> int:
        """Return the MIDI pitch of a note; its accidental holds until the bar line."""
        letter = match["letter"].upper()
        marks = match["octave"]
        octave = 4 + match["letter"].islower() + marks.count("'") - marks.count(",")
        note = (letter, octave)
        if sign := match["sharps"]:
            self.voice.accidentals[note] = sign.count("^") - sign.count("_")
        sharps = self.voice.accidentals.get(note, self.signature.get(letter, 0))
        return min(max(12 * (octave + 1) + LETTERS[letter] + sharps, 0), 127)

    def _unit(self) -> Fraction:
        """Return the unit length; its default is 1/16 in meters shorter than 3/4, else 1/8."""
        return self.unit_length or Fraction(1, 16 if Fraction(*self.meter) < Fraction(3, 4) else 8)


def split_tunes(text: str) -> list[str]:
    """Split a tune book into tunes, each beginning with its field X."""
    return [tune for tune in re.split(r"(?m)^(?=X:)", text) if tune.startswith("X:")]


def read(data: bytes, name: object) -> Score:
    """Read the first tune of a file. Raises MediaError if there is none."""
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        text = data.decode("latin-1")
    tunes = split_tunes("\n" + text.replace("\r", ""))
    return read_tune(tunes[0] if tunes else text, name)[0]


def read_tune(text: str, name: object) -> tuple[Score, float]:
    """Read one tune; also return the fraction of its bar lines that agree with the meter.

    Raises MediaError if the tune has no key field or no notes.
    """
    parser = TuneParser()
    for line in text.splitlines():
        parser.read_line(line)
    if parser.initial is None:
        raise MediaError(
            "{name} cannot be read as {kind}: {reason}.",
            "Its header needs a field K: with the key, such as K:Dm.",
            name=name,
            kind="ABC",
            reason="K: ?",
        )
    meter, key = parser.initial
    bar = Fraction(meter[0] * WHOLE, meter[1])
    voices = [voice for voice in parser.voices.values() if voice.events]
    pickup, agreement = _align(voices[0], bar) if voices else (Fraction(0), 0.0)
    notes = [
        Note(round(start), number, pitch, max(1, round(start + length) - round(start)))
        for number, voice in enumerate(voices)
        for start, length, pitches in voice.events
        for pitch in pitches
    ]
    score = make_score(
        notes,
        name,
        (Part(),) * max(1, len(voices)),
        meter=meter,
        key=key,
        tempo=_read_tempo(parser.fields.get("Q", "")),
        pickup=round(pickup),
        title=parser.fields.get("T", ""),
    )
    return score, agreement


def _align(voice: VoiceState, bar: Fraction) -> tuple[Fraction, float]:
    """Insert rests so that every section begins on a bar line of the meter.

    A rest is needed where a section begins with a pickup and the previous one ends with a full
    bar, or the reverse. Returns the pickup and the fraction of plain bar lines that agree.
    """
    first = next((tick for tick, _ in voice.bar_lines if tick > 0), Fraction(0))
    pickup = first if first < bar else Fraction(0)
    shift, agreeing, plain = Fraction(0), 0, 0
    rests: list[tuple[Fraction, Fraction]] = []  # (start of a section, length of the rest)
    for count, (tick, is_section) in enumerate(voice.bar_lines):
        if is_section:
            after = voice.bar_lines[count + 1 :]
            following = next((t for t, section in after if not section), None)
            rest = -(following + shift - pickup) % bar if following is not None else Fraction(0)
            if rest and tick > 0:
                rests.append((tick, rest))
                shift += rest
        elif tick > 0:
            plain += 1
            agreeing += (tick + shift - pickup) % bar == 0
    for tick, rest in reversed(rests):
        voice.events = [
            (start + rest if start >= tick else start, length, pitches)
            for start, length, pitches in voice.events
        ]
    return pickup, agreeing / max(1, plain)


def _read_length(match: "re.Match[str]", prefix: str) -> Fraction:
    """Read a length in units: "3/2" is 3/2, "/" is 1/2, "//" is 1/4, "" is 1."""
    times, slashes, parts = (match[prefix + name] for name in ("times", "slashes", "parts"))
    denominator = int(parts or 0) or 2 ** len(slashes)
    return Fraction(int(times or 1), denominator)


def _read_meter(value: str) -> tuple[int, int]:
    if value.startswith("C"):
        return (2, 2) if value.startswith("C|") else (4, 4)
    match = re.match(r"(\d+)/(\d+)", value)
    if not match or not int(match[1]) or not int(match[2]) or 4 * GRID % int(match[2]):
        return (4, 4)
    return int(match[1]), int(match[2])


def _read_key(value: str) -> tuple[Key, dict[str, int]]:
    """Read a field K: the key, and the sharps of each letter in its signature."""
    match = KEY.match("D" if value.startswith("H") else value)  # H: Highland pipes
    letter, sign, mode = (match[1].upper(), match[2], match[3] or "") if match else ("C", "", "")
    alter = {"#": 1, "b": -1}.get(sign, 0)
    offset = MODES[mode.lower()]
    fifths = CIRCLE_OF_FIFTHS.index(letter) - 1 + 7 * alter + offset
    raised = {CIRCLE_OF_FIFTHS[n % 7]: n // 7 + 1 for n in range(fifths)}
    lowered = {CIRCLE_OF_FIFTHS[6 - n % 7]: -(n // 7 + 1) for n in range(-fifths)}
    tonic = (LETTERS[letter] + alter) % 12
    return Key(tonic, "major" if offset in (0, -1, 1) else "minor"), raised | lowered


def _read_tempo(value: str) -> float:
    """Read a field Q as quarter notes per minute, 20 to 400; 100 without a number."""
    match = TEMPO.search(value)
    if not match or not int(match[3]):
        return 100.0
    unit = Fraction(int(match[1]), int(match[2])) if match[1] and int(match[2]) else Fraction(1, 4)
    return min(max(float(int(match[3]) * unit * 4), 20.0), 400.0)
