"""The library as people look through it: by words, model, kind and date; tidied up after crashes.

What was asked for is kept here and only here, and only where the owner wants it.
"""

import json
import sqlite3
import time
from pathlib import Path
from typing import Any

from miaobi.core.checks import check_whole
from miaobi.core.errors import NotFoundError
from miaobi.core.paths import library_dir
from miaobi.tasks import library

MOST = 200  # rows of one page


def remember(id: str, prompt: str, request: dict[str, Any]) -> None:
    """Keep what was asked for beside what was made of it."""
    with library.opened(write=True) as database:
        note(database, id, prompt, request)


def note(database: sqlite3.Connection, id: str, prompt: str, request: dict[str, Any]) -> None:
    """The same in a transaction that is open already."""
    database.execute("INSERT INTO words VALUES (?, ?)", (id, prompt))
    told = json.dumps(request, ensure_ascii=False)
    database.execute("INSERT OR REPLACE INTO requests VALUES (?, ?)", (id, told))


def search(
    words: str = "",
    *,
    model: str = "",
    kind: str = "",
    since: str = "",
    until: str = "",
    before: str = "",
    limit: int = 50,
) -> list[dict[str, Any]]:
    """Rows that fit all that is given, newest first; `before` is the last id of the page before.

    `kind` is the beginning of a media type ("image"); dates are ISO 8601. Raises OptionError.
    """
    check_whole("limit", limit, 1, MOST)
    parts, values = [], []
    for condition, value in (
        ("model = ?", model),
        ("media_type LIKE ?", kind and f"{kind}%"),
        ("made_at >= ?", since),
        ("made_at < ?", until),
        ("artifacts.id < ?", before),
    ):
        if value:
            parts.append(condition)
            values.append(value)
    for word in words.split()[:8]:
        if len(word) >= 3:  # the index knows runs of three letters
            parts.append("artifacts.id IN (SELECT id FROM words WHERE words MATCH ?)")
            values.append('"' + word.replace('"', '""') + '"')
        else:
            parts.append("artifacts.id IN (SELECT id FROM words WHERE prompt LIKE ?)")
            values.append(f"%{word}%")
    where = f"WHERE {' AND '.join(parts)}" if parts else ""
    query = (
        "SELECT artifacts.*, requests.request FROM artifacts LEFT JOIN requests USING (id) "
        f"{where} ORDER BY artifacts.id DESC LIMIT ?"
    )
    with library.opened() as database:
        return [_shown(dict(row)) for row in database.execute(query, (*values, limit))]


def one(id: str) -> dict[str, Any]:
    """The row of an artifact. Raises NotFoundError."""
    query = "SELECT artifacts.*, requests.request FROM artifacts LEFT JOIN requests USING (id) "
    with library.opened() as database:
        row = database.execute(query + "WHERE artifacts.id = ?", (id,)).fetchone()
    if row is None:
        raise NotFoundError("There is no artifact {id!r}.", "Check the name.", id=id)
    return _shown(dict(row))


def file_of(id: str) -> Path:
    """Where the library keeps an artifact's file. Raises NotFoundError."""
    path = Path(one(id)["path"] or "/")
    # the row could have been written by anything: only what lies in the library is handed out
    if path.parent.resolve() != library_dir().resolve() or not path.is_file():
        raise NotFoundError("The library keeps no file of {id!r}.", "Check the name.", id=id)
    return path


def made_for(job: str) -> list[str]:
    """The ids of what a job has made, oldest first."""
    with library.opened() as database:
        query = "SELECT artifact FROM made_for WHERE job = ? ORDER BY artifact"
        return [row[0] for row in database.execute(query, (job,))]


def sweep(age: float = 60) -> int:
    """Delete files of the library that no row knows and half-written ones; how many there were.

    Only what is older than `age` seconds: another process may be about to write the row.
    """
    folder, count = library_dir(), 0
    with library.opened() as database:
        known = {Path(row[0]).name for row in database.execute("SELECT path FROM artifacts")}
    for path in folder.iterdir():
        owner = path.name.removesuffix(".c2pa")
        if path.is_file() and owner not in known and time.time() - path.stat().st_mtime > age:
            path.unlink(missing_ok=True)
            count += 1
    return count


def _shown(row: dict[str, Any]) -> dict[str, Any]:
    for name in ("parameters", "parents", "rules", "request"):
        row[name] = json.loads(row[name]) if row[name] else None
    return row
