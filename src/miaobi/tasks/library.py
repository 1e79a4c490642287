"""The index of everything made here (SQLite), and the folder that keeps the media files.

Words of the user are not in it: only the hash of the prompt. Where the owner wants to search by
words and make things again, tasks/gallery.py keeps them beside it.
"""

import atexit
import contextlib
import hashlib
import json
import os
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import replace
from pathlib import Path
from typing import Any

from miaobi.core.errors import MiaobiError
from miaobi.core.paths import home, library_dir, write_error
from miaobi.provenance import verify as labels
from miaobi.provenance.manifest import Record
from miaobi.provenance.verify import CHANGED, DIFFERS, INTACT, Verdict

# the job at work in this thread, if any: what it made can be taken back when it is cut off
JOB: ContextVar[str] = ContextVar("JOB", default="")
# what else is written with the row of the one thing that is made in this context, in one go
Also = Callable[[sqlite3.Connection, Record], None]
ALSO: ContextVar[Also | None] = ContextVar("ALSO", default=None)
WAIT = 30  # seconds that one process waits for another's write
KEPT = 4  # connections kept open: closing the last one would copy the whole log to the table

Place = tuple[Path, int]  # path, inode
IDLE: list[tuple[Place, sqlite3.Connection]] = []
KEEPING = threading.Lock()
WRITING = threading.Lock()  # threads take turns: SQLite would have them sleep and look again

SCHEMA = """
CREATE TABLE IF NOT EXISTS artifacts (
    id TEXT PRIMARY KEY,
    made_at TEXT NOT NULL,
    media_type TEXT NOT NULL,
    model TEXT NOT NULL,
    seed INTEGER NOT NULL,
    prompt_sha256 TEXT NOT NULL,
    parameters TEXT NOT NULL,
    parents TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    size INTEGER NOT NULL,
    path TEXT NOT NULL,
    rules TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS made_for (artifact TEXT PRIMARY KEY, job TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS made_for_job ON made_for (job);
CREATE VIRTUAL TABLE IF NOT EXISTS words USING fts5(id UNINDEXED, prompt, tokenize = 'trigram');
CREATE TABLE IF NOT EXISTS requests (id TEXT PRIMARY KEY, request TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS artifacts_sha256 ON artifacts (sha256);
CREATE INDEX IF NOT EXISTS artifacts_made_at ON artifacts (made_at);
"""


def add(record: Record, media_type: str, data: bytes, path: Path | None, rules: list[str]) -> None:
    """Write the row of a finished artifact; `path` is where the library keeps its file."""
    row = (
        record.id,
        record.when,
        media_type,
        record.model,
        record.seed,
        record.prompt_sha256,
        json.dumps(record.parameters),
        json.dumps(record.parents),
        hashlib.sha256(data).hexdigest(),
        len(data),
        str(path or ""),
        json.dumps(rules),
    )
    with opened(write=True, lasting=path is not None) as database:
        database.execute(f"INSERT INTO artifacts VALUES ({','.join('?' * len(row))})", row)
        if job := JOB.get():
            database.execute("INSERT INTO made_for VALUES (?, ?)", (record.id, job))
        if also := ALSO.get():
            also(database, record)


def find(**where: str) -> list[dict[str, Any]]:
    """The rows whose columns have these values, newest first; no condition gives all."""
    condition = " AND ".join(f"{column} = ?" for column in where)
    query = f"SELECT * FROM artifacts {'WHERE ' + condition if where else ''} ORDER BY id DESC"
    with opened() as database:
        return [dict(row) for row in database.execute(query, tuple(where.values()))]


def forget(id: str) -> None:
    """Take back a row and its file."""
    for row in find(id=id):
        if row["path"]:
            remove_files(Path(row["path"]))
    with opened(lasting=True) as database:
        database.execute("DELETE FROM artifacts WHERE id = ?", (id,))
        database.execute("DELETE FROM made_for WHERE artifact = ?", (id,))
        database.execute("DELETE FROM words WHERE id = ?", (id,))
        database.execute("DELETE FROM requests WHERE id = ?", (id,))


def remove_files(path: Path) -> None:
    """Delete a kept file and the manifest beside it."""
    for file in (path, path.with_name(path.name + ".c2pa")):
        file.unlink(missing_ok=True)


def verify(path: str | Path, authority: str = "") -> Verdict:
    """What made a file and whether it was changed, by its labels and by this machine's index.

    The signature covers everything that means something; the index of the machine that made the
    file covers the rest to the last byte. Raises NotFoundError when there is no such file.
    """
    path = Path(path).expanduser()
    verdict = labels.verify(path, authority)
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    id = verdict.record.get("id") or verdict.aigc.get("ProduceID", "")
    known = find(id=id) if id else []
    if verdict.status == INTACT and known and known[0]["sha256"] != digest:
        return replace(verdict, status=CHANGED, problems=(*verdict.problems, DIFFERS))
    # exactly the bytes that were made here: at most the manifest beside them has gone
    alone = not path.with_name(path.name + ".c2pa").exists()
    if verdict.status != INTACT and alone and (made := find(sha256=digest)):
        record = {**made[0], "parameters": json.loads(made[0]["parameters"])}
        signer = "this machine's index"
        return replace(verdict, status=INTACT, signer=signer, record=record, problems=())
    return verdict


@contextmanager
def opened(*, write: bool = False, lasting: bool = False) -> Iterator[sqlite3.Connection]:
    """A connection in a transaction; many processes may write, one after the other.

    What is written stays when this process dies, and with `lasting` also when the power fails: that
    takes two waits for the disk.
    """
    path = home() / "index.db"
    database: sqlite3.Connection | None = None
    try:
        library_dir().mkdir(parents=True, exist_ok=True)
        with WRITING if write or lasting else contextlib.nullcontext():
            database = _connection(path)
            database.execute(f"PRAGMA synchronous = {'FULL' if lasting else 'NORMAL'}")
            with database:
                yield database
            _put_back(path, database)
            database = None
    except OSError as error:
        raise write_error(path, error) from error
    except sqlite3.Error as error:
        raise _unusable(path, error) from error
    finally:
        if database is not None:
            database.close()


def close() -> None:
    """Close what is kept open."""
    with KEEPING:
        for _, database in IDLE:
            database.close()
        IDLE.clear()


def _connection(path: Path) -> sqlite3.Connection:
    """One that is kept open, or a new one, with the tables made where they are missing."""
    with KEEPING:
        while IDLE:
            place, database = IDLE.pop()
            if place == _place(path):
                return database
            database.close()  # of another home, or of a file that was moved away
    database = sqlite3.connect(path, timeout=WAIT, check_same_thread=False)
    try:
        database.row_factory = sqlite3.Row
        if database.execute("PRAGMA user_version").fetchone()[0] < 2:
            from filelock import FileLock

            with FileLock(path.with_suffix(".lock")):  # WAL is not switched on with patience
                database.execute("PRAGMA journal_mode = WAL")
                database.executescript(SCHEMA + "PRAGMA user_version = 2;")
    except BaseException:
        database.close()
        raise
    return database


def _put_back(path: Path, database: sqlite3.Connection) -> None:
    with KEEPING:
        if len(IDLE) < KEPT and (place := _place(path)):
            IDLE.append((place, database))
            return
    database.close()


def _place(path: Path) -> Place | None:
    """Which file it is, though another may bear its name later; None when there is none."""
    try:
        return path, path.stat().st_ino
    except OSError:
        return None


def _unusable(path: Path, error: sqlite3.Error) -> MiaobiError:
    return MiaobiError(
        "The index {path} cannot be used: {reason}.",
        "Free disk space, or move the file away: a new one is made.",
        path=path,
        reason=error,
    )


atexit.register(close)
os.register_at_fork(before=close)  # SQLite's connections must not be carried into a fork
