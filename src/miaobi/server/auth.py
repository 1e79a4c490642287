"""API keys: only their hashes are kept, each with its scopes and its limit of requests.

A key is 32 random bytes, so one SHA-256 is enough: there is nothing to guess (unlike passwords).
"""

import asyncio
import hashlib
import secrets
import time
from functools import cached_property
from typing import Any

from starlette.requests import Request

from miaobi.core.checks import check_choice
from miaobi.core.errors import AccessError, BusyError, NotFoundError, ScopeError
from miaobi.tasks.database import Rows

SCOPES = ("read", "text", "image", "audio", "video", "train", "admin")
PREFIX = "mb-"
FRESH = 10  # seconds that a key which was revoked elsewhere may still be used


class Keys(Rows):
    """The keys of one database."""

    def __init__(self, url: str = "") -> None:
        super().__init__(url)
        self.known: dict[str, tuple[float, dict[str, Any]]] = {}  # hash -> (when looked up, row)
        self.recent: dict[str, list[float]] = {}  # name -> when it asked in the last minute

    def create(self, name: str, scopes: tuple[str, ...] = SCOPES[:-1], limit: int = 0) -> str:
        """A new key, shown this once; `limit` is requests a minute, 0 for no limit."""
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

    def names(self) -> list[dict[str, Any]]:
        """Every key: its name, scopes, limit; the key itself is nowhere."""
        from sqlalchemy import select

        t = self.table
        with self.reading() as connection:
            query = select(t.c.name, t.c.scopes, t.c.rate, t.c.made_at)
            return [dict(row) for row in connection.execute(query).mappings()]

    def revoke(self, name: str) -> None:
        """Delete the keys of a name. Raises NotFoundError."""
        with self.writing() as connection:
            gone = connection.execute(self.table.delete().where(self.table.c.name == name))
        self.known.clear()
        if not gone.rowcount:
            raise NotFoundError("There is no API key {key!r}.", "Check the name.", key=name)

    def find(self, key: str) -> dict[str, Any]:
        """The row of a key. Raises AccessError."""
        from sqlalchemy import select

        hashed = _hash(key)
        with self.reading() as connection:
            query = select(self.table).where(self.table.c.hash == hashed)
            found = connection.execute(query).mappings().first()
        if found is None:
            raise AccessError("This API key is not known here.", "Ask the owner for one.")
        self.known[hashed] = (time.time(), dict(found))
        return dict(found)

    def seen(self, key: str) -> dict[str, Any] | None:
        """The row of a key that was looked up a moment ago, without the database."""
        when, row = self.known.get(_hash(key), (0.0, {}))
        return row if time.time() - when <= FRESH else None

    def count(self, row: dict[str, Any]) -> None:
        """Note a request of a key. Raises BusyError above its limit."""
        if not row["rate"]:
            return
        now = time.monotonic()
        recent = [when for when in self.recent.get(row["name"], []) if now - when < 60]
        if len(recent) >= row["rate"]:
            seconds = max(1, round(60 - (now - recent[0])))
            raise BusyError(
                "This key may ask {limit} times a minute.",
                "Try again in {seconds} seconds.",
                limit=row["rate"],
                seconds=seconds,
            )
        self.recent[row["name"]] = [*recent, now]

    @cached_property
    def table(self) -> Any:
        """The table of keys."""
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


def needs(scope: str) -> Any:
    """A dependency of a route: lets in who has the scope. Raises AccessError or ScopeError."""

    async def check(request: Request) -> None:
        service = request.app.state.service
        request.state.owner = "local"
        if not service.config.asks_for_keys:
            return
        kind, _, key = request.headers.get("authorization", "").partition(" ")
        if kind.lower() != "bearer" or not key:
            raise AccessError("This server asks for an API key.", "Send it as a bearer token.")
        row = service.keys.seen(key.strip()) or await asyncio.to_thread(
            service.keys.find, key.strip()
        )
        if scope not in row["scopes"] and "admin" not in row["scopes"]:
            raise ScopeError(
                "This API key may not do this: it lacks the scope {scope}.",
                "Ask the owner for one.",
                scope=scope,
            )
        service.keys.count(row)
        request.state.owner = row["name"]

    return check


def owner_of(request: Request) -> str:
    """Who asks: the name of the key, or "local"."""
    return str(getattr(request.state, "owner", "local"))


def _hash(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()
