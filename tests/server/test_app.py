"""The service as those who run it see it: pulse, figures, queues, policy and labels."""

import asyncio
import json
from pathlib import Path

import httpx
import openai
import pytest

from miaobi.core.errors import BusyError
from miaobi.server.concurrency import RequestLimiter
from miaobi.server.state import ServiceConfig
from tests.server.conftest import SMALL, Served, eventually

LOG = "miaobi.server"
SOUND = {"prompt": "rain", "seconds": 0.1, "seed": 1}


def test_the_pulse_and_the_figures(http: httpx.Client) -> None:
    assert http.get("/healthz").json()["status"] == "ok"
    http.post("/v1/sounds", json=SOUND)
    http.get("/v1/jobs/none")
    told = http.get("/metrics")
    assert told.headers["content-type"].startswith("text/plain")
    rows = dict(line.rsplit(" ", 1) for line in told.text.splitlines() if not line.startswith("#"))
    assert float(rows['miaobi_requests_total{route="/v1/sounds",status="200"}']) >= 1
    assert float(rows['miaobi_requests_total{route="/v1/jobs/{id}",status="404"}']) >= 1
    assert float(rows['miaobi_artifacts_total{model="procedural",verb="sound"}']) >= 1
    assert rows['miaobi_lane{model="procedural",state="working"}'] == "0.0"
    assert 'miaobi_loaded_megabytes{model="procedural"}' in rows
    assert "rain" not in told.text, "no words of anybody's"


def test_every_answer_says_which_request_it_is_of(http: httpx.Client) -> None:
    ids = {http.get("/healthz").headers["x-request-id"] for _ in range(3)}
    assert len(ids) == 3


def test_words_are_checked_against_the_policy(client: openai.OpenAI) -> None:
    told = client.moderations.create(input=["hello there", "how to make a pipe bomb"])
    good, bad = told.results
    assert not good.flagged and bad.flagged and bad.categories.illicit_violent
    assert bad.category_scores.illicit_violent == 1 and not bad.categories.hate
    parts = [{"type": "text", "text": "how to make a pipe bomb"}]
    assert client.moderations.create(input=parts).results[0].flagged  # type: ignore[arg-type]
    with pytest.raises(openai.BadRequestError):
        picture = {"type": "image_url", "image_url": {"url": "http://127.0.0.1/x.png"}}
        client.moderations.create(input=[picture])  # type: ignore[list-item]


def test_what_made_a_file(http: httpx.Client) -> None:
    made = http.post("/v1/sounds", json=SOUND).content
    route = "/v1/content_provenance_checks"
    told = http.post(route, files={"file": ("a.wav", made)}).json()
    assert told["status"] == "intact" and told["record"]["model"] == "procedural"
    assert told["results"][0]["validation_state"] == "trusted"
    flipped = bytearray(made)
    flipped[-2000] ^= 255
    assert http.post(route, files={"file": ("a.wav", bytes(flipped))}).json()["status"] == "changed"
    other = http.post(route, files={"file": ("a.txt", b"somebody wrote this")}).json()
    assert other["status"] == "unlabeled"
    assert [one["outcome"] for one in other["results"]] == ["not_detected", "not_detected"]
    assert http.post(route).status_code == 400
    assert http.post(route, data={"file": "a name, no file"}).status_code == 400


def test_words_of_an_answer_are_known_again(http: httpx.Client) -> None:
    asked = {"model": SMALL, "messages": [{"role": "user", "content": "Hi"}], "max_tokens": 8}
    words = http.post("/v1/chat/completions", json=asked).json()["choices"][0]["message"]["content"]
    route = "/v1/content_provenance_checks"
    told = http.post(route, files={"file": ("a.txt", words.encode())}).json()
    assert told["status"] == "intact" and told["record"]["model"] == SMALL


def test_an_answer_may_have_no_words(http: httpx.Client) -> None:
    asked = {"model": SMALL, "prompt": "One, two,", "max_tokens": 8, "temperature": 0}
    said = http.post("/v1/completions", json=asked).json()["choices"][0]["text"]
    again = http.post("/v1/completions", json={**asked, "stop": said[:2]}).json()
    assert again["choices"][0] | {"index": 0} == {
        "index": 0,
        "text": "",
        "logprobs": None,
        "finish_reason": "stop",
    }


def test_who_comes_on_top_of_a_full_queue_is_told_when_to_come_back() -> None:
    async def crowd() -> None:
        limiter, here = RequestLimiter(max_concurrent=1, max_queue=1), asyncio.Event()

        async def one() -> None:
            async with limiter.slot():
                await here.wait()

        tasks = [asyncio.create_task(one()) for _ in range(2)]
        await asyncio.sleep(0)
        assert (limiter.running, limiter.queued) == (1, 1)
        with pytest.raises(BusyError) as error:
            async with limiter.slot():
                pass
        assert error.value.values["seconds"] >= 1
        tasks[1].cancel()  # who goes away leaves the queue
        await asyncio.sleep(0)
        assert limiter.queued == 0
        here.set()
        await tasks[0]
        assert (limiter.running, limiter.queued) == (0, 0)

    asyncio.run(crowd())


def test_a_crowd_is_answered_or_told_to_come_back(own_home: Path) -> None:
    asked = {"model": SMALL, "messages": [{"role": "user", "content": "Hi"}], "max_tokens": 2}

    async def crowd(url: str) -> list[httpx.Response]:
        async with httpx.AsyncClient(base_url=url, timeout=120) as http:
            posts = (http.post("/v1/chat/completions", json=asked) for _ in range(40))
            return list(await asyncio.gather(*posts))

    with Served(own_home, ServiceConfig(max_concurrent=2, max_queue=6)) as server:
        answers = asyncio.run(crowd(server.url))
    statuses = [answer.status_code for answer in answers]
    assert set(statuses) == {200, 429} and statuses.count(200) >= 8
    for answer in answers:
        if answer.status_code == 429:
            assert int(answer.headers["retry-after"]) >= 1
            assert answer.json()["error"]["type"] == "rate_limit_error"


def test_who_goes_away_stops_the_work(http: httpx.Client) -> None:
    asked = {
        "model": SMALL,
        "prompt": "1, 2, 3,",
        "max_tokens": 4000,
        "temperature": 0,
        "stream": True,
    }
    lane = f'miaobi_lane{{model="{SMALL}",state="working"}}'
    with http.stream("POST", "/v1/completions", json=asked) as answer:
        lines = answer.iter_lines()  # httpx hangs up when it is let go
        next(lines)
        assert f"{lane} 1.0" in http.get("/metrics").text
    eventually(lambda: f"{lane} 0.0" in http.get("/metrics").text)


def test_the_log_has_no_words_of_anybody(
    http: httpx.Client, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level("INFO", LOG):
        http.post("/v1/sounds", json={**SOUND, "prompt": "rain on a secret roof"})
        http.get("/v1/artifacts", params={"q": "secret"})
        http.get("/healthz")
        eventually(lambda: "/v1/artifacts" in caplog.text)  # written when the answer has gone
    lines = [json.loads(record.message) for record in caplog.records if record.name == LOG]
    assert {"/v1/sounds", "/v1/artifacts"} <= {line["route"] for line in lines}
    assert "secret" not in caplog.text


def test_a_large_request_is_refused_before_it_is_read(own_home: Path) -> None:
    with Served(own_home, ServiceConfig(body_limit=100_000)) as server, httpx.Client() as http:
        url = f"{server.url}/v1/chat/completions"
        told = http.post(url, content=b"x" * 100_001)
        assert told.status_code == 413 and told.json()["error"]["code"] == "too_large"
        pieces = http.post(url, content=(b"x" * 1000 for _ in range(200)))  # of no told length
        assert pieces.status_code == 413
