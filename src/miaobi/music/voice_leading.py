"""Voices below a melody: what they have sung, and what the next note of one of them would cost.

The rules are those every school of harmony teaches: no fifths or octaves in parallel, no voices
that cross, no wide gaps between upper voices, no leading note twice, no voice beyond its range.
"""

from bisect import bisect_right
from collections.abc import Sequence
from typing import Any

from miaobi.music.tokens import FIRST_PITCH, HIGHEST, LOWEST, REST, VOCAB

# MIDI pitches that a bass, alto and tenor sing; of the melody it is given
RANGES = {1: (38, 62), 2: (52, 76), 3: (46, 69)}
ABOVE = {1: (), 2: (0,), 3: (2, 0)}  # voices that stand over a voice
PARALLEL, CROSSED, APART, TWICE, BEYOND, LEAP = 9.0, 5.0, 2.5, 3.0, 5.0, 0.35  # nats
FIFTH_OR_OCTAVE = (0, 7)


class Voices:
    """Lines by role (0 melody, 1 bass, 2 alto, 3 tenor), in MIDI pitches."""

    def __init__(self, shift: int, tonic: int) -> None:
        """`shift` from the pitches of tokens to MIDI; `tonic` is a pitch class."""
        self.shift, self.tonic = shift, tonic
        self.starts: dict[int, list[int]] = {role: [] for role in range(4)}
        self.pitches: dict[int, list[int | None]] = {role: [] for role in range(4)}

    def add(self, role: int, tick: int, token: int) -> None:
        """A pitch or a rest begins; what is held changes nothing."""
        if token >= FIRST_PITCH:
            pitch: int | None = token - FIRST_PITCH + LOWEST + self.shift
        elif token == REST:
            pitch = None
        else:
            return
        self.starts[role].append(tick)
        self.pitches[role].append(pitch)

    def at(self, role: int, tick: int) -> int | None:
        """What a voice sings at a tick."""
        place = bisect_right(self.starts[role], tick) - 1
        return self.pitches[role][place] if place >= 0 else None

    def cost(self, role: int, tick: int) -> Any:
        """What every pitch would cost a voice that is to sing at a tick: (V,), 0 or below."""
        import numpy as np

        notes = np.arange(LOWEST, HIGHEST + 1) + self.shift
        cost = np.zeros(len(notes))
        before = self.at(role, tick - 1)
        told = [other for other in range(4) if other < role]
        for other in told:
            now, then = self.at(other, tick), self.at(other, tick - 1)
            if before is not None and now is not None and then is not None and now != then:
                apart = (then - before) % 12
                if apart in FIFTH_OR_OCTAVE:
                    cost += PARALLEL * (((now - notes) % 12 == apart) & (notes != before))
            if now is not None and (now - self.tonic) % 12 == 11:
                cost += TWICE * ((notes - self.tonic) % 12 == 11)
        low, high = RANGES[role]
        cost += BEYOND * ((notes < low) | (notes > high))
        cost += self._order(role, tick, notes)
        if before is not None:
            cost += LEAP * np.maximum(0, np.abs(notes - before) - (7 if role == 1 else 4))
        wall = np.zeros(VOCAB)
        wall[FIRST_PITCH:] = -cost
        return wall

    def _order(self, role: int, tick: int, notes: Any) -> Any:
        """The cost of crossing the voice above or the bass, and of leaving a gap below it."""
        import numpy as np

        cost = np.zeros(len(notes))
        over = next((p for o in ABOVE[role] if (p := self.at(o, tick)) is not None), None)
        if role == 1 and (top := self.at(0, tick)) is not None:
            cost += CROSSED * (notes > top - 5)
        if over is not None:
            cost += CROSSED * (notes > over) + 1.5 * (notes == over) + APART * (notes < over - 12)
        if role > 1 and (bass := self.at(1, tick)) is not None:
            cost += CROSSED * (notes < bass)
        return cost


def faults(lines: Sequence[Sequence[tuple[int, int, int]]]) -> dict[str, int]:
    """Faults of voices from top to bottom, each of (start, end, pitch): how often each rule fails.

    "parallels" are fifths and octaves, "crossings" voices above the one over them, "gaps" more than
    an octave between upper voices.
    """
    ticks = sorted({start for line in lines for start, _, _ in line})
    told = {"parallels": 0, "crossings": 0, "gaps": 0}
    before: list[int | None] = [None] * len(lines)
    for tick in ticks:
        now = [_sung(line, tick) for line in lines]
        for high in range(len(lines)):
            for low in range(high + 1, len(lines)):
                told["parallels"] += _parallel(before[high], before[low], now[high], now[low])
        for high, (a, b) in enumerate(zip(now, now[1:], strict=False)):
            if a is not None and b is not None and (now != before):
                told["crossings"] += b > a
                told["gaps"] += high + 2 < len(lines) and a - b > 12
        before = now
    return told


def _sung(line: Sequence[tuple[int, int, int]], tick: int) -> int | None:
    place = bisect_right(line, (tick, 1 << 30, 0)) - 1
    return line[place][2] if place >= 0 and line[place][1] > tick else None


def _parallel(a: int | None, b: int | None, c: int | None, d: int | None) -> int:
    """1 where a pair goes from a fifth or an octave to another one, both in motion."""
    if a is None or b is None or c is None or d is None or a == c or b == d:
        return 0
    return int((a - b) % 12 in FIFTH_OR_OCTAVE and (a - b) % 12 == (c - d) % 12)
