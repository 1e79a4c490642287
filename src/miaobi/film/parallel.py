"""Work that does not depend on each other, side by side: each lane is a generator in a thread."""

import contextlib
import queue
import threading
from collections.abc import Iterator
from typing import Any

END = object()


def side_by_side(*lanes: Iterator[Any]) -> Iterator[Any]:
    """The events of all lanes as they come; closing it stops every lane between two of its events.

    The first error of a lane stops the others and is raised here.
    """
    events: queue.Queue[Any] = queue.Queue(maxsize=64)
    stop = threading.Event()

    def walk(lane: Iterator[Any]) -> None:
        last: Any = END
        try:
            with contextlib.closing(lane):  # type: ignore[type-var]
                for event in lane:
                    if not _put(events, event, stop):
                        break
        except BaseException as error:  # raised again where somebody listens
            last = error
        _put(events, last, stop)

    threads = [threading.Thread(target=walk, args=(lane,), daemon=True) for lane in lanes]
    for thread in threads:
        thread.start()
    try:
        ended = 0
        while ended < len(threads):
            event = events.get()
            if isinstance(event, BaseException):
                raise event
            if event is END:
                ended += 1
            else:
                yield event
    finally:
        stop.set()
        for thread in threads:
            thread.join()


def _put(events: "queue.Queue[Any]", event: Any, stop: threading.Event) -> bool:
    """False when nobody listens any more."""
    while not stop.is_set():
        try:
            events.put(event, timeout=0.1)
            return True
        except queue.Full:
            continue
    return False
