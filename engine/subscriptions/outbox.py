"""A bounded queue between the hub, which never waits, and a client, which may not read."""

import asyncio
from collections import deque
from typing import ClassVar, Generic, TypeVar

from engine.subscriptions.streams import End, EndReason, Payload

Queued = TypeVar("Queued")

MOST_ITEMS = 1_000
MOST_BYTES = 1 << 20


class Outbox(Generic[Queued]):
    """A queue with a limit of items and of bytes."""

    __slots__ = ("_items", "_most_bytes", "_most_items", "_waiting", "bytes")

    overflows: ClassVar[int] = 0
    """How often an item was refused, in all outboxes of this process."""

    def __init__(self, *, most_items: int = MOST_ITEMS, most_bytes: int = MOST_BYTES) -> None:
        self._items: deque[tuple[Queued, int]] = deque()
        self._most_items = most_items
        self._most_bytes = most_bytes
        self._waiting: list[asyncio.Future[None]] = []
        self.bytes = 0

    def __len__(self) -> int:
        return len(self._items)

    def put(self, item: Queued, size: int) -> bool:
        """Add an item; False if there is no room. An empty outbox takes an item of any size."""
        if self._items and (len(self._items) >= self._most_items or self.bytes + size > self._most_bytes):
            Outbox.overflows += 1
            return False
        self._items.append((item, size))
        self.bytes += size
        return True

    def take(self) -> Queued:
        """Take out the oldest item; raises IndexError if there is none."""
        item, size = self._items.popleft()
        self.bytes -= size
        if self._waiting and self._roomy:
            self._wake()
        return item

    def clear(self) -> None:
        """Drop all items, and let all waiters go on."""
        self._items.clear()
        self.bytes = 0
        self._wake()

    async def room(self) -> None:
        """Wait until it is at most half full."""
        while not self._roomy:
            future = asyncio.get_running_loop().create_future()
            self._waiting.append(future)
            await future

    @property
    def _roomy(self) -> bool:
        return len(self._items) * 2 <= self._most_items and self.bytes * 2 <= self._most_bytes

    def _wake(self) -> None:
        waiting, self._waiting = self._waiting, []
        for future in waiting:
            if not future.done():
                future.set_result(None)


class PullSink:
    """A sink that is read by iteration. Its last payload holds the errors of the end."""

    def __init__(self, outbox: Outbox[Payload] | None = None) -> None:
        self._outbox: Outbox[Payload] = Outbox() if outbox is None else outbox
        self._something = asyncio.Event()
        self._end: End | None = None

    def push(self, payload: Payload) -> None:
        if self._end is None and not self._outbox.put(payload, len(payload)):
            self.end(End.because(EndReason.OVERFLOW))
        self._something.set()

    async def room(self) -> None:
        await self._outbox.room()

    def end(self, end: End) -> None:
        if self._end is None:
            self._end = end
            if end.reason is not EndReason.RESTART:
                self._outbox.clear()
            self._outbox.put(end.payload(), 0)
            self._something.set()

    async def next(self) -> Payload:
        """The next payload; raises StopAsyncIteration after the end."""
        while not len(self._outbox):
            if self._end is not None:
                raise StopAsyncIteration
            self._something.clear()
            await self._something.wait()
        return self._outbox.take()

    @property
    def ended(self) -> bool:
        return self._end is not None
