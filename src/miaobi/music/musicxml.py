"""MusicXML documents to scores and back: score-partwise, plain (.musicxml) or packed (.mxl)."""

import io
import zipfile
from itertools import pairwise
from xml.etree import ElementTree

from miaobi.core.errors import MediaError
from miaobi.music.keys import LETTERS, Key, key_from_signature, spell_pitch
from miaobi.music.score import GRID, Note, Part, Score, ScoreHeader, bar_ticks, make_score

MAX_BYTES = 50_000_000  # of an unpacked document
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
Element = ElementTree.Element


def read(data: bytes, name: object) -> Score:
    """Read a document; the first tempo, meter and key hold throughout, repeats play once.

    Raises MediaError if the document is damaged, is not score-partwise, or has no notes.
    """
    try:
        root = ElementTree.fromstring(_unpack(data))
        if root.tag != "score-partwise":
            raise ValueError(f"its root is <{root.tag}>, not <score-partwise>")
        header: ScoreHeader = {"title": _text(root, "work/work-title", "movement-title")}
        parts = tuple(_read_part(entry) for entry in root.findall("part-list/score-part"))
        notes = [
            note
            for number, part in enumerate(root.findall("part"))
            for note in _read_notes(part, number, header)
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
    return make_score(notes, name, parts, **header)


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


def _unpack(data: bytes) -> bytes:
    """Return the document, extracted from its archive if it is packed (.mxl)."""
    if not data.startswith(b"PK"):
        return data
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        names = [n for n in archive.namelist() if not n.startswith("META-INF/")]
        if "META-INF/container.xml" in archive.namelist():
            container = ElementTree.fromstring(archive.read("META-INF/container.xml"))
            names = [e.attrib["full-path"] for e in container.iter() if "full-path" in e.attrib]
        if archive.getinfo(names[0]).file_size > MAX_BYTES:
            raise ValueError("it is too large")
        return archive.read(names[0])


def _read_part(entry: Element) -> Part:
    program = int(_text(entry, "midi-instrument/midi-program") or 1) - 1
    drums = _text(entry, "midi-instrument/midi-channel") == "10"
    return Part(_text(entry, "part-name"), min(max(program, 0), 127), drums)


def _read_notes(part: Element, number: int, header: ScoreHeader) -> list[Note]:
    """Read the notes of one part, and fill in the header: first tempo, meter, key, pickup."""
    notes: list[Note] = []
    open_ties: dict[int, int] = {}  # pitch -> index into notes
    now, divisions, transposition = 0.0, 1.0, 0  # now in quarter notes
    for count, measure in enumerate(part.findall("measure")):
        begin = furthest = onset = now
        for item in measure:
            duration = float(_text(item, "duration") or 0) / divisions
            if item.tag == "attributes":
                divisions = float(_text(item, "divisions") or divisions)
                transposition = int(_text(item, "transpose/chromatic") or transposition)
                _read_attributes(item, header)
            elif item.tag == "backup":
                now -= duration
            elif item.tag == "forward":
                now += duration
            elif item.tag == "note" and item.find("grace") is None:
                start = onset if item.find("chord") is not None else now
                pitch = _read_pitch(item)
                if pitch is not None:
                    first, end = round(start * GRID), round((start + duration) * GRID)
                    note = Note(first, number, pitch + transposition, end - first)
                    _append_note(notes, open_ties, item, note)
                onset, now = start, max(now, start + duration)
            furthest = max(furthest, now)
        tempos = (float(sound.get("tempo") or 0) for sound in measure.iter("sound"))
        if tempo := next((tempo for tempo in tempos if tempo > 0), 0.0):
            header.setdefault("tempo", tempo)
        now = furthest
        if count == 0:
            ticks, bar = round((now - begin) * GRID), bar_ticks(header.get("meter", (4, 4)))
            header.setdefault("pickup", ticks if ticks < bar else 0)
    return notes


def _read_attributes(item: Element, header: ScoreHeader) -> None:
    beats, unit = _text(item, "time/beats"), _text(item, "time/beat-type")
    if beats.isdigit() and unit.isdigit() and int(beats) and 4 * GRID % int(unit) == 0:
        header.setdefault("meter", (int(beats), int(unit)))
    mode = _text(item, "key/mode")
    if mode in ("major", "minor"):  # a signature without a mode leaves the key to be estimated
        header.setdefault("key", key_from_signature(int(_text(item, "key/fifths")), mode))


def _read_pitch(item: Element) -> int | None:
    step = _text(item, "pitch/step")
    if not step:
        return None
    alter = round(float(_text(item, "pitch/alter") or 0))
    return 12 * (int(_text(item, "pitch/octave")) + 1) + LETTERS[step] + alter


def _append_note(notes: list[Note], ties: dict[int, int], item: Element, note: Note) -> None:
    """Append a note, or extend the note it is tied to; `ties` maps a pitch to its index."""
    kinds = {tie.get("type") for tie in item.findall("tie")}
    if "stop" in kinds and note.pitch in ties:
        index = ties.pop(note.pitch)
        tied = notes[index]
        length = note.start + note.length - tied.start
        notes[index] = Note(tied.start, note.part, note.pitch, length, tied.velocity)
    elif float(_text(item, "duration") or 0) > 0 and 0 <= note.pitch <= 127:
        index = len(notes)
        notes.append(Note(note.start, note.part, note.pitch, max(1, note.length)))
    else:
        return
    if "start" in kinds:
        ties[note.pitch] = index


def _text(item: Element, *paths: str) -> str:
    """Return the text below the first of the paths that has any, else ""."""
    return next((text.strip() for path in paths if (text := item.findtext(path))), "")


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
