"""What this server says of itself: its checks, its numbers, and the line it logs for each operation."""

import asyncio
import atexit
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from functools import cache
from typing import TYPE_CHECKING

import strawberry
from tortoise.connection import get_connection

import database
from engine.engine import Around, Finished
from engine.subscriptions.outbox import Outbox
from observe import logs
from observe.health import Check, Unwell
from observe.metrics import DatabaseNumbers, Held, Metrics, pulse
from observe.pages import Pages
from services.worker.due import Worker

if TYPE_CHECKING:
    from app.application import Application
    from observe.traces import Traces

STUCK = 30.0
"""Seconds beyond the longest call to a gateway after which a worker that does nothing counts as stuck."""


class Health:
    """The visible side of an application; its `finished` and `refused` are for the engine."""

    def __init__(self, *, traced: bool = False) -> None:
        self.traced = traced
        self.metrics = Metrics()
        self.refused = self.metrics.refused
        self.crew: WorkerTasks | None = None

    def finished(self, finished: Finished) -> None:
        """Count and log an operation."""
        self.metrics.note(finished)
        logs.note(finished)

    def pages(self, one: "Application") -> Pages:
        """The pages for orchestrators and for Prometheus."""
        settings = one.settings

        async def streams() -> None:
            if one.hub.failed:
                raise Unwell("Nobody follows the journal.")

        async def staying() -> None:
            if one.leaving:
                raise Unwell("This process is about to stop.")

        alive: dict[str, Check] = {"streams": streams}
        if settings.worker:
            alive["worker"] = self._working
        return Pages(
            alive=alive,
            ready={"database": _database, "migrations": Migrations().check, "staying": staying},
            metrics=self.metrics,
            numbers=DatabaseNumbers(one.reader.execute, one.commands.clock),
            token=settings.metrics_token,
            anybody=not settings.production,
        )

    def around(self, schema: strawberry.Schema) -> Around | None:
        """What goes around an execution: nothing, or the span of the operation."""
        if not self.traced:
            return None
        traces().roots(schema._schema)
        database.watch_statements(traces().statement)
        return traces().operation

    async def _working(self) -> None:
        if self.crew is None or any(task.done() for task in self.crew.tasks):
            raise Unwell("The worker has stopped.")
        worker = self.crew.worker
        if worker.stuck_for() > worker.lease.total_seconds() + STUCK:
            raise Unwell("The worker is stuck.")

    @asynccontextmanager
    async def shown(self, one: "Application") -> AsyncIterator[None]:
        """Keep the numbers of what is held open up to date until the block is left."""
        task = asyncio.create_task(pulse(self.metrics, lambda: held(one)), name="pulse")
        try:
            yield
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task


@cache
def traces() -> "Traces":
    """The traces of this process. Raises OperatorError where the packages are missing."""
    from observe.traces import Traces

    found = Traces()
    atexit.register(found.close)
    return found


class WorkerTasks:
    """A worker and the tasks that must not end while it is at work."""

    def __init__(self, worker: Worker, tasks: list["asyncio.Task[None]"]) -> None:
        self.worker = worker
        self.tasks = tasks


class Migrations:
    """Whether the database has the migrations of this version and no others, until it once had.

    A process that serves is not disturbed by the next version's migrations, which come before its processes do.
    """

    def __init__(self) -> None:
        self._there = False

    async def check(self) -> None:
        """Raises Unwell."""
        if self._there:
            return
        try:
            await database.check_migrations()
        except database.MigrationsDiffer as differ:
            raise Unwell(str(differ)) from None
        self._there = True


async def _database() -> None:
    await get_connection("default").execute_query("select 1")


def held(one: "Application") -> Held:
    """What an application holds open now."""
    size, idle = database.pool_usage()
    return Held(
        connections=len(one.sockets),
        streams=one.hub.subscribers,
        groups=one.hub.groups,
        pool_size=size,
        pool_idle=idle,
        overflows=Outbox.overflows,
    )
