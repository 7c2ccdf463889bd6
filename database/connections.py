"""A pool's connections, kept open and handed from caller to caller, in budgets that do not starve each other.

Taking a connection costs no more than popping it off a list. What a pool does around each use (timers, tasks, proxies,
a reset) is a tenth of all that a small read or a command costs (docs/performance.md). And no budget may take all
connections: reads are served while every command waits for a lock, and the other way round.

What writes is never canceled. PostgreSQL ends it by its own time limit; only a commit that waits for a synchronous
standby goes on for longer, and to cancel that would show what a failover loses. Its connection keeps its place until it
is answered, so that no more of them wait than the budget has places, and reads go on.

Waiters are served in the order in which they came, across budgets. That is unfair to a waiter whose budget is used up:
a later one of another budget overtakes it.
"""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager
from typing import Any, NamedTuple, Protocol, TypeVar

import asyncpg

from database.compat import abandon, set_cancels, unfinished
from engine.errors import is_read_only

Answer = TypeVar("Answer")
LOOK_AGAIN = 0.25
"""Seconds after which the database is asked again whether it still works on what a caller has given up."""


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

    Waiters get them in the order in which they came, as far as the budgets allow. `is_working` tells whether the
    database still works on the last statement of a connection.
    """

    def __init__(
        self,
        pool: ConnectionSource,
        limit: int,
        timeout: float,
        is_working: Callable[[Any], Awaitable[bool]] | None = None,
    ) -> None:
        self.pool, self.limit, self.timeout = pool, limit, timeout
        self._is_working = is_working
        self.idle: list[Any] = []
        """The connections that are not in use."""
        self.open = 0
        """How many there are, or are about to be."""
        self.closed = False
        self.current: set[Any] = set()
        """Those that lead to the right server, as far as anybody knows; the others are closed after their use."""
        self._budgets: list[Budget] = []
        self._waiters = 0
        self._finishing: set[asyncio.Task[None]] = set()

    def budget(self, limit: int, *, cancels: bool = True) -> "Budget":
        """The right to at most `limit` of them at once; `cancels` if what callers give up on them is canceled."""
        budget = Budget(self, limit, cancels=cancels)
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

    async def renew(self) -> None:
        """Close every connection, those in use after their use: they lead to a server that is not the right one."""
        self.current.clear()
        while self.idle:
            self.open -= 1
            await self.end(self.idle.pop())
        self.serve_waiters()

    async def end(self, connection: Any) -> None:
        """Give a connection back to the pool, closed unless it is current."""
        if connection in self.current:
            self.current.remove(connection)
        else:
            abandon(connection)
        await self.pool.release(connection)

    def finish(self, connection: Any, answer: Coroutine[Any, Any, Any], free_place: Callable[[], None]) -> None:
        """Free the place of a connection when the database has finished what its caller has given up."""
        task = asyncio.create_task(self._finish(connection, answer, free_place), name="finishing")
        self._finishing.add(task)
        task.add_done_callback(self._finishing.discard)

    async def _finish(self, connection: Any, answer: Coroutine[Any, Any, Any], free_place: Callable[[], None]) -> None:
        answered = asyncio.ensure_future(answer)
        try:
            while not (await asyncio.wait([answered], timeout=LOOK_AGAIN))[0]:
                if self._is_working is None or not await self._is_working(connection):
                    break
        finally:
            if not answered.done():  # the answer was lost, nobody can be asked, or the process ends
                answered.cancel()
                abandon(connection)
            free_place()
            await self.end(connection)

    async def close(self) -> None:
        """Give the pool back the idle connections; those in use follow when they are released."""
        self.closed = True
        for task in self._finishing:
            task.cancel()
        await asyncio.gather(*self._finishing, return_exceptions=True)
        while self.idle:
            self.open -= 1
            await self.end(self.idle.pop())


class Budget:
    """Some of the connections. A caller that has acquired one releases it, or discards it if anything is wrong."""

    def __init__(self, connections: Connections, limit: int, *, cancels: bool) -> None:
        self._connections, self._limit, self._cancels = connections, limit, cancels
        self.in_use = 0
        self.waiters: deque[_Waiter] = deque()

    @asynccontextmanager
    async def connection(self) -> AsyncIterator[Any]:
        """A connection, discarded if the block raises; what it gives up is finished. Raises what `acquire` raises."""
        connection = await self.acquire()
        set_cancels(connection, False)
        try:
            yield connection
        except BaseException as error:
            await self.discard(connection, error)
            raise
        set_cancels(connection, True)
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
        connection = await self._acquire()
        if not self._cancels:
            set_cancels(connection, False)
        return connection

    async def _acquire(self) -> Any:
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
        connections.current.add(connection)
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
        connection = connections.idle.pop()
        if not self._cancels:
            set_cancels(connection, False)
        return connection

    def _keep(self, connection: Any) -> bool:
        """Let a waiter have a connection, or the next caller; False once closed, or unless it is current."""
        connections = self._connections
        if connections.closed or connection not in connections.current:
            return False
        if not self._cancels:
            set_cancels(connection, True)
        self.in_use -= 1
        connections.idle.append(connection)
        connections.serve_waiters()
        return True

    async def discard(self, connection: Any, error: BaseException | None = None) -> None:
        """Free the place at once, and give the connection back to the pool, which repairs it and may take a while.

        If the error says that nothing can be written there, all connections that are open now are given up with it:
        they lead to the same server, and only a new one can find the server that takes writes. What is not canceled
        keeps its place until it is finished.
        """
        connections = self._connections
        if (answer := unfinished(connection)) is not None:
            connections.finish(connection, answer, self._free_place)
            return
        renew = is_read_only(error) and connection in connections.current
        if renew:
            connections.current.remove(connection)
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
