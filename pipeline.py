"""Reads of one text that are asked at the same time go to the database in one round trip, as a pipeline.

While something of a text is under way, other reads of it wait, and leave together when it is back. PostgreSQL carries
them out one after the other, each by itself as if it had come alone; what they share is the way there and back, a fifth
of what a small request costs a busy server (docs/performance.md). Who comes alone waits for nobody.

Nobody has to suffer for the company. When `MOST` wait, or one has waited for `PATIENCE`, they leave without those who
are still away. A pipeline that takes `LONG` is called off; what one has failed at, each of it asks again alone, so that
only the one whose fault it was is told of it; and a text that has taken long is asked for by each alone for a while.
"""

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any, NamedTuple

from engine.delays import Delay
from lanes import Share

MOST = 8
"""Reads of one pipeline: with more, less of a database's processors is used at once."""
PATIENCE = 0.02
"""Seconds that anybody waits for others to come back."""
LONG = 0.2
"""Seconds after which the database has taken long."""
ALONE = 10.0
"""Seconds for which nobody shares a pipeline after that."""


class TookLong(Exception):
    """A pipeline that did not come back in time."""


class SeveralRows(Exception):
    """A query that gave more than one row: in company it would take another's place."""


class _Read(NamedTuple):
    """One read that waits: its values, and where its row goes."""

    values: list[Any]
    row: "asyncio.Future[Any]"


class _Trip:
    """What is under way: since when, and who waits for it to come back."""

    __slots__ = ("_loop", "began", "waiting")

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self.began = loop.time()
        self.waiting: list[_Read] = []

    def asking(self, ask: Callable[[Any], Awaitable[Any]]) -> Callable[[Any], Awaitable[Any]]:
        """The same question; the trip begins when a connection is there to be asked."""

        def begin(connection: Any) -> Awaitable[Any]:
            self.began = self._loop.time()
            return ask(connection)

        return begin


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

    def takes_long(self, query: str) -> bool:
        """Whether a text has taken long lately."""
        return query in self._long

    async def fetch_row(self, query: str, values: list[Any]) -> Any:
        """The one row of a query, None without any. Raises what `Share.ask` raises, and SeveralRows."""
        if query in self._long:
            return await self._alone(query, values)
        trip = self._trips.get(query)
        if trip is not None:
            return await self._join(query, trip, values)
        trip = self._trips[query] = _Trip(self._loop)
        try:
            return _only(await self._share.ask(trip.asking(lambda connection: connection.fetch(query, *values))))
        finally:
            self._back(query, trip)

    async def _alone(self, query: str, values: list[Any]) -> Any:
        return _only(await self._share.ask(lambda connection: connection.fetch(query, *values)))

    def _join(self, query: str, trip: _Trip, values: list[Any]) -> Awaitable[Any]:
        """Wait for a trip to come back, and for what is asked then."""
        row = self._loop.create_future()
        trip.waiting.append(_Read(values, row))
        if len(trip.waiting) == MOST:
            self._depart(query, trip)
        elif len(trip.waiting) == 1:
            self._patience.add(trip, partial(self._depart, query, trip))
        return row

    def _back(self, query: str, trip: _Trip) -> None:
        """A trip has come back."""
        if self._loop.time() - trip.began > LONG and query not in self._long:
            self._long.add(query)
            self._loop.call_later(ALONE, self._long.discard, query)
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
        following = self._trips[query] = _Trip(self._loop)
        task = self._loop.create_task(self._travel(query, reads, following), name="pipeline")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _travel(self, query: str, reads: list[_Read], trip: _Trip) -> None:
        try:
            await self._together(query, reads, trip)
        finally:
            self._back(query, trip)
        left = [self._ask_again(query, read) for read in reads if not read.row.done()]
        if left:
            await asyncio.gather(*left)

    async def _together(self, query: str, reads: list[_Read], trip: _Trip) -> None:
        """Give each its row; nobody, where it cannot be told whose they are."""
        values = [read.values for read in reads]

        async def ask(connection: Any) -> list[Any]:
            try:
                rows: list[Any] = await connection.fetchmany(query, values, timeout=LONG)
            except TimeoutError:
                raise TookLong from None
            return rows

        try:
            rows = await self._share.ask(trip.asking(ask))
        except OSError as error:  # no connection, or no answer in time: to ask again would only make it worse
            for read in reads:
                _fail(read, error)
        except Exception:
            return  # each will be told its own
        else:
            if len(rows) == len(reads):  # else some found nothing
                for read, row in zip(reads, rows, strict=True):
                    if not read.row.done():
                        read.row.set_result(row)

    async def _ask_again(self, query: str, read: _Read) -> None:
        try:
            row = await self._alone(query, read.values)
        except Exception as error:
            _fail(read, error)
        else:
            if not read.row.done():
                read.row.set_result(row)


def _only(rows: list[Any]) -> Any:
    """The one row, None without any. Raises SeveralRows."""
    if len(rows) > 1:
        raise SeveralRows
    return rows[0] if rows else None


def _fail(read: _Read, error: Exception) -> None:
    if not read.row.done():
        read.row.set_exception(error)
