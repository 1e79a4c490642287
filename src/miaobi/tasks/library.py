"""Library: the SQLite index of all artifacts, and the folder of their media files.

The index stores only the hash of a prompt. Where the owner wants to search prompts and repeat
requests, tasks/search.py stores them in the same database.
"""

import atexit
import contextlib
import hashlib
import json
import os
import sqlite3
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import replace
from pathlib import Path
from typing import Any

from miaobi.core.errors import MiaobiError
from miaobi.core.paths import home, library_dir, write_error
from miaobi.engines.registry import origin_of
from miaobi.models.zoo import all_models
from miaobi.provenance import verify as labels
from miaobi.provenance.manifest import Record
from miaobi.provenance.verify import CHANGED, DIFFERS, INTACT, Verdict

# id of the job that runs in this context; its artifacts are deleted if it is interrupted
JOB: ContextVar[str] = ContextVar("JOB", default="")
# called in the transaction that adds a row
AddHook = Callable[[sqlite3.Connection, Record], None]
ADD_HOOK: ContextVar[AddHook | None] = ContextVar("ADD_HOOK", default=None)
TIMEOUT = 30  # seconds to wait for the write of another process
MAX_IDLE = 4  # open connections; closing the last one would copy the whole log to the table
SCHEMA_VERSION = 2

FileId = tuple[Path, int]  # path and inode of the database file
IDLE: list[tuple[FileId, sqlite3.Connection]] = []
IDLE_LOCK = threading.Lock()
WRITE_LOCK = threading.Lock()  # SQLite itself would poll for the lock

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
    """Add the row of a finished artifact; `path` is its file in the library, if any."""
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
    with connect(write=True, durable=path is not None) as database:
        database.execute(f"INSERT INTO artifacts VALUES ({','.join('?' * len(row))})", row)
        if job := JOB.get():
            database.execute("INSERT INTO made_for VALUES (?, ?)", (record.id, job))
        if hook := ADD_HOOK.get():
            hook(database, record)


def find(**where: str) -> list[dict[str, Any]]:
    """Return the rows whose columns have these values, newest first; without conditions, all."""
    condition = " AND ".join(f"{column} = ?" for column in where)
    query = f"SELECT * FROM artifacts {'WHERE ' + condition if where else ''} ORDER BY id DESC"
    with connect() as database:
        return [dict(row) for row in database.execute(query, tuple(where.values()))]


def ingredients(parents: Sequence[str]) -> tuple[dict[str, Any], ...]:
    """Count the artifacts of these ids by kind and model, for a label.

    An id that is not of this machine, or was deleted, is left out.
    """
    if not parents:
        return ()
    kinds = {model.name: model.kind for model in all_models()}
    counts: Counter[tuple[str, str]] = Counter()
    for id in parents:
        for row in find(id=id):
            media = str(row["media_type"]).partition("/")[0]
            counts[kinds.get(row["model"], media), row["model"]] += 1
    return tuple(
        {"kind": kind, "model": model, "source_type": origin_of(model), "count": count}
        for (kind, model), count in counts.items()
    )


def forget(id: str) -> None:
    """Delete a row and its file."""
    for row in find(id=id):
        if row["path"]:
            remove_files(Path(row["path"]))
    with connect(durable=True) as database:
        database.execute("DELETE FROM artifacts WHERE id = ?", (id,))
        database.execute("DELETE FROM made_for WHERE artifact = ?", (id,))
        database.execute("DELETE FROM words WHERE id = ?", (id,))
        database.execute("DELETE FROM requests WHERE id = ?", (id,))


def remove_files(path: Path) -> None:
    """Delete a file of the library and its sidecar manifest."""
    for file in (path, path.with_name(path.name + ".c2pa")):
        file.unlink(missing_ok=True)


def verify(path: str | Path, authority: str = "") -> Verdict:
    """Verify origin and integrity of a file by its labels and this machine's index.

    The signature covers all meaningful content; the index of the machine that generated the file
    covers every byte. Raises NotFoundError if the file does not exist.
    """
    path = Path(path).expanduser()
    verdict = labels.verify(path, authority)
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    id = verdict.record.get("id") or verdict.aigc.get("ProduceID", "")
    rows = find(id=id) if id else []
    if verdict.status == INTACT and rows and rows[0]["sha256"] != digest:
        return replace(verdict, status=CHANGED, problems=(*verdict.problems, DIFFERS))
    # the exact bytes of an artifact of this machine, which has only lost its sidecar manifest
    has_sidecar = path.with_name(path.name + ".c2pa").exists()
    if verdict.status != INTACT and not has_sidecar and (rows := find(sha256=digest)):
        columns = ("parameters", "parents", "rules")
        record = {**rows[0], **{name: json.loads(rows[0][name]) for name in columns}}
        return replace(
            verdict,
            status=INTACT,
            signer="this machine's index",
            record=record,
            source_type=origin_of(record["model"]),
            problems=(),
        )
    return verdict


@contextmanager
def connect(*, write: bool = False, durable: bool = False) -> Iterator[sqlite3.Connection]:
    """Open a connection with a transaction; several processes write one after the other.

    A commit survives a crash of the process, and with `durable` also a power failure, at the cost
    of two disk syncs. Raises DiskFull, OutputPathError, or MiaobiError for a damaged index.
    """
    path = home() / "index.db"
    database: sqlite3.Connection | None = None
    try:
        library_dir().mkdir(parents=True, exist_ok=True)
        with WRITE_LOCK if write or durable else contextlib.nullcontext():
            database = _acquire(path)
            database.execute(f"PRAGMA synchronous = {'FULL' if durable else 'NORMAL'}")
            with database:
                yield database
            _release(path, database)
            database = None
    except OSError as error:
        raise write_error(path, error) from error
    except sqlite3.Error as error:
        raise _index_error(path, error) from error
    finally:
        if database is not None:
            database.close()


def close() -> None:
    """Close the idle connections."""
    with IDLE_LOCK:
        for _, database in IDLE:
            database.close()
        IDLE.clear()


def _acquire(path: Path) -> sqlite3.Connection:
    """Take an idle connection, or open one and create missing tables."""
    with IDLE_LOCK:
        while IDLE:
            file_id, database = IDLE.pop()
            if file_id == _file_id(path):
                return database
            database.close()  # MIAOBI_HOME changed, or the file was moved
    database = sqlite3.connect(path, timeout=TIMEOUT, check_same_thread=False)
    try:
        database.row_factory = sqlite3.Row
        if database.execute("PRAGMA user_version").fetchone()[0] < SCHEMA_VERSION:
            from filelock import FileLock

            with FileLock(path.with_suffix(".lock")):  # enabling WAL ignores the timeout
                database.execute("PRAGMA journal_mode = WAL")
                database.executescript(f"{SCHEMA}PRAGMA user_version = {SCHEMA_VERSION};")
    except BaseException:
        database.close()
        raise
    return database


def _release(path: Path, database: sqlite3.Connection) -> None:
    with IDLE_LOCK:
        if len(IDLE) < MAX_IDLE and (file_id := _file_id(path)):
            IDLE.append((file_id, database))
            return
    database.close()


def _file_id(path: Path) -> FileId | None:
    """Identify a file by path and inode, unlike a later file of that name; None if missing."""
    try:
        return path, path.stat().st_ino
    except OSError:
        return None


def _index_error(path: Path, error: sqlite3.Error) -> MiaobiError:
    return MiaobiError(
        "The index {path} cannot be used: {reason}.",
        "Free disk space, or move the file away: a new one is made.",
        path=path,
        reason=error,
    )


atexit.register(close)
os.register_at_fork(before=close)  # SQLite connections must not be used after a fork
