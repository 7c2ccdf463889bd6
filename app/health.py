"""The health of this server: its checks, its metrics, and the line that it logs for each operation."""

import asyncio
import atexit
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from functools import cache
from typing import TYPE_CHECKING

import strawberry

import database
from database.embedded import Watch
from engine import Around, Finished, Outbox
from engine.compat.strawberry import graphql_schema
from models import RefundPause
from observe import logs
from observe.health import Check, Unhealthy
from observe.metrics import DatabaseMetrics, Metrics, OpenResources, update_gauges
from observe.pages import Pages
from services.worker.due import Worker

if TYPE_CHECKING:
    from app.application import Application
    from observe.traces import Traces

STUCK = 30.0
"""Seconds beyond the lease of a gateway call after which a worker without progress counts as stuck."""

LATE_EVENTS = 10.0
"""Seconds that an event may be kept from subscribers by a transaction that is open before /readyz warns."""


class Health:
    """Checks, metrics and logs of an application; the engine calls `finished` and `refused`."""

    def __init__(self, *, traced: bool = False) -> None:
        self.traced = traced
        self.metrics = Metrics()
        self.refused = self.metrics.refused
        self.worker_tasks: WorkerTasks | None = None
        self.embedded: Watch | None = None

    def finished(self, finished: Finished) -> None:
        """Count and log an operation."""
        self.metrics.note(finished)
        logs.note(finished)

    def pages(self, application: "Application") -> Pages:
        """The pages for orchestrators and for Prometheus."""
        settings = application.settings

        async def check_streams() -> None:
            if application.hub.failed:
                raise Unhealthy("The event stream is not being read.")

        async def check_staying() -> None:
            if application.leaving:
                raise Unhealthy("This process is about to stop.")

        async def check_journal() -> None:
            lag = await application.journal.lag()
            if lag > LATE_EVENTS:
                holder = await application.journal.holder()
                by = f", held back by {holder.place}" if holder else ""
                raise Unhealthy(f"Subscribers have not received events for {lag:.0f} s{by}.")

        alive: dict[str, Check] = {"streams": check_streams, "embedded database": self.check_embedded}
        if settings.worker:
            alive["worker"] = self.check_worker
        return Pages(
            alive=alive,
            ready={"database": _check_database, "migrations": Migrations().check, "staying": check_staying},
            warns={"journal": check_journal, "refunds": _check_refunds},
            metrics=self.metrics,
            database=DatabaseMetrics(application.reader.execute, application.commands.clock, application.journal.lag),
            token=settings.metrics_token,
            public=not settings.production,
        )

    def around(self, schema: strawberry.Schema) -> Around | None:
        """The wrapper of an execution: the span of the operation if traces are on, or None."""
        if not self.traced:
            return None
        traces().roots(graphql_schema(schema))
        database.watch_statements(traces().statement)
        return traces().operation

    async def check_embedded(self) -> None:
        """Raises Unhealthy if this process uses an embedded PostgreSQL that has ended and cannot be started."""
        if self.embedded is not None and self.embedded.problem is not None:
            raise Unhealthy(self.embedded.problem)

    async def check_worker(self) -> None:
        """Raises Unhealthy if the worker has stopped or is stuck."""
        if self.worker_tasks is None or any(task.done() for task in self.worker_tasks.tasks):
            raise Unhealthy("The worker has stopped.")
        worker = self.worker_tasks.worker
        if worker.stuck_for() > worker.lease.total_seconds() + STUCK:
            raise Unhealthy("The worker is stuck.")

    @asynccontextmanager
    async def gauges(self, application: "Application") -> AsyncIterator[None]:
        """Keep the gauges of open resources up to date until the block is left."""
        task = asyncio.create_task(update_gauges(self.metrics, lambda: open_resources(application)), name="gauges")
        try:
            yield
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task


@cache
def traces() -> "Traces":
    """The traces of this process. Raises OperatorError if the packages are missing."""
    from observe.traces import Traces

    traces = Traces()
    atexit.register(traces.close)
    return traces


class WorkerTasks:
    """A worker and its tasks; none of them may end while the worker is running."""

    def __init__(self, worker: Worker, tasks: list["asyncio.Task[None]"]) -> None:
        self.worker = worker
        self.tasks = tasks


class Migrations:
    """Checks that the database has exactly the migrations of this version, until it has once had them.

    Later migrations do not disturb a serving process: they run before the processes of the next version start.
    """

    def __init__(self) -> None:
        self._applied = False

    async def check(self) -> None:
        """Raises Unhealthy if migrations are missing or unknown."""
        if self._applied:
            return
        try:
            await database.check_migrations()
        except database.MigrationsDiffer as differ:
            raise Unhealthy(str(differ)) from None
        self._applied = True


async def _check_database() -> None:
    if not await database.is_writable():
        raise Unhealthy("The database takes no writes: it is a standby, or its transactions are read-only.")


async def _check_refunds() -> None:
    paused = await RefundPause.get_or_none(resumed_at=None)
    if paused is not None:
        raise Unhealthy(f"The owner has paused the sending of refunds since {paused.paused_at:%Y-%m-%d %H:%M} UTC.")


def open_resources(application: "Application") -> OpenResources:
    """The connections, streams and pool of an application at this moment."""
    size, idle = database.pool_usage()
    return OpenResources(
        connections=len(application.sockets),
        streams=application.hub.subscribers,
        groups=application.hub.groups,
        pool_size=size,
        pool_idle=idle,
        documents_waiting=application.engine.turns.waiting,
        waited=application.engine.turns.waited,
        overflows=Outbox.overflows,
    )
