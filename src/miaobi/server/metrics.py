"""/metrics: what the server did and is doing, for Prometheus."""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily

from miaobi.core.artifact import Artifact
from miaobi.engines.registry import POOL

if TYPE_CHECKING:
    from miaobi.server.service import Service

SECONDS = (0.005, 0.02, 0.1, 0.5, 1, 2, 5, 10, 30, 60, 300)


class Metrics:
    """The figures of one server, in a registry of its own."""

    def __init__(self, service: "Service") -> None:
        self.registry = CollectorRegistry()
        self.requests = Counter(
            "miaobi_requests", "Requests answered", ["route", "status"], registry=self.registry
        )
        self.seconds = Histogram(
            "miaobi_request_seconds",
            "Time of a request",
            ["route"],
            buckets=SECONDS,
            registry=self.registry,
        )
        self.artifacts = Counter(
            "miaobi_artifacts", "Things made", ["verb", "model"], registry=self.registry
        )
        self.tokens = Counter(
            "miaobi_tokens", "Tokens read and written", ["model", "side"], registry=self.registry
        )
        self.registry.register(Now(service))

    def made(self, verb: str, artifact: Artifact) -> None:
        """Count something that was made."""
        self.artifacts.labels(verb, artifact.model).inc()
        for side in ("prompt", "completion"):
            if count := artifact.usage.get(f"{side}_tokens"):
                self.tokens.labels(artifact.model, side).inc(count)

    def text(self) -> bytes:
        """The page that Prometheus reads."""
        return generate_latest(self.registry)


class Now:
    """What is looked up at the moment of asking: lanes, jobs, loaded models."""

    def __init__(self, service: "Service") -> None:
        self.service = service

    def describe(self) -> Iterable[Any]:
        """Nothing is looked up before somebody asks."""
        return ()

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """The gauges."""
        lanes = GaugeMetricFamily("miaobi_lane", "Requests of a model", labels=["model", "state"])
        for name, lane in self.service.lanes.lanes.items():
            lanes.add_metric([name, "working"], lane.working)
            lanes.add_metric([name, "waiting"], lane.waiting)
        yield lanes
        jobs = GaugeMetricFamily("miaobi_jobs", "Jobs", labels=["status"])
        for status, count in self.service.jobs.counts().items():
            jobs.add_metric([status], count)
        yield jobs
        loaded = GaugeMetricFamily("miaobi_loaded_megabytes", "Loaded models", labels=["model"])
        for name, memory in POOL.names().items():
            loaded.add_metric([name], memory)
        yield loaded
