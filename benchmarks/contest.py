"""Everyone in a process of their own, in turns: nobody's waiting threads slow down another."""

import multiprocessing
import statistics
import time
from collections.abc import Callable, Sequence
from multiprocessing.connection import Connection
from typing import Any

REST = 0.4  # seconds before a turn: OpenMP's threads spin a while after their work

Work = Callable[[Any], int]  # a job -> how many units it came to
Make = Callable[[], Work]  # picklable: loads what the work needs, in its own process


class Contestant:
    """A process that makes its work once and then does what it is told."""

    def __init__(self, make: Make) -> None:
        processes = multiprocessing.get_context("spawn")
        self.pipe, theirs = processes.Pipe()
        self.process = processes.Process(target=_serve, args=(make, theirs), daemon=True)
        self.process.start()

    def rate(self, job: Any) -> float:
        """Units per second of one job, timed where it is done."""
        self.pipe.send(job)
        told = self.pipe.recv()
        if isinstance(told, Exception):
            raise told
        return told

    def stop(self) -> None:
        self.process.terminate()
        self.process.join()


def rates(contestants: dict[str, Make], jobs: Sequence[Any]) -> dict[str, list[float]]:
    """Units per second of everyone in every round; the first job is also an untimed warm-up."""
    running = {name: Contestant(make) for name, make in contestants.items()}
    told: dict[str, list[float]] = {name: [] for name in running}
    try:
        for contestant in running.values():
            contestant.rate(jobs[0])
        for job in jobs:
            for name, contestant in running.items():
                time.sleep(REST)
                told[name].append(contestant.rate(job))
    finally:
        for contestant in running.values():
            contestant.stop()
    return told


def ratio(told: dict[str, list[float]], first: str, second: str) -> list[float]:
    """How many times faster the first was, round by round."""
    return [a / b for a, b in zip(told[first], told[second], strict=True)]


def best(told: dict[str, list[float]], names: Sequence[str]) -> str:
    """Whoever of `names` was fastest in the median."""
    return max(names, key=lambda name: statistics.median(told[name]))


def _serve(make: Make, pipe: Connection) -> None:
    work = make()
    while True:
        job = pipe.recv()
        try:
            began = time.perf_counter()
            units = work(job)
            pipe.send(units / (time.perf_counter() - began))
        except Exception as error:
            pipe.send(error)
