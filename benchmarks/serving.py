"""`make bench`: the server beside llama.cpp's and transformers', its jobs, its API and its studio.

    python -m benchmarks.serving [chat] [flood] [jobs] [api] [studio]

Each part replaces its own figures in results/serving.json. Servers that are compared are asked in
turn in every round, each by a process of its own.
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
    """Sixteen clients at once, and what a request costs beside the engine."""
    from miaobi.assets.store import folder
    from miaobi.models.zoo import find_model

    gguf, context = folder(SMALL) / "model.gguf", find_model(SMALL, "text").context
    with tempfile.TemporaryDirectory() as place, servers.home() as home:
        unpacked = servers.unpacked(gguf, Path(place))
        with servers.ours(home) as ours, servers.llama_cpp(gguf, context) as llama:
            rates = _rates({"Miaobi": ours, "llama.cpp": llama}, ROUNDS, CLIENTS)
            rows = overhead(ours)
            with servers.transformers(unpacked) as peer:
                slow = _rates({"Miaobi": ours, "transformers": peer}, 1, CLIENTS)
    label = f"{CLIENTS} clients, {TOKENS} tokens each: "
    share = [a / b for a, b in zip(rates["Miaobi"], rates["llama.cpp"], strict=True)]
    ahead = [slow["Miaobi"][0] / slow["transformers"][0]]
    return [
        *(figure(label + name, "tokens/s", runs, model=SMALL) for name, runs in rates.items()),
        figure(label + "transformers serve", "tokens/s", slow["transformers"], model=SMALL),
        figure(label + "Miaobi over llama.cpp's server", "ratio", share, at_least=0.95),
        figure(label + "Miaobi over transformers serve", "ratio", ahead, at_least=5),
        *rows,
    ]


def _rates(them: dict[str, Running], rounds: int, clients: int) -> dict[str, list[float]]:
    """Server -> tokens per second of each round, all clients together."""
    told: dict[str, list[float]] = {name: [] for name in them}
    for server in them.values():  # loads the model
        _say(server, "Hello", 2)
    for number in range(rounds):
        for name, server in them.items():
            words = [
                f"Tell a long story about {SUBJECTS[n % 8]} and the number {n + 20 * number}."
                for n in range(clients)
            ]
            with ThreadPoolExecutor(clients) as pool:
                started = time.perf_counter()
                tokens = sum(pool.map(lambda text, to=server: _say(to, text, TOKENS), words))
                told[name].append(tokens / (time.perf_counter() - started))
    return told


def _say(server: Running, words: str, tokens: int) -> int:
    """One answer as a stream, as chats want it; how many tokens it has."""
    asked = {
        "model": server.model,
        "messages": [{"role": "user", "content": words}],
        "max_tokens": tokens,
        "temperature": 0.7,
        "stream": True,
        "stream_options": {"include_usage": True},
    }
    count = pieces = 0
    with httpx.stream(
        "POST", f"{server.url}/v1/chat/completions", json=asked, timeout=600, headers=server.headers
    ) as answer:
        for line in answer.iter_lines():
            if line.startswith("data: {"):
                chunk = json.loads(line[6:])
                pieces += 1
                count = (chunk.get("usage") or {}).get("completion_tokens", count)
    assert answer.status_code == 200 and pieces, answer.status_code
    return int(count or pieces - 2)


def overhead(ours: Running) -> Figures:
    """What a request takes longer than the same engine called directly, one after the other."""
    os.environ["MIAOBI_SLOTS"] = str(servers.SLOTS)
    os.environ["MIAOBI_THREADS"] = str(servers.THREADS)
    from miaobi.core.requests import Message, TextRequest
    from miaobi.engines.registry import close_engines, engine_for
    from miaobi.models.zoo import find_model

    engine = engine_for(find_model(SMALL, "text"))
    words = (Message("user", "Say hello."),)
    request = TextRequest(model=SMALL, messages=words, max_tokens=1, reuse_cache=True)
    asked = {
        "model": SMALL,
        "max_tokens": 1,
        "messages": [{"role": "user", "content": "Say hello."}],
    }
    direct, served = [], []
    # the plainest client there is: its own time is no overhead of the server
    client = http.client.HTTPConnection(ours.url.removeprefix("http://"))
    body, head = json.dumps(asked), {"content-type": "application/json"}

    def post() -> None:
        client.request("POST", "/v1/chat/completions", body, head)
        answer = client.getresponse()
        assert answer.status == 200 and answer.read()

    for _ in range(CALLS + 10):
        direct.append(measuring.seconds(lambda: list(engine.generate(request))))
        served.append(measuring.seconds(post))
    client.close()
    close_engines()
    extra = [(a - b) * 1000 for a, b in zip(served[10:], direct[10:], strict=True)]
    return [
        figure("one token, the engine called directly", "ms", [s * 1000 for s in direct[10:]]),
        figure("one token, a request to the server", "ms", [s * 1000 for s in served[10:]]),
        figure("overhead of a request", "ms", extra, at_most=3),
    ]


def flood() -> Figures:
    """A thousand requests in flight, twice: each is answered or told when to come back."""
    with servers.home() as home, servers.ours(home) as ours:
        _say(ours, "Hello", 2)
        asyncio.run(_all_at_once(ours))
        before = ours.megabytes
        statuses = asyncio.run(_all_at_once(ours))
        grown = ours.megabytes - before
    proper = statuses[200] + statuses[429]
    return [
        figure(
            "in flight at once: answered or told to come back",
            "requests",
            [proper],
            at_least=IN_FLIGHT,
            statuses={str(k): v for k, v in statuses.items()},
        ),
        figure("memory after them, over the same before", "MB", [grown], at_most=20),
    ]


async def _all_at_once(ours: Running) -> Counter[int]:
    asked = {"model": SMALL, "max_tokens": 2, "messages": [{"role": "user", "content": "Hi"}]}
    limits = httpx.Limits(max_connections=None)
    async with httpx.AsyncClient(base_url=ours.url, timeout=500, limits=limits) as client:

        async def one() -> int:
            answer = await client.post("/v1/chat/completions", json=asked)
            told = answer.status_code != 429 or int(answer.headers["retry-after"]) >= 1
            return answer.status_code if told else 0

        return Counter(await asyncio.gather(*(one() for _ in range(IN_FLIGHT))))


def jobs() -> Figures:
    """Five hundred jobs, and ten times SIGKILL while they are at work."""
    from benchmarks.durability import killed

    with servers.home() as home:
        told = killed(home, JOBS, KILLS)
    return [
        figure(
            f"{JOBS} jobs, {KILLS} kills: ended exactly once",
            "jobs",
            [told.once],
            at_least=JOBS,
            statuses=told.statuses,
            tries=told.tries,
        ),
        figure("files of the library without a job, or damaged", "files", [told.wrong], at_most=0),
    ]


def api() -> Figures:
    """Cases drawn from the OpenAPI document, and broken uploads."""
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
            f"{UPLOADS} broken uploads: server errors",
            "answers",
            [bad],
            at_most=0,
            statuses={str(k): v for k, v in sorted(statuses.items())},
        ),
        figure(f"{UPLOADS} broken uploads: files left", "files", [left], at_most=0),
        figure("cases drawn from the OpenAPI document", "cases", [len(drawn)], at_least=CASES),
        figure("server errors among them", "answers", [len(wrong)], at_most=0),
    ]


def studio() -> Figures:
    """The page in a real browser, and the library with ten thousand things."""
    from benchmarks.looking import filled, first_paints

    with servers.home() as home:
        filled(home, ROWS)
        with servers.ours(home) as ours, httpx.Client(base_url=ours.url) as client:
            found = []
            for words in ("lighthouse", "a fox", "snow 17", "no such words", "sea", "妙笔"):
                for _ in range(5):
                    asked = {"q": words, "limit": 50}
                    took = measuring.seconds(lambda a=asked: client.get("/v1/artifacts", params=a))
                    found.append(took * 1000)
            paints, bytes_ = first_paints(ours.url, 7)
    return [
        figure(f"search among {ROWS:,} things", "ms", found, at_most=100, slowest=max(found)),
        figure("studio, first paint", "s", paints, at_most=0.5),
        figure("studio, transferred", "KB", [b / 1000 for b in bytes_], at_most=300),
    ]


PARTS = {"chat": chat, "flood": flood, "jobs": jobs, "api": api, "studio": studio}


def main() -> None:
    for name in sys.argv[1:] or PARTS:
        figures = [{**row, "part": name} for row in PARTS[name]()]
        path = measuring.RESULTS / "serving.json"
        kept = json.loads(path.read_text())["figures"] if path.exists() else []
        every = [row for row in kept if row["part"] != name] + figures
        every.sort(key=lambda row: list(PARTS).index(row["part"]))
        measuring.write("serving", "python -m benchmarks.serving", every)
        slow = [row["name"] for row in figures if not row.get("reached", True)]
        print(f"{name}: {statistics.mean(row.get('reached', True) for row in figures):.0%}", slow)


if __name__ == "__main__":
    main()
