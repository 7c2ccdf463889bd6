"""A worker with nothing to do: each of its tasks asks the database once, and rests until its own next row is due."""

import asyncio
from collections import Counter
from typing import Any

import pytest
from tortoise.connection import get_connection

from events.notifier import ProcessNotifier
from services.commands import Commands
from services.worker.due import POLL, Worker
from tests.market import Market


@pytest.fixture
def asked(market: Market, monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """How often the worker has looked, and how many transactions it has begun."""
    counts: Counter[str] = Counter()
    client = type(get_connection("default"))
    look, begin = client.execute_query_dict, Commands.work_on_due

    async def looking(self: Any, *args: Any) -> Any:
        counts["looks"] += 1
        return await look(self, *args)

    async def beginning(self: Commands, *args: Any) -> Any:
        counts["transactions"] += 1
        return await begin(self, *args)

    monkeypatch.setattr(client, "execute_query_dict", looking)
    monkeypatch.setattr(Commands, "work_on_due", beginning)
    return counts


async def test_a_step_without_work_is_one_look_for_labels_and_one_for_the_rest(
    market: Market, asked: Counter[str]
) -> None:
    await market.work()
    asked.clear()
    assert not await market.worker.once()
    assert asked == {"looks": 2}


class Resting(ProcessNotifier):
    """Never ends a rest, and keeps how long each would have been."""

    def __init__(self) -> None:
        super().__init__()
        self.rests: list[float] = []
        self.all_rest = asyncio.Event()

    async def wait(self, seconds: float) -> None:
        self.rests.append(round(seconds, 3))
        if len(self.rests) == 3:
            self.all_rest.set()
        await asyncio.Event().wait()


async def test_each_task_rests_until_its_own_next_row_is_due_and_asks_nothing_for_that(
    market: Market, asked: Counter[str]
) -> None:
    await market.apply(await market.request(await market.order(), lamp=1))
    market.clock.pass_by(seconds=1.6)
    resting = Resting()
    worker = Worker(market.one.commands, {}, resting)
    asked.clear()
    running = asyncio.create_task(worker.run())
    try:
        async with asyncio.timeout(10):
            await resting.all_rest.wait()
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
    assert sorted(resting.rests) == [0.4, 0.4, POLL]
    assert asked == {"looks": 3}
