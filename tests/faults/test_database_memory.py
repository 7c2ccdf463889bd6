"""What documents cost PostgreSQL: 900 of them, each another and each accepted, leave its processes small (F21)."""

import asyncio
import re
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import asyncpg
import pytest

from database.client import Client
from database.compat import open_statements
from database.prepared import LONGEST_TEXT, MOST_STATEMENTS, MOST_TEXT, NEW_PLACES
from tests.faults.documents import unknown_document
from tests.faults.sizes import size
from tests.market import Market, Order, customer

DOCUMENTS = size(60, 900)
MOST_GROWTH = 300
"""MiB of all processes together; it would be two for each document if all statements stayed prepared."""
CLIENTS = 10


async def memory(url: str) -> float:
    """MiB that the server processes of a database have for themselves."""
    connection = await asyncpg.connect(url)
    pids = await connection.fetch("select pid from pg_stat_activity where datname = current_database()")
    await connection.close()
    return await asyncio.to_thread(_memory_of, [row["pid"] for row in pids])


def _memory_of(pids: list[int]) -> float:
    kib = 0
    for pid in pids:
        with suppress(ProcessLookupError, FileNotFoundError):  # it has ended meanwhile
            found = re.search(r"Pss_Anon:\s+(\d+)", Path(f"/proc/{pid}/smaps_rollup").read_text())
            kib += int(found[1]) if found else 0
    return kib / 1024


async def ask_all(market: Market, order: Order, times: int) -> None:
    """Send each document so many times, from a few clients at once."""

    async def some(first: int) -> None:
        for number in range(first, DOCUMENTS, CLIENTS):
            for _ in range(times):
                await market.data(customer("ada"), unknown_document(number), id=order.id)

    await asyncio.gather(*[some(first) for first in range(CLIENTS)])


@pytest.mark.timeout(600)
@pytest.mark.parametrize("times", [1, 3], ids=["once", "thrice"])
async def test_documents_that_each_are_another_leave_postgresql_small(
    market: Market, times: int, record_property: Callable[[str, object], None]
) -> None:
    order = await market.order()
    await market.request(order, lamp=1)
    before = await memory(market.url)
    await ask_all(market, order, times)
    grown = await memory(market.url) - before
    record_property("documents", f"{DOCUMENTS}, each {times} times: {grown:.0f} MiB more")
    assert grown <= MOST_GROWTH
    client = market.one.db
    assert isinstance(client, Client)
    assert client.connections.idle
    for connection in client.connections.idle:
        texts = open_statements(connection)
        assert len(texts) <= MOST_STATEMENTS + NEW_PLACES
        assert sum(map(len, texts)) <= MOST_TEXT + NEW_PLACES * LONGEST_TEXT
