"""Jobs over HTTP: done, watched, canceled, repeated, and alive after SIGKILL."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from miaobi.tasks import library
from tests.server.conftest import Served

SOUND = {"prompt": "rain", "seconds": 0.2, "seed": 1}


def ended(http: httpx.Client, id: str, seconds: float = 60) -> dict[str, Any]:
    """The job once it has ended."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        job: dict[str, Any] = http.get(f"/v1/jobs/{id}").json()
        if job["status"] in ("done", "failed", "canceled"):
            return job
        time.sleep(0.1)
    raise AssertionError(f"not ended: {job}")


def test_any_route_can_be_asked_in_the_background(http: httpx.Client) -> None:
    answer = http.post("/v1/sounds?background=true", json=SOUND)
    assert answer.status_code == 202 and answer.json()["status"] == "queued"
    job = ended(http, answer.json()["id"])
    assert job["status"] == "done" and job["tries"] == 1, job
    [id] = job["artifacts"]
    assert http.get(f"/v1/artifacts/{id}/content").headers["content-type"] == "audio/wav"
    assert http.get("/v1/jobs").json()["data"][0]["id"] == job["id"]
    events = http.get(f"/v1/jobs/{job['id']}/events").text
    assert events.startswith("event: job.changed\n")


def test_words_made_in_the_background_stand_in_the_job(http: httpx.Client) -> None:
    asked = {"model": "smollm2-135m", "max_tokens": 4, "messages": [
        {"role": "user", "content": "Say hello."}]}  # fmt: skip
    answer = http.post("/v1/chat/completions?background=true&priority=-2", json=asked)
    assert answer.json()["priority"] == -2
    job = ended(http, answer.json()["id"])
    assert job["status"] == "done" and job["result"]["text"], job
    for priority in ("11", "--1", "high", "²"):
        path = f"/v1/chat/completions?background=true&priority={priority}"
        assert http.post(path, json=asked).status_code == 400


@pytest.mark.parametrize(
    "body", ['{"prompt": "\\ud800"}', '{"prompt": "rain", "seconds": NaN}',
             '{"prompt": "rain", "\\ud800": 1}']
)  # fmt: skip
def test_what_cannot_be_kept_is_refused(http: httpx.Client, body: str) -> None:
    answer = http.post("/v1/sounds?background=1", content=body.encode(), headers={
        "content-type": "application/json"})  # fmt: skip
    assert answer.status_code == 400 and answer.json()["error"]["message"]


def test_a_job_that_fails_says_why(http: httpx.Client) -> None:
    job = ended(http, http.post("/v1/sounds?background=1", json={"prompt": "zzz"}).json()["id"])
    assert job["status"] == "failed" and "No sound is known" in job["error"]["message"]
    again = http.post(f"/v1/jobs/{job['id']}/retry")
    assert again.status_code == 202 and ended(http, again.json()["id"])["status"] == "failed"


def test_canceling_stops_the_work_within_a_second(http: httpx.Client) -> None:
    asked = {"prompt": "a fox", "model": "drawings", "steps": 1000}
    id = http.post("/v1/images/generations?background=true", json=asked).json()["id"]
    while not http.get(f"/v1/jobs/{id}").json()["progress"]["done"]:
        time.sleep(0.1)
    asked_at = time.monotonic()
    http.post(f"/v1/jobs/{id}/cancel")
    job = ended(http, id)
    assert job["status"] == "canceled" and job["artifacts"] == []
    assert time.monotonic() - asked_at < 3  # a second; the machine may be busy


@pytest.mark.parametrize(
    ("path", "sentence"),
    [("/v1/jobs/none", "There is no job 'none'."), ("/v1/artifacts/x", "no artifact 'x'")],
)
def test_what_is_not_there(http: httpx.Client, path: str, sentence: str) -> None:
    answer = http.get(path)
    assert answer.status_code == 404 and sentence in answer.json()["error"]["message"]


@contextmanager
def program(home: Path, port: int) -> Iterator[subprocess.Popen[bytes]]:
    """`miaobi serve` as a process."""
    environment = {**os.environ, "MIAOBI_HOME": str(home)}
    arguments = [sys.executable, "-m", "miaobi.cli.main", "serve", "--port", str(port)]
    process = subprocess.Popen(arguments, env=environment, stderr=subprocess.DEVNULL)
    try:
        until = time.monotonic() + 60
        while time.monotonic() < until:
            try:
                httpx.get(f"http://127.0.0.1:{port}/healthz")
                break
            except httpx.TransportError:
                time.sleep(0.05)
        yield process
    finally:
        process.kill()
        process.wait()


def test_every_job_ends_exactly_once_though_the_server_is_killed(own_home: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with program(own_home, port), httpx.Client(base_url=f"http://127.0.0.1:{port}") as http:
        ids = [
            http.post("/v1/sounds?background=true", json={**SOUND, "seed": n}).json()["id"]
            for n in range(12)
        ]
        time.sleep(0.5)
    with program(own_home, port) as process:
        time.sleep(0.5)
        process.send_signal(signal.SIGKILL)
    with program(own_home, port), httpx.Client(base_url=f"http://127.0.0.1:{port}") as http:
        jobs = [ended(http, id) for id in ids]
    assert [job["status"] for job in jobs] == ["done"] * 12
    made = [job["artifacts"] for job in jobs]
    assert all(len(one) == 1 for one in made)
    assert {row["id"] for row in library.find()} == {one[0] for one in made}


def test_a_film_of_ones_own_script(http: httpx.Client, served: Served) -> None:
    script = {"title": "The Boat", "scenes": [{"say": "A boat sails.", "show": "a paper boat"}]}
    asked = {"script": script, "height": 144, "music": "none", "scenes": 1, "seconds": 4}
    answer = http.post("/v1/films", json=asked)
    assert answer.status_code == 202, answer.text
    until = time.monotonic() + 60
    while not (found := list((served.home / "films").glob("*/storyboard.json"))):
        assert time.monotonic() < until, http.get(f"/v1/jobs/{answer.json()['id']}").text
        time.sleep(0.1)
    http.post(f"/v1/jobs/{answer.json()['id']}/cancel")
    board = json.loads(found[0].read_text())
    assert board["title"] == "The Boat" and "A boat sails." in found[0].read_text()
    assert ended(http, answer.json()["id"])["status"] == "canceled"
    wrong: list[dict[str, Any]] = [
        {}, {"script": ""}, {"script": {}}, {"script": {"scenes": [{}]}}, {"script": 3},
        {"script": "# Sea\n\nWide.", "height": 7}, {"script": "a\ud800"}, {"prompt": "a", "x": 1},
    ]  # fmt: skip
    for body in wrong:
        told = json.dumps(body).encode()
        bad = http.post("/v1/films", content=told, headers={"content-type": "application/json"})
        assert bad.status_code == 400, (body, bad.text)
