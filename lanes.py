"""Connections that reads take turns on, a part of the process's pool.

Taking one costs no more than popping it off a list: what a pool does around each use (timers, tasks, proxies, a
reset) is a tenth of all that a small read costs (docs/performance.md). And commands that wait for a lock never take
the connections of those who only want to look, nor the other way round.
"""

import asyncio
from collections import deque
from typing import Any, Protocol, TypeAlias

import asyncpg


class Pool(Protocol):
    """What lanes need of asyncpg's pool."""

    async def acquire(self) -> Any: ...

    async def release(self, connection: Any) -> None: ...


Turn: TypeAlias = "asyncio.Future[Any]"
"""Resolves to a connection, or to None: a place is free, for a connection of one's own."""


class Lanes:
    """At most `most` connections of a pool; who finds none free waits up to `patience` seconds for one.

    They are handed on in the order of asking. With `most` 0 each read takes one of the pool's.
    """

    def __init__(self, pool: Pool, most: int, patience: float) -> None:
        self._pool, self._most, self._patience = pool, most, patience
        self._idle: list[Any] = []
        self._taken = 0
        self._waiting: deque[Turn] = deque()

    @property
    def idle(self) -> int:
        """How many nobody uses."""
        return len(self._idle)

    async def fetch_row(self, query: str, values: list[Any]) -> Any:
        """The one row of a query. A connection that anything went wrong on goes back to the pool, which mends it."""
        connection = await self._take()
        try:
            row = await connection.fetchrow(query, *values)
        except BaseException:
            await self._drop(connection)
            raise
        await self._give(connection)
        return row

    async def close(self) -> None:
        """Give the pool back what nobody uses; what is in use follows when it is done."""
        self._most = 0
        while self._idle:
            await self._pool.release(self._idle.pop())

    async def _take(self) -> Any:
        while self._idle:
            connection = self._idle.pop()
            self._taken += 1
            if not _is_lost(connection):
                return connection
            await self._drop(connection)
        if self._taken < max(self._most, 1):
            self._taken += 1
        else:
            connection = await self._turn()
            if connection is not None:
                return connection
        try:
            return await self._pool.acquire()
        except BaseException:
            self._leave()
            raise

    async def _turn(self) -> Any:
        """Wait for what another one leaves: it counts as taken without a break. Raises TimeoutError."""
        loop = asyncio.get_running_loop()
        turn: Turn = loop.create_future()
        self._waiting.append(turn)
        timer = loop.call_later(self._patience, _give_up, turn)
        try:
            return await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled() and turn.exception() is None:  # its turn came, and it did not
                if turn.result() is None:
                    self._leave()
                else:
                    await self._give(turn.result())
            raise
        finally:
            timer.cancel()

    async def _give(self, connection: Any) -> None:
        """Hand a connection to who waits longest, or keep it; once closed it goes back to the pool."""
        if not self._most:
            await self._drop(connection)
        elif not self._hand(connection):
            self._taken -= 1
            self._idle.append(connection)

    def _leave(self) -> None:
        """Leave one's place to who waits longest."""
        if not self._hand(None):
            self._taken -= 1

    def _hand(self, connection: Any) -> bool:
        while self._waiting:
            turn = self._waiting.popleft()
            if not turn.done():
                turn.set_result(connection)
                return True
        return False

    async def _drop(self, connection: Any) -> None:
        """Leave one's place at once, and give the connection back to the pool, which may take a while."""
        self._leave()
        await self._pool.release(connection)


def _give_up(turn: Turn) -> None:
    if not turn.done():
        turn.set_exception(TimeoutError())


def _is_lost(connection: Any) -> bool:
    """Whether a connection has died; the pool takes such a one back by itself."""
    try:
        return bool(connection.is_closed())
    except asyncpg.InterfaceError:
        return True
