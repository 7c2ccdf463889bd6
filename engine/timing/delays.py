"""Time limits that are seldom reached: a request has four, and discards nearly all of them."""

import asyncio
from collections.abc import Callable, Hashable


class Delay:
    """Calls back each waiter that still waits after so many seconds.

    All waiters wait equally long, so that the first to come is the first to be due, and one timer is enough for all. A
    timer for each waiter would cost more than most of the work that it limits.
    """

    __slots__ = ("_due", "_loop", "_timer", "seconds")

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._due: dict[Hashable, tuple[float, Callable[[], None]]] = {}
        self._loop: asyncio.AbstractEventLoop | None = None
        self._timer: asyncio.TimerHandle | None = None

    def __len__(self) -> int:
        return len(self._due)

    def add(self, waiter: Hashable, call: Callable[[], None]) -> None:
        """Let a waiter wait from now on, in the running loop."""
        loop = asyncio.get_running_loop()
        if loop is not self._loop:
            self._loop, self._timer = loop, None
            self._due.clear()  # another loop has ended, and its waiters with it
        self._due.pop(waiter, None)  # else it would keep its earlier place
        self._due[waiter] = loop.time() + self.seconds, call
        if self._timer is None:
            self._timer = loop.call_later(self.seconds, self._look)

    def discard(self, waiter: Hashable) -> None:
        """Let a waiter go, if it waits."""
        self._due.pop(waiter, None)

    def _look(self) -> None:
        assert self._loop is not None
        self._timer = None
        if not self._due:
            return
        waiter, (at, call) = next(iter(self._due.items()))
        left = at - self._loop.time()
        self._timer = self._loop.call_later(max(left, 0), self._look)  # first: the call may raise
        if left <= 0:
            del self._due[waiter]
            call()
