"""Iterator of events, run in a thread -> asynchronous events -> server-sent events.

A client that goes away, a deadline or a shutdown closes the iterator, and that stops the work.
"""

import asyncio
import contextlib
import contextvars
import json
import threading
from collections.abc import AsyncGenerator, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeAlias, TypeVar

from starlette.requests import Request
from starlette.responses import StreamingResponse

from miaobi.core.artifact import Artifact
from miaobi.core.events import Done, Event
from miaobi.server.failures import failure

T = TypeVar("T")
Flow: TypeAlias = AsyncGenerator[T, None]  # events, asynchronously


class Gone(Exception):
    """The client has gone away: there is nobody to answer."""


async def flow(
    events: Iterator[T], pool: ThreadPoolExecutor, only: tuple[type, ...] = (object,)
) -> Flow[T]:
    """The same events, each as soon as it is there; leaving stops the work between two of them.

    Only the kinds in `only` are handed over: each of them wakes the loop.
    """
    loop = asyncio.get_running_loop()
    came: asyncio.Queue[tuple[bool, Any]] = asyncio.Queue()
    gone = threading.Event()

    def tell(more: bool, item: Any) -> None:
        with contextlib.suppress(RuntimeError):  # the loop is closed: nobody listens any more
            loop.call_soon_threadsafe(came.put_nowait, (more, item))

    def work() -> None:
        try:
            _walk(events, only, gone, tell)
            tell(False, None)
        except BaseException as error:
            tell(False, error)

    working = pool.submit(contextvars.copy_context().run, work)
    try:
        while True:
            more, item = await came.get()
            if more:
                yield item
            elif item is not None:
                raise item
            else:
                return
    finally:
        gone.set()
        # the place is free when the work has stopped, which is at its next event
        with contextlib.suppress(BaseException):
            await asyncio.shield(asyncio.wrap_future(working))


def _walk(
    events: Iterator[T],
    only: tuple[type, ...],
    gone: threading.Event,
    tell: Callable[[bool, T], None],
) -> None:
    """Tell of the events until they end or nobody listens; then the iterator is closed."""
    if gone.is_set():
        return
    with contextlib.closing(events):  # type: ignore[type-var]
        for event in events:
            if isinstance(event, only):
                tell(True, event)
            if gone.is_set():
                return


async def artifact_from(events: Flow[Event]) -> Artifact:
    """Walk to the end of the road and take what lies there."""
    async for event in events:
        if isinstance(event, Done):
            return event.artifact
    raise AssertionError("the road always ends in Done or an error")


async def after(first: T, rest: Flow[T]) -> Flow[T]:
    """What was taken out to see that all is well, and then the rest."""
    async with contextlib.aclosing(rest):
        yield first
        async for item in rest:
            yield item


async def unless_gone(request: Request, work: Any) -> Any:
    """What `work` returns; when the client goes first, `work` is canceled and Gone is raised."""
    task = asyncio.ensure_future(work)
    watch = asyncio.ensure_future(_hangs_up(request))
    try:
        await asyncio.wait({task, watch}, return_when=asyncio.FIRST_COMPLETED)
        if not task.done():
            raise Gone
        return task.result()
    finally:
        watch.cancel()
        if not task.done():
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task


async def _hangs_up(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass


def sse(messages: Flow[dict[str, Any]], *, named: bool, done: bool) -> StreamingResponse:
    """Messages as server-sent events: `named` by their type; `done` for a last line [DONE].

    An error on the way is the last message, in OpenAI's shape.
    """

    async def lines() -> Flow[bytes]:
        try:
            async with contextlib.aclosing(messages) as coming:
                async for message in coming:
                    yield line(message, named)
        except Exception as error:
            yield line(failure(error)[1], False)
            return
        if done:
            yield b"data: [DONE]\n\n"

    headers = {"cache-control": "no-store", "x-accel-buffering": "no"}
    return StreamingResponse(lines(), media_type="text/event-stream", headers=headers)


def line(message: dict[str, Any], named: bool = False) -> bytes:
    """One server-sent event."""
    name = f"event: {message['type']}\n" if named else ""
    return f"{name}data: {json.dumps(message, ensure_ascii=False)}\n\n".encode()
