"""Generators that return a value, run to their end."""

from collections.abc import Generator
from typing import TypeVar

Event = TypeVar("Event")
Result = TypeVar("Result")


def drain(steps: Generator[Event, None, Result]) -> tuple[list[Event], Result]:
    """Run a generator and return its events and its result."""
    events: list[Event] = []
    while True:
        try:
            events.append(next(steps))
        except StopIteration as end:
            return events, end.value
