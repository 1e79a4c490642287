"""Endings of repeats: which spans of time are left out where a repeat is played once."""

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from itertools import accumulate

ZERO = Fraction(0)


@dataclass
class Ending:
    """An ending; endings of one group exclude one another."""

    group: int
    start: Fraction
    end: Fraction | None = None  # None: still open


class Endings:
    """Endings in the order in which they are written."""

    def __init__(self) -> None:
        self.endings: list[Ending] = []

    def begin(self, numbers: set[int], position: Fraction) -> bool:
        """Begin an ending; return if it is another one of the group of the last ending."""
        self.close(position)
        last = self.endings[-1] if self.endings else None
        if last is not None and last.end == position and 1 not in numbers:
            self.endings.append(Ending(last.group, position))
            return True
        self.endings.append(Ending(len(self.endings), position))
        return False

    def close(self, position: Fraction) -> None:
        """End the open ending, if there is one."""
        if self.endings and self.endings[-1].end is None:
            self.endings[-1].end = position

    def left_out(self, end: Fraction) -> list[tuple[Fraction, Fraction]]:
        """Return the spans of all endings but the last one of each group, up to the end."""
        last = {ending.group: ending for ending in self.endings}
        return [
            (ending.start, end if ending.end is None else ending.end)
            for ending in self.endings
            if last[ending.group] is not ending
        ]


class Spans:
    """Spans of time, merged and in order."""

    def __init__(self, spans: Iterable[tuple[Fraction, Fraction]]) -> None:
        merged: list[tuple[Fraction, Fraction]] = []
        for start, end in sorted(spans):
            if merged and start <= merged[-1][1]:
                merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
            elif end > start:
                merged.append((start, end))
        self.spans = merged
        self.starts = [start for start, _ in merged]
        self.sums = [ZERO, *accumulate(end - start for start, end in merged)]

    def before(self, position: Fraction) -> Fraction:
        """Return how much time of the spans lies before a position."""
        count = bisect_right(self.starts, position)
        beyond = max(self.spans[count - 1][1] - position, ZERO) if count else ZERO
        return self.sums[count] - beyond

    def contains(self, position: Fraction) -> bool:
        """Return if a position lies in a span, its start included."""
        count = bisect_right(self.starts, position)
        return bool(count) and position < self.spans[count - 1][1]

    def cut(self, start: Fraction, length: Fraction) -> tuple[Fraction, Fraction]:
        """Return the start and the length that remain of a note without the spans."""
        before = self.before(start)
        return start - before, length - (self.before(start + length) - before)
