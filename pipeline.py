"""Reads of one text that are asked at the same time go to the database in one round trip, as a pipeline.

While something of a text is under way, other reads of it wait, and leave together when it is back. PostgreSQL carries
them out one after the other, each by itself as if it had come alone; what they share is the way there and back, a fifth
of what a small request costs a busy server (docs/performance.md). Who comes alone waits for nobody.

Nobody has to suffer for the company. A pipeline is as long as fits into `PATIENCE`, by what the last one has taken: of
long reads each goes alone. When as many wait, or one has waited for so long, they leave without those who are still
away. A pipeline that takes `LONG` all the same is called off; what one has failed at, each of it asks again alone, so
that only the one whose fault it was is told of it; and a text that has taken long is asked for by each alone for a
while.
"""

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any, NamedTuple

from engine.delays import Delay
from lanes import Share

MOST = 8
"""Reads of one pipeline: with more, less of a database's processors is used at once."""
PATIENCE = 0.1
"""Seconds that anybody waits for others: for those who are away, and for those who travel along."""
LONG = 0.2
"""Seconds after which the database has taken long."""
ALONE = 10.0
"""Seconds for which nobody shares a pipeline after that."""


class TookLong(Exception):
    """A pipeline that did not come back in time."""


class SeveralRows(Exception):
    """A query that gave more than one row: in company it would take another's place."""


class _Read(NamedTuple):
    """One read that waits: its values, and where its row goes.

    In place of a row there may be a trip that the read has to make by itself, or an OSError: it cannot be asked.
    """

    values: list[Any]
    row: "asyncio.Future[Any]"


class _Trip:
    """So many reads under way: who waits for them to come back, and how many of those leave together."""

    __slots__ = ("away", "most", "waiting")

    def __init__(self, away: int, most: int) -> None:
        self.away, self.most = away, most
        self.waiting: list[_Read] = []


class Pipelines:
    """The reads of a share of connections. Each has one row, or none."""

    def __init__(self, share: Share) -> None:
        self._share = share
        self._loop = asyncio.get_running_loop()
        self._trips: dict[str, _Trip] = {}
        """The latest of each text."""
        self._patience = Delay(PATIENCE)
        self._long: set[str] = set()
        self._tasks: set[asyncio.Task[None]] = set()  # the loop itself holds them only weakly

    async def fetch_row(self, query: str, values: list[Any]) -> Any:
        """The one row of a query, None without any. Raises what `Share.ask` raises, and SeveralRows.

        Who asks alone does so in its own task, so that the query ends with whoever asks.
        """
        if query in self._long:
            return _only(await self._share.ask(lambda connection: connection.fetch(query, *values)))
        trip = self._trips.get(query)
        if trip is None:
            trip = self._trips[query] = _Trip(1, MOST)
        else:
            row = await self._join(query, trip, values)
            if isinstance(row, OSError):
                raise row
            if not isinstance(row, _Trip):
                return row
            trip = row
        return _only(await self._ask(query, 1, trip, lambda connection: connection.fetch(query, *values)))

    async def _join(self, query: str, trip: _Trip, values: list[Any]) -> Any:
        """Wait for a trip to come back, and then for what a read is given."""
        row = self._loop.create_future()
        trip.waiting.append(_Read(values, row))
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
        """What a connection answers to so many reads. When it has, those leave who wait for this trip."""
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
        """So many reads have come back after so long."""
        if seconds > LONG and query not in self._long:
            self._long.add(query)
            self._loop.call_later(ALONE, self._long.discard, query)
        latest = self._trips.get(query)
        if latest is not None:
            latest.most = min(max(int(PATIENCE * count / max(seconds, 0.001)), 1), MOST)  # the loop counts milliseconds
        self._depart(query, trip)

    def _hurry(self, query: str, trip: _Trip) -> None:
        """A trip is away for longer than anybody waits: more than so many reads would be, too."""
        trip.most = min(trip.most, trip.away)
        self._depart(query, trip)

    def _depart(self, query: str, trip: _Trip) -> None:
        """Let those leave who wait for a trip, unless they have left; who comes from now on waits for them."""
        if self._trips.get(query) is not trip:
            return
        self._patience.discard(trip)
        reads = [read for read in trip.waiting if not read.row.done()]  # others have been cancelled
        if not reads:
            del self._trips[query]
            return
        following = self._trips[query] = _Trip(len(reads), trip.most)
        for start in range(0, len(reads), trip.most):
            together = reads[start : start + trip.most]
            if len(together) == 1:
                together[0].row.set_result(following)
                continue
            task = self._loop.create_task(self._travel(query, together, following), name="pipeline")
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _travel(self, query: str, reads: list[_Read], trip: _Trip) -> None:
        """Give each its row; where it cannot be told whose they are, each asks again by itself."""
        values = [read.values for read in reads]

        async def question(connection: Any) -> list[Any]:
            try:
                rows: list[Any] = await connection.fetchmany(query, values, timeout=LONG)
            except TimeoutError:
                raise TookLong from None
            return rows

        try:
            rows = await self._ask(query, len(reads), trip, question)
        except OSError as error:  # no connection: to ask again would only make it worse
            rows = [error] * len(reads)
        except Exception:
            rows = []  # each will be told its own
        if len(rows) != len(reads):  # one has failed, or some found nothing
            rows = [trip] * len(reads)
        for read, row in zip(reads, rows, strict=True):
            if not read.row.done():  # it has not been cancelled
                read.row.set_result(row)


def _only(rows: list[Any]) -> Any:
    """The one row, None without any. Raises SeveralRows."""
    if len(rows) > 1:
        raise SeveralRows
    return rows[0] if rows else None
