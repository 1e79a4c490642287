"""The database of jobs, keys and files: SQLite under MIAOBI_HOME, or any by its URL."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from typing import TYPE_CHECKING, Any

from miaobi.core.errors import OptionError
from miaobi.core.paths import home

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine

READS = "miaobi_reads"  # option of a connection that only reads


class Rows:
    """The rows of one table, which a subclass describes; nothing is opened before its first use."""

    table: Any

    def __init__(self, url: str = "") -> None:
        self.url = url

    @cached_property
    def engine(self) -> "Engine":
        """The database, with the table made where it is missing."""
        from sqlalchemy.exc import SQLAlchemyError

        engine = database(self.url)
        try:
            self.table.metadata.create_all(engine)
        except SQLAlchemyError:  # another process made it at this very moment
            self.table.metadata.create_all(engine)
        return engine

    @contextmanager
    def writing(self) -> Iterator["Connection"]:
        """A transaction that writes: in SQLite it waits here for those of others."""
        with self.engine.begin() as connection:
            yield connection

    @contextmanager
    def reading(self) -> Iterator["Connection"]:
        """A transaction that only reads: it waits for nobody, and nobody waits for it."""
        with self.engine.connect().execution_options(**{READS: True}) as connection:
            yield connection

    def close(self) -> None:
        """Let go of the database."""
        if "engine" in self.__dict__:
            self.engine.dispose()


def check_database(url: str) -> None:
    """Say now if there is no such database. Raises OptionError; a URL can hold a password."""
    from sqlalchemy.exc import SQLAlchemyError

    try:
        engine = database(url)
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


def database(url: str) -> "Engine":
    """The database of jobs and keys; "" is a file under MIAOBI_HOME."""
    from sqlalchemy import create_engine, event

    home().mkdir(parents=True, exist_ok=True)
    engine = create_engine(url or f"sqlite:///{home() / 'server.db'}")
    if engine.dialect.name == "sqlite":

        @event.listens_for(engine, "connect")
        def connected(connection: Any, _: Any) -> None:
            connection.isolation_level = None  # we begin transactions ourselves
            connection.execute("PRAGMA busy_timeout = 30000")
            connection.execute("PRAGMA journal_mode = WAL")

        @event.listens_for(engine, "begin")
        def begun(connection: Any) -> None:
            # who will write waits here and not in the middle; with WAL readers need not wait
            reads = connection.get_execution_options().get(READS, False)
            connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")

    return engine
