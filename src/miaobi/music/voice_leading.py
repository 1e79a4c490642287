"""Voice-leading rules for parts below a melody: penalties while decoding, and an error count.

The rules of common-practice harmony: no parallel fifths or octaves, no voice crossing, no wide
spacing between upper voices, no doubled leading tone, no voice outside its range.
"""

from bisect import bisect_right
from collections.abc import Sequence
from itertools import pairwise

from miaobi.core.arrays import FloatArray, IntArray
from miaobi.music.tokens import FIRST_PITCH, MAX_PITCH, MIN_PITCH, REST, VOCAB_SIZE

MELODY, BASS, ALTO, TENOR = range(4)  # roles, in the order of their tokens
RANGES = {BASS: (38, 62), ALTO: (52, 76), TENOR: (46, 69)}  # MIDI pitches
VOICES_ABOVE = {BASS: (), ALTO: (MELODY,), TENOR: (ALTO, MELODY)}  # the nearest first
# penalties in nats
PARALLEL = 9.0
CROSSING = 5.0
WIDE_SPACING = 2.5  # more than an octave below the voice above
UNISON = 1.5
DOUBLED_LEADING_TONE = 3.0
OUT_OF_RANGE = 5.0
LEAP = 0.35  # per semitone beyond a third, in the bass beyond a fifth
FIFTH_OR_OCTAVE = (0, 7)  # semitones, octaves aside
MIN_BASS_SPACING = 5  # semitones below the melody


class VoiceLeading:
    """The lines generated so far, by role, and the penalty of each pitch that may follow."""

    def __init__(self, shift: int, tonic: int) -> None:
        """Begin with empty lines; `shift` maps token pitches to MIDI, `tonic` is a pitch class."""
        self.shift, self.tonic = shift, tonic
        self.starts: dict[int, list[int]] = {role: [] for role in range(4)}
        self.pitches: dict[int, list[int | None]] = {role: [] for role in range(4)}

    def add(self, role: int, tick: int, token: int) -> None:
        """Add a pitch or a rest to a line; a hold changes nothing."""
        if token >= FIRST_PITCH:
            pitch: int | None = token - FIRST_PITCH + MIN_PITCH + self.shift
        elif token == REST:
            pitch = None
        else:
            return
        self.starts[role].append(tick)
        self.pitches[role].append(pitch)

    def pitch_at(self, role: int, tick: int) -> int | None:
        """Return the MIDI pitch of a voice at a tick, None for a rest."""
        index = bisect_right(self.starts[role], tick) - 1
        return self.pitches[role][index] if index >= 0 else None

    def penalty(self, role: int, tick: int) -> FloatArray:
        """Return the logit bias (V,) of every pitch for a voice at a tick, in nats, at most 0."""
        import numpy as np

        pitches = np.arange(MIN_PITCH, MAX_PITCH + 1) + self.shift
        cost = np.zeros(len(pitches))
        previous = self.pitch_at(role, tick - 1)
        for other in range(role):
            now, before = self.pitch_at(other, tick), self.pitch_at(other, tick - 1)
            if previous is not None and now is not None and before is not None and now != before:
                interval = (before - previous) % 12
                if interval in FIFTH_OR_OCTAVE:
                    cost += PARALLEL * (((now - pitches) % 12 == interval) & (pitches != previous))
            if now is not None and (now - self.tonic) % 12 == 11:
                cost += DOUBLED_LEADING_TONE * ((pitches - self.tonic) % 12 == 11)
        low, high = RANGES[role]
        cost += OUT_OF_RANGE * ((pitches < low) | (pitches > high))
        cost += self._spacing(role, tick, pitches)
        if previous is not None:
            free = 7 if role == BASS else 4
            cost += LEAP * np.maximum(0, np.abs(pitches - previous) - free)
        bias = np.zeros(VOCAB_SIZE)
        bias[FIRST_PITCH:] = -cost
        return bias

    def _spacing(self, role: int, tick: int, pitches: IntArray) -> FloatArray:
        """Return the cost of each pitch for crossing a neighbor, unisons and wide spacing."""
        import numpy as np

        cost = np.zeros(len(pitches))
        neighbors = (self.pitch_at(other, tick) for other in VOICES_ABOVE[role])
        above = next((pitch for pitch in neighbors if pitch is not None), None)
        if role == BASS and (top := self.pitch_at(MELODY, tick)) is not None:
            cost += CROSSING * (pitches > top - MIN_BASS_SPACING)
        if above is not None:
            cost += (
                CROSSING * (pitches > above)
                + UNISON * (pitches == above)
                + WIDE_SPACING * (pitches < above - 12)
            )
        if role > BASS and (bass := self.pitch_at(BASS, tick)) is not None:
            cost += CROSSING * (pitches < bass)
        return cost


def count_errors(lines: Sequence[Sequence[tuple[int, int, int]]]) -> dict[str, int]:
    """Count voice-leading errors in lines from top to bottom, each of (start, end, pitch).

    "parallels" are fifths and octaves, "crossings" voices above their upper neighbor, "gaps" more
    than an octave between upper voices.
    """
    ticks = sorted({start for line in lines for start, _, _ in line})
    counts = {"parallels": 0, "crossings": 0, "gaps": 0}
    previous: list[int | None] = [None] * len(lines)
    for tick in ticks:
        chord = [_pitch_at(line, tick) for line in lines]
        for high in range(len(lines)):
            for low in range(high + 1, len(lines)):
                before, now = (previous[high], previous[low]), (chord[high], chord[low])
                counts["parallels"] += _is_parallel(before, now)
        for high, (a, b) in enumerate(pairwise(chord)):
            if a is not None and b is not None and chord != previous:
                counts["crossings"] += b > a
                counts["gaps"] += high + 2 < len(lines) and a - b > 12
        previous = chord
    return counts


def _pitch_at(line: Sequence[tuple[int, int, int]], tick: int) -> int | None:
    index = bisect_right(line, (tick, 1 << 30, 0)) - 1
    return line[index][2] if index >= 0 and line[index][1] > tick else None


def _is_parallel(before: tuple[int | None, int | None], now: tuple[int | None, int | None]) -> bool:
    """Check if both voices move from one fifth or octave to another, given (high, low) pitches."""
    (a, b), (c, d) = before, now
    if a is None or b is None or c is None or d is None or a == c or b == d:
        return False
    return (a - b) % 12 in FIFTH_OR_OCTAVE and (a - b) % 12 == (c - d) % 12
