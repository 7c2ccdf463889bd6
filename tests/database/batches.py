"""Pipelines on a real PostgreSQL, with their round trips counted."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import asyncpg

from database.batching import Pipelines
from database.connections import Lanes, Share

ECHO = "select $1::int as n, pg_sleep(0)::text"
SLOW = "select $1::int as n, pg_sleep($1::int / 1000.0)::text"
"""Takes as many milliseconds as it gives back."""
Trips = list[tuple[str, int]]


@asynccontextmanager
async def pipelines_of(
    url: str, *, most: int = 4, writes: bool = False, limit: float | None = None
) -> AsyncIterator[tuple[Pipelines, Share, Trips]]:
    """Pipelines, their share, and each round trip so far: its text, and how many calls it was for.

    The driver waits for so many seconds for an answer, for ever where no limit is given.
    """
    trips: Trips = []

    def told(query: Any) -> None:
        many = isinstance(query.args, list)
        trips.append((query.query, len(query.args) if many else 1))

    async def watched(connection: asyncpg.Connection) -> None:
        connection.add_query_logger(told)

    pool = await asyncpg.create_pool(url, min_size=0, max_size=most, init=watched, command_timeout=limit)
    lanes = Lanes(pool, most, 5)
    share = lanes.share(most)
    try:
        yield Pipelines(share, writes=writes), share, trips
    finally:
        await lanes.close()
        await asyncio.wait_for(pool.close(), 5)


async def ask(pipelines: Pipelines, query: str, numbers: list[int]) -> list[Any]:
    """What statements that are asked in one moment give: a number, None for no row, or the class of an error."""

    async def one(number: int) -> Any:
        try:
            row = await pipelines.fetch_row(query, [number])
        except Exception as error:
            return type(error)
        return row and row["n"]

    return list(await asyncio.gather(*map(one, numbers)))
