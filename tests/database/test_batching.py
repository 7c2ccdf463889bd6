"""Statements in a batch: each runs as if it had come alone, but for the round trips; none pays for another."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import asyncpg
import pytest

from database import batching
from database.batching import Batching, NotOneRow
from database.connections import Budget
from engine.errors import is_outage
from tests.database.batches import ECHO, SLOW, ask, batching_of

HALF = "select 100 / $1::int as n"
SOME = "select n from generate_series(1, 3) as found(n) where n = $1::int"
DEADLY = "select $1::int as n, case $1::int when 0 then pg_terminate_backend(pg_backend_pid()) end"
"""Ends its own connection instead of giving 0 back."""
MANY = "select $1::int as n from generate_series(1, $1::int)"
"""As many rows as the number says."""


@pytest.fixture(autouse=True)
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A busy machine may need time to connect."""
    monkeypatch.setattr(batching, "MAX_WAIT", 5.0)


async def test_reads_of_one_text_share_round_trips_and_each_gets_its_own_row(postgres_url: str) -> None:
    async with batching_of(postgres_url) as (calls, _, trips):
        numbers = list(range(2 * batching.MAX_BATCH + 4))
        assert await ask(calls, ECHO, numbers) == numbers
        assert trips.count((ECHO, 1)) == 1
        assert sorted(count for _, count in trips) == [1, 3, batching.MAX_BATCH, batching.MAX_BATCH]
        assert calls.pending == 0
        assert calls.shared == 2 * batching.MAX_BATCH + 3


async def test_a_single_caller_never_waits(postgres_url: str) -> None:
    async with batching_of(postgres_url) as (calls, _, trips):
        for number in range(5):
            assert await ask(calls, ECHO, [number]) == [number]
        assert trips == [(ECHO, 1)] * 5


async def test_texts_do_not_wait_for_one_another(postgres_url: str) -> None:
    async with batching_of(postgres_url) as (calls, _, _):
        slow = asyncio.create_task(calls.fetch_row(SLOW, [2_000]))
        await asyncio.sleep(0)
        assert await asyncio.wait_for(ask(calls, ECHO, [1, 2, 3]), 1) == [1, 2, 3]
        assert not slow.done()
        slow.cancel()


async def test_if_a_batch_fails_only_the_read_at_fault_raises(postgres_url: str) -> None:
    async with batching_of(postgres_url) as (calls, _, trips):
        found = await ask(calls, HALF, [1, 2, 0, 4, 5])
        assert found == [100, 50, asyncpg.DivisionByZeroError, 25, 20]
        assert (HALF, 4) in trips
        assert await ask(calls, HALF, [10]) == [10]


async def test_a_value_that_cannot_be_sent_fails_its_own_caller_only(postgres_url: str) -> None:
    async with batching_of(postgres_url) as (calls, _, _):
        found = await ask(calls, ECHO, [1, 2, 2**40, 4])
        assert found == [1, 2, asyncpg.DataError, 4]
        assert await ask(calls, ECHO, [5, 6]) == [5, 6]


async def test_a_read_without_a_row_does_not_take_another_calls_row(postgres_url: str) -> None:
    async with batching_of(postgres_url) as (calls, _, _):
        assert await ask(calls, SOME, [1, 9, 2, 9, 3]) == [1, None, 2, None, 3]


async def test_a_query_of_several_rows_is_refused_because_they_could_be_taken_for_another_calls(
    postgres_url: str,
) -> None:
    async with batching_of(postgres_url) as (calls, _, trips):
        assert await ask(calls, MANY, [1, 2]) == [1, NotOneRow]
        assert await ask(calls, MANY, [2]) == [NotOneRow]
        assert await ask(calls, MANY, [1, 0, 1]) == [1, None, 1]
        assert (MANY, 2) in trips


async def test_canceling_a_call_leaves_the_others_their_rows(postgres_url: str) -> None:
    async with batching_of(postgres_url) as (calls, budget, trips):
        for leaving in (0, 1, 2):  # the first, which is in flight; one that waits; all that wait
            tasks = [asyncio.create_task(calls.fetch_row(ECHO, [number])) for number in range(4)]
            await asyncio.sleep(0)
            gone = tasks[1:] if leaving == 2 else [tasks[leaving]]
            for task in gone:
                task.cancel()
            found = await asyncio.gather(*tasks, return_exceptions=True)
            assert [row["n"] for row in found if not isinstance(row, BaseException)] == [
                number for number, task in enumerate(tasks) if task not in gone
            ]
        assert budget.in_use == 0
        trips.clear()
        assert await ask(calls, ECHO, [7, 8]) == [7, 8]
        assert [count for _, count in trips] == [1, 1]


async def test_canceling_a_call_in_a_batch_leaves_the_others_their_rows(postgres_url: str) -> None:
    async with batching_of(postgres_url) as (calls, _, trips):
        tasks = [asyncio.create_task(calls.fetch_row(SLOW, [number])) for number in (1, 30, 30, 30)]
        await tasks[0]
        await asyncio.sleep(0)
        tasks[2].cancel()  # the three are in flight
        found = await asyncio.gather(*tasks, return_exceptions=True)
        assert [isinstance(row, asyncio.CancelledError) for row in found] == [False, False, True, False]
        assert [count for _, count in trips] == [1, 3]


async def test_no_call_waits_long_for_one_that_does_not_return(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for max_wait, ends in ((0.01, True), (60.0, False)):
        monkeypatch.setattr(batching, "MAX_WAIT", max_wait)
        async with batching_of(postgres_url) as (calls, _, _):
            first = asyncio.create_task(calls.fetch_row(SLOW, [2_000]))
            await asyncio.sleep(0)
            others = asyncio.create_task(ask(calls, SLOW, [1, 2, 3]))
            done, _ = await asyncio.wait([others], timeout=0.7)
            assert bool(done) is ends
            first.cancel()
            assert await others == [1, 2, 3]


async def test_a_full_batch_does_not_wait(postgres_url: str) -> None:
    async with batching_of(postgres_url) as (calls, _, trips):
        first = asyncio.create_task(calls.fetch_row(SLOW, [3_000]))
        await asyncio.sleep(0)
        few = asyncio.create_task(ask(calls, SLOW, [1] * (batching.MAX_BATCH - 1)))
        done, _ = await asyncio.wait([few], timeout=0.5)
        assert not done
        assert await asyncio.wait_for(calls.fetch_row(SLOW, [1]), 2)
        assert await few == [1] * (batching.MAX_BATCH - 1)
        assert (first.done(), trips) == (False, [(SLOW, batching.MAX_BATCH)])
        first.cancel()


async def test_the_statement_of_a_call_that_runs_alone_ends_with_the_call(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batching, "MAX_WAIT", 0.01)
    active = "query = $1 and state = 'active' and datname = current_database()"
    async with batching_of(postgres_url) as (calls, budget, _), budget.connection() as watcher:

        async def until(number: int) -> None:
            async with asyncio.timeout(5):
                while await watcher.fetchval(f"select count(*) from pg_stat_activity where {active}", SLOW) != number:
                    pass

        tasks = [asyncio.create_task(calls.fetch_row(SLOW, [60_000])) for _ in range(2)]
        await until(2)
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks)
        await until(0)


async def test_a_call_that_is_canceled_when_it_is_to_run_alone_keeps_no_other_waiting(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with batching_of(postgres_url) as (calls, budget, trips):
        run = budget.run

        async def run_and_cancel_the_next(work: Any) -> Any:
            answer = await run(work)
            asyncio.get_running_loop().call_soon(second.cancel)  # just before the second learns that it is to run
            return answer

        first, second = (asyncio.create_task(calls.fetch_row(ECHO, [number])) for number in (1, 2))
        monkeypatch.setattr(budget, "run", run_and_cancel_the_next)
        await asyncio.wait([first, second])
        assert second.cancelled()
        assert (trips, calls.pending) == ([(ECHO, 1)], 0)


async def test_slow_reads_go_one_by_one_and_quick_ones_in_batches(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batching, "MAX_WAIT", 0.4)
    monkeypatch.setattr(batching, "SLOW", 10)
    async with batching_of(postgres_url) as (calls, _, trips):
        for takes, sizes in ((450, {1}), (140, {1, 2}), (0, {1, batching.MAX_BATCH - 1})):
            trips.clear()
            assert await ask(calls, SLOW, [takes] * batching.MAX_BATCH) == [takes] * batching.MAX_BATCH
            assert {count for text, count in trips if text == SLOW} == sizes


class InFlight:
    """Calls of one text, and how many connections they use."""

    def __init__(self, calls: Batching, budget: Budget) -> None:
        self.calls, self._budget = calls, budget
        self.asked: list[asyncio.Task[Any]] = []

    async def overdue(self) -> None:
        """Return when some call has waited for too long."""
        async with asyncio.timeout(5):
            while not self.calls.overdue:  # noqa: ASYNC110  # a counter sets no event, and the loop must turn
                await asyncio.sleep(0)

    async def after(self, calls: int, takes: int) -> int:
        """How many connections are in use after so many more calls that take so many milliseconds."""
        self.asked += [asyncio.create_task(self.calls.fetch_row(SLOW, [takes])) for _ in range(calls)]
        for _ in range(5):
            await asyncio.sleep(0)
        return self._budget.in_use


@asynccontextmanager
async def in_flight(url: str, max_wait: float, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[InFlight]:
    """Nothing in flight yet, and no statement counts as slow; at the end every call is answered."""
    monkeypatch.setattr(batching, "SLOW", 10)
    monkeypatch.setattr(batching, "MAX_WAIT", max_wait)
    async with batching_of(url, connections=8) as (calls, budget, _):
        found = InFlight(calls, budget)
        yield found
        await asyncio.gather(*found.asked)


async def test_calls_that_have_waited_too_long_leave_in_batches_as_large_as_the_one_in_flight(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with in_flight(postgres_url, 0.2, monkeypatch) as flight:
        await flight.after(1, takes=1)
        await flight.after(3, takes=300)
        await flight.asked[0]
        assert await flight.after(4, takes=1) == 1
        await flight.overdue()
        assert await flight.after(0, takes=0) == 3  # the three in flight, three more, and one


async def test_a_call_after_a_slow_one_runs_alone_at_once(postgres_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    async with in_flight(postgres_url, 0.2, monkeypatch) as flight:
        assert await flight.after(3, takes=700) == 1
        await flight.overdue()
        assert await flight.after(1, takes=700) == 4  # since one has been in flight for so long
        await flight.asked[0]
        assert await flight.after(1, takes=700) == 4  # and since it has taken so long


async def test_a_batch_is_as_large_as_fits_into_the_wait(postgres_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    async with in_flight(postgres_url, 0.4, monkeypatch) as flight:
        assert await flight.after(3, takes=140) == 1
        await flight.asked[0]
        assert await flight.after(1, takes=140) == 1
        await flight.asked[2]
        assert await flight.after(1, takes=140) == 1
        assert await flight.after(1, takes=140) == 2


async def test_a_batch_has_a_limit_however_quick_its_statements_are(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with in_flight(postgres_url, 5, monkeypatch) as flight:
        await flight.after(1, takes=1)
        await flight.after(1, takes=300)
        await flight.asked[0]
        assert await flight.after(batching.MAX_BATCH + 2, takes=1) == 2


async def test_a_call_in_one_batch_with_a_slow_one_does_not_wait_for_it(postgres_url: str) -> None:
    async with batching_of(postgres_url) as (calls, _, trips):
        tasks = [asyncio.create_task(calls.fetch_row(SLOW, [number])) for number in (1, 2_000, 2, 3)]
        quick = asyncio.gather(*tasks[:1], *tasks[2:])
        assert [row["n"] for row in await asyncio.wait_for(quick, 1.5)] == [1, 2, 3]
        assert not tasks[1].done()
        assert (await tasks[1])["n"] == 2_000
        assert sorted(count for text, count in trips if text == SLOW) == [1, 1, 1, 1, 3]


async def test_calls_of_a_slow_text_run_alone_for_a_while(postgres_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batching, "ALONE_FOR", 0.3)
    async with batching_of(postgres_url) as (calls, _, trips):
        assert await ask(calls, SLOW, [250]) == [250]
        assert await ask(calls, ECHO, [1, 2, 3]) == [1, 2, 3]
        assert await ask(calls, SLOW, [1, 2, 3]) == [1, 2, 3]
        assert trips == [(SLOW, 1), (ECHO, 1), (ECHO, 2), *[(SLOW, 1)] * 3]
        over = asyncio.Event()
        asyncio.get_running_loop().call_later(batching.ALONE_FOR, over.set)
        await over.wait()
        trips.clear()
        assert await ask(calls, SLOW, [1, 2, 3]) == [1, 2, 3]
        assert trips == [(SLOW, 1), (SLOW, 2)]


async def test_waiting_for_a_connection_does_not_make_a_statement_slow(postgres_url: str) -> None:
    async with batching_of(postgres_url, connections=1) as (calls, budget, trips):
        async with budget.connection():
            waiting = asyncio.create_task(ask(calls, ECHO, [1, 2]))
            await asyncio.sleep(1.5 * batching.SLOW)
        assert await waiting == [1, 2]
        trips.clear()
        assert await ask(calls, ECHO, [1, 2, 3]) == [1, 2, 3]
        assert trips == [(ECHO, 1), (ECHO, 2)]


async def test_without_a_connection_every_call_raises_and_none_runs_again(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with batching_of(postgres_url, connections=1, wait=0.05) as (calls, budget, _):
        acquire, asked = budget.acquire, list[None]()

        async def counted() -> Any:
            asked.append(None)
            return await acquire()

        async with budget.connection():
            monkeypatch.setattr(budget, "acquire", counted)
            assert await ask(calls, ECHO, [1, 2, 3]) == [TimeoutError] * 3
        assert len(asked) == 2
        assert await ask(calls, ECHO, [1]) == [1]


async def test_a_connection_that_breaks_under_a_batch_costs_the_other_calls_nothing(postgres_url: str) -> None:
    async with batching_of(postgres_url) as (calls, _, _):
        *found, cut = await ask(calls, DEADLY, [1, 2, 3, 0])
        assert found == [1, 2, 3]
        assert is_outage(cut())
