"""Connections that reads take turns on, a part of the process's pool.

Taking one costs no more than popping it off a list: what a pool does around each use (timers, tasks, proxies, a
reset) is as dear as a small read itself. And commands that wait for a lock never take the connections of those who
only want to look, nor the other way round.
"""

import asyncio
from collections import deque
from typing import Any, Protocol

import asyncpg


class Pool(Protocol):
    """What lanes need of asyncpg's pool."""

    async def acquire(self) -> Any: ...

    async def release(self, connection: Any) -> None: ...


class Lanes:
    """At most `most` connections of a pool; who finds none free waits up to `patience` seconds for one.

    With none at all, each read asks the pool itself.
    """

    def __init__(self, pool: Pool, most: int, patience: float) -> None:
        self._pool, self._most, self._patience = pool, most, patience
        self._idle: list[Any] = []
        self._taken = 0
        self._waiting: deque[asyncio.Future[None]] = deque()

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
        if not self._most:
            await self._drop(connection)
        else:
            self._taken -= 1
            self._idle.append(connection)
            self._wake()
        return row

    async def close(self) -> None:
        """Give the pool back what nobody uses; what is in use follows when it is done."""
        self._most = 0
        while self._idle:
            await self._pool.release(self._idle.pop())

    async def _take(self) -> Any:
        while True:
            while self._idle:
                connection = self._idle.pop()
                self._taken += 1
                if self._most and not _is_lost(connection):
                    return connection
                await self._drop(connection)
            if self._taken < max(self._most, 1):
                self._taken += 1
                try:
                    return await self._pool.acquire()
                except BaseException:
                    self._taken -= 1
                    self._wake()
                    raise
            await self._turn()

    async def _turn(self) -> None:
        """Wait until a connection may be free. Raises TimeoutError."""
        waiter: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append(waiter)
        try:
            async with asyncio.timeout(self._patience):
                await waiter
        except BaseException:
            if waiter.done() and not waiter.cancelled():
                self._wake()  # it was told, and did not come
            raise

    def _wake(self) -> None:
        while self._waiting:
            waiter = self._waiting.popleft()
            if not waiter.done():
                waiter.set_result(None)
                return

    async def _drop(self, connection: Any) -> None:
        self._taken -= 1
        self._wake()
        await self._pool.release(connection)


def _is_lost(connection: Any) -> bool:
    """Whether a connection has died; the pool takes such a one back by itself."""
    try:
        return bool(connection.is_closed())
    except asyncpg.InterfaceError:
        return True
