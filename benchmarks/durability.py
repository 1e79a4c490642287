"""Jobs while their server is killed again and again: what became of each, and of the library."""

import os
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from benchmarks import servers

SOUND = {"prompt": "rain", "seconds": 0.2}


@dataclass(frozen=True)
class Outcome:
    """How many jobs ended exactly once, how they ended, and what of the library is wrong."""

    once: int
    statuses: dict[str, int]
    tries: dict[str, int]
    wrong: int


def killed(home: Path, count: int, kills: int) -> Outcome:
    """Queue so many jobs, kill the server so many times at work, and let it finish."""
    with servers.ours(home) as server, httpx.Client(base_url=server.url, timeout=60) as client:
        ids = []
        for number in range(count):
            asked = {**SOUND, "seed": number}
            ids.append(client.post("/v1/sounds?background=true", json=asked).json()["id"])
    for number in range(kills):
        with servers.ours(home) as server, httpx.Client(base_url=server.url) as client:
            target = count * (number + 1) // (kills + 1)
            _until(client, lambda done, target=target: done >= target)
            time.sleep(0.013 * number)  # at another place of a job each time
            server.kill()
    with servers.ours(home) as server, httpx.Client(base_url=server.url) as client:
        _until(client, lambda done: done >= count)
        jobs = [client.get(f"/v1/jobs/{id}").json() for id in ids]
    return _outcome(home, jobs)


def _until(client: httpx.Client, enough: Any) -> None:
    """Wait until so many jobs have ended."""
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
    from miaobi.tasks import gallery, library

    before = os.environ.get("MIAOBI_HOME")
    os.environ["MIAOBI_HOME"] = str(home)
    try:
        gallery.sweep(0)  # what a killed process left without a row: a server does it by and by
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
