"""The time limit of a block: what asyncio.timeout promises, held by both."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from engine.timing.delays import Delay
from engine.timing.timeout import Timeout


@asynccontextmanager
async def ours(seconds: float) -> AsyncIterator[None]:
    with Timeout(Delay(seconds)):
        yield


LIMITS = pytest.mark.parametrize("limit", [ours, asyncio.timeout], ids=["ours", "asyncio's"])


@LIMITS
async def test_a_block_that_takes_too_long_raises_timeout_error(limit: type[asyncio.Timeout]) -> None:
    with pytest.raises(TimeoutError):
        async with limit(0.01):
            await asyncio.Event().wait()
    task = asyncio.current_task()
    assert task is not None
    assert not task.cancelling()


@LIMITS
async def test_a_block_that_ends_in_time_is_left_alone(limit: type[asyncio.Timeout]) -> None:
    async with limit(0.01):
        pass
    await asyncio.sleep(0.02)


@LIMITS
async def test_a_cancellation_from_outside_remains_a_cancellation(limit: type[asyncio.Timeout]) -> None:
    entered = asyncio.Event()

    async def work() -> None:
        async with limit(30):
            entered.set()
            await asyncio.Event().wait()

    task = asyncio.create_task(work())
    await entered.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


@LIMITS
async def test_of_two_limits_the_one_that_has_passed_raises(limit: type[asyncio.Timeout]) -> None:
    with pytest.raises(TimeoutError):
        async with limit(0.01), limit(30):
            await asyncio.Event().wait()


@LIMITS
async def test_another_error_of_the_block_is_not_hidden(limit: type[asyncio.Timeout]) -> None:
    with pytest.raises(ZeroDivisionError):
        async with limit(30):
            _ = 1 / 0
