"""A package index, an npm registry and a model hub in one real server on this machine."""

import gzip
import hashlib
import io
import json
import random
import socket
import tarfile
import threading
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from miaobi import extensions
from miaobi.assets import table
from miaobi.assets.asset import Asset

JSON_INDEX = "application/vnd.pypi.simple.v1+json"


@dataclass(frozen=True)
class Trouble:
    """After `after` bytes of the answer: wait for `until`, then cut the line (or go on)."""

    after: int
    until: threading.Event | None = None
    cut: bool = True


@dataclass
class Asked:
    """One request as the server saw it."""

    path: str
    start: int | None  # of the Range header
    accepts: str  # Accept-Encoding
    sent: int = 0  # bytes of the body


class Registry:
    """What the server holds, what it was asked, and which troubles it makes."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        self.pages: dict[str, list[str]] = {}  # package name to paths of its files
        self.moved: dict[str, str] = {}
        self.asked: list[Asked] = []
        self.trouble: dict[str, Iterator[Trouble]] = {}
        self.html = False  # the index speaks PEP 503 instead of PEP 691
        self.ranges = True
        self.index_status = 200
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.server.registry = self  # type: ignore[attr-defined]
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True)
        self.thread.start()

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()
        self.thread.join(10)

    def wheel(
        self, name: str, members: dict[str, bytes], version: str = "1.0.0", deflate: bool = False
    ) -> str:
        """Publish a wheel; returns its package URL."""
        module = name.replace("-", "_")
        info = f"{module}-{version}.dist-info"
        tags = "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        notes = {
            f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n".encode(),
            f"{info}/WHEEL": tags.encode(),
        }
        buffer = io.BytesIO()
        method = zipfile.ZIP_DEFLATED if deflate else zipfile.ZIP_STORED
        with zipfile.ZipFile(buffer, "w", method) as archive:
            for member, data in (members | notes).items():
                archive.writestr(member, data)
        path = f"/files/{module}-{version}-py3-none-any.whl"
        self.files[path] = buffer.getvalue()
        self.pages.setdefault(name, []).append(path)
        return f"pkg:pypi/{name}@{version}"

    def tarball(self, name: str, members: dict[str, bytes], version: str = "1.0.0") -> str:
        """Publish an npm package; returns its package URL."""
        buffer = io.BytesIO()
        with tarfile.open(fileobj=buffer, mode="w:gz") as archive:
            for member, data in members.items():
                entry = tarfile.TarInfo(f"package/{member}")
                entry.size = len(data)
                archive.addfile(entry, io.BytesIO(data))
        path = f"/{name}/-/{name.rpartition('/')[2]}-{version}.tgz"
        self.files[path] = buffer.getvalue()
        return f"pkg:npm/{name.replace('@', '%40')}@{version}"

    def hub_file(self, repo: str, filename: str, data: bytes) -> str:
        """Put a file into a repository of the hub; returns its path on the server."""
        path = f"/{repo}/resolve/main/{filename}"
        self.files[path] = data
        return path

    def path_of(self, purl: str) -> str:
        """Where the archive of a published package lies on the server."""
        kind, _, rest = purl.removeprefix("pkg:").partition("/")
        name, _, version = rest.replace("%40", "@").rpartition("@")
        if kind == "npm":
            return f"/{name}/-/{name.rpartition('/')[2]}-{version}.tgz"
        return f"/files/{name.replace('-', '_')}-{version}-py3-none-any.whl"

    def requests(self, path: str) -> list[Asked]:
        return [asked for asked in self.asked if asked.path == path]

    def sent(self, path: str) -> int:
        return sum(asked.sent for asked in self.requests(path))


class Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        held: Registry = self.server.registry  # type: ignore[attr-defined]
        range_header = self.headers.get("Range", "")
        start = int(range_header[len("bytes=") : -1]) if range_header else None
        asked = Asked(self.path, start, self.headers.get("Accept-Encoding", ""))
        held.asked.append(asked)
        if self.path.startswith("/simple/"):
            self.index(held, self.path.split("/")[2])
        elif self.path in held.moved:
            self.answer(302, b"", {"Location": held.moved[self.path]})
        elif self.path in held.files:
            self.file(held, asked, held.files[self.path])
        else:
            self.answer(404, b"no such thing")

    def index(self, held: Registry, name: str) -> None:
        paths = held.pages.get(name)
        if paths is None or held.index_status != 200:
            self.answer(404 if paths is None else held.index_status, b"")
        elif held.html:
            anchors = (
                f'<a href="../..{path}#sha256={hashlib.sha256(held.files[path]).hexdigest()}">'
                f"{path.rpartition('/')[2]}</a>"
                for path in paths
            )
            self.answer(200, "".join(anchors).encode(), {"Content-Type": "text/html"})
        else:
            files = [
                {"filename": path.rpartition("/")[2], "url": held.url + path, "hashes": {}}
                for path in paths
            ]
            page = {"meta": {"api-version": "1.0"}, "name": name, "files": files}
            self.answer(200, json.dumps(page).encode(), {"Content-Type": JSON_INDEX})

    def file(self, held: Registry, asked: Asked, data: bytes) -> None:
        if asked.start is not None and held.ranges:
            if asked.start >= len(data):
                self.answer(416, b"")
                return
            part = data[asked.start :]
            where = f"bytes {asked.start}-{len(data) - 1}/{len(data)}"
            self.heads(206, part, {"Content-Range": where})
        elif "gzip" in asked.accepts:  # as some servers do with whatever looks like text
            part = gzip.compress(data, 1)
            self.heads(200, part, {"Content-Encoding": "gzip"})
        else:
            part = data
            self.heads(200, part)
        try:
            self.body(asked, part, next(held.trouble.get(self.path, iter(())), None))
        except ConnectionError:
            self.close_connection = True  # the client has gone

    def body(self, asked: Asked, part: bytes, trouble: Trouble | None) -> None:
        if trouble is None:
            self.send(asked, part)
            return
        self.send(asked, part[: trouble.after])
        if trouble.until is not None:
            trouble.until.wait(20)
        if trouble.cut:
            self.close_connection = True
        else:
            self.send(asked, part[trouble.after :])

    def send(self, asked: Asked, data: bytes) -> None:
        asked.sent += len(data)
        self.wfile.write(data)
        self.wfile.flush()

    def answer(self, status: int, data: bytes, heads: dict[str, str] | None = None) -> None:
        self.heads(status, data, heads)
        self.wfile.write(data)

    def heads(self, status: int, data: bytes, heads: dict[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in ({"Content-Length": str(len(data))} | (heads or {})).items():
            self.send_header(name, value)
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture
def registry(monkeypatch: pytest.MonkeyPatch) -> Iterator[Registry]:
    """The server, with the owner's settings pointing at it."""
    server = Registry()
    monkeypatch.setenv("PIP_INDEX_URL", f"{server.url}/simple")
    monkeypatch.setenv("NPM_CONFIG_REGISTRY", server.url)
    monkeypatch.setenv("HF_ENDPOINT", server.url)
    for name in (
        "HTTP_PROXY",
        "HTTPS_PROXY",
        "ALL_PROXY",
        "http_proxy",
        "https_proxy",
        "all_proxy",
    ):
        monkeypatch.delenv(name, raising=False)
    yield server
    server.close()


@pytest.fixture
def closed_url() -> str:
    """An address of this machine where nobody listens."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{listener.getsockname()[1]}"


@pytest.fixture
def trouble() -> type[Trouble]:
    return Trouble


@pytest.fixture
def noise() -> Callable[[int, int], bytes]:
    """Bytes that do not compress, always the same for a seed: `noise(size, seed)`."""
    return lambda size, seed: random.Random(seed).randbytes(size)


@pytest.fixture
def listed(monkeypatch: pytest.MonkeyPatch, empty_assets: Path) -> Iterator[Callable[..., None]]:
    """Make these the rows of the asset table, and nothing is here."""

    def put(*assets: Asset) -> None:
        monkeypatch.setattr(table, "ASSETS", assets)
        extensions.rows.cache_clear()

    yield put
    extensions.rows.cache_clear()
