"""Independent generators of events in parallel, each in a thread of its own."""

import contextlib
import queue
import threading
from collections.abc import Generator, Iterator
from enum import Enum, auto
from typing import TypeVar

T = TypeVar("T")


class _End(Enum):
    END = auto()


def merge_events(*sources: Iterator[T]) -> Iterator[T]:
    """Yield the events of all sources as they come; closing it stops each between two events.

    The first error of a source stops the others and is raised here.
    """
    events: queue.Queue[T | BaseException | _End] = queue.Queue(maxsize=64)
    stop = threading.Event()
    threads = [
        threading.Thread(target=_drain, args=(source, events, stop), daemon=True)
        for source in sources
    ]
    for thread in threads:
        thread.start()
    try:
        running = len(threads)
        while running:
            event = events.get()
            if isinstance(event, BaseException):
                raise event
            if isinstance(event, _End):
                running -= 1
            else:
                yield event
    finally:
        stop.set()
        for thread in threads:
            thread.join()


def _drain(
    source: Iterator[T], events: "queue.Queue[T | BaseException | _End]", stop: threading.Event
) -> None:
    """Put the events of a source into the queue, then its error or END."""
    final: BaseException | _End = _End.END
    try:
        with contextlib.ExitStack() as stack:
            if isinstance(source, Generator):
                stack.enter_context(contextlib.closing(source))
            for event in source:
                if not _put(events, event, stop):
                    break
    except BaseException as error:  # raised again in the thread of the reader
        final = error
    _put(events, final, stop)


def _put(
    events: "queue.Queue[T | BaseException | _End]",
    event: T | BaseException | _End,
    stop: threading.Event,
) -> bool:
    """Put an event into the queue; returns False once the reader has stopped."""
    while not stop.is_set():
        try:
            events.put(event, timeout=0.1)
            return True
        except queue.Full:
            continue
    return False
