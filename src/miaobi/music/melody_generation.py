"""Melody generation in sections (A A' B A'), in a given key, with a final tonic.

bars --plan_form--> sections --sample_tokens, one section after another--> candidates --> the best
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING

from miaobi.generation.decoder import decoder_of
from miaobi.music.chords import ChordSpan
from miaobi.music.constraints import BarConstraint, DecodingConstraints, melody_constraints
from miaobi.music.grammar import Grammar
from miaobi.music.keys import key_correlations
from miaobi.music.sampling import SamplingParams, best_candidate, sample_tokens
from miaobi.music.score import Score, beat_ticks
from miaobi.music.tokens import END, FIRST_BAR, FIRST_PART, MAX_BARS, TOKEN_IDS, Control, decode

if TYPE_CHECKING:
    from miaobi.models.gpt import GPT

SECTION = 8  # bars
MIN_SECTION = 4  # bars
# by number of sections; a small letter repeats a section with another ending
FORMS = {1: "A", 2: "Aa", 3: "ABa", 4: "AaBa"}
LONG_FORM = "AaBaCaDa"
NEW_ENDING = 2  # bars at the end of a repeated section that are generated again
CONTEXT_BARS = 16  # bars before a section that condition it
CHORD_WEIGHT = 2.0  # nats, penalty of a pitch outside a given chord
MIN_NOTE = {"calm": 0.22, "sad": 0.22, "dark": 0.16, "happy": 0.14, "lively": 0.11}  # seconds
CANDIDATES = 5
THRESHOLD = 0.35  # quality at which no further candidate is generated
LOW, HIGH = 57, 84  # MIDI pitches of a comfortable range
MAX_LEAP = 9  # semitones
MAX_REPEATED = 0.25  # fraction of repeated pitches
MIN_SOUNDING = 0.92  # fraction of the time
SAMPLING = SamplingParams(0.95, chromatic_penalty=6.0)
CONTEXT = 384  # tokens, the length of training windows


@dataclass(frozen=True)
class MelodySpec:
    """Specification of a melody to generate."""

    control: Control
    bars: int
    fixed: Mapping[int, BarConstraint] | None = None  # by bar
    chords: Sequence[ChordSpan] = ()
    has_sections: bool = True  # else through-composed
    final_tonic: bool = True  # the last bar is one note, the tonic


def generate_melody(
    network: "GPT",
    spec: MelodySpec,
    seed: int,
    on_progress: Callable[[int, int], None] = lambda *_: None,
) -> Score:
    """Generate a melody of whole bars in one part: the best of up to CANDIDATES."""

    def generate(index: int) -> Score:
        return _generate(network, spec, seed * CANDIDATES + index)

    def evaluate(score: Score) -> float:
        return _quality(score, spec)

    best = best_candidate(generate, evaluate, CANDIDATES, THRESHOLD, on_progress)
    return replace(best, key=spec.control.key)


def plan_form(bars: int) -> list[tuple[str, int]]:
    """Plan sections as (letter, bars): 30 bars give A 8, a 8, B 8, a 6."""
    whole, rest = divmod(bars, SECTION)
    lengths = [SECTION] * whole
    if rest >= MIN_SECTION or not lengths:
        lengths.append(rest)
    else:
        lengths[-1] += rest
    letters = (
        FORMS.get(len(lengths))
        or "".join(LONG_FORM[index % len(LONG_FORM)] for index in range(len(lengths) - 1)) + "a"
    )
    return list(zip(letters, lengths, strict=True))


def onset_grid(meter: tuple[int, int], tempo: float, mood: str) -> int:
    """Return the grid of onsets in ticks on which no note is too short for the mood."""
    tick = 60 / tempo / beat_ticks(meter)  # seconds
    grids = (6, 12, 24) if beat_ticks(meter) % 24 == 0 else (6, 12)
    return next((grid for grid in grids if grid * tick >= MIN_NOTE[mood]), grids[-1])


def _generate(network: "GPT", spec: MelodySpec, seed: int) -> Score:
    """Generate one melody, section after section."""
    fixed = spec.fixed or {}
    form = plan_form(spec.bars) if spec.has_sections else [("A", spec.bars)]
    melody: dict[int, BarConstraint] = {}  # generated or fixed bars
    section_starts: dict[str, int] = {}  # letter -> first bar
    start = 0
    for index, (letter, length) in enumerate(form):
        original = section_starts.get(letter.upper()) if letter.islower() else None
        if original is not None:
            for bar in range(min(length, SECTION) - NEW_ENDING):
                melody[start + bar] = melody[original + bar]
        melody |= {bar: fixed[bar] for bar in range(start, start + length) if bar in fixed}
        section_starts.setdefault(letter, start)
        _generate_section(network, spec, melody, (start, start + length), seed + index)
        start += length
    return decode(encode_bars(spec.control, melody, spec.bars), spec.control.tempo)


def _generate_section(
    network: "GPT",
    spec: MelodySpec,
    melody: dict[int, BarConstraint],
    span: tuple[int, int],
    seed: int,
) -> None:
    """Generate the missing bars of a span (start, end) of a melody, in place."""
    control, (start, end) = spec.control, span
    first = max(0, start - CONTEXT_BARS)
    last_bar = end - first - 1
    constraints = DecodingConstraints(
        {bar - first: events for bar, events in melody.items() if first <= bar < end},
        spec.chords,
        CHORD_WEIGHT if spec.chords else 0.0,
        control.key.tonic,
        beat_ticks(control.meter),
        first_bar=first,
        final_bars=frozenset({last_bar} if spec.final_tonic and end == spec.bars else ()),
    )
    head = replace(control, voices=1, pickup=control.pickup and first == 0).tokens()
    tokens = sample_tokens(
        decoder_of(network, CONTEXT),
        head,
        Grammar(last_bar + 1, onset_grid(control.meter, control.tempo, control.mood)),
        seed,
        replace(SAMPLING, scale=control.key.scale_degrees),
        constraints,
        CONTEXT,
    )
    melody |= {bar + first: events for bar, events in melody_constraints(tokens).items()}


def encode_bars(control: Control, bars: Mapping[int, BarConstraint], count: int) -> list[int]:
    """Encode a melody of `count` bars whose events are all fixed tokens."""
    tokens = replace(control, voices=1).tokens()
    for index in range(count):
        tokens += [FIRST_BAR + min(count - index, MAX_BARS) - 1, FIRST_PART]
        for tick, event in sorted(bars[index].events.items()):
            tokens += [TOKEN_IDS[f"pos:{tick}"], event] if tick else [event]
    return [*tokens, END]


def _quality(score: Score, spec: MelodySpec) -> float:
    """Rate a melody: clear key, comfortable range, few large leaps, repeated pitches and rests."""
    notes = score.notes
    if len(notes) < 3:
        return -99.0
    key = spec.control.key
    fits = key_correlations((note.pitch, note.length) for note in notes)
    quality = 6 * min(0.1, fits[key] - max(fit for other, fit in fits.items() if other != key))
    intervals = [abs(b.pitch - a.pitch) for a, b in pairwise(notes)]
    quality -= 3 * sum(interval > MAX_LEAP for interval in intervals) / len(intervals)
    repeated = sum(interval == 0 for interval in intervals) / len(intervals)
    quality -= 2 * max(0.0, repeated - MAX_REPEATED)
    quality -= sum(not LOW <= note.pitch <= HIGH for note in notes) / len(notes)
    quality -= 2 * max(0.0, MIN_SOUNDING - sum(note.length for note in notes) / score.ticks)
    bars = len({note.start // score.bar for note in notes})
    return quality - 2 * (1 - bars / max(1, score.ticks // score.bar))
