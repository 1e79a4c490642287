"""How much is at work at once: a lane for each engine, so many abreast, so many waiting.

What comes on top of that is told to come back (HTTP 429), with an estimate of when.
"""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from miaobi.core.errors import BusyError
from miaobi.models.zoo import Model

ABREAST = {"procedural": 2}  # engine -> requests at a time; llama.cpp: as many as it has slots
LONGEST = 600  # seconds that a client is told to wait at most


class Lane:
    """A place for `abreast` requests at work and `room` that wait, first come, first served."""

    def __init__(self, abreast: int, room: int) -> None:
        self.abreast, self.room = abreast, room
        self.places = asyncio.Semaphore(abreast)
        self.waiting = self.working = 0
        self.usual = 1.0  # seconds of a request, a running mean

    @asynccontextmanager
    async def place(self) -> AsyncIterator[None]:
        """Wait for a place and hold it. Raises BusyError at once when too many wait."""
        if self.places.locked() and self.waiting >= self.room:
            raise BusyError(
                "Too many requests are waiting for this model.",
                "Try again in {seconds} seconds.",
                seconds=self.estimate(),
            )
        self.waiting += 1
        try:
            await self.places.acquire()
        finally:
            self.waiting -= 1
        started = time.perf_counter()
        self.working += 1
        try:
            yield
        finally:
            self.working -= 1
            self.usual += 0.1 * (time.perf_counter() - started - self.usual)
            self.places.release()

    def estimate(self) -> int:
        """Whole seconds until somebody who comes now would have a place."""
        seconds = self.usual * (self.waiting + 1) / self.abreast
        return max(1, min(LONGEST, round(seconds)))


class Lanes:
    """The lanes of a server, each made when it is first needed."""

    def __init__(self, slots: int, room: int) -> None:
        self.slots, self.room = slots, room
        self.lanes: dict[str, Lane] = {}

    def of(self, model: Model) -> Lane:
        """The lane of a model."""
        if model.name not in self.lanes:
            abreast = self.slots if model.engine == "llamacpp" else ABREAST.get(model.engine, 1)
            self.lanes[model.name] = Lane(abreast, self.room)
        return self.lanes[model.name]
