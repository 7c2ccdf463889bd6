"""A time limit for a block, for less than `asyncio.timeout` takes: it stands around every operation."""

import asyncio
from types import TracebackType
from typing import Self

from engine.timing.delays import Delay


class Timeout:
    """A block that is cancelled after a delay; it then raises TimeoutError."""

    __slots__ = ("_cancelling", "_delay", "_expired", "_task")

    def __init__(self, delay: Delay) -> None:
        self._delay = delay
        self._expired = False

    def __enter__(self) -> Self:
        task = asyncio.current_task()
        assert task is not None, "only a task can be cancelled"
        self._task, self._cancelling = task, task.cancelling()
        self._delay.add(self, self._expire)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._delay.discard(self)
        if self._expired and self._task.uncancel() <= self._cancelling and kind is asyncio.CancelledError:
            raise TimeoutError from error

    def _expire(self) -> None:
        self._expired = True
        self._task.cancel()
