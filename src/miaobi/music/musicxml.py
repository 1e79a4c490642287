"""Scores as MusicXML and back: partwise documents, plain or packed (.mxl)."""

import io
import zipfile
from itertools import pairwise
from typing import Any
from xml.etree import ElementTree

from miaobi.core.errors import MediaError
from miaobi.music.keys import Key, key_of_signature, spelled
from miaobi.music.score import GRID, Note, Part, Score, beat_ticks, make_score

LARGEST = 50_000_000  # bytes of a document once it is unpacked
STEPS = dict(zip("CDEFGAB", (0, 2, 4, 5, 7, 9, 11), strict=True))
# ticks -> what the note is called, its dots, and whether it is of a triplet; longest first
TYPES = {
    144: ("whole", 1, False),
    96: ("whole", 0, False),
    72: ("half", 1, False),
    64: ("whole", 0, True),
    48: ("half", 0, False),
    36: ("quarter", 1, False),
    32: ("half", 0, True),
    24: ("quarter", 0, False),
    18: ("eighth", 1, False),
    16: ("quarter", 0, True),
    12: ("eighth", 0, False),
    9: ("16th", 1, False),
    8: ("eighth", 0, True),
    6: ("16th", 0, False),
    4: ("16th", 0, True),
    3: ("32nd", 0, False),
    2: ("32nd", 0, True),
    1: ("64th", 0, True),
}
Element = ElementTree.Element


def read(data: bytes, name: object) -> Score:
    """A document; the first tempo, meter and key hold throughout, repeats are played once.

    Raises MediaError for what is damaged, is no partwise score, or has no notes.
    """
    try:
        root = ElementTree.fromstring(_unpacked(data))
        if root.tag != "score-partwise":
            raise ValueError(f"its root is <{root.tag}>, not <score-partwise>")
        told: dict[str, Any] = {"title": _text(root, "work/work-title", "movement-title")}
        parts = tuple(_part(head) for head in root.findall("part-list/score-part"))
        notes = [
            note
            for number, part in enumerate(root.findall("part"))
            for note in _notes(part, number, told)
        ]
        parts += (Part(),) * (len(root.findall("part")) - len(parts))
    except Exception as error:  # damaged files make the parsers raise anything
        raise MediaError(
            "{name} cannot be read as {kind}: {reason}.",
            "It is damaged: export it again from the program that made it.",
            name=name,
            kind="MusicXML",
            reason=str(error).rstrip(".") or type(error).__name__,
        ) from error
    return make_score(notes, name, parts=parts, **told)


def write(score: Score) -> bytes:
    """A partwise document. A part with several notes at once is written as chords, each until the
    next: what is held below a moving line is cut short."""
    root = Element("score-partwise", version="4.0")
    if score.title:
        _put(_put(root, "work"), "work-title", score.title)
    heads = _put(root, "part-list")
    for number, part in enumerate(score.parts):
        head = _put(heads, "score-part", id=f"P{number + 1}")
        _put(head, "part-name", part.name or f"Part {number + 1}")
        _put(_put(head, "score-instrument", id=f"P{number + 1}-I1"), "instrument-name", part.name)
        sound = _put(head, "midi-instrument", id=f"P{number + 1}-I1")
        _put(sound, "midi-channel", 10 if part.drums else number % 9 + 1)
        _put(sound, "midi-program", part.program + 1)
    for number in range(len(score.parts)):
        root.append(_written(score, number))
    ElementTree.indent(root)
    text = ElementTree.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{text}\n'.encode()


def _unpacked(data: bytes) -> bytes:
    """The document, out of its archive where it is packed."""
    if not data.startswith(b"PK"):
        return data
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        inside = [n for n in archive.namelist() if not n.startswith("META-INF/")]
        if "META-INF/container.xml" in archive.namelist():
            box = ElementTree.fromstring(archive.read("META-INF/container.xml"))
            inside = [e.attrib["full-path"] for e in box.iter() if "full-path" in e.attrib]
        if archive.getinfo(inside[0]).file_size > LARGEST:
            raise ValueError("it is too large")
        return archive.read(inside[0])


def _part(head: Element) -> Part:
    program = int(_text(head, "midi-instrument/midi-program") or 1) - 1
    drums = _text(head, "midi-instrument/midi-channel") == "10"
    return Part(_text(head, "part-name"), min(max(program, 0), 127), drums)


def _notes(part: Element, number: int, told: dict[str, Any]) -> list[Note]:
    """The notes of one part; the first tempo, meter, key and pickup go into `told`."""
    notes: list[Note] = []
    open_ties: dict[int, int] = {}  # pitch -> where in `notes`
    now, divisions, shift = 0.0, 1.0, 0  # `now` in quarters
    for count, measure in enumerate(part.findall("measure")):
        begin = furthest = before = now
        for item in measure:
            length = float(_text(item, "duration") or 0) / divisions
            if item.tag == "attributes":
                divisions = float(_text(item, "divisions") or divisions)
                shift = int(_text(item, "transpose/chromatic") or shift)
                _attributes(item, told)
            elif item.tag == "backup":
                now -= length
            elif item.tag == "forward":
                now += length
            elif item.tag == "note" and item.find("grace") is None:
                start = before if item.find("chord") is not None else now
                pitch = _pitch(item)
                if pitch is not None:
                    _sound(notes, open_ties, item, (start, length, pitch + shift, number))
                before, now = start, max(now, start + length)
            furthest = max(furthest, now)
        _tempo(measure, told)
        now = furthest
        if count == 0:
            told.setdefault("pickup", _pickup(now - begin, told.get("meter", (4, 4))))
    return notes


def _tempo(measure: Element, told: dict[str, Any]) -> None:
    for sound in measure.iter("sound"):
        if float(sound.get("tempo") or 0) > 0:
            told.setdefault("tempo", float(sound.attrib["tempo"]))


def _pickup(quarters: float, meter: tuple[int, int]) -> int:
    ticks = round(quarters * GRID)
    return ticks if ticks < meter[0] * 4 * GRID // meter[1] else 0


def _attributes(item: Element, told: dict[str, Any]) -> None:
    beats, unit = _text(item, "time/beats"), _text(item, "time/beat-type")
    if beats.isdigit() and unit.isdigit() and int(beats) and 4 * GRID % int(unit) == 0:
        told.setdefault("meter", (int(beats), int(unit)))
    mode = _text(item, "key/mode")
    if mode in ("major", "minor"):  # without it the notes tell
        told.setdefault("key", key_of_signature(int(_text(item, "key/fifths")), mode))


def _pitch(item: Element) -> int | None:
    step = _text(item, "pitch/step")
    if not step:
        return None
    alter = round(float(_text(item, "pitch/alter") or 0))
    return 12 * (int(_text(item, "pitch/octave")) + 1) + STEPS[step] + alter


def _sound(
    notes: list[Note], ties: dict[int, int], item: Element, told: tuple[float, float, int, int]
) -> None:
    """Append a note, or make the one longer that it is tied to."""
    start, length, pitch, number = told
    kinds = {tie.get("type") for tie in item.findall("tie")}
    first, end = round(start * GRID), round((start + length) * GRID)
    if "stop" in kinds and pitch in ties:
        place = ties.pop(pitch)
        held = notes[place]
        notes[place] = Note(held.start, number, pitch, end - held.start, held.velocity)
    elif length > 0 and 0 <= pitch <= 127:
        place = len(notes)
        notes.append(Note(first, number, pitch, max(1, end - first)))
    else:
        return
    if "start" in kinds:
        ties[pitch] = place


def _text(item: Element, *paths: str) -> str:
    """The text below the first of the paths that has one."""
    return next((found.strip() for path in paths if (found := item.findtext(path))), "")


def _put(parent: Element, tag: str, text: object = None, **attributes: str) -> Element:
    child = ElementTree.SubElement(parent, tag, attributes)
    child.text = None if text is None else str(text)
    return child


def _written(score: Score, number: int) -> Element:
    """One part as measures."""
    part = Element("part", id=f"P{number + 1}")
    chords: dict[int, list[Note]] = {}
    for note in score.notes:
        if note.part == number:
            chords.setdefault(note.start, []).append(note)
    starts = sorted(chords)
    spans = []  # (start, end, pitches) that follow each other
    for start, following in pairwise([*starts, score.ticks]):
        end = min(max(note.end for note in chords[start]), following)
        spans.append((start, end, sorted(note.pitch for note in chords[start])))
    edges = list(range(score.pickup or score.bar, score.ticks, score.bar))
    edges = [0, *edges, max(score.ticks, 1)]
    for count, (begin, end) in enumerate(pairwise(edges)):
        measure = _put(part, "measure", number=str(count + (not score.pickup)))
        if count == 0:
            _head(measure, score, number)
        place = begin
        for start, stop, pitches in spans:
            if start < end and stop > begin:
                _fill(measure, max(start, begin) - place, [], score.key)
                first, last = max(start, begin), min(stop, end)
                _fill(measure, last - first, pitches, score.key, (start < begin, stop > end))
                place = last
        _fill(measure, end - place, [], score.key)
    return part


def _head(measure: Element, score: Score, number: int) -> None:
    """What stands before the first note: divisions, key, meter, clef, tempo."""
    told = _put(measure, "attributes")
    _put(told, "divisions", GRID)
    key = _put(told, "key")
    _put(key, "fifths", score.key.fifths)
    _put(key, "mode", score.key.mode)
    time = _put(told, "time")
    _put(time, "beats", score.meter[0])
    _put(time, "beat-type", score.meter[1])
    pitches = [note.pitch for note in score.notes if note.part == number] or [60]
    low = sum(pitches) / len(pitches) < 58
    clef = _put(told, "clef")
    _put(clef, "sign", "F" if low else "G")
    _put(clef, "line", 4 if low else 2)
    if number == 0:
        direction = _put(measure, "direction", placement="above")
        mark = _put(_put(direction, "direction-type"), "metronome")
        beat = beat_ticks(score.meter)
        name, dots, _ = TYPES[beat]
        _put(mark, "beat-unit", name)
        if dots:
            _put(mark, "beat-unit-dot")
        _put(mark, "per-minute", f"{score.tempo * GRID / beat:g}")
        _put(direction, "sound", tempo=f"{score.tempo:g}")


def _fill(
    measure: Element,
    ticks: int,
    pitches: list[int],
    key: Key,
    tied: tuple[bool, bool] = (False, False),
) -> None:
    """Notes (or rests) that together last so many ticks, tied to each other and as told."""
    lengths = []
    while ticks > 0:
        longest = next((length for length in TYPES if length == ticks), None)
        lengths.append(longest or next(length for length in TYPES if length <= ticks))
        ticks -= lengths[-1]
    for count, length in enumerate(lengths):
        back, forth = count > 0 or tied[0], count < len(lengths) - 1 or tied[1]
        kinds = [kind for kind, there in (("stop", back), ("start", forth)) if there and pitches]
        for place, pitch in enumerate(pitches or [-1]):
            note = _put(measure, "note")
            if place:
                _put(note, "chord")
            _put_pitch(note, pitch, key)
            _put(note, "duration", length)
            for kind in kinds:
                _put(note, "tie", type=kind)
            _put_type(note, length)
            notations = _put(note, "notations") if kinds else note
            for kind in kinds:
                _put(notations, "tied", type=kind)


def _put_pitch(note: Element, pitch: int, key: Key) -> None:
    if pitch < 0:
        _put(note, "rest")
        return
    letter, sharps, octave = spelled(pitch, key)
    told = _put(note, "pitch")
    _put(told, "step", letter)
    if sharps:
        _put(told, "alter", sharps)
    _put(told, "octave", octave)


def _put_type(note: Element, length: int) -> None:
    name, dots, triplet = TYPES[length]
    _put(note, "type", name)
    for _ in range(dots):
        _put(note, "dot")
    if triplet:
        change = _put(note, "time-modification")
        _put(change, "actual-notes", 3)
        _put(change, "normal-notes", 2)
