"""/v1/jobs: start, watch, cancel long work; and the loop that does it."""

import asyncio
import contextlib
import logging
import time
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from miaobi.core.artifact import TEXT_TYPES
from miaobi.core.errors import NotFoundError
from miaobi.core.events import Done, Event, Preview, Progress
from miaobi.core.i18n import tr
from miaobi.media import image as pictures
from miaobi.server.auth import owner_of
from miaobi.server.background import shown, submit
from miaobi.server.failures import failure
from miaobi.server.kinds import KINDS, film_work
from miaobi.server.listing import Limit
from miaobi.server.schemas import FilmRequest
from miaobi.server.service import Service, service_of
from miaobi.server.stream import Flow, sse
from miaobi.server.tuning import KIND as TUNE
from miaobi.tasks import gallery, library

log = logging.getLogger("miaobi.server")
EVERY = 0.3  # seconds between two notes of progress, and two looks at whether to stop
IDLE = 1.0  # seconds after which an idle worker looks again: others may have queued something
DAY = 86_400


class Runner:
    """Does the jobs of a service, so many at a time."""

    def __init__(self, service: Service) -> None:
        self.service, self.jobs = service, service.jobs
        self.tasks: list[asyncio.Task[None]] = []

    async def start(self) -> None:
        """Take over what a dead process left, then work."""
        await asyncio.to_thread(self.recover)
        for _ in range(self.service.config.workers):
            self.tasks.append(asyncio.create_task(self.work(but=TUNE)))
        self.tasks.append(asyncio.create_task(self.work(only=TUNE)))  # for hours; others go on
        self.tasks.append(asyncio.create_task(self.tidy()))

    async def stop(self) -> None:
        """Stop at the next event; what is at work is queued again when a server starts."""
        for task in self.tasks:
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)

    def recover(self) -> None:
        """Jobs whose process died begin again, or have failed; what they made is taken back."""
        for job in self.jobs.adopt():
            _take_back(job)
            self.jobs.release(job, tr("The server stopped each time it worked on this job."))
        gallery.sweep()

    async def work(self, only: str = "", but: str = "") -> None:
        """One job after the other: of one kind, or of any but one."""
        while True:
            job = await asyncio.to_thread(self.jobs.claim, only=only, but=but)
            if job is not None:
                await self.one(job)
                continue
            self.service.wake.clear()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self.service.wake.wait(), IDLE)

    async def tidy(self) -> None:
        """Now and then: forget old jobs, take over those of dead processes, delete what is left."""
        while True:
            await asyncio.sleep(60)
            await asyncio.to_thread(self.jobs.forget, self.service.config.retention * DAY)
            await asyncio.to_thread(self.recover)
            await asyncio.to_thread(self.service.files.sweep)

    async def one(self, job: dict[str, Any]) -> None:
        """Do a job and write how it ended."""
        token = library.JOB.set(job["id"])
        doing = asyncio.create_task(self.make(job))
        library.JOB.reset(token)
        try:
            while not (await asyncio.wait({doing}, timeout=EVERY))[0]:
                if not await asyncio.to_thread(self.jobs.tell, job["id"]):
                    doing.cancel()
            made = doing.result()
        except asyncio.CancelledError:
            if not doing.done():  # the server stops: the job stays ours until another takes over
                doing.cancel()
                await asyncio.wait({doing})
                raise
            await self.end(job, "canceled")
        except Exception as error:
            while isinstance(error, ExceptionGroup):
                error = error.exceptions[0]
            if failure(error)[0] >= 500:
                log.exception("job %s", job["id"])
            await self.end(job, "failed", error=failure(error)[1]["error"])
        else:
            await self.end(job, "done", **made)

    async def make(self, job: dict[str, Any]) -> dict[str, Any]:
        """What the job makes: ids of artifacts, and words, which the library does not keep."""
        if job["kind"] not in KINDS:
            raise NotFoundError("There is no kind of job {kind!r}.", kind=job["kind"], name="")
        work = await asyncio.to_thread(KINDS[job["kind"]], self.service, job["request"])
        made: list[str] = []
        result: dict[str, Any] | None = None
        told = Told(self, job["id"])
        async with contextlib.aclosing(self.service.flow(work)) as events:
            async for event in events:
                if isinstance(event, Done):
                    made += [one.id for one in event.artifact.parts] or [event.artifact.id]
                    if event.artifact.media_type in TEXT_TYPES:
                        result = {"text": event.artifact.text}
                else:
                    await told.of(event)
        return {"artifacts": made, "result": result}

    async def end(self, job: dict[str, Any], status: str, **outcome: Any) -> None:
        """Write the end; what was made in vain is taken back."""
        kept = await asyncio.to_thread(self.jobs.end, job["id"], status, **outcome)
        if status != "done" or not kept:
            await asyncio.to_thread(_take_back, job)
            if job["kind"] == TUNE:
                await asyncio.to_thread(self.service.runs.remove, job["request"]["name"])


class Told:
    """How far a job is, written down a few times a second at most."""

    def __init__(self, runner: Runner, id: str) -> None:
        self.runner, self.id = runner, id
        self.last, self.stage = 0.0, ""

    async def of(self, event: Event) -> None:
        """Note an event."""
        now = time.monotonic()
        changes: dict[str, Any] = {}
        if isinstance(event, Progress):
            changes = {"stage": event.stage, "done": event.done, "total": event.total}
        elif isinstance(event, Preview):
            changes = {"preview": pictures.encode(event.pixels, "png")}
        soon = now - self.last < EVERY and changes.get("stage", self.stage) == self.stage
        if not changes or soon:
            return
        self.last, self.stage = now, changes.get("stage", self.stage)
        await asyncio.to_thread(self.runner.jobs.tell, self.id, **changes)


def _take_back(job: dict[str, Any]) -> None:
    """Forget what a job made; a film keeps its finished parts and goes on from them."""
    for id in gallery.made_for(job["id"]):
        if job["kind"] != "film":
            library.forget(id)


async def index(
    request: Request, status: str = "", kind: str = "", before: str = "", limit: Limit = 50
) -> dict[str, Any]:
    """The jobs of who asks, newest first."""
    jobs = service_of(request).jobs
    rows = await asyncio.to_thread(
        jobs.find, limit=limit, past=before, owner=owner_of(request), status=status, kind=kind
    )
    return {"object": "list", "data": [shown(row) for row in rows], "has_more": len(rows) == limit}


async def get(request: Request, id: str) -> dict[str, Any]:
    """One job."""
    return shown(await _mine(request, id))


async def preview(request: Request, id: str) -> Response:
    """How a running job's picture looks so far."""
    row = await _mine(request, id)
    if not row["preview"]:
        raise NotFoundError("Job {id!r} has nothing to show yet.", id=id)
    return Response(row["preview"], media_type="image/png")


async def watch(request: Request, id: str) -> Response:
    """The job as server-sent events, one for each change, until it has ended."""
    await _mine(request, id)

    async def changes() -> Flow[dict[str, Any]]:
        last: dict[str, Any] = {}
        while True:
            now = shown(await _mine(request, id))
            if now != last:
                yield {"type": "job.changed", "job": now}
            if now["completed_at"] is not None:
                return
            last = now
            await asyncio.sleep(EVERY)

    return sse(changes(), named=True, done=False)


async def cancel(request: Request, id: str) -> dict[str, Any]:
    """Take a job out of the queue, or stop it between two steps of its work."""
    await _mine(request, id)
    return shown(await asyncio.to_thread(service_of(request).jobs.cancel, id))


async def retry(request: Request, id: str) -> Response:
    """The same again as a new job."""
    await _mine(request, id)
    service = service_of(request)
    new = await asyncio.to_thread(service.jobs.retry, id)
    service.wake.set()
    return JSONResponse(shown(await _mine(request, new)), 202, {"location": f"/v1/jobs/{new}"})


async def film(request: Request, asked: FilmRequest) -> Response:
    """Make a film of one sentence or of a script; always a job."""
    told = asked.model_dump(exclude_unset=True)
    # what cannot be made is said now, and not when the job begins
    await asyncio.to_thread(film_work, service_of(request), told)
    return await submit(request, "film", told)


async def _mine(request: Request, id: str) -> dict[str, Any]:
    return await asyncio.to_thread(service_of(request).jobs.get, id, owner_of(request))
