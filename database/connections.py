"""Connections that are taken in turns: the whole of a pool, kept open, in shares that do not starve each other.

Taking one costs no more than popping it off a list: what a pool does around each use (timers, tasks, proxies, a
reset) is a tenth of all that a small read or a command costs (docs/performance.md). And no share may take all: those
who only want to look are served while every command waits for a lock, and the other way round.
"""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager
from typing import Any, NamedTuple, Protocol, TypeVar

import asyncpg

Answer = TypeVar("Answer")


class Pool(Protocol):
    """What lanes need of asyncpg's pool."""

    async def acquire(self) -> Any: ...

    async def release(self, connection: Any) -> None: ...


class _Turn(NamedTuple):
    """Somebody who waits. `came` resolves to a connection, or to None: a place is free, for one of one's own."""

    number: int
    came: "asyncio.Future[Any]"


class Lanes:
    """At most `most` connections of a pool; who finds none free waits up to `patience` seconds for one.

    They are handed on in the order of asking, as far as the shares allow.
    """

    def __init__(self, pool: Pool, most: int, patience: float) -> None:
        self.pool, self.most, self.patience = pool, most, patience
        self.idle: list[Any] = []
        """The connections that nobody uses."""
        self.open = 0
        """How many there are, or are about to be."""
        self.closed = False
        self._shares: list[Share] = []
        self._turns = 0

    def share(self, most: int) -> "Share":
        """The right to at most `most` of them at once."""
        share = Share(self, most)
        self._shares.append(share)
        return share

    def turn(self) -> _Turn:
        """The next turn."""
        self._turns += 1
        return _Turn(self._turns, asyncio.get_running_loop().create_future())

    def offer(self) -> None:
        """Let those who wait go on, as far as there are connections for them, or places for new ones."""
        while self.idle or self.open < self.most:
            ready = [share for share in self._shares if share.is_waiting() and share.has_room()]
            if not ready:
                return
            share = min(ready, key=lambda one: one.waiting[0].number)
            share.taken += 1
            if self.idle:
                share.waiting.popleft().came.set_result(self.idle.pop())
            else:
                self.open += 1
                share.waiting.popleft().came.set_result(None)

    async def close(self) -> None:
        """Give the pool back what nobody uses; what is in use follows when it is done."""
        self.closed = True
        while self.idle:
            self.open -= 1
            await self.pool.release(self.idle.pop())


class Share:
    """Some of the lanes. Who has taken one gives it back, or drops it if anything is wrong with it."""

    def __init__(self, lanes: Lanes, most: int) -> None:
        self._lanes, self._most = lanes, most
        self.taken = 0
        self.waiting: deque[_Turn] = deque()

    @asynccontextmanager
    async def lent(self) -> AsyncIterator[Any]:
        """A connection, dropped if the block raises. Raises what `take` raises."""
        connection = await self.take()
        try:
            yield connection
        except BaseException:
            await self.drop(connection)
            raise
        await self.give(connection)

    async def ask(self, question: Callable[[Any], Awaitable[Answer]]) -> Answer:
        """What a connection answers. Raises what `take` and asyncpg raise. Every read comes here: it is spelled out."""
        connection = self._at_once() or await self.take()
        try:
            answer = await question(connection)
        except BaseException:
            await self.drop(connection)
            raise
        if not self._keep(connection):
            await self.drop(connection)
        return answer

    def fetch_row(self, query: str, values: list[Any]) -> Coroutine[Any, Any, Any]:
        """The one row of a query, None without any. Raises what `ask` raises."""
        return self.ask(lambda connection: connection.fetchrow(query, *values))

    async def take(self) -> Any:
        """A connection. Raises TimeoutError, and what asyncpg raises where it cannot connect."""
        lanes = self._lanes
        while True:
            if lanes.idle and self.has_room():
                connection = lanes.idle.pop()
                self.taken += 1
            elif lanes.open < lanes.most and self.has_room():
                connection = None
                lanes.open += 1
                self.taken += 1
            else:
                connection = await self._turn()
            if connection is None:
                break
            if not _is_lost(connection):
                return connection
            await self.drop(connection)
        try:
            return await lanes.pool.acquire()
        except BaseException:
            self._leave()
            raise

    async def give(self, connection: Any) -> None:
        """Hand a connection to who waits longest, or keep it; once closed it goes back to the pool."""
        if not self._keep(connection):
            await self.drop(connection)

    def _at_once(self) -> Any:
        """A connection that nobody uses and that lives; None if it takes more to get one."""
        lanes = self._lanes
        if not lanes.idle or not self.has_room() or _is_lost(lanes.idle[-1]):
            return None
        self.taken += 1
        return lanes.idle.pop()

    def _keep(self, connection: Any) -> bool:
        """Let those who wait have a connection, or whoever comes next; not once closed."""
        if self._lanes.closed:
            return False
        self.taken -= 1
        self._lanes.idle.append(connection)
        self._lanes.offer()
        return True

    async def drop(self, connection: Any) -> None:
        """Leave one's place at once, and give the connection back to the pool, which mends it and may take a while."""
        self._leave()
        await self._lanes.pool.release(connection)

    def has_room(self) -> bool:
        """Whether another one may be taken."""
        return self.taken < self._most

    def is_waiting(self) -> bool:
        """Whether somebody waits who has neither given up nor been cancelled."""
        while self.waiting and self.waiting[0].came.done():
            self.waiting.popleft()
        return bool(self.waiting)

    async def _turn(self) -> Any:
        """Wait for what another one leaves; it counts as taken then. Raises TimeoutError."""
        turn = self._lanes.turn()
        self.waiting.append(turn)
        timer = asyncio.get_running_loop().call_later(self._lanes.patience, _give_up, turn)
        try:
            return await turn.came
        except asyncio.CancelledError:
            if turn.came.done() and not turn.came.cancelled() and turn.came.exception() is None:  # too late to be asked
                if turn.came.result() is None:
                    self._leave()
                else:
                    await self.give(turn.came.result())
            raise
        finally:
            timer.cancel()

    def _leave(self) -> None:
        """Leave one's place to who waits longest."""
        self.taken -= 1
        self._lanes.open -= 1
        self._lanes.offer()


def _give_up(turn: _Turn) -> None:
    if not turn.came.done():
        turn.came.set_exception(TimeoutError())


def _is_lost(connection: Any) -> bool:
    """Whether a connection has died; the pool takes such a one back by itself."""
    try:
        return bool(connection.is_closed())
    except asyncpg.InterfaceError:
        return True
