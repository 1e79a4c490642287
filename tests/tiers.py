"""Tiers of the tests, what runs beside what, and the limit on unit tests.

A test belongs to the tier of its folder unless it carries the marker of another one. Tests of one
group run on one worker, so that a model is loaded once: a group is a file, unless GROUPS joins some.
"""

import gc
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parent
TIERS = ("unit", "tree", "model", "process", "browser", "docs")
FOLDERS = {  # folder -> tier; every other folder holds unit tests
    "cli": "process",
    "compatibility": "model",
    "docs": "docs",
    "engines": "model",
    "evaluation": "model",
    "extensions": "process",
    "film": "model",
    "generation": "model",
    "hub": "model",
    "layout": "tree",
    "scripts": "model",
    "server": "process",
    "studio": "browser",
    "tasks": "model",
    "train": "model",
}
GROUPS: dict[str, str] = {}  # file -> group
UNIT_LIMIT = 1.0  # seconds of its thread that a unit test may take; waiting is not counted
TOLERANCE = 1.5  # a busy neighbor makes the same work cost more
REFERENCE = 0.016  # seconds of processor time for `_probe` on an idle core of the machines we know


def tier_of(item: pytest.Item) -> str:
    """Return the tier of a test: its own marker, else that of its folder."""
    for tier in TIERS:
        if item.get_closest_marker(tier):
            return tier
    folder = item.path.relative_to(ROOT).parts[0]
    return FOLDERS.get(folder, "unit")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark every test with its tier and its group; the tiers that take longest begin first."""
    for item in items:
        file = item.path.relative_to(ROOT).as_posix()
        tier = tier_of(item)
        item.add_marker(tier)
        if not item.get_closest_marker("xdist_group"):
            item.add_marker(pytest.mark.xdist_group(GROUPS.get(file, file)))
    order = ("browser", "docs", "process", "model", "tree", "unit")
    items.sort(key=lambda item: order.index(tier_of(item)))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Iterator[None]:
    """Fail a unit test that takes more than UNIT_LIMIT seconds of processor time.

    What other threads and the garbage collector do meanwhile is what earlier tests left behind.
    """
    collected, started = GARBAGE.seconds, time.thread_time()
    yield
    spent = time.thread_time() - started - (GARBAGE.seconds - collected)
    if not item.get_closest_marker("unit") or spent <= UNIT_LIMIT:
        return  # the probe of the machine below costs more than most tests
    if spent > UNIT_LIMIT * TOLERANCE * _slowness():
        pytest.fail(
            f"A unit test may take {UNIT_LIMIT} s of processor time; this one took {spent:.1f} s. "
            "Ask for less, prepare it in a session fixture, or mark it as another tier."
        )


class GarbageTime:
    """Seconds of processor time that the garbage collector took in this process."""

    def __init__(self) -> None:
        self.seconds = self.started = 0.0
        gc.callbacks.append(self._measure)

    def _measure(self, phase: str, _: dict[str, Any]) -> None:
        if phase == "start":
            self.started = time.thread_time()
        else:
            self.seconds += time.thread_time() - self.started


GARBAGE = GarbageTime()


def _slowness() -> float:
    """Return how much slower than the reference this core is now, at least 1; others may share it."""
    return max(1.0, max(_probe() for _ in range(3)) / REFERENCE)


def _probe() -> float:
    started = time.process_time()
    sum(number * number for number in range(300_000))
    return time.process_time() - started


@pytest.fixture(scope="session", autouse=True)
def loaded_libraries() -> None:
    """Import what is heavy once, so that no test is charged for it."""
    import numpy  # noqa: F401
    import torch  # noqa: F401
    from PIL import Image  # noqa: F401
