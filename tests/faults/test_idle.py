"""Thousands of sockets that are open and say nothing."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from time import monotonic

from benchmarks.fanout import crowded, port_of
from benchmarks.machine import memory_of
from tests.faults.load import Load
from tests.faults.sizes import size
from tests.faults.slow import served
from tests.live.process import ROOMY, serving
from tests.market import OWNER

CROWD = size(300, 5_000)
HELD = size(0.5, 60.0)
"""Seconds; in the long form three of the server's pings."""
BESIDE = 1.0
"""Seconds that a light query may take meanwhile."""


async def test_idle_sockets_stay_open_and_delay_nobody(
    database_url: str, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    took: list[float] = []
    async with serving(database_url, tmp_path, **ROOMY) as server:
        load, port = Load([server]), port_of(server.address)
        await load.well()
        others, before = len(served(port)), memory_of(server.process.pid)
        with crowded(port, server.token(OWNER)) as crowd:
            await asyncio.to_thread(crowd.open, CROWD)
            until = monotonic() + HELD
            while monotonic() < until:
                begun = monotonic()
                assert await load.call("{ orders(first: 1) { nodes { id } } }") is not None
                took.append(monotonic() - begun)
                await asyncio.sleep(0.02)  # how often a client asks
            held, grown = len(served(port)) - others, memory_of(server.process.pid) - before
        await load.well()
        await load.check(database_url)
    took.sort()
    record_property("idle subscribers", f"{held} for {HELD:g} s, {grown / CROWD / 1024:.0f} KiB each")
    record_property("a light query", f"{took[len(took) // 2] * 1000:.0f} ms, at most {took[-1] * 1000:.0f} ms")
    assert held == CROWD
    assert took[-1] <= BESIDE
