"""Measures of one MusicXML part: notes with their times, tempos, meter, key and bar lines."""

import re
from dataclasses import dataclass, field
from fractions import Fraction
from xml.etree import ElementTree

from miaobi.notation.endings import ZERO
from miaobi.notation.left_out import LEFT_OUT

Element = ElementTree.Element
STEPS = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}  # semitones above C
TYPES = ("long", "breve", "whole", "half", "quarter", "eighth", "16th", "32nd", "64th", "128th")
NUMBER = re.compile(r"-?\d{1,9}(?:\.\d{1,9})?")
SMALLEST = Fraction(1, 10_000)  # quarter notes; finer positions are rounded
LARGEST = Fraction(10**6)  # quarter notes of one duration


@dataclass(frozen=True)
class XmlNote:
    """One note; start and length in quarter notes."""

    start: Fraction
    length: Fraction
    pitch: int  # sounding MIDI number
    voice: str
    tie_start: bool = False
    tie_stop: bool = False


@dataclass
class XmlPart:
    """One part: its instrument and its notes."""

    name: str = ""
    program: int = 0  # 0 to 127
    drums: bool = False
    unpitched: dict[str, int] = field(default_factory=dict)  # instrument -> MIDI note
    notes: list[XmlNote] = field(default_factory=list)


@dataclass
class XmlScore:
    """Parts of a score, with its first meter, key and tempo."""

    title: str
    parts: list[XmlPart]
    meter: tuple[int, int] | None = None
    key: tuple[int, str, int] | None = None  # sounding fifths, mode, transposition of the part
    tempo: float | None = None  # quarter notes per minute
    first_measure: Fraction = ZERO
    warnings: set[str] = field(default_factory=set)


class MeasureReader:
    """Reader of the measures of one part."""

    def __init__(self, score: XmlScore, part: XmlPart, is_first: bool) -> None:
        self.score, self.part, self.is_first = score, part, is_first
        self.divisions = Fraction(1)  # of a quarter note
        self.transposition = 0  # semitones
        self.tempos: list[tuple[Fraction, int, Fraction]] = []  # position, rank, quarters a minute
        self.barlines: set[tuple[str, str, str]] = set()  # place, kind and number of endings

    def read(self, measure: Element, start: Fraction) -> tuple[Fraction, Fraction]:
        """Read a measure; return its length, and that of its rest if it has no more."""
        self.barlines = set()
        now = onset = furthest = start
        rest = ZERO
        for item in measure:
            duration = self._duration(item)
            if item.tag == "attributes":
                self._attributes(item)
            elif item.tag == "backup":
                now = max(now - duration, start)
            elif item.tag == "forward":
                now += duration
                furthest = max(furthest, now)
            elif item.tag == "note" and item.find("grace") is None:
                onset = onset if item.find("chord") is not None else now
                self._note(item, onset, duration)
                now = max(now, onset + duration)
                whole_rest = item.find("rest")
                if whole_rest is not None and whole_rest.get("measure") == "yes":
                    rest = max(rest, now - start)
                else:
                    furthest = max(furthest, now)
            else:
                self._sign(item, now)
        return furthest - start, rest

    def _warn(self, reason: str) -> None:
        self.score.warnings.add(LEFT_OUT[reason])

    def _duration(self, item: Element) -> Fraction:
        """Return a duration in quarter notes; without one, that of the type of the note."""
        value = number_of(item, "duration")
        if value is None and item.tag == "note":
            return _typed_duration(item)
        length = (value or ZERO) / self.divisions
        return min(max(length, ZERO), LARGEST).limit_denominator(SMALLEST.denominator)

    def _sign(self, item: Element, now: Fraction) -> None:
        """Read a tempo, a bar line, or a grace note, which is left out."""
        if item.tag == "note":
            self._warn("grace")
        elif item.tag == "barline":
            if item.find("repeat") is not None:
                self._warn("repeat")
            ending = item.find("ending")
            if ending is not None:
                kind, number = ending.get("type", ""), ending.get("number", "")
                self.barlines.add((item.get("location", "right"), kind, number))
        for sound in item.iter("sound"):
            value = NUMBER.fullmatch(sound.get("tempo", "").strip())
            if value and Fraction(value[0]) > 0:
                self.tempos.append((now, 0, Fraction(value[0])))
        for metronome in item.iter("metronome"):
            if tempo := _metronome(metronome):
                self.tempos.append((now, 1, tempo))

    def _attributes(self, item: Element) -> None:
        divisions = number_of(item, "divisions")
        if divisions and divisions > 0:
            self.divisions = divisions
        transpose = item.find("transpose")
        if transpose is not None:
            octaves = number_of(transpose, "octave-change") or ZERO
            semitones = (number_of(transpose, "chromatic") or ZERO) + 12 * octaves
            self.transposition = min(max(int(semitones), -60), 60)
        score, meter = self.score, _meter(item)
        if meter and score.meter and meter != score.meter:
            self._warn("meter")
        score.meter = score.meter or meter
        fifths, mode = number_of(item, "key/fifths"), text_of(item, "key/mode").lower()
        if fifths is not None and -7 <= fifths <= 7:
            # a signature without a mode leaves the key to be estimated
            key = (int(fifths), mode, self.transposition)
            if score.key and self.is_first and key != score.key:
                self._warn("key")
            score.key = score.key or key

    def _note(self, item: Element, start: Fraction, duration: Fraction) -> None:
        """Append a note, unless it is a rest or a cue."""
        if item.find("lyric") is not None:
            self._warn("lyrics")
        pitch = self._pitch(item)
        if pitch is None or duration <= 0:
            return
        if item.find("cue") is not None:
            self._warn("cue")
            return
        kinds = {
            tie.get("type") for path in ("tie", "notations/tied") for tie in item.findall(path)
        }
        self.part.notes.append(
            XmlNote(
                start, duration, pitch, text_of(item, "voice"), "start" in kinds, "stop" in kinds
            )
        )

    def _pitch(self, item: Element) -> int | None:
        """Return the sounding pitch of a note, None for a rest."""
        if item.find("unpitched") is not None:
            instrument = item.find("instrument")
            sounds = self.part.unpitched
            pitch = sounds.get(instrument.get("id", "")) if instrument is not None else None
            if pitch is None and len(sounds) == 1:
                pitch = next(iter(sounds.values()))
            if pitch is None:
                self._warn("unpitched")
            return pitch
        if item.find("pitch") is None:
            return None
        step, octave = text_of(item, "pitch/step").upper(), number_of(item, "pitch/octave")
        if step not in STEPS or octave is None:
            raise ValueError(f"a note has the pitch {step or '?'}{octave}")
        alter = round(number_of(item, "pitch/alter") or ZERO)
        pitch = 12 * (int(octave) + 1) + STEPS[step] + alter + self.transposition
        if not 0 <= pitch <= 127:
            self._warn("range")
            return None
        return pitch


def _typed_duration(item: Element) -> Fraction:
    """Return the length of a note by its type, dots and tuplet, in quarter notes."""
    name = text_of(item, "type")
    if name not in TYPES:
        return ZERO
    length = Fraction(16, 2 ** TYPES.index(name))
    length *= 2 - Fraction(1, 2 ** min(len(item.findall("dot")), 8))
    actual = number_of(item, "time-modification/actual-notes")
    normal = number_of(item, "time-modification/normal-notes")
    return length * normal / actual if actual and normal else length


def _metronome(item: Element) -> Fraction | None:
    """Return the quarter notes per minute of a metronome mark; None if it states none."""
    units = [unit.text for unit in item.findall("beat-unit")]
    number = NUMBER.search(text_of(item, "per-minute"))
    if len(units) != 1 or units[0] is None or units[0].strip() not in TYPES or not number:
        return None
    beat = Fraction(16, 2 ** TYPES.index(units[0].strip()))
    beat *= 2 - Fraction(1, 2 ** min(len(item.findall("beat-unit-dot")), 8))
    return Fraction(number[0]) * beat if Fraction(number[0]) > 0 else None


def _meter(item: Element) -> tuple[int, int] | None:
    """Return a meter; several pairs of beats and 3+2 beats are added up."""
    time = item.find("time")
    if time is None:
        return None
    total, unit = ZERO, 1
    for beats, kind in zip(time.findall("beats"), time.findall("beat-type"), strict=False):
        counts = re.findall(r"\d{1,3}", beats.text or "")
        denominator = (kind.text or "").strip()
        if not counts or denominator not in ("1", "2", "4", "8", "16", "32"):
            return None
        total += Fraction(sum(map(int, counts)), int(denominator))
        unit = max(unit, int(denominator))
    return (int(total * unit), unit) if total else None


def text_of(item: Element, *paths: str) -> str:
    """Return the text below the first of the paths that has any, else ""."""
    return next((text.strip() for path in paths if (text := item.findtext(path))), "")


def number_of(item: Element, path: str) -> Fraction | None:
    """Return the number below a path, None without one."""
    match = NUMBER.fullmatch(text_of(item, path))
    return Fraction(match[0]) if match else None
