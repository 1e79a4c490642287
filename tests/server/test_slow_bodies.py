"""What never ends or trickles has an end here: bodies, heads, and what nobody reads."""

import itertools
import json
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from miaobi.core.errors import OptionError
from miaobi.server.state import ServiceConfig
from tests.server.conftest import Served

LIMIT = 50_000  # bytes of a body
POST = b"POST /v1/moderations HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
FORM = (
    b"POST /v1/files HTTP/1.1\r\nHost: localhost\r\n"
    b"Content-Type: multipart/form-data; boundary=b\r\n"
)
CHUNKED = b"Transfer-Encoding: chunked\r\n\r\n"
PART = b'--b\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n'


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A server with small limits."""
    home: Path = tmp_path_factory.mktemp("small")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MIAOBI_HOME", str(home))
        with Served(home, ServiceConfig(body_timeout=0.3, body_limit=LIMIT)) as server:
            yield server


def answered(port: int, start: bytes, rest: Iterator[bytes], pause: float) -> tuple[bytes, int]:
    """The answer to a request that is sent in pieces until the server closes; bytes sent."""
    sent = 0
    stop = threading.Event()
    with socket.create_connection(("127.0.0.1", port), timeout=60) as wire:

        def send() -> None:
            nonlocal sent
            try:
                wire.sendall(start)
                for piece in rest:
                    if stop.wait(pause):
                        return
                    wire.sendall(piece)
                    sent += len(piece)
            except OSError:
                return

        thread = threading.Thread(target=send)
        thread.start()
        answer = b""
        try:
            while piece := wire.recv(65_536):
                answer += piece
        except ConnectionError:
            pass
        stop.set()
        thread.join()
    return answer, sent


def chunk(data: bytes) -> bytes:
    return b"%x\r\n%s\r\n" % (len(data), data)


@pytest.mark.parametrize(
    ("start", "rest"),
    [
        (POST + b"Content-Length: 1000\r\n\r\n", ()),
        (POST + b"Content-Length: 1000\r\n\r\n{", ()),
        (POST + b"Content-Length: 40000\r\n\r\n", (b" ",) * 5000),
        (POST + CHUNKED, (chunk(b" "),) * 5000),
        (POST + CHUNKED + chunk(b"{}"), ()),
        (FORM + CHUNKED + chunk(PART), ()),
        (FORM + CHUNKED + chunk(PART), (chunk(b"x"),) * 5000),
    ],
)
def test_a_body_that_never_ends(small: Served, start: bytes, rest: tuple[bytes, ...]) -> None:
    answer, sent = answered(small.port, start, iter(rest), 0.02)
    head, _, body = answer.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 408") and b"connection: close" in head
    error = json.loads(body)["error"]
    assert error["code"] == "too_slow" and "took too long" in error["message"]
    assert sent < 5000
    uploads = small.home / "cache" / "uploads"
    assert not uploads.is_dir() or list(uploads.iterdir()) == []


@pytest.mark.parametrize("start", [POST, FORM])
def test_a_body_without_end_at_full_speed(small: Served, start: bytes) -> None:
    """It is refused at the limit; what follows is read by nobody, and the connection ends."""
    first = PART if start is FORM else b'{"input": "'
    rest = itertools.repeat(chunk(b"x" * 1000), 100_000)
    answer, sent = answered(small.port, start + CHUNKED + chunk(first), rest, 0.001)
    assert answer.startswith(b"HTTP/1.1 413") and sent < 100_000 * 1000


@pytest.mark.parametrize(
    ("start", "rest"),
    [
        (b"", ()),
        (b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n", ()),
        (b"GET /healthz HTTP/1.1\r\n", (b"X: y\r\n",) * 3000),
        (b"POST /nowhere HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\n", (b" ",)),
    ],
)
def test_other_things_that_never_end(small: Served, start: bytes, rest: tuple[bytes, ...]) -> None:
    answer, sent = answered(small.port, start, iter(rest), 0.02)
    assert answer[:12] in (b"", b"HTTP/1.1 400", b"HTTP/1.1 404") and sent < 3000 * 6


def test_a_slow_client_that_gets_on_is_served(small: Served) -> None:
    """At 4 kB a second, longer than the first allowance."""
    text = json.dumps({"input": "a" * 3000}).encode()
    pieces = iter([chunk(text[at : at + 400]) for at in range(0, len(text), 400)] + [b"0\r\n\r\n"])
    answer, _ = answered(small.port, POST + b"Connection: close\r\n" + CHUNKED, pieces, 0.1)
    assert answer.startswith(b"HTTP/1.1 200")


def test_work_takes_as_long_as_it_takes(small: Served) -> None:
    """Only bodies have a time; a connection is used again after a pause."""
    with httpx.Client(base_url=small.url, timeout=60) as client:
        for _ in range(2):
            assert client.get("/healthz").status_code == 200
        answer = client.post("/v1/sounds", json={"prompt": "rain", "seconds": 20, "seed": 1})
        assert answer.status_code == 200


def test_the_setting_is_checked() -> None:
    with pytest.raises(OptionError, match="body_timeout is 0"):
        ServiceConfig(body_timeout=0)
