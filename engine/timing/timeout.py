"""A time limit for a block that costs less than `asyncio.timeout`, since every operation has one."""

import asyncio
from types import TracebackType
from typing import Self

from engine.timing.delays import Delay


class Timeout:
    """A block that is canceled after a delay; it then raises TimeoutError."""

    __slots__ = ("_canceling", "_delay", "_expired", "_task")

    def __init__(self, delay: Delay) -> None:
        self._delay = delay
        self._expired = False

    def __enter__(self) -> Self:
        task = asyncio.current_task()
        assert task is not None, "only a task can be canceled"
        self._task, self._canceling = task, task.cancelling()
        self._delay.add(self, self._expire)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._delay.discard(self)
        if self._expired and self._task.uncancel() <= self._canceling and kind is asyncio.CancelledError:
            raise TimeoutError from error

    def _expire(self) -> None:
        self._expired = True
        self._task.cancel()
