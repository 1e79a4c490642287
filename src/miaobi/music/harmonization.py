"""Four voices from one: bass, alto and tenor written below a melody, as chorales have them.

melody --find_chords--> a chord each beat --compose, rules of voices--> several --fewest faults-->
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from miaobi.generation.decoder import decoder_of
from miaobi.music.chords import Span, chord_at, find_chords
from miaobi.music.constraints import Directions, melody_bars
from miaobi.music.grammar import Grammar
from miaobi.music.sampling import Taste, compose
from miaobi.music.score import Note, Part, Score, beat_ticks
from miaobi.music.tokens import Control, decode, encode, shift_of
from miaobi.music.voice_leading import Voices, faults

if TYPE_CHECKING:
    from miaobi.models.gpt import GPT

CANDIDATES = 3
ENOUGH = -0.35  # what a setting has to be worth for no other to be drawn
CONTEXT = 512  # tokens: some ten bars
TASTE = Taste(0.7, 0.95)
FOREIGN = 2.0  # nats: chromatic notes are rare
CHORD = 3.0  # nats that a note outside its chord costs on a beat
GRID = 12  # ticks: voices move in eighths
NAMES = ("Soprano", "Alto", "Tenor", "Bass")
Line = list[tuple[int, int, int]]


def beats(score: Score, length: int) -> list[tuple[int, int]]:
    """(start, end) of stretches of so many ticks, counted from the first bar line."""
    first = score.pickup % length
    edges = [0, *range(first or length, score.ticks, length), score.ticks]
    return list(zip(edges, edges[1:], strict=False))


def harmonize(
    network: "GPT",
    melody: Score,
    seed: int,
    spans: Sequence[Span] = (),
    tick: Callable[[int, int], None] = lambda *_: None,
) -> Score:
    """Four parts whose first is the melody, note for note.

    `spans` are chords that are asked for, else they are found. The melody has to be one voice in a
    meter that the network knows: MediaError otherwise.
    """
    beat = beat_ticks(melody.meter)
    wanted = bool(spans)
    spans = spans or find_chords(
        melody.notes, melody.key, beats(melody, beat), melody.bar, melody.pickup
    )
    control = Control(
        "chorale", melody.key, melody.meter, 66, mood_of(melody), 4, bool(melody.pickup)
    )
    tokens = encode(melody, replace(control, voices=1))
    bars = melody_bars(tokens)
    shift = (melody.bar - melody.pickup) % melody.bar  # tokens count from a bar line
    moved = [Span(s.start + shift, s.end + shift, s.chord) for s in spans]
    best: tuple[float, Score] | None = None
    for number in range(CANDIDATES):
        tonic = melody.key.tonic
        directions = Directions(
            bars,
            moved,
            CHORD * (2 if wanted else 1),
            tonic,
            beat,
            Voices(shift_of(melody.key), tonic),
        )
        scale = frozenset((pc - tonic) % 12 for pc in melody.key.scale)
        made = compose(
            decoder_of(network, CONTEXT),
            control.tokens(),
            Grammar(len(bars), GRID),
            seed * CANDIDATES + number,
            replace(TASTE, foreign=FOREIGN, scale=scale),
            directions,
            CONTEXT,
        )
        score = _joined(melody, decode(made, melody.tempo))
        worth = -_cost(score, spans)
        if best is None or worth > best[0]:
            best = worth, score
        tick(number + 1, CANDIDATES)
        if best[0] >= ENOUGH:
            break
    assert best is not None
    return best[1]


def mood_of(melody: Score) -> str:
    """What chorales in its mode are told to be."""
    return "calm" if melody.key.mode == "major" else "sad"


def lines_of(score: Score) -> list[Line]:
    """The notes of each part as (start, end, pitch)."""
    return [
        [(note.start, note.end, note.pitch) for note in score.notes if note.part == part]
        for part in range(len(score.parts))
    ]


def _joined(melody: Score, made: Score) -> Score:
    """The melody as it was, and under it what was written to it."""
    ticks = melody.ticks
    shift = made.pickup - melody.pickup if made.pickup else (melody.pickup or 0) - made.bar
    shift = 0 if not melody.pickup or made.pickup == melody.pickup else shift
    under = [
        replace(note, start=note.start - shift, length=min(note.length, ticks - note.start + shift))
        for note in made.notes
        if note.part and 0 <= note.start - shift < ticks
    ]
    notes = [replace(note, part=0) for note in melody.notes] + under
    return replace(melody, notes=tuple(sorted(notes)), parts=tuple(Part(name) for name in NAMES))


def _cost(score: Score, spans: Sequence[Span]) -> float:
    """Faults a bar, and how much of the voices lies outside their chords."""
    told = faults(lines_of(score))
    under = [note for note in score.notes if note.part]
    outside = sum(
        note.length
        for note in under
        if (chord := chord_at(spans, note.start)) and note.pitch % 12 not in chord.tones
    )
    bars = max(1, score.ticks / score.bar)
    heard = max(1, sum(note.length for note in under))
    return (2 * told["parallels"] + told["crossings"] + 0.3 * told["gaps"]) / bars + 4 * (
        outside / heard
    )


def sounding(notes: Sequence[Note], tick: int) -> list[Note]:
    """The notes that are heard at a tick."""
    return [note for note in notes if note.start <= tick < note.end]
