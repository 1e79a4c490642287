"""Scenes drawn by other processes, and the next batch while this one is learned.

A processor core draws some fifty scenes a second; a GPU learns thousands. Which batch comes next is
known beforehand, since it is a function of the step's number.
"""

import os
from collections.abc import Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from multiprocessing import get_context
from typing import Any

from miaobi.data.image import Batch, Drawn, SceneSource, to_batch

SPARE = 2  # cores that are left to whoever learns
FEWEST = 2  # processes: one would only take the time of the one that waits for it


def workers() -> int:
    """Processes that would help here; 0 where cores are few."""
    count = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    spare = (count or 1) - SPARE
    return spare if spare >= FEWEST else 0


class DrawnAhead:
    """A source of scenes whose pictures are drawn by `processes` others; the same pictures."""

    def __init__(self, source: SceneSource, processes: int) -> None:
        self.source, self.processes = source, processes
        self.count, self.classes, self.digest = source.count, source.classes, source.digest
        # not a copy of this process, whose threads and GPU would come along broken
        self.pool = ProcessPoolExecutor(processes, mp_context=get_context("spawn"))
        self.expected: dict[tuple[int, ...], list[Future[Drawn]]] = {}

    def pictures(self, numbers: list[int], then: Sequence[int] = ()) -> Batch:
        """Pictures by number; those of `then` are begun."""
        parts = self.expected.pop(tuple(numbers), None) or self._begun(numbers)
        self.expected = {tuple(then): self._begun(then)} if len(then) else {}
        pictures: list[Any] = []
        labels: list[tuple[int, ...]] = []
        captions: list[str] = []
        for part in parts:
            some = part.result()
            pictures += some[0]
            labels += some[1]
            captions += some[2]
        return to_batch(pictures, labels, captions)

    def held_out(self, rows: int, number: int) -> Batch:
        return self.source.held_out(rows, number)

    def _begun(self, numbers: Sequence[int]) -> "list[Future[Drawn]]":
        each = max(1, -(-len(numbers) // self.processes))
        return [
            self.pool.submit(self.source.drawn, list(numbers[first : first + each]))
            for first in range(0, len(numbers), each)
        ]
