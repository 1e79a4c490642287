"""The server compared with those of llama.cpp and transformers; its jobs, API and studio.

    python -m benchmarks.serving [chat] [flood] [jobs] [api] [studio]

Each part replaces its own figures in results/serving.json. Compared servers run in their own
processes and take turns in every round.
"""

import asyncio
import http.client
import json
import os
import statistics
import sys
import tempfile
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx

from benchmarks import fuzzing, measuring, servers
from benchmarks.measuring import figure
from benchmarks.servers import SMALL, Running

Figures = list[dict[str, Any]]
CLIENTS, ROUNDS, TOKENS = 16, 3, 64
CALLS = 200  # pairs of a request and a direct call
IN_FLIGHT = 1000
JOBS, KILLS = 500, 10
ROWS = 10_000
UPLOADS, CASES = 200, 5000
SUBJECTS = ("a fox", "the sea", "an old clock", "rain", "a lighthouse", "bread", "a train", "snow")


def chat() -> Figures:
    """Compare servers with 16 concurrent clients, and measure the overhead per request."""
    from miaobi.assets.store import asset_folder
    from miaobi.models.zoo import find_model

    gguf, context = asset_folder(SMALL) / "model.gguf", find_model(SMALL, "text").context
    with tempfile.TemporaryDirectory() as folder, servers.home() as home:
        converted = servers.convert_gguf(gguf, Path(folder))
        with servers.ours(home) as ours, servers.llama_cpp(gguf, context) as llama:
            rates = _rates({"Miaobi": ours, "llama.cpp": llama}, ROUNDS, CLIENTS)
            rows = overhead(ours)
            with servers.transformers(converted) as peer:
                slow = _rates({"Miaobi": ours, "transformers": peer}, 1, CLIENTS)
    label = f"{CLIENTS} clients, {TOKENS} tokens each: "
    over_llama = [a / b for a, b in zip(rates["Miaobi"], rates["llama.cpp"], strict=True)]
    over_transformers = [slow["Miaobi"][0] / slow["transformers"][0]]
    return [
        *(figure(label + name, "tokens/s", runs, model=SMALL) for name, runs in rates.items()),
        figure(label + "transformers serve", "tokens/s", slow["transformers"], model=SMALL),
        figure(label + "speedup over llama.cpp's server", "ratio", over_llama, at_least=0.95),
        figure(label + "speedup over transformers serve", "ratio", over_transformers, at_least=5),
        *rows,
    ]


def _rates(contestants: dict[str, Running], rounds: int, clients: int) -> dict[str, list[float]]:
    """Measure tokens per second of all clients together, per server and round."""
    rates: dict[str, list[float]] = {name: [] for name in contestants}
    for server in contestants.values():  # loads the model
        _complete(server, "Hello", 2)
    for number in range(rounds):
        for name, server in contestants.items():
            prompts = [
                f"Tell a long story about {SUBJECTS[n % 8]} and the number {n + 20 * number}."
                for n in range(clients)
            ]
            with ThreadPoolExecutor(clients) as pool:
                started = time.perf_counter()
                tokens = sum(pool.map(lambda text, to=server: _complete(to, text, TOKENS), prompts))
                rates[name].append(tokens / (time.perf_counter() - started))
    return rates


def _complete(server: Running, prompt: str, tokens: int) -> int:
    """Stream one answer, and return its number of tokens."""
    body = {
        "model": server.model,
        "messages": [{"role": "user", "content": prompt}],
        "max_tokens": tokens,
        "temperature": 0.7,
        "stream": True,
        "stream_options": {"include_usage": True},
    }
    count = chunks = 0
    with httpx.stream(
        "POST", f"{server.url}/v1/chat/completions", json=body, timeout=600, headers=server.headers
    ) as response:
        for line in response.iter_lines():
            if line.startswith("data: {"):
                chunk = json.loads(line[6:])
                chunks += 1
                count = (chunk.get("usage") or {}).get("completion_tokens", count)
    assert response.status_code == 200 and chunks, response.status_code
    return int(count or chunks - 2)


def overhead(ours: Running) -> Figures:
    """Measure the difference between an HTTP request and a direct call of the engine, in turns."""
    os.environ["MIAOBI_SLOTS"] = str(servers.SLOTS)
    os.environ["MIAOBI_THREADS"] = str(servers.THREADS)
    from miaobi.core.requests import Message, TextRequest
    from miaobi.engines.registry import close_engines, engine_for
    from miaobi.models.zoo import find_model

    engine = engine_for(find_model(SMALL, "text"))
    messages = (Message("user", "Say hello."),)
    request = TextRequest(model=SMALL, messages=messages, max_tokens=1, reuse_cache=True)
    content = {
        "model": SMALL,
        "max_tokens": 1,
        "messages": [{"role": "user", "content": "Say hello."}],
    }
    direct, served = [], []
    # a minimal client, whose own time is negligible
    client = http.client.HTTPConnection(ours.url.removeprefix("http://"))
    body, head = json.dumps(content), {"content-type": "application/json"}

    def post() -> None:
        client.request("POST", "/v1/chat/completions", body, head)
        response = client.getresponse()
        assert response.status == 200 and response.read()

    for _ in range(CALLS + 10):
        direct.append(measuring.seconds(lambda: list(engine.generate(request))))
        served.append(measuring.seconds(post))
    client.close()
    close_engines()
    extra = [(a - b) * 1000 for a, b in zip(served[10:], direct[10:], strict=True)]
    return [
        figure("one token: engine", "ms", [s * 1000 for s in direct[10:]]),
        figure("one token: HTTP request", "ms", [s * 1000 for s in served[10:]]),
        figure("overhead per request", "ms", extra, at_most=3),
    ]


def flood() -> Figures:
    """Send a thousand concurrent requests, twice; each is answered or gets 429 and Retry-After."""
    with servers.home() as home, servers.ours(home) as ours:
        _complete(ours, "Hello", 2)
        asyncio.run(_all_at_once(ours))
        before = ours.megabytes
        statuses = asyncio.run(_all_at_once(ours))
        growth = ours.megabytes - before
    proper = statuses[200] + statuses[429]
    return [
        figure(
            f"{IN_FLIGHT:,} concurrent requests: answered, or 429 with Retry-After",
            "requests",
            [proper],
            at_least=IN_FLIGHT,
            statuses={str(k): v for k, v in statuses.items()},
        ),
        figure("memory growth in the second round of those", "MB", [growth], at_most=20),
    ]


async def _all_at_once(ours: Running) -> Counter[int]:
    body = {"model": SMALL, "max_tokens": 2, "messages": [{"role": "user", "content": "Hi"}]}
    limits = httpx.Limits(max_connections=None)
    async with httpx.AsyncClient(base_url=ours.url, timeout=500, limits=limits) as client:

        async def send() -> int:
            response = await client.post("/v1/chat/completions", json=body)
            status = response.status_code
            is_proper = status != 429 or int(response.headers["retry-after"]) >= 1
            return status if is_proper else 0

        return Counter(await asyncio.gather(*(send() for _ in range(IN_FLIGHT))))


def jobs() -> Figures:
    """Run 500 jobs with 10 SIGKILLs of the server."""
    from benchmarks.durability import killed

    with servers.home() as home:
        outcome = killed(home, JOBS, KILLS)
    return [
        figure(
            f"{JOBS} jobs, {KILLS} SIGKILLs: finished exactly once",
            "jobs",
            [outcome.once],
            at_least=JOBS,
            statuses=outcome.statuses,
            tries=outcome.tries,
        ),
        figure("orphaned or damaged files of the library", "files", [outcome.wrong], at_most=0),
    ]


def api() -> Figures:
    """Send requests generated from the OpenAPI document, and malformed uploads."""
    with servers.home() as home, servers.ours(home) as ours:
        statuses = Counter(status for _, status in fuzzing.uploads(ours.url, UPLOADS))
        left = len(list((home / "cache" / "uploads").iterdir()))
        drawn: list[tuple[str, int, str]] = []
        each = 60
        while len(drawn) < CASES:
            drawn += fuzzing.drawn(ours.url, each)
            each += 20
    bad = sum(count for status, count in statuses.items() if status >= 500)
    wrong = [f"{operation}: {status} {body}" for operation, status, body in drawn if status >= 500]
    for line in wrong[:10]:
        print("  ", line)
    return [
        figure(
            f"{UPLOADS} malformed uploads: server errors",
            "answers",
            [bad],
            at_most=0,
            statuses={str(k): v for k, v in sorted(statuses.items())},
        ),
        figure(f"{UPLOADS} malformed uploads: leftover files", "files", [left], at_most=0),
        figure(
            "requests generated from the OpenAPI document", "cases", [len(drawn)], at_least=CASES
        ),
        figure("server errors of generated requests", "answers", [len(wrong)], at_most=0),
    ]


def studio() -> Figures:
    """Measure the studio in a browser, and search in a library of 10,000 artifacts."""
    from benchmarks.studio import fill_library, first_paints

    with servers.home() as home:
        fill_library(home, ROWS)
        with servers.ours(home) as ours, httpx.Client(base_url=ours.url) as client:
            times = []
            for words in ("lighthouse", "a fox", "snow 17", "no such words", "sea", "妙笔"):
                for _ in range(5):
                    query = {"q": words, "limit": 50}
                    elapsed = measuring.seconds(
                        lambda q=query: client.get("/v1/artifacts", params=q)
                    )
                    times.append(elapsed * 1000)
            paints, bytes_ = first_paints(ours.url, 7)
    return [
        figure(f"search in {ROWS:,} artifacts", "ms", times, at_most=100, slowest=max(times)),
        figure("studio: first contentful paint", "s", paints, at_most=0.5),
        figure("studio: bytes transferred", "KB", [b / 1000 for b in bytes_], at_most=300),
    ]


PARTS = {"chat": chat, "flood": flood, "jobs": jobs, "api": api, "studio": studio}


def main() -> None:
    for name in sys.argv[1:] or PARTS:
        figures = [{**row, "part": name} for row in PARTS[name]()]
        path = measuring.RESULTS / "serving.json"
        kept = json.loads(path.read_text())["figures"] if path.exists() else []
        rows = [row for row in kept if row["part"] != name] + figures
        rows.sort(key=lambda row: list(PARTS).index(row["part"]))
        measuring.write("serving", "python -m benchmarks.serving", rows)
        missed = [row["name"] for row in figures if not row.get("reached", True)]
        print(f"{name}: {statistics.mean(row.get('reached', True) for row in figures):.0%}", missed)


if __name__ == "__main__":
    main()
