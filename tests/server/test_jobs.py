"""Jobs over HTTP: done, watched, canceled, repeated, and alive after SIGKILL."""

import json
from pathlib import Path
from typing import Any

import httpx
import pytest

from benchmarks.durability import killed
from tests.server.conftest import SMALL, Served, eventually

SOUND = {"prompt": "rain", "seconds": 0.2, "seed": 1}


def ended(http: httpx.Client, id: str) -> dict[str, Any]:
    """The job once it has ended."""
    job: dict[str, Any] = {}

    def has_ended() -> bool:
        job.update(http.get(f"/v1/jobs/{id}").json())
        return job["status"] in ("done", "failed", "canceled")

    eventually(has_ended)
    return job


def test_any_route_can_be_asked_in_the_background(http: httpx.Client) -> None:
    answer = http.post("/v1/sounds?background=true", json=SOUND)
    assert answer.status_code == 202
    assert answer.json()["status"] in ("queued", "running")  # a free worker takes it at once
    job = ended(http, answer.json()["id"])
    assert job["status"] == "done" and job["tries"] == 1, job
    [id] = job["artifacts"]
    assert http.get(f"/v1/artifacts/{id}/content").headers["content-type"] == "audio/wav"
    assert http.get("/v1/jobs").json()["data"][0]["id"] == job["id"]
    events = http.get(f"/v1/jobs/{job['id']}/events").text
    assert events.startswith("event: job.changed\n")


def test_words_made_in_the_background_stand_in_the_job(http: httpx.Client) -> None:
    asked = {
        "model": "smollm2-135m",
        "max_tokens": 4,
        "messages": [{"role": "user", "content": "Say hello."}],
    }
    answer = http.post("/v1/chat/completions?background=true&priority=-2", json=asked)
    assert answer.json()["priority"] == -2
    job = ended(http, answer.json()["id"])
    assert job["status"] == "done" and job["result"]["text"], job
    for priority in ("11", "--1", "high", "²"):
        path = f"/v1/chat/completions?background=true&priority={priority}"
        assert http.post(path, json=asked).status_code == 400


@pytest.mark.parametrize(
    "body",
    [
        '{"prompt": "\\ud800"}',
        '{"prompt": "rain", "seconds": NaN}',
        '{"prompt": "rain", "\\ud800": 1}',
    ],
)
def test_what_cannot_be_kept_is_refused(http: httpx.Client, body: str) -> None:
    answer = http.post(
        "/v1/sounds?background=1",
        content=body.encode(),
        headers={"content-type": "application/json"},
    )
    assert answer.status_code == 400 and answer.json()["error"]["message"]


def test_a_job_that_fails_says_why(http: httpx.Client) -> None:
    job = ended(http, http.post("/v1/sounds?background=1", json={"prompt": "zzz"}).json()["id"])
    assert job["status"] == "failed" and "There is no sound for" in job["error"]["message"]
    again = http.post(f"/v1/jobs/{job['id']}/retry")
    assert again.status_code == 202 and ended(http, again.json()["id"])["status"] == "failed"


@pytest.mark.parametrize(
    ("path", "asked"),
    [
        ("/v1/images/generations", {"prompt": "a fox", "model": "drawings", "steps": 1000}),
        (
            "/v1/completions",
            {"prompt": "1, 2, 3,", "model": SMALL, "max_tokens": 4000, "temperature": 0},
        ),
    ],
)
def test_canceling_stops_the_work(
    http: httpx.Client, served: Served, path: str, asked: dict[str, Any]
) -> None:
    id = http.post(f"{path}?background=true", json=asked).json()["id"]
    lane = f'miaobi_lane{{model="{asked["model"]}",state="working"}}'
    eventually(lambda: f"{lane} 1.0" in http.get("/metrics").text)
    http.post(f"/v1/jobs/{id}/cancel")
    job = ended(http, id)
    assert job["status"] == "canceled" and job["artifacts"] == []
    assert f"{lane} 0.0" in http.get("/metrics").text


@pytest.mark.parametrize(
    ("path", "sentence"),
    [("/v1/jobs/none", "There is no job 'none'."), ("/v1/artifacts/x", "no artifact 'x'")],
)
def test_what_is_not_there(http: httpx.Client, path: str, sentence: str) -> None:
    answer = http.get(path)
    assert answer.status_code == 404 and sentence in answer.json()["error"]["message"]


def test_every_job_ends_exactly_once_though_the_server_is_killed(own_home: Path) -> None:
    told = killed(own_home, 20, 2)
    assert (told.once, told.wrong, told.statuses) == (20, 0, {"done": 20}), told


def test_a_film_of_ones_own_script(http: httpx.Client, served: Served) -> None:
    script = {"title": "The Boat", "scenes": [{"say": "A boat sails.", "show": "a paper boat"}]}
    asked = {"script": script, "height": 144, "music": "none", "scenes": 1, "seconds": 4}
    answer = http.post("/v1/films", json=asked)
    assert answer.status_code == 202, answer.text
    films = served.home / "films"
    eventually(lambda: list(films.glob("*/storyboard.json")))
    [board] = films.glob("*/storyboard.json")
    http.post(f"/v1/jobs/{answer.json()['id']}/cancel")
    assert json.loads(board.read_text())["title"] == "The Boat"
    assert "A boat sails." in board.read_text()
    assert ended(http, answer.json()["id"])["status"] == "canceled"
    wrong: list[dict[str, Any]] = [
        {},
        {"script": ""},
        {"script": {}},
        {"script": {"scenes": [{}]}},
        {"script": 3},
        {"script": "# Sea\n\nWide.", "height": 7},
        {"script": "a\ud800"},
        {"prompt": "a", "x": 1},
    ]
    for body in wrong:
        told = json.dumps(body).encode()
        bad = http.post("/v1/films", content=told, headers={"content-type": "application/json"})
        assert bad.status_code == 400, (body, bad.text)
