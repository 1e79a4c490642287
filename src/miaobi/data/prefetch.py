"""Prefetching of scenes: other processes render the next batch while this one is learned.

A CPU core renders about fifty scenes per second; a GPU learns thousands. The next batch is known in
advance, since it is a function of the step number.
"""

import os
from collections.abc import Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from multiprocessing import get_context

from miaobi.core.arrays import Pixels
from miaobi.data.batches import Batch, Rows, to_batch
from miaobi.data.image import SceneSource

SPARE_CORES = 2  # left to the training process
MIN_WORKERS = 2  # with one, the training process would only wait for it


def worker_count() -> int:
    """Return the number of processes that help on this machine; 0 with few cores."""
    count = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    spare = (count or 1) - SPARE_CORES
    return spare if spare >= MIN_WORKERS else 0


class PrefetchingSource:
    """Source of the same scenes, rendered by `processes` other processes."""

    def __init__(self, source: SceneSource, processes: int) -> None:
        self.source, self.processes = source, processes
        self.count, self.classes, self.digest = source.count, source.classes, source.digest
        # spawned: a fork would copy threads and a GPU context in a broken state
        self.pool = ProcessPoolExecutor(processes, mp_context=get_context("spawn"))
        self.pending: dict[tuple[int, ...], list[Future[Rows]]] = {}

    def pictures(self, indices: list[int], upcoming: Sequence[int] = ()) -> Batch:
        """Return training pictures by index; `upcoming` ones start to render."""
        parts = self.pending.pop(tuple(indices), None) or self._submit(indices)
        self.pending = {tuple(upcoming): self._submit(upcoming)} if len(upcoming) else {}
        pictures: list[Pixels] = []
        labels: list[tuple[int, ...]] = []
        captions: list[str] = []
        for part in parts:
            rows = part.result()
            pictures += rows[0]
            labels += rows[1]
            captions += rows[2]
        return to_batch(pictures, labels, captions)

    def held_out(self, rows: int, number: int) -> Batch:
        return self.source.held_out(rows, number)

    def _submit(self, indices: Sequence[int]) -> "list[Future[Rows]]":
        size = max(1, -(-len(indices) // self.processes))
        return [
            self.pool.submit(self.source.render, list(indices[first : first + size]))
            for first in range(0, len(indices), size)
        ]
