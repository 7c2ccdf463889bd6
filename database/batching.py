"""Statements of one text that are asked for at the same time go to the database in one round trip, as a batch.

While a statement of some text is in flight, other calls of that text wait, and leave together when it returns.
PostgreSQL executes them one after the other, each as if it had come alone. They share the round trip, a fifth of what
a small read costs a busy server (docs/performance.md), and the transaction: writes of one batch are all committed, or,
if one of them fails, none. A single caller never waits.

No caller pays for the others. A batch is as large as fits into `MAX_WAIT`, judged by the last one: slow statements go
one by one. When enough calls wait, or one has waited for that long, they leave without those that are still in flight.
If a batch fails, each of its calls runs again alone, so that only the call at fault raises; and after a slow answer,
calls of that text run alone for a while. Reads that take longer than `SLOW` in a batch are canceled and run alone.
Writes are not canceled here, and run again only if the database has said that it wrote nothing, as it does when one of
them runs into its time limit: where nobody knows, each call raises what it would raise alone.

The policy is unfair in one respect: a text that many ask for gets more from each connection than a rare one.
"""

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any, NamedTuple

import asyncpg

from database.connections import Budget
from engine.timing.delays import Delay

MAX_BATCH = 8
"""Statements of one batch: with more, fewer of a database's processors are used at once."""
MAX_WAIT = 0.1
"""Seconds that a call waits for those in flight, and about as long as a batch may take."""
SLOW = 0.2
"""Seconds after which an answer is slow."""
ALONE_FOR = 10.0
"""Seconds for which calls of a text run alone after a slow answer."""


class BatchTooSlow(Exception):
    """The reads of a batch did not return in time."""


class NotOneRow(Exception):
    """A read has several rows, of which one would take another call's place in a batch; or a write has none."""


class _QueuedStatement(NamedTuple):
    """A call that waits: the values of its statement, and the future of its row.

    Instead of a row the future may get the exception to raise, or a batch of which the call has to run alone.
    """

    values: list[Any]
    row: "asyncio.Future[Any]"


class _Batch:
    """Calls in flight: how many they are, which calls wait for them, and how many of those may leave together."""

    __slots__ = ("in_flight", "limit", "waiting")

    def __init__(self, in_flight: int, limit: int) -> None:
        self.in_flight, self.limit = in_flight, limit
        self.waiting: list[_QueuedStatement] = []


class Batching:
    """The statements of a budget of connections.

    Reads have one row each, or none. Writes have exactly one, and do not wait for locks that another of them may hold:
    calls of one batch would wait for each other. `shared` counts the calls that have shared a round
    trip, `overdue` those batches that others have waited for too long; `delay` is the wait itself.
    """

    def __init__(self, budget: Budget, *, writes: bool = False) -> None:
        self.shared = self.overdue = 0
        self._budget, self._writes = budget, writes
        self._loop = asyncio.get_running_loop()
        self._latest: dict[str, _Batch] = {}
        """The latest batch of each text."""
        self.delay = Delay(MAX_WAIT)
        self._slow: set[str] = set()
        self._tasks: set[asyncio.Task[None]] = set()  # the loop itself holds them only weakly

    @property
    def pending(self) -> int:
        """Texts with a batch in flight, tasks that run one, and batches with calls that wait: 0 at rest."""
        return len(self._latest) + len(self._tasks) + len(self.delay)

    async def fetch_row(self, query: str, values: list[Any]) -> Any:
        """The one row of a statement, None without any. Raises what `Budget.run` raises, and NotOneRow.

        A call that runs alone does so in the caller's task, so that the statement ends with the caller.
        """

        def alone(connection: Any) -> Awaitable[list[Any]]:
            rows: Awaitable[list[Any]] = connection.fetch(query, *values)
            return rows

        if query in self._slow:
            return _only(await self._budget.run(alone))
        batch = self._latest.get(query)
        if batch is None:
            batch = self._latest[query] = _Batch(1, MAX_BATCH)
        else:
            row = await self._join(query, batch, values)
            if isinstance(row, Exception):
                raise row
            if not isinstance(row, _Batch):
                return row
            batch = row
        return _only(await self._run(query, 1, batch, alone))

    async def _join(self, query: str, batch: _Batch, values: list[Any]) -> Any:
        """Wait for a batch to return, and then for what the call is given."""
        row = self._loop.create_future()
        batch.waiting.append(_QueuedStatement(values, row))
        if len(batch.waiting) >= batch.limit:
            self._flush(query, batch)
        elif len(batch.waiting) == 1:
            self.delay.add(batch, partial(self._flush_overdue, query, batch))
        try:
            return await row
        except asyncio.CancelledError:
            if not row.cancelled() and isinstance(row.result(), _Batch):
                self._flush(query, row.result())  # this call was to run, and will not
            raise

    async def _run(
        self, query: str, count: int, batch: _Batch, work: Callable[[Any], Awaitable[list[Any]]]
    ) -> list[Any]:
        """What a connection answers to so many calls. Then the calls that wait for this batch leave."""
        began = self._loop.time()

        def run(connection: Any) -> Awaitable[list[Any]]:
            nonlocal began
            began = self._loop.time()  # waiting for a connection does not make a statement slow
            return work(connection)

        try:
            return await self._budget.run(run)
        finally:
            self._returned(query, count, batch, self._loop.time() - began)

    def _returned(self, query: str, count: int, batch: _Batch, seconds: float) -> None:
        """So many calls have returned after so long."""
        if seconds > SLOW and query not in self._slow:
            self._slow.add(query)
            self._loop.call_later(ALONE_FOR, self._slow.discard, query)
        latest = self._latest.get(query)
        if latest is not None:
            fitting = int(MAX_WAIT * count / max(seconds, 0.001))  # the loop counts milliseconds
            latest.limit = min(max(fitting, 1), MAX_BATCH)
        self._flush(query, batch)

    def _flush_overdue(self, query: str, batch: _Batch) -> None:
        """A batch is in flight for longer than calls wait: a larger one would be, too."""
        self.overdue += 1
        batch.limit = min(batch.limit, batch.in_flight)
        self._flush(query, batch)

    def _flush(self, query: str, batch: _Batch) -> None:
        """Send the calls that wait for a batch, unless they have been sent; later calls wait for these."""
        if self._latest.get(query) is not batch:
            return
        self.delay.discard(batch)
        calls = [call for call in batch.waiting if not call.row.done()]  # the others have been canceled
        if not calls:
            del self._latest[query]
            return
        following = self._latest[query] = _Batch(len(calls), batch.limit)
        for start in range(0, len(calls), batch.limit):
            together = calls[start : start + batch.limit]
            if len(together) == 1:
                together[0].row.set_result(following)
                continue
            task = self._loop.create_task(self._send(query, together, following), name="batch")
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _send(self, query: str, calls: list[_QueuedStatement], batch: _Batch) -> None:
        """Give each call its row; if the batch fails, let each run alone, or tell it why it may not."""
        self.shared += len(calls)
        work = partial(self._fetch, query, [call.values for call in calls])
        try:
            rows = await self._run(query, len(calls), batch, work)
            if len(rows) != len(calls):  # some have none, and nobody knows which
                raise NotOneRow
        except Exception as error:
            rows = [batch if self._may_run_again(error) else error] * len(calls)
        for call, row in zip(calls, rows, strict=True):
            if not call.row.done():  # it has not been canceled
                call.row.set_result(row)

    async def _fetch(self, query: str, values: list[list[Any]], connection: Any) -> list[Any]:
        try:
            rows: list[Any] = await connection.fetchmany(query, values, timeout=None if self._writes else SLOW)
        except TimeoutError:
            if self._writes:
                raise
            raise BatchTooSlow from None
        return rows

    def _may_run_again(self, error: Exception) -> bool:
        """Whether running a call again is harmless, and helps."""
        if self._writes:
            return _is_undone(error)
        return not isinstance(error, OSError)  # without a connection, more calls would only make it worse


def _is_undone(error: Exception) -> bool:
    """Whether the database has said that nothing came of a transaction, and goes on serving its connection.

    That is an ERROR, be it a canceled statement, memory that was not enough, or a constraint. After a FATAL one or a
    lost connection nobody knows whether the transaction was committed.
    """
    return isinstance(error, asyncpg.PostgresError) and (error.severity_en or error.severity) == "ERROR"


def _only(rows: list[Any]) -> Any:
    """The one row, None without any. Raises NotOneRow."""
    if len(rows) > 1:
        raise NotOneRow
    return rows[0] if rows else None
