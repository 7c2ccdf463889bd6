"""Lanes and shares of them: turns, broken connections, cancelled readers, and the places that none of them may cost."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg
import pytest

from database.connections import Lanes, Share
from engine.outage import is_outage


@asynccontextmanager
async def lanes_of(
    url: str, *, most: int, patience: float = 5, share: int | None = None
) -> AsyncIterator[tuple[Lanes, Share, asyncpg.Pool]]:
    """Lanes, a share of them (of all by default), and the pool that they are of."""
    pool = await asyncpg.create_pool(url, min_size=0, max_size=most)
    lanes = Lanes(pool, most, patience)
    try:
        yield lanes, lanes.share(share or most), pool
    finally:
        await lanes.close()
        await asyncio.wait_for(pool.close(), 5)


async def test_more_readers_than_lanes_take_turns(postgres_url: str) -> None:
    async with lanes_of(postgres_url, most=2) as (lanes, reads, pool):
        rows = await asyncio.gather(*[reads.fetch_row("select $1::int as n", [n]) for n in range(20)])
        assert [row["n"] for row in rows] == list(range(20))
        assert (len(lanes.idle), pool.get_size()) == (2, 2)


async def test_who_finds_no_lane_free_does_not_wait_for_ever(postgres_url: str) -> None:
    async with lanes_of(postgres_url, most=1, patience=0.05) as (_, reads, _):
        long = asyncio.create_task(reads.fetch_row("select pg_sleep(0.3)::text as n", []))
        await asyncio.sleep(0)
        with pytest.raises(TimeoutError):
            await reads.fetch_row("select 1 as n", [])
        await long
        assert (await reads.fetch_row("select 1 as n", []))["n"] == 1


async def test_a_query_that_fails_costs_no_lane(postgres_url: str) -> None:
    async with lanes_of(postgres_url, most=1) as (_, reads, _):
        for _ in range(3):
            with pytest.raises(asyncpg.UndefinedTableError):
                await reads.fetch_row("select * from nowhere", [])
        assert (await reads.fetch_row("select 1 as n", []))["n"] == 1


async def test_a_block_that_fails_costs_no_lane(postgres_url: str) -> None:
    async with lanes_of(postgres_url, most=1, patience=1) as (_, reads, _):
        for _ in range(3):
            with pytest.raises(ZeroDivisionError):
                async with reads.lent():
                    raise ZeroDivisionError
        async with reads.lent() as connection:
            assert await connection.fetchval("select 1") == 1


async def test_a_reader_that_is_cancelled_costs_no_lane(postgres_url: str) -> None:
    async with lanes_of(postgres_url, most=1) as (_, reads, _):
        for _ in range(3):
            reader = asyncio.create_task(reads.fetch_row("select pg_sleep(30)::text as n", []))
            waiter = asyncio.create_task(reads.fetch_row("select 1 as n", []))
            await asyncio.sleep(0.05)
            reader.cancel()
            with pytest.raises(asyncio.CancelledError):
                await reader
            assert (await waiter)["n"] == 1


async def test_one_that_is_cancelled_while_it_waits_passes_its_turn_on(postgres_url: str) -> None:
    async with lanes_of(postgres_url, most=1) as (_, reads, _):
        tasks = [asyncio.create_task(reads.fetch_row("select pg_sleep(0.05)::text as n", [])) for _ in range(4)]
        await asyncio.sleep(0.01)
        tasks[1].cancel()
        found = await asyncio.gather(*tasks, return_exceptions=True)
        assert [isinstance(one, asyncio.CancelledError) for one in found] == [False, True, False, False]


async def test_lanes_are_handed_on_in_the_order_of_asking_and_nobody_overtakes(postgres_url: str) -> None:
    async with lanes_of(postgres_url, most=1) as (_, reads, _):
        served: list[int] = []

        async def read(number: int) -> None:
            await reads.fetch_row("select 1 as n", [])
            served.append(number)
            if number < 12:  # the lane is free, and others wait for it
                newcomers.append(asyncio.create_task(read(number + 12)))

        newcomers: list[asyncio.Task[None]] = []
        await asyncio.gather(*[read(number) for number in range(12)])
        await asyncio.gather(*newcomers)
        assert served == list(range(24))


async def test_one_whose_turn_came_as_it_was_cancelled_hands_it_on_even_to_a_pool_that_closes(
    postgres_url: str,
) -> None:
    for closing in (False, True):
        async with lanes_of(postgres_url, most=1) as (lanes, reads, pool):
            connection = await reads.take()
            waiter = asyncio.create_task(reads.fetch_row("select 1 as n", []))
            await asyncio.sleep(0)
            await reads.give(connection)
            waiter.cancel()
            if closing:
                await lanes.close()
            with pytest.raises(asyncio.CancelledError):
                await waiter
            assert (len(lanes.idle), pool.get_idle_size()) == ((0, 1) if closing else (1, 0))


async def test_a_connection_that_the_server_has_dropped_is_replaced(
    postgres_url: str, administration: asyncpg.Connection
) -> None:
    async with lanes_of(postgres_url, most=2) as (_, reads, _):
        for _ in range(3):
            found = await asyncio.gather(*[reads.fetch_row("select pg_backend_pid() as n", []) for _ in range(2)])
            for row in found:
                await administration.execute("select pg_terminate_backend($1, 2000)", row["n"])
            answers = await asyncio.gather(
                *[reads.fetch_row("select 1 as n", []) for _ in range(2)], return_exceptions=True
            )
            assert [one for one in answers if not (isinstance(one, asyncpg.Record) or is_outage(one))] == []
            assert (await reads.fetch_row("select 1 as n", []))["n"] == 1


async def test_nobody_is_given_a_connection_that_is_known_to_be_lost(
    postgres_url: str, administration: asyncpg.Connection
) -> None:
    async with lanes_of(postgres_url, most=1) as (lanes, reads, _):
        row = await reads.fetch_row("select pg_backend_pid() as n", [])
        gone = asyncio.Event()
        lanes.idle[0].add_termination_listener(lambda _: gone.set())
        await administration.execute("select pg_terminate_backend($1, 2000)", row["n"])
        await asyncio.wait_for(gone.wait(), 5)
        assert (await reads.fetch_row("select 1 as n", []))["n"] == 1


async def test_closing_lets_who_reads_finish(postgres_url: str) -> None:
    async with lanes_of(postgres_url, most=1) as (lanes, reads, pool):
        reader = asyncio.create_task(reads.fetch_row("select pg_sleep(0.1)::text as n", []))
        await asyncio.sleep(0.02)
        await lanes.close()
        await reader
        await lanes.close()
        assert pool.get_size() == pool.get_idle_size()


async def test_no_share_takes_all(postgres_url: str) -> None:
    async with lanes_of(postgres_url, most=3, share=2) as (lanes, reads, _):
        commands = lanes.share(2)
        stuck = [await commands.take() for _ in range(2)]
        third = asyncio.create_task(commands.take())
        await asyncio.sleep(0)
        assert (lanes.open, third.done()) == (2, False)  # there is a place, and not for a third command
        assert (await reads.fetch_row("select 1 as n", []))["n"] == 1
        fourth = asyncio.create_task(commands.take())
        await asyncio.sleep(0)
        assert (len(lanes.idle), third.done(), fourth.done()) == (1, False, False)  # nor is the one that is free
        for connection in stuck:
            await commands.give(connection)
        for connection in (await third, await fourth):
            await commands.give(connection)
        assert (len(lanes.idle), reads.taken, commands.taken) == (3, 0, 0)


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
async def test_who_has_asked_first_comes_first_whatever_the_share(postgres_url: str, order: tuple[int, int]) -> None:
    async with lanes_of(postgres_url, most=1) as (lanes, reads, _):
        shares = (reads, lanes.share(1))
        connection = await reads.take()
        first, second = [asyncio.create_task(shares[n].take()) for n in order]
        await asyncio.sleep(0)
        await reads.give(connection)
        assert await first is connection
        assert not second.done()
        await shares[order[0]].give(connection)
        await shares[order[1]].give(await second)


async def test_a_place_that_is_left_goes_to_who_waits_whatever_the_share(postgres_url: str) -> None:
    async with lanes_of(postgres_url, most=1) as (lanes, reads, _):
        commands = lanes.share(1)
        broken = await commands.take()
        reader = asyncio.create_task(reads.fetch_row("select 1 as n", []))
        await asyncio.sleep(0)
        broken.terminate()
        await commands.drop(broken)
        assert (await reader)["n"] == 1
        assert (lanes.open, reads.taken, commands.taken) == (1, 0, 0)


async def test_who_waits_is_not_handed_a_connection_that_has_died(postgres_url: str) -> None:
    async with lanes_of(postgres_url, most=1) as (_, reads, _):
        dead = await reads.take()
        reader = asyncio.create_task(reads.fetch_row("select 1 as n", []))
        await asyncio.sleep(0)
        dead.terminate()
        await reads.give(dead)
        assert (await reader)["n"] == 1
