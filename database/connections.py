"""A pool's connections, kept open and handed from caller to caller, in budgets that do not starve each other.

Taking a connection costs no more than popping it off a list. What a pool does around each use (timers, tasks, proxies,
a reset) is a tenth of all that a small read or a command costs (docs/performance.md). And no budget may take all
connections: reads are served while every command waits for a lock, and the other way round.

Waiters are served in the order in which they came, across budgets. That is unfair to a waiter whose budget is used up:
a later one of another budget overtakes it.
"""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager
from typing import Any, NamedTuple, Protocol, TypeVar

import asyncpg

from engine.errors import is_read_only

Answer = TypeVar("Answer")


class ConnectionSource(Protocol):
    """What `Connections` needs of asyncpg's pool."""

    async def acquire(self) -> Any: ...

    async def release(self, connection: Any) -> None: ...


class _Waiter(NamedTuple):
    """A caller that waits. `served` resolves to a connection, or to None: there is room to open a new one."""

    number: int
    served: "asyncio.Future[Any]"


class Connections:
    """At most `limit` connections of a pool; a caller that finds none free waits up to `timeout` seconds for one.

    Waiters get them in the order in which they came, as far as the budgets allow.
    """

    def __init__(self, pool: ConnectionSource, limit: int, timeout: float) -> None:
        self.pool, self.limit, self.timeout = pool, limit, timeout
        self.idle: list[Any] = []
        """The connections that are not in use."""
        self.open = 0
        """How many there are, or are about to be."""
        self.closed = False
        self._known: set[Any] = set()
        self.expired: set[Any] = set()
        """Connections that are still in use and are closed afterwards."""
        self._budgets: list[Budget] = []
        self._waiters = 0

    def budget(self, limit: int) -> "Budget":
        """The right to at most `limit` of them at once."""
        budget = Budget(self, limit)
        self._budgets.append(budget)
        return budget

    def waiter(self) -> _Waiter:
        """The next waiter, behind all others."""
        self._waiters += 1
        return _Waiter(self._waiters, asyncio.get_running_loop().create_future())

    def serve_waiters(self) -> None:
        """Let waiters go on, as far as there are connections for them, or room for new ones."""
        while self.idle or self.open < self.limit:
            ready = [budget for budget in self._budgets if budget.is_waiting() and budget.has_room()]
            if not ready:
                return
            budget = min(ready, key=lambda budget: budget.waiters[0].number)
            budget.in_use += 1
            if self.idle:
                budget.waiters.popleft().served.set_result(self.idle.pop())
            else:
                self.open += 1
                budget.waiters.popleft().served.set_result(None)

    def note(self, connection: Any) -> None:
        """Remember a new connection."""
        self._known.add(connection)

    async def renew(self) -> None:
        """Close every connection, those in use after their use: they lead to a server that is not the right one."""
        self.expired |= self._known
        while self.idle:
            self.open -= 1
            await self.end(self.idle.pop())
        self.serve_waiters()

    async def end(self, connection: Any) -> None:
        """Give a connection back to the pool, closed if it has expired."""
        self._known.discard(connection)
        if connection in self.expired:
            self.expired.discard(connection)
            connection.terminate()
        await self.pool.release(connection)

    async def close(self) -> None:
        """Give the pool back the idle connections; those in use follow when they are released."""
        self.closed = True
        while self.idle:
            self.open -= 1
            await self.end(self.idle.pop())


class Budget:
    """Some of the connections. A caller that has acquired one releases it, or discards it if anything is wrong."""

    def __init__(self, connections: Connections, limit: int) -> None:
        self._connections, self._limit = connections, limit
        self.in_use = 0
        self.waiters: deque[_Waiter] = deque()

    @asynccontextmanager
    async def connection(self) -> AsyncIterator[Any]:
        """A connection, discarded if the block raises. Raises what `acquire` raises."""
        connection = await self.acquire()
        try:
            yield connection
        except BaseException as error:
            await self.discard(connection, error)
            raise
        await self.release(connection)

    async def run(self, work: Callable[[Any], Awaitable[Answer]]) -> Answer:
        """What a connection answers. Raises what `acquire` and asyncpg raise. Every read comes here: spelled out."""
        connection = self._acquire_idle() or await self.acquire()
        try:
            answer = await work(connection)
        except BaseException as error:
            await self.discard(connection, error)
            raise
        if not self._keep(connection):
            await self.discard(connection)
        return answer

    def fetch_row(self, query: str, values: list[Any]) -> Coroutine[Any, Any, Any]:
        """The one row of a query, None without any. Raises what `run` raises."""
        return self.run(lambda connection: connection.fetchrow(query, *values))

    async def acquire(self) -> Any:
        """A connection. Raises TimeoutError, and what asyncpg raises if it cannot connect."""
        connections = self._connections
        while True:
            if connections.idle and self.has_room():
                connection = connections.idle.pop()
                self.in_use += 1
            elif connections.open < connections.limit and self.has_room():
                connection = None
                connections.open += 1
                self.in_use += 1
            else:
                connection = await self._wait()
            if connection is None:
                break
            if not _is_lost(connection):
                return connection
            await self.discard(connection)
        try:
            connection = await connections.pool.acquire()
        except BaseException:
            self._free_place()
            raise
        connections.note(connection)
        return connection

    async def release(self, connection: Any) -> None:
        """Hand a connection to the first waiter, or keep it; once closed, it goes back to the pool."""
        if not self._keep(connection):
            await self.discard(connection)

    def _acquire_idle(self) -> Any:
        """An idle connection that lives; None if it takes more to get one."""
        connections = self._connections
        if not connections.idle or not self.has_room() or _is_lost(connections.idle[-1]):
            return None
        self.in_use += 1
        return connections.idle.pop()

    def _keep(self, connection: Any) -> bool:
        """Let a waiter have a connection, or the next caller; False once closed, or if it has expired."""
        connections = self._connections
        if connections.closed or (connections.expired and connection in connections.expired):
            return False
        self.in_use -= 1
        connections.idle.append(connection)
        connections.serve_waiters()
        return True

    async def discard(self, connection: Any, error: BaseException | None = None) -> None:
        """Free the place at once, and give the connection back to the pool, which repairs it and may take a while.

        If the error says that nothing can be written there, all connections that are open now are given up with it:
        they lead to the same server, and only a new one can find the server that takes writes.
        """
        connections = self._connections
        renew = is_read_only(error) and connection not in connections.expired
        if renew:
            connections.expired.add(connection)
        self._free_place()
        await connections.end(connection)
        if renew:
            await connections.renew()

    def has_room(self) -> bool:
        """Whether another connection may be acquired."""
        return self.in_use < self._limit

    def is_waiting(self) -> bool:
        """Whether there is a waiter that has neither given up nor been canceled."""
        while self.waiters and self.waiters[0].served.done():
            self.waiters.popleft()
        return bool(self.waiters)

    async def _wait(self) -> Any:
        """Wait for a connection or for room, which counts as in use then. Raises TimeoutError."""
        waiter = self._connections.waiter()
        self.waiters.append(waiter)
        timer = asyncio.get_running_loop().call_later(self._connections.timeout, _give_up, waiter)
        served = waiter.served
        try:
            return await served
        except asyncio.CancelledError:
            if served.done() and not served.cancelled() and served.exception() is None:  # served and canceled at once
                if served.result() is None:
                    self._free_place()
                else:
                    await self.release(served.result())
            raise
        finally:
            timer.cancel()

    def _free_place(self) -> None:
        """Leave the place of a connection to the first waiter."""
        self.in_use -= 1
        self._connections.open -= 1
        self._connections.serve_waiters()


def _give_up(waiter: _Waiter) -> None:
    if not waiter.served.done():
        waiter.served.set_exception(TimeoutError())


def _is_lost(connection: Any) -> bool:
    """Whether a connection has died; the pool replaces it when it is given back."""
    try:
        return bool(connection.is_closed())
    except asyncpg.InterfaceError:
        return True
