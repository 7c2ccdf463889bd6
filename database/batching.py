"""Statements of one text that are asked at the same time go to the database in one round trip, as a pipeline.

While something of a text is under way, others of it wait, and leave together when it is back. PostgreSQL carries them
out one after the other, each by itself as if it had come alone. What they share is the way there and back, a fifth of
what a small read costs a busy server (docs/performance.md), and the transaction: what writes is written together, or,
if one of them fails, not at all. Who comes alone waits for nobody.

Nobody has to suffer for the company. A pipeline is as long as fits into `PATIENCE`, by what the last one has taken: of
what takes long each goes alone. When as many wait, or one has waited for so long, they leave without those who are
still away. What a pipeline has failed at, each of it asks again alone, so that only the one whose fault it was is told
of it; and a text that has taken long is asked for by each alone for a while. Reads that take `LONG` all the same are
called off. Writes are not, and are asked again only where the database has said that nothing has come of them: where
nobody knows, each is told what it would be told alone.
"""

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any, NamedTuple

import asyncpg

from database.connections import Share
from engine.outage import is_outage
from engine.timing.delays import Delay

MOST = 8
"""Statements of one pipeline: with more, less of a database's processors is used at once."""
PATIENCE = 0.1
"""Seconds that anybody waits for others: for those who are away, and for those who travel along."""
LONG = 0.2
"""Seconds after which the database has taken long."""
ALONE = 10.0
"""Seconds for which nobody shares a pipeline after that."""


class TookLong(Exception):
    """Reads that did not come back in time."""


class NotOneRow(Exception):
    """Several rows, of which one would take another's place in company; or, of what writes, none."""


class _Call(NamedTuple):
    """One who waits: the values of the statement, and where its row goes.

    In place of a row there may be the exception to raise, or a trip that the call has to make by itself.
    """

    values: list[Any]
    row: "asyncio.Future[Any]"


class _Trip:
    """So many calls under way: who waits for them to come back, and how many of those leave together."""

    __slots__ = ("away", "most", "waiting")

    def __init__(self, away: int, most: int) -> None:
        self.away, self.most = away, most
        self.waiting: list[_Call] = []


class Pipelines:
    """The statements of a share of connections.

    Those that only read have one row each, or none. Those that write have exactly one, and do not wait for locks that
    one of them may hold: they would wait for one another's neighbours.
    """

    def __init__(self, share: Share, *, writes: bool = False) -> None:
        self._share, self._writes = share, writes
        self._loop = asyncio.get_running_loop()
        self._trips: dict[str, _Trip] = {}
        """The latest of each text."""
        self._patience = Delay(PATIENCE)
        self._long: set[str] = set()
        self._tasks: set[asyncio.Task[None]] = set()  # the loop itself holds them only weakly

    async def fetch_row(self, query: str, values: list[Any]) -> Any:
        """The one row of a statement, None without any. Raises what `Share.ask` raises, and NotOneRow.

        Who asks alone does so in its own task, so that the statement ends with whoever asks.
        """

        def alone(connection: Any) -> Awaitable[list[Any]]:
            rows: Awaitable[list[Any]] = connection.fetch(query, *values)
            return rows

        if query in self._long:
            return _only(await self._share.ask(alone))
        trip = self._trips.get(query)
        if trip is None:
            trip = self._trips[query] = _Trip(1, MOST)
        else:
            row = await self._join(query, trip, values)
            if isinstance(row, Exception):
                raise row
            if not isinstance(row, _Trip):
                return row
            trip = row
        return _only(await self._ask(query, 1, trip, alone))

    async def _join(self, query: str, trip: _Trip, values: list[Any]) -> Any:
        """Wait for a trip to come back, and then for what a call is given."""
        row = self._loop.create_future()
        trip.waiting.append(_Call(values, row))
        if len(trip.waiting) >= trip.most:
            self._depart(query, trip)
        elif len(trip.waiting) == 1:
            self._patience.add(trip, partial(self._hurry, query, trip))
        try:
            return await row
        except asyncio.CancelledError:
            if not row.cancelled() and isinstance(row.result(), _Trip):
                self._depart(query, row.result())  # nobody makes it any more
            raise

    async def _ask(
        self, query: str, count: int, trip: _Trip, question: Callable[[Any], Awaitable[list[Any]]]
    ) -> list[Any]:
        """What a connection answers to so many calls. When it has, those leave who wait for this trip."""
        began = self._loop.time()

        def ask(connection: Any) -> Awaitable[list[Any]]:
            nonlocal began
            began = self._loop.time()  # to have waited for a connection is not to have taken long
            return question(connection)

        try:
            return await self._share.ask(ask)
        finally:
            self._back(query, count, trip, self._loop.time() - began)

    def _back(self, query: str, count: int, trip: _Trip, seconds: float) -> None:
        """So many calls have come back after so long."""
        if seconds > LONG and query not in self._long:
            self._long.add(query)
            self._loop.call_later(ALONE, self._long.discard, query)
        latest = self._trips.get(query)
        if latest is not None:
            latest.most = min(max(int(PATIENCE * count / max(seconds, 0.001)), 1), MOST)  # the loop counts milliseconds
        self._depart(query, trip)

    def _hurry(self, query: str, trip: _Trip) -> None:
        """A trip is away for longer than anybody waits: more than so many calls would be, too."""
        trip.most = min(trip.most, trip.away)
        self._depart(query, trip)

    def _depart(self, query: str, trip: _Trip) -> None:
        """Let those leave who wait for a trip, unless they have left; who comes from now on waits for them."""
        if self._trips.get(query) is not trip:
            return
        self._patience.discard(trip)
        calls = [call for call in trip.waiting if not call.row.done()]  # others have been cancelled
        if not calls:
            del self._trips[query]
            return
        following = self._trips[query] = _Trip(len(calls), trip.most)
        for start in range(0, len(calls), trip.most):
            together = calls[start : start + trip.most]
            if len(together) == 1:
                together[0].row.set_result(following)
                continue
            task = self._loop.create_task(self._travel(query, together, following), name="pipeline")
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _travel(self, query: str, calls: list[_Call], trip: _Trip) -> None:
        """Give each its row; where that has failed, each asks again by itself, or is told why it may not."""
        question = partial(self._fetch, query, [call.values for call in calls])
        try:
            rows = await self._ask(query, len(calls), trip, question)
            if len(rows) != len(calls):  # some have none, and nobody knows who
                raise NotOneRow
        except Exception as error:
            rows = [trip if self._may_ask_again(error) else error] * len(calls)
        for call, row in zip(calls, rows, strict=True):
            if not call.row.done():  # it has not been cancelled
                call.row.set_result(row)

    async def _fetch(self, query: str, values: list[list[Any]], connection: Any) -> list[Any]:
        try:
            rows: list[Any] = await connection.fetchmany(query, values, timeout=None if self._writes else LONG)
        except TimeoutError:
            if self._writes:
                raise
            raise TookLong from None
        return rows

    def _may_ask_again(self, error: Exception) -> bool:
        """Whether it changes nothing to ask again, and helps."""
        if self._writes:
            return isinstance(error, asyncpg.PostgresError) and not is_outage(error)  # the database has undone it
        return not isinstance(error, OSError)  # without a connection it would only make it worse


def _only(rows: list[Any]) -> Any:
    """The one row, None without any. Raises NotOneRow."""
    if len(rows) > 1:
        raise NotOneRow
    return rows[0] if rows else None
