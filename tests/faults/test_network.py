"""The network fails between the server and its database: typed errors in time, and full service afterwards."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from time import monotonic

import asyncpg
import pytest
from tortoise.exceptions import DBConnectionError
from tortoise.transactions import in_transaction

import database
from database.embedded import Cluster
from tests.faults.load import Load, under_load
from tests.faults.network import KINDS, Fault, Network, between
from tests.faults.sizes import size
from tests.live.process import Server, serving

ROUND = size(1.0, 20.0)
"""Seconds of one fault."""


@asynccontextmanager
async def behind(cluster: Cluster, url: str, home: Path) -> AsyncIterator[tuple[Server, Network]]:
    """A server that reaches its database through a network that can fail."""
    async with (
        between(cluster.socket_directory) as network,
        serving(addressed(url, network), home, STATEMENT_TIMEOUT="4") as server,
    ):
        yield server, network


def addressed(url: str, network: Network) -> str:
    """The same database through a network."""
    user, name = url.partition("://")[2].partition("@")[0], url.partition("@/")[2].partition("?")[0]
    return f"postgresql://{user}@127.0.0.1:{network.port}/{name}?sslmode=disable"


async def suffer(server: Server, network: Network, faults: tuple[Fault, ...], seconds: float) -> tuple[Load, float]:
    """Each fault in turn, under load; what the clients were told, and the longest time until all was well again."""
    worst = 0.0
    async with under_load([server]) as load:
        await load.well()
        for fault in faults:
            network.become(fault)
            await asyncio.sleep(seconds)  # how long it lasts
            network.become(Fault.NONE)
            worst = max(worst, await load.well())
    return load, worst


@pytest.mark.parametrize("faults", [KINDS[:4], KINDS[4:]], ids=["first half", "second half"])
async def test_every_call_is_answered_in_time_and_nothing_acknowledged_is_lost(
    cluster: Cluster,
    database_url: str,
    tmp_path: Path,
    faults: tuple[Fault, ...],
    record_property: Callable[[str, object], None],
) -> None:
    async with behind(cluster, database_url, tmp_path) as (server, network):
        load, worst = await suffer(server, network, faults, ROUND)
    await load.check(database_url)
    record_property("each fault", f"{ROUND:g} s")
    record_property("told", load.summary())
    record_property("well again after", f"≤ {worst:.1f} s")


async def test_the_proxy_does_break_the_network(cluster: Cluster, database_url: str, tmp_path: Path) -> None:
    """The control: while everything is swallowed, nobody gets an answer but a refusal."""
    async with behind(cluster, database_url, tmp_path) as (server, network), under_load([server]) as load:
        await load.well()
        network.become(Fault.DOWN)
        while not load.said["UNAVAILABLE"]:
            await load.call("{ orders { totalCount } }")
        known = len(load.acknowledged)
        assert await load.call("{ orders { totalCount } }") is None
        assert len(load.acknowledged) == known
        network.become(Fault.NONE)
        await load.well()
    await load.check(database_url)


async def test_a_caller_cut_off_in_a_transaction_can_begin_another_one(
    cluster: Cluster, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In the same task, as a worker does: what it leaves behind must not be taken for a transaction under way."""
    monkeypatch.setattr("database.pool.Pool.acquire_timeout", 0.5)
    async with between(cluster.socket_directory) as network:
        await database.open(addressed(database_url, network), command_timeout=0.1)
        with pytest.raises((OSError, asyncpg.PostgresError)):
            async with asyncio.timeout(10), in_transaction() as db:
                await db.execute_query("select 1")
                network.become(Fault.TIMEOUT)
                begun = monotonic()
        assert monotonic() - begun < 5, "an answer that never comes was waited for"
        begun = monotonic()
        with pytest.raises((OSError, DBConnectionError)):
            async with in_transaction():
                pass
        assert monotonic() - begun < 2, "that which is broken was waited for"
        network.become(Fault.NONE)
        async with in_transaction() as db:
            await db.execute_query("select 1")
        await database.close()


async def test_a_broken_connection_is_waited_for_once_and_soon_replaced(cluster: Cluster, database_url: str) -> None:
    async with between(cluster.socket_directory) as network:
        await database.open(addressed(database_url, network), pool_size=1, command_timeout=0.1)
        begun = monotonic()
        with pytest.raises((OSError, asyncpg.PostgresError)):
            async with in_transaction() as db:
                await db.execute_query("select 1")
                network.become(Fault.TIMEOUT)
                await db.execute_query("select 1")
        assert monotonic() - begun < 3.5, "its statement has timed out, and its rollback after that"
        await asyncio.sleep(1)  # how long the fault lasts
        network.become(Fault.NONE)
        begun = monotonic()
        async with in_transaction() as db:
            await db.execute_query("select 1")
        assert monotonic() - begun < 1.5
        await database.close()
