"""Search of the library: by prompt, model, type and date; prompts are stored on request only."""

import json
import sqlite3
import time
from pathlib import Path
from typing import Any

from miaobi.core.checks import check_integer
from miaobi.core.errors import NotFoundError
from miaobi.core.paths import library_dir
from miaobi.tasks import library

MAX_ROWS = 200  # per page
MAX_TERMS = 8  # search terms; further ones are ignored
TRIGRAM = 3  # characters; shorter terms are not in the full-text index
SELECT = "SELECT artifacts.*, requests.request FROM artifacts LEFT JOIN requests USING (id)"


def save_prompt(id: str, prompt: str, request: dict[str, Any]) -> None:
    """Store the prompt and the request of an artifact."""
    with library.connect(write=True) as database:
        insert_prompt(database, id, prompt, request)


def insert_prompt(
    database: sqlite3.Connection, id: str, prompt: str, request: dict[str, Any]
) -> None:
    """Store the prompt and the request of an artifact within an open transaction."""
    database.execute("INSERT INTO words VALUES (?, ?)", (id, prompt))
    encoded = json.dumps(request, ensure_ascii=False)
    database.execute("INSERT OR REPLACE INTO requests VALUES (?, ?)", (id, encoded))


def find_artifacts(
    words: str = "",
    *,
    model: str = "",
    kind: str = "",
    since: str = "",
    until: str = "",
    before: str = "",
    limit: int = 50,
) -> list[dict[str, Any]]:
    """Return the rows that match all conditions, newest first; `before` is the last id of a page.

    `kind` is the start of a media type ("image"); dates are ISO 8601. Raises OptionError.
    """
    check_integer("limit", limit, 1, MAX_ROWS)
    conditions, values = [], []
    for condition, value in (
        ("model = ?", model),
        ("media_type LIKE ?", kind and f"{kind}%"),
        ("made_at >= ?", since),
        ("made_at < ?", until),
        ("artifacts.id < ?", before),
    ):
        if value:
            conditions.append(condition)
            values.append(value)
    for term in words.split()[:MAX_TERMS]:
        if len(term) >= TRIGRAM:
            conditions.append("artifacts.id IN (SELECT id FROM words WHERE words MATCH ?)")
            values.append('"' + term.replace('"', '""') + '"')
        else:
            conditions.append("artifacts.id IN (SELECT id FROM words WHERE prompt LIKE ?)")
            values.append(f"%{term}%")
    where = f"WHERE {' AND '.join(conditions)}" if conditions else ""
    query = f"{SELECT} {where} ORDER BY artifacts.id DESC LIMIT ?"
    with library.connect() as database:
        return [_decode(dict(row)) for row in database.execute(query, (*values, limit))]


def find_artifact(id: str) -> dict[str, Any]:
    """Return the row of an artifact. Raises NotFoundError."""
    with library.connect() as database:
        row = database.execute(f"{SELECT} WHERE artifacts.id = ?", (id,)).fetchone()
    if row is None:
        raise NotFoundError("There is no artifact {id!r}.", "Check the name.", id=id)
    return _decode(dict(row))


def find_file(id: str) -> Path:
    """Return the path of an artifact's file in the library. Raises NotFoundError."""
    path = Path(find_artifact(id)["path"] or "/")
    # another program could have written the row: serve only files inside the library
    if path.parent.resolve() != library_dir().resolve() or not path.is_file():
        raise NotFoundError("The library has no file of {id!r}.", "Check the name.", id=id)
    return path


def artifacts_of_job(job: str) -> list[str]:
    """Return the artifact ids of a job, oldest first."""
    with library.connect() as database:
        query = "SELECT artifact FROM made_for WHERE job = ? ORDER BY artifact"
        return [row[0] for row in database.execute(query, (job,))]


def delete_orphans(age: float = 60) -> int:
    """Delete files of the library without a row, left by a crash, and return their number.

    Only files older than `age` seconds: another process may be about to write the row.
    """
    folder, count = library_dir(), 0
    with library.connect() as database:
        indexed = {Path(row[0]).name for row in database.execute("SELECT path FROM artifacts")}
    for path in folder.iterdir():
        name = path.name.removesuffix(".c2pa")
        if path.is_file() and name not in indexed and time.time() - path.stat().st_mtime > age:
            path.unlink(missing_ok=True)
            count += 1
    return count


def _decode(row: dict[str, Any]) -> dict[str, Any]:
    for name in ("parameters", "parents", "rules", "request"):
        row[name] = json.loads(row[name]) if row[name] else None
    return row
