"""Connections and their budgets: order, broken connections, canceled readers, and that none of these costs a place."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import asyncpg
import pytest

from database.compat import PatientConnection
from database.connections import Budget, Connections
from engine.errors import is_outage


@asynccontextmanager
async def connections_of(
    url: str, *, limit: int, wait: float = 5, budget: int | None = None
) -> AsyncIterator[tuple[Connections, Budget, asyncpg.Pool]]:
    """Connections, a budget of them (of all by default), and their pool."""
    pool = await asyncpg.create_pool(url, min_size=0, max_size=limit)
    connections = Connections(pool, limit, wait)
    try:
        yield connections, connections.budget(budget or limit), pool
    finally:
        await connections.close()
        await asyncio.wait_for(pool.close(), 5)


async def test_more_readers_than_connections_take_turns(postgres_url: str) -> None:
    async with connections_of(postgres_url, limit=2) as (connections, reads, pool):
        rows = await asyncio.gather(*[reads.fetch_row("select $1::int as n", [n]) for n in range(20)])
        assert [row["n"] for row in rows] == list(range(20))
        assert (len(connections.idle), pool.get_size()) == (2, 2)


async def test_a_reader_that_finds_no_free_connection_does_not_wait_forever(postgres_url: str) -> None:
    async with connections_of(postgres_url, limit=1, wait=0.05) as (_, reads, _):
        long = asyncio.create_task(reads.fetch_row("select pg_sleep(0.3)::text as n", []))
        await asyncio.sleep(0)
        with pytest.raises(TimeoutError):
            await reads.fetch_row("select 1 as n", [])
        await long
        assert (await reads.fetch_row("select 1 as n", []))["n"] == 1


async def test_a_query_that_fails_costs_no_connection(postgres_url: str) -> None:
    async with connections_of(postgres_url, limit=1) as (_, reads, _):
        for _ in range(3):
            with pytest.raises(asyncpg.UndefinedTableError):
                await reads.fetch_row("select * from nowhere", [])
        assert (await reads.fetch_row("select 1 as n", []))["n"] == 1


async def test_a_block_that_fails_costs_no_connection(postgres_url: str) -> None:
    async with connections_of(postgres_url, limit=1, wait=1) as (_, reads, _):
        for _ in range(3):
            with pytest.raises(ZeroDivisionError):
                async with reads.connection():
                    raise ZeroDivisionError
        async with reads.connection() as connection:
            assert await connection.fetchval("select 1") == 1


async def test_a_reader_that_is_canceled_costs_no_connection(postgres_url: str) -> None:
    async with connections_of(postgres_url, limit=1) as (_, reads, _):
        for _ in range(3):
            reader = asyncio.create_task(reads.fetch_row("select pg_sleep(30)::text as n", []))
            waiter = asyncio.create_task(reads.fetch_row("select 1 as n", []))
            await asyncio.sleep(0.05)
            reader.cancel()
            with pytest.raises(asyncio.CancelledError):
                await reader
            assert (await waiter)["n"] == 1


async def test_a_waiter_that_is_canceled_passes_its_turn_on(postgres_url: str) -> None:
    async with connections_of(postgres_url, limit=1) as (_, reads, _):
        tasks = [asyncio.create_task(reads.fetch_row("select pg_sleep(0.05)::text as n", [])) for _ in range(4)]
        await asyncio.sleep(0.01)
        tasks[1].cancel()
        found = await asyncio.gather(*tasks, return_exceptions=True)
        assert [isinstance(row, asyncio.CancelledError) for row in found] == [False, True, False, False]


async def test_waiters_are_served_in_their_order_and_no_newcomer_overtakes(postgres_url: str) -> None:
    async with connections_of(postgres_url, limit=1) as (_, reads, _):
        served: list[int] = []

        async def read(number: int) -> None:
            await reads.fetch_row("select 1 as n", [])
            served.append(number)
            if number < 12:  # the connection is free, and others wait for it
                newcomers.append(asyncio.create_task(read(number + 12)))

        newcomers: list[asyncio.Task[None]] = []
        await asyncio.gather(*[read(number) for number in range(12)])
        await asyncio.gather(*newcomers)
        assert served == list(range(24))


async def test_a_waiter_that_is_served_and_canceled_at_once_hands_its_connection_on_even_to_a_closing_pool(
    postgres_url: str,
) -> None:
    for closing in (False, True):
        async with connections_of(postgres_url, limit=1) as (connections, reads, pool):
            connection = await reads.acquire()
            waiter = asyncio.create_task(reads.fetch_row("select 1 as n", []))
            await asyncio.sleep(0)
            await reads.release(connection)
            waiter.cancel()
            if closing:
                await connections.close()
            with pytest.raises(asyncio.CancelledError):
                await waiter
            assert (len(connections.idle), pool.get_idle_size()) == ((0, 1) if closing else (1, 0))


async def test_a_connection_that_the_server_has_dropped_is_replaced(
    postgres_url: str, administration: asyncpg.Connection
) -> None:
    async with connections_of(postgres_url, limit=2) as (_, reads, _):
        for _ in range(3):
            found = await asyncio.gather(*[reads.fetch_row("select pg_backend_pid() as n", []) for _ in range(2)])
            for row in found:
                await administration.execute("select pg_terminate_backend($1, 2000)", row["n"])
            answers = await asyncio.gather(
                *[reads.fetch_row("select 1 as n", []) for _ in range(2)], return_exceptions=True
            )
            assert [answer for answer in answers if not (isinstance(answer, asyncpg.Record) or is_outage(answer))] == []
            assert (await reads.fetch_row("select 1 as n", []))["n"] == 1


async def test_no_caller_is_given_a_connection_that_is_known_to_be_lost(
    postgres_url: str, administration: asyncpg.Connection
) -> None:
    async with connections_of(postgres_url, limit=1) as (connections, reads, _):
        row = await reads.fetch_row("select pg_backend_pid() as n", [])
        gone = asyncio.Event()
        connections.idle[0].add_termination_listener(lambda _: gone.set())
        await administration.execute("select pg_terminate_backend($1, 2000)", row["n"])
        await asyncio.wait_for(gone.wait(), 5)
        assert (await reads.fetch_row("select 1 as n", []))["n"] == 1


async def test_closing_lets_readers_finish(postgres_url: str) -> None:
    async with connections_of(postgres_url, limit=1) as (connections, reads, pool):
        reader = asyncio.create_task(reads.fetch_row("select pg_sleep(0.1)::text as n", []))
        await asyncio.sleep(0.02)
        await connections.close()
        await reader
        await connections.close()
        assert pool.get_size() == pool.get_idle_size()


async def test_no_budget_takes_all_connections(postgres_url: str) -> None:
    async with connections_of(postgres_url, limit=3, budget=2) as (connections, reads, _):
        commands = connections.budget(2)
        stuck = [await commands.acquire() for _ in range(2)]
        third = asyncio.create_task(commands.acquire())
        await asyncio.sleep(0)
        assert (connections.open, third.done()) == (2, False)  # there is room, but not for a third command
        assert (await reads.fetch_row("select 1 as n", []))["n"] == 1
        fourth = asyncio.create_task(commands.acquire())
        await asyncio.sleep(0)
        assert (len(connections.idle), third.done(), fourth.done()) == (
            1,
            False,
            False,
        )  # nor for a fourth
        for connection in stuck:
            await commands.release(connection)
        for connection in (await third, await fourth):
            await commands.release(connection)
        assert (len(connections.idle), reads.in_use, commands.in_use) == (3, 0, 0)


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
async def test_the_first_waiter_is_served_first_whatever_its_budget(postgres_url: str, order: tuple[int, int]) -> None:
    async with connections_of(postgres_url, limit=1) as (connections, reads, _):
        budgets = (reads, connections.budget(1))
        connection = await reads.acquire()
        first, second = [asyncio.create_task(budgets[n].acquire()) for n in order]
        await asyncio.sleep(0)
        await reads.release(connection)
        assert await first is connection
        assert not second.done()
        await budgets[order[0]].release(connection)
        await budgets[order[1]].release(await second)


async def test_a_freed_place_goes_to_the_first_waiter_whatever_its_budget(postgres_url: str) -> None:
    async with connections_of(postgres_url, limit=1) as (connections, reads, _):
        commands = connections.budget(1)
        broken = await commands.acquire()
        reader = asyncio.create_task(reads.fetch_row("select 1 as n", []))
        await asyncio.sleep(0)
        broken.terminate()
        await commands.discard(broken)
        assert (await reader)["n"] == 1
        assert (connections.open, reads.in_use, commands.in_use) == (1, 0, 0)


async def test_a_waiter_is_not_handed_a_connection_that_has_died(postgres_url: str) -> None:
    async with connections_of(postgres_url, limit=1) as (_, reads, _):
        dead = await reads.acquire()
        reader = asyncio.create_task(reads.fetch_row("select 1 as n", []))
        await asyncio.sleep(0)
        dead.terminate()
        await reads.release(dead)
        assert (await reader)["n"] == 1


@asynccontextmanager
async def finished_writes(url: str, is_working: Callable[[Any], Awaitable[bool]]) -> AsyncIterator[Budget]:
    """A budget of one connection, on which nothing that is given up is canceled."""
    pool = await asyncpg.create_pool(url, min_size=0, max_size=1, connection_class=PatientConnection)
    connections = Connections(pool, 1, 5, is_working)
    try:
        yield connections.budget(1, cancels=False)
    finally:
        await connections.close()
        await asyncio.wait_for(pool.close(), 5)


async def give_up(budget: Budget, seconds: float) -> None:
    """Begin a statement of so many seconds, and do not wait for it."""
    task = asyncio.create_task(budget.fetch_row(f"select pg_sleep({seconds})::text as n", []))
    await asyncio.sleep(0.1)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_what_a_writer_gives_up_keeps_its_place_until_it_is_finished(postgres_url: str) -> None:
    asked = 0

    async def works(_connection: object) -> bool:
        nonlocal asked
        asked += 1
        return True

    async with finished_writes(postgres_url, works) as writes:
        await give_up(writes, 1.2)
        assert writes.in_use == 1
        assert (await writes.fetch_row("select 1 as n", []))["n"] == 1
        assert asked >= 1


@pytest.mark.parametrize("loses", [True, False], ids=["lost", "answer lost"])
async def test_what_the_database_does_not_work_on_any_more_frees_its_place(postgres_url: str, loses: bool) -> None:
    async def stopped(connection: Any) -> bool:
        if loses:
            connection.terminate()  # the pool takes it back by itself
        return False

    async with finished_writes(postgres_url, stopped) as writes:
        for _ in range(2):
            await give_up(writes, 30)
            assert (await writes.fetch_row("select 1 as n", []))["n"] == 1
        assert writes.in_use == 0
