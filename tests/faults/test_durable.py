"""Acknowledged is durable: servers are killed, PostgreSQL is restarted as after a crash, and the log is synced."""

import asyncio
import signal
from collections.abc import Callable
from time import monotonic

import pytest

from tests.faults.load import Load, under_load
from tests.faults.sizes import size
from tests.live.site import Site
from tests.market import Market, opened
from tests.migrated import fill

KILLS = size(1, 30)
KILLED_WRITES = size(40, 10_000)
RESTARTS = size(1, 5)
RESTARTED_WRITES = size(40, 2_000)
BACK = size(20.0, 5.0)
"""Seconds from a kill to full service by the process that follows; beside other tests a process starts slowly."""
SEQUENTIAL = 20
_SYNCS = """select coalesce(sum(fsyncs), 0)::int as syncs from pg_stat_io
where object = 'wal' and backend_type = 'client backend'"""
Record = Callable[[str, object], None]


async def written(load: Load, number: int) -> None:
    """Until so many writes are acknowledged; the load makes them."""
    async with asyncio.timeout(600):
        while len(load.acknowledged) < number:  # noqa: ASYNC110 - clients and server are at work meanwhile
            await asyncio.sleep(0.01)


@pytest.mark.timeout(1800)
async def test_acknowledged_changes_survive_kills_of_the_server(site: Site, record_property: Record) -> None:
    worst = 0.0
    async with under_load(site.servers, writers=12, readers=1, mortal=True) as load:
        for kill in range(1, KILLS + 1):
            await written(load, KILLED_WRITES * kill // (KILLS + 1))
            begun = monotonic()
            await site.restart(kill % 2, signal.SIGKILL)
            await load.well()
            worst = max(worst, monotonic() - begun)
        await written(load, KILLED_WRITES)
    await load.check(site.url)
    assert worst <= BACK
    record_property("SIGKILLs", KILLS)
    record_property("told", load.summary())
    record_property("back after", f"≤ {worst:.1f} s")


@pytest.mark.timeout(1800)
async def test_acknowledged_changes_survive_crashes_of_postgresql(site: Site, record_property: Record) -> None:
    worst = 0.0
    async with under_load(site.servers, writers=12, readers=1) as load:
        for restart in range(1, RESTARTS + 1):
            await written(load, RESTARTED_WRITES * restart // (RESTARTS + 1))
            await site.restart_database()
            worst = max(worst, await load.well())
        await written(load, RESTARTED_WRITES)
    await load.check(site.url)
    assert load.said["UNAVAILABLE"] > 0, "nobody noticed"
    record_property("immediate restarts", RESTARTS)
    record_property("told", load.summary())
    record_property("well again after", f"≤ {worst:.1f} s")


async def syncs(market: Market) -> int:
    """How often commits synced the write-ahead log, while orders came in one after the other."""

    async def so_far() -> int:
        await market.rows("select pg_stat_force_next_flush()")  # of the one connection that is in use
        return int((await market.rows(_SYNCS))[0]["syncs"])

    before = await so_far()
    for _ in range(SEQUENTIAL):
        await market.order()
    return await so_far() - before


async def test_a_commit_is_synced_before_it_is_acknowledged(site: Site, record_property: Record) -> None:
    """The log's own writer may come first now and then. The control: without synchronous_commit it is missed."""
    site.cluster.create_database("synced")
    await fill(site.cluster.url("synced"))
    async with opened(site.cluster.url("synced")) as market:
        for name in ("fsync", "synchronous_commit", "full_page_writes"):
            assert (await market.rows(f"show {name}"))[0][name] == "on"
        seen = await syncs(market)
        await market.rows("set synchronous_commit = off")
        missed = await syncs(market)
    assert missed < SEQUENTIAL * 0.25 < SEQUENTIAL * 0.75 < seen
    record_property("synced", f"{seen} syncs by {SEQUENTIAL} commits one after the other; {missed} with it off")
