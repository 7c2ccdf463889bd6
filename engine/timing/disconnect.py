"""Cancels work for a client that has disconnected."""

import asyncio
from types import TracebackType
from typing import Self

from starlette.types import Receive

from engine.timing.delays import Delay

SOON = Delay(0.05)
"""Before a request's client is watched: most requests are answered by then, and cost no more than this delay."""


class ClientDisconnected(Exception):
    """The client has disconnected before its request was read, or before it was answered."""


class CancelOnDisconnect:
    """A block that is canceled when the client of a request, whose body has been read, disconnects.

    It then raises ClientDisconnected.
    """

    __slots__ = ("_gone", "_receive", "_task", "_watcher")

    def __init__(self, receive: Receive) -> None:
        self._receive = receive
        self._gone = False
        self._watcher: asyncio.Task[None] | None = None

    def __enter__(self) -> Self:
        self._task = asyncio.current_task()
        SOON.add(self, self._watch)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        SOON.discard(self)
        if self._watcher is not None:
            self._watcher.cancel()
        if self._gone and kind is asyncio.CancelledError and self._task is not None and self._task.uncancel() == 0:
            raise ClientDisconnected from None

    def _watch(self) -> None:
        self._watcher = asyncio.create_task(self._wait(), name="http-gone")

    async def _wait(self) -> None:
        while (await self._receive())["type"] != "http.disconnect":
            pass
        if self._task is not None:
            self._gone = True
            self._task.cancel()
