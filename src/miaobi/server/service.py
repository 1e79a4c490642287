"""What all routes share: the models that are served, their lanes, threads, and what is kept."""

import asyncio
import contextlib
import sqlite3
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from starlette.requests import Request

from miaobi.core.artifact import Artifact
from miaobi.core.errors import NotFoundError
from miaobi.core.events import Done, Event
from miaobi.core.paths import home
from miaobi.core.sentences import language_of
from miaobi.core.version import VERSION
from miaobi.models.zoo import MODELS, Model, default_model, find_model
from miaobi.provenance.manifest import Record
from miaobi.server.auth import Keys
from miaobi.server.config import ServiceConfig
from miaobi.server.lanes import Lanes
from miaobi.server.metrics import Metrics
from miaobi.server.runs import Runs
from miaobi.server.stream import Flow, flow
from miaobi.tasks import gallery, library
from miaobi.tasks.files import Files
from miaobi.tasks.jobs import Jobs
from miaobi.tasks.speech import speaker

SINGLE = "text"  # the verb that makes one thing and writes it down once: with what was asked
THREADS = 256  # each request at work holds one; the lanes hold their number lower


@dataclass(frozen=True)
class Work:
    """Something to be made: the road that makes it, by which model, and what was asked."""

    source: Iterator[Event]
    model: Model
    verb: str
    prompt: str = ""
    asked: dict[str, Any] | None = None  # kept beside what is made, to make it again


class Service:
    """The state of a running server."""

    def __init__(self, config: ServiceConfig) -> None:
        self.config = config
        self.lanes = Lanes(config.slots, config.waiting)
        self.metrics = Metrics(self)
        self.wake = asyncio.Event()  # set when a job was queued here
        self.jobs = Jobs(config.database)
        self.keys = Keys(config.database)
        self.files = Files(config.database)
        self.runs = Runs()
        self.pool = ThreadPoolExecutor(THREADS, thread_name_prefix="miaobi")

    def model(self, name: str, kind: str, words: str = "") -> Model:
        """The model a client means; "" is the default. Raises NotFoundError.

        Folders and models of the Hub only where the owner lets clients name them.
        """
        if not name:
            return default_model(kind, language_of(words))
        if any(row.name == name and row.kind == kind for row in MODELS) or self.config.any_model:
            return find_model(name, kind)
        for row in trained(kind):
            if row.name == name:
                return row
        names = [row.name for row in (*MODELS, *trained(kind)) if row.kind == kind]
        raise NotFoundError(
            "There is no {kind} model {name!r}.",
            "Known: {names}.",
            kind=kind,
            name=name,
            names=", ".join(names),
        )

    def speaker(self, name: str, voice: str, words: str) -> Model:
        """Who speaks: the model that was named, has the voice, or knows the language."""
        return self.model(name, "speech") if name else speaker(None, voice, words)

    def place(self, model: Model) -> str:
        """How the verbs are told of a model."""
        known = any(row.name == model.name and row.kind == model.kind for row in MODELS)
        return model.name if known else model.place or model.name

    def fingerprint(self, model: Model) -> str:
        """What has to be the same for a seed to give the same."""
        return f"miaobi-{VERSION}-{model.name}"

    async def flow(self, work: "Work", only: tuple[type, ...] = (object,)) -> Flow[Event]:
        """The events of some work as they come, once the model's lane has a place for it.

        `only` names the kinds that are looked at.
        """
        events = flow(self._noted(work), self.pool, only)
        async with self.lanes.of(work.model).place(), contextlib.aclosing(events):
            async for event in events:
                yield event

    def _noted(self, work: "Work") -> Iterator[Event]:
        """The events, counted; what was asked for is kept beside what was made. In a thread."""
        keeps = self.config.keep_words and work.asked is not None
        at_once = keeps and work.verb == SINGLE
        token = library.ALSO.set(partial(_note, work) if at_once else None)
        try:
            with contextlib.closing(work.source):  # type: ignore[type-var]
                for event in work.source:
                    if isinstance(event, Done):
                        self.metrics.made(work.verb, event.artifact)
                        if keeps and not at_once:
                            self._remember(work, event.artifact)
                    yield event
        finally:
            library.ALSO.reset(token)

    def _remember(self, work: "Work", artifact: Artifact) -> None:
        asked = {"verb": work.verb, **(work.asked or {})}
        for one in (artifact, *artifact.parts):
            gallery.remember(one.id, work.prompt, {**asked, "seed": one.seed})

    @contextlib.contextmanager
    def scratch(self) -> Iterator[Path]:
        """A folder for the uploads of one request; nothing of it stays."""
        place = home() / "cache" / "uploads"
        place.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=place) as folder:
            yield Path(folder)

    def close(self) -> None:
        """Let go of threads and models."""
        self.runs.close()
        self.pool.shutdown(wait=False, cancel_futures=True)
        self.jobs.close()
        self.keys.close()
        self.files.close()


def _note(work: Work, database: sqlite3.Connection, record: Record) -> None:
    asked = {"verb": work.verb, **(work.asked or {}), "seed": record.seed}
    gallery.note(database, record.id, work.prompt, asked)


def trained(kind: str) -> list[Model]:
    """The models that were trained or tuned through this server."""
    folder = home() / "models"
    found = []
    for path in sorted(folder.iterdir()) if folder.is_dir() else []:
        if (path / "config.json").is_file() and kind == "text":
            row = find_model(str(path), kind)
            found.append(replace(row, name=path.name, place=str(path)))
    return found


def service_of(request: Request) -> Service:
    """The service behind the app that got this request."""
    service: Service = request.app.state.service
    return service
