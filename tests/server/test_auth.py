"""Who is let in: keys, scopes, limits; other web pages; other names; paths that lead elsewhere."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from miaobi.core.artifact import new_id
from miaobi.core.errors import NotFoundError, OptionError
from miaobi.core.requests import SoundRequest
from miaobi.provenance.manifest import COMPUTED, Record
from miaobi.server.auth import Keys
from miaobi.server.state import ServiceConfig
from miaobi.tasks import library
from tests.conftest import REAL_ASSETS
from tests.server.conftest import Served

SOUND = {"prompt": "rain", "seconds": 0.1, "seed": 1}
PAGE = "https://example.org"


@pytest.fixture(scope="module")
def guarded_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A server that asks for keys and lets one other web page use it."""
    home = tmp_path_factory.mktemp("guarded")
    (home / "assets").symlink_to(REAL_ASSETS)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MIAOBI_HOME", str(home))
        with Served(home, ServiceConfig(keys=True, cors_origins=(PAGE,))) as server:
            yield server


@pytest.fixture
def guarded(guarded_server: Served, monkeypatch: pytest.MonkeyPatch) -> Served:
    """The same, without the keys and jobs of the test before."""
    monkeypatch.setenv("MIAOBI_HOME", str(guarded_server.home))
    guarded_server.reset()
    return guarded_server


def bearer(key: str) -> dict[str, str]:
    return {"authorization": f"Bearer {key}"}


def test_a_server_that_others_can_reach_requires_keys() -> None:
    assert not ServiceConfig().requires_keys and not ServiceConfig(host="::1").requires_keys
    assert ServiceConfig(host="0.0.0.0").requires_keys and ServiceConfig(keys=True).requires_keys
    assert not ServiceConfig(host="0.0.0.0", keys=False).requires_keys


def test_without_a_key_nothing_but_the_page_and_the_pulse(guarded: Served) -> None:
    with httpx.Client(base_url=guarded.url) as http:
        assert http.get("/healthz").status_code == 200 and http.get("/").status_code == 200
        paths = [path for path in http.get("/openapi.json").json()["paths"] if "/v1/" in path]
        assert len(paths) > 20
        for path in (*paths, "/metrics"):
            methods = http.get("/openapi.json").json()["paths"][path]
            for method in methods:
                answer = http.request(method, path.replace("{", "").replace("}", ""))
                assert answer.status_code == 401, (method, path)
                assert answer.headers["www-authenticate"] == "Bearer"
        for sent in ("Bearer mb-nothing", "Bearer", "Basic bWI6bWI=", "mb-x"):
            assert http.get("/v1/models", headers={"authorization": sent}).status_code == 401


def test_a_key_opens_what_its_scopes_say(guarded: Served) -> None:
    reader, maker = Keys().create("reader", ("read",)), Keys().create("maker", ("audio", "read"))
    owner = Keys().create("owner", ("admin",))
    with httpx.Client(base_url=guarded.url) as http:
        assert http.get("/v1/models", headers=bearer(reader)).status_code == 200
        refused = http.post("/v1/sounds", json=SOUND, headers=bearer(reader))
        assert refused.status_code == 403 and "scope audio" in refused.json()["error"]["message"]
        assert http.post("/v1/sounds", json=SOUND, headers=bearer(maker)).status_code == 200
        id = http.get("/v1/artifacts", headers=bearer(maker)).json()["data"][0]["id"]
        assert http.delete(f"/v1/artifacts/{id}", headers=bearer(maker)).status_code == 403
        assert http.delete(f"/v1/artifacts/{id}", headers=bearer(owner)).status_code == 200


def test_everybody_sees_their_own_jobs(guarded: Served) -> None:
    one, two = Keys().create("one"), Keys().create("two")
    with httpx.Client(base_url=guarded.url) as http:
        made = http.post("/v1/sounds?background=true", json=SOUND, headers=bearer(one)).json()
        for path in (f"/v1/jobs/{made['id']}", f"/v1/jobs/{made['id']}/events"):
            assert http.get(path, headers=bearer(two)).status_code == 404
        stop = f"/v1/jobs/{made['id']}/cancel"
        assert http.post(stop, headers=bearer(two)).status_code == 404
        assert http.get("/v1/jobs", headers=bearer(two)).json()["data"] == []
        assert len(http.get("/v1/jobs", headers=bearer(one)).json()["data"]) == 1


def test_a_key_has_its_own_limit(guarded: Served) -> None:
    slow, other = Keys().create("slow", ("read",), limit=3), Keys().create("other", ("read",))
    with httpx.Client(base_url=guarded.url) as http:
        statuses = [http.get("/v1/jobs", headers=bearer(slow)).status_code for _ in range(5)]
        assert statuses == [200, 200, 200, 429, 429]
        refused = http.get("/v1/jobs", headers=bearer(slow))
        assert 1 <= int(refused.headers["retry-after"]) <= 60
        assert refused.json()["error"]["type"] == "rate_limit_error"
        assert http.get("/v1/jobs", headers=bearer(other)).status_code == 200


def test_only_the_hash_of_a_key_is_kept(guarded: Served) -> None:
    key = Keys().create("a", ("read",))
    for path in guarded.home.glob("server.db*"):
        assert key.encode() not in path.read_bytes()
    with httpx.Client(base_url=guarded.url) as http:
        assert http.get("/v1/models", headers=bearer(key)).status_code == 200
        guarded.state.keys.revoke("a")
        assert http.get("/v1/models", headers=bearer(key)).status_code == 401
    with pytest.raises(NotFoundError):
        Keys().revoke("a")
    with pytest.raises(OptionError):
        Keys().create("b", ("everything",))


def test_other_web_pages_are_refused(http: httpx.Client, served: Served) -> None:
    for origin in ("https://evil.example", "http://127.0.0.1:1", "null", "http://localhost.evil"):
        for method, path in (("GET", "/v1/jobs"), ("POST", "/v1/sounds"), ("OPTIONS", "/v1/jobs")):
            answer = http.request(method, path, headers={"origin": origin})
            assert answer.status_code == 403, (origin, method)
            assert not [name for name in answer.headers if name.startswith("access-control")]
    assert http.get("/v1/jobs", headers={"origin": served.url}).status_code == 200


def test_the_server_answers_to_its_own_names_alone(http: httpx.Client) -> None:
    for host in ("evil.example", "127.0.0.1.evil.example:8765", "", "169.254.169.254"):
        assert http.get("/v1/models", headers={"host": host}).status_code in (400, 403)
    assert http.get("/v1/models", headers={"host": "localhost:1"}).status_code == 200


def test_a_page_that_was_let_in_can_read_the_answers(guarded: Served) -> None:
    key = Keys().create("page")
    with httpx.Client(base_url=guarded.url, headers={"origin": PAGE}) as http:
        asked = {
            "access-control-request-method": "POST",
            "access-control-request-headers": "authorization,content-type",
        }
        before = http.options("/v1/sounds", headers=asked)
        assert before.status_code == 204
        assert before.headers["access-control-allow-origin"] == PAGE
        answer = http.post("/v1/sounds", json=SOUND, headers=bearer(key))
        assert answer.status_code == 200
        assert answer.headers["access-control-allow-origin"] == PAGE
        assert "access-control-allow-credentials" not in answer.headers
        refused = http.get("/v1/jobs", headers={"origin": "https://evil.example"})
        assert refused.status_code == 403


@pytest.mark.parametrize(
    "path",
    [
        "/v1/artifacts/..%2f..%2fkeys%2fsigner.pem/content",
        "/v1/artifacts/%2e%2e/content",
        "/v1/jobs/..%2f..%2fserver.db",
        "/v1/models/..%2f..%2f..%2fetc%2fpasswd",
        "/v1/models//etc/passwd",
        "/v1/training/..%2fassets",
        "/studio/..%2f__init__.py",
        "/studio/%2fetc%2fpasswd",
        "/../../etc/passwd",
        "/v1/artifacts/%00/content",
    ],
)
def test_no_path_leads_elsewhere(http: httpx.Client, path: str) -> None:
    answer = http.get(path)
    assert answer.status_code in (400, 404) and "root:" not in answer.text


def test_a_row_that_names_a_file_elsewhere(http: httpx.Client, own_home: Path) -> None:
    request = SoundRequest(model="procedural", prompt="rain", seconds=0.1)
    record = Record.of(request, "", "1", COMPUTED)
    for place in ("/etc/passwd", "../index.db", "."):
        id = new_id()
        record = Record(**{**record.as_dict(), "id": id, "parents": ()})
        library.add(record, "audio/wav", b"x", Path(place), [])
        assert http.get(f"/v1/artifacts/{id}/content").status_code == 404
