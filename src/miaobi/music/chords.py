"""Chords: their names, their notes, and those that a melody asks for.

    melody, key --find_chords--> spans, one a beat or a bar

Which chords fit is told by the notes that sound; which follow each other, by how often they do in
music of common practice. The likeliest way through all spans is Viterbi's.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from miaobi.core.errors import OptionError
from miaobi.music.keys import Key
from miaobi.music.score import Note

# name -> semitones above the root
KINDS: dict[str, tuple[int, ...]] = {
    "": (0, 4, 7),
    "m": (0, 3, 7),
    "7": (0, 4, 7, 10),
    "maj7": (0, 4, 7, 11),
    "m7": (0, 3, 7, 10),
    "dim": (0, 3, 6),
    "dim7": (0, 3, 6, 9),
    "m7b5": (0, 3, 6, 10),
    "aug": (0, 4, 8),
    "sus4": (0, 5, 7),
    "sus2": (0, 2, 7),
    "6": (0, 4, 7, 9),
    "m6": (0, 3, 7, 9),
}
OTHERWISE = {
    "maj": "",
    "M": "",
    "min": "m",
    "-": "m",
    "M7": "maj7",
    "min7": "m7",
    "-7": "m7",
    "°": "dim",
    "o": "dim",
    "°7": "dim7",
    "o7": "dim7",
    "ø": "m7b5",
    "+": "aug",
    "sus": "sus4",
    "Δ": "maj7",
}
NAME = re.compile(r"([A-G])([#♯b♭]?)([^/\s]*)(?:/([A-G])([#♯b♭]?))?")
LETTERS = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}
SIGNS = {"": 0, "#": 1, "♯": 1, "b": -1, "♭": -1}
MOST = 256  # bars of chords

# semitones above the tonic, kind, how usual (nats)
DEGREES = {
    "major": (
        (0, "", 0.0),
        (7, "", -0.2),
        (5, "", -0.5),
        (2, "m", -1.1),
        (9, "m", -1.0),
        (7, "7", -0.7),
        (4, "m", -2.0),
        (11, "dim", -2.2),
        (2, "7", -2.6),
        (4, "7", -3.2),
        (0, "7", -3.2),
    ),
    "minor": (
        (0, "m", 0.0),
        (7, "", -0.2),
        (5, "m", -0.5),
        (3, "", -1.0),
        (8, "", -1.0),
        (10, "", -1.2),
        (7, "7", -0.6),
        (2, "dim", -1.9),
        (11, "dim", -2.2),
        (0, "7", -3.2),
        (10, "7", -2.4),
        (7, "m", -2.6),
    ),
}
# root of one chord above the tonic -> roots that like to follow; others cost UNUSUAL
FOLLOWERS = {
    "major": {
        0: (0, 2, 4, 5, 7, 9, 11),
        2: (7, 11, 5, 0),
        4: (9, 5, 2),
        5: (0, 2, 7, 11),
        7: (0, 9, 7),
        9: (2, 5, 4, 7),
        11: (0,),
    },
    "minor": {
        0: (0, 2, 3, 5, 7, 8, 10, 11),
        2: (7, 11),
        3: (8, 5, 7, 10),
        5: (0, 7, 2, 10),
        7: (0, 8, 7),
        8: (3, 5, 2, 7, 10),
        10: (3, 0, 8),
        11: (0,),
    },
}
UNUSUAL, CHANGE_INSIDE = -1.6, -0.7  # nats; a change that no bar line covers
MISFIT = -3.5  # of a span whose notes are all outside the chord
ENDING = 4.0  # of a first or last tonic, and of a dominant before the last


@dataclass(frozen=True)
class Chord:
    """A root, 0 (C) to 11 (B), what is above it, and the lowest note."""

    root: int
    kind: str = ""
    bass: int | None = None  # pitch class; None: the root

    @property
    def tones(self) -> tuple[int, ...]:
        """Its pitch classes, the root first."""
        return tuple((self.root + above) % 12 for above in KINDS[self.kind])

    @property
    def lowest(self) -> int:
        """The pitch class of its bass."""
        return self.root if self.bass is None else self.bass


@dataclass(frozen=True)
class Span:
    """A chord and the ticks it holds."""

    start: int
    end: int
    chord: Chord


def read_chord(name: str) -> Chord:
    """The chord of "Dm", "F#7", "C/E", "Bbmaj7". Raises OptionError."""
    match = NAME.fullmatch(name)
    kind = OTHERWISE.get(match[3], match[3]) if match else ""
    if match is None or kind not in KINDS:
        raise OptionError(
            "There is no chord {name!r}.",
            "Chords are such as C, Dm, G7, F#m7, Bbmaj7, Bdim or C/E, one a bar.",
            name=name[:40],
        )
    bass = (LETTERS[match[4]] + SIGNS[match[5]]) % 12 if match[4] else None
    return Chord((LETTERS[match[1]] + SIGNS[match[2]]) % 12, kind, bass)


def read_chords(text: str) -> list[list[Chord]]:
    """The chords of each bar: one a bar, or as bar lines say. Raises OptionError."""
    bars = [bar for bar in text.split("|") if bar.strip()]
    words = [re.split(r"[\s,，、;–—]+|\s-\s", bar.strip(" ,，、")) for bar in bars]
    found = [[read_chord(word) for word in bar if word and word != "-"] for bar in words]
    if "|" not in text and found:
        found = [[chord] for chord in found[0]]
    found = [bar for bar in found if bar]
    if not found or len(found) > MOST:
        raise OptionError(
            "The chords are for {count} bars.",
            "Give 1 to {most} bars of them.",
            count=len(found),
            most=MOST,
        )
    return found


def laid_out(bars: Sequence[Sequence[Chord]], count: int, bar: int, start: int = 0) -> list[Span]:
    """Spans of so many bars of `bar` ticks, the chords told again and again; they end on the last.

    `start` is the tick of the first whole bar.
    """
    spans: list[Span] = []
    for number in range(count):
        told = bars[-1][-1:] if number == count - 1 and number else bars[number % len(bars)]
        for place, chord in enumerate(told):
            begin = start + number * bar
            spans.append(
                Span(
                    begin + place * bar // len(told), begin + (place + 1) * bar // len(told), chord
                )
            )
    return spans


def chord_at(spans: Sequence[Span], tick: int) -> Chord | None:
    """The chord that holds at a tick."""
    return next((span.chord for span in spans if span.start <= tick < span.end), None)


def find_chords(
    notes: Sequence[Note], key: Key, places: Sequence[tuple[int, int]], bar: int, pickup: int = 0
) -> list[Span]:
    """A chord for each of the `places` (start, end), in ticks, under a melody in a key.

    `pickup` is how many ticks come before the first bar line.
    """
    degrees = DEGREES[key.mode]
    chords = [Chord((key.tonic + root) % 12, kind) for root, kind, _ in degrees]
    steps = [[_step(key, a, b) for b in range(len(degrees))] for a in range(len(degrees))]
    best = [0.0] * len(degrees)
    ways: list[list[int]] = []
    for number, (start, end) in enumerate(places):
        inside = (start - pickup) % bar != 0
        sounding = [note for note in notes if note.start < end and note.end > start]
        way, now = [], []
        for b, (root, _, usual) in enumerate(degrees):
            held = [
                best[a]
                + (steps[a][b] + (CHANGE_INSIDE if inside and a != b else 0.0)) * (number > 0)
                for a in range(len(degrees))
            ]
            before = max(range(len(held)), key=held.__getitem__)
            fits = _fit(sounding, chords[b], start, end) + 0.35 * usual
            last = len(places) - 1 - number
            if root == 0 and chords[b].kind != "7" and number in (0, len(places) - 1):
                fits += ENDING if last == 0 else ENDING / 4
            if root == 7 and last == 1:
                fits += ENDING / 3
            way.append(before)
            now.append(held[before] + fits)
        best = now
        ways.append(way)
    at = max(range(len(best)), key=best.__getitem__)
    told: list[int] = []
    for way in reversed(ways):
        told.append(at)
        at = way[at]
    return [
        Span(start, end, chords[number])
        for (start, end), number in zip(places, reversed(told), strict=True)
    ]


def _step(key: Key, a: int, b: int) -> float:
    """How usual it is that chord b follows chord a, in nats."""
    degrees = DEGREES[key.mode]
    (root_a, kind_a, _), (root_b, _, _) = degrees[a], degrees[b]
    if a == b:
        return -0.3
    if kind_a == "7" and root_a != root_b:  # sevenths go down a fifth
        return 0.0 if (root_a + 5) % 12 == root_b else UNUSUAL * 1.5
    return 0.0 if root_b in FOLLOWERS[key.mode].get(root_a, ()) else UNUSUAL


def _fit(notes: Sequence[Note], chord: Chord, start: int, end: int) -> float:
    """How well a chord fits what sounds in a span: 0 to MISFIT, long notes and accents first."""
    tones = chord.tones
    heard = wrong = 0.0
    for note in notes:
        shared = min(note.end, end) - max(note.start, start)
        if shared > 0:
            weight = shared * (2.0 if note.start <= start else 1.0)
            heard += weight
            place = tones.index(note.pitch % 12) if note.pitch % 12 in tones else -1
            wrong += weight * (1.0 if place < 0 else 0.25 if place == 3 else 0.0)
    return MISFIT * wrong / heard if heard else 0.0
