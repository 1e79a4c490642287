"""Generators over work that runs in a thread and reports through a callback."""

import queue
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TypeVar

T = TypeVar("T")


@dataclass(frozen=True)
class _End:
    """Last item of a queue, with the exception of the work if any."""

    error: BaseException | None = None


class Stopped(Exception):
    """Raised inside a library's callback to abort its work after the reader has closed."""


def stream(work: Callable[[Callable[[T], bool]], object]) -> Iterator[T]:
    """Run `work(emit)` in a thread and yield the emitted items; re-raise its exceptions.

    `emit` returns True once the generator is closed; `work` should then return soon.
    """
    emitted: queue.SimpleQueue[T | _End] = queue.SimpleQueue()
    closed = threading.Event()

    def emit(item: T) -> bool:
        emitted.put(item)
        return closed.is_set()

    def run() -> None:
        try:
            work(emit)
            emitted.put(_End())
        except BaseException as error:
            emitted.put(_End(error))

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    try:
        while True:
            item = emitted.get()
            if not isinstance(item, _End):
                yield item
            elif item.error is not None:
                raise item.error
            else:
                return
    finally:
        closed.set()
        thread.join(timeout=10)
