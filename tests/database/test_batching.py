"""Statements that travel together: as if each had come alone, but for the round trips; none suffers for another."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import asyncpg
import pytest

from database import batching
from database.batching import NotOneRow, Pipelines
from database.connections import Share
from engine.outage import is_outage
from tests.database.batches import ECHO, SLOW, ask, pipelines_of

HALF = "select 100 / $1::int as n"
SOME = "select n from generate_series(1, 3) as found(n) where n = $1::int"
DEADLY = "select $1::int as n, case $1::int when 0 then pg_terminate_backend(pg_backend_pid()) end"
"""Ends its own connection instead of giving 0 back."""
MANY = "select $1::int as n from generate_series(1, $1::int)"
"""As many rows as the number says."""


@pytest.fixture(autouse=True)
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A busy machine may take its time to connect."""
    monkeypatch.setattr(batching, "PATIENCE", 5.0)


async def test_reads_of_one_text_share_round_trips_and_each_gets_its_own_row(postgres_url: str) -> None:
    async with pipelines_of(postgres_url) as (pipelines, _, trips):
        numbers = list(range(2 * batching.MOST + 4))
        assert await ask(pipelines, ECHO, numbers) == numbers
        assert trips.count((ECHO, 1)) == 1
        assert sorted(count for _, count in trips) == [1, 3, batching.MOST, batching.MOST]
        assert (pipelines._trips, pipelines._tasks, len(pipelines._patience)) == ({}, set(), 0)


async def test_who_comes_alone_waits_for_nobody(postgres_url: str) -> None:
    async with pipelines_of(postgres_url) as (pipelines, _, trips):
        for number in range(5):
            assert await ask(pipelines, ECHO, [number]) == [number]
        assert trips == [(ECHO, 1)] * 5


async def test_texts_do_not_wait_for_one_another(postgres_url: str) -> None:
    async with pipelines_of(postgres_url) as (pipelines, _, _):
        slow = asyncio.create_task(pipelines.fetch_row(SLOW, [2_000]))
        await asyncio.sleep(0)
        assert await asyncio.wait_for(ask(pipelines, ECHO, [1, 2, 3]), 1) == [1, 2, 3]
        assert not slow.done()
        slow.cancel()


async def test_of_reads_that_fail_together_only_the_one_that_fails_alone_is_told(postgres_url: str) -> None:
    async with pipelines_of(postgres_url) as (pipelines, _, trips):
        found = await ask(pipelines, HALF, [1, 2, 0, 4, 5])
        assert found == [100, 50, asyncpg.DivisionByZeroError, 25, 20]
        assert (HALF, 4) in trips
        assert await ask(pipelines, HALF, [10]) == [10]


async def test_a_value_that_cannot_be_sent_is_its_callers_alone(postgres_url: str) -> None:
    async with pipelines_of(postgres_url) as (pipelines, _, _):
        found = await ask(pipelines, ECHO, [1, 2, 2**40, 4])
        assert found == [1, 2, asyncpg.DataError, 4]
        assert await ask(pipelines, ECHO, [5, 6]) == [5, 6]


async def test_who_finds_no_row_takes_nobody_elses(postgres_url: str) -> None:
    async with pipelines_of(postgres_url) as (pipelines, _, _):
        assert await ask(pipelines, SOME, [1, 9, 2, 9, 3]) == [1, None, 2, None, 3]


async def test_a_query_of_several_rows_is_refused_for_it_could_take_the_place_of_one_that_finds_none(
    postgres_url: str,
) -> None:
    async with pipelines_of(postgres_url) as (pipelines, _, trips):
        assert await ask(pipelines, MANY, [1, 2]) == [1, NotOneRow]
        assert await ask(pipelines, MANY, [2]) == [NotOneRow]
        assert await ask(pipelines, MANY, [1, 0, 1]) == [1, None, 1]
        assert (MANY, 2) in trips


async def test_who_is_cancelled_takes_nobody_along(postgres_url: str) -> None:
    async with pipelines_of(postgres_url) as (pipelines, share, trips):
        for leaving in (0, 1, 2):  # the first, who is under way; one who waits; all who wait
            tasks = [asyncio.create_task(pipelines.fetch_row(ECHO, [number])) for number in range(4)]
            await asyncio.sleep(0)
            gone = tasks[1:] if leaving == 2 else [tasks[leaving]]
            for task in gone:
                task.cancel()
            found = await asyncio.gather(*tasks, return_exceptions=True)
            assert [one["n"] for one in found if not isinstance(one, BaseException)] == [
                number for number, task in enumerate(tasks) if task not in gone
            ]
        assert share.taken == 0
        trips.clear()
        assert await ask(pipelines, ECHO, [7, 8]) == [7, 8]
        assert [count for _, count in trips] == [1, 1]


async def test_one_that_is_cancelled_in_a_pipeline_leaves_the_others_their_rows(postgres_url: str) -> None:
    async with pipelines_of(postgres_url) as (pipelines, _, trips):
        tasks = [asyncio.create_task(pipelines.fetch_row(SLOW, [number])) for number in (1, 30, 30, 30)]
        await tasks[0]
        await asyncio.sleep(0)
        tasks[2].cancel()  # the three are under way
        found = await asyncio.gather(*tasks, return_exceptions=True)
        assert [isinstance(one, asyncio.CancelledError) for one in found] == [False, False, True, False]
        assert [count for _, count in trips] == [1, 3]


async def test_nobody_waits_long_for_one_that_does_not_come_back(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for patience, ends in ((0.01, True), (60.0, False)):
        monkeypatch.setattr(batching, "PATIENCE", patience)
        async with pipelines_of(postgres_url) as (pipelines, _, _):
            first = asyncio.create_task(pipelines.fetch_row(SLOW, [2_000]))
            await asyncio.sleep(0)
            others = asyncio.create_task(ask(pipelines, SLOW, [1, 2, 3]))
            done, _ = await asyncio.wait([others], timeout=0.7)
            assert bool(done) is ends
            first.cancel()
            assert await others == [1, 2, 3]


async def test_as_many_as_fit_into_a_pipeline_wait_for_nobody(postgres_url: str) -> None:
    async with pipelines_of(postgres_url) as (pipelines, _, trips):
        first = asyncio.create_task(pipelines.fetch_row(SLOW, [3_000]))
        await asyncio.sleep(0)
        few = asyncio.create_task(ask(pipelines, SLOW, [1] * (batching.MOST - 1)))
        done, _ = await asyncio.wait([few], timeout=0.5)
        assert not done
        assert await asyncio.wait_for(pipelines.fetch_row(SLOW, [1]), 2)
        assert await few == [1] * (batching.MOST - 1)
        assert (first.done(), trips) == (False, [(SLOW, batching.MOST)])
        first.cancel()


async def test_the_statement_of_one_that_has_been_sent_alone_ends_with_it(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batching, "PATIENCE", 0.01)
    active = "query = $1 and state = 'active' and datname = current_database()"
    async with pipelines_of(postgres_url) as (pipelines, share, _), share.lent() as watcher:

        async def until(number: int) -> None:
            async with asyncio.timeout(5):
                while await watcher.fetchval(f"select count(*) from pg_stat_activity where {active}", SLOW) != number:
                    pass

        tasks = [asyncio.create_task(pipelines.fetch_row(SLOW, [60_000])) for _ in range(2)]
        await until(2)
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks)
        await until(0)


async def test_who_is_cancelled_as_it_is_sent_alone_keeps_nobody_waiting(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with pipelines_of(postgres_url) as (pipelines, _, trips):
        depart = Pipelines._depart

        def departed(self: Pipelines, query: str, trip: Any) -> None:
            depart(self, query, trip)
            second.cancel()

        first, second = (asyncio.create_task(pipelines.fetch_row(ECHO, [number])) for number in (1, 2))
        monkeypatch.setattr(Pipelines, "_depart", departed)
        await asyncio.wait([first, second])
        monkeypatch.undo()
        assert second.cancelled()
        assert (trips, pipelines._trips) == ([(ECHO, 1)], {})


async def test_of_long_reads_each_goes_alone_and_of_short_ones_many_together(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batching, "PATIENCE", 0.4)
    monkeypatch.setattr(batching, "LONG", 10)
    async with pipelines_of(postgres_url) as (pipelines, _, trips):
        for takes, ways in ((450, {1}), (140, {1, 2}), (0, {1, batching.MOST - 1})):
            trips.clear()
            assert await ask(pipelines, SLOW, [takes] * batching.MOST) == [takes] * batching.MOST
            assert {count for text, count in trips if text == SLOW} == ways


class Ways:
    """The ways that calls are under way on."""

    def __init__(self, pipelines: Pipelines, share: Share) -> None:
        self._pipelines, self._share = pipelines, share
        self.asked: list[asyncio.Task[Any]] = []

    async def after(self, calls: int, takes: int) -> int:
        """How many there are once so many more have been asked that take so many milliseconds."""
        self.asked += [asyncio.create_task(self._pipelines.fetch_row(SLOW, [takes])) for _ in range(calls)]
        for _ in range(5):
            await asyncio.sleep(0)
        return self._share.taken


@asynccontextmanager
async def ways(url: str, patience: float, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Ways]:
    """Nothing under way yet, and nothing that takes too long; at the end all that has been asked is answered."""
    monkeypatch.setattr(batching, "LONG", 10)
    monkeypatch.setattr(batching, "PATIENCE", patience)
    async with pipelines_of(url, most=8) as (pipelines, share, _):
        found = Ways(pipelines, share)
        yield found
        await asyncio.gather(*found.asked)


@pytest.fixture
def out_of_patience(monkeypatch: pytest.MonkeyPatch) -> asyncio.Event:
    """Set once somebody has waited for too long."""
    event, hurry = asyncio.Event(), Pipelines._hurry

    def hurried(self: Pipelines, query: str, trip: Any) -> None:
        hurry(self, query, trip)
        event.set()

    monkeypatch.setattr(Pipelines, "_hurry", hurried)
    return event


async def test_of_those_who_have_waited_for_long_as_many_leave_together_as_are_away(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch, out_of_patience: asyncio.Event
) -> None:
    async with ways(postgres_url, 0.2, monkeypatch) as under_way:
        await under_way.after(1, takes=1)
        await under_way.after(3, takes=300)
        await under_way.asked[0]
        assert await under_way.after(4, takes=1) == 1
        await out_of_patience.wait()
        assert await under_way.after(0, takes=0) == 3  # the three who were away, three more, and one


async def test_who_comes_after_one_that_took_long_goes_alone_at_once(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch, out_of_patience: asyncio.Event
) -> None:
    async with ways(postgres_url, 0.2, monkeypatch) as under_way:
        assert await under_way.after(3, takes=700) == 1
        await out_of_patience.wait()
        assert await under_way.after(1, takes=700) == 4  # since one has been away for so long
        await under_way.asked[0]
        assert await under_way.after(1, takes=700) == 4  # and since it has taken so long


async def test_as_many_leave_together_as_fit_into_the_patience(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with ways(postgres_url, 0.4, monkeypatch) as under_way:
        assert await under_way.after(3, takes=140) == 1
        await under_way.asked[0]
        assert await under_way.after(1, takes=140) == 1
        await under_way.asked[2]
        assert await under_way.after(1, takes=140) == 1
        assert await under_way.after(1, takes=140) == 2


async def test_however_quick_they_are_a_pipeline_does_not_take_all(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with ways(postgres_url, 5, monkeypatch) as under_way:
        await under_way.after(1, takes=1)
        await under_way.after(1, takes=300)
        await under_way.asked[0]
        assert await under_way.after(batching.MOST + 2, takes=1) == 2


async def test_who_is_in_company_with_a_slow_one_does_not_wait_for_it(postgres_url: str) -> None:
    async with pipelines_of(postgres_url) as (pipelines, _, trips):
        tasks = [asyncio.create_task(pipelines.fetch_row(SLOW, [number])) for number in (1, 2_000, 2, 3)]
        quick = asyncio.gather(*tasks[:1], *tasks[2:])
        assert [row["n"] for row in await asyncio.wait_for(quick, 1.5)] == [1, 2, 3]
        assert not tasks[1].done()
        assert (await tasks[1])["n"] == 2_000
        assert sorted(count for text, count in trips if text == SLOW) == [1, 1, 1, 1, 3]


async def test_a_text_that_takes_long_is_asked_for_by_each_alone_for_a_while(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batching, "ALONE", 0.3)
    async with pipelines_of(postgres_url) as (pipelines, _, trips):
        assert await ask(pipelines, SLOW, [250]) == [250]
        assert await ask(pipelines, ECHO, [1, 2, 3]) == [1, 2, 3]
        assert await ask(pipelines, SLOW, [1, 2, 3]) == [1, 2, 3]
        assert trips == [(SLOW, 1), (ECHO, 1), (ECHO, 2), *[(SLOW, 1)] * 3]
        over = asyncio.Event()
        asyncio.get_running_loop().call_later(batching.ALONE, over.set)
        await over.wait()
        trips.clear()
        assert await ask(pipelines, SLOW, [1, 2, 3]) == [1, 2, 3]
        assert trips == [(SLOW, 1), (SLOW, 2)]


async def test_waiting_for_a_connection_is_not_taking_long(postgres_url: str) -> None:
    async with pipelines_of(postgres_url, most=1) as (pipelines, share, trips):
        async with share.lent():
            waiting = asyncio.create_task(ask(pipelines, ECHO, [1, 2]))
            await asyncio.sleep(1.5 * batching.LONG)
        assert await waiting == [1, 2]
        trips.clear()
        assert await ask(pipelines, ECHO, [1, 2, 3]) == [1, 2, 3]
        assert trips == [(ECHO, 1), (ECHO, 2)]


async def test_without_a_connection_all_are_told_and_nobody_asks_again(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with pipelines_of(postgres_url, most=1) as (pipelines, share, _):
        share._lanes.patience = 0.05
        take, asked = share.take, list[None]()

        async def taken() -> Any:
            asked.append(None)
            return await take()

        async with share.lent():
            monkeypatch.setattr(share, "take", taken)
            assert await ask(pipelines, ECHO, [1, 2, 3]) == [TimeoutError] * 3
        assert len(asked) == 2
        assert await ask(pipelines, ECHO, [1]) == [1]


async def test_a_connection_that_is_cut_under_a_pipeline_costs_the_others_nothing(postgres_url: str) -> None:
    async with pipelines_of(postgres_url) as (pipelines, _, _):
        *found, cut = await ask(pipelines, DEADLY, [1, 2, 3, 0])
        assert found == [1, 2, 3]
        assert is_outage(cut())
