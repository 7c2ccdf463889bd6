"""The database is there and cannot help: no connection is free, or its disk is full."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import asyncpg
import pytest

from engine.errors import is_outage
from tests.faults.load import LONGEST, Load, order, under_load
from tests.live.process import serving

_CREATE = "mutation C($i: CreateOrderInput!) { createOrder(input: $i) { userErrors { code } order { id } } }"
_READ = "{ orders { totalCount } }"
_FULL = """
create function disk_is_full() returns trigger language plpgsql as $$
begin raise exception 'could not extend file' using errcode = 'disk_full'; end $$;
create trigger disk_is_full before insert on "order" for each statement execute function disk_is_full();
"""
_WAITING = "select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'"


@asynccontextmanager
async def beside(url: str) -> AsyncIterator[asyncpg.Connection]:
    """A connection of the test's own."""
    connection = await asyncpg.connect(url)
    try:
        yield connection
    finally:
        await connection.close()


async def test_with_no_connection_free_calls_are_refused_in_time_and_served_afterwards(
    database_url: str, tmp_path: Path
) -> None:
    """Of two connections one is for reads, so that a command and a read are each stuck and each refused."""
    async with serving(database_url, tmp_path, POOL_SIZE="2", WORKER="off", STATEMENT_TIMEOUT="8") as server:
        load = Load([server])
        await load.well()
        async with beside(database_url) as holder, asyncio.TaskGroup() as clients:
            async with holder.transaction():
                await holder.execute('lock table "order" in access exclusive mode')
                stuck = [
                    clients.create_task(load.call(_CREATE, i=order("stuck"))),
                    clients.create_task(load.call(_READ)),
                ]
                async with beside(database_url) as watcher, asyncio.timeout(10):
                    while await watcher.fetchval(_WAITING) < 2:
                        pass
                late = [load.call(_CREATE, i=order("late")), load.call(_READ)]
                assert await asyncio.gather(*late) == [None, None]
                assert load.said["UNAVAILABLE"] == 2
            assert all([await one for one in stuck]), "what had a connection is carried out in the end"
        await load.well()
        await load.check(database_url)


async def test_a_full_disk_is_a_typed_error_that_changes_nothing(database_url: str, tmp_path: Path) -> None:
    async with serving(database_url, tmp_path) as server, beside(database_url) as connection:
        load = Load([server])
        await load.well()
        known = await connection.fetchval('select count(*) from "order"')
        await connection.execute(_FULL)
        assert await load.call(_CREATE, i=order("full")) is None
        assert load.said["UNAVAILABLE"] == 1
        assert await load.call(_READ) is not None, "reading needs no room"
        assert await connection.fetchval('select count(*) from "order"') == known
        await connection.execute('drop trigger disk_is_full on "order"')
        assert (await load.call(_CREATE, i=order("full"))) is not None, "the same key is free"
        await load.check(database_url)


async def test_connections_that_the_database_ends_under_load_are_made_again(database_url: str, tmp_path: Path) -> None:
    ended = "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> $1"
    async with serving(database_url, tmp_path) as server, beside(database_url) as connection:
        async with under_load([server]) as load:
            for _ in range(5):
                await load.well()
                await connection.execute(ended, connection.get_server_pid())
            await load.well()
        await load.check(database_url)
        assert load.longest < LONGEST


@pytest.mark.parametrize(
    "error",
    [asyncpg.DiskFullError, asyncpg.OutOfMemoryError, asyncpg.TooManyConnectionsError],
    ids=lambda e: e.__name__,
)
def test_a_database_without_free_connections_counts_as_down(error: type[Exception]) -> None:
    assert is_outage(error("no room"))
