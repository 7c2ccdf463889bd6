"""Slow clients by the hundred are let go in time, and nobody else waits for them meanwhile."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from time import monotonic

import pytest

from tests.engine.conftest import Impatient, Way, toy_server
from tests.faults.load import Load
from tests.faults.sizes import LONG, size
from tests.faults.slow import Slow, asking, crowd, dawdle, served
from tests.live.process import ROOMY, serving
from tests.market import OWNER

CROWD = size(25, 1_000)
LET_GO = size(3.0, 30.0)
"""Seconds until the last has been let go."""
BESIDE = 1.0
"""Seconds that anybody else may wait."""
TICK = size(0.05, 0.5)
_SHORT = "{ orders(first: 1) { nodes { id } } }"
_LONG = "{ orders(first: %d) { nodes { " + " ".join(f"a{n}: id" for n in range(29)) + " } } }"
Ask = Callable[[], Awaitable[object]]


async def outlast(port: int, requests: list[bytes], ask: Ask) -> tuple[dict[Slow, float], float]:
    """Seconds until the server had let go of the last of each kind, and the longest that `ask` took meanwhile."""
    gone: dict[Slow, float] = {}
    beside = asyncio.create_task(slowest(ask, lambda: len(gone) == len(Slow)))
    async with crowd(port, CROWD, requests) as coaches:
        begun = monotonic()
        async with asyncio.timeout(LET_GO + 5):
            while len(gone) < len(Slow):
                await asyncio.to_thread(dawdle, coaches)
                left = await asyncio.to_thread(served, port)
                kept = {coach.slow for coach in coaches if coach.port in left}
                gone |= {slow: monotonic() - begun for slow in set(Slow) - kept - gone.keys()}
                await asyncio.sleep(TICK)
    return gone, await beside


async def slowest(ask: Ask, over: Callable[[], bool]) -> float:
    """The longest that `ask` takes, asked again and again."""
    longest = 0.0
    while not over():
        begun = monotonic()
        await ask()
        longest = max(longest, monotonic() - begun)
        await asyncio.sleep(0.01)
    return longest


def held(gone: dict[Slow, float], longest: float, record: Callable[[str, object], None]) -> None:
    """What must be so."""
    record("of each kind", CROWD)
    for slow, seconds in gone.items():
        record(f"who {slow}", f"let go within {seconds:.1f} s")
    record("anybody else", f"waited ≤ {longest * 1000:.0f} ms")
    assert max(gone.values()) <= LET_GO
    assert longest <= BESIDE


@pytest.mark.skipif(LONG, reason="the long form has a real server")
async def test_slow_clients_are_disconnected_and_delay_nobody(record_property: Callable[[str, object], None]) -> None:
    """With patience that is short enough to be waited for, and a kernel that takes in little."""
    async with toy_server(Way.COMPILED, Impatient) as toy:

        async def ask() -> None:
            assert (await toy.http.post("/graphql", json={"query": "{ hello }"})).status_code == 200

        held(*await outlast(toy.port, [asking("{ long(size: 300000) }", "ada")], ask), record_property)


@pytest.mark.skipif(not LONG, reason="takes as long as the server's patience: make storm")
async def test_slow_clients_are_disconnected_by_a_real_server(
    database_url: str, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    async with serving(database_url, tmp_path, **ROOMY) as server:
        load = Load([server])
        for n in range(100):
            await load.write(f"N-{n}", until=asyncio.Event())
        port = int(server.address.rsplit(":", 1)[1])
        token = server.token(OWNER)
        requests = [asking(_LONG % 100, token), asking(_LONG % 30, token)]
        held(*await outlast(port, requests, lambda: load.call(_SHORT)), record_property)
        await load.check(database_url)
