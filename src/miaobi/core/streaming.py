"""A callback turned into a generator: work in a thread, read on, stop by closing."""

import queue
import threading
from collections.abc import Callable, Iterator
from typing import TypeVar

T = TypeVar("T")


def stream(work: Callable[[Callable[[T], bool]], object]) -> Iterator[T]:
    """Yield what `work(emit)` emits, as it comes; an exception in `work` is raised here.

    `emit` returns True once the reader has closed the generator: `work` should then return soon.
    """
    emitted: queue.SimpleQueue[tuple[bool, T | BaseException | None]] = queue.SimpleQueue()
    gone = threading.Event()

    def emit(item: T) -> bool:
        emitted.put((True, item))
        return gone.is_set()

    def run() -> None:
        try:
            work(emit)
            emitted.put((False, None))
        except BaseException as error:
            emitted.put((False, error))

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    try:
        while True:
            more, item = emitted.get()
            if more:
                yield item  # type: ignore[misc]
            elif isinstance(item, BaseException):
                raise item
            else:
                return
    finally:
        gone.set()
        thread.join(timeout=10)
