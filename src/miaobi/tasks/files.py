"""Uploaded files of clients, and the input files of their jobs.

The bytes are under MIAOBI_HOME/files, named by id; the metadata is a row of the job database.
"""

import contextlib
import shutil
import time
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from miaobi.core.artifact import new_id
from miaobi.core.checks import check_integer
from miaobi.core.errors import DataError, MediaError, NotFoundError, TooLargeError
from miaobi.core.paths import home
from miaobi.core.text_encoding import decode_text
from miaobi.media.sniff import media_type_of
from miaobi.tasks.database import Rows

if TYPE_CHECKING:
    from sqlalchemy import Table

MAX_TOTAL = 20_000_000_000  # bytes of all files together
UNKNOWN = "application/octet-stream"
INPUT = "input"  # purpose of job inputs, which are not listed
ORPHAN_AGE = 3600  # seconds before bytes without a row are deleted


def _is_text(source: Path, name: str) -> bool:
    """Return if a file is text of another encoding. Raises DataError if that is not certain."""
    try:
        decode_text(source.read_bytes(), name)
    except DataError as error:
        if "encoding" in error.values:
            raise
        return False
    return True


class Files(Rows):
    """Files of one database."""

    def add(
        self, source: Path, *, name: str, purpose: str, owner: str, seconds: int = 0
    ) -> dict[str, Any]:
        """Move a file into the storage and return its row. Raises MediaError or TooLargeError.

        `seconds` is the time until it expires; 0: never.
        """
        media_type = media_type_of(source.read_bytes())
        if media_type == UNKNOWN and purpose != INPUT and _is_text(source, name):
            media_type = "text/plain"
        unknown = media_type == UNKNOWN and purpose != INPUT
        if unknown or (purpose == "fine-tune" and media_type != "text/plain"):
            expected = (
                "text in UTF-8" if purpose == "fine-tune" else "text, pictures, sound or video"
            )
            raise MediaError(
                "The file {file} is {type}.",
                "Send {expected}.",
                file=name,
                type=media_type,
                expected=expected,
            )
        size, now = source.stat().st_size, time.time()
        if self.total_size() + size > MAX_TOTAL:
            raise TooLargeError(
                "The stored files would exceed {limit:,} bytes.",
                "Delete some (DELETE /v1/files/ID).",
                limit=MAX_TOTAL,
            )
        row = {
            "id": f"file-{new_id()}",
            "owner": owner,
            "name": name[:200],
            "purpose": purpose,
            "bytes": size,
            "media_type": media_type,
            "made_at": now,
            "ends_at": now + seconds if seconds else None,
        }
        folder = self.folder()
        folder.mkdir(parents=True, exist_ok=True)
        shutil.move(source, folder / str(row["id"]))  # before the row, which needs its bytes
        with self.writing() as connection:
            connection.execute(self.table.insert().values(**row))
        return row

    def get(self, id: str, owner: str | None = None) -> dict[str, Any]:
        """Return the row of a file, with an owner only of theirs. Raises NotFoundError."""
        from sqlalchemy import select

        t = self.table
        query = select(t).where(t.c.id == (id if id.isascii() else ""))
        if owner is not None:
            query = query.where(t.c.owner == owner, t.c.purpose != INPUT)
        with self.reading() as connection:
            row = connection.execute(query).mappings().first()
        expired = row is not None and row["ends_at"] is not None and row["ends_at"] < time.time()
        if row is None or expired or not (self.folder() / row["id"]).is_file():
            raise NotFoundError("There is no file {id!r}.", "GET /v1/files has them.", id=id)
        return dict(row)

    def path(self, id: str, owner: str | None = None) -> Path:
        """Return the path of a file. Raises NotFoundError."""
        return self.folder() / str(self.get(id, owner)["id"])

    def find(
        self,
        owner: str,
        *,
        purpose: str = "",
        past: str = "",
        limit: int = 100,
        oldest: bool = False,
    ) -> list[dict[str, Any]]:
        """Return the files of an owner, newest or oldest first, starting after the id `past`.

        Raises OptionError.
        """
        from sqlalchemy import select

        check_integer("limit", limit, 1, 10_001)
        t = self.table
        alive = t.c.ends_at.is_(None) | (t.c.ends_at > time.time())
        query = select(t).where(t.c.owner == owner, t.c.purpose != INPUT, alive)
        if purpose:
            query = query.where(t.c.purpose == purpose)
        if past:
            query = query.where(t.c.id > past if oldest else t.c.id < past)
        order = t.c.id.asc() if oldest else t.c.id.desc()
        with self.reading() as connection:
            return [
                dict(row)
                for row in connection.execute(query.order_by(order).limit(limit)).mappings()
            ]

    def total_size(self) -> int:
        """Sum the bytes of all files."""
        from sqlalchemy import func, select

        with self.reading() as connection:
            return int(connection.execute(select(func.sum(self.table.c.bytes))).scalar() or 0)

    def remove(self, id: str) -> None:
        """Delete a file. Raises NotFoundError."""
        row = self.get(id)
        with self.writing() as connection:
            connection.execute(self.table.delete().where(self.table.c.id == row["id"]))
        (self.folder() / row["id"]).unlink(missing_ok=True)

    def remove_input(self, id: str) -> None:
        """Delete an input of a job; a client's own files stay."""
        with contextlib.suppress(NotFoundError):
            if self.get(id)["purpose"] == INPUT:
                self.remove(id)

    def delete_expired(self) -> None:
        """Delete expired files, and bytes without a row, left by a crash."""
        from sqlalchemy import select

        t = self.table
        with self.writing() as connection:
            connection.execute(t.delete().where(t.c.ends_at < time.time()))
            ids = {row.id for row in connection.execute(select(t.c.id))}
        for path in self.folder().iterdir() if self.folder().is_dir() else ():
            if path.name not in ids and time.time() - path.stat().st_mtime > ORPHAN_AGE:
                path.unlink(missing_ok=True)

    def folder(self) -> Path:
        """Return the folder of the bytes."""
        return home() / "files"

    @cached_property
    def table(self) -> "Table":
        """Table of files."""
        import sqlalchemy as sql

        column, text = sql.Column, sql.String
        return sql.Table(
            "files",
            sql.MetaData(),
            column("id", text(40), primary_key=True),
            column("owner", text(64), nullable=False, index=True),
            column("name", text(200)),
            column("purpose", text(20), nullable=False),
            column("bytes", sql.BigInteger),
            column("media_type", text(80)),
            column("made_at", sql.Float),
            column("ends_at", sql.Float, index=True),
        )
