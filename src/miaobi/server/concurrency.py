"""Concurrency: per-model request limits, blocking iterators as async streams, server-sent events.

A client that disconnects, a deadline and a shutdown all close the iterator, which stops the work.
"""

import asyncio
import contextlib
import contextvars
import json
import threading
import time
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TypeAlias, TypeVar

from starlette.requests import Request
from starlette.responses import StreamingResponse

from miaobi.core.artifact import Artifact
from miaobi.core.errors import BusyError
from miaobi.core.events import Done, Event
from miaobi.engines.registry import engine_row
from miaobi.models.zoo import Model
from miaobi.server.errors import error_response
from miaobi.server.responses import Json

T = TypeVar("T")
AsyncStream: TypeAlias = AsyncGenerator[T, None]

MAX_RETRY_AFTER = 600  # seconds
SMOOTHING = 0.1  # weight of the latest request in the running mean of durations


class ClientDisconnected(Exception):
    """The client closed the connection before its response was sent."""


class RequestLimiter:
    """Limit of one model: `max_concurrent` requests run, `max_queue` wait in FIFO order."""

    def __init__(self, max_concurrent: int, max_queue: int) -> None:
        self.max_concurrent, self.max_queue = max_concurrent, max_queue
        self.semaphore = asyncio.Semaphore(max_concurrent)
        self.queued = self.running = 0
        self.mean_seconds = 1.0  # of a request, exponential moving average

    @contextlib.asynccontextmanager
    async def slot(self) -> AsyncIterator[None]:
        """Wait for a slot and hold it. Raises BusyError at once if the queue is full."""
        if self.semaphore.locked() and self.queued >= self.max_queue:
            raise BusyError(
                "Too many requests are waiting for this model.",
                "Try again in {seconds} seconds.",
                seconds=self.estimate_wait(),
            )
        self.queued += 1
        try:
            await self.semaphore.acquire()
        finally:
            self.queued -= 1
        started = time.perf_counter()
        self.running += 1
        try:
            yield
        finally:
            self.running -= 1
            self.mean_seconds += SMOOTHING * (time.perf_counter() - started - self.mean_seconds)
            self.semaphore.release()

    def estimate_wait(self) -> int:
        """Estimate the seconds until a new request would get a slot."""
        seconds = self.mean_seconds * (self.queued + 1) / self.max_concurrent
        return max(1, min(MAX_RETRY_AFTER, round(seconds)))


class ModelLimiters:
    """The limiter of every model, created on its first request."""

    def __init__(self, max_concurrent: int, max_queue: int) -> None:
        self.max_concurrent, self.max_queue = max_concurrent, max_queue
        self.by_model: dict[str, RequestLimiter] = {}

    def of(self, model: Model) -> RequestLimiter:
        """Return the limiter of a model; llama.cpp runs as many requests as it has slots."""
        if model.name not in self.by_model:
            slots = engine_row(model.engine).slots or self.max_concurrent
            self.by_model[model.name] = RequestLimiter(slots, self.max_queue)
        return self.by_model[model.name]


async def iterate_in_thread(
    items: Iterator[T], executor: ThreadPoolExecutor, only: tuple[type, ...] = (object,)
) -> AsyncStream[T]:
    """Yield the items of a blocking iterator as soon as each is produced in a thread.

    Closing the stream stops the thread between two items. Only instances of the types in `only`
    are passed on, since each one wakes the event loop.
    """
    loop = asyncio.get_running_loop()
    queue: asyncio.Queue[tuple[T] | BaseException | None] = asyncio.Queue()  # None: the end
    closed = threading.Event()

    def put(entry: tuple[T] | BaseException | None) -> None:
        with contextlib.suppress(RuntimeError):  # the loop is closed: no reader is left
            loop.call_soon_threadsafe(queue.put_nowait, entry)

    def produce() -> None:
        try:
            _produce(items, only, closed, lambda item: put((item,)))
            put(None)
        except BaseException as error:
            put(error)

    future = executor.submit(contextvars.copy_context().run, produce)
    try:
        while (entry := await queue.get()) is not None:
            if isinstance(entry, BaseException):
                raise entry
            yield entry[0]
    finally:
        closed.set()
        # the slot is free once the thread has stopped, which is at its next item
        with contextlib.suppress(BaseException):
            await asyncio.shield(asyncio.wrap_future(future))


def _produce(
    items: Iterator[T],
    only: tuple[type, ...],
    closed: threading.Event,
    put: Callable[[T], None],
) -> None:
    """Pass on items until they end or the reader is gone, then close the iterator."""
    if closed.is_set():
        return
    with contextlib.closing(items):  # type: ignore[type-var]
        for item in items:
            if isinstance(item, only):
                put(item)
            if closed.is_set():
                return


async def wait_for_artifact(events: AsyncStream[Event]) -> Artifact:
    """Return the artifact of the Done event."""
    async for event in events:
        if isinstance(event, Done):
            return event.artifact
    raise AssertionError("the last event is Done, unless an error was raised")


async def prepend(first: T, rest: AsyncStream[T]) -> AsyncStream[T]:
    """Yield an item that was taken off a stream, then the rest of the stream."""
    async with contextlib.aclosing(rest):
        yield first
        async for item in rest:
            yield item


async def cancel_on_disconnect(request: Request, work: Awaitable[T]) -> T:
    """Await `work`, or cancel it and raise ClientDisconnected if the client hangs up first."""
    task = asyncio.ensure_future(work)
    disconnect = asyncio.ensure_future(_wait_for_disconnect(request))
    try:
        await asyncio.wait({task, disconnect}, return_when=asyncio.FIRST_COMPLETED)
        if not task.done():
            raise ClientDisconnected
        return task.result()
    finally:
        disconnect.cancel()
        if not task.done():
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task


async def _wait_for_disconnect(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass


def sse_response(messages: AsyncStream[Json], *, named: bool, done: bool) -> StreamingResponse:
    """Return messages as server-sent events.

    `named` events carry their type; `done` appends OpenAI's last line [DONE]. An error after the
    first message becomes the last one, in OpenAI's format.
    """

    async def lines() -> AsyncStream[bytes]:
        try:
            async with contextlib.aclosing(messages):
                async for message in messages:
                    yield format_sse(message, named)
        except Exception as error:
            yield format_sse(error_response(error)[1], False)
            return
        if done:
            yield b"data: [DONE]\n\n"

    headers = {"cache-control": "no-store", "x-accel-buffering": "no"}
    return StreamingResponse(lines(), media_type="text/event-stream", headers=headers)


def format_sse(message: Json, named: bool = False) -> bytes:
    """Encode one server-sent event."""
    name = f"event: {message['type']}\n" if named else ""
    return f"{name}data: {json.dumps(message, ensure_ascii=False)}\n\n".encode()
