"""The private names of Tortoise that `database/compat.py` touches: each of these fails if the library changes."""

import asyncio
import inspect

import asyncpg
import pytest
from tortoise.backends.asyncpg.client import AsyncpgDBClient, TransactionWrapper
from tortoise.backends.base.client import TransactionContextPooled
from tortoise.connection import get_connection
from tortoise.context import TortoiseContext
from tortoise.transactions import in_transaction

import database as db
from database.client import Client, InTransaction, Transaction
from database.embedded import Cluster
from tests.databases import fresh


def client_of_process() -> Client:
    """The process's client."""
    client = get_connection("default")
    assert isinstance(client, Client)
    return client


async def test_a_client_has_its_pool_from_the_first_use_until_it_is_closed(postgres_url: str) -> None:
    await db.open(postgres_url, pool_size=1)
    client = client_of_process()
    assert isinstance(client.pool, asyncpg.Pool)
    assert client.opened
    await db.close()
    assert (client.pool, client.opened) == (None, False)


async def test_tortoise_asks_our_client_for_the_pool_and_for_the_end_of_it() -> None:
    for name in ("create_pool", "create_connection", "_close", "_in_transaction"):
        assert callable(getattr(AsyncpgDBClient, name)), name
    assert "self._pool = await self.create_pool(" in inspect.getsource(AsyncpgDBClient.create_connection)
    assert "await self._close()" in inspect.getsource(AsyncpgDBClient.close)


async def test_a_transaction_is_ours_and_sends_its_statements_on_one_connection(database: str) -> None:
    client = client_of_process()
    async with in_transaction() as transaction:
        assert isinstance(transaction, InTransaction)
        assert transaction.parent is client
        (row,) = await transaction.execute_query_dict("select pg_backend_pid() as pid")
        assert row["pid"] == transaction.connection.get_server_pid()
        assert client.transactions.in_use == 1
    assert client.transactions.in_use == 0


def test_a_transaction_is_begun_as_tortoise_begins_it() -> None:
    assert list(inspect.signature(TransactionContextPooled.__init__).parameters) == ["self", "client", "pool_init_lock"]
    assert "self._connection.transaction()" in inspect.getsource(TransactionWrapper.begin)
    assert issubclass(Transaction, TransactionContextPooled)


def test_a_context_can_be_the_fallback_of_the_whole_process() -> None:
    assert "_enable_global_fallback" in inspect.signature(TortoiseContext.init).parameters


async def test_another_database_is_opened_after_one_whose_closing_was_given_up(postgres_url: str) -> None:
    await db.open(postgres_url, pool_size=1)
    async with client_of_process().acquire_connection():
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.05):
                await db.close()
        await db.open(postgres_url, pool_size=1)
        await db.close()
    assert db.pool_usage() == (0, 0)


async def test_a_database_that_a_test_has_left_open_is_closed_before_the_next_one(
    administration: asyncpg.Connection, cluster: Cluster, template: str
) -> None:
    for _ in range(2):
        async with fresh(administration, cluster, template) as url:
            await db.open(url)
