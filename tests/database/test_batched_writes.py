"""Writes in a batch: each is done once, and if nobody knows whether it is, it is not done again."""

import asyncio

import asyncpg
import pytest

from database import batching
from database.batching import NotOneRow
from engine.errors import is_outage
from tests.database.batches import ask, batching_of

NOTE = "insert into noted select $1::int returning n"
DEADLY = "insert into noted select $1::int returning n, case n when 9 then pg_terminate_backend(pg_backend_pid()) end"
SLOW = "insert into noted select $1::int returning n, pg_sleep(0.15)::text"
SOME = "insert into noted select $1::int where $1::int <> 0 returning n"
ENDLESS = "insert into noted select $1::int returning n, pg_sleep(case n when 9 then 60 else 0 end)::text"

CANCELED = "insert into noted select $1::int returning n, pg_sleep(case n when 9 then 5 else 0 end)::text"
RAISING = """create function fail(n int) returns int language plpgsql as $$ begin
  if n = 9 then raise exception 'no' using errcode = '{code}'; end if; return n; end $$"""


@pytest.fixture
async def table(postgres_url: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """The address of a database with a table of numbers that may hold anything but 13."""
    monkeypatch.setattr(batching, "MAX_WAIT", 5.0)
    connection = await asyncpg.connect(postgres_url)
    await connection.execute("create table noted (n int check (n <> 13))")
    await connection.close()
    return postgres_url


async def noted(url: str) -> list[int]:
    """What the table holds."""
    connection = await asyncpg.connect(url)
    try:
        return [row["n"] for row in await connection.fetch("select n from noted order by n")]
    finally:
        await connection.close()


@pytest.mark.parametrize("statement", [NOTE, SLOW], ids=["quick", "slower than reads may be"])
async def test_writes_share_a_round_trip_and_each_is_done_once(table: str, statement: str) -> None:
    assert batching.SLOW < 3 * 0.15
    async with batching_of(table, writes=True) as (calls, _, trips):
        assert await ask(calls, statement, [1, 2, 3, 4]) == [1, 2, 3, 4]
        assert trips == [(statement, 1), (statement, 3)]
    assert await noted(table) == [1, 2, 3, 4]


async def test_a_write_that_is_refused_leaves_the_others_written_once(table: str) -> None:
    async with batching_of(table, writes=True) as (calls, _, trips):
        assert await ask(calls, NOTE, [1, 2, 13, 4]) == [1, 2, asyncpg.CheckViolationError, 4]
        assert (NOTE, 3) in trips
    assert await noted(table) == [1, 2, 4]


@pytest.mark.parametrize(
    ("statement", "error"),
    [
        (CANCELED, asyncpg.QueryCanceledError),
        (RAISING.format(code="53200"), asyncpg.OutOfMemoryError),
        (RAISING.format(code="25006"), asyncpg.ReadOnlySQLTransactionError),
        (RAISING.format(code="58030"), asyncpg.PostgresIOError),
    ],
    ids=["canceled", "no memory", "read-only", "disk"],
)
async def test_a_write_that_the_database_ends_leaves_the_others_written_once(
    table: str, statement: str, error: type[Exception]
) -> None:
    connection = await asyncpg.connect(table)
    name = await connection.fetchval("select current_database()")
    await connection.execute(f"alter database {name} set statement_timeout = 300")
    await connection.execute(statement) if statement != CANCELED else None
    await connection.close()
    ask_for = CANCELED if statement == CANCELED else "insert into noted select $1::int returning n, fail(n)"
    async with batching_of(table, writes=True) as (calls, _, trips):
        assert await ask(calls, ask_for, [1, 2, 9, 4]) == [1, 2, error, 4]
        assert (ask_for, 3) in trips
    assert await noted(table) == [1, 2, 4]


async def test_when_the_connection_breaks_every_call_raises_and_none_writes_again(table: str) -> None:
    async with batching_of(table, writes=True) as (calls, _, _):
        first, *others = await ask(calls, DEADLY, [1, 2, 9, 4])
        assert first == 1
        assert [is_outage(error()) for error in others] == [True] * 3
        assert await noted(table) == [1]
        assert await ask(calls, DEADLY, [2]) == [2]


async def test_a_write_that_is_not_answered_in_time_is_not_written_again(table: str) -> None:
    async with batching_of(table, writes=True, limit=0.7) as (calls, _, _):
        assert await ask(calls, ENDLESS, [1, 2, 9, 4]) == [1, TimeoutError, TimeoutError, TimeoutError]
    assert await noted(table) == [1]


async def test_a_write_without_a_row_fails_and_no_call_writes_again(table: str) -> None:
    async with batching_of(table, writes=True) as (calls, _, _):
        assert await ask(calls, SOME, [1, 2, 0, 4]) == [1, NotOneRow, NotOneRow, NotOneRow]
    assert await noted(table) == [1, 2, 4]


async def test_a_call_that_is_canceled_in_a_batch_is_written_with_the_others(table: str) -> None:
    async with batching_of(table, writes=True) as (calls, _, trips):
        tasks = [asyncio.create_task(calls.fetch_row(SLOW, [number])) for number in (1, 2, 3, 4)]
        await tasks[0]
        await asyncio.sleep(0)
        tasks[2].cancel()
        found = await asyncio.gather(*tasks, return_exceptions=True)
        assert [isinstance(row, asyncio.CancelledError) for row in found] == [False, False, True, False]
        assert trips == [(SLOW, 1), (SLOW, 3)]
    assert await noted(table) == [1, 2, 3, 4]
