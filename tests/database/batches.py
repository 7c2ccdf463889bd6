"""Batching on a real PostgreSQL, with its round trips counted."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import asyncpg

from database.batching import Batching
from database.connections import Budget, Connections

ECHO = "select $1::int as n, pg_sleep(0)::text"
SLOW = "select $1::int as n, pg_sleep($1::int / 1000.0)::text"
"""Takes as many milliseconds as it gives back."""
Trips = list[tuple[str, int]]


@asynccontextmanager
async def batching_of(
    url: str, *, connections: int = 4, writes: bool = False, limit: float | None = None, wait: float = 5
) -> AsyncIterator[tuple[Batching, Budget, Trips]]:
    """Batching, its budget of connections, and each round trip so far: its text, and how many calls it was for.

    The driver waits up to `limit` seconds for an answer, a call up to `wait` seconds for a connection.
    """
    trips: Trips = []

    def count(query: Any) -> None:
        many = isinstance(query.args, list)
        trips.append((query.query, len(query.args) if many else 1))

    async def watched(connection: asyncpg.Connection) -> None:
        connection.add_query_logger(count)

    pool = await asyncpg.create_pool(url, min_size=0, max_size=connections, init=watched, command_timeout=limit)
    opened = Connections(pool, connections, wait)
    budget = opened.budget(connections)
    try:
        yield Batching(budget, writes=writes), budget, trips
    finally:
        await opened.close()
        await asyncio.wait_for(pool.close(), 5)


async def ask(calls: Batching, query: str, numbers: list[int]) -> list[Any]:
    """What statements give that are run at the same moment: a number, None for no row, or the class of an error."""

    async def answer(number: int) -> Any:
        try:
            row = await calls.fetch_row(query, [number])
        except Exception as error:
            return type(error)
        return row and row["n"]

    return list(await asyncio.gather(*map(answer, numbers)))
