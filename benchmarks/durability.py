"""Durability of jobs while their server is killed repeatedly, and of the library."""

import os
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from benchmarks import servers

SOUND = {"prompt": "rain", "seconds": 0.2}


@dataclass(frozen=True)
class Outcome:
    """Jobs that finished exactly once, their statuses and tries, and errors of the library."""

    once: int
    statuses: dict[str, int]
    tries: dict[str, int]
    wrong: int


def killed(home: Path, count: int, kills: int) -> Outcome:
    """Queue jobs, kill the server repeatedly while it runs them, and let it finish."""
    with servers.ours(home) as server, httpx.Client(base_url=server.url, timeout=60) as client:
        ids = []
        for number in range(count):
            body = {**SOUND, "seed": number}
            ids.append(client.post("/v1/sounds?background=true", json=body).json()["id"])
    for number in range(kills):
        with servers.ours(home) as server, httpx.Client(base_url=server.url) as client:
            target = count * (number + 1) // (kills + 1)
            _until(client, lambda done, target=target: done >= target)
            time.sleep(0.013 * number)  # at a different point of a job each time
            server.kill()
    with servers.ours(home) as server, httpx.Client(base_url=server.url) as client:
        _until(client, lambda done: done >= count)
        jobs = [client.get(f"/v1/jobs/{id}").json() for id in ids]
    return _outcome(home, jobs)


def _until(client: httpx.Client, enough: Callable[[float], bool]) -> None:
    """Wait until enough jobs have ended."""
    while True:
        lines = client.get("/metrics").text.splitlines()
        rows = [line for line in lines if line.startswith("miaobi_jobs{")]
        ended = sum(
            float(row.split()[-1]) for row in rows if '"queued"' not in row and '"run' not in row
        )
        if enough(ended):
            return
        time.sleep(0.02)


def _outcome(home: Path, jobs: list[dict[str, Any]]) -> Outcome:
    from miaobi.tasks import library, search

    before = os.environ.get("MIAOBI_HOME")
    os.environ["MIAOBI_HOME"] = str(home)
    try:
        search.delete_orphans(
            0
        )  # files of a killed process without a row; a server deletes them periodically
        rows = {row["id"]: Path(row["path"]) for row in library.find()}
        damaged = [path for path in rows.values() if library.verify(path).status != "intact"]
        files = {path.name for path in (home / "library").iterdir()}
    finally:
        library.close()
        os.environ.pop("MIAOBI_HOME") if before is None else os.environ.update(MIAOBI_HOME=before)
    made = [id for job in jobs for id in job["artifacts"]]
    wrong = len(damaged) + len(set(rows) ^ set(made)) + len(made) - len(set(made))
    wrong += len(files ^ {path.name for path in rows.values()})
    once = sum(
        len(job["artifacts"]) == (job["status"] == "done") and job["status"] in ("done", "failed")
        for job in jobs
    )
    return Outcome(
        once,
        dict(Counter(job["status"] for job in jobs)),
        {str(tries): n for tries, n in sorted(Counter(job["tries"] for job in jobs).items())},
        wrong,
    )
