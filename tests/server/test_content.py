"""Contents of files: HEAD, conditional requests and ranges, asked as browsers and players do."""

from collections.abc import Iterator

import httpx
import pytest

from miaobi.http.content import is_usable
from tests.server.conftest import Served

CONTENT = bytes(range(32, 127)) * 20


@pytest.fixture
def address(http: httpx.Client, served: Served) -> Iterator[str]:
    """The address of a stored file."""
    sent = http.post("/v1/files", files={"file": ("a.txt", CONTENT)}, data={"purpose": "vision"})
    yield f"/v1/files/{sent.json()['id']}/content"
    http.delete(f"/v1/files/{sent.json()['id']}")


def test_head_is_get_without_its_body(http: httpx.Client, address: str) -> None:
    for path in (address, "/v1/models", "/healthz", "/v1/models/collage", "/", "/v1/files"):
        got, head = http.get(path), http.head(path)
        assert head.status_code == got.status_code == 200 and head.content == b"", path
        for name in ("content-type", "content-length", "etag", "last-modified", "accept-ranges"):
            assert head.headers.get(name) == got.headers.get(name), (path, name)
    assert http.head("/v1/files/file-none/content").status_code == 404
    assert http.head("/v1/jobs/x/events").status_code in (404, 405)
    assert http.head(address, headers={"range": "bytes=0-1"}).status_code == 200


def test_what_a_client_has_is_not_sent_again(http: httpx.Client, address: str) -> None:
    first = http.get(address)
    tag, date = first.headers["etag"], first.headers["last-modified"]
    for method in ("GET", "HEAD"):
        for tags in (tag, f'"other", {tag}', f"W/{tag}", "*"):
            answer = http.request(method, address, headers={"if-none-match": tags})
            assert (answer.status_code, answer.content) == (304, b"")
            assert answer.headers["etag"] == tag and "content-length" not in answer.headers
        assert http.request(method, address, headers={"if-modified-since": date}).status_code == 304
    fresh = [
        {"if-none-match": '"other"'},
        {"if-none-match": '"other"', "if-modified-since": date},
        {"if-modified-since": "Thu, 01 Jan 1970 00:00:00 GMT"},
        {"if-modified-since": "yesterday"},
        {"if-modified-since": ""},
    ]
    for headers in fresh:
        assert http.get(address, headers=headers).content == CONTENT


@pytest.mark.parametrize(
    ("asked", "status", "expected"),
    [
        ("bytes=0-1", 206, CONTENT[:2]),
        ("bytes=5-", 206, CONTENT[5:]),
        ("bytes=-7", 206, CONTENT[-7:]),
        ("bytes=0-999999", 206, CONTENT),
        ("Bytes=0-0", 206, CONTENT[:1]),
        ("bytes=999999-", 416, None),
        ("bytes=5-2", 200, CONTENT),
        ("bytes=0-1,5-2", 200, CONTENT),
        ("items=0-1", 200, CONTENT),
        ("bytes=", 200, CONTENT),
        ("bytes=-", 200, CONTENT),
        ("bytes=a-b", 200, CONTENT),
        ("bytes=0-1-2", 200, CONTENT),
        ("bytes=0x1-2", 200, CONTENT),
        ("bytes 0-1", 200, CONTENT),
        ("0-1", 200, CONTENT),
        ("", 200, CONTENT),
    ],
)
def test_ranges(
    http: httpx.Client, address: str, asked: str, status: int, expected: bytes | None
) -> None:
    answer = http.get(address, headers={"range": asked})
    assert answer.status_code == status
    if expected is not None:
        assert answer.content == expected
        assert ("content-range" in answer.headers) == (status == 206)


def test_several_ranges_and_conditions_on_them(http: httpx.Client, address: str) -> None:
    several = http.get(address, headers={"range": "bytes=0-1, 10-11"})
    assert several.status_code == 206
    assert several.headers["content-type"].startswith("multipart/byteranges")
    tag = several.headers["etag"]
    asked = {"range": "bytes=0-1"}
    assert http.get(address, headers={**asked, "if-range": tag}).status_code == 206
    assert http.get(address, headers={**asked, "if-range": '"other"'}).content == CONTENT
    assert http.get(address, headers={**asked, "if-none-match": tag}).status_code == 304


def test_long_ranges_take_no_time() -> None:
    assert not is_usable("bytes=" + "," * 50_000 + "x")
    assert not is_usable("bytes=1-2" + "," * 50_000 + "x")
    assert not is_usable("bytes=" + "1-2 " * 20_000)
    assert not is_usable("bytes=" + "9" * 60_000 + "-")
    assert is_usable("bytes=" + "1-2," * 5_000 + "7-")
