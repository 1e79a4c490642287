"""/healthz, /metrics, /v1/machine, /v1/voices, the catalog of pictures, and the studio's files."""

import json
import os
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Annotated, Literal, NamedTuple

from fastapi import Query
from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily
from pydantic import BaseModel, ConfigDict
from starlette.requests import Request
from starlette.responses import Response

from miaobi import studio
from miaobi.assets.members import KOKORO_VOICES
from miaobi.core.artifact import Artifact
from miaobi.core.checks import check_text
from miaobi.core.errors import NotFoundError
from miaobi.core.paths import home
from miaobi.core.version import VERSION
from miaobi.models.zoo import find_model
from miaobi.server.requests import Limit, UnderstandingBody
from miaobi.server.responses import Page, Resource

if TYPE_CHECKING:
    from prometheus_client.metrics_core import Metric

DURATION_BUCKETS = (0.005, 0.02, 0.1, 0.5, 1, 2, 5, 10, 30, 60, 300)  # seconds
LANGUAGES = {"a": "en", "b": "en", "z": "zh"}  # by the first letter of a Kokoro voice
# paths of this server, for the studio: much faster than the OpenAPI document
ROUTES_FILE = "routes.json"


class Gauge(NamedTuple):
    """A metric that is read on request: label values -> value."""

    name: str
    description: str
    labels: tuple[str, ...]
    values: Mapping[tuple[str, ...], float]


class Metrics:
    """Prometheus metrics of one server, in their own registry."""

    def __init__(self, gauges: Callable[[], Iterable[Gauge]]) -> None:
        self.registry = registry = CollectorRegistry()
        self.requests = Counter(
            "miaobi_requests", "Requests answered", ["route", "status"], registry=registry
        )
        self.seconds = Histogram(
            "miaobi_request_seconds",
            "Time of a request",
            ["route"],
            buckets=DURATION_BUCKETS,
            registry=registry,
        )
        self.artifacts = Counter(
            "miaobi_artifacts", "Things made", ["verb", "model"], registry=registry
        )
        self.tokens = Counter(
            "miaobi_tokens", "Tokens read and written", ["model", "side"], registry=registry
        )
        registry.register(_GaugeCollector(gauges))

    def record_request(self, route: str, status: int, seconds: float) -> None:
        """Count a request and its duration."""
        self.requests.labels(route, str(status)).inc()
        self.seconds.labels(route).observe(seconds)

    def record_generation(self, verb: str, artifact: Artifact) -> None:
        """Count an artifact and its tokens."""
        self.artifacts.labels(verb, artifact.model).inc()
        for side in ("prompt", "completion"):
            if count := artifact.usage.get(f"{side}_tokens"):
                self.tokens.labels(artifact.model, side).inc(count)

    def text(self) -> bytes:
        """Return all metrics in Prometheus' text format."""
        return generate_latest(self.registry)


class _GaugeCollector:
    """Collector that reads the gauges at every scrape."""

    def __init__(self, gauges: Callable[[], Iterable[Gauge]]) -> None:
        self.gauges = gauges

    def describe(self) -> "Iterable[Metric]":
        """Return nothing, so that registration does not read the gauges."""
        return ()

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Yield the gauges."""
        for gauge in self.gauges():
            family = GaugeMetricFamily(gauge.name, gauge.description, labels=gauge.labels)
            for labels, value in gauge.values.items():
                family.add_metric(labels, value)
            yield family


class Health(BaseModel):
    """GET /healthz"""

    status: Literal["ok"]
    version: str


class SystemInfo(BaseModel):
    """GET /v1/machine"""

    object: Literal["machine"]
    cores: int
    memory_mb: int
    free_mb: int
    disk_free_mb: int


class VoiceInfo(Resource):
    """A voice of a speech model."""

    language: str
    model: str
    here: bool


class CatalogEntry(Resource):
    """Something that pictures by rule can show; the id is that of its drawing."""

    kind: Literal["thing", "place", "action", "missing"]
    match: Literal["name", "alias", "near"]  # near: the drawing is only similar
    english: list[str]
    chinese: list[str]
    source: str  # author and license


class UnderstoodThing(BaseModel):
    """A thing that a prompt names, and the drawing that shows it."""

    model_config = ConfigDict(from_attributes=True)

    phrase: str  # "" where the prompt only implies it
    drawing: str
    match: str  # "name", "alias", "near", "implied" …
    count: int
    words: tuple[str, ...]  # modifiers that were understood
    english: str = ""  # name of the drawing
    chinese: str = ""


class UnderstoodAction(BaseModel):
    """An action; subject and target are indices into the things."""

    model_config = ConfigDict(from_attributes=True)

    phrase: str
    verb: str
    relation: str
    subject: int
    target: int | None


class Understanding(BaseModel):
    """POST /v1/images/understanding"""

    object: Literal["understanding"]
    things: list[UnderstoodThing]
    actions: list[UnderstoodAction]
    place: str
    place_phrase: str
    hour: str
    weather: str
    season: str
    look: str
    shot: str
    left_out: list[str]
    excluded: list[str]


async def check_health() -> Health:
    """Report that the server is running."""
    return Health(status="ok", version=VERSION)


async def get_metrics(request: Request) -> Response:
    """Return metrics for Prometheus."""
    metrics: Metrics = request.app.state.miaobi.metrics
    return Response(metrics.text(), media_type="text/plain; version=0.0.4")


async def get_system_info() -> SystemInfo:
    """Return the cores, memory and free disk space of this machine."""
    import psutil

    memory = psutil.virtual_memory()
    folder = next(path for path in (home(), *home().parents) if path.exists())
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return SystemInfo(
        object="machine",
        cores=cores or 1,
        memory_mb=round(memory.total / 1e6),
        free_mb=round(memory.available / 1e6),
        disk_free_mb=round(shutil.disk_usage(folder).free / 1e6),
    )


async def list_voices() -> Page[VoiceInfo]:
    """List the voices, and whether their model is installed."""
    hibari, kokoro = (find_model(name, "speech") for name in ("hibari", "kokoro-82m"))
    heart = VoiceInfo(id="heart", language="en", model=hibari.name, here=hibari.is_installed)
    voices = [
        VoiceInfo(
            id=voice, language=LANGUAGES[voice[0]], model=kokoro.name, here=kokoro.is_installed
        )
        for voice in KOKORO_VOICES
    ]
    return Page(object="list", data=[heart, *voices])


def understand_prompt(body: UnderstandingBody) -> Understanding:
    """Report what a picture by rule of a prompt shows, without drawing it."""
    from miaobi.catalog.lexicon import names_of
    from miaobi.illustration.understanding import understand

    check_text("prompt", body.prompt)
    scene = understand(body.prompt, body.seed)
    things = [UnderstoodThing.model_validate(thing) for thing in scene.things]
    for thing in things:
        thing.english, thing.chinese = names_of(thing.drawing)
    when = scene.when
    return Understanding(
        object="understanding",
        things=things,
        actions=[UnderstoodAction.model_validate(action) for action in scene.actions],
        place=scene.place,
        place_phrase=scene.place_phrase,
        hour=when.hour,
        weather=when.weather,
        season=when.season,
        look=scene.look,
        shot=scene.shot,
        left_out=list(scene.left_out),
        excluded=list(scene.excluded),
    )


def search_catalog(
    query: Annotated[str, Query(max_length=200)] = "",
    kind: Literal["", "thing", "place", "action", "missing"] = "",
    limit: Limit = 20,
) -> Page[CatalogEntry]:
    """Search what pictures by rule can show, by name in English or Chinese."""
    from miaobi.catalog.search import search

    rows = [row for row in search(query, 10_000) if kind in ("", row.kind)]
    entries = [
        CatalogEntry(
            id=row.drawing,
            kind=row.kind,
            match=row.match,
            english=list(row.english),
            chinese=list(row.chinese),
            source=row.source,
        )
        for row in rows[:limit]
    ]
    return Page(object="list", data=entries, has_more=len(rows) > limit)


async def get_studio(request: Request) -> Response:
    """Return the web studio."""
    return await get_studio_file(request, "index.html")


async def get_studio_file(request: Request, name: str) -> Response:
    """Return a file of the studio, or the list of routes. Raises NotFoundError."""
    if name == ROUTES_FILE:
        paths = {getattr(route, "path", "") for route in request.app.routes}
        content = json.dumps(sorted(path.replace(":path", "") for path in paths))
        return Response(content, media_type="application/json", headers=studio.HEADERS)
    if name not in studio.static_files():
        raise NotFoundError("The studio has no file {name}.", "Open / instead.", name=name)
    file = studio.static_files()[name]
    headers = {**studio.HEADERS, "etag": file.etag}
    if request.headers.get("if-none-match") == file.etag:
        return Response(status_code=304, headers=headers)
    return Response(file.content, media_type=file.media_type, headers=headers)
