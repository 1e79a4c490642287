"""Durable jobs: long work as rows of a database (SQLite, or PostgreSQL by URL).

    queued --claim--> running --end--> done | failed | canceled

A row is the queue's entry, the state and the result in one, changed in transactions: a job is
never lost between a queue and a table. A job whose process died is found by its worker's name and
begins again, after what it had made was taken back; after TRIES it has failed, and says so.

Order: priority, then fair turns. A job's turn is one after its owner's last one, so that a hundred
jobs of one owner and one of another alternate (start-time fair queueing, Goyal et al., 1996).
"""

import os
import socket
import time
from functools import cached_property
from typing import TYPE_CHECKING, Any

from miaobi.core.artifact import new_id
from miaobi.core.checks import check_whole
from miaobi.core.errors import ConflictError, NotFoundError
from miaobi.tasks.database import Rows

if TYPE_CHECKING:
    from sqlalchemy import Connection

TRIES = 3  # times that a job is begun
LEASE = 60  # seconds without a sign of life after which a worker of another machine counts as dead
OPEN = ("queued", "running")
ENDED = ("done", "failed", "canceled")


class Jobs(Rows):
    """The jobs of one database."""

    def __init__(self, url: str = "") -> None:
        super().__init__(url)
        self.worker = worker_name()

    def submit(
        self, kind: str, request: dict[str, Any], *, owner: str = "", priority: int = 0
    ) -> str:
        """Queue a job and return its id; lower priorities come first, -10 to 10."""
        check_whole("priority", priority, -10, 10)
        t = self.table
        row = {
            "id": new_id(),
            "kind": kind,
            "owner": owner,
            "priority": priority,
            "request": request,
            "status": "queued",
            "made_at": time.time(),
        }
        with self.writing() as connection:
            last = self._number(connection, "max", t.c.owner == owner, t.c.status.in_(OPEN))
            now = self._number(connection, "min", t.c.status == "queued")
            if now is None:  # an idle queue goes on from the turn it was at
                now = self._number(connection, "max", t.c.status != "queued")
            turn = max((last or 0) + 1 if last is not None else 0, now or 0)
            connection.execute(t.insert().values(**row, turn=turn))
        return str(row["id"])

    def claim(self, *, only: str = "", but: str = "") -> dict[str, Any] | None:
        """The next job (of one kind, or of any but one), now running; None when nothing waits."""
        from sqlalchemy import select

        t = self.table
        query = select(t).where(t.c.status == "queued").limit(1)
        if only:
            query = query.where(t.c.kind == only)
        if but:
            query = query.where(t.c.kind != but)
        with self.reading() as connection:  # idle workers look again and again: they lock nothing
            if connection.execute(query).first() is None:
                return None
        query = query.order_by(t.c.priority, t.c.turn, t.c.id)
        with self.writing() as connection:
            row = connection.execute(query.with_for_update(skip_locked=True)).mappings().first()
            if row is None:
                return None
            now = time.time()
            change = {
                "status": "running",
                "worker": self.worker,
                "tries": row["tries"] + 1,
                "started_at": now,
                "alive_at": now,
                "stage": "",
                "done": 0.0,
                "total": 0.0,
                "preview": None,
            }
            connection.execute(t.update().where(t.c.id == row["id"]).values(**change))
            return {**row, **change}

    def tell(self, id: str, **progress: Any) -> bool:
        """Note how far a job is (stage, done, total, preview); False once it shall stop."""
        from sqlalchemy import select

        t = self.table
        mine = (t.c.id == id, t.c.worker == self.worker, t.c.status == "running")
        with self.writing() as connection:
            connection.execute(t.update().where(*mine).values(alive_at=time.time(), **progress))
            row = connection.execute(select(t.c.stop).where(*mine)).first()
        return row is not None and not row.stop

    def end(self, id: str, status: str, **outcome: Any) -> bool:
        """Write how a job ended (artifacts, result, error); False when it is not ours any more."""
        t = self.table
        mine = (t.c.id == id, t.c.worker == self.worker, t.c.status == "running")
        with self.writing() as connection:
            change = t.update().where(*mine)
            done = connection.execute(
                change.values(status=status, ended_at=time.time(), preview=None, **outcome)
            )
        return done.rowcount == 1

    def cancel(self, id: str) -> dict[str, Any]:
        """Take a job out of the queue, or tell its worker to stop. Raises NotFoundError."""
        t = self.table
        with self.writing() as connection:
            waiting = t.update().where(t.c.id == id, t.c.status == "queued")
            connection.execute(waiting.values(status="canceled", ended_at=time.time()))
            running = t.update().where(t.c.id == id, t.c.status == "running")
            connection.execute(running.values(stop=True))
        return self.get(id)

    def retry(self, id: str) -> str:
        """The same again as a new job. Raises NotFoundError, or ConflictError while it goes on."""
        row = self.get(id)
        if row["status"] not in ENDED:
            raise ConflictError("Job {id} has not ended yet.", "Cancel it first.", id=id)
        return self.submit(
            row["kind"], row["request"], owner=row["owner"], priority=row["priority"]
        )

    def get(self, id: str, owner: str | None = None) -> dict[str, Any]:
        """One job. Raises NotFoundError; with an owner also for jobs of others."""
        from sqlalchemy import select

        t = self.table
        query = select(t).where(t.c.id == id)
        if owner is not None:
            query = query.where(t.c.owner == owner)
        with self.reading() as connection:
            row = connection.execute(query).mappings().first()
        if row is None:
            raise NotFoundError("There is no job {id!r}.", "Check the name.", id=id)
        return dict(row)

    def find(
        self, *, limit: int = 50, past: str = "", oldest: bool = False, **where: Any
    ) -> list[dict[str, Any]]:
        """Jobs whose columns have these values, newest first or oldest first, from past an id on.

        Their previews are left out.
        """
        from sqlalchemy import select

        check_whole("limit", limit, 1, 1001)
        t = self.table
        query = select(*(column for column in t.c if column.name != "preview"))
        for name, value in where.items():
            if value not in (None, ""):
                query = query.where(t.c[name] == value)
        if past:
            query = query.where(t.c.id > past if oldest else t.c.id < past)
        order = t.c.id.asc() if oldest else t.c.id.desc()
        with self.reading() as connection:
            rows = connection.execute(query.order_by(order).limit(limit)).mappings()
            return [dict(row) for row in rows]

    def remove(self, id: str) -> None:
        """Delete a job. Raises NotFoundError, or ConflictError while it goes on."""
        if self.get(id)["status"] not in ENDED:
            raise ConflictError("Job {id} has not ended yet.", "Cancel it first.", id=id)
        with self.writing() as connection:
            connection.execute(self.table.delete().where(self.table.c.id == id))

    def note(self, id: str, result: dict[str, Any]) -> None:
        """Keep something beside a job that has ended."""
        t = self.table
        with self.writing() as connection:
            connection.execute(t.update().where(t.c.id == id).values(result=result))

    def counts(self) -> dict[str, int]:
        """Status -> how many."""
        from sqlalchemy import func, select

        t = self.table
        with self.reading() as connection:
            query = select(t.c.status, func.count()).group_by(t.c.status)
            return {row[0]: row[1] for row in connection.execute(query)}

    def adopt(self) -> list[dict[str, Any]]:
        """Make the running jobs whose process is dead ours; `release` says what becomes of them.

        Between the two, what they had made is taken back: nobody else can begin them meanwhile.
        """
        from sqlalchemy import select

        t = self.table
        taken = []
        with self.writing() as connection:
            query = select(t).where(t.c.status == "running").with_for_update(skip_locked=True)
            for row in connection.execute(query).mappings().all():
                if row["worker"] == self.worker or is_alive(row["worker"], row["alive_at"]):
                    continue
                mine = t.update().where(t.c.id == row["id"])
                connection.execute(mine.values(worker=self.worker, alive_at=time.time()))
                taken.append(dict(row))
        return taken

    def release(self, job: dict[str, Any], told: str) -> str:
        """Queue an adopted job again; after TRIES it failed, for the reason that is told."""
        t = self.table
        change: dict[str, Any] = {"status": "queued", "worker": "", "stage": ""}
        if job["stop"]:
            change = {"status": "canceled", "ended_at": time.time()}
        elif job["tries"] >= TRIES:
            error = {"code": "interrupted", "message": told}
            change = {"status": "failed", "ended_at": time.time(), "error": error}
        mine = (t.c.id == job["id"], t.c.worker == self.worker, t.c.status == "running")
        with self.writing() as connection:
            connection.execute(t.update().where(*mine).values(**change))
        return str(change["status"])

    def forget(self, older: float) -> list[str]:
        """Delete the jobs that ended more than `older` seconds ago; their ids."""
        from sqlalchemy import select

        t = self.table
        old = (t.c.status.in_(ENDED), t.c.ended_at < time.time() - older)
        with self.writing() as connection:
            ids = [row.id for row in connection.execute(select(t.c.id).where(*old))]
            connection.execute(t.delete().where(*old))
        return ids

    @cached_property
    def table(self) -> Any:
        """The table of jobs."""
        import sqlalchemy as sql

        column, text = sql.Column, sql.String
        return sql.Table(
            "jobs",
            sql.MetaData(),
            column("id", text(32), primary_key=True),
            column("kind", text(40), nullable=False),
            column("owner", text(64), nullable=False, default="", index=True),
            column("priority", sql.Integer, nullable=False),
            column("turn", sql.Float),
            column("request", sql.JSON, nullable=False),
            column("status", text(10), nullable=False, index=True),
            column("worker", text(120), default=""),
            column("tries", sql.Integer, default=0),
            column("stop", sql.Boolean, default=False),
            column("stage", text(200), default=""),
            column("done", sql.Float, default=0.0),
            column("total", sql.Float, default=0.0),
            column("preview", sql.LargeBinary),
            column("artifacts", sql.JSON, default=list),
            column("result", sql.JSON),
            column("error", sql.JSON),
            column("made_at", sql.Float),
            column("started_at", sql.Float),
            column("alive_at", sql.Float),
            column("ended_at", sql.Float),
        )

    def _number(self, connection: "Connection", what: str, *where: Any) -> float | None:
        from sqlalchemy import func, select

        t = self.table
        found = connection.execute(select(getattr(func, what)(t.c.turn)).where(*where)).scalar()
        return None if found is None else float(found)


def worker_name() -> str:
    """This process, told from an earlier one that had the same number: machine/pid/start."""
    import psutil

    pid = os.getpid()
    return f"{socket.gethostname()}/{pid}/{psutil.Process(pid).create_time():.2f}"


def is_alive(worker: str, alive_at: float) -> bool:
    """True while the process that works on a job may still be there."""
    import psutil

    machine, pid, started = worker.rsplit("/", 2)
    if machine != socket.gethostname():
        return time.time() - alive_at < LEASE
    try:
        return f"{psutil.Process(int(pid)).create_time():.2f}" == started
    except psutil.NoSuchProcess:
        return False


def seconds_left(job: dict[str, Any]) -> float | None:
    """How long a running job still takes, from how long it took so far; None: not known."""
    if job["status"] != "running" or not job["total"] or not job["done"]:
        return None
    spent = time.time() - job["started_at"]
    return float(max(0.0, spent * (job["total"] - job["done"]) / job["done"]))
