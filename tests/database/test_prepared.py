"""Which statements PostgreSQL keeps prepared: those that come again, as far as there is room."""

from collections.abc import AsyncIterator

import asyncpg
import pytest

from database import prepared
from database.compat import StatementCache, open_statements
from database.prepared import NEW_PLACES, FrugalConnection, Repeats
from tests.database.test_compat import client_of_process


class Forgetful(FrugalConnection):
    """A connection whose process has seen nothing before."""

    def __init__(self, *arguments: object) -> None:
        self.repeats = Repeats()  # a test of its own, instead of the process's
        super().__init__(*arguments)


@pytest.fixture
async def connection(postgres_url: str) -> AsyncIterator[asyncpg.Connection]:
    """A connection of its own to an empty database."""
    opened = await asyncpg.connect(postgres_url, connection_class=Forgetful)
    yield opened
    await opened.close()


async def server_side(connection: asyncpg.Connection) -> set[str]:
    """What the database itself says is prepared."""
    rows = await connection.fetch("select statement from pg_prepared_statements")
    return {row["statement"] for row in rows} - {"select statement from pg_prepared_statements"}


async def test_what_comes_once_takes_one_of_few_places(connection: asyncpg.Connection) -> None:
    for number in range(40):
        assert await connection.fetchval(f"select {number}") == number
    assert len(await server_side(connection)) <= NEW_PLACES


async def test_what_comes_again_stays(connection: asyncpg.Connection) -> None:
    for _ in range(2):
        await connection.fetchval("select 'again'")
        for number in range(10):
            await connection.fetchval(f"select {number} + random()")
    for number in range(40):
        await connection.fetchval(f"select {number} - random()")
    assert "select 'again'" in await server_side(connection)


async def test_what_stays_is_limited_by_number_and_length(
    connection: asyncpg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(prepared, "MOST_STATEMENTS", 5)
    monkeypatch.setattr(prepared, "MOST_TEXT", 200)
    for start in ("select 1 +", "select 1 + " + "1 + " * 20):
        for _ in range(3):
            for number in range(20):
                await connection.fetchval(f"{start} {number}")
        held = open_statements(connection)
        assert len(held) <= 5 + NEW_PLACES
        assert sum(map(len, held)) <= 200 + NEW_PLACES * 110
        assert len(await server_side(connection)) <= 5 + NEW_PLACES


async def test_a_very_long_statement_does_not_stay(
    connection: asyncpg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(prepared, "LONGEST_TEXT", 50)
    for turn in range(4):
        await connection.fetchval("select " + "1 + " * 20 + "1")
        for number in range(NEW_PLACES):
            await connection.fetchval(f"select {turn} + {number} + random()")
    assert all(len(text) <= 50 for text in await server_side(connection))


async def test_a_statement_that_is_dropped_can_be_asked_again(connection: asyncpg.Connection) -> None:
    for _ in range(3):
        for number in range(12):
            assert await connection.fetchval("select $1::int + " + str(number), 1) == 1 + number
            rows = await connection.fetchmany(f"select {number} + $1::int as n", [(1,), (2,)])
            assert [row["n"] for row in rows] == [number + 1, number + 2]


async def test_the_clients_connections_keep_their_statements_here(database: str) -> None:
    client = client_of_process()
    await client.fetch_row("select 1 as one", [])
    (held,) = client.connections.idle
    assert isinstance(held._con, FrugalConnection)
    assert isinstance(held._con._stmt_cache, StatementCache)


async def test_a_text_that_came_to_one_connection_comes_again_to_another(postgres_url: str) -> None:
    pool = asyncpg.create_pool(postgres_url, min_size=2, max_size=2, connection_class=FrugalConnection)
    async with pool, pool.acquire() as first, pool.acquire() as second:
        await first.fetchval("select 'everywhere'")
        await second.fetchval("select 'everywhere'")
        for number in range(NEW_PLACES):
            await second.fetchval(f"select {number} - random()")
        assert "select 'everywhere'" in open_statements(second)
