"""What all routes share: the models that are served, their lanes, threads, and what is kept."""

import contextlib
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

from starlette.requests import Request

from miaobi.core.errors import NotFoundError
from miaobi.core.events import Event
from miaobi.core.paths import home
from miaobi.core.version import VERSION
from miaobi.media.text import language_of
from miaobi.models.zoo import MODELS, Model, default_model, find_model
from miaobi.server.config import ServiceConfig
from miaobi.server.lanes import Lanes
from miaobi.server.stream import Flow, flow
from miaobi.tasks.audio import speaker

THREADS = 256  # each request at work holds one; the lanes hold their number lower


class Service:
    """The state of a running server."""

    def __init__(self, config: ServiceConfig) -> None:
        self.config = config
        self.lanes = Lanes(config.slots, config.waiting)
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
            "There is no {kind} model {name!r}.", "Known: {names}.",
            kind=kind, name=name, names=", ".join(names),
        )  # fmt: skip

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

    async def flow(
        self, source: Iterator[Event], model: Model, request: Request, asked: dict[str, str]
    ) -> Flow[Event]:
        """The events of a road as they come, once the model's lane has a place for it."""
        events = flow(source, self.pool)
        async with self.lanes.of(model).place(), contextlib.aclosing(events):
            async for event in events:
                yield event

    @contextlib.contextmanager
    def scratch(self) -> Iterator[Path]:
        """A folder for the uploads of one request; nothing of it stays."""
        place = home() / "cache" / "uploads"
        place.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=place) as folder:
            yield Path(folder)

    def close(self) -> None:
        """Let go of threads and models."""
        self.pool.shutdown(wait=False, cancel_futures=True)


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
