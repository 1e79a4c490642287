"""Tunes in ABC notation (the abc standard 2.1) as scores; notation.abc_body parses them.

Repeats are played once, with the last ending; what is left out is named in Score.warnings.
"""

import codecs
import re
from bisect import bisect_right
from fractions import Fraction

from miaobi.core.errors import DataError, MediaError
from miaobi.core.text_encoding import decode_leniently
from miaobi.music.keys import LETTERS, Key
from miaobi.music.score import GRID, Note, Part, Score, ScoreHeader, make_score
from miaobi.notation.abc_body import parse_tune
from miaobi.notation.abc_lines import split_tunes
from miaobi.notation.abc_voices import AbcTune, TimedNote, Voice
from miaobi.notation.left_out import LEFT_OUT

__all__ = ["is_abc", "read", "read_tune", "split_tunes"]
CHARSET = re.compile(rb"(?:%%|I:)\s*(?:abc-)?charset[ \t]+([\w-]{2,20})")
SAMPLE, MOST_ODD = 10_000, 0.1  # characters that are looked at, fraction of odd ones
KEY_FIELD = re.compile(r"(?m)^[ \t]*K:")
DENOMINATORS = (1, 2, 4, 8, 16, 32)  # of meters
TEMPO_RANGE = (20.0, 400.0)  # quarter notes per minute


def decode(data: bytes, name: object) -> tuple[str, bool]:
    """Decode a file, and return if its encoding is certain; notes are ASCII in any of them."""
    if match := CHARSET.search(data[:100_000]):
        try:
            return data.decode(codecs.lookup(match[1].decode()).name), True
        except (LookupError, UnicodeDecodeError):
            pass
    try:
        return decode_leniently(data, name)
    except DataError:  # stray bytes
        return data.replace(b"\0", b"").decode("latin-1"), False


def is_abc(data: bytes) -> bool:
    """Return if a file is a text with a field K, in which only a few bytes are damaged."""
    text, is_certain = decode(data, "")
    start = text[:SAMPLE]
    odd = sum(not char.isprintable() and char not in "\r\n\t" for char in start)
    is_text = is_certain or odd <= MOST_ODD * len(start)
    return is_text and bool(KEY_FIELD.search(text.replace("\r", "\n")))


def read(data: bytes, name: object) -> Score:
    """Read the first tune of a file. Raises MediaError if there is none."""
    text, is_certain = decode(data, name)
    tunes = split_tunes(text)
    header = text[: text.find(tunes[0])] if tunes else ""
    warnings = {
        *({LEFT_OUT["several"]} if len(tunes) > 1 else ()),
        *(() if is_certain else {LEFT_OUT["encoding"]}),
    }
    return _read(tunes[0] if tunes else text, name, header, warnings)[0]


def read_tune(text: str, name: object) -> tuple[Score, float]:
    """Read one tune; also return the fraction of its bar lines that agree with the meter.

    Raises MediaError if the tune has no key field or no notes.
    """
    return _read(text, name, "", set())


def _read(text: str, name: object, header: str, warnings: set[str]) -> tuple[Score, float]:
    try:
        tune = parse_tune(text, header)
        if not tune.has_key:
            raise ValueError("K: ?")
    except ValueError as error:
        raise MediaError(
            "{name} cannot be read as {kind}: {reason}.",
            "Its header needs a field K: with the key, such as K:Dm.",
            name=name,
            kind="ABC",
            reason=error,
        ) from error
    return _score_of(tune, name, warnings)


def _score_of(tune: AbcTune, name: object, warnings: set[str]) -> tuple[Score, float]:
    """Make a score of a tune, with its sections aligned to the bar lines of the meter."""
    meter = tune.meter or (4, 4)
    if meter[1] not in DENOMINATORS:
        meter = (4, 4)
    bar = Fraction(4 * meter[0], meter[1])  # quarter notes
    voices = [(voice, timed) for voice in tune.voices if (timed := voice.notes())]
    pickup, rests, agreement = Fraction(0), list[tuple[Fraction, Fraction]](), 0.0
    if voices:
        pickup, rests, agreement = _align(voices[0][0], bar, len(tune.meters) == 1)
    notes = [
        _note(note, number, rests) for number, (_, timed) in enumerate(voices) for note in timed
    ]
    fields: ScoreHeader = {"meter": meter, "pickup": round(pickup * GRID), "title": tune.title}
    if tune.tempo:
        fields["tempo"] = min(max(tune.tempo, TEMPO_RANGE[0]), TEMPO_RANGE[1])
    if tune.key:
        letter, alter, offset = tune.key
        tonic = (LETTERS[letter] + alter) % 12
        fields["key"] = Key(tonic, "major" if offset in (0, -1, 1) else "minor")
    fields["warnings"] = tuple(sorted(tune.warnings | warnings))
    parts = tuple(Part(voice.name, voice.program, voice.drums) for voice, _ in voices)
    return make_score(notes, name, parts or (Part(),), **fields), agreement


def _note(note: TimedNote, part: int, rests: list[tuple[Fraction, Fraction]]) -> Note:
    """Move a note by the rests before it; `rests` are (position, all rests up to there)."""
    count = bisect_right(rests, note.start, key=lambda rest: rest[0])
    shift = rests[count - 1][1] if count else 0
    start, end = (round((time + shift) * GRID) for time in (note.start, note.start + note.length))
    return Note(start, part, note.pitch, max(1, end - start))


def _align(
    voice: Voice, bar: Fraction, has_one_meter: bool
) -> tuple[Fraction, list[tuple[Fraction, Fraction]], float]:
    """Find where rests are needed for every section to begin on a bar line of the meter.

    A rest is needed where a section begins with a pickup and the previous one ends with a full
    bar, or the reverse. Returns the pickup, (start of a section, rests up to there) and the
    fraction of plain bar lines that agree; times in quarter notes.
    """
    lines = [(4 * position, is_section) for position, is_section in voice.bar_lines]
    first = next((position for position, _ in lines if position > 0), Fraction(0))
    pickup = first if first < bar else Fraction(0)
    shift, agreeing, plain = Fraction(0), 0, 0
    rests: list[tuple[Fraction, Fraction]] = []
    following: list[Fraction | None] = [None] * len(lines)  # the next plain bar line
    for number in range(len(lines) - 2, -1, -1):
        position, is_section = lines[number + 1]
        following[number] = following[number + 1] if is_section else position
    for (position, is_section), after in zip(lines, following, strict=True):
        if is_section:
            rest = -(after + shift - pickup) % bar if after is not None else Fraction(0)
            if rest and position > 0 and has_one_meter:
                shift += rest
                rests.append((position, shift))
        elif position > 0:
            plain += 1
            agreeing += (position + shift - pickup) % bar == 0
    return pickup, rests, agreeing / max(1, plain)
