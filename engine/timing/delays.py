"""Calls that are nearly always called off: time limits, of which a request has four and seldom reaches one."""

import asyncio
from collections.abc import Callable, Hashable


class Delay:
    """Calls back who still waits after so many seconds.

    All wait equally long, so that who came first is due first and one timer is enough for all of them: one each costs
    more than what most of them wait for.
    """

    __slots__ = ("_due", "_loop", "_timer", "seconds")

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._due: dict[Hashable, tuple[float, Callable[[], None]]] = {}
        self._loop: asyncio.AbstractEventLoop | None = None
        self._timer: asyncio.TimerHandle | None = None

    def __len__(self) -> int:
        return len(self._due)

    def add(self, who: Hashable, call: Callable[[], None]) -> None:
        """Let somebody wait, from now on, in the running loop."""
        loop = asyncio.get_running_loop()
        if loop is not self._loop:
            self._loop, self._timer = loop, None
            self._due.clear()  # another loop has ended, and with it whoever waited there
        self._due.pop(who, None)  # else an earlier place would be kept
        self._due[who] = loop.time() + self.seconds, call
        if self._timer is None:
            self._timer = loop.call_later(self.seconds, self._look)

    def discard(self, who: Hashable) -> None:
        """Call it off, if there is anything to call off."""
        self._due.pop(who, None)

    def _look(self) -> None:
        assert self._loop is not None
        self._timer = None
        if not self._due:
            return
        who, (at, call) = next(iter(self._due.items()))
        left = at - self._loop.time()
        self._timer = self._loop.call_later(max(left, 0), self._look)  # first: the call may raise
        if left <= 0:
            del self._due[who]
            call()
