"""Whose document is examined next: one at a time, callers in turns, none with more than a few that wait.

Parsing and validating a document that was not seen before holds the process up for as long as a hundred small
operations take. So the callers take turns: a caller that sends a hundred such documents delays another's by two. After
each turn the process rests for twice as long as the turn took if it was long, and serves what it knows meanwhile.

The policy is unfair in one respect: a caller with many addresses has as many turns.
"""

import asyncio
from collections import OrderedDict, deque
from collections.abc import AsyncIterator, Hashable
from contextlib import asynccontextmanager

from engine.errors import Throttled

MOST_WAITING = 20
"""Documents of one caller that wait."""
SHORT = 0.005
"""Seconds of a turn that nobody notices."""
REST = 2.0
"""A rest's multiple of the turn before it."""
LONGEST_REST = 0.3
"""Seconds."""


class Turns:
    """Turns of one process. `waited` is how long all documents have waited together, in seconds."""

    def __init__(self, *, most_waiting: int = MOST_WAITING) -> None:
        self._most = most_waiting
        self._queues: OrderedDict[Hashable, deque[asyncio.Future[None]]] = OrderedDict()
        self._taken = False
        self.waited = 0.0

    @property
    def waiting(self) -> int:
        """How many documents wait."""
        return sum(map(len, self._queues.values()))

    @asynccontextmanager
    async def turn(self, caller: Hashable) -> AsyncIterator[None]:
        """The caller's turn; raises Throttled if too many of its documents wait. A canceled waiter leaves its place."""
        loop = asyncio.get_running_loop()
        if self._taken:
            await self._wait(caller)
        self._taken = True
        began = loop.time()
        try:
            yield
        finally:
            self._rest(loop.time() - began)

    async def _wait(self, caller: Hashable) -> None:
        queue = self._queues.setdefault(caller, deque())
        if len(queue) >= self._most:
            raise Throttled(f"At most {self._most} new documents of one caller wait at a time: try again later.")
        loop = asyncio.get_running_loop()
        turn, began = loop.create_future(), loop.time()
        queue.append(turn)
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():
                self._next()
            elif turn in queue:
                queue.remove(turn)
                if not queue:
                    self._queues.pop(caller, None)
            raise
        finally:
            self.waited += loop.time() - began

    def _rest(self, seconds: float) -> None:
        if seconds < SHORT:
            self._next()
        else:
            asyncio.get_running_loop().call_later(min(seconds * REST, LONGEST_REST), self._next)

    def _next(self) -> None:
        """Give the turn to the caller whose last turn is the longest ago."""
        while self._queues:
            caller, queue = self._queues.popitem(last=False)
            turn = queue.popleft()
            if queue:
                self._queues[caller] = queue
            if not turn.done():
                turn.set_result(None)
                return
        self._taken = False
