"""API keys: stored as hashes only, each with its scopes and its rate limit.

A key has 32 random bytes, so one SHA-256 is enough: unlike a password it cannot be guessed.
"""

import asyncio
import hashlib
import secrets
import time
from collections.abc import Awaitable, Callable
from functools import cached_property
from typing import TYPE_CHECKING, Annotated

from fastapi import Depends
from starlette.requests import Request

from miaobi.core.checks import check_choice
from miaobi.core.errors import AccessError, BusyError, NotFoundError, ScopeError
from miaobi.server.responses import Row
from miaobi.tasks.database import Rows

if TYPE_CHECKING:
    from sqlalchemy import Table

    from miaobi.server.state import AppState

SCOPES = ("read", "text", "image", "audio", "video", "train", "admin")
PREFIX = "mb-"
CACHE_SECONDS = 10  # a key revoked by another process may be used for this long
WINDOW = 60  # seconds of the rate limit


class Keys(Rows):
    """The API keys of one database."""

    def __init__(self, url: str = "") -> None:
        super().__init__(url)
        self.cache: dict[str, tuple[float, Row]] = {}  # hash -> (time of lookup, row)
        self.recent: dict[str, list[float]] = {}  # name -> times of requests within the window

    def create(self, name: str, scopes: tuple[str, ...] = SCOPES[:-1], limit: int = 0) -> str:
        """Create a key and return it, this once; `limit` is requests per minute, 0 for none.

        Raises OptionError for an unknown scope.
        """
        for scope in scopes:
            check_choice("scope", scope, SCOPES)
        key = PREFIX + secrets.token_urlsafe(32)
        row = {
            "hash": _hash(key),
            "name": name,
            "scopes": list(scopes),
            "rate": limit,
            "made_at": time.time(),
        }
        with self.writing() as connection:
            connection.execute(self.table.insert().values(**row))
        return key

    def names(self) -> list[Row]:
        """List every key: name, scopes, limit, time of creation; not the key itself."""
        from sqlalchemy import select

        columns = self.table.c
        with self.reading() as connection:
            query = select(columns.name, columns.scopes, columns.rate, columns.made_at)
            return [dict(row) for row in connection.execute(query).mappings()]

    def revoke(self, name: str) -> None:
        """Delete the keys of this name. Raises NotFoundError."""
        with self.writing() as connection:
            deleted = connection.execute(self.table.delete().where(self.table.c.name == name))
        self.cache.clear()
        if not deleted.rowcount:
            raise NotFoundError("There is no API key {key!r}.", "Check the name.", key=name)

    def find(self, key: str) -> Row:
        """Read the row of a key from the database. Raises AccessError."""
        from sqlalchemy import select

        hashed = _hash(key)
        with self.reading() as connection:
            query = select(self.table).where(self.table.c.hash == hashed)
            match = connection.execute(query).mappings().first()
        if match is None:
            raise AccessError("This API key is not valid.", "Ask the owner for one.")
        row = dict(match)
        self.cache[hashed] = (time.time(), row)
        return row

    def cached(self, key: str) -> Row | None:
        """Return the row of a key that was read within the last CACHE_SECONDS."""
        read_at, row = self.cache.get(_hash(key), (0.0, None))
        return row if time.time() - read_at <= CACHE_SECONDS else None

    def count(self, row: Row) -> None:
        """Count a request of a key. Raises BusyError above its rate limit."""
        if not row["rate"]:
            return
        now = time.monotonic()
        recent = [then for then in self.recent.get(row["name"], []) if now - then < WINDOW]
        if len(recent) >= row["rate"]:
            raise BusyError(
                "The limit of this API key is {limit} requests a minute.",
                "Try again in {seconds} seconds.",
                limit=row["rate"],
                seconds=max(1, round(WINDOW - (now - recent[0]))),
            )
        self.recent[row["name"]] = [*recent, now]

    @cached_property
    def table(self) -> "Table":
        """Table of keys."""
        import sqlalchemy as sql

        return sql.Table(
            "keys",
            sql.MetaData(),
            sql.Column("hash", sql.String(64), primary_key=True),
            sql.Column("name", sql.String(64), nullable=False),
            sql.Column("scopes", sql.JSON),
            sql.Column("rate", sql.Integer),
            sql.Column("made_at", sql.Float),
        )


def require_scope(scope: str) -> Callable[[Request], Awaitable[None]]:
    """Return a dependency that admits requests with a key of this scope, or of "admin".

    The dependency raises AccessError or ScopeError.
    """

    async def check(request: Request) -> None:
        state: AppState = request.app.state.miaobi
        request.state.owner = "local"
        if not state.config.requires_keys:
            return
        scheme, _, key = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not key:
            raise AccessError("This server requires an API key.", "Send it as a bearer token.")
        key = key.strip()
        row = state.keys.cached(key)
        if row is None:
            row = await asyncio.to_thread(state.keys.find, key)
        if scope not in row["scopes"] and "admin" not in row["scopes"]:
            raise ScopeError(
                "This API key may not do this: it lacks the scope {scope}.",
                "Ask the owner for one.",
                scope=scope,
            )
        state.keys.count(row)
        request.state.owner = row["name"]

    return check


async def request_owner(request: Request) -> str:
    """Return the name of the request's API key, or "local" where none is required."""
    return str(getattr(request.state, "owner", "local"))


Owner = Annotated[str, Depends(request_owner)]


def _hash(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()
