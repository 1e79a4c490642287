"""Throughput of several implementations, each in its own process, measured in turns.

Separate processes keep the spinning threads of one library from slowing down another.
"""

import multiprocessing
import statistics
import time
from collections.abc import Callable, Sequence
from multiprocessing.connection import Connection
from typing import Any

COOLDOWN = 0.4  # seconds before each turn: OpenMP threads spin for a while after work

Work = Callable[[Any], int]  # job -> number of units processed
MakeWork = Callable[[], Work]  # picklable: loads what the work needs, in its own process


class Contestant:
    """A process that loads one implementation and runs jobs on request."""

    def __init__(self, make: MakeWork) -> None:
        processes = multiprocessing.get_context("spawn")
        self.pipe, remote = processes.Pipe()
        self.process = processes.Process(target=_serve, args=(make, remote), daemon=True)
        self.process.start()

    def rate(self, job: Any) -> float:
        """Run one job and return units per second, timed in the process."""
        self.pipe.send(job)
        result = self.pipe.recv()
        if isinstance(result, Exception):
            raise result
        return result

    def stop(self) -> None:
        """End the process."""
        self.process.terminate()
        self.process.join()


def rates(contestants: dict[str, MakeWork], jobs: Sequence[Any]) -> dict[str, list[float]]:
    """Measure units per second per implementation and job; the first job also warms up."""
    running = {name: Contestant(make) for name, make in contestants.items()}
    measured: dict[str, list[float]] = {name: [] for name in running}
    try:
        for contestant in running.values():
            contestant.rate(jobs[0])
        for job in jobs:
            for name, contestant in running.items():
                time.sleep(COOLDOWN)
                measured[name].append(contestant.rate(job))
    finally:
        for contestant in running.values():
            contestant.stop()
    return measured


def speedup(measured: dict[str, list[float]], first: str, second: str) -> list[float]:
    """Compute the speedup of the first over the second in each round."""
    return [a / b for a, b in zip(measured[first], measured[second], strict=True)]


def fastest(measured: dict[str, list[float]], names: Sequence[str]) -> str:
    """Return the name with the highest median rate."""
    return max(names, key=lambda name: statistics.median(measured[name]))


def _serve(make: MakeWork, pipe: Connection) -> None:
    work = make()
    while True:
        job = pipe.recv()
        try:
            started = time.perf_counter()
            units = work(job)
            pipe.send(units / (time.perf_counter() - started))
        except Exception as error:
            pipe.send(error)
