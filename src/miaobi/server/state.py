"""Configuration and shared state of a running server: models, limits, threads, databases."""

import asyncio
import contextlib
import ipaddress
import sqlite3
import tempfile
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import cached_property, partial
from pathlib import Path
from typing import Annotated

from fastapi import Depends
from starlette.requests import Request

from miaobi.core.artifact import Artifact
from miaobi.core.checks import check_range
from miaobi.core.errors import NotFoundError, OptionError
from miaobi.core.events import Done, Event
from miaobi.core.paths import home
from miaobi.engines.registry import POOL
from miaobi.models.zoo import Model, all_models, find_model
from miaobi.provenance.manifest import Record
from miaobi.server.auth import Keys
from miaobi.server.concurrency import AsyncStream, ModelLimiters, iterate_in_thread
from miaobi.server.model_names import resolve_name
from miaobi.server.responses import Json
from miaobi.server.system_info import Gauge, Metrics
from miaobi.server.training import Runs
from miaobi.tasks import library, search
from miaobi.tasks.files import Files
from miaobi.tasks.jobs import Jobs

LOOPBACK = ("localhost", "127.0.0.1", "[::1]")
PORT = 8765
MAX_THREADS = 256  # one per request that generates; the limiters keep their number lower
TEXT = "text"  # verb whose single artifact is stored together with its prompt


@dataclass(frozen=True)
class ServiceConfig:
    """Options of `miaobi serve`; the defaults admit only programs of this machine."""

    host: str = "127.0.0.1"
    port: int = PORT
    keys: bool | None = None  # require API keys; None: unless the host is a loopback address
    allowed_hosts: tuple[str, ...] = ()  # accepted values of the Host header besides loopback
    cors_origins: tuple[str, ...] = ()  # web pages that may call the API: https://example.org
    any_model: bool = False  # clients may name local folders and models of the Hub
    max_concurrent: int = 16  # requests that one llama.cpp model processes at once
    max_queue: int = 512  # requests that may wait per model; more are answered with 429
    workers: int = 1  # jobs that run at once
    preload: tuple[str, ...] = ()  # models that are loaded before the server starts
    database: str = ""  # URL of jobs, keys and files; "": an SQLite file under MIAOBI_HOME
    retention: int = 30  # days that ended jobs are kept
    body_limit: int = 64_000_000  # bytes of a request body, uploads included
    body_timeout: float = 60.0  # seconds to wait for a body, and one more for each kilobyte of it
    store_prompts: bool = True  # store prompts with their artifacts, for search and repetition

    def __post_init__(self) -> None:
        check_range("port", self.port, 0, 65535)
        check_range("max_concurrent", self.max_concurrent, 1, 256)
        check_range("max_queue", self.max_queue, 0, 100_000)
        check_range("workers", self.workers, 1, 64)
        check_range("retention", self.retention, 1, 36_500)
        check_range("body_timeout", self.body_timeout, 0.01, 86_400)
        for origin in self.cors_origins:
            if not origin.startswith(("http://", "https://")) or origin.count("/") != 2:
                raise OptionError(
                    "origin is {value!r}.", "Write it as https://example.org", value=origin
                )

    @cached_property
    def is_local(self) -> bool:
        """True if only programs of this machine can reach the server."""
        if self.host == "localhost":
            return True
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return False

    @property
    def requires_keys(self) -> bool:
        """True if every request needs an API key."""
        return not self.is_local if self.keys is None else self.keys


@dataclass(frozen=True)
class Generation:
    """The events of a generation that has not begun, its model, and the request to store."""

    events: Iterator[Event]
    model: Model
    verb: str
    prompt: str = ""
    request: Json | None = None  # stored with the artifact, so that it can be made again


class AppState:
    """Everything the routes of one application share."""

    def __init__(self, config: ServiceConfig) -> None:
        self.config = config
        self.limiters = ModelLimiters(config.max_concurrent, config.max_queue)
        self.metrics = Metrics(self.gauges)
        self.job_submitted = asyncio.Event()
        self.jobs = Jobs(config.database)
        self.keys = Keys(config.database)
        self.files = Files(config.database)
        self.runs = Runs()
        self.executor = ThreadPoolExecutor(MAX_THREADS, thread_name_prefix="miaobi")

    def find_model(self, name: str, kind: str) -> Model | None:
        """Resolve the model that a request names; None: the task chooses, as for "".

        Well-known names stand for models here (model_names.py). Local folders and models of the Hub
        need `any_model`. Raises NotFoundError.
        """
        if not name:
            return None
        if model := _known_model(name, kind):
            return model
        target = resolve_name(name, kind)
        if target == "":
            return None
        if target is not None and (model := _known_model(target, kind)):
            return model
        if self.config.any_model:
            return find_model(target or name, kind)
        names = [
            model.name for model in (*all_models(), *trained_models(kind)) if model.kind == kind
        ]
        raise NotFoundError(
            "There is no {kind} model {name!r}.",
            "Known: {names}.",
            kind=kind,
            name=target or name,
            names=", ".join(names),
        )

    async def stream(
        self, generation: Generation, only: tuple[type, ...] = (object,)
    ) -> AsyncStream[Event]:
        """Yield the events of a generation once its model's limiter has a free slot.

        `only` are the event types that are passed on. Raises BusyError if the queue is full.
        """
        events = iterate_in_thread(self._recorded(generation), self.executor, only)
        limiter = self.limiters.of(generation.model)
        async with limiter.slot(), contextlib.aclosing(events):
            async for event in events:
                yield event

    def _recorded(self, generation: Generation) -> Iterator[Event]:
        """Pass on the events; count artifacts and store their requests. Runs in a thread."""
        stores = self.config.store_prompts and generation.request is not None
        in_one_transaction = stores and generation.verb == TEXT
        hook = partial(_store_request, generation) if in_one_transaction else None
        token = library.ADD_HOOK.set(hook)
        try:
            with contextlib.closing(generation.events):  # type: ignore[type-var]
                for event in generation.events:
                    if isinstance(event, Done):
                        self.metrics.record_generation(generation.verb, event.artifact)
                        if stores and not in_one_transaction:
                            _store_requests(generation, event.artifact)
                    yield event
        finally:
            library.ADD_HOOK.reset(token)

    def gauges(self) -> Iterator[Gauge]:
        """Yield current values for Prometheus: requests, jobs, memory of loaded models."""
        requests: dict[tuple[str, ...], float] = {}
        for name, limiter in self.limiters.by_model.items():
            requests[name, "working"] = limiter.running
            requests[name, "waiting"] = limiter.queued
        yield Gauge("miaobi_lane", "Requests of a model", ("model", "state"), requests)
        yield Gauge("miaobi_jobs", "Jobs", ("status",), _by_label(self.jobs.counts()))
        loaded = _by_label(POOL.names())
        yield Gauge("miaobi_loaded_megabytes", "Loaded models", ("model",), loaded)

    @contextlib.contextmanager
    def temporary_folder(self) -> Iterator[Path]:
        """Create a folder for the uploads of one request and delete it afterwards."""
        parent = home() / "cache" / "uploads"
        parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=parent) as folder:
            yield Path(folder)

    def close(self) -> None:
        """Stop the runs and release threads and databases."""
        self.runs.close()
        self.executor.shutdown(wait=False, cancel_futures=True)
        self.jobs.close()
        self.keys.close()
        self.files.close()


def _by_label(values: Mapping[str, float]) -> dict[tuple[str, ...], float]:
    return {(label,): value for label, value in values.items()}


async def app_state(request: Request) -> AppState:
    """Return the state of the application that received this request."""
    state: AppState = request.app.state.miaobi
    return state


State = Annotated[AppState, Depends(app_state)]


def _known_model(name: str, kind: str) -> Model | None:
    """Return a model of the table, or one that was trained here."""
    rows = (row for row in all_models() if (row.name, row.kind) == (name, kind))
    return next(rows, None) or next((row for row in trained_models(kind) if row.name == name), None)


def trained_models(kind: str) -> list[Model]:
    """List the models that were trained or fine-tuned through a server."""
    folder = home() / "models"
    models = []
    for path in sorted(folder.iterdir()) if folder.is_dir() else []:
        if (path / "config.json").is_file() and kind == "text":
            model = find_model(str(path), kind)
            models.append(replace(model, name=path.name, place=str(path)))
    return models


def _store_request(generation: Generation, database: sqlite3.Connection, record: Record) -> None:
    request = {"verb": generation.verb, **(generation.request or {}), "seed": record.seed}
    search.insert_prompt(database, record.id, generation.prompt, request)


def _store_requests(generation: Generation, artifact: Artifact) -> None:
    request = {"verb": generation.verb, **(generation.request or {})}
    for part in (artifact, *artifact.parts):
        search.save_prompt(part.id, generation.prompt, {**request, "seed": part.seed})
