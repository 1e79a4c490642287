"""Four-part harmonization: alto, tenor and bass below a melody, in the style of a chorale.

melody --find_chords--> a chord per beat --sample_tokens, voice leading--> candidates --> the best
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from miaobi.generation.decoder import decoder_of
from miaobi.music.chords import ChordSpan, chord_at, find_chords
from miaobi.music.constraints import DecodingConstraints, melody_constraints
from miaobi.music.grammar import Grammar
from miaobi.music.sampling import SamplingParams, best_candidate, sample_tokens
from miaobi.music.score import Part, Score, time_spans
from miaobi.music.tokens import Control, decode, encode, tonic_shift
from miaobi.music.voice_leading import VoiceLeading, count_errors

if TYPE_CHECKING:
    from miaobi.models.gpt import GPT

CANDIDATES = 3
THRESHOLD = -0.35  # quality at which no further candidate is generated
CONTEXT = 512  # tokens: some ten bars
SAMPLING = SamplingParams(0.7, 0.95, chromatic_penalty=2.0)
CHORD_WEIGHT = 3.0  # nats, penalty of a non-chord tone on a beat; twice as much for given chords
TEMPO = 66.0  # beats per minute of the conditioning
ONSET_GRID = 12  # ticks: voices move in eighths
PART_NAMES = ("Soprano", "Alto", "Tenor", "Bass")


def harmonize(
    network: "GPT",
    melody: Score,
    seed: int,
    chords: Sequence[ChordSpan] = (),
    on_progress: Callable[[int, int], None] = lambda *_: None,
) -> Score:
    """Harmonize a melody of one part in four parts; the first is the melody, note for note.

    Without `chords` they are found by analysis. Raises MediaError for an unsupported meter.
    """
    key, beat = melody.key, melody.beat
    weight = 2 * CHORD_WEIGHT if chords else CHORD_WEIGHT
    chords = chords or find_chords(
        melody.notes, key, time_spans(melody, beat), melody.bar, melody.pickup
    )
    control = Control(
        "chorale", key, melody.meter, TEMPO, chorale_mood(melody), 4, bool(melody.pickup)
    )
    bars = melody_constraints(encode(melody, replace(control, voices=1)))
    shifted = [
        ChordSpan(span.start + melody.offset, span.end + melody.offset, span.chord)
        for span in chords
    ]

    def generate(index: int) -> Score:
        rules = VoiceLeading(tonic_shift(key), key.tonic)
        tokens = sample_tokens(
            decoder_of(network, CONTEXT),
            control.tokens(),
            Grammar(len(bars), ONSET_GRID),
            seed * CANDIDATES + index,
            replace(SAMPLING, scale=key.scale_degrees),
            DecodingConstraints(bars, shifted, weight, key.tonic, beat, rules),
            CONTEXT,
        )
        return _merge(melody, decode(tokens, melody.tempo))

    def evaluate(score: Score) -> float:
        return -_penalty(score, chords)

    return best_candidate(generate, evaluate, CANDIDATES, THRESHOLD, on_progress)


def chorale_mood(melody: Score) -> str:
    """Return the mood of the conditioning for the mode of a melody."""
    return "calm" if melody.key.mode == "major" else "sad"


def voice_lines(score: Score) -> list[list[tuple[int, int, int]]]:
    """Return the notes of each part as (start, end, pitch)."""
    return [
        [(note.start, note.end, note.pitch) for note in score.notes if note.part == part]
        for part in range(len(score.parts))
    ]


def _merge(melody: Score, generated: Score) -> Score:
    """Combine the notes of a melody with the lower parts of a generated score."""
    ticks = melody.ticks
    shift = melody.offset - generated.offset  # their pickups differ if a time was snapped
    lower = [
        replace(note, start=note.start - shift, length=min(note.length, ticks - note.start + shift))
        for note in generated.notes
        if note.part and 0 <= note.start - shift < ticks
    ]
    notes = [replace(note, part=0) for note in melody.notes] + lower
    parts = tuple(Part(name) for name in PART_NAMES)
    return replace(melody, notes=tuple(sorted(notes)), parts=parts)


def _penalty(score: Score, chords: Sequence[ChordSpan]) -> float:
    """Return voice-leading errors per bar plus four times the fraction of non-chord tones."""
    errors = count_errors(voice_lines(score))
    lower = [note for note in score.notes if note.part]
    outside = sum(
        note.length
        for note in lower
        if (chord := chord_at(chords, note.start)) and note.pitch % 12 not in chord.tones
    )
    bars = max(1, score.ticks / score.bar)
    total = max(1, sum(note.length for note in lower))
    weighted = 2 * errors["parallels"] + errors["crossings"] + 0.3 * errors["gaps"]
    return weighted / bars + 4 * (outside / total)
