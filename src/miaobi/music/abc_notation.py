"""Tunes in ABC notation (the abc standard 2.1) as scores: what fiddle tunes are written in.

Read: notes, rests, chords, ties, tuplets, broken rhythm, accidentals, voices, changes of key, meter
and unit. A repeat is played once, with its second ending; ornaments are left out.
"""

import re
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from miaobi.core.errors import MediaError
from miaobi.music.keys import Key
from miaobi.music.score import GRID, WHOLE, Note, Part, Score, make_score

STEPS = dict(zip("CDEFGAB", (0, 2, 4, 5, 7, 9, 11), strict=True))
SHARPS = "FCGDAEB"  # the order in which a signature sharpens; backwards: flattens
MODES = {
    "": 0,
    "maj": 0,
    "ion": 0,
    "mix": -1,
    "dor": -2,
    "m": -3,
    "min": -3,
    "aeo": -3,
    "phr": -4,
    "loc": -5,
    "lyd": 1,
}
TUPLETS = {2: 3, 3: 2, 4: 3, 5: 2, 6: 2, 7: 2, 8: 3, 9: 2}  # so many in the time of
KEY = re.compile(r"\s*([A-G])([#b]?)\s*(maj|ion|mix|dor|min|aeo|phr|loc|lyd|m(?![a-z]))?", re.I)
TEMPO = re.compile(r"(?:(\d+)/(\d+)[^=]*=\s*)?(\d+)")
PITCH = r"(?P<sharps>\^{1,2}|_{1,2}|=)?(?P<letter>[A-Ga-g])(?P<octave>[',]*)"
LENGTH = r"(?P<times>\d*)(?P<slashes>/*)(?P<parts>\d*)"
TOKEN = re.compile(
    r'"[^"]*"|![^!\n]*!|\{[^}]*\}'  # chord names, ornaments, grace notes: skipped
    r"|\[(?P<inline>[A-Za-z]):(?P<value>[^\]]*)\]"
    r"|(?P<bar>(?:\[\||:*\|[|\]:]*|::+)\s*\[?(?P<ending>[1-9])?|\[(?P<volta>[1-9]))"
    r"|\((?P<tuple>[2-9])(?::(?P<time>\d*))?(?::(?P<count>\d*))?"
    rf"|\[(?P<chord>[^\]|]*)\]{LENGTH.replace('<', '<c')}"
    rf"|{PITCH}{LENGTH}"
    rf"|(?P<rest>[zxZ]){LENGTH.replace('<', '<r')}"
    r"|(?P<broken><+|>+)|(?P<tie>-)|[^\S\n]+|.|\n"
)
SINGLE = re.compile(PITCH + LENGTH)


@dataclass
class Voice:
    """What has been read of one voice."""

    now: Fraction = Fraction(0)  # ticks
    events: list[tuple[Fraction, Fraction, tuple[int, ...]]] = field(default_factory=list)
    # where its bar lines stand, and whether a strain begins there
    bars: list[tuple[Fraction, bool]] = field(default_factory=list)
    accidentals: dict[tuple[str, int], int] = field(default_factory=dict)  # until the bar ends
    factor: Fraction = Fraction(1)  # of the next note, by a broken rhythm
    tuplet: tuple[int, Fraction] = (0, Fraction(1))  # notes left, factor
    tied: bool = False
    skipped: bool = False  # inside a first ending


class Reader:
    """One tune, line by line."""

    def __init__(self) -> None:
        self.fields: dict[str, str] = {}
        self.meter, self.key = (4, 4), Key()
        self.unit: Fraction | None = None  # of a whole note
        self.signature: dict[str, int] = {}
        self.voices: dict[str, Voice] = {}
        self.voice = self.voices.setdefault("1", Voice())
        self.body = False  # the field K ends the head
        self.first: tuple[tuple[int, int], Key] | None = None

    def line(self, line: str) -> None:
        """Read a line: a field, or music."""
        line = line.split("%")[0].rstrip().rstrip("\\")
        if len(line) > 1 and line[1] == ":" and line[0].isalpha():
            self.field(line[0], line[2:].strip())
        elif self.body:
            for match in TOKEN.finditer(line):
                self.token(match)

    def field(self, name: str, value: str) -> None:
        """One field of the head, or a change in the body."""
        if not self.body:
            self.fields.setdefault(name, value)
        if name == "M":
            self.meter = _meter(value)
        elif name == "L" and re.fullmatch(r"\d+/[1-9]\d*", value):
            self.unit = Fraction(value)
        elif name == "V":
            told = (value.split() or ["1"])[0]
            if not self.voices[next(iter(self.voices))].events and told not in self.voices:
                self.voices = {}
            self.voice = self.voices.setdefault(told, Voice())
        elif name == "K":
            self.key, self.signature = _key(value)
            self.first = self.first or (self.meter, self.key)
            self.body = True

    def token(self, match: "re.Match[str]") -> None:
        """One note, chord, rest, bar line, tuplet … of the music."""
        voice = self.voice
        if match["inline"]:
            self.field(match["inline"], match["value"].strip())
        elif match["bar"]:
            self.bar(match["bar"], match["ending"] or match["volta"])
        elif match["tuple"]:
            number = int(match["tuple"])
            time = int(match["time"] or TUPLETS[number])
            voice.tuplet = (int(match["count"] or number), Fraction(time, number))
        elif match["broken"]:
            self.broken(match["broken"])
        elif match["tie"]:
            voice.tied = True
        else:
            self.sounding(match)

    def sounding(self, match: "re.Match[str]") -> None:
        """A note, a chord or a rest; anything else is passed over."""
        if match["letter"]:
            self.sound((self.pitch(match),), _length(match, ""))
        elif match["chord"]:
            inner = list(SINGLE.finditer(match["chord"]))
            if inner:
                own = _length(inner[0], "")
                self.sound(tuple(map(self.pitch, inner)), own * _length(match, "c"))
        elif match["rest"]:
            length = _length(match, "r")
            if match["rest"] == "Z":  # whole bars
                length *= Fraction(*self.meter) / self._unit()
            self.sound((), length)

    def bar(self, sign: str, ending: str | None) -> None:
        """A bar line: accidentals end; a first ending is left out."""
        voice = self.voice
        voice.accidentals.clear()
        strain = bool(re.search(r"\|\||:|\[\||\|\]", sign))  # a double one, or a repeat
        if not voice.bars or voice.bars[-1][0] != voice.now:
            voice.bars.append((voice.now, strain))
        elif strain:
            voice.bars[-1] = (voice.now, True)
        if ":" in sign or (ending and ending != "1"):
            voice.skipped = False
        if ending == "1":
            voice.skipped = True

    def broken(self, sign: str) -> None:
        """a>b: the note before becomes longer and the next one shorter; < the other way."""
        voice = self.voice
        short = Fraction(1, 2 ** len(sign))
        before, voice.factor = (2 - short, short) if sign[0] == ">" else (short, 2 - short)
        if voice.events:
            start, length, pitches = voice.events[-1]
            voice.events[-1] = (start, length * before, pitches)
            voice.now = start + length * before

    def sound(self, pitches: tuple[int, ...], units: Fraction) -> None:
        """A note, chord or rest (no pitches) that lasts so many units."""
        voice = self.voice
        length = units * self._unit() * WHOLE * voice.factor
        voice.factor = Fraction(1)
        left, factor = voice.tuplet
        if left:
            length, voice.tuplet = length * factor, (left - 1, factor)
        if voice.skipped:
            return
        if voice.tied and voice.events and voice.events[-1][2] == pitches:
            start, before, _ = voice.events[-1]
            voice.events[-1] = (start, before + length, pitches)
        else:
            voice.events.append((voice.now, length, pitches))
        voice.tied = False
        voice.now += length

    def pitch(self, match: "re.Match[str]") -> int:
        """The MIDI pitch of a note, by its own accidental, the bar's, or the signature."""
        letter = match["letter"].upper()
        octave = 5 if match["letter"].islower() else 4
        octave += match["octave"].count("'") - match["octave"].count(",")
        sign, place = match["sharps"], (letter, octave)
        if sign:
            self.voice.accidentals[place] = sign.count("^") - sign.count("_")
        sharps = self.voice.accidentals.get(place, self.signature.get(letter, 0))
        return min(max(12 * (octave + 1) + STEPS[letter] + sharps, 0), 127)

    def _unit(self) -> Fraction:
        small = Fraction(*self.meter) < Fraction(3, 4)
        return self.unit or Fraction(1, 16 if small else 8)


def tunes(text: str) -> list[str]:
    """The tunes of a file: each begins with its field X."""
    return [part for part in re.split(r"(?m)^(?=X:)", text) if part.startswith("X:")]


def read(data: bytes, name: object) -> Score:
    """The first tune of a file. Raises MediaError where there is none."""
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        text = data.decode("latin-1")
    found = tunes("\n" + text.replace("\r", ""))
    return read_tune(found[0] if found else text, name)[0]


def read_tune(text: str, name: object) -> tuple[Score, float]:
    """One tune, and the share of its bar lines that stand where its meter has them.

    Raises MediaError for what holds no music.
    """
    reader = Reader()
    for line in text.splitlines():
        reader.line(line)
    if reader.first is None:
        raise MediaError(
            "{name} cannot be read as {kind}: {reason}.",
            "Its head needs a line K: with the key, such as K:Dm.",
            name=name,
            kind="ABC",
            reason="K: ?",
        )
    meter, key = reader.first
    bar = Fraction(meter[0] * WHOLE, meter[1])
    voices = [voice for voice in reader.voices.values() if voice.events]
    pickup, fitting = _aligned(voices[0], bar) if voices else (Fraction(0), 0.0)
    notes = [
        Note(round(start), number, pitch, max(1, round(start + length) - round(start)))
        for number, voice in enumerate(voices)
        for start, length, pitches in voice.events
        for pitch in pitches
    ]
    score = make_score(
        notes,
        name,
        parts=(Part(),) * max(1, len(voices)),
        meter=meter,
        key=key,
        tempo=_tempo(reader.fields.get("Q", "")),
        pickup=round(pickup),
        title=reader.fields.get("T", ""),
    )
    return score, fitting


def _aligned(voice: Voice, bar: Fraction) -> tuple[Fraction, float]:
    """The pickup, and the share of plain bar lines that stand where the meter has them.

    Where a strain begins with a pickup that the strain before has left no room for (or the other
    way round), a rest is put in: bars stay straight.
    """
    first = next((place for place, _ in voice.bars if place > 0), Fraction(0))
    pickup = first if first < bar else Fraction(0)
    shift, fitting, plain = Fraction(0), 0, 0
    begins: list[tuple[Fraction, Fraction]] = []  # (where a strain begins, rest before it)
    for count, (place, strain) in enumerate(voice.bars):
        if strain:
            following = next((p for p, strain in voice.bars[count + 1 :] if not strain), None)
            rest = -(following + shift - pickup) % bar if following is not None else Fraction(0)
            if rest and place > 0:
                begins.append((place, rest))
                shift += rest
        elif place > 0:
            plain += 1
            fitting += (place + shift - pickup) % bar == 0
    for place, rest in reversed(begins):
        voice.events = [
            (start + rest if start >= place else start, length, pitches)
            for start, length, pitches in voice.events
        ]
    return pickup, fitting / max(1, plain)


def _length(match: "re.Match[str]", prefix: str) -> Fraction:
    """A3/2 -> 3/2, A/ -> 1/2, A// -> 1/4, A -> 1."""
    times, slashes, parts = (match[prefix + name] for name in ("times", "slashes", "parts"))
    below = int(parts or 0) or 2 ** len(slashes)
    return Fraction(int(times or 1), below)


def _meter(value: str) -> tuple[int, int]:
    if value.startswith("C"):
        return (2, 2) if value.startswith("C|") else (4, 4)
    told = re.match(r"(\d+)/(\d+)", value)
    if not told or not int(told[1]) or not int(told[2]) or 4 * GRID % int(told[2]):
        return (4, 4)
    return int(told[1]), int(told[2])


def _key(value: str) -> tuple[Key, dict[str, int]]:
    """The key of a field K, and which letters its signature raises or lowers."""
    if value.startswith("H"):  # of the Highland pipes
        value = "D"
    told = KEY.match(value)
    letter, sign, mode = (told[1].upper(), told[2], told[3] or "") if told else ("C", "", "")
    alter = {"#": 1, "b": -1}.get(sign, 0)
    offset = MODES[mode.lower()]
    fifths = SHARPS.index(letter) - 1 + 7 * alter + offset
    raised = {SHARPS[place % 7]: place // 7 + 1 for place in range(fifths)}
    lowered = {SHARPS[6 - place % 7]: -(place // 7 + 1) for place in range(-fifths)}
    tonic = (STEPS[letter] + alter) % 12
    return Key(tonic, "major" if offset in (0, -1, 1) else "minor"), raised | lowered


def _tempo(value: str) -> float:
    told: Any = TEMPO.search(value)
    if not told or not int(told[3]):
        return 100.0
    unit = Fraction(int(told[1]), int(told[2])) if told[1] and int(told[2]) else Fraction(1, 4)
    return min(max(float(int(told[3]) * unit * 4), 20.0), 400.0)
