"""Arrangement of a planned piece: number of bars, duration, conditioning, instruments."""

from collections.abc import Sequence
from dataclasses import replace

from miaobi.music.prompt import HYMN_METERS, MusicPlan
from miaobi.music.score import GRID, Part, Score, bar_ticks, beat_ticks
from miaobi.music.tokens import Control

MAX_TAIL = 1.8  # seconds, release of the last notes
TAIL_FRACTION = 0.2  # of a short piece, at most
LENGTH_STEP = 6  # ticks: lengths are multiples, which every notation can write
TRAINED_STYLES = {"waltz": "tune", "air": "tune"}  # for styles that are rare in the training data
CHORALE_MOODS = ("calm", "sad", "dark")  # of melodies without a style that resemble chorales


def fit_bars(plan: MusicPlan, fixed_tempo: bool, loop: bool) -> tuple[int, float, float]:
    """Fit whole bars into the seconds of a plan with defaults: (bars, tempo, seconds).

    The tempo is adjusted to fill the time unless it is fixed; seconds exclude the tail.
    """
    assert plan.meter and plan.tempo and plan.seconds
    bar = bar_ticks(plan.meter) / beat_ticks(plan.meter) * 60 / plan.tempo  # seconds
    available = plan.seconds if loop else plan.seconds - tail_seconds(plan.seconds)
    if fixed_tempo and not loop:
        return max(1, int(available / bar + 1e-6)), plan.tempo, available
    bars = max(1, round(available / bar))
    if fixed_tempo:
        return bars, plan.tempo, bars * bar
    return bars, plan.tempo * bars * bar / available, available


def tail_seconds(seconds: float) -> float:
    """Return the release time in seconds that a piece of a duration reserves at its end."""
    return min(MAX_TAIL, TAIL_FRACTION * seconds)


def melody_control(plan: MusicPlan, tempo: float) -> Control:
    """Return the conditioning of a melody for a plan with defaults."""
    assert plan.meter
    style = TRAINED_STYLES.get(plan.style, plan.style)
    if not style:
        is_chorale = plan.mood in CHORALE_MOODS and plan.meter in HYMN_METERS
        style = "chorale" if is_chorale else "tune"
    return Control(style, plan.key, plan.meter, tempo, plan.mood, 1)


def harmonic_rhythm(meter: tuple[int, int]) -> int:
    """Return the ticks between chord changes: half a bar if the meter divides into halves."""
    bar = bar_ticks(meter)
    return bar // 2 if meter in ((4, 4), (2, 2), (6, 8), (12, 8), (6, 4)) else bar


def set_duration(score: Score, seconds: float) -> Score:
    """Return the score with its last notes held, or cut, at a duration in seconds."""
    ticks = max(LENGTH_STEP, round(seconds / 60 * score.tempo * GRID / LENGTH_STEP) * LENGTH_STEP)
    end = score.ticks
    notes = [
        replace(note, length=ticks - note.start if note.end >= min(end, ticks) else note.length)
        for note in score.notes
        if note.start < ticks
    ]
    return replace(score, notes=tuple(notes), length=ticks)


def assign_instruments(score: Score, programs: Sequence[int]) -> Score:
    """Assign programs to the parts, the melody's first; with too few, inner parts share one."""
    count, available = len(score.parts), list(programs) or [0]
    if len(available) == 1:
        assigned = available * count
    elif count == 4 and len(available) >= 4:
        assigned = available[:4]
    else:
        inner = [available[1]] * max(0, count - 2)
        assigned = [available[0], *inner, available[-1]][:count]
    parts = tuple(
        Part(part.name, program) for part, program in zip(score.parts, assigned, strict=True)
    )
    return replace(score, parts=parts)
