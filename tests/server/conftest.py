"""One server for all files of tests: real sockets, the tiny models, the unmodified client."""

import shutil
import socket
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import openai
import pytest
import uvicorn

from miaobi.server.app import create_app, uvicorn_options
from miaobi.server.state import AppState, ServiceConfig
from miaobi.tasks import library
from miaobi.tasks.jobs import ENDED
from tests.conftest import REAL_ASSETS, share_drawings

SMALL = "smollm2-135m"
PATIENCE = 120  # seconds, after which a wait has failed; the machine may be busy
FOLDERS = ("library", "films", "files", "models", "training")  # what tests leave in a home


class Served:
    """A server in a thread, and where it is."""

    def __init__(self, home: Path, config: ServiceConfig) -> None:
        self.home = home
        self.app = create_app(config)
        self.state: AppState = self.app.state.miaobi
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        settings = uvicorn.Config(
            self.app, port=self.port, lifespan="on", **uvicorn_options(config)
        )
        self.server = uvicorn.Server(settings)
        self.thread = threading.Thread(target=self.server.run, daemon=True)

    def __enter__(self) -> "Served":
        self.thread.start()
        eventually(lambda: self.server.started)
        return self

    def __exit__(self, *_: object) -> None:
        self.server.should_exit = True
        self.thread.join(10)

    def reset(self) -> None:
        """End its jobs and forget jobs, files, keys, artifacts and models; the models stay loaded.

        MIAOBI_HOME has to be the server's.
        """
        state = self.state
        while jobs := [job for job in state.jobs.find(limit=1000) if job["status"] not in ENDED]:
            for job in jobs:
                state.jobs.cancel(job["id"])
            time.sleep(0.02)
        for rows in (state.jobs, state.files, state.keys):
            with rows.writing() as connection:
                connection.execute(rows.table.delete())
        state.keys.cache.clear()
        state.keys.recent.clear()
        state.runs.close()
        state.runs.processes.clear()
        with library.connect(write=True) as index:
            for table in ("artifacts", "made_for", "words", "requests"):
                index.execute(f"DELETE FROM {table}")
        for folder in FOLDERS:
            shutil.rmtree(self.home / folder, ignore_errors=True)


def eventually(check: Callable[[], object], seconds: float = PATIENCE) -> None:
    """Wait until a check holds."""
    until = time.monotonic() + seconds
    while not check():
        assert time.monotonic() < until, "it never happened"
        time.sleep(0.02)


@pytest.fixture(scope="package")
def one_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A server with a home of its own."""
    home = tmp_path_factory.mktemp("served")
    (home / "assets").symlink_to(REAL_ASSETS)
    # from its making to its end: it has a queue of jobs, and works on them between tests as well
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MIAOBI_HOME", str(home))
        share_drawings(home)
        with Served(home, ServiceConfig(max_concurrent=4)) as server:
            yield server


@pytest.fixture(scope="module")
def served(one_server: Served) -> Served:
    """The server, with nothing in it that another file of tests has left."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MIAOBI_HOME", str(one_server.home))
        one_server.reset()
    return one_server


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
    with httpx.Client(base_url=served.url, timeout=PATIENCE) as client:
        yield client
