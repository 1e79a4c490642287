"""Pages of other origins: refused, or let in where the owner named them (CORS)."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from miaobi.server.state import ServiceConfig
from tests.conftest import REAL_ASSETS
from tests.server.conftest import Served

PAGE = "https://example.org"


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server that one page may use."""
    home: Path = tmp_path_factory.mktemp("home")
    (home / "assets").symlink_to(REAL_ASSETS)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MIAOBI_HOME", str(home))
        with Served(home, ServiceConfig(cors_origins=(PAGE,))) as server:
            yield server.url


def test_a_browser_asks_first(url: str) -> None:
    asked = {
        "origin": PAGE,
        "access-control-request-method": "POST",
        "access-control-request-headers": "authorization, x-stainless-os",
        "access-control-request-private-network": "true",
    }
    answer = httpx.options(f"{url}/v1/chat/completions", headers=asked)
    assert answer.status_code == 204 and answer.content == b""
    told = answer.headers
    assert told["access-control-allow-origin"] == PAGE and told["vary"] == "Origin"
    assert told["access-control-allow-headers"] == "authorization, x-stainless-os"
    assert "POST" in told["access-control-allow-methods"]
    assert told["access-control-allow-private-network"] == "true"
    assert "access-control-allow-credentials" not in told


def test_answers_and_errors_can_be_read_by_that_page_alone(url: str) -> None:
    for path, status in (("/v1/models", 200), ("/v1/models/x", 404), ("/nowhere", 404)):
        answer = httpx.get(url + path, headers={"origin": PAGE})
        assert answer.status_code == status
        assert answer.headers["access-control-allow-origin"] == PAGE
        assert "x-request-id" in answer.headers["access-control-expose-headers"]
        assert "access-control-allow-origin" not in httpx.get(url + path).headers
    for origin in ("https://example.org.evil.net", "http://example.org", "null"):
        for method in ("GET", "OPTIONS"):
            head = {"origin": origin, "access-control-request-method": "GET"}
            answer = httpx.request(method, f"{url}/v1/models", headers=head)
            assert answer.status_code == 403 and "access-control-allow-origin" not in answer.headers
