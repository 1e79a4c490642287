"""Accompaniment of a melody: dance figures, broken or held chords, and a bass line.

melody, chords, figure --accompany--> parts "Melody", "Chords", "Bass"
"""

import math
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from miaobi.music.chords import Chord, ChordSpan, chord_at
from miaobi.music.score import GRID, Note, Part, Score

# style, or mood of a piece without a style -> figures; the seed chooses one
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
BASS_RANGE = (36, 53)  # MIDI pitches
CHORD_RANGE = (50, 69)
MIN_CEILING = 60  # top of chords below a low melody
MELODY_VELOCITY, CHORD_VELOCITY, BASS_VELOCITY = 92, 56, 68
DOWNBEAT_ACCENT, OFF_BEAT_ACCENT = 7, -5  # velocity
PHRASE, PHRASE_SWELL = 4, 6  # bars, and velocity at their middle
PART_NAMES = ("Melody", "Chords", "Bass")
# (position in beats, "bass" | "fifth" | "chord" | index of a chord tone)
Stroke = tuple[float, str]


def accompany(melody: Score, chords: Sequence[ChordSpan], figure: str) -> Score:
    """Add chords and a bass to a melody; its last bar gets a held chord."""
    notes = list(melody.notes)
    first = melody.pickup % melody.bar
    voicing: tuple[int, ...] = ()
    bass = sum(BASS_RANGE) // 2
    last_bar = first + (melody.ticks - first - 1) // melody.bar * melody.bar
    for bar in range(first, melody.ticks, melody.bar):
        end = min(bar + melody.bar, melody.ticks)
        strokes = _bar_strokes("held" if bar >= last_bar else figure, melody, chords, bar, end)
        for index, (tick, tone) in enumerate(strokes):
            chord = chord_at(chords, tick)
            if chord is None:
                continue
            is_bass = _is_bass(tone)
            later = (t for t, other in strokes[index + 1 :] if _is_bass(other) == is_bass)
            stop = next(later, end)
            if is_bass:
                bass = _bass_pitch(chord, tone, bass)
                notes.append(Note(tick, 2, bass, stop - tick, BASS_VELOCITY))
                continue
            voicing = voice_chord(chord, voicing, _ceiling(melody, bar, end))
            is_detached = tone == "chord" and figure in ("waltz", "stride") and bar < last_bar
            length = max(3, (stop - tick) * 2 // 3) if is_detached else stop - tick
            pitches = voicing if tone == "chord" else (voicing[int(tone) % len(voicing)],)
            notes += [Note(tick, 1, pitch, length, CHORD_VELOCITY) for pitch in pitches]
    parts = tuple(Part(name) for name in PART_NAMES)
    return shape_dynamics(replace(melody, notes=tuple(sorted(notes)), parts=parts))


def _ceiling(melody: Score, start: int, end: int) -> int:
    """Return the highest pitch for chords below a melody from start to end."""
    pitches = [note.pitch for note in melody.notes if note.start < end and note.end > start]
    return max(MIN_CEILING, min(CHORD_RANGE[1], min(pitches, default=CHORD_RANGE[1] + 1) - 1))


def voice_chord(
    chord: Chord, previous: Sequence[int], ceiling: int = CHORD_RANGE[1]
) -> tuple[int, ...]:
    """Voice a chord in close position, in the inversion nearest to the previous voicing."""
    tones = chord.tones
    center = sum(previous) / len(previous) if previous else sum(CHORD_RANGE) / 2
    best: tuple[float, tuple[int, ...]] | None = None
    for inversion in range(len(tones)):
        inverted = tones[inversion:] + tones[:inversion]
        for octave in range(3, 6):
            pitches = [12 * octave + inverted[0]]
            for tone in inverted[1:]:
                pitches.append(pitches[-1] + (tone - pitches[-1]) % 12)
            if pitches[0] < CHORD_RANGE[0] - 4 or pitches[-1] > CHORD_RANGE[1]:
                continue
            motion = abs(sum(pitches) / len(pitches) - center)
            cost = motion + 3 * max(0, pitches[-1] - ceiling)
            if best is None or cost < best[0]:
                best = cost, tuple(pitches)
    if best is None:  # a chord wider than the range: its lowest position
        return tuple(CHORD_RANGE[0] + (tone - CHORD_RANGE[0]) % 12 for tone in tones)
    return best[1]


def shape_dynamics(score: Score) -> Score:
    """Set velocities: accents on downbeats, and phrases that swell and fade."""
    phrase = PHRASE * score.bar
    notes = []
    for note in score.notes:
        position = (note.start - score.pickup) % score.bar
        accent = 0 if position % score.beat == 0 else OFF_BEAT_ACCENT
        accent = DOWNBEAT_ACCENT if position == 0 else accent
        swell = PHRASE_SWELL * math.sin(math.pi * ((note.start - score.pickup) % phrase) / phrase)
        base = note.velocity if note.part else max(note.velocity, MELODY_VELOCITY)
        velocity = max(1, min(120, round(base + accent + swell)))
        notes.append(replace(note, velocity=velocity))
    return replace(score, notes=tuple(notes))


def _is_bass(tone: str) -> bool:
    return tone in ("bass", "fifth")


def _bar_strokes(
    figure: str, score: Score, chords: Sequence[ChordSpan], bar: int, end: int
) -> list[tuple[int, str]]:
    """Return the (tick, tone) strokes of one bar in order; a new chord begins with its bass."""
    beat = score.beat
    strokes: list[tuple[int, str]] = []
    changes = [bar]
    for span in chords:  # the figure restarts only where the chord changes
        if bar < span.start < end and span.chord != chord_at(chords, span.start - 1):
            changes.append(span.start)
    for start, stop in pairwise([*changes, end]):
        beats = max(1, round((stop - start) / beat))
        strokes += [
            (start + round(position * beat), tone)
            for position, tone in _figure_strokes(figure, beat, beats)
            if start + round(position * beat) < stop
        ]
    return sorted(strokes, key=lambda stroke: stroke[0])


def _figure_strokes(figure: str, beat: int, beats: int) -> list[Stroke]:
    """Return the strokes of a figure over a number of beats of one chord."""
    is_compound = beat % 36 == 0
    step = 1 / 3 if is_compound else 0.5  # beats
    if figure == "held":
        return [(0, "bass"), (0, "chord")]
    if figure == "waltz":
        return [(0, "bass"), *((n, "chord") for n in range(1, beats))]
    if figure == "pulse":
        return [(0, "bass"), *((n * step, "chord") for n in range(round(beats / step)))]
    if figure == "broken":
        pattern = ("bass", "0", "1", "2", "1", "0") if is_compound else ("bass", "0", "1", "2")
        tones = [pattern[n % len(pattern)] for n in range(round(beats / step))]
        tones[1:] = ["1" if tone == "bass" else tone for tone in tones[1:]]
        return [(n * step, tone) for n, tone in enumerate(tones)]
    if is_compound:  # bass on the beat, chord on its last third
        return [
            stroke
            for n in range(beats)
            for stroke in ((n, "fifth" if n % 2 else "bass"), (n + 2 / 3, "chord"))
        ]
    if beats % 2 or beat < GRID:
        return [(n, "chord" if n else "bass") for n in range(beats)]
    return [(n, ("bass", "chord", "fifth", "chord")[n % 4]) for n in range(beats)]


def _bass_pitch(chord: Chord, tone: str, previous: int) -> int:
    """Return the pitch of a chord's bass, or of its fifth, nearest to the previous one."""
    pitch_class = chord.bass_tone if tone == "bass" else chord.tones[2]
    low, high = BASS_RANGE
    pitches = [pitch for pitch in range(low, high + 1) if pitch % 12 == pitch_class]
    return min(pitches, key=lambda pitch: (abs(pitch - previous), pitch))
