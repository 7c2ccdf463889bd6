"""Two server processes and their database are stopped, killed and started again; no subscriber loses an event."""

import asyncio
import signal
from array import array
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager, suppress
from random import Random
from time import monotonic
from typing import Any

import httpx
import pytest

from benchmarks.soak import Reader, Soak, differs, slice_of
from tests.live.scenes import apply, ask
from tests.live.site import Site, opened_site

READERS = 8
_UNANSWERED = (httpx.TransportError, AssertionError)
"""What a command ends with when its server or the database goes away."""


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    async with opened_site() as site:
        yield site


@asynccontextmanager
async def running(*work: Coroutine[Any, Any, Any]) -> AsyncIterator[list[asyncio.Task[Any]]]:
    """Let it go on until the block is left."""
    tasks = [asyncio.create_task(one) for one in work]
    try:
        yield tasks
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def trade(site: Site, chance: Random, name: str, over: Callable[[], bool]) -> int:
    """Orders that are requested back and applied while servers come and go; how many came through."""
    done = tries = 0
    while not over():
        tries += 1
        with suppress(*_UNANSWERED):
            server = chance.choice(site.servers)
            await apply(server, await ask(server, f"{name}-{tries}"))
            done += 1
        await asyncio.sleep(0.05)
    return done


def numbers(soak: Soak, cursors: list[str]) -> "array[int]":
    """Cursors as readers keep them."""
    return array("L", [soak.number(cursor.encode()) for cursor in cursors])


async def compared(site: Site, start: str, readers: list[Reader], soak: Soak) -> tuple[int, list[str]]:
    """How many events the journal has, and what is wrong with whose stream once all have had time to read."""
    until = monotonic() + 30
    while True:
        expected = numbers(soak, await slice_of(site.servers[0], start))
        wrong = [differs(n, reader, expected) for n, reader in enumerate(readers) if reader.seen != expected]
        if not wrong or monotonic() > until:
            return len(expected), wrong
        await asyncio.sleep(0.2)


async def test_every_subscriber_reads_the_whole_journal_whatever_is_restarted(site: Site) -> None:
    await ask(site.servers[0], "N-0")
    start = (await slice_of(site.servers[0], None))[0]
    soak, restarted = Soak(site.servers, Random(7)), asyncio.Event()
    readers = [Reader(soak, start) for _ in range(READERS)]
    traders = (trade(site, Random(n), f"T-{n}", restarted.is_set) for n in range(3))
    async with running(*(reader.run() for reader in readers)), running(*traders) as trading:
        await site.restart_database()
        await site.restart(0, signal.SIGTERM)
        await site.restart(1, signal.SIGKILL)
        restarted.set()
        assert sum(await asyncio.gather(*trading)) > 10
        events, wrong = await compared(site, start, readers, soak)
    for reader in readers:
        reader.cut()
    assert wrong == []
    assert soak.wrong == []
    assert events > 40
    assert soak.codes[1012] > 0, "the stopped server did not say so"
