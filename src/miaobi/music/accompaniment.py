"""What is played under a melody: figures of dances, broken and held chords, with a bass of its own.

melody, chords, figure --voiced--> parts "Melody", "Chords", "Bass"
"""

import math
from collections.abc import Sequence
from dataclasses import replace

from miaobi.music.chords import Chord, Span, chord_at
from miaobi.music.score import GRID, Note, Part, Score, beat_ticks

# figures that suit a style, and a mood where a piece has no style; the seed chooses
FIGURES: dict[str, tuple[str, ...]] = {
    "waltz": ("waltz",),
    "march": ("stride",),
    "jig": ("stride",),
    "reel": ("stride",),
    "hornpipe": ("stride",),
    "strathspey": ("stride",),
    "air": ("broken",),
    "calm": ("broken", "held"),
    "happy": ("stride", "broken"),
    "sad": ("broken", "held"),
    "dark": ("pulse", "held"),
    "lively": ("stride",),
}
BASS = (36, 53)  # MIDI pitches
CHORDS = (50, 69)
LOWEST_TOP = 60  # of chords, however low the melody goes
LOUD = {"melody": 92, "bass": 68, "chords": 56}  # velocities
DOWNBEAT, SWELL, PHRASE = 7, 6, 4  # velocity of accents, of a phrase's middle; bars of a phrase
NAMES = ("Melody", "Chords", "Bass")
# (beats before, "bass" | "fifth" | "chord" | number of a chord's note)
Strike = tuple[float, str]


def accompanied(melody: Score, spans: Sequence[Span], figure: str) -> Score:
    """The melody with chords and a bass that keep its meter: three parts; the last bar is held."""
    notes = list(melody.notes)
    first = melody.pickup % melody.bar
    voicing: tuple[int, ...] = ()
    low = (BASS[0] + BASS[1]) // 2
    last = first + (melody.ticks - first - 1) // melody.bar * melody.bar
    for bar in range(first, melody.ticks, melody.bar):
        end = min(bar + melody.bar, melody.ticks)
        strikes = _strikes("held" if bar >= last else figure, melody, spans, bar, end)
        for place, (tick, what) in enumerate(strikes):
            chord = chord_at(spans, tick)
            if chord is None:
                continue
            stop = next((t for t, w in strikes[place + 1 :] if _layer(w) == _layer(what)), end)
            if _layer(what) == "bass":
                low = _bass(chord, what, low)
                notes.append(Note(tick, 2, low, stop - tick, LOUD["bass"]))
                continue
            voicing = voiced(chord, voicing, _ceiling(melody, bar, end))
            short = what == "chord" and figure in ("waltz", "stride") and bar < last
            length = max(3, (stop - tick) * 2 // 3) if short else stop - tick
            told = voicing if what == "chord" else (voicing[int(what) % len(voicing)],)
            notes += [Note(tick, 1, pitch, length, LOUD["chords"]) for pitch in told]
    parts = tuple(Part(name) for name in NAMES)
    return shaded(replace(melody, notes=tuple(sorted(notes)), parts=parts))


def _ceiling(melody: Score, start: int, end: int) -> int:
    """The highest pitch that stays below a melody from start to end, if there is room."""
    heard = [note.pitch for note in melody.notes if note.start < end and note.end > start]
    return max(LOWEST_TOP, min(CHORDS[1], min(heard, default=CHORDS[1] + 1) - 1))


def voiced(chord: Chord, before: Sequence[int], ceiling: int = CHORDS[1]) -> tuple[int, ...]:
    """Three or four notes of a chord, in the position nearest to the one before."""
    tones = chord.tones
    center = sum(before) / len(before) if before else sum(CHORDS) / 2
    best: tuple[float, tuple[int, ...]] | None = None
    for inversion in range(len(tones)):
        turned = tones[inversion:] + tones[:inversion]
        for octave in range(3, 6):
            pitches = [12 * octave + turned[0]]
            for tone in turned[1:]:
                pitches.append(pitches[-1] + (tone - pitches[-1]) % 12)
            if pitches[0] < CHORDS[0] - 4 or pitches[-1] > CHORDS[1]:
                continue
            moved = abs(sum(pitches) / len(pitches) - center) + 3 * max(0, pitches[-1] - ceiling)
            if best is None or moved < best[0]:
                best = moved, tuple(pitches)
    if best is None:  # a chord wider than the range: as low as it can be
        return tuple(CHORDS[0] + (tone - CHORDS[0]) % 12 for tone in tones)
    return best[1]


def shaded(score: Score) -> Score:
    """With accents on first beats and phrases that swell and fall: velocities only."""
    phrase = PHRASE * score.bar
    told = []
    for note in score.notes:
        place = (note.start - score.pickup) % score.bar
        accent = DOWNBEAT if place == 0 else 0 if place % beat_ticks(score.meter) == 0 else -5
        rise = SWELL * math.sin(math.pi * ((note.start - score.pickup) % phrase) / phrase)
        base = note.velocity if note.part else max(note.velocity, LOUD["melody"])
        told.append(replace(note, velocity=max(1, min(120, round(base + accent + rise)))))
    return replace(score, notes=tuple(told))


def _layer(what: str) -> str:
    return "bass" if what in ("bass", "fifth") else "chords"


def _strikes(
    figure: str, score: Score, spans: Sequence[Span], bar: int, end: int
) -> list[tuple[int, str]]:
    """(tick, what) of one bar, in order; a new chord always has its bass."""
    beat = beat_ticks(score.meter)
    told: list[tuple[int, str]] = []
    changes = [bar]
    for span in spans:  # where a chord goes on, so does its figure
        if bar < span.start < end and span.chord != chord_at(spans, span.start - 1):
            changes.append(span.start)
    for start, stop in zip(changes, [*changes[1:], end], strict=True):
        beats = max(1, round((stop - start) / beat))
        told += [
            (start + round(place * beat), what)
            for place, what in _pattern(figure, beat, beats)
            if start + round(place * beat) < stop
        ]
    return sorted(told, key=lambda strike: strike[0])


def _pattern(figure: str, beat: int, beats: int) -> list[Strike]:
    """Where in so many beats of one chord something is struck."""
    compound = beat % 36 == 0
    if figure == "held":
        return [(0, "bass"), (0, "chord")]
    if figure == "waltz":
        return [(0, "bass"), *((place, "chord") for place in range(1, beats))]
    if figure == "pulse":
        step = 1 / 3 if compound else 0.5
        count = round(beats / step)
        return [(0, "bass"), *((place * step, "chord") for place in range(count))]
    if figure == "broken":
        turns = ("bass", "0", "1", "2", "1", "0") if compound else ("bass", "0", "1", "2")
        step = 1 / 3 if compound else 0.5
        told = [(place * step, turns[place % len(turns)]) for place in range(round(beats / step))]
        return [(place, what if place == 0 or what != "bass" else "1") for place, what in told]
    if compound:  # bass on the beat, chord on its last third
        return [
            strike
            for place in range(beats)
            for strike in ((place, "fifth" if place % 2 else "bass"), (place + 2 / 3, "chord"))
        ]
    if beats % 2 or beat < GRID:
        return [(place, "chord" if place else "bass") for place in range(beats)]
    return [(place, ("bass", "chord", "fifth", "chord")[place % 4]) for place in range(beats)]


def _bass(chord: Chord, what: str, before: int) -> int:
    """The pitch of a chord's bass, or of its fifth, nearest to the one before."""
    tone = chord.lowest if what == "bass" else chord.tones[2]
    pitches = [pitch for pitch in range(BASS[0], BASS[1] + 1) if pitch % 12 == tone]
    return min(pitches, key=lambda pitch: (abs(pitch - before), pitch))
