"""Notes of a MusicXML tree: the measures of all parts in step, endings left out, ties joined."""

import re
from dataclasses import replace
from fractions import Fraction
from itertools import zip_longest

from miaobi.notation.endings import ZERO, Endings, Spans
from miaobi.notation.left_out import LEFT_OUT
from miaobi.notation.musicxml_measure import (
    SMALLEST,
    Element,
    MeasureReader,
    XmlNote,
    XmlPart,
    XmlScore,
    number_of,
    text_of,
)


def read_score_tree(root: Element) -> XmlScore:
    """Read the notes of a score-partwise tree; a repeat is played once, with its last ending."""
    entries = {entry.get("id"): _read_part(entry) for entry in root.iter("score-part")}
    parts = root.findall("part")
    title = text_of(root, "work/work-title", "movement-title")
    score = XmlScore(title, [entries.get(part.get("id")) or XmlPart() for part in parts])
    readers = [MeasureReader(score, part, not number) for number, part in enumerate(score.parts)]
    endings, position = Endings(), ZERO
    columns = zip_longest(*(part.findall("measure") for part in parts))
    for number, measures in enumerate(columns):
        lengths, rests, signs = [ZERO], [ZERO], set[tuple[str, str, str]]()
        for reader, measure in zip(readers, measures, strict=True):
            if measure is not None:
                length, rest = reader.read(measure, position)
                lengths.append(length)
                rests.append(rest)
                signs |= reader.barlines
        end = position + (max(lengths) or max(rests))
        _read_endings(endings, signs, position, end)
        score.first_measure = score.first_measure if number else end
        position = end
    _finish(score, readers, Spans(endings.left_out(position)))
    return score


def _finish(score: XmlScore, readers: list["MeasureReader"], spans: Spans) -> None:
    """Leave out endings, join ties, and choose the first tempo."""
    if spans.spans:
        score.warnings.discard(LEFT_OUT["repeat"])
        score.warnings.add(LEFT_OUT["ending"])
    for part in score.parts:
        kept = []
        for note in part.notes:
            start, length = spans.cut(note.start, note.length)
            if length > 0:
                kept.append(replace(note, start=start, length=length))
        part.notes = _join_ties(kept)
    tempos = sorted(tempo for reader in readers for tempo in reader.tempos)
    if tempos:
        score.tempo = float(tempos[0][2])
        if any(tempo != tempos[0][2] for position, _, tempo in tempos if position > tempos[0][0]):
            score.warnings.add(LEFT_OUT["tempo"])


def _read_endings(
    endings: Endings, signs: set[tuple[str, str, str]], start: Fraction, end: Fraction
) -> None:
    """Read the endings that begin and end in a measure, the same in every part."""
    for _, _, number in sorted(sign for sign in signs if sign[1] == "start"):
        numbers = {int(digits) for digits in re.findall(r"\d{1,3}", number)}
        endings.begin(numbers or {1}, start)
    if any(kind in ("stop", "discontinue") for _, kind, _ in signs):
        endings.close(end)


def _read_part(entry: Element) -> XmlPart:
    program = number_of(entry, "midi-instrument/midi-program") or 1
    unpitched = {
        sound.get("id", ""): min(max(int(number) - 1, 0), 127)
        for sound in entry.iter("midi-instrument")
        if (number := number_of(sound, "midi-unpitched")) is not None
    }
    drums = text_of(entry, "midi-instrument/midi-channel") == "10" or bool(unpitched)
    name = text_of(entry, "part-name", "score-instrument/instrument-name")
    return XmlPart(name, min(max(int(program) - 1, 0), 127), drums, unpitched)


def _join_ties(notes: list[XmlNote]) -> list[XmlNote]:
    """Join the notes of ties: of the same voice, else of another voice that ends there."""
    joined: list[XmlNote] = []
    open_ties: dict[int, dict[str, int]] = {}  # pitch -> voice -> index into joined
    for note in sorted(notes, key=lambda note: note.start):
        voices = {
            voice: index
            for voice, index in open_ties.get(note.pitch, {}).items()
            if _reaches(joined[index], note.start)
        }
        others = [
            voice for voice in voices if note.tie_stop and _ends_at(joined[voices[voice]], note)
        ]
        same = (
            [note.voice]
            if note.voice in voices and _ends_at(joined[voices[note.voice]], note)
            else []
        )
        index = len(joined)
        if same or others:
            index = voices.pop((same or others)[0])
            tied = joined[index]
            joined[index] = replace(tied, length=note.start + note.length - tied.start)
        else:
            joined.append(note)
        if note.tie_start:
            voices[note.voice] = index
        open_ties[note.pitch] = voices
    return joined


def _reaches(note: XmlNote, position: Fraction) -> bool:
    return note.start + note.length >= position - 2 * SMALLEST


def _ends_at(note: XmlNote, following: XmlNote) -> bool:
    return abs(note.start + note.length - following.start) <= 2 * SMALLEST
