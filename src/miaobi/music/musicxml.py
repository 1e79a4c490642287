"""MusicXML documents to scores (notation.musicxml_document, musicxml_score) and back."""

from itertools import pairwise
from xml.etree import ElementTree

from miaobi.core.errors import MediaError
from miaobi.music.keys import Key, key_from_signature, spell_pitch
from miaobi.music.score import GRID, Note, Part, Score, ScoreHeader, bar_ticks, make_score
from miaobi.notation.musicxml_document import read_document
from miaobi.notation.musicxml_measure import XmlNote, XmlScore
from miaobi.notation.musicxml_score import read_score_tree

BASS_CLEF_BELOW = 58  # mean MIDI pitch of a part
# ticks -> (note type, dots, triplet), longest first
NOTE_TYPES = {
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
# mode -> semitones of its tonic above that of the major key, mode of our keys
MODES = {
    "major": (0, "major"),
    "ionian": (0, "major"),
    "dorian": (2, "minor"),
    "phrygian": (4, "minor"),
    "lydian": (5, "major"),
    "mixolydian": (7, "major"),
    "minor": (9, "minor"),
    "aeolian": (9, "minor"),
    "locrian": (11, "minor"),
}
Element = ElementTree.Element


def read(data: bytes, name: object) -> Score:
    """Read a document; the first tempo, meter and key hold throughout, a repeat is played once.

    Raises MediaError if the document is damaged, holds no score, or has no notes.
    """
    try:
        warnings: set[str] = set()
        score = read_score_tree(read_document(data, warnings))
    except Exception as error:  # damaged files make the parsers raise anything
        raise MediaError(
            "{name} cannot be read as {kind}: {reason}.",
            "It is damaged: export it again from the program that made it.",
            name=name,
            kind="MusicXML",
            reason=str(error).rstrip(".") or type(error).__name__,
        ) from error
    notes = [_note(note, number) for number, part in enumerate(score.parts) for note in part.notes]
    parts = tuple(Part(part.name, part.program, part.drums) for part in score.parts)
    return make_score(notes, name, parts or (Part(),), **_header(score, warnings))


def _note(note: XmlNote, part: int) -> Note:
    start, end = round(note.start * GRID), round((note.start + note.length) * GRID)
    return Note(start, part, note.pitch, max(1, end - start))


def _header(score: XmlScore, warnings: set[str]) -> ScoreHeader:
    header: ScoreHeader = {"title": score.title}
    if score.meter:
        header["meter"] = score.meter
    if score.tempo:
        header["tempo"] = score.tempo
    if score.key and score.key[1] in MODES:
        fifths, mode, transposition = score.key
        above, mode = MODES[mode]
        tonic = (key_from_signature(fifths, "major").tonic + above + transposition) % 12
        header["key"] = Key(tonic, mode)
    ticks, bar = round(score.first_measure * GRID), bar_ticks(header.get("meter", (4, 4)))
    header["pickup"] = ticks if ticks < bar else 0
    header["warnings"] = tuple(sorted(warnings | score.warnings))
    return header


def write(score: Score) -> bytes:
    """Write a score-partwise document.

    Overlapping notes of a part become chords, each cut at the next onset.
    """
    root = Element("score-partwise", version="4.0")
    if score.title:
        _add(_add(root, "work"), "work-title", score.title)
    part_list = _add(root, "part-list")
    for number, part in enumerate(score.parts):
        entry = _add(part_list, "score-part", id=f"P{number + 1}")
        _add(entry, "part-name", part.name or f"Part {number + 1}")
        instrument = f"P{number + 1}-I1"
        _add(_add(entry, "score-instrument", id=instrument), "instrument-name", part.name)
        sound = _add(entry, "midi-instrument", id=instrument)
        _add(sound, "midi-channel", 10 if part.drums else number % 9 + 1)
        _add(sound, "midi-program", part.program + 1)
    for number in range(len(score.parts)):
        root.append(_write_part(score, number))
    ElementTree.indent(root)
    text = ElementTree.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{text}\n'.encode()


def _add(parent: Element, tag: str, text: object = None, **attributes: str) -> Element:
    child = ElementTree.SubElement(parent, tag, attributes)
    child.text = None if text is None else str(text)
    return child


def _write_part(score: Score, number: int) -> Element:
    """Write one part as measures."""
    part = Element("part", id=f"P{number + 1}")
    chords: dict[int, list[Note]] = {}  # by onset
    for note in score.notes:
        if note.part == number:
            chords.setdefault(note.start, []).append(note)
    spans = []  # (start, end, pitches), not overlapping
    for onset, following in pairwise([*sorted(chords), score.ticks]):
        end = min(max(note.end for note in chords[onset]), following)
        spans.append((onset, end, sorted(note.pitch for note in chords[onset])))
    edges = list(range(score.pickup or score.bar, score.ticks, score.bar))
    edges = [0, *edges, max(score.ticks, 1)]
    for count, (begin, end) in enumerate(pairwise(edges)):
        measure = _add(part, "measure", number=str(count + (not score.pickup)))
        if count == 0:
            _write_attributes(measure, score, number)
        position = begin
        for start, stop, pitches in spans:
            if start < end and stop > begin:
                _write_notes(measure, max(start, begin) - position, [], score.key)
                first, final = max(start, begin), min(stop, end)
                ties = (start < begin, stop > end)
                _write_notes(measure, final - first, pitches, score.key, ties)
                position = final
        _write_notes(measure, end - position, [], score.key)
    return part


def _write_attributes(measure: Element, score: Score, number: int) -> None:
    """Write divisions, key, time and clef, and in the first part the tempo."""
    attributes = _add(measure, "attributes")
    _add(attributes, "divisions", GRID)
    key = _add(attributes, "key")
    _add(key, "fifths", score.key.fifths)
    _add(key, "mode", score.key.mode)
    time = _add(attributes, "time")
    _add(time, "beats", score.meter[0])
    _add(time, "beat-type", score.meter[1])
    pitches = [note.pitch for note in score.notes if note.part == number] or [60]
    low = sum(pitches) / len(pitches) < BASS_CLEF_BELOW
    clef = _add(attributes, "clef")
    _add(clef, "sign", "F" if low else "G")
    _add(clef, "line", 4 if low else 2)
    if number == 0:
        direction = _add(measure, "direction", placement="above")
        metronome = _add(_add(direction, "direction-type"), "metronome")
        name, dots, _ = NOTE_TYPES[score.beat]
        _add(metronome, "beat-unit", name)
        if dots:
            _add(metronome, "beat-unit-dot")
        _add(metronome, "per-minute", f"{score.tempo * GRID / score.beat:g}")
        _add(direction, "sound", tempo=f"{score.tempo:g}")


def _write_notes(
    measure: Element,
    ticks: int,
    pitches: list[int],
    key: Key,
    ties: tuple[bool, bool] = (False, False),
) -> None:
    """Write a chord (or a rest, without pitches) as tied notes of writable lengths.

    `ties` says if the chord is tied to the one before and to the one after.
    """
    lengths = []
    while ticks > 0:
        lengths.append(next(length for length in NOTE_TYPES if length <= ticks))
        ticks -= lengths[-1]
    for count, length in enumerate(lengths):
        stops, starts = count > 0 or ties[0], count < len(lengths) - 1 or ties[1]
        kinds = [kind for kind, tied in (("stop", stops), ("start", starts)) if tied and pitches]
        for index, pitch in enumerate(pitches or [None]):
            note = _add(measure, "note")
            if index:
                _add(note, "chord")
            _write_pitch(note, pitch, key)
            _add(note, "duration", length)
            for kind in kinds:
                _add(note, "tie", type=kind)
            _write_type(note, length)
            notations = _add(note, "notations") if kinds else note
            for kind in kinds:
                _add(notations, "tied", type=kind)


def _write_pitch(note: Element, pitch: int | None, key: Key) -> None:
    if pitch is None:
        _add(note, "rest")
        return
    letter, sharps, octave = spell_pitch(pitch, key)
    element = _add(note, "pitch")
    _add(element, "step", letter)
    if sharps:
        _add(element, "alter", sharps)
    _add(element, "octave", octave)


def _write_type(note: Element, length: int) -> None:
    name, dots, triplet = NOTE_TYPES[length]
    _add(note, "type", name)
    for _ in range(dots):
        _add(note, "dot")
    if triplet:
        modification = _add(note, "time-modification")
        _add(modification, "actual-notes", 3)
        _add(modification, "normal-notes", 2)
