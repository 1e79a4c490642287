"""What is no body has an end: a client that sends a head for ever is sent away."""

import json
import socket
from collections.abc import Iterator

import pytest

from tests.server.conftest import Served

POST = b"POST /v1/moderations HTTP/1.1\r\nHost: localhost\r\n"
JSON = b"Content-Type: application/json\r\n"
PIECE = b"a" * 10_000
MOST = 1000  # pieces: ten million bytes


def endless(start: bytes, piece: bytes) -> Iterator[bytes]:
    """A request that does not end."""
    yield start
    for _ in range(MOST):
        yield piece


@pytest.mark.parametrize(
    ("start", "piece"),
    [
        (b"GET /", PIECE),
        (POST + b"X-Long: ", PIECE),
        (POST, b"X-One-More: of many\r\n" * 500),
        (POST + b"Transfer-Encoding: chunked\r\n\r\n1;", PIECE),
        (POST + b"Transfer-Encoding: chunked\r\n\r\n0\r\nX-Trailer: ", PIECE),
    ],
)
def test_a_head_without_end(served: Served, start: bytes, piece: bytes) -> None:
    sent = 0
    with socket.create_connection(("127.0.0.1", served.port), timeout=30) as wire:
        try:
            for part in endless(start, piece):
                wire.sendall(part)
                sent += len(part)
        except OSError:  # it is closed: most of it was never read
            pass
        try:
            answer = wire.recv(100)
        except OSError:
            answer = b""
    assert not answer or answer.startswith(b"HTTP/1.1 400")
    assert sent < MOST * 10_000


def test_long_bodies_and_several_requests_on_one_wire(served: Served) -> None:
    body = json.dumps({"input": "a" * 500_000}).encode()
    whole = POST + JSON + b"Content-Length: %d\r\n\r\n" % len(body) + body
    chunks = b"".join(
        b"%x\r\n%s\r\n" % (len(one), one)
        for one in (body[at : at + 70] for at in range(0, len(body), 70))
    )
    chunked = POST + JSON + b"Transfer-Encoding: chunked\r\n\r\n" + chunks + b"0\r\n\r\n"
    with socket.create_connection(("127.0.0.1", served.port), timeout=60) as wire:
        for request in (whole, chunked, whole):
            wire.sendall(request)
            told = b""
            while b'"results"' not in told:
                part = wire.recv(65_536)
                assert part, told
                told += part
            assert told.startswith(b"HTTP/1.1 200")
