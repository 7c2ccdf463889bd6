"""What documents cost PostgreSQL: 900 of them, each another and each accepted, leave its processes small (F21)."""

import asyncio
import re
from collections.abc import Callable
from contextlib import suppress
from itertools import count
from pathlib import Path

import asyncpg
import pytest

from database.client import Client
from database.compat import open_statements
from database.prepared import LONGEST_TEXT, MOST_STATEMENTS, MOST_TEXT, NEW_PLACES
from tests.faults.documents import unknown_document
from tests.faults.sizes import size
from tests.market import Market, Order, customer, opened

DOCUMENTS = size(60, 900)
MOST_GROWTH = 200
"""MiB of all processes together: 127 were measured, and it was two for each document when all stayed prepared."""
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
    """Send so many documents that are accepted, each so many times, from a few clients at once."""

    async def some(first: int) -> None:
        numbers, accepted = count(first, CLIENTS), 0
        while accepted < DOCUMENTS // CLIENTS:
            text = unknown_document(next(numbers))
            answers = [await market.ask(customer("ada"), text, id=order.id) for _ in range(times)]
            found = {error["extensions"]["code"] for answer in answers for error in answer.get("errors", [])}
            assert found <= {"TOO_COMPLEX"}
            accepted += not found

    await asyncio.gather(*[some(first) for first in range(CLIENTS)])


@pytest.mark.timeout(size(600, 3600))
@pytest.mark.parametrize("times", [pytest.param(1, id="once", marks=pytest.mark.storm), pytest.param(3, id="thrice")])
async def test_documents_that_each_are_another_leave_postgresql_small(
    database_url: str, times: int, record_property: Callable[[str, object], None]
) -> None:
    async with opened(database_url, statement_timeout=60, operation_timeout=120) as market:
        await check(market, times, record_property)


async def check(market: Market, times: int, record: Callable[[str, object], None]) -> None:
    """Ask, compare and look at what stayed prepared."""
    order = await market.order()
    await market.request(order, lamp=1)
    before = await memory(market.url)
    await ask_all(market, order, times)
    grown = await memory(market.url) - before
    record("documents", f"{DOCUMENTS}, each {times} times: {grown:.0f} MiB more")
    assert grown <= MOST_GROWTH
    client = market.one.db
    assert isinstance(client, Client)
    assert client.connections.idle
    for connection in client.connections.idle:
        texts = open_statements(connection)
        assert len(texts) <= MOST_STATEMENTS + NEW_PLACES
        assert sum(map(len, texts)) <= MOST_TEXT + NEW_PLACES * LONGEST_TEXT
