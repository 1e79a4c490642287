"""Database of jobs, keys and files: SQLite under MIAOBI_HOME, or another one by its URL."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from typing import TYPE_CHECKING

from miaobi.core.errors import OptionError
from miaobi.core.paths import home

if TYPE_CHECKING:
    import sqlite3

    from sqlalchemy import Connection, Engine, Table

READ_ONLY = "miaobi_reads"  # execution option of a connection that only reads
BUSY_TIMEOUT = 30_000  # milliseconds to wait for the write lock of SQLite


class Rows:
    """Rows of one table, which a subclass defines; the database is opened on first use."""

    def __init__(self, url: str = "") -> None:
        self.url = url

    @cached_property
    def table(self) -> "Table":
        """Definition of the table."""
        raise NotImplementedError

    @cached_property
    def engine(self) -> "Engine":
        """Connection pool of the database; the table is created if missing."""
        from sqlalchemy.exc import SQLAlchemyError

        engine = open_database(self.url)
        try:
            self.table.metadata.create_all(engine)
        except SQLAlchemyError:  # another process created it at the same time
            self.table.metadata.create_all(engine)
        return engine

    @contextmanager
    def writing(self) -> Iterator["Connection"]:
        """Begin a write transaction; SQLite waits here for other writers."""
        with self.engine.begin() as connection:
            yield connection

    @contextmanager
    def reading(self) -> Iterator["Connection"]:
        """Begin a read transaction, which neither waits for writers nor blocks them."""
        with self.engine.connect().execution_options(**{READ_ONLY: True}) as connection:
            yield connection

    def close(self) -> None:
        """Close the connections."""
        if "engine" in self.__dict__:
            self.engine.dispose()


def check_database(url: str) -> None:
    """Connect once to report a wrong URL early. Raises OptionError, without the password."""
    from sqlalchemy.exc import SQLAlchemyError

    try:
        engine = open_database(url)
        engine.connect().close()
        engine.dispose()
    except (SQLAlchemyError, ImportError) as error:
        reason = str(getattr(error, "orig", None) or error).strip().splitlines()[0]
        raise OptionError(
            "The database cannot be used: {reason}.",
            "Write it as postgresql+psycopg://USER:PASSWORD@HOST/NAME, and install its driver: "
            'pip install "miaobi[postgres]"',
            reason=reason.rstrip("."),
        ) from error


def open_database(url: str) -> "Engine":
    """Open the database at a URL; "" is a file under MIAOBI_HOME."""
    from sqlalchemy import create_engine, event

    home().mkdir(parents=True, exist_ok=True)
    engine = create_engine(url or f"sqlite:///{home() / 'server.db'}")
    if engine.dialect.name == "sqlite":

        @event.listens_for(engine, "connect")
        def on_connect(connection: "sqlite3.Connection", _: object) -> None:
            connection.isolation_level = None  # transactions are begun below
            connection.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT}")
            connection.execute("PRAGMA journal_mode = WAL")

        @event.listens_for(engine, "begin")
        def on_begin(connection: "Connection") -> None:
            # a writer waits for the lock here, not mid-transaction; in WAL mode readers never wait
            is_read_only = connection.get_execution_options().get(READ_ONLY, False)
            connection.exec_driver_sql("BEGIN" if is_read_only else "BEGIN IMMEDIATE")

    return engine
