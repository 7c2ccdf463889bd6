"""The pool and the migrations: what they promise when things go wrong, not only when they go well."""

import asyncio
import os
import signal
from time import monotonic

import asyncpg
import pytest
from tortoise.connection import get_connection
from tortoise.exceptions import OperationalError
from tortoise.transactions import in_transaction

import database as db
from database.client import Client, InTransaction
from database.embedded import Cluster


async def ask(question: str) -> object:
    (row,) = await get_connection("default").execute_query_dict(question)
    return next(iter(row.values()))


async def drop_connections(administration: asyncpg.Connection) -> None:
    """As a restart of the server does, but quickly: connections are gone, unannounced to their pool."""
    await administration.execute(
        "select pg_terminate_backend(pid, 5000) from pg_stat_activity"
        " where application_name = 'retour' and pid <> pg_backend_pid()"
    )


async def test_migrating_twice_does_nothing_more(postgres_url: str) -> None:
    assert await db.migrate(postgres_url)
    assert await db.migrate(postgres_url) == []


async def test_migrating_at_once_applies_each_migration_once(postgres_url: str) -> None:
    applied = await asyncio.gather(*(db.migrate(postgres_url) for _ in range(3)))
    assert sorted(len(names) > 0 for names in applied) == [False, False, True]


async def test_a_migration_that_fails_leaves_nothing(postgres_url: str) -> None:
    connection = await asyncpg.connect(postgres_url)
    await connection.execute('create table "refund" (id int)')  # stands in the way of the first migration
    with pytest.raises(OperationalError, match="already exists"):
        await db.migrate(postgres_url)
    tables = await connection.fetch("select tablename from pg_tables where schemaname = 'public'")
    await connection.close()
    assert [row["tablename"] for row in tables] == ["refund"]


async def test_every_task_of_the_process_sees_the_pool(database: str) -> None:
    assert await asyncio.create_task(ask("show timezone")) == "UTC"


async def test_no_statement_is_planned_anew_for_other_values(postgres_url: str) -> None:
    await db.open(postgres_url, pool_size=1)
    client = get_connection("default")
    text = "select oid from pg_database where datname = $1"
    for id in ("a", "b", "c"):
        await client.execute_query_dict(text, [id])
    planned = await client.execute_query_dict(
        "select generic_plans, custom_plans from pg_prepared_statements where statement = $1", [text]
    )
    await db.close()
    assert planned == [{"generic_plans": 3, "custom_plans": 0}]


async def test_an_open_transaction_is_rolled_back_before_its_connection_serves_again(
    postgres_url: str,
) -> None:
    await db.open(postgres_url, pool_size=1)
    with pytest.raises(ZeroDivisionError):
        async with in_transaction() as transaction:
            await transaction.execute_query("create table t (x int)")
            raise ZeroDivisionError
    assert await ask("select to_regclass('t') is null") is True
    assert await ask("select pg_current_xact_id_if_assigned() is null") is True
    await db.close()


async def test_an_empty_pool_does_not_keep_a_caller_for_ever(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("database.pool.Pool.acquire_timeout", 0.05)
    await db.open(postgres_url, pool_size=1)
    async with in_transaction():
        with pytest.raises(TimeoutError):
            await asyncio.create_task(elsewhere("select 1"))
    assert await ask("select 1") == 1
    await db.close()


async def elsewhere(question: str) -> object:
    """Asks on a connection of the pool, not on that of the transaction around."""
    client = get_connection("default")
    assert isinstance(client, InTransaction)
    assert client.parent.pool is not None
    async with client.parent.pool.acquire() as connection:
        return await connection.fetchval(question)


async def test_a_statement_that_takes_too_long_is_ended(postgres_url: str) -> None:
    await db.open(postgres_url, command_timeout=0.1)
    with pytest.raises(asyncpg.QueryCanceledError, match="statement timeout"):
        await ask("select pg_sleep(30)")
    assert await ask("select 1") == 1
    await db.close()


async def test_a_process_that_hangs_in_a_transaction_does_not_keep_its_locks_for_ever(database: str) -> None:
    (row,) = await get_connection("default").execute_query_dict("show idle_in_transaction_session_timeout")
    assert row["idle_in_transaction_session_timeout"] == "30s"


async def test_connections_that_the_server_dropped_cost_no_place_of_the_pool(
    postgres_url: str, administration: asyncpg.Connection
) -> None:
    await db.open(postgres_url, pool_size=2)
    for _ in range(4):
        await asyncio.gather(*(ask("select 1 from pg_sleep(0.01)") for _ in range(2)))
        await drop_connections(administration)
        await asyncio.gather(*(attempt() for _ in range(2)), return_exceptions=True)
    assert await asyncio.gather(*(attempt() for _ in range(2))) == [1, 1]
    await db.close()


async def test_a_connection_whose_other_end_hangs_soon_loses_its_place(postgres_url: str) -> None:
    await db.open(postgres_url, pool_size=1, command_timeout=0.1)
    backend = int(str(await ask("select pg_backend_pid()")))
    os.kill(backend, signal.SIGSTOP)
    try:
        with pytest.raises(TimeoutError):
            await attempt()
        begun = monotonic()
        assert await ask("select 1") == 1
        assert monotonic() - begun < 2.5
    finally:
        os.kill(backend, signal.SIGCONT)
        await db.close()


async def attempt() -> object:
    async with in_transaction() as transaction:
        (row,) = await transaction.execute_query_dict("select 1 as one")
        return row["one"]


async def test_a_begin_that_fails_gives_its_connection_back(postgres_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("database.pool.Pool.acquire_timeout", 1.0)
    await db.open(postgres_url, pool_size=1)
    client = get_connection("default")
    assert isinstance(client, Client)
    pool = client.pool
    (only,) = client.connections.idle
    await only.execute("begin")  # by hand: asyncpg refuses to begin another one
    with pytest.raises(asyncpg.InterfaceError, match="manually started transaction"):
        await attempt()
    assert await attempt() == 1
    assert client.pool is pool
    await db.close()


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://someone:hidden@127.0.0.1:1/retour",
        "postgresql://someone:hidden@localhost/retour?sslmode=bogus",
        "mysql://someone:hidden@localhost/retour",
    ],
)
async def test_a_wrong_address_is_said_without_its_password(url: str) -> None:
    with pytest.raises(db.DatabaseUnreachable) as caught:
        await db.open(url)
    assert "hidden" not in str(caught.value)
    with pytest.raises(db.DatabaseUnreachable):
        await db.migrate(url)


async def test_a_missing_database_is_named(cluster: Cluster) -> None:
    with pytest.raises(db.DatabaseUnreachable, match='"missing" does not exist'):
        await db.open(cluster.url("missing"))


async def test_every_test_starts_with_an_empty_database(database: str) -> None:
    assert await ask('select count(*) from "event"') == 0
