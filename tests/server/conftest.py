"""One server for each file of tests: real sockets, the tiny models, the unmodified client."""

import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import openai
import pytest
import uvicorn

from miaobi.server.app import create_app
from miaobi.server.config import ServiceConfig
from miaobi.server.run import options
from tests.conftest import REAL_ASSETS, share_drawings

SMALL = "smollm2-135m"


class Served:
    """A server in a thread, and where it is."""

    def __init__(self, home: Path, config: ServiceConfig) -> None:
        self.home = home
        self.app = create_app(config)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        settings = uvicorn.Config(self.app, port=self.port, lifespan="on", **options())
        self.server = uvicorn.Server(settings)
        self.thread = threading.Thread(target=self.server.run, daemon=True)

    def __enter__(self) -> "Served":
        self.thread.start()
        while not self.server.started:
            time.sleep(0.01)
        return self

    def __exit__(self, *_: object) -> None:
        self.server.should_exit = True
        self.thread.join(10)


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A server with a home of its own."""
    home = tmp_path_factory.mktemp("served")
    (home / "assets").symlink_to(REAL_ASSETS)
    # from its making to its end: it has a queue of jobs, and works on them between tests as well
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MIAOBI_HOME", str(home))
        share_drawings(home)
        with Served(home, ServiceConfig(slots=4)) as server:
            yield server


@pytest.fixture(autouse=True)
def in_its_home(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """The server is a thread of this process: its home is the one of the test."""
    if "served" in request.fixturenames:
        monkeypatch.setenv("MIAOBI_HOME", str(request.getfixturevalue("served").home))
        monkeypatch.setenv("MIAOBI_SLOTS", "4")


@pytest.fixture
def client(served: Served) -> Iterator[openai.OpenAI]:
    """OpenAI's own client."""
    with openai.OpenAI(base_url=f"{served.url}/v1", api_key="none", max_retries=0) as client:
        yield client


@pytest.fixture
def http(served: Served) -> Iterator[httpx.Client]:
    """Any client."""
    with httpx.Client(base_url=served.url, timeout=60) as client:
        yield client
