"""Durable jobs: requests that run in the background, as rows of SQLite or PostgreSQL.

    queued --claim--> running --end--> done | failed | canceled

One row is queue entry, state and result, changed in transactions, so that no job is lost between a
queue and a table. A job whose process died is found by the name of its worker and queued again
after its artifacts were deleted; after MAX_TRIES it fails.

Order: priority, then fair turns. The turn of a job is one after the last turn of its owner, so that
a hundred jobs of one owner alternate with those of another (start-time fair queueing, Goyal et al.,
1996).
"""

import os
import socket
import time
from functools import cached_property
from typing import TYPE_CHECKING, Any

from miaobi.core.artifact import new_id
from miaobi.core.checks import check_integer
from miaobi.core.errors import ConflictError, NotFoundError
from miaobi.tasks.database import Rows

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Connection, Table

MAX_TRIES = 3  # starts of a job
LEASE = 60  # seconds without an update after which a worker of another machine counts as dead
OPEN = ("queued", "running")
ENDED = ("done", "failed", "canceled")


class Jobs(Rows):
    """Queue of the jobs in one database."""

    def __init__(self, url: str = "") -> None:
        super().__init__(url)
        self.worker = worker_name()

    def submit(
        self, kind: str, request: dict[str, Any], *, owner: str = "", priority: int = 0
    ) -> str:
        """Queue a job and return its id; priority is -10 (first) to 10."""
        check_integer("priority", priority, -10, 10)
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
            own_last = self._turn(connection, "max", t.c.owner == owner, t.c.status.in_(OPEN))
            current = self._turn(connection, "min", t.c.status == "queued")
            if current is None:  # an idle queue continues from its last turn
                current = self._turn(connection, "max", t.c.status != "queued")
            turn = max(own_last + 1 if own_last is not None else 0, current or 0)
            connection.execute(t.insert().values(**row, turn=turn))
        return str(row["id"])

    def claim(self, *, only: str = "", but: str = "") -> dict[str, Any] | None:
        """Start the next job and return its row, or None if none is queued.

        `only` and `but` restrict the kind of job.
        """
        from sqlalchemy import select

        t = self.table
        query = select(t).where(t.c.status == "queued").limit(1)
        if only:
            query = query.where(t.c.kind == only)
        if but:
            query = query.where(t.c.kind != but)
        with self.reading() as connection:  # idle workers poll: take no lock
            if connection.execute(query).first() is None:
                return None
        query = query.order_by(t.c.priority, t.c.turn, t.c.id)
        with self.writing() as connection:
            row = connection.execute(query.with_for_update(skip_locked=True)).mappings().first()
            if row is None:
                return None
            now = time.time()
            changes = {
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
            connection.execute(t.update().where(t.c.id == row["id"]).values(**changes))
            return {**row, **changes}

    def report_progress(self, id: str, **progress: object) -> bool:
        """Store the progress of a job (stage, done, total, preview); False if it must stop."""
        from sqlalchemy import select

        t = self.table
        own = (t.c.id == id, t.c.worker == self.worker, t.c.status == "running")
        with self.writing() as connection:
            connection.execute(t.update().where(*own).values(alive_at=time.time(), **progress))
            row = connection.execute(select(t.c.stop).where(*own)).first()
        return row is not None and not row.stop

    def end(self, id: str, status: str, **outcome: object) -> bool:
        """Store the end of a job (artifacts, result, error); False if another worker has it now."""
        t = self.table
        own = (t.c.id == id, t.c.worker == self.worker, t.c.status == "running")
        with self.writing() as connection:
            update = t.update().where(*own)
            updated = connection.execute(
                update.values(status=status, ended_at=time.time(), preview=None, **outcome)
            )
        return updated.rowcount == 1

    def cancel(self, id: str) -> dict[str, Any]:
        """Remove a job from the queue, or signal its worker to stop. Raises NotFoundError."""
        t = self.table
        with self.writing() as connection:
            waiting = t.update().where(t.c.id == id, t.c.status == "queued")
            connection.execute(waiting.values(status="canceled", ended_at=time.time()))
            running = t.update().where(t.c.id == id, t.c.status == "running")
            connection.execute(running.values(stop=True))
        return self.get(id)

    def retry(self, id: str) -> str:
        """Queue a finished job again under a new id. Raises NotFoundError or ConflictError."""
        row = self.get(id)
        if row["status"] not in ENDED:
            raise ConflictError("Job {id} has not ended yet.", "Cancel it first.", id=id)
        return self.submit(
            row["kind"], row["request"], owner=row["owner"], priority=row["priority"]
        )

    def get(self, id: str, owner: str | None = None) -> dict[str, Any]:
        """Return the row of a job, with an owner only of theirs. Raises NotFoundError."""
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
        self, *, limit: int = 50, past: str = "", oldest: bool = False, **where: object
    ) -> list[dict[str, Any]]:
        """Return the jobs whose columns have these values, without previews.

        Newest first, or oldest first, starting after the id `past`. Raises OptionError.
        """
        from sqlalchemy import select

        check_integer("limit", limit, 1, 1001)
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
        """Delete a job. Raises NotFoundError, or ConflictError while it runs."""
        if self.get(id)["status"] not in ENDED:
            raise ConflictError("Job {id} has not ended yet.", "Cancel it first.", id=id)
        with self.writing() as connection:
            connection.execute(self.table.delete().where(self.table.c.id == id))

    def set_result(self, id: str, result: dict[str, Any]) -> None:
        """Replace the result of a finished job."""
        t = self.table
        with self.writing() as connection:
            connection.execute(t.update().where(t.c.id == id).values(result=result))

    def counts(self) -> dict[str, int]:
        """Count the jobs of each status."""
        from sqlalchemy import func, select

        t = self.table
        with self.reading() as connection:
            query = select(t.c.status, func.count()).group_by(t.c.status)
            return {row[0]: row[1] for row in connection.execute(query)}

    def adopt(self) -> list[dict[str, Any]]:
        """Take over the running jobs whose process died, and return their rows.

        Delete their artifacts, then `release` them: until then no other worker can start them.
        """
        from sqlalchemy import select

        t = self.table
        taken = []
        with self.writing() as connection:
            query = select(t).where(t.c.status == "running").with_for_update(skip_locked=True)
            for row in connection.execute(query).mappings().all():
                if row["worker"] == self.worker or is_alive(row["worker"], row["alive_at"]):
                    continue
                update = t.update().where(t.c.id == row["id"])
                connection.execute(update.values(worker=self.worker, alive_at=time.time()))
                taken.append(dict(row))
        return taken

    def release(self, job: dict[str, Any], reason: str) -> str:
        """Queue an adopted job again, or fail it after MAX_TRIES; return its new status."""
        t = self.table
        changes: dict[str, Any] = {"status": "queued", "worker": "", "stage": ""}
        if job["stop"]:
            changes = {"status": "canceled", "ended_at": time.time()}
        elif job["tries"] >= MAX_TRIES:
            error = {"code": "interrupted", "message": reason}
            changes = {"status": "failed", "ended_at": time.time(), "error": error}
        own = (t.c.id == job["id"], t.c.worker == self.worker, t.c.status == "running")
        with self.writing() as connection:
            connection.execute(t.update().where(*own).values(**changes))
        return str(changes["status"])

    def forget(self, older: float) -> list[str]:
        """Delete the jobs that ended more than `older` seconds ago, and return their ids."""
        from sqlalchemy import select

        t = self.table
        old = (t.c.status.in_(ENDED), t.c.ended_at < time.time() - older)
        with self.writing() as connection:
            ids = [row.id for row in connection.execute(select(t.c.id).where(*old))]
            connection.execute(t.delete().where(*old))
        return ids

    @cached_property
    def table(self) -> "Table":
        """Table of jobs."""
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

    def _turn(
        self, connection: "Connection", aggregate: str, *where: "ColumnElement[bool]"
    ) -> float | None:
        from sqlalchemy import func, select

        t = self.table
        query = select(getattr(func, aggregate)(t.c.turn)).where(*where)
        turn = connection.execute(query).scalar()
        return None if turn is None else float(turn)


def worker_name() -> str:
    """Return host/pid/start time of this process, unique even if the pid is used again."""
    import psutil

    pid = os.getpid()
    return f"{socket.gethostname()}/{pid}/{psutil.Process(pid).create_time():.2f}"


def is_alive(worker: str, alive_at: float) -> bool:
    """Return True while the worker of a job may still be running."""
    import psutil

    host, pid, started = worker.rsplit("/", 2)
    if host != socket.gethostname():
        return time.time() - alive_at < LEASE
    try:
        return f"{psutil.Process(int(pid)).create_time():.2f}" == started
    except psutil.NoSuchProcess:
        return False


def seconds_left(job: dict[str, Any]) -> float | None:
    """Estimate the seconds a running job still takes from its progress; None if unknown."""
    if job["status"] != "running" or not job["total"] or not job["done"]:
        return None
    elapsed = time.time() - job["started_at"]
    return float(max(0.0, elapsed * (job["total"] - job["done"]) / job["done"]))
