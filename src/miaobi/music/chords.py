"""Chords: symbols such as F#m7 or C/E, chord tones, and harmonic analysis of a melody.

    melody, key --find_chords--> chord spans, one per beat or bar

A hidden Markov model of harmony: notes that sound score each chord (emission), common-practice
progressions score each change (transition), and Viterbi decoding finds the best sequence.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from miaobi.core.errors import OptionError
from miaobi.music.keys import LETTERS, Key
from miaobi.music.score import Note

# chord quality -> semitones above the root
QUALITIES: dict[str, tuple[int, ...]] = {
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
# other spellings of a quality
ALIASES = {
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
SYMBOL = re.compile(r"([A-G])([#♯b♭]?)([^/\s]*)(?:/([A-G])([#♯b♭]?))?")
ACCIDENTALS = {"": 0, "#": 1, "♯": 1, "b": -1, "♭": -1}  # semitones
MAX_BARS = 256

# states of the model: root in semitones above the tonic, quality, log prior (nats)
HARMONIES = {
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
# root above the tonic -> roots that commonly follow
PROGRESSIONS = {
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
PRIOR_WEIGHT = 0.35
REPEATED = -0.3  # nats, the same chord again
UNCOMMON = -1.6  # nats, a progression outside PROGRESSIONS
MID_BAR = -0.7  # nats, a change of chord that is not at a bar line
NON_CHORD_TONES = -3.5  # nats of a span without any chord tones
CADENCE = 4.0  # nats of a final tonic; fractions of it for the first chord and the penultimate


@dataclass(frozen=True)
class Chord:
    """A root (pitch class), a quality, and the bass of an inversion or slash chord."""

    root: int
    quality: str = ""
    bass: int | None = None  # pitch class; None: the root

    @property
    def tones(self) -> tuple[int, ...]:
        """Pitch classes of the chord, the root first."""
        return tuple((self.root + interval) % 12 for interval in QUALITIES[self.quality])

    @property
    def bass_tone(self) -> int:
        """Pitch class of the bass."""
        return self.root if self.bass is None else self.bass


@dataclass(frozen=True)
class ChordSpan:
    """A chord from a start tick up to an end tick."""

    start: int
    end: int
    chord: Chord


def read_chord(symbol: str) -> Chord:
    """Read a chord symbol: "Dm", "F#7", "C/E", "Bbmaj7". Raises OptionError."""
    match = SYMBOL.fullmatch(symbol)
    quality = ALIASES.get(match[3], match[3]) if match else ""
    if match is None or quality not in QUALITIES:
        raise OptionError(
            "There is no chord {name!r}.",
            "Write chords such as C, Dm, G7, F#m7, Bbmaj7, Bdim or C/E, one per bar.",
            name=symbol[:40],
        )
    bass = (LETTERS[match[4]] + ACCIDENTALS[match[5]]) % 12 if match[4] else None
    return Chord((LETTERS[match[1]] + ACCIDENTALS[match[2]]) % 12, quality, bass)


def read_chords(text: str) -> list[list[Chord]]:
    """Read the chords of each bar: one per bar, or as grouped by "|". Raises OptionError."""
    groups = [group for group in text.split("|") if group.strip()]
    symbols = [re.split(r"[\s,，、;–—]+|\s-\s", group.strip(" ,，、")) for group in groups]
    bars = [[read_chord(symbol) for symbol in bar if symbol and symbol != "-"] for bar in symbols]
    if "|" not in text and bars:
        bars = [[chord] for chord in bars[0]]
    bars = [bar for bar in bars if bar]
    if not bars or len(bars) > MAX_BARS:
        raise OptionError(
            "The chords are for {count} bars.",
            "Give chords for 1 to {most} bars.",
            count=len(bars),
            most=MAX_BARS,
        )
    return bars


def repeat_progression(
    progression: Sequence[Sequence[Chord]], bars: int, bar: int, start: int = 0
) -> list[ChordSpan]:
    """Repeat a chord progression over a number of bars of `bar` ticks, ending on its last chord.

    `start` is the tick of the first whole bar.
    """
    spans: list[ChordSpan] = []
    for number in range(bars):
        final = number == bars - 1 and number > 0
        chords = progression[-1][-1:] if final else progression[number % len(progression)]
        begin = start + number * bar
        edges = [begin + index * bar // len(chords) for index in range(len(chords) + 1)]
        spans += [
            ChordSpan(edges[index], edges[index + 1], chord) for index, chord in enumerate(chords)
        ]
    return spans


def chord_at(spans: Sequence[ChordSpan], tick: int) -> Chord | None:
    """Return the chord at a tick, or None outside all spans."""
    return next((span.chord for span in spans if span.start <= tick < span.end), None)


def find_chords(
    notes: Sequence[Note], key: Key, spans: Sequence[tuple[int, int]], bar: int, pickup: int = 0
) -> list[ChordSpan]:
    """Find a chord under a melody for each span (start, end) in ticks, by Viterbi decoding.

    `bar` and `pickup` are the ticks of a bar and of the incomplete first one.
    """
    chords = [Chord((key.tonic + root) % 12, quality) for root, quality, _ in HARMONIES[key.mode]]
    states = range(len(chords))
    transitions = [[_transition(key, a, b) for b in states] for a in states]
    scores = [0.0] * len(chords)
    backpointers: list[list[int]] = []
    for index, (start, end) in enumerate(spans):
        mid_bar = (start - pickup) % bar != 0
        active = [note for note in notes if note.start < end and note.end > start]
        sources, updated = [], []
        for b in states:
            paths = [
                scores[a]
                + (transitions[a][b] + (MID_BAR if mid_bar and a != b else 0.0)) * (index > 0)
                for a in states
            ]
            source = max(states, key=paths.__getitem__)
            emission = _emission(active, chords[b], start, end)
            emission += PRIOR_WEIGHT * HARMONIES[key.mode][b][2]
            emission += _cadence(key, b, index, len(spans) - 1 - index)
            sources.append(source)
            updated.append(paths[source] + emission)
        scores = updated
        backpointers.append(sources)
    state = max(states, key=scores.__getitem__)
    path: list[int] = []
    for sources in reversed(backpointers):
        path.append(state)
        state = sources[state]
    return [
        ChordSpan(start, end, chords[state])
        for (start, end), state in zip(spans, reversed(path), strict=True)
    ]


def _transition(key: Key, a: int, b: int) -> float:
    """Score the progression from harmony a to harmony b, in nats."""
    harmonies = HARMONIES[key.mode]
    (root_a, quality_a, _), (root_b, _, _) = harmonies[a], harmonies[b]
    if a == b:
        return REPEATED
    if quality_a == "7" and root_a != root_b:  # dominant sevenths resolve down a fifth
        return 0.0 if (root_a + 5) % 12 == root_b else UNCOMMON * 1.5
    return 0.0 if root_b in PROGRESSIONS[key.mode].get(root_a, ()) else UNCOMMON


def _emission(notes: Sequence[Note], chord: Chord, start: int, end: int) -> float:
    """Score the notes of a span as tones of a chord: 0 to NON_CHORD_TONES, weighted by length.

    Notes that begin the span count double, sevenths as a quarter of a non-chord tone.
    """
    tones = chord.tones
    total = outside = 0.0
    for note in notes:
        overlap = min(note.end, end) - max(note.start, start)
        if overlap > 0:
            weight = overlap * (2.0 if note.start <= start else 1.0)
            total += weight
            tone = tones.index(note.pitch % 12) if note.pitch % 12 in tones else -1
            outside += weight * (1.0 if tone < 0 else 0.25 if tone == 3 else 0.0)
    return NON_CHORD_TONES * outside / total if total else 0.0


def _cadence(key: Key, state: int, before: int, after: int) -> float:
    """Score a tonic at either end and a dominant before the last span, in nats.

    `before` and `after` count the spans around this one.
    """
    root, quality, _ = HARMONIES[key.mode][state]
    if root == 0 and quality != "7" and (before == 0 or after == 0):
        return CADENCE if after == 0 else CADENCE / 4
    return CADENCE / 3 if root == 7 and after == 1 else 0.0
